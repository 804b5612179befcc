//! A municipality's section: destinations of its residents, origins of the pupils of its units, and programmes.

use serde::Serialize;

use super::context::Context;
use super::names;
use super::overview::{PARTS, part_table, parts};
use super::table::{KeyFact, SectionFigure, TableField, ViewRow, ViewTable};
use crate::model::{ALL, Cell, Perspective, Ratio, SchoolUnit};
use crate::report::{FlowEnds, Subject, UnitPupils, map_name};
use crate::tables::{ConcentrationRow, ShareRow};
use crate::words::sort_key;

/// Maximum number of rows of a list before the rest is summed.
const SHOWN: usize = 12;

/// The inputs of a municipality's tables.
struct Basis<'a> {
    code: &'a str,
    name: String,
    /// Its row of shares, if the data has students from it.
    share: Option<&'a ShareRow>,
    /// All units in it.
    units: Vec<&'a SchoolUnit>,
    /// Pupils of those units.
    pupils: Cell,
}

/// The section.
#[derive(Debug, Clone, Serialize)]
pub struct Municipality {
    id: String,
    code: String,
    name: String,
    lead: Vec<String>,
    facts: Vec<KeyFact>,
    no_home: String,
    no_provider: String,
    has_pupils: bool,
    #[serde(flatten)]
    body: MunicipalityBody,
}

/// The content of the section below its key numbers.
#[expect(clippy::large_enum_variant, reason = "one for each municipality, moved once")]
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
enum MunicipalityBody {
    /// On the page of a large region: students by provider, and the names of the map files.
    Short { parts: Option<ViewTable>, maps: String },
    /// Both perspectives.
    Whole {
        home: Option<HomeView>,
        provider: Option<ProviderView>,
        home_figure: SectionFigure,
        provider_figure: SectionFigure,
    },
}

/// The home perspective.
#[derive(Debug, Clone, Serialize)]
struct HomeView {
    parts: ViewTable,
    units: ViewTable,
    providers: Option<ViewTable>,
    programmes: Vec<ViewTable>,
}

/// The provider perspective.
#[derive(Debug, Clone, Serialize)]
struct ProviderView {
    homes: ViewTable,
    units: ViewTable,
}

impl Municipality {
    /// The section of the municipality with this code.
    #[must_use]
    pub fn new(context: &Context<'_>, code: &str) -> Self {
        let balance = context.balance(code);
        let basis = Basis {
            code,
            name: context.municipality(code),
            share: context.share(context.model.year, code, ALL).filter(|r| r.students != Cell::Value(0)),
            units: context.units_in(code),
            pupils: balance.map_or(Cell::Missing, |r| r.pupils_here),
        };
        let has_pupils = !matches!(basis.pupils, Cell::Value(0) | Cell::Missing);
        Self {
            id: names::anchor("m", code),
            code: code.to_owned(),
            lead: lead(context, &basis),
            facts: facts(context, &basis),
            no_home: context.say(&context.model.none_or_hidden("page-home-none"), &[("name", &basis.name)]),
            no_provider: no_pupils(context, &basis),
            has_pupils,
            body: body(context, &basis, has_pupils),
            name: basis.name,
        }
    }
}

fn body(context: &Context<'_>, basis: &Basis<'_>, has_pupils: bool) -> MunicipalityBody {
    let [home_map, provider_map] = [Perspective::Home, Perspective::Provider].map(|side| map_name(side, basis.code));
    if context.is_short() {
        let id = names::anchor("parts", basis.code);
        let [home, provider] = [home_map, provider_map].map(|name| format!("{name}.svg"));
        return MunicipalityBody::Short {
            parts: basis.share.map(|share| part_table(context, &id, share)),
            maps: context.say("page-municipality-maps", &[("home", &home), ("provider", &provider)]),
        };
    }
    MunicipalityBody::Whole {
        home: basis.share.map(|share| home(context, basis, share)),
        provider: has_pupils.then(|| provider(context, basis)),
        home_figure: SectionFigure::new(home_map),
        provider_figure: SectionFigure::new(provider_map),
    }
}

/// The municipality's headline.
fn lead(context: &Context<'_>, basis: &Basis<'_>) -> Vec<String> {
    let Some(share) = basis.share else { return Vec::new() };
    let mut out = vec![context.say(
        "page-municipality-lead",
        &[
            ("name", &basis.name),
            ("share", &context.percent(share.cross_provider_share)),
            ("cross", &context.number(share.cross_provider)),
            ("students", &context.number(share.students)),
        ],
    )];
    if share.own_provider == Cell::Value(0) {
        out.push(context.say("page-municipality-no-own", &[("name", &basis.name)]));
    }
    out
}

fn no_pupils(context: &Context<'_>, basis: &Basis<'_>) -> String {
    let id = match basis.units.is_empty() {
        true => "page-provider-none".to_owned(),
        false => context.model.none_or_hidden("page-provider-no-pupils"),
    };
    context.say(&id, &[("name", &basis.name)])
}

/// Key numbers: share, concentration, balance and dependence.
fn facts(context: &Context<'_>, basis: &Basis<'_>) -> Vec<KeyFact> {
    let lang = context.lang;
    let mut out = Vec::new();
    let mut add = |id: &str, value: TableField, args: &[(&str, &str)]| {
        let note = context.say(&format!("page-fact-{id}-note"), args);
        out.push(KeyFact { label: context.t(&format!("page-fact-{id}")), value: value.shown().to_owned(), note });
    };
    if let Some(share) = basis.share {
        let (cross, students) = (context.number(share.cross_provider), context.number(share.students));
        add(
            "share",
            TableField::percent(context.model, share.cross_provider_share),
            &[("cross", &cross), ("students", &students)],
        );
    }
    let is_published = |row: &&ConcentrationRow| basis.share.is_some() && row.hhi != Cell::Hidden;
    if let Some(row) = context.concentration(basis.code).filter(is_published) {
        let (providers, hhi) = (context.number(row.providers), TableField::decimal(lang, row.hhi, 0));
        add(
            "effective",
            TableField::decimal(lang, row.effective_providers, 1),
            &[("providers", &providers), ("hhi", hhi.shown())],
        );
        let largest = context.provider_field(&row.largest_provider);
        add("largest", TableField::percent(context.model, row.largest_share), &[("provider", largest.shown())]);
    }
    if let Some(row) = context.balance(basis.code) {
        let (stay, residents) = (context.number(row.stay), context.number(row.residents));
        if basis.share.is_some() {
            add(
                "stay",
                TableField::percent(context.model, row.localisation_index),
                &[("stay", &stay), ("residents", &residents)],
            );
        }
        let (out_, into) = (context.number(row.out), context.number(row.into));
        add("net", TableField::delta(lang, row.net), &[("out", &out_), ("into", &into)]);
    }
    out
}

/// The home perspective.
fn home(context: &Context<'_>, basis: &Basis<'_>, share: &ShareRow) -> HomeView {
    let id = |name: &str| names::anchor(name, basis.code);
    let destinations = context.model.destinations(basis.code, &context.model.selection());
    type NameField<'c> = fn(&Context<'c>, &str) -> TableField;
    let (head, caption, rest, name): (_, _, _, NameField<'_>) = match context.model.ends() {
        FlowEnds::Units => ("col-unit", "page-destinations-caption", "page-rest-units", Context::unit_field),
        FlowEnds::Municipalities => {
            ("col-place", "page-destinations-caption-places", "page-rest-homes", Context::municipality_field)
        }
    };
    let [head, students, part] = context.words([head, "col-students", "col-share-home"]);
    let caption = context.say(caption, &[("name", &basis.name)]);
    let table = ViewTable::new(id("destinations"), caption, &[head], &[students, part]);
    let field = |code: &str| name(context, code);
    HomeView {
        parts: part_table(context, &id("parts"), share),
        units: context.largest(table, &destinations, share.students, SHOWN, field, rest),
        providers: providers(context, basis),
        programmes: programmes(context, basis.code),
    }
}

/// The providers that its students depend on, and the reverse dependence; `None` if the release does not publish
/// providers.
fn providers(context: &Context<'_>, basis: &Basis<'_>) -> Option<ViewTable> {
    let mut rows: Vec<_> = context.dependence().filter(|r| *r.home == *basis.code).collect();
    if rows.is_empty() {
        return None;
    }
    rows.sort_by_key(|r| (std::cmp::Reverse(r.students.value()), r.provider.clone()));
    let [provider, students, market, commitment] =
        context.words(["col-provider", "col-students", "col-market-share", "col-commitment"]);
    let caption = context.say("page-providers-caption", &[("name", &basis.name)]);
    let all = rows.len();
    let rows: Vec<ViewRow> = rows
        .into_iter()
        .take(SHOWN)
        .map(|r| {
            ViewRow::new(vec![
                context.provider_field(&r.provider),
                context.count(r.students),
                TableField::bar(context.model, r.market_share),
                TableField::bar(context.model, r.commitment),
            ])
        })
        .collect();
    let caption = if all > rows.len() {
        let (shown, all) = (context.lang.number(rows.len() as u64), context.lang.number(all as u64));
        format!("{caption} {}", context.say("page-largest-of", &[("shown", &shown), ("all", &all)]))
    } else {
        caption
    };
    let table =
        ViewTable::new(names::anchor("providers", basis.code), caption, &[provider], &[students, market, commitment]);
    Some(table.group("", rows))
}

/// Its students by programme and by programme group, with the five parts if the release publishes them for any.
pub fn programmes(context: &Context<'_>, code: &str) -> Vec<ViewTable> {
    let name = context.municipality(code);
    let mut rows: Vec<&ShareRow> = context
        .shares(context.model.year, code)
        .filter(|r| !r.programme.starts_with(ALL) && r.students != Cell::Value(0))
        .collect();
    rows.sort_by_cached_key(|r| context.programme_order(&r.programme));
    let share = |programme: &str| context.share(context.model.year, code, programme);
    let groups = ["ALL-vocational", "ALL-preparatory", "ALL-introduction"].into_iter().filter_map(share);
    let groups: Vec<&ShareRow> = groups.filter(|r| r.students != Cell::Value(0)).collect();
    let group = |r: &ShareRow| TableField::text(context.t(&format!("page-{}", r.programme)));
    let caption = context.say("page-programmes-caption", &[("name", &name)]);
    let table = |name: &str, caption: String, has_parts: bool, rows: &[&ShareRow], groups: &[&ShareRow]| {
        let line = |field: TableField, row: &ShareRow| {
            let mut fields = vec![field, context.count(row.students)];
            if has_parts {
                fields.extend(parts(row).map(|part| context.count(part)));
                fields.push(TableField::bar(context.model, row.cross_provider_share));
            }
            fields
        };
        let [programme, students, share_of] = context.words(["col-programme", "col-students", "col-share"]);
        let mut numbers = vec![students];
        if has_parts {
            numbers.extend(context.words(PARTS));
            numbers.push(share_of);
        }
        let sums = groups.iter().map(|r| ViewRow::total(line(group(r), r)));
        let total = share(ALL).map(|r| ViewRow::total(line(TableField::text(context.t("page-all-of-them")), r)));
        ViewTable::new(names::anchor(name, code), caption, &[programme], &numbers)
            .group("", rows.iter().map(|r| ViewRow::new(line(context.programme_field(&r.programme), r))).collect())
            .group("", sums.chain(total).collect())
    };
    if rows.iter().any(|r| parts(r).iter().any(|part| *part != Cell::Hidden)) {
        return vec![table("programmes", caption, true, &rows, &groups)];
    }
    let in_groups = context.say("page-programme-groups-caption", &[("name", &name)]);
    let plain = context.say("page-programmes-caption-plain", &[("name", &name)]);
    vec![table("programme-groups", in_groups, true, &[], &groups), table("programmes", plain, false, &rows, &[])]
}

/// The provider perspective: homes of the pupils of all units in it, and the units themselves.
fn provider(context: &Context<'_>, basis: &Basis<'_>) -> ProviderView {
    let homes = context.model.origins(basis.code, &context.model.selection());
    let [home, students, part] = context.words(["col-home", "col-students", "col-share-here"]);
    let caption = context.say("page-origins-caption", &[("name", &basis.name)]);
    let origins = ViewTable::new(names::anchor("origins", basis.code), caption, &[home], &[students, part]);
    let head = |code: &str| context.municipality_field(code);
    ProviderView {
        homes: context.largest(origins, &homes, basis.pupils, SHOWN, head, "page-rest-homes"),
        units: units(context, basis),
    }
}

/// Every unit with its pupils, and the number from elsewhere if the release publishes that.
fn units(context: &Context<'_>, basis: &Basis<'_>) -> ViewTable {
    let mut rows = context.model.units(&Subject::Place(basis.code.into()), &context.model.selection());
    rows.sort_by_cached_key(|pupils| sort_key(&pupils.unit.name, &pupils.unit.code));
    let has_elsewhere = rows.iter().any(|pupils| pupils.elsewhere != Cell::Missing);
    let row = |pupils: &UnitPupils<'_>| {
        let unit = pupils.unit;
        let mut fields =
            vec![TableField::text(&*unit.name).with_sub(context.kind(unit.provider.kind)), context.count(pupils.all)];
        if has_elsewhere {
            fields.push(context.count(pupils.elsewhere));
            fields.push(TableField::bar(context.model, pupils.elsewhere.zip(pupils.all, Ratio::new)));
        }
        ViewRow::new(fields)
    };
    let [unit, all, elsewhere, share] =
        context.words(["col-unit", "col-pupils", "col-elsewhere", "col-share-elsewhere"]);
    let caption = context.say("page-units-caption", &[("name", &basis.name)]);
    let heads = if has_elsewhere { vec![all, elsewhere, share] } else { vec![all] };
    ViewTable::new(names::anchor("units", basis.code), caption, &[unit], &heads)
        .group("", rows.iter().map(row).collect())
}
