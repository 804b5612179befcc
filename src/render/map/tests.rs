//! Tests of the maps' geometry, and of their numbers against sums over the flow table.

use resvg::usvg::roxmltree::{Document, Node};

use super::super::fonts::{Weight, measure};
use super::super::projection::Area;
use super::super::scene::Anchor;
use super::*;
use crate::model::{Cell, OUT, Population};
use crate::render::fixture::{self, Sample};

const BOTH: [Perspective; 2] = [Perspective::Home, Perspective::Provider];

/// A line as it stands in the file.
#[derive(Debug)]
struct Line {
    is_rest: bool,
    from: String,
    to: String,
    students: u64,
    width: f64,
    /// Start, control point and end.
    points: [(f64, f64); 3],
    /// Tip of the arrowhead.
    tip: (f64, f64),
}

/// A circle or sign as it stands in the file: code, students and outer box.
#[derive(Debug)]
struct Mark {
    code: String,
    students: u64,
    area: Area,
    circles: Vec<f64>,
}

/// What was drawn.
struct Drawn {
    name: String,
    lines: Vec<Line>,
    marks: Vec<Mark>,
    labels: Vec<(String, Area)>,
    legend: Option<Area>,
    is_empty: bool,
}

fn number(node: &Node<'_, '_>, name: &str) -> f64 {
    node.attribute(name).and_then(|v| v.parse().ok()).unwrap_or_else(|| panic!("{name} of {node:?}"))
}

fn has_class(node: &Node<'_, '_>, class: &str) -> bool {
    node.attribute("class").is_some_and(|c| c.split(' ').any(|c| c == class))
}

/// The numbers of path data.
fn numbers(d: &str) -> Vec<f64> {
    d.split(|c: char| c.is_ascii_alphabetic() || c == ' ')
        .filter(|t| !t.is_empty())
        .map(|t| t.parse().unwrap())
        .collect()
}

fn points(node: &Node<'_, '_>) -> [(f64, f64); 3] {
    let n = numbers(node.attribute("d").unwrap());
    [(n[0], n[1]), (n[2], n[3]), (n[4], n[5])]
}

fn rect(node: &Node<'_, '_>) -> Area {
    let (left, top) = (number(node, "x"), number(node, "y"));
    Area { left, top, right: left + number(node, "width"), bottom: top + number(node, "height") }
}

fn line(node: &Node<'_, '_>) -> Line {
    let head = node.next_sibling_element().filter(|n| has_class(n, "head")).expect("an arrowhead");
    Line {
        is_rest: has_class(node, "rest"),
        from: node.attribute("data-from").unwrap().to_owned(),
        to: node.attribute("data-to").unwrap().to_owned(),
        students: number(node, "data-students") as u64,
        width: number(node, "stroke-width"),
        points: points(node),
        tip: points(&head)[0],
    }
}

fn mark(node: &Node<'_, '_>) -> Mark {
    let circles: Vec<Node<'_, '_>> = node.children().filter(|n| n.has_tag_name("circle")).collect();
    let area = match (circles.first(), node.children().find(|n| n.has_tag_name("rect"))) {
        (Some(circle), _) => {
            let (x, y, r) = (number(circle, "cx"), number(circle, "cy"), number(circle, "r"));
            Area { left: x - r, top: y - r, right: x + r, bottom: y + r }
        }
        (None, Some(sign)) => rect(&sign),
        (None, None) => {
            let n = numbers(node.children().find(|n| n.has_tag_name("path")).unwrap().attribute("d").unwrap());
            // A diamond: the square that holds most of it.
            Area { left: n[6], top: n[1], right: n[2], bottom: n[5] }.grown(-4.0)
        }
    };
    Mark {
        code: node.attribute("data-code").unwrap().to_owned(),
        students: number(node, "data-students") as u64,
        area,
        circles: circles.iter().map(|c| number(c, "r")).collect(),
    }
}

fn label(node: &Node<'_, '_>) -> (String, Area) {
    let text = node.text().unwrap_or_default();
    let weight = if node.attribute("font-weight").is_some() { Weight::SemiBold } else { Weight::Regular };
    let anchor = match node.attribute("text-anchor") {
        Some("middle") => Anchor::Middle,
        Some("end") => Anchor::End,
        _ => Anchor::Start,
    };
    assert!(measure(text, 10.0, weight) > 0.0);
    let area =
        labels::text_area(text, number(node, "font-size"), weight, number(node, "x"), number(node, "y"), anchor);
    (text.to_owned(), area)
}

fn read(picture: &Picture) -> Drawn {
    let document = Document::parse(&picture.svg).unwrap();
    let all = || document.descendants().filter(Node::is_element);
    Drawn {
        name: picture.name.clone(),
        lines: all().filter(|n| has_class(n, "flow") || has_class(n, "rest")).map(|n| line(&n)).collect(),
        marks: all().filter(|n| has_class(n, "node")).map(|n| mark(&n)).collect(),
        labels: all().filter(|n| has_class(n, "label")).map(|n| label(&n)).collect(),
        legend: all().find(|n| has_class(n, "legend")).map(|n| rect(&n)),
        is_empty: all().any(|n| has_class(&n, "empty")),
    }
}

fn spec(model: &ReportModel, perspective: Perspective, of: &Text) -> MapSpec {
    MapSpec { perspective, of: of.clone(), programme: None, selection: model.selection() }
}

/// Every map of the model, with its data.
fn maps(model: &ReportModel) -> Vec<(MapSpec, data::MapData, Drawn)> {
    let pictures = DependencyMap.draw(model);
    let specs = BOTH.iter().flat_map(|p| model.region.municipalities.iter().map(|of| spec(model, *p, of)));
    specs
        .zip(pictures)
        .map(|(spec, picture)| {
            assert_eq!(spec.name(), picture.name);
            let data = data::MapData::new(model, &spec);
            (spec, data, read(&picture))
        })
        .collect()
}

/// Students of the selection by a plain walk over the flow table: those whose home and school municipality and unit
/// the test takes.
fn sum(model: &ReportModel, takes: impl Fn(&str, &str, &str) -> bool) -> u64 {
    let flows = &model.tables.get().flows;
    let selected = flows.iter().filter(|f| {
        let kind = model.registers.programme_by_code(&f.programme).map(|p| p.kind);
        f.snapshot == model.snapshot && f.year == model.year && Population::National.includes(kind)
    });
    selected
        .filter(|f| {
            let place = model.registers.unit_by_code(&f.unit).map(|u| u.municipality.clone());
            place.is_some_and(|place| takes(&f.home, &f.unit, &place))
        })
        .map(|f| f.students.value().unwrap())
        .sum()
}

#[test]
fn every_line_is_a_sum_over_the_flow_table() {
    let model = fixture::region();
    for (spec, _, drawn) in maps(model) {
        let of = &*spec.of;
        for line in &drawn.lines {
            let outside = |municipality: &str| !model.in_region(municipality);
            let wanted = match (spec.perspective, line.is_rest) {
                (Perspective::Home, false) => sum(model, |h, unit, _| h == of && *unit == line.to),
                (Perspective::Home, true) => {
                    let own = |u: &str| drawn.lines.iter().any(|l| !l.is_rest && l.to == u);
                    let there = |p: &str| if line.to == OUT { outside(p) } else { p == line.to };
                    sum(model, |h, unit, place| h == of && there(place) && !own(unit))
                }
                (Perspective::Provider, _) => {
                    let from = |h: &str| if line.from == OUT { outside(h) } else { h == line.from };
                    sum(model, |home, _, place| place == of && from(home))
                }
            };
            assert_eq!(line.students, wanted, "{}: {line:?}", drawn.name);
            let (hub, end) =
                if spec.perspective == Perspective::Home { (&line.from, &line.to) } else { (&line.to, &line.from) };
            assert_eq!(hub, of);
            assert!(drawn.marks.iter().any(|m| m.code == *end && m.students == line.students), "{}", drawn.name);
        }
    }
}

#[test]
fn what_is_drawn_what_is_left_and_who_stays_make_the_total() {
    let model = fixture::region();
    for (spec, data, drawn) in maps(model) {
        let of = &*spec.of;
        let (total, stay) = match spec.perspective {
            Perspective::Home => (sum(model, |h, _, _| h == of), sum(model, |h, _, p| h == of && p == of)),
            Perspective::Provider => (sum(model, |_, _, p| p == of), sum(model, |h, _, p| h == of && p == of)),
        };
        assert_eq!((data.total, data.stay), (Cell::Value(total), Cell::Value(stay)), "{}", drawn.name);
        let lines: u64 = drawn.lines.iter().map(|l| l.students).sum();
        assert_eq!(stay + lines + data.rest.1.value().unwrap(), total, "{}", drawn.name);
        let parts: u64 = data.parts.iter().map(|p| p.1.value().unwrap()).sum();
        assert_eq!(parts, total, "{}", drawn.name);
        assert_eq!(drawn.is_empty, total == 0, "{}", drawn.name);
        assert_eq!(drawn.marks.is_empty(), total == 0, "{}", drawn.name);
    }
}

#[test]
fn a_series_has_one_scale() {
    let model = fixture::region();
    let all = maps(model);
    for perspective in BOTH {
        let series: Vec<&Drawn> = all.iter().filter(|m| m.0.perspective == perspective).map(|m| &m.2).collect();
        let lines: Vec<&Line> = series.iter().flat_map(|d| &d.lines).collect();
        let largest = lines.iter().max_by_key(|l| l.students).unwrap();
        let (mut clamped, mut free) = (0, 0);
        for line in &lines {
            let wanted = largest.width * line.students as f64 / largest.students as f64;
            if wanted < scale::THINNEST {
                clamped += 1;
                assert!((line.width - scale::THINNEST).abs() < 1e-9, "{line:?}");
            } else {
                free += 1;
                assert!((line.width / wanted - 1.0).abs() < 0.002, "{line:?}: {wanted}");
            }
        }
        assert!(clamped > 0 && free > 20, "both kinds are in the sample: {clamped} {free}");
        // Areas of the circles: the outer one stands for all, the inner one for those who stay.
        let focus: Vec<(&Mark, f64)> = series
            .iter()
            .filter_map(|d| Some((d.marks.iter().max_by_key(|m| m.students)?, d)))
            .map(|(m, _)| (m, m.circles[0]))
            .collect();
        let (big, radius) = focus.iter().max_by_key(|(m, _)| m.students).unwrap();
        for (mark, r) in &focus {
            let wanted = (radius * (mark.students as f64 / big.students as f64).sqrt()).max(scale::SMALLEST);
            assert!((r - wanted).abs() < 0.02, "{mark:?}: {wanted}");
        }
    }
}

#[test]
fn labels_overlap_nothing_and_stay_on_the_map() {
    for model in [fixture::region().clone(), without_places()] {
        for (_, _, drawn) in maps(&model) {
            for (i, (text, area)) in drawn.labels.iter().enumerate() {
                assert!(ground::CARD.holds(area), "{}: {text} leaves the map", drawn.name);
                for (other, there) in &drawn.labels[i + 1..] {
                    assert!(!area.meets(there), "{}: {text} and {other}", drawn.name);
                }
                for mark in &drawn.marks {
                    assert!(!area.meets(&mark.area.grown(-3.0)), "{}: {text} on {mark:?}", drawn.name);
                }
                assert!(!drawn.legend.is_some_and(|l| l.meets(area)), "{}: {text} on the legend", drawn.name);
                for line in &drawn.lines {
                    let tip = Area { left: line.tip.0, right: line.tip.0, top: line.tip.1, bottom: line.tip.1 };
                    assert!(!area.meets(&tip.grown(1.0)), "{}: {text} on an arrowhead", drawn.name);
                }
            }
        }
    }
}

/// From the rim of a circle or sign to a point; negative within a circle, zero within a sign.
fn distance(mark: &Mark, (x, y): (f64, f64)) -> f64 {
    let area = &mark.area;
    if let Some(radius) = mark.circles.first() {
        return (x - area.left - radius).hypot(y - area.top - radius) - radius;
    }
    (area.left - x).max(x - area.right).max(0.0).hypot((area.top - y).max(y - area.bottom).max(0.0))
}

#[test]
fn lines_join_their_circles_and_bend_gently() {
    for model in [fixture::region().clone(), without_places()] {
        for (spec, _, drawn) in maps(&model) {
            for line in &drawn.lines {
                let find = |code: &str| drawn.marks.iter().find(|m| m.code == code).unwrap();
                let [start, control, end] = line.points;
                let to = find(&line.to);
                let gap = distance(to, line.tip);
                assert!(gap < 11.0 && gap > -0.1, "{}: {line:?} ends {gap:.1} from its circle", drawn.name);
                let gap = distance(find(&line.from), start);
                assert!(gap < 12.0, "{}: {line:?} starts {gap:.1} from its circle", drawn.name);
                let chord = (end.0 - start.0).hypot(end.1 - start.1);
                let middle = (f64::midpoint(start.0, end.0), f64::midpoint(start.1, end.1));
                let bend = (control.0 - middle.0).hypot(control.1 - middle.1);
                assert!(bend <= chord / 2.0 + 3.0, "{} {:?}: {line:?}", drawn.name, spec.perspective);
            }
        }
    }
}

#[test]
fn lines_keep_off_circles_that_are_not_theirs() {
    let mut close = Vec::new();
    let mut lines = 0;
    for (_, _, drawn) in maps(fixture::region()) {
        for line in &drawn.lines {
            lines += 1;
            let [a, b, c] = line.points;
            for mark in drawn.marks.iter().filter(|m| m.code != line.from && m.code != line.to) {
                let on = |i: u32| {
                    let t = f64::from(i) / 40.0;
                    let at = |p: f64, q: f64, r: f64| (1.0 - t).powi(2) * p + 2.0 * t * (1.0 - t) * q + t * t * r;
                    distance(mark, (at(a.0, b.0, c.0), at(a.1, b.1, c.1))) - line.width / 2.0
                };
                let near = (0..=40).map(on).fold(f64::INFINITY, f64::min);
                // The layout aims at five pixels; in the densest places one must do.
                if near < 1.0 {
                    close.push((drawn.name.clone(), line.to.clone(), mark.code.clone(), near));
                }
            }
        }
    }
    assert!(close.is_empty(), "{} of {lines} lines touch a circle: {close:#?}", close.len());
}

#[test]
fn circles_and_signs_do_not_overlap() {
    for model in [fixture::region().clone(), without_places()] {
        for (_, _, drawn) in maps(&model) {
            for (i, a) in drawn.marks.iter().enumerate() {
                for b in &drawn.marks[i + 1..] {
                    let apart = match (a.circles.first(), b.circles.first()) {
                        (None, None) => !a.area.meets(&b.area),
                        (Some(radius), _) => distance(b, (a.area.left + radius, a.area.top + radius)) > *radius,
                        (_, Some(radius)) => distance(a, (b.area.left + radius, b.area.top + radius)) > *radius,
                    };
                    assert!(apart, "{}: {a:?} {b:?}", drawn.name);
                }
            }
        }
    }
}

/// The region with neither points nor outlines.
fn without_places() -> ReportModel {
    let mut sample = Sample { boundaries: Vec::new(), ..Sample::new() };
    sample.municipalities.iter_mut().for_each(|m| m.point = None);
    sample.units.iter_mut().for_each(|u| u.point = None);
    sample.model()
}

#[test]
fn municipalities_without_coordinates_are_drawn_all_the_same() {
    let nowhere = without_places();
    let ring = nowhere.lang.text("note-ring");
    let pictures = DependencyMap.draw(&nowhere);
    for ((_, data, drawn), picture) in maps(&nowhere).iter().zip(&pictures) {
        assert_eq!(drawn.lines.len(), data.flows.len(), "{}", drawn.name);
        let only_outside = data.nodes.len() < 2;
        assert!(drawn.is_empty || only_outside || picture.description.contains(&ring), "{}", drawn.name);
    }
    // One municipality alone without a point: its map is a ring, and the others' maps lack its line and say so.
    let mut sample = Sample::new();
    sample.municipalities.iter_mut().filter(|m| *m.code == *"1481").for_each(|m| m.point = None);
    sample.units.iter_mut().filter(|u| *u.municipality == *"1481").for_each(|u| u.point = None);
    let model = sample.model();
    for ((spec, data, drawn), picture) in maps(&model).iter().zip(&DependencyMap.draw(&model)) {
        assert!(!picture.svg.contains("-100000"), "{}", drawn.name);
        let missing = data.flows.len() - drawn.lines.len();
        if *spec.of == *"1481" {
            assert_eq!(missing, 0);
        }
        let note = model.lang.say("note-without-place", &[("count", &missing.to_string())]);
        assert_eq!(missing > 0, picture.description.contains(&note), "{}", drawn.name);
    }
}

#[test]
fn a_map_of_one_programme_bears_it_in_its_name_and_counts_it_alone() {
    let model = fixture::region();
    let programme = Text::from("NA");
    let selection =
        crate::graph::Selection { programmes: crate::graph::Programmes::One(programme.clone()), ..model.selection() };
    let spec = MapSpec { perspective: Perspective::Home, of: "1402".into(), programme: Some(programme), selection };
    let picture = dependency_map(model, &spec, &MapScale::of(model, &spec));
    assert_eq!(picture.name, "maps/home-1402-NA");
    assert!(picture.description.contains("(NA)"), "{}", picture.description);
    let flows = &model.tables.get().flows;
    let wanted: u64 = flows
        .iter()
        .filter(|f| {
            f.snapshot == model.snapshot && f.year == model.year && *f.home == *"1402" && *f.programme == *"NA"
        })
        .map(|f| f.students.value().unwrap())
        .sum();
    assert_eq!(read(&picture).marks.iter().find(|m| m.code == "1402").unwrap().students, wanted);
}
