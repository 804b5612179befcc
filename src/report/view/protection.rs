//! Protection of personal data in the public release, in plain words: what is published, what is hidden and why, and
//! how safe that is.

use serde::Serialize;

use super::context::Context;
use super::table::{TableField, ViewRow, ViewTable};
use crate::disclosure::LEVELS;
use crate::model::{Cell, Method, Release, Zeros};
use crate::tables::DisclosureRow;

/// The section.
#[derive(Debug, Clone, Serialize)]
pub struct Protection {
    paragraphs: Vec<String>,
    levels: ViewTable,
    table: ViewTable,
}

impl Protection {
    /// The section of a report; `None` in an internal release.
    #[must_use]
    pub fn new(context: &Context<'_>) -> Option<Self> {
        let is_public = context.model.release() == Release::Public;
        is_public.then(|| Self { paragraphs: sentences(context), levels: levels(context), table: table(context) })
    }
}

/// What is hidden and why, and how safe that is, a paragraph each; empty in an internal release.
pub fn sentences(context: &Context<'_>) -> Vec<String> {
    if context.model.release() == Release::Internal {
        return Vec::new();
    }
    let policy = &context.model.policy;
    let most = context.lang.number(policy.threshold.saturating_sub(1));
    let base = context.lang.number(policy.threshold);
    if policy.method == Method::Round {
        let step = context.lang.number(policy.round_to);
        let texts = [("most", &*most), ("base", &*base), ("step", &*step)];
        return ["round-what", "round-sums", "round-safe"]
            .map(|id| context.say(&format!("page-protection-{id}"), &texts))
            .to_vec();
    }
    let mut paragraphs = match policy.zeros {
        Zeros::Shown => vec!["what", "why", "safe", "ledger"],
        Zeros::Hidden => vec!["what-zeros", "why", "safe", "ledger"],
    };
    if !policy.few.is_off() {
        paragraphs.push("few");
    }
    paragraphs.push("moves");
    let say = |id: &str| context.say(&format!("page-protection-{id}"), &[("most", &most), ("base", &base)]);
    paragraphs.into_iter().map(say).collect()
}

/// A row per published level: the number of sums shown and withheld.
fn levels(context: &Context<'_>) -> ViewTable {
    let rows = context.model.policy.levels.iter().filter_map(|level| {
        let name = format!("{LEVELS}{}", level.as_str());
        let row = context.tables.disclosure.iter().find(|row| *row.table == *name)?;
        let mut fields = vec![TableField::text(context.t(&format!("page-level-{}", level.as_str())))];
        fields.extend([row.shown, row.below_threshold, row.withheld].map(|value| context.count(value)));
        Some(ViewRow::new(fields))
    });
    let [name] = context.words(["col-level"]);
    let numbers = context.words(["col-shown", "col-below-threshold", "col-withheld"]);
    ViewTable::new(context.id("protection-levels"), context.t("page-levels-caption"), &[name], &numbers)
        .group("", rows.collect())
}

/// A row per published table: its numbers, the hidden ones by reason, and the fewest possible values of a hidden one.
fn table(context: &Context<'_>) -> ViewTable {
    let [name] = context.words(["col-table"]);
    let numbers =
        context.words(["col-cells", "col-shown", "col-below-threshold", "col-withheld", "col-fewest-values"]);
    let row = |row: &DisclosureRow| {
        let values = [row.cells, row.shown, row.below_threshold, row.withheld, row.fewest_values];
        let mut fields = vec![TableField::text(&*row.table)];
        fields.extend(values.map(|value| context.count(value)));
        ViewRow::new(fields)
    };
    let published = context.tables.disclosure.iter();
    let published = published.filter(|row| row.cells != Cell::Value(0) && !row.table.starts_with(LEVELS));
    ViewTable::new(context.id("protection-table"), context.t("page-protection-caption"), &[name], &numbers)
        .group("", published.map(row).collect())
}
