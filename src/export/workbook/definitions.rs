//! Definitions of words and metrics, with formulas and sources.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::{BookWriter, HEADS};
use crate::metrics::METRICS;
use crate::report::view::DEFINITIONS;

/// The sheet: metrics first, then words by group.
pub fn sheet(writer: &mut BookWriter<'_>) -> Result<Worksheet, XlsxError> {
    let lang = writer.model.lang;
    let words: usize = DEFINITIONS.iter().map(|(_, words)| words.len()).sum();
    let name = writer.text("sheet-definitions");
    let about = lang.attribute("sheet-definitions", "about", &[]).unwrap_or_default();
    let mut sheet = writer.sheet(&name, &about, METRICS.len() + words)?;
    for (column, wide) in [30.0, 80.0, 50.0, 50.0].into_iter().enumerate() {
        sheet.set_column_width(column as u16, wide)?;
    }
    let heads = ["definitions-word", "definitions-meaning", "definitions-formula", "definitions-source"];
    for (column, id) in heads.into_iter().enumerate() {
        sheet.write_with_format(HEADS, column as u16, lang.text(id), &writer.formats.bold)?;
    }
    let mut row = HEADS;
    for metric in METRICS {
        row += 1;
        let texts =
            [metric.title(lang), metric.definition(lang), metric.formula().to_owned(), metric.source().to_owned()];
        for (column, text) in texts.iter().enumerate() {
            sheet.write_with_format(row, column as u16, &**text, &writer.formats.text)?;
        }
    }
    for (group, words) in DEFINITIONS {
        row += 1;
        sheet.write_with_format(row, 0, lang.text(&format!("page-def-{group}")), &writer.formats.bold)?;
        for word in *words {
            row += 1;
            let id = format!("page-def-{group}-{word}");
            sheet.write_with_format(row, 0, lang.text(&id), &writer.formats.text)?;
            let text = lang.attribute(&id, "text", &[]).unwrap_or_default();
            sheet.write_with_format(row, 1, text, &writer.formats.text)?;
        }
    }
    sheet.set_freeze_panes(HEADS + 1, 1)?;
    Ok(sheet)
}
