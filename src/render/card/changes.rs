//! Changes on a card since the previous year: destinations of its students and origins of its pupils.

use std::collections::{BTreeMap, BTreeSet};

use super::super::fonts::{self, Weight};
use super::super::map::homes_of_pupils;
use super::super::scene::{Scene, TextLine};
use super::super::style;
use super::{CardContext, LEFT, RIGHT, heading};
use crate::graph::Selection;
use crate::model::{Cell, OUT, Text};

/// Maximum number of changes in a line.
const MOST: usize = 7;

/// A heading and a line for each side; `None` without an earlier year.
pub fn sentences(about: &CardContext<'_>) -> Option<(String, [String; 2])> {
    let then = about.then.as_ref()?;
    let lang = about.model.lang;
    let homes = |selection: &Selection| about.model.places_of(about.code, selection);
    let pupils = |selection: &Selection| homes_of_pupils(about.model, about.code, selection);
    let line = |id: &str, changes: Vec<String>| {
        let list = if changes.is_empty() { lang.text("card-changed-none") } else { changes.join(", ") };
        format!("{} {list}", lang.text(id))
    };
    let lines = [
        line("card-changed-homes", changes(about, &homes(then), &homes(&about.now))),
        line("card-changed-pupils", changes(about, &pupils(then), &pupils(&about.now))),
    ];
    Some((lang.say("card-changed", &[("year", &then.year.to_string())]), lines))
}

/// Draws the heading on this baseline and a line for each side; nothing without an earlier year.
pub fn draw(scene: &mut Scene, about: &CardContext<'_>, y: f64) {
    let Some((title, lines)) = sentences(about) else { return };
    heading(scene, &title, y);
    for (i, text) in lines.into_iter().enumerate() {
        let text = fonts::fit(&text, RIGHT - LEFT, style::BODY, Weight::Regular);
        scene.text(&TextLine::new(LEFT, y + 28.0 + 27.0 * i as f64, &text));
    }
}

/// The largest changes with their signs, if both moments are published. A public release shows none below its
/// threshold.
fn changes(about: &CardContext<'_>, then: &BTreeMap<Text, Cell>, now: &BTreeMap<Text, Cell>) -> Vec<String> {
    let model = about.model;
    let least = about.model.least();
    let of = |flows: &BTreeMap<Text, Cell>, code: &Text| flows.get(code).copied().unwrap_or(model.absent());
    let codes: BTreeSet<&Text> = then.keys().chain(now.keys()).collect();
    let mut found: Vec<(i64, &Text)> = codes
        .into_iter()
        .filter_map(|code| Some((of(now, code).value()? as i64 - of(then, code).value()? as i64, code)))
        .filter(|(change, _)| change.unsigned_abs() >= least)
        .collect();
    found.sort_by_key(|(change, code)| (std::cmp::Reverse(change.unsigned_abs()), (*code).clone()));
    let name = |code: &Text| match &**code {
        OUT => model.lang.text("outside-region"),
        code => model.registers.municipality_name(code).to_owned(),
    };
    found
        .into_iter()
        .take(MOST)
        .map(|(change, code)| format!("{} {}", name(code), model.lang.signed(change)))
        .collect()
}
