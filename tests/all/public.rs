//! The public release: every number follows the rule, none depends on a hidden one, and an attacker finds nothing.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use elevflode::tables::{ColumnKind, Publication, TableInfo, Tables};

use crate::support::{Folder, Row, number, python, sum};

/// The municipalities of the region of `synth`.
const REGION: [&str; 13] =
    ["1384", "1401", "1402", "1407", "1415", "1419", "1440", "1441", "1462", "1480", "1481", "1482", "1489"];

/// Regions that are compared with it: one that is known but for a single municipality, and one outside.
const COMPARED: [(&str, &str); 2] = [("Kanten", "1383,1384"), ("Utanför", "1463,1465,1466,1485,1487,1488,1490")];

/// The counts of students and rows in the public tables, by table: every table that is not of another kind.
fn counts() -> Vec<(TableInfo, Vec<&'static str>)> {
    let is_public =
        |table: &TableInfo| table.publication.is_of_margins() || table.publication == Publication::OwnRule;
    let columns = |table: TableInfo| {
        let counts = table.columns.iter().skip(table.keys).filter(|column| column.kind == ColumnKind::Count);
        // Providers are no students.
        let of_students = |name: &&str| !table.exact.contains(name) && *name != "providers";
        (table, counts.map(|column| column.name).filter(of_students).collect::<Vec<_>>())
    };
    let found: Vec<(TableInfo, Vec<&str>)> =
        Tables::list().into_iter().filter(is_public).map(columns).filter(|(_, counts)| !counts.is_empty()).collect();
    assert!(found.len() > 10, "{found:?}");
    found
}

/// A folder with an invented region of one year and this many students: its public report in `public`, and the tables
/// of its internal report in `internal`.
fn region(students: &str, seed: &str, more: &[&str]) -> Folder {
    let folder = Folder::new();
    folder.done(&["synth", "--students", students, "--seed", seed, "--years", "2023-2023", "--out", "set"]);
    let mut config = std::fs::read_to_string(folder.path("set/elevflode.toml")).unwrap();
    for (name, codes) in COMPARED {
        let codes = codes.replace(',', "\", \"");
        config += &format!("\n[[compare]]\nname = \"{name}\"\nmunicipalities = [\"{codes}\"]\n");
    }
    std::fs::write(folder.path("set/elevflode.toml"), config).unwrap();
    let config = ["report", "--config", "set/elevflode.toml"];
    folder.done(&[&config[..], &["--out", "public"], more].concat());
    folder.done(&[&config[..], &["--only", "tables", "--release", "internal", "--out", "internal"]].concat());
    folder
}

fn table(folder: &Folder, release: &str, name: &str) -> Vec<Row> {
    folder.table(&format!("{release}/tables/{name}.csv"))
}

/// Whether a number of students can be shown: zero, or a multiple of five from ten upwards.
const fn is_rounded(count: u64) -> bool {
    count == 0 || count >= 10 && count.is_multiple_of(5)
}

/// Whether a row is about seats and units, which are exact.
fn is_of_seats(table: &str, row: &Row) -> bool {
    table == "regions" && (row["indicator"].starts_with("late_seats") || row["indicator"] == "units_raised")
}

/// Every count of every table is hidden, missing, or rounded.
fn counts_are_rounded(folder: &Folder) {
    for (info, columns) in &counts() {
        let name = info.name;
        for row in table(folder, "public", name).iter().filter(|row| !is_of_seats(name, row)) {
            for column in columns {
                let text = &*row[*column];
                assert!(
                    [".", ".."].contains(&text) || is_rounded(text.parse().unwrap()),
                    "{name}: {column} in {row:?}"
                );
            }
        }
    }
}

/// What the rule shows of a true count.
fn by_rule(count: u64) -> Option<u64> {
    (count >= 10).then_some((count + 2) / 5 * 5)
}

/// Every number of the public tables is the internal one by the rule, cell by cell, or withheld; the number of
/// withheld ones is what the release states.
fn shown_is_by_the_rule(folder: &Folder) {
    let told = table(folder, "public", "disclosure");
    // Others list margins that the internal table has no row for, or go by a rule of their own.
    let others = ["flows", "sums", "dependence", "moves", "quality", "validation", "regions"];
    for (info, counts) in counts().iter().filter(|(info, _)| !others.contains(&info.name)) {
        let name = info.name;
        let key = |row: &Row| info.columns[..info.keys].iter().map(|c| row[c.name].clone()).collect::<Vec<_>>();
        let truth: BTreeMap<Vec<String>, Row> =
            table(folder, "internal", name).into_iter().map(|row| (key(&row), row)).collect();
        let (mut shown, mut below, mut withheld) = (0, 0, 0);
        for row in table(folder, "public", name) {
            for column in counts {
                let true_count = &*truth[&key(&row)][*column];
                if true_count == "." {
                    assert_eq!(row[*column], ".", "{name}: {column} in {row:?}");
                    continue;
                }
                let count = by_rule(true_count.parse().unwrap());
                match &*row[*column] {
                    ".." if count.is_none() => below += 1,
                    ".." => withheld += 1,
                    // Some cells are empty, whatever the data.
                    "0" if count.is_none() => shown += 1,
                    text => {
                        assert_eq!(text.parse().ok(), count, "{name}: {column} in {row:?}");
                        shown += 1;
                    }
                }
            }
        }
        let said = told.iter().find(|row| row["table"] == name).unwrap();
        let [said_shown, said_below, said_withheld] =
            ["shown", "below_threshold", "withheld"].map(|column| number(said, column));
        assert_eq!((shown, below, withheld), (said_shown, said_below, said_withheld), "{name}");
        // Few students move to units with raised seats in a small region.
        assert!(shown > 0 || name == "origins", "{name}: {shown}, {below}, {withheld}");
        assert!(withheld * 4 <= shown + below + withheld, "{name}: {shown}, {below}, {withheld}");
    }
}

/// Every row of the public flows is the sum of the internal rows that it represents, by the rule, and every such sum
/// of ten or more has a row unless it is withheld.
fn flows_are_sums(folder: &Folder) {
    let place: BTreeMap<String, String> = folder
        .table("set/skolenheter.csv")
        .into_iter()
        .map(|row| (row["code"].clone(), row["municipality"].clone()))
        .collect();
    let programmes = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sweden/programmes.csv")).unwrap();
    let kinds: BTreeMap<String, String> = crate::support::table(&programmes)
        .into_iter()
        .map(|row| (row["code"].clone(), row["kind"].clone()))
        .collect();
    let is_in_region = |code: &str| REGION.contains(&code);
    let mut sums: BTreeMap<[String; 5], u64> = BTreeMap::new();
    for row in table(folder, "internal", "flows") {
        let Some(place) = place.get(&row["unit"]) else { continue };
        let mut homes = vec!["ALL".to_owned()];
        match row["home"].as_str() {
            "?" => {}
            home if is_in_region(home) => homes.push(home.to_owned()),
            home => homes.extend([home.to_owned(), "OUT".to_owned()]),
        }
        let mut units = vec!["ALL".to_owned(), row["unit"].clone(), format!("ALL-{place}")];
        if !is_in_region(place) {
            units.push("ALL-OUT".to_owned());
        }
        for home in &homes {
            for unit in &units {
                let kind = kinds.get(&row["programme"]).map_or("", String::as_str);
                let national = (kind != "introduction" && !kind.is_empty()).then(|| "ALL-national".to_owned());
                let group = (!kind.is_empty()).then(|| format!("ALL-{kind}"));
                let own = (!kind.is_empty()).then(|| row["programme"].clone());
                for programme in [Some("ALL".to_owned()), own, national, group].into_iter().flatten() {
                    let key = [&row["snapshot"], &row["year"], home, unit, &programme].map(|text| text.to_string());
                    *sums.entry(key).or_insert(0) += row["students"].parse::<u64>().unwrap();
                }
            }
        }
    }
    let rows = table(folder, "public", "flows");
    for row in &rows {
        let key = ["snapshot", "year", "home", "unit", "programme"].map(|column| row[column].clone());
        let truth = *sums.get(&key).unwrap_or_else(|| panic!("no sum for {row:?}"));
        assert_eq!(row["students"].parse().ok(), by_rule(truth), "{row:?}");
    }
    let shown = sums.values().filter(|sum| **sum >= 10).count();
    assert!(rows.len() <= shown && rows.len() * 10 > shown * 7, "{} of {shown}", rows.len());
}

/// The origins of students who moved in to units with raised seats are sums of moves and of the units' `arrived`.
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
    assert!(found.len() > 9, "{} sums", found.len());
}

/// Every number of students of a region is the internal one by the rule, or withheld; seats are exact.
fn regions_are_by_the_rule(folder: &Folder) {
    let key = |row: &Row| ["year", "population", "region", "indicator"].map(|name| row[name].clone());
    let truth: BTreeMap<[String; 4], Row> =
        table(folder, "internal", "regions").into_iter().map(|row| (key(&row), row)).collect();
    let (mut shown, mut hidden) = (0, 0);
    for row in table(folder, "public", "regions") {
        for column in ["numerator", "denominator"] {
            let true_count = &*truth[&key(&row)][column];
            let wanted = match true_count.parse() {
                _ if is_of_seats("regions", &row) => true_count.to_owned(),
                Ok(count) => by_rule(count).map_or_else(|| "..".to_owned(), |count| count.to_string()),
                Err(_) => true_count.to_owned(),
            };
            match &*row[column] {
                ".." => hidden += 1,
                text => {
                    assert_eq!(text, wanted, "{column} in {row:?}");
                    shown += 1;
                }
            }
        }
    }
    assert!(shown > hidden, "{shown} shown, {hidden} hidden");
}

/// Runs an attacker on a folder: of rounded numbers, on this many counts of a year, or of exact numbers. It must find
/// nothing.
fn attacked(folder: &Folder, sample: Option<&str>) {
    let programmes = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sweden/programmes.csv");
    let text = |name: &str| folder.path(name).to_str().unwrap().to_owned();
    let (public, internal, units) = (text("public"), text("internal"), text("set/skolenheter.csv"));
    let region = REGION.join(",");
    let files = [&*public, &internal, &units, programmes.to_str().unwrap(), &region];
    let (code, said) = match sample {
        Some(sample) => {
            let compared = COMPARED.map(|(name, codes)| format!("{name}={codes}"));
            let compared: Vec<&str> = compared.iter().flat_map(|region| ["--compare", region]).collect();
            attack("rounded.py", &[&files[..], &["--sample", sample], &compared].concat())
        }
        None => attack("exact.py", &[&files[..], &["--snapshots", "admission,october"]].concat()),
    };
    assert_eq!(code, Some(0), "{said}");
}

fn attack(attacker: &str, args: &[&str]) -> (Option<i32>, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/attacker").join(attacker);
    let ran = Command::new(python("attacker")).arg(script).args(args).output().unwrap();
    (ran.status.code(), format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr)))
}

#[test]
fn the_attackers_can_attack() {
    for attacker in ["rounded.py", "exact.py"] {
        let (code, said) = attack(attacker, &["--self-test"]);
        assert_eq!(code, Some(0), "{attacker}: {said}");
    }
}

fn reveals_no_one(students: &str, seed: u32, more: &[&str], sample: &str) -> Folder {
    let folder = region(students, &seed.to_string(), more);
    counts_are_rounded(&folder);
    shown_is_by_the_rule(&folder);
    flows_are_sums(&folder);
    origins_are_moves(&folder);
    regions_are_by_the_rule(&folder);
    attacked(&folder, Some(sample));
    folder
}

const TABLES: &[&str] = &["--only", "tables"];

#[test]
fn a_small_region_reveals_no_one() {
    reveals_no_one("1500", 1, TABLES, "60");
}

#[test]
fn a_region_of_five_thousand_reveals_no_one() {
    reveals_no_one("5000", 2, TABLES, "40");
}

#[test]
fn a_region_of_twelve_thousand_reveals_no_one() {
    let folder = reveals_no_one("12000", 3, &[], "24");
    let manifest = String::from_utf8(folder.files("public")["manifest.json"].clone()).unwrap();
    assert!(!manifest.contains("\"rows\"") && !manifest.contains("\"bytes\"") && !manifest.contains("INTERN"));
    pictures_show_the_tables(&folder);
    pages_show_rounded_counts(&folder);
    // One thread gives the same files.
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

#[test]
#[ignore = "twenty regions take some ten minutes: tests/thorough.sh"]
fn twenty_regions_reveal_no_one() {
    for seed in 4..=23 {
        reveals_no_one(["1500", "3000", "5000", "12000"][seed as usize % 4], seed, TABLES, "40");
    }
}

#[test]
#[ignore = "planning takes minutes: tests/thorough.sh"]
fn exact_numbers_reveal_no_one() {
    let folder = Folder::new();
    folder.done(&["synth", "--students", "11300", "--seed", "2", "--years", "2023-2023", "--out", "set"]);
    let config = std::fs::read_to_string(folder.path("set/elevflode.toml")).unwrap();
    let exact = "[disclosure]\nmethod = \"suppress\"\ntime_limit = 3600\n";
    folder.write("set/elevflode.toml", config.replace("[disclosure]\n", exact).as_bytes());
    let config = ["report", "--config", "set/elevflode.toml", "--only", "tables"];
    folder.done(&[&config[..], &["--out", "public"]].concat());
    folder.done(&[&config[..], &["--release", "internal", "--out", "internal"]].concat());
    attacked(&folder, None);
}

/// The public flows by home, unit and programme in a snapshot.
fn flows_of(folder: &Folder, snapshot: &str) -> BTreeMap<(String, String, String), String> {
    let rows = table(folder, "public", "flows").into_iter().filter(|row| row["snapshot"] == snapshot);
    let key = |row: &Row| (row["home"].clone(), row["unit"].clone(), row["programme"].clone());
    rows.map(|row| (key(&row), row["students"].clone())).collect()
}

/// Every text between these two texts.
fn between<'t>(text: &'t str, open: &str, close: &str) -> Vec<&'t str> {
    text.split(open).skip(1).filter_map(|rest| rest.split_once(close).map(|(inside, _)| inside)).collect()
}

fn attribute<'t>(tag: &'t str, name: &str) -> &'t str {
    let found = tag.split_once(&format!("{name}=\"")).and_then(|(_, rest)| rest.split_once('"'));
    found.map_or_else(|| panic!("no {name} in {tag}"), |(value, _)| value)
}

/// Every line of a municipality's maps is a flow of the tables, and every number in a picture is rounded.
fn pictures_show_the_tables(folder: &Folder) {
    let flows = flows_of(folder, "october");
    let files = folder.files("public");
    let mut lines = 0;
    for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".svg")) {
        let svg = std::str::from_utf8(bytes).unwrap();
        assert!(!svg.contains("INTERN"), "{name}");
        for tag in between(svg, "<", ">").into_iter().filter(|tag| tag.contains("data-students=")) {
            let told = attribute(tag, "data-students");
            // Net flows are differences of rounded numbers.
            let count = told.trim_start_matches(['+', '-', '\u{2212}']).parse::<u64>();
            assert!(count.map_or(told == "..", |count| count.is_multiple_of(5)), "{name}: {tag}");
            if name.starts_with("maps/home-") && tag.contains("class=\"flow\"") && tag.contains("data-from") {
                let (from, to) = (attribute(tag, "data-from"), attribute(tag, "data-to"));
                let unit = flows.get(&(from.to_owned(), to.to_owned(), "ALL-national".to_owned()));
                if let Some(shown) = unit {
                    assert_eq!(told, shown, "{name}: {tag}");
                    lines += 1;
                }
            }
        }
    }
    assert!(lines > 60, "{lines} lines");
    let matrix = std::str::from_utf8(&files["charts/region-matrix.svg"]).unwrap();
    let cells = between(matrix, "class=\"cell\"", "</text>");
    assert!(cells.len() > 80, "{} cells", cells.len());
    for cell in cells {
        let text: String = cell.split_once('>').unwrap().1.chars().filter(|c| !c.is_whitespace()).collect();
        assert!(text == ".." || text.parse().is_ok_and(is_rounded), "{cell}");
    }
}

/// Every count in the page's tables is rounded, except counts of seats, of units and of hidden numbers.
fn pages_show_rounded_counts(folder: &Folder) {
    let files = folder.files("public");
    let html = std::str::from_utf8(&files["index.html"]).unwrap();
    assert!(!html.contains("INTERN") && html.contains("id=\"protection\""));
    let mut numbers = 0;
    for table in between(html, "<table", "</table>") {
        let head = table.split_once('>').unwrap().0;
        // The indicators of a region have seats and units; `regions_are_by_the_rule` tests their numbers.
        if ["seats", "protection", "regions-places"].iter().any(|id| head.contains(id)) {
            continue;
        }
        for cell in between(table, "<td", "</td>") {
            // A field of several parts ends with its number.
            let text = cell.rsplit('>').find(|text| !text.trim().is_empty()).unwrap_or_default().trim();
            let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            if let Ok(count) = text.parse::<u64>() {
                assert!(count.is_multiple_of(5) && (count == 0 || count > 9), "{head}: {cell}");
                numbers += 1;
            }
        }
    }
    assert!(numbers > 500, "{numbers} numbers");
}

/// Graphs contain the flows of the table and no others.
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
    assert!(REGION.iter().all(|code| codes.contains(code)), "the municipalities of the region are nodes");
    for feature in flow_features {
        let (properties, geometry) = (&feature["properties"], &feature["geometry"]);
        lines.push(properties["students"].as_str().map_or_else(|| properties["students"].to_string(), str::to_owned));
        let (home, unit) = (properties["home"].as_str().unwrap(), properties["unit"].as_str().unwrap());
        let has_ends = REGION.contains(&home) && unit.strip_prefix("ALL-").is_some_and(|code| REGION.contains(&code));
        assert!(geometry.is_object() || !has_ends, "{feature}");
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

/// Maps of unpublished levels are refused before any work.
#[test]
fn maps_of_levels_that_are_not_published_are_refused() {
    let folder = Folder::new();
    folder.done(&["synth", "--students", "1500", "--years", "2023-2023", "--out", "set"]);
    let config = std::fs::read_to_string(folder.path("set/elevflode.toml")).unwrap();
    let fewer = "[disclosure]\nlevels = [\"home-programme\", \"home-place\"]\n";
    folder.write("set/elevflode.toml", config.replace("[disclosure]\n", fewer).as_bytes());
    let map = [
        "map",
        "--config",
        "set/elevflode.toml",
        "--lang",
        "en",
        "--perspective",
        "home",
        "--of",
        "1480",
        "--out",
        "map.svg",
    ];
    let ran = folder.run(&[&map[..], &["--programme", "NA"]].concat());
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(
        ["--programme", "[disclosure] levels", "--release internal"].iter().all(|text| ran.err.contains(text)),
        "{}",
        ran.err
    );
    assert!(!folder.path("map.svg").exists());
}

/// The demo's public report shows what the network of municipalities needs.
#[test]
fn the_demo_shows_units_and_programmes() {
    let folder = Folder::new();
    folder.done(&["report", "--only", "tables", "--out", "public"]);
    folder.done(&["report", "--only", "tables", "--release", "internal", "--out", "internal"]);
    counts_are_rounded(&folder);
    let truth = table(&folder, "internal", "flows")
        .into_iter()
        .filter(|row| row["snapshot"] == "october" && row["year"] == "2023");
    let all: i64 = truth.map(|row| number(&row, "students")).sum();
    let flows = flows_of(&folder, "october");
    let total = |takes: &dyn Fn(&str, &str, &str) -> bool| -> i64 {
        let rows = table(&folder, "public", "flows");
        let of_year = rows.iter().filter(|row| row["snapshot"] == "october" && row["year"] == "2023");
        of_year
            .filter(|row| takes(&row["home"], &row["unit"], &row["programme"]))
            .map(|row| number(row, "students"))
            .sum()
    };
    let is_all = |code: &str| code.starts_with("ALL") || code == "OUT";
    assert!(!flows.is_empty());
    for (least, found) in [
        (75, total(&|home, unit, programme| !is_all(home) && !is_all(unit) && programme == "ALL")),
        (96, total(&|home, unit, programme| home == "ALL" && !is_all(unit) && !is_all(programme))),
        (86, total(&|home, unit, programme| !is_all(home) && unit == "ALL" && !is_all(programme))),
        (61, total(&|home, unit, programme| !is_all(home) && !is_all(unit) && !is_all(programme))),
    ] {
        assert!(found * 100 >= least * all, "{found} of {all}, {least} % wanted");
    }
}
