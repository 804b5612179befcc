//! Programmes: the share with another provider in each.

use std::cmp::Reverse;

use super::chart::{BarChart, ChartBar, ChartTexts, MOST, shares};
use super::share::shown_ratio;
use super::{Story, plain_head, plain_row, with_caption};
use crate::export::slides::deck::{Slide, SlideBlock, SlideContent, SlideTable};
use crate::model::{ALL, Ratio};
use crate::report::view;
use crate::tables::{ShareRow, Value};
use crate::theme::Slot;

/// Rows of a programme table.
const ROWS: usize = 13;
const GROUPS: [&str; 3] = ["ALL-vocational", "ALL-preparatory", "ALL-introduction"];

/// The published rows of a home's programmes, otherwise of programme groups.
fn rows<'a>(story: &Story<'a>, home: &str) -> Vec<(String, &'a ShareRow)> {
    let context = &story.context;
    let is_shown = |row: &&ShareRow| shown_ratio(row.cross_provider_share).is_some();
    let programme = |row: &'a ShareRow| (context.programme_field(&row.programme).shown().to_owned(), row);
    let programmes = context.shares(story.model.year, home).filter(|row| !row.programme.starts_with(ALL));
    let programmes: Vec<_> = programmes.filter(is_shown).map(programme).collect();
    if programmes.len() > 1 {
        return programmes;
    }
    let group = |id: &&str| {
        let row = context.share(story.model.year, home, id).filter(is_shown)?;
        Some((context.t(&format!("page-{id}")), row))
    };
    GROUPS.iter().filter_map(group).collect()
}

/// The highest and the lowest share.
fn range(story: &Story<'_>, rows: &[(String, &ShareRow)]) -> Option<[String; 4]> {
    let lang = story.context.lang;
    let ((many, most), (few, least)) = (rows.first()?, rows.last()?);
    let percent = |row: &ShareRow| Some(lang.percent(shown_ratio(row.cross_provider_share)?, 0));
    Some([percent(most)?, many.clone(), percent(least)?, few.clone()])
}

fn sorted<'a>(story: &Story<'a>, home: &str) -> Vec<(String, &'a ShareRow)> {
    let mut rows = rows(story, home);
    let share = |row: &ShareRow| shown_ratio(row.cross_provider_share).map_or(0.0, Ratio::to_f64);
    rows.sort_by(|(_, a), (_, b)| share(b).total_cmp(&share(a)).then_with(|| a.programme.cmp(&b.programme)));
    rows
}

/// The region's programmes by share; programme groups if programmes are not published, `None` if groups are not
/// either.
pub fn slide(story: &Story<'_>) -> Option<Slide> {
    let context = &story.context;
    let mut largest = rows(story, ALL);
    let all = largest.len();
    largest.sort_by_key(|(_, row)| (Reverse(row.students.value()), row.programme.clone()));
    largest.truncate(MOST);
    let shown: Vec<_> = largest.iter().map(|(_, row)| &row.programme).collect();
    let mut rows = sorted(story, ALL);
    rows.retain(|(_, row)| shown.contains(&&row.programme));
    if rows.len() < 2 {
        return None;
    }
    let [most, many, least, few] = range(story, &rows)?;
    let texts = [("most", &*most), ("many", &*many), ("least", &*least), ("few", &*few)];
    let title = context.say("slide-programmes-title", &texts);
    let bar = |(name, row): (String, &ShareRow)| ChartBar {
        name: format!("{name} ({})", context.number(row.students)),
        value: Value::Ratio(row.cross_provider_share),
        colour: None,
    };
    let about = ChartTexts {
        title: context.t("slide-programmes"),
        of: context.t("page-col-programme"),
        series: context.t("page-col-share"),
        numbers: shares(story.model),
        colour: Slot::Municipal,
        context,
    };
    let BarChart { chart, .. } = about.bars(rows.into_iter().map(bar).collect(), MOST)?;
    let slide = story.slide(title, SlideContent::One(SlideBlock::Chart(chart)));
    let number = |n: usize| context.lang.number(n as u64);
    let cut = (all > MOST).then(|| context.say("slide-largest", &[("shown", &number(MOST)), ("all", &number(all))]));
    Some(story.noted(with_caption(slide, cut), None, &["cross_provider_share"]))
}

/// A municipality's programmes with the five parts; `None` without students.
pub fn table(story: &Story<'_>, home: &str) -> Option<Slide> {
    let context = &story.context;
    context.share(story.model.year, home, ALL).filter(|row| row.students.value() != Some(0))?;
    let name = context.municipality(home);
    let title = match sorted(story, home).first() {
        Some((many, row)) => {
            let most = context.lang.percent(shown_ratio(row.cross_provider_share)?, 0);
            context.say("slide-programmes-table-title", &[("name", &name), ("most", &most), ("many", many)])
        }
        None => context.say("slide-programmes-table-title-plain", &[("name", &name)]),
    };
    let mut tables = view::programmes(context, home).into_iter().map(view::ViewTable::plain);
    let first = tables.next()?;
    let (sums, mut rows): (Vec<_>, Vec<_>) = first.rows.into_iter().partition(|row| row.is_sum);
    let all = rows.len();
    rows.truncate(ROWS - sums.len().min(ROWS));
    let shown = rows.len();
    let rows = rows.into_iter().chain(sums).map(plain_row).collect();
    let heads = first.heads.into_iter().map(plain_head).collect();
    let (table, note) = super::without_empty(story, SlideTable { title: first.caption, heads, rows });
    let number = |n: usize| context.lang.number(n as u64);
    let cut = (all > shown).then(|| context.say("slide-first", &[("shown", &number(shown)), ("all", &number(all))]));
    let slide = story.slide(title, SlideContent::One(SlideBlock::Table(table)));
    Some(story.noted(with_caption(with_caption(slide, note), cut), None, &["cross_provider_share"]))
}
