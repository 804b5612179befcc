//! Tables as compact columns: small numbers, codes as positions in one list, packed as one gzip stream.
//!
//! A table is written column by column. Codes, words and years are encoded as the difference from the row above, which
//! is small or zero in sorted tables; signs are in the lowest bit (zigzag). Counts and similar values are encoded plus
//! two: 0 means hidden, 1 means missing. Every number is a series of seven-bit groups, the lowest first; each byte but
//! the last has its highest bit set (LEB128).

use std::collections::BTreeMap;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;

use crate::model::Cell;
use crate::tables::{ColumnKind, Row, Value};

/// Decimals of fractions, as in the CSV tables.
const DECIMALS: u32 = 6;

/// What a reader needs to unpack a table.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct PackedTable {
    /// Its name.
    name: &'static str,
    /// How many rows it has.
    rows: usize,
    /// Its columns: name and encoding: `code`, `year`, `count`, `signed`, `share` (millionths), `flag`.
    columns: Vec<(&'static str, &'static str)>,
    /// Bytes.
    bytes: usize,
}

/// Tables packed so far.
#[derive(Debug, Default)]
pub struct PackedColumns {
    heads: Vec<PackedTable>,
    bytes: Vec<u8>,
    codes: BTreeMap<String, usize>,
}

impl PackedColumns {
    /// With all codes that rows contain, sorted, so that rows sorted by code differ little.
    pub fn with_codes(codes: impl IntoIterator<Item = String>) -> Self {
        let sorted: std::collections::BTreeSet<String> = codes.into_iter().collect();
        Self { codes: sorted.into_iter().zip(0..).collect(), ..Self::default() }
    }

    /// Adds these columns of a table, or all if none is named. A text that is not among the codes is encoded as the
    /// position after the last.
    pub fn add<R: Row>(&mut self, rows: &[R], names: &[&str]) {
        let wanted: Vec<usize> =
            (0..R::COLUMNS.len()).filter(|i| names.is_empty() || names.contains(&R::COLUMNS[*i].name)).collect();
        let before = self.bytes.len();
        for column in &wanted {
            let mut last = 0;
            for row in rows {
                let number = self.number(row.value(*column), &mut last);
                varint(&mut self.bytes, number);
            }
        }
        self.heads.push(PackedTable {
            name: R::NAME,
            rows: rows.len(),
            columns: wanted.iter().map(|i| (R::COLUMNS[*i].name, word(R::COLUMNS[*i].kind))).collect(),
            bytes: self.bytes.len() - before,
        });
    }

    fn number(&self, value: Value, last: &mut i64) -> u64 {
        let mut step = |now: i64| {
            let by = now - *last;
            *last = now;
            zigzag(by)
        };
        match value {
            Value::Text(text) => step(self.codes.get(text).copied().unwrap_or(self.codes.len()) as i64),
            Value::Year(year) => step(i64::from(year)),
            Value::Count(cell) => encoded(cell, |n| n),
            Value::Delta(cell) => encoded(cell, zigzag),
            Value::Decimal(cell) => encoded(cell, |n| zigzag(i64::try_from(n.millionths()).unwrap_or(i64::MAX))),
            Value::Flag(cell) => encoded(cell, u64::from),
            // As in the tables, a fraction with denominator zero is missing.
            Value::Ratio(cell) => {
                let exact = match cell {
                    Cell::Value(ratio) => ratio.rounded(DECIMALS).map_or(Cell::Missing, Cell::Value),
                    Cell::Hidden => Cell::Hidden,
                    Cell::Missing => Cell::Missing,
                };
                encoded(exact, |(whole, part)| whole as u64 * 10_u64.pow(DECIMALS) + part)
            }
        }
    }

    /// The sorted codes.
    pub fn codes(&self) -> Vec<&str> {
        self.codes.keys().map(String::as_str).collect()
    }

    /// The heads of the tables, in the order in which they were added.
    pub fn heads(&self) -> &[PackedTable] {
        &self.heads
    }

    /// All columns in sequence, packed. The gzip header has no time and no name.
    pub fn packed(&self) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        // Writing to memory cannot fail.
        let _ = encoder.write_all(&self.bytes);
        encoder.finish().unwrap_or_default()
    }
}

const fn word(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Text | ColumnKind::Code(_) | ColumnKind::Word => "code",
        ColumnKind::Year => "year",
        ColumnKind::Count => "count",
        ColumnKind::Delta => "signed",
        ColumnKind::Share | ColumnKind::Ratio => "share",
        ColumnKind::Decimal => "decimal",
        ColumnKind::Flag => "flag",
    }
}

fn encoded<T>(cell: Cell<T>, number: impl FnOnce(T) -> u64) -> u64 {
    match cell {
        Cell::Hidden => 0,
        Cell::Missing => 1,
        Cell::Value(value) => number(value) + 2,
    }
}

const fn zigzag(n: i64) -> u64 {
    ((n << 1) ^ (n >> 63)) as u64
}

fn varint(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;
    use crate::model::{Cell, Snapshot};
    use crate::tables::FlowRow;

    #[test]
    fn numbers_are_encoded_compactly() {
        for (n, wanted) in [
            (0, vec![0]),
            (127, vec![127]),
            (128, vec![0x80, 1]),
            (300, vec![0xac, 2]),
            (u64::MAX, {
                let mut all = vec![0xff; 9];
                all.push(1);
                all
            }),
        ] {
            let mut out = Vec::new();
            varint(&mut out, n);
            assert_eq!(out, wanted);
        }
        for (n, wanted) in [(0, 0), (-1, 1), (1, 2), (-2, 3), (i64::MIN, u64::MAX)] {
            assert_eq!(zigzag(n), wanted);
        }
    }

    #[test]
    fn a_table_is_encoded_column_by_column() {
        let row = |home: &str, students| FlowRow {
            snapshot: Snapshot::October,
            year: 2023,
            home: home.into(),
            unit: "U1".into(),
            programme: "NA".into(),
            students,
        };
        let mut columns = PackedColumns::with_codes(["b", "a", "U1", "NA"].map(str::to_owned));
        assert_eq!(columns.codes(), ["NA", "U1", "a", "b"]);
        columns
            .add(&[row("a", Cell::Value(7)), row("b", Cell::Hidden), row("x", Cell::Missing)], &["home", "students"]);
        let mut bytes = Vec::new();
        flate2::read::GzDecoder::new(&*columns.packed()).read_to_end(&mut bytes).unwrap();
        // The homes 2, 3 and 4 (not in the list), each as a step; then 7, hidden, missing.
        assert_eq!(bytes, [4, 2, 2, 9, 0, 1]);
        assert_eq!(
            serde_json::to_string(columns.heads()).unwrap(),
            r#"[{"name":"flows","rows":3,"columns":[["home","code"],["students","count"]],"bytes":6}]"#
        );
    }
}
