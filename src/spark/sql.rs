//! The one place that writes SQL: what `clean`, `link` and `flow` do here, said so that a cluster does it.
//!
//! A query is a chain of named steps. `texts` puts the rows of all sources one below the other, each column as the text that
//! it holds; `taken` groups lines that are written alike, where no student is asked for; `bare` takes off blanks and the
//! marks of spreadsheets; `parsed` applies the rules of `clean::values`; `found` joins the registers, which are views of a few
//! thousand rows (`lookups`); `judged` gives each row its reason, in the order of [`Reason`]. Behind it stands one of the
//! questions: [`counts`], [`seats`], [`students`], [`crowded`].
//!
//! Every answer is a table of whole numbers. Codes are their numbers in the registers, reasons theirs in the list of reasons;
//! no text of a row is ever selected, and a student's id is grouped by but not shown.

mod person;
mod questions;
mod rules;
mod texts;
mod values;

pub use person::Form;
pub use questions::{COUNTS, CROWD, PAIR, REPEATED, SEATS, STUDENTS, counts, crowded, seats, students};
pub use rules::Kind;
pub use texts::{Layout, Sheet};

use crate::model::Registers;

/// The views of registers that queries join, in the order of [`super::lookups`].
pub mod view {
    /// Texts of municipalities: `text`, the number of the code that it is (`place`), whether it was a numeral (`restored`).
    pub const HOMES: &str = "elevflode_homes";
    /// Texts of school units by years: `text`, `first` and `last` year, the unit that counts in them (`place`), `restored`, and
    /// the reason where it is another, or closed. Every text has a row for year 0, which stands for no year.
    pub const UNITS: &str = "elevflode_units";
    /// Programmes: `text`, `place`, and the first and last autumn with new students.
    pub const PROGRAMMES: &str = "elevflode_programmes";
}

/// What queries need to know of the registers beside the views.
#[derive(Debug, Clone)]
pub struct Codes {
    /// Codes of programmes.
    programmes: Vec<String>,
    /// Widths of the packed numbers in [`STUDENTS`].
    packing: Bits,
}

/// How the codes of a row share one number, so that the smallest number of a student's rows is the row that stays: the
/// later round, then the known before the unknown and smaller codes before larger ones (`clean::Order`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bits {
    /// Bits of a school unit, one more than its list needs: what is unknown comes last.
    pub unit: u32,
    /// Bits of a programme.
    pub programme: u32,
    /// Bits of a municipality.
    pub home: u32,
    /// Bits of a source.
    pub source: u32,
}

impl Bits {
    /// Bits of a reason, counted from the last.
    pub const REASON: u32 = 5;
    /// Bits of a year group; 0 is none.
    pub const GROUP: u32 = 4;

    /// Bits for the numbers up to and with `most`.
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

impl Codes {
    /// The codes of these registers, for so many sources; none where the numbers of a row do not fit 63 bits.
    #[must_use]
    pub fn of(registers: &Registers, sources: usize) -> Option<Self> {
        let codes = registers.programme_codes();
        let programmes = codes.known().map(|id| codes.text(id).to_string()).collect();
        let packing = Bits {
            unit: Bits::up_to(registers.unit_codes().len()),
            programme: Bits::up_to(codes.len()),
            home: Bits::up_to(registers.municipality_codes().len()),
            source: Bits::up_to(sources),
        };
        (packing.below_round() + 2 <= 63).then_some(Self { programmes, packing })
    }

    /// The layout of packed rows.
    #[must_use]
    pub const fn packing(&self) -> Bits {
        self.packing
    }
}

/// A text as SQL writes it.
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

/// Numbers as a list in brackets; one that nothing is in where there are none.
fn numbers(numbers: impl IntoIterator<Item = usize>) -> String {
    let numbers: Vec<String> = numbers.into_iter().map(|number| number.to_string()).collect();
    format!("({})", if numbers.is_empty() { "NULL".to_owned() } else { numbers.join(", ") })
}

/// Texts as a list in brackets; one that nothing is in where there are none.
fn listed(texts: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let texts: Vec<String> = texts.into_iter().map(|text| quoted(text.as_ref())).collect();
    format!("({})", if texts.is_empty() { "NULL".to_owned() } else { texts.join(", ") })
}

/// The expression of a line of headers that may be a row: unless all its fields look like headers, those that are not told to be
/// one come as zeros.
#[must_use]
pub fn masked(line: &str, told: &[&str]) -> String {
    const YEAR: &str = "(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])";
    const PARTS: &str = r"(?<=[;,\t|])|(?=[;,\t|])";
    let is_told = format!("coalesce(trim(x) IN {}, false)", listed(told));
    let digits = format!("regexp_replace(regexp_replace(x, r'{YEAR}', ''), r'[^0-9]', '')");
    let is_doubtful = format!("(length({digits}) >= 4 AND NOT {is_told})");
    let parts = format!("split({line}, r'{PARTS}')");
    let mask = format!("IF({is_told} OR x IN (';', ',', '\\t', '|'), x, '0000')");
    format!(
        "IF(exists({parts}, x -> {is_doubtful}), array_join(transform({parts}, x -> {mask}), ''), {line}) AS line"
    )
}

/// The name of a table or column between backticks.
#[must_use]
pub fn named(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ExtractConfig, ExtractKind};
    use crate::extract::Columns;

    fn sheet(number: usize, kind: ExtractKind, header: &str) -> Sheet {
        let header: Vec<String> = header.split(',').map(str::to_owned).collect();
        let extract = ExtractConfig { year: Some(2023), ..ExtractConfig::of(kind) };
        let columns = Columns::find("a.csv", &header, &extract).unwrap();
        let layout = Layout::Lines { delimiter: ';', fields: header.len() };
        Sheet { number, kind, round: 1, year: Some(2023), columns, header, layout }
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

    /// What is asked for is whole numbers: no text of a row can be part of an answer.
    #[test]
    fn every_question_asks_for_whole_numbers() {
        let registers = Registers::new(vec![], vec![], vec![], vec![]);
        let codes = Codes::of(&registers, 3).unwrap();
        let sheets = [
            sheet(0, ExtractKind::Admission, "Personnummer,Hemkommun,Skolenhetskod,Program"),
            sheet(1, ExtractKind::October, "Personnummer,Hemkommun,Skolenhetskod,Program,Årskurs"),
            sheet(2, ExtractKind::Seats, "Skolenhetskod,Platser,Tidpunkt"),
        ];
        for (question, columns) in [
            (counts(&sheets, &codes), COUNTS.len()),
            (seats(&sheets, &codes), SEATS.len()),
            (students(&sheets, &codes, &[0, 1]), STUDENTS.len()),
            (crowded(&sheets, &codes, &[]), STUDENTS.len()),
        ] {
            // The steps are defined in brackets; what is asked stands behind the last of them.
            let asked = question.rsplit("\nSELECT CAST(").next().unwrap();
            let asked = asked.split(" FROM (").next().unwrap();
            assert_eq!(format!("CAST({asked}").matches(" AS BIGINT) AS ").count(), columns, "{asked}");
            assert_eq!(asked.matches(", ").count() + 1, columns, "{asked}");
        }
    }

    #[test]
    fn the_smallest_number_is_the_row_that_stays() {
        let bits =
            Bits { unit: Bits::up_to(5), programme: Bits::up_to(2), home: Bits::up_to(1), source: Bits::up_to(3) };
        assert_eq!(bits, Bits { unit: 3, programme: 2, home: 1, source: 2 });
        assert_eq!(
            (bits.below_home(), bits.below_programme(), bits.below_unit(), bits.below_round()),
            (11, 12, 14, 17)
        );
    }
}
