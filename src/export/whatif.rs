//! The files of a scenario: its table, and its sheet as a printed page and as a slide.

use super::pdf;
use super::slides;
use super::tables::{csv_bytes, parquet_bytes};
use super::{Exporter, Material, Output, Part, Sink};
use crate::disclosure::Released;
use crate::error::Result;
use crate::render::SlideMap;
use crate::report::view::Sheet;
use crate::tables::WhatIfRow;

/// The files of a scenario, apart from its pictures.
pub const WHATIF: Part = Part::new("whatif", &[]);

/// `tables/whatif.csv` and `.parquet`, `slides.pptx`, and with the feature `pdf` `slides.pdf` and `report.pdf`.
pub struct WhatIfFiles {
    /// The sheet.
    pub sheet: Sheet,
    /// The map of its slide.
    pub map: Option<SlideMap>,
    /// The table.
    pub rows: Released<Vec<WhatIfRow>>,
}

impl Exporter for WhatIfFiles {
    fn id(&self) -> &'static str {
        "whatif"
    }

    fn parts(&self) -> &'static [Part] {
        &[WHATIF]
    }

    fn export(&self, material: &Material<'_>, _: Part, sink: &dyn Sink) -> Result<()> {
        for file in [
            Output { name: "tables/whatif.csv".to_owned(), bytes: csv_bytes(&self.rows)? },
            Output { name: "tables/whatif.parquet".to_owned(), bytes: parquet_bytes(&self.rows)? },
            slides::sheet_deck(&self.sheet, self.map.as_ref(), material)?.file("slides.pptx"),
        ] {
            sink.put(file)?;
        }
        if pdf::HAS_PDF {
            let (slides, report) = pdf::sheet(&self.sheet, self.map.as_ref(), material)?;
            sink.put(slides.file("slides.pdf"))?;
            sink.put(Output { name: "report.pdf".to_owned(), bytes: report })?;
        }
        Ok(())
    }
}
