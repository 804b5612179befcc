//! PDF files, read by other programs: tags, fonts, bookmarks, and the numbers of the tables of the same report.

use crate::support::{Folder, demo, headline, keep_pages, parts, pdf_text, run};

/// A PDF file as other programs see it.
struct Pdf {
    name: String,
    info: String,
    /// The text of each page.
    pages: Vec<String>,
    /// Its bookmarks: target page and title.
    bookmarks: Vec<(u64, String)>,
    /// Its objects, unpacked.
    objects: String,
}

/// The bookmarks of a list, each followed by its descendants.
fn bookmarks(list: &serde_json::Value) -> Vec<(u64, String)> {
    let own = |one: &serde_json::Value| {
        let page = one["destpageposfrom1"].as_u64().unwrap();
        let mut out = vec![(page, one["title"].as_str().unwrap().to_owned())];
        out.extend(bookmarks(&one["kids"]));
        out
    };
    list.as_array().unwrap().iter().flat_map(own).collect()
}

impl Pdf {
    /// Reads a file and checks what every file must have: tags, a language, embedded fonts, bookmarks, the PDF/UA-1
    /// identifier.
    fn read(folder: &Folder, name: &str, lang: &str) -> Self {
        let path = folder.path(name);
        let file = path.as_os_str();
        run("qpdf", &["--check".as_ref(), file]);
        let info = run("pdfinfo", &[file]);
        let field = |key: &str| info.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default().trim();
        assert_eq!(field("Tagged:"), "yes", "{name}: {info}");
        assert!(field("CreationDate:").contains("Oct 15"), "{name}: {info}");
        let fonts = run("pdffonts", &[file]);
        let fonts: Vec<&str> = fonts.lines().skip(2).collect();
        assert!(!fonts.is_empty(), "{name} has no font");
        for font in fonts {
            let marks: Vec<&str> = font.split_whitespace().rev().collect();
            // Embedded, subset, Unicode, then two numbers.
            assert_eq!(marks[2..5], ["yes"; 3], "{name}: {font}");
        }
        let pages = pdf_text(&path);
        assert_eq!(pages.len().to_string(), field("Pages:"), "{name}");
        let scratch = Folder::new();
        let unpacked = scratch.path("unpacked.pdf");
        run("qpdf", &["--qdf".as_ref(), "--object-streams=disable".as_ref(), file, unpacked.as_os_str()]);
        let objects = String::from_utf8_lossy(&std::fs::read(unpacked).unwrap()).into_owned();
        for wanted in ["/Marked true", "<pdfuaid:part>1<", "/DisplayDocTitle true", "/Outlines", "/StructTreeRoot"] {
            assert!(objects.contains(wanted), "{name} has no {wanted}");
        }
        assert!(objects.contains(&format!("/Lang ({lang}")), "{name}: no language {lang}");
        assert!(!objects.contains("/JavaScript") && !objects.contains("/URI"), "{name}");
        let outlines = run("qpdf", &["--json".as_ref(), "--json-key=outlines".as_ref(), file]);
        let outlines: serde_json::Value = serde_json::from_str(&outlines).unwrap();
        let bookmarks = bookmarks(&outlines["outlines"]);
        Self { name: name.to_owned(), info, pages, bookmarks, objects }
    }

    fn has(&self, wanted: &str) {
        let (text, wanted) = (self.text(), wanted.split_whitespace().collect::<Vec<_>>().join(" "));
        assert!(text.contains(&wanted), "{}: {wanted} is missing in:\n{text}", self.name);
    }

    /// All text, with every run of blanks as one blank.
    fn text(&self) -> String {
        self.pages.iter().flat_map(|page| page.split_whitespace()).collect::<Vec<_>>().join(" ")
    }

    /// The numbers of pictures and charts, in all and with alternative text.
    fn figures(&self) -> (usize, usize) {
        (self.objects.matches("/S /Figure").count(), self.objects.matches("/Alt ").count())
    }
}

/// The number of slides of a PowerPoint deck.
fn slides(folder: &Folder, name: &str) -> usize {
    let parts = parts(&std::fs::read(folder.path(name)).unwrap());
    parts.keys().filter(|name| name.starts_with("ppt/slides/slide")).count()
}

/// A number in the format of the language, up to a million.
fn written(digits: &str, lang: &str) -> String {
    let between = if lang == "sv" { "\u{202f}" } else { "," };
    match digits.len() {
        4..=6 => format!("{}{between}{}", &digits[..digits.len() - 3], &digits[digits.len() - 3..]),
        _ => digits.to_owned(),
    }
}

/// Deck and report of each release and language: complete, tagged, with the numbers of the tables.
#[test]
fn deck_and_report_say_what_the_tables_say() {
    for (release, lang, title) in [
        ("internal", "sv", "Elevflöden i Göteborgsregionen 2023"),
        ("public", "sv", "Elevflöden i Göteborgsregionen 2023"),
        ("public", "en", "Student flows in Göteborgsregionen 2023"),
    ] {
        let (out, folder) = (format!("{release}-{lang}"), demo(release, lang));
        let deck = Pdf::read(folder, "out/slides.pdf", lang);
        let paper = Pdf::read(folder, "out/report.pdf", lang);
        for name in ["slides", "report"] {
            keep_pages(&folder.path(&format!("out/{name}.pdf")), &format!("{out}-{name}-pdf"));
        }
        assert_eq!(deck.pages.len(), slides(folder, "out/slides.pptx"), "{out}");
        let to: Vec<u64> = deck.bookmarks.iter().map(|(page, _)| *page).collect();
        assert!(to.into_iter().eq(1..=deck.pages.len() as u64), "{out}: {:?}", deck.bookmarks);
        for place in ["Ale", "Öckerö"] {
            assert!(paper.bookmarks.iter().any(|(_, title)| title == place), "{out}: {:?}", paper.bookmarks);
        }
        assert!(paper.bookmarks.len() > 40, "{out}: {:?}", paper.bookmarks);
        let [cross, students] = headline(folder, "out/tables").map(|digits| written(&digits, lang));
        let of = if lang == "sv" { "av" } else { "of" };
        for pdf in [&deck, &paper] {
            assert!(pdf.info.contains(title), "{}: {}", pdf.name, pdf.info);
            pdf.has(&format!("{cross} {of} {students}"));
            let (figures, told) = pdf.figures();
            assert!(figures > 10 && told >= figures, "{}: {figures} pictures, {told} with words", pdf.name);
            for page in &pdf.pages {
                assert_eq!(page.contains("INTERN"), release == "internal", "{}:\n{page}", pdf.name);
            }
        }
        paper.has(if lang == "sv" { "Tecken: .. dolt tal" } else { "Symbols: .. a hidden number" });
        assert!(paper.objects.contains("/S /TH") && paper.objects.contains("/Scope /Row"), "{out}: heads of tables");
    }
}

/// A deck of several municipalities, one after the other.
#[test]
fn municipalities_have_decks_too() {
    let folder = Folder::new();
    let slides_of = ["slides", "--release", "internal", "--lang", "sv", "--of", "1440", "--of", "Tjörn"];
    folder.done(&[&slides_of[..], &["--out", "deck.pptx"]].concat());
    folder.done(&[&slides_of[..], &["--out", "deck.pdf"]].concat());
    let deck = Pdf::read(&folder, "deck.pdf", "sv");
    assert_eq!(deck.pages.len(), slides(&folder, "deck.pptx"));
    deck.has("Ale");
    deck.has("Tjörn");
    assert!(deck.pages.iter().all(|page| page.contains("INTERN")));
    folder.done(&["slides", "--lang", "en", "--out", "region.pdf"]);
    let region = Pdf::read(&folder, "region.pdf", "en");
    assert!(!region.text().contains("INTERN") && region.pages.len() > 20, "{}", region.pages.len());
}

/// Names of units are text, even if they look like typst code or markup, and of any length.
#[test]
fn names_are_text() {
    let names = [
        "#panic(\"x\") *b* $x$ _i_ `r` <a> @b \\u{41} [c]",
        "</script> = Rubrik // kommentar #include \"x\" - 1 ~ 2",
        "Skola \u{5b66}\u{6821} \u{1f600} med tecken som saknas",
        "En skola med ett mycket långt namn som inte får plats någonstans alls, varken i en tabell eller i ett diagram, men \
         som ändå heter så",
        "Enettmycketlångtordutanblankstegsomheltenkeltinteharnågonställeattbrytasvidochdärförmåstedelas",
    ];
    let mut units = "code,name,municipality,provider,provider_kind\n".to_owned();
    let mut rows = "Hemkommun,Skolenhetskod,Studievägskod,Årskurs\n".to_owned();
    for (i, name) in names.iter().enumerate() {
        let kind = if i % 2 == 0 { "1480,municipal" } else { "Bolaget,independent" };
        units.push_str(&format!("0000000{i},\"{}\",1480,{kind}\n", name.replace('"', "\"\"")));
        for home in ["1401", "1480"] {
            rows.push_str(&format!("{home},0000000{i},NANAT0000,1\n").repeat(12 + i));
        }
    }
    let folder = Folder::with(&[
        (
            "elevflode.toml",
            "[region]\nname = \"#T *x* $y$\"\nmunicipalities = [\"1401\", \"1480\"]\n[registers]\nunits = \"u.csv\"\n\
             [[extract]]\nkind = \"october\"\npath = \"o.csv\"\nyear = 2023\n",
        ),
        ("u.csv", &units),
        ("o.csv", &rows),
    ]);
    folder.done(&["report", "--release", "internal", "--only", "pdf", "--out", "out"]);
    folder.done(&["slides", "--release", "internal", "--of", "1480", "--out", "deck.pdf"]);
    let paper = Pdf::read(&folder, "out/report.pdf", "sv");
    let deck = Pdf::read(&folder, "deck.pdf", "sv");
    for pdf in [&paper, &deck] {
        let text: String = pdf.text().split_whitespace().collect();
        for name in ["#panic(\"x\")*b*$x$_i_`r`<a>@b\\u{41}[c]", "</script>=Rubrik//kommentar#include\"x\"-1~2"] {
            assert!(text.contains(name), "{}: {name} is missing in:\n{text}", pdf.name);
        }
    }
    Pdf::read(&folder, "out/slides.pdf", "sv").has("#T *x* $y$");
    paper.has("#T *x* $y$");
}

/// Errors about files that cannot be written say what to do.
#[test]
fn other_endings_are_refused() {
    let folder = Folder::new();
    let ran = folder.run(&["slides", "--out", "deck.odp"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains(".pptx eller .pdf"), "{}", ran.err);
    assert!(!folder.path("deck.odp").exists());
}
