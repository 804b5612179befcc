//! The demo region from the command line: every command, the same bytes on every run, no student in any output.

use std::collections::BTreeSet;

use elevflode::model::Release;
use elevflode::tables::Tables;

use crate::containers::unpacked;
use crate::support::{Folder, Row, demo, number, row, sum, table};

/// The report of the demo has all files of the contract, and says that it is the demo.
#[test]
fn report_without_anything_makes_the_demo_report() {
    let folder = Folder::new();
    let ran = folder.done(&["report", "--release", "internal"]);
    assert!(ran.err.is_empty(), "nothing on a pipe: {}", ran.err);
    let files = folder.files("reports/goteborgsregionen-2023-intern");
    for name in ["index.html", "manifest.json", "timings.json", "maps/home-1480.svg", "maps/provider-1401.png"] {
        assert!(files.contains_key(name), "{name}");
    }
    let tables = Tables::list();
    assert!(tables.len() > 10, "{tables:?}");
    for table in tables.iter().filter(|table| table.only != Some(Release::Public)).map(|table| table.name) {
        for ending in ["csv", "parquet"] {
            assert!(files.contains_key(&format!("tables/{table}.{ending}")), "{table}.{ending}");
        }
    }
    assert_eq!(files.keys().filter(|n| n.starts_with("maps/") && n.ends_with(".svg")).count(), 27);
    for (name, bytes) in files.iter().filter(|(n, _)| n.ends_with(".svg") || n.ends_with(".html")) {
        let text = std::str::from_utf8(bytes).unwrap();
        assert!(text.contains("INTERN"), "{name} is not marked");
    }
    let manifest: serde_json::Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    assert_eq!(manifest["marking"], "INTERN");
    let listed = manifest["outputs"].as_object().unwrap();
    let written: BTreeSet<&str> =
        files.keys().map(String::as_str).filter(|n| *n != "manifest.json" && *n != "timings.json").collect();
    assert_eq!(listed.keys().map(String::as_str).collect::<BTreeSet<_>>(), written);

    let shares = table(&files["tables/shares.csv"]);
    let key = [
        ("snapshot", "october"),
        ("year", "2023"),
        ("population", "national"),
        ("home", "ALL"),
        ("programme", "ALL"),
    ];
    let region = row(&shares, &key);
    let share: f64 = region["cross_provider_share"].parse().unwrap();
    assert!((0.58..=0.62).contains(&share), "{share}");
    let shown = format!("{:.1}", 100.0 * share).replace('.', ",");
    assert!(ran.out.contains(&shown), "{shown}: {}", ran.out);
}

/// The invariants between the tables of a run: sums that must agree do.
#[test]
fn tables_of_the_demo_add_up() {
    let folder = demo("internal", "sv");
    let read = |name: &str| folder.table(&format!("out/tables/{name}.csv"));
    let (flows, ledger, quality) = (read("flows"), read("ledger"), read("quality"));
    for year in ["2021", "2022", "2023"] {
        for (snapshot, source) in [("admission", "antagning"), ("enrolled", "oktober")] {
            let counted = sum(flows.iter().filter(|r| r["year"] == year && r["snapshot"] == snapshot), "students");
            let counted_reasons =
                ["kept", "protected_home", "retired_programme", "unknown_home", "unknown_programme", "unknown_unit"];
            let in_flows =
                |r: &&Row| r["source"] == format!("{source}_{year}.csv") && counted_reasons.contains(&&*r["reason"]);
            assert_eq!(counted, sum(quality.iter().filter(in_flows), "students"), "{snapshot} {year}");
        }
        let of_year: Vec<&Row> = ledger.iter().filter(|r| r["year"] == year).collect();
        for r in &of_year {
            let n = |column: &str| number(r, column);
            assert_eq!(n("admitted"), n("stayed") + n("moved_out") + n("left"), "{r:?}");
            assert_eq!(n("enrolled"), n("stayed") + n("moved_in") + n("arrived"), "{r:?}");
        }
        let units = || {
            of_year
                .iter()
                .copied()
                .filter(|r| r["population"] == "all" && r["programme"] == "ALL" && r["unit"] != "ALL")
        };
        assert!(units().count() > 60);
        let total = row(&ledger, &[("year", year), ("population", "all"), ("unit", "ALL"), ("programme", "ALL")]);
        for column in ["admitted", "stayed", "moved_out", "left", "moved_in", "arrived", "enrolled"] {
            assert_eq!(number(total, column), sum(units(), column), "{column}");
        }
    }
    for r in read("shares") {
        let parts =
            ["own_provider", "other_municipality", "independent_home", "independent_elsewhere", "region_state"];
        assert_eq!(number(&r, "students"), parts.iter().map(|p| number(&r, p)).sum::<i64>(), "{r:?}");
        assert_eq!(number(&r, "cross_provider"), number(&r, "students") - number(&r, "own_provider"));
    }
    for r in read("balance") {
        assert_eq!(number(&r, "residents"), number(&r, "stay") + number(&r, "out"), "{r:?}");
        assert_eq!(number(&r, "pupils_here"), number(&r, "stay") + number(&r, "into"), "{r:?}");
        assert_eq!(number(&r, "net"), number(&r, "into") - number(&r, "out"), "{r:?}");
    }
}

/// Every file of a report is the same in another run, with one thread, over an earlier report.
#[test]
fn a_rerun_and_another_number_of_threads_give_the_same_bytes() {
    let folder = Folder::new();
    for (release, lang) in [("internal", "sv"), ("public", "sv"), ("public", "en")] {
        let options = ["--release", release, "--lang", lang, "--out", release];
        folder.done(&[&["report", "--threads", "1"], &options[..]].concat());
        let (one, two) = (demo(release, lang).files("out"), folder.files(release));
        assert_eq!(one.keys().collect::<Vec<_>>(), two.keys().collect::<Vec<_>>());
        for (name, bytes) in one.iter().filter(|(name, _)| *name != "timings.json") {
            assert_eq!(Some(bytes), two.get(name), "{name} of {release}, {lang} differs");
        }
    }
}

/// No id of a student reaches anything that the program writes or prints.
#[test]
fn no_student_reaches_an_output() {
    let folder = Folder::new();
    folder.done(&["synth", "--students", "300", "--seed", "5", "--out", "data"]);
    let ids: BTreeSet<String> = folder
        .files("data/extracts")
        .iter()
        .filter(|(name, _)| !name.starts_with("platser"))
        .flat_map(|(_, bytes)| table(bytes).into_iter().map(|r| r["Löpnummer"].clone()).collect::<Vec<_>>())
        .filter(|id| !id.is_empty())
        .collect();
    assert!(ids.len() > 500, "{}", ids.len());
    let ran = folder.run(&["report", "--release", "internal", "--config", "data/elevflode.toml", "--out", "out"]);
    let checked = folder.run(&["check", "--config", "data/elevflode.toml", "--json", "--out", "quality"]);
    let mut outputs = folder.files("out");
    outputs.extend(folder.files("quality").into_iter().map(|(name, bytes)| (format!("quality/{name}"), bytes)));
    for (name, said) in [("out", ran.out), ("err", ran.err), ("check out", checked.out), ("check err", checked.err)] {
        outputs.insert(name.to_owned(), said.into_bytes());
    }
    assert!(outputs.len() > 60);
    for (name, bytes) in outputs.into_iter().flat_map(|(name, bytes)| unpacked(&name, bytes)) {
        let text = String::from_utf8_lossy(&bytes);
        let words = text.split(|c: char| !c.is_ascii_alphanumeric());
        let found: Vec<&str> = words.filter(|w| ids.contains(*w)).collect();
        assert!(found.is_empty(), "{name} has {} ids", found.len());
    }
}

#[test]
fn check_overwrites_only_a_check() {
    let folder = Folder::with(&[("mine/notes.txt", "mine")]);
    let ran = folder.run(&["check", "--out", "mine"]);
    assert_eq!(ran.code, 4, "{}", ran.err);
    assert_eq!(folder.files("mine").len(), 1);
    folder.done(&["report", "--release", "internal", "--only", "tables", "--out", "report"]);
    let before = folder.files("report");
    let ran = folder.run(&["check", "--out", "report"]);
    assert_eq!(ran.code, 4, "{}", ran.err);
    assert_eq!(folder.files("report"), before);
}

#[test]
fn check_lists_every_source_and_reason() {
    let folder = Folder::new();
    let ran = folder.done(&["check", "--json", "--out", "quality"]);
    let printed: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert!(printed.to_string().contains("antagning_2023.csv"), "{printed}");
    let rows = folder.table("quality/quality.csv");
    for reason in ["kept", "duplicate", "unknown_unit", "unknown_home", "protected_home", "retired_programme"] {
        assert!(rows.iter().any(|r| r["reason"] == reason && number(r, "rows") > 0), "{reason}");
    }
    let shown = folder.done(&["check"]);
    assert!(shown.out.contains("antagning_2023.csv"), "{}", shown.out);
}

#[test]
fn flows_come_in_four_formats() {
    let folder = Folder::new();
    let report = demo("internal", "sv").files("out");
    for name in ["flows.csv", "flows.parquet", "flows.graphml", "flows.geojson"] {
        folder.done(&["flows", "--release", "internal", "--out", name]);
    }
    let files = folder.files("");
    assert_eq!(files["flows.csv"], report["tables/flows.csv"]);
    assert_eq!(files["flows.parquet"], report["tables/flows.parquet"]);
    let rows = table(&files["flows.csv"]);
    let geojson: serde_json::Value = serde_json::from_slice(&files["flows.geojson"]).unwrap();
    let features = geojson["features"].as_array().unwrap();
    let shown = rows.iter().filter(|r| !["home", "unit", "programme"].iter().any(|c| r[*c] == "?"));
    assert!(features.len() >= shown.count(), "{}", features.len());
    // One point for each municipality and unit at an end of a line.
    let text = |feature: &serde_json::Value, key: &str| feature["properties"][key].as_str().map(str::to_owned);
    let nodes: BTreeSet<String> =
        features.iter().filter(|f| text(f, "kind").is_some()).map(|f| text(f, "code").unwrap()).collect();
    let lines: Vec<_> = features.iter().filter(|f| f["geometry"]["type"] == "LineString").collect();
    let ends: BTreeSet<String> =
        lines.iter().flat_map(|f| ["home", "unit"].map(|end| text(f, end).unwrap())).collect();
    assert_eq!(nodes, ends);
    let names: BTreeSet<String> = features.iter().filter_map(|f| text(f, "name")).collect();
    assert!(names.contains("Ale") && names.contains("Hittepå Linden"), "{names:?}");
    assert!(features.iter().all(|f| text(f, "kind").is_none() || f["geometry"]["type"] == "Point"));
    let graphml = std::str::from_utf8(&files["flows.graphml"]).unwrap();
    assert!(graphml.contains("<graphml") && graphml.contains("INTERN"));
    let ran = folder.run(&["flows", "--release", "internal", "--out", "flows.docx"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
}

#[test]
fn map_draws_one_picture_by_code_or_name() {
    let folder = Folder::new();
    for (of, out) in [("1440", "a.svg"), ("ale", "b.svg"), ("Ale", "c.png")] {
        folder.done(&["map", "--release", "internal", "--perspective", "home", "--of", of, "--out", out]);
    }
    let files = folder.files("");
    assert_eq!(files["a.svg"], files["b.svg"]);
    assert!(files["c.png"].starts_with(b"\x89PNG"));
    let one = ["--perspective", "provider", "--of", "1480", "--programme", "NA", "--snapshot", "admission"];
    folder.done(&[&["map", "--release", "internal"][..], &one, &["--out", "d.svg"]].concat());
    for (wrong, code) in [
        (["--perspective", "home", "--of", "Alle", "--out", "e.svg"], 2),
        (["--perspective", "home", "--of", "Ale", "--out", "e.bmp"], 2),
        (["--perspective", "side", "--of", "Ale", "--out", "e.svg"], 2),
    ] {
        let ran = folder.run(&[&["map", "--release", "internal"][..], &wrong].concat());
        assert_eq!(ran.code, code, "{wrong:?}: {}", ran.err);
        assert!(!folder.path(wrong[5]).exists());
    }
}

/// `init --from` fills in what real extracts show; open points are reported, and the rest runs as written.
#[test]
fn init_from_extracts_writes_a_config_that_runs() {
    let folder = Folder::new();
    folder.done(&["synth", "--students", "300", "--years", "2023", "--out", "data"]);
    let ran = folder.done(&[
        "init",
        "data/mine",
        "--from",
        "data/extracts/antagning_2023.csv",
        "data/extracts/oktober_2023.csv",
        "data/extracts/platser_2023.csv",
    ]);
    assert_eq!(ran.out.lines().count(), 1, "nothing is open: {}", ran.out);
    let config = std::fs::read_to_string(folder.path("data/mine/elevflode.toml")).unwrap();
    for part in ["student = \"Löpnummer\"", "seats = \"Platser\"", "kind = \"october\"", "year = 2023"] {
        assert!(config.contains(part), "{part}: {config}");
    }
    let units = folder.files("data").into_iter().find(|(name, _)| name.ends_with("skolenheter.csv")).unwrap();
    folder.write("data/mine/skolenheter.csv", &units.1);
    folder.tables("data/mine/elevflode.toml", "mine");
    folder.tables("data/elevflode.toml", "synth");
    let (mine, synth) = (folder.files("mine"), folder.files("synth"));
    for table in ["flows", "ledger", "seats", "quality"] {
        let name = format!("tables/{table}.csv");
        assert!(mine[&name] == synth[&name], "{table}");
    }
    folder.write("x.csv", "Elever\n\nHemkommun;Folkbokföringskommun;Skolenhet;Antal;Ort\n1;2;3;4;5\n".as_bytes());
    let ran = folder.done(&["init", "open", "--from", "x.csv", "--lang", "sv"]);
    assert!(ran.out.contains("x.csv: home: flera kolumner passar (Hemkommun, Folkbokföringskommun)"), "{}", ran.out);
    assert!(ran.out.contains("x.csv: året saknas"), "{}", ran.out);
    folder.write("bare.csv", b"0701011234;Anna;1480\n");
    let ran = folder.run(&["init", "bare", "--from", "bare.csv"]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(!ran.err.contains("Anna") && !ran.err.contains("0701011234"), "{}", ran.err);
}

#[test]
fn init_writes_a_config_once_and_list_names_everything() {
    let folder = Folder::new();
    folder.done(&["init", "region"]);
    assert!(folder.path("region/elevflode.toml").is_file());
    assert_eq!(folder.run(&["init", "region"]).code, 4);
    for (what, some) in
        [("metrics", "hhi"), ("charts", "dependency-map"), ("formats", "csv"), ("exporters", "parquet")]
    {
        let ran = folder.done(&["list", what]);
        assert!(ran.out.lines().any(|line| line.split_whitespace().next() == Some(some)), "{what}: {}", ran.out);
    }
}

#[test]
fn both_languages() {
    for lang in ["sv", "en"] {
        let page = std::fs::read_to_string(demo("public", lang).path("out/index.html")).unwrap();
        assert!(page.contains(&format!("<html lang=\"{lang}\"")));
    }
}

/// A report that is stopped leaves nothing next to its target, and an earlier report unchanged.
#[test]
fn a_stop_signal_leaves_nothing_behind() {
    let folder = Folder::new();
    folder.done(&["report", "--only", "csv", "--out", "out"]);
    let before = folder.files("");
    let names = || -> BTreeSet<String> {
        let entries = std::fs::read_dir(folder.path("")).unwrap();
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    };
    for signal in ["INT", "TERM", "HUP"] {
        let report = std::process::Command::new(env!("CARGO_BIN_EXE_elevflode"))
            .args(["report", "--lang", "en", "--out", "out"])
            .current_dir(folder.path(""))
            // Everything is planned again, which takes minutes.
            .envs([("ELEVFLODE_PLANS", "anew"), ("ELEVFLODE_CACHE", "")])
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        while !names().iter().any(|name| name.starts_with(".elevflode-")) {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let kill =
            std::process::Command::new("kill").args([&format!("-{signal}"), &report.id().to_string()]).status();
        assert!(kill.unwrap().success());
        let output = report.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130), "SIG{signal}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("Stopped."), "SIG{signal}: {said}");
        assert!(folder.files("") == before, "SIG{signal}: {:?}", names());
    }
}
