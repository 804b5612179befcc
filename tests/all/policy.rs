//! Public releases of exact numbers, and releases after earlier ones.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::support::{Folder, Row, number};

const HOMES: [&str; 3] = ["0001", "0002", "0003"];
const COUNTS: [&str; 7] = [
    "students",
    "own_provider",
    "other_municipality",
    "independent_home",
    "independent_elsewhere",
    "region_state",
    "cross_provider",
];

/// A region of three municipalities, each with its own unit and an independent one, and three programmes, as counts at
/// admission. `more` is added to the count of 0001 at its own unit on NA.
fn region(disclosure: &str, more: i64) -> Folder {
    let folder = config(disclosure);
    folder.write("a.csv", extract(more).as_bytes());
    folder
}

/// The same region with exact numbers.
fn exact_region(disclosure: &str, more: i64) -> Folder {
    region(&format!("method = \"suppress\"\n{disclosure}"), more)
}

fn config(disclosure: &str) -> Folder {
    let folder = Folder::with(&[
        ("m.csv", "code,name\n0001,Ett\n0002,Två\n0003,Tre\n"),
        (
            "elevflode.toml",
            &format!(
                "[region]\nname = \"Test\"\nmunicipalities = [\"0001\", \"0002\", \"0003\"]\n[registers]\n\
                 municipalities = \"m.csv\"\nunits = \"u.csv\"\n[[extract]]\nkind = \"admission\"\npath = \"a.csv\"\n\
                 year = 2023\n[disclosure]\n{disclosure}\n"
            ),
        ),
    ]);
    let mut units = "code,name,municipality,provider,provider_kind\n".to_owned();
    for home in HOMES {
        writeln!(units, "k{home},Kommunal {home},{home},{home},municipal").unwrap();
        writeln!(units, "f{home},Fri {home},{home},fri{home},independent").unwrap();
    }
    folder.write("u.csv", units.as_bytes());
    folder
}

fn extract(more: i64) -> String {
    let mut rows = "Hemkommun,Skolenhetskod,Studievägskod,Antal\n".to_owned();
    for (h, home) in HOMES.iter().enumerate() {
        for (u, unit) in HOMES.iter().flat_map(|code| [format!("k{code}"), format!("f{code}")]).enumerate() {
            for (p, programme) in ["NA", "BA", "EE"].iter().enumerate() {
                let own = if u / 2 == h { 60 } else { 0 };
                let count = (h * 7 + u * 5 + p * 3) as i64 % 23 + own + if (h, u, p) == (0, 0, 0) { more } else { 0 };
                writeln!(rows, "{home},{unit},{programme},{count}").unwrap();
            }
        }
    }
    rows
}

fn public(folder: &Folder, out: &str, more: &[&str]) {
    folder.done(&[&["report", "--only", "tables", "--out", out], more].concat());
}

/// The shown counts of flows and shares by table and key.
fn shown(folder: &Folder, out: &str) -> BTreeMap<String, i64> {
    let mut cells = BTreeMap::new();
    for row in folder.table(&format!("{out}/tables/flows.csv")) {
        cells.insert(format!("{} {} {}", row["home"], row["unit"], row["programme"]), row["students"].clone());
    }
    for row in folder.table(&format!("{out}/tables/shares.csv")) {
        for column in COUNTS {
            let key = format!("{} {} {} {column}", row["population"], row["home"], row["programme"]);
            cells.insert(key, row[column].clone());
        }
    }
    cells.into_iter().filter_map(|(key, text)| Some((key, text.parse().ok()?))).collect()
}

/// The shown counts of shares by key.
fn shares(folder: &Folder, out: &str) -> BTreeMap<String, i64> {
    let rows = folder.table(&format!("{out}/tables/shares.csv"));
    let cells = rows.iter().flat_map(|row| {
        let key = format!("{} {} {}", row["population"], row["home"], row["programme"]);
        COUNTS.iter().filter_map(move |column| Some((format!("{key} {column}"), row[*column].parse().ok()?)))
    });
    cells.collect()
}

#[test]
fn zeros_can_be_hidden() {
    let folder = exact_region("zeros = \"hidden\"", 0);
    public(&folder, "out", &[]);
    let cells = shown(&folder, "out");
    // A programme outside the population of a row counts nobody.
    assert!(cells.len() > 20, "{cells:?}");
    let zeros: Vec<_> = cells.iter().filter(|(_, count)| **count < 10).collect();
    let known = |key: &str| key.split(' ').nth(2).is_some_and(|programme| programme == "ALL-introduction");
    assert!(zeros.iter().all(|(key, count)| **count == 0 && known(key)), "{zeros:?}");
    let with_zeros = exact_region("", 0);
    public(&with_zeros, "out", &[]);
    assert!(shown(&with_zeros, "out").iter().any(|(key, count)| *count == 0 && !known(key)));
}

#[test]
fn numbers_of_few_independent_units_can_be_hidden() {
    for rule in ["min_units = 2", "dominance = [1, 90]", "p_percent = 10", "pq = [10, 50]"] {
        let folder = exact_region(rule, 0);
        public(&folder, "out", &[]);
        let rows = folder.table("out/tables/flows.csv");
        let units = |kind: char| rows.iter().filter(move |row| row["unit"].starts_with(kind));
        assert!(units('f').all(|row| row["students"] == ".."), "{rule}");
        assert!(units('k').any(|row| row["students"] != ".."), "{rule}");
        assert!(units('f').count() > 9, "{rule}");
    }
    let folder = exact_region("", 0);
    public(&folder, "out", &[]);
    let rows = folder.table("out/tables/flows.csv");
    assert!(rows.iter().any(|row| row["unit"].starts_with('f') && row["students"] != ".."));
}

/// An earlier release is taken into account: the difference of the two reveals nothing small.
#[test]
fn two_releases_cannot_be_subtracted() {
    let folder = exact_region("", 0);
    public(&folder, "first", &[]);
    let since = ["--since", "first/manifest.json"];
    public(&folder, "again", &since);
    let read = |out: &str| folder.files(out)["tables/flows.csv"].clone();
    let (first, again) = (shown(&folder, "first"), shown(&folder, "again"));
    assert!(first.iter().all(|(key, count)| again.get(key) == Some(count)), "what was shown is shown again");
    folder.write("a.csv", extract(4).as_bytes());
    let differences = |out: &str| -> Vec<i64> {
        let first = shown(&folder, "first");
        let both = shown(&folder, out).into_iter().filter_map(|(key, count)| Some((count - first.get(&key)?).abs()));
        both.filter(|difference| (1..10).contains(difference)).collect()
    };
    public(&folder, "careless", &[]);
    assert!(!differences("careless").is_empty());
    public(&folder, "careful", &since);
    assert_eq!(differences("careful"), Vec::<i64>::new());
    assert!(shown(&folder, "careful").len() > 30);
    // The same from the config, whose paths are relative to its folder.
    let config = std::fs::read_to_string(folder.path("elevflode.toml")).unwrap();
    folder.write("elevflode.toml", format!("{config}since = [\"first/manifest.json\"]\n").as_bytes());
    public(&folder, "configured", &[]);
    assert!(read("careful") == read("configured"));
}

#[test]
fn earlier_releases_must_be_as_they_were_published() {
    let folder = exact_region("", 0);
    public(&folder, "first", &[]);
    folder.done(&["report", "--only", "tables", "--release", "internal", "--out", "inside"]);
    let refused = |manifest: &str, wanted: &str| {
        let ran = folder.run(&["report", "--lang", "en", "--only", "tables", "--since", manifest, "--out", "out"]);
        assert_eq!(ran.code, 2, "{}", ran.err);
        assert!(ran.err.contains(wanted), "{}", ran.err);
        assert!(!folder.path("out").exists());
    };
    refused("none/manifest.json", "does not exist");
    refused("elevflode.toml", "not a manifest");
    refused("inside/manifest.json", "internal");
    folder.write("first/tables/flows.csv", b"snapshot,year,home,unit,programme,students\n");
    refused("first/manifest.json", "checksum");
    std::fs::remove_file(folder.path("first/tables/flows.csv")).unwrap();
    refused("first/manifest.json", "missing");
    let round = region("", 0);
    public(&round, "first", &[]);
    for other in ["round_to = 10", "levels = [\"home-programme\"]", "method = \"suppress\""] {
        let config = std::fs::read_to_string(round.path("elevflode.toml")).unwrap();
        round.write("other.toml", config.replace("[disclosure]\n", &format!("[disclosure]\n{other}\n")).as_bytes());
        let args = ["report", "--config", "other.toml", "--lang", "en", "--only", "tables"];
        let since = round.run(&[&args[..], &["--since", "first/manifest.json", "--out", "out"]].concat());
        assert!(since.code == 2 && since.err.contains("other rules"), "{other}: {}", since.err);
        // Nor can it replace the other.
        let instead = round.run(&[&args[..], &["--out", "first"]].concat());
        assert!(instead.code == 2 && instead.err.contains("other rules"), "{other}: {}", instead.err);
    }
}

/// The table `disclosure` shows what levels cost.
#[test]
fn the_cost_of_levels_is_shown() {
    let folder = exact_region("levels = [\"home-programme\", \"home-provider\"]", 0);
    public(&folder, "out", &[]);
    let rows = folder.table("out/tables/disclosure.csv");
    let levels: Vec<&Row> = rows.iter().filter(|row| row["table"].starts_with("levels/")).collect();
    assert_eq!(
        levels.iter().map(|row| &*row["table"]).collect::<Vec<_>>(),
        ["levels/home-programme", "levels/home-provider"]
    );
    for row in levels {
        let [cells, shown, below, withheld] =
            ["cells", "shown", "below_threshold", "withheld"].map(|column| number(row, column));
        assert_eq!(cells, shown + below + withheld, "{row:?}");
        assert!(shown > 0, "{row:?}");
    }
}

/// Planning that takes too long ends with a message that names the way out, and publishes nothing.
#[test]
fn planning_has_a_time_limit() {
    let folder = Folder::new();
    folder.done(&["synth", "--students", "3000", "--seed", "1", "--years", "2023-2023", "--out", "set"]);
    let config = std::fs::read_to_string(folder.path("set/elevflode.toml")).unwrap();
    let limited = "[disclosure]\nmethod = \"suppress\"\ntime_limit = 1\n";
    folder.write("set/elevflode.toml", config.replace("[disclosure]\n", limited).as_bytes());
    let ran = folder.run(&["report", "--config", "set/elevflode.toml", "--lang", "en", "--out", "out"]);
    assert_eq!(ran.code, 5, "{}", ran.err);
    assert!(ran.err.contains("method = \"round\"") && ran.err.contains("time_limit"), "{}", ran.err);
    assert!(!folder.path("out/tables").exists());
}

/// Corrections of three students: no published number changes because of them, and a release into the same folder
/// takes account of the earlier one.
#[test]
fn corrections_of_three_students_are_not_revealed() {
    let folder = region("", 0);
    public(&folder, "first", &[]);
    let first = folder.files("first");
    let (mut published, mut differs_without) = (0, 0);
    for pair in 0..20 {
        let out = format!("out{pair}");
        folder.write("a.csv", corrected(pair).as_bytes());
        // If they could be revealed, nothing is published.
        let ran = folder.run(&["report", "--only", "tables", "--since", "first/manifest.json", "--out", &out]);
        assert!([0, 5].contains(&ran.code), "{}", ran.err);
        if ran.code == 5 {
            continue;
        }
        published += 1;
        let (before, after) = (shown(&folder, "first"), shown(&folder, &out));
        let common = before.iter().filter_map(|(key, count)| Some((key, count, after.get(key)?)));
        assert!(common.clone().count() > 100);
        // A number changes only if its published value is more than four from the present count.
        folder.done(&["report", "--only", "tables", "--release", "internal", "--out", &format!("inside{pair}")]);
        let truth = shares(&folder, &format!("inside{pair}"));
        for (key, before, after) in common.filter(|(key, ..)| truth.contains_key(*key)) {
            let is_near = (before - truth[key]).abs() <= 4;
            assert!(before == after || !is_near, "{pair}: {key} was {before}, is {after}");
        }
        public(&folder, &format!("careless{pair}"), &[]);
        let careless = shown(&folder, &format!("careless{pair}"));
        differs_without +=
            usize::from(before.iter().any(|(key, count)| careless.get(key).is_some_and(|c| c != count)));
        // Into the folder of the earlier release.
        folder.write("place/manifest.json", &first["manifest.json"]);
        for (name, bytes) in first.iter().filter(|(name, _)| name.starts_with("tables/")) {
            folder.write(&format!("place/{name}"), bytes);
        }
        public(&folder, "place", &[]);
        let tables = |out: &str| -> BTreeMap<String, Vec<u8>> {
            folder.files(out).into_iter().filter(|(name, _)| name.starts_with("tables/")).collect()
        };
        assert!(tables("place") == tables(&out), "{pair}");
    }
    assert!(published >= 5, "{published} of 20 corrections could be published");
    assert!(differs_without * 2 > published, "{differs_without} of {published} corrections would have been seen");
}

/// The extract after three students have changed their unit or programme.
fn corrected(pair: usize) -> String {
    let text = extract(0);
    let mut rows: Vec<(String, i64)> = text
        .lines()
        .skip(1)
        .map(|line| line.rsplit_once(',').unwrap())
        .map(|(key, count)| (key.to_owned(), count.parse().unwrap()))
        .collect();
    let some: Vec<usize> = (0..rows.len()).filter(|row| rows[*row].1 >= 3).collect();
    let from = some[pair * 7 % some.len()];
    let to = (from + 5 + pair) % rows.len();
    rows[from].1 -= 3;
    rows[to].1 += 3;
    let lines = rows.iter().map(|(key, count)| format!("{key},{count}\n"));
    std::iter::once("Hemkommun,Skolenhetskod,Studievägskod,Antal\n".to_owned()).chain(lines).collect()
}

/// No public file depends on a hidden number: if two extracts give the same public tables, every file is the same.
#[test]
fn every_public_file_follows_from_the_tables() {
    // Units are not published: a student who moves to the other unit of the municipality changes no public table.
    // An earlier year, so that changes are divided: their effects must follow from the other tables.
    let earlier = "\n[[extract]]\nkind = \"admission\"\npath = \"b.csv\"\nyear = 2022\n";
    let folder = region(&format!("levels = [\"home-programme\", \"home-place\"]{earlier}"), 0);
    folder.write("b.csv", extract(11).as_bytes());
    let tables = |folder: &Folder, out: &str| -> BTreeMap<String, Vec<u8>> {
        public(folder, out, &[]);
        let is_compared = |name: &str| name.starts_with("tables/") && !name.starts_with("tables/change");
        folder.files(out).into_iter().filter(|(name, _)| is_compared(name)).collect()
    };
    let wanted = tables(&folder, "first");
    let text = extract(0);
    let lines: Vec<&str> = text.lines().collect();
    let cell = |line: &str| -> ([String; 3], i64) {
        let fields: Vec<&str> = line.split(',').collect();
        ([0, 1, 2].map(|n| fields[n].to_owned()), fields[3].parse().unwrap())
    };
    let cells: Vec<([String; 3], i64)> = lines[1..].iter().map(|line| cell(line)).collect();
    let is_small = |count: i64| (1..9).contains(&count);
    let mut found = Vec::new();
    // A student moves between two small counts that differ in one of home, unit and programme.
    for (from, to) in (0..cells.len()).flat_map(|from| (0..cells.len()).map(move |to| (from, to))) {
        let alike = cells[from].0.iter().zip(&cells[to].0).filter(|(a, b)| a == b).count();
        if alike != 2 || !is_small(cells[from].1) || !is_small(cells[to].1) || found.len() == 2 {
            continue;
        }
        let count = |n: usize| cells[n].1 + i64::from(n == to) - i64::from(n == from);
        let rows = (0..cells.len()).map(|n| format!("{},{}\n", cells[n].0.join(","), count(n)));
        let text: String = std::iter::once(format!("{}\n", lines[0])).chain(rows).collect();
        folder.write("a.csv", text.as_bytes());
        if tables(&folder, &format!("try-{from}-{to}")) == wanted {
            found.push(text);
        }
    }
    assert!(!found.is_empty(), "no change of an extract leaves the tables as they are");
    let whole = |text: &str, out: &str| {
        folder.write("a.csv", text.as_bytes());
        folder.done(&["report", "--out", out]);
        let mut files = folder.files(out);
        files.remove("timings.json");
        files
    };
    let first = whole(&text, "whole");
    assert!(first["tables/change.csv"].len() > 1000, "effects are published");
    for (n, other) in found.iter().enumerate() {
        let other = whole(other, &format!("other{n}"));
        assert_eq!(first.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
        let differing: Vec<&String> = first.keys().filter(|name| first[*name] != other[*name]).collect();
        assert!(differing.is_empty(), "{differing:?}");
    }
}
