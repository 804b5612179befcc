//! Counted rows that are about the same students: a table with a total and its parts, or the same rows twice.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;

use crate::error::Result;
use crate::extract::{Columns, Record, Rows, composed, plain};
use crate::model::mixed;

/// What counted rows are about: a number for the texts of home, unit, programme, year, year group and time of each.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    rows: Vec<u64>,
    /// A number for all rows with their counts, whatever their order.
    content: u64,
}

/// What is known of the counted rows of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Again {
    /// Rows that repeat what another is about.
    pub rows: u64,
    /// The unused column that sets most of them apart; `None` if none does: the rows are the same.
    pub apart: Option<String>,
    /// How many rows there are, and a number that stands for them and their counts in any order; `None` for a file without counts.
    pub content: Option<(u64, u64)>,
}

/// The first rows of so many keys are compared with others to find the column that sets them apart.
const COMPARED: usize = 20_000;

/// A number for a text that is too long for one of its own.
pub fn number_of(text: &str) -> u128 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    u128::from(hasher.finish())
}

impl Keys {
    /// Adds a row with what it is about, a number for each code, and its count.
    pub fn add(&mut self, about: impl Iterator<Item = u128>, amount: u64) {
        let key = about.fold(0, |key, part| mixed(mixed(key ^ part as u64) ^ (part >> 64) as u64));
        self.rows.push(key);
        self.content = self.content.wrapping_add(mixed(key ^ mixed(amount)));
    }

    /// The rows of all workers.
    pub fn joined<'k>(all: impl Iterator<Item = &'k Self>) -> Self {
        let mut out = Self::default();
        for keys in all {
            out.rows.extend(&keys.rows);
            out.content = out.content.wrapping_add(keys.content);
        }
        out.rows.sort_unstable();
        out
    }

    /// What is to be said of rows that repeat others. `columns` are those of the file; `key` gives the columns that tell what a
    /// row is about.
    ///
    /// # Errors
    /// As of [`Rows::each`].
    pub fn told(self, rows: &mut dyn Rows, columns: &Columns, key: &[usize]) -> Result<Again> {
        let distinct = self.rows.chunk_by(|a, b| a == b).count();
        let again = (self.rows.len() - distinct) as u64;
        let content = (!self.rows.is_empty()).then_some((self.rows.len() as u64, self.content));
        let apart = if again == 0 { None } else { apart(rows, columns, key)? };
        Ok(Again { rows: again, apart, content })
    }
}

/// The unused column in which most of the repeated rows differ from the first of their kind.
fn apart(rows: &mut dyn Rows, columns: &Columns, key: &[usize]) -> Result<Option<String>> {
    let header = rows.header().to_vec();
    let unused: Vec<usize> =
        (0..header.len()).filter(|at| !columns.is_asked(*at) && !header[*at].is_empty()).collect();
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
