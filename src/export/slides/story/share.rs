//! The share of students with another provider: the headline of the region or a municipality with its trend, and all
//! municipalities side by side.

use std::cmp::Reverse;

use super::chart::{BarChart, ChartBar, ChartTexts, MOST, shares};
use super::{Story, with_caption};
use crate::export::slides::deck::{
    ChartForm, ChartSeries, NumberFormat, Slide, SlideBlock, SlideChart, SlideContent, number, ratio,
};
use crate::model::{ALL, Cell, Ratio, Text, Year};
use crate::report::view::{PARTS, parts};
use crate::tables::{ShareRow, Value};
use crate::theme::Slot;

/// The colours of the five parts, in order.
const COLOURS: [Slot; 5] = [Slot::Own, Slot::Municipal, Slot::Independent, Slot::Independent, Slot::PublicOther];

/// The share of a home or of the whole region (`ALL`), with its parts and its years; `None` without students.
pub fn slide(story: &Story<'_>, home: &str) -> Option<Slide> {
    let context = &story.context;
    let row = context.share(story.model.year, home, ALL).filter(|row| row.students.value() != Some(0))?;
    let parts = part_chart(story, row);
    let trend = trend(story, home);
    let content = match (parts, trend) {
        (Some(parts), Some(trend)) => SlideContent::Two(SlideBlock::Chart(parts), SlideBlock::Chart(trend)),
        (Some(one), None) | (None, Some(one)) => SlideContent::One(SlideBlock::Chart(one)),
        (None, None) => return None,
    };
    let mut slide = story.slide(title(story, home, row), content);
    slide.lead = row.cross_provider.value().map(|_| {
        let texts = [("cross", context.number(row.cross_provider)), ("students", context.number(row.students))];
        context.say("slide-lead-share", &texts.each_ref().map(|(key, text)| (*key, &**text)))
    });
    Some(story.noted(slide, None, &["cross_provider_share"]))
}

/// The home's name; the region's for `ALL`.
fn name(story: &Story<'_>, home: &str) -> String {
    if *home == *ALL { story.model.region.name.clone() } else { story.context.municipality(home) }
}

fn title(story: &Story<'_>, home: &str, row: &ShareRow) -> String {
    let (context, lang) = (&story.context, story.context.lang);
    let name = name(story, home);
    let Some(now) = shown_ratio(row.cross_provider_share) else {
        return context.say("map-home-title-plain", &[("name", &name)]);
    };
    let then = story
        .model
        .years
        .iter()
        .filter(|year| **year < story.model.year)
        .find_map(|year| Some((*year, shown_ratio(context.share(*year, home, ALL)?.cross_provider_share)?)));
    match then {
        Some((year, was)) => {
            let texts = [("region", name), ("now", story.model.percent(now)), ("was", story.model.percent(was))];
            let texts: Vec<(&str, &str)> = texts.iter().map(|(key, text)| (*key, &**text)).collect();
            context.say("share-slopes-title", &[&texts[..], &[("year", &year.to_string())]].concat())
        }
        None => context.say("map-home-title", &[("name", &name), ("share", &lang.percent(now, 0))]),
    }
}

/// A published ratio with a non-zero denominator.
pub fn shown_ratio(cell: Cell<Ratio>) -> Option<Ratio> {
    cell.value().filter(|ratio| ratio.is_defined())
}

/// The five parts as bars; `None` if all are hidden.
fn part_chart(story: &Story<'_>, row: &ShareRow) -> Option<SlideChart> {
    let context = &story.context;
    let bars = PARTS.iter().zip(parts(row)).zip(COLOURS).map(|((word, part), colour)| {
        let name = context.t(&format!("page-{word}"));
        let name = match shown_ratio(part.zip(row.students, Ratio::new)) {
            Some(share) => context.say("slide-part", &[("name", &name), ("share", &context.lang.percent(share, 0))]),
            None => name,
        };
        ChartBar { name, value: Value::Count(part), colour: Some(colour) }
    });
    let about = ChartTexts {
        title: context.t("slide-parts"),
        of: context.t("page-col-provider"),
        series: context.t("page-col-students"),
        numbers: NumberFormat::Count,
        colour: Slot::Municipal,
        context,
    };
    Some(about.bars(bars.collect(), PARTS.len())?.chart)
}

/// The share by year; `None` if fewer than two are published.
fn trend(story: &Story<'_>, home: &str) -> Option<SlideChart> {
    let context = &story.context;
    let years: Vec<Year> = story.model.years.iter().copied().filter(|year| *year <= story.model.year).collect();
    let share = |year: &Year| context.share(*year, home, ALL).and_then(|row| ratio(row.cross_provider_share));
    let values: Vec<Option<f64>> = years.iter().map(share).collect();
    (values.iter().flatten().count() >= 2).then(|| SlideChart {
        form: ChartForm::Line,
        title: context.t("slide-trend"),
        of: context.t("page-col-year"),
        categories: years.iter().map(ToString::to_string).collect(),
        series: vec![ChartSeries { name: name(story, home), values, colour: Slot::Municipal, other: Vec::new() }],
        numbers: shares(story.model),
    })
}

/// The municipalities by share, the highest first, with the region among them. The municipality `named`, if any, is
/// highlighted, and the title gives its rank.
pub fn municipalities(story: &Story<'_>, named: Option<&Text>) -> Option<Slide> {
    let context = &story.context;
    let mut rows: Vec<&ShareRow> = context
        .municipalities()
        .iter()
        .filter_map(|code| context.share(story.model.year, code, ALL))
        .filter(|row| row.students.value() != Some(0))
        .collect();
    let students = |row: &&ShareRow| (Reverse(row.students.value()), row.home.clone());
    rows.sort_by_key(students);
    let all = rows.len();
    // The largest ones and the named one, if there is no space for all.
    let is_shown = |(i, row): &(usize, &ShareRow)| *i < MOST || named == Some(&row.home);
    let mut rows: Vec<&ShareRow> = rows.into_iter().enumerate().filter(is_shown).map(|(_, row)| row).collect();
    let share = |row: &&ShareRow| number(&Value::Ratio(row.cross_provider_share));
    let shown = rows.len();
    let order = |a: &&ShareRow, b: &&ShareRow| share(b).unwrap_or(-1.0).total_cmp(&share(a).unwrap_or(-1.0));
    rows.sort_by(|a, b| order(a, b).then_with(|| a.home.cmp(&b.home)));
    let title = match named {
        None => range(story, &rows)?,
        Some(code) => rank_title(story, &rows, code, all)?,
    };
    let region =
        context.share(story.model.year, ALL, ALL).filter(|row| shown_ratio(row.cross_provider_share).is_some());
    rows.extend(region);
    rows.sort_by(order);
    let bar = |row: &ShareRow| ChartBar {
        name: name(story, &row.home),
        value: Value::Ratio(row.cross_provider_share),
        colour: match (&*row.home, named) {
            (ALL, _) => Some(Slot::Own),
            (home, Some(code)) if *home == **code => Some(Slot::Independent),
            _ => None,
        },
    };
    let about = ChartTexts {
        title: context.t("slide-municipalities"),
        of: context.t("page-col-home"),
        series: context.t("page-col-share"),
        numbers: shares(story.model),
        colour: Slot::Municipal,
        context,
    };
    let BarChart { chart, notes } = about.bars(rows.into_iter().map(bar).collect(), MOST + 2)?;
    let slide = story.slide(title, SlideContent::One(SlideBlock::Chart(chart)));
    let number = |n: usize| context.lang.number(n as u64);
    let largest =
        (all > shown).then(|| context.say("slide-largest", &[("shown", &number(shown)), ("all", &number(all))]));
    let slide = with_caption(with_caption(slide, notes), largest);
    Some(story.noted(slide, None, &["cross_provider_share"]))
}

/// The lowest and the highest; `None` if fewer than two are published.
fn range(story: &Story<'_>, rows: &[&ShareRow]) -> Option<String> {
    let (context, lang) = (&story.context, story.context.lang);
    let shares: Vec<(&str, Ratio)> =
        rows.iter().filter_map(|row| Some((&*row.home, shown_ratio(row.cross_provider_share)?))).collect();
    let ((many, most), (few, least)) = (shares.first()?, shares.last()?);
    if many == few {
        return None;
    }
    let texts = [
        ("least", lang.percent(*least, 0)),
        ("few", context.municipality(few)),
        ("most", lang.percent(*most, 0)),
        ("many", context.municipality(many)),
    ];
    Some(context.say("slide-municipalities-title", &texts.each_ref().map(|(key, text)| (*key, &**text))))
}

/// A title with the rank of a municipality, or with its share if others are hidden; `None` if its own share is hidden
/// or fewer than two are published.
fn rank_title(story: &Story<'_>, rows: &[&ShareRow], code: &Text, all: usize) -> Option<String> {
    let context = &story.context;
    let own = rows.iter().find(|row| row.home == *code).and_then(|row| shown_ratio(row.cross_provider_share))?;
    let shares: Vec<Ratio> = rows.iter().filter_map(|row| shown_ratio(row.cross_provider_share)).collect();
    if shares.len() < 2 {
        return None;
    }
    let name = context.municipality(code);
    if shares.len() < all {
        let share = context.lang.percent(own, 0);
        return Some(context.say("map-home-title", &[("name", &name), ("share", &share)]));
    }
    let rank = 1 + shares.iter().filter(|share| share.to_f64() > own.to_f64()).count() as u64;
    let texts = [("rank", context.lang.number(rank)), ("all", context.lang.number(all as u64)), ("name", name)];
    Some(context.say("slide-place-title", &texts.each_ref().map(|(key, text)| (*key, &**text))))
}
