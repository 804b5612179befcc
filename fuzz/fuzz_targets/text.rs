//! Any bytes as an extract of text: opened, surveyed and read to the end, twice with the same result.
#![no_main]

use elevflode_fuzz::walk;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = elevflode::extract::Survey::of("a.csv", elevflode::io::Content::Memory(bytes.to_vec()));
    assert_eq!(walk("a.csv", bytes), walk("a.csv", bytes));
});
