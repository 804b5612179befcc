//! The SQL of the engine: the rules of `clean`, `link` and `flow`, expressed for a cluster.
//!
//! A query is a chain of named steps. `texts` concatenates the rows of all sources, each column as text; `taken`
//! groups identical lines if no student is needed; `bare` removes blanks and the marks of spreadsheets; `parsed`
//! applies the rules of `clean::values`; `found` joins the registers, which are views of a few thousand rows
//! (`lookups`); `judged` gives each row its reason, in the order of [`Reason`]. One of the final queries follows:
//! [`counts`], [`seats`], [`students`], [`crowded`].
//!
//! Every answer is a table of whole numbers. Codes are given by their numbers in the registers, reasons by their
//! numbers in the list of reasons. No text of a row is ever selected; a student's id is grouped by but not returned.

mod person;
mod final_queries;
mod rules;
mod texts;
mod values;

pub use final_queries::{COUNTS, CROWD, PAIR, REPEATED, SEATS, STUDENTS, counts, crowded, seats, students};
pub use person::IdForm;
pub use rules::RowKind;
pub use texts::{RowLayout, SourceView};

use crate::model::Registers;

/// The views of registers that queries join, in the order of [`super::lookups`].
pub mod view {
    /// Texts of municipalities: `text`, the number of its code (`place`), and whether the text is a numeral
    /// (`restored`).
    pub const HOMES: &str = "elevflode_homes";
    /// Texts of school units by years: `text`, `first` and `last` year, the unit that counts in them (`place`),
    /// `restored`, and the reason if that is another unit or the unit is closed. Every text has a row that covers
    /// year 0, which means no year.
    pub const UNITS: &str = "elevflode_units";
    /// Programmes: `text`, `place`, and the first and last autumn with new students.
    pub const PROGRAMMES: &str = "elevflode_programmes";
}

/// What queries need of the registers besides the views.
#[derive(Debug, Clone)]
pub struct QueryCodes {
    /// Codes of programmes.
    programmes: Vec<String>,
    /// Widths of the fields in the packed numbers of [`STUDENTS`].
    packing: PackedWidths,
}

/// The layout of a row's codes in one number. The smallest number among a student's rows is the row that is kept: the
/// later round, then known before unknown, and smaller codes before larger ones (`clean::Order`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackedWidths {
    /// Bits of a school unit, enough for one number more than its list has, because unknown comes last.
    pub unit: u32,
    /// Bits of a programme.
    pub programme: u32,
    /// Bits of a municipality.
    pub home: u32,
    /// Bits of a source.
    pub source: u32,
}

impl PackedWidths {
    /// Bits of a reason, counted from the last one.
    pub const REASON: u32 = 5;
    /// Bits of a year group; 0 means none.
    pub const GROUP: u32 = 4;

    /// The number of bits for numbers up to and including `most`.
    const fn up_to(most: usize) -> u32 {
        usize::BITS - most.leading_zeros()
    }

    /// Bits below the home.
    #[must_use]
    pub const fn below_home(self) -> u32 {
        Self::REASON + self.source + Self::GROUP
    }

    /// Bits below the programme.
    #[must_use]
    pub const fn below_programme(self) -> u32 {
        self.below_home() + self.home
    }

    /// Bits below the unit.
    #[must_use]
    pub const fn below_unit(self) -> u32 {
        self.below_programme() + self.programme
    }

    /// Bits below the round.
    #[must_use]
    pub const fn below_round(self) -> u32 {
        self.below_unit() + self.unit
    }
}

impl QueryCodes {
    /// The codes of these registers for this number of sources; `None` if the number of a row does not fit in 63
    /// bits.
    #[must_use]
    pub fn of(registers: &Registers, sources: usize) -> Option<Self> {
        let codes = registers.programme_codes();
        let programmes = codes.known().map(|id| codes.text(id).to_string()).collect();
        let packing = PackedWidths {
            unit: PackedWidths::up_to(registers.unit_codes().len()),
            programme: PackedWidths::up_to(codes.len()),
            home: PackedWidths::up_to(registers.municipality_codes().len()),
            source: PackedWidths::up_to(sources),
        };
        (packing.below_round() + 2 <= 63).then_some(Self { programmes, packing })
    }

    /// The layout of packed rows.
    #[must_use]
    pub const fn packing(&self) -> PackedWidths {
        self.packing
    }
}

/// A text as an SQL literal.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for c in text.chars() {
        match c {
            '\'' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// Numbers as a list in brackets for `IN`; matches nothing if there are none.
fn numbers(numbers: impl IntoIterator<Item = usize>) -> String {
    let numbers: Vec<String> = numbers.into_iter().map(|number| number.to_string()).collect();
    format!("({})", if numbers.is_empty() { "NULL".to_owned() } else { numbers.join(", ") })
}

/// Texts as a list in brackets for `IN`; matches nothing if there are none.
fn listed(texts: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let texts: Vec<String> = texts.into_iter().map(|text| quoted(text.as_ref())).collect();
    format!("({})", if texts.is_empty() { "NULL".to_owned() } else { texts.join(", ") })
}

/// The expression for a header line that may be a student's row: unless all its fields look like headers, the fields
/// that are not known headers are replaced by zeros.
#[must_use]
pub fn masked(line: &str, known: &[&str]) -> String {
    const YEAR: &str = "(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])";
    const PARTS: &str = r"(?<=[;,\t|])|(?=[;,\t|])";
    let is_known = format!("coalesce(trim(x) IN {}, false)", listed(known));
    let digits = format!("regexp_replace(regexp_replace(x, r'{YEAR}', ''), r'[^0-9]', '')");
    let is_doubtful = format!("(length({digits}) >= 4 AND NOT {is_known})");
    let parts = format!("split({line}, r'{PARTS}')");
    let mask = format!("IF({is_known} OR x IN (';', ',', '\\t', '|'), x, '0000')");
    format!(
        "IF(exists({parts}, x -> {is_doubtful}), array_join(transform({parts}, x -> {mask}), ''), {line}) AS line"
    )
}

/// The name of a table or column in backticks.
#[must_use]
pub fn named(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ExtractConfig, ExtractKind};
    use crate::extract::Columns;

    fn view(number: usize, kind: ExtractKind, header: &str) -> SourceView {
        let header: Vec<String> = header.split(',').map(str::to_owned).collect();
        let extract = ExtractConfig { year: Some(2023), ..ExtractConfig::of(kind) };
        let columns = Columns::find("a.csv", &header, &extract).unwrap();
        let layout = RowLayout::Lines { delimiter: ';', fields: header.len() };
        SourceView { number, kind, round: 1, year: Some(2023), columns, header, layout }
    }

    #[test]
    fn texts_are_quoted_whatever_they_hold() {
        for (text, wanted) in [
            ("NA", "'NA'"),
            ("it's", "'it\\'s'"),
            ("a\\b", "'a\\\\b'"),
            ("a\tb\u{85}", "'a\\u0009b\\u0085'"),
            ("å\u{2028}", "'å\u{2028}'"),
        ] {
            assert_eq!(quoted(text), wanted);
        }
        assert_eq!(listed(["a", "b"]), "('a', 'b')");
        assert_eq!(listed([""; 0]), "(NULL)");
        assert_eq!(named("a`b"), "`a``b`");
    }

    /// All queries return whole numbers: no text of a row can be part of an answer.
    #[test]
    fn every_query_returns_whole_numbers() {
        let registers = Registers::new(vec![], vec![], vec![], vec![]);
        let codes = QueryCodes::of(&registers, 3).unwrap();
        let views = [
            view(0, ExtractKind::Admission, "Personnummer,Hemkommun,Skolenhetskod,Program"),
            view(1, ExtractKind::October, "Personnummer,Hemkommun,Skolenhetskod,Program,Årskurs"),
            view(2, ExtractKind::Seats, "Skolenhetskod,Platser,Tidpunkt"),
        ];
        for (query, columns) in [
            (counts(&views, &codes), COUNTS.len()),
            (seats(&views, &codes), SEATS.len()),
            (students(&views, &codes, &[0, 1]), STUDENTS.len()),
            (crowded(&views, &codes, &[]), STUDENTS.len()),
        ] {
            // The steps are in brackets; the final SELECT comes after them.
            let selected = query.rsplit("\nSELECT CAST(").next().unwrap();
            let selected = selected.split(" FROM (").next().unwrap();
            assert_eq!(format!("CAST({selected}").matches(" AS BIGINT) AS ").count(), columns, "{selected}");
            assert_eq!(selected.matches(", ").count() + 1, columns, "{selected}");
        }
    }

    #[test]
    fn the_smallest_number_is_the_row_that_is_kept() {
        let bits = PackedWidths {
            unit: PackedWidths::up_to(5),
            programme: PackedWidths::up_to(2),
            home: PackedWidths::up_to(1),
            source: PackedWidths::up_to(3),
        };
        assert_eq!(bits, PackedWidths { unit: 3, programme: 2, home: 1, source: 2 });
        assert_eq!(
            (bits.below_home(), bits.below_programme(), bits.below_unit(), bits.below_round()),
            (11, 12, 14, 17)
        );
    }
}
