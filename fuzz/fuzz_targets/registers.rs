//! Any bytes as a register of school units, municipalities, programmes or boundaries: read or refused.
#![no_main]

use elevflode::extract::{boundaries, registers};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let municipalities = registers::builtin_municipalities();
    let _ = registers::units("r", bytes, &municipalities);
    let _ = registers::municipalities("r", bytes);
    let _ = registers::programmes("r", bytes);
    let _ = boundaries::boundaries("r", bytes);
});
