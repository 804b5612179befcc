//! The page in a browser: as a document and as an explorer, in both releases and languages, with names of any kind.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Folder, demo, target};

/// The maximum size of the demo's page, bytes.
const MOST_BYTES: usize = 1_600_000;

/// The demo's register of units.
fn demo_units() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/demo/units.csv")
}

/// Runs a script of `tests/web` on a page; it must succeed.
fn browse(script: &str, page: &Path, name: &str, more: &[(&str, &OsStr)]) {
    let mut command = Command::new("node");
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env("CARGO_TARGET_DIR", target());
    command.arg(format!("tests/web/{script}.mjs")).arg("--page").arg(page).args(["--name", name]);
    for (option, value) in more {
        command.arg(format!("--{option}")).arg(value);
    }
    let ran = command.output().unwrap_or_else(|e| panic!("node: {e}: run bash tests/web/install.sh"));
    let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{script} of {name}:\n{said}");
}

fn document_and_explorer(release: &str, lang: &str) {
    let page = demo(release, lang).path("out/index.html");
    let bytes = std::fs::read(&page).unwrap().len();
    assert!(bytes < MOST_BYTES, "the page of {release}, {lang} has {bytes} bytes");
    let name = format!("{release}-{lang}");
    browse("static", &page, &name, &[("lang", lang.as_ref())]);
    let units = demo_units();
    browse("explorer", &page, &name, &[("lang", lang.as_ref()), ("units", units.as_os_str())]);
}

#[test]
fn internal_page_in_a_browser() {
    document_and_explorer("internal", "sv");
}

#[test]
fn public_page_in_a_browser() {
    document_and_explorer("public", "sv");
}

#[test]
fn english_page_in_a_browser() {
    document_and_explorer("internal", "en");
}

/// The page's what-if shows what the program's table of the same scenario has: a large unit, a small one, one with a single
/// programme, and seats lost and gained.
#[test]
fn what_if_in_a_browser() {
    let ledger = demo("internal", "sv").table("out/tables/ledger.csv");
    let mut offers: BTreeMap<String, Vec<(u64, String)>> = BTreeMap::new();
    for row in ledger.iter().filter(|row| row["year"] == "2023" && row["population"] == "all" && row["unit"] != "ALL")
    {
        let size = row["enrolled"].parse().unwrap_or(0);
        if row["programme"] != "ALL" && size > 0 {
            offers.entry(row["unit"].clone()).or_default().push((size, row["programme"].clone()));
        }
    }
    let size = |unit: &&String| offers[*unit].iter().map(|(size, _)| size).sum::<u64>();
    let large = offers.keys().max_by_key(size).unwrap();
    let small = offers.keys().filter(|unit| size(unit) >= 40).min_by_key(size).unwrap();
    let single = offers.keys().find(|unit| offers[*unit].len() == 1 && size(unit) >= 40).unwrap();
    let programme = &offers[large].iter().max().unwrap().1;
    let mut scenarios: Vec<(&str, &str, Option<i64>)> =
        [large, small, single].map(|unit| (unit.as_str(), "ALL", None)).to_vec();
    scenarios.push((large, programme, None));
    scenarios.extend([-20, 30].map(|seats| (large.as_str(), programme.as_str(), Some(seats))));
    for release in ["internal", "public"] {
        let folder = Folder::new();
        let mut cases = Vec::new();
        for (at, (unit, programme, seats)) in scenarios.iter().enumerate() {
            let offer = if *programme == "ALL" { (*unit).to_owned() } else { format!("{unit}:{programme}") };
            let measure = match seats {
                Some(seats) => ["--seats".to_owned(), format!("{offer}={seats:+}")],
                None => ["--close".to_owned(), offer],
            };
            let out = at.to_string();
            folder.done(&["whatif", "--release", release, &measure[0], &measure[1], "--out", &out]);
            let rows = folder.table(&format!("{out}/tables/whatif.csv"));
            cases.push(serde_json::json!({ "unit": unit, "programme": programme, "seats": seats, "rows": rows }));
        }
        folder.write("cases.json", serde_json::Value::from(cases).to_string().as_bytes());
        let page = demo(release, "sv").path("out/index.html");
        let path = folder.path("cases.json");
        browse("whatif", &page, &format!("what-if-{release}"), &[("cases", path.as_os_str())]);
    }
}

/// A quoted field of CSV.
fn field(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A municipality and a unit whose names are markup, in both releases: the page shows them as text.
#[test]
fn names_are_text_in_a_browser() {
    let name = "</script><b>&\"'";
    let mut units = "code,name,municipality,provider,provider_kind\n".to_owned();
    let mut rows = "Hemkommun,Skolenhetskod,Studievägskod,Årskurs\n".to_owned();
    let mut seats = "Skolenhetskod,Studievägskod,Platser,Tidpunkt\n".to_owned();
    for (i, unit) in [name, "<!--<script>", "Skolan"].iter().enumerate() {
        units.push_str(&format!("0000000{i},{},1480,1480,municipal\n", field(unit)));
        seats.push_str(&format!("0000000{i},NA,40,antagning\n0000000{i},NA,50,oktober\n"));
        for home in ["1401", "1480"] {
            rows.push_str(&format!("{home},0000000{i},NANAT0000,1\n").repeat(12 + i));
        }
    }
    let folder = Folder::with(&[
        (
            "elevflode.toml",
            "[region]\nname = \"</style><b>\"\nmunicipalities = [\"1401\", \"1480\"]\n[registers]\nunits = \"u.csv\"\n\
             municipalities = \"m.csv\"\n[[extract]]\nkind = \"october\"\npath = \"o.csv\"\nyear = 2023\n\
             [[extract]]\nkind = \"seats\"\npath = \"s.csv\"\nyear = 2023\n",
        ),
        ("m.csv", &format!("code,name\n1401,{}\n1480,Göteborg\n", field(name))),
        ("u.csv", &units),
        ("o.csv", &rows),
        ("s.csv", &seats),
    ]);
    for release in ["internal", "public"] {
        folder.done(&["report", "--release", release, "--only", "csv,page", "--out", release]);
        // A public release shows no unit's homes, but its seats.
        let units = folder.path("u.csv");
        let more = [("units", units.as_os_str()), ("of", "m-1401,u-00000000".as_ref()), ("text", name.as_ref())];
        browse("hostile", &folder.path(&format!("{release}/index.html")), &format!("{release}-names"), &more);
    }
}
