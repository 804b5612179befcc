//! Shared by the targets: reads any bytes as a file of an extract.

use std::ops::ControlFlow;

use elevflode::config::{ExtractConfig, ExtractKind};
use elevflode::extract::{Columns, Opened, Record};
use elevflode::io::Content;

/// Opens the bytes and reads them to the end: line and number of fields of every row (`None`: not a row of the table).
/// `None` if they are refused.
///
/// # Panics
/// Line numbers do not increase.
pub fn walk(source: &str, bytes: &[u8]) -> Option<Vec<(u64, Option<usize>)>> {
    let extract = ExtractConfig { year: Some(2023), ..ExtractConfig::of(ExtractKind::October) };
    let opened = Opened::of(source, Content::Memory(bytes.to_vec())).ok()?;
    let mut rows = opened.rows(source, &extract).ok()?;
    let _ = Columns::find(source, rows.header(), &extract);
    let mut seen: Vec<(u64, Option<usize>)> = Vec::new();
    let walked = rows.each(&mut |line, record| {
        assert!(seen.last().is_none_or(|(last, _)| *last < line), "lines grow");
        seen.push((line, if let Record::Fields(fields) = record { Some(fields.len()) } else { None }));
        ControlFlow::Continue(())
    });
    walked.ok().map(|()| seen)
}
