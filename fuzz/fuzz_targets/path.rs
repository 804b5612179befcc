//! Any text as a study path code, a count or a year: the programme, if any, is a code of the register with which the
//! text begins.
#![no_main]

use std::sync::OnceLock;

use elevflode::clean;
use elevflode::extract::registers::builtin_programmes;
use elevflode::model::Registers;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    static REGISTERS: OnceLock<Registers> = OnceLock::new();
    let registers = REGISTERS.get_or_init(|| Registers::new(vec![], vec![], builtin_programmes(), vec![]));
    if let Some(programme) = clean::programme(text, registers) {
        let code = registers.programme_codes().text(programme);
        assert!(text.starts_with(&**code));
    }
    let _ = (clean::count(text), clean::year(text));
});
