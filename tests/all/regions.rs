//! Regions beside each other and official indicators: from extracts and files to tables, messages, and both releases.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::support::{Folder, Row, row};

/// Own region 1440 and 1480; North 1381; a third place, 1382, is in no region.
const UNITS: &str = "code,name,municipality,provider,provider_kind\n\
    10000001,A,1480,1480,municipal\n10000002,B,1480,AB,independent\n10000003,C,1440,1440,municipal\n\
    10000004,D,1381,1381,municipal\n10000005,E,1381,RN,region\n10000006,F,1440,KF,federation\n10000007,G,1440,1480,municipal\n";
const CONFIG: &str = "[region]\nname = \"Own\"\nmunicipalities = [\"1440\", \"1480\"]\n\
    [registers]\nunits = \"units.csv\"\n\
    [[compare]]\nname = \"North\"\nmunicipalities = [\"1381\"]\n";
const STUDENTS: &str = "[[extract]]\nkind = \"october\"\npath = \"october.csv\"\nyear = 2023\n\
    [[extract]]\nkind = \"seats\"\npath = \"seats.csv\"\nyear = 2023\n";

/// Students by id: home, unit and programme at admission, and the same in October with the year group.
const LINKED: [(&str, &str, &str, &str, &str); 9] = [
    ("a1", "1480", "10000001", "1480", "10000001"),
    ("a2", "1480", "10000001", "1480", "10000002"),
    ("a3", "1440", "10000003", "1440", "10000003"),
    ("a4", "1440", "10000003", "", ""),
    ("a5", "1381", "10000004", "1381", "10000004"),
    ("a6", "1381", "10000004", "1381", "10000002"),
    ("a7", "1381", "10000005", "1381", "10000005"),
    ("a8", "", "", "1440", "10000002"),
    ("a9", "1382", "10000004", "1382", "10000001"),
];

/// Admission rows of these units, and all October rows.
fn extracts(units: &[&str]) -> [String; 2] {
    let mut admission = "Löpnummer,Hemkommun,Skolenhetskod,Studievägskod\n".to_owned();
    let mut october = "Löpnummer,Hemkommun,Skolenhetskod,Studievägskod,Årskurs\n".to_owned();
    for (id, home, unit, later_home, later_unit) in LINKED {
        if units.contains(&unit) {
            let _ = writeln!(admission, "{id},{home},{unit},NANAT0000");
        }
        if !later_unit.is_empty() {
            let _ = writeln!(october, "{id},{later_home},{later_unit},NANAT0000,1");
        }
    }
    [admission, october]
}

const SEATS: &str = "Skolenhetskod,Studievägskod,Tidpunkt,Platser\n\
    10000001,NA,antagning,30\n10000001,NA,oktober,28\n10000002,NA,antagning,20\n10000002,NA,oktober,25\n\
    10000004,NA,antagning,40\n10000004,NA,oktober,40\n10000005,NA,oktober,10\n";

fn linked(rounds: [&str; 2]) -> Folder {
    let [own, october] = extracts(&["10000001", "10000002", "10000003"]);
    let [north, _] = extracts(&["10000004", "10000005"]);
    let admission = |path: &str, round: &str| {
        format!("[[extract]]\nkind = \"admission\"\npath = \"{path}\"\nyear = 2023\nround = \"{round}\"\n")
    };
    let config = [
        CONFIG,
        &admission("own.csv", rounds[0]),
        &admission("north.csv", rounds[1]),
        STUDENTS,
        "[quality]\nmax_rejected = 0.5\n",
    ]
    .concat();
    Folder::with(&[
        ("elevflode.toml", &*config),
        ("units.csv", UNITS),
        ("own.csv", &*own),
        ("north.csv", &*north),
        ("october.csv", &*october),
        ("seats.csv", SEATS),
    ])
}

fn tables(folder: &Folder, more: &[&str]) {
    folder.done(
        &[&["report", "--release", "internal", "--lang", "en", "--only", "csv", "--out", "out"][..], more].concat(),
    );
}

/// Numerator, denominator and value of the rows of a region, by indicator.
fn of_region(folder: &Folder, region: &str) -> BTreeMap<String, String> {
    let rows = folder.table("out/tables/regions.csv");
    let of = rows.into_iter().filter(|row| row["region"] == region && row["population"] == "national");
    of.map(|row| (row["indicator"].clone(), format!("{}/{} {}", row["numerator"], row["denominator"], row["value"])))
        .collect()
}

#[test]
fn regions_are_compared_in_one_pass() {
    let folder = linked(["final", "final"]);
    tables(&folder, &[]);
    let wanted = |all: &[(&str, &str)]| -> BTreeMap<String, String> {
        all.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
    };
    assert_eq!(
        of_region(&folder, "Own"),
        wanted(&[
            // a1, a2, a3 and a8 live in the region: a2 and a8 are at an independent unit, a8 in another municipality.
            ("cross_provider", "2/4 0.500000"),
            ("other_municipality", "0/4 0.000000"),
            ("independent_home", "1/4 0.250000"),
            ("independent_elsewhere", "1/4 0.250000"),
            ("region_state", "0/4 0.000000"),
            // A lost two seats, B won five.
            ("late_seats_gross", "5/50 0.100000"),
            ("late_seats_net", "3/50 0.060000"),
            ("units_raised", "1/2 0.500000"),
            // a2 moved to B, a6 came there from another region, a8 from nowhere known; a4 left.
            ("moved_to_raised", "1/4 0.250000"),
            ("arrived_at_raised", "1/6 0.166667"),
            ("left", "1/4 0.250000"),
            ("moved_out", "1/4 0.250000"),
            ("residents_stay", "4/4 1.000000"),
            ("pupils_resident", "4/6 0.666667"),
        ])
    );
    assert_eq!(
        of_region(&folder, "North"),
        wanted(&[
            ("cross_provider", "2/3 0.666667"),
            ("other_municipality", "0/3 0.000000"),
            ("independent_home", "0/3 0.000000"),
            ("independent_elsewhere", "1/3 0.333333"),
            ("region_state", "1/3 0.333333"),
            ("late_seats_gross", "0/40 0.000000"),
            ("late_seats_net", "0/40 0.000000"),
            ("units_raised", "0/1 0.000000"),
            ("moved_to_raised", "0/4 0.000000"),
            ("arrived_at_raised", "0/2 0.000000"),
            ("left", "0/4 0.000000"),
            ("moved_out", "2/4 0.500000"),
            ("residents_stay", "2/3 0.666667"),
            ("pupils_resident", "2/2 1.000000"),
        ])
    );
    // Two regions are too few for a statement about chance; E has no seats at admission.
    let rows = folder.table("out/tables/regions.csv");
    assert!(rows.iter().all(|row| [&row["z"], &row["low"], &row["rank_low"]].iter().all(|text| **text == ".")));
    let of = |indicator| [("region", "North"), ("population", "all"), ("indicator", indicator)];
    assert_eq!(row(&rows, &of("late_seats_gross"))["coverage"], "0.500000");
    assert_eq!(row(&rows, &of("cross_provider"))["coverage"], "1.000000");
}

#[test]
fn late_seats_need_the_same_round_and_both_times() {
    let folder = linked(["final", "reserve"]);
    tables(&folder, &[]);
    let (own, north) = (of_region(&folder, "Own"), of_region(&folder, "North"));
    for indicator in ["late_seats_gross", "late_seats_net", "units_raised", "moved_to_raised", "arrived_at_raised"] {
        assert_ne!(own[indicator], "./. .", "{indicator}");
        assert_eq!(north[indicator], "./. .", "{indicator}");
    }
    assert_eq!(north["left"], "0/4 0.000000");
}

#[test]
fn a_register_without_counties_cannot_be_compared_by_them() {
    let folder = linked(["final", "final"]);
    folder.write("m.csv", b"code,name\n1381,Laholm\n1382,Falkenberg\n1440,Ale\n1480,G\xc3\xb6teborg\n");
    let config = std::fs::read_to_string(folder.path("elevflode.toml")).unwrap();
    let config = config
        .replace("units = ", "municipalities = \"m.csv\"\nunits = ")
        .replace("[[compare]]\nname = \"North\"\nmunicipalities = [\"1381\"]\n", "[run]\ncompare = \"county\"\n");
    folder.write("elevflode.toml", config.as_bytes());
    let ran = folder.run(&["report", "--lang", "en", "--out", "out"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("[run] compare = \"county\"") && ran.err.contains("[[compare]]"), "{}", ran.err);
}

/// An invented country with the counties beside the region of the config.
pub fn country(students: &str, years: &str) -> Folder {
    let folder = Folder::new();
    folder.done(&["synth", "--students", students, "--years", years, "--national", "--out", "set"]);
    let config = std::fs::read_to_string(folder.path("set/elevflode.toml")).unwrap();
    let config = config.replace("[run]\n", "[run]\ncompare = \"county\"\n");
    std::fs::write(folder.path("set/elevflode.toml"), config).unwrap();
    folder
}

#[test]
fn all_counties_are_compared_with_their_ranks() {
    let folder = country("6000", "2023");
    let args =
        ["report", "--config", "set/elevflode.toml", "--release", "internal", "--only", "csv,charts", "--out", "out"];
    folder.done(&args);
    let rows = folder.table("out/tables/regions.csv");
    let shares: Vec<&Row> =
        rows.iter().filter(|row| row["indicator"] == "cross_provider" && row["population"] == "all").collect();
    assert_eq!(shares.len(), 22);
    let number = |row: &Row, column: &str| row[column].parse::<f64>().unwrap();
    let country = shares.iter().find(|row| row["region"].starts_with("Sverige")).unwrap();
    let counties = || shares.iter().filter(|row| !row["region"].starts_with("Sverige"));
    for column in ["numerator", "denominator"] {
        assert_eq!(counties().map(|row| number(row, column)).sum::<f64>(), number(country, column), "{column}");
    }
    assert_eq!(country["z"], "0.000000", "the country is what its counties are together");
    for row in &shares {
        let (low, high, value) = (number(row, "low"), number(row, "high"), number(row, "value"));
        assert!(low < high && (0.0..=1.0).contains(&low) && (0.0..=1.0).contains(&high), "{row:?}");
        let is_within = (low..=high).contains(&value);
        assert_eq!(is_within, number(row, "z").abs() <= 1.96, "{row:?}");
        assert!(number(row, "rank_low") <= number(row, "rank_high") && number(row, "rank_high") <= 22.0, "{row:?}");
    }
    for name in ["regions-funnel", "regions-dots"] {
        let svg = String::from_utf8(folder.files("out/charts")[&format!("{name}.svg")].clone()).unwrap();
        assert!(svg.contains("Stockholms län"), "{name}");
    }
}

/// With a threshold and a base of one, the public release has the internal numbers: both come from the same margins.
#[test]
fn a_public_release_of_exact_numbers_has_the_internal_ones() {
    let folder = Folder::new();
    folder.done(&["synth", "--students", "400", "--years", "2022-2023", "--out", "set"]);
    let config = std::fs::read_to_string(folder.path("set/elevflode.toml")).unwrap();
    let config = config.replace("threshold = 10", "threshold = 1\nround_to = 1")
        + "\n[[compare]]\nname = \"Andra\"\nmunicipalities = [\"1384\", \"1383\", \"1490\"]\n";
    std::fs::write(folder.path("set/elevflode.toml"), config).unwrap();
    for release in ["public", "internal"] {
        let args =
            ["report", "--config", "set/elevflode.toml", "--only", "csv", "--release", release, "--out", release];
        folder.done(&args);
    }
    for name in ["regions", "indicators"] {
        let [public, internal] = ["public", "internal"].map(|r| folder.table(&format!("{r}/tables/{name}.csv")));
        assert_eq!(public.len(), internal.len(), "{name}");
        let mut compared = 0;
        for (public, internal) in public.iter().zip(&internal) {
            for (column, text) in public.iter().filter(|(_, text)| **text != "..") {
                assert_eq!(*text, internal[column], "{column} in {public:?}");
                compared += usize::from(["numerator", "denominator", "value"].contains(&&**column) && text != ".");
            }
            let hidden = ["numerator", "denominator"].into_iter().filter(|column| public[*column] == "..");
            assert!(hidden.into_iter().all(|column| internal[column] == "0"), "{public:?}");
        }
        assert!(compared > 200, "{name}: {compared}");
    }
    let rows = folder.table("public/tables/indicators.csv");
    assert!(rows.iter().any(|row| row["indicator"] == "N17623" && row["year"] == "2023" && row["numerator"] != ".."));
}

/// A public release beside an earlier one shows the same numbers of regions, and needs to know what the earlier one showed.
#[test]
fn an_earlier_release_of_regions_is_taken_into_account() {
    let folder = Folder::new();
    folder.done(&["synth", "--students", "2500", "--years", "2023", "--out", "set"]);
    let whole = std::fs::read_to_string(folder.path("set/elevflode.toml")).unwrap();
    let config = |name: &str, codes: &str| {
        let text = format!("{whole}\n[[compare]]\nname = \"Andra\"\nmunicipalities = [{codes}]\n");
        folder.write(&format!("set/{name}"), text.as_bytes());
        format!("set/{name}")
    };
    let report = |config: &str, out: &str, more: &[&str]| {
        folder
            .run(&[&["report", "--lang", "en", "--only", "csv", "--config", config, "--out", out][..], more].concat())
    };
    let same = config("same.toml", "\"1383\", \"1384\", \"1490\"");
    assert_eq!(report(&same, "first", &[]).code, 0);
    let since = ["--since", "first/manifest.json"];
    let ran = report(&same, "second", &since);
    assert_eq!(ran.code, 0, "{}", ran.err);
    // What the first release withheld for others can be shown in the second, but not the reverse.
    let [first, second] = ["first", "second"].map(|out| folder.table(&format!("{out}/tables/regions.csv")));
    for (before, now) in first.iter().zip(&second) {
        for column in ["numerator", "denominator"].into_iter().filter(|column| before[*column] != "..") {
            assert_eq!(before[column], now[column], "{column} in {now:?}");
        }
    }
    let rows = folder.table("first/tables/regions.csv");
    assert!(
        rows.iter().any(|row| row["indicator"] == "moved_out" && row["numerator"] != ".."),
        "a number of the link"
    );
    let ran = report(&config("other.toml", "\"1383\", \"1384\""), "third", &since);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("Andra: 1383, 1384, 1490"), "{}", ran.err);
}

#[test]
fn students_at_one_time_alone_have_neither_left_nor_arrived() {
    let folder = linked(["final", "final"]);
    let [_, october] = extracts(&[]);
    let without = |text: &str, unit: &str| {
        text.lines().filter(|line| !line.contains(unit)).map(|line| format!("{line}\n")).collect::<String>()
    };
    let own = without(&without(&october, ",10000004,"), ",10000005,");
    folder.write("october.csv", own.as_bytes());
    tables(&folder, &[]);
    let north = of_region(&folder, "North");
    for indicator in ["left", "moved_out", "moved_to_raised", "arrived_at_raised"] {
        assert_eq!(north[indicator], "./. .", "{indicator}");
    }
    assert_eq!(of_region(&folder, "Own")["left"], "1/4 0.250000");
}

/// Indicators of two Octobers: homes 1440 and 1480 with all kinds of providers.
#[test]
fn official_indicators_are_those_of_their_definitions() {
    let before = "Löpnummer,Hemkommun,Skolenhetskod,Studievägskod,Årskurs\n\
                  i1,1480,10000001,IMA,1\ni2,1480,10000001,IMV,2\ni3,1480,10000002,IMY,1\nn1,1440,10000003,NA,1\n\
                  i4,1440,10000003,IMA,1\n";
    let now = "Löpnummer,Hemkommun,Skolenhetskod,Studievägskod,Årskurs\n\
               i1,1440,10000003,NA,1\ni2,1480,10000001,IMV,3\nn1,1440,10000003,NA,2\n\
               b1,1440,10000007,NA,1\nb2,1440,10000006,NA,1\nb3,1440,10000005,NA,1\nb4,1440,10000002,EK,3\n\
               b5,1440,10000001,NA,1\nc1,1480,10000002,NA,1\nc2,1480,10000007,NA,1\n";
    let config = CONFIG.to_owned()
        + "[[extract]]\nkind = \"october\"\npath = \"2022.csv\"\nyear = 2022\n\
           [[extract]]\nkind = \"october\"\npath = \"2023.csv\"\nyear = 2023\n\
           [official]\npath = \"kolada.csv\"\n";
    let kolada = "kpi;municipality;period;gender;value\nN17804;Göteborg;2023;T;33,4\nN17804;Göteborg;2023;K;30\n\
                  N17807;1440;2023;T;12,5\nN17800;1440;2023;T;8\n";
    let folder = Folder::with(&[
        ("elevflode.toml", &*config),
        ("units.csv", UNITS),
        ("2022.csv", before),
        ("2023.csv", now),
        ("kolada.csv", kolada),
    ]);
    folder.done(&["report", "--release", "internal", "--lang", "en", "--only", "csv,page", "--out", "out"]);
    let rows = folder.table("out/tables/indicators.csv");
    let of = |home: &str| -> BTreeMap<String, String> {
        let of = rows.iter().filter(|row| row["year"] == "2023" && row["municipality"] == home);
        of.map(|row| (row["indicator"].clone(), format!("{}/{}", row["numerator"], row["denominator"]))).collect()
    };
    let wanted = |all: &[(&str, &str)]| -> BTreeMap<String, String> {
        all.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
    };
    // 1440: i1 and n1 at C (own), b1 at G (of 1480, in 1440), b2 at F (a federation in 1440), b3 at E (a region, in
    // 1381), b4 at B (independent, in 1480), b5 at A (of 1480, in 1480).
    assert_eq!(
        of("1440"),
        wanted(&[
            ("N17623", "0/1"),
            ("N17800", "7/."),
            ("N17803", "0/7"),
            ("N17804", "0/7"),
            ("N17805", "2/7"),
            ("N17806", "1/7"),
            ("N17807", "1/7"),
            ("N17812", "3/7"),
            ("N17895", "3/7"),
            ("N17896", "3/7"),
            ("N17897", "1/7"),
        ])
    );
    // 1480: i2 at A (own, IMV), c1 at B (independent, there), c2 at G (own, in 1440). Of its three on introduction
    // programmes in 2022, i1 went on, wherever that student lives now.
    assert_eq!(
        of("1480"),
        wanted(&[
            ("N17623", "1/3"),
            ("N17800", "3/."),
            ("N17803", "1/3"),
            ("N17804", "1/3"),
            ("N17805", "0/3"),
            ("N17806", "0/3"),
            ("N17807", "0/3"),
            ("N17812", "2/3"),
            ("N17895", "1/3"),
            ("N17896", "1/3"),
            ("N17897", "1/3"),
        ])
    );
    let official = |home: &str, indicator: &str| {
        let row = row(&rows, &[("year", "2023"), ("municipality", home), ("indicator", indicator)]);
        [&row["value"], &row["official"], &row["difference"]].map(String::clone)
    };
    assert_eq!(official("1480", "N17804"), ["33.333333", "33.400000", "-0.066667"]);
    assert_eq!(official("1440", "N17807"), ["14.285714", "12.500000", "1.785714"]);
    assert_eq!(official("1440", "N17800"), ["7.000000", "8.000000", "-1.000000"]);
    assert_eq!(official("1440", "N17806"), ["14.285714", ".", "."]);
    let first = row(&rows, &[("year", "2022"), ("municipality", "1480"), ("indicator", "N17623")]);
    assert_eq!((&*first["numerator"], &*first["value"]), (".", "."));
    let page = std::fs::read_to_string(folder.path("out/index.html")).unwrap();
    let differences = page.split("Values that differ").nth(1).unwrap().split("</table>").next().unwrap();
    assert!(differences.contains("+1.8") && differences.contains("N17807") && !differences.contains("N17804"));
}

/// The demo's shares add up to 100 per cent with what federations elsewhere and the state run.
#[test]
fn the_official_shares_of_the_demo_add_up() {
    let folder = crate::support::demo("internal", "sv");
    let rows = folder.table("out/tables/indicators.csv");
    let mut sums: BTreeMap<(String, String), [i64; 3]> = BTreeMap::new();
    for row in &rows {
        let sums = sums.entry((row["year"].clone(), row["municipality"].clone())).or_default();
        let number = row["numerator"].parse::<i64>().unwrap_or(0);
        match &*row["indicator"] {
            "N17800" => sums[0] += number,
            "N17812" | "N17804" | "N17805" | "N17806" | "N17807" => sums[1] += number,
            "N17895" | "N17896" | "N17897" => sums[2] += number,
            _ => {}
        }
    }
    assert_eq!(sums.len(), 39);
    for (key, [all, by_place, by_kind]) in sums {
        assert!(all > 0 && by_kind == all, "no unit of the demo is run by the state: {key:?}");
        assert!(by_place <= all && by_place * 100 >= all * 90, "{key:?}: {by_place} of {all}");
    }
}
