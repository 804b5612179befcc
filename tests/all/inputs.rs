//! Inputs from public bug reports and real files: each gives the right number or a clear error.
//!
//! The cases are in `tests/cases/inputs`, one file per kind; `README.md` there describes the fields of a case.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rayon::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use crate::support::{Folder, Ran};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    kind: String,
    case: Vec<Case>,
}

/// An input and its expected result.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// Its name, and the real files that it represents.
    name: String,
    stands_for: String,
    /// The content of `x.csv`, and its encoding.
    #[serde(default)]
    text: String,
    #[serde(default)]
    written: Written,
    /// Other files, added or replacing files of the same names.
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// The part of the config below the registers; by default one extract of October 2023.
    extract: Option<String>,
    /// The config below that.
    #[serde(default)]
    more: String,
    /// Number of copies of the rows of `text` below the header, with `#` replaced by the number of the copy.
    #[serde(default = "once")]
    times: usize,
    exit: i32,
    /// Students of the headline, and its share in percent.
    students: Option<u64>,
    share: Option<String>,
    /// Seats of all units, at admission and in October.
    seats: Option<[u64; 2]>,
    /// Rows by reason; only the listed reasons are compared.
    #[serde(default)]
    rows: BTreeMap<String, u64>,
    /// Texts that the English output contains.
    #[serde(default)]
    says: Vec<String>,
    /// Texts that it does not contain.
    #[serde(default)]
    keeps: Vec<String>,
}

const fn once() -> usize {
    1
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Written {
    #[default]
    Utf8,
    Bom,
    Nfd,
    Cp850,
    Macintosh,
    Windows1252,
    Utf16le,
    Utf16be,
    Gzip,
    Xlsx,
}

const CONFIG: &str = "[region]\nname = \"T\"\nmunicipalities = [\"1480\", \"1440\", \"1402\", \"1482\"]\n\
                      [run]\npopulation = \"all\"\n[registers]\nunits = \"units.csv\"\n";
const EXTRACT: &str = "[[extract]]\nkind = \"october\"\npath = \"x.csv\"\nyear = 2023\n";
const UNITS: &str = "code,name,municipality,provider,provider_kind\n10000001,A,1480,1480,municipal\n\
                     10000002,B,1440,1440,municipal\n10000003,C,1480,F1,independent\n10000004,D,1402,1402,municipal\n";

impl Written {
    fn bytes(self, text: &str) -> Vec<u8> {
        let single = |table: &dyn Fn(char) -> Option<u8>| {
            text.chars()
                .map(|c| if c.is_ascii() { c as u8 } else { table(c).expect("a letter of the encoding") })
                .collect()
        };
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Bom => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            Self::Nfd => {
                let apart = [('å', "a\u{30a}"), ('ä', "a\u{308}"), ('ö', "o\u{308}"), ('Å', "A\u{30a}")];
                apart.iter().fold(text.to_owned(), |text, (one, two)| text.replace(*one, two)).into_bytes()
            }
            Self::Cp850 => single(&|c| Some([0x86, 0x84, 0x94, 0x8f, 0x8e, 0x99][LETTERS.find(c)? / 2])),
            Self::Macintosh => single(&|c| Some([0x8c, 0x8a, 0x9a, 0x81, 0x80, 0x85][LETTERS.find(c)? / 2])),
            Self::Windows1252 => single(&|c| u8::try_from(u32::from(c)).ok()),
            Self::Utf16le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Self::Gzip => {
                let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
                std::io::Write::write_all(&mut out, text.as_bytes()).unwrap();
                out.finish().unwrap()
            }
            Self::Xlsx => workbook(text),
        }
    }
}

/// Letters in the order of the tables above.
const LETTERS: &str = "åäöÅÄÖ";

/// A workbook with the cells of a semicolon-separated text; numbers become numbers.
fn workbook(text: &str) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in text.lines().enumerate() {
        for (column, cell) in line.split(';').enumerate() {
            let at = (row as u32, column as u16);
            match cell.parse::<f64>() {
                Ok(number) if row > 0 => sheet.write_number(at.0, at.1, number).unwrap(),
                _ => sheet.write_string(at.0, at.1, cell).unwrap(),
            };
        }
    }
    book.save_to_buffer().unwrap()
}

impl Case {
    fn folder(&self) -> Folder {
        let extract = self.extract.as_deref().unwrap_or(EXTRACT);
        let folder = Folder::with(&[("units.csv", UNITS)]);
        folder.write("elevflode.toml", format!("{CONFIG}{extract}{}", self.more).as_bytes());
        let (header, rows) = self.text.split_once('\n').unwrap_or((&self.text, ""));
        let copies: String = (0..self.times).map(|copy| rows.replace('#', &copy.to_string())).collect();
        let text = if self.times == 1 { self.text.clone() } else { format!("{header}\n{copies}") };
        if !text.is_empty() {
            folder.write("x.csv", &self.written.bytes(&text));
        }
        self.files.iter().for_each(|(name, text)| folder.write(name, &self.written.bytes(text)));
        folder
    }

    /// The differences from the expected result.
    fn mistakes(&self) -> Vec<String> {
        let folder = self.folder();
        let (told, said) = (folder.run(&["check", "--json"]), folder.run(&["check", "--lang", "en"]));
        let mut out = Vec::new();
        let mut wrong = |what: &str, found: String, wanted: String| {
            if found != wanted {
                out.push(format!("{what}: {found} and not {wanted}"));
            }
        };
        let Ran { code, out: json, err } = told;
        wrong("exit code", code.to_string(), self.exit.to_string());
        let json: Value = serde_json::from_str(&json).unwrap_or_default();
        if let Some(students) = self.students {
            wrong("students", json["headline"]["students"].to_string(), students.to_string());
        }
        if let Some(share) = &self.share {
            let found = json["headline"]["cross_provider_share"].as_str().and_then(|share| share.parse::<f64>().ok());
            wrong("share", found.map_or("none".to_owned(), |share| format!("{:.2}", share * 100.0)), share.clone());
        }
        for (reason, wanted) in &self.rows {
            let of_reason = |row: &&Value| row["reason"] == reason.as_str();
            let rows = json["quality"].as_array().into_iter().flatten().filter(of_reason);
            let found: u64 = rows.filter_map(|row| row["rows"].as_u64()).sum();
            wrong(reason, found.to_string(), wanted.to_string());
        }
        if let Some([admission, october]) = self.seats {
            folder.run(&["report", "--release", "internal", "--only", "csv", "--out", "out"]);
            let rows = folder.table("out/tables/seats.csv");
            let sum = |column: &str| -> u64 {
                let all = rows.iter().filter(|row| row["programme"] == "ALL");
                all.filter_map(|row| row[column].parse::<u64>().ok()).sum()
            };
            wrong(
                "seats",
                format!("{} {}", sum("seats_admission"), sum("seats_october")),
                format!("{admission} {october}"),
            );
        }
        let said = format!("{}{}", said.out, said.err);
        for words in &self.says {
            wrong(&format!("says \u{201c}{words}\u{201d}"), said.contains(words).to_string(), "true".to_owned());
        }
        for words in &self.keeps {
            wrong(&format!("keeps \u{201c}{words}\u{201d}"), (!said.contains(words)).to_string(), "true".to_owned());
        }
        if !out.is_empty() {
            out.push(format!("{said}{err}"));
        }
        out
    }
}

#[test]
fn every_input_gives_the_right_number_or_a_clear_error() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/inputs");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let kinds: Vec<Kind> = files
        .iter()
        .map(|path| {
            toml::from_str(&fs::read_to_string(path).unwrap()).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
        })
        .collect();
    let cases: Vec<(&str, &Case)> =
        kinds.iter().flat_map(|kind| kind.case.iter().map(|case| (kind.kind.as_str(), case))).collect();
    let names: std::collections::BTreeSet<_> = cases.iter().map(|(kind, case)| (*kind, case.name.as_str())).collect();
    assert_eq!(names.len(), cases.len(), "a name is there once");
    assert!(cases.iter().all(|(_, case)| !case.stands_for.is_empty()));
    let wrong: Vec<String> = cases
        .par_iter()
        .filter_map(|(kind, case)| {
            let mistakes = case.mistakes();
            (!mistakes.is_empty()).then(|| format!("{kind} / {}\n  {}", case.name, mistakes.join("\n  ")))
        })
        .collect();
    let right = cases.iter().filter(|(_, case)| case.exit == 0).count();
    println!("{} inputs: {right} end with the right numbers, {} with a clear stop", cases.len(), cases.len() - right);
    assert!(cases.len() >= 200, "{} cases", cases.len());
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn a_report_without_students_says_which_rows_were_refused_and_why() {
    let rows = |column: &str, value: &str| {
        format!("{column};Hemkommunkod;Skolenhetskod;Antal\n{value};1480;10000001;40\n{value};1480;10000003;60\n")
    };
    let no_year = EXTRACT.replace("year = 2023\n", "");
    let filter = |value: &str| format!("{EXTRACT}[extract.filter]\n\"Status\" = [\"{value}\"]\n");
    for (text, extract, wanted) in [
        (
            rows("Läsår", "HT23"),
            no_year.clone(),
            ["2 of 2 rows: a year that cannot be read", "2023/24", "year = Läsår"],
        ),
        (
            rows("Status", "Antagen"),
            filter("antagen"),
            ["2 of 2 rows: outside the filter Status = antagen", "upper and lower case matter", "x.csv"],
        ),
        (
            rows("Status", "A").replace(";40", ";..").replace(";60", ";.."),
            EXTRACT.to_owned(),
            ["2 of 2 rows: hidden counts", "rows of students", "count = Antal"],
        ),
    ] {
        let folder = Folder::with(&[("units.csv", UNITS), ("x.csv", &text)]);
        folder.write("elevflode.toml", format!("{CONFIG}{extract}").as_bytes());
        let ran = folder.run(&["report", "--lang", "en", "--out", "out"]);
        assert_eq!(ran.code, 3, "{}{}", ran.out, ran.err);
        wanted.iter().for_each(|words| assert!(ran.err.contains(words), "{words}: {}", ran.err));
        assert!(!folder.path("out").exists());
    }
}

#[test]
fn hidden_rows_of_a_workbook_are_read_and_reported() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in
        [["Hemkommunkod", "Skolenhetskod", "Antal elever"], ["1480", "10000001", "40"], ["1480", "10000003", "60"]]
            .iter()
            .enumerate()
    {
        for (column, cell) in cells.iter().enumerate() {
            sheet.write_string(row as u32, column as u16, *cell).unwrap();
        }
    }
    sheet.set_row_hidden(2).unwrap();
    let folder = Folder::with(&[("units.csv", UNITS), ("elevflode.toml", &format!("{CONFIG}{EXTRACT}"))]);
    folder.write("x.csv", &book.save_to_buffer().unwrap());
    let ran = folder.run(&["check", "--lang", "en"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("Hidden rows in x.csv: 1. They are read like the others"), "{}", ran.err);
    assert!(ran.out.contains("60 of 100"), "{}", ran.out);
}
