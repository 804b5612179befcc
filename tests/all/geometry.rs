//! Maps as readers see them: the files of full reports are read back and must keep the rules of `render::geometry`.
//! `cargo test --profile bench --test all geometry -- --nocapture` shows the score of each map.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use elevflode::model::Release;
use elevflode::pipeline::{self, Request, Timings};
use elevflode::render::geometry::{Drawing, DrawnLine};
use elevflode::words::Lang;

use crate::support::{Folder, demo};

/// Minimum share of border-crossing students that lines show, unless the map has its maximum number of lines. Does not
/// apply to a public release, whose lines show only what is not hidden.
const LEAST_SHOWN: f64 = 0.8;

/// Checks every map in a folder; at most `exceptions` maps may break a rule.
fn keep_the_rules(folder: &Folder, report: &str, exceptions: usize) {
    let files = folder.files(report).into_iter().filter(|(name, _)| name.ends_with(".svg"));
    let pictures = files.map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap())).collect();
    check(report, &pictures, report.starts_with("public"), exceptions);
}

/// Checks every map and chart of a config's internal report as drawn, without writing files or rendering hundreds of
/// PNG.
pub fn drawn_keep_the_rules(folder: &Folder, config: &str, exceptions: usize) {
    let mut timings = Timings::default();
    let read = pipeline::read(pipeline::load(Some(&folder.path(config))).unwrap(), None, &mut timings, &()).unwrap();
    let request = Request::new(Lang::Sv, Release::Internal);
    let model = pipeline::model(&read, &request, &mut timings, &()).unwrap();
    let pictures = pipeline::draw(&model, &|_| true, &mut timings, &());
    let pictures = pictures.into_iter().map(|picture| (picture.name, picture.svg)).collect();
    check(config, &pictures, false, exceptions);
}

/// Checks every map among these pictures (SVG by name).
#[expect(clippy::print_stdout, reason = "the scores are shown on request")]
fn check(report: &str, pictures: &BTreeMap<String, String>, hides: bool, exceptions: usize) {
    let mut broken = BTreeSet::new();
    let mut why = String::new();
    let mut maps = 0;
    let pictures = pictures.iter().filter(|(name, _)| name.starts_with("maps/") || name.starts_with("charts/card"));
    let read = |(name, svg): (_, &String)| -> Vec<(&String, Drawing)> {
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
        let is_linear = |line: &DrawnLine| {
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
            ("students who stay are not a line", drawing.lines.iter().all(|line| line.from != line.to)),
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
    for release in ["internal", "public"] {
        let files = demo(release, "sv").files("out").into_iter().filter(|(name, _)| name.ends_with(".svg"));
        let pictures = files.map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap())).collect();
        check(release, &pictures, release == "public", 0);
    }
}

/// Changes, two times side by side, programmes, other ends of lines, providers and units: every kind of map, from both
/// sides.
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
        drawn_keep_the_rules(&folder, "set/elevflode.toml", 0);
    }
}
