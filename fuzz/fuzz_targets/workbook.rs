//! Any bytes as a workbook: read to the end, or refused; never a panic.
#![no_main]

use elevflode_fuzz::walk;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = walk("a.xlsx", bytes);
});
