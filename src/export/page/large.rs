//! Large regions: what their page leaves to the table files, and says that it does.
//!
//! A page must open on a phone. Up to [`LARGE`] municipalities nothing is left out.

use std::cmp::Reverse;

use super::context::Context;

/// Municipalities of the largest region of which the page shows everything.
pub const LARGE: usize = 40;
/// Rows of a table of a larger one.
pub const ROWS: usize = 40;
/// Municipalities with a row and a column of their own in its matrix.
pub const IN_MATRIX: usize = 20;

impl Context<'_> {
    /// Leaves rows to the table files, the smallest by `size`, where this is a page of a large region; then the caption says
    /// how many are shown of how many, and which file has all.
    pub fn within<T>(
        &self,
        mut rows: Vec<T>,
        caption: String,
        file: &str,
        size: impl Fn(&T) -> Option<u64>,
    ) -> (Vec<T>, String) {
        let all = rows.len();
        if !self.is_short() || all <= ROWS {
            return (rows, caption);
        }
        rows.sort_by_cached_key(|row| Reverse(size(row)));
        rows.truncate(ROWS);
        let caption = self.left(caption, "page-largest-in", (ROWS, all), file);
        (rows, caption)
    }

    /// A caption, and how many are shown of how many.
    pub fn left(&self, caption: String, id: &str, (shown, all): (usize, usize), file: &str) -> String {
        let [shown, all] = [shown, all].map(|n| self.lang.number(n as u64));
        let file = format!("tables/{file}.csv");
        let left = self.say(id, &[("shown", &shown), ("all", &all), ("file", &file)]);
        format!("{caption} {left}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixture::Sample;

    #[test]
    fn short_tables_show_the_largest_and_say_so() {
        let model = Sample::new().model();
        let rows: Vec<u64> = (0..100).collect();
        let whole = Context::new(&model, &[]).within(rows.clone(), "Tal".to_owned(), "seats", |n| Some(*n));
        assert_eq!(whole, (rows.clone(), "Tal".to_owned()));
        let mut short = Context::new(&model, &[]);
        short.short = true;
        let few = short.within(vec![1, 2], "Tal".to_owned(), "seats", |n| Some(*n));
        assert_eq!(few, (vec![1, 2], "Tal".to_owned()));
        // A number that is not told comes last.
        let told = |n: &u64| (*n != 99).then_some(*n);
        let (shown, caption) = short.within(rows, "Tal".to_owned(), "seats", told);
        assert_eq!((shown.len(), shown[0], shown[39]), (ROWS, 98, 59));
        for part in ["Tal ", "40", "100", "tables/seats.csv"] {
            assert!(caption.contains(part), "{caption}");
        }
    }
}
