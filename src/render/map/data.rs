//! What a dependency map shows: the flows of one municipality from either side, the largest of them, and the rest.

use std::collections::BTreeMap;

use super::MapSpec;
use crate::model::{Cell, OUT, Perspective, Point, SchoolUnit, Text};
use crate::render::style::Side;
use crate::report::ReportModel;

/// Most lines that a map shows.
pub const MAX_LINES: usize = 14;
/// Lines go to the largest flows that together make this share of the students who cross a border.
const SHARE_SHOWN: f64 = 0.8;
/// With more units than this the provider map draws one node for the municipality.
const MAX_UNITS: usize = 6;

/// What a node stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The municipality that the map is about.
    Focus,
    /// A school unit.
    Unit,
    /// A home municipality.
    Home,
    /// Everything outside the region.
    Outside,
}

/// A circle on the map.
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
    /// The students that its circle stands for.
    pub students: u64,
    /// Those of them who stay: the inner disc.
    pub stay: u64,
    /// Who runs it.
    pub side: Side,
    /// Its number in the list beside the map.
    pub rank: Option<usize>,
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
    /// Number on the map; none where it has no line.
    pub rank: Option<usize>,
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
    /// All students: residents, or pupils of the units here.
    pub total: Cell,
    /// Those who stay within the municipality.
    pub stay: Cell,
    /// Those who cross its border.
    pub away: Cell,
    /// Students by who runs their unit.
    pub parts: Vec<(Side, Cell)>,
    /// The circles.
    pub nodes: Vec<Node>,
    /// The lines, largest first.
    pub flows: Vec<Flow>,
    /// All flows that cross the border, shown or not.
    pub flows_all: usize,
    /// Flows whose count is hidden: never drawn.
    pub flows_hidden: usize,
    /// The list: what has a line first.
    pub entries: Vec<Entry>,
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

    /// Students on the lines drawn.
    #[must_use]
    pub fn shown(&self) -> u64 {
        self.flows.iter().map(|f| f.students).sum()
    }

    fn empty(model: &ReportModel, spec: &MapSpec) -> Self {
        Self {
            name: model.registers.municipality_name(&spec.of).to_owned(),
            code: spec.of.clone(),
            perspective: spec.perspective,
            total: Cell::Value(0),
            stay: Cell::Value(0),
            away: Cell::Value(0),
            parts: Vec::new(),
            nodes: Vec::new(),
            flows: Vec::new(),
            flows_all: 0,
            flows_hidden: 0,
            entries: Vec::new(),
            units: Vec::new(),
            units_known: model.registers.units().filter(|u| u.municipality == spec.of).count(),
        }
    }

    fn focus(&self, model: &ReportModel, side: Side) -> Node {
        Node {
            code: self.code.clone(),
            name: self.name.clone(),
            role: Role::Focus,
            point: model.registers.municipality_by_code(&self.code).and_then(|m| m.point),
            students: self.total.value().unwrap_or(0),
            stay: self.stay.value().unwrap_or(0),
            side,
            rank: None,
        }
    }
}

fn add(sum: &mut Cell, more: Cell) {
    *sum = sum.zip(more, |a, b| a + b);
}

/// How many of the sorted counts get a line: the largest that make 80 %, at most [`MAX_LINES`].
fn lines(counts: &[u64]) -> usize {
    let total: u64 = counts.iter().sum();
    let mut sum = 0;
    for (i, count) in counts.iter().enumerate() {
        if i == MAX_LINES || (i > 0 && sum as f64 >= SHARE_SHOWN * total as f64) {
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
    place: String,
    students: Cell,
}

/// Largest first, hidden last, ties by code; the group of everything outside stands where its size puts it.
fn sort(candidates: &mut [Candidate]) {
    candidates.sort_by(|a, b| {
        let key = |c: &Candidate| c.students.value().unwrap_or(0);
        key(b).cmp(&key(a)).then_with(|| a.node.code.cmp(&b.node.code))
    });
}

fn outside(model: &ReportModel, students: Cell) -> Candidate {
    let node = Node {
        code: OUT.into(),
        name: model.lang.text("outside-region"),
        role: Role::Outside,
        point: None,
        students: students.value().unwrap_or(0),
        stay: 0,
        side: Side::Mixed,
        rank: None,
    };
    Candidate { node, place: String::new(), students }
}

fn unit_node(model: &ReportModel, unit: &SchoolUnit, side: Side, students: u64) -> Node {
    Node {
        code: unit.code.clone(),
        name: unit.name.to_string(),
        role: Role::Unit,
        point: model.registers.unit_point(unit),
        students,
        stay: 0,
        side,
        rank: None,
    }
}

/// The home map: units that the residents go to.
fn home(model: &ReportModel, spec: &MapSpec) -> MapData {
    let mut data = MapData::empty(model, spec);
    let mut sums: BTreeMap<Side, Cell> = BTreeMap::new();
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut outside_sum: Option<Cell> = None;
    for (code, students) in model.graph.get().destinations(&spec.of, &spec.selection, &model.registers) {
        let Some(unit) = model.registers.unit_by_code(&code) else { continue };
        let side = Side::of(unit.provider.kind, &unit.provider.code, Some(&spec.of));
        add(&mut data.total, students);
        add(sums.entry(side).or_insert(Cell::Value(0)), students);
        if unit.municipality == spec.of {
            add(&mut data.stay, students);
            continue;
        }
        add(&mut data.away, students);
        if is_outside(model, spec, &unit.municipality) {
            add(outside_sum.get_or_insert(Cell::Value(0)), students);
        } else {
            let node = unit_node(model, unit, side, students.value().unwrap_or(0));
            let place = model.registers.municipality_name(&unit.municipality).to_owned();
            candidates.push(Candidate { node, place, students });
        }
    }
    candidates.extend(outside_sum.map(|sum| outside(model, sum)));
    data.parts = parts(sums);
    fill(&mut data, candidates);
    if data.total != Cell::Value(0) {
        // The focus stands first; the lines lead from it.
        let focus = data.focus(model, Side::Own);
        data.nodes.insert(0, focus);
        for (i, node) in data.nodes.iter().enumerate().skip(1) {
            data.flows.push(Flow { from: 0, to: i, students: node.students, side: node.side });
        }
    }
    data
}

/// Gives the largest candidates a node and a number, and lists all.
fn fill(data: &mut MapData, mut candidates: Vec<Candidate>) {
    sort(&mut candidates);
    data.flows_all = candidates.iter().filter(|c| c.students != Cell::Value(0)).count();
    data.flows_hidden = candidates.iter().filter(|c| c.students == Cell::Hidden).count();
    let counts: Vec<u64> = candidates.iter().filter_map(|c| c.students.value()).filter(|n| *n > 0).collect();
    let shown = lines(&counts);
    for (i, mut candidate) in candidates.into_iter().enumerate() {
        if candidate.students == Cell::Value(0) {
            continue;
        }
        let rank = (i < shown).then_some(i + 1);
        candidate.node.rank = rank;
        data.entries.push(Entry {
            rank,
            name: candidate.node.name.clone(),
            place: candidate.place,
            side: candidate.node.side,
            students: candidate.students,
            away: None,
        });
        if rank.is_some() {
            data.nodes.push(candidate.node);
        }
    }
}

/// The pupils of one unit: in all, from here, and by home.
struct Intake<'a> {
    unit: &'a SchoolUnit,
    total: Cell,
    stay: Cell,
    origins: Vec<(Text, Cell)>,
}

fn intakes<'a>(model: &'a ReportModel, spec: &MapSpec) -> Vec<Intake<'a>> {
    let mut out: Vec<Intake<'a>> = Vec::new();
    for unit in model.registers.units().filter(|u| u.municipality == spec.of) {
        let origins = model.graph.get().origins(&unit.code, &spec.selection, &model.registers);
        let origins: Vec<(Text, Cell)> =
            origins.into_iter().filter(|(home, _)| model.registers.municipality_by_code(home).is_some()).collect();
        let total: Cell = origins.iter().map(|(_, students)| *students).sum();
        let stay = origins.iter().find(|(home, _)| *home == spec.of).map_or(Cell::Value(0), |(_, s)| *s);
        if total != Cell::Value(0) {
            out.push(Intake { unit, total, stay, origins });
        }
    }
    out.sort_by(|a, b| {
        let key = |i: &Intake<'_>| i.total.value().unwrap_or(0);
        key(b).cmp(&key(a)).then_with(|| a.unit.code.cmp(&b.unit.code))
    });
    out
}

/// The provider map: the homes of the pupils in the municipality's units.
fn provider(model: &ReportModel, spec: &MapSpec) -> MapData {
    let mut data = MapData::empty(model, spec);
    let intakes = intakes(model, spec);
    let mut sums: BTreeMap<Side, Cell> = BTreeMap::new();
    let mut homes: BTreeMap<Text, Cell> = BTreeMap::new();
    let mut pairs: Vec<(Text, usize, Cell)> = Vec::new();
    for (i, intake) in intakes.iter().enumerate() {
        let side = Side::of(intake.unit.provider.kind, &intake.unit.provider.code, None);
        add(&mut data.total, intake.total);
        add(&mut data.stay, intake.stay);
        add(sums.entry(side).or_insert(Cell::Value(0)), intake.total);
        let mut from_outside: Option<Cell> = None;
        for (home, students) in intake.origins.iter().filter(|(home, _)| *home != spec.of) {
            if is_outside(model, spec, home) {
                add(from_outside.get_or_insert(Cell::Value(0)), *students);
            } else {
                pairs.push((home.clone(), i, *students));
            }
        }
        pairs.extend(from_outside.map(|students| (Text::from(OUT), i, students)));
        data.units.push(Entry {
            rank: None,
            name: intake.unit.name.to_string(),
            place: String::new(),
            side,
            students: intake.total,
            away: Some(intake.total.zip(intake.stay, |total, stay| total - stay)),
        });
    }
    data.away = data.total.zip(data.stay, |total, stay| total - stay);
    data.parts = parts(sums);
    for (home, _, students) in &pairs {
        add(homes.entry(home.clone()).or_insert(Cell::Value(0)), *students);
    }
    let candidates = homes.into_iter().map(|(home, students)| origin(model, &home, students)).collect();
    if intakes.len() > MAX_UNITS {
        fill(&mut data, candidates);
        let focus = data.focus(model, Side::Mixed);
        data.nodes.insert(0, focus);
        for (i, node) in data.nodes.iter().enumerate().skip(1) {
            data.flows.push(Flow { from: i, to: 0, students: node.students, side: Side::Mixed });
        }
    } else {
        by_unit(model, &mut data, &intakes, candidates, pairs);
    }
    data
}

fn origin(model: &ReportModel, home: &Text, students: Cell) -> Candidate {
    if **home == *OUT {
        return outside(model, students);
    }
    let node = Node {
        code: home.clone(),
        name: model.registers.municipality_name(home).to_owned(),
        role: Role::Home,
        point: model.registers.municipality_by_code(home).and_then(|m| m.point),
        students: students.value().unwrap_or(0),
        stay: 0,
        side: Side::Mixed,
        rank: None,
    };
    Candidate { node, place: String::new(), students }
}

/// Few units: a line from each home to each unit, the largest of them.
fn by_unit(
    model: &ReportModel,
    data: &mut MapData,
    intakes: &[Intake<'_>],
    mut candidates: Vec<Candidate>,
    mut pairs: Vec<(Text, usize, Cell)>,
) {
    sort(&mut candidates);
    pairs.retain(|(_, _, students)| *students != Cell::Value(0));
    pairs.sort_by(|a, b| {
        let key = |p: &(Text, usize, Cell)| p.2.value().unwrap_or(0);
        key(b).cmp(&key(a)).then_with(|| (&a.0, &intakes[a.1].unit.code).cmp(&(&b.0, &intakes[b.1].unit.code)))
    });
    data.flows_all = pairs.len();
    data.flows_hidden = pairs.iter().filter(|p| p.2 == Cell::Hidden).count();
    let counts: Vec<u64> = pairs.iter().filter_map(|p| p.2.value()).collect();
    pairs.truncate(lines(&counts));
    for intake in intakes {
        let side = Side::of(intake.unit.provider.kind, &intake.unit.provider.code, None);
        let mut node = unit_node(model, intake.unit, side, intake.total.value().unwrap_or(0));
        node.stay = intake.stay.value().unwrap_or(0);
        data.nodes.push(node);
    }
    for mut candidate in candidates {
        if candidate.students == Cell::Value(0) {
            continue;
        }
        let drawn = pairs.iter().any(|(home, _, _)| *home == candidate.node.code);
        let rank = drawn.then(|| data.entries.iter().filter(|e| e.rank.is_some()).count() + 1);
        candidate.node.rank = rank;
        data.entries.push(Entry {
            rank,
            name: candidate.node.name.clone(),
            place: String::new(),
            side: Side::Mixed,
            students: candidate.students,
            away: None,
        });
        if drawn {
            data.nodes.push(candidate.node);
        }
    }
    for (home, unit, students) in pairs {
        let from = data.nodes.iter().position(|n| n.code == home && n.role != Role::Unit);
        if let (Some(from), Some(students)) = (from, students.value()) {
            let side = data.nodes[unit].side;
            data.flows.push(Flow { from, to: unit, students, side });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn lines_go_to_the_largest_that_make_four_fifths() {
        for (counts, wanted) in [
            (vec![], 0),
            (vec![5], 1),
            (vec![80, 20], 1),
            (vec![79, 11, 10], 2),
            (vec![1; 100], 14),
            (vec![10; 5], 4),
        ] {
            assert_eq!(lines(&counts), wanted, "{counts:?}");
        }
    }
}
