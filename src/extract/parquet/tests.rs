//! Tests of the Parquet format: what is read from files of two writers, and what is refused.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::Encoding;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::file::properties::{WriterProperties, WriterVersion};
use proptest::prelude::*;

use super::pages::Checked;
use super::*;
use crate::config::Form;
use crate::extract::Headers;
use crate::io::columnar::{self, Division, Values};
use crate::model::Text;

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

fn written(columns: &[(String, Values)]) -> Vec<u8> {
    columnar::parquet(columns, Division::default())
}

/// A text for [`Values::Text`].
fn kept(text: &str) -> &'static str {
    Text::new(text).as_str()
}

/// A file written by polars (`tests/cases/make.py`).
const POLARS: &[u8] = include_bytes!("../../../tests/cases/polars.parquet");

#[test]
fn columns_of_every_type_become_texts() {
    assert_eq!(
        shown(POLARS).unwrap(),
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

/// Pages of the format's second version, with a dictionary and plain, with and without missing values.
#[test]
fn pages_of_the_second_version_are_read() {
    let rows = shown(include_bytes!("../../../tests/cases/pages.parquet")).unwrap();
    assert_eq!((rows.len(), rows[0].as_str()), (701, "Skolenhetskod|Hemkommun|Löpnummer"));
    for (i, row) in rows[1..].iter().enumerate() {
        let unit = if i % 11 == 5 { String::new() } else { format!("{:08}", i * 37 % 91) };
        let home = if i < 300 { "0180".to_owned() } else { format!("{:04}", (i - 300) * 13 % 290) };
        let id = if (200..290).contains(&i) { String::new() } else { format!("elev {i:05} å") };
        assert_eq!(*row, format!("{}:{unit}|{home}|{id}", i + 1));
    }
}

/// A file with one column of optional texts in this encoding, in pages of a hundred values.
fn encoded(texts: &[Option<String>], encoding: Encoding, version: WriterVersion) -> Vec<u8> {
    let column: ArrayRef = Arc::new(texts.iter().map(Option::as_deref).collect::<StringArray>());
    let batch = RecordBatch::try_from_iter_with_nullable([("a", column, true)]).unwrap();
    let properties = WriterProperties::builder()
        .set_writer_version(version)
        .set_dictionary_enabled(false)
        .set_encoding(encoding)
        .set_data_page_row_count_limit(100)
        .set_write_batch_size(100);
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties.build())).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

/// Texts that begin alike, some missing, some long.
fn alike() -> Vec<Option<String>> {
    (0..3000_usize).map(|i| (i % 7 != 3).then(|| format!("elev {:05}{}", i * i % 4001, "å".repeat(i % 9)))).collect()
}

const DELTAS: [(Encoding, WriterVersion); 4] = [
    (Encoding::DELTA_LENGTH_BYTE_ARRAY, WriterVersion::PARQUET_1_0),
    (Encoding::DELTA_LENGTH_BYTE_ARRAY, WriterVersion::PARQUET_2_0),
    (Encoding::DELTA_BYTE_ARRAY, WriterVersion::PARQUET_1_0),
    (Encoding::DELTA_BYTE_ARRAY, WriterVersion::PARQUET_2_0),
];

#[test]
fn texts_as_differences_are_read() {
    for (encoding, version) in DELTAS {
        let rows = shown(&encoded(&alike(), encoding, version)).unwrap();
        let wanted =
            alike().into_iter().enumerate().map(|(i, text)| format!("{}:{}", i + 1, text.unwrap_or_default()));
        assert_eq!(rows[1..], wanted.collect::<Vec<_>>(), "{encoding} {version:?}");
    }
}

/// Pages as a file gives them.
struct Given(std::vec::IntoIter<Page>);

impl Iterator for Given {
    type Item = parquet::errors::Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(Ok)
    }
}

impl PageReader for Given {
    fn get_next_page(&mut self) -> parquet::errors::Result<Option<Page>> {
        self.next().transpose()
    }

    fn peek_next_page(&mut self) -> parquet::errors::Result<Option<PageMetadata>> {
        Ok(None)
    }

    fn skip_next_page(&mut self) -> parquet::errors::Result<()> {
        Ok(())
    }
}

/// The library would allocate memory for what pages claim.
#[test]
fn pages_that_claim_more_than_can_be_are_refused() {
    let page = |encoding, values: u32, bytes: Vec<u8>| Page::DataPageV2 {
        buf: bytes.into(),
        num_values: values,
        encoding,
        num_nulls: 0,
        num_rows: values,
        def_levels_byte_len: 0,
        rep_levels_byte_len: 0,
        is_compressed: false,
        statistics: None,
    };
    let dictionary = |values, bytes: usize| Page::DictionaryPage {
        buf: vec![0; bytes].into(),
        num_values: values,
        encoding: Encoding::PLAIN,
        is_sorted: false,
    };
    // Blocks of 128 numbers in 4 parts; the count of numbers; the first number, 0; a block whose parts take no bytes.
    let deltas = |numbers: u64| {
        let mut bytes = vec![128, 1, 4];
        let mut rest = numbers;
        while rest >= 128 {
            bytes.push((rest % 128) as u8 | 128);
            rest /= 128;
        }
        bytes.extend([rest as u8, 0, 0, 0, 0, 0, 0]);
        bytes
    };
    let (length, both) = (Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::DELTA_BYTE_ARRAY);
    for (pages, is_read) in [
        (vec![dictionary(10, 40), page(Encoding::PLAIN, 1000, vec![])], true),
        (vec![dictionary(41, 40)], false),
        (vec![dictionary(u32::MAX / 2, 40)], false),
        (vec![page(Encoding::PLAIN, 1001, vec![])], false),
        (vec![page(length, 100, deltas(100))], true),
        (vec![page(length, 100, deltas(101))], false),
        (vec![page(length, 100, deltas(1 << 40))], false),
        (vec![page(length, 100, vec![])], false),
        (vec![page(both, 100, [deltas(100), deltas(100)].concat())], true),
        (vec![page(both, 100, [deltas(100), deltas(1 << 40)].concat())], false),
        (vec![page(both, 2, [deltas(2), deltas(2), vec![0; 3 << 20]].concat())], false),
        (vec![page(Encoding::PLAIN, 1000, vec![0; 70 << 20]); 4], true),
        (vec![page(Encoding::PLAIN, 100, vec![0; 70 << 20]); 4], false),
    ] {
        let said: Vec<_> = pages.iter().map(|page| (page.num_values(), page.buffer().len())).collect();
        let read = Checked::new(Given(pages.into_iter()), 1000, false).all(|page| page.is_ok());
        assert_eq!(read, is_read, "{said:?}");
    }
}

/// A text of a column: repeated short codes, ids, non-ASCII letters, long texts, missing ones.
fn text() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        6 => "[0-9]{4}".prop_map(Some),
        2 => "[0-9]".prop_map(Some),
        2 => "[0-9a-f]{16}".prop_map(Some),
        1 => "[a-zåäö ]{0,24}".prop_map(Some),
        1 => Just(None),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Workers read what was written, sorted by line, for any row groups, pages, encodings and levels.
    #[test]
    fn rows_are_those_written(
        rows in proptest::collection::vec((text(), text(), proptest::option::of(any::<i64>())), 1..3000),
        group in 1_usize..4000,
        page in prop_oneof![Just(None), (16_usize..4000).prop_map(Some)],
        is_same in any::<bool>(),
        workers in 1_usize..4,
    ) {
        let unit = |i: usize| if is_same { rows[0].0.clone() } else { rows[i].0.clone() };
        let units: Vec<Option<String>> = (0..rows.len()).map(unit).collect();
        let homes: Vec<Option<String>> = rows.iter().map(|row| row.1.clone()).collect();
        let counts: Vec<Option<i64>> = rows.iter().map(|row| row.2).collect();
        let columns = [
            ("a".to_owned(), Values::Text(units.iter().map(|text| text.as_deref().map(kept)).collect())),
            ("b".to_owned(), Values::Text(homes.iter().map(|text| text.as_deref().map(kept)).collect())),
            ("c".to_owned(), Values::Signed(counts.clone())),
        ];
        let bytes = columnar::parquet(&columns, Division { rows: group, page });
        let content = Content::Memory(bytes);
        let table = ColumnTable::open("a.parquet", &content).unwrap();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
        let walked = pool.install(|| {
            table.walk(workers, &|column| column != 1, Vec::new, |seen: &mut Vec<_>, batch| {
                seen.extend(batch.rows().map(|(line, row)| {
                    (line, [0, 1, 2].map(|field| row.text(field).into_owned()), [0, 1].map(|field| row.key(field)))
                }));
                Ok(true)
            })
        });
        let mut seen: Vec<_> = walked.unwrap().concat();
        seen.sort();
        prop_assert_eq!(seen.len(), rows.len());
        for (i, (line, [unit, home, count], keys)) in seen.into_iter().enumerate() {
            prop_assert_eq!(line, i as u64 + 1);
            prop_assert_eq!(&unit, units[i].as_deref().unwrap_or_default());
            prop_assert_eq!(home, "");
            prop_assert_eq!(count, counts[i].map(|n| n.to_string()).unwrap_or_default());
            prop_assert_eq!(keys, [crate::extract::key(&unit), crate::extract::key("")]);
        }
        let mut homes_seen = Vec::new();
        table.each(|batch| {
            homes_seen.extend(batch.rows().map(|(_, row)| row.text(1).into_owned()));
            Ok(true)
        }).unwrap();
        prop_assert_eq!(homes_seen, homes.into_iter().map(Option::unwrap_or_default).collect::<Vec<_>>());
    }
}

#[test]
fn what_cannot_be_read_is_reported() {
    let truths = Values::Flag(vec![Some(true); 110_000]);
    let columns: Vec<_> = (0..2000).map(|i| (format!("c{i}"), truths.clone())).collect();
    let texts =
        |text: &str, rows| written(&[("a".to_owned(), Values::Text(vec![Some(Text::new(text).as_str()); rows]))]);
    let nested = shown(include_bytes!("../../../tests/cases/nested.parquet")).unwrap_err();
    assert_eq!(nested.id(), "error-parquet-nested");
    assert!(nested.text(Lang::En).contains("column Program"));
    let text = "x".repeat(1 << 20);
    for (bytes, wanted) in [
        (written(&columns), "error-parquet-values"),
        (texts(&"x".repeat(70 << 20), 1), "error-parquet-unpacked"),
        (texts(&text, 5000), "error-parquet-unpacked"),
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

/// Reads bytes that may be broken. Whatever the result, no message shows a value.
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
    for bytes in [
        POLARS,
        &include_bytes!("../../../tests/cases/pandas.parquet")[..],
        &include_bytes!("../../../tests/cases/pages.parquet")[..],
        &encoded(&alike()[..300], DELTAS[1].0, DELTAS[1].1),
        &encoded(&alike()[..300], DELTAS[2].0, DELTAS[2].1),
    ] {
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
