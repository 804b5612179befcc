//! The data of a dependency map: the flows of one municipality, provider or unit from either side, the largest ones
//! individually and the rest merged.

use std::collections::BTreeMap;

use super::{By, MapSpec};
use crate::graph::Selection;
use crate::model::{Cell, OUT, Perspective, Point, Text};
use crate::render::style::{Side, Tone};
use crate::report::{FlowTotals, ReportModel, Subject};

/// Maximum number of municipalities with a line.
const MAX_HOMES: usize = 14;
/// Lines show the largest flows that together make up this share of the border-crossing students.
const SHARE_SHOWN: f64 = 0.95;

/// What a node represents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeRole {
    /// The subject of the map.
    Focus,
    /// A school unit, or a provider.
    Unit,
    /// The remaining units of a municipality, or all units outside the region.
    Rest,
    /// A municipality, of homes or of units, or everything outside the region.
    Municipality,
}

/// A circle or a sign on the map.
#[derive(Debug, Clone)]
pub struct Node {
    /// Code of a municipality, a unit or a provider, `OUT` for everything outside the region.
    pub code: Text,
    /// Its name.
    pub name: String,
    /// What it represents.
    pub role: NodeRole,
    /// Its position.
    pub point: Option<Point>,
    /// Its students.
    pub students: u64,
    /// Students among them who stay: the inner disc.
    pub stay: u64,
    /// Who runs it.
    pub side: Side,
    /// The meaning of its colour.
    pub tone: Tone,
    /// The content of its label if it is not a number of students: a change with its sign, or hidden.
    pub change: Option<Cell<i64>>,
    /// Its number in the list beside the map.
    pub rank: Option<usize>,
    /// Number of units or homes it represents.
    pub members: usize,
}

impl Node {
    /// Makes it represent a change: sets its size, colour and label.
    pub(super) fn turn(&mut self, change: Cell<i64>) {
        self.students = change.value().map_or(0, i64::unsigned_abs);
        self.tone = change.value().map_or(Tone::Kind(Side::Mixed), Tone::of);
        self.change = Some(change);
    }

    /// Whether its number is hidden.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        self.change == Some(Cell::Hidden)
    }

    /// Whether it represents everything outside the region.
    #[must_use]
    pub fn is_outside(&self) -> bool {
        *self.code == *OUT
    }
}

/// A line on the map.
#[derive(Debug, Clone)]
pub struct Flow {
    /// Index of the home's node.
    pub from: usize,
    /// Index of the unit's node.
    pub to: usize,
    /// Students.
    pub students: u64,
    /// The meaning of its colour.
    pub tone: Tone,
}

/// A row of the list beside the map.
#[derive(Debug, Clone)]
pub struct ListEntry {
    /// What it represents.
    pub role: NodeRole,
    /// Its number on the map.
    pub rank: Option<usize>,
    /// Number of units or homes it represents.
    pub members: usize,
    /// Name of the unit or the municipality.
    pub name: String,
    /// Name of a unit's municipality.
    pub place: String,
    /// Who runs the unit.
    pub side: Side,
    /// The meaning of its colour.
    pub tone: Tone,
    /// Students.
    pub students: Cell,
    /// For units of a provider map: pupils from other municipalities.
    pub away: Option<Cell>,
    /// Students at the moment of comparison.
    pub before: Option<Cell>,
}

/// What lines and circles represent.
#[derive(Debug, Clone)]
pub enum Quantity {
    /// Students.
    Students,
    /// The change since another moment.
    Change(Comparison),
    /// The net flow between two municipalities.
    Net,
}

/// The moment of comparison of a map of change.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// Its selection.
    pub selection: Selection,
    /// All students then.
    pub total: Cell,
    /// Students then who stayed.
    pub stay: Cell,
    /// Students then with another provider, or pupils from elsewhere, for the title.
    pub part: Cell,
    /// The same now.
    pub part_now: Cell,
}

/// All data of a map.
#[derive(Debug, Clone)]
pub struct MapData {
    /// Code of its municipality, or of the municipality of its provider or unit; empty for the whole region.
    pub code: Text,
    /// Its subject.
    pub of: Subject,
    /// The name of its subject.
    pub name: String,
    /// Its side.
    pub perspective: Perspective,
    /// The destinations of the lines of a home map.
    pub by: By,
    /// All students: residents, or pupils of the units here.
    pub total: Cell,
    /// Students who stay within the municipality; by provider, students with their own municipality as provider.
    pub stay: Cell,
    /// Students who stay by provider of their unit (home map).
    pub stay_parts: Vec<(Side, Cell)>,
    /// Students who cross its border; by provider, students with another provider.
    pub away: Cell,
    /// Students at units that the home does not run (home map).
    pub cross: Cell,
    /// Students by provider of their unit; empty if that is not published.
    pub parts: Vec<(Side, Cell)>,
    /// The circles and signs, the subject first.
    pub nodes: Vec<Node>,
    /// The lines, in the order of the nodes.
    pub flows: Vec<Flow>,
    /// Number of all flows across the border, shown or not: units or municipalities.
    pub flows_all: usize,
    /// Number of flows with a hidden count, which are never drawn.
    pub flows_hidden: usize,
    /// The list: entries with a line, in the order of the nodes.
    pub entries: Vec<ListEntry>,
    /// Flows without a line: their number and their students.
    pub rest: (usize, Cell),
    /// Units in the municipality with pupils (provider map).
    pub units: Vec<ListEntry>,
    /// Number of units in the municipality according to the register.
    pub units_known: usize,
    /// What its lines and circles represent.
    pub shows: Quantity,
    /// Decimals of its percentages.
    pub decimals: u32,
}

impl MapData {
    pub(super) fn empty(model: &ReportModel, spec: &MapSpec, totals: &FlowTotals) -> Self {
        let (name, code) = (name(model, &spec.of), seat(model, spec));
        Self {
            by: spec.by(model),
            of: spec.of.clone(),
            name,
            code,
            decimals: model.decimals(),
            perspective: spec.perspective,
            total: totals.all,
            stay: totals.here,
            stay_parts: Vec::new(),
            away: totals.elsewhere,
            cross: Cell::Hidden,
            parts: Vec::new(),
            nodes: Vec::new(),
            flows: Vec::new(),
            flows_all: 0,
            flows_hidden: 0,
            entries: Vec::new(),
            rest: (0, Cell::Value(0)),
            units: Vec::new(),
            units_known: model.units_of(&spec.of).count(),
            shows: Quantity::Students,
        }
    }

    /// Adds the circle of the subject, which must be the first node.
    pub(super) fn focus(&mut self, model: &ReportModel, spec: &MapSpec, side: Side) {
        self.nodes.push(Node {
            code: spec.of.code().clone(),
            name: self.name.clone(),
            role: NodeRole::Focus,
            point: point(model, spec),
            students: self.total.value().unwrap_or(0),
            stay: self.stay.value().unwrap_or(0),
            side,
            tone: Tone::Kind(side),
            change: None,
            rank: None,
            members: 1,
        });
    }

    /// Adds a candidate with its node, its line from or to the subject, and its list entry.
    pub(super) fn show(&mut self, candidate: Candidate) {
        let position = self.nodes.len();
        let (from, to) = match self.perspective {
            Perspective::Home => (0, position),
            Perspective::Provider => (position, 0),
        };
        self.entries.push(candidate.entry());
        let node = candidate.node;
        self.flows.push(Flow { from, to, students: node.students, tone: node.tone });
        self.nodes.push(node);
    }

    /// Adds a candidate to the rest; changes still get their list entries.
    pub(super) fn leave(&mut self, candidate: Candidate) {
        if candidate.before.is_some() {
            self.entries.push(candidate.entry());
        }
        self.rest.0 += candidate.node.members;
        self.rest.1 += candidate.students;
    }

    /// Students with another provider than their home municipality, or pupils from elsewhere, for the title.
    #[must_use]
    pub fn part(&self) -> Cell {
        match self.perspective {
            Perspective::Provider => self.away,
            Perspective::Home => self.cross,
        }
    }
}

/// The name of a map's subject.
fn name(model: &ReportModel, of: &Subject) -> String {
    match of {
        Subject::Place(code) => model.registers.municipality_name(code).to_owned(),
        Subject::Unit(code) => model.registers.unit_name(code).to_owned(),
        Subject::Provider(code) => model.provider_name(code),
    }
}

/// The municipality of a map's subject; for a provider, the one with most of its pupils.
pub(super) fn seat(model: &ReportModel, spec: &MapSpec) -> Text {
    match &spec.of {
        Subject::Place(code) => code.clone(),
        Subject::Unit(code) => {
            model.registers.unit_by_code(code).map_or_else(|| code.clone(), |unit| unit.municipality.clone())
        }
        Subject::Provider(code) if model.registers.municipality_by_code(code).is_some() => code.clone(),
        of @ Subject::Provider(code) => {
            let first = model.units(of, &spec.selection).into_iter().next();
            first.map_or_else(|| code.clone(), |pupils| pupils.unit.municipality.clone())
        }
    }
}

/// The position of a map's subject; for a provider, the weighted centre of its pupils' units.
fn point(model: &ReportModel, spec: &MapSpec) -> Option<Point> {
    if let Subject::Place(code) = &spec.of {
        return model.registers.municipality_by_code(code).and_then(|m| m.point);
    }
    let units = model.units(&spec.of, &spec.selection).into_iter();
    middle(units.filter_map(|u| Some((model.registers.unit_point(u.unit)?, u.all.value().unwrap_or(0)))))
}

/// The weighted centre of points.
pub(super) fn middle(points: impl Iterator<Item = (Point, u64)>) -> Option<Point> {
    let (mut lat, mut lon, mut all) = (0.0, 0.0, 0.0);
    for (point, weight) in points {
        let weight = weight.max(1) as f64;
        (lat, lon, all) = (lat + point.lat * weight, lon + point.lon * weight, all + weight);
    }
    (all > 0.0).then(|| Point { lat: lat / all, lon: lon / all })
}

/// Number of the sorted counts that get a line: the largest that make up 95 %, at most `most`.
pub(super) fn lines(counts: &[u64], most: usize) -> usize {
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
pub(super) fn parts(sums: BTreeMap<Side, Cell>) -> Vec<(Side, Cell)> {
    sums.into_iter().filter(|(_, students)| *students != Cell::Value(0)).collect()
}

/// Whether maps merge a municipality into the outside of the region.
pub(super) fn is_outside(model: &ReportModel, seat: &str, municipality: &str) -> bool {
    !model.in_region(municipality) && *seat != *municipality
}

/// A destination or an origin that may get a line.
pub(super) struct Candidate {
    pub node: Node,
    /// Name of a unit's municipality.
    pub place: String,
    /// Its code, `OUT` outside the region.
    pub group: Text,
    pub students: Cell,
    /// Students at the moment of comparison.
    pub before: Option<Cell>,
}

impl Candidate {
    /// Its list entry.
    fn entry(&self) -> ListEntry {
        let node = &self.node;
        ListEntry {
            role: node.role,
            rank: node.rank,
            members: node.members,
            name: node.name.clone(),
            place: self.place.clone(),
            side: node.side,
            tone: node.tone,
            students: self.students,
            away: None,
            before: self.before,
        }
    }
}

/// Largest first, hidden last, ties by code.
pub(super) fn sort(candidates: &mut [Candidate]) {
    candidates.sort_by(|a, b| {
        let key = |c: &Candidate| c.node.students;
        key(b).cmp(&key(a)).then_with(|| a.node.code.cmp(&b.node.code))
    });
}

pub(super) fn municipality(
    model: &ReportModel,
    code: &Text,
    role: NodeRole,
    members: usize,
    students: Cell,
) -> Candidate {
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
        tone: Tone::Kind(Side::Mixed),
        change: None,
        rank: None,
        members,
    };
    Candidate { node, place: String::new(), group: code.clone(), students, before: None }
}

/// Adds a line to or from each of the largest municipalities, except the subject. `ends` has the code, the number of
/// municipalities it represents, and the students.
pub(super) fn ends_in_municipalities(
    model: &ReportModel,
    spec: &MapSpec,
    data: MapData,
    ends: Vec<(Text, usize, Cell)>,
) -> MapData {
    let others = ends.into_iter().filter(|(code, ..)| !is_about(spec, code));
    let candidates = others
        .map(|(code, members, students)| municipality(model, &code, NodeRole::Municipality, members, students))
        .collect();
    largest(model, spec, data, candidates)
}

/// Whether a map's subject is this municipality.
pub(super) fn is_about(spec: &MapSpec, municipality: &Text) -> bool {
    matches!(&spec.of, Subject::Place(code) if code == municipality)
}

/// Adds a line to or from each of the largest candidates.
pub(super) fn largest(
    model: &ReportModel,
    spec: &MapSpec,
    mut data: MapData,
    mut candidates: Vec<Candidate>,
) -> MapData {
    sort(&mut candidates);
    data.flows_all = candidates.iter().map(|c| c.node.members).sum();
    data.flows_hidden = candidates.iter().filter(|c| c.students == Cell::Hidden).count();
    if data.total != Cell::Value(0) {
        data.focus(model, spec, Side::Mixed);
        let counts: Vec<u64> =
            candidates.iter().filter(|c| c.students.value().is_some()).map(|c| c.node.students).collect();
        let shown = lines(&counts, MAX_HOMES);
        for (i, candidate) in candidates.into_iter().enumerate() {
            if i < shown && candidate.node.students > 0 {
                data.show(candidate);
            } else {
                data.leave(candidate);
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
