//! The methods section: definitions of the metrics and of the words on the page.

use serde::Serialize;

use super::context::Context;
use crate::metrics::METRICS;

/// Words explained in a report: the id of each group and the ids of its words.
pub const DEFINITIONS: &[(&str, &[&str])] = &[
    ("populations", &["national", "all"]),
    ("snapshots", &["admission", "october", "enrolled"]),
    ("rounds", &["preliminary", "final", "reserve"]),
    ("perspectives", &["home", "provider"]),
    ("parts", &["own-provider", "other-municipality", "independent-home", "independent-elsewhere", "region-state"]),
    ("ledger", &["admitted", "stayed", "moved", "left", "arrived", "enrolled"]),
    ("change", &["method", "cohort", "mix", "closed", "opened", "provider", "choice"]),
    ("marks", &["hidden", "missing", "zero", "unknown"]),
];

/// The section.
#[derive(Debug, Clone, Serialize)]
pub struct Methods {
    metrics: Vec<MetricView>,
    definitions: Vec<DefinitionGroup>,
}

/// A metric with its definition, formula and source.
#[derive(Debug, Clone, Serialize)]
struct MetricView {
    id: String,
    title: String,
    definition: String,
    formula: &'static str,
    source: &'static str,
    columns: &'static [&'static str],
}

/// A group of related words.
#[derive(Debug, Clone, Serialize)]
struct DefinitionGroup {
    id: String,
    title: String,
    words: Vec<Definition>,
}

/// A word and its meaning.
#[derive(Debug, Clone, Serialize)]
struct Definition {
    name: String,
    text: String,
}

impl Methods {
    /// The section of a report, in the language of the context.
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
