//! Pieces compared with the whole text, read at once.

use std::ops::ControlFlow;

use csv::{ByteRecord, ReaderBuilder};
use proptest::prelude::*;

use super::*;
use crate::extract::{Record, RowView};
use crate::io::checksum;
use crate::io::guarded;

/// The smallest block: many texts are longer, and some records are.
const SMALL: usize = 1024;

fn table(content: &Content, width: usize) -> TextTable<'_> {
    TextTable { content, start: 0, line: 1, delimiter: b',', encoding: UTF_8, is_guess: true, width, block: SMALL }
}

/// All records of a text and where each starts.
fn records(text: &[u8]) -> Vec<ByteRecord> {
    let mut reader = ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text);
    reader.byte_records().map(|record| record.unwrap()).collect()
}

/// A piece that a worker received: its line, its bytes, whether it is plain.
type Shown = (u64, Vec<u8>, bool);

/// The pieces of a text as `workers` workers find them, by line.
fn pieces(text: &str, workers: usize) -> (Vec<Shown>, Walked<Vec<Shown>>) {
    let content = Content::Memory(text.as_bytes().to_vec());
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    let mut walked = pool.install(|| {
        let visit = |seen: &mut Vec<_>, piece: &Piece<'_>| {
            seen.push((piece.line, piece.buffer[piece.start..piece.end].to_vec(), piece.is_plain));
            Ok(true)
        };
        table(&content, 3).walk(workers, Vec::new, visit).unwrap()
    });
    let mut all: Vec<_> = walked.workers.drain(..).flatten().collect();
    all.sort();
    (all, walked)
}

/// A line of a text: fields, some quoted with delimiters, quotes and line ends in them, some with stray quotes, some long.
fn line() -> impl Strategy<Value = String> {
    let field = prop_oneof![
        8 => "[a-zåö0-9 ]{0,12}",
        2 => "[a-z]{1,9}".prop_map(|text| format!("\"{text},\n{text}\r\n\"\"x\"")),
        1 => "[a-z]{1,5}\"[a-z]{0,5}",
        1 => "[a-z]{300,1500}",
    ];
    let end = prop_oneof![6 => Just("\n"), 2 => Just("\r\n"), 1 => Just("\r"), 1 => Just("\n\n")];
    (proptest::collection::vec(field, 1..5), end).prop_map(|(fields, end)| fields.join(",") + end)
}

proptest! {
    #[test]
    fn pieces_hold_whole_records_in_any_number_of_workers(
        lines in proptest::collection::vec(line(), 0..60),
        workers in 1_usize..9,
        is_cut in any::<bool>(),
    ) {
        let mut text = lines.concat();
        if is_cut {
            text.truncate(text.trim_end().len());
        }
        let (all, walked) = pieces(&text, workers);
        prop_assert!(!walked.is_misread);
        prop_assert_eq!(&walked.checksum, &checksum(text.as_bytes()));
        let joined: Vec<u8> = all.iter().flat_map(|(_, bytes, _)| bytes.iter().copied()).collect();
        prop_assert_eq!(joined.len(), text.len(), "no byte is lost");
        prop_assert_eq!(&joined, text.as_bytes());
        let mut at = 1;
        for (line, bytes, is_plain) in &all {
            prop_assert_eq!(*line, at);
            at += super::lines(bytes);
            prop_assert!(!is_plain || !bytes.contains(&b'"') && !has_bare_return(bytes));
        }
        let whole = records(text.as_bytes());
        let parts: Vec<ByteRecord> = all.iter().flat_map(|(_, bytes, _)| records(bytes)).collect();
        prop_assert_eq!(parts, whole);
    }

    #[test]
    fn rows_are_those_of_the_whole_text(
        rows in proptest::collection::vec(proptest::collection::vec("[a-zå0-9]{1,30}", 3), 0..200),
        is_crlf in any::<bool>(),
        workers in 1_usize..9,
    ) {
        let end = if is_crlf { "\r\n" } else { "\n" };
        let text: String = rows.iter().map(|row| row.join(",") + end).collect();
        let content = Content::Memory(text.into_bytes());
        let table = table(&content, 3);
        let seen = std::sync::Mutex::new(Vec::new());
        let walked = table.walk(workers, || (), |(), piece| {
            table.rows(piece, |line, row| {
                let fields = match row {
                    RowView::Plain(row) => (0..3).map(|field| row.text(field).into_owned()).collect(),
                    RowView::Record(Record::Fields(fields)) => fields.iter().map(str::to_owned).collect(),
                    RowView::Record(_) => Vec::new(),
                };
                seen.lock().unwrap().push((line, fields));
                ControlFlow::Continue(())
            });
            Ok(true)
        });
        prop_assert!(walked.is_ok());
        let mut seen = seen.into_inner().unwrap();
        seen.sort();
        prop_assert_eq!(seen, (1..).zip(rows).collect::<Vec<(u64, Vec<String>)>>());
    }
}

/// The result of a walk with `workers` workers, each in its own thread.
fn walked(
    table: &TextTable<'_>,
    workers: usize,
    visit: impl Fn(&Piece<'_>) -> Result<bool> + Sync,
) -> Result<Walked<()>> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    pool.install(|| table.walk(workers, || (), |(), piece| visit(piece)))
}

/// Lines that fill `number` of the smallest blocks.
fn blocks(number: usize) -> Vec<u8> {
    b"a,b,c\n\n".repeat(number * SMALL / 8)
}

#[test]
fn a_guess_that_a_later_block_proves_wrong_ends_the_walk() {
    let mut bytes = blocks(64);
    // After the first blocks, and long before the last.
    bytes[9 * SMALL] = 0xe5;
    let content = Content::Memory(bytes);
    let guessed = table(&content, 3);
    for workers in 1..=8 {
        for _ in 0..20 {
            assert!(walked(&guessed, workers, |_| Ok(true)).unwrap().is_misread);
        }
        let certain = TextTable { is_guess: false, ..table(&content, 3) };
        assert!(!walked(&certain, workers, |_| Ok(true)).unwrap().is_misread);
    }
}

#[test]
fn a_worker_that_leaves_early_ends_the_walk_for_all() {
    let content = Content::Memory(blocks(64));
    let table = table(&content, 3);
    let is_far = |piece: &Piece<'_>| piece.line > 2000;
    let fail = || Error::new(Exit::Input, "error-lines").with("limit", 1);
    for workers in 1..=8 {
        for _ in 0..20 {
            let seen = walked(&table, workers, |piece| Ok(!is_far(piece))).unwrap();
            assert!(!seen.is_misread && seen.checksum.len() <= 64);
            assert!(walked(&table, workers, |piece| if is_far(piece) { Err(fail()) } else { Ok(true) }).is_err());
        }
        let panicked = guarded(|| walked(&table, workers, |piece| if is_far(piece) { panic!() } else { Ok(true) }));
        assert!(panicked.is_none());
    }
}

#[test]
fn a_panic_in_a_turn_ends_the_walk_for_all() {
    let turns = Turns::new(64, 0_u64);
    let work = || {
        let mut worker = turns.worker();
        while let Some(block) = worker.take() {
            let turn = |sum: &mut u64| {
                assert!(block != 20);
                *sum += 1;
            };
            let Some(()) = worker.turn(block, turn) else { break };
        }
        worker.leave();
    };
    let failed = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4).map(|_| scope.spawn(|| guarded(work).is_none())).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).filter(|failed| *failed).count()
    });
    assert_eq!((failed, turns.into_handed()), (1, 20));
}
