//! The engine compared with the generator: `report` finds in invented extracts what `truth.json` says, on ten seeds.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::{Folder, Row};

/// Lines of the truth as texts by column; missing ones are `.`.
fn wanted(truth: &Value, table: &str) -> Vec<Row> {
    let text = |value: &Value| match value {
        Value::Null => ".".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let row = |line: &Value| line.as_object().unwrap().iter().map(|(k, v)| (k.clone(), text(v))).collect();
    truth[table].as_array().unwrap().iter().map(row).collect()
}

/// The region's rows of `shares.csv`, with the columns that the truth lists.
fn cross_provider(folder: &Folder) -> Vec<Row> {
    let columns = ["snapshot", "year", "population", "students", "cross_provider"];
    let shares = folder.table("out/tables/shares.csv");
    let region = shares.iter().filter(|r| r["home"] == "ALL" && r["programme"] == "ALL");
    region.map(|r| columns.iter().map(|c| ((*c).to_owned(), r[*c].clone())).collect()).collect()
}

fn agree(options: &[&str]) {
    let folder = Folder::new();
    folder.done(&[&["synth", "--out", "data"][..], options].concat());
    folder.tables("data/elevflode.toml", "out");
    let truth = std::fs::read(folder.path("data/truth.json")).unwrap();
    let truth: Value = serde_json::from_slice(&truth).unwrap();
    let mut found: BTreeMap<&str, Vec<Row>> = BTreeMap::new();
    for table in ["flows", "ledger", "moves", "seats", "quality"] {
        found.insert(table, folder.table(&format!("out/tables/{table}.csv")));
    }
    found.insert("cross_provider", cross_provider(&folder));
    for (table, found) in found {
        let wanted = wanted(&truth, table);
        assert!(!wanted.is_empty(), "{options:?}: {table}");
        if let Some((found, wanted)) = found.iter().zip(&wanted).find(|(found, wanted)| found != wanted) {
            panic!("{options:?}: {table}\n found {found:?}\nwanted {wanted:?}");
        }
        assert_eq!(found.len(), wanted.len(), "{options:?}: {table}");
    }
}

#[test]
fn nine_seeds_of_the_demo_region() {
    for seed in ["0", "1", "2", "3", "5", "8", "13", "4294967296", "18446744073709551615"] {
        agree(&["--students", "3000", "--seed", seed]);
    }
}

#[test]
fn a_national_set_of_a_million_students() {
    agree(&["--students", "1000000", "--national", "--years", "2023", "--seed", "290"]);
}
