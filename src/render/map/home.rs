//! The home map: destinations of a municipality's residents by unit, provider or municipality.

use std::collections::BTreeMap;

use super::data::{self, Candidate, MapData, Node, NodeRole};
use super::{By, MapSpec};
use crate::model::{Cell, OUT, Point, SchoolUnit, Text};
use crate::render::style::{Side, Tone};
use crate::report::ReportModel;
use crate::tables::margins::SharePart;

/// Maximum number of school units or providers with their own line.
pub const MAX_UNITS: usize = 10;
/// Maximum number of lines to the remaining units of a municipality.
const MAX_RESTS: usize = 4;
/// The remaining units of a municipality get a line if they have at least this share of the border-crossing students.
const SHARE_OF_REST: f64 = 0.02;

/// Gathers the data of the map.
pub(super) fn data(model: &ReportModel, spec: &MapSpec) -> MapData {
    let residents = model.residents(spec.of.code(), &spec.selection);
    let mut data = MapData::empty(model, spec, &residents);
    data.parts = parts(model, spec, false);
    data.cross = model.cross(spec.of.code(), &spec.selection);
    let units = known(model, spec, residents.flows);
    match data.by {
        By::Municipality => data::ends_in_municipalities(model, spec, data, places(model, spec)),
        By::Unit => {
            data.stay_parts = parts(model, spec, true);
            let ends = units.into_iter().filter(|(unit, ..)| unit.municipality != *spec.of.code());
            let ends = ends.map(|(unit, side, students)| self::unit(model, spec, unit, side, students));
            let ends = ends.collect();
            to_units(model, spec, data, ends)
        }
        By::Provider => {
            let own = data.parts.iter().find(|(side, _)| *side == Side::Own);
            data.stay = own.map_or(Cell::Value(0), |(_, students)| *students);
            data.away = data.cross;
            let ends = providers(model, spec, &units);
            to_units(model, spec, data, ends)
        }
    }
}

/// The residents by provider of their unit, or only those who stay in the municipality; empty for homes outside the
/// region.
fn parts(model: &ReportModel, spec: &MapSpec, is_here: bool) -> Vec<(Side, Cell)> {
    let of = |part| model.part(spec.of.code(), part, is_here, &spec.selection);
    let independent =
        if is_here { of(SharePart::IndependentHome) } else { model.independent(spec.of.code(), &spec.selection) };
    let sums = [
        (Side::Own, of(SharePart::Own)),
        (Side::Municipal, of(SharePart::OtherMunicipality)),
        (Side::Independent, independent),
        (Side::PublicOther, of(SharePart::RegionState)),
    ];
    data::parts(sums.into_iter().collect())
}

/// A unit that residents attend, its kind of provider, and the number of them.
type AttendedUnit<'m> = (&'m SchoolUnit, Side, Cell);

fn known<'m>(model: &'m ReportModel, spec: &MapSpec, flows: Vec<(Text, Cell)>) -> Vec<AttendedUnit<'m>> {
    let unit = |(code, students): (Text, Cell)| {
        let unit = model.registers.unit_by_code(&code)?;
        Some((unit, side(spec, unit), students))
    };
    flows.into_iter().filter_map(unit).collect()
}

/// The kind of provider of a unit, relative to the home.
fn side(spec: &MapSpec, unit: &SchoolUnit) -> Side {
    Side::of(unit.provider.kind, &unit.provider.code, Some(spec.of.code()))
}

/// The code of a unit's municipality, `OUT` outside the region.
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
        role: NodeRole::Unit,
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

/// All providers except the home municipality, at the centre of their units that residents attend.
fn providers(model: &ReportModel, spec: &MapSpec, units: &[AttendedUnit<'_>]) -> Vec<Candidate> {
    let mut found: BTreeMap<&Text, Vec<AttendedUnit<'_>>> = BTreeMap::new();
    for known in units.iter().filter(|(_, side, _)| *side != Side::Own) {
        found.entry(&known.0.provider.code).or_default().push(*known);
    }
    let candidate = |(code, students): (Text, Cell)| {
        // If no unit of a provider is published, all its units count equally.
        let all = || {
            let of_provider = model.registers.units().filter(|unit| unit.provider.code == code);
            of_provider.map(|unit| (unit, side(spec, unit), Cell::Value(0))).collect()
        };
        let units = found.get(&code).cloned().unwrap_or_else(all);
        let points = units.iter().filter_map(|(unit, _, students)| {
            Some((model.registers.unit_point(unit)?, students.value().unwrap_or(0)))
        });
        let largest = units.iter().max_by_key(|(unit, _, students)| (*students, std::cmp::Reverse(&unit.code)));
        let (first, side, _) = largest?;
        let municipality = model.registers.municipality_by_code(&code);
        let point = municipality.map_or_else(|| data::middle(points), |municipality| municipality.point);
        let node = node(code.clone(), model.provider_name(&code), *side, students, point);
        let is_published =
            municipality.is_some() || units.iter().any(|(unit, ..)| unit.municipality != first.municipality);
        let name = if is_published { "" } else { model.registers.municipality_name(&first.municipality) };
        Some(Candidate { node, place: name.to_owned(), group: place(model, spec, first), students, before: None })
    };
    let others = model.providers_of(spec.of.code(), &spec.selection).into_iter();
    others.filter(|(code, _)| code != spec.of.code()).filter_map(candidate).collect()
}

/// The municipalities that residents go to, those outside the region merged: code, number of municipalities,
/// students.
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
        destinations(model, spec, &mut data, candidates);
    }
    data
}

/// Adds a line to each of the largest in the region, then one to the rest in each municipality.
fn destinations(model: &ReportModel, spec: &MapSpec, data: &mut MapData, mut candidates: Vec<Candidate>) {
    data::sort(&mut candidates);
    let (mut units, mut others): (Vec<_>, Vec<_>) =
        candidates.into_iter().partition(|c| *c.group != *OUT && c.students.value().is_some());
    let counts: Vec<u64> = units.iter().map(|c| c.node.students).collect();
    others.extend(units.split_off(data::lines(&counts, MAX_UNITS)));
    let least = data.away.value().unwrap_or(0) as f64 * SHARE_OF_REST;
    let mut groups: BTreeMap<Text, (usize, Cell, Vec<Side>)> = BTreeMap::new();
    for other in &others {
        let (members, sum, sides) = groups.entry(other.group.clone()).or_insert((0, Cell::Value(0), Vec::new()));
        *members += 1;
        *sum += other.students;
        sides.push(other.node.side);
    }
    if data.by == By::Unit {
        left_of_places(model, spec, &units, &mut groups);
    }
    let mut groups: Vec<Candidate> = groups
        .into_iter()
        .map(|(code, (members, students, sides))| {
            let mut out = data::municipality(model, &code, NodeRole::Rest, members, students);
            if let Some(first) = sides.first()
                && sides.iter().all(|side| side == first)
            {
                out.node.side = *first;
                out.node.tone = Tone::Kind(*first);
            }
            out
        })
        .collect();
    data::sort(&mut groups);
    for (i, mut candidate) in units.into_iter().enumerate() {
        candidate.node.rank = Some(i + 1);
        data.show(candidate);
    }
    for (i, group) in groups.into_iter().enumerate() {
        // There is no line within the municipality itself.
        let is_here = group.node.code == data.code;
        if i < MAX_RESTS && !is_here && group.node.students > 0 && group.node.students as f64 >= least {
            data.show(group);
        } else {
            data.leave(group);
        }
    }
}

/// Adds the rest of each municipality besides its units with a line. It is computed from the municipality's sum,
/// because not all units are published.
fn left_of_places(
    model: &ReportModel,
    spec: &MapSpec,
    drawn: &[Candidate],
    groups: &mut BTreeMap<Text, (usize, Cell, Vec<Side>)>,
) {
    let mut of_place: BTreeMap<&Text, u64> = BTreeMap::new();
    for candidate in drawn {
        *of_place.entry(&candidate.group).or_insert(0) += candidate.node.students;
    }
    for (place, all) in model.places_of(spec.of.code(), &spec.selection) {
        if place == *spec.of.code() {
            continue;
        }
        let left = model.left(all, of_place.get(&place).copied().unwrap_or(0));
        if left == Cell::Value(0) {
            groups.remove(&place);
        } else {
            let (_, sum, sides) = groups.entry(place).or_insert((0, Cell::Value(0), Vec::new()));
            // The published units need not add up to the rest.
            if *sum != left {
                sides.push(Side::Mixed);
            }
            *sum = left;
        }
    }
}
