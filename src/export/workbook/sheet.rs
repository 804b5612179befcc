//! A released table as a sheet: a native table with filters, frozen headers, names next to codes, and `..` for hidden
//! numbers.

use rust_xlsxwriter::{
    ConditionalFormatDataBar, ConditionalFormatType, Format, Table, TableColumn, TableStyle, Worksheet, XlsxError,
};

use super::names::CodeNames;
use super::{BookWriter, Formats, HEADS, HIGH};
use crate::model::Cell;
use crate::tables::{Column, ColumnKind, Row, TableVisitor, Value};
use crate::words::Lang;

/// Maximum number of rows per sheet; the rest goes to the next sheet. Excel allows 1,048,576.
const MOST: usize = 1_000_000;
/// Widths of columns, characters: codes and words, names, numbers.
const CODE: f64 = 13.0;
const NAME: f64 = 30.0;
const NUMBER: f64 = 14.0;

/// A column of a sheet: a column of the table, or the names of its codes.
#[derive(Debug, Clone, Copy)]
struct SheetColumn {
    /// Index in the table.
    column: usize,
    /// The source of names, for a column of names.
    names: Option<CodeNames>,
}

/// The columns of a table; each column with codes is followed by one with names.
fn sheet_columns(columns: &[Column]) -> Vec<SheetColumn> {
    let both = |(column, of): (usize, &Column)| {
        let names = CodeNames::of(of).map(|names| SheetColumn { column, names: Some(names) });
        [Some(SheetColumn { column, names: None }), names].into_iter().flatten()
    };
    columns.iter().enumerate().flat_map(both).collect()
}

/// The header of a column in words. A column of codes says so if a column of names follows.
fn head(lang: Lang, columns: &[Column], shown: SheetColumn) -> String {
    let column = &columns[shown.column];
    let title = lang.text(&format!("column-{}", column.name));
    if shown.names.is_none() && CodeNames::of(column).is_some() {
        lang.say("column-code", &[("column", &title)])
    } else {
        title
    }
}

/// The header of a native table's column, aligned with its texts or numbers.
pub fn head_of(writer: &BookWriter<'_>, text: String, is_number: bool) -> TableColumn {
    let format = if is_number { &writer.formats.number_head } else { &writer.formats.head };
    TableColumn::new().set_header(text).set_header_format(format)
}

/// Data bars for shares, from 0 to 1.
pub fn share_bar() -> ConditionalFormatDataBar {
    ConditionalFormatDataBar::new()
        .set_fill_color("CFE0EC")
        .set_solid_fill(true)
        .set_minimum(ConditionalFormatType::Number, 0)
        .set_maximum(ConditionalFormatType::Number, 1)
}

/// The sheets of all released tables, in the order of the table list.
pub fn tables(writer: &mut BookWriter<'_>) -> Result<Vec<Worksheet>, XlsxError> {
    struct Sheets<'w, 'm> {
        writer: &'w mut BookWriter<'m>,
        out: Vec<Worksheet>,
    }
    impl TableVisitor for Sheets<'_, '_> {
        type Error = XlsxError;
        fn table<R: crate::tables::Table>(&mut self, rows: &[R]) -> Result<(), XlsxError> {
            if !R::is_in(self.writer.model.release()) {
                return Ok(());
            }
            let parts: Vec<&[R]> = if rows.is_empty() { vec![rows] } else { rows.chunks(MOST).collect() };
            for (i, part) in parts.into_iter().enumerate() {
                self.out.push(sheet(self.writer, part, i + 1)?);
            }
            Ok(())
        }
    }
    let model = writer.model;
    let mut sheets = Sheets { writer, out: Vec::new() };
    model.tables.get().visit(&mut sheets)?;
    Ok(sheets.out)
}

/// One sheet; `part` numbers the sheets of one table from 1.
fn sheet<R: Row>(writer: &mut BookWriter<'_>, rows: &[R], part: usize) -> Result<Worksheet, XlsxError> {
    let lang = writer.model.lang;
    let id = format!("sheet-{}", R::NAME);
    let title = lang.text(&id);
    let name = if part == 1 { title } else { format!("{title} {part}") };
    let about = lang.attribute(&id, "about", &[]).unwrap_or_default();
    let mut sheet = writer.long_sheet(&name, &about, rows.len())?;
    let columns = sheet_columns(R::COLUMNS);
    let has_numbers = |column: &SheetColumn| column.names.is_none() && R::COLUMNS[column.column].kind.is_number();
    let heads: Vec<TableColumn> =
        columns.iter().map(|column| head_of(writer, head(lang, R::COLUMNS, *column), has_numbers(column))).collect();
    let last = (columns.len() - 1) as u16;
    for (i, column) in columns.iter().enumerate() {
        let wide = match (column.names, R::COLUMNS[column.column].kind) {
            (Some(_), _) => NAME,
            (None, kind) if kind.is_text() => CODE,
            (None, _) => NUMBER,
        };
        sheet.set_column_width(i as u16, wide)?;
    }
    if rows.is_empty() {
        sheet.write_with_format(HEADS, 0, lang.text("workbook-no-rows"), &writer.formats.about)?;
        return Ok(sheet);
    }
    let bottom = HEADS + rows.len() as u32;
    let table_name = if part == 1 { R::NAME.to_owned() } else { format!("{}_{part}", R::NAME) };
    let table = Table::new().set_name(table_name).set_columns(&heads).set_style(TableStyle::Light1);
    sheet.add_table(HEADS, 0, bottom, last, &table)?;
    sheet.set_row_height(HEADS, HIGH)?;
    for (i, row) in rows.iter().enumerate() {
        for (j, column) in columns.iter().enumerate() {
            let at = (HEADS + 1 + i as u32, j as u16);
            match (column.names, row.value(column.column)) {
                (Some(names), Value::Text(code)) => {
                    sheet.write(at.0, at.1, names.name(writer.model, code))?;
                }
                (_, value) => self::value(&mut sheet, &writer.formats, at, &value, R::COLUMNS[column.column].kind)?,
            }
        }
    }
    for (j, column) in columns.iter().enumerate() {
        if R::COLUMNS[column.column].kind == ColumnKind::Share {
            sheet.add_conditional_format(HEADS + 1, j as u16, bottom, j as u16, &share_bar())?;
        }
    }
    // The key columns remain visible.
    let keys = columns.iter().filter(|column| column.column < R::KEYS.min(4)).count() as u16;
    sheet.set_freeze_panes(HEADS + 1, keys.min(4))?;
    sheet.set_repeat_rows(HEADS, HEADS)?;
    Ok(sheet)
}

/// Writes a value of a column of this kind: numbers as numbers, ratios with the decimals of the tables.
pub fn value(
    sheet: &mut Worksheet,
    formats: &Formats,
    (row, column): (u32, u16),
    value: &Value,
    kind: ColumnKind,
) -> Result<(), XlsxError> {
    let mut number = |number: f64, format: &Format| sheet.write_with_format(row, column, number, format).map(|_| ());
    match value {
        Value::Count(Cell::Value(n)) => number(*n as f64, &formats.count),
        Value::Delta(Cell::Value(n)) => number(*n as f64, &formats.delta),
        Value::Decimal(Cell::Value(n)) => number(n.to_f64(), &formats.change),
        Value::Year(year) => number(f64::from(*year), &formats.year),
        Value::Ratio(Cell::Value(_)) => match value.to_text().parse::<f64>() {
            Ok(ratio) => number(ratio, if kind == ColumnKind::Share { &formats.share } else { &formats.decimal }),
            Err(_) => sheet.write_with_format(row, column, value.to_text(), &formats.unseen).map(|_| ()),
        },
        Value::Text(text) => sheet.write(row, column, *text).map(|_| ()),
        Value::Flag(Cell::Value(_)) => sheet.write(row, column, value.to_text()).map(|_| ()),
        _ => sheet.write_with_format(row, column, value.to_text(), &formats.unseen).map(|_| ()),
    }
}
