//! Exporters turn released results into files: names and bytes, which the pipeline writes.

mod graph;
mod page;
mod pdf;
mod pictures;
mod slides;
mod tables;
#[cfg(test)]
mod tests;
mod whatif;
mod workbook;

pub use graph::{FlowWriter, flow_file};
pub use pdf::{HAS_PDF, PDF, deck as pdf_deck, sheet};
pub use pictures::{MAPS, Png, Svg};
pub use slides::{DeckFile, Decks, Fallback, SLIDES, Template, deck_of, region_deck, sheet_deck, template};
pub use tables::{CSV, TABLES, csv_bytes, csv_files};
pub use whatif::{WHATIF, WhatIfFiles};

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::error::Result;
use crate::render::{Chart, Medium, PNG_SCALE, Picture};
use crate::report::ReportModel;
use crate::words::Lang;

/// A file of the output folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Name relative to the folder, with `/`.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Where exporters put their files.
pub trait Sink: Sync {
    /// Puts a file.
    ///
    /// # Errors
    /// A file that cannot be written.
    fn put(&self, output: Output) -> Result<()>;

    /// An existing folder for temporary files that have no name.
    fn temporary(&self) -> PathBuf;

    /// Begins a file that is put in pieces, so that it is never in memory as a whole.
    ///
    /// # Errors
    /// A file that cannot be written.
    fn begin(&self, name: &str) -> Result<Box<dyn FilePieces + '_>>;
}

/// A file that is put in pieces.
pub trait FilePieces: Send {
    /// Adds the next piece.
    ///
    /// # Errors
    /// A file that cannot be written.
    fn add(&mut self, piece: &[u8]) -> Result<()>;

    /// Ends the file.
    ///
    /// # Errors
    /// A file that cannot be written.
    fn end(self: Box<Self>) -> Result<()>;
}

/// Files in memory, in the order in which they end.
#[derive(Default)]
pub struct FilesInMemory(Mutex<Vec<Output>>);

/// A file in memory that has not ended.
struct FileInMemory<'a>(&'a FilesInMemory, Output);

impl FilesInMemory {
    /// The files.
    #[must_use]
    pub fn files(self) -> Vec<Output> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for FilesInMemory {
    fn put(&self, output: Output) -> Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(output);
        Ok(())
    }

    fn temporary(&self) -> PathBuf {
        std::env::temp_dir()
    }

    fn begin(&self, name: &str) -> Result<Box<dyn FilePieces + '_>> {
        Ok(Box::new(FileInMemory(self, Output { name: name.to_owned(), bytes: Vec::new() })))
    }
}

impl FilePieces for FileInMemory<'_> {
    fn add(&mut self, piece: &[u8]) -> Result<()> {
        self.1.bytes.extend_from_slice(piece);
        Ok(())
    }

    fn end(self: Box<Self>) -> Result<()> {
        self.0.put(self.1)
    }
}

/// A part of the output, as selected by `report --only`. The file of an exporter declares the parts it contributes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    name: &'static str,
    media: &'static [Medium],
}

impl Part {
    /// A part with its command-line word and the media whose pictures its files contain.
    #[must_use]
    pub const fn new(name: &'static str, media: &'static [Medium]) -> Self {
        Self { name, media }
    }

    /// The command-line word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.name
    }

    /// Whether its files contain pictures of this chart.
    #[must_use]
    pub fn shows(self, chart: &dyn Chart) -> bool {
        chart.shown_in().iter().any(|medium| self.media.contains(medium))
    }
}

/// All parts of the output, in the order in which the exporters write them.
#[must_use]
pub fn parts() -> Vec<Part> {
    let mut out: Vec<Part> = Vec::new();
    for part in EXPORTERS.iter().flat_map(|exporter| exporter.parts()) {
        if !out.contains(part) {
            out.push(*part);
        }
    }
    out
}

/// Input of the exporters: a released report and its pictures, drawn once for all of them.
#[derive(Debug, Clone, Copy)]
pub struct Material<'a> {
    /// The report.
    pub model: &'a ReportModel,
    /// Its pictures; empty if none of the requested parts shows any.
    pub pictures: &'a [Picture],
}

/// An output format of a report.
pub trait Exporter: Sync {
    /// Short name, as listed by `elevflode list exporters`.
    fn id(&self) -> &'static str;
    /// The parts of the output it contributes to.
    fn parts(&self) -> &'static [Part];
    /// Puts the files of one of its parts into a sink, large ones piece by piece.
    ///
    /// # Errors
    /// Content that the format cannot hold, or a file that cannot be written.
    fn export(&self, material: &Material<'_>, part: Part, sink: &dyn Sink) -> Result<()>;

    /// Whether one worker makes its files, for a long time: then it starts before the others.
    fn is_serial(&self) -> bool {
        false
    }

    /// What it writes, for human readers.
    fn title(&self, lang: Lang) -> String {
        lang.text(&format!("exporter-{}", self.id()))
    }
}

/// All exporters. To add one, add a file next to this one and a line here.
pub static EXPORTERS: &[&dyn Exporter] = &[
    &tables::CsvTables,
    &tables::ParquetTables,
    &page::Page,
    &Svg,
    &Png { scale: PNG_SCALE },
    &workbook::Workbook,
    &slides::Slides,
    &pdf::Pdf,
];
