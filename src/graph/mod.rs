//! The weighted graph from home municipality to school unit per programme, with queries from both sides.

use std::collections::{BTreeMap, HashMap};

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::model::{
    ALL, Cell, Population, ProgrammeKind, Registers, Snapshot, Text, UNKNOWN, Year, municipality_of_units,
};
use crate::tables::FlowRow;

/// A node: a home municipality, or where its students study. In data of other countries a municipality and a unit can
/// have the same code; they are still different nodes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// Home municipality by code.
    Home(Text),
    /// School unit by code.
    Unit(Text),
    /// All school units of a municipality by its code; `OUT` for all units outside the region.
    Units(Text),
}

impl Node {
    /// The code of the node.
    #[must_use]
    pub const fn code(&self) -> &Text {
        let (Self::Home(code) | Self::Unit(code) | Self::Units(code)) = self;
        code
    }
}

/// An edge: the students of one home at one unit, or in one municipality, on one programme in one snapshot.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// The snapshot that is counted.
    pub snapshot: Snapshot,
    /// Autumn.
    pub year: Year,
    /// Programme code, or a margin; a public release has only margins between homes and municipalities.
    pub programme: Text,
    /// Students; may be hidden in a released graph.
    pub students: Cell,
}

/// The programmes of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Programmes {
    /// All programmes of a population.
    Of(Population),
    /// All programmes of a kind.
    Group(ProgrammeKind),
    /// One programme by code.
    One(Text),
}

/// A query to the flow graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// The snapshot that is counted.
    pub snapshot: Snapshot,
    /// Autumn.
    pub year: Year,
    /// The programmes.
    pub programmes: Programmes,
}

impl Selection {
    /// Whether a row of a table of sums, which is over all programmes of a population, matches. Never for a single
    /// programme or a group.
    #[must_use]
    pub fn is_of(&self, snapshot: Snapshot, year: Year, population: Population) -> bool {
        (self.snapshot, self.year) == (snapshot, year) && self.programmes == Programmes::Of(population)
    }

    fn includes(&self, edge: &Edge, registers: &Registers) -> bool {
        let kind = || registers.programme_by_code(&edge.programme).map(|programme| programme.kind);
        edge.snapshot == self.snapshot
            && edge.year == self.year
            && match &self.programmes {
                Programmes::One(code) => edge.programme == *code,
                Programmes::Of(population) => population.includes(kind()),
                Programmes::Group(group) => kind() == Some(*group),
            }
    }
}

/// The flow graph. It omits rows with an unknown home or unit, and margins over all homes or all units, because they
/// have no node.
#[derive(Debug, Clone, Default)]
pub struct FlowGraph {
    graph: DiGraph<Node, Edge>,
    nodes: HashMap<Node, NodeIndex>,
}

impl FlowGraph {
    /// The graph of these flows, one edge per row.
    #[must_use]
    pub fn new(flows: &[FlowRow]) -> Self {
        let mut out = Self::default();
        let is_node = |code: &Text| ![UNKNOWN, ALL].contains(&&**code);
        for flow in flows.iter().filter(|f| is_node(&f.home) && is_node(&f.unit)) {
            let home = out.node(Node::Home(flow.home.clone()));
            let unit = out.node(match municipality_of_units(&flow.unit) {
                Some(municipality) => Node::Units(municipality.into()),
                None => Node::Unit(flow.unit.clone()),
            });
            let edge = Edge {
                snapshot: flow.snapshot,
                year: flow.year,
                programme: flow.programme.clone(),
                students: flow.students,
            };
            out.graph.add_edge(home, unit, edge);
        }
        out
    }

    fn node(&mut self, node: Node) -> NodeIndex {
        if let Some(index) = self.nodes.get(&node) {
            return *index;
        }
        let index = self.graph.add_node(node.clone());
        self.nodes.insert(node, index);
        index
    }

    /// The graph itself, for algorithms of petgraph.
    #[must_use]
    pub const fn petgraph(&self) -> &DiGraph<Node, Edge> {
        &self.graph
    }

    /// Students of a home by unit, largest first, ties by code.
    #[must_use]
    pub fn destinations(&self, home: &str, selection: &Selection, registers: &Registers) -> Vec<(Text, Cell)> {
        let home = Node::Home(home.into());
        largest_first(self.neighbours(&home, Direction::Outgoing, selection, registers))
    }

    /// Students at a unit by home, largest first, ties by code.
    #[must_use]
    pub fn origins(&self, unit: &str, selection: &Selection, registers: &Registers) -> Vec<(Text, Cell)> {
        let unit = Node::Unit(unit.into());
        largest_first(self.neighbours(&unit, Direction::Incoming, selection, registers))
    }

    fn neighbours(
        &self,
        node: &Node,
        direction: Direction,
        selection: &Selection,
        registers: &Registers,
    ) -> BTreeMap<Text, Cell> {
        let mut sums = BTreeMap::new();
        let Some(index) = self.nodes.get(node) else { return sums };
        for edge in self.graph.edges_directed(*index, direction) {
            if selection.includes(edge.weight(), registers) {
                let other = if direction == Direction::Outgoing { edge.target() } else { edge.source() };
                *sums.entry(self.graph[other].code().clone()).or_insert(Cell::Value(0)) += edge.weight().students;
            }
        }
        sums
    }
}

/// Sorts codes by students, largest first, hidden counts as zero, ties by code.
pub fn largest_first(sums: impl IntoIterator<Item = (Text, Cell)>) -> Vec<(Text, Cell)> {
    let mut out: Vec<(Text, Cell)> = sums.into_iter().collect();
    out.sort_by(|(code_a, a), (code_b, b)| {
        b.value().unwrap_or(0).cmp(&a.value().unwrap_or(0)).then_with(|| code_a.cmp(code_b))
    });
    out
}
