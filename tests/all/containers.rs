//! The content of a report's files, however it is packed: the search for students looks into every container.

use std::collections::BTreeSet;
use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use parquet::file::reader::{FileReader, SerializedFileReader};

use crate::people::leaks;
use crate::support::{Folder, parts, run};

/// The minimum number of characters that are taken for base64.
const PACKED: usize = 64;

/// A file and everything packed in it, by name: parts of packages (xlsx, pptx), values of Parquet, text, strings and
/// streams of PDF, compressed streams, and base64 in text, each unpacked recursively.
pub fn unpacked(name: &str, bytes: Vec<u8>) -> Vec<(String, Vec<u8>)> {
    let mut out = Vec::new();
    unpack(name.to_owned(), bytes, &mut out);
    out
}

fn unpack(name: String, bytes: Vec<u8>, out: &mut Vec<(String, Vec<u8>)>) {
    let mut inside = |what: &str, bytes: Vec<u8>| unpack(format!("{name} > {what}"), bytes, out);
    if bytes.starts_with(b"PK\x03\x04") {
        parts(&bytes).into_iter().for_each(|(part, bytes)| inside(&part, bytes));
    } else if bytes.starts_with(b"PAR1") {
        inside("values", values(bytes.clone()));
    } else if bytes.starts_with(b"%PDF") {
        let [text, objects] = of_pdf(&bytes);
        inside("text", text);
        inside("objects", objects);
    } else if bytes.starts_with(b"\x1f\x8b") {
        let mut plain = Vec::new();
        flate2::read::MultiGzDecoder::new(&*bytes).read_to_end(&mut plain).unwrap();
        inside("numbers", numbers(&plain));
        inside("gzip", plain);
    } else if bytes.starts_with(b"\x28\xb5\x2f\xfd") {
        inside("zstd", zstd::decode_all(&*bytes).unwrap());
    } else if !bytes.starts_with(b"\x89PNG") {
        for packed in bytes.split(|b| !(b.is_ascii_alphanumeric() || b"+/".contains(b))) {
            // Words and paths are not base64 of this length; other text decodes to nothing that is searched for.
            if let Some(plain) = (packed.len() >= PACKED).then(|| STANDARD_NO_PAD.decode(packed).ok()).flatten() {
                inside("base64", plain);
            }
        }
    }
    out.push((name, bytes));
}

/// The counts in the packed columns of a page, one per line: groups of seven bits, the lowest first, with an offset of
/// two.
fn numbers(bytes: &[u8]) -> Vec<u8> {
    let (mut out, mut number, mut bits) = (String::new(), 0_u64, 0);
    for byte in bytes {
        number |= u64::from(byte & 0x7f).checked_shl(bits).unwrap_or(0);
        bits += 7;
        if *byte < 0x80 {
            out.push_str(&format!("{}\n", number.saturating_sub(2)));
            (number, bits) = (0, 0);
        }
    }
    out.into_bytes()
}

/// Every value of a Parquet file as text.
fn values(bytes: Vec<u8>) -> Vec<u8> {
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
    let rows = reader.get_row_iter(None).unwrap();
    rows.map(|row| format!("{}\n", row.unwrap())).collect::<String>().into_bytes()
}

/// The text of a PDF file, and its objects as JSON: strings as text, streams as base64 of their content.
fn of_pdf(bytes: &[u8]) -> [Vec<u8>; 2] {
    let folder = Folder::new();
    folder.write("a.pdf", bytes);
    let path = folder.path("a.pdf");
    let text = run("pdftotext", &["-raw".as_ref(), path.as_os_str(), "-".as_ref()]);
    let json = ["--json=2", "--json-stream-data=inline", "--decode-level=all"].map(std::ffi::OsStr::new);
    let objects = run("qpdf", &[&json[..], &[path.as_os_str()]].concat());
    [text, objects].map(String::into_bytes)
}

/// A municipality, a unit and a provider whose names are a personal number, and a count of students that is another
/// one: the search finds them in every container, so it looks in all.
#[test]
fn a_planted_number_is_seen_in_every_container() {
    let (text, count) = ("0401019802", "2004010198");
    let folder = Folder::with(&[
        (
            "elevflode.toml",
            "[region]\nname = \"T\"\nmunicipalities = [\"1401\", \"1480\"]\n[registers]\nunits = \"u.csv\"\n\
             municipalities = \"m.csv\"\n[[extract]]\nkind = \"october\"\npath = \"o.csv\"\nyear = 2023\n",
        ),
        ("m.csv", &format!("code,name\n1401,{text}\n1480,B\n")),
        (
            "u.csv",
            &format!(
                "code,name,municipality,provider,provider_kind\n{text},{text},1480,{text},independent\n\
                 00000002,B,1480,1480,municipal\n"
            ),
        ),
        (
            "o.csv",
            &format!(
                "Hemkommun,Skolenhetskod,Studievägskod,Årskurs,Antal\n1401,{text},NANAT0000,1,{count}\n\
                 1480,{text},NANAT0000,1,30\n1480,00000002,EKEKO0000,1,20\n"
            ),
        ),
    ]);
    folder.done(&["report", "--release", "internal", "--out", "out"]);
    let known = [text, count].map(|number| BTreeSet::from([number.to_owned()]));
    let mut found: [Vec<String>; 2] = Default::default();
    for (name, bytes) in folder.files("out").into_iter().flat_map(|(name, bytes)| unpacked(&name, bytes)) {
        for (known, found) in known.iter().zip(&mut found) {
            found.extend((!leaks(&bytes, known).is_empty()).then(|| name.clone()));
        }
    }
    // The number, the file, and a part of the path inside it.
    for (which, file, inside) in [
        (0, "tables/flows.csv", ""),
        (0, "tables/flows.parquet", "values"),
        (1, "tables/flows.parquet", "values"),
        (0, "workbook.xlsx", "xl/sharedStrings.xml"),
        (1, "workbook.xlsx", "xl/worksheets/"),
        (0, "slides.pptx", "ppt/slides/slide"),
        (0, "slides.pptx", ".xlsx/xl/"),
        (0, "slides.pdf", "text"),
        (0, "slides.pdf", "objects"),
        (0, "report.pdf", "text"),
        (0, "report.pdf", "objects"),
        (0, "index.html", ""),
        (1, "index.html", "base64 > numbers"),
        (0, "maps/provider-1480.svg", ""),
    ] {
        let is_it = |name: &&String| name.starts_with(file) && name.contains(inside);
        assert!(found[which].iter().any(|name| is_it(&name)), "{file}, {inside}: not among {:#?}", found[which]);
    }
}
