//! The key figures of a card, each with its change since the previous year, and the students by provider of their
//! unit.

use super::super::fonts::{self, Weight};
use super::super::scene::{Scene, TextLine};
use super::super::style::{self, Side};
use super::super::{by_kind, parts};
use super::{CardContext, LEFT, RIGHT};
use crate::graph::Selection;
use crate::model::{Cell, Ratio};
use crate::tables::{BalanceRow, ShareRow};

/// Positions of the figures, the bar and its key, pixels from the top.
const FIGURES: f64 = 158.0;
const BAR: f64 = 288.0;
const KEY: f64 = BAR + 58.0;

/// A key figure.
pub struct KeyFigure {
    /// What it counts.
    label: String,
    /// The number.
    value: String,
    /// What it is a part of.
    of: String,
    /// Its change since the previous year.
    change: Option<String>,
}

impl KeyFigure {
    /// The figure in a sentence.
    pub fn sentence(&self) -> String {
        let more: Vec<&str> =
            [Some(&*self.of), self.change.as_deref()].into_iter().flatten().filter(|text| !text.is_empty()).collect();
        let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join(", ")) };
        format!("{}: {}{more}.", self.label, self.value)
    }
}

/// A municipality's rows at one moment.
struct MomentRows<'a> {
    share: Option<&'a ShareRow>,
    balance: Option<&'a BalanceRow>,
}

impl<'a> MomentRows<'a> {
    fn of(about: &CardContext<'a>, selection: &Selection) -> Self {
        Self { share: about.model.share(about.code, selection), balance: about.model.balance(about.code, selection) }
    }

    fn balance(&self, count: fn(&BalanceRow) -> Cell) -> Cell {
        self.balance.map_or(Cell::Missing, count)
    }
}

/// The figures of a card.
pub fn of(about: &CardContext<'_>) -> Vec<KeyFigure> {
    let lang = about.model.lang;
    let now = MomentRows::of(about, &about.now);
    let then = about.then.as_ref().map(|selection| (MomentRows::of(about, selection), selection.year.to_string()));
    let since = |id: &str, change: String, year: &str| lang.say(id, &[("change", &change), ("year", year)]);
    let counted = |label: &str, count: fn(&BalanceRow) -> Cell, of: String| {
        let change = then.as_ref().map(|(then, year)| {
            let change = now.balance(count).zip(then.balance(count), |to, from| to as i64 - from as i64);
            since("card-since", change.text(|change| lang.signed(change)), year)
        });
        KeyFigure { label: lang.text(label), value: about.count(now.balance(count)), of, change }
    };
    let part = |id: &str, part: fn(&BalanceRow) -> Cell, whole: fn(&BalanceRow) -> Cell| {
        lang.say(id, &[("share", &about.share(now.balance(part), now.balance(whole)))])
    };
    let share = |rows: &MomentRows<'_>| rows.share.map_or(Cell::Missing, |row| row.cross_provider_share);
    let cross = KeyFigure {
        label: lang.text("card-cross"),
        value: share(&now).text(|share: Ratio| about.model.percent(share)),
        of: now.share.map_or_else(String::new, |row| {
            lang.say("part-of", &[("part", &about.count(row.cross_provider)), ("whole", &about.count(row.students))])
        }),
        change: then.as_ref().map(|(then, year)| {
            let change = share(&now)
                .zip(share(then), |to, from| lang.points(from, to, about.model.decimals()).unwrap_or_default());
            since("card-since-points", change.text(|change| change), year)
        }),
    };
    let net = now.balance.map_or(Cell::Missing, |row| row.net).text(|net| lang.signed(net));
    vec![
        cross,
        counted("card-residents", |row| row.residents, String::new()),
        counted("card-out", |row| row.out, part("card-of-residents", |row| row.out, |row| row.residents)),
        counted("card-into", |row| row.into, part("card-of-pupils", |row| row.into, |row| row.pupils_here)),
        counted("card-pupils", |row| row.pupils_here, lang.say("card-net", &[("net", &net)])),
    ]
}

/// Draws the figures in a row, and the bar of providers below.
pub fn draw(scene: &mut Scene, about: &CardContext<'_>, figures: &[KeyFigure]) {
    let wide = (RIGHT - LEFT) / figures.len().max(1) as f64;
    let room = wide - 16.0;
    for (i, figure) in figures.iter().enumerate() {
        let x = LEFT + i as f64 * wide;
        let say = |scene: &mut Scene, y: f64, text: &str, size: f64, weight: Weight, fill: &str| {
            let size = fonts::size_for([text], room, size, weight);
            scene.text(&TextLine::new(x, y, text).size(size).weight(weight).fill(fill));
        };
        say(scene, FIGURES, &figure.label, style::BODY, Weight::Regular, style::INK);
        say(scene, FIGURES + 50.0, &figure.value, 46.0, Weight::SemiBold, style::INK);
        say(scene, FIGURES + 80.0, &figure.of, style::SMALL, Weight::Regular, style::MUTED);
        let change = figure.change.as_deref().unwrap_or_default();
        say(scene, FIGURES + 104.0, change, style::SMALL, Weight::Regular, style::MUTED);
    }
    let Some(row) = about.model.share(about.code, &about.now).filter(|row| row.students != Cell::Value(0)) else {
        return;
    };
    let kinds: Vec<(Side, Cell)> = Side::KINDS.into_iter().zip(by_kind(row)).collect();
    let has_bar = parts::bar(scene, about.model.lang, &kinds, row.students, (LEFT, RIGHT), BAR);
    let y = if has_bar { KEY } else { BAR + 22.0 };
    for (i, (side, students)) in kinds.iter().enumerate() {
        let x = LEFT + i as f64 * (RIGHT - LEFT) / kinds.len() as f64;
        parts::badge(scene, x + 9.0, y - 7.0, 9.0, *side);
        let text = format!("{} {}", about.model.lang.text(side.word()), about.count(*students));
        scene.text(&TextLine::new(x + 26.0, y, &text));
    }
}
