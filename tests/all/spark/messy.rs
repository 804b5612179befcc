//! Extracts in which every rule of cleaning applies, in every form that a cluster reads, on both engines.

use std::cell::Cell;

use super::server::{Server, run, shared};
use super::{agree, config};
use crate::support::Folder;

/// Pseudo-random numbers, the same in each run (Knuth's MMIX constants).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    /// One of these; the first one half of the time.
    fn mostly<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        if self.below(2) == 0 { texts[0] } else { texts[self.below(texts.len())] }
    }

    fn any<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len())]
    }
}

const UNITS: &str = "code,name,municipality,provider,provider_kind,valid_from,valid_to,successor\n\
    0017,Ett,1480,1480,municipal,,,\n\
    0018,Två,1480,F2,independent,2010,2022,0017\n\
    0019,Tre,1401,1401,municipal,2010,2021,\n\
    8,Fyra,1402,F2,independent,2023,,\n\
    A1,Fem,1407,1407,municipal,,2015,0018\n";

const HOMES: [&str; 16] = [
    "1480",
    "1401",
    "0180",
    "180",
    "=\"1402\"",
    "'1407",
    "9999",
    "",
    " 1480 ",
    "Totalt",
    "Hela riket",
    "1480.0",
    "?",
    "\u{a0}1401",
    "Summa Ale",
    "'",
];
const CODES: [&str; 14] = [
    "0017",
    "0018",
    "0019",
    "8",
    "A1",
    "17",
    "18",
    "=\"0017\"",
    "a1",
    "",
    "Total:",
    "samtliga enheter",
    "?",
    "0017\u{2009}",
];
const PROGRAMMES: [&str; 24] = [
    "NA",
    "NANAT0000",
    "BA25",
    "BAXXX0L0N",
    "IMVBA",
    "IMSPR",
    "IMV",
    "XX",
    "",
    "BARN",
    "na",
    "BA250",
    "BA25XXX0000",
    "Summa",
    "-",
    "IMVBAXXX0L0N",
    "IM",
    "HA",
    "FS",
    "BAXXX0L0N0",
    "TE\u{a0}",
    "åå",
    "HP",
    "IN",
];
const YEARS: [&str; 12] =
    ["2023", "2023/24", "2023-2024", "2022 / 23", "2023/25", "", "1899", "HT23", "2023–24", "2101", "2022", "2023/"];
const GROUPS: [&str; 12] = ["1", "Åk 2", "årskurs 3", "0", "10", "", "year1", "+1", "01", "ÅK1", "År 3", "1 "];
const MARKS: [&str; 9] = ["", "Nej", "Ja", "0", "J", "FALSE", ".", "ingen", " "];
const AMOUNTS: [&str; 16] = [
    "3",
    "0",
    "..",
    ".",
    "",
    "-1",
    "12,0",
    "1.5",
    "1 234",
    "1\u{a0}234\u{202f}567",
    "1 23",
    "1,234",
    "007",
    "99999999999999999999",
    "1000000000001",
    "1000000000000",
];
const STATUS: [&str; 4] = ["Antagen", " Antagen ", "Reserv", ""];

/// A personal number of the tax agency's test range in some form, or a text that is none; built from `number`.
fn person(chance: &mut Chance, number: &Cell<usize>) -> String {
    let day = 1 + chance.below(28);
    number.set(day);
    let serial = 980 + chance.below(4);
    let nine = format!("0702{day:02}{serial}");
    let sum: u32 = nine
        .bytes()
        .enumerate()
        .map(|(at, digit)| u32::from(digit - b'0') * if at % 2 == 0 { 2 } else { 1 })
        .map(|digit| digit / 10 + digit % 10)
        .sum();
    let last = format!("{serial}{}", (10 - sum % 10) % 10);
    let date = format!("0702{day:02}");
    let form = chance.below(16);
    if matches!(form, 8 | 10) {
        // The same on every day.
        number.set(0);
    }
    match form {
        0 => format!("20{date}-{last}"),
        1 => format!("20{date}{last}"),
        2 => format!(" {date} {last}"),
        3 => format!("{}{last}", &date[1..]),
        4 => format!("20{date}{last}.0"),
        5 => format!("{date}-{serial}{}", (11 - sum % 10) % 10),
        6 => format!("20{date}-tf1{}", day % 10),
        7 => format!("{date}+{last}"),
        8 => "0702309804".to_owned(),
        9 => format!("e{day}"),
        10 => chance
            .any(&["", "Totalt", "  ", "summa", "170701019804", "200002299806", "1900022998", "20070260-9804"])
            .to_owned(),
        11 => format!("=\"{date}{last}\""),
        12 => format!("{date}\u{2013}{last}"),
        _ => format!("{date}-{last}"),
    }
}

/// A field as CSV writes it.
fn field(text: &str) -> String {
    if text.contains([';', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// Lines of text that are not rows, or not complete ones.
fn oddity(chance: &mut Chance, header: &str, row: &str) -> String {
    match chance.below(9) {
        0 => header.to_owned(),
        1 => "Källa: Skolverket, uppgifter om elever".to_owned() + &";".repeat(chance.below(6)),
        2 => String::new(),
        3 => ";;;;;;;".chars().take(chance.below(8)).collect(),
        4 => format!("{row};;"),
        5 => format!("{row}; extra"),
        6 => row.rsplit_once(';').map_or(row, |(first, _)| first).to_owned(),
        7 => "Kod 123456 finns inte;;".to_owned(),
        _ => format!("Not;{}", "uppgiften gäller den femtonde oktober i år"),
    }
}

/// A file with this many rows, generated column by column.
fn file(
    chance: &mut Chance,
    header: &str,
    rows: usize,
    columns: &[&dyn Fn(&mut Chance) -> String],
    is_clean: bool,
) -> String {
    let mut out = format!("{header}\n");
    for _ in 0..rows {
        let row: Vec<String> = columns.iter().map(|column| field(&column(chance))).collect();
        let row = row.join(";");
        if !is_clean && chance.below(25) == 0 {
            out.push_str(&oddity(chance, header, &row));
        } else {
            out.push_str(&row);
        }
        out.push('\n');
    }
    out
}

fn column(texts: &'static [&'static str]) -> impl Fn(&mut Chance) -> String {
    move |chance| chance.mostly(texts).to_owned()
}

fn surrogate(chance: &mut Chance, number: &Cell<usize>) -> String {
    match chance.below(30) {
        0 => String::new(),
        1 => " ".to_owned(),
        _ => {
            let mark = chance.any(&["", " ", "'"]);
            number.set(chance.below(900));
            format!("{mark}k{}", number.get())
        }
    }
}

/// A region with a file of each kind, and two of some; its config.
fn region(folder: &Folder, seed: u64, is_clean: bool) {
    let chance = &mut Chance(seed);
    let (homes, codes, programmes) = (column(&HOMES), column(&CODES), column(&PROGRAMMES));
    let (years, groups, marks) = (column(&YEARS), column(&GROUPS), column(&MARKS));
    let (amounts, status) = (column(&AMOUNTS), column(&STATUS));
    let times = column(&["antagning", "Oktober", "15 oktober", "OCTOBER", "april", ""]);
    // A student has at most two homes of the register: an id with more is no id, which a cluster refuses.
    let number = Cell::new(0);
    let own = |chance: &mut Chance| {
        (if chance.below(2) == 0 { HOMES[0] } else { HOMES[number.get() % HOMES.len()] }).to_owned()
    };
    let ids = |chance: &mut Chance| person(chance, &number);
    let pupil = |chance: &mut Chance| surrogate(chance, &number);
    let admitted = "Status;Personnummer;Hemkommun;Skolenhetskod;Studievägskod;Antagningsår;Sekretess;Namn";
    let of_admission: [&dyn Fn(&mut Chance) -> String; 8] =
        [&status, &ids, &own, &codes, &programmes, &years, &marks, &marks];
    for (name, rows) in [("preliminar", 300), ("slut", 900), ("slut_2", 200), ("reserv", 200)] {
        folder.write(&format!("a/{name}.csv"), file(chance, admitted, rows, &of_admission, is_clean).as_bytes());
    }
    let enrolled = "Elev-id;Hemkommun;Skolenhetskod;Program;Årskurs";
    let of_october: [&dyn Fn(&mut Chance) -> String; 5] = [&ids, &own, &codes, &programmes, &groups];
    folder.write("a/oktober.csv", file(chance, enrolled, 1200, &of_october, is_clean).as_bytes());
    let pupils = "Löpnummer;Hemkommun;Skolenhetskod";
    let of_pupils: [&dyn Fn(&mut Chance) -> String; 3] = [&pupil, &own, &codes];
    folder.write("a/tidigare.csv", file(chance, pupils, 900, &of_pupils, is_clean).as_bytes());
    folder.write("a/tidigare_oktober.csv", file(chance, pupils, 900, &of_pupils, is_clean).as_bytes());
    let counted = "Hemkommun;Skolenhetskod;Program;Antal";
    let of_counted: [&dyn Fn(&mut Chance) -> String; 4] = [&homes, &codes, &programmes, &amounts];
    folder.write("a/antal.csv", file(chance, counted, 600, &of_counted, is_clean).as_bytes());
    let seats = "Skolenhetskod;Program;Platser;Tidpunkt;År";
    let of_seats: [&dyn Fn(&mut Chance) -> String; 5] = [&codes, &programmes, &amounts, &times, &years];
    folder.write("a/platser.csv", file(chance, seats, 600, &of_seats, is_clean).as_bytes());
    folder.write("units.csv", UNITS.as_bytes());
}

/// The config; `of` returns the lines that name a file's source.
fn config_text(of: impl Fn(&str) -> String) -> String {
    let mut out = "[region]\nname = \"R\"\nmunicipalities = [\"1480\", \"1401\", \"1402\"]\n[registers]\nunits = \"units.csv\"\n\
        [quality]\nmax_rejected = 1.0\nmax_repeated = 1.0\n"
        .to_owned();
    let filter = "[extract.filter]\n\"Status\" = [\"Antagen\"]\n";
    for (kind, name, rest) in [
        ("admission", "preliminar", "round = \"preliminary\"\n"),
        ("admission", "slut", filter),
        ("admission", "slut_2", ""),
        ("admission", "reserv", "round = \"reserve\"\n"),
        ("october", "oktober", "year = 2023\n"),
        ("admission", "tidigare", "year = 2020\n"),
        ("october", "tidigare_oktober", "year = 2020\n"),
        ("october", "antal", "year = 2022\n"),
        ("seats", "platser", ""),
    ] {
        out.push_str(&format!("[[extract]]\nkind = \"{kind}\"\n{}\n{rest}", of(name)));
    }
    out
}

#[test]
fn every_rule_of_cleaning_is_the_same_on_both_engines() {
    for seed in [7, 77] {
        let (folder, server) = (Folder::new(), shared());
        region(&folder, seed, false);
        folder.write("run.toml", config_text(|name| format!("path = \"a/{name}.csv\"")).as_bytes());
        let configs = [Some(server), None].map(|server| config(&folder, "run.toml", server));
        agree(&folder, [&configs[0], &configs[1]]);
        let quality = folder.table("internal-local/tables/quality.csv");
        let reasons: std::collections::BTreeSet<&str> = quality.iter().map(|row| row["reason"].as_str()).collect();
        assert_eq!(reasons.len(), 24, "every reason has its rows: {reasons:?}");
    }
}

/// The same rows as Parquet: a file, a folder of files, a pattern, and a table by name.
#[test]
fn parquet_files_folders_and_tables_are_the_same_on_both_engines() {
    let (folder, server) = (Folder::new(), shared());
    region(&folder, 777, true);
    run("parquet.py", &[], &folder.path("a"));
    let here = std::fs::canonicalize(folder.path("")).unwrap().display().to_string();
    folder.write("local.toml", config_text(|name| format!("path = \"a/{name}.parquet\"")).as_bytes());
    let of = |name: &str| match name {
        // Two files of one folder; the local engine reads them as one file of the same name.
        "oktober" => format!("path = \"{here}/lake/oktober.parquet\""),
        "slut" => format!("path = \"{here}/a/slut.parq*\""),
        _ => format!("path = \"{here}/a/{name}.parquet\""),
    };
    folder.write("spark.toml", (server.engine() + &config_text(of)).as_bytes());
    agree(&folder, ["spark.toml", "local.toml"]);
    tables(&folder, server, &here);
}

/// A table is a source of its own name.
fn tables(folder: &Folder, server: &Server, here: &str) {
    let named = |name: &str| format!("table = \"parquet.`{here}/a/{name}.parquet`\"");
    folder.write("table.toml", (server.engine() + &config_text(named)).as_bytes());
    folder.tables("table.toml", "by-name");
    for table in ["flows", "ledger", "moves", "seats", "shares"] {
        let [named, local] =
            ["by-name", "internal-local"].map(|out| folder.table(&format!("{out}/tables/{table}.csv")));
        assert!(!local.is_empty() && named == local, "{table}");
    }
    let sources = folder.table("by-name/tables/quality.csv");
    assert!(sources.iter().all(|row| row["source"].starts_with("parquet.`")), "a table's name is its source's");
}
