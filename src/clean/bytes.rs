//! Questions about the bytes of a text that are answered without branches. The texts of ids are random, so that a processor
//! guesses every other branch wrongly.

/// A set of pairs of bytes: a bit for every second byte, by the first one.
pub struct BytePairs(pub [[u64; 4]; 256]);

/// The set of pairs for which a `const fn(u8, u8) -> bool` holds.
macro_rules! byte_pairs {
    ($holds:path) => {{
        let mut bits = [[0_u64; 4]; 256];
        let mut first = 0;
        while first < 256 {
            let mut second = 0;
            while second < 256 {
                bits[first][second / 64] |= ($holds(first as u8, second as u8) as u64) << (second % 64);
                second += 1;
            }
            first += 1;
        }
        $crate::clean::bytes::BytePairs(bits)
    }};
}

pub(super) use byte_pairs;

impl BytePairs {
    /// Whether the set has the pair.
    #[inline]
    pub const fn has(&self, first: u8, second: u8) -> bool {
        self.0[first as usize][second as usize / 64] >> (second % 64) & 1 != 0
    }
}

/// Whether a text has a blank or a byte that is not ASCII.
#[inline]
pub fn has_blank_or_non_ascii(text: &[u8]) -> bool {
    const HIGHEST: u64 = 0x8080_8080_8080_8080;
    const LOWEST: u64 = 0x0101_0101_0101_0101;
    const BLANKS: u64 = LOWEST * b' ' as u64;
    let of_eight = |eight: &[u8; 8]| {
        let bytes = u64::from_le_bytes(*eight);
        let other = bytes ^ BLANKS;
        // In the second operand, the highest bit of the first byte that is a blank is 1, and none if there is no blank.
        (bytes | other.wrapping_sub(LOWEST) & !other) & HIGHEST
    };
    let (eights, rest) = text.as_chunks::<8>();
    let found = eights.iter().fold(0, |found, eight| found | of_eight(eight));
    found != 0 || rest.iter().fold(false, |found, byte| found | (*byte >= 0x80) | (*byte == b' '))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn is_rising(first: u8, second: u8) -> bool {
        first < second
    }

    static RISING: BytePairs = byte_pairs!(is_rising);

    #[test]
    fn a_set_has_its_pairs() {
        for (first, second) in (0..=255).flat_map(|first| (0..=255).map(move |second| (first, second))) {
            assert_eq!(RISING.has(first, second), first < second, "{first} {second}");
        }
    }

    proptest! {
        #[test]
        fn blanks_and_other_letters_are_found(text in "[ !\u{7f}a-c\u{1}åΩ]{0,2}[!\u{7f}a-c0-9\u{1}]{0,20}[ !\u{7f}å]{0,2}") {
            let wanted = text.bytes().any(|byte| byte == b' ' || byte >= 0x80);
            prop_assert_eq!(has_blank_or_non_ascii(text.as_bytes()), wanted, "{:?}", text);
        }
    }
}
