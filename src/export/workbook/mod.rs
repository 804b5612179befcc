//! The workbook: a contents sheet, a comparison of the municipalities with charts, a sheet for each table, and
//! definitions. All numbers come from the released tables.

mod contents;
mod definitions;
mod municipalities;
mod names;
mod sheet;

use std::path::Path;

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook as Book, Worksheet, XlsxError,
};

use super::{Exporter, Material, Output, Part, Sink};
use crate::error::{Error, Exit, Result};
use crate::io::guarded;
use crate::model::Release;
use crate::report::ReportModel;

/// `workbook.xlsx`.
const WORKBOOK: Part = Part::new("workbook", &[]);

/// The exporter of `workbook.xlsx`.
pub struct Workbook;

impl Exporter for Workbook {
    fn id(&self) -> &'static str {
        "xlsx"
    }

    fn parts(&self) -> &'static [Part] {
        &[WORKBOOK]
    }

    fn is_serial(&self) -> bool {
        true
    }

    fn export(&self, material: &Material<'_>, _: Part, sink: &dyn Sink) -> Result<()> {
        let failed = |why: XlsxError| Error::new(Exit::Output, "error-workbook").with("why", why);
        // The library panics if a temporary file cannot hold a sheet.
        let full = || Error::new(Exit::Output, "error-workbook-space");
        let bytes = guarded(|| write(material.model, &sink.temporary())).ok_or_else(full)?.map_err(failed)?;
        sink.put(Output { name: "workbook.xlsx".to_owned(), bytes })
    }
}

/// The rows of the title and of the headers, with space between them.
const TITLE: u32 = 0;
const HEADS: u32 = 3;
/// Height of the header row, points: three lines.
const HIGH: f64 = 48.0;

/// The formats common to all sheets.
struct Formats {
    title: Format,
    about: Format,
    mark: Format,
    bold: Format,
    /// Column headers; long ones wrap.
    head: Format,
    number_head: Format,
    year: Format,
    indented: Format,
    text: Format,
    count: Format,
    delta: Format,
    /// Changes with decimals.
    change: Format,
    share: Format,
    decimal: Format,
    /// `..` and `.`.
    unseen: Format,
}

impl Formats {
    fn new() -> Self {
        let text = || Format::new().set_align(FormatAlign::Top);
        let number = |format: &str| text().set_num_format(format);
        let head = || {
            Format::new()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Bottom)
                .set_background_color(Color::RGB(0xf3_f5_f7))
                .set_border_bottom(FormatBorder::Thin)
        };
        Self {
            title: Format::new().set_bold().set_font_size(16),
            about: Format::new().set_font_color(Color::RGB(0x55_60_6b)),
            mark: Format::new().set_bold().set_font_color(Color::RGB(0xb3_26_1e)),
            bold: text().set_bold(),
            number_head: head().set_align(FormatAlign::Right),
            head: head(),
            indented: Format::new().set_indent(1),
            year: Format::new().set_align(FormatAlign::Left),
            text: text().set_text_wrap(),
            count: number("#,##0"),
            delta: number("+#,##0;\u{2212}#,##0;0"),
            change: number("+#,##0.0000;\u{2212}#,##0.0000;0"),
            share: number("0.0%"),
            decimal: number("#,##0.0"),
            unseen: text().set_align(FormatAlign::Right).set_font_color(Color::RGB(0x55_60_6b)),
        }
    }
}

/// A sheet as listed in the contents.
struct ListedSheet {
    name: String,
    about: String,
    rows: usize,
}

/// State common to all sheets while they are written.
struct BookWriter<'m> {
    model: &'m ReportModel,
    formats: Formats,
    book: Book,
    listed: Vec<ListedSheet>,
}

impl BookWriter<'_> {
    fn text(&self, id: &str) -> String {
        self.model.lang.text(id)
    }

    /// Starts a sheet with its title, its description, the mark of internal releases and a link to the contents; lists
    /// it with this number of rows.
    fn sheet(&mut self, name: &str, about: &str, rows: usize) -> std::result::Result<Worksheet, XlsxError> {
        self.begin(Worksheet::new(), name, about, rows)
    }

    /// The same for a sheet of many rows, whose cells are in a temporary file, except those of one row. They must be written
    /// row by row: the library leaves out a cell of an earlier row, and says so only on the standard error stream.
    fn long_sheet(&mut self, name: &str, about: &str, rows: usize) -> std::result::Result<Worksheet, XlsxError> {
        let sheet = self.book.new_worksheet_with_low_memory()?;
        self.begin(sheet, name, about, rows)
    }

    fn begin(
        &mut self,
        mut sheet: Worksheet,
        name: &str,
        about: &str,
        rows: usize,
    ) -> std::result::Result<Worksheet, XlsxError> {
        sheet.set_name(name)?;
        sheet.write_with_format(TITLE, 0, name, &self.formats.title)?;
        sheet.write_with_format(TITLE + 1, 0, about, &self.formats.about)?;
        let contents = self.text("sheet-contents");
        if name != contents {
            let to = format!("internal:'{contents}'!A1");
            sheet.write_url_with_text(TITLE + 2, 0, &*to, format!("\u{2190} {contents}"))?;
            self.listed.push(ListedSheet { name: name.to_owned(), about: about.to_owned(), rows });
        }
        if self.model.release() == Release::Internal {
            let mark = self.text("stamp-internal");
            sheet.write_with_format(TITLE + 2, 1, &*mark, &self.formats.mark)?;
            sheet.set_header(format!("&C&\"-,Bold\"{mark}"));
            sheet.set_tab_color(Color::RGB(0xb3_26_1e));
        }
        sheet.set_footer("&L&A&R&P / &N");
        sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_screen_gridlines(false);
        Ok(sheet)
    }
}

/// The bytes of the workbook; `temporary` is a folder for its temporary files.
fn write(model: &ReportModel, temporary: &Path) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut writer = BookWriter { model, formats: Formats::new(), book: Book::new(), listed: Vec::new() };
    writer.book.set_tempdir(temporary)?;
    let title =
        model.lang.say("workbook-title", &[("region", &model.region.name), ("year", &model.year.to_string())]);
    // Without an explicit date, the file would contain the date of the run.
    let date = ExcelDateTime::from_ymd(model.year, 10, 15)?;
    // The level that Excel uses: a third less time than the usual one, a twentieth more bytes.
    writer.book.set_zip_compression_level(3);
    writer.book.set_properties(&DocProperties::new().set_title(&title).set_creation_datetime(&date));
    let mut sheets = municipalities::sheets(&mut writer)?;
    sheets.extend(sheet::tables(&mut writer)?);
    sheets.push(definitions::sheet(&mut writer)?);
    let contents = contents::sheet(&mut writer, &title)?;
    writer.book.push_worksheet(contents);
    sheets.into_iter().for_each(|sheet| {
        writer.book.push_worksheet(sheet);
    });
    writer.book.save_to_buffer()
}
