//! The change between two moments: the students of each municipality then and now, and a line for the difference.

use std::collections::BTreeMap;

use super::data::{self, Candidate, Comparison, MapData, NodeRole, Quantity};
use super::gather::gather;
use super::{By, MapSpec, home, provider};
use crate::graph::Selection;
use crate::model::{Cell, Perspective, Text};
use crate::report::ReportModel;

/// The students of a municipality now and then, and the number of municipalities included.
#[derive(Debug, Clone, Copy)]
struct ThenAndNow {
    members: usize,
    now: Cell,
    then: Cell,
}

/// Gathers the data of a map of change: `spec` is now, `before` is then.
pub(super) fn data(model: &ReportModel, spec: &MapSpec, before: &Selection) -> MapData {
    let spec = &MapSpec { by: Some(By::Municipality), ..spec.clone() };
    let earlier = &MapSpec { selection: before.clone(), ..spec.clone() };
    let (mut now, then) = (gather(model, spec), gather(model, earlier));
    let part_now = now.part();
    now.nodes.clear();
    now.flows.clear();
    now.entries.clear();
    now.rest = (0, Cell::Value(0));
    let candidates: Vec<Candidate> = both(model, spec, earlier)
        .into_iter()
        .filter(|(code, _)| !data::is_about(spec, code))
        .map(|(code, both)| candidate(model, &code, both))
        .collect();
    let change = |c: &Candidate| c.node.change.unwrap_or(Cell::Hidden).map(i64::unsigned_abs);
    let hidden = candidates.iter().filter(|c| c.node.change == Some(Cell::Hidden)).count();
    now.away = candidates.iter().map(change).sum();
    // All students may have left, but some were there before.
    let total = now.total;
    if now.total == Cell::Value(0) && then.total != Cell::Value(0) {
        now.total = then.total;
    }
    let mut out = data::largest(model, spec, now, candidates);
    out.total = total;
    out.flows_hidden = hidden;
    if let Some(focus) = out.nodes.first_mut() {
        let change = difference(total, then.total);
        focus.stay = 0;
        focus.turn(change.map_or(Cell::Hidden, Cell::Value));
    }
    out.stay_parts.clear();
    let selection = before.clone();
    out.shows =
        Quantity::Change(Comparison { selection, total: then.total, stay: then.stay, part: then.part(), part_now });
    out
}

/// Now minus then, if both are shown.
pub fn difference(now: Cell, then: Cell) -> Option<i64> {
    let whole = |cell: Cell| i64::try_from(cell.value()?).ok();
    Some(whole(now)? - whole(then)?)
}

fn both(model: &ReportModel, now: &MapSpec, then: &MapSpec) -> BTreeMap<Text, ThenAndNow> {
    let ends = |spec| match now.perspective {
        Perspective::Home => home::places(model, spec),
        Perspective::Provider => provider::homes(model, spec),
    };
    let mut out: BTreeMap<Text, ThenAndNow> = BTreeMap::new();
    let none = ThenAndNow { members: 0, now: model.absent(), then: model.absent() };
    for (code, members, students) in ends(now) {
        out.insert(code, ThenAndNow { members, now: students, ..none });
    }
    for (code, members, students) in ends(then) {
        let both = out.entry(code).or_insert(none);
        both.members = both.members.max(members);
        both.then = students;
    }
    out
}

/// In a public release, changes below the threshold get no line: a public map shows no number that small.
fn candidate(model: &ReportModel, code: &Text, both: ThenAndNow) -> Candidate {
    let change = difference(both.now, both.then);
    let mut out = data::municipality(model, code, NodeRole::Municipality, both.members, both.now);
    let least = model.least();
    out.node.turn(change.map_or(Cell::Hidden, Cell::Value));
    if out.node.students < least {
        out.node.students = 0;
    }
    out.students = both.now;
    out.before = Some(both.then);
    out
}
