//! The data of the page's script: released tables as compact columns, names and positions, the layouts of the report's
//! maps, and words in both languages. The script itself is built from `web/` and is in `data/page/explorer.js`.
//!
//! The data contains only what `Released` lets out and names from registers. A `<` could end a `<script>`, so such
//! characters are written as escapes.

mod columns;

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::{Value as Json, json};

use self::columns::PackedColumns;
use super::Material;
use crate::model::{Perspective, ProviderKind, Registers, Release, SchoolUnit, Text};
use crate::render::{self, Base, MapMark, Picture};
use crate::report::{FlowEnds, ReportModel, map_name};
use crate::tables::{Row, SumRow, Value};
use crate::words::Lang;

/// The script, bundled.
pub const SCRIPT: &str = include_str!("../../../../data/page/explorer.js");
/// The licences of the code bundled with it.
pub const LICENCES: &str = include_str!("../../../../data/page/explorer.licences.txt");
/// The style of what the script shows.
pub const STYLE: &str = include_str!("../../../../data/page/explorer.css");

/// Sentences of other parts of the report that the script also uses.
const SHARED_WORDS: &[&str] = &[
    "side-own",
    "side-municipal",
    "side-municipal-here",
    "side-independent",
    "side-public-other",
    "side-mixed",
    "map-home-title",
    "map-home-title-plain",
    "map-provider-title",
    "map-provider-title-plain",
    "map-body-title",
    "map-body-title-plain",
    "map-others",
    "outside-region",
    "legend-lines",
    "legend-circles",
    "legend-stay-home",
    "legend-stay-provider",
    "legend-stay-hidden",
    "legend-rest",
    "page-census-admission",
    "page-census-october",
    "page-census-enrolled",
    "page-population-national",
    "page-population-all",
    "page-ALL-vocational",
    "page-ALL-preparatory",
    "page-ALL-introduction",
];

/// The message that marks an internal release; a public page does not contain it.
const MARK: &str = "page-internal";

/// Everything the script reads, as JSON for the inside of a `<script>`.
pub fn data(material: &Material<'_>) -> String {
    let model = material.model;
    let tables = model.tables.get();
    // Other sums are in shares and balance, or no view requests them.
    let requested = ["ALL:known", "ALL:but:", "ALL:provider:"];
    let is_requested =
        |row: &&SumRow| [&row.home, &row.unit].iter().any(|code| requested.iter().any(|mark| code.starts_with(mark)));
    let sums: Vec<SumRow> = tables.sums.iter().filter(is_requested).cloned().collect();
    let market = model.market();
    let attending = market.map(|market| market.rows(&model.registers)).unwrap_or_default();
    let mut codes = Codes::default();
    codes.take(&tables.flows);
    codes.take(&sums);
    codes.take(&tables.ledger);
    codes.take(&tables.moves);
    codes.take(&tables.seats);
    codes.take(&tables.balance);
    codes.take(&tables.shares);
    codes.take(&attending);
    let mut columns = PackedColumns::with_codes(codes.0.iter().cloned());
    columns.add(&tables.flows, &[]);
    columns.add(&tables.ledger, &[]);
    columns.add(&tables.moves, &[]);
    columns.add(&tables.seats, &[]);
    columns.add(&attending, &[]);
    if model.release() == Release::Public {
        // Other tables are sums of the flows.
        columns.add(&sums, &[]);
        columns.add(&tables.balance, &[]);
        columns.add(&tables.shares, &[]);
    }
    let base = Base::new(model);
    let mut shared = SHARED_WORDS.to_vec();
    shared.extend((model.release() == Release::Internal).then_some(MARK));
    let words: BTreeMap<&str, BTreeMap<String, String>> =
        Lang::ALL.into_iter().map(|lang| (lang.tag(), lang.patterns("x-", &shared))).collect();
    let text = json!({
        "release": model.release(),
        "rounded": model.empty_means().is_some(),
        "ends": match model.ends() { FlowEnds::Units => "units", FlowEnds::Municipalities => "municipalities" },
        "levels": model.policy.levels.iter().map(|level| level.as_str()).collect::<Vec<_>>(),
        "threshold": model.policy.threshold,
        "round_to": model.policy.round_to,
        "market": market.map(|market| json!({ "snapshot": market.snapshot.as_str(), "scale": market.scale })),
        "lang": model.lang.tag(),
        "region": model.region.name,
        "municipalities": model.region.municipalities.iter().map(|code| &**code).collect::<Vec<_>>(),
        "years": model.years,
        "year": model.year,
        "snapshot": model.snapshot.as_str(),
        "population": model.population.as_str(),
        "round": model.round.map(|round| round.as_str()),
        "names": names(model, &base, &codes),
        "base": {
            "card": base.card,
            "outside": base.outside,
            "land": base.land.iter().map(|(code, path, in_region)| (&**code, path, in_region)).collect::<Vec<_>>(),
            "measures": Base::measures(),
            "colours": render::palette(&model.theme),
        },
        "layouts": layouts(model, material.pictures),
        "words": words,
        "codes": columns.codes(),
        "tables": columns.heads(),
        "columns": STANDARD.encode(columns.packed()),
    });
    within_script(&text.to_string())
}

/// JSON in which all characters that could end a script or hide text are written as escapes.
fn within_script(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", c as u32)),
            _ => out.push(c),
        }
    }
    out
}

/// The codes and words in the rows.
#[derive(Debug, Default)]
struct Codes(BTreeSet<String>);

impl Codes {
    fn take<R: Row>(&mut self, rows: &[R]) {
        for column in 0..R::COLUMNS.len() {
            let mut last = "";
            for row in rows {
                if let Value::Text(text) = row.value(column)
                    && text != last
                {
                    last = text;
                    if !self.0.contains(text) {
                        self.0.insert(text.to_owned());
                    }
                }
            }
        }
    }

    fn has(&self, code: &str) -> bool {
        self.0.contains(code)
    }
}

/// A municipality: its name, whether it is in the region, and its position.
#[derive(Serialize)]
struct NamedMunicipality<'a>(&'a str, bool, Option<(i64, i64)>);

/// A unit: its name, its municipality, its provider, and its position.
#[derive(Serialize)]
struct NamedUnit<'a>(&'a str, &'a str, &'a str, Option<(i64, i64)>);

/// A provider: its name and its kind.
#[derive(Serialize)]
struct NamedProvider(String, &'static str);

/// Names and positions of everything that the rows mention.
fn names(model: &ReportModel, base: &Base, codes: &Codes) -> Json {
    let registers: &Registers = &model.registers;
    let whole = |(x, y): (f64, f64)| (x.round() as i64, y.round() as i64);
    let units: BTreeMap<&Text, &SchoolUnit> =
        registers.units().filter(|unit| codes.has(&unit.code)).map(|unit| (&unit.code, unit)).collect();
    let mut places: BTreeSet<&Text> = model.region.municipalities.iter().collect();
    places.extend(units.values().map(|unit| &unit.municipality));
    places.extend(registers.municipalities().filter(|m| codes.has(&m.code)).map(|m| &m.code));
    let kinds: BTreeMap<&Text, ProviderKind> =
        units.values().map(|unit| (&unit.provider.code, unit.provider.kind)).collect();
    let place = |code| {
        let at = base.places.get(code).copied().map(whole);
        (Text::to_string(code), NamedMunicipality(registers.municipality_name(code), model.in_region(code), at))
    };
    let provider = |(code, kind): (&&Text, &ProviderKind)| {
        (code.to_string(), NamedProvider(model.provider_name(code), kind.as_str()))
    };
    let programme = |code: &String| {
        let programme = registers.programme_by_code(code)?;
        Some((code.clone(), (programme.name.to_string(), programme.kind.as_str())))
    };
    json!({
        "places": places.into_iter().map(place).collect::<BTreeMap<_, _>>(),
        "units": units.values().map(|unit| {
            let at = base.unit(model, unit).map(whole);
            (unit.code.to_string(), NamedUnit(&unit.name, &unit.municipality, &unit.provider.code, at))
        }).collect::<BTreeMap<_, _>>(),
        "providers": kinds.iter().map(provider).collect::<BTreeMap<_, _>>(),
        "programmes": codes.0.iter().filter_map(programme).collect::<BTreeMap<_, _>>(),
    })
}

/// A circle or sign of a map: code, position, and the control point of its line if it has one.
#[derive(Serialize)]
struct MarkLayout<'a>(&'a str, f64, f64, Option<(f64, f64)>);

/// The layouts of the report's municipality maps by side and code, such as `home-1440`.
fn layouts<'a>(model: &ReportModel, pictures: &'a [Picture]) -> BTreeMap<String, Vec<MarkLayout<'a>>> {
    let drawn: BTreeMap<&str, &Picture> = pictures.iter().map(|picture| (&*picture.name, picture)).collect();
    let layout = |side: Perspective, code: &Text| {
        let picture = drawn.get(&*map_name(side, code))?;
        Some((format!("{}-{code}", side.as_str()), picture.marks.iter().map(mark_layout).collect()))
    };
    let of_side = |side| model.region.municipalities.iter().filter_map(move |code| layout(side, code));
    [Perspective::Home, Perspective::Provider].into_iter().flat_map(of_side).collect()
}

/// A mark in tenths of a pixel.
fn mark_layout(mark: &MapMark) -> MarkLayout<'_> {
    let tenth = |n: f64| (n * 10.0).round() / 10.0;
    let (x, y) = mark.at;
    MarkLayout(&mark.code, tenth(x), tenth(y), mark.control.map(|(x, y)| (tenth(x), tenth(y))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_character_ends_the_script() {
        for (given, wanted) in [
            (r#"{"a":"</script><b>&\""}"#, r#"{"a":"\u003c/script\u003e\u003cb\u003e\u0026\""}"#),
            ("\"\u{2028}å\"", "\"\\u2028å\""),
            ("[1]", "[1]"),
        ] {
            assert_eq!(within_script(given), wanted);
        }
    }
}
