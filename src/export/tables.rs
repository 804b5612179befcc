//! Tables as CSV (RFC 4180) and Parquet.

use std::marker::PhantomData;

use rayon::prelude::*;

use super::{Exporter, Material, Output, Part};
use crate::disclosure::Released;
use crate::error::{Error, Exit, Result};
use crate::io::columnar::{self, Division, Values};
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

    fn export(&self, material: &Material<'_>, _: Part) -> Result<Vec<Output>> {
        csv_files(&material.model.tables)
    }
}

impl Exporter for ParquetTables {
    fn id(&self) -> &'static str {
        "parquet"
    }

    fn parts(&self) -> &'static [Part] {
        &[TABLES]
    }

    fn export(&self, material: &Material<'_>, _: Part) -> Result<Vec<Output>> {
        write_all::<Self>(&material.model.tables)
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
    write_all::<CsvTables>(tables)
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
const WIDTH: usize = 56;

fn csv<R: Row>(rows: &[R]) -> Vec<u8> {
    let part = |rows: &[R]| {
        let mut out = Vec::with_capacity(rows.len() * WIDTH);
        rows.iter().for_each(|row| row.write_csv(&mut out));
        out
    };
    // Column names need no quotes.
    let names: Vec<&str> = R::COLUMNS.iter().map(|column| column.name).collect();
    let header = format!("{}\n", names.join(",")).into_bytes();
    let parts: Vec<Vec<u8>> = rows.par_chunks(ROWS).map(part).collect();
    std::iter::once(header).chain(parts).collect::<Vec<_>>().concat()
}

fn parquet<R: Row>(rows: &[R]) -> Result<Vec<u8>> {
    let columns = (0..R::COLUMNS.len()).into_par_iter().flat_map_iter(|i| {
        let name = R::COLUMNS[i].name;
        let has_hidden = rows.iter().any(|row| is_hidden(&row.value(i)));
        let flags = has_hidden.then(|| {
            let flags = rows.iter().map(|row| Some(is_hidden(&row.value(i)))).collect();
            (format!("{name}_hidden"), Values::Flag(flags))
        });
        [Some((name.to_owned(), column(rows, i))), flags].into_iter().flatten()
    });
    let columns: Vec<_> = columns.collect();
    columnar::parquet(&columns, Division::default())
        .map_err(|e| Error::new(Exit::Output, "error-table").with("why", e))
}

fn column<R: Row>(rows: &[R], i: usize) -> Values<'_> {
    let values = rows.iter().map(|row| row.value(i));
    match R::COLUMNS[i].kind {
        ColumnKind::Text | ColumnKind::Code(_) | ColumnKind::Word => {
            Values::Text(values.map(|v| if let Value::Text(text) = v { Some(text) } else { None }).collect())
        }
        ColumnKind::Year | ColumnKind::Count => Values::Whole(values.map(|v| whole(&v)).collect()),
        ColumnKind::Delta => {
            Values::Signed(values.map(|v| if let Value::Delta(cell) = v { cell.value() } else { None }).collect())
        }
        ColumnKind::Flag => {
            Values::Flag(values.map(|v| if let Value::Flag(cell) = v { cell.value() } else { None }).collect())
        }
        // The number shown in the CSV, so that both files agree.
        ColumnKind::Share | ColumnKind::Ratio | ColumnKind::Decimal => {
            Values::Real(values.map(|v| v.to_text().parse::<f64>().ok()).collect())
        }
    }
}

fn whole(value: &Value<'_>) -> Option<u64> {
    match value {
        Value::Year(year) => Some(u64::from(*year)),
        Value::Count(cell) => cell.value(),
        _ => None,
    }
}

fn is_hidden(value: &Value<'_>) -> bool {
    matches!(
        value,
        Value::Count(Cell::Hidden)
            | Value::Delta(Cell::Hidden)
            | Value::Ratio(Cell::Hidden)
            | Value::Decimal(Cell::Hidden)
            | Value::Flag(Cell::Hidden)
    )
}

/// A file format of a table's rows.
trait TableFormat {
    const EXTENSION: &'static str;
    fn bytes<R: Row>(rows: &[R]) -> Result<Vec<u8>>;
}

impl TableFormat for CsvTables {
    const EXTENSION: &'static str = "csv";
    fn bytes<R: Row>(rows: &[R]) -> Result<Vec<u8>> {
        Ok(csv(rows))
    }
}

impl TableFormat for ParquetTables {
    const EXTENSION: &'static str = "parquet";
    fn bytes<R: Row>(rows: &[R]) -> Result<Vec<u8>> {
        parquet(rows)
    }
}

/// All tables of the release in one file format.
fn write_all<F: TableFormat>(tables: &Released<Tables>) -> Result<Vec<Output>> {
    struct FileWriter<F> {
        outputs: Vec<Output>,
        release: Release,
        form: PhantomData<F>,
    }
    impl<F: TableFormat> TableVisitor for FileWriter<F> {
        type Error = Error;
        fn table<R: Table>(&mut self, rows: &[R]) -> Result<()> {
            if R::is_in(self.release) {
                let name = format!("tables/{}.{}", R::NAME, F::EXTENSION);
                self.outputs.push(Output { name, bytes: F::bytes(rows)? });
            }
            Ok(())
        }
    }
    let mut writer = FileWriter { outputs: Vec::new(), release: tables.release(), form: PhantomData::<F> };
    tables.get().visit(&mut writer)?;
    Ok(writer.outputs)
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
