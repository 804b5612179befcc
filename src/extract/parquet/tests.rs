//! Tests of the Parquet format: what is read from files of two writers, and what is refused.

use polars::prelude::*;

use super::*;
use crate::config::Form;
use crate::extract::Headers;

fn shown(bytes: &[u8]) -> crate::error::Result<Vec<String>> {
    let headers = Headers::default();
    let content = Content::Memory(bytes.to_vec());
    let mut rows = Parquet.open(
        "a.parquet",
        &content,
        Hints { form: &Form::default(), headers: &headers, is_misread: false },
    )?;
    let mut seen = vec![rows.header().join("|")];
    rows.each(&mut |line, record| {
        seen.push(match record {
            Record::Fields(fields) => format!("{line}:{}", fields.iter().collect::<Vec<_>>().join("|")),
            other => format!("{line}:{other:?}"),
        });
        ControlFlow::Continue(())
    })?;
    Ok(seen)
}

fn written(columns: Vec<Column>) -> Vec<u8> {
    let mut frame = DataFrame::new_infer_height(columns).unwrap();
    let mut out = Vec::new();
    ParquetWriter::new(&mut out).finish(&mut frame).unwrap();
    out
}

fn table() -> Vec<u8> {
    written(vec![
        Column::new("Hemkommun".into(), [180_i32, 1480, 1480]),
        Column::new("Skolenhetskod".into(), [Some("00100238"), None, Some("00100238")]),
        Column::new("Antal".into(), [1.0_f64, 2.5, f64::NAN]),
        Column::new("Skyddad".into(), [Some(true), None, Some(false)]),
        Column::new("Nummer".into(), [200_701_011_234_i64, -1, 0]),
        Column::new("Vikt".into(), [0.1_f32, 3.0, 2.5]),
    ])
}

#[test]
fn columns_of_every_type_become_texts() {
    assert_eq!(
        shown(&table()).unwrap(),
        [
            "Hemkommun|Skolenhetskod|Antal|Skyddad|Nummer|Vikt",
            "1:180|00100238|1|true|200701011234|0.1",
            "2:1480||2.5||-1|3",
            "3:1480|00100238|NaN|false|0|2.5",
        ]
    );
    assert_eq!(
        shown(include_bytes!("../../../tests/cases/pandas.parquet")).unwrap(),
        [
            "Löpnummer|Hemkommun|Skolenhetskod|Årskurs|Vikt|Skyddad|Dag|Tid|Belopp|Stort",
            "1:e0001|180|00100238|1|1|true|2023-10-15|2023-10-15|180|18446744073709551615",
            "2:e0002|1480|00100238|2|2.5|false||2023-10-15T08:30:00|2.50|0",
            "3:e0003|||3|||1999-12-31|||1",
        ]
    );
}

#[test]
fn what_cannot_be_read_is_told() {
    let truths = Column::new("c".into(), vec![true; 110_000]);
    let columns = (0..2000).map(|i| truths.clone().with_name(format!("c{i}").into())).collect();
    let nested = shown(include_bytes!("../../../tests/cases/nested.parquet")).unwrap_err();
    assert_eq!(nested.id(), "error-parquet-nested");
    assert!(nested.text(Lang::En).contains("column Program"));
    let text = "x".repeat(1 << 20);
    for (bytes, wanted) in [
        (written(columns), "error-parquet-values"),
        (written(vec![Column::new("a".into(), vec!["x".repeat(70 << 20)])]), "error-parquet-unpacked"),
        (written(vec![Column::new("a".into(), vec![text.as_str(); 5000])]), "error-parquet-unpacked"),
        (b"PAR1".to_vec(), "error-parquet-damaged"),
        (b"PAR1PAR1\xff\xff\xff\x7fPAR1".to_vec(), "error-parquet-damaged"),
    ] {
        assert!(Parquet.recognises(&bytes));
        let headers = Headers::default();
        let content = Content::Memory(bytes.clone());
        let opened = Parquet.open(
            "a.parquet",
            &content,
            Hints { form: &Form::default(), headers: &headers, is_misread: false },
        );
        let read = opened.and_then(|mut rows| rows.each(&mut |_, _| ControlFlow::Continue(())));
        assert_eq!(read.unwrap_err().id(), wanted);
    }
}

/// Reads bytes that may be broken. Whatever comes of it, a message shows no value.
fn survived(bytes: &[u8]) {
    if let Err(error) = shown(bytes) {
        let text = error.text(Lang::En);
        assert!(!["e000", "180", "00100238", "200701"].iter().any(|value| text.contains(value)), "{text}");
    }
}

#[test]
fn damaged_bytes_never_panic() {
    let mut seed = 3_u64;
    let mut chance = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize
    };
    let polars = table();
    for bytes in [&polars, &include_bytes!("../../../tests/cases/pandas.parquet")[..]] {
        for end in (0..bytes.len()).step_by(97) {
            survived(&bytes[..end]);
        }
        for _ in 0..1000 {
            let mut flipped = bytes.to_vec();
            for _ in 0..=chance() % 4 {
                let at = chance() % flipped.len();
                flipped[at] ^= 1 << (chance() % 8);
            }
            survived(&flipped);
        }
        let noise = (0..2000).map(|_| chance().to_le_bytes()[0]);
        survived(&MAGIC.iter().copied().chain(noise).chain(MAGIC.iter().copied()).collect::<Vec<u8>>());
    }
}
