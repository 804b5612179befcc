//! Counted rows about the same students: totals listed with their parts, or the same rows twice.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;

use crate::error::Result;
use crate::extract::{Columns, Record, Rows, composed, plain};
use crate::model::mixed;

/// What each counted row is about: a hash of its home, unit, programme, year, year group and time.
#[derive(Debug, Clone, Default)]
pub struct RowKeys {
    rows: Vec<u64>,
    /// A hash of all rows with their counts, independent of their order.
    content: u64,
}

/// Repetition among the counted rows of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CountedRepeats {
    /// Rows about the same students as an earlier row.
    pub rows: u64,
    /// The header of the unused column in which most repeated rows differ from the first row with the same key.
    pub differing_column: Option<String>,
    /// The number of rows, and a hash of the rows and their counts in any order; `None` for a file without counts.
    pub content: Option<(u64, u64)>,
}

/// Number of distinct keys whose first rows are kept for comparison, to find the column in which repeated rows
/// differ.
const COMPARED: usize = 20_000;

/// A hash of a text that is too long for its own number (`extract::key`).
pub fn number_of(text: &str) -> u128 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    u128::from(hasher.finish())
}

impl RowKeys {
    /// Adds a row: a number for each code of what it is about, and its count.
    pub fn add(&mut self, about: impl Iterator<Item = u128>, amount: u64) {
        let key = about.fold(0, |key, part| mixed(mixed(key ^ part as u64) ^ (part >> 64) as u64));
        self.rows.push(key);
        self.content = self.content.wrapping_add(mixed(key ^ mixed(amount)));
    }

    /// Joins the rows of all workers.
    pub fn joined<'k>(all: impl Iterator<Item = &'k Self>) -> Self {
        let mut out = Self::default();
        for keys in all {
            out.rows.extend(&keys.rows);
            out.content = out.content.wrapping_add(keys.content);
        }
        out.rows.sort_unstable();
        out
    }

    /// Summarises the rows that repeat others. `columns` are the columns of the file; `key` lists the columns that
    /// identify what a row is about.
    ///
    /// # Errors
    /// Those of [`Rows::each`].
    pub fn summary(self, rows: &mut dyn Rows, columns: &Columns, key: &[usize]) -> Result<CountedRepeats> {
        let distinct = self.rows.chunk_by(|a, b| a == b).count();
        let repeated = (self.rows.len() - distinct) as u64;
        let content = (!self.rows.is_empty()).then_some((self.rows.len() as u64, self.content));
        let differing_column = if repeated == 0 { None } else { differing_column(rows, columns, key)? };
        Ok(CountedRepeats { rows: repeated, differing_column, content })
    }
}

/// The header of the unused column in which most repeated rows differ from the first row with the same key.
fn differing_column(rows: &mut dyn Rows, columns: &Columns, key: &[usize]) -> Result<Option<String>> {
    let header = rows.header().to_vec();
    let unused: Vec<usize> =
        (0..header.len()).filter(|at| !columns.is_mapped(*at) && !header[*at].is_empty()).collect();
    let mut first: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
    let mut differ = vec![0_u64; unused.len()];
    rows.each(&mut |_, record| {
        let Record::Fields(fields) = record else { return ControlFlow::Continue(()) };
        let text = |at: usize| plain(fields.get(at).unwrap_or_default());
        let texts = |columns: &[usize]| columns.iter().map(|at| text(*at).to_owned()).collect();
        let is_wanted = columns
            .filters()
            .iter()
            .all(|(at, values)| values.iter().any(|value| composed(value.trim()) == composed(text(*at))));
        if !is_wanted {
            return ControlFlow::Continue(());
        }
        let about = texts(key);
        if let Some(before) = first.get(&about) {
            for ((differ, at), before) in differ.iter_mut().zip(&unused).zip(before) {
                *differ += u64::from(text(*at) != before);
            }
        } else if first.len() < COMPARED {
            first.insert(about, texts(&unused));
        }
        ControlFlow::Continue(())
    })?;
    let most = differ.iter().copied().max().filter(|most| *most > 0);
    Ok(most.and_then(|most| differ.iter().position(|n| *n == most)).map(|at| header[unused[at]].clone()))
}
