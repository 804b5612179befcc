//! Maps as readers see them: the files of full reports are read back and must keep the rules of `render::geometry`.
//! `cargo test --profile bench --test all geometry -- --nocapture` shows the score of each map.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use elevflode::model::{Perspective, Release};
use elevflode::pipeline::{self, Request, Timings};
use elevflode::render;
use elevflode::render::geometry::{Drawing, DrawnLine};
use elevflode::report::ReportModel;
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
    check(config, &drawn(folder, config), false, exceptions);
}

/// The maps and charts of a config's internal report, its slides included: SVG by name.
fn drawn(folder: &Folder, config: &str) -> BTreeMap<String, String> {
    let mut timings = Timings::default();
    let model = model(Some(&folder.path(config)), Release::Internal);
    let pictures = pipeline::draw(&model, &|_| true, &mut timings, &());
    let mut pictures: BTreeMap<String, String> =
        pictures.into_iter().map(|picture| (picture.name, picture.svg)).collect();
    pictures.extend(of_slides(&model));
    pictures
}

/// The model of a report; `None` is the demo.
fn model(config: Option<&Path>, release: Release) -> ReportModel {
    let mut timings = Timings::default();
    let read = pipeline::read(pipeline::load(config).unwrap(), None, &mut timings, &()).unwrap();
    pipeline::model(&read, &Request::new(Lang::Sv, release), &mut timings, &()).unwrap()
}

/// The maps of all decks of a report: SVG by name.
fn of_slides(model: &ReportModel) -> BTreeMap<String, String> {
    let (codes, drawn) = (&model.region.municipalities, render::SlideMaps::new(model));
    let sides = [Perspective::Home, Perspective::Provider].into_iter();
    let of = sides.flat_map(|side| codes.iter().filter_map(|code| drawn.one_side(side, code)).collect::<Vec<_>>());
    let maps = drawn.exchanges(codes).into_values().chain(of).chain(drawn.net_flows());
    maps.map(|map| (map.picture.name.clone(), map.picture.svg.clone())).collect()
}

/// The smallest text of a picture, pixels.
fn smallest_text(svg: &str) -> f64 {
    let sizes = svg.split(" font-size=\"").skip(1).filter_map(|rest| rest.split('"').next()?.parse().ok());
    sizes.fold(f64::INFINITY, f64::min)
}

/// Checks every map among these pictures (SVG by name).
fn check(report: &str, pictures: &BTreeMap<String, String>, hides: bool, exceptions: usize) {
    let (broken, why) = broken(report, pictures, hides);
    assert!(broken <= exceptions, "{why}");
}

/// The number of maps among these pictures that break a rule, and which rules.
#[expect(clippy::print_stdout, reason = "the scores are shown on request")]
fn broken(report: &str, pictures: &BTreeMap<String, String>, hides: bool) -> (usize, String) {
    let mut broken = BTreeSet::new();
    let mut why = String::new();
    let mut maps = 0;
    let is_map = |name: &str| ["maps/", "charts/card", "slides/"].iter().any(|folder| name.starts_with(folder));
    let pictures = pictures.iter().filter(|(name, _)| is_map(name));
    let read = |(name, svg): (_, &'_ String)| -> Vec<(&String, Drawing, f64)> {
        let found = Drawing::read_all(svg).unwrap_or_else(|why| panic!("{name}: {why}"));
        found.into_iter().map(|drawing| (name, drawing, smallest_text(svg))).collect()
    };
    for (name, drawing, text) in pictures.flat_map(read) {
        let is_slide = name.starts_with("slides/");
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
        let shows_most = score.shown.is_none_or(|s| hides || is_slide || s >= LEAST_SHOWN || score.lines >= 10);
        let mut rules = score.broken();
        for (rule, is_kept) in [
            ("widths are linear", drawing.lines.iter().all(is_linear)),
            ("small lines have relatively larger heads", heads),
            ("small flows are drawn first", in_order),
            ("the largest flows are shown", shows_most),
            // On a slide a pixel is about 0.8 points.
            ("text on slides is large", !is_slide || text >= 18.0),
            ("every line on a slide has a label", !is_slide || score.unlabelled == 0),
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
    let why = format!("{report}: {} of {maps} maps break a rule\n{why}", broken.len());
    println!("{why}");
    (broken.len(), why)
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

/// The maps of slides of the demo: large text, a label at every line.
#[test]
fn slides_of_the_demo_keep_the_rules() {
    for release in [Release::Internal, Release::Public] {
        check("slides", &of_slides(&model(None, release)), release == Release::Public, 0);
    }
}

/// Twelve Swedish regions and counties with invented flows on real boundaries.
#[test]
#[ignore = "many maps: tests/thorough.sh"]
fn twelve_regions_keep_the_rules() {
    let register = include_str!("../../data/sweden/municipalities.csv");
    let codes: Vec<&str> = register.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    let mut all = (0, String::new());
    for county in ["01", "03", "05", "06", "08", "12", "13", "14", "18", "20", "22", "25"] {
        let of: Vec<&str> = codes.iter().copied().filter(|code| code.starts_with(county)).collect();
        let folder = Folder::new();
        let students = (of.len() * 700).to_string();
        let options = [
            "synth",
            "--students",
            &students,
            "--years",
            "2023-2023",
            "--municipalities",
            &of.join(","),
            "--out",
            "set",
        ];
        folder.done(&options);
        let (broken, why) = broken(county, &drawn(&folder, "set/elevflode.toml"), false);
        all = (all.0 + broken, all.1 + &why);
    }
    assert_eq!(all.0, 0, "{}", all.1);
}

#[test]
fn invented_regions_keep_the_rules() {
    // Flows to the lower left, where the legend would be.
    let folder = Folder::new();
    let of = ["--municipalities", "1480,1440,1402,1482"];
    folder.done(&[&["synth", "--students", "6000", "--years", "2023-2023", "--out", "set"], &of[..]].concat());
    drawn_keep_the_rules(&folder, "set/elevflode.toml", 0);
    for seed in ["1", "2", "3", "4", "5"] {
        let folder = Folder::new();
        folder.done(&["synth", "--students", "11300", "--seed", seed, "--years", "2023-2023", "--out", "set"]);
        drawn_keep_the_rules(&folder, "set/elevflode.toml", 0);
    }
}
