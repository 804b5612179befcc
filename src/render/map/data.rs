//! What a dependency map shows: the flows of one municipality from either side, the largest of them, and the rest.

use std::collections::BTreeMap;

use super::MapSpec;
use crate::model::{Cell, OUT, Perspective, Point, SchoolUnit, Text};
use crate::render::style::Side;
use crate::report::{Ends, Pupils, ReportModel, Totals};

/// Most school units that get a line of their own.
pub const MAX_UNITS: usize = 10;
/// Most lines to what is left of the units of a municipality.
const MAX_RESTS: usize = 4;
/// What is left of a municipality's units gets a line where it is at least this share of those who cross the border.
const SHARE_OF_REST: f64 = 0.02;
/// Most municipalities that get a line.
const MAX_HOMES: usize = 14;
/// Lines go to the largest flows that together make this share of the students who cross a border.
const SHARE_SHOWN: f64 = 0.95;

/// What a node stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The municipality that the map is about.
    Focus,
    /// A school unit.
    Unit,
    /// What is left of the units of a municipality, or all units outside the region.
    Rest,
    /// A municipality, of homes or of units, or all outside the region.
    Municipality,
}

/// A circle or a sign on the map.
#[derive(Debug, Clone)]
pub struct Node {
    /// Municipality or unit code, `OUT` for everything outside the region.
    pub code: Text,
    /// Its name.
    pub name: String,
    /// What it stands for.
    pub role: Role,
    /// Where it lies.
    pub point: Option<Point>,
    /// The students that it stands for.
    pub students: u64,
    /// Those of them who stay: the inner disc.
    pub stay: u64,
    /// Who runs it.
    pub side: Side,
    /// Its number in the list beside the map.
    pub rank: Option<usize>,
    /// How many units or homes it stands for.
    pub members: usize,
}

impl Node {
    /// Whether it stands for everything outside the region.
    #[must_use]
    pub fn is_outside(&self) -> bool {
        *self.code == *OUT
    }
}

/// A line on the map.
#[derive(Debug, Clone)]
pub struct Flow {
    /// Position of the home's node.
    pub from: usize,
    /// Position of the unit's node.
    pub to: usize,
    /// Students.
    pub students: u64,
    /// Who runs the unit.
    pub side: Side,
}

/// A line of the list beside the map.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it is about.
    pub role: Role,
    /// Number on the map.
    pub rank: Option<usize>,
    /// How many units or homes it stands for.
    pub members: usize,
    /// Name of the unit or the municipality.
    pub name: String,
    /// Name of the municipality that a unit lies in.
    pub place: String,
    /// Who runs the unit.
    pub side: Side,
    /// Students.
    pub students: Cell,
    /// For units of a provider map: those from other municipalities.
    pub away: Option<Cell>,
}

/// Everything that a map shows.
#[derive(Debug, Clone)]
pub struct MapData {
    /// Code of the municipality.
    pub code: Text,
    /// Its name.
    pub name: String,
    /// From whose side.
    pub perspective: Perspective,
    /// What the lines of a home map lead to.
    pub ends: Ends,
    /// All students: residents, or pupils of the units here.
    pub total: Cell,
    /// Those who stay within the municipality.
    pub stay: Cell,
    /// Those who stay by who runs their unit (home map).
    pub stay_parts: Vec<(Side, Cell)>,
    /// Those who cross its border.
    pub away: Cell,
    /// Students by who runs their unit; none where the release does not tell.
    pub parts: Vec<(Side, Cell)>,
    /// The circles and signs, the municipality itself first.
    pub nodes: Vec<Node>,
    /// The lines, in the order of the nodes.
    pub flows: Vec<Flow>,
    /// All flows that cross the border, shown or not: units or municipalities.
    pub flows_all: usize,
    /// Flows whose count is hidden: never drawn.
    pub flows_hidden: usize,
    /// The list: what has a line, in the order of the nodes.
    pub entries: Vec<Entry>,
    /// What has no line: how many flows, and their students.
    pub rest: (usize, Cell),
    /// Units in the municipality with pupils (provider map).
    pub units: Vec<Entry>,
    /// Units that the register knows in the municipality.
    pub units_known: usize,
}

impl MapData {
    /// Gathers what the map shows.
    #[must_use]
    pub fn new(model: &ReportModel, spec: &MapSpec) -> Self {
        match spec.perspective {
            Perspective::Home => home(model, spec),
            Perspective::Provider => provider(model, spec),
        }
    }

    fn empty(model: &ReportModel, spec: &MapSpec, totals: &Totals) -> Self {
        Self {
            ends: model.ends(),
            name: model.registers.municipality_name(&spec.of).to_owned(),
            code: spec.of.clone(),
            perspective: spec.perspective,
            total: totals.all,
            stay: totals.here,
            stay_parts: Vec::new(),
            away: totals.elsewhere,
            parts: Vec::new(),
            nodes: Vec::new(),
            flows: Vec::new(),
            flows_all: 0,
            flows_hidden: 0,
            entries: Vec::new(),
            rest: (0, Cell::Value(0)),
            units: Vec::new(),
            units_known: model.registers.units().filter(|u| u.municipality == spec.of).count(),
        }
    }

    /// The municipality's own circle, first of all.
    fn focus(&mut self, model: &ReportModel, side: Side) {
        self.nodes.push(Node {
            code: self.code.clone(),
            name: self.name.clone(),
            role: Role::Focus,
            point: model.registers.municipality_by_code(&self.code).and_then(|m| m.point),
            students: self.total.value().unwrap_or(0),
            stay: self.stay.value().unwrap_or(0),
            side,
            rank: None,
            members: 1,
        });
    }

    /// Gives a candidate its node, its line from or to the municipality, and its place in the list.
    fn show(&mut self, candidate: Candidate) {
        let position = self.nodes.len();
        let (from, to) = match self.perspective {
            Perspective::Home => (0, position),
            Perspective::Provider => (position, 0),
        };
        let node = candidate.node;
        self.flows.push(Flow { from, to, students: node.students, side: node.side });
        self.entries.push(Entry {
            role: node.role,
            rank: node.rank,
            members: node.members,
            name: node.name.clone(),
            place: candidate.place,
            side: node.side,
            students: candidate.students,
            away: None,
        });
        self.nodes.push(node);
    }

    fn leave(&mut self, candidate: &Candidate) {
        self.rest.0 += candidate.node.members;
        self.rest.1 += candidate.students;
    }
}

/// How many of the sorted counts get a line: the largest that make 95 %, at most `most`.
fn lines(counts: &[u64], most: usize) -> usize {
    let total: u64 = counts.iter().sum();
    let mut sum = 0;
    for (i, count) in counts.iter().enumerate() {
        if i == most || (i > 0 && sum as f64 >= SHARE_SHOWN * total as f64) {
            return i;
        }
        sum += count;
    }
    counts.len()
}

/// The parts of a bar, in the fixed order of kinds.
fn parts(sums: BTreeMap<Side, Cell>) -> Vec<(Side, Cell)> {
    sums.into_iter().filter(|(_, students)| *students != Cell::Value(0)).collect()
}

fn is_outside(model: &ReportModel, spec: &MapSpec, municipality: &str) -> bool {
    !model.in_region(municipality) && *spec.of != *municipality
}

/// A destination or an origin, before it is known whether it gets a line.
struct Candidate {
    node: Node,
    /// Name of the municipality that a unit lies in.
    place: String,
    /// Its code, `OUT` outside the region.
    group: Text,
    students: Cell,
}

/// Largest first, hidden last, ties by code.
fn sort(candidates: &mut [Candidate]) {
    candidates.sort_by(|a, b| {
        let key = |c: &Candidate| c.students.value().unwrap_or(0);
        key(b).cmp(&key(a)).then_with(|| a.node.code.cmp(&b.node.code))
    });
}

fn municipality(model: &ReportModel, code: &Text, role: Role, members: usize, students: Cell) -> Candidate {
    let is_outside = **code == *OUT;
    let name = if is_outside {
        model.lang.text("outside-region")
    } else {
        model.registers.municipality_name(code).to_owned()
    };
    let node = Node {
        code: code.clone(),
        name,
        role,
        point: model.registers.municipality_by_code(code).and_then(|m| m.point).filter(|_| !is_outside),
        students: students.value().unwrap_or(0),
        stay: 0,
        side: Side::Mixed,
        rank: None,
        members,
    };
    Candidate { node, place: String::new(), group: code.clone(), students }
}

fn unit(model: &ReportModel, unit: &SchoolUnit, side: Side, group: Text, students: Cell) -> Candidate {
    let node = Node {
        code: unit.code.clone(),
        name: unit.name.to_string(),
        role: Role::Unit,
        point: model.registers.unit_point(unit),
        students: students.value().unwrap_or(0),
        stay: 0,
        side,
        rank: None,
        members: 1,
    };
    let place = model.registers.municipality_name(&unit.municipality).to_owned();
    Candidate { node, place, group, students }
}

/// The home map: where the residents go, unit by unit or municipality by municipality.
fn home(model: &ReportModel, spec: &MapSpec) -> MapData {
    let residents = model.residents(&spec.of, &spec.selection);
    let mut data = MapData::empty(model, spec, &residents);
    match data.ends {
        Ends::Units => home_to_units(model, spec, data, residents.flows),
        Ends::Municipalities => {
            data.parts = model.share(&spec.of, &spec.selection).map_or_else(Vec::new, |row| {
                let independent = row.independent_home + row.independent_elsewhere;
                let sides = [
                    (Side::Own, row.own_provider),
                    (Side::Municipal, row.other_municipality),
                    (Side::Independent, independent),
                    (Side::PublicOther, row.region_state),
                ];
                parts(sides.into())
            });
            let places = residents.flows.into_iter().map(|(place, students)| (place, 1, students));
            ends_in_municipalities(model, spec, data, places.collect())
        }
    }
}

/// The home map by unit.
fn home_to_units(model: &ReportModel, spec: &MapSpec, mut data: MapData, flows: Vec<(Text, Cell)>) -> MapData {
    let mut sums: BTreeMap<Side, Cell> = BTreeMap::new();
    let mut stays: BTreeMap<Side, Cell> = BTreeMap::new();
    let mut candidates: Vec<Candidate> = Vec::new();
    for (code, students) in flows {
        let Some(place) = model.registers.unit_by_code(&code) else { continue };
        let side = Side::of(place.provider.kind, &place.provider.code, Some(&spec.of));
        *sums.entry(side).or_insert(Cell::Value(0)) += students;
        if place.municipality == spec.of {
            *stays.entry(side).or_insert(Cell::Value(0)) += students;
        } else {
            let outside = is_outside(model, spec, &place.municipality);
            let group = if outside { Text::from(OUT) } else { place.municipality.clone() };
            candidates.push(unit(model, place, side, group, students));
        }
    }
    data.parts = parts(sums);
    data.stay_parts = parts(stays);
    data.flows_all = candidates.len();
    data.flows_hidden = candidates.iter().filter(|c| c.students == Cell::Hidden).count();
    if data.total != Cell::Value(0) {
        data.focus(model, Side::Own);
        destinations(model, &mut data, candidates);
    }
    data
}

/// A line to each of the largest units in the region, then one to what is left in each municipality.
fn destinations(model: &ReportModel, data: &mut MapData, mut candidates: Vec<Candidate>) {
    sort(&mut candidates);
    let (mut units, mut others): (Vec<_>, Vec<_>) =
        candidates.into_iter().partition(|c| *c.group != *OUT && c.students.value().is_some());
    let counts: Vec<u64> = units.iter().map(|c| c.node.students).collect();
    others.extend(units.split_off(lines(&counts, MAX_UNITS)));
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
            let mut out = municipality(model, &code, Role::Rest, members, students);
            if sides.iter().all(|s| *s == sides[0]) {
                out.node.side = sides[0];
            }
            out
        })
        .collect();
    sort(&mut groups);
    for (i, group) in groups.into_iter().enumerate() {
        if i < MAX_RESTS && group.node.students > 0 && group.node.students as f64 >= least {
            data.show(group);
        } else {
            data.leave(&group);
        }
    }
}

/// The provider map: the homes of the pupils in the municipality's units, all units together.
fn provider(model: &ReportModel, spec: &MapSpec) -> MapData {
    let pupils = model.pupils(&spec.of, &spec.selection);
    let mut data = MapData::empty(model, spec, &pupils);
    let mut sums: BTreeMap<Side, Cell> = BTreeMap::new();
    for Pupils { unit, all, elsewhere } in model.units(&spec.of, &spec.selection) {
        let side = Side::of(unit.provider.kind, &unit.provider.code, None);
        *sums.entry(side).or_insert(Cell::Value(0)) += all;
        data.units.push(Entry {
            role: Role::Unit,
            rank: None,
            members: 1,
            name: unit.name.to_string(),
            place: String::new(),
            side,
            students: all,
            away: (elsewhere != Cell::Missing).then_some(elsewhere),
        });
    }
    // Units can have pupils whose home nobody knows: then their kinds are parts of another whole.
    if sums.values().copied().sum::<Cell>() == data.total {
        data.parts = parts(sums);
    }
    // By home, `OUT` for all outside the region: how many homes, and their students.
    let mut homes: BTreeMap<Text, (usize, Cell)> = BTreeMap::new();
    for (home, students) in pupils.flows {
        if *home != *OUT && model.registers.municipality_by_code(&home).is_none() {
            continue;
        }
        let code = if is_outside(model, spec, &home) { Text::from(OUT) } else { home };
        let (members, sum) = homes.entry(code).or_insert((0, Cell::Value(0)));
        *members += 1;
        *sum += students;
    }
    ends_in_municipalities(model, spec, data, homes.into_iter().map(|(code, (n, sum))| (code, n, sum)).collect())
}

/// A line to or from each of the largest municipalities: code, how many it stands for, students.
fn ends_in_municipalities(
    model: &ReportModel,
    spec: &MapSpec,
    mut data: MapData,
    ends: Vec<(Text, usize, Cell)>,
) -> MapData {
    let others = ends.into_iter().filter(|(code, ..)| *code != spec.of);
    let mut candidates: Vec<Candidate> = others
        .map(|(code, members, students)| municipality(model, &code, Role::Municipality, members, students))
        .collect();
    sort(&mut candidates);
    data.flows_all = candidates.iter().map(|c| c.node.members).sum();
    data.flows_hidden = candidates.iter().filter(|c| c.students == Cell::Hidden).count();
    if data.total != Cell::Value(0) {
        data.focus(model, Side::Mixed);
        let counts: Vec<u64> = candidates.iter().filter_map(|c| c.students.value()).collect();
        let shown = lines(&counts, MAX_HOMES);
        for (i, candidate) in candidates.into_iter().enumerate() {
            if i < shown {
                data.show(candidate);
            } else {
                data.leave(&candidate);
            }
        }
    }
    data
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn lines_go_to_the_largest_that_make_nearly_all() {
        for (counts, wanted) in
            [(vec![], 0), (vec![5], 1), (vec![96, 4], 1), (vec![90, 6, 4], 2), (vec![1; 100], 14), (vec![10; 5], 5)]
        {
            assert_eq!(lines(&counts, 14), wanted, "{counts:?}");
        }
    }
}
