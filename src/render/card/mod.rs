//! The card of a municipality, an A4 page for printing: the share with another provider, both maps, programmes by
//! destination, the year's ledger of its units, and changes since the previous year.

mod changes;
mod figures;
mod ledger;
mod programmes;

use rayon::prelude::*;

use super::fonts::Weight;
use super::map::MapPairs;
use super::projection::Area;
use super::scene::{Scene, TextLine};
use super::{Chart, Medium, Picture, fonts, frame, style};
use crate::graph::Selection;
use crate::io;
use crate::model::{Cell, Ratio, Text};
use crate::report::{FlowEnds, ReportModel};

/// Height of the page, pixels: its width is that of every picture, its proportions A4.
const HEIGHT: f64 = 2263.0;
/// Left and right edge of the content.
const LEFT: f64 = style::MARGIN;
const RIGHT: f64 = style::WIDTH - style::MARGIN;
/// Upper edge of the maps, distance from them to the tables, and lower edge of the tables.
const MAPS: f64 = 590.0;
const TABLES: f64 = 98.0;
const BOTTOM: f64 = HEIGHT - 72.0;
/// Rows reserved for the ledger, however many programmes there are.
const LEDGER: usize = 9;

/// The area of the maps. They are larger in a public release, which publishes less detail on programmes.
fn maps(model: &ReportModel) -> Area {
    let high = match model.ends() {
        FlowEnds::Units => 490.0,
        FlowEnds::Municipalities => 710.0,
    };
    Area { left: LEFT, top: MAPS, right: RIGHT, bottom: MAPS + high }
}

/// The subject of a card.
struct CardContext<'a> {
    model: &'a ReportModel,
    code: &'a Text,
    name: &'a str,
    /// The report's selection.
    now: Selection,
    /// The same for the latest earlier year with students.
    then: Option<Selection>,
}

impl<'a> CardContext<'a> {
    fn of(model: &'a ReportModel, code: &'a Text) -> Self {
        let now = model.selection();
        let years = model.years.iter().rev().filter(|year| **year < now.year);
        let mut before = years.map(|year| Selection { year: *year, ..now.clone() });
        let then = before.find(|selection| model.shares(selection).next().is_some());
        Self { model, code, name: model.registers.municipality_name(code), now, then }
    }

    fn text(&self, id: &str) -> String {
        self.model.lang.say(id, &[("name", self.name)])
    }

    fn count(&self, cell: Cell) -> String {
        super::count(self.model.lang, cell)
    }

    /// A share with one decimal; a dash if there are no students.
    fn share(&self, part: Cell, whole: Cell) -> String {
        part.zip(whole, Ratio::new).text(|share| self.model.percent(share))
    }
}

/// The changes of a municipality since the previous year: a heading, a line for each side, and one for what changed the
/// share; `None` without an earlier year.
#[must_use]
pub fn changed(model: &ReportModel, code: &Text) -> Option<(String, Vec<String>)> {
    changes::sentences(&CardContext::of(model, code))
}

/// A card for every municipality of the region.
pub struct Cards;

impl Chart for Cards {
    fn id(&self) -> &'static str {
        "card"
    }

    fn shown_in(&self) -> &'static [Medium] {
        &[Medium::Charts]
    }

    fn pictures(&self, model: &ReportModel) -> Vec<Picture> {
        let sides = MapPairs::of_region(model, maps(model));
        let all = model.region.municipalities.par_iter().enumerate();
        all.map(|(i, code)| picture(&CardContext::of(model, code), &sides, i)).collect()
    }
}

fn picture(about: &CardContext<'_>, sides: &MapPairs, i: usize) -> Picture {
    let model = about.model;
    let name = format!("charts/card-{}", io::file_part(about.code));
    let mut scene = Scene::default();
    let figures = figures::of(about);
    figures::draw(&mut scene, about, &figures);
    changes::draw(&mut scene, about, MAPS - 196.0);
    let notes = sides.draw(&mut scene, model, i, &name);
    let tables = maps(model).bottom + TABLES;
    let lines = ((BOTTOM - tables) / super::table::ROW) as usize;
    let y = programmes::of(about, lines.saturating_sub(LEDGER + 6)).draw(&mut scene, about, tables);
    let mut all = ledger::draw(&mut scene, about, y + 54.0, BOTTOM);
    all.extend(notes);
    all.extend(
        model.empty_means().map(|most| model.lang.say("matrix-note-empty", &[("most", &model.lang.number(most))])),
    );
    let frame = frame::Frame {
        name,
        title: title(about),
        subtitle: frame::about(model, &about.now),
        description: figures.iter().map(figures::KeyFigure::sentence).collect::<Vec<_>>().join(" "),
        notes: all,
    };
    frame.close_on(model, &scene, HEIGHT)
}

/// The finding.
fn title(about: &CardContext<'_>) -> String {
    let share = about.model.share(about.code, &about.now).and_then(|row| row.cross_provider_share.value());
    match share.filter(|share| share.is_defined()) {
        Some(share) => {
            let share = about.model.lang.percent(share, 0);
            about.model.lang.say("map-home-title", &[("name", about.name), ("share", &share)])
        }
        None => about.text("card-title-plain"),
    }
}

/// The heading of a section of the card, on this baseline.
fn heading(scene: &mut Scene, text: &str, y: f64) {
    let text = fonts::fit(text, RIGHT - LEFT, style::LABEL, Weight::SemiBold);
    scene.text(&TextLine::new(LEFT, y, &text).size(style::LABEL).bold().class("heading"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixture;
    use crate::render::geometry::Drawing;

    #[test]
    fn all_maps_on_all_cards_have_one_scale() {
        let cards = Cards.draw(fixture::region());
        let maps: Vec<Drawing> = cards.iter().flat_map(|card| Drawing::read_all(&card.svg).unwrap()).collect();
        assert_eq!(maps.len(), 2 * cards.len());
        let lines = || maps.iter().flat_map(|map| &map.lines);
        let per = lines().map(|line| line.width / line.students as f64).fold(f64::INFINITY, f64::min);
        let thinnest = lines().map(|line| line.width).fold(f64::INFINITY, f64::min);
        let mut wide = 0;
        for line in lines() {
            let width = (per * line.students as f64).max(thinnest);
            assert!((line.width - width).abs() < 0.01, "{} students: {} and {width}", line.students, line.width);
            wide += usize::from(line.width > thinnest);
        }
        assert!(wide > 10, "{wide} lines are wider than the thinnest");
    }

    #[test]
    fn the_year_before_is_the_latest_with_students() {
        let model = fixture::region();
        let code = &model.region.municipalities[0];
        assert_eq!(CardContext::of(model, code).then.map(|then| then.year), Some(model.year - 1));
        let gap = fixture::changed(model, |tables| tables.shares.retain(|row| row.year != model.year - 1));
        assert_eq!(CardContext::of(&gap, code).then.map(|then| then.year), Some(model.year - 2));
        let alone = fixture::changed(model, |tables| tables.shares.retain(|row| row.year == model.year));
        assert_eq!(CardContext::of(&alone, code).then, None);
    }
}
