//! A quick look at the top of a file before it is read: its likely length and its year.

use super::csv::{LOOKED, SNIFFED};
use super::header::DEPTH;
use super::pieces::lines;
use super::{Columns, Opened, format_of};
use crate::config::{ExtractConfig, Field};
use crate::error::Result;
use crate::io::{Content, expanded_top, is_compressed};
use crate::model::Year;

/// Roughly how many times longer the content of a compressed file is; the exact factor would need unpacking. Only the
/// number of partitions, the size of batches and the progress shown depend on it.
const PACKED: u64 = 10;

/// The length of a file's content, in bytes; a guess if it is compressed.
///
/// # Errors
/// A file that cannot be read.
pub fn likely_length(content: &Content) -> Result<u64> {
    let is_packed = is_compressed(&content.top(16)?);
    Ok(if is_packed { content.len().saturating_mul(PACKED) } else { content.len() })
}

/// The year of all rows of a file, if the config states it and no column has years. `None` too if finding that out
/// needs more than the file's top.
#[must_use]
pub fn year_of_all(source: &str, content: Content, extract: &ExtractConfig) -> Option<Year> {
    let year = extract.year?;
    let top = content.top(SNIFFED).ok()?;
    let content = if is_compressed(&top) {
        let is_whole = top.len() as u64 == content.len();
        Content::Memory(unpacked(&top, is_whole)?)
    } else {
        drop(top);
        content
    };
    if format_of(source, &content.top(SNIFFED).ok()?).ok()?.is_read_whole() {
        return None;
    }
    let opened = Opened { length: content.len(), content, compression: None, checksum: None };
    let rows = opened.rows(source, extract).ok()?;
    let columns = Columns::find(source, rows.header(), extract).ok()?;
    (!columns.has(Field::Year)).then_some(year)
}

/// The lines at the top of a compressed file; `None` if the search for the header needs more.
fn unpacked(top: &[u8], is_whole: bool) -> Option<Vec<u8>> {
    let mut text = expanded_top(top, LOOKED);
    if is_whole && text.len() < LOOKED {
        return Some(text);
    }
    // The last line may be cut off.
    text.truncate(text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1));
    (lines(&text) >= DEPTH as u64).then_some(text)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::config::ExtractKind;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn the_top_shows_the_year_of_all_rows() {
        let many = |header: &str| {
            let row = |n: u32| format!("{:08x};1480;U{n};2022\n", n.wrapping_mul(2_654_435_761));
            [header.to_owned()].into_iter().chain((0..50_000).map(row)).collect::<String>().into_bytes()
        };
        let (with, without) =
            (many("Löpnummer;Hemkommun;Skolenhetskod;År\n"), many("Löpnummer;Hemkommun;Skolenhetskod\n"));
        let long = format!("Löpnummer;Hemkommun;Skolenhetskod\n{}", "x".repeat(2 << 20)).into_bytes();
        let few = b"id;Hemkommun;Skolenhetskod\n1;2;3\n".to_vec();
        let configured = ExtractConfig { year: Some(2023), ..ExtractConfig::of(ExtractKind::October) };
        for (extract, bytes, wanted) in [
            (&configured, without.clone(), Some(2023)),
            (&configured, with.clone(), None),
            (&configured, gzip(&without), Some(2023)),
            (&configured, gzip(&with), None),
            (&configured, gzip(&few), Some(2023)),
            // The search for the header goes further down than the top reaches.
            (&configured, gzip(&long), None),
            (&configured, gzip(&without)[..20].to_vec(), None),
            (&configured, b"PK\x03\x04".to_vec(), None),
            (&configured, Vec::new(), None),
            (&ExtractConfig::of(ExtractKind::October), without, None),
        ] {
            let top = bytes[..bytes.len().min(8)].to_vec();
            assert_eq!(year_of_all("a.csv", Content::Memory(bytes), extract), wanted, "{top:?}");
        }
    }

    #[test]
    fn what_is_compressed_is_taken_to_be_longer() {
        for (bytes, wanted) in [(b"a,b\n".to_vec(), 4), (gzip(b"a,b\n"), gzip(b"a,b\n").len() as u64 * PACKED)] {
            assert_eq!(likely_length(&Content::Memory(bytes)).unwrap(), wanted);
        }
    }
}
