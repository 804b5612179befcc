//! Bar charts of published values, the largest first, and charts in words.

use crate::export::slides::deck::{ChartForm, ChartSeries, NumberFormat, SlideChart, number};
use crate::model::Ratio;
use crate::report::ReportModel;
use crate::report::view::Context;
use crate::tables::Value;
use crate::theme::Slot;
use crate::words::Lang;

/// Maximum number of bars that are legible on a slide.
pub const MOST: usize = 15;

/// A bar: its name, its value in the tables, and its colour if it differs from the chart's.
pub struct ChartBar {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Value,
    /// Its own colour.
    pub colour: Option<Slot>,
}

/// A bar chart, and sentences about the bars it leaves out.
pub struct BarChart {
    /// The chart.
    pub chart: SlideChart,
    /// Sentences.
    pub notes: Option<String>,
}

/// The texts and styles of a chart.
pub struct ChartTexts<'a> {
    /// What it shows.
    pub title: String,
    /// What its categories are.
    pub of: String,
    /// The name of its series.
    pub series: String,
    /// How numbers are written.
    pub numbers: NumberFormat,
    /// The colour of bars that have none of their own.
    pub colour: Slot,
    /// The words.
    pub context: &'a Context<'a>,
}

impl ChartTexts<'_> {
    /// The bars in order, without those that have no number, at most `most`; `None` if no bar is left.
    pub fn bars(self, bars: Vec<ChartBar>, most: usize) -> Option<BarChart> {
        let all = bars.len();
        let mut seen: Vec<(String, f64, Option<Slot>)> =
            bars.into_iter().filter_map(|bar| Some((bar.name, number(&bar.value)?, bar.colour))).collect();
        let unseen = all - seen.len();
        let count = seen.len();
        seen.truncate(most);
        if seen.is_empty() {
            return None;
        }
        let lang = self.context.lang;
        let number = |n: usize| lang.number(n as u64);
        let shown = (count > most)
            .then(|| self.context.say("slide-largest", &[("shown", &number(most)), ("all", &number(count))]));
        let unseen = (unseen > 0).then(|| self.context.say("slide-unseen", &[("count", &number(unseen))]));
        let notes: Vec<String> = shown.into_iter().chain(unseen).collect();
        let other = seen.iter().enumerate().filter_map(|(i, (_, _, colour))| Some((i, (*colour)?))).collect();
        let values = seen.iter().map(|(_, value, _)| Some(*value)).collect();
        let chart = SlideChart {
            form: ChartForm::Bars,
            title: self.title,
            of: self.of,
            categories: seen.into_iter().map(|(name, ..)| name).collect(),
            series: vec![ChartSeries { name: self.series, values, colour: self.colour, other }],
            numbers: self.numbers,
        };
        Some(BarChart { chart, notes: (!notes.is_empty()).then(|| notes.join(" ")) })
    }
}

/// The format of shares: whole percent if counts are rounded.
pub fn shares(model: &ReportModel) -> NumberFormat {
    if model.empty_means().is_some() { NumberFormat::WholeShare } else { NumberFormat::Share }
}

/// A chart number in the format of the language.
pub fn written(lang: Lang, numbers: NumberFormat, value: f64) -> String {
    let ratio = || Ratio::new((value * 1_000_000.0).round() as u64, 1_000_000_u64);
    match numbers {
        NumberFormat::Share => lang.percent(ratio(), 1),
        NumberFormat::WholeShare => lang.percent(ratio(), 0),
        NumberFormat::Count => lang.number(value as u64),
        NumberFormat::Change => lang.signed(value as i64),
        NumberFormat::Points => {
            let size = |n: f64| Ratio::new((n.max(0.0) * 10_000.0).round() as u64, 1_000_000_u64);
            lang.points(size(-value), size(value), 1).unwrap_or_default()
        }
        NumberFormat::Decimal => lang.decimal(ratio(), 1),
    }
}

/// The numbers of a chart in words.
pub fn in_words(context: &Context<'_>, chart: &SlideChart) -> String {
    let written = |value: f64| written(context.lang, chart.numbers, value);
    let part = |(i, name): (usize, &String)| {
        let values = chart.series.iter().map(|series| {
            let value = series.values.get(i).copied().flatten().map_or_else(|| "..".to_owned(), written);
            if chart.series.len() > 1 { format!("{} {value}", series.name) } else { value }
        });
        format!("{name}: {}", values.collect::<Vec<_>>().join(", "))
    };
    let parts: Vec<String> = chart.categories.iter().enumerate().map(part).collect();
    context.say("slide-numbers", &[("title", &chart.title), ("numbers", &parts.join("; "))])
}
