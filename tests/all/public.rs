//! The public release: nothing small in any file, sums of true values, and an attacker who finds nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Folder, Row};

/// The municipalities of the region that `synth` makes.
const REGION: [&str; 13] =
    ["1384", "1401", "1402", "1407", "1415", "1419", "1440", "1441", "1462", "1480", "1481", "1482", "1489"];
/// Tables with the columns that are counts of students or rows.
const COUNTS: [(&str, &[&str]); 8] = [
    ("flows", &["students"]),
    (
        "shares",
        &[
            "students",
            "own_provider",
            "other_municipality",
            "independent_home",
            "independent_elsewhere",
            "region_state",
            "cross_provider",
        ],
    ),
    ("dependence", &["students"]),
    ("concentration", &["students"]),
    ("balance", &["residents", "stay", "out", "into", "pupils_here"]),
    ("ledger", &["admitted", "stayed", "moved_out", "left", "moved_in", "arrived", "enrolled"]),
    ("moves", &["students"]),
    ("quality", &["rows", "students"]),
];

/// A folder with an invented region of one year, and both releases of its tables in `public` and `internal`.
fn region(seed: &str) -> Folder {
    let folder = Folder::new();
    folder.done(&["synth", "--students", "11300", "--seed", seed, "--years", "2023-2023", "--out", "set"]);
    let config = ["report", "--config", "set/elevflode.toml", "--only", "tables"];
    folder.done(&[&config[..], &["--release", "public", "--out", "public"]].concat());
    folder.done(&[&config[..], &["--release", "internal", "--out", "internal"]].concat());
    folder
}

fn table(folder: &Folder, release: &str, name: &str) -> Vec<Row> {
    folder.table(&format!("{release}/tables/{name}.csv"))
}

/// No count from 1 to 9 in any table.
fn nothing_small(folder: &Folder) {
    for (name, columns) in COUNTS {
        for row in table(folder, "public", name) {
            for column in columns {
                let is_small = row[*column].parse::<u64>().is_ok_and(|count| count > 0 && count < 10);
                assert!(!is_small, "{name}: {column} in {row:?}");
            }
        }
    }
}

/// What is shown of a row is what the internal table says.
fn shown_is_true(folder: &Folder) {
    let mut shown = 0;
    for (name, keys) in [("shares", 5), ("balance", 4), ("concentration", 4), ("ledger", 4)] {
        let header = std::fs::read_to_string(folder.path(&format!("public/tables/{name}.csv"))).unwrap();
        let columns: Vec<&str> = header.lines().next().unwrap().split(',').collect();
        let key = |row: &Row| columns[..keys].iter().map(|column| row[*column].clone()).collect::<Vec<_>>();
        let truth: BTreeMap<Vec<String>, Row> =
            table(folder, "internal", name).into_iter().map(|row| (key(&row), row)).collect();
        for row in table(folder, "public", name) {
            for column in columns[keys..].iter().filter(|column| row[**column] != "..") {
                assert_eq!(row[*column], truth[&key(&row)][*column], "{name}: {column} in {row:?}");
                shown += 1;
            }
        }
    }
    assert!(shown > 1000, "{shown}");
}

/// Every row of the public flows is the sum of the internal ones that it stands for, and none that is not zero is missing.
fn flows_are_sums(folder: &Folder) {
    let place: BTreeMap<String, String> = folder
        .table("set/skolenheter.csv")
        .into_iter()
        .map(|row| (row["code"].clone(), row["municipality"].clone()))
        .collect();
    let is_in_region = |code: &str| REGION.contains(&code);
    let mut sums: BTreeMap<[String; 5], u64> = BTreeMap::new();
    for row in table(folder, "internal", "flows") {
        let Some(place) = place.get(&row["unit"]) else { continue };
        let mut homes = vec!["ALL".to_owned()];
        match row["home"].as_str() {
            "?" => {}
            home if is_in_region(home) => homes.push(home.to_owned()),
            _ => homes.push("OUT".to_owned()),
        }
        let mut units = vec!["ALL".to_owned()];
        if is_in_region(place) {
            units.extend([row["unit"].clone(), format!("ALL-{place}")]);
        } else {
            units.push("ALL-OUT".to_owned());
        }
        for home in &homes {
            for unit in &units {
                for programme in [&row["programme"], "ALL"] {
                    let key = [&row["snapshot"], &row["year"], home, unit, programme].map(str::to_owned);
                    *sums.entry(key).or_insert(0) += row["students"].parse::<u64>().unwrap();
                }
            }
        }
    }
    let mut compared = 0;
    for row in table(folder, "public", "flows") {
        let key = ["snapshot", "year", "home", "unit", "programme"].map(|column| row[column].clone());
        let is_group = key[4].starts_with("ALL-");
        if row["students"] != ".." && !is_group {
            assert_eq!(row["students"].parse::<u64>().unwrap(), sums[&key], "{row:?}");
            compared += 1;
        }
    }
    assert!(compared > 100, "{compared}");
}

/// The interpreter that `tests/run.sh` installs for the attacker.
fn python() -> PathBuf {
    let target = Path::new(env!("CARGO_BIN_EXE_elevflode")).ancestors().nth(2).unwrap();
    let python = target.join("attacker/bin/python");
    assert!(python.exists(), "{} is missing: run bash tests/attacker/install.sh", python.display());
    python
}

fn attack(args: &[&str]) -> (Option<i32>, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/attacker/attack.py");
    let ran = Command::new(python()).arg(script).args(args).output().unwrap();
    (ran.status.code(), format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr)))
}

/// The attacker reads the files that were written; the internal tables only tell it which numbers are small.
fn attacked(folder: &Folder) {
    let programmes = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sweden/programmes.csv");
    let text = |name: &str| folder.path(name).to_str().unwrap().to_owned();
    let region = REGION.join(",");
    let units = text("set/skolenheter.csv");
    let args = [&text("public"), &text("internal"), &units, programmes.to_str().unwrap(), &region];
    let (code, said) = attack(&[&args[..], &["--snapshots", "admission,october"]].concat());
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn the_attacker_can_attack() {
    let (code, said) = attack(&["--self-test"]);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn a_public_region_gives_no_one_away() {
    let folder = region("1");
    nothing_small(&folder);
    shown_is_true(&folder);
    flows_are_sums(&folder);
    attacked(&folder);
    let manifest = String::from_utf8(folder.files("public")["manifest.json"].clone()).unwrap();
    assert!(!manifest.contains("\"rows\"") && !manifest.contains("\"bytes\"") && !manifest.contains("INTERN"));
    // The plans that were kept give the same tables, and so does one thread.
    let again = ["--release", "public", "--only", "tables", "--threads", "1", "--out", "again"];
    folder.done(&[&["report", "--config", "set/elevflode.toml"][..], &again].concat());
    let tables = |name: &str| {
        let mut files = folder.files(name);
        files.remove("timings.json");
        files
    };
    assert!(tables("public") == tables("again"));
    folder.done(&["flows", "--config", "set/elevflode.toml", "--release", "public", "--out", "flows.csv"]);
    let flows = std::fs::read(folder.path("flows.csv")).unwrap();
    assert!(flows == folder.files("public")["tables/flows.csv"]);
}

/// What cannot hide small counts yet is refused before any work.
#[test]
fn pictures_and_graphs_are_refused() {
    let folder = Folder::new();
    for (command, out) in [("report", "out"), ("flows", "flows.graphml"), ("flows", "flows.geojson")] {
        let ran = folder.run(&[command, "--release", "public", "--out", out]);
        assert_eq!(ran.code, 2, "{command} {out}: {}", ran.err);
        assert!(ran.err.contains("--only tables"), "{}", ran.err);
        assert!(!folder.path(out).exists());
    }
    let map = ["map", "--perspective", "home", "--of", "1480", "--release", "public", "--out", "map.svg"];
    assert_eq!(folder.run(&map).code, 2);
}

/// Some four minutes each: `cargo test --release --test all more_regions -- --ignored`.
#[test]
#[ignore = "twenty regions take more than an hour"]
fn more_regions_give_no_one_away() {
    for seed in 2..=20_u32 {
        let folder = region(&seed.to_string());
        nothing_small(&folder);
        shown_is_true(&folder);
        flows_are_sums(&folder);
        attacked(&folder);
    }
}
