//! The world that typst sees: the templates, the data and pictures of a document, and the run's typeface. It has no
//! access to other files, packages or the clock.

use std::collections::BTreeMap;

use serde_json::Value;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook, FontWeight};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use super::file;
use crate::error::{Error, Exit, Result};
use crate::model::Year;
use crate::render;

/// The templates by name.
const TEMPLATES: &[(&str, &str)] = &[
    ("common.typ", include_str!("../../../data/pdf/common.typ")),
    ("a4.typ", include_str!("../../../data/pdf/a4.typ")),
    ("report.typ", include_str!("../../../data/pdf/report.typ")),
    ("sheet.typ", include_str!("../../../data/pdf/sheet.typ")),
    ("slides.typ", include_str!("../../../data/pdf/slides.typ")),
];
/// The name of a document's data in the templates.
const DATA: &str = "data.json";

/// The PDF of a template with its data and pictures (SVG, named by index), dated 15 October of the year.
///
/// # Errors
/// A violation of the template language or the PDF standard: an error of the program.
pub fn set(template: &'static str, data: &Value, pictures: Vec<String>, year: Year) -> Result<Vec<u8>> {
    let world = TypstWorld::new(template, data, pictures)?;
    let document = typst::compile::<PagedDocument>(&world).output.map_err(|wrong| compile_error(template, &wrong))?;
    let standards = PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|e| failed(template, e.message()))?;
    let date = Datetime::from_ymd_hms(i32::from(year), 10, 15, 0, 0, 0);
    let options = PdfOptions {
        creator: Smart::Custom(Some(concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned())),
        timestamp: date.map(Timestamp::new_utc),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|wrong| compile_error(template, &wrong))
}

/// Clears typst's cache. Not to be called during typesetting, which would recompute the cached work.
pub fn forget() {
    typst::comemo::evict(0);
}

fn compile_error(template: &str, wrong: &[SourceDiagnostic]) -> Error {
    let texts: Vec<&str> = wrong.iter().map(|one| &*one.message).collect();
    failed(template, texts.join("; "))
}

fn failed(template: &str, why: impl ToString) -> Error {
    Error::new(Exit::Output, "error-pdf").with("template", template).with("why", why.to_string())
}

/// See the module.
struct TypstWorld {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    main: FileId,
    sources: BTreeMap<&'static str, Source>,
    files: BTreeMap<String, Bytes>,
}

impl TypstWorld {
    fn new(template: &'static str, data: &Value, pictures: Vec<String>) -> Result<Self> {
        let id = |name: &str| -> Result<FileId> {
            let path = VirtualPath::new(name).map_err(|e| failed(template, e))?;
            Ok(RootedPath::new(VirtualRoot::Project, path).intern())
        };
        let mut sources = BTreeMap::new();
        for (name, text) in TEMPLATES {
            sources.insert(*name, Source::new(id(name)?, (*text).to_owned()));
        }
        let pictures = pictures.into_iter().enumerate().map(|(i, svg)| (file(i), Bytes::from_string(svg)));
        let files = pictures.chain([(DATA.to_owned(), Bytes::from_string(data.to_string()))]).collect();
        let fonts: Vec<Font> =
            render::font_files().into_iter().filter_map(|font| Font::new(Bytes::new(font), 0)).collect();
        // Both files have the same family name, whatever their metadata says, and the two weights that texts request.
        let infos = fonts.iter().zip([FontWeight::REGULAR, FontWeight::SEMIBOLD]).map(|(font, weight)| {
            let mut info = font.info().clone();
            info.family = render::family().to_owned();
            info.variant.weight = weight;
            info
        });
        Ok(Self {
            library: LazyHash::new(
                Library::builder().with_features([Feature::A11yExtras].into_iter().collect()).build(),
            ),
            book: LazyHash::new(FontBook::from_infos(infos)),
            fonts,
            main: id(template)?,
            sources,
            files,
        })
    }
}

/// The name of a file of the document.
fn name(id: &FileId) -> FileResult<&str> {
    match id.root() {
        VirtualRoot::Project => Ok(id.vpath().get_without_slash()),
        VirtualRoot::Package(_) => Err(FileError::AccessDenied),
    }
}

impl World for TypstWorld {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.sources.get(name(&id)?).cloned().ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.get(name(&id)?).cloned().ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
