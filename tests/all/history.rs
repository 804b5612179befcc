//! Units and programmes over time, on a small region whose numbers are computed by hand.

use crate::support::{Folder, Row, number, row};

/// Two municipalities. A is merged into M over the summer of 2023 (through B, which closed too); P changes from
/// Göteborg to an independent provider in 2023 and gets a new name; N opens in 2023; C closed in 2022 without a
/// successor.
const UNITS: &str = "code,name,municipality,provider,provider_kind,valid_from,valid_to,successor\n\
                     00000001,A,1480,1480,municipal,,2022,00000002\n\
                     00000002,B,1480,1480,municipal,,2022,00000003\n\
                     00000003,M,1480,1480,municipal,,,\n\
                     00000004,P i Göteborg,1480,1480,municipal,,2022,\n\
                     00000004,P fria,1401,Bolaget,independent,2023,,\n\
                     00000005,N,1401,1401,municipal,2023,,\n\
                     00000006,C,1480,1480,municipal,,2021,\n";

const CONFIG: &str = "[region]\nname = \"Test\"\nmunicipalities = [\"1401\", \"1480\"]\n[registers]\nunits = \"u.csv\"\n\
                      [quality]\nmax_rejected = 1.0\n\
                      [[extract]]\nkind = \"admission\"\npath = \"a.csv\"\n[[extract]]\nkind = \"october\"\npath = \"o.csv\"\n\
                      [[extract]]\nkind = \"seats\"\npath = \"s.csv\"\n";

/// 2021: s1, s2 on HA and s3 on FS, which began in 2022 (so s3 is coded too early). 2023: s4 admitted at A, which
/// closed; s5 at B, s6 at P, s7 at a unit in no register, s8 at C.
const ADMISSION: &str = "Elevid;År;Hemkommun;Skolenhetskod;Program\n\
                         s1;2021;1480;00000004;HA\ns2;2021;1401;00000001;HA\ns3;2021;1480;00000003;FS\n\
                         s4;2023;1480;00000001;NA\ns5;2023;1480;00000002;NA\ns6;2023;1480;00000004;FS\n\
                         s7;2023;1480;99999999;NA\ns8;2023;1480;00000006;NA\n";

/// 2021: all as admitted. 2023: s4 and s5 at M, as admitted; s6 at P, s7 unknown, s8 at N; s9 in year 3 at P on HA.
const OCTOBER: &str = "Elevid;År;Hemkommun;Skolenhetskod;Program;Årskurs\n\
                       s1;2021;1480;00000004;HA;1\ns2;2021;1401;00000001;HA;1\ns3;2021;1480;00000003;FS;1\n\
                       s4;2023;1480;00000003;NA;1\ns5;2023;1480;00000003;NA;1\ns6;2023;1480;00000004;FS;1\n\
                       s7;2023;1480;99999999;NA;1\ns8;2023;1480;00000005;NA;1\ns9;2023;1480;00000004;HA;3\n";

const SEATS: &str = "År;Skolenhetskod;Program;Platser;Tidpunkt\n\
                     2023;00000001;NA;10;antagning\n2023;00000002;NA;12;antagning\n2023;00000003;NA;25;oktober\n";

fn region() -> Folder {
    Folder::with(&[
        ("u.csv", UNITS),
        ("elevflode.toml", CONFIG),
        ("a.csv", ADMISSION),
        ("o.csv", OCTOBER),
        ("s.csv", SEATS),
    ])
}

fn counts(row: &Row, columns: &[&str]) -> Vec<i64> {
    columns.iter().map(|column| number(row, column)).collect()
}

#[test]
fn units_have_the_properties_of_the_year() {
    let folder = region();
    let ran = folder.done(&["report", "--release", "internal", "--out", "out", "--only", "tables,page"]);
    let shares = folder.table("out/tables/shares.csv");
    let of = |year: &str, programme: &str| {
        let key = [
            ("snapshot", "october"),
            ("year", year),
            ("population", "all"),
            ("home", "1480"),
            ("programme", programme),
        ];
        counts(row(&shares, &key), &["students", "own_provider", "other_municipality", "independent_elsewhere"])
    };
    // 2021: P was run by Göteborg. 2023: the company runs it, in Härryda; s7 has no known unit.
    assert_eq!(of("2021", "ALL"), [2, 2, 0, 0]);
    assert_eq!(of("2023", "ALL"), [4, 2, 1, 1]);
    let balance = folder.table("out/tables/balance.csv");
    let here = |year: &str| {
        let key = [("snapshot", "october"), ("year", year), ("population", "all"), ("municipality", "1480")];
        counts(row(&balance, &key), &["residents", "stay", "out", "into"])
    };
    // 2021: all three in Göteborg, s2 from Härryda. 2023: s4, s5 stay; s6 and s8 go to Härryda.
    assert_eq!(here("2021"), [2, 2, 0, 1]);
    assert_eq!(here("2023"), [4, 2, 2, 0]);
    // The headline says what is missing: one of the five residents in national programmes.
    assert!(ran.out.contains("1 av regionens elever (20,0\u{a0}%)"), "{}", ran.out);
    let page = String::from_utf8(folder.files("out")["index.html"].clone()).unwrap();
    assert!(page.contains("1 av regionens elever (20,0\u{a0}%)"));
    assert!(page.contains("P fria") && !page.contains("P i Göteborg"), "units have the names of the year");
}

#[test]
fn a_merged_unit_is_its_successor_at_both_times() {
    let folder = region();
    folder.done(&["report", "--release", "internal", "--out", "out", "--only", "tables"]);
    let ledger = folder.table("out/tables/ledger.csv");
    let unit = |code: &str| {
        let key = [("year", "2023"), ("population", "all"), ("unit", code), ("programme", "ALL")];
        counts(row(&ledger, &key), &["admitted", "stayed", "moved_out", "left", "moved_in", "arrived", "enrolled"])
    };
    // s4 and s5 were admitted at units that became M, directly and through another, and stayed.
    assert_eq!(unit("00000003"), [2, 2, 0, 0, 0, 0, 2]);
    // s8 was admitted at C, which has no successor: it stays as coded, and s8 moved.
    assert_eq!(unit("00000006"), [1, 0, 1, 0, 0, 0, 0]);
    assert_eq!(unit("00000005"), [0, 0, 0, 0, 1, 0, 1]);
    assert!(ledger.iter().all(|r| r["year"] != "2023" || (r["unit"] != "00000001" && r["unit"] != "00000002")));
    let seats = folder.table("out/tables/seats.csv");
    let merged = row(&seats, &[("year", "2023"), ("unit", "00000003"), ("programme", "NA")]);
    assert_eq!(counts(merged, &["seats_admission", "seats_october", "seat_delta"]), [22, 25, 3]);
    let quality = folder.table("out/tables/quality.csv");
    for (source, reason, rows) in [
        ("a.csv", "succeeded_unit", 2),
        ("a.csv", "closed_unit", 1),
        ("a.csv", "unknown_unit", 1),
        ("a.csv", "retired_programme", 1),
        ("a.csv", "kept", 3),
        ("o.csv", "unknown_unit", 1),
        ("o.csv", "retired_programme", 1),
        ("o.csv", "kept", 7),
        ("s.csv", "succeeded_unit", 2),
    ] {
        assert_eq!(
            number(row(&quality, &[("source", source), ("reason", reason)]), "rows"),
            rows,
            "{source} {reason}"
        );
    }
}

#[test]
fn programmes_are_compared_over_years_and_every_use_is_reported() {
    let folder = region();
    folder.done(&["report", "--release", "internal", "--out", "out", "--only", "tables,page", "--lang", "en"]);
    let flows = folder.table("out/tables/flows.csv");
    let coded = flows.iter().filter(|r| r["programme"] == "HA" && r["snapshot"] == "october").count();
    assert_eq!(coded, 2, "flows keep the programme as coded");
    let page = String::from_utf8(folder.files("out")["index.html"].clone()).unwrap();
    assert!(page.contains("HA counts as FS in the comparison: 2 students in 2021."), "the use is reported");
    let table = &page[page.find("trend-programmes").unwrap()..];
    let table = &table[..table.find("</table>").unwrap()];
    assert!(!table.contains(">HA<"), "{table}");
}

/// Versions of a unit must not be valid at the same time.
#[test]
fn versions_that_overlap_are_refused() {
    let folder = region();
    folder.write("u.csv", UNITS.replace("municipal,,2022,\n00000004", "municipal,,2023,\n00000004").as_bytes());
    let ran = folder.run(&["check"]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(ran.err.contains("rad 6") && ran.err.contains("–2023"), "{}", ran.err);
}
