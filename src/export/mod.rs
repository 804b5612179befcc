//! Exporters: released results as files. Each gives names and bytes; the pipeline writes them.

mod graph;
mod page;
mod tables;

pub use graph::{FlowWriter, flow_file};
pub use page::{PagePicture, page};
pub use tables::{csv_bytes, parquet_bytes};

use crate::error::Result;
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
    /// `tables/`.
    Tables,
    /// `index.html`.
    Page,
    /// `maps/`.
    Maps,
    /// `charts/`.
    Charts,
}

impl Part {
    /// All parts, in the order in which they are made.
    pub const ALL: [Self; 4] = [Self::Tables, Self::Page, Self::Maps, Self::Charts];

    /// The word of the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tables => "tables",
            Self::Page => "page",
            Self::Maps => "maps",
            Self::Charts => "charts",
        }
    }
}

/// A way to write a report.
pub trait Exporter: Sync {
    /// Short name, as in `elevflode list exporters`.
    fn id(&self) -> &'static str;
    /// Which part of the output it makes.
    fn part(&self) -> Part;
    /// The files of the report.
    ///
    /// # Errors
    /// What the format cannot hold.
    fn export(&self, model: &ReportModel) -> Result<Vec<Output>>;

    /// What it writes, for people.
    fn title(&self, lang: Lang) -> String {
        lang.text(&format!("exporter-{}", self.id()))
    }
}

/// All exporters. A new one is a file beside this one and its line here.
pub static EXPORTERS: &[&dyn Exporter] = &[&tables::CsvTables, &tables::ParquetTables];
