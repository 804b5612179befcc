//! The generator compared with the engine: reading invented extracts gives the truth.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde_json::Value;

use super::*;
use crate::clean::{self, Cleaned};
use crate::config::RunConfig;
use crate::extract::{Opened, registers as readers};
use crate::io::Content;
use crate::model::{Pseudonyms, Registers};
use crate::store::{Packing, Store};
use crate::tables::{Inputs, Row, Tables};
use crate::{flow, link};

type Files = BTreeMap<String, Vec<u8>>;

fn made(plan: &Plan) -> Files {
    let memory = Memory::default();
    write(plan, &memory).unwrap();
    memory.into_files()
}

fn demo() -> &'static Files {
    static DEMO: OnceLock<Files> = OnceLock::new();
    DEMO.get_or_init(|| made(&Plan::demo()))
}

fn small(students: u64, seed: u64, world: World) -> Plan {
    Plan { students, seed, years: 2022..=2023, world }
}

fn registers(files: &Files) -> Registers {
    let municipalities = readers::builtin_municipalities();
    let units = readers::units("skolenheter.csv", &files["skolenheter.csv"], &municipalities).unwrap().0;
    Registers::new(municipalities, units, readers::builtin_programmes(), vec![])
}

/// The engine's tables of these files.
fn tables(files: &Files) -> Tables {
    let config = RunConfig::parse("elevflode.toml", std::str::from_utf8(&files["elevflode.toml"]).unwrap()).unwrap();
    let registers = registers(files);
    let store = Store::new(Packing::new(&registers, config.extracts.len()).unwrap(), 50_000, None);
    let pseudonyms = Pseudonyms::keyed(b"a secret of a test");
    let cleaned: Vec<Cleaned> = config
        .extracts
        .iter()
        .enumerate()
        .map(|(number, extract)| {
            let name = extract.path.trim_start_matches("extracts/");
            let opened = Opened::of(name, Content::Memory(files[&extract.path].clone())).unwrap();
            let (registers, pseudonyms, store) = (&registers, &pseudonyms, &store);
            let job = clean::Job { name, number, extract, registers, pseudonyms, store, workers: 1 };
            clean::read(job, &opened, &|_| {}).unwrap()
        })
        .collect();
    let link::Linked { rows, links, uncounted, .. } =
        link::link(clean::gather(cleaned, store).unwrap(), &registers).unwrap();
    for source in &rows.quality {
        let (unusable, all) = source.tally.unusable();
        assert!(unusable * 50 <= all, "{}: {unusable} of {all} rows are unusable", source.source);
    }
    let flows = flow::aggregate(uncounted, &rows).unwrap();
    let inputs = Inputs::new(&flows, &links, &rows, &registers, &config.municipalities);
    let tables = Tables::compute(inputs);
    tables.check(inputs).unwrap();
    tables
}

fn truth(files: &Files) -> Value {
    serde_json::from_slice(&files[TRUTH]).unwrap()
}

/// A table's rows as texts by column.
fn texts<R: Row>(rows: &[R]) -> Vec<BTreeMap<String, String>> {
    let columns = R::COLUMNS.iter().map(|c| c.name.to_owned());
    rows.iter()
        .map(|row| (0..).zip(columns.clone()).map(|(i, name)| (name, row.value(i).to_text())).collect())
        .collect()
}

/// The truth's lines of a table as texts by column; absent values are `.`.
fn wanted(truth: &Value, table: &str) -> Vec<BTreeMap<String, String>> {
    let text = |value: &Value| match value {
        Value::Null => ".".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let line = |line: &Value| line.as_object().unwrap().iter().map(|(k, v)| (k.clone(), text(v))).collect();
    truth[table].as_array().unwrap().iter().map(line).collect()
}

fn compare<R: Row>(case: &str, truth: &Value, rows: &[R]) {
    let (got, wanted) = (texts(rows), wanted(truth, R::NAME));
    assert!(!wanted.is_empty(), "{case}: {}", R::NAME);
    for (got, wanted) in got.iter().zip(&wanted) {
        assert_eq!(got, wanted, "{case}: {}", R::NAME);
    }
    assert_eq!(got.len(), wanted.len(), "{case}: {}", R::NAME);
}

/// The region's shares as the truth lists them.
fn cross_provider(tables: &Tables) -> Vec<BTreeMap<String, String>> {
    let takes = |row: &&BTreeMap<String, String>| row["home"] == "ALL" && row["programme"] == "ALL";
    let columns = ["snapshot", "year", "population", "students", "cross_provider"];
    let pick = |row: &BTreeMap<String, String>| columns.map(|c| (c.to_owned(), row[c].clone())).into_iter().collect();
    texts(&tables.shares).iter().filter(takes).map(pick).collect()
}

fn agree(case: &str, files: &Files) {
    let (truth, tables) = (truth(files), tables(files));
    compare(case, &truth, &tables.flows);
    compare(case, &truth, &tables.ledger);
    compare(case, &truth, &tables.moves);
    compare(case, &truth, &tables.seats);
    compare(case, &truth, &tables.quality);
    assert_eq!(cross_provider(&tables), wanted(&truth, "cross_provider"), "{case}");
}

#[test]
fn the_engine_finds_the_truth() {
    agree("demo", demo());
    for seed in [1, 2, u64::MAX] {
        agree(&format!("seed {seed}"), &made(&small(500, seed, World::Demo)));
    }
    agree("national", &made(&small(5_000, 7, World::National)));
    let two = World::Municipalities(vec!["2480".to_owned(), "2409".to_owned()]);
    agree("two municipalities and those around them", &made(&small(300, 7, two)));
    agree("before the programmes of today", &made(&Plan { years: 2017..=2020, ..small(300, 4, World::Demo) }));
}

#[test]
fn the_truth_does_not_depend_on_threads() {
    let plan = small(9_000, 3, World::Demo);
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| made(&plan))
    };
    let (one, two) = (with(1), with(2));
    assert!(one == two, "same bytes from one thread and from two");
    assert!(made(&small(9_000, 4, World::Demo)) != one, "another seed, other students");
}

#[test]
fn a_student_is_the_same_in_every_plan_of_a_seed() {
    let admission = |years: RangeInclusive<Year>| {
        made(&Plan { years, ..small(400, 5, World::Demo) }).remove("extracts/antagning_2023.csv").unwrap()
    };
    assert!(admission(2023..=2023) == admission(2021..=2023));
}

#[test]
fn ids_are_sixteen_hexadecimal_digits_and_distinct() {
    let text = String::from_utf8(demo()["extracts/antagning_2023.csv"].clone()).unwrap();
    let ids: Vec<&str> = text.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    assert!(ids.iter().all(|id| id.len() == 16 && id.bytes().all(|b| b.is_ascii_hexdigit())));
    let distinct: BTreeSet<&&str> = ids.iter().collect();
    let truth = truth(demo());
    let twice: u64 = lines(&truth, "quality")
        .filter(|l| {
            l["source"] == "antagning_2023.csv" && (l["reason"] == "duplicate" || l["reason"] == "second_place")
        })
        .map(|l| l["rows"].as_u64().unwrap())
        .sum();
    assert_eq!(distinct.len() as u64 + twice, ids.len() as u64);
}

fn lines<'a>(truth: &'a Value, table: &str) -> impl Iterator<Item = &'a Value> {
    truth[table].as_array().unwrap().iter()
}

#[test]
fn the_demo_is_like_the_region() {
    let truth = truth(demo());
    for line in lines(&truth, "cross_provider").filter(|l| l["population"] == "national") {
        let count = |column: &str| line[column].as_f64().unwrap();
        let share = count("cross_provider") / count("students");
        eprintln!("{} {} {share:.4} of {}", line["snapshot"], line["year"], line["students"]);
        assert!((0.58..=0.62).contains(&share), "{line}: {share}");
    }
    for year in 2021..=2023 {
        let count = |blemish: &str| {
            let fits = |l: &&Value| l["year"] == year && l["blemish"] == blemish;
            lines(&truth, "blemishes").find(fits).map_or(0, |l| l["count"].as_u64().unwrap())
        };
        assert_eq!(count("admitted"), 11_300);
        assert!((35_500..=36_500).contains(&count("enrolled")), "{year}: {}", count("enrolled"));
        for blemish in [
            "duplicate",
            "from_outside",
            "invalid_count",
            "invalid_year_group",
            "leaving_region",
            "malformed",
            "moved_programme",
            "moved_to_raised",
            "moved_unit",
            "never_came",
            "newcomers",
            "protected_home",
            "raised_units",
            "second_place",
            "unknown_home",
            "unknown_programme",
            "unknown_unit",
        ] {
            assert!(count(blemish) > 0, "{year}: {blemish}");
        }
        assert_eq!(count("retired_programme") > 0, year >= 2022, "HA became FS in 2022");
        let rows: u64 = lines(&truth, "quality")
            .filter(|l| l["source"].as_str().unwrap() == format!("oktober_{year}.csv"))
            .map(|l| l["rows"].as_u64().unwrap())
            .sum();
        let text = &demo()[&format!("extracts/oktober_{year}.csv")];
        assert_eq!(rows as usize, text.iter().filter(|b| **b == b'\n').count() - 1);
        let has_raised = |l: &Value| l["year"] == year && l["programme"] == "ALL" && l["raised"] == true;
        assert_eq!(lines(&truth, "seats").filter(|l| has_raised(l)).count() as u64, count("raised_units"));
    }
}

#[test]
fn the_demo_embedded_is_the_demo_written() {
    let mut written = demo().clone();
    written.remove(TRUTH);
    assert!(demo_files().unwrap() == written);
}

#[test]
fn the_demo_has_the_units_that_the_field_has() {
    let registers = registers(demo());
    let land = Land::demo();
    let units: Vec<_> = registers.units().collect();
    let region: BTreeSet<&str> = land.homes.iter().filter(|h| h.is_region).map(|h| &*h.code).collect();
    assert_eq!(region.len(), 13);
    let inside: Vec<_> = units.iter().filter(|u| region.contains(&*u.municipality)).collect();
    assert!((70..=85).contains(&inside.len()), "{}", inside.len());
    assert!(inside.len() < units.len(), "some units lie outside the region");
    assert!(units.iter().all(|u| u.name.starts_with("Hittepå ")), "no real name");
    assert!(units.iter().filter(|u| u.point.is_none()).count() >= 2);
    let own = |code: &str| inside.iter().filter(|u| &*u.provider.code == code).count();
    assert_eq!(region.iter().filter(|code| own(code) == 0).count(), 2, "two municipalities run no unit");
    for kind in ["region", "federation"] {
        assert_eq!(inside.iter().filter(|u| u.provider.kind.as_str() == kind).count(), 1, "{kind}");
    }
    let independent: Vec<_> = inside.iter().filter(|u| u.provider.kind.as_str() == "independent").collect();
    let central = independent.iter().filter(|u| &*u.municipality == "1480").count();
    assert!(central * 2 > independent.len(), "{central} of {}", independent.len());
    assert_eq!(units.iter().filter(|u| u.successor.is_some()).count(), 1);
}

#[test]
fn sweden_has_about_1_300_units_in_290_municipalities() {
    let land = Land::national();
    assert_eq!(land.homes.len(), 290);
    assert!((1_200..=1_400).contains(&land.units.len()), "{}", land.units.len());
    let names: BTreeSet<&str> = land.units.iter().map(|u| &*u.name).collect();
    assert!(names.iter().all(|name| name.starts_with("Hittepå ")));
}

#[test]
fn units_that_close_have_no_students_afterwards() {
    let files = made(&Plan { years: 2018..=2020, ..small(4_000, 7, World::National) });
    let (registers, truth) = (registers(&files), truth(&files));
    let last = |unit: &str| registers.unit_by_code(unit).and_then(|unit| unit.validity.to);
    let closed: BTreeSet<&str> =
        lines(&truth, "flows").map(|l| l["unit"].as_str().unwrap()).filter(|unit| last(unit) == Some(2018)).collect();
    assert!(closed.len() > 2, "{closed:?}");
    for line in lines(&truth, "flows") {
        let (unit, year) = (line["unit"].as_str().unwrap(), line["year"].as_u64().unwrap());
        assert!(last(unit).is_none_or(|last| year <= u64::from(last)), "{line}");
    }
}
