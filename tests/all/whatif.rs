//! Diversion, its validation and what-if: the worked cases from extracts to tables, messages, and both releases of the demo.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::support::{Folder, Row, demo, row};

/// The worked case B1: K closes. Students of 1440 choose among K, X, Y and Z, those of 1480 among K, Y and Z.
const UNITS: &str = "code,name,municipality,provider,provider_kind\n\
    10000001,K,1480,1480,municipal\n10000002,X,1440,1440,municipal\n\
    10000003,Y,1480,FY,independent\n10000004,Z,1440,1440,municipal\n";
const STUDENTS: [(&str, &str, u64); 7] = [
    ("1440", "10000001", 30),
    ("1440", "10000002", 30),
    ("1440", "10000003", 20),
    ("1440", "10000004", 10),
    ("1480", "10000001", 20),
    ("1480", "10000003", 20),
    ("1480", "10000004", 20),
];
/// Free seats: X 6, Y 30, Z 12.
const SEATS: &str = "År;Skolenhetskod;Program;Platser;Tidpunkt\n2023;10000001;NA;60;oktober\n\
    2023;10000002;NA;36;oktober\n2023;10000003;NA;70;oktober\n2023;10000004;NA;42;oktober\n";
const CONFIG: &str = "[region]\nname = \"B\"\nmunicipalities = [\"1440\", \"1480\"]\n\
    [registers]\nunits = \"units.csv\"\n\
    [[extract]]\nkind = \"october\"\npath = \"october.csv\"\nyear = 2023\n[extract.columns]\ncount = \"Antal\"\n";
const OF_SEATS: &str =
    "[[extract]]\nkind = \"seats\"\npath = \"seats.csv\"\n[extract.columns]\nyear = \"År\"\ntime = \"Tidpunkt\"\n";

/// A folder with the worked case.
fn worked(has_seats: bool) -> Folder {
    let mut october = "Hemkommun;Skolenhetskod;Program;Antal\n".to_owned();
    for (home, unit, students) in STUDENTS {
        let _ = writeln!(october, "{home};{unit};NA;{students}");
    }
    let config = format!("{CONFIG}{}", if has_seats { OF_SEATS } else { "" });
    Folder::with(&[
        ("elevflode.toml", &*config),
        ("units.csv", UNITS),
        ("october.csv", &*october),
        ("seats.csv", SEATS),
    ])
}

/// Runs a scenario; returns its table.
fn whatif(folder: &Folder, out: &str, measures: &[&str]) -> Vec<Row> {
    let args = ["whatif", "--release", "internal", "--lang", "en", "--out", out];
    folder.done(&[&args[..], measures].concat());
    folder.table(&format!("{out}/tables/whatif.csv"))
}

/// Students by a column.
fn by(rows: &[Row], column: &str) -> BTreeMap<String, u64> {
    let mut out: BTreeMap<String, u64> = BTreeMap::new();
    for row in rows {
        *out.entry(row[column].clone()).or_default() += row["students"].parse::<u64>().unwrap();
    }
    out
}

fn counts<const N: usize>(all: [(&str, u64); N]) -> BTreeMap<String, u64> {
    all.into_iter().map(|(key, students)| (key.to_owned(), students)).collect()
}

#[test]
fn the_worked_case_of_closing_comes_out_of_extracts() {
    let unlimited = whatif(&worked(false), "out", &["--close", "K"]);
    assert_eq!(by(&unlimited, "to_unit"), counts([("10000002", 15), ("10000003", 20), ("10000004", 15)]));
    let folder = worked(true);
    let limited = whatif(&folder, "out", &["--close", "10000001"]);
    let wanted = counts([("-", 2), ("10000002", 6), ("10000003", 30), ("10000004", 12)]);
    assert_eq!(by(&limited, "to_unit"), wanted);
    assert_eq!(by(&limited, "home"), counts([("1440", 30), ("1480", 20)]));
    assert_eq!(by(&whatif(&folder, "one", &["--close", "K:NA"]), "to_unit"), wanted);
    // Z and X are run by 1440, both homes are in the area: nobody is first, and Y is independent.
    assert_eq!(by(&whatif(&folder, "first", &["--close", "K", "--first", "area"]), "to_unit"), wanted);
    for file in ["report.pdf", "slides.pptx", "slides.pdf", "maps/whatif.svg", "maps/whatif.png", "manifest.json"] {
        assert!(folder.path("out").join(file).is_file(), "{file}");
    }
}

/// Losing seats displaces those beyond the seats that remain; new seats take displaced students first.
#[test]
fn seats_are_lost_and_gained() {
    let folder = worked(true);
    // K has 50 students and 60 seats.
    assert!(whatif(&folder, "none", &["--seats", "K:NA=-10"]).is_empty());
    let lost = whatif(&folder, "lost", &["--seats", "K:NA=-15"]);
    assert_eq!(by(&lost, "from_unit"), counts([("10000001", 5)]));
    assert_eq!(by(&lost, "home"), counts([("1440", 3), ("1480", 2)]));
    let both = whatif(&folder, "both", &["--close", "K", "--seats", "X:NA=+20"]);
    let displaced: Vec<Row> = both.iter().filter(|row| row["from_unit"] == "10000001").cloned().collect();
    // X 15 in the first round, in which Z fills, and 0.6 of one more in the second.
    assert_eq!(by(&displaced, "to_unit"), counts([("10000002", 16), ("10000003", 22), ("10000004", 12)]));
    // Of the 20 new seats, displaced students take those beyond the 6 free ones; the others draw from X's cell.
    let drawn: Vec<Row> = both.iter().filter(|row| row["from_unit"] != "10000001").cloned().collect();
    assert_eq!(by(&drawn, "to_unit"), counts([("10000002", 10)]));
}

/// X draws from K, Y and Z as its own students divert: 1/2, 1/3, 1/6. A new unit like X draws from X too.
#[test]
fn new_seats_draw_as_the_worked_case() {
    let folder = worked(true);
    let grown = whatif(&folder, "grown", &["--seats", "X:NA=+12"]);
    assert_eq!(by(&grown, "from_unit"), counts([("10000001", 6), ("10000003", 4), ("10000004", 2)]));
    let opened = whatif(&folder, "opened", &["--open", "New:1480:NA=9:like=X"]);
    assert_eq!(by(&opened, "to_unit"), counts([("New", 9)]));
    let wanted = counts([("10000001", 3), ("10000002", 3), ("10000003", 2), ("10000004", 1)]);
    assert_eq!(by(&opened, "from_unit"), wanted);
}

#[test]
fn the_diversion_table_of_the_worked_case() {
    let folder = worked(true);
    folder.done(&["report", "--release", "internal", "--only", "tables", "--out", "out"]);
    let rows = folder.table("out/tables/diversion.csv");
    let to = |unit: &str| {
        let row = row(&rows, &[("unit", "10000001"), ("programme", "NA"), ("to_unit", unit)]);
        ["diversion", "students", "layer", "free_seats"].map(|column| row[column].clone())
    };
    assert_eq!(to("10000002"), ["0.300000", "15.000000", "home_programme", "6"]);
    assert_eq!(to("10000003"), ["0.400000", "20.000000", "home_programme", "30"]);
    assert_eq!(to("10000004"), ["0.300000", "15.000000", "home_programme", "12"]);
}

/// The worked case B2, with twice the moves: predicted 1/2, 1/3, 1/6, observed 12, 6, 2, by size 50, 40, 30.
#[test]
fn the_worked_case_of_validation() {
    let [mut admission, mut october] = ["Personid;Hemkommun;Skolenhetskod;Program\n"; 2].map(str::to_owned);
    let mut left = BTreeMap::from([("10000001", 12), ("10000003", 6), ("10000004", 2)]);
    let mut number = 0;
    for (home, unit, students) in STUDENTS {
        for _ in 0..students {
            number += 1;
            let _ = writeln!(admission, "P{number:05};{home};{unit};NA");
            let moves = left.get_mut(unit).filter(|left| **left > 0);
            let now = moves.map_or(unit, |left| {
                *left -= 1;
                "10000002"
            });
            let _ = writeln!(october, "P{number:05};{home};{now};NA");
        }
    }
    let seats = "År;Skolenhetskod;Program;Platser;Tidpunkt\n\
        2023;10000002;NA;30;antagning\n2023;10000002;NA;50;oktober\n";
    let config = "[region]\nname = \"B\"\nmunicipalities = [\"1440\", \"1480\"]\n\
        [registers]\nunits = \"units.csv\"\n\
        [[extract]]\nkind = \"admission\"\npath = \"admission.csv\"\nyear = 2023\n\
        [[extract]]\nkind = \"october\"\npath = \"october.csv\"\nyear = 2023\n";
    let config = format!("{config}{OF_SEATS}");
    let folder = Folder::with(&[
        ("elevflode.toml", &*config),
        ("units.csv", UNITS),
        ("admission.csv", &*admission),
        ("october.csv", &*october),
        ("seats.csv", seats),
    ]);
    folder.done(&["report", "--release", "internal", "--only", "tables", "--out", "out"]);
    let rows = folder.table("out/tables/validation.csv");
    let row = row(&rows, &[("kind", "raised"), ("group", "ALL")]);
    let found = ["units", "moves", "tvd", "tvd_baseline", "skill"].map(|column| row[column].as_str());
    assert_eq!(found, ["1", "20", "0.100000", "0.183333", "0.454545"]);
}

/// A unit that closes is compared with what the next cohort chose.
#[test]
fn closed_units_are_validated() {
    let mut october = "År;Hemkommun;Skolenhetskod;Program;Antal\n".to_owned();
    for (home, unit, students) in STUDENTS {
        let _ = writeln!(october, "2022;{home};{unit};NA;{students}");
    }
    // As predicted in 1440; in 1480 all to Y.
    for (home, unit, students) in
        [("1440", "10000002", 45), ("1440", "10000003", 30), ("1440", "10000004", 15), ("1480", "10000003", 60)]
    {
        let _ = writeln!(october, "2023;{home};{unit};NA;{students}");
    }
    let config = CONFIG.replace("year = 2023\n[extract.columns]\n", "[extract.columns]\nyear = \"År\"\n");
    let folder = Folder::with(&[("elevflode.toml", &*config), ("units.csv", UNITS), ("october.csv", &*october)]);
    folder.done(&["report", "--release", "internal", "--only", "tables", "--out", "out"]);
    let rows = folder.table("out/tables/validation.csv");
    let row = row(&rows, &[("year", "2023"), ("kind", "closed"), ("group", "ALL")]);
    // Predicted X 15, Y 20, Z 15; observed X 15, Y 30, Z 5; by size X 15, Y 20, Z 15 of 50 students.
    let found = ["units", "moves", "tvd", "tvd_baseline", "skill"].map(|column| row[column].as_str());
    assert_eq!(found, ["1", "50", "0.200000", "0.200000", "0.000000"]);
}

#[test]
fn every_mistake_has_a_message() {
    let folder = worked(true);
    for (measures, id) in [
        (&[][..], "--close"),
        (&["--close", "Q"], "10000001"),
        (&["--close", "K:TE"], "NA"),
        (&["--close", "provider:nobody"], "provider"),
        (&["--seats", "K:NA=20"], "=-20"),
        (&["--seats", "K:NA"], "=-20"),
        (&["--open", "New:1480:NA=0:like=X"], "like="),
        (&["--open", "New:9999:NA=10:like=X"], "nearest"),
    ] {
        let args = ["whatif", "--release", "internal", "--lang", "en", "--out", "out"];
        let ran = folder.run(&[&args[..], measures].concat());
        assert_eq!(ran.code, 2, "{measures:?}: {}", ran.err);
        assert!(ran.err.contains(id) && !ran.err.contains("panicked"), "{measures:?}: {}", ran.err);
        assert!(!folder.path("out").exists());
    }
}

/// The demo's diversion is not worse than the baseline, over all years.
#[test]
fn diversion_predicts_the_demo_at_least_as_well_as_size() {
    let rows = demo("internal", "sv").table("out/tables/validation.csv");
    let all: Vec<&Row> = rows.iter().filter(|row| row["kind"] == "raised" && row["group"] == "ALL").collect();
    assert_eq!(all.len(), 3, "one a year");
    let weighted = |column: &str| -> f64 {
        all.iter().map(|row| row[column].parse::<f64>().unwrap() * row["moves"].parse::<f64>().unwrap()).sum()
    };
    assert!(weighted("tvd") <= weighted("tvd_baseline"), "{} {}", weighted("tvd"), weighted("tvd_baseline"));
}

/// A public scenario has sums by home and kind of provider, by the rule of rounded counts, from published numbers alone.
#[test]
fn a_public_scenario_has_rounded_sums() {
    let folder = Folder::new();
    let units = demo("internal", "sv").table("out/tables/ledger.csv");
    let is_unit = |row: &&Row| row["year"] == "2023" && row["programme"] == "ALL" && row["unit"] != "ALL";
    let size = |row: &&Row| row["enrolled"].parse::<u64>().unwrap_or(0);
    let largest = units.iter().filter(is_unit).max_by_key(size).unwrap();
    folder.done(&["whatif", "--close", &largest["unit"], "--out", "out"]);
    let rows = folder.table("out/tables/whatif.csv");
    assert!(rows.len() > 5);
    for row in &rows {
        let students: u64 = row["students"].parse().unwrap();
        assert!(students >= 10 && students.is_multiple_of(5), "{row:?}");
        assert!(row["to_unit"] == "-" || row["to_unit"].starts_with("ALL"), "{row:?}");
    }
}
