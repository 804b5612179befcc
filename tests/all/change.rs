//! Why shares changed: the worked case from extracts to tables, both releases, and the demo without remainder.

use std::collections::BTreeMap;

use crate::support::{Folder, Row, demo, row};

/// The worked case A2: u3 closes, u4 opens, and u5 gets another provider. Its counts are those of students on 15 October.
const UNITS: &str = "code,name,municipality,provider,provider_kind,valid_from,valid_to,successor\n\
    10000001,u1,1480,1480,municipal,,,\n\
    10000002,u2,1440,1440,municipal,,,\n\
    10000003,u3,1480,F3,independent,,,\n\
    10000004,u4,1480,F4,independent,,,\n\
    10000005,u5,1480,1480,municipal,,2022,\n\
    10000005,u5,1480,F5,independent,2023,,\n";
const OCTOBER: &str = "År;Hemkommun;Skolenhetskod;Program;Antal\n\
    2022;1480;10000001;NA;60\n2022;1480;10000003;NA;20\n2022;1480;10000002;NA;20\n\
    2022;1480;10000001;BA;20\n2022;1480;10000005;BA;30\n\
    2022;1440;10000002;NA;30\n2022;1440;10000001;NA;20\n\
    2023;1480;10000001;NA;44\n2023;1480;10000002;NA;36\n2023;1480;10000004;NA;20\n\
    2023;1480;10000001;BA;10\n2023;1480;10000005;BA;15\n\
    2023;1440;10000002;NA;50\n2023;1440;10000001;NA;25\n2023;1440;10000004;NA;25\n";
const CONFIG: &str = "[region]\nname = \"A2\"\nmunicipalities = [\"1440\", \"1480\"]\n\
    [registers]\nunits = \"units.csv\"\n\
    [[extract]]\nkind = \"october\"\npath = \"october.csv\"\n\
    [extract.columns]\nyear = \"År\"\ncount = \"Antal\"\n";

/// The effects on the share in the tables of these inputs, by factor.
fn effects(units: &str, october: &str, more: &str, home: &str) -> (Folder, BTreeMap<String, String>) {
    let config = format!("{CONFIG}{more}");
    let folder = Folder::with(&[("elevflode.toml", &config), ("units.csv", units), ("october.csv", october)]);
    folder.done(&["report", "--release", "internal", "--only", "tables", "--out", "out"]);
    let effects = of(&folder.table("out/tables/change.csv"), home, "effect_share");
    (folder, effects)
}

fn of(rows: &[Row], home: &str, column: &str) -> BTreeMap<String, String> {
    of_population(rows, "national", home, column)
}

fn of_population(rows: &[Row], population: &str, home: &str, column: &str) -> BTreeMap<String, String> {
    let scope = if home == "ALL" { "region" } else { "home" };
    let wanted =
        [("snapshot", "october"), ("population", population), ("scope", scope), ("home", home), ("programme", "ALL")];
    let is_wanted = |row: &&Row| wanted.iter().all(|(column, value)| row[*column] == *value);
    rows.iter().filter(is_wanted).map(|row| (row["factor"].clone(), row[column].clone())).collect()
}

fn texts<const N: usize>(effects: [(&str, &str); N]) -> BTreeMap<String, String> {
    effects.into_iter().map(|(factor, effect)| (factor.to_owned(), effect.to_owned())).collect()
}

/// Effects of the worked case A2, as decimals of its exact fractions.
fn worked() -> BTreeMap<String, String> {
    texts([
        ("cohort", "0.004527"),
        ("mix", "0.016238"),
        ("closed", "-0.056359"),
        ("opened", "0.110732"),
        ("provider", "0.105741"),
        ("choice", "0.056899"),
        ("ALL", "0.237778"),
    ])
}

#[test]
fn the_worked_case_comes_out_of_extracts() {
    let (folder, region) = effects(UNITS, OCTOBER, "", "ALL");
    assert_eq!(region, worked());
    let rows = folder.table("out/tables/change.csv");
    let wanted = [
        ("cohort", "11.7626"),
        ("mix", "3.3426"),
        ("closed", "-11.8319"),
        ("opened", "23.6426"),
        ("provider", "22.1667"),
        ("choice", "11.9176"),
        ("ALL", "61.0000"),
    ];
    for (factor, students) in of(&rows, "ALL", "effect_students") {
        let wanted = wanted.iter().find(|(of, _)| *of == factor).unwrap().1;
        assert_eq!(format!("{:.4}", students.parse::<f64>().unwrap()), wanted, "{factor}");
    }
    // 527/22500, −107/1250, 213/2500, 4/25, 1331/11250; and 19/120, −7/120.
    let home = [
        ("ALL", "0.301333"),
        ("cohort", "."),
        ("mix", "0.023422"),
        ("closed", "-0.085600"),
        ("opened", "0.085200"),
        ("provider", "0.160000"),
        ("choice", "0.118311"),
    ];
    assert_eq!(of(&rows, "1480", "effect_share"), texts(home));
    let home = [
        ("ALL", "0.100000"),
        ("cohort", "."),
        ("mix", "0.000000"),
        ("closed", "0.000000"),
        ("opened", "0.158333"),
        ("provider", "0.000000"),
        ("choice", "-0.058333"),
    ];
    assert_eq!(of(&rows, "1440", "effect_share"), texts(home));
    // Students of the region at the units of 1480: 130 of 200, and 79 of 225; u5 took 15 of them with it.
    let provider = |factor: &str| {
        let wanted = [("population", "national"), ("scope", "provider"), ("home", "1480"), ("factor", factor)];
        let row = row(&rows, &wanted);
        [row["effect_share"].clone(), row["effect_students"].clone()]
    };
    assert_eq!(provider("ALL"), ["-0.298889", "-51.000000"]);
    assert!(provider("provider")[0].starts_with("-0.1") && provider("opened")[0].starts_with("-0.0"));
    let units = folder.table("out/tables/change_units.csv");
    let of_unit = |factor: &str| -> Vec<&str> {
        let is_of = |row: &&Row| {
            (row["scope"].as_str(), row["population"].as_str(), row["factor"].as_str())
                == ("region", "national", factor)
                && row["programme"] == "ALL"
        };
        units.iter().filter(is_of).map(|row| row["unit"].as_str()).collect()
    };
    assert_eq!(
        [of_unit("closed"), of_unit("opened"), of_unit("provider")],
        [["10000003"], ["10000004"], ["10000005"]]
    );
}

/// A unit that another code takes over is one with its successor: nothing changes. Without a successor in the register, it
/// has closed and the other has opened.
#[test]
fn a_successor_makes_one_lineage() {
    let old = "10000005,u5,1480,1480,municipal,,2022,\n10000005,u5,1480,F5,independent,2023,,\n";
    let new = |successor: &str| {
        format!("10000005,u5,1480,1480,municipal,,2022,{successor}\n10000006,u6,1480,F5,independent,2023,,\n")
    };
    let october = OCTOBER.replace("2023;1480;10000005", "2023;1480;10000006");
    assert!(UNITS.contains(old) && october != OCTOBER);
    assert_eq!(effects(&UNITS.replace(old, &new("10000006")), &october, "", "ALL").1, worked());
    let apart = effects(&UNITS.replace(old, &new("")), &october, "", "ALL").1;
    assert_eq!((&*apart["provider"], &*apart["ALL"]), ("0.000000", "0.237778"));
    assert_ne!(apart["opened"], worked()["opened"], "students of u6 are at an opened offer");
}

/// An offer with seats exists, also without students; a programme is compared under the code of the second year.
#[test]
fn offers_have_seats_and_programmes_have_successors() {
    let seats = "\n[[extract]]\nkind = \"seats\"\npath = \"seats.csv\"\nyear = 2023\n";
    let config = format!("{CONFIG}{seats}");
    let seats = "Skolenhetskod;Program;Platser;Tidpunkt\n10000003;NA;30;oktober\n";
    // HA became FS in 2022; a student of 2021 is compared as FS.
    let october = OCTOBER
        .replace("2022;", "2021;")
        .replace(";BA;", ";HA;")
        .replace("2023;1480;10000001;HA", "2023;1480;10000001;FS");
    let october = october.replace("2023;1480;10000005;HA", "2023;1480;10000005;FS");
    let files =
        [("elevflode.toml", &*config), ("units.csv", UNITS), ("october.csv", &*october), ("seats.csv", seats)];
    let folder = Folder::with(&files);
    folder.done(&["report", "--release", "internal", "--only", "tables", "--out", "out"]);
    let rows = folder.table("out/tables/change.csv");
    let effects = of(&rows, "ALL", "effect_share");
    assert_eq!((&*effects["closed"], &*effects["ALL"]), ("0.000000", "0.237778"));
    assert!(rows.iter().all(|row| row["programme"] != "HA"), "HA is FS");
}

/// A national programme succeeds an introduction programme: their students are in one cell of all students, while the
/// national population has those of the national programme alone.
#[test]
fn a_programme_succeeds_one_of_another_population() {
    let programmes = "code,name,kind,valid_from,valid_to,successor\nNA,NA,preparatory,,,\nBA,BA,vocational,,,\n\
        IMZ,IMZ,introduction,,2022,BA\n";
    let more = "2022;1480;10000003;IMZ;8\n2022;1480;10000002;IMZ;12\n";
    let run = |more: &str| {
        let october = format!("{OCTOBER}{more}");
        let config = CONFIG.replace("[[extract]]", "programmes = \"programmes.csv\"\n[[extract]]");
        let files = [("programmes.csv", programmes), ("units.csv", UNITS), ("october.csv", &*october)];
        let folder = Folder::with(&[&[("elevflode.toml", &*config)], &files[..]].concat());
        folder.done(&["report", "--release", "internal", "--only", "tables", "--out", "out"]);
        folder.table("out/tables/change.csv")
    };
    let (mixed, one) = (run(more), run(&more.replace("IMZ", "BA")));
    assert_eq!(of(&mixed, "ALL", "effect_share"), worked());
    for home in ["ALL", "1480"] {
        for column in ["effect_share", "effect_students", "cells"] {
            let all = |rows: &[Row]| of_population(rows, "all", home, column);
            assert_eq!(all(&mixed), all(&one), "{home} {column}");
        }
    }
    assert_ne!(of(&one, "ALL", "effect_share"), worked());
}

/// The effects of every group sum to its change, and those of homes and of programmes to those of the region.
#[test]
fn the_demo_decomposes_without_remainder() {
    let rows = demo("internal", "sv").table("out/tables/change.csv");
    assert!(rows.len() > 10_000, "{}", rows.len());
    let columns = ["snapshot", "year_from", "year_to", "population", "scope", "home", "programme"];
    let millionths = |row: &Row, column: &str| {
        if row[column] == "." { 0 } else { (row[column].parse::<f64>().unwrap() * 1e6).round() as i64 }
    };
    let mut sums: BTreeMap<Vec<&str>, [i64; 2]> = BTreeMap::new();
    let mut parts: BTreeMap<(Vec<&str>, bool), i64> = BTreeMap::new();
    for row in rows.iter() {
        let key: Vec<&str> = columns.iter().map(|column| row[*column].as_str()).collect();
        let sign = if row["factor"] == "ALL" { -1 } else { 1 };
        let sum = sums.entry(key).or_default();
        sum[0] += sign * millionths(row, "effect_share");
        sum[1] += sign * millionths(row, "effect_students");
        if row["scope"] == "region" {
            let (home, programme) = (row["home"] != "ALL", row["programme"] != "ALL");
            let of = || columns[..4].iter().chain(&["factor"]).map(|column| row[*column].as_str()).collect();
            let effect = millionths(row, "effect_share");
            match (home, programme) {
                (false, false) => {
                    [false, true].iter().for_each(|by| *parts.entry((of(), *by)).or_default() -= effect)
                }
                (is_home, _) => *parts.entry((of(), is_home)).or_default() += effect,
            }
        }
    }
    assert_eq!(sums.values().filter(|sum| **sum != [0, 0]).count(), 0);
    // Each of at most some forty homes or programmes is rounded by itself.
    let rest = parts.values().map(|rest| rest.abs()).max();
    assert!(rest.is_some_and(|rest| rest <= 20), "{rest:?}");
}

/// The public release has effects in its steps, without single students, and close to the exact ones: it knows the sums
/// that readers know.
#[test]
fn public_effects_are_rounded_and_close() {
    let (public, internal) = (demo("public", "sv"), demo("internal", "sv"));
    let rows = public.table("out/tables/change.csv");
    let units = public.table("out/tables/change_units.csv");
    assert!(rows.len() > 1000 && !units.is_empty());
    for row in rows.iter().chain(&units) {
        let step = |column: &str, step: i64| {
            let text = &*row[column];
            text == "." || (text.parse::<f64>().unwrap() * 1e6).round() as i64 % step == 0
        };
        assert!(step("effect_share", 1000) && step("effect_students", 5_000_000), "{row:?}");
    }
    let exact = internal.table("out/tables/change.csv");
    for row in &rows {
        if row["scope"] != "region" || row["home"] != "ALL" || row["programme"] != "ALL" {
            continue;
        }
        let columns = ["snapshot", "year_from", "year_to", "population", "scope", "home", "programme", "factor"];
        let key: Vec<(&str, &str)> = columns.iter().map(|column| (*column, row[*column].as_str())).collect();
        let exact = crate::support::row(&exact, &key);
        let [shown, exact] = [row, exact].map(|row| row["effect_share"].parse::<f64>().unwrap());
        assert!((shown - exact).abs() < 0.004, "{shown} {exact}: {row:?}");
    }
}
