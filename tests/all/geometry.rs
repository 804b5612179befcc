//! Maps as readers see them: the files of whole reports are read back and must keep the rules of `render::geometry`.
//! `cargo test --release --test all geometry -- --nocapture` shows the score of each map.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use elevflode::render::geometry::{Drawing, Line};

use crate::reference::{england_set, leeds_set, shared};
use crate::support::Folder;

/// Least share of those who cross a border that lines show, unless a map has as many lines as it may; of a public release
/// lines show what is not hidden.
const LEAST_SHOWN: f64 = 0.8;

/// Reads every map of a report and checks it; at most so many maps may break a rule.
#[expect(clippy::print_stdout, reason = "the scores are shown on request")]
fn keep_the_rules(folder: &Folder, report: &str, exceptions: usize) {
    let hides = report.starts_with("public");
    let mut broken = BTreeSet::new();
    let mut why = String::new();
    let mut maps = 0;
    let files = folder.files(report);
    let has_maps = |name: &str| name.starts_with("maps/") || name.starts_with("charts/card");
    let pictures = files.iter().filter(|(name, _)| has_maps(name) && name.ends_with(".svg"));
    let read = |(name, bytes): (_, &Vec<u8>)| -> Vec<(&String, Drawing)> {
        let svg = std::str::from_utf8(bytes).unwrap();
        let found = Drawing::read_all(svg).unwrap_or_else(|why| panic!("{name}: {why}"));
        found.into_iter().map(|drawing| (name, drawing)).collect()
    };
    for (name, drawing) in pictures.flat_map(read) {
        maps += 1;
        let score = drawing.score();
        println!(
            "{report} {name}: {} lines, {} crossings ({} straight), {} overlaps, {} unlabelled, {} crowded out, room {:.1}, \
             bend {:.2}, touching {:.2}, spread {:.1}, shown {}",
            score.lines,
            score.crossings,
            score.straight_crossings,
            score.overlaps,
            score.unlabelled,
            score.crowded_out,
            score.room,
            score.bend,
            score.touching,
            score.spread,
            score.shown.map_or_else(|| "..".to_owned(), |share| format!("{:.0} %", 100.0 * share)),
        );
        let widest = drawing.lines.iter().max_by_key(|line| line.students);
        let is_linear = |line: &Line| {
            widest.is_none_or(|widest| {
                let wanted = widest.width * line.students as f64 / widest.students as f64;
                line.width >= wanted * 0.98 && (line.width <= wanted * 1.02 || line.width < 1.6)
            })
        };
        let in_order = drawing.lines.is_sorted_by_key(|line| line.students);
        let heads = drawing.lines.windows(2).all(|pair| pair[0].head_ratio() >= pair[1].head_ratio() - 0.02);
        let shows_most = score.shown.is_none_or(|s| hides || s >= LEAST_SHOWN || score.lines >= 10);
        let mut rules = score.broken();
        for (rule, is_kept) in [
            ("widths are linear", drawing.lines.iter().all(is_linear)),
            ("small lines have relatively larger heads", heads),
            ("small flows are drawn first", in_order),
            ("the largest flows are shown", shows_most),
            ("those who stay are no line", drawing.lines.iter().all(|line| line.from != line.to)),
        ] {
            if !is_kept {
                rules.push(rule);
            }
        }
        for rule in rules {
            broken.insert(name);
            writeln!(why, "{name}: {rule}: {score:?} {:?}", drawing.overlaps()).unwrap();
        }
    }
    assert!(maps > 0, "{report} has no maps");
    println!("{report}: {} of {maps} maps break a rule\n{why}", broken.len());
    assert!(broken.len() <= exceptions, "{report}: {} of {maps} maps break a rule:\n{why}", broken.len());
}

#[test]
fn the_demo_keeps_the_rules() {
    let folder = Folder::new();
    folder.done(&["report", "--only", "maps,charts", "--release", "internal", "--out", "internal"]);
    folder.done(&["report", "--only", "maps,charts", "--out", "public"]);
    keep_the_rules(&folder, "internal", 0);
    keep_the_rules(&folder, "public", 0);
}

/// Changes, moments side by side, programmes, other ends of lines, providers and units: every kind of map, from both sides.
#[test]
fn every_kind_of_map_keeps_the_rules() {
    let folder = Folder::new();
    let draw = |out: &str, options: &[&str]| {
        let release = if out.starts_with("public") { "public" } else { "internal" };
        folder.done(&[&["map", "--release", release, "--out", out], options].concat());
        keep_the_rules(&folder, out, 0);
    };
    draw("change", &["--kind", "change", "--against", "2021"]);
    draw("public-change", &["--kind", "change", "--against", "2021"]);
    draw("since-admission", &["--kind", "change", "--against", "admission"]);
    draw("pair", &["--kind", "pair", "--against", "2021"]);
    draw("public-pair", &["--kind", "pair", "--against", "admission"]);
    draw("programmes", &["--kind", "programmes", "--of", "Ale", "--of", "Göteborg", "--of", "Mölndal"]);
    draw("by-provider", &["--perspective", "home", "--by", "provider"]);
    draw("by-municipality", &["--perspective", "home", "--by", "municipality"]);
    draw("provider", &["--perspective", "provider", "--of", "provider:HITTEPA-06", "--of", "provider:1480"]);
    draw("unit", &["--perspective", "provider", "--of", "unit:00100512"]);
    draw("net", &["--kind", "net"]);
    draw("public-net", &["--kind", "net"]);
    draw("groups", &["--programme", "vocational", "--programme", "preparatory"]);
}

#[test]
fn invented_regions_keep_the_rules() {
    for seed in ["1", "2", "3", "4", "5"] {
        let folder = Folder::new();
        folder.done(&["synth", "--students", "11300", "--seed", seed, "--years", "2023-2023", "--out", "set"]);
        let config = ["report", "--config", "set/elevflode.toml", "--release", "internal", "--only", "maps,charts"];
        folder.done(&[&config[..], &["--out", "out"]].concat());
        keep_the_rules(&folder, "out", 0);
    }
}

/// School census of England, whose authorities have no coordinates here: they stand in a ring.
#[test]
fn england_keeps_the_rules() {
    let Some(folder) = england_set("maps of england") else { return };
    folder.done(&["report", "--release", "internal", "--only", "maps,charts", "--out", "out"]);
    keep_the_rules(&folder, "out", 0);
}

/// Commuting between the 107 zones of Leeds, at their centroids: the densest maps, of which one crosses where straight lines
/// would not.
#[test]
fn leeds_keeps_the_rules() {
    let case = "maps of leeds";
    let (Some(folder), Some(shared)) = (leeds_set(case), shared(case)) else { return };
    let centroids = std::fs::read_to_string(shared.join("data/real/leeds/leeds_zone_centroids.csv")).unwrap();
    let mut municipalities = "code,name,lat,lon\n".to_owned();
    for record in csv::Reader::from_reader(centroids.as_bytes()).records().map(Result::unwrap) {
        writeln!(municipalities, "{0},{0},{2},{1}", &record[0], &record[1], &record[2]).unwrap();
    }
    folder.write("m.csv", municipalities.as_bytes());
    folder.done(&["report", "--release", "internal", "--only", "maps,charts", "--out", "out"]);
    keep_the_rules(&folder, "out", 1);
    // The whole region would need more lines than anyone can read: it gets the sorted matrix, which says so.
    folder.done(&["map", "--kind", "net", "--release", "internal", "--lang", "en", "--out", "net"]);
    let svg = String::from_utf8(folder.files("net")["maps/region-net.svg"].clone()).unwrap();
    assert!(svg.contains("more than anyone can read: the matrix shows the same flows"), "no word of the matrix");
    assert!(!svg.contains("class=\"flow\""), "lines are drawn all the same");
}
