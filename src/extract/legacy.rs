//! Encodings older than UTF-8 that Swedish files still use: Windows-1252, Mac OS Roman and DOS code page 850.
//!
//! All three accept any bytes, so validity does not identify them; the letters å, ä, ö and é do. Their bytes differ in
//! each, and in the two others they mean symbols that do not occur in lists of students.

use encoding_rs::{MACINTOSH, WINDOWS_1252};
use oem_cp::code_table::DECODING_TABLE_CP850;

use crate::config::Written;

/// The bytes of å ä ö é Å Ä Ö É in Windows-1252, in Mac OS Roman and in code page 850.
const LETTERS: [(Written, [u8; 8]); 3] = [
    (Written::Known(WINDOWS_1252), [0xe5, 0xe4, 0xf6, 0xe9, 0xc5, 0xc4, 0xd6, 0xc9]),
    (Written::Known(MACINTOSH), [0x8c, 0x8a, 0x9a, 0x8e, 0x81, 0x80, 0x85, 0x83]),
    (Written::Dos, [0x86, 0x84, 0x94, 0x82, 0x8f, 0x8e, 0x99, 0x90]),
];

/// The encoding in which most of the non-ASCII bytes are Swedish letters; on a tie the first, which is Windows-1252.
pub fn guess(bytes: &[u8]) -> Written {
    let mut counts = [0_u64; 256];
    bytes.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
    let letters = |letters: &[u8; 8]| letters.iter().map(|byte| counts[usize::from(*byte)]).sum::<u64>();
    let most = LETTERS.iter().map(|(_, all)| letters(all)).max().unwrap_or(0);
    LETTERS.iter().find(|(_, all)| letters(all) == most).map_or(Written::Known(WINDOWS_1252), |(written, _)| *written)
}

/// The text of bytes in code page 850.
pub fn dos_text(bytes: &[u8]) -> String {
    let letter = |byte: &u8| match byte {
        0..0x80 => char::from(*byte),
        high => DECODING_TABLE_CP850[usize::from(high - 0x80)],
    };
    bytes.iter().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_show_the_encoding() {
        for text in ["Årskurs;Studievägskod;Kön", "Göteborg", "Mölndal;Öckerö", "Åk", "Café"] {
            let dos: Vec<u8> = text
                .chars()
                .map(|c| (0..=255_u8).find(|byte| dos_text(&[*byte]) == c.to_string()).unwrap())
                .collect();
            for (bytes, wanted) in [
                (WINDOWS_1252.encode(text).0.into_owned(), Written::Known(WINDOWS_1252)),
                (MACINTOSH.encode(text).0.into_owned(), Written::Known(MACINTOSH)),
                (dos.clone(), Written::Dos),
            ] {
                // A single letter can be ambiguous: É of the Mac and ä of DOS are distinguished by the other letters.
                assert_eq!(guess(&bytes), wanted, "{text}");
            }
            assert_eq!(dos_text(&dos), text);
        }
        assert_eq!(guess(b"plain"), Written::Known(WINDOWS_1252));
        assert_eq!((Written::of("CP850"), Written::of("utf-9")), (Some(Written::Dos), None));
    }
}
