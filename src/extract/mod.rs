//! Reading files: formats that give rows of text, columns found by name, registers and boundaries.

mod columns;
mod csv;
pub mod registers;
pub mod boundaries;

pub use columns::{Columns, unless_headerless};

use crate::error::Result;
use crate::words::Lang;

/// One row of an extract as texts.
#[derive(Debug, Clone, Copy)]
pub enum Record<'a> {
    /// As many fields as the header has, or more that are empty.
    Fields(&'a ::csv::StringRecord),
    /// A row that does not fit the header.
    Malformed,
}

/// The rows of an opened file.
pub trait Rows {
    /// The header's texts, blanks around them removed.
    fn header(&self) -> &[String];

    /// Shows every row below the header to `visit`, with its line number (the first line of the file is 1).
    ///
    /// # Errors
    /// What the format cannot read at all; rows that merely do not fit are shown as malformed.
    fn each(&mut self, visit: &mut dyn FnMut(u64, Record<'_>)) -> Result<()>;
}

/// A file format that extracts can come in.
pub trait InputFormat: Sync {
    /// Short name, as in `elevflode list formats`.
    fn id(&self) -> &'static str;
    /// What it is, for people.
    fn title(&self, lang: Lang) -> String;
    /// File name endings without the dot.
    fn extensions(&self) -> &'static [&'static str];
    /// Opens a file's bytes; `source` is its name in messages.
    ///
    /// # Errors
    /// An empty file, or bytes that are not of this format.
    fn open<'a>(&self, source: &str, bytes: &'a [u8]) -> Result<Box<dyn Rows + 'a>>;
}

/// All input formats. A new one is a file beside this one and its line here.
pub static FORMATS: &[&dyn InputFormat] = &[&csv::Csv];

/// The format of a file by the ending of its name.
///
/// # Errors
/// An ending that no format has.
pub fn format_of(source: &str) -> Result<&'static dyn InputFormat> {
    let name = source.to_lowercase();
    let fits = |format: &&&dyn InputFormat| format.extensions().iter().any(|e| name.ends_with(&format!(".{e}")));
    FORMATS.iter().find(fits).copied().ok_or_else(|| {
        let known: Vec<&str> = FORMATS.iter().flat_map(|f| f.extensions()).copied().collect();
        crate::error::Error::new(crate::error::Exit::Input, "error-format")
            .with("path", source)
            .with("known", known.join(", "))
    })
}
