//! The strongest dependencies between municipalities and providers, and how concentrated a municipality's students are
//! on few providers.

use std::cmp::Ordering;

use super::chart::{BarChart, ChartBar, ChartTexts, MOST};
use super::share::shown_ratio;
use super::{Story, head, row, with_caption};
use crate::export::slides::deck::{NumberFormat, Slide, SlideBlock, SlideContent, SlideTable};
use crate::model::{ALL, Cell, Ratio, Text};
use crate::report::FlowEnds;
use crate::tables::{ConcentrationRow, Value};
use crate::theme::Slot;

/// Rows of the dependence table.
const SHOWN: usize = 12;

/// A home's students with another provider, or in another municipality.
struct Dependency {
    home: Text,
    /// The name of the other provider or municipality.
    to: String,
    students: Cell,
    /// How much the home depends on the other.
    market_share: Cell<Ratio>,
    /// How much the other depends on the home; missing if providers are not published.
    commitment: Cell<Ratio>,
}

/// The largest market shares of others; `None` if none is published.
pub fn slide(story: &Story<'_>) -> Option<Slide> {
    let context = &story.context;
    let ends = story.model.ends();
    let mut all = match ends {
        FlowEnds::Units => of_providers(story),
        FlowEnds::Municipalities => of_places(story),
    };
    all.retain(|one| shown_ratio(one.market_share).is_some_and(|share| share.num() > 0));
    all.sort_by(compared);
    let first = all.first()?;
    let id = match ends {
        FlowEnds::Units => "slide-dependence-title",
        FlowEnds::Municipalities => "slide-dependence-title-places",
    };
    let share = context.lang.percent(shown_ratio(first.market_share)?, 0);
    let home = context.municipality(&first.home);
    let title = context.say(id, &[("share", &share), ("home", &home), ("provider", &first.to)]);
    let mut heads = vec![head(context.t("page-col-home"), false)];
    let to = if ends == FlowEnds::Units { "page-col-provider" } else { "page-col-place" };
    heads.push(head(context.t(to), false));
    heads.extend(["page-col-students", "page-col-market-share"].map(|id| head(context.t(id), true)));
    if ends == FlowEnds::Units {
        heads.push(head(context.t("page-col-commitment"), true));
    }
    let line = |one: &Dependency| {
        let mut texts = vec![context.municipality(&one.home), one.to.clone(), context.number(one.students)];
        texts.push(context.percent(one.market_share));
        if ends == FlowEnds::Units {
            texts.push(context.percent(one.commitment));
        }
        row(texts)
    };
    let rows = all.iter().take(SHOWN).map(line).collect();
    let table = SlideTable { title: context.t("slide-dependence"), heads, rows };
    let slide = story.slide(title, SlideContent::One(SlideBlock::Table(table)));
    let number = |n: usize| context.lang.number(n as u64);
    let shown = (all.len() > SHOWN)
        .then(|| context.say("slide-largest", &[("shown", &number(SHOWN)), ("all", &number(all.len()))]));
    Some(story.noted(with_caption(slide, shown), None, &["market_share", "commitment"]))
}

/// By market share descending, then students descending, then code.
fn compared(a: &Dependency, b: &Dependency) -> Ordering {
    let share = |one: &Dependency| one.market_share.value().map_or(0.0, Ratio::to_f64);
    let students = |one: &Dependency| one.students.value();
    share(b)
        .total_cmp(&share(a))
        .then_with(|| students(b).cmp(&students(a)))
        .then_with(|| (&a.home, &a.to).cmp(&(&b.home, &b.to)))
}

fn of_providers(story: &Story<'_>) -> Vec<Dependency> {
    let is_other = |row: &&crate::tables::DependenceRow| row.home != row.provider && story.model.in_region(&row.home);
    story
        .context
        .dependence()
        .filter(is_other)
        .map(|row| Dependency {
            home: row.home.clone(),
            to: story.context.provider_field(&row.provider).shown().to_owned(),
            students: row.students,
            market_share: row.market_share,
            commitment: row.commitment,
        })
        .collect()
}

fn of_places(story: &Story<'_>) -> Vec<Dependency> {
    let selection = story.model.selection();
    let homes = story.context.municipalities().iter();
    homes
        .flat_map(|home| {
            let all = story.context.share(story.model.year, home, ALL).map_or(Cell::Missing, |row| row.students);
            let places = story.model.places_of(home, &selection);
            places.into_iter().filter(|(place, _)| place != *home).map(move |(place, students)| Dependency {
                home: (*home).clone(),
                to: story.context.municipality(&place),
                students,
                market_share: students.zip(all, Ratio::new),
                commitment: Cell::Missing,
            })
        })
        .collect()
}

/// Effective providers by home, the fewest first; `None` if all are hidden.
pub fn concentration(story: &Story<'_>) -> Option<Slide> {
    let context = &story.context;
    let picture = story.picture("charts/concentration")?;
    let mut rows: Vec<&ConcentrationRow> =
        context.municipalities().iter().filter_map(|code| context.concentration(code)).collect();
    let effective =
        |row: &&ConcentrationRow| shown_ratio(row.effective_providers).map_or(f64::INFINITY, Ratio::to_f64);
    rows.sort_by(|a, b| effective(a).total_cmp(&effective(b)).then_with(|| a.home.cmp(&b.home)));
    let bar = |row: &ConcentrationRow| ChartBar {
        name: context.municipality(&row.home),
        value: Value::Ratio(row.effective_providers),
        colour: None,
    };
    let about = ChartTexts {
        title: context.t("slide-concentration"),
        of: context.t("page-col-home"),
        series: context.t("slide-concentration"),
        numbers: NumberFormat::Decimal,
        colour: Slot::Municipal,
        context,
    };
    let BarChart { chart, notes } = about.bars(rows.into_iter().map(bar).collect(), MOST)?;
    let slide = story.slide(picture.title.clone(), SlideContent::One(SlideBlock::Chart(chart)));
    let slide = with_caption(slide, notes);
    Some(story.noted(slide, [picture.description.clone()], &["hhi", "effective_providers"]))
}
