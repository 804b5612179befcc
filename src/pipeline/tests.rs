//! The whole core compared with plain loops over rows, for any number of threads and any memory limit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;

use super::inputs::CONFIG;
use super::*;
use crate::config::RunConfig;
use crate::io::FileRoot;
use crate::model::UNKNOWN;

const UNITS: &str =
    "code,name,municipality,provider,provider_kind\nU1,A,1480,1480,municipal\nU2,B,1401,F,independent\n";
const HOMES: [&str; 4] = ["1480", "1401", "9999", "1402"];
const PLACES: [&str; 3] = ["U1", "U2", "U9"];
const PATHS: [&str; 3] = ["NANAT0000", "BA", "?!"];

/// A row of a test: file (an admission, another, 15 October; of 2022 or 2023), student, home, unit, path, year group.
type TestRow = (usize, u16, u16, usize, usize, usize, u8);

fn config() -> String {
    let mut text =
        "[region]\nname = \"R\"\nmunicipalities = [\"1401\", \"1480\"]\n[registers]\nunits = \"units.csv\"\n\
                    [quality]\nmax_rejected = 1.0\n"
            .to_owned();
    for year in [2022, 2023] {
        for (file, kind) in [("first", "admission"), ("second", "admission"), ("october", "october")] {
            text += &format!("[[extract]]\nkind = \"{kind}\"\npath = \"{file}_{year}.csv\"\nyear = {year}\n");
        }
    }
    text
}

fn id(student: u16) -> String {
    if student == 0 { String::new() } else { format!("{student:016x}") }
}

fn files(rows: &[TestRow]) -> BTreeMap<String, Vec<u8>> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::from([("units.csv".to_owned(), UNITS.into())]);
    for year in [2022, 2023] {
        for (number, file) in ["first", "second", "october"].into_iter().enumerate() {
            let mut text = "Löpnummer,Hemkommun,Skolenhetskod,Studievägskod,Årskurs,Fil\n".to_owned();
            for (_, _, student, home, unit, path, group) in rows.iter().filter(|row| (row.0, row.1) == (number, year))
            {
                let codes = format!("{},{},{}", HOMES[*home], PLACES[*unit], PATHS[*path]);
                text += &format!("{},{codes},{group},{file}_{year}\n", id(*student));
            }
            files.insert(format!("{file}_{year}.csv"), text.into_bytes());
        }
    }
    files
}

/// The counts of the core: flows, pairs of offers, duplicates; all as texts.
type CoreCounts = (BTreeMap<String, u64>, BTreeMap<String, u64>, u64);

fn core(rows: &[TestRow], threads: usize, memory: Option<u64>) -> CoreCounts {
    let config = RunConfig::parse(CONFIG, &config()).unwrap();
    let loaded = Loaded { config, root: FileRoot::Memory(Arc::new(files(rows))), inputs: Vec::new() };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let read = pool.install(|| read(loaded, memory, &mut Timings::default(), &())).unwrap();
    let registers = &read.registers;
    let flow = |f: &crate::flow::Flow| {
        let home = registers.municipality_codes().text(f.key.home);
        let unit = registers.unit_codes().text(f.key.unit);
        let programme = registers.programme_codes().text(f.key.programme);
        (format!("{} {} {home} {unit} {programme}", f.key.snapshot.as_str(), f.key.year), f.students)
    };
    let offer_text = |offer: Option<crate::link::Offer>| {
        offer.map_or(String::new(), |offer| {
            let unit = registers.unit_codes().text(offer.unit);
            format!("{unit} {}", registers.programme_codes().text(offer.programme))
        })
    };
    let pairs = read.links.iter().flat_map(|(year, link)| {
        link.pairs()
            .map(move |(from, to, students)| (format!("{year}: {} → {}", offer_text(from), offer_text(to)), students))
    });
    let repetitions = [Reason::Duplicate, Reason::SecondPlace, Reason::EarlierRound];
    let counts = read.rows.quality.iter().flat_map(|source| source.tally.counts());
    let repeated = counts.filter(|(reason, _)| repetitions.contains(reason)).map(|(_, count)| count.rows).sum();
    (read.flows.flows().iter().map(flow).collect(), pairs.collect(), repeated)
}

/// The rows, with ids removed that have three known homes or more in a census.
fn unshared(rows: &[TestRow]) -> Vec<TestRow> {
    let is_shared = |student: u16, year: u16| {
        [false, true].iter().any(|is_october| {
            let of_census = |row: &&TestRow| (row.2, row.1, row.0 == 2) == (student, year, *is_october) && row.3 != 2;
            let homes = rows.iter().filter(of_census).map(|row| row.3);
            homes.collect::<BTreeSet<usize>>().len() >= 3
        })
    };
    let mut many: BTreeMap<(u16, u16), usize> = BTreeMap::new();
    rows.iter().for_each(|row| *many.entry((row.2, row.1)).or_insert(0) += 1);
    let is_none = |row: &TestRow| row.2 != 0 && many[&(row.2, row.1)] > 2 && is_shared(row.2, row.1);
    rows.iter().map(|row| if is_none(row) { (row.0, row.1, 0, row.3, row.4, row.5, row.6) } else { *row }).collect()
}

/// The same by plain loops: of a student's rows in a census the smallest is kept (known before unknown), then every
/// flow and every pair is counted.
fn naive(rows: &[TestRow]) -> CoreCounts {
    let unit = |unit: usize| if unit == 2 { UNKNOWN } else { PLACES[unit] };
    let programme = |path: usize| ["NA", "BA", UNKNOWN][path];
    let home = |home: usize| if home == 2 { UNKNOWN } else { HOMES[home] };
    // Smaller stays: the unit, the programme (BA before NA), the home (1401 before 1402 before 1480), the year group.
    let rank = |r: &TestRow| (r.4, [1, 0, 2][r.5], [2, 0, 3, 1][r.3], r.6);
    let mut kept: Vec<&TestRow> = Vec::new();
    for row in rows {
        let is_same = |other: &&TestRow| row.2 != 0 && (row.2, row.1, row.0 == 2) == (other.2, other.1, other.0 == 2);
        match kept.iter().position(is_same) {
            Some(at) if rank(row) < rank(kept[at]) => kept[at] = row,
            Some(_) => {}
            None => kept.push(row),
        }
    }
    let (mut flows, mut pairs) = (BTreeMap::new(), BTreeMap::new());
    for row in &kept {
        let snapshots: &[&str] = match (row.0, row.6) {
            (0 | 1, _) => &["admission"],
            (_, 1) => &["october", "enrolled"],
            _ => &["enrolled"],
        };
        for snapshot in snapshots {
            let key = format!("{snapshot} {} {} {} {}", row.1, home(row.3), unit(row.4), programme(row.5));
            *flows.entry(key).or_insert(0) += 1;
        }
    }
    let place = |row: Option<&&TestRow>| match row {
        Some(row) if row.4 != 2 => format!("{} {}", unit(row.4), programme(row.5)),
        _ => String::new(),
    };
    let compared: Vec<&TestRow> = kept.iter().copied().filter(|row| row.0 != 2 || row.6 == 1).collect();
    for row in &compared {
        let is_other = |other: &&&TestRow| row.2 != 0 && (row.2, row.1) == (other.2, other.1) && other.0 == 2;
        let (from, to) = match row.0 {
            2 if compared.iter().any(|a| a.0 != 2 && row.2 != 0 && (a.1, a.2) == (row.1, row.2)) => continue,
            2 => (String::new(), place(Some(row))),
            _ => (place(Some(row)), place(compared.iter().find(is_other))),
        };
        if !(from.is_empty() && to.is_empty()) {
            *pairs.entry(format!("{}: {from} → {to}", row.1)).or_insert(0) += 1;
        }
    }
    (flows, pairs, (rows.len() - kept.len()) as u64)
}

/// Random rows, at least one per file; enough that whole chunks go to disk.
fn rows(most: usize) -> impl Strategy<Value = Vec<TestRow>> {
    let row = (0_usize..3, 2022_u16..2024, 0_u16..3000, 0_usize..4, 0_usize..3, 0_usize..3, 1_u8..4);
    proptest::collection::vec(row, 0..most).prop_map(|mut rows| {
        let first = |(file, year)| (file, year, 0, 0, 0, 0, 1);
        rows.extend([(0, 2022), (1, 2022), (2, 2022), (0, 2023), (1, 2023), (2, 2023)].map(first));
        rows.iter_mut().filter(|row| row.0 != 2).for_each(|row| row.6 = 1);
        rows
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn the_core_counts_what_plain_loops_count(
        rows in rows(6000),
        threads in 1_usize..4,
        memory in prop_oneof![Just(None), Just(Some(0)), (1_u64..200_000).prop_map(Some)],
    ) {
        let (flows, pairs, repeated) = core(&rows, threads, memory);
        let (naive_flows, naive_pairs, naive_repeated) = naive(&unshared(&rows));
        prop_assert_eq!(flows, naive_flows);
        prop_assert_eq!(pairs, naive_pairs);
        prop_assert_eq!(repeated, naive_repeated);
    }

    #[test]
    fn the_order_of_rows_changes_nothing(rows in rows(300), seed in any::<u64>()) {
        let mut shuffled = rows.clone();
        let mut state = seed;
        for at in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            shuffled.swap(at, (state >> 33) as usize % (at + 1));
        }
        prop_assert_eq!(core(&shuffled, 2, None), core(&rows, 1, Some(0)));
    }
}
