//! Tables as CSV (RFC 4180) and Parquet.

use polars::prelude::*;

use super::{Exporter, Material, Output, Part};
use crate::disclosure::Released;
use crate::error::{Error, Exit, Result};
use crate::model::{Cell, Release};
use crate::tables::{Kind, QualityDetailRow, Row, TableVisitor, Tables, Value};

/// `tables/*.csv`.
pub struct CsvTables;
/// `tables/*.parquet`.
pub struct ParquetTables;

impl Exporter for CsvTables {
    fn id(&self) -> &'static str {
        "csv"
    }

    fn parts(&self) -> &'static [Part] {
        &[Part::Tables]
    }

    fn export(&self, material: &Material<'_>, _: Part) -> Result<Vec<Output>> {
        write_all(&material.model.tables, "csv", |rows| rows.csv())
    }
}

impl Exporter for ParquetTables {
    fn id(&self) -> &'static str {
        "parquet"
    }

    fn parts(&self) -> &'static [Part] {
        &[Part::Tables]
    }

    fn export(&self, material: &Material<'_>, _: Part) -> Result<Vec<Output>> {
        write_all(&material.model.tables, "parquet", |rows| rows.parquet())
    }
}

/// The rows of one released table as CSV: UTF-8, comma, LF, header first, six decimals.
///
/// # Errors
/// None that a table of the contract can give.
pub fn csv_bytes<R: Row>(rows: &Released<Vec<R>>) -> Result<Vec<u8>> {
    Grid::of(rows.get()).csv()
}

/// The rows of one released table as Parquet; missing is null, and a column with hidden cells gets a flag column
/// `<name>_hidden` beside it, so that hidden, missing and zero stay apart.
///
/// # Errors
/// What polars cannot write.
pub fn parquet_bytes<R: Row>(rows: &Released<Vec<R>>) -> Result<Vec<u8>> {
    Grid::of(rows.get()).parquet()
}

/// A table as columns of values, whatever its row type.
struct Grid {
    names: Vec<&'static str>,
    kinds: Vec<Kind>,
    rows: Vec<Vec<Value>>,
}

impl Grid {
    fn of<R: Row>(rows: &[R]) -> Self {
        Self {
            names: R::COLUMNS.iter().map(|c| c.name).collect(),
            kinds: R::COLUMNS.iter().map(|c| c.kind).collect(),
            rows: rows.iter().map(Row::values).collect(),
        }
    }

    fn csv(&self) -> Result<Vec<u8>> {
        let mut writer = ::csv::Writer::from_writer(Vec::new());
        let failed = |e: &dyn std::fmt::Display| Error::new(Exit::Output, "error-table").with("why", e);
        writer.write_record(&self.names).map_err(|e| failed(&e))?;
        for row in &self.rows {
            writer.write_record(row.iter().map(Value::to_text)).map_err(|e| failed(&e))?;
        }
        writer.into_inner().map_err(|e| failed(&e))
    }

    fn parquet(&self) -> Result<Vec<u8>> {
        let failed = |e: PolarsError| Error::new(Exit::Output, "error-table").with("why", e);
        let mut columns = Vec::new();
        for (i, name) in self.names.iter().enumerate() {
            columns.push(self.column(i, name));
            if self.rows.iter().any(|row| is_hidden(&row[i])) {
                let flags: Vec<bool> = self.rows.iter().map(|row| is_hidden(&row[i])).collect();
                columns.push(Column::new(format!("{name}_hidden").into(), flags));
            }
        }
        let mut frame = DataFrame::new(self.rows.len(), columns).map_err(failed)?;
        let mut bytes = Vec::new();
        ParquetWriter::new(&mut bytes).finish(&mut frame).map_err(failed)?;
        Ok(bytes)
    }

    fn column(&self, i: usize, name: &str) -> Column {
        let name = PlSmallStr::from(name);
        let values = self.rows.iter().map(|row| &row[i]);
        match self.kinds[i] {
            Kind::Text => Column::new(name, values.map(Value::to_text).collect::<Vec<_>>()),
            Kind::Year | Kind::Count => Column::new(name, values.map(whole).collect::<Vec<_>>()),
            Kind::Delta => Column::new(
                name,
                values.map(|v| if let Value::Delta(cell) = v { cell.value() } else { None }).collect::<Vec<_>>(),
            ),
            Kind::Flag => Column::new(
                name,
                values.map(|v| if let Value::Flag(cell) = v { cell.value() } else { None }).collect::<Vec<_>>(),
            ),
            // The number that the CSV shows, so that both files say the same.
            Kind::Ratio => Column::new(name, values.map(|v| v.to_text().parse::<f64>().ok()).collect::<Vec<_>>()),
        }
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
            | Value::Flag(Cell::Hidden)
    )
}

/// Every table through one writer; `quality_detail` only in the internal release.
fn write_all(
    tables: &Released<Tables>,
    extension: &str,
    write: impl Fn(&Grid) -> Result<Vec<u8>>,
) -> Result<Vec<Output>> {
    struct Writer<'a, F> {
        outputs: Vec<Output>,
        extension: &'a str,
        write: F,
        release: Release,
    }
    impl<F: Fn(&Grid) -> Result<Vec<u8>>> TableVisitor for Writer<'_, F> {
        type Error = Error;
        fn table<R: Row>(&mut self, rows: &[R]) -> Result<()> {
            if R::NAME != QualityDetailRow::NAME || self.release == Release::Internal {
                let name = format!("tables/{}.{}", R::NAME, self.extension);
                self.outputs.push(Output { name, bytes: (self.write)(&Grid::of(rows))? });
            }
            Ok(())
        }
    }
    let mut writer = Writer { outputs: Vec::new(), extension, write, release: tables.release() };
    tables.get().visit(&mut writer)?;
    Ok(writer.outputs)
}

#[cfg(test)]
mod tests {
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
        let text = String::from_utf8(Grid::of(&rows).csv().unwrap()).unwrap();
        assert_eq!(
            text,
            "year,unit,programme,seats_admission,seats_october,seat_delta,raised,fill_admission,fill_october\n\
             2023,01234567,\"a \"\"b\"\", c\",0,.,-2,false,0.666667,..\n"
        );
        assert_eq!(Grid::of::<SeatRow>(&[]).csv().unwrap().iter().filter(|b| **b == b'\n').count(), 1);
    }

    #[test]
    fn parquet_keeps_hidden_missing_and_zero_apart() {
        let rows = [seat("A", Cell::Missing, Cell::Value(Ratio::new(1, 4))), seat("B", Cell::Value(3), Cell::Hidden)];
        let bytes = Grid::of(&rows).parquet().unwrap();
        let frame = ParquetReader::new(std::io::Cursor::new(bytes)).finish().unwrap();
        assert_eq!(frame.height(), 2);
        let text = |column: &str, row: usize| frame.column(column).unwrap().get(row).unwrap().to_string();
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
            assert_eq!(text(column, row), wanted, "{column}");
        }
        assert!(frame.column("seats_october_hidden").is_err(), "a column without hidden cells has no flags");
    }
}
