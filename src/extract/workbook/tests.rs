//! Tests of the workbook format: what is read from sound files of every kind, and what is refused.

use std::io::Write as _;

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook as Writer};

use super::*;
use crate::config::Form;
use crate::extract::Headers;

/// The file's rows as texts: its guesses, its header, its rows.
fn shown(form: &Form, bytes: &[u8]) -> Result<Vec<String>> {
    let headers = Headers::default();
    let content = Content::Memory(bytes.to_vec());
    let mut rows = Workbook.open("a.xlsx", &content, Hints { form, headers: &headers, is_misread: false })?;
    let guesses: Vec<&str> = rows.guesses().iter().map(|guess| guess.value.as_str()).collect();
    let mut seen = vec![guesses.join("|"), rows.header().join("|")];
    rows.each(&mut |line, record| {
        seen.push(match record {
            Record::Fields(fields) => format!("{line}:{}", fields.iter().collect::<Vec<_>>().join("|")),
            Record::Note => format!("{line}:note"),
            Record::Malformed => format!("{line}:!"),
        });
        ControlFlow::Continue(())
    })?;
    Ok(seen)
}

fn check(form: &Form, bytes: &[u8], wanted: &[&str]) {
    assert_eq!(shown(form, bytes).unwrap(), wanted);
}

fn refused(form: &Form, bytes: &[u8], wanted: &str) {
    let headers = Headers::default();
    let content = Content::Memory(bytes.to_vec());
    let opened = Workbook.open("a.xlsx", &content, Hints { form, headers: &headers, is_misread: false });
    let read = opened.and_then(|mut rows| rows.each(&mut |_, _| ControlFlow::Continue(())));
    assert_eq!(read.unwrap_err().id(), wanted);
}

fn sheet(name: &str) -> Form {
    Form { sheet: Some(name.to_owned()), ..Form::default() }
}

fn written(fill: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    fill(&mut writer);
    writer.save_to_buffer().unwrap()
}

/// A sheet with these rows of texts from this row and column on.
fn put(writer: &mut Writer, name: &str, from: (u32, u16), rows: &[&[&str]]) {
    let sheet = writer.add_worksheet().set_name(name).unwrap();
    for (row, texts) in (from.0..).zip(rows) {
        for (column, text) in (from.1..).zip(*texts) {
            sheet.write(row, column, *text).unwrap();
        }
    }
}

/// An archive with these parts.
fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        out.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(content).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// A spreadsheet of one sheet with these rows, as OpenDocument writes them.
fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content><table:table table:name=\"A\">{rows}</table:table></office:document-content>"
    );
    zipped(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", content.as_bytes())])
}

#[test]
fn the_table_is_found_on_its_sheet_below_a_preamble() {
    let bytes = written(|writer| {
        put(writer, "Läs mig", (0, 0), &[&["Elever", "2023"]]);
        put(writer, "Tom", (0, 0), &[]);
        let head: &[&str] = &["Löpnummer", "Hemkommun", "", "Skolenhetskod", "", ""];
        let rows: &[&[&str]] = &[head, &["e0001", "0180", "", "00100238"], &[" ", "", " "], &["e0002"]];
        put(writer, "Elever", (4, 1), rows);
        let sheet = writer.worksheet_from_name("Elever").unwrap();
        sheet.write(0, 0, "Antagna, slutlig 2023").unwrap();
        sheet.write(9, 1, "Källa: påhittad").unwrap();
        sheet.write(10, 1, "e0003").unwrap();
        sheet.write(10, 8, "x").unwrap();
    });
    let header = "|Löpnummer|Hemkommun||Skolenhetskod";
    let rows = ["6:|e0001|0180||00100238", "8:|e0002|||", "10:note", "11:!"];
    check(&Form::default(), &bytes, &[&["xlsx|Elever|5", header][..], &rows].concat());
    check(&sheet("Elever"), &bytes, &[&["xlsx|Elever|5", header][..], &rows].concat());
    check(&sheet("Läs mig"), &bytes, &["xlsx|Läs mig|1", "Elever|2023"]);
    let form = Form { header: Some(6), ..sheet("Elever") };
    check(&form, &bytes, &["xlsx|Elever|6", "|e0001|0180||00100238", "8:|e0002|||", "10:note", "11:!"]);
    refused(&sheet("Elev"), &bytes, "error-workbook-sheet");
    refused(&sheet("Tom"), &bytes, "error-file-empty");
    refused(&Form { header: Some(7), ..sheet("Elever") }, &bytes, "error-header-line");
}

#[test]
fn cells_of_every_type_become_texts() {
    let bytes = written(|writer| {
        let day = Format::new().set_num_format("yyyy-mm-dd");
        let sheet = writer.add_worksheet();
        for (column, header) in (0..).zip(["Löpnummer", "Hemkommun", "Skolenhetskod", "Datum", "Skyddad"]) {
            sheet.write(0, column, header).unwrap();
        }
        sheet.write(1, 0, 200_701_011_234.0).unwrap();
        sheet.write(1, 1, 180).unwrap();
        sheet.write(1, 2, 2.5).unwrap();
        sheet.write_with_format(1, 3, ExcelDateTime::from_ymd(2023, 10, 15).unwrap(), &day).unwrap();
        sheet.write(1, 4, true).unwrap();
        sheet.write(2, 0, Formula::new("=1+1").set_result("2")).unwrap();
        sheet.write(2, 1, Formula::new("=NA()").set_result("#N/A")).unwrap();
        sheet.write(2, 2, "åäö & <x> \"y\"").unwrap();
        sheet.write_with_format(2, 3, 45_214.25, &day).unwrap();
        sheet.write_blank(2, 4, &day).unwrap();
    });
    check(
        &Form::default(),
        &bytes,
        &[
            "xlsx|Sheet1|1",
            "Löpnummer|Hemkommun|Skolenhetskod|Datum|Skyddad",
            "2:200701011234|180|2.5|2023-10-15|true",
            "3:2|#N/A|åäö & <x> \"y\"|2023-10-15T06:00:00|",
        ],
    );
}

#[test]
fn several_sheets_that_fit_are_an_error_unless_only_one_is_visible() {
    let table: &[&[&str]] = &[&["Hemkommun", "Skolenhetskod"], &["0180", "00100238"]];
    let bytes = written(|writer| {
        put(writer, "2022", (0, 0), table);
        put(writer, "2023", (0, 0), table);
    });
    let error = shown(&Form::default(), &bytes).unwrap_err();
    assert_eq!(error.id(), "error-workbook-sheets");
    assert!(error.text(Lang::En).contains("2022 | 2023"), "{}", error.text(Lang::En));
    check(&sheet("2023"), &bytes, &["xlsx|2023|1", "Hemkommun|Skolenhetskod", "2:0180|00100238"]);
    let hidden = |first: bool| {
        written(|writer| {
            put(writer, "Gömd", (0, 0), table);
            put(writer, "Synlig", (0, 0), if first { table } else { &[&["x", "y"]] });
            writer.worksheet_from_index(1).unwrap().set_active(true);
            writer.worksheet_from_index(0).unwrap().set_hidden(true);
        })
    };
    check(&Form::default(), &hidden(true), &["xlsx|Synlig|1", "Hemkommun|Skolenhetskod", "2:0180|00100238"]);
    check(&Form::default(), &hidden(false), &["xlsx|Gömd|1", "Hemkommun|Skolenhetskod", "2:0180|00100238"]);
}

#[test]
fn every_kind_of_workbook_is_read() {
    let header = "Löpnummer|Hemkommun|Skolenhetskod|Studievägskod|Datum|Skyddad";
    let rows = [
        "5:e0001|180|100238|NANAT0000|2023-10-15|false",
        "6:e0002|0180|00100238|EK & NA|2023-10-15|true",
        "7:e0003|#N/A|2.5||x  y|",
        "8:e0004|1480|100238|NA||",
        "9:e0004|1480|100238|NA||",
        "13:note",
    ];
    let of = |kind: &str, is_same: &dyn Fn(&str) -> String| -> Vec<String> {
        [format!("{kind}|Elever|4"), header.to_owned()].into_iter().chain(rows.iter().map(|r| is_same(r))).collect()
    };
    let same = |row: &str| row.to_owned();
    assert_eq!(shown(&Form::default(), include_bytes!("../../../tests/cases/table.ods")).unwrap(), of("ods", &same));
    assert_eq!(shown(&Form::default(), include_bytes!("../../../tests/cases/table.xls")).unwrap(), of("xls", &same));
    check(
        &Form::default(),
        include_bytes!("../../../tests/cases/table.xlsb"),
        &[
            "xlsb|Elever|2",
            "Löpnummer|Hemkommun|Skolenhetskod|Studievägskod",
            "3:e0001|180|100238|NANAT0000",
            "5:e0002|0180|#N/A|true",
        ],
    );
}

#[test]
fn what_is_repeated_or_far_away_is_not_laid_out() {
    let far = written(|writer| {
        put(writer, "A", (0, 0), &[&["Hemkommun", "Skolenhetskod"]]);
        writer.worksheet_from_index(0).unwrap().write(1_048_575, 16_383, "x").unwrap();
    });
    check(&Form::default(), &far, &["xlsx|A|1", "Hemkommun|Skolenhetskod", "1048576:!"]);
    let cell = |attributes: &str, text: &str| {
        format!(
            "<table:table-cell {attributes} office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
        )
    };
    let row = |times: u64, cells: &str| {
        format!("<table:table-row table:number-rows-repeated=\"{times}\">{cells}</table:table-row>")
    };
    let head = row(1, &(cell("", "Hemkommun") + &cell("", "Skolenhetskod")));
    let wide = cell("table:number-columns-repeated=\"2\"", "1480");
    let gap = row(1_000_000_000, "<table:table-cell table:number-columns-repeated=\"1000000000\"/>");
    check(
        &Form::default(),
        &ods(&[&*head, &row(2, &wide), &gap, &row(1, &wide), &gap].concat()),
        &["ods|A|1", "Hemkommun|Skolenhetskod", "2:1480|1480", "3:1480|1480", "1000000004:1480|1480"],
    );
    let repeated = |rows: u64, columns: u64, text: &str| {
        ods(&(head.clone() + &row(rows, &cell(&format!("table:number-columns-repeated=\"{columns}\""), text))))
    };
    refused(&Form::default(), &repeated(1_000_000_000, 2, "1"), "error-workbook-cells");
    refused(&Form::default(), &repeated(1, 16_385, "1"), "error-workbook-sheet-damaged");
    refused(&Form::default(), &repeated(1, 16_000, &"x".repeat(32_767)), "error-workbook-row");
    refused(&Form::default(), &repeated(1_000_000, 1, &"x".repeat(32_767)), "error-workbook-unpacked");
}

#[test]
fn other_files_are_distinguished_from_broken_workbooks() {
    let entries: Vec<String> = (0..10_001).map(|i| format!("p{i}")).collect();
    let many: Vec<(&str, &[u8])> = entries.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let zeros = vec![0_u8; 300 << 20];
    for (bytes, wanted) in [
        (zipped(&[("a.csv", b"Hemkommun;Skolenhetskod\n")]), "error-workbook-other"),
        (zipped(&[]), "error-workbook-damaged"),
        (zipped(&many), "error-workbook-parts"),
        (zipped(&[("xl/workbook.xml", b"<workbook>"), ("x", b"")]), "error-workbook-damaged"),
        (zipped(&[("xl/media/a.bin", &zeros)]), "error-workbook-unpacked"),
        (ZIP.to_vec(), "error-workbook-damaged"),
        (COMPOUND.to_vec(), "error-workbook-damaged"),
        (include_bytes!("../../../tests/cases/encrypted.xlsx").to_vec(), "error-workbook-encrypted"),
        (ods(""), "error-file-empty"),
        (
            zipped(&[
                ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
                ("content.xml", b"\x8f\x01"),
                ("META-INF/manifest.xml", b"<manifest:encryption-data/>"),
            ]),
            "error-workbook-encrypted",
        ),
    ] {
        assert!(Workbook.recognises(&bytes) || bytes.len() < 30, "{wanted}");
        refused(&Form::default(), &bytes, wanted);
    }
}

/// Reads bytes that may be broken. Whatever the result, no message shows a cell.
fn survived(bytes: &[u8]) {
    if let Err(error) = shown(&Form::default(), bytes) {
        let text = error.text(Lang::En);
        assert!(!["e000", "0180", "00100238", "påhittad"].iter().any(|cell| text.contains(cell)), "{text}");
    }
}

/// A pseudo-random sequence, the same on every run.
fn chance(seed: &mut u64) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) as usize
}

#[test]
fn damaged_bytes_never_panic() {
    let xlsx = written(|writer| {
        put(writer, "A", (0, 0), &[&["Hemkommun", "Skolenhetskod"], &["0180", "00100238"], &["1480", "00100239"]]);
    });
    let sound: [&[u8]; 4] = [
        &xlsx,
        include_bytes!("../../../tests/cases/table.ods"),
        include_bytes!("../../../tests/cases/table.xls"),
        include_bytes!("../../../tests/cases/table.xlsb"),
    ];
    let mut seed = 7;
    for bytes in sound {
        for end in (0..bytes.len()).step_by(97) {
            survived(&bytes[..end]);
        }
        for _ in 0..400 {
            let mut flipped = bytes.to_vec();
            for _ in 0..=chance(&mut seed) % 4 {
                let at = chance(&mut seed) % flipped.len();
                flipped[at] ^= 1 << (chance(&mut seed) % 8);
            }
            survived(&flipped);
        }
        for start in [ZIP, COMPOUND] {
            let noise = (0..2000).map(|_| chance(&mut seed).to_le_bytes()[0]);
            survived(&start.iter().copied().chain(noise).collect::<Vec<u8>>());
        }
    }
}

/// Parts of sound archives with bytes flipped before packing, which readers of XML or records must survive.
#[test]
fn damaged_parts_never_panic() {
    let xlsx = written(|writer| {
        put(writer, "A", (0, 0), &[&["Hemkommun", "Skolenhetskod"], &["0180", "00100238"], &["1480", "00100239"]]);
    });
    let mut seed = 11;
    let sound: [&[u8]; 3] =
        [&xlsx, include_bytes!("../../../tests/cases/table.ods"), include_bytes!("../../../tests/cases/table.xlsb")];
    for bytes in sound {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let parts: Vec<(String, Vec<u8>)> = (0..archive.len())
            .map(|i| {
                let mut part = archive.by_index(i).unwrap();
                let mut content = Vec::new();
                std::io::copy(&mut part, &mut content).unwrap();
                (part.name().unwrap().into_owned(), content)
            })
            .collect();
        for _ in 0..300 {
            let mut broken = parts.clone();
            let chosen = chance(&mut seed) % broken.len();
            let part = &mut broken[chosen].1;
            for _ in 0..chance(&mut seed) % 3 {
                let at = chance(&mut seed) % part.len().max(1);
                if let Some(byte) = part.get_mut(at) {
                    *byte ^= 1 << (chance(&mut seed) % 8);
                }
            }
            if chance(&mut seed).is_multiple_of(4) {
                part.truncate(chance(&mut seed) % (part.len() + 1));
            }
            let broken: Vec<(&str, &[u8])> = broken.iter().map(|(name, part)| (name.as_str(), &**part)).collect();
            survived(&zipped(&broken));
        }
    }
}
