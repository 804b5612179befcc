//! Changes on a card since the previous year: destinations of its students and origins of its pupils.

use std::collections::{BTreeMap, BTreeSet};

use super::super::fonts::{self, Weight};
use super::super::map::homes_of_pupils;
use super::super::scene::{Scene, TextLine};
use super::super::style;
use super::{CardContext, LEFT, RIGHT, heading};
use crate::decomposition::Factor;
use crate::graph::Selection;
use crate::model::{Cell, OUT, Text, Year};
use crate::report::{ChangeEffect, ShareChange, change_of_students, points};
use crate::tables::ChangeScope;
use crate::words::Lang;

/// Maximum number of changes in a line.
const MOST: usize = 7;

/// A heading and a line for each side, and lines for what changed the share and the number of pupils, if released; `None` without an
/// earlier year.
pub fn sentences(about: &CardContext<'_>) -> Option<(String, Vec<String>)> {
    let then = about.then.as_ref()?;
    let lang = about.model.lang;
    let homes = |selection: &Selection| about.model.places_of(about.code, selection);
    let pupils = |selection: &Selection| homes_of_pupils(about.model, about.code, selection);
    let line = |id: &str, changes: Vec<String>| {
        let list = if changes.is_empty() { lang.text("card-changed-none") } else { changes.join(", ") };
        format!("{} {list}", lang.text(id))
    };
    let mut lines = vec![
        line("card-changed-homes", changes(about, &homes(then), &homes(&about.now))),
        line("card-changed-pupils", changes(about, &pupils(then), &pupils(&about.now))),
    ];
    let years = [then.year, about.now.year];
    lines.extend(about.model.change(about.code, years).map(|change| factors(lang, &change)));
    lines.extend(pupils_of_region(about, years));
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

/// What changed the number of the region's students at the municipality's own units; `None` if that is not released.
fn pupils_of_region(about: &CardContext<'_>, years: [Year; 2]) -> Option<String> {
    let lang = about.model.lang;
    let (total, mut factors) = about.model.change_effects(ChangeScope::Provider, about.code, years)?;
    let size = |effect: &ChangeEffect| effect.students.millionths().unsigned_abs();
    factors.retain(|(_, effect)| size(effect) >= 500_000);
    factors.sort_by_key(|(factor, effect)| (std::cmp::Reverse(size(effect)), *factor));
    let factor = |(factor, effect): &(Factor, ChangeEffect)| {
        let name = lang.text(&format!("change-column-{}", factor.as_str()));
        format!("{name} {}", change_of_students(lang, effect.students))
    };
    let list: Vec<String> = factors.iter().map(factor).collect();
    let total = change_of_students(lang, total.students);
    (!list.is_empty())
        .then(|| lang.say("card-changed-pupils-why", &[("total", &total), ("factors", &list.join(", "))]))
}

/// What changed the share: the whole change, and the factors by size.
fn factors(lang: Lang, change: &ShareChange) -> String {
    let factor = |(factor, effect): &(Factor, ChangeEffect)| {
        let name = lang.text(&format!("change-column-{}", factor.as_str()));
        format!("{name} {}", points(lang, effect.share))
    };
    let largest: Vec<String> = change.largest().iter().map(factor).collect();
    let list = if largest.is_empty() { lang.text("change-none") } else { largest.join(", ") };
    lang.say("card-changed-share", &[("total", &points(lang, change.total.share)), ("factors", &list)])
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
