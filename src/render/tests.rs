//! Tests of finished pictures over the invented region.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use resvg::usvg::roxmltree::{Document, Node};

use super::*;
use crate::io;
use crate::model::{ALL, Release};
use crate::render::fixture::{self, Sample};
use crate::report::change_name;

/// Every picture of a report.
fn pictures(model: &ReportModel) -> Vec<Picture> {
    CHARTS.iter().flat_map(|chart| chart.draw(model)).collect()
}

fn text_of(document: &Document<'_>, tag: &str, class: Option<&str>) -> String {
    let fits = |n: &Node<'_, '_>| n.has_tag_name(tag) && class.is_none_or(|c| n.attribute("class") == Some(c));
    document.descendants().find(fits).and_then(|n| n.text()).unwrap_or_default().to_owned()
}

#[test]
fn every_picture_is_complete_and_described() {
    for lang in Lang::ALL {
        let model = ReportModel { lang, ..fixture::region().clone() };
        for picture in pictures(&model) {
            let name = &picture.name;
            let document = Document::parse(&picture.svg).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(text_of(&document, "title", None), picture.title, "{name}");
            assert_eq!(text_of(&document, "desc", None), picture.description, "{name}");
            assert!(!picture.description.is_empty() && !picture.title.is_empty(), "{name}");
            let subtitle = text_of(&document, "text", Some("subtitle"));
            let round = lang.text("round-final");
            let has_year = subtitle.contains("2023") || name == "charts/change-2021-2022";
            assert!(has_year && subtitle.contains(&round), "{name}: {subtitle}");
            // Population, snapshot, year, region and source are complete on each (rule 18 of readable flow maps).
            let populations = ["picture-population-national", "picture-population-all"].map(|id| lang.text(id));
            assert!(populations.iter().any(|words| subtitle.starts_with(words)), "{name}: {subtitle}");
            assert!(subtitle.ends_with(&*model.region.name), "{name}: {subtitle}");
            let source = lang.text("source-internal");
            assert!(picture.description.contains(&source), "{name}: {}", picture.description);
            let is_note = |n: &Node<'_, '_>| n.attribute("class") == Some("note");
            let notes: Vec<&str> = document.descendants().filter(is_note).filter_map(|n| n.text()).collect();
            assert!(notes.join(" ").ends_with(&source), "{name}: {notes:?}");
            assert!(picture.svg.contains("data:font/woff2;base64,"), "{name} has no font");
            assert!(picture.svg.len() < 150_000, "{name}: {} bytes", picture.svg.len());
            assert!(!picture.svg.contains("NaN") && !picture.svg.contains("inf"), "{name}");
        }
    }
}

#[test]
fn every_picture_of_an_internal_release_is_marked() {
    let model = fixture::region();
    assert_eq!(model.release(), Release::Internal);
    for picture in pictures(model) {
        let document = Document::parse(&picture.svg).unwrap();
        let stamp = document.descendants().any(|n| n.has_tag_name("text") && n.text() == Some("INTERN"));
        assert!(stamp && picture.description.starts_with("INTERN"), "{}", picture.name);
    }
}

#[test]
fn every_municipality_has_both_maps_and_its_card_and_the_region_its_charts() {
    let model = fixture::region();
    let names: BTreeSet<String> = pictures(model).into_iter().map(|p| p.name).collect();
    let of_each = |kinds: &[&str]| -> BTreeSet<String> {
        let codes = model.region.municipalities.iter();
        codes.flat_map(|code| kinds.iter().map(move |kind| format!("{kind}-{code}"))).collect()
    };
    let mut wanted = BTreeSet::new();
    for chart in CHARTS {
        let folder = if chart.shown_in().contains(&Medium::Maps) { "maps" } else { "charts" };
        wanted.append(&mut match chart.id() {
            "dependency-map" => of_each(&["maps/home", "maps/provider"]),
            "card" => of_each(&["charts/card"]),
            "changes" => model.change_years(ALL)[1..].iter().map(|years| change_name(*years)).collect(),
            id => BTreeSet::from([format!("{folder}/{id}")]),
        });
    }
    assert_eq!(names, wanted);
    assert_eq!(names.len(), pictures(model).len());
}

#[test]
fn every_chart_is_in_one_folder_and_has_words() {
    for chart in CHARTS {
        let folders = [(Medium::Maps, "maps/"), (Medium::Charts, "charts/")];
        let folders: Vec<&str> =
            folders.iter().filter(|(medium, _)| chart.shown_in().contains(medium)).map(|(_, name)| *name).collect();
        assert_eq!(folders.len(), 1, "{}", chart.id());
        for picture in chart.draw(fixture::region()) {
            assert!(picture.name.starts_with(folders[0]), "{}", picture.name);
            assert_eq!(picture.shown_in, chart.shown_in(), "{}", picture.name);
        }
        for lang in Lang::ALL {
            assert!(
                !chart.title(lang).starts_with("chart-") && !chart.description(lang).is_empty(),
                "{}",
                chart.id()
            );
        }
    }
}

/// The box of an upright text.
fn area(node: &Node<'_, '_>) -> projection::Area {
    let number = |name: &str| node.attribute(name).and_then(|v| v.parse::<f64>().ok()).unwrap_or(0.0);
    let weight =
        if node.attribute("font-weight").is_some() { fonts::Weight::SemiBold } else { fonts::Weight::Regular };
    let (size, x) = (number("font-size"), number("x"));
    let width = fonts::measure(node.text().unwrap_or_default(), size, weight);
    let left = match node.attribute("text-anchor") {
        Some("middle") => x - width / 2.0,
        Some("end") => x - width,
        _ => x,
    };
    projection::Area { left, top: number("y") - size * 0.75, right: left + width, bottom: number("y") + size * 0.22 }
}

#[test]
fn texts_are_large_enough_and_within_the_picture() {
    for lang in Lang::ALL {
        for picture in pictures(&ReportModel { lang, ..fixture::region().clone() }) {
            let document = Document::parse(&picture.svg).unwrap();
            let frame =
                projection::Area { left: 10.0, top: 10.0, right: picture.width - 10.0, bottom: picture.height };
            for node in document.descendants().filter(|n| n.has_tag_name("text")) {
                let text = node.text().unwrap_or_default();
                let size: f64 = node.attribute("font-size").unwrap().parse().unwrap();
                assert!(size >= 16.0, "{}: {text:?} is set in {size}", picture.name);
                if node.attribute("transform").is_none() {
                    assert!(frame.holds(&area(&node)), "{}: {text:?} leaves the picture", picture.name);
                }
            }
        }
    }
}

#[test]
fn texts_of_charts_and_lists_do_not_overlap() {
    for lang in Lang::ALL {
        for picture in pictures(&ReportModel { lang, ..fixture::region().clone() }) {
            let document = Document::parse(&picture.svg).unwrap();
            let upright = |n: &Node<'_, '_>| {
                n.has_tag_name("text") && n.attribute("transform").is_none() && n.attribute("class") != Some("halo")
            };
            let texts: Vec<_> = document.descendants().filter(upright).map(|n| (area(&n), n.text())).collect();
            for (i, (a, text)) in texts.iter().enumerate() {
                for (b, other) in &texts[i + 1..] {
                    assert!(!a.meets(b), "{}: {text:?} and {other:?}", picture.name);
                }
            }
        }
    }
}

#[test]
fn the_same_data_gives_the_same_bytes() {
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let first = alone.install(|| pictures(&Sample::new().model()));
    assert!(first == pictures(&Sample::new().model()));
    assert_eq!(png(&first[0], 0.5).unwrap(), png(&first[0], 0.5).unwrap());
}

#[test]
fn names_cannot_break_a_file() {
    let mut sample = Sample::new();
    let evil = "</text>&\"<'>]]>\u{1}";
    for municipality in &mut sample.municipalities {
        municipality.name = format!("{evil}{}", municipality.code).as_str().into();
    }
    for unit in &mut sample.units {
        unit.name = evil.into();
    }
    for picture in pictures(&sample.model()) {
        Document::parse(&picture.svg).unwrap_or_else(|e| panic!("{}: {e}", picture.name));
        png(&picture, 0.1).unwrap();
    }
}

#[test]
fn rows_without_a_known_home_or_unit_are_not_drawn() {
    let model = fixture::region();
    let with_unknown = fixture::changed(model, |tables| {
        let flow = tables.flows[0].clone();
        for (home, unit) in [("?", &*flow.unit), (&*flow.home, "?"), ("?", "?")] {
            for programme in ["NA", "?"] {
                tables.flows.push(crate::tables::FlowRow {
                    snapshot: model.snapshot,
                    year: model.year,
                    home: home.into(),
                    unit: unit.into(),
                    programme: programme.into(),
                    students: Cell::Value(5_000),
                });
            }
        }
    });
    assert!(pictures(model) == pictures(&with_unknown));
}

#[test]
fn missing_data_is_stated_on_the_picture() {
    let sample = Sample { has_ids: false, has_seats: false, ..Sample::new() };
    let model = sample.model();
    for (chart, id) in [("charts/ledger", "ledger-no-ids"), ("charts/seat-deltas", "seats-missing")] {
        let picture = pictures(&model).into_iter().find(|p| p.name == chart).unwrap();
        let document = Document::parse(&picture.svg).unwrap();
        assert_eq!(text_of(&document, "text", Some("empty")), model.lang.text(id));
    }
    // A year without rows: every picture exists and says that it is empty.
    let nothing = fixture::changed(&model, |tables| *tables = crate::tables::Tables::default());
    let empty = pictures(&nothing);
    // One picture of the change, instead of one for each pair of years.
    let others = |all: &[Picture]| all.iter().filter(|p| !p.name.starts_with("charts/change-")).count();
    assert_eq!(others(&empty), others(&pictures(&model)));
    for picture in empty {
        let document = Document::parse(&picture.svg).unwrap();
        assert!(!text_of(&document, "text", Some("empty")).is_empty(), "{}", picture.name);
        assert!(!picture.svg.contains("class=\"flow\""), "{}", picture.name);
    }
}

#[test]
fn hidden_cells_are_neither_drawn_nor_written() {
    let model = fixture::region();
    let (home, unit) = ("1402", {
        let flows = model.graph().destinations("1402", &model.selection(), &model.registers);
        flows
            .iter()
            .find(|(u, _)| model.registers.unit_by_code(u).is_none_or(|u| *u.municipality != *"1402"))
            .unwrap()
            .0
            .clone()
    });
    let hidden = fixture::changed(model, |tables| {
        for flow in tables.flows.iter_mut().filter(|f| *f.home == *home && f.unit == unit) {
            flow.students = Cell::Hidden;
        }
        for share in tables.shares.iter_mut().filter(|s| *s.home == *home) {
            share.independent_home = Cell::Hidden;
        }
        for row in tables.ledger.iter_mut().filter(|r| r.unit == unit) {
            row.left = Cell::Hidden;
        }
    });
    let find = |model: &ReportModel| pictures(model).into_iter().find(|p| p.name == "maps/home-1402").expect("drawn");
    let mark = format!("data-to=\"{unit}\"");
    assert!(find(model).svg.contains(&mark));
    let picture = find(&hidden);
    assert!(!picture.svg.contains(&mark), "a hidden flow is drawn");
    // If a part is hidden, every sum over it is hidden too, and the title has no share.
    assert!(picture.svg.contains(">..</text>") && !picture.title.contains('%'), "{}", picture.title);
    for picture in pictures(&hidden) {
        assert!(!picture.svg.contains("NaN"), "{}", picture.name);
    }
}

#[test]
fn png_has_the_requested_size_and_contains_the_text() {
    let picture = &pictures(fixture::region())[0];
    let bytes = png(picture, 0.5).unwrap();
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    assert_eq!((&bytes[1..4], number(16), number(20)), (&b"PNG"[..], 800, 450));
    let mute = Picture { svg: picture.svg.replace("<text", "<g").replace("</text>", "</g>"), ..picture.clone() };
    assert_ne!(png(&mute, 0.5).unwrap(), bytes, "no text is drawn");
    assert!(png(picture, 0.0).is_err() && png(picture, 1e9).is_err());
}

/// Writes every picture of the region as SVG and PNG to the folder in `ELEVFLODE_PICTURES` for inspection, with a log
/// of sizes and times.
#[test]
#[expect(clippy::disallowed_methods, reason = "times are what this run is for")]
#[ignore = "writes files to look at: ELEVFLODE_PICTURES=folder cargo test --release -- --ignored pictures_to_look_at"]
fn pictures_for_inspection() {
    let Ok(folder) = std::env::var("ELEVFLODE_PICTURES") else { return };
    let mut log = String::new();
    for lang in Lang::ALL {
        let model = ReportModel { lang, ..Sample::new().model() };
        for chart in CHARTS {
            let start = Instant::now();
            let pictures = chart.draw(&model);
            let _ = writeln!(log, "{} {}: {:.1} ms for {}", lang.tag(), chart.id(), ms(start), pictures.len());
            for picture in &pictures {
                let start = Instant::now();
                let png = png(picture, 1.0).unwrap();
                let (svg, name) = (&picture.svg, &picture.name);
                let (kilobytes, bitmap) = (svg.len() / 1000, png.len() / 1000);
                let _ = writeln!(log, "  {name}: svg {kilobytes} kB, png {bitmap} kB in {:.1} ms", ms(start));
                let path = Path::new(&folder).join(lang.tag()).join(name);
                io::write_file(&path.with_extension("svg"), svg.as_bytes(), Release::Public).unwrap();
                io::write_file(&path.with_extension("png"), &png, Release::Public).unwrap();
                let small = Path::new(&folder).join("small").join(lang.tag()).join(name);
                io::write_file(&small.with_extension("png"), &super::png(picture, 0.4).unwrap(), Release::Public)
                    .unwrap();
            }
        }
    }
    io::write_file(&Path::new(&folder).join("times.txt"), log.as_bytes(), Release::Public).unwrap();
}

fn ms(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1000.0
}
