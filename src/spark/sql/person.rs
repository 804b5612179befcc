//! SQL expressions for personal, co-ordination and temporary numbers in every written form (`model::PersonalNumber`).

use super::values::{BLANK, fits, part};

/// The form of a text in an id column; the values of the column `form`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IdForm {
    /// The source has no id column.
    NoColumn = 0,
    /// An empty text or a placeholder.
    Missing = 1,
    /// A personal number.
    Number = 2,
    /// A personal number that a spreadsheet had turned into a numeral.
    Restored = 3,
    /// A personal number with a wrong check digit.
    Wrong = 4,
    /// A numeral of a personal number with a wrong check digit.
    RestoredWrong = 5,
    /// Any other text.
    Other = 6,
}

impl IdForm {
    /// All forms in the order of their numbers.
    pub const ALL: [Self; 7] =
        [Self::NoColumn, Self::Missing, Self::Number, Self::Restored, Self::Wrong, Self::RestoredWrong, Self::Other];

    /// Whether it is a personal number, correct or not.
    #[must_use]
    pub fn is_number(self) -> bool {
        matches!(self, Self::Number | Self::Restored | Self::Wrong | Self::RestoredWrong)
    }
}

/// Separators between the date and the last four characters.
const SEPARATORS: &str = r"\-+\x{2010}-\x{2013}\x{2212}";

/// The text without blanks.
fn written(text: &str) -> String {
    format!(r"regexp_replace({text}, r'[{BLANK}\x{{200b}}]+', '')")
}

/// Ten or twelve characters without separator; null if the text does not have the form of a number.
pub fn digits(text: &str) -> String {
    let last = "(?:[0-9]{4}|[A-Za-z][A-Za-z0-9][0-9]{2})";
    let form = format!(r"^(?:18|19|20)?[0-9]{{6}}[{SEPARATORS}]?{last}\z");
    let whole = part(text, "^[0-9]+", 0);
    // The first characters rule out most other ids. A text without the form of a number may be a numeral that has
    // lost its leading zeros or gained decimals.
    let begins = format!(r"^\x{{200b}}*(?:[0-9][{BLANK}\x{{200b}}]*){{6}}");
    format!(
        "CASE WHEN NOT coalesce((left({text}, 1) BETWEEN '0' AND '9' OR left({text}, 1) = '\u{200b}') AND {begins}, false) THEN NULL WHEN {as_written} THEN upper(regexp_replace({written}, r'[{SEPARATORS}]', '')) \
         WHEN {is_twelve} THEN {whole} WHEN {is_short} THEN lpad({whole}, 10, '0') END",
        begins = fits(text, &begins),
        as_written = fits(&written(text), &form),
        written = written(text),
        is_twelve = fits(text, r"^[0-9]{12}[.,]0*\z"),
        is_short = fits(text, r"^(?:[0-9]{8,9}|[0-9]{8,10}[.,]0*)\z"),
    )
}

/// Whether the text is a number turned into a numeral: it has lost leading zeros or gained decimals.
pub fn is_restored(text: &str) -> String {
    fits(text, r"^(?:[0-9]{8,9}|(?:[0-9]{8,10}|[0-9]{12})[.,]0*)\z")
}

/// Whether a plus marks the person as a hundred years older.
pub fn is_old(text: &str) -> String {
    format!("contains({text}, '+')")
}

/// The century of birth from [`digits`]: the written one, otherwise that of the latest year of birth up to the year
/// of the row.
pub fn century(digits: &str, reference: &str, is_old: &str) -> String {
    let year = format!("try_cast(left({digits}, 2) AS INT)");
    let latest = format!("({reference} - {reference} % 100 + {year})");
    let before = format!("{latest} - IF({latest} > {reference}, 100, 0)");
    format!("IF(length({digits}) = 12, {year}, floor(({before}) / 100) - IF({is_old}, 1, 0))")
}

/// Whether the date of a number is valid; `short` is its last ten characters.
pub fn is_day(short: &str, century: &str) -> String {
    let two_digits = |from: u8| format!("try_cast(substr({short}, {from}, 2) AS INT)");
    let (year, month, day) =
        (format!("({century} * 100 + {})", two_digits(1)), two_digits(3), format!("pmod({}, 60)", two_digits(5)));
    // 60 is added to the day of a co-ordination number; 60 and values from 92 are not valid days in either case.
    let is_leap = format!("({year} % 4 = 0 AND ({year} % 100 <> 0 OR {year} % 400 = 0))");
    let last = format!(
        "CASE WHEN {month} IN (4, 6, 9, 11) THEN 30 WHEN {month} = 2 THEN IF({is_leap}, 29, 28) \
         WHEN {month} BETWEEN 1 AND 12 THEN 31 ELSE 0 END"
    );
    format!("({day} BETWEEN 1 AND {last})")
}

/// Whether the check digit is right or absent (temporary numbers).
pub fn is_right(short: &str) -> String {
    let digit = |place: usize| format!("substr({short}, {place}, 1)");
    let weighed = |place: usize| {
        if place % 2 == 1 {
            // The position of the digit in this string is the digit sum of its double.
            format!("instr('0516273849', {}) - 1", digit(place))
        } else {
            format!("ascii({}) - 48", digit(place))
        }
    };
    let sum: Vec<String> = (1..=10).map(weighed).collect();
    format!("(NOT {} OR ({}) % 10 = 0)", fits(short, r"^[0-9]{10}\z"), sum.join(" + "))
}
