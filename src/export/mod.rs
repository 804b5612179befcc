//! Exporters: released results as files. Each gives names and bytes; the pipeline writes them.

mod graph;
mod page;
mod pdf;
mod pictures;
mod slides;
mod tables;
mod workbook;

pub use graph::{FlowWriter, flow_file};
pub use pdf::{HAS_PDF, deck as pdf_deck};
pub use pictures::{Png, Svg};
pub use slides::{Decks, Fallback, Made, Template, deck_of, region_deck, template};
pub use tables::{csv_bytes, csv_files, parquet_bytes};

use crate::error::Result;
use crate::render::{PNG_SCALE, Picture};
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

/// What `report --only` picks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// `tables/`, as CSV and Parquet.
    Tables,
    /// `tables/`, as CSV alone.
    Csv,
    /// `index.html`.
    Page,
    /// `maps/`.
    Maps,
    /// `charts/`.
    Charts,
    /// `workbook.xlsx`.
    Workbook,
    /// `slides.pptx`.
    Slides,
    /// `slides.pdf` and `report.pdf`.
    Pdf,
}

impl Part {
    /// All parts, in the order in which they are made; of the tables the first that is asked for.
    pub const ALL: [Self; 8] =
        [Self::Tables, Self::Csv, Self::Page, Self::Maps, Self::Charts, Self::Workbook, Self::Slides, Self::Pdf];

    /// Whether it shows pictures of the chart with this name.
    #[must_use]
    pub fn shows(self, chart: &str) -> bool {
        match self {
            Self::Tables | Self::Csv | Self::Workbook => false,
            Self::Page | Self::Maps | Self::Charts => true,
            Self::Slides => slides::PICTURES.contains(&chart),
            Self::Pdf => slides::PICTURES.contains(&chart) || pdf::PICTURES.contains(&chart),
        }
    }

    /// The word of the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tables => "tables",
            Self::Csv => "csv",
            Self::Page => "page",
            Self::Maps => "maps",
            Self::Charts => "charts",
            Self::Workbook => "workbook",
            Self::Slides => "slides",
            Self::Pdf => "pdf",
        }
    }
}

/// What exporters write: a released report, and its pictures, drawn once for all of them.
#[derive(Debug, Clone, Copy)]
pub struct Material<'a> {
    /// The report.
    pub model: &'a ReportModel,
    /// Its pictures; none where no part that is made shows any.
    pub pictures: &'a [Picture],
}

/// A way to write a report.
pub trait Exporter: Sync {
    /// Short name, as in `elevflode list exporters`.
    fn id(&self) -> &'static str;
    /// The parts of the output to which it adds files.
    fn parts(&self) -> &'static [Part];
    /// The files of one of its parts.
    ///
    /// # Errors
    /// What the format cannot hold.
    fn export(&self, material: &Material<'_>, part: Part) -> Result<Vec<Output>>;

    /// What it writes, for people.
    fn title(&self, lang: Lang) -> String {
        lang.text(&format!("exporter-{}", self.id()))
    }
}

/// All exporters. A new one is a file beside this one and its line here.
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
