//! Tests of the kinds of maps: their numbers against plain sums over the flow table, their scales, what is hidden.

use std::collections::BTreeMap;

use super::super::super::geometry::Drawing;
use super::super::super::style::{FELL, ROSE};
use super::*;
use crate::model::{Cell, OUT, Perspective, Snapshot};
use crate::render::fixture;

const SIDES: [Perspective; 2] = [Perspective::Home, Perspective::Provider];

fn spec(model: &ReportModel, side: Perspective, of: &str) -> MapSpec {
    MapSpec::of(side, &of.into(), model.selection())
}

/// The same selection a year before.
fn earlier(model: &ReportModel) -> Selection {
    Selection { year: model.year - 1, ..model.selection() }
}

fn draw(model: &ReportModel, plate: Plate) -> (Picture, Vec<Drawing>) {
    let picture = plates(model, &[plate]).remove(0);
    let drawn = Drawing::read_all(&picture.svg).unwrap();
    (picture, drawn)
}

/// A municipality of the region, or `OUT`.
fn place(model: &ReportModel, code: &str) -> Text {
    if model.in_region(code) { code.into() } else { OUT.into() }
}

/// Students of a selection by a plain loop over the flow table, by home and by `end` of the unit.
fn sums(
    model: &ReportModel,
    selection: &Selection,
    end: impl Fn(&crate::model::SchoolUnit) -> Option<Text>,
) -> BTreeMap<(Text, Text), u64> {
    let mut out = BTreeMap::new();
    for flow in &model.tables.get().flows {
        let kind = model.registers.programme_by_code(&flow.programme).map(|p| p.kind);
        let is_of = (flow.snapshot, flow.year) == (selection.snapshot, selection.year);
        if !is_of || !model.population.includes(kind) || model.registers.municipality_by_code(&flow.home).is_none() {
            continue;
        }
        let Some(end) = model.registers.unit_by_code(&flow.unit).and_then(&end) else { continue };
        *out.entry((flow.home.clone(), end)).or_insert(0) += flow.students.value().unwrap();
    }
    out
}

/// The same by municipality at both ends, those outside the region merged.
fn between(model: &ReportModel, selection: &Selection) -> BTreeMap<(Text, Text), u64> {
    let mut out = BTreeMap::new();
    for ((home, end), students) in sums(model, selection, |unit| Some(place(model, &unit.municipality))) {
        *out.entry((place(model, &home), end)).or_insert(0) += students;
    }
    out
}

#[test]
fn a_change_is_now_minus_then() {
    let model = fixture::region();
    let (now, then) = (between(model, &model.selection()), between(model, &earlier(model)));
    let (mut rose, mut fell) = (0, 0);
    for side in SIDES {
        for code in &model.region.municipalities {
            let (picture, drawn) = draw(model, Plate::Change(spec(model, side, code), earlier(model)));
            for line in &drawn[0].lines {
                let pair = (Text::from(&*line.from), Text::from(&*line.to));
                let of = |sums: &BTreeMap<_, u64>| sums.get(&pair).copied().unwrap_or(0);
                assert_eq!(line.students, of(&now).abs_diff(of(&then)), "{}: {line:?}", picture.name);
                let colour = if of(&now) > of(&then) { ROSE } else { FELL };
                let mark = format!(
                    "data-from=\"{}\" data-to=\"{}\" data-students=\"{}\" fill=\"none\" stroke=\"{colour}\"",
                    line.from, line.to, line.students
                );
                assert!(picture.svg.contains(&mark), "{}: {line:?}", picture.name);
                if colour == ROSE { rose += 1 } else { fell += 1 }
            }
        }
    }
    assert!(rose > 20 && fell > 20, "both are in the sample: {rose} {fell}");
}

#[test]
fn net_flows_are_one_direction_minus_the_other() {
    let model = fixture::region();
    let flows = between(model, &model.selection());
    let of = |from: &str, to: &str| flows.get(&(from.into(), to.into())).copied().unwrap_or(0);
    let (picture, drawn) = draw(model, Plate::Net(model.selection()));
    assert!(drawn[0].lines.len() > 10);
    for line in &drawn[0].lines {
        assert_eq!(of(&line.from, &line.to) - of(&line.to, &line.from), line.students, "{line:?}");
    }
    for code in model.region.municipalities.iter().map(|code| &**code).chain([OUT]) {
        let ends = || model.region.municipalities.iter().map(|code| &**code).chain([OUT]).filter(|end| *end != code);
        let (into, out): (u64, u64) = (ends().map(|end| of(end, code)).sum(), ends().map(|end| of(code, end)).sum());
        let mark = drawn[0].marks.iter().find(|mark| mark.code == code).unwrap();
        assert_eq!(mark.students, Some(into.abs_diff(out)), "{code}");
        let net = model.lang.signed(into as i64 - out as i64);
        assert!(picture.description.contains(&net), "{code} {net}: {}", picture.description);
    }
}

#[test]
fn hidden_flows_are_stated_and_have_no_line() {
    let model = fixture::changed(fixture::region(), |tables| {
        for row in tables.balance.iter_mut().filter(|row| *row.municipality == *"1402") {
            (row.into, row.out, row.net) = (Cell::Hidden, Cell::Hidden, Cell::Hidden);
        }
        for flow in tables.flows.iter_mut().filter(|flow| *flow.home == *"1402") {
            flow.students = Cell::Hidden;
        }
    });
    let name = model.registers.municipality_name("1402");
    let (picture, drawn) = draw(&model, Plate::Net(model.selection()));
    assert!(drawn[0].lines.iter().all(|line| line.from != "1402" && line.to != "1402"), "{:?}", drawn[0].lines);
    assert!(picture.description.contains(&format!("{name} ..")), "{}", picture.description);
    assert!(drawn[0].marks.iter().any(|mark| mark.code == "1402" && mark.students.is_none()));
    let hidden = net::data(&model, &model.selection()).flows_hidden;
    let note = model.lang.say("note-hidden-flows", &[("count", &hidden.to_string())]);
    assert!(hidden > 5 && picture.description.contains(&note), "{hidden}: {}", picture.description);
    for plate in [
        Plate::Change(spec(&model, Perspective::Home, "1402"), earlier(&model)),
        Plate::Pair(spec(&model, Perspective::Home, "1402"), earlier(&model)),
        Plate::Single(MapSpec { by: Some(By::Provider), ..spec(&model, Perspective::Home, "1402") }),
        Plate::Programmes(spec(&model, Perspective::Home, "1402")),
    ] {
        let (picture, drawn) = draw(&model, plate);
        assert!(drawn.iter().all(|map| map.lines.is_empty()), "{}: {:?}", picture.name, drawn);
        assert!(!picture.title.contains('%'), "{}", picture.title);
    }
}

#[test]
fn lines_to_providers_are_sums_of_their_units() {
    let model = fixture::region();
    let flows = sums(model, &model.selection(), |unit| Some(unit.provider.code.clone()));
    for code in &model.region.municipalities {
        let plate = Plate::Single(MapSpec { by: Some(By::Provider), ..spec(model, Perspective::Home, code) });
        let (picture, drawn) = draw(model, plate);
        let of_home = flows.iter().filter(|((home, _), _)| home == code);
        let other: u64 = of_home.filter(|((_, provider), _)| provider != code).map(|(_, students)| students).sum();
        assert_eq!(drawn[0].crossing, Some(other), "{}", picture.name);
        for line in drawn[0].lines.iter().filter(|line| !line.is_rest) {
            assert_eq!(Some(&line.students), flows.get(&(code.clone(), line.to.as_str().into())), "{line:?}");
            assert_ne!(*line.to, **code);
        }
    }
}

#[test]
fn maps_of_units_and_providers_show_where_their_pupils_live() {
    let model = fixture::region();
    let by_unit = sums(model, &model.selection(), |unit| Some(unit.code.clone()));
    let mut lines = 0;
    for unit in model.registers.units().filter(|unit| model.in_region(&unit.municipality)) {
        let of = Subject::Unit(unit.code.clone());
        let plate = Plate::Single(MapSpec { of, ..spec(model, Perspective::Provider, "") });
        let (picture, drawn) = draw(model, plate);
        assert_eq!(picture.name, format!("maps/provider-unit-{}", unit.code));
        for line in &drawn[0].lines {
            let from = by_unit.iter().filter(|((home, to), _)| *to == unit.code && *place(model, home) == *line.from);
            assert_eq!(line.students, from.map(|(_, students)| students).sum::<u64>(), "{line:?}");
            lines += 1;
        }
        let all: u64 = by_unit.iter().filter(|((_, to), _)| *to == unit.code).map(|(_, students)| students).sum();
        let focus = drawn[0].marks.iter().find(|mark| mark.code == *unit.code);
        assert_eq!(focus.and_then(|mark| mark.students).unwrap_or(0), all, "{}", picture.name);
    }
    assert!(lines > 100);
}

#[test]
fn small_maps_of_a_picture_share_their_scale() {
    let model = fixture::region();
    let admission = Selection { snapshot: Snapshot::Admission, ..model.selection() };
    for plate in [
        Plate::Programmes(spec(model, Perspective::Home, "1480")),
        Plate::Programmes(spec(model, Perspective::Provider, "1480")),
        Plate::Pair(spec(model, Perspective::Home, "1402"), admission),
    ] {
        let (picture, drawn) = draw(model, plate);
        assert!(drawn.len() > 1, "{}", picture.name);
        let lines: Vec<_> = drawn.iter().flat_map(|map| &map.lines).collect();
        let widest = lines.iter().max_by_key(|line| line.students).unwrap();
        let least = lines.iter().map(|line| line.width).fold(f64::INFINITY, f64::min);
        for line in &lines {
            let wanted = (widest.width * line.students as f64 / widest.students as f64).max(least);
            assert!((line.width / wanted - 1.0).abs() < 0.02, "{}: {line:?} {wanted}", picture.name);
        }
    }
}

/// A map drawn separately is identical to the one in its series.
#[test]
fn a_map_alone_has_the_scale_of_its_series() {
    let model = fixture::region();
    let change = |code: &Text| Plate::Change(spec(model, Perspective::Home, code), earlier(model));
    let all: Vec<Plate> = model.region.municipalities.iter().map(change).collect();
    for (plate, picture) in all.iter().zip(plates(model, &all)) {
        assert_eq!(plates(model, std::slice::from_ref(plate)), [picture]);
    }
}

/// Titles of changes and of pairs state the share now and then, as the maps of each moment do.
#[test]
fn titles_state_the_share_of_both_moments() {
    let model = fixture::region();
    let then = earlier(model);
    for code in &model.region.municipalities {
        for side in SIDES {
            let spec = spec(model, side, code);
            let share = |spec: &MapSpec| {
                let data = gather(model, spec);
                let share = data.part().zip(data.total, Ratio::new).value().filter(|share| share.is_defined())?;
                Some(model.lang.percent(share, 1))
            };
            let (Some(now), Some(was)) = (share(&spec), share(&MapSpec { selection: then.clone(), ..spec.clone() }))
            else {
                continue;
            };
            for plate in [Plate::Change(spec.clone(), then.clone()), Plate::Pair(spec.clone(), then.clone())] {
                let title = draw(model, plate).0.title;
                assert!(title.contains(&now) && title.contains(&was), "{title}: {now} and {was}");
            }
        }
    }
}
