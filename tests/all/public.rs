//! The public release: nothing small in any file, sums of true values, and an attacker who finds nothing.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::support::{Folder, Row, number, python, sum};

/// The municipalities of the region that `synth` makes.
const REGION: [&str; 13] =
    ["1384", "1401", "1402", "1407", "1415", "1419", "1440", "1441", "1462", "1480", "1481", "1482", "1489"];
/// Tables with the columns that are counts of students or rows.
const COUNTS: [(&str, &[&str]); 9] = [
    ("flows", &["students"]),
    (
        "shares",
        &[
            "students",
            "own_provider",
            "other_municipality",
            "independent_home",
            "independent_elsewhere",
            "region_state",
            "cross_provider",
        ],
    ),
    ("dependence", &["students"]),
    ("concentration", &["students"]),
    ("balance", &["residents", "stay", "out", "into", "pupils_here"]),
    ("ledger", &["admitted", "stayed", "moved_out", "left", "moved_in", "arrived", "enrolled"]),
    ("moves", &["students"]),
    ("origins", &["students"]),
    ("quality", &["rows", "students"]),
];

/// A folder with an invented region of one year, the public release of its report in `public`, and the tables of the internal
/// one in `internal`.
fn region(seed: &str) -> Folder {
    let folder = Folder::new();
    folder.done(&["synth", "--students", "11300", "--seed", seed, "--years", "2023-2023", "--out", "set"]);
    let config = ["report", "--config", "set/elevflode.toml"];
    folder.done(&[&config[..], &["--out", "public"]].concat());
    folder.done(&[&config[..], &["--only", "tables", "--release", "internal", "--out", "internal"]].concat());
    folder
}

fn table(folder: &Folder, release: &str, name: &str) -> Vec<Row> {
    folder.table(&format!("{release}/tables/{name}.csv"))
}

/// No count from 1 to 9 in any table.
fn nothing_small(folder: &Folder) {
    for (name, columns) in COUNTS {
        for row in table(folder, "public", name) {
            for column in columns {
                let is_small = row[*column].parse::<u64>().is_ok_and(|count| count > 0 && count < 10);
                assert!(!is_small, "{name}: {column} in {row:?}");
            }
        }
    }
}

/// What is shown of a row is what the internal table says.
fn shown_is_true(folder: &Folder) {
    let mut shown = 0;
    for (name, keys) in [("shares", 5), ("balance", 4), ("concentration", 4), ("ledger", 4), ("origins", 4)] {
        let header = std::fs::read_to_string(folder.path(&format!("public/tables/{name}.csv"))).unwrap();
        let columns: Vec<&str> = header.lines().next().unwrap().split(',').collect();
        let key = |row: &Row| columns[..keys].iter().map(|column| row[*column].clone()).collect::<Vec<_>>();
        let truth: BTreeMap<Vec<String>, Row> =
            table(folder, "internal", name).into_iter().map(|row| (key(&row), row)).collect();
        for row in table(folder, "public", name) {
            for column in columns[keys..].iter().filter(|column| row[**column] != "..") {
                assert_eq!(row[*column], truth[&key(&row)][*column], "{name}: {column} in {row:?}");
                shown += 1;
            }
        }
    }
    assert!(shown > 1000, "{shown}");
}

/// Every row of the public flows is the sum of the internal ones that it stands for, and none that is not zero is missing.
fn flows_are_sums(folder: &Folder) {
    let place: BTreeMap<String, String> = folder
        .table("set/skolenheter.csv")
        .into_iter()
        .map(|row| (row["code"].clone(), row["municipality"].clone()))
        .collect();
    let is_in_region = |code: &str| REGION.contains(&code);
    let mut sums: BTreeMap<[String; 5], u64> = BTreeMap::new();
    for row in table(folder, "internal", "flows") {
        let Some(place) = place.get(&row["unit"]) else { continue };
        let mut homes = vec!["ALL".to_owned()];
        match row["home"].as_str() {
            "?" => {}
            home if is_in_region(home) => homes.push(home.to_owned()),
            _ => homes.push("OUT".to_owned()),
        }
        let mut units = vec!["ALL".to_owned()];
        if is_in_region(place) {
            units.extend([row["unit"].clone(), format!("ALL-{place}")]);
        } else {
            units.push("ALL-OUT".to_owned());
        }
        for home in &homes {
            for unit in &units {
                for programme in [&row["programme"], "ALL"] {
                    let key = [&row["snapshot"], &row["year"], home, unit, programme].map(str::to_owned);
                    *sums.entry(key).or_insert(0) += row["students"].parse::<u64>().unwrap();
                }
            }
        }
    }
    let mut compared = 0;
    for row in table(folder, "public", "flows") {
        let key = ["snapshot", "year", "home", "unit", "programme"].map(|column| row[column].clone());
        let is_group = key[4].starts_with("ALL-");
        if row["students"] != ".." && !is_group {
            assert_eq!(row["students"].parse::<u64>().unwrap(), sums[&key], "{row:?}");
            compared += 1;
        }
    }
    assert!(compared > 100, "{compared}");
}

/// The origins of those who moved in to raised units are sums of moves, and of units' arrived.
fn origins_are_moves(folder: &Folder) {
    let internal = |name| table(folder, "internal", name);
    let register = folder.table("set/skolenheter.csv");
    let units: BTreeMap<&str, &Row> = register.iter().map(|row| (row["code"].as_str(), row)).collect();
    let seats = internal("seats");
    let raised: Vec<&str> = seats
        .iter()
        .filter(|row| row["programme"] == "ALL" && row["raised"] == "true")
        .map(|row| row["unit"].as_str())
        .collect();
    let mut sums: BTreeMap<[String; 2], i64> = BTreeMap::new();
    for row in internal("moves").iter().filter(|row| raised.contains(&row["to_unit"].as_str())) {
        if row["from_unit"] != row["to_unit"] {
            let from = units[row["from_unit"].as_str()];
            let inside = REGION.contains(&from["municipality"].as_str());
            let municipality = if inside { from["municipality"].clone() } else { "OUT".to_owned() };
            for place in [municipality, "ALL".to_owned()] {
                for kind in [from["provider_kind"].clone(), "ALL".to_owned()] {
                    *sums.entry([place.clone(), kind]).or_insert(0) += number(row, "students");
                }
            }
        }
    }
    let of_raised = |row: &&Row| {
        row["population"] == "all" && row["programme"] == "ALL" && raised.contains(&row["unit"].as_str())
    };
    let ledger = internal("ledger");
    sums.insert(["?", "?"].map(str::to_owned), sum(ledger.iter().filter(of_raised), "arrived"));
    let origins = internal("origins");
    let found: BTreeMap<[String; 2], i64> = origins
        .iter()
        .filter(|row| row["population"] == "all")
        .map(|row| ([row["municipality"].clone(), row["provider_kind"].clone()], number(row, "students")))
        .collect();
    assert_eq!(found, sums);
    let shown = table(folder, "public", "origins").iter().filter(|row| row["students"] != "..").count();
    assert!(found.len() > 20 && shown > 5, "{} sums, {shown} shown", found.len());
}

fn attack(args: &[&str]) -> (Option<i32>, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/attacker/attack.py");
    let ran = Command::new(python("attacker")).arg(script).args(args).output().unwrap();
    (ran.status.code(), format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr)))
}

/// The attacker reads the files that were written; the internal tables only tell it which numbers are small.
fn attacked(folder: &Folder) {
    let graphs = ["flows.geojson", "flows.graphml"];
    for name in graphs {
        folder.done(&["flows", "--config", "set/elevflode.toml", "--out", name]);
    }
    let programmes = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sweden/programmes.csv");
    let text = |name: &str| folder.path(name).to_str().unwrap().to_owned();
    let region = REGION.join(",");
    let units = text("set/skolenheter.csv");
    let args = [&text("public"), &text("internal"), &units, programmes.to_str().unwrap(), &region];
    let graphs = graphs.map(text);
    let more = ["--snapshots", "admission,october", "--graphs", &graphs[0], &graphs[1]];
    // Maps that compare, as a coordinator would draw them beside the report.
    for (out, options) in [("since", ["--kind", "change", "--against"]), ("beside", ["--kind", "pair", "--against"])]
    {
        let options =
            [&["map", "--config", "set/elevflode.toml", "--out", out], &options[..], &["admission"]].concat();
        folder.done(&options);
    }
    let maps: Vec<String> = ["since", "beside"]
        .into_iter()
        .flat_map(|out| folder.files(out).into_keys().map(move |name| format!("{out}/{name}")))
        .filter(|name| name.ends_with(".svg"))
        .map(|name| text(&name))
        .collect();
    assert_eq!(maps.len(), 4 * REGION.len());
    let maps: Vec<&str> = ["--maps"].into_iter().chain(maps.iter().map(String::as_str)).collect();
    let (code, said) = attack(&[&args[..], &more, &maps].concat());
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn the_attacker_can_attack() {
    let (code, said) = attack(&["--self-test"]);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn a_public_region_gives_no_one_away() {
    let folder = region("1");
    nothing_small(&folder);
    shown_is_true(&folder);
    flows_are_sums(&folder);
    origins_are_moves(&folder);
    attacked(&folder);
    let manifest = String::from_utf8(folder.files("public")["manifest.json"].clone()).unwrap();
    assert!(!manifest.contains("\"rows\"") && !manifest.contains("\"bytes\"") && !manifest.contains("INTERN"));
    pictures_show_the_tables(&folder);
    pages_show_nothing_small(&folder);
    // The plans that were kept give the same files, and so does one thread.
    let again = ["--threads", "1", "--out", "again"];
    folder.done(&[&["report", "--config", "set/elevflode.toml"][..], &again].concat());
    let files = |name: &str| {
        let mut files = folder.files(name);
        files.remove("timings.json");
        files
    };
    assert!(files("public") == files("again"));
    graphs_show_the_tables(&folder);
}

/// The public flows by home, unit and programme in a snapshot.
fn flows_of(folder: &Folder, snapshot: &str) -> BTreeMap<(String, String, String), String> {
    let rows = table(folder, "public", "flows").into_iter().filter(|row| row["snapshot"] == snapshot);
    let key = |row: &Row| (row["home"].clone(), row["unit"].clone(), row["programme"].clone());
    rows.map(|row| (key(&row), row["students"].clone())).collect()
}

/// What stands between two texts, wherever they enclose something.
fn between<'t>(text: &'t str, open: &str, close: &str) -> Vec<&'t str> {
    text.split(open).skip(1).filter_map(|rest| rest.split_once(close).map(|(inside, _)| inside)).collect()
}

fn attribute<'t>(tag: &'t str, name: &str) -> &'t str {
    let found = tag.split_once(&format!("{name}=\"")).and_then(|(_, rest)| rest.split_once('"'));
    found.map_or_else(|| panic!("no {name} in {tag}"), |(value, _)| value)
}

/// Every line of a map is a flow that the tables show, or the net of two such, and every circle is of ten students or more.
fn pictures_show_the_tables(folder: &Folder) {
    let flows = flows_of(folder, "october");
    let files = folder.files("public");
    let mut lines = 0;
    let flow = |from: &str, to: &str| {
        let key = (from.to_owned(), format!("ALL-{to}"), "ALL-national".to_owned());
        flows.get(&key).map_or("0", String::as_str)
    };
    for (name, bytes) in files.iter().filter(|(name, _)| name.starts_with("maps/") && name.ends_with(".svg")) {
        let svg = std::str::from_utf8(bytes).unwrap();
        assert!(!svg.contains("INTERN"), "{name}");
        for line in between(svg, "class=\"flow\" ", ">") {
            let (from, to) = (attribute(line, "data-from"), attribute(line, "data-to"));
            let told = attribute(line, "data-students");
            if name == "maps/region-net.svg" {
                let net = flow(from, to).parse::<u64>().unwrap() - flow(to, from).parse::<u64>().unwrap();
                assert_eq!(told, net.to_string(), "{name}: {line}");
            } else {
                assert_eq!(told, flow(from, to), "{name}: {line}");
            }
            assert!(told.parse::<u64>().unwrap() > 9, "{name}: {line}");
            lines += 1;
        }
        if name == "maps/region-net.svg" {
            // Its circles are differences, with a sign.
            continue;
        }
        for node in between(svg, "<g class=\"node\"", ">") {
            let students = attribute(node, "data-students");
            assert!(students.parse::<u64>().map_or(students == "..", |n| n == 0 || n > 9), "{name}: {node}");
        }
    }
    assert!(lines > 30, "{lines} lines");
    let matrix = std::str::from_utf8(&files["charts/region-matrix.svg"]).unwrap();
    let cells = between(matrix, "class=\"cell\"", "</text>");
    assert!(cells.len() > 100, "{} cells", cells.len());
    for cell in cells {
        let text = cell.split_once('>').unwrap().1;
        assert!(text == ".." || text.chars().filter(char::is_ascii_digit).count() > 1, "{cell}");
    }
}

/// No table of the page but those of seats, and of what was hidden, has a count from 1 to 9.
fn pages_show_nothing_small(folder: &Folder) {
    let files = folder.files("public");
    let html = std::str::from_utf8(&files["index.html"]).unwrap();
    assert!(!html.contains("INTERN") && html.contains("id=\"protection\""));
    let mut numbers = 0;
    for table in between(html, "<table", "</table>") {
        let head = table.split_once('>').unwrap().0;
        if head.contains("seats") || head.contains("protection") {
            continue;
        }
        for cell in between(table, "<td", "</td>") {
            // A field of several parts ends with its number.
            let text = cell.rsplit('>').find(|text| !text.trim().is_empty()).unwrap_or_default().trim();
            let small = text.parse::<u64>().is_ok_and(|n| (1..10).contains(&n));
            assert!(!small, "{head}: {cell}");
            numbers += usize::from(text.chars().any(|c| c.is_ascii_digit()));
        }
    }
    assert!(numbers > 500, "{numbers} numbers");
}

/// Graphs hold the flows of the table, no others.
fn graphs_show_the_tables(folder: &Folder) {
    let flows = ["csv", "geojson", "graphml"].map(|ending| {
        let name = format!("flows.{ending}");
        folder.done(&["flows", "--config", "set/elevflode.toml", "--out", &name]);
        String::from_utf8(std::fs::read(folder.path(&name)).unwrap()).unwrap()
    });
    assert!(flows[0].as_bytes() == folder.files("public")["tables/flows.csv"]);
    let wanted = |takes: fn(&Row) -> bool| {
        let mut all: Vec<String> =
            table(folder, "public", "flows").into_iter().filter(takes).map(|row| row["students"].clone()).collect();
        all.sort_unstable();
        all
    };
    let json: serde_json::Value = serde_json::from_str(&flows[1]).unwrap();
    let mut lines = Vec::new();
    let is_flow = |feature: &&serde_json::Value| !feature["properties"]["students"].is_null();
    let (flow_features, nodes): (Vec<_>, Vec<_>) = json["features"].as_array().unwrap().iter().partition(is_flow);
    let codes: Vec<&str> = nodes.iter().map(|node| node["properties"]["code"].as_str().unwrap()).collect();
    assert_eq!(codes, REGION, "the municipalities of the region are nodes");
    for feature in flow_features {
        let (properties, geometry) = (&feature["properties"], &feature["geometry"]);
        lines.push(properties["students"].as_str().map_or_else(|| properties["students"].to_string(), str::to_owned));
        let (home, unit) = (properties["home"].as_str().unwrap(), properties["unit"].as_str().unwrap());
        let has_ends = REGION.contains(&home) && unit.strip_prefix("ALL-").is_some_and(|code| REGION.contains(&code));
        assert_eq!(geometry.is_object(), has_ends, "{feature}");
    }
    lines.sort_unstable();
    assert_eq!(lines, wanted(|_| true));
    let mut edges: Vec<String> = between(&flows[2], "<edge", "</edge>")
        .into_iter()
        .map(|edge| between(edge, "key=\"students\">", "<")[0].to_owned())
        .collect();
    edges.sort_unstable();
    assert_eq!(edges, wanted(|row| row["home"] != "ALL" && row["unit"] != "ALL"));
}

/// What no public map shows is refused before any work.
#[test]
fn maps_of_small_numbers_are_refused() {
    let folder = Folder::new();
    for (more, wanted) in
        [(["--of", "1480", "--programme", "NA"].as_slice(), "--programme"), (&["--of", "1383"], "1383")]
    {
        let map = ["map", "--lang", "en", "--perspective", "home", "--out", "map.svg"];
        let ran = folder.run(&[&map[..], more].concat());
        assert_eq!(ran.code, 2, "{}", ran.err);
        assert!(ran.err.contains(wanted) && ran.err.contains("--release internal"), "{}", ran.err);
        assert!(!folder.path("map.svg").exists());
    }
}

fn gives_no_one_away(seed: u32) {
    let folder = region(&seed.to_string());
    nothing_small(&folder);
    shown_is_true(&folder);
    flows_are_sums(&folder);
    pictures_show_the_tables(&folder);
    pages_show_nothing_small(&folder);
    attacked(&folder);
}

/// The plans of the demo are built in (`data/demo/plans.sh`): its public report is made at once.
#[test]
fn the_demo_needs_no_planning() {
    let folder = Folder::new();
    folder.done(&["report", "--only", "tables", "--out", "out"]);
    let planned: Vec<String> = folder.files("kept/plans").into_keys().collect();
    assert!(planned.is_empty(), "{} plans were made: run bash data/demo/plans.sh", planned.len());
    let hidden = folder.table("out/tables/flows.csv").iter().filter(|row| row["students"] == "..").count();
    assert!(hidden > 100, "{hidden}");
}

#[test]
#[ignore = "planning takes minutes: tests/thorough.sh"]
fn a_second_region_gives_no_one_away() {
    gives_no_one_away(2);
}

#[test]
#[ignore = "planning takes minutes: tests/thorough.sh"]
fn a_third_region_gives_no_one_away() {
    gives_no_one_away(3);
}

/// Some three minutes each: `cargo test --release --test all more_regions -- --ignored`.
#[test]
#[ignore = "seventeen regions take about an hour: tests/thorough.sh --all"]
fn more_regions_give_no_one_away() {
    (4..=20).for_each(gives_no_one_away);
}
