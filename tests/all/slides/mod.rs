//! Decks: read back by other programs, compared with the tables of the same report, written on other templates.

mod values;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{Folder, demo, is_sound, keep_pages, parts, pdf_text, pdfs_of, python, run};
use values::Report;

/// A deck as python-pptx reads it, checked for what every deck must have.
fn read(folder: &Folder, deck: &str, lang: &str) -> Value {
    let language = if lang == "sv" { "sv-SE" } else { "en-GB" };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/office/slides.py");
    let ran = Command::new(python("office")).arg(script).arg(folder.path(deck)).arg(language).output().unwrap();
    assert!(ran.status.success(), "{deck}: {}", String::from_utf8_lossy(&ran.stderr));
    serde_json::from_slice(&ran.stdout).unwrap()
}

/// Validates a deck against the schemas of Office and what PowerPoint itself requires of its parts.
fn keeps_the_rules(folder: &Folder, deck: &str) {
    is_sound(folder, deck);
    let program = python("office").with_file_name("ooxml-integrity");
    let path = folder.path(deck);
    let said = run(program.to_str().unwrap(), &[OsStr::new("check"), path.as_os_str()]);
    assert!(!said.contains("ERROR"), "{deck}: {said}");
}

fn slides(deck: &Value) -> &Vec<Value> {
    deck["slides"].as_array().unwrap()
}

/// Titles of the slides.
fn titles(deck: &Value) -> Vec<&str> {
    slides(deck).iter().map(|slide| slide["title"].as_str().unwrap()).collect()
}

/// Charts of a deck that differ from a report, and the titles of those that were compared.
fn compared(deck: &Value, report: &Report, subject: &str) -> (Vec<String>, BTreeSet<String>) {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for chart in slides(deck).iter().flat_map(|slide| slide["charts"].as_array().unwrap()) {
        let title = chart["title"].as_str().unwrap();
        let differences = report.differences(chart, subject);
        found.extend(differences.unwrap_or_else(|| panic!("{title}: a chart that the tables do not know")));
        seen.insert(format!("{title}, {}", chart["of"]));
    }
    (found, seen)
}

/// The only table of a deck with these headers.
fn table_with<'a>(deck: &'a Value, is_meant: impl Fn(&[&str]) -> bool) -> Vec<Vec<&'a str>> {
    let tables = slides(deck).iter().flat_map(|slide| slide["tables"].as_array().unwrap());
    let rows = |table: &'a Value| -> Vec<Vec<&'a str>> {
        let fields = |row: &'a Value| row.as_array().unwrap().iter().map(|field| field.as_str().unwrap()).collect();
        table.as_array().unwrap().iter().map(fields).collect()
    };
    let mut found: Vec<_> = tables.map(rows).filter(|rows| is_meant(&rows[0])).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

/// A count as decks write it, without digit separators.
fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}', '\u{2009}', ',', '+'], "").replace('−', "-")
}

/// Every word of a slide is on the page that LibreOffice renders from it; all decks are rendered in one launch.
fn shown_by_libreoffice(folder: &Folder, decks: &[(&str, &Value)], kept_as: &str) {
    let files: Vec<&str> = decks.iter().map(|(file, _)| *file).collect();
    for ((file, deck), pdf) in decks.iter().zip(pdfs_of(folder, &files)) {
        keep_pages(&pdf, &format!("{kept_as}{}", file.trim_end_matches(".pptx").replace('/', "-")));
        let pages = pdf_text(&pdf);
        assert_eq!(pages.len(), slides(deck).len(), "{file}: pages");
        for (slide, page) in slides(deck).iter().zip(&pages) {
            every_word_is_on(file, slide, page);
        }
    }
}

fn every_word_is_on(file: &str, slide: &Value, page: &str) {
    // A word may be broken at the end of a line.
    let bare = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    let page = bare(page);
    let cells = slide["tables"].as_array().unwrap().iter().flat_map(|table| table.as_array().unwrap());
    let cells = cells.flat_map(|row| row.as_array().unwrap());
    let texts = slide["texts"].as_array().unwrap().iter().chain([&slide["title"]]).chain(cells);
    for word in texts.flat_map(|text| text.as_str().unwrap().split_whitespace()) {
        assert!(page.contains(&bare(word)), "{file}, {}: {word} is missing in {page}", slide["title"]);
    }
}

/// The region's deck of a full report.
const DECK: &str = "out/slides.pptx";

/// The region's deck of each release and language has the values of the tables, in native charts and tables, and is
/// marked if it is internal; other programs find no fault in it.
#[test]
fn the_regions_deck_has_the_values_of_the_tables() {
    for (release, lang) in [("internal", "sv"), ("public", "sv"), ("public", "en")] {
        let (out, folder) = (format!("{release}-{lang}"), demo(release, lang));
        let deck = read(folder, DECK, lang);
        keeps_the_rules(folder, DECK);
        shown_by_libreoffice(folder, &[(DECK, &deck)], &format!("{out}-"));
        let report = Report::new(folder, "out", "out/tables", lang);
        let (found, seen) = compared(&deck, &report, "ALL");
        assert!(found.is_empty(), "{out}: {found:#?}");
        assert!(seen.len() >= 7, "{out}: {seen:?}");
        tables_are_right(&deck, &report, release == "internal");
        for slide in slides(&deck) {
            let texts: Vec<&str> =
                slide["texts"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
            assert_eq!(texts.iter().any(|text| text.starts_with("INTERN")), release == "internal", "{slide}");
        }
        let marked = parts(&std::fs::read(folder.path(DECK)).unwrap())
            .iter()
            .any(|(_, part)| String::from_utf8_lossy(part).contains("INTERN"));
        assert_eq!(marked, release == "internal", "{out}");
        headline_is_told(&deck, &report, lang);
    }
    // The comparison detects a deck of other tables.
    let deck = read(demo("public", "sv"), DECK, "sv");
    let folder = Folder::new();
    for (name, bytes) in demo("public", "sv").files("out") {
        folder.write(&format!("public/{name}"), &bytes);
    }
    for (name, bytes) in demo("internal", "sv").files("out/tables") {
        folder.write(&format!("internal/{name}"), &bytes);
    }
    let other = Report::new(&folder, "public", "internal", "sv");
    folder.done(&["report", "--release", "internal", "--only", "csv", "--year", "2022", "--out", "before"]);
    let before = Report::new(&folder, "before", "internal", "sv");
    assert!(!compared(&deck, &other, "ALL").0.is_empty(), "rounded counts are detected");
    assert!(!compared(&deck, &before, "ALL").0.is_empty(), "another year is detected");
}

/// The headline is on its slide, as a finding with both numbers.
fn headline_is_told(deck: &Value, report: &Report, lang: &str) {
    let cells = report.cells("shares", &[("home", "ALL"), ("programme", "ALL")], &["cross_provider", "students"]);
    let headline = titles(deck)[1];
    let told = slides(deck)[1].to_string();
    for cell in cells {
        let written = match (lang, cell.len()) {
            (_, ..=3) => cell,
            ("sv", n) => format!("{}\u{202f}{}", &cell[..n - 3], &cell[n - 3..]),
            (_, n) => format!("{},{}", &cell[..n - 3], &cell[n - 3..]),
        };
        assert!(told.contains(&written), "{written} is missing in {told}");
    }
    assert!(headline.contains('%'), "{headline}");
}

/// The tables of a deck of the region against the tables of its report.
fn tables_are_right(deck: &Value, report: &Report, is_internal: bool) {
    let word = |id: &str| report.word(id, &[]);
    let steps = table_with(deck, |heads| heads.starts_with(&["", &word("page-col-students")]));
    let columns = ["admitted", "left", "moved_out", "stayed", "moved_in", "arrived", "enrolled"];
    let cells = report.cells("ledger", &[("unit", "ALL"), ("programme", "ALL")], &columns);
    let shown: Vec<String> = steps[1..].iter().map(|row| plain(row[1])).collect();
    assert_eq!(shown, cells, "steps of the ledger");
    let matrix = table_with(deck, |heads| heads.len() > 12 && heads[0] == word("page-col-home"));
    assert_eq!(matrix.len(), 16, "13 municipalities, the rest, the region and the heads");
    let is_place = |head: &str| matrix[1..14].iter().any(|row| row[0] == head);
    let mut compared = 0;
    for row in &matrix[1..14] {
        for (head, field) in matrix[0].iter().zip(row).filter(|(head, _)| is_place(head)) {
            let told = match is_internal {
                true => Some(report.flow(row[0], head).to_string()),
                false => report.dependence(row[0], head),
            };
            match told {
                Some(students) => assert_eq!(plain(field), students, "{} to {head}", row[0]),
                // An empty field means 0–9.
                None => assert!(["", ".."].contains(&&*plain(field)), "{} to {head}: {field}", row[0]),
            }
            compared += 1;
        }
    }
    assert!(compared >= 13 * 10, "{compared} cells of the matrix");
    if is_internal {
        let dependence =
            table_with(deck, |heads| heads.starts_with(&[&word("page-col-home"), &word("page-col-provider")]));
        assert_eq!(dependence.len(), 13);
        for row in &dependence[1..] {
            let provider = row[1].split(" (").next().unwrap();
            assert_eq!(report.dependence(row[0], provider), Some(plain(row[2])), "{row:?}");
        }
    }
}

/// A folder gets the region's deck and one for every municipality, each with its own numbers, in public without small
/// ones; `--of` writes one deck of several.
#[test]
fn every_municipality_has_a_deck() {
    let folder = Folder::new();
    for (release, lang, told) in [("internal", "sv", "14 bildspel"), ("public", "en", "14 decks")] {
        let options = ["--release", release, "--lang", lang];
        let ran = folder.done(&[&["slides", "--out", release], &options[..]].concat());
        assert!(ran.out.contains(told), "{}", ran.out);
        let report = Report::new(demo(release, lang), "out", "out/tables", lang);
        let files = folder.files(release);
        let decks: Vec<&String> = files.keys().filter(|name| name.ends_with(".pptx")).collect();
        assert_eq!(decks.len(), 14, "{decks:?}");
        let manifest: Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
        assert_eq!(manifest["outputs"].as_object().unwrap().len(), 14);
        let (mut charts, mut shown) = (0, Vec::new());
        for name in decks {
            let path = format!("{release}/{name}");
            let deck = read(&folder, &path, lang);
            let code = name.strip_prefix("slides-").and_then(|name| name.strip_suffix(".pptx")).unwrap_or("ALL");
            let (found, seen) = compared(&deck, &report, code);
            assert!(found.is_empty(), "{path}: {found:#?}");
            charts += seen.len();
            assert!(titles(&deck)[0].contains(&report.name(code)), "{path}: {:?}", titles(&deck));
            let pictures = slides(&deck).iter().flat_map(|slide| slide["pictures"].as_array().unwrap());
            // Where nobody comes from elsewhere there is one map.
            assert!(pictures.count() >= 1, "{path}");
            match release {
                "internal" => shown.push((path, deck)),
                _ => tells_nothing_small(&deck, &report),
            }
        }
        let shown: Vec<_> = shown.iter().map(|(path, deck)| (path.as_str(), deck)).collect();
        if !shown.is_empty() {
            shown_by_libreoffice(&folder, &shown, "");
        }
        assert!(charts >= 14 * 4, "{charts}");
    }
    keeps_the_rules(&folder, "internal/slides-1440.pptx");
    keeps_the_rules(&folder, "public/slides-1407.pptx");

    // By name or code, each once, one after the other.
    let some = ["--of", "Ale", "--of", "1407", "--of", "1440"];
    folder.done(&[&["slides", "--release", "internal", "--out", "some.pptx"], &some[..]].concat());
    let deck = read(&folder, "some.pptx", "sv");
    let titles = titles(&deck);
    let opening = |name: &str| titles.iter().filter(|title| **title == format!("Elevflöden i {name} 2023")).count();
    assert_eq!((opening("Ale"), opening("Öckerö")), (1, 1), "{titles:?}");
    keeps_the_rules(&folder, "some.pptx");
    assert_eq!(folder.files("internal")["slides-1440.pptx"], {
        folder.done(&["slides", "--release", "internal", "--of", "Ale", "--out", "ale.pptx"]);
        folder.files("")["ale.pptx"].clone()
    });
}

/// No table or chart of a public deck has a count of students below the threshold.
fn tells_nothing_small(deck: &Value, report: &Report) {
    let word = |id: &str| report.word(id, &[]);
    let seats = ["page-col-seats-admission", "page-col-seats-october", "page-col-seat-delta"].map(word);
    let small = |text: &str| plain(text).parse::<i64>().is_ok_and(|n| (1..10).contains(&n));
    let mut numbers = 0;
    for slide in slides(deck) {
        for table in slide["tables"].as_array().unwrap().iter().map(|table| table.as_array().unwrap()) {
            let fields = |row: &Value| -> Vec<String> {
                row.as_array().unwrap().iter().map(|field| field.as_str().unwrap().to_owned()).collect()
            };
            let heads = fields(&table[0]);
            for (head, field) in table[1..].iter().flat_map(|row| heads.iter().zip(fields(row))) {
                assert!(seats.contains(head) || !small(&field), "{head}: {field} in {}", slide["title"]);
                numbers += usize::from(field != "..");
            }
        }
        for chart in slide["charts"].as_array().unwrap() {
            let is_count = chart["series"][0][0] != word("slide-seats-more");
            let values = chart["series"].as_array().unwrap().iter().flat_map(|one| one[1].as_array().unwrap());
            let small = |value: &Value| value.as_f64().is_some_and(|n| n.fract() == 0.0 && (2.0..10.0).contains(&n));
            assert!(!is_count || !values.clone().any(small), "{chart}");
            numbers += values.count();
        }
    }
    assert!(numbers > 20, "{numbers} numbers were looked at");
}

/// Layout names of a deck, and the text of its parts.
fn layouts(deck: &Value) -> BTreeSet<&str> {
    slides(deck).iter().map(|slide| slide["layout"].as_str().unwrap()).collect()
}

/// Other templates: another theme, Swedish layout names without types, a single layout, none with a title, a truncated
/// file.
#[test]
fn other_templates_are_used() {
    let folder = Folder::new();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/office/template.py");
    run(python("office").to_str().unwrap(), &[script.as_os_str(), folder.path("mallar").as_os_str()]);
    let make = |template: &str, more: &[&str]| {
        let of = ["slides", "--release", "internal", "--lang", "sv", "--template", template];
        folder.run(&[&of[..], more].concat())
    };
    let ran = make("mallar/mall.potx", &["--out", "mall.pptx"]);
    assert_eq!((ran.code, &*ran.err), (0, ""), "no fallback is needed");
    let deck = read(&folder, "mall.pptx", "sv");
    keeps_the_rules(&folder, "mall.pptx");
    let of_mall = deck.clone();
    let wanted = ["Rubrik och innehåll", "Rubrikbild", "Två innehållsdelar"];
    assert_eq!(layouts(&deck), BTreeSet::from(wanted));
    // The theme is complete; the content of the template's slides and properties is removed.
    let template = folder.files("mallar");
    let theme = |parts: &std::collections::BTreeMap<String, Vec<u8>>| {
        let mut themes = parts.iter().filter(|(name, _)| name.starts_with("ppt/theme/theme"));
        themes.next().map(|(_, part)| part.clone()).unwrap()
    };
    let made = parts(&folder.files("")["mall.pptx"]);
    assert!(theme(&made) == theme(&parts(&template["mall.potx"])), "the theme is another");
    for (name, part) in &made {
        let text = String::from_utf8_lossy(part);
        assert!(!text.contains("Hemlig"), "{name} holds what the template held");
        // Colours of charts are the theme's own, by name.
        let is_chart = name.starts_with("ppt/charts/chart") && name.ends_with(".xml");
        assert!(!is_chart || !text.contains("srgbClr"), "{name} has colours of its own");
    }
    // Also through the theme file.
    folder.write("tema.toml", b"slides = \"mallar/mall.potx\"\n");
    let ran = folder.run(&["slides", "--release", "internal", "--theme", "tema.toml", "--out", "tema.pptx"]);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    assert_eq!(layouts(&read(&folder, "tema.pptx", "sv")), BTreeSet::from(wanted));
    // In a batch it is listed as an input.
    assert_eq!(make("mallar/mall.potx", &["--of", "Tjörn", "--out", "decks"]).code, 0);
    let manifest = String::from_utf8(folder.files("decks")["manifest.json"].clone()).unwrap();
    assert!(manifest.contains("mall.potx"), "{manifest}");

    // One layout for all: a message says so, and the deck is right.
    let ran = make("mallar/bara-rubrik.pptx", &["--out", "bara.pptx"]);
    assert_eq!(ran.code, 0);
    for role in ["Rubrikbild", "Rubrik och innehåll", "Två innehållsdelar"] {
        let told = format!("har ingen layout för ”{role}”: ”Title Only” används i stället");
        assert!(ran.err.contains(&told), "{told} is not in {}", ran.err);
    }
    let deck = read(&folder, "bara.pptx", "sv");
    shown_by_libreoffice(&folder, &[("mall.pptx", &of_mall), ("bara.pptx", &deck)], "");
    keeps_the_rules(&folder, "bara.pptx");
    assert_eq!(layouts(&deck), BTreeSet::from(["Title Only"]));

    // A PDF file has no template: the option is refused.
    let ran = make("mallar/mall.potx", &["--out", "mall.pdf"]);
    assert!(ran.code == 2 && ran.err.contains("Mallen gäller bara bildspel för PowerPoint"), "{}", ran.err);
    assert!(!folder.path("mall.pdf").exists());

    let ran = make("mallar/trasig.potx", &["--out", "nothing.pptx"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("kan inte användas") && ran.err.contains("trasig.potx"), "{}", ran.err);
    assert!(!folder.path("nothing.pptx").exists());
}

/// Templates without a title, with only a title slide, or with a corner for content: the program places title and content
/// itself, and says which layout it does that on.
#[test]
fn bare_templates_are_filled_by_the_program() {
    let folder = Folder::new();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/office/template.py");
    run(python("office").to_str().unwrap(), &[script.as_os_str(), folder.path("mallar").as_os_str()]);
    let mut decks = Vec::new();
    for (template, used) in [("titel-och-tom", "Blank"), ("liten", "Title Slide"), ("utan", "Blank")] {
        let out = format!("{template}.pptx");
        let of = ["slides", "--release", "internal", "--lang", "sv", "--template"];
        let ran = folder.run(&[&of[..], &[&format!("mallar/{out}"), "--out", &out]].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(ran.err.contains(&format!("”{used}” används i stället")), "{template}: {}", ran.err);
        keeps_the_rules(&folder, &out);
        // A slide of 4:3 has less space.
        if template != "utan" {
            decks.push((out.clone(), read(&folder, &out, "sv")));
        }
    }
    let decks: Vec<_> = decks.iter().map(|(path, deck)| (path.as_str(), deck)).collect();
    shown_by_libreoffice(&folder, &decks, "");
}

/// A set of many units with long names, in municipalities with long names: other programs find everything within its
/// area, and every word is there, in both languages and in the decks of all municipalities.
#[test]
fn long_names_and_many_units_fit() {
    let folder = Folder::new();
    folder.done(&["synth", "--students", "6000", "--seed", "5", "--years", "2022-2023", "--out", "set"]);
    let units = String::from_utf8(folder.files("set")["skolenheter.csv"].clone()).unwrap();
    let long = "Praktiska och hantverkstekniska yrkesgymnasiet i Västra Hisingens stadsdelsområde, ";
    let units = units.replace("Hittepå ", &long.replace(',', ";"));
    assert!(units.lines().count() > 41, "{}", units.lines().count());
    let sweden =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sweden/municipalities.csv"));
    let renamed = [("Stenungsund", "Upplands Väsby-Stenungsund"), ("Lilla Edet", "Lilla Edet och Malung-Sälen")];
    let places = renamed.iter().fold(sweden.unwrap(), |text, (from, to)| text.replace(from, to));
    folder.write("set/skolenheter.csv", units.as_bytes());
    folder.write("set/kommuner.csv", places.as_bytes());
    let config = String::from_utf8(folder.files("set")["elevflode.toml"].clone()).unwrap();
    let config = config.replace("units =", "municipalities = \"kommuner.csv\"\nunits =");
    folder.write("set/elevflode.toml", config.as_bytes());
    let of = ["--config", "set/elevflode.toml", "--release", "internal"];
    for lang in ["sv", "en"] {
        folder.done(&[&["slides", "--lang", lang, "--out", &format!("decks-{lang}")], &of[..]].concat());
        folder
            .done(&[&["report", "--lang", lang, "--only", "csv", "--out", &format!("out-{lang}")], &of[..]].concat());
        let mut report = Report::new(&folder, &format!("out-{lang}"), &format!("out-{lang}/tables"), lang);
        report.learn(units.as_bytes());
        report.learn(places.as_bytes());
        let mut decks = Vec::new();
        for (name, code) in [("slides", "ALL"), ("slides-1415", "1415"), ("slides-1480", "1480")] {
            let path = format!("decks-{lang}/{name}.pptx");
            let deck = read(&folder, &path, lang);
            let (found, _) = compared(&deck, &report, code);
            assert!(found.is_empty(), "{path}: {found:#?}");
            decks.push((path, deck));
        }
        let decks: Vec<_> = decks.iter().map(|(path, deck)| (path.as_str(), deck)).collect();
        shown_by_libreoffice(&folder, &decks, "");
        keeps_the_rules(&folder, &format!("decks-{lang}/slides.pptx"));
    }
}

/// Three units and one counted extract: slides without numbers are left out, the last slide and the program say which.
#[test]
fn a_deck_says_what_it_leaves_out() {
    let folder = Folder::with(&[
        (
            "elevflode.toml",
            "[region]\nname = \"Tre enheter\"\nmunicipalities = [\"1401\", \"1480\"]\n[registers]\nunits = \"u.csv\"\n\
             [[extract]]\nkind = \"october\"\npath = \"o.csv\"\nyear = 2023\n",
        ),
        (
            "u.csv",
            "code,name,municipality,provider,provider_kind\n00000001,A & B <C>,1480,1480,municipal\n\
             00000002,\"Skola \"\"B\"\"\",1480,Bolaget,independent\n00000003,]]>,1401,1401,municipal\n",
        ),
        (
            "o.csv",
            "Hemkommun,Skolenhetskod,Studievägskod,Årskurs,Antal\n1401,00000001,NA,1,31\n1480,00000002,EK,1,40\n\
             1480,00000001,EK,1,50\n1401,00000003,NA,1,20\n",
        ),
    ]);
    let ran = folder.done(&["slides", "--release", "internal", "--out", "tre.pptx"]);
    let deck = read(&folder, "tre.pptx", "sv");
    shown_by_libreoffice(&folder, &[("tre.pptx", &deck)], "");
    keeps_the_rules(&folder, "tre.pptx");
    let last = slides(&deck).last().unwrap()["texts"].to_string();
    for topic in ["från antagning till 15 oktober", "platser som höjts efter antagningen"] {
        assert!(ran.out.contains(topic) && last.contains(topic), "{topic}: {}{last}", ran.out);
    }
    let words = deck.to_string();
    assert!(words.contains("A & B <C>") && words.contains("Skola \\\"B\\\""), "{words}");
    let report_of = || {
        folder.done(&["report", "--release", "internal", "--only", "slides,csv", "--out", "out"]);
        let mut report = Report::new(&folder, "out", "out/tables", "sv");
        report.learn(&folder.files("")["u.csv"]);
        report
    };
    let (found, seen) = compared(&deck, &report_of(), "ALL");
    assert!(found.is_empty() && !seen.is_empty(), "{found:#?}");
    // A municipality without residents and students has a deck in which nearly everything is left out.
    let config = String::from_utf8(folder.files("")["elevflode.toml"].clone()).unwrap();
    folder.write("elevflode.toml", config.replace("\"1401\"", "\"1401\", \"1419\"").as_bytes());
    let ran = folder.done(&["slides", "--release", "internal", "--of", "Tjörn", "--out", "tjörn.pptx"]);
    let deck = read(&folder, "tjörn.pptx", "sv");
    keeps_the_rules(&folder, "tjörn.pptx");
    assert!(ran.out.contains("vart elever reser") && ran.out.contains("skolenheter"), "{}", ran.out);
    assert!(slides(&deck).len() >= 3, "{:?}", titles(&deck));
}
