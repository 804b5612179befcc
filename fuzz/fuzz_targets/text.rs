//! Any bytes as an extract of text: opened, surveyed and walked to the end, twice alike.
#![no_main]

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use elevflode::config::{ExtractConfig, ExtractKind, Form};
use elevflode::extract::{Columns, Opened, Record, Survey};
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
    let _ = Survey::of("a.csv", bytes.to_vec());
    let Ok(opened) = Opened::of("a.csv", bytes.to_vec()) else { return };
    let Ok(mut rows) = opened.rows("a.csv", &extract) else { return };
    let _ = Columns::find("a.csv", rows.header(), &extract);
    let walk = |rows: &mut dyn elevflode::extract::Rows| {
        let mut seen = Vec::new();
        let walked = rows.each(&mut |line, record| {
            let fields = if let Record::Fields(fields) = record { fields.len() } else { 0 };
            assert!(seen.last().is_none_or(|(last, _)| *last < line), "lines grow");
            seen.push((line, fields));
            ControlFlow::Continue(())
        });
        walked.map(|()| seen).ok()
    };
    assert_eq!(walk(&mut *rows), walk(&mut *rows));
});
