//! The engine `spark` compared with the local one: the same tables cell by cell, from files and tables of every form.

mod failures;
mod messy;
mod server;

use std::collections::BTreeMap;
use std::fs;

use crate::support::Folder;
use server::{Server, shared};

/// The tables on which engines must agree: all except the lines of single rows, which a cluster does not return.
const ALONE: &str = "quality_detail";

/// The config with absolute paths, for a server or for this machine.
fn config(folder: &Folder, name: &str, server: Option<&Server>) -> String {
    let text = fs::read_to_string(folder.path(name)).unwrap();
    let root = fs::canonicalize(folder.path(name)).unwrap();
    let root = root.parent().unwrap().display().to_string();
    let whole = text.replace("path = \"", &format!("path = \"{root}/"));
    let engine = server.map_or(String::new(), Server::engine);
    let out =
        format!("{}-{}", name.trim_end_matches(".toml"), if server.is_some() { "spark.toml" } else { "local.toml" });
    folder.write(&out, format!("{engine}{whole}").as_bytes());
    out
}

/// Runs a command that writes a folder with both engines.
fn both(folder: &Folder, configs: [&str; 2], release: &str, only: &str) -> [BTreeMap<String, Vec<u8>>; 2] {
    let out = ["spark", "local"].map(|engine| format!("{release}-{engine}"));
    for (config, out) in configs.into_iter().zip(&out) {
        let how = ["--release", release, "--only", only, "--lang", "en"];
        let ran = folder.run(&[&["report", "--config", config, "--out", out][..], &how].concat());
        assert!(ran.code < 2, "{config}: {}{}", ran.out, ran.err);
    }
    out.map(|out| folder.files(&out))
}

/// Checks that the tables of both engines are the same, cell by cell.
fn agree(folder: &Folder, configs: [&str; 2]) {
    let [spark, local] = both(folder, configs, "internal", "tables");
    let tables: Vec<&String> = local.keys().filter(|name| name.ends_with(".csv")).collect();
    assert!(tables.len() >= 12, "{tables:?}");
    for name in tables {
        let [spark, local] = [&spark, &local].map(|files| String::from_utf8(files[name].clone()).unwrap());
        // The table `disclosure` also has a row for that table.
        let [spark, local] = [spark, local].map(|text| match name.contains(ALONE) {
            true => text,
            // The cluster does not follow students from one autumn to the next.
            false => {
                let is_same = |line: &&str| !line.starts_with(ALONE) && !line.contains(",N17623,");
                text.lines().filter(is_same).map(|line| format!("{line}\n")).collect()
            }
        });
        if name.contains(ALONE) {
            assert_eq!(spark.lines().collect::<Vec<_>>(), ["source,reason,line"]);
            continue;
        }
        let differing = spark.lines().zip(local.lines()).enumerate().find(|(_, (spark, local))| spark != local);
        assert_eq!(differing, None, "{name}: the first line that differs (spark, local)");
        assert_eq!(spark.lines().count(), local.lines().count(), "{name}");
    }
}

/// Writes the demo region as files.
fn demo(folder: &Folder) {
    for (name, bytes) in elevflode::synth::demo_files().unwrap() {
        folder.write(&format!("demo/{name}"), &bytes);
    }
}

#[test]
fn the_demo_is_the_same_on_both_engines() {
    let (folder, server) = (Folder::new(), shared());
    demo(&folder);
    let configs = [Some(server), None].map(|server| config(&folder, "demo/elevflode.toml", server));
    let configs = [configs[0].as_str(), configs[1].as_str()];
    agree(&folder, configs);
    let manifest = fs::read_to_string(folder.path("internal-spark/manifest.json")).unwrap();
    assert!(manifest.contains("\"kind\": \"spark\"") && manifest.contains("\"version\": \"4."), "{manifest}");
    // The data for pages and pictures is the same, so they are too, also in the public release; of one year, as numbers
    // that the cluster does not have are part of the protection of several.
    let whole = fs::read_to_string(folder.path("demo/elevflode.toml")).unwrap();
    let mut parts = whole.split("\n[[extract]]");
    let head = parts.next().unwrap().to_owned();
    let of_year = parts.filter(|part| part.contains("year = 2023")).map(|part| format!("\n[[extract]]{part}"));
    folder.write("demo/one.toml", (head + &of_year.collect::<String>()).as_bytes());
    let configs = [Some(server), None].map(|server| config(&folder, "demo/one.toml", server));
    let configs = [configs[0].as_str(), configs[1].as_str()];
    let public = both(&folder, configs, "public", "tables,maps");
    let [spark, local] = public.map(|files| files.into_iter().filter(|(name, _)| !name.ends_with(".json")).collect());
    let (spark, local): (BTreeMap<_, _>, BTreeMap<_, _>) = (spark, local);
    assert_eq!(spark.keys().collect::<Vec<_>>(), local.keys().collect::<Vec<_>>());
    assert!(spark.iter().all(|(name, bytes)| local[name] == *bytes));
}

#[test]
#[ignore = "a set of two million students: tests/thorough.sh"]
fn a_national_set_of_two_million_students_is_the_same_on_both_engines() {
    let (folder, server) = (Folder::new(), shared());
    let options =
        ["synth", "--students", "2000000", "--national", "--years", "2023-2023", "--seed", "9", "--out", "set"];
    folder.done(&options);
    let configs = [Some(server), None].map(|server| config(&folder, "set/elevflode.toml", server));
    agree(&folder, [&configs[0], &configs[1]]);
}

#[test]
fn unsupported_inputs_are_refused_before_the_job_starts() {
    let (folder, server) = (Folder::new(), shared());
    demo(&folder);
    let on_spark = config(&folder, "demo/elevflode.toml", Some(server));
    let ran = folder.done(&["check", "--config", &on_spark, "--lang", "en"]);
    assert!(ran.err.contains("quality_detail.csv will have no rows"), "{}", ran.err);
    let quiet = folder.done(&["check", "--config", &on_spark, "--lang", "en", "--quiet"]);
    assert_eq!((quiet.out.as_str(), quiet.err.as_str()), ("", ""));
}
