//! One interface to workbooks of every kind: the sheets, and the rows of each in order, streamed.

use std::io::Cursor;

use calamine::{Cell, DataRef, Reader, SheetType, SheetVisible, Xls, Xlsb, Xlsx};

use super::ods::Ods;
use super::{BookKind, CELLS, ROW_TEXT, RowSource, Sheet, SheetRow, TEXT, Trouble, WIDTH, archive, compound, text};
use crate::io::guarded;

type Bytes<'a> = Cursor<&'a [u8]>;

/// An opened workbook.
pub(super) struct Book<'a> {
    pub(super) kind: BookKind,
    pub(super) sheets: Vec<Sheet>,
    /// Hidden rows in all sheets; 0 if the kind does not report them.
    pub(super) hidden: u64,
    reader: Reading<'a>,
}

enum Reading<'a> {
    Xlsx(Box<Xlsx<Bytes<'a>>>),
    Xlsb(Box<Xlsb<Bytes<'a>>>),
    Xls(Box<Xls<Bytes<'a>>>),
    Ods(Ods<'a>),
}

impl<'a> Book<'a> {
    /// Opens a workbook after checking its limits.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Trouble> {
        let (kind, hidden) =
            if bytes.starts_with(super::ZIP) { archive::kind(bytes)? } else { (compound::kind(bytes)?, 0) };
        let book = guarded(|| Self::read(kind, bytes)).unwrap_or(Err(Trouble::Damaged))?;
        Ok(Self { hidden, ..book })
    }

    fn read(kind: BookKind, bytes: &'a [u8]) -> Result<Self, Trouble> {
        let cursor = Cursor::new(bytes);
        let (reader, sheets) = match kind {
            BookKind::Xlsx => {
                let book = Xlsx::new(cursor).map_err(|_| Trouble::Damaged)?;
                let sheets = sheets(book.sheets_metadata());
                (Reading::Xlsx(Box::new(book)), sheets)
            }
            BookKind::Xlsb => {
                let book = Xlsb::new(cursor).map_err(|_| Trouble::Damaged)?;
                let sheets = sheets(book.sheets_metadata());
                (Reading::Xlsb(Box::new(book)), sheets)
            }
            BookKind::Xls => {
                let book = Xls::new(cursor).map_err(|error| match error {
                    calamine::XlsError::Password => Trouble::Encrypted,
                    _ => Trouble::Damaged,
                })?;
                let sheets = sheets(book.sheets_metadata());
                (Reading::Xls(Box::new(book)), sheets)
            }
            BookKind::Ods => {
                let (book, sheets) = Ods::open(bytes)?;
                (Reading::Ods(book), sheets)
            }
        };
        Ok(Self { kind, sheets, hidden: 0, reader })
    }

    /// Passes the non-empty rows of a sheet to `visit` until it returns `false`. `seen` counts cells; the caller may
    /// keep it over several calls.
    ///
    /// # Errors
    /// A sheet that cannot be read further, with the number of the last row read; any error of `visit`.
    pub(super) fn each<E: From<(Trouble, u64)>>(
        &mut self,
        sheet: &Sheet,
        seen: &mut u64,
        visit: &mut dyn FnMut(&SheetRow) -> Result<bool, E>,
    ) -> Result<(), E> {
        let mut rows = guarded(|| self.rows(sheet)).unwrap_or(Err(Trouble::Damaged)).map_err(|t| (t, 0))?;
        let mut row = SheetRow::default();
        let (mut last, mut text) = (0, 0_u64);
        loop {
            let more = guarded(|| rows.next(&mut row)).unwrap_or(Err(Trouble::Damaged)).map_err(|t| (t, last))?;
            *seen += row.cells.len() as u64;
            if *seen > CELLS {
                return Err((Trouble::Cells(CELLS), last).into());
            }
            text += row.text as u64;
            if text > TEXT {
                return Err((Trouble::Unpacked(TEXT), last).into());
            }
            if !more || !visit(&row)? {
                return Ok(());
            }
            last = row.number;
        }
    }

    fn rows(&mut self, sheet: &Sheet) -> Result<Box<dyn RowSource + '_>, Trouble> {
        Ok(match &mut self.reader {
            Reading::Xlsx(book) => {
                let mut cells = book.worksheet_cells_reader(&sheet.name).map_err(|_| Trouble::Damaged)?;
                Box::new(Grouped::of(move || Ok(cells.next_cell().map_err(|_| Trouble::Damaged)?.map(at))))
            }
            Reading::Xlsb(book) => {
                let mut cells = book.worksheet_cells_reader(&sheet.name).map_err(|_| Trouble::Damaged)?;
                Box::new(Grouped::of(move || Ok(cells.next_cell().map_err(|_| Trouble::Damaged)?.map(at))))
            }
            Reading::Xls(book) => {
                let range = book.worksheet_range(&sheet.name).map_err(|_| Trouble::Damaged)?;
                let mut cells = LaidOutSheet { range, row: 0, column: 0 };
                Box::new(Grouped::of(move || cells.cell()))
            }
            Reading::Ods(book) => Box::new(book.rows(sheet.position)?),
        })
    }
}

/// The sheets that may have a table.
fn sheets(known: &[calamine::Sheet]) -> Vec<Sheet> {
    known
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .enumerate()
        .map(|(position, sheet)| Sheet {
            name: sheet.name.clone(),
            is_hidden: sheet.visible != SheetVisible::Visible,
            position,
        })
        .collect()
}

/// A cell: row and column from 0, and its text if any.
type PlacedCell = (u32, u32, Option<String>);

/// Converts a cell to position and text.
fn at(cell: Cell<DataRef<'_>>) -> PlacedCell {
    let (row, column) = cell.get_position();
    (row, column, text::of_ref(cell.get_value()))
}

/// A sheet that its reader has loaded whole.
struct LaidOutSheet {
    range: calamine::Range<calamine::Data>,
    row: usize,
    column: usize,
}

impl LaidOutSheet {
    fn cell(&mut self) -> Result<Option<PlacedCell>, Trouble> {
        let (height, width) = self.range.get_size();
        let (top, left) = self.range.start().unwrap_or_default();
        while self.row < height {
            let (row, column) = (self.row, self.column);
            self.column += 1;
            if self.column >= width {
                (self.row, self.column) = (row + 1, 0);
            }
            if let Some(text) = self.range.get((row, column)).and_then(text::of) {
                let place = |from: u32, at: usize| u32::try_from(at).ok().and_then(|at| from.checked_add(at));
                let (row, column) = (place(top, row), place(left, column));
                return Ok(Some((row.ok_or(Trouble::Damaged)?, column.ok_or(Trouble::Damaged)?, Some(text))));
            }
        }
        Ok(None)
    }
}

/// Groups cells, which come one by one in row order, into rows.
struct Grouped<C> {
    cells: C,
    /// The first cell of the next row.
    ahead: Option<PlacedCell>,
    is_done: bool,
}

impl<C: FnMut() -> Result<Option<PlacedCell>, Trouble>> Grouped<C> {
    fn of(cells: C) -> Self {
        Self { cells, ahead: None, is_done: false }
    }
}

impl<C: FnMut() -> Result<Option<PlacedCell>, Trouble>> RowSource for Grouped<C> {
    fn next(&mut self, row: &mut SheetRow) -> Result<bool, Trouble> {
        row.clear();
        let mut current: Option<u32> = None;
        let mut empty = 0_u64;
        while !self.is_done {
            let Some(at) = self.ahead.take().map_or_else(|| (self.cells)(), |at| Ok(Some(at)))? else {
                self.is_done = true;
                break;
            };
            match current {
                Some(current) if at.0 < current => return Err(Trouble::Damaged),
                Some(current) if at.0 > current => {
                    self.ahead = Some(at);
                    break;
                }
                _ => current = Some(at.0),
            }
            match at.2 {
                Some(text) => row.push(at.1.into(), text)?,
                None => empty += 1,
            }
            if empty > WIDTH {
                return Err(Trouble::Damaged);
            }
        }
        row.number = current.map_or(0, |row| u64::from(row) + 1);
        Ok(current.is_some())
    }
}

impl SheetRow {
    /// Clears the row.
    pub(super) fn clear(&mut self) {
        self.cells.clear();
        self.text = 0;
    }

    /// Whether no cell has a text.
    pub(super) fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Adds a cell.
    ///
    /// # Errors
    /// A column beyond [`WIDTH`], or more text in the row than [`ROW_TEXT`].
    pub(super) fn push(&mut self, column: u64, text: String) -> Result<(), Trouble> {
        self.text += text.len();
        if self.text > ROW_TEXT {
            return Err(Trouble::RowText(ROW_TEXT));
        }
        if column >= WIDTH {
            return Err(Trouble::Damaged);
        }
        self.cells.push((column as usize, text));
        Ok(())
    }

    /// Adds the same cell several times.
    ///
    /// # Errors
    /// As [`SheetRow::push`].
    pub(super) fn push_repeated(&mut self, column: u64, times: u64, text: &str) -> Result<(), Trouble> {
        for i in 0..times {
            self.push(column.saturating_add(i), text.to_owned())?;
        }
        Ok(())
    }
}
