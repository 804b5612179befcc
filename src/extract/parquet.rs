//! Parquet files: flat columns of any type as texts; the first row is line 1.
//!
//! A file that claims more than the limits is refused before its pages are unpacked. The unpacked sizes that the pages
//! state (which the reader believes and allocates) may be 200 times the file's size in all, or 64 MiB; a file may have
//! [`VALUES`] values, and [`ROW_TEXT`] bytes of text in a row.

mod column;
mod pages;
mod table;

use std::ops::ControlFlow;

use csv::StringRecord;
use parquet::basic::Repetition;
use parquet::schema::types::SchemaDescriptor;

use super::{Aspect, Guess, Hints, InputFormat, Parts, Record, Rows, header};
use crate::error::{Error, Exit, Result};
use crate::io::Content;
use crate::words::Lang;
pub use table::{Batch, ColumnRow, ColumnTable};

/// The most values of a file that are read: rows times columns. A few bytes can encode any number of equal values.
const VALUES: u64 = 200_000_000;

/// The most bytes of text in one row.
const ROW_TEXT: usize = 16 << 20;

/// The most bytes of text in all rows: a few bytes can encode any number of equal texts.
const TEXT: u64 = 4 << 30;

/// The first and last bytes of a Parquet file.
const MAGIC: &[u8] = b"PAR1";

/// Parquet.
pub struct Parquet;

impl InputFormat for Parquet {
    fn id(&self) -> &'static str {
        "parquet"
    }

    fn title(&self, lang: Lang) -> String {
        lang.text("format-parquet")
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["parquet"]
    }

    fn recognises(&self, bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC)
    }

    fn open<'a>(&self, source: &str, content: &'a Content, _: Hints<'_>) -> Result<Box<dyn Rows + 'a>> {
        Ok(Box::new(ColumnRows::open(source, content)?))
    }

    fn is_read_whole(&self) -> bool {
        false
    }
}

struct ColumnRows<'a> {
    table: ColumnTable<'a>,
    header: Vec<String>,
    guesses: Vec<Guess>,
}

fn damaged(source: &str, row: u64) -> Error {
    Error::new(Exit::Input, "error-parquet-damaged").with("path", source).with("row", row)
}

/// The error for more than `limit` bytes.
fn too_much(source: &str, limit: u64) -> Error {
    Error::new(Exit::Input, "error-parquet-unpacked").with("path", source).with("limit", limit >> 20)
}

impl<'a> ColumnRows<'a> {
    fn open(source: &str, content: &'a Content) -> Result<Self> {
        let table = ColumnTable::open(source, content)?;
        let header = header::texts(table.names());
        if header.is_empty() {
            return Err(Error::new(Exit::Input, "error-file-empty").with("path", source));
        }
        Ok(Self { table, header, guesses: vec![Guess::new(Aspect::Format, "parquet", None::<&()>)] })
    }
}

/// The first column that holds lists or groups.
fn nested(schema: &SchemaDescriptor) -> Option<String> {
    let is_flat = |field: &parquet::schema::types::TypePtr| {
        let info = field.get_basic_info();
        field.is_primitive() && (!info.has_repetition() || info.repetition() != Repetition::REPEATED)
    };
    schema.root_schema().get_fields().iter().find(|field| !is_flat(field)).map(|field| field.name().to_owned())
}

impl Rows for ColumnRows<'_> {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn guesses(&self) -> &[Guess] {
        &self.guesses
    }

    fn each(&mut self, visit: &mut dyn FnMut(u64, Record<'_>) -> ControlFlow<()>) -> Result<()> {
        let mut record = StringRecord::new();
        self.table.each(|batch| {
            Ok(batch.rows().all(|(line, row)| {
                record.clear();
                (0..row.width()).for_each(|field| record.push_field(&row.text(field)));
                visit(line, Record::Fields(&record)).is_continue()
            }))
        })
    }

    fn parts(&self) -> Option<Parts<'_>> {
        Some(Parts::Columns(&self.table))
    }
}

#[cfg(test)]
mod tests;
