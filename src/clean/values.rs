//! The value rules: counts, years, year groups, times, programme codes and marks of protection.

use super::bytes::{BytePairs, byte_pairs, has_blank_or_non_ascii};
use crate::config::YEARS;
use crate::model::{Cell, ProgrammeId, Registers, Snapshot, Year};

/// An upper limit for counts, above the world's population: a larger count is a mistake, and sums of smaller counts
/// stay exact.
pub const MAX_COUNT: u64 = 1_000_000_000_000;

/// The value of a text in a column of counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amount {
    /// The count; `None` if the text is not a count.
    pub cell: Option<Cell>,
    /// The maximum of a hidden count, if its mark states it (`<5`: 4).
    pub most: Option<u64>,
    /// The format of its number.
    pub format: NumberFormat,
}

/// The format of a number: what the sign between its digits says about the column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NumberFormat {
    /// Unambiguous: digits only, thousands separated by blanks, or another format with one meaning.
    #[default]
    Clear,
    /// One sign followed by three digits: thousands (`1.000`), unless other rows of the column have decimals.
    Thousands,
    /// A sign followed by decimals, which may be zeros.
    Decimals,
}

/// Marks of a count that exists but is not shown: `..` (Skolverket, Statistics Sweden), `*`, `c` (confidential) and
/// `low` (Department for Education, England).
pub const HIDDEN: &[&str] = &["..", "*", "**", "c", "low"];

/// Marks of a count that does not exist: an empty text, `.` (Statistics Sweden), dashes, `x` (not available), `z`
/// (not applicable).
pub const MISSING: &[&str] = &["", ".", "-", "\u{2013}", "\u{2014}", "x", "z"];

/// Reads a count: a whole number from zero, hidden or missing. Thousands may be separated by blanks of any kind,
/// points, commas or apostrophes, and decimals may follow if they are zero (`12,0`). A sign followed by three digits
/// (`1.000`) is read as thousands; the formats of the whole column decide whether that is right. A number below a
/// bound (`<5`) is hidden.
pub fn count(text: &str) -> Amount {
    let is_one_of = |marks: &[&str]| marks.iter().any(|mark| text.eq_ignore_ascii_case(mark));
    if is_one_of(HIDDEN) {
        return Amount { cell: Some(Cell::Hidden), ..Amount::default() };
    }
    if is_one_of(MISSING) {
        return Amount { cell: Some(Cell::Missing), ..Amount::default() };
    }
    if let Some(bound) = below(text) {
        return Amount { cell: Some(Cell::Hidden), most: Some(bound), format: NumberFormat::Clear };
    }
    let (whole, format) = match whole_part(text) {
        Some((whole, format)) => (whole, format),
        None => return Amount { format: format_of_other(text), ..Amount::default() },
    };
    let number = whole.bytes().filter(u8::is_ascii_digit).try_fold(0_u64, |all, digit| {
        all.checked_mul(10)?.checked_add(u64::from(digit - b'0')).filter(|number| *number <= MAX_COUNT)
    });
    Amount { cell: number.map(Cell::Value), most: None, format }
}

/// Whether a text consists of one or more digits.
pub fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// The maximum of a count that is below a bound: `<5`, `< 10`, `≤4`.
fn below(text: &str) -> Option<u64> {
    let (rest, is_below) = match text.strip_prefix('<') {
        Some(rest) => match rest.strip_prefix('=') {
            Some(rest) => (rest, 0),
            None => (rest, 1),
        },
        None => (text.strip_prefix('\u{2264}')?, 0),
    };
    let bound: u64 = rest.trim_start().parse().ok().filter(|bound| *bound <= MAX_COUNT)?;
    bound.checked_sub(is_below)
}

/// The whole part of a number and its format; `None` if the text is not a whole number.
fn whole_part(text: &str) -> Option<(&str, NumberFormat)> {
    if is_digits(text) {
        return Some((text, NumberFormat::Clear));
    }
    let is_point = |c: char| matches!(c, ',' | '.');
    let is_grouped = |whole: &str, is_sign: &dyn Fn(char) -> bool| {
        let mut groups = whole.split(is_sign);
        let first = groups.next().unwrap_or_default();
        (1..=3).contains(&first.len()) && is_digits(first) && groups.all(|group| group.len() == 3 && is_digits(group))
    };
    let is_blank = |c: char| c.is_whitespace() || matches!(c, '\'' | '\u{2019}');
    let is_plain = |whole: &str| is_digits(whole) || is_grouped(whole, &is_blank);
    let Some((whole, decimals)) = text.rsplit_once(is_point) else {
        return is_grouped(text, &is_blank).then_some((text, NumberFormat::Clear));
    };
    let sign = text[whole.len()..].chars().next().unwrap_or_default();
    let inner = whole.chars().find(|c| is_point(*c));
    let is_zero = is_digits(decimals) && decimals.bytes().all(|b| b == b'0');
    match inner {
        // `1.234.567`: a repeated sign can only separate thousands.
        Some(inner) if inner == sign => is_grouped(text, &|c| c == sign).then_some((text, NumberFormat::Clear)),
        // `1.234,00`: two signs, the first separates thousands.
        Some(inner) => (is_zero && is_grouped(whole, &|c| c == inner)).then_some((whole, NumberFormat::Clear)),
        None if is_grouped(text, &|c| c == sign) && !whole.starts_with('0') => Some((text, NumberFormat::Thousands)),
        None => (is_zero && is_plain(whole)).then_some((whole, NumberFormat::Decimals)),
    }
}

/// The format of a text that is not a count: decimals if it is a number with decimals.
fn format_of_other(text: &str) -> NumberFormat {
    let parts = text.trim_start_matches(['-', '+']).split_once([',', '.']);
    if parts.is_some_and(|(whole, decimals)| is_digits(whole) && is_digits(decimals)) {
        NumberFormat::Decimals
    } else {
        NumberFormat::Clear
    }
}

/// Whether the text labels a sum over other rows in place of a code: `Totalt`, `Summa Ale`, `1480 Summa`, `Hela
/// riket`.
pub fn is_total(text: &str) -> bool {
    if !may_be_total(text.as_bytes()) {
        return false;
    }
    let is_word = |word: &str| {
        let word = word.trim_matches(|c: char| matches!(c, ':' | '.' | '(' | ')' | '='));
        TOTALS.iter().any(|total| word.eq_ignore_ascii_case(total))
    };
    let mut words = text.split_whitespace();
    words.next().is_some_and(is_word)
        || words.next_back().is_some_and(is_word)
        || WHOLE_TOTALS.iter().any(|total| text.eq_ignore_ascii_case(total))
}

/// Whether [`is_total`] may hold for a text, by its first two bytes, its last one and blanks. Almost no code or id
/// passes.
#[inline]
pub fn may_be_total(text: &[u8]) -> bool {
    let [first, second, .., last] = text else { return text.len() == 2 };
    BEGIN_TOTALS.has(*first, *second) | (!last.is_ascii_digit() & has_blank_or_non_ascii(text))
}

const fn begins_total(first: u8, second: u8) -> bool {
    let two = [first.to_ascii_lowercase(), second.to_ascii_lowercase()];
    let is_odd = first >= 0x80 || matches!(first, b':' | b'.' | b'(' | b')' | b'=');
    is_odd || matches!(&two, b"to" | b"su" | b"de" | b"sa" | b"al" | b"ri" | b"he" | b"gr" | b"sl" | b"re")
}

static BEGIN_TOTALS: BytePairs = byte_pairs!(begins_total);

/// Words that label a sum at the start or the end of a text.
pub const TOTALS: &[&str] = &[
    "totalt",
    "total",
    "totals",
    "totalsumma",
    "tot",
    "summa",
    "summor",
    "delsumma",
    "slutsumma",
    "delsummor",
    "samtliga",
    "subtotal",
    "sum",
    "\u{3a3}",
];

/// Complete texts that label a sum.
pub const WHOLE_TOTALS: &[&str] = &["alla", "all", "riket", "hela riket", "grand total", "hela regionen", "regionen"];

/// Reads a year: `2023`, or a school year `2023/24`, `2023/2024`, `2023-24`, which gives the year of its autumn.
pub fn year(text: &str) -> Option<Year> {
    let (first, second) = match text.split_once(['/', '-', '–']) {
        Some((first, second)) => (first.trim(), Some(second.trim())),
        None => (text, None),
    };
    if first.len() != 4 || !first.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let year: Year = first.parse().ok().filter(|y| YEARS.contains(y))?;
    let next = (year + 1).to_string();
    match second {
        None => Some(year),
        Some(second) if second == next || second == &next[2..] => Some(year),
        Some(_) => None,
    }
}

/// Reads a year group from 1 to 9, alone or after a word (`Åk 1`).
pub fn year_group(text: &str) -> Option<u8> {
    let lower = text.to_lowercase();
    let digits = ["årskurs", "åk", "år", "year"].iter().find_map(|word| lower.strip_prefix(word)).unwrap_or(&lower);
    digits.trim().parse().ok().filter(|group| (1..=9).contains(group))
}

/// A date: year, month and day of the month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(Year, u8, u8);

impl Date {
    /// 15 October of a year.
    pub const fn october(year: Year) -> Self {
        Self(year, 10, 15)
    }
}

/// Reads a date: `2023-10-15`, `20231015`, `2023/10/15`, `15.10.2023`, optionally followed by a time.
pub fn date(text: &str) -> Option<Date> {
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    let parts: Vec<&str> = match day.len() {
        8 if day.bytes().all(|b| b.is_ascii_digit()) => vec![&day[..4], &day[4..6], &day[6..]],
        _ => day.split(['-', '/', '.']).collect(),
    };
    let (year, month, day) = match parts[..] {
        [year, month, day] if year.len() == 4 => (year, month, day),
        [day, month, year] if year.len() == 4 => (year, month, day),
        _ => return None,
    };
    let is_short = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let (month, day) = (Some(month).filter(|m| is_short(m))?, Some(day).filter(|d| is_short(d))?);
    let date = Date(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    // Every year is accepted: an open end is often written as a distant year.
    ((1..=12).contains(&date.1) && (1..=31).contains(&date.2)).then_some(date)
}

/// Reads the snapshot of a seats row.
pub fn time(text: &str) -> Option<Snapshot> {
    match text.to_lowercase().as_str() {
        "admission" | "antagning" => Some(Snapshot::Admission),
        "october" | "oktober" | "15 oktober" | "15 october" => Some(Snapshot::October),
        _ => None,
    }
}

/// Whether a mark of protection is set: any text but an empty one, no and zero. In doubt a person is protected.
pub fn is_protected(text: &str) -> bool {
    !matches!(text.to_lowercase().as_str(), "" | "." | "0" | "n" | "no" | "nej" | "false" | "falskt" | "ingen")
}

/// The programme of a code: the code itself if it is in the register, otherwise by the rule of study path codes.
/// These consist of capitals and digits: 1–2 programme, then nothing, or 3–5 orientation and up to four extras
/// (`NANAT0000`, `HVFRI0L0N`); every orientation is accepted. Since the reform of 2025 `25` can follow the programme,
/// followed by words of any length (`BA25`, `NA25NAT0000`, `FS25SKOLFORLAGD`). Introduction programmes begin with the
/// longest code of the register that fits (`IMSPR` → `IMS` if `IMSPR` is not in it, `IMVBA` → `IMV`,
/// `IMV25BAHUSBYGGNAD` → `IMV`).
pub fn programme(text: &str, registers: &Registers) -> Option<ProgrammeId> {
    let codes = registers.programme_codes();
    if let Some(id) = codes.find(text) {
        return Some(id);
    }
    if text.len() > LONGEST_REFORMED || !text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
        return None;
    }
    let is_reformed_at = |n: usize| text.get(n..).is_some_and(|rest| rest.starts_with("25"));
    if text.starts_with("IM") {
        let is_path = text.len() <= LONGEST_PATH || (3..=5).any(is_reformed_at);
        let beginnings = [5, 4, 3].into_iter().filter_map(|n| text.get(..n));
        return beginnings.take_while(|_| is_path).find_map(|prefix| codes.find(prefix));
    }
    let (programme, rest) = text.split_at_checked(2)?;
    (is_reformed_at(2) || matches!(rest.len(), 0 | 3..=7)).then(|| codes.find(programme)).flatten()
}

/// The length of the longest study path code without `25`: an introduction programme with a programme's orientation
/// and extras.
const LONGEST_PATH: usize = 13;

/// The length limit of study path codes of the reform of 2025. Real codes have about fifteen characters; much longer
/// texts are not codes.
pub const LONGEST_REFORMED: usize = 30;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Programme, ProgrammeKind, Text, Validity};

    #[test]
    fn counts_are_whole_hidden_or_missing() {
        use NumberFormat::{Clear, Decimals, Thousands};
        let value = |n: u64, format| (Some(Cell::Value(n)), None, format);
        let hidden = |most| (Some(Cell::Hidden), most, Clear);
        let missing = (Some(Cell::Missing), None, Clear);
        let none = |format| (None, None, format);
        for (text, wanted) in [
            ("0", value(0, Clear)),
            ("12", value(12, Clear)),
            ("..", hidden(None)),
            ("c", hidden(None)),
            ("Low", hidden(None)),
            ("*", hidden(None)),
            ("<5", hidden(Some(4))),
            ("< 10", hidden(Some(9))),
            ("≤4", hidden(Some(4))),
            ("<=4", hidden(Some(4))),
            (".", missing),
            ("", missing),
            ("-", missing),
            ("–", missing),
            ("x", missing),
            ("1 234", value(1234, Clear)),
            ("1\u{a0}234\u{202f}567", value(1_234_567, Clear)),
            ("1'234", value(1234, Clear)),
            ("12,0", value(12, Decimals)),
            ("12.00", value(12, Decimals)),
            ("1 234,0", value(1234, Decimals)),
            ("1,234", value(1234, Thousands)),
            ("1.000", value(1000, Thousands)),
            ("12.000", value(12_000, Thousands)),
            ("1234.000", value(1234, Decimals)),
            ("0,000", value(0, Decimals)),
            ("1.234.567", value(1_234_567, Clear)),
            ("1.234,00", value(1234, Clear)),
            ("1,234.0", value(1234, Clear)),
            ("1.234,5", none(Clear)),
            ("1.23.456", none(Clear)),
            ("1234 567", none(Clear)),
            ("1 23", none(Clear)),
            ("12,", none(Clear)),
            (" ", none(Clear)),
            ("-1", none(Clear)),
            ("1.5", none(Decimals)),
            ("1,5", none(Decimals)),
            ("-1,5", none(Decimals)),
            ("1.2345", none(Decimals)),
            ("~100", none(Clear)),
            ("<", none(Clear)),
            ("<0", none(Clear)),
            ("99999999999999999999", none(Clear)),
            ("1000000000001", none(Clear)),
        ] {
            let Amount { cell, most, format } = count(text);
            assert_eq!((cell, most, format), wanted, "{text}");
        }
    }

    #[test]
    fn years_are_autumns() {
        for (text, wanted) in [
            ("2023", Some(2023)),
            ("2023/24", Some(2023)),
            ("2023/2024", Some(2023)),
            ("2023-24", Some(2023)),
            ("2023/25", None),
            ("1999/00", Some(1999)),
            ("23", None),
            ("", None),
            ("3023", None),
            ("HT23", None),
        ] {
            assert_eq!(year(text), wanted, "{text}");
        }
    }

    #[test]
    fn groups_times_and_marks() {
        assert_eq!(["1", "3", "0", "10", "x"].map(year_group), [Some(1), Some(3), None, None, None]);
        assert_eq!(["Åk 1", "årskurs 2", "År3", "åk"].map(year_group), [Some(1), Some(2), Some(3), None]);
        for (text, wanted) in [
            ("Totalt", true),
            ("Summa Ale", true),
            ("SAMTLIGA", true),
            ("Hela riket", true),
            ("Totalsumma", true),
            ("1480 Summa", true),
            ("Tot", true),
            ("tot.", true),
            ("Göteborg totalt", true),
            ("Summa:", true),
            ("Kommunen (totalt)", true),
            ("Allé", false),
            ("Totte", false),
            ("1480", false),
            ("", false),
        ] {
            assert_eq!(is_total(text), wanted, "{text}");
        }
        for word in TOTALS.iter().chain(WHOLE_TOTALS) {
            assert!(is_total(word) && is_total(&word.to_uppercase()), "{word}");
            assert!(!TOTALS.contains(word) || is_total(&format!("Ale {word}:")), "{word}");
        }
        assert_eq!(time("Antagning"), Some(Snapshot::Admission));
        assert_eq!(time("october"), Some(Snapshot::October));
        assert_eq!(time("april"), None);
        assert_eq!(["Ja", "J", "1", "", "Nej", "0"].map(is_protected), [true, true, true, false, false, false]);
    }

    #[test]
    fn days_are_read_in_their_usual_forms() {
        for (text, wanted) in [
            ("2023-10-15", Some(Date(2023, 10, 15))),
            ("20231015", Some(Date(2023, 10, 15))),
            ("2023/8/1", Some(Date(2023, 8, 1))),
            ("15.10.2023", Some(Date(2023, 10, 15))),
            ("2023-10-15 00:00:00", Some(Date(2023, 10, 15))),
            ("2023-10-15T12:30", Some(Date(2023, 10, 15))),
            ("9999-12-31", Some(Date(9999, 12, 31))),
            ("2023-13-01", None),
            ("2023-10-00", None),
            ("2023-10", None),
            ("23-10-15", None),
            ("oktober", None),
            ("", None),
        ] {
            assert_eq!(date(text), wanted, "{text}");
        }
    }

    #[test]
    fn programmes_come_from_study_path_codes() {
        let programmes = ["BA", "NA", "IMS", "IMPRO", "IMV", "mainstream"]
            .map(|code| Programme {
                code: code.into(),
                name: code.into(),
                kind: ProgrammeKind::Vocational,
                validity: Validity::default(),
                successor: None,
            })
            .to_vec();
        let registers = Registers::new(vec![], vec![], programmes, vec![]);
        for (text, wanted) in [
            ("BA", Some("BA")),
            ("BA25", Some("BA")),
            ("NANAT0000", Some("NA")),
            ("BAXXX0L0N", Some("BA")),
            ("IMSPR", Some("IMS")),
            ("IMPRO", Some("IMPRO")),
            ("IMVBA", Some("IMV")),
            ("mainstream", Some("mainstream")),
            ("Mainstream", None),
            ("XX", None),
            ("", None),
            ("-", Some("-")),
            ("BA25XXX0000", Some("BA")),
            ("BA250", Some("BA")),
            ("BA25XXX0L0N", Some("BA")),
            ("NA25SKOLFORLAGD", Some("NA")),
            ("XX25SKOLFORLAGD", None),
            ("NA25Skolforlagd", None),
            ("NA25SKOLFÖRLAGD", None),
            ("NA25 SKOL", None),
            ("NA2SKOLFORLAGD", None),
            ("NASKOLFORLAGD", None),
            ("NA25AAAAAAAAAAAAAAAAAAAAAAAAAA", Some("NA")),
            ("NA25AAAAAAAAAAAAAAAAAAAAAAAAAAA", None),
            ("IMV25", Some("IMV")),
            ("IMV25BAHUSBYGGNAD", Some("IMV")),
            ("IMSPR25SKOLFORLAGD", Some("IMS")),
            ("IMX25SKOLFORLAGD", None),
            ("IMVBAHUSBYGGNAD25", None),
            ("IM25SKOLFORLAGD", None),
            ("BAXXX", Some("BA")),
            ("BAXXX0L0N0", None),
            ("BARN", None),
            ("Barn", None),
            ("nanat", None),
            ("IMVBAXXX0L0N", Some("IMV")),
            ("IM", None),
            ("IMX", None),
            ("åå", None),
        ] {
            let got: Option<Text> =
                programme(text, &registers).map(|id| registers.programme_codes().text(id).clone());
            assert_eq!(got.as_deref(), wanted, "{text}");
        }
    }
}
