//! The methods: every metric as it describes itself, and what the words of the page mean.

use serde::Serialize;

use super::context::Context;
use crate::metrics::METRICS;

/// Words that a report explains, in groups: a group's id and the ids of its words.
pub const DEFINITIONS: &[(&str, &[&str])] = &[
    ("populations", &["national", "all"]),
    ("snapshots", &["admission", "october", "enrolled"]),
    ("rounds", &["preliminary", "final", "reserve"]),
    ("perspectives", &["home", "provider"]),
    ("parts", &["own-provider", "other-municipality", "independent-home", "independent-elsewhere", "region-state"]),
    ("ledger", &["admitted", "stayed", "moved", "left", "arrived", "enrolled"]),
    ("marks", &["hidden", "missing", "zero", "unknown"]),
];

/// The section.
#[derive(Debug, Clone, Serialize)]
pub struct Methods {
    metrics: Vec<MetricView>,
    definitions: Vec<DefinitionGroup>,
}

/// A metric as it describes itself.
#[derive(Debug, Clone, Serialize)]
struct MetricView {
    id: String,
    title: String,
    definition: String,
    formula: &'static str,
    source: &'static str,
    columns: &'static [&'static str],
}

/// Words that belong together.
#[derive(Debug, Clone, Serialize)]
struct DefinitionGroup {
    id: String,
    title: String,
    words: Vec<Definition>,
}

/// A word and what it means.
#[derive(Debug, Clone, Serialize)]
struct Definition {
    name: String,
    text: String,
}

impl Methods {
    /// Those of a report, in the language of its context.
    #[must_use]
    pub fn new(context: &Context<'_>) -> Self {
        let metrics = METRICS.iter().map(|metric| MetricView {
            id: context.id(&format!("metric-{}", metric.id())),
            title: metric.title(context.lang),
            definition: metric.definition(context.lang),
            formula: metric.formula(),
            source: metric.source(),
            columns: metric.columns(),
        });
        let definitions = DEFINITIONS.iter().map(|(group, words)| {
            let word = |word: &&str| {
                let id = format!("page-def-{group}-{word}");
                let text = context.lang.attribute(&id, "text", &[]).unwrap_or_default();
                Definition { name: context.t(&id), text }
            };
            DefinitionGroup {
                id: context.id(&format!("def-{group}")),
                title: context.t(&format!("page-def-{group}")),
                words: words.iter().map(word).collect(),
            }
        });
        Self { metrics: metrics.collect(), definitions: definitions.collect() }
    }
}
