//! The region as a web: the net flow between every two municipalities.

use std::collections::BTreeMap;

use super::data::{self, Flow, MapData, Node, NodeRole, Quantity};
use super::{By, MapSpec};
use crate::graph::Selection;
use crate::model::{ALL, Cell, OUT, Perspective, Text};
use crate::render::style::{Side, Tone};
use crate::report::{FlowTotals, ReportModel, Subject};
use crate::tables::BalanceRow;

/// Maximum number of lines; more are shown as a matrix (rule 16 of readable flow maps).
const MAX_LINES: usize = super::rules::MOST_LINES;
/// Lines show the largest net flows that together make up this share of all (rule 10 of readable flow maps).
const SHARE_SHOWN: f64 = 0.8;

/// The rows of `balance` shown on the map, the largest net inflow first.
pub(super) fn rows<'m>(model: &'m ReportModel, selection: &Selection) -> Vec<&'m BalanceRow> {
    let codes = model.region.municipalities.iter();
    let mut out: Vec<&BalanceRow> = codes.filter_map(|code| model.balance(code, selection)).collect();
    let net = |row: &BalanceRow| row.net.value().unwrap_or(i64::MIN);
    out.sort_by(|a, b| net(b).cmp(&net(a)).then_with(|| a.municipality.cmp(&b.municipality)));
    out
}

/// Gathers the data of the map.
pub(super) fn data(model: &ReportModel, selection: &Selection) -> MapData {
    let spec = MapSpec {
        perspective: Perspective::Home,
        of: Subject::Place(Text::word(&"")),
        by: Some(By::Municipality),
        selection: selection.clone(),
    };
    let all = model.balance(ALL, selection).map_or(Cell::Value(0), |row| row.residents + row.into);
    let totals = FlowTotals {
        all,
        here: Cell::Missing,
        elsewhere: Cell::Value(0),
        outside: Cell::Value(0),
        flows: Vec::new(),
    };
    let mut out = MapData { name: model.region.name.clone(), ..MapData::empty(model, &spec, &totals) };
    out.shows = Quantity::Net;
    let codes: Vec<Text> = model.region.municipalities.iter().cloned().chain([Text::word(&OUT)]).collect();
    out.nodes = codes.iter().map(|code| node(model, code, selection)).collect();
    let flows: Vec<BTreeMap<Text, Cell>> = codes.iter().map(|home| model.places_of(home, selection)).collect();
    let between = |from: usize, to: usize| flows[from].get(&codes[to]).copied().unwrap_or(model.absent());
    let mut found = Vec::new();
    for a in 0..codes.len() {
        for b in a + 1..codes.len() {
            match super::change::difference(between(a, b), between(b, a)) {
                // If counts are rounded, almost all unpublished flows are small or zero.
                None => out.flows_hidden += usize::from(!model.sums.get().is_rounded()),
                Some(0) => {}
                Some(net) => {
                    let (from, to) = if net > 0 { (a, b) } else { (b, a) };
                    found.push(Flow { from, to, students: net.unsigned_abs(), tone: Tone::Kind(Side::Mixed) });
                }
            }
        }
    }
    found.sort_by_key(|flow| (std::cmp::Reverse(flow.students), flow.from, flow.to));
    out.flows_all = found.len() + out.flows_hidden;
    let sum: u64 = found.iter().map(|flow| flow.students).sum();
    out.away = if out.flows_hidden > 0 { Cell::Hidden } else { Cell::Value(sum) };
    let least = model.least();
    let mut drawn = 0;
    for flow in found {
        let is_enough = drawn as f64 >= SHARE_SHOWN * sum as f64;
        if is_enough || flow.students < least {
            out.rest.0 += 1;
            out.rest.1 += Cell::Value(flow.students);
        } else {
            drawn += flow.students;
            out.flows.push(flow);
        }
    }
    if out.flows.is_empty() {
        out.nodes.clear();
    }
    out
}

/// Whether it has more lines than a map can show.
pub(super) fn is_too_dense(data: &MapData) -> bool {
    data.flows.len() > MAX_LINES
}

/// A municipality's circle: its net inflow.
fn node(model: &ReportModel, code: &Text, selection: &Selection) -> Node {
    let row = |code| model.balance(code, selection);
    // The outside of the region receives what the region sends.
    let net = if **code == *OUT {
        row(ALL).map_or(Cell::Hidden, |row| row.net.map(|net| -net))
    } else {
        row(code).map_or(Cell::Hidden, |row| row.net)
    };
    let mut out = data::municipality(model, code, NodeRole::Municipality, 1, Cell::Value(0)).node;
    out.turn(net);
    out
}
