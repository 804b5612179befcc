//! Bad input: each mistake gives a message in four parts and the right exit code, and leaves nothing half-written.

use std::fmt::Write as _;

use crate::support::Folder;

const CONFIG: &str = "[region]\nname = \"Test\"\nmunicipalities = [\"1401\", \"1480\"]\n[registers]\nunits = \"units.csv\"\n\
                      [[extract]]\nkind = \"admission\"\npath = \"a.csv\"\nyear = 2023\n\
                      [[extract]]\nkind = \"october\"\npath = \"o.csv\"\nyear = 2023\n\
                      [[extract]]\nkind = \"seats\"\npath = \"s.csv\"\nyear = 2023\n";
const UNITS: &str = "code,name,municipality,provider,provider_kind\n00000001,Skola A,1480,1480,municipal\n\
                     00000002,Skola B,1480,Bolaget,independent\n00000003,Skola C,1401,1401,municipal\n";
const ADMISSION: &str = "Löpnummer,Hemkommun,Skolenhetskod,Studievägskod\n\
                         hemlig-1,1401,00000001,NANAT0000\nhemlig-2,1480,00000002,EKEKO0000\n";
const OCTOBER: &str = "Löpnummer,Hemkommun,Skolenhetskod,Studievägskod,Årskurs\n\
                       hemlig-1,1401,00000001,NANAT0000,1\nhemlig-2,1480,00000001,EKEKO0000,1\n";
const SEATS: &str =
    "Skolenhetskod,Studievägskod,Tidpunkt,Platser\n00000001,NA,antagning,30\n00000001,NA,oktober,32\n";

/// A small region without mistakes.
fn sound() -> Folder {
    Folder::with(&[
        ("elevflode.toml", CONFIG),
        ("units.csv", UNITS),
        ("a.csv", ADMISSION),
        ("o.csv", OCTOBER),
        ("s.csv", SEATS),
    ])
}

/// A config of one municipality and one extract.
macro_rules! config {
    ($municipality:literal, $registers:literal, $extract:literal) => {
        concat!(
            "[region]\nname = \"T\"\nmunicipalities = [\"",
            $municipality,
            "\"]\n",
            $registers,
            "[[extract]]\nkind = \"admission\"\n",
            $extract
        )
    };
}

/// A mistake: its description, the file that has it (empty: none), the content of the file, the arguments after
/// `report`, and the exit code.
type Case = (&'static str, &'static str, &'static str, &'static [&'static str], i32);

const CASES: &[Case] = &[
    ("config named that is not there", "", "", &["--config", "nowhere.toml"], 2),
    ("config that is not TOML", "elevflode.toml", "[region\nname = 1", &[], 2),
    ("config with a key that nobody knows", "elevflode.toml", "[region]\nname = \"T\"\nkommuner = []\n", &[], 2),
    (
        "config with a path that has backslashes",
        "elevflode.toml",
        "[region]\nname = \"T\"\nmunicipalities = [\"1401\"]\n[[extract]]\nkind = \"admission\"\npath = \"C:\\data\\x.csv\"\n",
        &[],
        2,
    ),
    (
        "config with a path in which a backslash became a tab",
        "elevflode.toml",
        "[region]\nname = \"T\"\nmunicipalities = [\"1401\"]\n[[extract]]\nkind = \"admission\"\npath = \"C:\\temp.csv\"\n",
        &[],
        2,
    ),
    (
        "config with two regions of one name",
        "elevflode.toml",
        "[region]\nname = \"T\"\nmunicipalities = [\"1401\"]\n[[compare]]\nname = \"T\"\nmunicipalities = [\"1480\"]\n",
        &[],
        2,
    ),
    (
        "config with counties and regions to compare",
        "elevflode.toml",
        "[region]\nname = \"T\"\nmunicipalities = [\"1401\"]\n[run]\ncompare = \"county\"\n\
         [[compare]]\nname = \"U\"\nmunicipalities = [\"1480\"]\n",
        &[],
        2,
    ),
    (
        "a region to compare with a municipality that nobody knows",
        "elevflode.toml",
        config!(
            "1401",
            "[registers]\nunits = \"units.csv\"\n[[compare]]\nname = \"U\"\nmunicipalities = [\"9999\"]\n",
            "path = \"a.csv\"\nyear = 2023\n"
        ),
        &[],
        2,
    ),
    (
        "official indicators that are an extract",
        "elevflode.toml",
        config!(
            "1401",
            "[registers]\nunits = \"units.csv\"\n[official]\npath = \"a.csv\"\n",
            "path = \"a.csv\"\nyear = 2023\n"
        ),
        &[],
        3,
    ),
    (
        "config with a year in quotation marks",
        "elevflode.toml",
        "[region]\nname = \"T\"\nmunicipalities = [\"1401\"]\n[[extract]]\nkind = \"admission\"\npath = \"a.csv\"\nyear = \"2023\"\n",
        &[],
        2,
    ),
    (
        "config with a code without quotation marks",
        "elevflode.toml",
        "[region]\nname = \"T\"\nmunicipalities = [0180, 1480]\n",
        &[],
        2,
    ),
    (
        "config with codes without quotation marks",
        "elevflode.toml",
        "[region]\nname = \"T\"\nmunicipalities = [1480]\n",
        &[],
        2,
    ),
    (
        "config with a misspelt key",
        "elevflode.toml",
        "[region]\nname = \"T\"\nmunicipalities = [\"1401\"]\n[run]\nlangage = \"sv\"\n",
        &[],
        2,
    ),
    (
        "config with a key of another table",
        "elevflode.toml",
        "[region]\nname = \"T\"\nmunicipalities = [\"1401\"]\n[run]\nthreshold = 10\n",
        &[],
        2,
    ),
    (
        "config with a text for a number",
        "elevflode.toml",
        "[region]\nname = \"T\"\nmunicipalities = [\"1401\"]\n[disclosure]\nthreshold = \"hemlig\"\n",
        &[],
        2,
    ),
    (
        "config with a list for a text",
        "elevflode.toml",
        "[region]\nname = \"T\"\nmunicipalities = [\"1401\"]\n[engine]\nremote = [\"hemlig\"]\n",
        &[],
        2,
    ),
    (
        "config with a number that is too large",
        "elevflode.toml",
        "[region]\nname = \"T\"\nmunicipalities = [\"1401\"]\n[run]\nyear = 20230\n",
        &[],
        2,
    ),
    (
        "config with a word that is nearly known",
        "elevflode.toml",
        "[region]\nname = \"T\"\nmunicipalities = [\"1401\"]\n[run]\npopulation = \"nationell\"\n",
        &[],
        2,
    ),
    (
        "config with a word that nobody knows",
        "elevflode.toml",
        "[region]\nname = \"T\"\nmunicipalities = [\"1401\"]\n[run]\nlanguage = \"no\"\n",
        &[],
        2,
    ),
    (
        "config without a key",
        "elevflode.toml",
        "[region]\nname = \"T\"\nmunicipalities = [\"1401\"]\n[[extract]]\npath = \"a.csv\"\n",
        &[],
        2,
    ),
    ("config without a region", "elevflode.toml", "[run]\nyear = 2023\n", &[], 2),
    (
        "config with a key twice",
        "elevflode.toml",
        "[region]\nname = \"T\"\nmunicipalities = [\"1401\"]\n[run]\nyear = 2023\nyear = 2024\n",
        &[],
        2,
    ),
    (
        "config with one extract in single brackets",
        "elevflode.toml",
        "[region]\nname = \"T\"\nmunicipalities = [\"1401\"]\n[extract]\nkind = \"admission\"\n",
        &[],
        2,
    ),
    (
        "config with a text that is not closed",
        "elevflode.toml",
        "[region]\nname = \"T\"\nmunicipalities = [\"1401\"]\n[engine]\nremote = \"hemlig\n",
        &[],
        2,
    ),
    (
        "config with a list that is not closed",
        "elevflode.toml",
        "[region]\nname = \"T\"\nmunicipalities = [\"1401\"]\n[disclosure]\nlevels = [\"home-place\"\nzeros = \"shown\"\n",
        &[],
        2,
    ),
    (
        "config with a text without quotation marks",
        "elevflode.toml",
        "[region]\nname = \"T\"\nmunicipalities = [\"1401\"]\n[engine]\nremote = hemlig\n",
        &[],
        2,
    ),
    (
        "config with curly quotation marks",
        "elevflode.toml",
        "[region]\nname = \"T\"\nmunicipalities = [\"1401\"]\n[engine]\nremote = ”hemlig”\n",
        &[],
        2,
    ),
    (
        "config with a key without a value",
        "elevflode.toml",
        "[region]\nname = \"T\"\nmunicipalities = [\"1401\"]\n[run]\nyear =\n",
        &[],
        2,
    ),
    (
        "config with a truth value in capitals",
        "elevflode.toml",
        "[region]\nname = \"T\"\nmunicipalities = [\"1401\"]\n[engine]\ntls = True\n",
        &[],
        2,
    ),
    (
        "config with a decimal comma",
        "elevflode.toml",
        "[region]\nname = \"T\"\nmunicipalities = [\"1401\"]\n[quality]\nmax_rejected = 0,02\n",
        &[],
        2,
    ),
    (
        "region with a municipality that no register has",
        "elevflode.toml",
        config!("9999", "[registers]\nunits = \"units.csv\"\n", "path = \"a.csv\"\nyear = 2023\n"),
        &[],
        2,
    ),
    ("no register of units", "elevflode.toml", config!("1401", "", "path = \"a.csv\"\nyear = 2023\n"), &[], 2),
    (
        "extract that is not there",
        "elevflode.toml",
        config!("1401", "[registers]\nunits = \"units.csv\"\n", "path = \"antagning_*.csv\"\nyear = 2023\n"),
        &[],
        3,
    ),
    ("extract of a format that cannot be read", "a.csv", "\u{1}\0\u{2}\0\0\0 hemlig", &[], 3),
    ("extract that is a web page", "a.csv", "<!DOCTYPE html>\n<table><tr><td>hemlig</td></tr></table>", &[], 3),
    (
        "header line that is not there",
        "elevflode.toml",
        config!("1401", "[registers]\nunits = \"units.csv\"\n", "path = \"a.csv\"\nyear = 2023\nheader = 99\n"),
        &[],
        2,
    ),
    (
        "key of pseudonyms that is not there",
        "elevflode.toml",
        config!(
            "1401",
            "[registers]\nunits = \"units.csv\"\n[students]\nkey_env = \"ELEVFLODE_NO_SUCH_KEY\"\n",
            "path = \"a.csv\"\nyear = 2023\n"
        ),
        &[],
        2,
    ),
    (
        "key of pseudonyms that is too short",
        "elevflode.toml",
        config!(
            "1401",
            "[registers]\nunits = \"units.csv\"\n[students]\nkey_env = \"LC_ALL\"\n",
            "path = \"a.csv\"\nyear = 2023\n"
        ),
        &[],
        2,
    ),
    (
        "encoding that does not exist",
        "elevflode.toml",
        config!(
            "1401",
            "[registers]\nunits = \"units.csv\"\n",
            "path = \"a.csv\"\nyear = 2023\nencoding = \"utf-9\"\n"
        ),
        &[],
        2,
    ),
    (
        "extract without a year",
        "elevflode.toml",
        config!("1401", "[registers]\nunits = \"units.csv\"\n", "path = \"a.csv\"\n"),
        &[],
        2,
    ),
    ("empty extract", "a.csv", "", &[], 3),
    ("no header at all", "a.csv", "20070101-1234,1401,00000001,NANAT0000\nhemlig-2,1480,00000002,NA\n", &[], 3),
    (
        "quote that nothing closes",
        "a.csv",
        "Löpnummer,Hemkommun,Skolenhetskod,Studievägskod\nhemlig-1,1401,00000001,\"NA\n\
         hemlig-2,1480,00000002,NA\nhemlig-3,1480,00000002,NA\n",
        &[],
        1,
    ),
    ("header only", "a.csv", "Löpnummer,Hemkommun,Skolenhetskod,Studievägskod\n", &[], 3),
    (
        "wrong delimiter",
        "a.csv",
        "Löpnummer:Hemkommun:Skolenhetskod:Studievägskod\nhemlig-1:1401:00000001:NANAT0000\n",
        &[],
        3,
    ),
    (
        "column that cannot be found",
        "a.csv",
        "Löpnummer,Hemkommunen,Skolenhetskod,Studievägskod\nhemlig-1,1401,00000001,NANAT0000\n",
        &[],
        3,
    ),
    (
        "two columns that fit",
        "a.csv",
        "Löpnummer,Hemkommun,Skolenhetskod,Skolenhetskod,Studievägskod\nhemlig-1,1401,00000001,00000002,NANAT0000\n",
        &[],
        3,
    ),
    (
        "unknown codes beyond the tolerance",
        "a.csv",
        "Löpnummer,Hemkommun,Skolenhetskod,Studievägskod\nhemlig-1,1401,99999999,NANAT0000\nhemlig-2,1480,00000002,NA\n",
        &[],
        1,
    ),
    (
        "negative and fractional counts",
        "a.csv",
        "Hemkommun,Skolenhetskod,Studievägskod,Antal\n1401,00000001,NA,-3\n1401,00000001,NA,2.5\n1401,00000001,NA,7\n",
        &[],
        1,
    ),
    (
        "two units of one code",
        "units.csv",
        "code,name,municipality,provider,provider_kind\n00000001,Skola A,1480,1480,municipal\n\
         00000001,Skola B,1401,1401,municipal\n",
        &[],
        3,
    ),
    (
        "unit in a municipality that no register has",
        "units.csv",
        "code,name,municipality,provider,provider_kind\n00000001,Skola A,9999,1480,municipal\n",
        &[],
        3,
    ),
    (
        "unit of a kind that nobody knows",
        "units.csv",
        "code,name,municipality,provider,provider_kind\n00000001,Skola A,1480,1480,kommunal?\n",
        &[],
        3,
    ),
    (
        "register without a column",
        "units.csv",
        "code,name,provider,provider_kind\n00000001,A,1480,municipal\n",
        &[],
        3,
    ),
    ("theme that is not there", "", "", &["--theme", "t.toml"], 3),
    ("theme that is not TOML", "t.toml", "[colours\n", &["--theme", "t.toml"], 2),
    ("theme with a colour that nobody knows", "t.toml", "[colours]\nsky = \"#0067a5\"\n", &["--theme", "t.toml"], 2),
    ("theme with a colour that is none", "t.toml", "[colours]\nown = \"blue\"\n", &["--theme", "t.toml"], 2),
    (
        "theme with a font that is none",
        "t.toml",
        "[font]\nregular = \"a.csv\"\nsemibold = \"a.csv\"\n",
        &["--theme", "t.toml"],
        2,
    ),
    ("theme with a logo that is none", "t.toml", "logo = \"a.csv\"\n", &["--theme", "t.toml"], 2),
    ("year that was not read", "", "", &["--year", "1999"], 2),
    ("part that does not exist", "", "", &["--only", "tables,posters"], 2),
    ("option that does not exist", "", "", &["--output", "x"], 2),
    ("value that an option does not take", "", "", &["--threads", "0"], 2),
    ("release that does not exist", "", "", &["--release", "secret"], 2),
    ("value that is missing", "", "", &["--out"], 2),
    ("output below a file", "", "", &["--out", "s.csv/out"], 4),
    ("output that is a file", "", "", &["--out", "s.csv"], 4),
    ("output folder with a manifest of others", "full/manifest.json", "{}", &["--out", "full"], 4),
    ("output folder with files of others", "full/thesis.txt", "mine", &["--out", "full"], 4),
];

/// The labels of a message's parts: kind, where, found or wanted, way out.
const SV: [&[&str]; 4] =
    [&["Fel: ", "Varning: "], &["\n  var: "], &["\n  hittade: ", "\n  väntade: "], &["\n  gör så här: "]];
const EN: [&[&str]; 4] =
    [&["Error: ", "Warning: "], &["\n  where: "], &["\n  found: ", "\n  wanted: "], &["\n  do this: "]];

#[test]
fn every_error_has_four_parts_and_leaves_nothing_behind() {
    let mut messages = String::new();
    let mut wrong: Vec<String> = Vec::new();
    for (what, file, text, args, code) in CASES {
        for lang in ["sv", "en"] {
            let folder = sound();
            if !file.is_empty() {
                folder.write(file, text.as_bytes());
            }
            let before = folder.files("");
            let mut command = vec!["report", "--lang", lang];
            command.extend(*args);
            if !args.contains(&"--release") {
                command.extend(["--release", "internal"]);
            }
            if !args.contains(&"--out") {
                command.extend(["--out", "out"]);
            }
            let ran = folder.run(&command);
            let mut hold = |is_right: bool, wanted: &str| {
                if !is_right {
                    wrong.push(format!("{what} [{lang}]: {wanted}\n{} {}{}", ran.code, ran.out, ran.err));
                }
            };
            hold(ran.code == *code, &format!("exit {code}"));
            hold(!ran.err.contains("panicked"), "no panic");
            hold(!ran.err.contains("hemlig") && !ran.err.contains("20070101"), "no student");
            for labels in if lang == "sv" { SV } else { EN } {
                hold(labels.iter().any(|label| ran.err.contains(label)), &format!("one of {labels:?}"));
            }
            if *code == 1 {
                hold(folder.path("out/manifest.json").is_file(), "the results are written all the same");
            } else {
                hold(folder.files("") == before, "nothing written");
            }
            writeln!(messages, "## {what} [{lang}] exit {code}\n{}", ran.err).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    insta::assert_snapshot!("messages", messages);
}

/// Unusual but valid data: the report is written and says what it does not cover.
#[test]
fn gaps_in_the_data_are_reported_and_do_not_stop_the_report() {
    let without = |part: &str| {
        let sections = CONFIG.split("[[extract]]").filter(|s| !s.contains(&format!("kind = {part:?}")));
        sections.collect::<Vec<_>>().join("[[extract]]")
    };
    let third = CONFIG.replace("\"1480\"]", "\"1480\", \"1440\"]");
    let cases: [(&str, &[(&str, &str)]); 5] = [
        ("no October extract", &[("elevflode.toml", &without("october"))]),
        ("no admission extract", &[("elevflode.toml", &without("admission"))]),
        ("no seats", &[("elevflode.toml", &without("seats"))]),
        ("a municipality without students or schools", &[("elevflode.toml", &third)]),
        (
            "a municipality without coordinates",
            &[
                ("elevflode.toml", &CONFIG.replace("units = ", "municipalities = \"m.csv\"\nunits = ")),
                ("m.csv", "code,name\n1401,Härryda\n1480,Göteborg\n"),
            ],
        ),
    ];
    for (what, files) in cases {
        let folder = sound();
        for (name, text) in files {
            folder.write(name, text.as_bytes());
        }
        let ran = folder.run(&["report", "--release", "internal", "--out", "out"]);
        assert_eq!(ran.code, 0, "{what}: {}{}", ran.out, ran.err);
        let files = folder.files("out");
        for table in ["flows", "shares", "ledger", "moves", "seats", "quality"] {
            assert!(files.contains_key(&format!("tables/{table}.csv")), "{what}: no {table}");
        }
        for map in ["home-1401", "provider-1401", "home-1480", "provider-1480"] {
            assert!(files.contains_key(&format!("maps/{map}.svg")), "{what}: no {map}");
        }
        assert!(files.contains_key("index.html"), "{what}");
    }
}

/// Every file of `tests/cases`, used as each kind of file that a run reads: the run ends with an exit code and a
/// message, never with a panic, and leaves nothing half-written.
#[test]
fn every_damaged_file_ends_in_a_result_or_an_error() {
    let cases = crate::support::files(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases"));
    assert!(cases.len() > 15, "{}", cases.len());
    for (name, bytes) in cases.iter().filter(|(name, _)| !name.ends_with(".py")) {
        for target in ["a.csv", "s.csv", "units.csv", "elevflode.toml"] {
            let folder = sound();
            folder.write(target, bytes);
            let ran = folder.run(&["report", "--release", "internal", "--only", "tables", "--out", "out"]);
            assert!(!ran.err.contains("panicked"), "{name} as {target}: {}", ran.err);
            assert!(ran.code <= 4, "{name} as {target}: {}", ran.code);
            let is_told = ran.code == 0 || (ran.err.contains("\n  var: ") && ran.err.contains("\n  gör så här: "));
            assert!(is_told, "{name} as {target}: {}", ran.err);
            assert_eq!(folder.path("out").exists(), ran.code <= 1, "{name} as {target}");
        }
        let folder = sound();
        folder.write("case", bytes);
        let ran = folder.run(&["init", "new", "--from", "case"]);
        assert!(!ran.err.contains("panicked") && [0, 3].contains(&ran.code), "init from {name}: {}", ran.err);
    }
}
