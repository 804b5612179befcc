//! Any bytes behind the first ones of a workbook: opened and walked to the end, or refused; never a panic.
#![no_main]

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use elevflode::config::{ExtractConfig, ExtractKind, Form};
use elevflode::extract::Opened;
use elevflode::model::Round;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let extract = ExtractConfig {
        kind: ExtractKind::October,
        path: String::new(),
        year: Some(2023),
        round: Round::Final,
        columns: BTreeMap::new(),
        filter: BTreeMap::new(),
        form: Form::default(),
    };
    let Ok(opened) = Opened::of("a.xlsx", bytes.to_vec()) else { return };
    let Ok(mut rows) = opened.rows("a.xlsx", &extract) else { return };
    let mut last = 0;
    let _ = rows.each(&mut |line, _| {
        assert!(last < line, "lines grow");
        last = line;
        ControlFlow::Continue(())
    });
});
