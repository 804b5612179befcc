//! What a dependency map shows: the flows of one municipality, provider or unit from either side, the largest of them, and the
//! rest.

use std::collections::BTreeMap;

use super::{By, MapSpec};
use crate::graph::Selection;
use crate::model::{Cell, OUT, Perspective, Point, Text};
use crate::render::style::{Side, Tone};
use crate::report::{ReportModel, Subject, Totals};

/// Most municipalities that get a line.
const MAX_HOMES: usize = 14;
/// Lines go to the largest flows that together make this share of the students who cross a border.
const SHARE_SHOWN: f64 = 0.95;

/// What a node stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// What the map is about.
    Focus,
    /// A school unit, or a provider.
    Unit,
    /// What is left of the units of a municipality, or all units outside the region.
    Rest,
    /// A municipality, of homes or of units, or all outside the region.
    Municipality,
}

/// A circle or a sign on the map.
#[derive(Debug, Clone)]
pub struct Node {
    /// Code of a municipality, a unit or a provider, `OUT` for everything outside the region.
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
    /// What its colour says.
    pub tone: Tone,
    /// What its label says, where that is no plain number of students: a change with its sign, or that it is hidden.
    pub change: Option<Cell<i64>>,
    /// Its number in the list beside the map.
    pub rank: Option<usize>,
    /// How many units or homes it stands for.
    pub members: usize,
}

impl Node {
    /// Makes it stand for a change: its size, its colour, and what its label says.
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
    /// What its colour says.
    pub tone: Tone,
}

/// A line of the list beside the map.
#[derive(Debug, Clone)]
pub struct ListEntry {
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
    /// What its colour says.
    pub tone: Tone,
    /// Students.
    pub students: Cell,
    /// For units of a provider map: those from other municipalities.
    pub away: Option<Cell>,
    /// Students at the moment that the map compares with.
    pub before: Option<Cell>,
}

/// What lines and circles stand for.
#[derive(Debug, Clone)]
pub enum Shows {
    /// Students.
    Students,
    /// How many more or fewer there are than before.
    Change(Before),
    /// How many more go one way than the other.
    Net,
}

/// What a map of change compares with.
#[derive(Debug, Clone)]
pub struct Before {
    /// When that was.
    pub selection: Selection,
    /// All students then.
    pub total: Cell,
    /// Those who stayed.
    pub stay: Cell,
    /// Those with another provider, or from elsewhere: what the title tells.
    pub part: Cell,
    /// The same now.
    pub part_now: Cell,
}

/// Everything that a map shows.
#[derive(Debug, Clone)]
pub struct MapData {
    /// Code of the municipality that it is about, or where the provider or the unit lies; empty for the whole region.
    pub code: Text,
    /// What it is about.
    pub of: Subject,
    /// The name of that.
    pub name: String,
    /// From whose side.
    pub perspective: Perspective,
    /// What the lines of a home map lead to.
    pub by: By,
    /// All students: residents, or pupils of the units here.
    pub total: Cell,
    /// Those who stay within the municipality; by provider, those with their own municipality as provider.
    pub stay: Cell,
    /// Those who stay by who runs their unit (home map).
    pub stay_parts: Vec<(Side, Cell)>,
    /// Those who cross its border; by provider, those with another provider.
    pub away: Cell,
    /// Those at units that the home does not run (home map).
    pub cross: Cell,
    /// Students by who runs their unit; none where the release does not tell.
    pub parts: Vec<(Side, Cell)>,
    /// The circles and signs, what the map is about first.
    pub nodes: Vec<Node>,
    /// The lines, in the order of the nodes.
    pub flows: Vec<Flow>,
    /// All flows that cross the border, shown or not: units or municipalities.
    pub flows_all: usize,
    /// Flows whose count is hidden: never drawn.
    pub flows_hidden: usize,
    /// The list: what has a line, in the order of the nodes.
    pub entries: Vec<ListEntry>,
    /// What has no line: how many flows, and their students.
    pub rest: (usize, Cell),
    /// Units in the municipality with pupils (provider map).
    pub units: Vec<ListEntry>,
    /// Units that the register knows in the municipality.
    pub units_known: usize,
    /// What its lines and circles stand for.
    pub shows: Shows,
    /// Decimals of its percentages.
    pub decimals: u32,
}

impl MapData {
    pub(super) fn empty(model: &ReportModel, spec: &MapSpec, totals: &Totals) -> Self {
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
            shows: Shows::Students,
        }
    }

    /// The circle of what the map is about, first of all.
    pub(super) fn focus(&mut self, model: &ReportModel, spec: &MapSpec, side: Side) {
        self.nodes.push(Node {
            code: spec.of.code().clone(),
            name: self.name.clone(),
            role: Role::Focus,
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

    /// Gives a candidate its node, its line from or to the municipality, and its place in the list.
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

    /// Leaves a candidate to what is told together; what changed is told one by one all the same.
    pub(super) fn leave(&mut self, candidate: Candidate) {
        if candidate.before.is_some() {
            self.entries.push(candidate.entry());
        }
        self.rest.0 += candidate.node.members;
        self.rest.1 += candidate.students;
    }

    /// Students with another provider than their home municipality, or from elsewhere: what the title tells.
    #[must_use]
    pub fn part(&self) -> Cell {
        match self.perspective {
            Perspective::Provider => self.away,
            Perspective::Home => self.cross,
        }
    }
}

/// The name of what a map is about.
fn name(model: &ReportModel, of: &Subject) -> String {
    match of {
        Subject::Place(code) => model.registers.municipality_name(code).to_owned(),
        Subject::Unit(code) => model.registers.unit_name(code).to_owned(),
        Subject::Provider(code) => model.provider_name(code),
    }
}

/// The municipality that what a map is about lies in: of a provider, that of most of its pupils.
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

/// Where what a map is about lies: of a provider, the middle of its pupils' units.
fn point(model: &ReportModel, spec: &MapSpec) -> Option<Point> {
    if let Subject::Place(code) = &spec.of {
        return model.registers.municipality_by_code(code).and_then(|m| m.point);
    }
    let units = model.units(&spec.of, &spec.selection).into_iter();
    middle(units.filter_map(|u| Some((model.registers.unit_point(u.unit)?, u.all.value().unwrap_or(0)))))
}

/// The middle of points with weights.
pub(super) fn middle(points: impl Iterator<Item = (Point, u64)>) -> Option<Point> {
    let (mut lat, mut lon, mut all) = (0.0, 0.0, 0.0);
    for (point, weight) in points {
        let weight = weight.max(1) as f64;
        (lat, lon, all) = (lat + point.lat * weight, lon + point.lon * weight, all + weight);
    }
    (all > 0.0).then(|| Point { lat: lat / all, lon: lon / all })
}

/// How many of the sorted counts get a line: the largest that make 95 %, at most `most`.
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

/// Whether a municipality is one of those that maps tell together as outside the region.
pub(super) fn is_outside(model: &ReportModel, seat: &str, municipality: &str) -> bool {
    !model.in_region(municipality) && *seat != *municipality
}

/// A destination or an origin, before it is known whether it gets a line.
pub(super) struct Candidate {
    pub node: Node,
    /// Name of the municipality that a unit lies in.
    pub place: String,
    /// Its code, `OUT` outside the region.
    pub group: Text,
    pub students: Cell,
    /// Students at the moment that the map compares with.
    pub before: Option<Cell>,
}

impl Candidate {
    /// Its line of the list.
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
    role: Role,
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

/// A line to or from each of the largest municipalities (code, how many it stands for, students), but for the one that the map
/// is about.
pub(super) fn ends_in_municipalities(
    model: &ReportModel,
    spec: &MapSpec,
    data: MapData,
    ends: Vec<(Text, usize, Cell)>,
) -> MapData {
    let others = ends.into_iter().filter(|(code, ..)| !is_about(spec, code));
    let candidates = others
        .map(|(code, members, students)| municipality(model, &code, Role::Municipality, members, students))
        .collect();
    largest(model, spec, data, candidates)
}

/// Whether a map is about this municipality.
pub(super) fn is_about(spec: &MapSpec, municipality: &Text) -> bool {
    matches!(&spec.of, Subject::Place(code) if code == municipality)
}

/// A line to or from each of the largest.
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
