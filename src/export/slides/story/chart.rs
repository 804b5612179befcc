//! Bars of what is told, the largest first, and charts in words.

use crate::export::slides::deck::{Chart, Form, Numbers, Series, number};
use crate::model::Ratio;
use crate::report::ReportModel;
use crate::report::view::Context;
use crate::tables::Value;
use crate::theme::Slot;
use crate::words::Lang;

/// Bars that a slide has room for, legibly.
pub const MOST: usize = 20;

/// A bar before it is one: its name, its value in the tables, its colour where it is another than the chart's.
pub struct Bar<'a> {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Value<'a>,
    /// Its own colour.
    pub colour: Option<Slot>,
}

/// Bars, and what the reader must know of those that are not there.
pub struct Bars {
    /// The chart.
    pub chart: Chart,
    /// Sentences.
    pub notes: Option<String>,
}

/// What a chart is about.
pub struct About<'a> {
    /// What it shows.
    pub title: String,
    /// What its categories are.
    pub of: String,
    /// The name of its series.
    pub series: String,
    /// How numbers are written.
    pub numbers: Numbers,
    /// The colour of bars that have none of their own.
    pub colour: Slot,
    /// The words.
    pub context: &'a Context<'a>,
}

impl About<'_> {
    /// The bars in their order, those without a number left out and at most `most` of the rest; none without any.
    pub fn bars(self, bars: Vec<Bar<'_>>, most: usize) -> Option<Bars> {
        let all = bars.len();
        let mut told: Vec<(String, f64, Option<Slot>)> =
            bars.into_iter().filter_map(|bar| Some((bar.name, number(&bar.value)?, bar.colour))).collect();
        let unseen = all - told.len();
        let count = told.len();
        told.truncate(most);
        if told.is_empty() {
            return None;
        }
        let lang = self.context.lang;
        let number = |n: usize| lang.number(n as u64);
        let shown = (count > most)
            .then(|| self.context.say("slide-largest", &[("shown", &number(most)), ("all", &number(count))]));
        let unseen = (unseen > 0).then(|| self.context.say("slide-unseen", &[("count", &number(unseen))]));
        let notes: Vec<String> = shown.into_iter().chain(unseen).collect();
        let other = told.iter().enumerate().filter_map(|(i, (_, _, colour))| Some((i, (*colour)?))).collect();
        let values = told.iter().map(|(_, value, _)| Some(*value)).collect();
        let chart = Chart {
            form: Form::Bars,
            title: self.title,
            of: self.of,
            categories: told.into_iter().map(|(name, ..)| name).collect(),
            series: vec![Series { name: self.series, values, colour: self.colour, other }],
            numbers: self.numbers,
        };
        Some(Bars { chart, notes: (!notes.is_empty()).then(|| notes.join(" ")) })
    }
}

/// How shares are written: in whole percent where counts are rounded.
pub fn shares(model: &ReportModel) -> Numbers {
    if model.empty_means().is_some() { Numbers::WholeShare } else { Numbers::Share }
}

/// A number of a chart as the language writes it.
pub fn written(lang: Lang, numbers: Numbers, value: f64) -> String {
    let ratio = || Ratio::new((value * 1_000_000.0).round() as u64, 1_000_000_u64);
    match numbers {
        Numbers::Share => lang.percent(ratio(), 1),
        Numbers::WholeShare => lang.percent(ratio(), 0),
        Numbers::Count => lang.number(value as u64),
        Numbers::Change => lang.signed(value as i64),
        Numbers::Decimal => lang.decimal(ratio(), 1),
    }
}

/// The numbers of a chart in a sentence.
pub fn in_words(context: &Context<'_>, chart: &Chart) -> String {
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
