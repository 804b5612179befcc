//! The page in a browser: as a document and as an explorer, in both releases and languages, with names of any kind.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Folder, demo, target};

/// The maximum size of the demo's page, bytes.
const MOST_BYTES: usize = 1_500_000;

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
