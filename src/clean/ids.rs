//! Student ids: the kind of ids in a column, and the pseudonym of each id, computed when it is read.

use super::Reason;
use super::bytes::{BytePairs, byte_pairs};
use super::values::is_digits;
use crate::model::{Checksum, PersonalNumber, Pseudonyms, StudentKey, Year};

/// The kind of ids in a student column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdKind {
    /// Personal, co-ordination and temporary numbers.
    PersonalNumbers,
    /// Ids without meaning outside the extract.
    Surrogates,
}

impl IdKind {
    /// The word in `check --json` and in message ids.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PersonalNumbers => "personal_numbers",
            Self::Surrogates => "surrogates",
        }
    }
}

/// Computes the keys of a file's students.
#[derive(Debug, Clone, Copy)]
pub struct Ids<'a> {
    /// The kind of ids in the column.
    pub kind: IdKind,
    /// The run's pseudonyms.
    pub pseudonyms: &'a Pseudonyms,
}

impl Ids<'_> {
    /// The key of an id in a row of this year, and the reason if the id is remarkable. In a column of personal
    /// numbers any other text is doubtful, but is linked as written. A placeholder gives no key.
    pub fn key(self, id: &str, year: Year) -> (Option<StudentKey>, Option<Reason>) {
        if is_placeholder(id) {
            return (None, Some(Reason::MissingStudent));
        }
        let person = |number: PersonalNumber, is_restored: bool| {
            let reason = match number.checksum() {
                Checksum::Wrong => Some(Reason::DoubtfulStudent),
                Checksum::Right | Checksum::None => is_restored.then_some(Reason::RestoredCode),
            };
            (Some(self.pseudonyms.person(&number)), reason)
        };
        if self.kind == IdKind::PersonalNumbers {
            if let Some(number) = PersonalNumber::parse(id, year) {
                return person(number, false);
            }
            if let Some(number) = PersonalNumber::restore(id, year) {
                return person(number, true);
            }
        }
        match (self.pseudonyms.surrogate(id), self.kind) {
            (None, _) => (None, Some(Reason::MissingStudent)),
            (key, IdKind::PersonalNumbers) => (key, Some(Reason::DoubtfulStudent)),
            (key, IdKind::Surrogates) => (key, None),
        }
    }
}

/// Placeholders for an id, in lower case.
pub const PLACEHOLDERS: &[&str] = &[
    "skyddad",
    "skyddade",
    "skyddad identitet",
    "skyddad id",
    "skyddat",
    "sekretess",
    "sekretessmarkerad",
    "hemlig",
    "dold",
    "ok\u{e4}nd",
    "okand",
    "saknas",
    "ingen",
    "inget",
    "protected",
    "hidden",
    "unknown",
    "missing",
    "none",
    "null",
    "nan",
    "n/a",
    "na",
    "tf",
    "xxx",
    "x",
    "?",
    ".",
    "..",
    "-",
    "#n/a",
    "#saknas!",
    "#referens!",
    "#value!",
    "#ref!",
];

/// Whether a text is a placeholder for an id that is not shown or not known: zeros, dashes, or one of
/// [`PLACEHOLDERS`].
#[must_use]
pub fn is_placeholder(id: &str) -> bool {
    if !may_be_placeholder(id.as_bytes()) {
        return false;
    }
    let is_mask = |c: char| matches!(c, '0' | '-' | '+' | ' ' | '*');
    let is_masked = |c: char| matches!(c, 'x' | 'X' | '-' | '*');
    id.chars().all(is_mask)
        || id.len() > 3 && id.chars().all(is_masked)
        || id.len() <= LONGEST_PLACEHOLDER && PLACEHOLDERS.contains(&id.to_lowercase().as_str())
}

/// Length in bytes of the longest of [`PLACEHOLDERS`].
const LONGEST_PLACEHOLDER: usize = 20;

/// Whether a text may be a placeholder, by its first and last byte. Almost no id passes.
#[inline]
pub fn may_be_placeholder(id: &[u8]) -> bool {
    let [first, .., last] = id else { return true };
    PLACEHOLDER_ENDS.has(*first, *last)
}

static PLACEHOLDER_ENDS: BytePairs = byte_pairs!(ends_placeholder);

const fn ends_placeholder(first: u8, last: u8) -> bool {
    matches!(
        (first.to_ascii_lowercase(), last.to_ascii_lowercase()),
        (b'0' | b'-' | b'+' | b'*' | b'#' | b'.' | b'x', b'0' | b'-' | b'+' | b'*' | b'!' | b'.' | b'x' | b'a')
            | (b's', b'd' | b'e' | b't' | b's')
            | (b'h', b'g' | b'n')
            | (b'd' | b'o' | b'p', b'd')
            | (b'i', b'n' | b't')
            | (b'u', b'n')
            | (b'm', b'g')
            | (b'n', b'e' | b'l' | b'n' | b'a')
            | (b't', b'f')
    )
}

/// Whether this is a number rounded by a spreadsheet: `2,00701E+11`. The original digits are lost.
#[must_use]
pub fn is_rounded(id: &str) -> bool {
    let Some((mantissa, exponent)) = id.split_once(['E', 'e']) else { return false };
    let Some(exponent) = exponent.strip_prefix('+') else { return false };
    let (whole, decimals) = mantissa.split_once([',', '.']).unwrap_or((mantissa, "0"));
    is_digits(exponent) && is_digits(whole) && is_digits(decimals) && whole.len() == 1
}

/// Whether visible bytes may be a rounded number: a plus sign two or three places before the end.
pub fn may_be_rounded(bytes: &[u8]) -> bool {
    let sign = |back: usize| bytes.len() > back && bytes[bytes.len() - back] == b'+';
    sign(3) || sign(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_rounded_numbers_are_no_ids() {
        for (id, is_word, is_lossy) in [
            ("Skyddad", true, false),
            ("000000-0000", true, false),
            ("0", true, false),
            ("********-****", true, false),
            ("XXXXXX-XXXX", true, false),
            ("Ok\u{e4}nd", true, false),
            ("#SAKNAS!", true, false),
            ("2,00701E+11", false, true),
            ("2.00701e+11", false, true),
            ("2E+11", false, true),
            ("12E+11", false, false),
            ("2E11", false, false),
            ("e17", false, false),
            ("A0", false, false),
            ("00000001", false, false),
            ("20070101-9804", false, false),
            ("070101TF10", false, false),
        ] {
            assert_eq!((is_placeholder(id), is_rounded(id)), (is_word, is_lossy), "{id}");
            assert!(!is_lossy || may_be_rounded(id.as_bytes()), "{id}");
        }
        for word in PLACEHOLDERS {
            assert!(is_placeholder(word) && is_placeholder(&word.to_uppercase()), "{word}");
            assert!(word.len() <= LONGEST_PLACEHOLDER && *word == word.to_lowercase());
        }
    }

    fn check(kind: IdKind, id: &str, same_as: Option<&str>, reason: Option<Reason>) {
        let pseudonyms = Pseudonyms::keyed(b"a secret of a test");
        let ids = Ids { kind, pseudonyms: &pseudonyms };
        let (key, found) = ids.key(id, 2023);
        assert_eq!(found, reason, "{kind:?}: a case of the test");
        assert_eq!(key, same_as.and_then(|other| ids.key(other, 2023).0), "{kind:?}: a case of the test");
    }

    #[test]
    fn ids_are_linked_with_the_reason_of_remarkable_ones() {
        use IdKind::{PersonalNumbers, Surrogates};
        let same = Some("20070101-9804");
        for (kind, id, same_as, reason) in [
            (PersonalNumbers, "0701019804", same, None),
            (PersonalNumbers, "701019804", same, Some(Reason::RestoredCode)),
            (PersonalNumbers, "200701019804.0", same, Some(Reason::RestoredCode)),
            (PersonalNumbers, "0701019802", Some("20070101-9802"), Some(Reason::DoubtfulStudent)),
            (PersonalNumbers, "e17", Some(" e17 "), Some(Reason::DoubtfulStudent)),
            (PersonalNumbers, "070101TF10", Some("20070101-tf10"), None),
            (PersonalNumbers, " ", None, Some(Reason::MissingStudent)),
            (Surrogates, "0701019804", Some("0701019804"), None),
            (Surrogates, "", None, Some(Reason::MissingStudent)),
        ] {
            check(kind, id, same_as, reason);
        }
        let pseudonyms = Pseudonyms::keyed(b"a secret of a test");
        let ids = Ids { kind: Surrogates, pseudonyms: &pseudonyms };
        assert_ne!(
            ids.key("0701019804", 2023),
            ids.key("200701019804", 2023),
            "surrogate ids have no equivalent forms"
        );
    }
}
