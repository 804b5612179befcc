//! Why the region's share changed: the factors as bars, and the units behind them.

use super::{Story, head, row, with_caption};
use crate::export::slides::deck::{
    ChartForm, ChartSeries, NumberFormat, Slide, SlideBlock, SlideChart, SlideContent, SlideTable,
};
use crate::graph::Selection;
use crate::model::ALL;
use crate::render;
use crate::report::{ShareChange, finding, points};
use crate::theme::Slot;
use crate::words::capital;

/// Maximum number of units.
const UNITS: usize = 9;

/// The change up to the report year; `None` if no change is published.
pub fn slide(story: &Story<'_>) -> Option<Slide> {
    let (model, context) = (story.model, &story.context);
    let years = model.change_years(ALL).first().copied()?;
    let change = model.change(ALL, years)?;
    let bars = SlideBlock::Chart(factors(story, &change));
    let units = model.changed_units(ALL, years);
    let rows = units.iter().take(UNITS).map(|of| {
        let effect = of.effect_share.text(|share| points(context.lang, share));
        row([story.unit(&of.unit), name(story, of.factor.as_str()), effect])
    });
    let heads = vec![
        head(context.t("page-col-unit"), false),
        head(context.t("slide-change-factor"), false),
        head(context.t("change-points"), true),
    ];
    let table = SlideTable { title: context.t("change-units"), heads, rows: rows.collect() };
    let content =
        if units.is_empty() { SlideContent::One(bars) } else { SlideContent::Two(bars, SlideBlock::Table(table)) };
    let title = finding(context.lang, &change).unwrap_or_else(|| context.t("change-none"));
    let [then, now] = change.years.map(|year| Selection { year, ..model.selection() });
    let caption = format!("{} · {}", render::about_both(model, &then, &now), render::source(model));
    let mut slide = story.slide(title, content);
    slide.caption = Some(caption);
    let [was, is] = change.shares.map(|share| share.text(|share| model.percent(share)));
    let [from, to] = change.years.map(|year| year.to_string());
    slide.lead = Some(context.say("slide-change-lead", &[("was", &was), ("from", &from), ("now", &is), ("to", &to)]));
    let rounded = model.empty_means().map(|_| format!("{}.", context.t("change-note-rounded")));
    let slide = with_caption(slide, rounded);
    let about = story.picture("charts/change").map(|picture| picture.description.clone());
    Some(story.noted(slide, about, &["cross_provider_share"]))
}

/// The name of a factor, with a capital letter.
fn name(story: &Story<'_>, factor: &str) -> String {
    capital(&story.context.t(&format!("change-column-{factor}")))
}

fn factors(story: &Story<'_>, change: &ShareChange) -> SlideChart {
    let context = &story.context;
    let percent = |(_, effect): &(_, crate::report::ChangeEffect)| effect.share.to_f64() * 100.0;
    let values: Vec<f64> = change.factors.iter().map(percent).collect();
    let fell = values.iter().enumerate().filter(|(_, value)| **value < 0.0).map(|(i, _)| (i, Slot::Fell)).collect();
    SlideChart {
        form: ChartForm::Bars,
        title: context.t("slide-change-chart"),
        of: context.t("slide-change-factor"),
        categories: change.factors.iter().map(|(factor, _)| name(story, factor.as_str())).collect(),
        series: vec![ChartSeries {
            name: context.t("change-points"),
            values: values.into_iter().map(Some).collect(),
            colour: Slot::Rose,
            other: fell,
        }],
        numbers: NumberFormat::Points,
    }
}
