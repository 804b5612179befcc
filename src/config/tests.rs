//! Tests of the config: mistakes and the position at which they are reported.

use super::*;
use crate::error::Exit;

const REGION: &str = "[region]\nname = \"R\"\nmunicipalities = [\"1480\", \"1384\"]\n";

fn check(rest: &str, wanted: std::result::Result<(), &str>) {
    let text = format!("{REGION}{rest}");
    let got = RunConfig::parse("elevflode.toml", &text);
    match wanted {
        Ok(()) => assert!(got.is_ok(), "{rest}: {}", got.unwrap_err()),
        Err(part) => {
            let error = got.expect_err(rest);
            assert_eq!(error.exit(), Exit::Usage);
            for lang in Lang::ALL {
                assert!(error.text(lang).contains(part), "{rest}: {}", error.text(lang));
            }
        }
    }
}

#[test]
fn mistakes_are_named_with_their_place() {
    let extract = "[[extract]]\nkind = \"admission\"\npath = \"a.csv\"\n";
    for (rest, wanted) in [
        (extract.to_owned(), Ok(())),
        (format!("{extract}round = \"reserve\"\n[extract.columns]\nhome = \"Hem\"\n"), Ok(())),
        (String::new(), Err("[[extract]]")),
        (format!("{extract}colour = 1\n"), Err("colour")),
        (format!("[run]\nyear = 23\n{extract}"), Err("23")),
        (format!("[run]\nlanguage = \"fi\"\n{extract}"), Err("5")),
        (format!("{extract}[quality]\nmax_rejected = 2.0\n"), Err("max_rejected")),
        (format!("{extract}[disclosure]\nthreshold = 0\n"), Err("threshold")),
        ("[[extract]]\nkind = \"october\"\npath = \"a\"\nround = \"final\"\n".to_owned(), Err("round")),
        ("[[extract]]\nkind = \"sats\"\npath = \"a\"\n".to_owned(), Err("sats")),
        ("[[extract]]\nkind = \n".to_owned(), Err("5")),
        (format!("{extract}[disclosure]\nlevels = [\"home-programme\", \"unit-programme\"]\n"), Ok(())),
        (format!("{extract}[disclosure]\nlevels = [\"everything\"]\n"), Err("home-place")),
        (format!("{extract}[disclosure]\nmethod = \"suppress\"\nzeros = \"hidden\"\n"), Ok(())),
        (format!("{extract}[disclosure]\nmethod = \"round\"\nzeros = \"hidden\"\n"), Err("suppress")),
        (format!("{extract}[disclosure]\nmethod = \"suppress\"\nround_to = 5\n"), Err("round_to")),
        (format!("{extract}[disclosure]\nround_to = 11\n"), Err("threshold")),
        (format!("{extract}[disclosure]\ntime_limit = 60\n"), Err("time_limit")),
        (format!("{extract}[disclosure]\nmethod = \"suppress\"\ntime_limit = 0\n"), Err("seconds")),
        (format!("{extract}[disclosure]\nmethod = \"blur\"\n"), Err("suppress")),
        (format!("{extract}[disclosure]\nmethod = \"suppress\"\nzeros = \"dots\"\n"), Err("hidden")),
        (format!("{extract}[disclosure]\nmin_units = 0\n"), Err("min_units")),
        (
            format!(
                "{extract}[disclosure]\nmethod = \"suppress\"\nmin_units = 2\ndominance = [2, 75]\npq = [60, 80]\n"
            ),
            Ok(()),
        ),
        (format!("{extract}[disclosure]\ndominance = [2, 100]\n"), Err("1–99")),
        (format!("{extract}[disclosure]\npq = [80, 60]\n"), Err("pq")),
        (format!("{extract}[disclosure]\nmethod = \"round\"\nmin_units = 2\n"), Err("suppress")),
        (format!("{extract}encoding = \"latin1\"\ndelimiter = \"tab\"\nheader = 6\nsheet = \"Blad1\"\n"), Ok(())),
        (format!("{extract}encoding = \"latin9000\"\n"), Err("latin9000")),
        (format!("{extract}delimiter = \";;\"\n"), Err(";;")),
        (format!("{extract}header = 0\n"), Err("header")),
        (format!("{extract}[students]\nkey_env = \"A\"\n"), Ok(())),
        (format!("{extract}[students]\nkey_env = \"A\"\nkey_file = \"b\"\n"), Err("key_file")),
    ] {
        check(&rest, wanted);
    }
}

#[test]
fn municipalities_are_sorted_and_distinct() {
    let text =
        "[region]\nname = \"R\"\nmunicipalities = [\"2\", \"1\"]\n[[extract]]\nkind = \"seats\"\npath = \"a\"\n";
    assert_eq!(RunConfig::parse("c", text).unwrap().municipalities, ["1", "2"].map(Text::from));
    assert!(RunConfig::parse("c", &text.replace("\"2\"", "\"1\"")).is_err());
}

/// A mistake of form: the text after the region, the message id, and the end of the position.
const FORMS: &[(&str, &str, &str)] = &[
    ("[[extract]]\nkind = \"seats\"\npath = \"C:\\data\\x.csv\"\n", "error-config-escape", "6, column 12"),
    ("[[extract]]\nkind = \"seats\"\npath = \"C:\\Users\\x.csv\"\n", "error-config-escape", "6, column 13"),
    ("[[extract]]\nkind = \"seats\"\npath = \"C:\\temp\\new.csv\"\n", "error-config-escape", "6, column 8"),
    ("[[extract]]\nkind = \"seats\"\npath = \"C:\\new\\\"\n", "error-config-escape", "6, column 16"),
    ("[[extract]]\nkind = \"seats\"\npath = C:\\x.csv\n", "error-config-unquoted", "6, column 8"),
    ("[[extract]]\nkind = \"seats\"\npath = \"a.csv\n", "error-config-quote", "6, column 14"),
    ("[[extract]]\nkind = ”seats”\n", "error-config-curly", "5, column 8"),
    ("[[extract]]\nkind = \n", "error-config-no-value", "5, column 8"),
    ("[[extract]\nkind = \"seats\"\n", "error-config-bracket", "4, column 11"),
    ("[disclosure]\nlevels = [\"a\"\nzeros = 1\n", "error-config-bracket", "6, column 1"),
    ("[engine]\ntls = Yes\n", "error-config-unquoted", "5, column 7"),
    ("[engine]\ntls = True\n", "error-config-boolean", "5, column 7"),
    ("[quality]\nmax_rejected = 0,02\n", "error-config-comma", "5, column 17"),
    ("[run]\nyear: 2023\n", "error-config", "5, column 7"),
    ("[run]\nyear = 2023\nyear = 2024\n", "error-config-duplicate", "6, column 1"),
    ("[region]\nname = \"A\"\n", "error-config-duplicate", "4, column 2"),
    ("[run]\nyear = \"2023\"\n", "error-config-quoted", "5, column 8"),
    ("[run]\nyear = 2023.5\n", "error-config-type", "5, column 8"),
    ("[run]\nyear = -1\n", "error-config-range", "5, column 8"),
    ("[run]\nyear = 70000\n", "error-config-range", "5, column 8"),
    ("[run]\nyear = 99999999999999999999999\n", "error-config-range", "5, column 8"),
    ("[run]\nlangage = \"sv\"\n", "error-config-key-near", "5, column 1, table [run]"),
    ("[run]\nthreshold = 10\n", "error-config-key-elsewhere", "5, column 1, table [run]"),
    ("[run]\nkommuner = []\n", "error-config-key", "5, column 1, table [run]"),
    ("[run]\npopulation = \"nationell\"\n", "error-config-word-near", "5, column 14"),
    ("[run]\nlanguage = \"no\"\n", "error-config-word", "5, column 12"),
    ("[extract]\nkind = \"seats\"\n", "error-config-brackets", "4, column 1"),
    ("[[run]]\nyear = 2023\n", "error-config-brackets", "4, column 1"),
    ("[[extract]]\npath = \"a.csv\"\n", "error-config-key-missing", "4, table [[extract]]"),
    (
        "[[extract]]\nkind = \"seats\"\n[extract.columns]\nhem = \"H\"\n",
        "error-config-key",
        "7, column 1, table [extract.columns]",
    ),
    ("[[extract]]\nkind = \"seats\"\nfilter = { A = \"b\" }\n", "error-config-type", "6, column 16"),
    ("[disclosure]\npq = [1]\n", "error-config-type", "5, column 6"),
    ("[disclosure]\npq = [1, \"2\"]\n", "error-config-quoted", "5, column 10"),
    ("[disclosure]\nsince = \"m.json\"\n", "error-config-type", "5, column 9"),
    ("[engine]\nremote = secret\n", "error-config-unquoted", "5, column 10"),
    ("[engine]\nremote = 5\nsecret\n", "error-config", "6, column 7"),
    ("[engine]\nremote = [\"secret\"]\n", "error-config-type", "5, column 10"),
];

#[test]
fn mistakes_of_form_are_told_by_line_without_values() {
    let mut wrong = Vec::new();
    for (rest, id, place) in FORMS {
        let text = format!("\u{feff}{REGION}{rest}");
        let error = RunConfig::parse("elevflode.toml", &text).expect_err(rest);
        let messages = Lang::ALL.map(|lang| error.text(lang));
        let is_right = (error.id(), error.exit()) == (*id, Exit::Usage)
            && messages[1].contains(&format!("elevflode.toml, line {place}\n"))
            && messages.iter().all(|t| t.lines().count() == 5 && !t.contains("secret") && !t.contains("{ $"));
        if !is_right {
            wrong.push(format!("{rest}: {id}, {place}\n{}", messages.join("\n")));
        }
    }
    for (text, id) in [
        ("[region]\nname = \"A\"\nmunicipalities = [1480]\n", "error-config-code"),
        ("[region]\nname = \"A\"\n", "error-config-key-missing"),
        ("[run]\nyear = 2023\n", "error-config-table-missing"),
        ("", "error-config-table-missing"),
        ("name;x\n1;2\n", "error-config"),
        ("region = 1\n", "error-config-type"),
        ("extract = [1]\n[region]\nname = \"A\"\nmunicipalities = [\"1\"]\n", "error-config-type"),
    ] {
        let error = RunConfig::parse("c", text).expect_err(text);
        if error.id() != id {
            wrong.push(format!("{text}: {id}\n{error}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A config that passes the check of its form can also be deserialised.
#[test]
fn every_key_of_the_schema_is_one_of_the_reader() {
    let text = "[region]\nname = \"R\"\nmunicipalities = [\"1480\"]\n[run]\nyear = 2023\nlanguage = \"sv\"\n\
                population = \"all\"\ntheme = \"t\"\n[[extract]]\nkind = \"admission\"\npath = \"a\"\nyear = 2023\n\
                round = \"final\"\nencoding = \"utf-8\"\ndelimiter = \"\\t\"\nheader = 1\nsheet = \"s\"\ncolumns = { home = \"h\" }\n\
                filter = { a = [\"b\"] }\n[registers]\nmunicipalities = \"a\"\nunits = \"b\"\nprogrammes = \"c\"\nboundaries = \"d\"\n\
                [engine]\nkind = \"spark\"\nremote = \"sc://a\"\ntls = true\ntoken_env = \"T\"\n[students]\nkey_env = \"A\"\n\
                [disclosure]\nmethod = \"suppress\"\nthreshold = 10\nlevels = [\"home-place\"]\nzeros = \"shown\"\nmin_units = 2\n\
                dominance = [1, 80]\np_percent = 10\npq = [10, 50]\ntime_limit = 5\nsince = [\"m\"]\n[quality]\nmax_rejected = 0\n";
    RunConfig::parse("c", text).unwrap();
}
