//! The region matrix: homes against providers, as a picture and as a table.

use minijinja::{context, value::Value};

use super::context::Context;
use super::table::{Field, Row, Table};
use crate::model::{ALL, Cell, OUT, ProviderKind, Text};
use crate::tables::DependenceRow;

/// What a column of the matrix sums.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Column {
    /// A municipality of the region as provider.
    Municipality(Text),
    /// Municipalities outside the region.
    Outside,
    /// Independent providers.
    Independent,
    /// Region, state and federations.
    RegionState,
}

/// The section's view.
pub fn view(context: &Context<'_>) -> Value {
    context! {
        figure => context.picture("charts/region-matrix"),
        table => table(context),
    }
}

fn column_of(context: &Context<'_>, row: &DependenceRow) -> Column {
    match context.provider_kind(&row.provider) {
        Some(ProviderKind::Municipal) if context.model.in_region(&row.provider) => {
            Column::Municipality(row.provider.clone())
        }
        Some(ProviderKind::Municipal) => Column::Outside,
        Some(ProviderKind::Independent) | None => Column::Independent,
        Some(ProviderKind::Region | ProviderKind::State | ProviderKind::Federation) => Column::RegionState,
    }
}

fn table(context: &Context<'_>) -> Table {
    let cells: Vec<(&Text, Column, Cell)> =
        context.dependence().map(|r| (&r.home, column_of(context, r), r.students)).collect();
    // A municipality without a student in its units has no column: it runs no school, or none in this selection.
    let mut columns: Vec<Column> =
        context.municipalities().iter().map(|c| Column::Municipality((*c).clone())).collect();
    columns.extend([Column::Outside, Column::Independent, Column::RegionState]);
    columns.retain(|column| cells.iter().any(|(_, c, _)| c == column));

    let head = |column: &Column| match column {
        Column::Municipality(code) => context.municipality(code),
        Column::Outside => context.t("page-matrix-outside"),
        Column::Independent => context.t("page-matrix-independent"),
        Column::RegionState => context.t("page-matrix-region-state"),
    };
    let sum = |home: Option<&str>, column: &Column| -> Cell {
        let fits = |h: &str| home.map_or(h != OUT, |home| h == home);
        cells.iter().filter(|(h, c, _)| fits(h) && c == column).map(|(.., students)| *students).sum()
    };
    let row = |field: Field, home: Option<&str>, total: Cell, share: Field| {
        let mut fields = vec![field];
        fields.extend(columns.iter().map(|column| context.count(sum(home, column))));
        fields.extend([context.count(total), share]);
        fields
    };
    let share_row = |field: Field, code: &str, home: Option<&str>| {
        let share = context.share(context.model.year, code, ALL);
        let total = share.map_or(Cell::Missing, |r| r.students);
        row(field, home, total, Field::percent(context.lang, share.map_or(Cell::Missing, |r| r.cross_provider_share)))
    };
    let homes = context.municipalities().iter();
    let rows = homes.map(|code| Row::new(share_row(context.municipality_field(code), code, Some(code)))).collect();
    let region = Row::total(share_row(Field::text(context.t("page-region")), ALL, None));
    let outside_total = cells.iter().filter(|(h, ..)| ***h == *OUT).map(|(.., students)| *students).sum();
    let outside = Row::rest(row(
        Field::text(context.t("page-outside")),
        Some(OUT),
        outside_total,
        Field::percent(context.lang, Cell::Missing),
    ));

    let [home, total, share] = context.words(["col-home", "total", "col-share"]);
    let numbers: Vec<String> = columns.iter().map(head).chain([total, share]).collect();
    let caption = context.say("page-matrix-caption", &[("scope", &context.scope())]);
    Table::new("matrix-table", caption, &[home], &numbers).group("", rows).group("", vec![region, outside])
}
