//! The texts of a map: its title, its numbers in words, and the notes under it.

use std::fmt::Write as _;

use super::super::frame;
use super::data::{Comparison, MapData, Node, Quantity};
use super::place::{MapLayout, NOWHERE};
use super::{By, MapScale};
use crate::graph::Selection;
use crate::model::{Cell, Perspective, Ratio, Snapshot};
use crate::report::{Coverage, ReportModel, Subject};
use crate::words::Lang;

/// The message that there is nothing to draw, and why.
pub fn empty(model: &ReportModel, data: &MapData) -> String {
    let id = match data.perspective {
        Perspective::Home => "map-no-students",
        Perspective::Provider if !matches!(data.of, Subject::Place(_)) => "map-no-pupils-of",
        Perspective::Provider if data.units_known == 0 => "map-no-units",
        Perspective::Provider => "map-no-pupils",
    };
    model.lang.say(id, &[("name", &data.name)])
}

/// The finding.
pub fn title(model: &ReportModel, data: &MapData) -> String {
    if data.total == Cell::Value(0) {
        return empty(model, data);
    }
    let lang = model.lang;
    match &data.shows {
        Quantity::Change(before) => return changed(model, data, before),
        Quantity::Net => return net(model, data),
        Quantity::Students => {}
    }
    let (id, plain) = match (data.perspective, &data.of) {
        (Perspective::Home, _) => ("map-home-title", "map-home-title-plain"),
        (Perspective::Provider, Subject::Place(_)) => ("map-provider-title", "map-provider-title-plain"),
        (Perspective::Provider, _) => ("map-body-title", "map-body-title-plain"),
    };
    match data.part().zip(data.total, Ratio::new) {
        Cell::Value(share) => lang.say(id, &[("name", &data.name), ("share", &lang.percent(share, 0))]),
        Cell::Hidden | Cell::Missing => lang.say(plain, &[("name", &data.name)]),
    }
}

fn share(model: &ReportModel, part: Cell, whole: Cell, decimals: u32) -> Option<String> {
    let share = part.zip(whole, Ratio::new).value().filter(|share| share.is_defined())?;
    Some(model.lang.percent(share, decimals))
}

/// The finding of a map of change: the share now and then.
fn changed(model: &ReportModel, data: &MapData, before: &Comparison) -> String {
    let lang = model.lang;
    let then = frame::moment_against(lang, &before.selection, model.year);
    let (now, was) = (share(model, before.part_now, data.total, 1), share(model, before.part, before.total, 1));
    let (id, plain) = match (data.perspective, &data.of) {
        (Perspective::Home, _) => ("map-home-changed", "map-home-changed-plain"),
        (Perspective::Provider, Subject::Place(_)) => ("map-provider-changed", "map-provider-changed-plain"),
        (Perspective::Provider, _) => ("map-body-changed", "map-body-changed-plain"),
    };
    match (now, was) {
        (Some(now), Some(was)) => {
            lang.say(id, &[("name", &data.name), ("now", &now), ("was", &was), ("then", &then)])
        }
        _ => lang.say(plain, &[("name", &data.name), ("then", &then)]),
    }
}

/// The finding of two maps side by side.
pub fn both(model: &ReportModel, then: &MapData, now: &MapData, was: &Selection) -> String {
    let (part, part_now) = (then.part(), now.part());
    let before = Comparison { selection: was.clone(), total: then.total, stay: then.stay, part, part_now };
    changed(model, now, &before)
}

/// The finding of the region's net flows: the municipality with the largest net inflow.
fn net(model: &ReportModel, data: &MapData) -> String {
    let lang = model.lang;
    let inside = data.nodes.iter().filter(|node| !node.is_outside());
    let most = inside.max_by_key(|node| (node.change.and_then(Cell::value), std::cmp::Reverse(&node.code)));
    match most.and_then(|node| Some((node, node.change?.value().filter(|net| *net > 0)?))) {
        Some((node, net)) => {
            lang.say("map-net-title", &[("name", &node.name), ("count", &lang.number(net.unsigned_abs()))])
        }
        None => lang.say("map-net-title-plain", &[("region", &model.region.name)]),
    }
}

/// The finding of maps by programme.
pub fn programmes(model: &ReportModel, data: &MapData, most: Option<(&str, Ratio)>) -> String {
    let (lang, is_home) = (model.lang, data.perspective == Perspective::Home);
    match most {
        Some((programme, share)) => {
            let id = if is_home { "map-home-programmes" } else { "map-provider-programmes" };
            let share = lang.percent(share, 0);
            lang.say(id, &[("name", &data.name), ("programme", programme), ("share", &share)])
        }
        None => {
            let id = if is_home { "map-home-title-plain" } else { "map-body-title-plain" };
            lang.say(id, &[("name", &data.name)])
        }
    }
}

/// The numbers of a small map: in words, and as short as possible.
pub fn in_short(model: &ReportModel, data: &MapData) -> [String; 2] {
    let lang = model.lang;
    let total = super::super::count(lang, data.total);
    let one = if data.total == Cell::Value(1) { "-one" } else { "" };
    let plain = lang.say(&format!("map-short{one}"), &[("total", &total)]);
    let Some(share) = share(model, data.part(), data.total, 0) else { return [plain.clone(), plain] };
    let part = match data.perspective {
        Perspective::Home => lang.say("map-short-home", &[("share", &share)]),
        Perspective::Provider => lang.say("map-short-provider", &[("share", &share)]),
    };
    [format!("{plain} · {part}"), format!("{plain} · {share}")]
}

/// The message that there are too many lines for a map.
pub fn too_dense(model: &ReportModel, data: &MapData) -> String {
    model.lang.say("note-too-dense", &[("count", &model.lang.number(data.flows.len() as u64))])
}

/// The message that lines are drawn wider than to scale.
pub fn clamped(lang: Lang, lines: usize) -> String {
    match lines {
        1 => lang.text("legend-clamped-one"),
        _ => lang.say("legend-clamped", &[("count", &lang.number(lines as u64))]),
    }
}

/// The map in words: totals, then the largest lines with their numbers.
pub fn description(model: &ReportModel, data: &MapData) -> String {
    let lang = model.lang;
    if data.total == Cell::Value(0) {
        return empty(model, data);
    }
    let count = |cell| super::super::count(lang, cell);
    match &data.shows {
        Quantity::Change(before) => return changed_about(model, data, before),
        Quantity::Net => return net_about(model, data),
        Quantity::Students => {}
    }
    let id = match (data.perspective, &data.of, data.by) {
        (Perspective::Home, _, By::Provider) => "map-home-about-providers",
        (Perspective::Home, ..) => "map-home-about",
        (Perspective::Provider, Subject::Place(_), _) => "map-provider-about",
        (Perspective::Provider, ..) => "map-body-about",
    };
    let mut out = lang.say(
        id,
        &[
            ("name", &data.name),
            ("total", &count(data.total)),
            ("stay", &count(data.stay)),
            ("away", &count(data.away)),
            ("cross", &count(data.part())),
        ],
    );
    for (i, entry) in data.entries.iter().take(5).enumerate() {
        let lead = if i == 0 { format!(" {}: ", lang.text("largest")) } else { ", ".to_owned() };
        let _ = write!(out, "{lead}{} {}", entry.name, count(entry.students));
    }
    if !data.entries.is_empty() {
        out.push('.');
    }
    out
}

/// A map of change in words: the total then and now, and the largest changes.
fn changed_about(model: &ReportModel, data: &MapData, before: &Comparison) -> String {
    let lang = model.lang;
    let count = |cell| super::super::count(lang, cell);
    let then = frame::moment_against(lang, &before.selection, model.year);
    let (now, was) = (count(data.total), count(before.total));
    let mut out =
        lang.say("map-changed-about", &[("name", &data.name), ("now", &now), ("was", &was), ("then", &then)]);
    let changes: Vec<String> = data.nodes.iter().skip(1).take(5).filter_map(signed(lang)).collect();
    if !changes.is_empty() {
        let _ = write!(out, " {}: {}.", lang.text("largest"), changes.join(", "));
    }
    out
}

/// The region's net flows in words.
fn net_about(model: &ReportModel, data: &MapData) -> String {
    let nets: Vec<String> = data.nodes.iter().filter_map(signed(model.lang)).collect();
    format!("{} {}.", model.lang.text("map-net-about"), nets.join(", "))
}

/// A change with its sign; `..` if it is hidden.
pub fn change(lang: Lang, change: Cell<i64>) -> String {
    change.text(|change| lang.signed(change))
}

/// A circle's name and its change with its sign.
fn signed(lang: Lang) -> impl Fn(&Node) -> Option<String> {
    move |node| Some(format!("{} {}", node.name, change(lang, node.change?)))
}

/// The notes that the reader needs to interpret the map.
pub fn notes(
    model: &ReportModel,
    scale: &MapScale,
    data: &MapData,
    layout: &MapLayout,
    dropped: usize,
) -> Vec<String> {
    let lang = model.lang;
    let number = |n: usize| lang.number(n as u64);
    let mut out = Vec::new();
    if let (Cell::Value(away @ 1..), true) = (data.away, data.flows_all > 0 && !layout.flows.is_empty()) {
        let drawn = layout.flows.iter().map(|i| &data.flows[*i]);
        let (students, flows) = drawn.fold((0, 0), |(students, flows), f| {
            let end = if data.perspective == Perspective::Home { f.to } else { f.from };
            let members = if matches!(data.shows, Quantity::Net) { 1 } else { data.nodes[end].members };
            (students + f.students, flows + members)
        });
        let id = match (data.perspective, data.by) {
            _ if matches!(data.shows, Quantity::Change(_)) => "note-shown-change",
            _ if matches!(data.shows, Quantity::Net) => "note-shown-net",
            (Perspective::Home, By::Unit) => "note-shown-home",
            (Perspective::Home, By::Provider) => "note-shown-providers",
            (Perspective::Home, By::Municipality) => "note-shown-places",
            (Perspective::Provider, _) => "note-shown-provider",
        };
        let share = lang.percent(Ratio::new(students, away), 0);
        out.push(lang.say(
            id,
            &[
                ("share", &share),
                ("flows", &number(flows)),
                ("lines", &number(layout.flows.len())),
                ("of", &number(data.flows_all)),
            ],
        ));
    }
    if !layout.tangled.is_empty() {
        out.push(lang.say("note-tangled", &[("count", &number(layout.tangled.len()))]));
    }
    if (data.perspective, data.by) == (Perspective::Home, By::Municipality) && !matches!(data.shows, Quantity::Net) {
        out.push(lang.text("note-places"));
    }
    for (count, id) in [
        (data.flows_hidden, "note-hidden-flows"),
        (layout.without_place, "note-without-place"),
        (dropped, "note-labels"),
        (moved(scale, data, layout), "note-moved"),
    ] {
        out.extend(frame::counted(lang, id, count));
    }
    if !layout.crowded_out.is_empty() {
        let names: Vec<&str> = layout.crowded_out.iter().map(|i| &*data.nodes[*i].name).collect();
        out.push(lang.say("note-crowded-out", &[("names", &names.join(", "))]));
    }
    if layout.is_ring {
        out.push(lang.text("note-ring"));
    }
    let stops =
        model.coverage.iter().any(|c| matches!(c, Coverage::OctoberStopsAtTheRegion { year } if *year == model.year));
    if stops && data.perspective == Perspective::Home && model.snapshot != Snapshot::Admission {
        out.push(lang.text("note-october-stops"));
    }
    out
}

/// Distance of the circle or sign moved farthest from its geographic position, in whole kilometres rounded up.
fn moved(scale: &MapScale, data: &MapData, layout: &MapLayout) -> usize {
    if layout.is_ring {
        return 0;
    }
    let pixels = layout
        .discs
        .iter()
        .zip(&data.nodes)
        .filter(|(disc, node)| !node.is_outside() && disc.at != NOWHERE)
        .map(|(disc, _)| (disc.at.0 - disc.home.0).hypot(disc.at.1 - disc.home.1))
        .fold(0.0, f64::max);
    scale.ground.kilometres(pixels).ceil() as usize
}
