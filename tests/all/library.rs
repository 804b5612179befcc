//! The examples of the library: on invented extracts they compute what the program writes to its tables.

#[path = "../../examples/flows_of_an_extract.rs"]
#[expect(dead_code, reason = "what starts it as a program")]
mod flows_of_an_extract;
#[path = "../../examples/own_metric.rs"]
#[expect(dead_code, reason = "what starts it as a program")]
mod own_metric;

use crate::support::{Folder, headline, number};

/// A small region and its internal tables in `out`.
fn region() -> Folder {
    let folder = Folder::new();
    folder.done(&["synth", "--students", "2000", "--seed", "3", "--out", "data"]);
    folder.tables("data/elevflode.toml", "out");
    folder
}

#[test]
fn flows_of_an_extract_give_the_share_of_the_report() {
    let folder = region();
    let lines = flows_of_an_extract::lines(Some(&folder.path("data/elevflode.toml"))).unwrap();
    assert_eq!(lines.len(), 11, "{lines:#?}");
    let [cross, students] = headline(&folder, "out/tables");
    let last = lines.last().unwrap();
    assert!(last.ends_with(&format!("with another provider: {cross} of {students} students")), "{last}");
    let largest = folder.table("out/tables/flows.csv");
    let of_page = largest.iter().filter(|row| row["snapshot"] == "october" && row["year"] == "2023");
    let first: i64 = lines[0].split_whitespace().next().unwrap().parse().unwrap();
    assert!(of_page.map(|row| number(row, "students")).any(|students| students == first), "{}", lines[0]);
    assert!(flows_of_an_extract::lines(Some(&folder.path("nowhere.toml"))).is_err());
}

#[test]
fn own_metric_compares_both_directions_of_every_pair() {
    let folder = region();
    let lines = own_metric::lines(Some(&folder.path("data/elevflode.toml"))).unwrap();
    assert_eq!(lines.len(), 10, "{lines:#?}");
    for line in &lines {
        let numbers: Vec<f64> = line
            .split(|c: char| !c.is_ascii_digit())
            .filter(|digits| !digits.is_empty())
            .map(|digits| digits.parse().unwrap())
            .collect();
        let [percent, there, back] = numbers[..] else { panic!("{line}") };
        assert!((percent - 200.0 * there.min(back) / (there + back)).abs() <= 0.5, "{line}");
    }
}
