//! Tables as CSV (RFC 4180) and Parquet.

use std::io::{ErrorKind, Write};
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::{Exporter, FilePieces, FilesInMemory, Material, Output, Part, Sink};
use crate::disclosure::Released;
use crate::error::{Error, Exit, Result};
use crate::io::columnar::{self, Division, ValueKind, Values};
use crate::model::{Cell, Release};
use crate::tables::{ColumnKind, Row, Table, TableVisitor, Tables, Value};

/// `tables/`, as CSV and Parquet.
pub const TABLES: Part = Part::new("tables", &[]);
/// `tables/`, as CSV alone.
pub const CSV: Part = Part::new("csv", &[]);

/// `tables/*.csv`.
pub struct CsvTables;
/// `tables/*.parquet`.
pub struct ParquetTables;

impl Exporter for CsvTables {
    fn id(&self) -> &'static str {
        "csv"
    }

    fn parts(&self) -> &'static [Part] {
        &[TABLES, CSV]
    }

    fn export(&self, material: &Material<'_>, _: Part, sink: &dyn Sink) -> Result<()> {
        write_all::<Self>(&material.model.tables, sink)
    }
}

impl Exporter for ParquetTables {
    fn id(&self) -> &'static str {
        "parquet"
    }

    fn parts(&self) -> &'static [Part] {
        &[TABLES]
    }

    fn export(&self, material: &Material<'_>, _: Part, sink: &dyn Sink) -> Result<()> {
        write_all::<Self>(&material.model.tables, sink)
    }
}

/// The rows of one released table as CSV: UTF-8, comma, LF, header first, six decimals.
///
/// # Errors
/// None for the tables of the contract.
pub fn csv_bytes<R: Row>(rows: &Released<Vec<R>>) -> Result<Vec<u8>> {
    Ok(csv(rows.get()))
}

/// All released tables as CSV files.
///
/// # Errors
/// None for the tables of the contract.
pub fn csv_files(tables: &Released<Tables>) -> Result<Vec<Output>> {
    let files = FilesInMemory::default();
    write_all::<CsvTables>(tables, &files)?;
    Ok(files.files())
}

/// The rows of one released table as Parquet. Missing is null. A column with hidden cells is followed by a flag column
/// `<name>_hidden`, so that hidden, missing and zero remain distinct.
///
/// # Errors
/// What the Parquet library cannot write.
pub fn parquet_bytes<R: Row>(rows: &Released<Vec<R>>) -> Result<Vec<u8>> {
    parquet(rows.get())
}

/// Rows that one worker formats at a time.
const ROWS: usize = 1 << 13;

/// Approximate bytes per row of text.
const WIDTH: usize = 80;

fn csv<R: Row>(rows: &[R]) -> Vec<u8> {
    let mut out = Vec::with_capacity(rows.len() * WIDTH);
    // Adding to memory cannot fail.
    let _ = each_csv_piece(rows, &mut |piece| {
        out.extend_from_slice(piece);
        Ok(())
    });
    out
}

/// Passes a table as CSV to `add`, piece by piece. The workers format some pieces while the previous ones are added.
fn each_csv_piece<R: Row>(rows: &[R], add: &mut (dyn FnMut(&[u8]) -> Result<()> + Send)) -> Result<()> {
    // Column names need no quotes.
    let names: Vec<&str> = R::COLUMNS.iter().map(|column| column.name).collect();
    let header = format!("{}\n", names.join(",")).into_bytes();
    let piece = |rows: &[R]| {
        let mut out = Vec::with_capacity(rows.len() * WIDTH);
        rows.iter().for_each(|row| row.write_csv(&mut out));
        out
    };
    let mut made = vec![header];
    for next in rows.chunks(ROWS * 4 * rayon::current_num_threads()) {
        let (added, next) = rayon::join(
            || made.iter().try_for_each(|piece| add(piece)),
            || next.par_chunks(ROWS).map(piece).collect::<Vec<_>>(),
        );
        added?;
        made = next;
    }
    made.iter().try_for_each(|piece| add(piece))
}

fn parquet<R: Row>(rows: &[R]) -> Result<Vec<u8>> {
    write_parquet(rows, Vec::new())
}

/// Writes a table as Parquet to `out`, which it returns.
fn write_parquet<R: Row, W: Write + Send>(rows: &[R], out: W) -> Result<W> {
    // The columns of the file: a column of the table, and whether it flags hidden cells instead of showing values.
    let hidden = hidden_columns(rows);
    let with_flags = |i: usize| [Some((i, false)), hidden[i].then_some((i, true))];
    let columns: Vec<(usize, bool)> = (0..R::COLUMNS.len()).flat_map(with_flags).flatten().collect();
    let named = |(i, is_flag): &(usize, bool)| match (R::COLUMNS[*i], *is_flag) {
        (column, true) => (format!("{}_hidden", column.name), ValueKind::Flag),
        (column, false) => (column.name.to_owned(), kind(column.kind)),
    };
    let values = |column: usize, range: Range<usize>| match columns[column] {
        (i, true) => Values::Flag(rows[range].iter().map(|row| Some(is_hidden(&row.value(i)))).collect()),
        (i, false) => column_values(&rows[range], i),
    };
    let columns: Vec<(String, ValueKind)> = columns.iter().map(named).collect();
    columnar::write(&columns, rows.len(), Division::default(), out, values)
        .map_err(|e| Error::new(Exit::Output, "error-table").with("why", e))
}

/// By column: whether a row has a hidden value in it.
fn hidden_columns<R: Row>(rows: &[R]) -> Vec<bool> {
    let can_be_hidden = |i: &usize| !R::COLUMNS[*i].kind.is_text() && R::COLUMNS[*i].kind != ColumnKind::Year;
    let columns: Vec<usize> = (0..R::COLUMNS.len()).filter(can_be_hidden).collect();
    let mut out = vec![false; R::COLUMNS.len()];
    let of_piece = |rows: &[R]| -> Vec<bool> {
        columns.iter().map(|i| rows.iter().any(|row| is_hidden(&row.value(*i)))).collect()
    };
    for found in rows.par_chunks(ROWS).map(of_piece).collect::<Vec<_>>() {
        columns.iter().zip(found).for_each(|(i, found)| out[*i] |= found);
    }
    out
}

const fn kind(kind: ColumnKind) -> ValueKind {
    match kind {
        ColumnKind::Text | ColumnKind::Code(_) | ColumnKind::Word => ValueKind::Text,
        ColumnKind::Year | ColumnKind::Count => ValueKind::Whole,
        ColumnKind::Delta => ValueKind::Signed,
        ColumnKind::Flag => ValueKind::Flag,
        ColumnKind::Share | ColumnKind::Ratio | ColumnKind::Decimal => ValueKind::Real,
    }
}

fn column_values<R: Row>(rows: &[R], i: usize) -> Values {
    let values = rows.iter().map(|row| row.value(i));
    match kind(R::COLUMNS[i].kind) {
        ValueKind::Text => {
            Values::Text(values.map(|v| if let Value::Text(text) = v { Some(text) } else { None }).collect())
        }
        ValueKind::Whole => Values::Whole(values.map(|v| whole(&v)).collect()),
        ValueKind::Signed => {
            Values::Signed(values.map(|v| if let Value::Delta(cell) = v { cell.value() } else { None }).collect())
        }
        ValueKind::Flag => {
            Values::Flag(values.map(|v| if let Value::Flag(cell) = v { cell.value() } else { None }).collect())
        }
        // The number shown in the CSV, so that both files agree.
        ValueKind::Real => Values::Real(values.map(|v| v.to_real()).collect()),
    }
}

fn whole(value: &Value) -> Option<u64> {
    match value {
        Value::Year(year) => Some(u64::from(*year)),
        Value::Count(cell) => cell.value(),
        _ => None,
    }
}

fn is_hidden(value: &Value) -> bool {
    matches!(
        value,
        Value::Count(Cell::Hidden)
            | Value::Delta(Cell::Hidden)
            | Value::Ratio(Cell::Hidden)
            | Value::Decimal(Cell::Hidden)
            | Value::Flag(Cell::Hidden)
    )
}

/// A file in pieces, for libraries that write, and the error that ended it.
struct PieceWriter<'a> {
    file: Box<dyn FilePieces + 'a>,
    failed: &'a Mutex<Option<Error>>,
}

impl Write for PieceWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.add(bytes).map_err(|failed| {
            *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(failed);
            ErrorKind::Other
        })?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A file format of a table's rows.
trait TableFormat {
    const EXTENSION: &'static str;
    /// Puts a table into a sink.
    fn put<R: Row>(rows: &[R], name: &str, sink: &dyn Sink) -> Result<()>;
}

impl TableFormat for CsvTables {
    const EXTENSION: &'static str = "csv";
    fn put<R: Row>(rows: &[R], name: &str, sink: &dyn Sink) -> Result<()> {
        let mut file = sink.begin(name)?;
        each_csv_piece(rows, &mut |piece| file.add(piece))?;
        file.end()
    }
}

impl TableFormat for ParquetTables {
    const EXTENSION: &'static str = "parquet";
    fn put<R: Row>(rows: &[R], name: &str, sink: &dyn Sink) -> Result<()> {
        let failed = Mutex::default();
        let written = write_parquet(rows, PieceWriter { file: sink.begin(name)?, failed: &failed });
        // The sink says more than the library.
        match failed.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(failed) => Err(failed),
            None => written?.file.end(),
        }
    }
}

/// Puts all tables of the release in one file format into a sink.
fn write_all<F: TableFormat>(tables: &Released<Tables>, sink: &dyn Sink) -> Result<()> {
    struct TableWriter<'a, F> {
        sink: &'a dyn Sink,
        release: Release,
        form: PhantomData<F>,
    }
    impl<F: TableFormat> TableVisitor for TableWriter<'_, F> {
        type Error = Error;
        fn table<R: Table>(&mut self, rows: &[R]) -> Result<()> {
            if R::is_in(self.release) {
                F::put(rows, &format!("tables/{}.{}", R::NAME, F::EXTENSION), self.sink)?;
            }
            Ok(())
        }
    }
    tables.get().visit(&mut TableWriter { sink, release: tables.release(), form: PhantomData::<F> })
}

#[cfg(test)]
mod tests {
    use ::parquet::file::reader::{FileReader, SerializedFileReader};

    use super::*;
    use crate::model::Ratio;
    use crate::tables::SeatRow;

    fn seat(programme: &str, delta: Cell<i64>, fill: Cell<Ratio>) -> SeatRow {
        SeatRow {
            year: 2023,
            unit: "01234567".into(),
            programme: programme.into(),
            seats_admission: Cell::Value(0),
            seats_october: Cell::Missing,
            seat_delta: delta,
            raised: Cell::Value(false),
            fill_admission: fill,
            fill_october: Cell::Hidden,
        }
    }

    #[test]
    fn csv_follows_the_contract() {
        let rows = [seat("a \"b\", c", Cell::Value(-2), Cell::Value(Ratio::new(2, 3)))];
        let text = String::from_utf8(csv(&rows)).unwrap();
        assert_eq!(
            text,
            "year,unit,programme,seats_admission,seats_october,seat_delta,raised,fill_admission,fill_october\n\
             2023,01234567,\"a \"\"b\"\", c\",0,.,-2,false,0.666667,..\n"
        );
        assert_eq!(csv::<SeatRow>(&[]).iter().filter(|b| **b == b'\n').count(), 1);
    }

    /// A sink without space.
    struct Full;

    impl Sink for Full {
        fn put(&self, _: Output) -> Result<()> {
            Err(Error::new(Exit::Output, "error-output"))
        }

        fn temporary(&self) -> std::path::PathBuf {
            std::env::temp_dir()
        }

        fn begin(&self, _: &str) -> Result<Box<dyn FilePieces + '_>> {
            Ok(Box::new(Self))
        }
    }

    impl FilePieces for Full {
        fn add(&mut self, _: &[u8]) -> Result<()> {
            Full.put(Output { name: String::new(), bytes: Vec::new() })
        }

        fn end(self: Box<Self>) -> Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_format_passes_on_the_error_of_the_sink() {
        let rows = [seat("A", Cell::Missing, Cell::Missing)];
        for put in [CsvTables::put::<SeatRow>, ParquetTables::put::<SeatRow>] {
            assert_eq!(put(&rows, "tables/seats", &Full).unwrap_err().id(), "error-output");
        }
    }

    /// A hidden value is found in any piece of the rows.
    #[test]
    fn columns_with_hidden_values_are_found() {
        let mut rows = vec![seat("A", Cell::Value(1), Cell::Missing); 3 * ROWS];
        for row in &mut rows {
            row.fill_october = Cell::Missing;
        }
        assert!(!hidden_columns(&rows).contains(&true));
        rows[ROWS + 1].seat_delta = Cell::Hidden;
        let found = hidden_columns(&rows);
        let named = |(column, _): (&crate::tables::Column, &bool)| column.name;
        let hidden: Vec<&str> =
            SeatRow::COLUMNS.iter().zip(&found).filter(|(_, hidden)| **hidden).map(named).collect();
        assert_eq!(hidden, ["seat_delta"]);
    }

    #[test]
    fn parquet_keeps_hidden_missing_and_zero_apart() {
        let rows = [seat("A", Cell::Missing, Cell::Value(Ratio::new(1, 4))), seat("B", Cell::Value(3), Cell::Hidden)];
        let bytes = parquet(&rows).unwrap();
        let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
        let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(|row| row.unwrap()).collect();
        assert_eq!(rows.len(), 2);
        let field = |column: &str, row: usize| {
            let found = rows[row].get_column_iter().find(|(name, _)| *name == column);
            found.map(|(_, value)| value.to_string())
        };
        for (column, row, wanted) in [
            ("unit", 0, "\"01234567\""),
            ("seats_admission", 0, "0"),
            ("seats_october", 0, "null"),
            ("seat_delta", 1, "3"),
            ("fill_admission", 0, "0.25"),
            ("fill_admission_hidden", 0, "false"),
            ("fill_admission_hidden", 1, "true"),
            ("raised", 0, "false"),
        ] {
            assert_eq!(field(column, row).as_deref(), Some(wanted), "{column}");
        }
        assert!(field("seats_october_hidden", 0).is_none(), "a column without hidden cells has no flags");
    }
}
