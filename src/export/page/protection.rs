//! How the public release protects people, in plain words: what is published, what is hidden and why, how safe that is.

use minijinja::{context, value::Value};

use super::context::Context;
use super::table::{Field, Row, Table};
use crate::model::{Cell, Level, Release};
use crate::tables::DisclosureRow;

/// The section's view; none in an internal release.
pub fn view(context: &Context<'_>) -> Value {
    if context.model.release() == Release::Internal {
        return Value::from(());
    }
    let policy = &context.model.policy;
    let most = context.lang.number(policy.threshold.saturating_sub(1));
    let paragraphs = ["what", "why", "safe", "ledger", "moves"];
    let levels = Level::ALL.iter().filter(|level| policy.levels.contains(level));
    context! {
        paragraphs => paragraphs.map(|id| context.say(&format!("page-protection-{id}"), &[("most", &most)])),
        levels => levels.map(|level| context.t(&format!("page-level-{}", level.as_str()))).collect::<Vec<_>>(),
        table => table(context),
    }
}

/// A row per table that is published: its cells, those hidden by reason, and how closely the one told best is told.
fn table(context: &Context<'_>) -> Table {
    let [name] = context.words(["col-table"]);
    let numbers = context.words(["col-cells", "col-hidden-primary", "col-hidden-secondary", "col-narrowest"]);
    let row = |row: &DisclosureRow| {
        let values = [row.cells, row.hidden_primary, row.hidden_secondary];
        let mut fields = vec![Field::text(&*row.table)];
        fields.extend(values.map(|value| context.count(value)));
        // The interval is told by its width, one less than the values in it.
        fields.push(context.count(row.narrowest_interval.map(|width| width + 1)));
        Row::new(fields)
    };
    let published = context.tables.disclosure.iter().filter(|row| row.cells != Cell::Value(0));
    Table::new("protection-table", context.t("page-protection-caption"), &[name], &numbers)
        .group("", published.map(row).collect())
}
