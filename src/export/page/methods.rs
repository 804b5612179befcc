//! The methods: every metric as it describes itself, and what the words of the page mean.

use minijinja::{context, value::Value};

use super::context::Context;
use crate::metrics::METRICS;

/// Words that the page explains, in groups: a group's id and the ids of its words.
pub const DEFINITIONS: &[(&str, &[&str])] = &[
    ("populations", &["national", "all"]),
    ("snapshots", &["admission", "october", "enrolled"]),
    ("rounds", &["preliminary", "final", "reserve"]),
    ("perspectives", &["home", "provider"]),
    ("parts", &["own-provider", "other-municipality", "independent-home", "independent-elsewhere", "region-state"]),
    ("ledger", &["admitted", "stayed", "moved", "left", "arrived", "enrolled"]),
    ("marks", &["hidden", "missing", "zero", "unknown"]),
];

/// The section's view.
pub fn view(context: &Context<'_>) -> Value {
    let metrics = METRICS.iter().map(|metric| {
        context! {
            id => context.id(&format!("metric-{}", metric.id())),
            title => metric.title(context.lang),
            definition => metric.definition(context.lang),
            formula => metric.formula(),
            source => metric.source(),
            columns => metric.columns().to_vec(),
        }
    });
    let definitions = DEFINITIONS.iter().map(|(group, words)| {
        let word = |word: &&str| {
            let id = format!("page-def-{group}-{word}");
            let text = context.lang.attribute(&id, "text", &[]).unwrap_or_default();
            context! { name => context.t(&id), text }
        };
        context! {
            id => context.id(&format!("def-{group}")),
            title => context.t(&format!("page-def-{group}")),
            words => words.iter().map(word).collect::<Vec<_>>(),
        }
    });
    context! {
        metrics => metrics.collect::<Vec<_>>(),
        definitions => definitions.collect::<Vec<_>>(),
    }
}
