//! The origins of the students who moved to the units that raised their seats.

use super::context::Context;
use super::table::{TableField, ViewRow, ViewTable};
use crate::model::{ALL, OUT, ProviderKind, UNKNOWN};
use crate::tables::OriginRow;

/// By municipality and kind of provider of the unit they had been admitted to, with a row for those without a known
/// admission; `None` if no unit raised its seats or nobody moved there.
pub fn table(context: &Context<'_>) -> Option<ViewTable> {
    let model = context.model;
    let rows: Vec<&OriginRow> = context
        .tables
        .origins
        .iter()
        .filter(|row| *row.unit == *ALL)
        .filter(|row| row.year == model.year && row.population == model.population)
        .collect();
    if rows.is_empty() {
        return None;
    }
    let cell = |municipality: &str, kind: &str| {
        let found = rows.iter().find(|r| *r.municipality == *municipality && *r.provider_kind == *kind);
        context.count(found.map_or(model.absent(), |row| row.students))
    };
    let is_there = |kind: &&str| rows.iter().any(|row| *row.provider_kind == **kind && *row.municipality != *UNKNOWN);
    let kinds: Vec<&str> =
        ProviderKind::ALL.iter().map(|kind| kind.as_str()).chain([UNKNOWN]).filter(is_there).collect();
    let fields = |head: TableField, municipality: &str| {
        let numbers = kinds.iter().copied().chain([ALL]).map(|kind| cell(municipality, kind));
        [head].into_iter().chain(numbers).collect::<Vec<TableField>>()
    };
    let codes = context.municipalities().iter().map(|code| &***code).chain([OUT]);
    let codes = codes.filter(|code| rows.iter().any(|row| *row.municipality == **code)).collect();
    let all =
        |code: &&str| rows.iter().find(|r| *r.municipality == **code && *r.provider_kind == *ALL)?.students.value();
    let caption = context.say("page-raised-origins-caption", &[("year", &model.year.to_string())]);
    let (codes, caption) = context.within(codes, caption, "origins", all);
    let mut body: Vec<ViewRow> =
        codes.into_iter().map(|code| ViewRow::new(fields(context.municipality_field(code), code))).collect();
    body.push(ViewRow::total(fields(TableField::text(context.t("page-total")), ALL)));
    let mut arrived = vec![TableField::text(context.t("page-origins-arrived"))];
    arrived.extend(kinds.iter().map(|_| TableField::text("")));
    arrived.push(cell(UNKNOWN, UNKNOWN));
    body.push(ViewRow::rest(arrived));
    let head = |kind: &&str| match ProviderKind::parse(kind) {
        Some(kind) => context.t(&format!("page-kind-head-{}", kind.as_str())),
        None => context.t("page-kind-head-unknown"),
    };
    let heads: Vec<String> = kinds.iter().map(head).chain([context.t("page-total")]).collect();
    Some(ViewTable::new("raised-origins", caption, &context.words(["col-admitted-in"]), &heads).group("", body))
}
