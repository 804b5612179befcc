//! Reading files: formats that give rows of text, columns found by name, registers and boundaries.
//!
//! An extract's bytes are unpacked and then identified by their content, not by the file's name: a workbook, a Parquet
//! file, else text. Every format finds the header line by the same rule (`header`) and reports what it guessed
//! ([`Guess`]). What the config states ([`Form`]) is not guessed.

mod columns;
mod csv;
mod header;
mod legacy;
mod preview;
mod pieces;
mod quotes;
mod split;
mod survey;
mod parquet;
mod synonyms;
mod turns;
mod workbook;
pub mod registers;
pub mod official;
pub mod boundaries;

/// The primitives that `turns` uses; a model checker replaces them with its own (`tests/turns`).
mod sync {
    pub(super) use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
    pub(super) use std::sync::{Condvar, Mutex, PoisonError};
}

pub use columns::{Columns, Found, is_needed, plain, unless_headerless};
pub use csv::{DELIMITERS, delimiter};
pub use header::{Headers, composed, texts as header_texts};
pub use parquet::{Batch, ColumnRow, ColumnTable};
pub use pieces::{Piece, TextTable, Walked};
pub use preview::{likely_length, year_of_all};
pub use split::{PlainRow, RowView, key};
pub use survey::{Fit, KindBasis, Survey};

use std::ops::ControlFlow;

use crate::config::{ExtractConfig, Form};
use crate::error::{Error, Exit, Result};
use crate::io::{Compression, Content, checksum, expanded, is_compressed};
use crate::words::Lang;

/// One row of an extract as texts.
#[derive(Debug, Clone, Copy)]
pub enum Record<'a> {
    /// As many fields as the header has, or more that are empty.
    Fields(&'a ::csv::StringRecord),
    /// A line of text below the table, such as a source or a footnote: one field, without a code or a number.
    Note,
    /// A row that does not fit the header.
    Malformed,
}

/// A property of a file's form, in the order in which they are detected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// gzip or zstd.
    Compression,
    /// Which of [`FORMATS`].
    Format,
    /// The text's character encoding.
    Encoding,
    /// The character between fields.
    Delimiter,
    /// The sheet of a workbook.
    Sheet,
    /// The line of the headers.
    Header,
    /// Hidden rows of a workbook. They are read like the others.
    HiddenRows,
}

impl Aspect {
    /// The word for it in `check --json` and in the ids of messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Compression => "compression",
            Self::Format => "format",
            Self::Encoding => "encoding",
            Self::Delimiter => "delimiter",
            Self::Sheet => "sheet",
            Self::Header => "header",
            Self::HiddenRows => "hidden_rows",
        }
    }
}

/// A known property of a file's form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    /// Which property it is.
    pub aspect: Aspect,
    /// What was found, such as `windows-1252`.
    pub value: String,
    /// Whether the config states it.
    pub is_configured: bool,
}

impl Guess {
    /// A guess; `configured` is what the config says, if anything.
    pub fn new<T>(aspect: Aspect, value: impl Into<String>, configured: Option<&T>) -> Self {
        Self { aspect, value: value.into(), is_configured: configured.is_some() }
    }
}

/// What is known about a file before it is read.
#[derive(Debug, Clone, Copy)]
pub struct Hints<'a> {
    /// What the config says about its form.
    pub form: &'a Form,
    /// The headers to look for.
    pub headers: &'a Headers,
    /// The file looked like UTF-8 by its top, but is not.
    pub is_misread: bool,
}

/// The rows of an opened file.
pub trait Rows {
    /// The header's texts, trimmed, without empty ones at the end.
    fn header(&self) -> &[String];

    /// What was detected about the form.
    fn guesses(&self) -> &[Guess];

    /// Passes every row below the header to `visit` until it breaks, with its line number (the first line of the file
    /// or sheet is 1; in a Parquet file, the first row). Can be called again.
    ///
    /// # Errors
    /// Content that the format cannot read at all. Rows that merely do not fit the header are passed as malformed.
    fn each(&mut self, visit: &mut dyn FnMut(u64, Record<'_>) -> ControlFlow<()>) -> Result<()>;

    /// The same rows in parts that several workers can read at once; `None` if the format does not support it.
    fn parts(&self) -> Option<Parts<'_>> {
        None
    }
}

/// A file that several workers can read at once.
#[derive(Debug)]
pub enum Parts<'a> {
    /// Lines of text.
    Text(TextTable<'a>),
    /// Columns of values.
    Columns(&'a ColumnTable<'a>),
}

/// A file format that extracts can come in.
pub trait InputFormat: Sync {
    /// Short name, as in `elevflode list formats`.
    fn id(&self) -> &'static str;
    /// What it is, for people.
    fn title(&self, lang: Lang) -> String;
    /// Usual file name extensions, without the dot.
    fn extensions(&self) -> &'static [&'static str];
    /// Whether the bytes are in this format, judged by their beginning.
    fn recognises(&self, bytes: &[u8]) -> bool;
    /// Opens a file; `source` is its name in messages.
    ///
    /// # Errors
    /// An empty file, or bytes that cannot be read as this format.
    fn open<'a>(&self, source: &str, content: &'a Content, hints: Hints<'_>) -> Result<Box<dyn Rows + 'a>>;
    /// Whether the whole file has to be in memory.
    fn is_read_whole(&self) -> bool {
        true
    }
}

/// All input formats; the first that recognises a file reads it. A new one is a file beside this one and its line here.
pub static FORMATS: &[&dyn InputFormat] = &[&workbook::Workbook, &parquet::Parquet, &csv::Csv];

/// The format of a file, identified by its bytes.
///
/// # Errors
/// Bytes that no format recognises.
pub fn format_of(source: &str, bytes: &[u8]) -> Result<&'static dyn InputFormat> {
    FORMATS.iter().find(|format| format.recognises(bytes)).copied().ok_or_else(|| {
        let known: Vec<&str> = FORMATS.iter().flat_map(|f| f.extensions()).copied().collect();
        Error::new(Exit::Input, "error-format").with("path", source).with("known", known.join(", "))
    })
}

/// A file, unpacked.
#[derive(Debug)]
pub struct Opened {
    content: Content,
    compression: Option<Compression>,
    /// Checksum of the file as stored, if it was read whole.
    checksum: Option<String>,
    length: u64,
}

impl Opened {
    /// Opens the content of a file; `source` is its name in messages. Compressed files and formats that are read whole
    /// are loaded into memory.
    ///
    /// # Errors
    /// A file that cannot be read; a compressed one that is damaged or grows beyond the limit.
    pub fn of(source: &str, content: Content) -> Result<Self> {
        let length = content.len();
        let top = content.top(csv::SNIFFED)?;
        let is_streamed = !is_compressed(&top) && format_of(source, &top).is_ok_and(|f| !f.is_read_whole());
        drop(top);
        if is_streamed {
            return Ok(Self { content, compression: None, checksum: None, length });
        }
        let bytes = content.into_bytes()?;
        let checksum = Some(checksum(&bytes));
        let (bytes, compression) = expanded(source, bytes)?;
        Ok(Self { content: Content::Memory(bytes), compression, checksum, length })
    }

    /// Its rows, read as the extract's config says.
    ///
    /// # Errors
    /// Bytes that no format recognises, or that the format cannot read.
    pub fn rows<'a>(&'a self, source: &str, extract: &ExtractConfig) -> Result<Box<dyn Rows + 'a>> {
        self.opened(source, extract, false)
    }

    /// Its rows, read again after a pass has found that they are not UTF-8 although their top is.
    ///
    /// # Errors
    /// As of [`Opened::rows`].
    pub fn reread<'a>(&'a self, source: &str, extract: &ExtractConfig) -> Result<Box<dyn Rows + 'a>> {
        self.opened(source, extract, true)
    }

    fn opened<'a>(&'a self, source: &str, extract: &ExtractConfig, is_misread: bool) -> Result<Box<dyn Rows + 'a>> {
        let headers = Headers::of(extract);
        let format = format_of(source, &self.content.top(csv::SNIFFED)?)?;
        format.open(source, &self.content, Hints { form: &extract.form, headers: &headers, is_misread })
    }

    /// The checksum of the file as stored; `None` if it is not known before its rows are read.
    #[must_use]
    pub fn checksum(&self) -> Option<&str> {
        self.checksum.as_deref()
    }

    /// The length of the file as stored, in bytes.
    #[must_use]
    pub const fn file_length(&self) -> u64 {
        self.length
    }

    /// The length of its unpacked content, in bytes.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.content.len()
    }

    /// How it was compressed, if it was.
    #[must_use]
    pub fn guess(&self) -> Option<Guess> {
        self.compression.map(|c| Guess::new(Aspect::Compression, c.as_str(), None::<&()>))
    }
}

/// Whether a record is a note in a table of three columns or more: one field of several words, or two fields of which
/// one is long, without a code in either.
fn is_note(record: &::csv::StringRecord, width: usize) -> bool {
    let is_text = |text: &str| text.chars().any(char::is_alphabetic) && !header::has_code(text);
    let is_prose = |text: &str, length: usize| text.contains(' ') && text.chars().count() >= length;
    let mut texts = record.iter().map(str::trim).filter(|text| !text.is_empty());
    match (texts.next(), texts.next(), texts.next()) {
        _ if width < 3 => false,
        (Some(text), None, None) => is_text(text) && is_prose(text, 0),
        (Some(one), Some(other), None) => {
            is_text(one) && is_text(other) && (is_prose(one, 40) || is_prose(other, 40))
        }
        _ => false,
    }
}
