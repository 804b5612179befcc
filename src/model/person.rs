//! Swedish personal, co-ordination and temporary numbers: every written form is read to one normal form.
//!
//! Sources: form and check digit of personal numbers: folkbokföringslagen (1991:481) 18 §; co-ordination numbers (day
//! of birth + 60): the same law, 18 a §. Temporary numbers with letters are local to the systems that assign them
//! (`TF10` in school registers) and have no check digit. The numbers do not show whether a co-ordination number and a
//! later personal number belong to the same person.

use zeroize::Zeroizing;

use super::Year;

/// The result of checking the check digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checksum {
    /// It is right.
    Right,
    /// It is wrong: a mistyped number, or not a personal number.
    Wrong,
    /// A temporary number has none.
    None,
}

/// A personal number in twelve characters, wiped from memory when dropped. It has no `Display`, and its `Debug`
/// output is empty of content.
pub struct PersonalNumber {
    text: Zeroizing<[u8; 12]>,
    checksum: Checksum,
}

impl std::fmt::Debug for PersonalNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonalNumber(…)")
    }
}

impl PersonalNumber {
    /// Reads ÅÅMMDDNNNN or ÅÅÅÅMMDDNNNN, with or without hyphen or plus before the last four characters, and with
    /// blanks anywhere. The last four may be those of a temporary number: two letters, or a letter and a digit, and
    /// two digits. Ten characters mean the latest possible year of birth up to `reference`; a plus means a hundred
    /// years earlier. `None` for any other text, including an invalid date.
    #[must_use]
    pub fn parse(text: &str, reference: Year) -> Option<Self> {
        let compact = Compact::of(text)?;
        let (short, century) = match compact.length {
            10 => (compact.text.get(..10)?, None),
            12 => (compact.text.get(2..12)?, Some(two(&compact.text[..2])?)),
            _ => return None,
        };
        let year = two(short)?;
        let century = match century {
            Some(century @ 18..=20) => century,
            Some(_) => return None,
            None => {
                let latest = reference / 100 * 100 + year;
                (if latest > reference { latest - 100 } else { latest }) / 100 - Year::from(compact.is_old)
            }
        };
        let (month, day) = (two(&short[2..])?, two(&short[4..])?);
        let day = if day > 60 { day - 60 } else { day };
        if !(1..=days(century * 100 + year, month)).contains(&day) {
            return None;
        }
        let checksum = match &short[6..] {
            last if last.iter().all(u8::is_ascii_digit) => checksum(short),
            [first, _, tens, ones]
                if first.is_ascii_uppercase() && tens.is_ascii_digit() && ones.is_ascii_digit() =>
            {
                Checksum::None
            }
            _ => return None,
        };
        let mut number = Self { text: Zeroizing::new([0; 12]), checksum };
        number.text[0] = b'0' + (century / 10) as u8;
        number.text[1] = b'0' + (century % 10) as u8;
        number.text[2..].copy_from_slice(short);
        Some(number)
    }

    /// Reads a number that a spreadsheet turned into a numeral: it has lost its leading zeros (born 2000–2009) or
    /// gained decimals (`200701011234.0`). `None` for texts that [`PersonalNumber::parse`] reads.
    #[must_use]
    pub fn restore(text: &str, reference: Year) -> Option<Self> {
        let whole = text.split_once(['.', ',']).filter(|(_, decimals)| decimals.bytes().all(|b| b == b'0'));
        let digits = whole.map_or(text, |(whole, _)| whole);
        if digits.is_empty() || digits.len() > 12 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let width = match digits.len() {
            8..=10 => 10,
            12 => 12,
            _ => return None,
        };
        if width == digits.len() && whole.is_none() {
            return None;
        }
        let mut padded = Zeroizing::new([b'0'; 12]);
        padded[width - digits.len()..width].copy_from_slice(digits.as_bytes());
        Self::parse(std::str::from_utf8(&padded[..width]).ok()?, reference)
    }

    /// The twelve characters, for hashing only.
    pub(super) fn bytes(&self) -> &[u8; 12] {
        &self.text
    }

    /// The result of checking the check digit.
    #[must_use]
    pub const fn checksum(&self) -> Checksum {
        self.checksum
    }
}

/// The characters of a number without blanks and separator.
struct Compact {
    text: Zeroizing<[u8; 12]>,
    length: usize,
    is_old: bool,
}

impl Compact {
    fn of(text: &str) -> Option<Self> {
        let mut out = Self { text: Zeroizing::new([0; 12]), length: 0, is_old: false };
        let mut separated: Option<usize> = None;
        for c in text.chars() {
            match c {
                c if c.is_whitespace() || c == '\u{200b}' => {}
                c if c.is_ascii_alphanumeric() => {
                    *out.text.get_mut(out.length)? = c.to_ascii_uppercase() as u8;
                    out.length += 1;
                }
                '-' | '+' | '\u{2010}'..='\u{2013}' | '\u{2212}' if separated.is_none() => {
                    separated = Some(out.length);
                    out.is_old = c == '+';
                }
                _ => return None,
            }
        }
        // A separator comes before the last four; a plus adds nothing to a century that is written out.
        let is_in_place = separated.is_none_or(|at| at + 4 == out.length);
        is_in_place.then_some(out)
    }
}

/// The value of the first two digits.
fn two(text: &[u8]) -> Option<Year> {
    match text {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9', ..] => Some(Year::from(tens - b'0') * 10 + Year::from(ones - b'0')),
        _ => None,
    }
}

/// The number of days of a month; 0 for an invalid month.
const fn days(year: Year, month: Year) -> Year {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        1..=12 => 31,
        _ => 0,
    }
}

/// Checks the check digit by Luhn's method: every second digit is doubled, starting with the first; the digit sum
/// must be a multiple of ten.
fn checksum(digits: &[u8]) -> Checksum {
    let sum: u32 = digits
        .iter()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit - b'0') * if place % 2 == 0 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    if sum.is_multiple_of(10) { Checksum::Right } else { Checksum::Wrong }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(number: Option<PersonalNumber>) -> Option<(String, Checksum)> {
        number.map(|n| (String::from_utf8(n.bytes().to_vec()).unwrap(), n.checksum()))
    }

    /// Birth numbers 980–999 are the tax agency's test range; no person has them.
    #[test]
    fn every_written_form_is_one_number() {
        let right = |text: &str| Some((text.to_owned(), Checksum::Right));
        for (text, wanted) in [
            ("0701019804", right("200701019804")),
            ("070101-9804", right("200701019804")),
            (" 070101 - 9804 ", right("200701019804")),
            ("070101\u{2013}9804", right("200701019804")),
            ("20070101-9804", right("200701019804")),
            ("20070101\u{a0}9804", right("200701019804")),
            ("200701019804", right("200701019804")),
            ("070101+9804", right("190701019804")),
            ("0701619801", right("200701619801")),
            ("240101-9803", right("192401019803")),
            // Co-ordination numbers of the tax agency's published examples.
            ("701063-2391", right("197010632391")),
            ("640883-3231", right("196408833231")),
            ("0701019802", Some(("200701019802".to_owned(), Checksum::Wrong))),
            ("070101-TF12", Some(("20070101TF12".to_owned(), Checksum::None))),
            ("20070101tf12", Some(("20070101TF12".to_owned(), Checksum::None))),
            ("070101T012", Some(("20070101T012".to_owned(), Checksum::None))),
            ("070101TFX2", None),
            ("0702309801", None),
            ("0713019801", None),
            ("0700019801", None),
            ("0701929801", None),
            ("0702299801", None),
            ("0402299801", Some(("200402299801".to_owned(), Checksum::Wrong))),
            ("170701019804", None),
            ("07010-19801", None),
            ("07-0101-9801", None),
            ("070101980", None),
            ("07010198041", None),
            ("2007010198041", None),
            ("c5b2662ef7", None),
            ("", None),
            ("åäö070101", None),
        ] {
            assert_eq!(shown(PersonalNumber::parse(text, 2023)), wanted, "{text}");
        }
    }

    #[test]
    fn numerals_are_restored() {
        for (text, wanted) in [
            ("701019804", Some("200701019804")),
            ("200701019804.0", Some("200701019804")),
            ("701019804,00", Some("200701019804")),
            ("701019804.5", None),
            ("0701019804", None),
            ("1234567", None),
            ("12345678901", None),
            ("", None),
        ] {
            let got = shown(PersonalNumber::restore(text, 2023)).map(|(text, _)| text);
            assert_eq!(got.as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", PersonalNumber::parse("0701019804", 2023)), "Some(PersonalNumber(…))");
    }

    proptest! {
        /// The crate `personnummer` is the oracle for dates and check digits. It does not support temporary numbers,
        /// and computes the check digit of co-ordination numbers from the day without the 60, unlike the published
        /// examples.
        #[test]
        fn dates_and_check_digits_agree_with_another_library(
            year in 1924_u16..2023, month in 0_u16..14, day in 0_u16..60, last in 10_u16..10_000,
        ) {
            let text = format!("{year}{month:02}{day:02}{last:04}");
            let ours = PersonalNumber::parse(&text, 2023).is_some_and(|n| n.checksum() == Checksum::Right);
            let theirs = personnummer::Personnummer::new(&text).is_ok_and(|n| n.valid());
            prop_assert_eq!(ours, theirs, "a case of the generator, no person");
        }

        #[test]
        fn no_text_is_too_odd(text in ".{0,30}", reference in 1900_u16..2100) {
            let _ = PersonalNumber::parse(&text, reference);
            let _ = PersonalNumber::restore(&text, reference);
        }
    }
}
