//! Checks of a workbook's ZIP archive before any reader opens it: its kind, and that it unpacks completely within
//! limits.

use std::io::{BufReader, Cursor, Read};

use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;
use zip::result::ZipError;

use super::{BookKind, Trouble};
use crate::io::expanded_limit;
use crate::io::guarded;

/// The most parts of an archive; a workbook has some tens.
const PARTS: usize = 10_000;

/// The most bytes of a part with styles or relations: readers use hundreds of bytes for each empty element in it.
const STYLES: u64 = 8 << 20;

/// The kind of workbook in the archive, and the number of hidden rows in its sheets. Every part is unpacked once and
/// discarded: sizes that the archive declares are not trusted, and all parts together may have [`expanded_limit`]
/// bytes.
///
/// # Errors
/// An archive that is damaged, encrypted, not a workbook, or beyond the limits.
pub(super) fn kind(bytes: &[u8]) -> Result<(BookKind, u64), Trouble> {
    guarded(|| checked(bytes)).unwrap_or(Err(Trouble::Damaged))
}

fn checked(bytes: &[u8]) -> Result<(BookKind, u64), Trouble> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Trouble::Damaged)?;
    if archive.len() > PARTS {
        return Err(Trouble::Parts(PARTS));
    }
    if is_encrypted(&mut archive) {
        return Err(Trouble::Encrypted);
    }
    let limit = expanded_limit(bytes.len());
    let mut left = limit;
    let (mut kind, mut hidden) = (None, 0);
    for i in 0..archive.len() {
        let part = archive.by_index(i).map_err(|error| match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Trouble::Encrypted,
            _ => Trouble::Damaged,
        })?;
        let name = part.name().map_err(|_| Trouble::Damaged)?.replace('\\', "/").to_ascii_lowercase();
        let mut counted = Counted { inner: part, left, beginning: Vec::new() };
        let read = if is_markup(&name) { well_formed(&mut counted) } else { emptied(&mut counted).map(|()| 0) };
        if counted.left == 0 {
            return Err(Trouble::Unpacked(limit));
        }
        hidden += read?;
        let size = left - counted.left;
        left = counted.left;
        if (name.ends_with("styles.xml") || name.ends_with("styles.bin") || name.ends_with(".rels")) && size > STYLES
        {
            return Err(Trouble::Unpacked(STYLES));
        }
        kind = kind.or(match name.as_str() {
            "mimetype" if counted.beginning.starts_with(b"application/vnd.oasis.opendocument.spreadsheet") => {
                Some(BookKind::Ods)
            }
            name if name.ends_with("workbook.bin") => Some(BookKind::Xlsb),
            name if name.ends_with("workbook.xml") => Some(BookKind::Xlsx),
            _ => None,
        });
    }
    Ok((kind.ok_or(Trouble::Other)?, hidden))
}

/// Whether an OpenDocument file states that its parts are encrypted; encrypted Excel files are not archives.
fn is_encrypted(archive: &mut ZipArchive<Cursor<&[u8]>>) -> bool {
    let Ok(part) = archive.by_name("META-INF/manifest.xml") else { return false };
    let mut manifest = Vec::new();
    // Errors in the part itself are found when all parts are read.
    let _ = part.take(1 << 20).read_to_end(&mut manifest);
    String::from_utf8_lossy(&manifest).contains("encryption-data")
}

/// Whether a reader will read the part as XML. Readers search for closing tags and may not notice that the text ends.
fn is_markup(name: &str) -> bool {
    (name.ends_with(".xml") || name.ends_with(".rels")) && !name.starts_with("customxml/")
}

fn emptied(part: &mut impl Read) -> Result<(), Trouble> {
    std::io::copy(part, &mut std::io::sink()).map(drop).map_err(|_| Trouble::Damaged)
}

/// Reads XML to its end, where every element must be closed; returns the number of hidden rows with cells.
fn well_formed(part: &mut impl Read) -> Result<u64, Trouble> {
    let mut reader = quick_xml::Reader::from_reader(BufReader::new(part));
    let mut buffer = Vec::new();
    let (mut depth, mut hidden) = (0_u64, 0);
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|_| Trouble::Damaged)? {
            Event::Start(element) => {
                depth += 1;
                hidden += u64::from(is_hidden_row(&element));
            }
            Event::End(_) => depth = depth.checked_sub(1).ok_or(Trouble::Damaged)?,
            Event::Eof if depth == 0 => return Ok(hidden),
            Event::Eof => return Err(Trouble::Damaged),
            _ => {}
        }
    }
}

/// Whether an element is a hidden row: hidden manually or by a filter.
fn is_hidden_row(element: &BytesStart<'_>) -> bool {
    let has = |name: &str, values: &[&str]| {
        let attribute = element.try_get_attribute(name).ok().flatten();
        attribute.is_some_and(|attribute| values.contains(&attribute.value.as_ref()))
    };
    match element.name().as_ref() {
        "row" | "x:row" => has("hidden", &["1", "true"]),
        "table:table-row" => has("table:visibility", &["collapse", "filter"]),
        _ => false,
    }
}

/// A part whose reading ends when the budget is used up; until then the budget is not zero.
struct Counted<R> {
    inner: R,
    left: u64,
    /// The first bytes.
    beginning: Vec<u8>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let wanted = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let n = self.inner.read(&mut buffer[..wanted])?;
        self.left -= n as u64;
        if self.beginning.len() < 64 {
            self.beginning.extend(&buffer[..n.min(64)]);
        }
        Ok(n)
    }
}
