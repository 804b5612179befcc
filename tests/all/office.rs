//! Office files: read back by other programs, and compared with the tables of the same report.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Folder, demo, headline, is_sound, keep_pages, parts, pdf_text, pdfs_of, python};

/// Compares what openpyxl reads from a workbook with tables: whether all agree, and the output of the comparison.
fn compared(workbook: &Path, tables: &Path) -> (bool, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/office/workbook.py");
    let ran = Command::new(python("office")).arg(script).arg(workbook).arg(tables).output().unwrap();
    (
        ran.status.success(),
        format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr)),
    )
}

/// The workbook of each release and language has the values of its tables, as native tables with charts.
#[test]
fn a_workbook_has_the_tables() {
    for (release, lang) in [("internal", "sv"), ("public", "sv"), ("public", "en")] {
        let (out, folder) = (format!("{release}-{lang}"), demo(release, lang));
        let workbook = folder.path("out/workbook.xlsx");
        let (is_right, said) = compared(&workbook, &folder.path("out/tables"));
        assert!(is_right, "{out}: {said}");
        let parts = parts(&std::fs::read(workbook).unwrap());
        let sheets = || parts.iter().filter(|(name, _)| name.starts_with("xl/worksheets/sheet"));
        assert!(sheets().count() > 12, "{}", sheets().count());
        for (name, xml) in sheets() {
            let is_marked = String::from_utf8_lossy(xml).contains("INTERN");
            assert_eq!(is_marked, release == "internal", "{out} {name}");
        }
    }
    // The comparison detects a workbook of other tables.
    let (is_right, said) =
        compared(&demo("public", "sv").path("out/workbook.xlsx"), &demo("internal", "sv").path("out/tables"));
    assert!(!is_right, "{said}");
}

/// Years without ledger or seats give sheets that say so, without a table.
#[test]
fn a_workbook_with_gaps_is_valid() {
    let folder = Folder::with(&[
        (
            "elevflode.toml",
            "[region]\nname = \"T\"\nmunicipalities = [\"1401\", \"1480\"]\n[registers]\nunits = \"u.csv\"\n\
             [[extract]]\nkind = \"october\"\npath = \"o.csv\"\nyear = 2023\n",
        ),
        (
            "u.csv",
            "code,name,municipality,provider,provider_kind\n00000001,=1+1,1480,1480,municipal\n\
             00000002,Skola B,1480,Bolaget,independent\n",
        ),
        (
            "o.csv",
            "Hemkommun,Skolenhetskod,Studievägskod,Årskurs\n1401,00000001,NANAT0000,1\n1480,00000002,EKEKO0000,1\n",
        ),
    ]);
    folder.done(&["report", "--release", "internal", "--only", "workbook,csv", "--out", "out"]);
    let (is_right, said) = compared(&folder.path("out/workbook.xlsx"), &folder.path("out/tables"));
    assert!(is_right, "{said}");
    let parts = parts(&folder.files("out")["workbook.xlsx"]);
    let text: String = parts.values().map(|xml| String::from_utf8_lossy(xml)).collect();
    is_sound(&folder, "out/workbook.xlsx");
    // The name of a unit is text, whatever its first character is.
    assert!(text.contains("=1+1") && !text.contains("<f>"), "a formula");
    assert!(text.contains("Tabellen har inga rader"), "empty tables say so");
    // Temporary files are beside the output; if they cannot be written, that is an error like any other.
    let args = ["report", "--release", "internal", "--only", "workbook", "--out", "elsewhere"];
    let ran = folder.run_limited("export TMPDIR=/missing", &args);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let same = |out: &str| folder.files(out)["workbook.xlsx"].clone();
    assert!(same("out") == same("elsewhere"), "the bytes depend on TMPDIR");
    let args = ["report", "--release", "internal", "--only", "workbook", "--out", "full"];
    let ran = demo("internal", "sv").run_limited("trap '' XFSZ && ulimit -f 64", &args);
    assert_eq!((ran.code, ran.err.contains("disken är full")), (4, true), "{}", ran.err);
    assert!(!ran.err.contains("panicked") && !demo("internal", "sv").path("full").exists(), "{}", ran.err);
}

/// A full workbook, with charts, tables and bars, is valid by the schemas of Office, and LibreOffice shows its
/// content.
#[test]
fn other_office_programs_accept_the_workbook() {
    let folder = Folder::new();
    folder.done(&["synth", "--students", "400", "--seed", "2", "--years", "2022-2023", "--out", "set"]);
    let report = ["report", "--config", "set/elevflode.toml", "--release", "internal", "--only", "workbook,csv"];
    folder.done(&[&report[..], &["--lang", "sv", "--out", "out"]].concat());
    is_sound(&folder, "out/workbook.xlsx");
    let pdf = pdfs_of(&folder, &["out/workbook.xlsx"]).remove(0);
    keep_pages(&pdf, "workbook");
    let text = pdf_text(&pdf)[..3].concat();
    let [cross, students] = headline(&folder, "out/tables");
    let headline = format!("({cross} av {students})");
    for wanted in [&*headline, "INTERN", "Kommunerna", "Stenungsund", "Talet är dolt", "Reskontra", "Netto"] {
        assert!(text.contains(wanted), "{wanted} is missing in:\n{text}");
    }
}

/// Pictures in programs that do not read the typeface in the file: no text runs over another, none leaves its place.
#[test]
fn pictures_hold_in_other_programs() {
    let folder = demo("internal", "sv");
    let all: Vec<_> = folder.files("out").into_keys().filter(|name| name.ends_with(".svg")).collect();
    assert!(all.len() > 40, "{}", all.len());
    let some = |name: &&String| {
        ["home-1480", "provider-1401", "region-", "charts/sankey"].iter().any(|of| name.contains(of))
    };
    let few: Vec<_> = all.iter().filter(some).cloned().collect();
    assert!(few.len() > 3, "{few:?}");
    let look = |program: &str, files: &[PathBuf]| {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/office/drawn.py");
        let ran = Command::new(python("office")).arg(script).arg(program).args(files).output().unwrap();
        (ran.status.success(), String::from_utf8_lossy(&ran.stderr).into_owned())
    };
    for (program, names) in [("rsvg", &all), ("soffice", &few)] {
        let files: Vec<_> = names.iter().map(|name| folder.path("out").join(name)).collect();
        let (is_right, said) = look(program, &files);
        assert!(is_right, "{program}: {said}");
    }
    // In a wider typeface, the title runs over the mark of internal pictures.
    let wide = String::from_utf8(folder.files("out")["maps/provider-1402.svg"].clone()).unwrap();
    let wide = wide.replace("Inter, Arial", "DejaVu Sans, Arial");
    let own = Folder::new();
    own.write("wide.svg", wide.as_bytes());
    let (is_right, said) = look("rsvg", &[own.path("wide.svg")]);
    assert!(!is_right && said.contains("'INTERN'"), "{said}");
}

/// Texts as outlines: no typeface is needed, the words are titles, and flows stay as the contract has them.
#[test]
fn texts_become_outlines_on_request() {
    let folder = Folder::new();
    folder.write("tema.toml", b"text = \"outlines\"\n");
    let of = ["map", "--perspective", "home", "--of", "Ale", "--release", "internal", "--lang", "sv"];
    for (more, out) in
        [(["--text", "outlines"], "a.svg"), (["--theme", "tema.toml"], "b.svg"), (["--text", "font"], "c.svg")]
    {
        folder.done(&[&of[..], &more, &["--out", out]].concat());
    }
    let files = folder.files("");
    let text = |name: &str| String::from_utf8(files[name].clone()).unwrap();
    let (outlines, font) = (text("a.svg"), text("c.svg"));
    assert_eq!(outlines, text("b.svg"));
    assert!(
        !outlines.contains("<text") && !outlines.contains("@font-face") && outlines.contains("<title>Ale</title>")
    );
    let flows = |svg: &str| svg.matches("class=\"flow\"").count();
    assert!(font.contains("<text") && flows(&font) > 5 && flows(&font) == flows(&outlines));
    let ran = folder.run(&[&of[..], &["--theme", "fel.toml", "--out", "d.svg"]].concat());
    assert_eq!(ran.code, 3, "{}", ran.err);
    folder.write("fel.toml", b"text = \"bild\"\n");
    let ran = folder.run(&[&of[..], &["--theme", "fel.toml", "--out", "d.svg"]].concat());
    assert!(ran.code == 2 && ran.err.contains("font, outlines") && ran.err.contains("bild"), "{}", ran.err);
}

/// Names in letters that the typeface lacks: pictures show the code, and a remark names them.
#[test]
fn names_that_cannot_be_drawn_are_codes() {
    let folder = Folder::new();
    folder.done(&[
        "synth",
        "--students",
        "3000",
        "--years",
        "2023",
        "--municipalities",
        "1480,1402,1440",
        "--out",
        "s",
    ]);
    let units = String::from_utf8(folder.files("s")["skolenheter.csv"].clone()).unwrap();
    let of_partille = units.lines().find(|line| line.contains(",1402,")).unwrap();
    let (code, name) = (of_partille.split(',').next().unwrap(), of_partille.split(',').nth(1).unwrap());
    folder
        .write("s/skolenheter.csv", units.replace(name, "\u{645}\u{62f}\u{631}\u{633}\u{629} \u{1f393}").as_bytes());
    let of = ["--config", "s/elevflode.toml", "--release", "internal", "--lang", "sv"];
    let ran =
        folder.run(&[&["map", "--perspective", "provider", "--of", "1402", "--out", "m.svg"], &of[..]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("Typsnittet saknar tecken i \u{645}") && ran.err.contains("koden"), "{}", ran.err);
    let svg = String::from_utf8(folder.files("")["m.svg"].clone()).unwrap();
    assert!(svg.contains(&format!(">{code}<")) && !svg.contains('\u{1f393}'), "{code}");
}
