//! Any text as a config: read, or refused with its location, in both languages.
#![no_main]

use elevflode::config::RunConfig;
use elevflode::words::Lang;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(error) = RunConfig::parse("elevflode.toml", text) {
        for lang in Lang::ALL {
            assert!(error.text(lang).contains("elevflode.toml"));
        }
    }
});
