//! Native charts: DrawingML (ECMA-376 part 1, §21.2) with an embedded workbook, so that PowerPoint can edit the
//! numbers.

use std::collections::BTreeSet;

use minijinja::{context, value::Value};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use super::DeckStyle;
use super::layout::SlideArea;
use super::template::accent;
use crate::export::slides::deck::{ChartForm, NumberFormat, SlideChart};
use crate::theme::Slot;
use crate::words::Lang;

/// The worksheet with a chart's numbers; the chart template also uses this name.
const SHEET: &str = "Data";
/// EMU per point.
const POINT: f64 = 12_700.0;
/// Text size in a chart with many bars, points.
const SMALLEST: f64 = 14.0;
/// Maximum share of a chart's width for the names of its bars.
const NAMES: f64 = 0.4;

/// The Excel number format; separators follow the reader's settings.
fn format(numbers: NumberFormat, lang: Lang) -> &'static str {
    match (numbers, lang) {
        (NumberFormat::Share, Lang::Sv) => "0.0\\ %",
        (NumberFormat::Share, Lang::En) => "0.0%",
        (NumberFormat::WholeShare, Lang::Sv) => "0\\ %",
        (NumberFormat::WholeShare, Lang::En) => "0%",
        (NumberFormat::Count, _) => "#,##0",
        (NumberFormat::Change, _) => "+#,##0;\u{2212}#,##0;0",
        (NumberFormat::Points, _) => "+0.0;\u{2212}0.0;0.0",
        (NumberFormat::Decimal, _) => "0.0",
    }
}

/// The text size of a chart, points.
fn size(chart: &SlideChart, area: SlideArea) -> f64 {
    let rows = (chart.categories.len() * chart.series.len().max(1)).max(1) as f64;
    match chart.form {
        ChartForm::Bars => (area.h as f64 / POINT / rows * 0.68).clamp(SMALLEST, 16.0),
        ChartForm::Line => 14.0,
    }
}

/// The chart with bar names shortened to fit beside the bars. Renderers leave out every second name if they are
/// longer.
pub fn named(chart: &SlideChart, style: &DeckStyle, area: SlideArea) -> SlideChart {
    let (size, wide) = (size(chart, area), area.w as f64 / POINT * NAMES);
    let high = area.h as f64 / POINT / chart.categories.len().max(1) as f64;
    // Names on two lines break between words.
    let room = if high > size * 3.2 { wide * 1.8 } else { wide };
    let shortened: Vec<String> = chart.categories.iter().map(|name| style.fit.shortened(name, size, room)).collect();
    let distinct = |names: &[String]| names.iter().collect::<BTreeSet<_>>().len();
    let is_clear = chart.form == ChartForm::Bars && distinct(&shortened) == distinct(&chart.categories);
    let categories = if is_clear { shortened } else { chart.categories.clone() };
    SlideChart { categories, ..chart.clone() }
}

/// The view for the chart template; `workbook` is the relation to the chart's workbook.
pub fn view(chart: &SlideChart, style: &DeckStyle, area: SlideArea, workbook: &str) -> Value {
    let size = size(chart, area);
    let series = chart.series.iter().enumerate().map(|(i, series)| {
        let known = series.values.iter().enumerate().filter_map(|(at, value)| Some((at, (*value)?)));
        let points = known.map(|(at, value)| context! { at, value => value.to_string() });
        context! {
            at => i,
            name => &*series.name,
            column => column(i + 1),
            colour => scheme(series.colour),
            above => i == 0,
            other => series.other.iter().map(|(at, slot)| context! { at, colour => scheme(*slot) }).collect::<Vec<_>>(),
            points => points.collect::<Vec<_>>(),
        }
    });
    let all = || chart.series.iter().flat_map(|series| series.values.iter().flatten().copied());
    let (low, high) = all().fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
    // Space for the numbers at the ends of the bars.
    let room = (high - low) * 0.16;
    let most = match (chart.form, chart.numbers) {
        (ChartForm::Line, NumberFormat::Share | NumberFormat::WholeShare) => Some(1.0),
        (ChartForm::Line, _) => None,
        (ChartForm::Bars, _) => (high > 0.0).then_some(high + room),
    };
    let least = (chart.form == ChartForm::Bars).then_some(if low < 0.0 { low - room } else { 0.0 });
    context! {
        lang => style.language,
        form => match chart.form { ChartForm::Bars => "bars", ChartForm::Line => "line" },
        title => &*chart.title,
        title_size => 1400,
        size => hundredths(size),
        gap => gap(chart),
        format => format(chart.numbers, style.lang),
        axis_format => match style.lang { Lang::Sv => "0\\ %", Lang::En => "0%" },
        categories => &chart.categories,
        last => chart.categories.len() + 1,
        series => series.collect::<Vec<_>>(),
        most => most.map(|most| rounded(most).to_string()),
        least => least.map(|least| rounded(least).to_string()),
        workbook,
    }
}

/// The theme colour of a colour slot.
fn scheme(slot: Slot) -> &'static str {
    accent(slot).unwrap_or("accent1")
}

/// The gap between bars in percent of a bar, wider if there are few.
fn gap(chart: &SlideChart) -> usize {
    let least = if chart.series.len() > 1 { 60 } else { 45 };
    (800 / chart.categories.len().max(1)).saturating_sub(100).clamp(least, 400)
}

/// A size in hundredths of a point, a multiple of half a point.
pub fn hundredths(size: f64) -> u32 {
    (size * 2.0).floor() as u32 * 50
}

/// Rounded to three digits, so that axes are identical on every machine.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// The letter of a column: 0 is A. Charts have few columns.
fn column(i: usize) -> char {
    char::from(b'A' + u8::try_from(i.min(25)).unwrap_or(25))
}

/// The workbook with a chart's numbers: categories in the first column, then one column per series; `..` if there is
/// no number.
///
/// # Errors
/// Content that a workbook cannot hold.
pub fn workbook(chart: &SlideChart, style: &DeckStyle) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let date = ExcelDateTime::from_ymd(style.year, 10, 15)?;
    book.set_properties(&DocProperties::new().set_title(&chart.title).set_creation_datetime(&date));
    let sheet = book.add_worksheet();
    sheet.set_name(SHEET)?;
    sheet.write(0, 0, &*chart.of)?;
    sheet.set_column_width(0, 36)?;
    let shape = Format::new().set_num_format(format(chart.numbers, style.lang));
    for (row, category) in (1..).zip(&chart.categories) {
        sheet.write(row, 0, &**category)?;
    }
    for (column, series) in (1..).zip(&chart.series) {
        sheet.write(0, column, &*series.name)?;
        for (row, value) in (1..).zip(&series.values) {
            match value {
                Some(value) => sheet.write_with_format(row, column, *value, &shape)?,
                None => sheet.write(row, column, "..")?,
            };
        }
    }
    book.save_to_buffer()
}
