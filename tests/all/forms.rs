//! The same extracts in every form that systems export: the tables are the same, byte for byte.

use std::fmt::Write as _;
use std::io::Write as _;

use crate::support::{Folder, Row, number, row};

/// The rows of a file, the header first; rows may be ragged.
type Grid = Vec<Vec<String>>;

/// A way to rewrite an extract: file names (keeping the text before the year) and their bytes.
type Rewrite = fn(&str, &Grid) -> Vec<(String, Vec<u8>)>;

fn grid(bytes: &[u8]) -> Grid {
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(bytes);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn text(grid: &Grid, delimiter: &str, end: &str) -> String {
    grid.iter().fold(String::new(), |mut out, row| {
        out.push_str(&row.join(delimiter));
        out.push_str(end);
        out
    })
}

fn one(stem: &str, ending: &str, bytes: impl Into<Vec<u8>>) -> Vec<(String, Vec<u8>)> {
    vec![(format!("{stem}.{ending}"), bytes.into())]
}

fn utf_16(text: &str, unit: fn(u16) -> [u8; 2], mark: bool) -> Vec<u8> {
    let mark = mark.then_some(0xfeff);
    mark.into_iter().chain(text.encode_utf16()).flat_map(unit).collect()
}

fn windows_1252(text: &str) -> Vec<u8> {
    let (bytes, _, unmappable) = encoding_rs::WINDOWS_1252.encode(text);
    assert!(!unmappable);
    bytes.into_owned()
}

fn quoted(grid: &Grid) -> Grid {
    grid.iter().map(|row| row.iter().map(|field| format!("\"{field}\"")).collect()).collect()
}

/// A title, a year that must not be used, blank lines, empty columns on the right, and a note and a sum below the
/// table.
fn with_preamble(grid: &Grid) -> String {
    let mut out = "Utdrag ur elevregistret;;;\r\nValt läsår: 1999/00;;;\r\n;;;\r\n\r\n".to_owned();
    for row in grid {
        // A row that is too short stays too short.
        let empty = if row.len() == grid[0].len() { ";;;" } else { "" };
        write!(out, "{}{empty}\r\n", row.join(";")).unwrap();
    }
    let unit = grid[0].iter().position(|name| name == "Skolenhetskod").unwrap();
    writeln!(out, "{}Totalt;;;;;99999;;;", ";".repeat(unit)).unwrap();
    out.push_str("Källa: elevregistret den 15 oktober\r\n");
    out
}

/// Codes protected from becoming numbers as in spreadsheets, and counts as people write them.
fn marked(grid: &Grid) -> String {
    let code = grid[0].iter().position(|name| name == "Skolenhetskod").unwrap();
    let seats = grid[0].iter().position(|name| name == "Platser");
    let mut grid = grid.clone();
    for row in grid.iter_mut().skip(1).filter(|row| row.len() > code) {
        row[code] = format!("=\"{}\"", row[code]);
        if let Some(seats) =
            seats.filter(|seats| row.get(*seats).is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit())))
        {
            row[seats] = format!(" {},0", row[seats]);
        }
    }
    text(&grid, ";", "\n")
}

/// Columns from right to left, rows from last to first.
fn turned(grid: &Grid) -> String {
    let width = grid[0].len();
    let mut grid: Grid = grid.iter().map(|row| row.iter().rev().cloned().collect()).collect();
    grid[1..].reverse();
    // A row that was too short is now short on the other side; it stays unreadable.
    assert!(grid.iter().all(|row| row.len() <= width));
    text(&grid, "\t", "\n")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Three files, each with the header.
fn split(stem: &str, grid: &Grid) -> Vec<(String, Vec<u8>)> {
    let size = (grid.len() - 1).div_ceil(3);
    let part = |(i, rows): (usize, &[Vec<String>])| {
        let rows: Grid = grid[..1].iter().chain(rows).cloned().collect();
        (format!("{stem}_{i}.csv"), text(&rows, ",", "\n").into_bytes())
    };
    grid[1..].chunks(size).enumerate().map(part).collect()
}

const FORMS: &[(&str, Rewrite)] = &[
    ("semicolon, CRLF, UTF-8", |stem, grid| one(stem, "csv", text(grid, ";", "\r\n"))),
    ("tab, LF", |stem, grid| one(stem, "tsv", text(grid, "\t", "\n"))),
    ("pipe, bare CR", |stem, grid| one(stem, "txt", text(grid, "|", "\r"))),
    ("UTF-8 with a mark", |stem, grid| one(stem, "csv", format!("\u{feff}{}", text(grid, ",", "\n")))),
    ("UTF-16 little-endian", |stem, grid| {
        one(stem, "txt", utf_16(&text(grid, "\t", "\r\n"), u16::to_le_bytes, true))
    }),
    ("UTF-16 big-endian", |stem, grid| one(stem, "txt", utf_16(&text(grid, ";", "\r\n"), u16::to_be_bytes, true))),
    ("UTF-16 without a mark", |stem, grid| one(stem, "csv", utf_16(&text(grid, ",", "\n"), u16::to_le_bytes, false))),
    ("Windows-1252, semicolon, CRLF", |stem, grid| one(stem, "csv", windows_1252(&text(grid, ";", "\r\n")))),
    ("Windows-1252, tab, bare CR", |stem, grid| one(stem, "txt", windows_1252(&text(grid, "\t", "\r")))),
    ("every field quoted", |stem, grid| one(stem, "csv", text(&quoted(grid), ",", "\r\n"))),
    ("preamble, empty columns, sum and note", |stem, grid| one(stem, "csv", windows_1252(&with_preamble(grid)))),
    ("text marks and written numbers", |stem, grid| one(stem, "csv", marked(grid))),
    ("columns and rows turned round", |stem, grid| one(stem, "csv", turned(grid))),
    ("gzip", |stem, grid| one(stem, "csv.gz", gzip(text(grid, ",", "\n").as_bytes()))),
    ("zstd", |stem, grid| one(stem, "csv.zst", zstd::encode_all(text(grid, ";", "\n").as_bytes(), 3).unwrap())),
    ("split over files", split),
    ("a workbook's name, but text within", |stem, grid| one(stem, "xls", text(grid, "\t", "\r\n"))),
];

/// The outputs that must not depend on the form.
const TABLES: [&str; 4] = ["flows", "ledger", "moves", "seats"];

#[test]
fn every_form_gives_the_same_tables() {
    let folder = Folder::new();
    folder.done(&["synth", "--students", "2000", "--seed", "12", "--out", "data"]);
    let config = String::from_utf8(std::fs::read(folder.path("data/elevflode.toml")).unwrap()).unwrap();
    let extracts: Vec<(String, Grid)> =
        folder.files("data/extracts").into_iter().map(|(name, bytes)| (name, grid(&bytes))).collect();
    assert_eq!(extracts.len(), 9);
    folder.tables("data/elevflode.toml", "clean");
    let wanted = folder.files("clean");
    for (i, (form, rewrite)) in FORMS.iter().enumerate() {
        let mut config = config.clone();
        for (name, grid) in &extracts {
            let stem = name.strip_suffix(".csv").unwrap();
            let files = rewrite(&format!("form{i}/{stem}"), grid);
            let path = match &files[..] {
                [(only, _)] => only.clone(),
                _ => format!("form{i}/{stem}_*.csv"),
            };
            assert!(config.contains(&format!("\"extracts/{name}\"")));
            config = config.replace(&format!("\"extracts/{name}\""), &format!("\"{path}\""));
            for (name, bytes) in files {
                folder.write(&format!("data/{name}"), &bytes);
            }
        }
        folder.write("data/form.toml", config.as_bytes());
        folder.tables("data/form.toml", "out");
        let found = folder.files("out");
        for table in TABLES {
            let name = format!("tables/{table}.csv");
            assert!(found[&name] == wanted[&name], "{form}: {table} differs");
        }
    }
}

/// Codes that a spreadsheet turned into numbers are restored and counted, and `check` reports its guesses.
#[test]
fn check_reports_what_it_guessed_and_what_it_restored() {
    let folder = Folder::with(&[
        (
            "elevflode.toml",
            "[region]\nname = \"R\"\nmunicipalities = [\"0180\", \"0114\"]\n[registers]\nunits = \"units.csv\"\n\
             [[extract]]\nkind = \"october\"\npath = \"o.csv\"\nyear = 2023\n[extract.columns]\ncount = \"N\"\n",
        ),
        (
            "units.csv",
            "code,name,municipality,provider,provider_kind\n00000101,A,0180,0180,municipal\n00000202,B,0114,X,independent\n",
        ),
        (
            "o.csv",
            "Elever 2023/24\n\nHemkommun;Skolenhetskod;Program;N\n180;101;NA;30\n180;202;NA;1 020\nHemkommun;Skolenhetskod;Program;N\n114;202;NA;..\n\
             114;202;NA;.\n115;202;NA;7\n9999;202;NA;5\nTotalt;;;1 062\nAnm. Antal under 10 visas inte\n",
        ),
    ]);
    let ran = folder.run(&["check", "--json"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let printed: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let source = &printed["sources"][0];
    let form =
        |aspect: &str| (source["form"][aspect]["value"].as_str().unwrap(), source["form"][aspect]["told"] == true);
    assert_eq!(form("delimiter"), (";", false));
    assert_eq!(form("encoding"), ("UTF-8", false));
    assert_eq!(form("header"), ("3", false));
    assert_eq!(source["columns"]["unit"]["header"], "Skolenhetskod");
    assert_eq!(source["columns"]["unit"]["told"], false);
    assert_eq!(source["columns"]["count"]["told"], true);
    let quality = printed["quality"].as_array().unwrap();
    let of = |reason: &str| {
        quality.iter().find(|r| r["reason"] == reason).unwrap_or_else(|| panic!("{reason}: {quality:?}"))
    };
    for (reason, rows) in [
        ("restored_code", 3),
        ("hidden_count", 1),
        ("missing_count", 1),
        ("unknown_home", 1),
        ("totals_row", 1),
        ("note", 2),
    ] {
        assert_eq!(of(reason)["rows"], rows, "{reason}");
    }
    // 1,050 residents of the region, 30 of them with their own municipality. The row of home 115 is outside the
    // region. Two rows of unknown size and one with an unknown home (5 students) could belong to residents.
    let headline = &printed["headline"];
    assert_eq!((&headline["cross_provider"], &headline["students"]), (&1020.into(), &1050.into()));
    assert_eq!(headline["effect"]["students"], 7);
    assert_eq!(headline["effect"]["uncounted_rows"], 2);
    assert_eq!(headline["effect"]["low"], format!("{:.6}", 1020.0 / 1057.0));
    assert_eq!(headline["effect"]["high"], format!("{:.6}", 1027.0 / 1057.0));
    assert_eq!(of("unknown_home")["effect"]["high"], format!("{:.6}", 1025.0 / 1055.0));

    let text = folder.run(&["check", "--lang", "sv"]).out;
    for part in ["rubriker på rad 3", "avgränsare ”;”", "count = N (enligt konfigurationen)", "97,14\u{a0}%"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    folder.run(&["check", "--out", "q"]);
    let lines: Vec<Row> = folder.table("q/quality_detail.csv");
    assert_eq!(number(row(&lines, &[("reason", "hidden_count")]), "line"), 7);
    assert_eq!(number(row(&lines, &[("reason", "totals_row")]), "line"), 11);
}
