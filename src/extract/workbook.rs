//! Workbooks: xlsx, xlsm, xlsb, xls and ods; sheet and header row configured or guessed; cells as texts.
//!
//! A crafted workbook can claim more memory than any machine has, so limits apply before and during reading, each with
//! its own error: unpacked it may have 200 times the file's size (or 64 MiB, see [`crate::io::expanded_limit`]), in at
//! most 10,000 parts; a sheet may have [`CELLS`] cells, [`WIDTH`] columns and [`ROW_TEXT`] bytes in a row. Rows of
//! xlsx, xlsb and ods are streamed, so that empty space between cells costs nothing; only the list of texts of xlsx
//! and xlsb stays in memory, at worst about six times its unpacked bytes. xls is loaded whole by its reader, within
//! the same 200 times the file's size for its used areas. Whatever a reader does with invalid bytes, including a
//! panic, becomes an error.

mod archive;
mod book;
mod compound;
mod ods;
mod text;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow;

use csv::StringRecord;

use super::{Aspect, Guess, Hints, InputFormat, Record, Rows, header, is_note};
use crate::error::{Error, Exit, Result};
use crate::io::Content;
use crate::words::Lang;
use book::Book;
pub(super) use text::number;

/// The most cells of a sheet that are read.
const CELLS: u64 = 20_000_000;

/// The most columns of a sheet, in Excel and in LibreOffice.
const WIDTH: u64 = 16_384;

/// The most bytes of text in one row.
const ROW_TEXT: usize = 16 << 20;

/// The most bytes of text in all rows of a sheet: a few bytes can encode any number of equal texts.
const TEXT: u64 = 4 << 30;

/// The most sheets of a workbook.
const SHEETS: usize = 256;

/// The first bytes of a ZIP archive.
const ZIP: &[u8] = b"PK\x03\x04";
/// The first bytes of a compound file: xls, and encrypted workbooks.
const COMPOUND: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Workbooks.
pub struct Workbook;

impl InputFormat for Workbook {
    fn id(&self) -> &'static str {
        "workbook"
    }

    fn title(&self, lang: Lang) -> String {
        lang.text("format-workbook")
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["xlsx", "xlsm", "xlsb", "xls", "ods"]
    }

    fn recognises(&self, bytes: &[u8]) -> bool {
        bytes.starts_with(ZIP) || bytes.starts_with(COMPOUND)
    }

    fn open<'a>(&self, source: &str, content: &'a Content, hints: Hints<'_>) -> Result<Box<dyn Rows + 'a>> {
        Ok(Box::new(SheetRows::open(source, content.in_memory().unwrap_or_default(), hints)?))
    }
}

/// The kind of a workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BookKind {
    Xlsx,
    Xlsb,
    Xls,
    Ods,
}

impl BookKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Xlsb => "xlsb",
            Self::Xls => "xls",
            Self::Ods => "ods",
        }
    }
}

/// A sheet that can hold a table.
#[derive(Debug, Clone)]
struct Sheet {
    name: String,
    is_hidden: bool,
    /// Its position among the sheets.
    position: usize,
}

/// A row of a sheet: the cells that have a text, with their column from 0.
#[derive(Debug, Clone, Default)]
struct SheetRow {
    /// The first row of the sheet is 1.
    number: u64,
    cells: Vec<(usize, String)>,
    /// Bytes of all texts.
    text: usize,
}

impl SheetRow {
    /// Fills in the texts of the first `width` columns; returns whether a later one is not blank.
    fn fill(&self, width: usize, texts: &mut [String]) -> bool {
        texts.iter_mut().for_each(String::clear);
        let mut is_longer = false;
        for (column, text) in &self.cells {
            match texts.get_mut(*column) {
                Some(place) => place.push_str(text),
                None => is_longer |= *column >= width && !text.trim().is_empty(),
            }
        }
        is_longer
    }

    /// All texts up to the last one.
    fn texts(&self) -> Vec<String> {
        let width = self.cells.iter().map(|(column, _)| column + 1).max().unwrap_or(0);
        let mut texts = vec![String::new(); width];
        self.fill(width, &mut texts);
        texts
    }

    fn is_blank(&self) -> bool {
        self.cells.iter().all(|(_, text)| text.trim().is_empty())
    }
}

/// A stream of rows.
trait RowSource {
    /// Reads the next non-empty row; `false` at the end.
    fn next(&mut self, row: &mut SheetRow) -> std::result::Result<bool, Trouble>;
}

/// Why a workbook cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// Not a workbook, although it begins like one.
    Other,
    Damaged,
    Encrypted,
    /// More bytes unpacked than this.
    Unpacked(u64),
    /// More parts or sheets than this.
    Parts(usize),
    /// More cells than this.
    Cells(u64),
    /// More bytes in a row than this.
    RowText(usize),
}

impl Trouble {
    fn error(self, source: &str) -> Error {
        let of = |id| Error::new(Exit::Input, id).with("path", source);
        match self {
            Self::Other => of("error-workbook-other"),
            Self::Damaged => of("error-workbook-damaged"),
            Self::Encrypted => of("error-workbook-encrypted"),
            Self::Unpacked(limit) => of("error-workbook-unpacked").with("limit", limit >> 20),
            Self::Parts(limit) => of("error-workbook-parts").with("limit", limit),
            Self::Cells(limit) => of("error-workbook-cells").with("limit", limit),
            Self::RowText(limit) => of("error-workbook-row").with("limit", limit >> 20),
        }
    }

    /// [`Trouble::error`] after a row of a sheet.
    fn error_behind(self, source: &str, sheet: &str, row: u64) -> Error {
        match self {
            Self::Damaged => Error::new(Exit::Input, "error-workbook-sheet-damaged")
                .with("path", source)
                .with("sheet", sheet)
                .with("row", row),
            other => other.error(source),
        }
    }
}

/// What ends the reading of rows: the trouble, and the last row read.
struct Stop(Trouble, u64);

impl From<(Trouble, u64)> for Stop {
    fn from((trouble, row): (Trouble, u64)) -> Self {
        Self(trouble, row)
    }
}

/// The header row of a sheet.
struct HeaderRow {
    sheet: Sheet,
    known: usize,
    /// Number of the row.
    line: u64,
    texts: Vec<String>,
}

/// The best header row of a sheet: the configured row, else the one with the most known headers among the first
/// [`header::DEPTH`].
fn top(
    book: &mut Book<'_>,
    sheet: &Sheet,
    hints: Hints<'_>,
    seen: &mut u64,
) -> std::result::Result<Option<HeaderRow>, Stop> {
    let configured = hints.form.header;
    let depth = configured.unwrap_or(header::DEPTH as u64);
    let mut rows: Vec<(usize, usize, u64, Vec<String>)> = Vec::new();
    book.each(sheet, seen, &mut |row| {
        if row.number > depth {
            return Ok(false);
        }
        if configured.is_none_or(|configured| configured == row.number) && !row.is_blank() {
            let texts = row.texts();
            let known = hints.headers.known_in(texts.iter().map(String::as_str));
            let filled = texts.iter().filter(|text| !text.trim().is_empty()).count();
            rows.push((known, filled, row.number, texts));
        }
        Ok::<bool, Stop>(true)
    })?;
    let best = header::best(rows.iter().map(|(known, filled, ..)| (*known, *filled)));
    let row = best.and_then(|best| rows.into_iter().nth(best));
    Ok(row.map(|(known, _, line, texts)| HeaderRow { sheet: sheet.clone(), known, line, texts }))
}

/// The sheets to search: the configured one, else all, hidden ones last.
fn candidates(source: &str, sheets: &[Sheet], configured: Option<&str>) -> Result<Vec<Sheet>> {
    if sheets.len() > SHEETS {
        return Err(Trouble::Parts(SHEETS).error(source));
    }
    let Some(configured) = configured else {
        let mut sheets = sheets.to_vec();
        sheets.sort_by_key(|sheet| (sheet.is_hidden, sheet.position));
        return Ok(sheets);
    };
    let by = |is_it: &dyn Fn(&str) -> bool| sheets.iter().find(|sheet| is_it(&sheet.name)).cloned();
    let found = by(&|name| name == configured).or_else(|| by(&|name| name.trim() == configured.trim()));
    found.map(|sheet| vec![sheet]).ok_or_else(|| {
        Error::new(Exit::Usage, "error-workbook-sheet")
            .with("path", source)
            .with("sheet", configured)
            .with("sheets", names(sheets.iter()))
    })
}

fn names<'s>(sheets: impl Iterator<Item = &'s Sheet>) -> String {
    let names: Vec<&str> = sheets.map(|sheet| sheet.name.as_str()).collect();
    if names.is_empty() { "–".to_owned() } else { names.join(" | ") }
}

/// The sheet that is read: the one with the most known headers; the first if none has any. A tie between several
/// visible sheets is an error, because only the user knows which one is meant.
fn choose(source: &str, tops: Vec<HeaderRow>) -> Result<Option<HeaderRow>> {
    let most = tops.iter().map(|top| top.known).max().unwrap_or(0);
    let mut best: Vec<HeaderRow> = tops.into_iter().filter(|top| top.known == most).collect();
    let is_hidden = best.first().is_some_and(|top| top.sheet.is_hidden);
    let rivals = best.iter().filter(|top| top.sheet.is_hidden == is_hidden);
    if most > 0 && rivals.clone().count() > 1 {
        return Err(Error::new(Exit::Usage, "error-workbook-sheets")
            .with("path", source)
            .with("sheets", names(rivals.map(|top| &top.sheet))));
    }
    Ok(if best.is_empty() { None } else { Some(best.swap_remove(0)) })
}

struct SheetRows<'a> {
    book: Book<'a>,
    source: String,
    sheet: Sheet,
    /// The header's row.
    line: u64,
    header: Vec<String>,
    guesses: Vec<Guess>,
}

impl<'a> SheetRows<'a> {
    fn open(source: &str, bytes: &'a [u8], hints: Hints<'_>) -> Result<Self> {
        let mut book = Book::open(bytes).map_err(|trouble| trouble.error(source))?;
        let (mut tops, mut seen) = (Vec::new(), 0);
        for sheet in candidates(source, &book.sheets, hints.form.sheet.as_deref())? {
            let found = top(&mut book, &sheet, hints, &mut seen);
            tops.extend(found.map_err(|Stop(trouble, row)| trouble.error_behind(source, &sheet.name, row))?);
        }
        let Some(top) = choose(source, tops)? else {
            return Err(match hints.form.header {
                Some(line) => Error::new(Exit::Usage, "error-header-line").with("path", source).with("line", line),
                None => Error::new(Exit::Input, "error-file-empty").with("path", source),
            });
        };
        let mut guesses = vec![
            Guess::new(Aspect::Format, book.kind.as_str(), None::<&()>),
            Guess::new(Aspect::Sheet, &top.sheet.name, hints.form.sheet.as_ref()),
            Guess::new(Aspect::Header, top.line.to_string(), hints.form.header.as_ref()),
        ];
        let header = header::texts(top.texts.iter().map(String::as_str));
        if book.hidden > 0 {
            guesses.push(Guess::new(Aspect::HiddenRows, book.hidden.to_string(), None::<&()>));
        }
        Ok(Self { book, source: source.to_owned(), sheet: top.sheet, line: top.line, header, guesses })
    }
}

impl Rows for SheetRows<'_> {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn guesses(&self) -> &[Guess] {
        &self.guesses
    }

    fn each(&mut self, visit: &mut dyn FnMut(u64, Record<'_>) -> ControlFlow<()>) -> Result<()> {
        let width = self.header.len();
        let mut texts = vec![String::new(); width];
        let mut record = StringRecord::new();
        let (mut seen, mut shown) = (0, 0_u64);
        let done = self.book.each(&self.sheet, &mut seen, &mut |row| {
            if row.number <= self.line || row.is_blank() {
                return Ok(true);
            }
            // Limits a wide header over rows of one cell each.
            shown += width as u64;
            if shown > CELLS {
                return Err(Stop(Trouble::Cells(CELLS), row.number));
            }
            let is_longer = row.fill(width, &mut texts);
            record.clear();
            texts.iter().for_each(|text| record.push_field(text));
            let shown = match is_longer {
                true => Record::Malformed,
                false if is_note(&record, width) => Record::Note,
                false => Record::Fields(&record),
            };
            Ok(visit(row.number, shown).is_continue())
        });
        done.map_err(|Stop(trouble, row)| trouble.error_behind(&self.source, &self.sheet.name, row))
    }
}
