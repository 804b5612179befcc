//! The value rules: counts, years, year groups, times, programme codes and marks of protection.

use crate::config::YEARS;
use crate::model::{Cell, ProgrammeId, Registers, Snapshot, Year};

/// More people than there are: a larger count is a mistake, and sums of smaller ones stay exact.
pub const MOST: u64 = 1_000_000_000_000;

/// A count: a whole number from zero, hidden (`..`) or missing (`.`, nothing). Thousands may stand apart (`1 234`, with
/// a plain, thin or no-break space), and decimals may follow that are zero (`12,0`). None for anything else.
pub fn count(text: &str) -> Option<Cell> {
    match text {
        ".." => return Some(Cell::Hidden),
        "." | "" => return Some(Cell::Missing),
        _ => {}
    }
    let whole = match text.split_once([',', '.']) {
        Some((whole, decimals)) if !decimals.is_empty() && decimals.bytes().all(|b| b == b'0') => whole,
        Some(_) => return None,
        None => text,
    };
    let groups: Vec<&str> = whole.split(char::is_whitespace).collect();
    let is_grouped = match groups[..] {
        [one] => !one.is_empty(),
        [first, ref rest @ ..] => (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3),
        [] => false,
    };
    if !is_grouped || !groups.iter().all(|group| group.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|n| *n <= MOST).map(Cell::Value)
}

/// Whether the text labels a sum over the rows above it, where a code should be: `Totalt`, `Summa Ale`, `Hela riket`.
pub fn is_total(text: &str) -> bool {
    let is_one_of = |text: &str, words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    let first = text.split_whitespace().next().unwrap_or_default().trim_end_matches(':');
    is_one_of(first, &["totalt", "total", "summa", "delsumma", "samtliga", "subtotal"])
        || is_one_of(text, &["alla", "all", "riket", "hela riket", "grand total"])
}

/// Whether a text that begins with these two letters may be one of [`is_total`].
pub const fn begins_total(first: u8, second: u8) -> bool {
    let two = [first.to_ascii_lowercase(), second.to_ascii_lowercase()];
    matches!(&two, b"to" | b"su" | b"de" | b"sa" | b"al" | b"ri" | b"he" | b"gr")
}

/// A year: `2023`, or a school year `2023/24`, `2023/2024`, `2023-24`, whose autumn it is.
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

/// A year group from 1 to 9, alone or behind its word (`Åk 1`).
pub fn year_group(text: &str) -> Option<u8> {
    let lower = text.to_lowercase();
    let digits = ["årskurs", "åk", "år", "year"].iter().find_map(|word| lower.strip_prefix(word)).unwrap_or(&lower);
    digits.trim().parse().ok().filter(|group| (1..=9).contains(group))
}

/// The time of a seats row.
pub fn time(text: &str) -> Option<Snapshot> {
    match text.to_lowercase().as_str() {
        "admission" | "antagning" => Some(Snapshot::Admission),
        "october" | "oktober" | "15 oktober" => Some(Snapshot::October),
        _ => None,
    }
}

/// Whether a mark of protection is set: anything but nothing, no and zero. In doubt a person is protected.
pub fn is_protected(text: &str) -> bool {
    !matches!(text.to_lowercase().as_str(), "" | "." | "0" | "n" | "no" | "nej" | "false" | "falskt" | "ingen")
}

/// The programme of a code: as it stands in the register, else by the rule of study path codes. Those are capitals and
/// digits: 1–2 programme, then nothing, or 3–5 orientation and up to four extras (`NANAT0000`, `HVFRI0L0N`); any
/// orientation will do. Since the reform of 2025 `25` can follow the programme, and then words of any length
/// (`BA25`, `NA25NAT0000`, `FS25SKOLFORLAGD`). Introduction programmes begin with the longest code of the register that
/// fits (`IMSPR` → `IMS` where `IMSPR` is not in it, `IMVBA` → `IMV`, `IMV25BAHUSBYGGNAD` → `IMV`).
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

/// The longest study path code without `25`: an introduction programme with a programme's orientation and extras.
const LONGEST_PATH: usize = 13;

/// The longest study path code of the reform of 2025. Real ones have some fifteen characters; what is much longer is no code.
pub const LONGEST_REFORMED: usize = 30;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Programme, ProgrammeKind, Text, Validity};

    #[test]
    fn counts_are_whole_hidden_or_missing() {
        for (text, wanted) in [
            ("0", Some(Cell::Value(0))),
            ("12", Some(Cell::Value(12))),
            ("..", Some(Cell::Hidden)),
            (".", Some(Cell::Missing)),
            ("", Some(Cell::Missing)),
            ("1 234", Some(Cell::Value(1234))),
            ("1\u{a0}234\u{202f}567", Some(Cell::Value(1_234_567))),
            ("12,0", Some(Cell::Value(12))),
            ("12.00", Some(Cell::Value(12))),
            ("1234 567", None),
            ("1 23", None),
            ("1,234", None),
            ("12,", None),
            (" ", None),
            ("-1", None),
            ("1.5", None),
            ("1,5", None),
            ("~100", None),
            ("99999999999999999999", None),
            ("1000000000001", None),
        ] {
            assert_eq!(count(text), wanted, "{text}");
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
        let totals = ["Totalt", "Summa Ale", "SAMTLIGA", "Hela riket", "Allé", "1480", ""].map(is_total);
        assert_eq!(totals, [true, true, true, true, false, false, false]);
        for word in ["Totalt", "total", "SUMMA", "Delsumma", "samtliga", "subtotal", "alla", "riket", "Hela riket"] {
            let [first, second, ..] = *word.as_bytes() else { panic!("two letters") };
            assert!(is_total(word) && begins_total(first, second), "{word}");
        }
        assert_eq!(time("Antagning"), Some(Snapshot::Admission));
        assert_eq!(time("october"), Some(Snapshot::October));
        assert_eq!(time("april"), None);
        assert_eq!(["Ja", "J", "1", "", "Nej", "0"].map(is_protected), [true, true, true, false, false, false]);
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
