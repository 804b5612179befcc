//! Many files, and large ones: only files that are being read are open or unpacked.

use std::fmt::Write as _;
use std::io::Write as _;

use crate::support::{Folder, Ran};

const UNITS: &str =
    "code,name,municipality,provider,provider_kind\n00000001,A,1480,1480,municipal\n00000002,B,1401,F,independent\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn config(extracts: &str) -> String {
    format!(
        "[region]\nname = \"R\"\nmunicipalities = [\"1401\", \"1480\"]\n[registers]\nunits = \"units.csv\"\n{extracts}"
    )
}

fn printed(ran: &Ran) -> serde_json::Value {
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

/// As many files as 290 municipalities with four each, if a process may open only 256.
#[cfg(unix)]
#[test]
fn more_files_than_a_process_may_open_are_read() {
    let folder = Folder::with(&[
        (
            "elevflode.toml",
            &config(
                "[[extract]]\nkind = \"admission\"\npath = \"in/a*\"\nyear = 2023\n\
                 [[extract]]\nkind = \"october\"\npath = \"in/o*\"\nyear = 2023\n",
            ),
        ),
        ("units.csv", UNITS),
    ]);
    for number in 0..600 {
        for kind in ["a", "o"] {
            let rows = format!(
                "Löpnummer,Hemkommun,Skolenhetskod,Studievägskod\n{number:08x},1401,00000001,NA\n{number:08x}b,1480,00000002,NA\n"
            );
            match number % 10 {
                0 => folder.write(&format!("in/{kind}{number}.csv.gz"), &gzip(rows.as_bytes())),
                _ => folder.write(&format!("in/{kind}{number}.csv"), rows.as_bytes()),
            }
        }
    }
    let runs = ["1", "8"].map(|threads| {
        let args = ["check", "--json", "--threads", threads];
        printed(&folder.run_limited("ulimit -n 256", &args))
    });
    assert_eq!(runs[0], runs[1]);
    assert_eq!(runs[0]["sources"].as_array().unwrap().len(), 1200);
    assert_eq!(
        (&runs[0]["headline"]["students"], &runs[0]["headline"]["cross_provider"]),
        (&1200.into(), &1200.into())
    );
}

/// Compressed files are read in batches of years like others, although their length is estimated, with the same
/// results.
#[test]
fn compressed_files_of_several_years_give_the_same_tables() {
    let plain = Folder::with(&[("units.csv", UNITS)]);
    let mut text = String::new();
    let mut state = 1_u64;
    for kind in ["admission", "october"] {
        for year in [2022, 2023] {
            let mut rows = "Löpnummer,Hemkommun,Skolenhetskod,Studievägskod,Annat\n".to_owned();
            for number in 0..16_000 {
                let unit = 1 + (number + usize::from(kind == "october" && number % 7 == 0)) % 2;
                write!(rows, "{number:08x},{},0000000{unit},NA,", ["1401", "1480"][number % 2]).unwrap();
                for _ in 0..16 {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    write!(rows, "{:016x}", state ^ state >> 29).unwrap();
                }
                rows.push('\n');
            }
            plain.write(&format!("{kind}{year}.csv"), rows.as_bytes());
            plain.write(&format!("{kind}{year}.csv.gz"), &gzip(rows.as_bytes()));
            write!(text, "[[extract]]\nkind = \"{kind}\"\npath = \"{kind}{year}.csv\"\nyear = {year}\n").unwrap();
        }
    }
    plain.write("plain.toml", config(&text).as_bytes());
    plain.write("packed.toml", config(&text.replace(".csv\"\nyear", ".csv.gz\"\nyear")).as_bytes());
    for name in ["plain", "packed"] {
        plain.tables(&format!("{name}.toml"), name);
    }
    let (wanted, found) = (plain.files("plain"), plain.files("packed"));
    for name in ["tables/flows.csv", "tables/moves.csv", "tables/ledger.csv"] {
        assert!(wanted[name] == found[name], "{name} differs");
    }
    let manifest: serde_json::Value = serde_json::from_slice(&found["manifest.json"]).unwrap();
    let inputs = manifest["inputs"].as_array().unwrap();
    let packed = inputs.iter().find(|input| input["name"] == "october2023.csv.gz").unwrap();
    let bytes = std::fs::read(plain.path("october2023.csv.gz")).unwrap();
    assert!(bytes.len() * 4 * 10 > 64 << 20, "several batches");
    assert_eq!(packed["rows"], 16_000);
    assert_eq!(packed["bytes"], bytes.len());
    assert_eq!(packed["blake3"], blake3::hash(&bytes).to_string());
    let timings: serde_json::Value = serde_json::from_slice(&found["timings.json"]).unwrap();
    let extracts = timings["stages"].as_array().unwrap().iter().find(|stage| stage["stage"] == "extracts").unwrap();
    let lengths = ["admission2022", "admission2023", "october2022", "october2023"]
        .map(|name| std::fs::metadata(plain.path(&format!("{name}.csv"))).unwrap().len());
    assert_eq!(extracts["bytes"], lengths.iter().sum::<u64>());
}
