//! The key that links a student's rows: a keyed pseudonym that reveals nothing, not even in a panic.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use siphasher::sip128::SipHasher24;
use zeroize::Zeroizing;

use super::person::PersonalNumber;

/// A student within one run: a keyed pseudonym of 128 bits. It has no `Display`, its `Debug` is redacted, and it is
/// written nowhere except, as part of a row, to the unnamed temporary file of `--memory`. Without the run's secret it
/// cannot be computed from an id.
///
/// Some two ids share a key with probability n²/2¹²⁹: below 10⁻²² for 100 million students.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StudentKey(u128);

impl StudentKey {
    /// The 128 bits, for the store of rows only.
    pub(crate) const fn bits(self) -> u128 {
        self.0
    }
}

impl std::fmt::Debug for StudentKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StudentKey(…)")
    }
}

/// Computes pseudonyms with a secret key: the first half of HMAC-SHA-256 for personal numbers, which could otherwise
/// be guessed by trying all of them, and SipHash-2-4 with 128 bits, about twenty times cheaper, for ids without
/// meaning outside the extract. Its `Debug` is redacted.
pub struct Pseudonyms {
    persons: Hmac<Sha256>,
    surrogates: SipHasher24,
}

impl std::fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pseudonyms(…)")
    }
}

impl Pseudonyms {
    /// Minimum length of a secret, in bytes.
    pub const SHORTEST: usize = 16;

    /// Pseudonyms with this secret, of any length. The key for each kind of id is derived from it by HMAC-SHA-256.
    #[must_use]
    pub fn keyed(secret: &[u8]) -> Self {
        let derived = |label: &[u8]| -> Zeroizing<[u8; 32]> {
            let mut mac = hmac(secret);
            mac.update(label);
            Zeroizing::new(mac.finalize().into_bytes().into())
        };
        let mut half = Zeroizing::new([0; 16]);
        half.copy_from_slice(&derived(b"surrogate ids")[..16]);
        Self { persons: hmac(&*derived(b"personal numbers")), surrogates: SipHasher24::new_with_key(&half) }
    }

    /// The pseudonym of a personal number.
    #[must_use]
    pub fn person(&self, number: &PersonalNumber) -> StudentKey {
        let mut mac = self.persons.clone();
        mac.update(number.bytes());
        let digest = mac.finalize().into_bytes();
        StudentKey(digest[..16].iter().fold(0, |key, byte| key << 8 | u128::from(*byte)))
    }

    /// The pseudonym of an id as written in the extract, without surrounding blanks; `None` if it is empty.
    #[must_use]
    pub fn surrogate(&self, id: &str) -> Option<StudentKey> {
        self.visible_surrogate(id.trim().as_bytes())
    }

    /// The same for the bytes of an id without surrounding blanks; `None` if there are none.
    #[inline]
    #[must_use]
    pub fn visible_surrogate(&self, id: &[u8]) -> Option<StudentKey> {
        (!id.is_empty()).then(|| StudentKey(self.surrogates.hash(id).as_u128()))
    }
}

fn hmac(key: &[u8]) -> Hmac<Sha256> {
    // HMAC accepts keys of every length; the error concerns other types.
    <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC takes keys of every length"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn debug_shows_nothing_of_the_id() {
        let pseudonyms = Pseudonyms::keyed(b"a secret of a test");
        let key = pseudonyms.surrogate(" 200701019804 ").unwrap();
        assert_eq!(format!("{key:?} {pseudonyms:?}"), "StudentKey(…) Pseudonyms(…)");
        assert_eq!(pseudonyms.surrogate("200701019804"), Some(key));
        assert_eq!(pseudonyms.surrogate("  "), None);
    }

    #[test]
    fn a_key_is_of_its_secret_and_of_its_kind_of_id() {
        let [one, other] = [&b"secret one"[..], b"secret two"].map(Pseudonyms::keyed);
        let number = PersonalNumber::parse("0701019804", 2023).unwrap();
        assert_ne!(one.person(&number), other.person(&number));
        assert_ne!(one.surrogate("e1"), other.surrogate("e1"));
        assert_ne!(Some(one.person(&number)), one.surrogate("200701019804"));
        assert_eq!(one.person(&number), Pseudonyms::keyed(b"secret one").person(&number));
    }

    proptest! {
        #[test]
        fn a_person_has_one_key_in_every_form_and_no_two_share_one(
            (year, month, day) in (1990_u16..2022, 1_u16..13, 1_u16..29), serial in 980_u16..1000, check in 0_u16..10,
            other in 980_u16..1000,
        ) {
            let pseudonyms = Pseudonyms::keyed(b"a secret of a test");
            let key = |text: &str| PersonalNumber::parse(text, 2023).map(|n| pseudonyms.person(&n));
            let (date, last) = (format!("{:02}{month:02}{day:02}", year % 100), format!("{serial}{check}"));
            let century = year / 100;
            let forms = [
                format!("{date}{last}"),
                format!("{date}-{last}"),
                format!("{century}{date}{last}"),
                format!("{century}{date}-{last}"),
                format!("{century}{date} {last}"),
            ];
            let first = key(&forms[0]);
            prop_assert!(first.is_some());
            prop_assert!(forms.iter().all(|form| key(form) == first));
            prop_assert_eq!(key(&format!("{date}{other}{check}")) == first, other == serial);
        }
    }
}
