//! Finding the header line of a file, and what of it may be shown.

use super::synonyms::{field_of, folded};
use crate::config::{ExtractConfig, Field};

/// How many lines from the top are searched for the header; longer preambles must be stated in the config.
pub(super) const DEPTH: usize = 100;

/// The known headers of an extract's files: synonyms, and the names in its config.
#[derive(Debug, Clone, Default)]
pub struct Headers {
    /// In folded form.
    configured: Vec<String>,
}

impl Headers {
    /// The known headers of an extract.
    #[must_use]
    pub fn of(extract: &ExtractConfig) -> Self {
        Self { configured: extract.columns.values().chain(extract.filter.keys()).map(|name| folded(name)).collect() }
    }

    /// The fields of a header line.
    #[must_use]
    pub fn fields(line: &str, delimiter: u8) -> Vec<String> {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .has_headers(false)
            .from_reader(line.as_bytes());
        let first = reader.records().next().and_then(std::result::Result::ok);
        first.map(|record| record.iter().map(str::to_owned).collect()).unwrap_or_default()
    }

    /// The number of distinct known headers in the row.
    pub fn known_in<'t>(&self, row: impl IntoIterator<Item = &'t str>) -> usize {
        let mut seen: Vec<Known> = row.into_iter().filter_map(|text| self.known(text.trim())).collect();
        seen.sort_unstable();
        seen.dedup();
        seen.len()
    }

    fn known(&self, text: &str) -> Option<Known> {
        let is_configured = || {
            let text = folded(text);
            self.configured.iter().position(|configured| *configured == text)
        };
        let configured = if self.configured.is_empty() { None } else { is_configured() };
        configured.map(Known::Configured).or_else(|| field_of(text).map(|(field, _)| Known::Field(field)))
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Known {
    Configured(usize),
    Field(Field),
}

/// The index of the row with the most known headers among `rows` (number of known headers, number of non-empty texts),
/// the first of several; if none has any, the first with two texts or more, else the first with one.
pub(super) fn best(rows: impl IntoIterator<Item = (usize, usize)>) -> Option<usize> {
    let rows: Vec<(usize, usize)> = rows.into_iter().collect();
    let most = rows.iter().map(|(known, _)| *known).max().filter(|known| *known > 0);
    let fits = |wanted: &dyn Fn(&(usize, usize)) -> bool| rows.iter().position(wanted);
    match most {
        Some(most) => fits(&|(known, _)| *known == most),
        None => fits(&|(_, texts)| *texts > 1).or_else(|| fits(&|(_, texts)| *texts > 0)),
    }
}

/// The header's texts: blanks normalised, empty ones at the end left out.
#[must_use]
pub fn texts<'t>(row: impl IntoIterator<Item = &'t str>) -> Vec<String> {
    let clean = |text: &str| {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        composed(&text.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let mut header: Vec<String> = row.into_iter().map(clean).collect();
    while header.last().is_some_and(String::is_empty) {
        header.pop();
    }
    header
}

/// The text with its letters composed (NFC): `a` and a ring above it are `å`.
pub fn composed(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    if text.is_ascii() { text.to_owned() } else { text.nfc().collect() }
}

/// Whether the text is an id or a code rather than a name: it has at least four digits, not counting years.
pub(super) fn looks_like_data(text: &str) -> bool {
    digits(text).sum::<usize>() >= 4
}

/// Whether the text has a run of four digits or more that is not a year.
pub(super) fn has_code(text: &str) -> bool {
    digits(text).any(|length| length >= 4)
}

/// The lengths of the runs of digits that are not years.
fn digits(text: &str) -> impl Iterator<Item = usize> + '_ {
    let is_year = |run: &&str| run.len() == 4 && (run.starts_with("19") || run.starts_with("20"));
    text.split(|c: char| !c.is_ascii_digit()).filter(move |run| !is_year(run)).map(str::len)
}

/// Whether two headers are the same: as written, or when folded.
pub(super) fn same(header: &str, name: &str) -> bool {
    header == name || folded(header) == folded(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_the_row_with_the_most_known_names() {
        for (rows, wanted) in [
            (&[(0, 1), (0, 0), (1, 2), (3, 5), (3, 5)][..], Some(3)),
            (&[(0, 0), (0, 1), (0, 3), (0, 4)], Some(2)),
            (&[(0, 0), (0, 1)], Some(1)),
            (&[(0, 0)], None),
            (&[], None),
        ] {
            assert_eq!(best(rows.iter().copied()), wanted, "{rows:?}");
        }
    }

    #[test]
    fn data_is_distinguished_from_names() {
        for (text, wanted) in [
            ("20070101-1234", true),
            ("070101-TF12", true),
            ("c5b2662ef722aa1a", true),
            ("1480", true),
            ("Anna 0701011234", true),
            ("Antal elever 2023", false),
            ("2023/24", false),
            ("2021", false),
            ("Genomsnittligt meritvärde (17 ämnen)", false),
            ("", false),
        ] {
            assert_eq!(looks_like_data(text), wanted, "{text}");
        }
    }

    #[test]
    fn header_texts_are_normalised() {
        assert_eq!(texts([" a ", "Skol-\nenhet", "", "b\u{a0} c", " ", ""]), ["a", "Skol- enhet", "", "b c"]);
    }
}
