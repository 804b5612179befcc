//! The home map: where the residents of a municipality go, by unit, by provider or by municipality.

use std::collections::BTreeMap;

use super::super::by_kind;
use super::data::{self, Candidate, MapData, Node, Role};
use super::{By, MapSpec};
use crate::model::{Cell, OUT, Point, SchoolUnit, Text};
use crate::render::style::{Side, Tone};
use crate::report::{Ends, ReportModel};

/// Most school units or providers that get a line of their own.
pub const MAX_UNITS: usize = 10;
/// Most lines to what is left of the units of a municipality.
const MAX_RESTS: usize = 4;
/// What is left of a municipality's units gets a line where it is at least this share of those who cross the border.
const SHARE_OF_REST: f64 = 0.02;

/// Gathers what the map shows.
pub(super) fn data(model: &ReportModel, spec: &MapSpec) -> MapData {
    let residents = model.residents(spec.of.code(), &spec.selection);
    let mut data = MapData::empty(model, spec, &residents);
    match model.ends() {
        Ends::Municipalities => {
            data.parts = released_parts(model, spec);
            data::ends_in_municipalities(model, spec, data, places(model, spec))
        }
        Ends::Units => {
            let units = known(model, spec, residents.flows);
            let mut sums: BTreeMap<Side, Cell> = BTreeMap::new();
            let mut stays: BTreeMap<Side, Cell> = BTreeMap::new();
            for (unit, side, students) in &units {
                *sums.entry(*side).or_insert(Cell::Value(0)) += *students;
                if unit.municipality == *spec.of.code() {
                    *stays.entry(*side).or_insert(Cell::Value(0)) += *students;
                }
            }
            data.parts = data::parts(sums);
            data.stay_parts = data::parts(stays);
            match data.by {
                By::Unit => {
                    let ends = units.into_iter().filter(|(unit, ..)| unit.municipality != *spec.of.code());
                    let ends = ends.map(|(unit, side, students)| self::unit(model, spec, unit, side, students));
                    to_units(model, spec, data, ends.collect())
                }
                By::Provider => {
                    let own = data.parts.iter().find(|(side, _)| *side == Side::Own);
                    data.stay = own.map_or(Cell::Value(0), |(_, students)| *students);
                    data.away = data.total.zip(data.stay, |total, own| total - own);
                    data.stay_parts.clear();
                    let ends = providers(model, spec, &units);
                    to_units(model, spec, data, ends)
                }
                By::Municipality => data::ends_in_municipalities(model, spec, data, places(model, spec)),
            }
        }
    }
}

/// The residents by who runs their unit, as released.
fn released_parts(model: &ReportModel, spec: &MapSpec) -> Vec<(Side, Cell)> {
    model
        .share(spec.of.code(), &spec.selection)
        .map_or_else(Vec::new, |row| data::parts(Side::KINDS.into_iter().zip(by_kind(row)).collect()))
}

/// The units that the residents go to, who runs them, and how many go there.
type Known<'m> = (&'m SchoolUnit, Side, Cell);

fn known<'m>(model: &'m ReportModel, spec: &MapSpec, flows: Vec<(Text, Cell)>) -> Vec<Known<'m>> {
    let unit = |(code, students): (Text, Cell)| {
        let unit = model.registers.unit_by_code(&code)?;
        Some((unit, Side::of(unit.provider.kind, &unit.provider.code, Some(spec.of.code())), students))
    };
    flows.into_iter().filter_map(unit).collect()
}

/// The code of the municipality that a unit lies in, `OUT` outside the region.
fn place(model: &ReportModel, spec: &MapSpec, unit: &SchoolUnit) -> Text {
    let is_outside = data::is_outside(model, spec.of.code(), &unit.municipality);
    if is_outside { OUT.into() } else { unit.municipality.clone() }
}

fn unit(model: &ReportModel, spec: &MapSpec, unit: &SchoolUnit, side: Side, students: Cell) -> Candidate {
    let node = node(unit.code.clone(), unit.name.to_string(), side, students, model.registers.unit_point(unit));
    let name = model.registers.municipality_name(&unit.municipality).to_owned();
    Candidate { node, place: name, group: place(model, spec, unit), students, before: None }
}

fn node(code: Text, name: String, side: Side, students: Cell, point: Option<Point>) -> Node {
    Node {
        code,
        name,
        role: Role::Unit,
        point,
        students: students.value().unwrap_or(0),
        stay: 0,
        side,
        tone: Tone::Kind(side),
        change: None,
        rank: None,
        members: 1,
    }
}

/// Every provider but the home municipality itself, at the middle of its units that residents go to.
fn providers(model: &ReportModel, spec: &MapSpec, units: &[Known<'_>]) -> Vec<Candidate> {
    let mut found: BTreeMap<&Text, Vec<&Known<'_>>> = BTreeMap::new();
    for known in units.iter().filter(|(_, side, _)| *side != Side::Own) {
        found.entry(&known.0.provider.code).or_default().push(known);
    }
    let candidate = |(code, units): (&Text, Vec<&Known<'_>>)| {
        let students: Cell = units.iter().map(|(.., students)| *students).sum();
        let points = units.iter().filter_map(|(unit, _, students)| {
            Some((model.registers.unit_point(unit)?, students.value().unwrap_or(0)))
        });
        let largest = units.iter().max_by_key(|(unit, _, students)| (*students, std::cmp::Reverse(&unit.code)));
        let (first, side, _) = largest.unwrap_or(&units[0]);
        let municipality = model.registers.municipality_by_code(code);
        let point = municipality.map_or_else(|| data::middle(points), |municipality| municipality.point);
        let node = node(code.clone(), model.provider_name(code), *side, students, point);
        let is_told =
            municipality.is_some() || units.iter().any(|(unit, ..)| unit.municipality != first.municipality);
        let name = if is_told { "" } else { model.registers.municipality_name(&first.municipality) };
        Candidate { node, place: name.to_owned(), group: place(model, spec, first), students, before: None }
    };
    found.into_iter().map(candidate).collect()
}

/// The municipalities that residents go to, those outside the region together: code, how many, students.
pub(super) fn places(model: &ReportModel, spec: &MapSpec) -> Vec<(Text, usize, Cell)> {
    let places = model.places_of(spec.of.code(), &spec.selection).into_iter();
    places.map(|(place, students)| (place, 1, students)).collect()
}

/// The map by unit or by provider.
fn to_units(model: &ReportModel, spec: &MapSpec, mut data: MapData, candidates: Vec<Candidate>) -> MapData {
    data.flows_all = candidates.len();
    data.flows_hidden = candidates.iter().filter(|c| c.students == Cell::Hidden).count();
    if data.total != Cell::Value(0) {
        data.focus(model, spec, Side::Own);
        destinations(model, &mut data, candidates);
    }
    data
}

/// A line to each of the largest in the region, then one to what is left in each municipality.
fn destinations(model: &ReportModel, data: &mut MapData, mut candidates: Vec<Candidate>) {
    data::sort(&mut candidates);
    let (mut units, mut others): (Vec<_>, Vec<_>) =
        candidates.into_iter().partition(|c| *c.group != *OUT && c.students.value().is_some());
    let counts: Vec<u64> = units.iter().map(|c| c.node.students).collect();
    others.extend(units.split_off(data::lines(&counts, MAX_UNITS)));
    let least = data.away.value().unwrap_or(0) as f64 * SHARE_OF_REST;
    for (i, mut candidate) in units.into_iter().enumerate() {
        candidate.node.rank = Some(i + 1);
        data.show(candidate);
    }
    let mut groups: BTreeMap<Text, (usize, Cell, Vec<Side>)> = BTreeMap::new();
    for other in &others {
        let (members, sum, sides) = groups.entry(other.group.clone()).or_insert((0, Cell::Value(0), Vec::new()));
        *members += 1;
        *sum += other.students;
        sides.push(other.node.side);
    }
    let mut groups: Vec<Candidate> = groups
        .into_iter()
        .map(|(code, (members, students, sides))| {
            let mut out = data::municipality(model, &code, Role::Rest, members, students);
            if sides.iter().all(|s| *s == sides[0]) {
                out.node.side = sides[0];
                out.node.tone = Tone::Kind(sides[0]);
            }
            out
        })
        .collect();
    data::sort(&mut groups);
    for (i, group) in groups.into_iter().enumerate() {
        // Within the municipality itself there is no way to go.
        let is_here = group.node.code == data.code;
        if i < MAX_RESTS && !is_here && group.node.students > 0 && group.node.students as f64 >= least {
            data.show(group);
        } else {
            data.leave(group);
        }
    }
}
