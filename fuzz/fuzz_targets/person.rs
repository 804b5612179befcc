//! Any text as a personal number: read or not; if it is read, its other forms give the same key.
#![no_main]

use elevflode::model::{PersonalNumber, Pseudonyms};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u16, &str)| {
    let (year, text) = input;
    let reference = 1900 + year % 201;
    let pseudonyms = Pseudonyms::keyed(b"a secret of a test");
    let key = |text: &str| PersonalNumber::parse(text, reference).map(|n| pseudonyms.person(&n));
    let spaced: String = text.chars().flat_map(|c| [' ', c]).collect();
    assert_eq!(key(text), key(&spaced), "blanks do not matter");
    assert_eq!(key(text), key(&text.to_ascii_lowercase()), "case does not matter");
    assert!(PersonalNumber::parse(text, reference).is_none() || PersonalNumber::restore(text, reference).is_none());
    if let Some(number) = PersonalNumber::parse(text, reference) {
        assert_eq!(format!("{number:?}"), "PersonalNumber(…)");
    }
});
