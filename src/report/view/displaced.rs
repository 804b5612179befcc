//! Displaced students of a scenario in tables and sentences: by home and by what becomes of them; how well such estimates
//! have held.

use super::context::Context;
use super::table::{TableField, ViewRow, ViewTable};
use crate::model::{ALL, Cell, MunicipalityId, OUT, Population, Ratio, Release, UNKNOWN};
use crate::report::whatif::{Fate, HomeFates};
use crate::tables::{OriginRow, ValidationRow};

/// Maximum number of homes in a table before the rest is summed.
const HOMES: usize = 6;

/// Students by fate, summed over homes.
pub fn total(homes: &[HomeFates]) -> HomeFates {
    let mut out = HomeFates::default();
    for home in homes {
        out.students.iter_mut().zip(home.students).for_each(|(sum, students)| *sum += students);
    }
    out
}

/// The name of a home; `None`: those outside the region in a public release, unknown in an internal one.
pub fn home(context: &Context<'_>, home: Option<MunicipalityId>) -> String {
    let elsewhere = if context.model.release() == Release::Public { OUT } else { UNKNOWN };
    let codes = context.model.registers.municipality_codes();
    context.municipality(home.map_or(elsewhere, |home| codes.text(home)))
}

/// The table of displaced students by home. Homes outside the region are merged.
pub fn by_home(context: &Context<'_>, id: String, caption: String, homes: &[HomeFates]) -> ViewTable {
    let columns: Vec<Fate> =
        Fate::ALL.into_iter().filter(|fate| *fate != Fate::RegionState || has(homes, *fate)).collect();
    let columns: Vec<Fate> =
        columns.into_iter().filter(|fate| *fate != Fate::NoAlternative || has(homes, *fate)).collect();
    let mut heads = vec![context.t("whatif-displaced")];
    heads.extend(columns.iter().map(|fate| context.t(&format!("whatif-fate-{}", fate.as_str()))));
    let fields = |name: String, fates: &HomeFates| {
        let mut fields = vec![TableField::text(name), context.shown(fates.displaced())];
        fields.extend(columns.iter().map(|fate| context.shown(fates.students[*fate as usize])));
        fields
    };
    let codes = context.model.registers.municipality_codes();
    let is_near = |fates: &&HomeFates| fates.home.is_none_or(|home| context.model.in_region(codes.text(home)));
    let (mut near, far): (Vec<HomeFates>, Vec<HomeFates>) = homes.iter().copied().partition(|fates| is_near(&fates));
    // In a public release, only homes of which a number is shown are listed.
    near.retain(|fates| context.model.shown(fates.displaced()) != Cell::Hidden);
    let rest = near.split_off(if near.len() == HOMES + 1 { near.len() } else { near.len().min(HOMES) });
    let mut rows: Vec<ViewRow> =
        near.iter().map(|fates| ViewRow::new(fields(home(context, fates.home), fates))).collect();
    for (id, merged) in [("whatif-other-homes", rest), ("page-outside", far)] {
        let sum = total(&merged);
        if sum.displaced() > 0 && context.model.shown(sum.displaced()) != Cell::Hidden {
            rows.push(ViewRow::rest(fields(context.t(id), &sum)));
        }
    }
    let all = total(homes);
    if rows.len() > 1 && context.model.shown(all.displaced()) != Cell::Hidden {
        rows.push(ViewRow::total(fields(context.t("page-total"), &all)));
    }
    ViewTable::new(id, caption, &[context.t("page-col-home")], &heads).group("", rows)
}

fn has(homes: &[HomeFates], fate: Fate) -> bool {
    homes.iter().any(|home| home.students[fate as usize] > 0)
}

/// How well diversion has held in this data, and its limits.
pub fn notes(context: &Context<'_>) -> Vec<String> {
    let rows = context.tables.validation.iter().filter(|row| *row.group == *ALL);
    let latest = |kind: &str| rows.clone().filter(|row| *row.kind == *kind).max_by_key(|row| row.year);
    let tested: Vec<String> =
        ["raised", "closed"].into_iter().filter_map(latest).map(|row| held(context, row)).collect();
    let untested = match context.model.release() {
        Release::Internal => "whatif-untested",
        Release::Public => "whatif-untested-public",
    };
    let mut out = if tested.is_empty() { vec![context.t(untested)] } else { tested };
    out.push(context.t("whatif-limits"));
    if context.model.release() == Release::Public {
        out.push(context.t("whatif-note-rounded"));
    }
    out
}

fn held(context: &Context<'_>, row: &ValidationRow) -> String {
    let lang = context.lang;
    let share = |cell: Cell<Ratio>| cell.text(|ratio| lang.decimal(ratio, 2));
    context.say(
        &format!("whatif-held-{}", row.kind),
        &[
            ("year", &row.year.to_string()),
            ("units", &row.units.text(|n| lang.number(n))),
            ("moves", &row.moves.text(|n| lang.number(n))),
            ("tvd", &share(row.tvd)),
            ("baseline", &share(row.tvd_baseline)),
            ("coverage", &context.percent(coverage(context, row))),
        ],
    )
}

/// Of those who came to the units of a test, the share that had been admitted elsewhere: the others came from nowhere
/// known, and are not predicted.
fn coverage(context: &Context<'_>, row: &ValidationRow) -> Cell<Ratio> {
    let of_year =
        |origin: &&OriginRow| (origin.year, origin.population, &*origin.unit) == (row.year, Population::All, ALL);
    let students = |municipality: &str, kind: &str| {
        let is_of = |origin: &&OriginRow| *origin.municipality == *municipality && *origin.provider_kind == *kind;
        context.tables.origins.iter().filter(of_year).find(is_of).map_or(Cell::Value(0), |origin| origin.students)
    };
    students(ALL, ALL).zip(students(UNKNOWN, UNKNOWN), |moved, arrived| Ratio::new(moved, moved + arrived))
}
