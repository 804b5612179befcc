//! The golden report: `reports/example` has tables and pictures of the demo region, and a fresh run writes the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::support::demo;

/// The files of the report that are in the example: every table as text, and a few pictures. The changes of shares by
/// programme and unit, and diversions, are long; `change.rs` and `whatif.rs` test them. The demo has no other regions.
fn is_in_example(name: &str) -> bool {
    if ["tables/change.csv", "tables/change_units.csv", "tables/diversion.csv"].contains(&name)
        || ["charts/change-", "charts/regions-"].iter().any(|start| name.starts_with(start))
    {
        return false;
    }
    let pictures = ["maps/home-1402.svg", "maps/home-1440.svg", "maps/provider-1480.svg"];
    let is_card = name.starts_with("charts/card-") && name != "charts/card-1440.svg";
    (name.starts_with("tables/") && name.ends_with(".csv"))
        || (name.starts_with("charts/") && name.ends_with(".svg") && !is_card)
        || pictures.contains(&name)
}

#[test]
fn a_fresh_run_writes_the_example() {
    let mut fresh = demo("internal", "sv").files("out");
    fresh.retain(|name, _| is_in_example(name));
    assert!(fresh.values().map(Vec::len).sum::<usize>() < 3_200_000, "the example stays small");
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/example");
    if std::env::var_os("ELEVFLODE_UPDATE").is_some() {
        let _ = fs::remove_dir_all(&example);
        for (name, bytes) in &fresh {
            let path = example.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
    let kept: BTreeMap<String, Vec<u8>> = crate::support::files(&example);
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    let way_out = "if the change is intended, run the tests with ELEVFLODE_UPDATE=1, and look at it";
    assert_eq!(names(&kept), names(&fresh), "{way_out}");
    for (name, bytes) in &fresh {
        assert!(kept[name] == *bytes, "{name} differs: {way_out}");
    }
}
