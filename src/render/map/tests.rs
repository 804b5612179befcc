//! Tests of the maps' geometry, and of their numbers against sums over the flow table.

use super::super::geometry::{Drawing, DrawnLine, DrawnMark};
use super::stage::Stage;
use super::*;
use crate::model::{Cell, OUT, Population};
use crate::render::fixture::{self, Sample};

const CHARTS_OF_MAPS: [&dyn Chart; 2] = [&DependencyMap, &RegionNet];
const BOTH: [Perspective; 2] = [Perspective::Home, Perspective::Provider];

fn spec(model: &ReportModel, perspective: Perspective, of: &Text) -> MapSpec {
    MapSpec::of(perspective, of, model.selection())
}

/// Every map of the model, with its data.
fn maps(model: &ReportModel) -> Vec<(MapSpec, data::MapData, Drawing)> {
    let pictures = DependencyMap.draw(model);
    let specs = BOTH.iter().flat_map(|p| model.region.municipalities.iter().map(|of| spec(model, *p, of)));
    specs
        .zip(pictures)
        .map(|(spec, picture)| {
            assert_eq!(spec.name(), picture.name);
            let data = gather::gather(model, &spec);
            (spec, data, Drawing::read(&picture.svg).unwrap())
        })
        .collect()
}

/// Students of the selection by a plain loop over the flow table, for rows whose home, school municipality and unit
/// satisfy `takes`.
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
        let of = &**spec.of.code();
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
            assert_eq!(line.students, wanted, "{}: {line:?}", spec.name());
            let (hub, end) =
                if spec.perspective == Perspective::Home { (&line.from, &line.to) } else { (&line.to, &line.from) };
            assert_eq!(hub, of);
            assert!(
                drawn.marks.iter().any(|m| m.code == *end && m.students == Some(line.students)),
                "{}",
                spec.name()
            );
        }
    }
}

#[test]
fn lines_rest_and_stay_add_up_to_the_total() {
    let model = fixture::region();
    for (spec, data, drawn) in maps(model) {
        let of = &**spec.of.code();
        let (total, stay) = match spec.perspective {
            Perspective::Home => (sum(model, |h, _, _| h == of), sum(model, |h, _, p| h == of && p == of)),
            Perspective::Provider => (sum(model, |_, _, p| p == of), sum(model, |h, _, p| h == of && p == of)),
        };
        assert_eq!((data.total, data.stay), (Cell::Value(total), Cell::Value(stay)), "{}", spec.name());
        let lines: u64 = drawn.lines.iter().map(|l| l.students).sum();
        assert_eq!(stay + lines + data.rest.1.value().unwrap(), total, "{}", spec.name());
        let parts: u64 = data.parts.iter().map(|p| p.1.value().unwrap()).sum();
        assert_eq!(parts, total, "{}", spec.name());
        assert_eq!(drawn.is_empty, total == 0, "{}", spec.name());
        assert_eq!(drawn.marks.is_empty(), total == 0, "{}", spec.name());
    }
}

#[test]
fn a_series_has_one_scale() {
    let model = fixture::region();
    let all = maps(model);
    for perspective in BOTH {
        let series: Vec<&Drawing> = all.iter().filter(|m| m.0.perspective == perspective).map(|m| &m.2).collect();
        let lines: Vec<&DrawnLine> = series.iter().flat_map(|d| &d.lines).collect();
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
        // Areas of the circles: the outer one represents all students, the inner one those who stay.
        let focus: Vec<(&DrawnMark, f64)> = series
            .iter()
            .filter_map(|d| Some((d.marks.iter().max_by_key(|m| m.students)?, d)))
            .map(|(m, _)| (m, m.circles[0]))
            .collect();
        let (big, radius) = focus.iter().max_by_key(|(m, _)| m.students).unwrap();
        for (mark, r) in &focus {
            let wanted =
                (radius * (mark.students.unwrap() as f64 / big.students.unwrap() as f64).sqrt()).max(scale::SMALLEST);
            assert!((r - wanted).abs() < 0.02, "{mark:?}: {wanted}");
        }
    }
}

#[test]
fn labels_stay_on_the_map() {
    for model in [fixture::region().clone(), without_places()] {
        for (spec, _, drawn) in maps(&model) {
            for (text, area) in &drawn.labels {
                assert!(Stage::whole().card.holds(area), "{}: {text} leaves the map", spec.name());
            }
        }
    }
}

#[test]
fn lines_join_their_circles() {
    for model in [fixture::region().clone(), without_places()] {
        for (spec, _, drawn) in maps(&model) {
            for line in &drawn.lines {
                let find = |code: &str| drawn.marks.iter().find(|m| m.code == code).unwrap();
                let start = line.points[0];
                let to = find(&line.to);
                let gap = to.distance(line.head[0]);
                assert!(gap < 11.0 && gap > -0.1, "{}: {line:?} ends {gap:.1} from its circle", spec.name());
                let gap = find(&line.from).distance(start);
                assert!(gap < 12.0, "{}: {line:?} starts {gap:.1} from its circle", spec.name());
            }
        }
    }
}

/// Every map of the models follows the rules of [`super::super::geometry`].
#[test]
fn maps_keep_the_rules() {
    let mut broken = Vec::new();
    for model in [fixture::region().clone(), without_places()] {
        for (spec, _, drawn) in maps(&model) {
            let score = drawn.score();
            if !score.broken().is_empty() {
                broken.push(format!("{} {:?} {score:?} {:?}", spec.name(), score.broken(), drawn.overlaps()));
            }
        }
    }
    assert!(broken.is_empty(), "{} maps break a rule: {broken:#?}", broken.len());
}

#[test]
fn circles_and_signs_do_not_overlap() {
    for model in [fixture::region().clone(), without_places()] {
        for (spec, _, drawn) in maps(&model) {
            for (i, a) in drawn.marks.iter().enumerate() {
                for b in &drawn.marks[i + 1..] {
                    let apart = match (a.circles.first(), b.circles.first()) {
                        (None, None) => !a.area.meets(&b.area),
                        (Some(radius), _) => b.distance((a.area.left + radius, a.area.top + radius)) > *radius,
                        (_, Some(radius)) => a.distance((b.area.left + radius, b.area.top + radius)) > *radius,
                    };
                    assert!(apart, "{}: {a:?} {b:?}", spec.name());
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
fn the_marks_of_a_picture_match_its_file() {
    let model = fixture::region();
    for picture in CHARTS_OF_MAPS.iter().flat_map(|chart| chart.draw(model)) {
        let drawn = Drawing::read(&picture.svg).unwrap();
        assert_eq!(drawn.marks.len(), picture.marks.len(), "{}", picture.name);
        for (seen, mark) in drawn.marks.iter().zip(&picture.marks) {
            assert_eq!((&*seen.code, seen.at()), (&*mark.code, mark.at), "{}", picture.name);
            let lines: Vec<&DrawnLine> =
                drawn.lines.iter().filter(|line| line.from == seen.code || line.to == seen.code).collect();
            let wanted = if let [line] = *lines { Some(line.points[1]) } else { None };
            assert_eq!(mark.control, wanted, "{} {}", picture.name, seen.code);
        }
    }
}

#[test]
fn municipalities_without_coordinates_are_drawn_too() {
    let nowhere = without_places();
    let ring = nowhere.lang.text("note-ring");
    let pictures = DependencyMap.draw(&nowhere);
    for ((spec, data, drawn), picture) in maps(&nowhere).iter().zip(&pictures) {
        assert_eq!(drawn.lines.len(), data.flows.len(), "{}", spec.name());
        let only_outside = data.nodes.len() < 2;
        assert!(drawn.is_empty || only_outside || picture.description.contains(&ring), "{}", spec.name());
    }
    // If only one municipality has no point, its own map is a ring, and the others' maps lack its line and say so.
    let mut sample = Sample::new();
    sample.municipalities.iter_mut().filter(|m| *m.code == *"1481").for_each(|m| m.point = None);
    sample.units.iter_mut().filter(|u| *u.municipality == *"1481").for_each(|u| u.point = None);
    let model = sample.model();
    for ((spec, data, drawn), picture) in maps(&model).iter().zip(&DependencyMap.draw(&model)) {
        assert!(!picture.svg.contains("-100000"), "{}", spec.name());
        let missing = data.flows.len() - drawn.lines.len();
        if **spec.of.code() == *"1481" {
            assert_eq!(missing, 0);
        }
        let note = model.lang.say("note-without-place", &[("count", &missing.to_string())]);
        assert_eq!(missing > 0, picture.description.contains(&note), "{}", spec.name());
    }
}

#[test]
fn a_map_of_one_programme_is_named_after_it_and_counts_only_it() {
    let model = fixture::region();
    let programme = Text::word(&"NA");
    let selection =
        crate::graph::Selection { programmes: crate::graph::Programmes::One(programme), ..model.selection() };
    let spec = MapSpec::of(Perspective::Home, &"1402".into(), selection);
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
    let drawn = Drawing::read(&picture.svg).unwrap();
    assert_eq!(drawn.marks.iter().find(|m| m.code == "1402").unwrap().students, Some(wanted));
}
