//! The structure of the source: the import rule, the allowed files of libraries, and the first line of every file.

use std::fs;
use std::path::{Path, PathBuf};

struct Source {
    /// Path below `src`, with `/` as separator.
    name: String,
    /// Its top-level module: `metrics` for `metrics/hhi.rs`.
    top: String,
    text: String,
}

pub(super) fn rust_files(folder: &str) -> Vec<(PathBuf, String)> {
    let mut out = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                out.push((path.clone(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    out.sort();
    assert!(!out.is_empty(), "{folder}");
    out
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    rust_files("src")
        .into_iter()
        .map(|(path, text)| {
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            let top = name.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
            Source { name, top, text }
        })
        .collect()
}

/// The modules of `lib.rs` in order.
fn modules() -> Vec<String> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let name = |line: &str| Some(line.strip_prefix("pub mod ")?.strip_suffix(';')?.to_owned());
    let modules: Vec<String> = text.lines().filter_map(name).collect();
    assert!(modules.len() > 15, "{modules:?}");
    modules
}

/// The top-level modules that a source names after `crate::`.
fn imports(text: &str) -> impl Iterator<Item = String> + '_ {
    text.match_indices("crate::").map(|(at, found)| {
        text[at + found.len()..].chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect()
    })
}

#[test]
fn a_module_imports_only_modules_before_it() {
    let modules = modules();
    let place = |name: &str| modules.iter().position(|m| m == name);
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|s| s.top != "main" && s.top != "lib") {
        let own = place(&source.top).unwrap_or_else(|| panic!("{} is not in lib.rs", source.name));
        for import in imports(&source.text).filter(|i| !i.is_empty()) {
            match place(&import) {
                Some(at) if at <= own => {}
                Some(_) => wrong.push(format!("{} imports {import}, which is listed after it", source.name)),
                None => wrong.push(format!("{} imports {import}, which is not in lib.rs", source.name)),
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn libraries_are_used_only_in_their_files() {
    let allowed: [(&str, &[&str]); 20] = [
        ("clap_complete::", &["cli/completions.rs"]),
        ("clap_mangen::", &["cli/man.rs"]),
        ("parquet::file::writer", &["io/columnar.rs"]),
        ("parquet::arrow::", &["extract/parquet/column.rs"]),
        ("arrow_array::", &["extract/parquet/column.rs"]),
        ("use arrow::", &["spark/stream.rs"]),
        ("spark_connect::", &["spark/remote.rs", "spark/stream.rs", "spark/failures.rs"]),
        ("spark_connect_core::", &["spark/stream.rs"]),
        ("spark_connect_proto::", &["spark/stream.rs"]),
        ("ctrlc::", &["io/stop.rs"]),
        ("roxmltree::", &["export/slides/pptx/", "render/geometry.rs", "render/outlined.rs"]),
        ("rust_xlsxwriter::", &["export/workbook/", "export/slides/pptx/chart.rs"]),
        ("zip::", &["export/slides/pptx/", "extract/workbook/"]),
        ("minijinja::", &["export/page/", "export/slides/pptx/"]),
        ("plotters::", &["render/"]),
        ("resvg::", &["render/"]),
        ("typst::", &["export/pdf/world.rs"]),
        ("std::fs", &["io.rs", "io/"]),
        ("println!", &[]),
        ("io::stdout()", &["cli/"]),
    ];
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|s| !s.name.ends_with("/tests.rs") && !s.name.contains("/tests/")) {
        for (library, files) in allowed {
            if source.text.contains(library) && !files.iter().any(|file| source.name.starts_with(file)) {
                wrong.push(format!("{} uses {library}, which is allowed in {files:?}", source.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_file_says_what_is_in_it_and_stays_short() {
    for folder in ["src", "tests", "benches", "examples"] {
        for (path, text) in rust_files(folder) {
            let first = text.lines().next().unwrap_or_default();
            assert!(first.starts_with("//! ") && first.len() > 24, "{}: {first}", path.display());
            assert!(text.lines().count() <= 600, "{} has {} lines", path.display(), text.lines().count());
        }
    }
    let main = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/main.rs")).unwrap();
    assert!(main.lines().count() < 70);
}

/// Only aliases of commands are allowed: a setting would change what the same command builds elsewhere.
#[test]
fn the_settings_of_cargo_are_only_aliases() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(".cargo/config.toml");
    let settings: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
    assert_eq!(settings.keys().collect::<Vec<_>>(), ["alias"]);
    let written = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("CONTRIBUTING.md")).unwrap();
    for name in settings["alias"].as_table().unwrap().keys() {
        assert!(written.contains(&format!("`cargo {name}")), "cargo {name} is not in CONTRIBUTING.md");
    }
}

/// The default build contains only the local engine.
#[test]
fn the_default_build_has_no_client_of_clusters() {
    let tree = |features: &[&str]| {
        let packages = std::process::Command::new(env!("CARGO"))
            .args(["tree", "--locked", "--offline", "--edges", "normal,build,features", "--prefix", "none"])
            .args(features)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        assert!(packages.status.success(), "{}", String::from_utf8_lossy(&packages.stderr));
        String::from_utf8(packages.stdout).unwrap()
    };
    let has = |tree: &str, name: &str| tree.lines().any(|line| line.starts_with(name));
    let (default, spark) = (tree(&[]), tree(&["--features", "spark"]));
    for name in ["apache-spark-connect", "tonic ", "prost ", "arrow "] {
        assert!(!has(&default, name), "{name} is in the default build");
        assert!(has(&spark, name), "{name}: the test searches for a wrong name");
    }
}

/// Ids of messages that the source names exist; an unknown id would be printed itself.
#[test]
fn every_message_that_the_source_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/words/sv");
    let mut words = String::from("\n");
    for entry in fs::read_dir(root).unwrap().map(Result::unwrap) {
        words.push_str(&fs::read_to_string(entry.path()).unwrap());
    }
    let mut missing = Vec::new();
    for source in &sources() {
        for (at, _) in source.text.match_indices("\"error-") {
            let id: String = source.text[at + 1..].chars().take_while(|c| *c != '"').collect();
            let is_beginning = id.ends_with('-') || id.contains('{');
            if !is_beginning && !words.contains(&format!("\n{id} =")) {
                missing.push(format!("{}: {id}", source.name));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// A new table is named where users look for it.
#[test]
fn the_readme_names_every_table() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let row = readme.lines().find(|line| line.starts_with("| `tables/` |")).expect("README lists the output folder");
    let words: Vec<&str> = row.split(|c: char| !c.is_ascii_lowercase() && c != '_').collect();
    for table in elevflode::tables::Tables::list() {
        assert!(words.contains(&table.name), "README's list of tables lacks {}", table.name);
    }
}
