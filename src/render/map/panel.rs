//! The list beside a map: the bar of providers, the numbered destinations or origins, and the sum of the rest.

use super::super::count;
use super::super::fonts::{self, Weight};
use super::super::frame;
use super::super::parts;
use super::super::projection::Area;
use super::super::scene::{Anchor, Scene, TextLine};
use super::super::style::{self, Side};
use super::By;
use super::data::{ListEntry, MapData, NodeRole};
use crate::model::{Cell, Perspective, Ratio};
use crate::report::{ReportModel, Subject};
use crate::words::Lang;

/// Left edge of the panel, pixels.
pub const LEFT: f64 = 1048.0;
/// Right edge.
pub const RIGHT: f64 = style::WIDTH - style::MARGIN;
/// Right edge of the student column.
const STUDENTS: f64 = RIGHT - 92.0;
/// Height of a row of the list.
const ROW: f64 = 32.0;
/// Left edge of names.
const NAME: f64 = LEFT + 48.0;

/// The share of a whole, or a dash if either is hidden.
fn share(lang: Lang, data: &MapData, part: Cell, whole: Cell) -> String {
    part.zip(whole, Ratio::new).text(|ratio| lang.percent(ratio, data.decimals))
}

/// Draws the panel down to this lower edge.
pub fn draw(scene: &mut Scene, model: &ReportModel, data: &MapData, bottom: f64) {
    let lang = model.lang;
    let mut y = heading(scene, lang, data);
    y = bar(scene, lang, data, y);
    match data.perspective {
        Perspective::Home => {
            let ends = match data.by {
                By::Unit => "panel-units",
                By::Provider => "panel-providers",
                By::Municipality => "panel-places",
            };
            y = head(scene, lang, ends, "panel-share", y);
            let room = rows_left(bottom - y, 0.0);
            list(scene, lang, data, &data.entries, room, y);
        }
        Perspective::Provider => {
            y = head(scene, lang, "panel-homes", "panel-share", y);
            // Homes and units share the space; unused space of one goes to the other.
            let all = rows_left(bottom - y, 1.3);
            let wanted = data.entries.len() + 1 + usize::from(data.rest.0 > 0);
            let units = data.units.len().min((all * 2 / 5).max(all.saturating_sub(wanted)));
            let end = list(scene, lang, data, &data.entries, all - units, y);
            units_here(scene, lang, data, units, end);
        }
    }
}

fn rows_left(height: f64, but: f64) -> usize {
    (height / ROW - but).max(0.0) as usize
}

/// Draws the total in large figures.
pub fn heading(scene: &mut Scene, lang: Lang, data: &MapData) -> f64 {
    let (id, total) = match data.perspective {
        Perspective::Home => ("panel-residents", count(lang, data.total)),
        Perspective::Provider if matches!(data.of, Subject::Place(_)) => ("panel-pupils", count(lang, data.total)),
        Perspective::Provider => ("panel-pupils-of", count(lang, data.total)),
    };
    let words = lang.say(id, &[("name", &data.name)]);
    let y = frame::TOP + 30.0;
    let end = scene.run(LEFT, y, 34.0, &[(&total, Weight::SemiBold, style::INK)]);
    let words = fonts::fit(&words, RIGHT - end - 10.0, style::LABEL, Weight::Regular);
    scene.text(&TextLine::new(end + 10.0, y, &words).size(style::LABEL));
    y + 16.0
}

/// Draws one bar of all students by provider of their unit, and its legend with numbers.
fn bar(scene: &mut Scene, lang: Lang, data: &MapData, top: f64) -> f64 {
    if !parts::bar(scene, lang, &data.parts, data.total, (LEFT, RIGHT), top) {
        return legend(scene, lang, data, top + 4.0);
    }
    legend(scene, lang, data, top + 36.0)
}

fn legend(scene: &mut Scene, lang: Lang, data: &MapData, top: f64) -> f64 {
    let mut y = top;
    for pair in data.parts.chunks(2) {
        y += 26.0;
        for (i, (side, students)) in pair.iter().enumerate() {
            let x = LEFT + i as f64 * (RIGHT - LEFT) / 2.0;
            parts::badge(scene, x + 9.0, y - 6.5, 9.0, *side);
            let words = lang.text(match (data.perspective, side) {
                (Perspective::Provider, Side::Municipal) => "side-municipal-here",
                _ => side.word(),
            });
            let text = format!("{words} {}", count(lang, *students));
            let text = fonts::fit(&text, (RIGHT - LEFT) / 2.0 - 30.0, style::SMALL, Weight::Regular);
            scene.text(&TextLine::new(x + 26.0, y, &text).size(style::SMALL));
        }
    }
    y + 14.0
}

/// Distance from the centre of the sign of a kind of provider to its farthest corner, as a multiple of its radius.
pub const fn corner(side: Side) -> f64 {
    match side {
        Side::Independent => 0.9 * std::f64::consts::SQRT_2,
        Side::PublicOther => 1.2,
        Side::Own | Side::Municipal | Side::Mixed => 1.0,
    }
}

/// Draws the header of a list: its content, and its last column.
fn head(scene: &mut Scene, lang: Lang, id: &str, last: &str, y: f64) -> f64 {
    let y = y + 22.0;
    let text = |x, text: &str, anchor, scene: &mut Scene| {
        scene.text(&TextLine::new(x, y, text).size(style::SMALL).fill(style::MUTED).anchor(anchor));
    };
    text(LEFT, &lang.text(id), Anchor::Start, scene);
    text(STUDENTS, &lang.text("panel-students"), Anchor::End, scene);
    text(RIGHT, &lang.text(last), Anchor::End, scene);
    scene.line((LEFT, y + 8.0), (RIGHT, y + 8.0), style::RULE, 1.5);
    y + 8.0
}

/// Draws a row of the list without a number.
fn plain(scene: &mut Scene, y: f64, name: &str, students: &str, share: &str, weight: Weight) {
    let room = STUDENTS - fonts::measure(students, style::BODY, weight) - 14.0 - LEFT;
    let name = fonts::fit(name, room, style::BODY, weight);
    scene.text(&TextLine::new(LEFT, y, &name).weight(weight));
    scene.text(&TextLine::new(STUDENTS, y, students).weight(weight).anchor(Anchor::End));
    scene.text(&TextLine::new(RIGHT, y, share).weight(weight).anchor(Anchor::End));
}

fn list(scene: &mut Scene, lang: Lang, data: &MapData, entries: &[ListEntry], room: usize, top: f64) -> f64 {
    let mut y = top;
    // Students who stay come first; they have no line on the map.
    y += ROW;
    let stay = stay_name(lang, data);
    plain(
        scene,
        y - 9.0,
        &stay,
        &count(lang, data.stay),
        &share(lang, data, data.stay, data.total),
        Weight::SemiBold,
    );
    let has_rest = usize::from(data.rest.0 > 0);
    let fits = if entries.len() + 1 + has_rest <= room { entries.len() } else { room.saturating_sub(2) };
    for entry in &entries[..fits] {
        y += ROW;
        numbered(scene, lang, data, entry, y - 9.0);
    }
    let left = &entries[fits..];
    let count_left = left.iter().map(|e| e.members).sum::<usize>() + data.rest.0;
    if count_left > 0 {
        y += ROW;
        let sum: Cell = left.iter().map(|e| e.students).chain([data.rest.1]).sum();
        let words = more(lang, data.perspective == Perspective::Home, data.by, count_left);
        plain(scene, y - 9.0, &words, &count(lang, sum), &share(lang, data, sum, data.total), Weight::Regular);
    }
    y
}

/// The name of the students who stay.
pub fn stay_name(lang: Lang, data: &MapData) -> String {
    let id = match data.perspective {
        Perspective::Home if data.by == By::Provider => "panel-stay-own",
        Perspective::Home => "panel-stay",
        Perspective::Provider if matches!(data.of, Subject::Place(_)) => "panel-stay-here",
        Perspective::Provider => "panel-stay-there",
    };
    lang.say(id, &[("name", &data.name)])
}

/// Units or municipalities that are not listed individually.
pub fn more(lang: Lang, is_home: bool, by: By, members: usize) -> String {
    let id = match (by, is_home, members) {
        (By::Unit, true, 1) => "panel-rest-unit",
        (By::Unit, true, _) => "panel-rest-units",
        (By::Provider, true, 1) => "panel-rest-provider",
        (By::Provider, true, _) => "panel-rest-providers",
        (_, _, 1) => "panel-rest-home",
        (..) => "panel-rest-homes",
    };
    lang.say(id, &[("count", &lang.number(members as u64))])
}

/// Draws the sign of a unit: its number on the colour and shape of its kind; returns its box.
pub fn number(scene: &mut Scene, x: f64, y: f64, radius: f64, side: Side, text: &str, class: &str) -> Area {
    let area = parts::badge(scene, x, y, radius, side);
    let look = TextLine::new(x, y + 6.5, text).size(style::SMALL).bold().fill(style::PAPER).anchor(Anchor::Middle);
    scene.text(&look.class(class));
    area
}

/// Ratio of width to height of the sign of several units.
pub const SEVERAL: f64 = 1.6;

/// Draws the sign of several units: their number, on white; returns its box.
pub fn several(scene: &mut Scene, x: f64, y: f64, radius: f64, members: usize, side: Side) -> Area {
    let wide = radius * SEVERAL;
    let look = format!("fill=\"{}\" stroke=\"{}\" stroke-width=\"2.5\"", style::PAPER, side.colour());
    let area = scene.rect_with(x - wide, y - radius, wide * 2.0, radius * 2.0, radius, &look);
    // It is not published which units they attend.
    let text = if members == 0 { "+".to_owned() } else { format!("+{members}") };
    let size = fonts::size_for([text.as_str()], wide * 2.0 - 4.0, style::SMALL, Weight::SemiBold);
    let look = TextLine::new(x, y + 6.0, &text).size(size).bold().fill(side.ink());
    scene.text(&look.anchor(Anchor::Middle).class("rank"));
    area
}

fn numbered(scene: &mut Scene, lang: Lang, data: &MapData, entry: &ListEntry, y: f64) {
    match (entry.role, entry.rank) {
        (_, Some(rank)) => number(scene, LEFT + 19.0, y - 7.0, 13.0, entry.side, &rank.to_string(), "rank"),
        (NodeRole::Rest, None) => several(scene, LEFT + 19.0, y - 7.0, 13.0, entry.members, entry.side),
        _ => parts::badge(scene, LEFT + 19.0, y - 7.0, 6.0, entry.side),
    };
    let students = count(lang, entry.students);
    let room = STUDENTS - fonts::measure(&students, style::BODY, Weight::Regular) - 14.0 - NAME;
    let text = if entry.role == NodeRole::Rest {
        rest_name(lang, data.by, &entry.name, entry.members)
    } else {
        entry.name.clone()
    };
    // The municipality is shown if it fits beside most of the name.
    let place = fonts::measure(&entry.place, style::SMALL, Weight::Regular);
    let name = fonts::fit(
        &text,
        if place > 0.0 { (room - place - 12.0).max(room * 0.6) } else { room },
        style::BODY,
        Weight::Regular,
    );
    scene.text(&TextLine::new(NAME, y, &name));
    let used = fonts::measure(&name, style::BODY, Weight::Regular) + 10.0;
    let place = fonts::fit(&entry.place, room - used, style::SMALL, Weight::Regular);
    scene.text(&TextLine::new(NAME + used, y, &place).size(style::SMALL).fill(style::MUTED));
    scene.text(&TextLine::new(STUDENTS, y, &students).anchor(Anchor::End));
    scene.text(&TextLine::new(RIGHT, y, &share(lang, data, entry.students, data.total)).anchor(Anchor::End));
}

/// The name of the remaining units of a municipality.
pub fn rest_name(lang: Lang, by: By, name: &str, members: usize) -> String {
    let id = match (by, members) {
        (_, 0) => "map-others",
        (By::Provider, 1) => "map-rest-provider",
        (By::Provider, _) => "map-rest-providers",
        (_, 1) => "map-rest-one",
        _ => "map-rest",
    };
    lang.say(id, &[("name", name), ("count", &lang.number(members as u64))])
}

/// Draws the units of a provider map: pupils, and the share of them from elsewhere; if that is not published, the
/// unit's share of all pupils.
fn units_here(scene: &mut Scene, lang: Lang, data: &MapData, room: usize, top: f64) {
    if data.units.is_empty() {
        return;
    }
    let is_place = matches!(data.of, Subject::Place(_));
    let units = if is_place { "panel-units-here" } else { "panel-units-of" };
    let has_away = data.units.iter().any(|unit| unit.away.is_some());
    let last = if has_away { "panel-from-elsewhere" } else { "panel-share" };
    let mut y = head(scene, lang, units, last, top + 6.0);
    let part = |students: Cell, away: Option<Cell>| match away {
        Some(away) => share(lang, data, away, students),
        None => share(lang, data, students, data.total),
    };
    let fits = if data.units.len() <= room { data.units.len() } else { room.saturating_sub(1) };
    for unit in &data.units[..fits] {
        y += ROW;
        parts::badge(scene, LEFT + 19.0, y - 16.0, 8.0, unit.side);
        let students = count(lang, unit.students);
        let room = STUDENTS - fonts::measure(&students, style::BODY, Weight::Regular) - 14.0 - NAME;
        let name = fonts::fit(&unit.name, room, style::BODY, Weight::Regular);
        scene.text(&TextLine::new(NAME, y - 9.0, &name));
        scene.text(&TextLine::new(STUDENTS, y - 9.0, &students).anchor(Anchor::End));
        let part = part(unit.students, unit.away);
        scene.text(&TextLine::new(RIGHT, y - 9.0, &part).anchor(Anchor::End));
    }
    let rest = &data.units[fits..];
    if !rest.is_empty() {
        y += ROW;
        let sum: Cell = rest.iter().map(|e| e.students).sum();
        let away: Cell = rest.iter().filter_map(|e| e.away).sum();
        let words = more(lang, true, By::Unit, rest.len());
        plain(scene, y - 9.0, &words, &count(lang, sum), &part(sum, has_away.then_some(away)), Weight::Regular);
    }
}
