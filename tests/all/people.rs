//! Students by personal number: linked in every written form, and never shown anywhere.

use std::collections::{BTreeMap, BTreeSet};

use crate::containers::unpacked;
use crate::support::{Folder, Ran};

/// The n-th invented number in twelve characters. Serials 980–999 are the tax agency's test range, which no person
/// has; every tenth is a co-ordination number, every tenth a temporary one.
fn invented(n: usize) -> String {
    let (serial, n_date) = (980 + n % 20, n / 20);
    let (day, month, year) = (1 + n_date % 28, 1 + n_date / 28 % 12, 2004 + n_date / 28 / 12);
    assert!(year < 2012, "no more numbers");
    let day = if n % 10 == 3 { day + 60 } else { day };
    if n % 10 == 7 {
        return format!("{year}{month:02}{day:02}TF{:02}", n % 100);
    }
    let nine = format!("{:02}{month:02}{day:02}{serial}", year % 100);
    let sum: u32 = nine
        .bytes()
        .enumerate()
        .map(|(place, b)| {
            let product = u32::from(b - b'0') * if place % 2 == 0 { 2 } else { 1 };
            product / 10 + product % 10
        })
        .sum();
    format!("{}{nine}{}", year / 100, (10 - sum % 10) % 10)
}

/// A number in one of the forms that people write.
fn written(number: &str, way: usize) -> String {
    let (century, date, last) = (&number[..2], &number[2..8], &number[8..]);
    match way % 5 {
        0 => format!("{date}-{last}"),
        1 => format!("{date}{last}"),
        2 => format!("{century}{date}-{last}"),
        3 => format!("{century}{date}{last}"),
        _ => format!(" {date} {} ", last.to_lowercase()),
    }
}

/// Extracts of `synth` whose ids are personal numbers: twelve characters at admission, any form in October.
fn with_numbers(students: &str) -> (Folder, Vec<String>) {
    let folder = Folder::new();
    folder.done(&["synth", "--students", students, "--seed", "77", "--years", "2023", "--out", "data"]);
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    for (name, bytes) in folder.files("data/extracts").into_iter().filter(|(name, _)| !name.starts_with("platser")) {
        let text = String::from_utf8(bytes).unwrap();
        let mut lines = text.lines();
        let mut out = format!("{}\n", lines.next().unwrap().replace("Löpnummer", "Personnummer"));
        for (i, line) in lines.enumerate() {
            let (id, rest) = line.split_once(',').unwrap_or((line, ""));
            let next = known.len();
            let number = known.entry(id.to_owned()).or_insert_with(|| invented(next));
            let form = if name.starts_with("antagning") { 3 } else { i };
            // Quoted; otherwise the blanks of a form would be trimmed next to the delimiter.
            out.push_str(&format!("\"{}\"{}{rest}\n", written(number, form), if rest.is_empty() { "" } else { "," }));
        }
        folder.write(&format!("data/extracts/{name}"), out.as_bytes());
    }
    (folder, known.into_values().collect())
}

#[test]
fn numbers_written_differently_link_as_well_as_clean_ids() {
    let clean = Folder::new();
    clean.done(&["synth", "--students", "3000", "--seed", "77", "--years", "2023", "--out", "data"]);
    clean.tables("data/elevflode.toml", "out");
    let (folder, numbers) = with_numbers("3000");
    assert!(numbers.len() > 3_000, "{}", numbers.len());
    folder.tables("data/elevflode.toml", "out");
    let (wanted, found) = (clean.files("out"), folder.files("out"));
    for table in ["flows", "shares", "ledger", "moves", "seats", "quality", "quality_detail"] {
        let name = format!("tables/{table}.csv");
        assert!(found[&name] == wanted[&name], "{table}");
    }
    let ran = folder.done(&["check", "--config", "data/elevflode.toml", "--json"]);
    let printed: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(printed["sources"][0]["ids"], "personal_numbers");
}

/// Ids of different kinds in the two extracts link no students, and the report says so.
#[test]
fn ids_of_different_kinds_are_reported() {
    let (folder, _) = with_numbers("300");
    let clean = Folder::new();
    clean.done(&["synth", "--students", "300", "--seed", "77", "--years", "2023", "--out", "data"]);
    let admission = clean.files("data/extracts").remove("antagning_2023.csv").unwrap();
    folder.write("data/extracts/antagning_2023.csv", &admission);
    let ran = folder.done(&[
        "report",
        "--release",
        "internal",
        "--config",
        "data/elevflode.toml",
        "--only",
        "tables,page",
        "--out",
        "out",
    ]);
    let message = "ingen av de antagna finns bland eleverna den 15 oktober";
    assert!(ran.out.contains(message), "{}", ran.out);
    assert!(String::from_utf8(folder.files("out")["index.html"].clone()).unwrap().contains(message));
}

/// The secret changes no output: a random one, one from a file and one from a variable give the same bytes.
#[test]
fn no_output_depends_on_the_secret() {
    let (folder, _) = with_numbers("600");
    let config = std::fs::read_to_string(folder.path("data/elevflode.toml")).unwrap();
    folder.write("data/secret.key", b"  0123456789abcdef0123456789abcdef\n");
    let mut seen = Vec::new();
    for students in ["", "[students]\nkey_file = \"secret.key\"\n", "[students]\nkey_env = \"PATH\"\n"] {
        folder.write("data/elevflode.toml", format!("{config}\n{students}").as_bytes());
        folder.tables("data/elevflode.toml", "out");
        let mut files = folder.files("out");
        files.retain(|name, _| name.starts_with("tables/"));
        seen.push(files);
    }
    assert!(seen.len() == 3 && seen.windows(2).all(|pair| pair[0] == pair[1]));
}

/// Known numbers in these bytes, in any form with all ten digits or letters.
pub fn leaks(bytes: &[u8], known: &BTreeSet<String>) -> Vec<usize> {
    let mut out = Vec::new();
    // Each number begins with a date.
    for start in (0..bytes.len().saturating_sub(9)).filter(|start| bytes[*start].is_ascii_digit()) {
        let (mut text, mut length) = ([0; 10], 0);
        for byte in bytes[start..].iter().take(13) {
            match byte {
                b if b.is_ascii_alphanumeric() => {
                    text[length] = b.to_ascii_uppercase();
                    length += 1;
                }
                b' ' | b'-' | b'+' if length == 6 => {}
                _ => break,
            }
            if length == 10 {
                if known.contains(std::str::from_utf8(&text).unwrap()) {
                    out.push(start);
                }
                break;
            }
        }
    }
    out
}

#[test]
fn personal_numbers_never_reappear() {
    let (folder, numbers) = with_numbers("1000");
    let known: BTreeSet<String> = numbers.iter().map(|n| n[2..].to_owned()).collect();
    assert!(known.len() >= 1_000, "{}", known.len());
    assert!(
        !leaks(b"x 20040101-9802.", &BTreeSet::from(["0401019802".to_owned()])).is_empty(),
        "the search finds one"
    );
    let hold = |what: &str, ran: &Ran| {
        for (stream, text) in [("out", &ran.out), ("err", &ran.err)] {
            assert!(leaks(text.as_bytes(), &known).is_empty(), "{what}: a number on std{stream}");
        }
    };
    let config = "data/elevflode.toml";
    for args in [
        &["report", "--release", "internal", "--config", config, "--out", "out"][..],
        &["check", "--config", config, "--out", "quality"],
        &["check", "--config", config, "--json"],
        &["flows", "--release", "internal", "--config", config, "--out", "flows.csv"],
        &["init", "mine", "--from", "data/extracts/antagning_2023.csv", "data/extracts/oktober_2023.csv"],
    ] {
        let ran = folder.done(args);
        hold(&args.join(" "), &ran);
    }
    let written = folder.files("").into_iter().filter(|(name, _)| !name.starts_with("data/"));
    let mut count = 0;
    for (name, bytes) in written {
        for (part, bytes) in unpacked(&name, bytes) {
            count += 1;
            assert!(leaks(&bytes, &known).is_empty(), "a number in {part}");
        }
    }
    assert!(count > 400, "{count} files and parts of files were searched");

    // Runs made to fail: whatever is wrong, no message contains a number.
    let config = std::fs::read_to_string(folder.path(config)).unwrap();

    // Nor a number from the name of an extract.
    let number = numbers.first().unwrap();
    let named = format!("extracts/antagning {}-{}.csv", &number[..8], &number[8..]);
    std::fs::copy(folder.path("data/extracts/antagning_2023.csv"), folder.path(&format!("data/{named}"))).unwrap();
    folder.write("data/named.toml", config.replace("extracts/antagning_2023.csv", &named).as_bytes());
    for release in ["internal", "public"] {
        let asked =
            ["report", "--config", "data/named.toml", "--only", "csv", "--release", release, "--out", release];
        hold(release, &folder.done(&asked));
        for (name, bytes) in folder.files(release) {
            assert!(leaks(&bytes, &known).is_empty(), "{release}: a number in {name}");
            let is_masked = String::from_utf8_lossy(&bytes).contains("antagning xxxxxxxx-xxxx.csv");
            assert!(release == "internal" || !is_masked, "{name}");
            assert!(name != "tables/quality.csv" || is_masked == (release == "internal"), "{name}");
        }
    }
    let admission = std::fs::read_to_string(folder.path("data/extracts/antagning_2023.csv")).unwrap();
    let (header, rows) = admission.split_once('\n').unwrap();
    let path = "\"extracts/antagning_2023.csv\"";
    let with = |more: &str| config.replace(path, &format!("{path}\n{more}"));
    let without_header = config.replace(path, "\"bare.csv\"");
    let twice = format!("{header},Hemkommun\n{rows}");
    let glued = format!("{}\n{}", header.replace(',', ":"), rows.replace(',', ":"));
    // In every tenth row: a single one would only be one lost row of a thousand.
    let open =
        |(at, row): (usize, &str)| format!("{}{}\n", if at % 10 == 0 { "0,\"" } else { "" }, row.replace('"', ""));
    let open_quote = format!("{header}\n{}", rows.lines().enumerate().map(open).collect::<String>());
    let failing: [(&str, &str, &str); 9] = [
        ("a file without headers", &without_header, rows),
        ("columns glued together", &without_header, &glued),
        ("a column that fits twice", &without_header, &twice),
        ("quotes that nothing closes", &without_header, &open_quote),
        ("a filter on a column that is not there", &with("[extract.filter]\n\"Status\" = [\"Antagen\"]"), ""),
        ("a mapping that is not there", &with("[extract.columns]\nstudent = \"Elev\""), ""),
        ("a row of students taken for the header", &with("header = 3"), ""),
        ("students taken for the register of units", &config.replace("\"skolenheter.csv\"", "\"bare.csv\""), rows),
        ("students taken for the config", rows, ""),
    ];
    for (what, config, bare) in failing {
        folder.write("data/failing.toml", config.as_bytes());
        folder.write("data/bare.csv", bare.as_bytes());
        for command in ["report", "check"] {
            let release: &[&str] = if command == "report" { &["--release", "internal"] } else { &[] };
            let config = [command, "--config", "data/failing.toml", "--out", "failed"];
            let ran = folder.run(&[&config[..], release].concat());
            assert_ne!(ran.code, 0, "{what}");
            assert!(!ran.err.contains("panicked"), "{what}: {}", ran.err);
            hold(what, &ran);
        }
        assert!(
            leaks(&folder.files("failed").into_values().flatten().collect::<Vec<u8>>(), &known).is_empty(),
            "{what}"
        );
    }
    let ran = folder.run(&["init", "bare", "--from", "data/bare.csv"]);
    hold("init from students", &ran);
}
