//! The first sheet: the subject of the workbook, the meaning of its signs, and the contents of each sheet.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::{BookWriter, TITLE};
use crate::model::{ALL, Cell, Release};

/// The contents sheet; all other sheets have been written and listed before.
pub fn sheet(writer: &mut BookWriter<'_>, title: &str) -> Result<Worksheet, XlsxError> {
    let model = writer.model;
    let lang = model.lang;
    let name = writer.text("sheet-contents");
    let mut sheet = writer.sheet(&name, &headline(writer), 0)?;
    sheet.write_with_format(TITLE, 0, title, &writer.formats.title)?;
    sheet.set_column_width(0, 34.0)?.set_column_width(1, 12.0)?.set_column_width(2, 110.0)?;
    let mut row = TITLE + 4;
    let facts = [
        ("workbook-population", lang.text(&format!("picture-population-{}", model.population.as_str()))),
        ("workbook-years", model.years.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        (
            "workbook-release",
            lang.text(match model.release() {
                Release::Internal => "workbook-internal",
                Release::Public => "workbook-public",
            }),
        ),
        ("workbook-hidden", lang.text("workbook-hidden-about")),
        ("workbook-missing", lang.text("workbook-missing-about")),
        ("workbook-names", lang.text("workbook-names-about")),
    ];
    for (id, text) in facts {
        sheet.write_with_format(row, 0, lang.text(id), &writer.formats.bold)?;
        sheet.write(row, 1, text)?;
        row += 1;
    }
    row += 1;
    for (column, id) in ["workbook-sheet", "workbook-rows", "workbook-about"].into_iter().enumerate() {
        let format =
            if column == 2 { writer.formats.indented.clone().set_bold() } else { writer.formats.bold.clone() };
        sheet.write_with_format(row, column as u16, lang.text(id), &format)?;
    }
    for listed in &writer.listed {
        row += 1;
        let to = format!("internal:'{}'!A1", listed.name);
        sheet.write_url_with_text(row, 0, &*to, &*listed.name)?;
        sheet.write_with_format(row, 1, listed.rows as f64, &writer.formats.count)?;
        sheet.write_with_format(row, 2, &*listed.about, &writer.formats.indented)?;
    }
    Ok(sheet)
}

/// The headline share with its numerator and denominator, or a message that it is hidden.
fn headline(writer: &BookWriter<'_>) -> String {
    let (model, lang) = (writer.model, writer.model.lang);
    let row = model.share(ALL, &model.selection());
    let share = row.map_or(Cell::Missing, |row| row.cross_provider_share).value().filter(|share| share.is_defined());
    let count = |cell: Cell| cell.text(|n| lang.number(n));
    match (row, share) {
        (Some(row), Some(share)) => {
            let (part, whole) = (count(row.cross_provider), count(row.students));
            let args = [
                ("share", &*model.percent(share)),
                ("region", &*model.region.name),
                ("part", &part),
                ("whole", &whole),
            ];
            lang.say("workbook-headline", &args)
        }
        _ => lang.text("workbook-headline-none"),
    }
}
