//! Checks of the old binary workbook (xls) before any reader opens it: its compound file, and how large its sheets
//! would become.
//!
//! Structures as in Microsoft's open specifications MS-CFB (compound files) and MS-XLS (records).

use super::{BookKind, Trouble};
use crate::io::expanded_limit;

/// Sector numbers from here on are marks, such as the end of a chain.
const LAST: u32 = 0xFFFF_FFFA;

/// Streams shorter than this are in the stream of small sectors.
const SMALL: usize = 4096;

/// Bytes that the reader uses for a cell of a sheet's used area: a value and a formula, and a copy of the value.
const PER_CELL: u64 = 72;

/// The most cells that a sheet may declare: the format's limit, 65,536 × 256.
const DECLARED: u64 = 65_536 * 256;

/// Checks the limits of a compound file: every chain of sectors ends, no stream is longer than the file, and the used
/// areas of all sheets, which the reader loads whole, take at most [`expanded_limit`] bytes.
///
/// # Errors
/// A file that is damaged, encrypted, not a workbook, or beyond the limits.
pub(super) fn kind(bytes: &[u8]) -> Result<BookKind, Trouble> {
    let file = Compound::of(bytes).ok_or(Trouble::Damaged)?;
    if file.entry("EncryptedPackage").is_some() || file.entry("EncryptionInfo").is_some() {
        return Err(Trouble::Encrypted);
    }
    let entry = file.entry("Workbook").or_else(|| file.entry("Book")).ok_or(Trouble::Other)?;
    let stream = file.stream(entry).ok_or(Trouble::Damaged)?;
    let mut sheets = Vec::new();
    for (record, data) in records(&stream) {
        match record {
            0x002F => return Err(Trouble::Encrypted),
            0x0085 => sheets.push(u32_at(data, 0).ok_or(Trouble::Damaged)? as usize),
            0x000A => break,
            _ => {}
        }
    }
    let limit = expanded_limit(bytes.len());
    let (mut walked, mut cells) = (0_u64, 0_u64);
    for start in sheets {
        let sheet = stream.get(start..).ok_or(Trouble::Damaged)?;
        let extent = Extent::of(sheet).ok_or(Trouble::Damaged)?;
        walked += extent.walked;
        cells += extent.cells();
        if extent.declared > DECLARED || cells * PER_CELL > limit || walked > limit {
            return Err(Trouble::Unpacked(limit));
        }
    }
    Ok(BookKind::Xls)
}

/// The used area of a sheet, according to its records.
#[derive(Default)]
struct Extent {
    rows: Option<(u64, u64)>,
    columns: Option<(u64, u64)>,
    declared: u64,
    walked: u64,
}

impl Extent {
    fn of(sheet: &[u8]) -> Option<Self> {
        let mut out = Self::default();
        let mut depth = 0_usize;
        for (record, data) in records(sheet) {
            out.walked += data.len() as u64 + 4;
            match record {
                0x0809 => depth += 1,
                0x000A if depth <= 1 => break,
                0x000A => depth -= 1,
                0x0200 => out.declared = out.declared.max(declared(data)?),
                0x00BD => {
                    out.take(data, u16_at(data, 2)?)?;
                    out.take(data, u16_at(data, data.len().checked_sub(2)?)?)?;
                }
                0x0203 | 0x0204 | 0x00D6 | 0x0205 | 0x027E | 0x00FD | 0x0006 => out.take(data, u16_at(data, 2)?)?,
                _ => {}
            }
        }
        Some(out)
    }

    fn take(&mut self, data: &[u8], column: u16) -> Option<()> {
        let widened = |span: Option<(u64, u64)>, at: u64| {
            Some(span.map_or((at, at), |(first, last)| (first.min(at), last.max(at))))
        };
        self.rows = widened(self.rows, u16_at(data, 0)?.into());
        self.columns = widened(self.columns, column.into());
        Some(())
    }

    fn cells(&self) -> u64 {
        let length = |span: Option<(u64, u64)>| span.map_or(0, |(first, last)| last - first + 1);
        length(self.rows) * length(self.columns)
    }
}

/// The number of cells that a sheet's record of its dimensions declares: rows and columns, the last ones excluded.
fn declared(data: &[u8]) -> Option<u64> {
    let (last_row, last_column) = match data.len() {
        10 => (u32::from(u16_at(data, 2)?), u16_at(data, 6)?),
        _ => (u32_at(data, 4)?, u16_at(data, 10)?),
    };
    let first_row = if data.len() == 10 { u32::from(u16_at(data, 0)?) } else { u32_at(data, 0)? };
    // A first row after the last one would underflow in the reader.
    (first_row <= last_row.max(1)).then(|| u64::from(last_row) * u64::from(last_column))
}

/// The records of a stream (number and data) up to its end or the first incomplete one.
fn records(stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = stream;
    std::iter::from_fn(move || {
        let (record, length) = (u16_at(rest, 0)?, usize::from(u16_at(rest, 2)?));
        let data = rest.get(4..4 + length)?;
        rest = &rest[4 + length..];
        Some((record, data))
    })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

/// A stream in the compound file.
struct DirectoryEntry {
    name: String,
    start: u32,
    length: usize,
}

struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    /// The next sector of each sector.
    next: Vec<u32>,
    entries: Vec<DirectoryEntry>,
    small: Vec<u8>,
    small_next: Vec<u32>,
}

impl<'a> Compound<'a> {
    /// The compound file, if all structures that every reader must follow are sound.
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let sector = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let mut out =
            Self { bytes, sector, next: Vec::new(), entries: Vec::new(), small: Vec::new(), small_next: Vec::new() };
        let mut table: Vec<u32> = numbers(bytes.get(76..512)?).collect();
        let mut more = u32_at(bytes, 68)?;
        let mut steps = 0;
        while more < LAST {
            steps += 1;
            if steps > out.sectors() {
                return None;
            }
            table.extend(numbers(out.at(more)?));
            more = table.pop()?;
        }
        let table: Vec<u32> = table.into_iter().filter(|id| *id < LAST).collect();
        if table.len() > out.sectors() {
            return None;
        }
        for id in table {
            let numbers: Vec<u32> = numbers(out.at(id)?).collect();
            out.next.extend(numbers);
        }
        let directory = out.chain(u32_at(bytes, 48)?, usize::MAX)?;
        out.entries = directory.chunks_exact(128).filter_map(|entry| out.entry_of(entry)).collect();
        let small_tables = u32_at(bytes, 64)? as usize;
        if small_tables > 0 {
            let root = out.entries.first()?;
            let (start, length) = (root.start, root.length);
            let tables = small_tables.checked_mul(sector).filter(|n| *n <= bytes.len())?;
            out.small_next = numbers(&out.chain(u32_at(bytes, 60)?, tables)?).collect();
            out.small = if length > bytes.len() { return None } else { out.chain(start, length)? };
        }
        Some(out)
    }

    fn sectors(&self) -> usize {
        self.bytes.len() / self.sector + 1
    }

    /// A sector; the last one may be incomplete.
    fn at(&self, id: u32) -> Option<&'a [u8]> {
        let start = (id as usize).checked_add(1)?.checked_mul(self.sector)?;
        let end = start.checked_add(self.sector)?.min(self.bytes.len());
        self.bytes.get(start..end)
    }

    fn entry_of(&self, entry: &[u8]) -> Option<DirectoryEntry> {
        let units: Vec<u16> = entry[..64].chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])).collect();
        let end = units.iter().position(|unit| *unit == 0).unwrap_or(units.len());
        let length = u32_at(entry, 120)? as usize;
        let high = if self.sector == 512 { 0 } else { u32_at(entry, 124)? as usize };
        Some(DirectoryEntry {
            name: String::from_utf16_lossy(&units[..end]),
            start: u32_at(entry, 116)?,
            length: length | high << 32,
        })
    }

    fn entry(&self, name: &str) -> Option<&DirectoryEntry> {
        self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    fn stream(&self, entry: &DirectoryEntry) -> Option<Vec<u8>> {
        if entry.length > self.bytes.len() {
            None
        } else if entry.length < SMALL {
            let sector = |id: u32| {
                let start = (id as usize).checked_mul(64)?;
                self.small.get(start..(start + 64).min(self.small.len()))
            };
            linked(entry.start, entry.length, &self.small_next, self.small.len() / 64 + 1, sector)
        } else {
            self.chain(entry.start, entry.length)
        }
    }

    fn chain(&self, start: u32, length: usize) -> Option<Vec<u8>> {
        linked(start, length, &self.next, self.sectors(), |id| self.at(id))
    }
}

/// The bytes of a chain of sectors up to its end or to `length`; `None` if it has a cycle or leaves the file.
fn linked<'s>(
    start: u32,
    length: usize,
    next: &[u32],
    sectors: usize,
    sector: impl Fn(u32) -> Option<&'s [u8]>,
) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut id = start;
    for _ in 0..=sectors {
        if id >= LAST {
            return (id == 0xFFFF_FFFE).then_some(out);
        }
        out.extend_from_slice(sector(id)?);
        if out.len() >= length {
            out.truncate(length);
            return Some(out);
        }
        id = *next.get(id as usize)?;
    }
    None
}
