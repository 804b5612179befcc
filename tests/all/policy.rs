//! Public releases by other policies than the default one, and beside earlier ones.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::support::{Folder, Row, number, sum};

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

/// A region of three municipalities, each with a unit of its own and an independent one, and three programmes, as counts of an
/// admission. `more` is added to the count of 0001 at its own unit on NA.
fn region(disclosure: &str, more: i64) -> Folder {
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
    folder.write("a.csv", extract(more).as_bytes());
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

#[test]
fn zeros_can_be_hidden() {
    let folder = region("zeros = \"hidden\"", 0);
    public(&folder, "out", &[]);
    let cells = shown(&folder, "out");
    // A programme that is in no population of a row is no number of anyone.
    assert!(cells.len() > 20, "{cells:?}");
    let zeros: Vec<_> = cells.iter().filter(|(_, count)| **count < 10).collect();
    let known = |key: &str| key.split(' ').nth(2).is_some_and(|programme| programme == "ALL-introduction");
    assert!(zeros.iter().all(|(key, count)| **count == 0 && known(key)), "{zeros:?}");
    let with_zeros = region("", 0);
    public(&with_zeros, "out", &[]);
    assert!(shown(&with_zeros, "out").iter().any(|(key, count)| *count == 0 && !known(key)));
}

#[test]
fn numbers_of_few_independent_units_can_be_hidden() {
    for rule in ["min_units = 2", "dominance = [1, 90]", "p_percent = 10", "pq = [10, 50]"] {
        let folder = region(rule, 0);
        public(&folder, "out", &[]);
        let rows = folder.table("out/tables/flows.csv");
        let units = |kind: char| rows.iter().filter(move |row| row["unit"].starts_with(kind));
        assert!(units('f').all(|row| row["students"] == ".."), "{rule}");
        assert!(units('k').any(|row| row["students"] != ".."), "{rule}");
        assert!(units('f').count() > 9, "{rule}");
    }
    let folder = region("", 0);
    public(&folder, "out", &[]);
    let rows = folder.table("out/tables/flows.csv");
    assert!(rows.iter().any(|row| row["unit"].starts_with('f') && row["students"] != ".."));
}

/// What an earlier release told is taken into account: nothing small follows from the difference of the two.
#[test]
fn two_releases_cannot_be_subtracted() {
    let folder = region("", 0);
    public(&folder, "first", &[]);
    let since = ["--since", "first/manifest.json"];
    public(&folder, "again", &since);
    let read = |out: &str| folder.files(out)["tables/flows.csv"].clone();
    let (first, again) = (shown(&folder, "first"), shown(&folder, "again"));
    assert!(first.iter().all(|(key, count)| again.get(key) == Some(count)), "what was told is told again");
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
    // The same from the config, whose paths start at its folder.
    let config = std::fs::read_to_string(folder.path("elevflode.toml")).unwrap();
    folder.write("elevflode.toml", format!("{config}since = [\"first/manifest.json\"]\n").as_bytes());
    public(&folder, "configured", &[]);
    assert!(read("careful") == read("configured"));
}

#[test]
fn earlier_releases_must_be_as_they_were_published() {
    let folder = region("", 0);
    public(&folder, "first", &[]);
    folder.done(&["report", "--only", "tables", "--release", "internal", "--out", "inside"]);
    let refused = |manifest: &str, wanted: &str| {
        let ran = folder.run(&["report", "--lang", "en", "--only", "tables", "--since", manifest, "--out", "out"]);
        assert_eq!(ran.code, 2, "{}", ran.err);
        assert!(ran.err.contains(wanted), "{}", ran.err);
        assert!(!folder.path("out").exists());
    };
    refused("none/manifest.json", "is not there");
    refused("elevflode.toml", "no manifest");
    refused("inside/manifest.json", "internal");
    folder.write("first/tables/flows.csv", b"snapshot,year,home,unit,programme,students\n");
    refused("first/manifest.json", "checksum");
    std::fs::remove_file(folder.path("first/tables/flows.csv")).unwrap();
    refused("first/manifest.json", "missing");
    let round = region("method = \"round\"\nsince = [\"x\"]", 0);
    let ran = round.run(&["report", "--lang", "en", "--out", "out"]);
    assert!(ran.code == 2 && ran.err.contains("suppress"), "{}", ran.err);
}

/// What levels cost stands beside the tables.
#[test]
fn levels_tell_what_they_cost() {
    let folder = region("levels = [\"home-programme\", \"home-provider\"]", 0);
    public(&folder, "out", &[]);
    let rows = folder.table("out/tables/disclosure.csv");
    let levels: Vec<&Row> = rows.iter().filter(|row| row["table"].starts_with("levels/")).collect();
    assert_eq!(
        levels.iter().map(|row| &*row["table"]).collect::<Vec<_>>(),
        ["levels/home-programme", "levels/home-provider"]
    );
    for row in levels {
        let hidden = number(row, "hidden_primary") + number(row, "hidden_secondary");
        assert!((0..=number(row, "cells")).contains(&hidden), "{row:?}");
    }
}

/// Rounded numbers are small nowhere, add up everywhere, agree between tables, and come near the truth.
#[test]
fn rounded_numbers_add_up() {
    let folder = Folder::new();
    folder.done(&["synth", "--students", "11300", "--seed", "1", "--years", "2023-2023", "--out", "set"]);
    let config = std::fs::read_to_string(folder.path("set/elevflode.toml")).unwrap();
    let config = config.replace("[disclosure]\n", "[disclosure]\nmethod = \"round\"\n");
    assert!(config.contains("round"));
    folder.write("set/elevflode.toml", config.as_bytes());
    let args = ["report", "--config", "set/elevflode.toml"];
    folder.done(&[&args[..], &["--out", "out"]].concat());
    folder.done(&[&args[..], &["--only", "tables", "--threads", "1", "--out", "again"]].concat());
    folder.tables("set/elevflode.toml", "inside");
    let read = |out: &str, name: &str| folder.table(&format!("{out}/tables/{name}.csv"));
    assert!(folder.files("out")["tables/flows.csv"] == folder.files("again")["tables/flows.csv"]);

    let shares = read("out", "shares");
    let open: Vec<&Row> = shares.iter().filter(|row| COUNTS.iter().all(|column| row[*column] != "..")).collect();
    assert!(open.len() > 400, "{}", open.len());
    for row in open {
        assert!(COUNTS.iter().all(|column| number(row, column) == 0 || number(row, column) >= 10), "{row:?}");
        assert_eq!(COUNTS[1..6].iter().map(|column| number(row, column)).sum::<i64>(), number(row, "students"));
    }
    let flows = read("out", "flows");
    let of = |home: &str, unit: &str, programme: &str| {
        let is_of = |row: &&Row| {
            (&*row["snapshot"], &*row["home"], &*row["unit"], &*row["programme"])
                == ("october", home, unit, programme)
        };
        flows.iter().find(is_of).map_or(0, |row| number(row, "students"))
    };
    for row in &read("out", "balance") {
        if (&*row["snapshot"], &*row["population"]) == ("october", "all") {
            assert_eq!(number(row, "residents"), number(row, "stay") + number(row, "out"), "{row:?}");
            assert_eq!(number(row, "pupils_here"), number(row, "stay") + number(row, "into"), "{row:?}");
            let home = &row["municipality"];
            if home != "ALL" {
                assert_eq!(number(row, "residents"), of(home, "ALL", "ALL"), "{row:?}");
            }
        }
    }
    let is_margin = |row: &&Row| row["programme"] == "ALL";
    let ledger = read("out", "ledger");
    for row in ledger.iter().filter(is_margin) {
        let add = |columns: &[&str]| columns.iter().map(|column| number(row, column)).sum::<i64>();
        assert!(COUNTS_OF_LEDGER.iter().all(|column| number(row, column) == 0 || number(row, column) >= 10));
        if row["unit"] != "ALL" {
            assert_eq!(number(row, "admitted"), add(&["stayed", "moved_out", "left"]), "{row:?}");
            assert_eq!(number(row, "enrolled"), add(&["stayed", "moved_in", "arrived"]), "{row:?}");
        }
        if row["population"] == "all" && row["unit"] != "ALL" {
            assert_eq!(number(row, "enrolled"), of("ALL", &row["unit"], "ALL"), "{row:?}");
        }
    }
    let truth = read("inside", "shares");
    let all = |rows: &[Row]| {
        sum(
            rows.iter().filter(|row| row["home"] != "ALL" && row["programme"] == "ALL" && row["population"] == "all"),
            "students",
        )
    };
    let (rounded, exact) = (all(&shares), all(&truth));
    assert!(rounded != exact && (rounded - exact).abs() * 200 < exact, "{rounded}, {exact}");
    let html = String::from_utf8(folder.files("out")["index.html"].clone()).unwrap();
    assert!(html.contains("avrundat till 0 eller 10"));
}

const COUNTS_OF_LEDGER: [&str; 7] = ["admitted", "stayed", "moved_out", "left", "moved_in", "arrived", "enrolled"];
