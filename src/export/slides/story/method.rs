//! The last slides: outcomes of the rows, protection of personal data, definitions of the metrics.

use super::{Story, head, point, row, sum};
use crate::export::slides::deck::{Slide, SlideBlock, SlideContent, SlidePoint, SlideRow, SlideTable};
use crate::metrics::METRICS;
use crate::model::{Cell, Method, Ratio, Reason};
use crate::report::view;
use crate::tables::QualityRow;

/// Extracts with their own row.
const SOURCES: usize = 12;
/// The metrics on the slide; the notes have all.
const SHOWN: [&str; 5] = ["cross_provider_share", "market_share", "hhi", "localisation_index", "turnover"];

/// The rows of every extract, and the coverage of the data; `None` without extracts.
pub fn quality(story: &Story<'_>) -> Option<Slide> {
    let context = &story.context;
    let rows = &context.tables.quality;
    if rows.is_empty() {
        return None;
    }
    let is_kept = |row: &&QualityRow| *row.reason == *Reason::Kept.as_str();
    let all = |rows: &[QualityRow]| -> Cell { rows.iter().map(|row| row.rows).sum() };
    let kept = |rows: &[QualityRow]| -> Cell { rows.iter().filter(is_kept).map(|row| row.rows).sum() };
    let other = |rows: &[QualityRow]| -> Cell { rows.iter().filter(|row| !is_kept(row)).map(|row| row.rows).sum() };
    let line = |name: String, rows: &[QualityRow]| {
        [name, context.number(all(rows)), context.number(kept(rows)), context.number(other(rows))]
    };
    let sources: Vec<&[QualityRow]> = rows.chunk_by(|a, b| a.source == b.source).collect();
    let mut lines: Vec<SlideRow> = Vec::new();
    if sources.len() <= SOURCES {
        lines.extend(sources.iter().map(|rows| row(line(view::source_name(context, &rows[0].source), rows))));
    }
    lines.push(sum(line(context.t("slide-quality-all"), rows)));
    let heads = vec![
        head(context.t("column-source"), false),
        head(context.t("page-col-rows"), true),
        head(context.t("slide-quality-kept"), true),
        head(context.t("slide-quality-remarks"), true),
    ];
    let table = SlideTable { title: context.t("slide-quality"), heads, rows: lines };
    let title = match kept(rows).zip(all(rows), Ratio::new).value() {
        Some(share) if share.is_defined() => {
            let (kept, rows) = (story.model.percent(share), context.number(all(rows)));
            context.say("slide-quality-title", &[("kept", &kept), ("rows", &rows)])
        }
        _ => context.t("slide-quality-title-plain"),
    };
    let points: Vec<SlidePoint> = view::coverage(context).into_iter().map(point).collect();
    let mut slide = story.slide(title, SlideContent::Two(SlideBlock::Table(table), SlideBlock::Points(points)));
    slide.caption = None;
    Some(story.noted(slide, [context.t("page-quality-lead")].into_iter().chain(reasons(story)), &[]))
}

/// The meanings of the row outcomes that occur.
fn reasons(story: &Story<'_>) -> Vec<String> {
    let context = &story.context;
    let occurs = |reason: &&Reason| context.tables.quality.iter().any(|row| *row.reason == *reason.as_str());
    let meaning = |reason: &Reason| {
        let word = reason.as_str();
        format!("{}: {}", context.t(&format!("reason-{word}")), context.t(&format!("page-reason-{word}")))
    };
    Reason::ALL.iter().filter(occurs).map(meaning).collect()
}

/// How personal data is protected; `None` in an internal release, whose first slide says that nothing is hidden.
pub fn protection(story: &Story<'_>) -> Option<Slide> {
    let points: Vec<SlidePoint> = view::protection(&story.context).into_iter().map(point).collect();
    if points.is_empty() {
        return None;
    }
    let title = match story.model.policy.method {
        Method::Round => "slide-protection-title-round",
        Method::Suppress => "slide-protection-title",
    };
    let notes: Vec<String> = points.iter().map(|point| point.text.clone()).collect();
    let mut slide = story.slide(story.context.t(title), SlideContent::One(SlideBlock::Points(points)));
    slide.caption = None;
    Some(story.noted(slide, notes, &[]))
}

/// The main metrics; all of them with their formulas in the notes.
pub fn method(story: &Story<'_>) -> Slide {
    let lang = story.context.lang;
    let shown = SHOWN.iter().filter_map(|id| METRICS.iter().find(|metric| metric.id() == *id));
    let points = shown.map(|metric| SlidePoint { term: Some(metric.title(lang)), text: metric.definition(lang) });
    let content = SlideContent::One(SlideBlock::Points(points.collect()));
    let mut slide = story.slide(story.context.t("slide-method-title"), content);
    slide.caption = None;
    let all: Vec<&str> = METRICS.iter().map(|metric| metric.id()).collect();
    story.noted(slide, None, &all)
}
