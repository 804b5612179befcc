//! Extracts as workbooks and Parquet files: the same report as from the text files they were converted from.

use std::ops::Range;
use std::path::Path;

use elevflode::io::columnar::{self, Division, ValueKind, Values};
use elevflode::model::Text;
use rust_xlsxwriter::Workbook;

use crate::support::Folder;

/// The form to which a text file is converted.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// A workbook in which every cell is a text.
    Texts,
    /// A workbook in which numbers are numbers: leading zeros are lost.
    Numbers,
    /// A Parquet file of texts.
    ParquetTexts,
    /// A Parquet file in which columns of whole numbers are integers.
    ParquetNumbers,
}

impl Form {
    fn ending(self) -> &'static str {
        match self {
            Self::Texts | Self::Numbers => "xlsx",
            Self::ParquetTexts | Self::ParquetNumbers => "parquet",
        }
    }

    fn bytes(self, header: &[String], rows: &[Vec<String>]) -> Vec<u8> {
        match self {
            Self::Texts => workbook(header, rows, |_| None),
            Self::Numbers => workbook(header, rows, numeral),
            Self::ParquetTexts => parquet(header, rows, |_| None),
            Self::ParquetNumbers => parquet(header, rows, |text| text.parse().ok()),
        }
    }
}

/// Whether a spreadsheet takes a text for a number that it represents exactly.
fn numeral(text: &str) -> Option<f64> {
    let is_numeral = text.len() <= 15 && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| is_numeral)
}

/// The table on the third sheet, below a title.
fn workbook(header: &[String], rows: &[Vec<String>], number: impl Fn(&str) -> Option<f64>) -> Vec<u8> {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().write(0, 0, "Läs mig").unwrap();
    workbook.add_worksheet();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "Uttag ur ett påhittat system").unwrap();
    for (column, text) in (0..).zip(header) {
        sheet.write(2, column, text).unwrap();
    }
    for (row, texts) in (3..).zip(rows) {
        for (column, text) in (0..).zip(texts) {
            match number(text) {
                Some(number) => sheet.write(row, column, number).unwrap(),
                None => sheet.write(row, column, text).unwrap(),
            };
        }
    }
    workbook.save_to_buffer().unwrap()
}

fn parquet(header: &[String], rows: &[Vec<String>], number: impl Fn(&str) -> Option<i64> + Sync) -> Vec<u8> {
    let numbers = |column: usize| rows.iter().map(|row| number(&row[column])).collect::<Option<Vec<i64>>>();
    let kind = |column: usize| if numbers(column).is_some() { ValueKind::Signed } else { ValueKind::Text };
    let columns: Vec<_> = header.iter().enumerate().map(|(i, name)| (name.clone(), kind(i))).collect();
    let values = |column: usize, part: Range<usize>| match numbers(column) {
        Some(numbers) => Values::Signed(numbers[part].iter().copied().map(Some).collect()),
        None => Values::Text(rows[part].iter().map(|row| Some(Text::new(&row[column]).as_str())).collect()),
    };
    columnar::write(&columns, rows.len(), Division::default(), Vec::new(), values).unwrap()
}

/// The header and the rows of a text file of `synth`, without the rows that are truncated on purpose: a sheet has no
/// such rows.
fn read(path: &Path) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path).unwrap();
    let texts = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<String>>();
    let header = texts(reader.headers().unwrap());
    let rows =
        reader.records().map(|record| texts(&record.unwrap())).filter(|row| row.len() == header.len()).collect();
    (header, rows)
}

#[test]
fn extracts_give_the_same_report_in_every_form() {
    let folder = Folder::new();
    folder.done(&["synth", "--students", "3000", "--seed", "5", "--out", "data"]);
    folder.tables("data/elevflode.toml", "wanted");
    let config = String::from_utf8(std::fs::read(folder.path("data/elevflode.toml")).unwrap()).unwrap();
    let extracts: Vec<&str> =
        config.lines().filter_map(|line| line.strip_prefix("path = \"")?.strip_suffix("\"")).collect();
    assert!(extracts.len() >= 3, "{extracts:?}");
    for form in [Form::Texts, Form::Numbers, Form::ParquetTexts, Form::ParquetNumbers] {
        let mut rewritten = config.clone();
        for extract in &extracts {
            let name = extract.replace(".csv", &format!(".{}", form.ending()));
            let (header, rows) = read(&folder.path(&format!("data/{extract}")));
            folder.write(&format!("data/{name}"), &form.bytes(&header, &rows));
            rewritten = rewritten.replace(&format!("path = \"{extract}\""), &format!("path = \"{name}\""));
        }
        folder.write("data/rewritten.toml", rewritten.as_bytes());
        let out = format!("{form:?}");
        folder.tables("data/rewritten.toml", &out);
        for table in ["flows", "ledger", "seats", "shares"] {
            let bytes = |folder_name: &str| std::fs::read(folder.path(&format!("{folder_name}/tables/{table}.csv")));
            assert!(bytes("wanted").unwrap() == bytes(&out).unwrap(), "{form:?}: {table}.csv differs");
        }
        let quality = folder.table(&format!("{out}/tables/quality.csv"));
        let is_restored = quality.iter().any(|row| row["reason"] == "restored_code" && row["rows"] != "0");
        assert_eq!(is_restored, matches!(form, Form::Numbers | Form::ParquetNumbers), "{form:?}");
    }
}

/// Two sheets of one workbook, one extract each, and formats as `list` names them.
#[test]
fn a_sheet_is_named_in_the_config() {
    let table = |unit: &str| {
        let header = ["Hemkommun", "Skolenhetskod"].map(str::to_owned);
        (header, vec![vec!["1480".to_owned(), unit.to_owned()]; 12])
    };
    let mut workbook = Workbook::new();
    for (name, unit) in [("2022", "00000001"), ("2023", "00000002")] {
        let sheet = workbook.add_worksheet().set_name(name).unwrap();
        let (header, rows) = table(unit);
        for (row, texts) in (0..).zip([header.to_vec()].iter().chain(&rows)) {
            sheet.write_row(row, 0, texts).unwrap();
        }
    }
    let config = |sheets: &[(&str, &str)]| {
        let extract = |(year, sheet): &(&str, &str)| {
            format!("[[extract]]\nkind = \"october\"\npath = \"a.xlsx\"\nyear = {year}\n{sheet}\n")
        };
        let extracts: String = sheets.iter().map(extract).collect();
        format!("[region]\nname = \"T\"\nmunicipalities = [\"1480\"]\n[registers]\nunits = \"units.csv\"\n{extracts}")
    };
    let units = "code,name,municipality,provider,provider_kind\n00000001,A,1480,1480,municipal\n\
                 00000002,B,1480,1480,municipal\n";
    let folder = Folder::with(&[("units.csv", units)]);
    folder.write("a.xlsx", &workbook.save_to_buffer().unwrap());
    folder.write("elevflode.toml", config(&[("2022", "sheet = \"2022\""), ("2023", "sheet = \"2023\"")]).as_bytes());
    folder.done(&["report", "--release", "internal", "--only", "tables", "--out", "out"]);
    let flows = folder.table("out/tables/flows.csv");
    let seen: Vec<(&str, &str, &str)> =
        flows.iter().map(|row| (&*row["year"], &*row["unit"], &*row["students"])).collect();
    assert_eq!(seen, [("2022", "00000001", "12"), ("2023", "00000002", "12")]);
    for (sheet, wanted) in [("", "2022 | 2023"), ("sheet = \"2024\"", "2022 | 2023")] {
        folder.write("elevflode.toml", config(&[("2022", sheet)]).as_bytes());
        let ran = folder.run(&["check"]);
        assert_eq!(ran.code, 2, "{}", ran.err);
        assert!(ran.err.contains(wanted), "{}", ran.err);
    }
    let formats = folder.done(&["list", "formats"]).out;
    for word in ["workbook", ".ods", "parquet", "csv"] {
        assert!(formats.contains(word), "{formats}");
    }
}
