//! Folders and files: names stay in their folder, files are found by pattern or path, and no temporary files remain.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::support::{Folder, Ran};

const UNITS: &str = "code,name,municipality,provider,provider_kind\n00000001,Skola A,1480,1480,municipal\n\
                     00000002,Skola B,1480,Bolaget,independent\n00000003,Skola C,1401,1401,municipal\n";
const HEAD: &str = "Löpnummer,Hemkommun,Skolenhetskod,Studievägskod,Årskurs\n";

/// A config with these extracts: kind and path.
fn config(extracts: &[(&str, &str)]) -> String {
    let mut out = "[region]\nname = \"Test\"\nmunicipalities = [\"1401\", \"1480\"]\n\
                   [registers]\nunits = \"units.csv\"\n"
        .to_owned();
    for (kind, path) in extracts {
        out += &format!("[[extract]]\nkind = \"{kind}\"\npath = \"{path}\"\nyear = 2023\n");
    }
    out
}

/// An extract of `count` students, numbered from `first`.
fn students(first: usize, count: usize) -> String {
    let row = |i: usize| format!("s-{i},{},{:08},NANAT0000,1\n", [1401, 1480][i % 2], i % 3 + 1);
    HEAD.to_owned() + &(first..first + count).map(row).collect::<String>()
}

/// The number of rows of each source, as `check` counts them.
fn sources(folder: &Folder, config: &str) -> Vec<(String, i64)> {
    folder.done(&["check", "--config", config, "--out", "checked"]);
    let mut rows: std::collections::BTreeMap<String, i64> = std::collections::BTreeMap::new();
    for row in folder.table("checked/quality.csv") {
        *rows.entry(row["source"].clone()).or_default() += row["rows"].parse::<i64>().unwrap();
    }
    rows.into_iter().collect()
}

#[test]
fn codes_never_lead_out_of_a_folder() {
    let folder = Folder::new();
    let codes = ["../../x", "A/B", "CON", "å"];
    let parts = ["%2E.%2F..%2Fx", "A%2FB", "CON", "%C3%A5"];
    let mut municipalities = "code,name,lat,lon\n".to_owned();
    let mut units = "code,name,municipality,provider,provider_kind\n".to_owned();
    let mut rows = HEAD.to_owned();
    for (i, code) in codes.iter().enumerate() {
        municipalities += &format!("{code},Kommun {i},{},12.{i}\n", 57.5 + i as f64 / 10.0);
        units += &format!("../U/{i},Skola {i},{code},{code},municipal\n");
        for student in 0..40 {
            rows += &format!("s-{i}-{student},{code},../U/{},NANAT0000,1\n", (i + student % 3) % 4);
        }
    }
    let quoted = codes.map(|code| format!("{code:?}")).join(", ");
    let config = config(&[("admission", "a.csv"), ("october", "a.csv")])
        .replace("\"1401\", \"1480\"", &quoted)
        .replace("units = ", "municipalities = \"m.csv\"\nunits = ");
    for (name, text) in
        [("elevflode.toml", &config), ("m.csv", &municipalities), ("units.csv", &units), ("a.csv", &rows)]
    {
        folder.write(&format!("deep/er/{name}"), text.as_bytes());
    }
    let internal = ["--release", "internal", "--config", "deep/er/elevflode.toml"];
    let run = |command: &[&str]| folder.done(&[command, &internal[..]].concat());
    run(&["report", "--lang", "en", "--out", "deep/er/out"]);
    run(&["map", "--out", "deep/er/maps"]);
    run(&["map", "--out", "deep/er/unit", "--perspective", "provider", "--of", "unit:../U/1"]);
    run(&["slides", "--out", "deep/er/slides"]);
    let all = folder.files("");
    let inputs = ["elevflode.toml", "m.csv", "units.csv", "a.csv"].map(|name| format!("deep/er/{name}"));
    let outputs = ["out/", "maps/", "unit/", "slides/"].map(|name| format!("deep/er/{name}"));
    for name in all.keys() {
        assert!(inputs.contains(name) || outputs.iter().any(|folder| name.starts_with(folder)), "{name}");
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.%/".contains(c);
        assert!(name.chars().all(is_plain), "{name}");
    }
    for part in parts {
        for file in [
            format!("out/maps/home-{part}.svg"),
            format!("out/maps/provider-{part}.png"),
            format!("out/charts/card-{part}.svg"),
            format!("maps/maps/home-{part}.svg"),
            format!("slides/slides-{part}.pptx"),
        ] {
            assert!(all.contains_key(&format!("deep/er/{file}")), "{file}");
        }
    }
    assert!(all.contains_key("deep/er/unit/maps/provider-unit-%2E.%2FU%2F1.svg"));
    // The page finds the pictures under the same names: both maps of each, and their layouts for the explorer.
    let page = std::fs::read_to_string(folder.path("deep/er/out/index.html")).unwrap();
    for (i, code) in codes.iter().enumerate() {
        for side in ["home", "provider"] {
            assert!(page.contains(&format!("\"{side}-{code}\":[[")), "layout of {code}");
        }
        let section = page.split(&format!("<h3>Kommun {i} ")).nth(1).unwrap();
        let section = section.split("</section>").next().unwrap();
        assert_eq!(section.matches("<figure").count(), 2, "pictures of {code}");
    }
}

/// A search that finds too little would give a wrong number: here lock files and hidden files lie next to the
/// extracts.
#[test]
fn a_pattern_finds_extracts_and_no_lock_or_hidden_files() {
    let folder = Folder::new();
    let place = "[2023] mått?/region";
    for (name, text) in [
        ("elevflode.toml", config(&[("october", "extracts/*okt*"), ("admission", "./extracts//antagning.csv")])),
        ("units.csv", UNITS.to_owned()),
        ("extracts/okt_1.csv", students(0, 10)),
        ("extracts/a\u{30a}okt_2.csv", students(10, 7)),
        ("extracts/~$okt_1.xlsx", "\u{1}lock".to_owned()),
        ("extracts/._okt_1.csv", "\0\u{5}\u{16}\u{7}".to_owned()),
        ("extracts/.~lock.okt_1.csv#", ",anna,".to_owned()),
        ("extracts/antagning.csv", students(0, 5)),
    ] {
        folder.write(&format!("{place}/{name}"), text.as_bytes());
    }
    let wanted = [("antagning.csv", 5), ("okt_1.csv", 10), ("\u{e5}okt_2.csv", 7)];
    let wanted = wanted.map(|(name, rows)| (name.to_owned(), rows)).to_vec();
    assert_eq!(sources(&folder, &format!("{place}/elevflode.toml")), wanted);
    // A plain path also reads a file that no pattern finds, and a name in another normal form of Unicode.
    folder.write(&format!("{place}/extracts/.okt.csv"), students(0, 3).as_bytes());
    let plain = config(&[("october", "extracts/\u{e5}okt_2.csv"), ("admission", "extracts/.okt.csv")]);
    folder.write(&format!("{place}/plain.toml"), plain.as_bytes());
    let wanted = [(".okt.csv", 3), ("\u{e5}okt_2.csv", 7)].map(|(name, rows)| (name.to_owned(), rows)).to_vec();
    assert_eq!(sources(&folder, &format!("{place}/plain.toml")), wanted);
}

#[test]
fn one_file_by_two_paths_is_one_file() {
    let folder = Folder::with(&[("units.csv", UNITS), ("extracts/a.csv", &students(0, 5))]);
    for path in ["extracts//a.csv", "./extracts/a.csv", "extracts/../extracts/a.csv", "extracts/*.csv"] {
        folder.write("same.toml", config(&[("october", "extracts/a.csv"), ("october", path)]).as_bytes());
        let ran = folder.run(&["check", "--config", "same.toml"]);
        assert_eq!(ran.code, 2, "{path}: {}{}", ran.out, ran.err);
        folder.write("other.toml", config(&[("october", "extracts/a.csv"), ("admission", path)]).as_bytes());
        assert_eq!(sources(&folder, "other.toml"), [("a.csv".to_owned(), 10)], "{path}");
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_searched_ends_the_run() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::with(&[("units.csv", UNITS), ("extracts/1/a.csv", &students(0, 5))]);
    folder.write("extracts/shut/a.csv", students(5, 5).as_bytes());
    folder.write("elevflode.toml", config(&[("october", "extracts/*/a.csv")]).as_bytes());
    let shut = |mode| {
        std::fs::set_permissions(folder.path("extracts/shut"), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let refused = |name: &str| {
        let ran = folder.run(&["check", "--lang", "en"]);
        assert_eq!(ran.code, 3, "{}{}", ran.out, ran.err);
        assert!(ran.err.contains(name) && ran.err.contains("cannot be searched"), "{}", ran.err);
    };
    shut(0o000);
    // The superuser can search it.
    if std::fs::read_dir(folder.path("extracts/shut")).is_err() {
        refused("extracts/shut");
    }
    shut(0o755);
    folder.done(&["check"]);
    symlink("circle", folder.path("extracts/circle")).unwrap();
    refused("extracts/circle");
}

/// Runs the program with a umask.
#[cfg(unix)]
fn with_umask(folder: &Folder, umask: &str, args: &[&str]) {
    let shell = format!("umask {umask}; exec \"$0\" \"$@\"");
    let mut run = Command::new("sh");
    run.args(["-c", &shell, env!("CARGO_BIN_EXE_elevflode")]).args(args).current_dir(folder.path(""));
    let output = run.env("ELEVFLODE_CACHE", "").output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The distinct modes of a file or folder and of all below it: `file 640`, `folder 750`.
#[cfg(unix)]
fn modes(path: &Path) -> std::collections::BTreeSet<String> {
    use std::os::unix::fs::PermissionsExt;
    let about = std::fs::symlink_metadata(path).unwrap();
    let kind = if about.is_dir() { "folder" } else { "file" };
    let mut out = std::collections::BTreeSet::from([format!("{kind} {:o}", about.permissions().mode() & 0o777)]);
    if about.is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            out.extend(modes(&entry.unwrap().path()));
        }
    }
    out
}

#[cfg(unix)]
#[test]
fn the_umask_holds_for_every_output() {
    let internal = ["--release", "internal", "--quiet"];
    let map = ["map", "--perspective", "home", "--of", "1402", "--out", "map.svg"];
    let runs: [(&[&str], &str); 8] = [
        (&["report", "--only", "csv,maps", "--out", "a/out"], "a"),
        // A second time, over the existing files.
        (&["report", "--only", "csv", "--out", "a/out"], "a"),
        (&["flows", "--out", "b/flows.csv"], "b"),
        (&["flows", "--out", "flows.parquet"], "flows.parquet"),
        (&map, "map.svg"),
        (&["slides", "--out", "slides.pptx"], "slides.pptx"),
        (&["check", "--out", "checked"], "checked"),
        (&["init", "mine"], "mine"),
    ];
    for (umask, file, dir) in
        [("027", "file 640", "folder 750"), ("077", "file 600", "folder 700"), ("002", "file 664", "folder 775")]
    {
        let folder = Folder::new();
        for (args, written) in runs {
            let is_of_release = !matches!(args[0], "check" | "init");
            let args = [args, if is_of_release { &internal[..] } else { &[] }].concat();
            with_umask(&folder, umask, &args);
            let modes = modes(&folder.path(written));
            let wanted = [file.to_owned(), dir.to_owned()].into();
            assert!(modes.is_subset(&wanted), "umask {umask}, {args:?}: {modes:?}");
        }
        assert!(names(&folder).iter().all(|name| !name.starts_with('.')), "{:?}", names(&folder));
    }
}

/// The names in a folder.
fn names(folder: &Folder) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path("")).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// A region whose report takes some seconds.
fn long() -> Folder {
    let folder = Folder::new();
    folder.done(&["synth", "--students", "20000", "--quiet", "--out", "region"]);
    folder
}

const REPORT: [&str; 8] =
    ["report", "--config", "region/elevflode.toml", "--release", "internal", "--quiet", "--out", "out"];

/// Starts a report and waits until its work folder exists; returns the folder's name.
fn started(folder: &Folder, before: &[String]) -> (Child, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_elevflode"));
    command.args(REPORT).current_dir(folder.path("")).env("ELEVFLODE_CACHE", "").stderr(Stdio::piped());
    let mut report = command.spawn().unwrap();
    loop {
        let made = names(folder).into_iter().find(|name| name.starts_with(".elevflode-") && !before.contains(name));
        // Locked, and the output itself has begun.
        if let Some(name) = made.filter(|name| folder.path(&format!("{name}/out")).exists()) {
            return (report, name);
        }
        assert!(report.try_wait().unwrap().is_none(), "the report has ended too early");
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
}

#[cfg(unix)]
fn signal(report: &Child, name: &str) {
    let kill = Command::new("kill").args([&format!("-{name}"), &report.id().to_string()]).status();
    assert!(kill.unwrap().success());
}

#[cfg(unix)]
#[test]
fn what_a_stopped_or_killed_run_leaves_does_not_stay() {
    let folder = long();
    for name in ["INT", "TERM", "HUP"] {
        let (report, work_folder) = started(&folder, &[]);
        assert!(work_folder.starts_with(".elevflode-INTERN-"), "{work_folder}");
        signal(&report, name);
        let output = report.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130), "SIG{name}");
        assert_eq!(names(&folder), ["region"], "SIG{name}");
    }
    // Only the next run can clean up after SIGKILL.
    let next: [&[&str]; 2] = [
        &["report", "--only", "csv", "--release", "internal", "--out", "next"],
        &["flows", "--release", "internal", "--out", "next"],
    ];
    for (next, ending) in next.into_iter().zip(["", ".csv"]) {
        let (mut report, work_folder) = started(&folder, &[]);
        signal(&report, "KILL");
        report.wait().unwrap();
        assert_eq!(names(&folder), [work_folder.as_str(), "region"], "left behind");
        let closed = std::fs::metadata(folder.path(&work_folder)).unwrap().permissions();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&closed) & 0o777, 0o700, "closed to others");
        let mut args = next.to_vec();
        let target = format!("next{ending}");
        *args.last_mut().unwrap() = &target;
        folder.done(&args);
        assert_eq!(names(&folder), [target.as_str(), "region"]);
        let path = folder.path(&target);
        if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) }.unwrap();
    }
}

/// Simultaneous runs in one folder: neither takes the other's work folder for a leftover.
#[test]
fn a_run_that_is_alive_is_not_disturbed_by_another() {
    let folder = long();
    let (report, work_folder) = started(&folder, &[]);
    let flows: Vec<Ran> =
        ["1.csv", "2.csv"].map(|name| folder.done(&["flows", "--release", "internal", "--out", name])).into();
    assert_eq!(flows.len(), 2);
    let (other, _) = started(&folder, std::slice::from_ref(&work_folder));
    for report in [report, other] {
        let output = report.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(names(&folder), ["1.csv", "2.csv", "out", "region"]);
    assert!(folder.path("out/index.html").exists());
}
