//! OpenDocument spreadsheets (ods), row by row: repeated rows and cells are counted, never expanded.
//!
//! Elements and attributes as in OASIS OpenDocument 1.2, part 1.

use std::io::{BufReader, Cursor};

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;
use zip::read::ZipFile;

use super::text::number;
use super::{RowSource, Sheet, SheetRow, Trouble};

type XmlReader<'b, 'a> = Reader<BufReader<ZipFile<'b, Cursor<&'a [u8]>>>>;

/// A spreadsheet's archive.
pub(super) struct Ods<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> Ods<'a> {
    /// Opens an archive whose limits have been checked; returns it with its sheets in order.
    pub(super) fn open(bytes: &'a [u8]) -> Result<(Self, Vec<Sheet>), Trouble> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Trouble::Damaged)?;
        let sheets = sheets(&mut ContentWalk::of(&mut archive)?)?;
        Ok((Self { archive }, sheets))
    }

    /// The rows of the sheet at this position.
    pub(super) fn rows(&mut self, position: usize) -> Result<OdsRows<'_, 'a>, Trouble> {
        let mut walk = ContentWalk::of(&mut self.archive)?;
        let mut before = position;
        while let Some(step) = walk.next()? {
            match step {
                Step::Table { .. } if before == 0 => return Ok(OdsRows::new(walk)),
                Step::Table { .. } => {
                    before -= 1;
                    walk.leave_table()?;
                }
                Step::HiddenStyle(_) => {}
            }
        }
        Err(Trouble::Damaged)
    }
}

/// Steps in the content outside the sheets.
enum Step {
    Table { name: String, style: String },
    HiddenStyle(String),
}

/// The content, read up to the next sheet.
struct ContentWalk<'b, 'a> {
    content: XmlReader<'b, 'a>,
    buffer: Vec<u8>,
    style: String,
}

impl<'b, 'a> ContentWalk<'b, 'a> {
    fn of(archive: &'b mut ZipArchive<Cursor<&'a [u8]>>) -> Result<Self, Trouble> {
        let part = archive.by_name("content.xml").map_err(|_| Trouble::Other)?;
        let mut content = Reader::from_reader(BufReader::new(part));
        content.config_mut().expand_empty_elements = true;
        Ok(Self { content, buffer: Vec::new(), style: String::new() })
    }

    fn next(&mut self) -> Result<Option<Step>, Trouble> {
        loop {
            self.buffer.clear();
            match self.content.read_event_into(&mut self.buffer).map_err(|_| Trouble::Damaged)? {
                Event::Start(e) => match e.name().as_ref() {
                    "style:style" => self.style = attribute(&e, "style:name").unwrap_or_default(),
                    "style:table-properties" if attribute(&e, "table:display").as_deref() == Some("false") => {
                        return Ok(Some(Step::HiddenStyle(self.style.clone())));
                    }
                    "table:table" => {
                        let name = attribute(&e, "table:name").unwrap_or_default();
                        let style = attribute(&e, "table:style-name").unwrap_or_default();
                        return Ok(Some(Step::Table { name, style }));
                    }
                    _ => {}
                },
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    /// Skips the rest of the entered sheet.
    fn leave_table(&mut self) -> Result<(), Trouble> {
        self.skip("table:table")
    }

    /// Skips the rest of an entered element, keeping nothing of it.
    fn skip(&mut self, name: &str) -> Result<(), Trouble> {
        let mut depth = 1_u64;
        while depth > 0 {
            self.buffer.clear();
            match self.content.read_event_into(&mut self.buffer).map_err(|_| Trouble::Damaged)? {
                Event::Start(e) if e.name().as_ref() == name => depth += 1,
                Event::End(e) if e.name().as_ref() == name => depth -= 1,
                Event::Eof => return Err(Trouble::Damaged),
                _ => {}
            }
        }
        Ok(())
    }
}

fn sheets(walk: &mut ContentWalk<'_, '_>) -> Result<Vec<Sheet>, Trouble> {
    let mut hidden = std::collections::BTreeSet::new();
    let mut out = Vec::new();
    while let Some(step) = walk.next()? {
        match step {
            Step::HiddenStyle(name) => drop(hidden.insert(name)),
            Step::Table { name, style } => {
                out.push(Sheet { name, is_hidden: hidden.contains(&style), position: out.len() });
                walk.leave_table()?;
            }
        }
    }
    Ok(out)
}

/// The attribute's text, if the element has it and it can be read.
fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    Some(element.try_get_attribute(name).ok()??.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
}

/// How often an element is repeated; at least once.
fn repeated(element: &BytesStart<'_>, name: &str) -> u64 {
    attribute(element, name).and_then(|text| text.trim().parse().ok()).unwrap_or(1).max(1)
}

/// The rows of a sheet.
pub(super) struct OdsRows<'b, 'a> {
    walk: ContentWalk<'b, 'a>,
    /// Number of the last row returned; the first is 1.
    number: u64,
    /// How many more rows are equal to the last one.
    left: u64,
    last: SheetRow,
}

impl<'b, 'a> OdsRows<'b, 'a> {
    fn new(walk: ContentWalk<'b, 'a>) -> Self {
        Self { walk, number: 0, left: 0, last: SheetRow::default() }
    }

    fn row(&mut self) -> Result<(), Trouble> {
        self.last.clear();
        let mut column = 0_u64;
        loop {
            let walk = &mut self.walk;
            walk.buffer.clear();
            match walk.content.read_event_into(&mut walk.buffer).map_err(|_| Trouble::Damaged)? {
                Event::Start(e) => match e.name().as_ref() {
                    "table:table-cell" | "table:covered-table-cell" => {
                        let times = repeated(&e, "table:number-columns-repeated");
                        let value = CellValue::of(&e);
                        let name = e.name().as_ref().to_owned();
                        let shown = walk.cell(&name)?;
                        if let Some(text) = value.text(shown) {
                            self.last.push_repeated(column, times, &text)?;
                        }
                        column = column.saturating_add(times);
                    }
                    other => {
                        let name = other.to_owned();
                        walk.skip(&name)?;
                    }
                },
                Event::End(e) if e.name().as_ref() == "table:table-row" => return Ok(()),
                Event::Eof => return Err(Trouble::Damaged),
                _ => {}
            }
        }
    }
}

impl RowSource for OdsRows<'_, '_> {
    fn next(&mut self, row: &mut SheetRow) -> Result<bool, Trouble> {
        while self.left == 0 {
            let walk = &mut self.walk;
            walk.buffer.clear();
            match walk.content.read_event_into(&mut walk.buffer).map_err(|_| Trouble::Damaged)? {
                Event::Start(e) => match e.name().as_ref() {
                    "table:table-row" => {
                        let times = repeated(&e, "table:number-rows-repeated");
                        self.row()?;
                        match self.last.is_empty() {
                            true => self.number = self.number.saturating_add(times),
                            false => self.left = times,
                        }
                    }
                    "table:shapes" | "table:title" | "table:desc" | "office:forms" => {
                        let name = e.name().as_ref().to_owned();
                        walk.skip(&name)?;
                    }
                    _ => {}
                },
                Event::End(e) if e.name().as_ref() == "table:table" => return Ok(false),
                Event::Eof => return Err(Trouble::Damaged),
                _ => {}
            }
        }
        self.left -= 1;
        self.number = self.number.saturating_add(1);
        row.clone_from(&self.last);
        row.number = self.number;
        Ok(true)
    }
}

/// The value in a cell's attributes.
struct CellValue {
    value: Option<String>,
    is_error: bool,
}

impl CellValue {
    fn of(cell: &BytesStart<'_>) -> Self {
        let is_error = attribute(cell, "calcext:value-type").as_deref() == Some("error");
        let value = match attribute(cell, "office:value-type").as_deref() {
            Some("float" | "percentage" | "currency") => {
                attribute(cell, "office:value").map(|text| text.trim().parse().map_or_else(|_| text.clone(), number))
            }
            Some("date") => attribute(cell, "office:date-value")
                .map(|text| text.split_once("T00:00:00").map_or(text.clone(), |(day, _)| day.to_owned())),
            Some("boolean") => attribute(cell, "office:boolean-value"),
            Some("time") => attribute(cell, "office:time-value"),
            Some("string") => attribute(cell, "office:string-value"),
            _ => None,
        };
        Self { value, is_error }
    }

    /// The cell's text: the value of its attributes, else the shown text; error codes are only in the shown text.
    fn text(self, shown: String) -> Option<String> {
        let value = self.value.filter(|text| !text.is_empty() && !self.is_error);
        Some(value.unwrap_or(shown)).filter(|text| !text.is_empty())
    }
}

impl ContentWalk<'_, '_> {
    /// The shown text of a cell: its paragraphs, without notes and pictures; a run of blanks becomes one.
    fn cell(&mut self, name: &str) -> Result<String, Trouble> {
        let mut out = String::new();
        let mut paragraphs = 0_u64;
        loop {
            self.buffer.clear();
            match self.content.read_event_into(&mut self.buffer).map_err(|_| Trouble::Damaged)? {
                Event::Start(e) => match e.name().as_ref() {
                    "text:p" => {
                        paragraphs += 1;
                        if !out.is_empty() {
                            out.push(' ');
                        }
                    }
                    "text:s" | "text:tab" | "text:line-break" => out.push(' '),
                    other if other == "office:annotation" || other == "table:table" || other.starts_with("draw:") => {
                        let name = other.to_owned();
                        self.skip(&name)?;
                    }
                    _ => {}
                },
                Event::Text(text) if paragraphs > 0 => out.push_str(&text.xml10_content()),
                Event::CData(text) if paragraphs > 0 => out.push_str(&text.xml10_content()),
                Event::GeneralRef(entity) if paragraphs > 0 => match entity.resolve_char_ref() {
                    Ok(Some(character)) => out.push(character),
                    _ => out.push_str(resolve_predefined_entity(&entity.xml10_content()).unwrap_or_default()),
                },
                Event::End(e) if e.name().as_ref() == "text:p" => paragraphs = paragraphs.saturating_sub(1),
                Event::End(e) if e.name().as_ref() == name => return Ok(out),
                Event::Eof => return Err(Trouble::Damaged),
                _ => {}
            }
        }
    }
}
