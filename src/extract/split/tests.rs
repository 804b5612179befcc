//! Rows of pieces compared with a reader that has the whole text and reads it byte by byte.

use proptest::prelude::*;

use super::*;
use crate::io::Content;

fn table(content: &Content, block: usize) -> TextTable<'_> {
    TextTable { content, start: 0, line: 1, delimiter: b',', encoding: UTF_8, is_guess: true, width: 3, block }
}

fn text(shown: Record<'_>) -> String {
    match shown {
        Record::Fields(fields) => fields.iter().collect::<Vec<_>>().join("|"),
        Record::Note => "note".to_owned(),
        Record::Malformed => "!".to_owned(),
    }
}

/// The rows as `workers` workers read them in blocks of `block` bytes.
fn rows(bytes: &[u8], block: usize, workers: usize) -> Vec<(u64, String)> {
    let content = Content::Memory(bytes.to_vec());
    let table = table(&content, block);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    let visit = |seen: &mut Vec<_>, piece: &Piece<'_>| {
        table.rows(piece, |line, row| {
            seen.push(match row {
                RowView::Plain(row) => (line, text(Record::Fields(&row.record()))),
                RowView::Record(record) => (line, text(record)),
            });
            ControlFlow::Continue(())
        });
        Ok(true)
    };
    let walked = pool.install(|| table.walk(workers, Vec::new, visit)).unwrap();
    let mut rows: Vec<_> = walked.workers.into_iter().flatten().collect();
    rows.sort();
    rows
}

/// A record that starts at `start`: its fields (`None` if it has a mistake), and where it ends, without its line end.
fn record(bytes: &[u8], start: usize) -> (Option<StringRecord>, usize) {
    let at = |place: usize| bytes.get(place).copied();
    let is_end = |place: usize| matches!(at(place), None | Some(b'\n' | b'\r'));
    let (mut fields, mut place) = (StringRecord::new(), start);
    loop {
        let mut field = Vec::new();
        if at(place) == Some(b'"') {
            let mut close = place + 1;
            while let Some(letter) = at(close) {
                match (letter, at(close + 1)) {
                    (b'"', Some(b'"')) => close += 1,
                    (b'"', _) => break,
                    _ => {}
                }
                field.push(letter);
                close += 1;
            }
            let mut behind = close + 1;
            if field.iter().any(|letter| matches!(letter, b'\n' | b'\r')) {
                while matches!(at(behind), Some(b' ' | b'\t')) {
                    behind += 1;
                }
                let is_closed = is_end(behind) || at(behind) == Some(b',');
                behind = if is_closed { close + 1 } else { bytes.len() + 1 };
            }
            if close >= bytes.len() || behind > bytes.len() {
                return (None, (place..).find(|place| is_end(*place)).unwrap());
            }
            place = behind;
        }
        while !is_end(place) && at(place) != Some(b',') {
            field.push(bytes[place]);
            place += 1;
        }
        fields.push_field(&String::from_utf8_lossy(&field));
        if is_end(place) {
            return (Some(fields), place);
        }
        place += 1;
    }
}

/// The rows of a text that is read from first to last byte.
fn naive(bytes: &[u8]) -> Vec<(u64, String)> {
    let content = Content::Memory(Vec::new());
    let table = table(&content, 1024);
    let (mut out, mut start) = (Vec::new(), 0);
    while start < bytes.len() {
        if matches!(bytes[start], b'\n' | b'\r') {
            start += 1;
            continue;
        }
        let line = 1 + lines(&bytes[..start]);
        let (fields, end) = record(bytes, start);
        let span = &bytes[start..end];
        let broken = Record::Malformed;
        let shown = match fields.as_ref().map(|fields| (fields, table.shape(fields))) {
            Some((_, None)) => None,
            Some((fields, Some(RecordShape::Fields))) => Some(Record::Fields(fields)),
            Some((_, Some(RecordShape::Note))) => Some(Record::Note),
            Some((_, Some(RecordShape::Malformed))) | None => Some(broken),
        };
        let shown = shown.map(|shown| if table.swallows_rows(span) { broken } else { shown });
        match shown {
            Some(Record::Malformed) => {
                let rows = split_lines(span).filter(|line| !line.trim_ascii().is_empty()).count().max(1);
                out.extend((line..).take(rows).map(|line| (line, text(broken))));
            }
            Some(shown) => out.push((line, text(shown))),
            None => {}
        }
        start = end;
    }
    out.sort();
    out
}

/// Texts of everything that interacts with quotes; many are longer than a block.
fn strewn() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        6 => Just(",".to_owned()),
        3 => Just("\"".to_owned()),
        1 => Just("\"\"".to_owned()),
        3 => Just("\n".to_owned()),
        1 => Just("\r\n".to_owned()),
        1 => Just("\r".to_owned()),
        1 => Just(" ".to_owned()),
        1 => Just("\u{feff}".to_owned()),
        4 => "[a-zå0-9]{1,9}",
        2 => Just("ab,\"c d\",e\n".to_owned()),
        1 => Just("ab,\"c\nd\" ,e\n".to_owned()),
        1 => "[a-z]{100,900}",
    ];
    proptest::collection::vec(part, 0..400).prop_map(|parts| parts.concat())
}

/// Rows as extracts have them, with a quote here and there.
fn rows_with_quotes() -> impl Strategy<Value = String> {
    let field = prop_oneof![
        20 => "[a-zå0-9]{1,12}",
        2 => "[a-z]{1,5}".prop_map(|text| format!("\"{text}, {text}\"")),
        1 => "[a-z]{1,5}".prop_map(|text| format!("\"{text}\n{text}\"")),
        1 => "[a-z]{1,5}".prop_map(|text| format!("\"{text}")),
        1 => "[a-z]{1,5}".prop_map(|text| format!("{text} \"{text}\"")),
        1 => "[a-z]{1,5}".prop_map(|text| format!("\"{text}\" {text}")),
    ];
    let row = proptest::collection::vec(field, 3).prop_map(|fields| fields.join(",") + "\n");
    proptest::collection::vec(row, 0..200).prop_map(|rows| rows.concat())
}

proptest! {
    #[test]
    fn rows_are_those_of_the_whole_text_whatever_the_blocks(
        text in prop_oneof![strewn(), rows_with_quotes()],
        workers in 1_usize..9,
    ) {
        let wanted = naive(text.as_bytes());
        for (block, workers) in [(1024, workers), (4096, 1), (1 << 20, 1)] {
            prop_assert_eq!(&rows(text.as_bytes(), block, workers), &wanted);
        }
    }
}

/// Each of these would take hours if a mistake caused everything below it to be read again.
#[test]
fn a_million_stray_quotes_are_read_in_one_go() {
    let many = |part: &str, times: usize| part.repeat(times);
    for (text, broken, whole) in [
        (many("a,\"b,c\n", 1_000_000), 1_000_000, 0),
        (many("a,\"b,c\nd,e \"f\",g\n", 300_000), 300_000, 300_000),
        (["a,\"b,c\n", &many("d,\"\",e\n", 300_000)].concat(), 1, 300_000),
        (many(&["\"a,b,c\n", &many("d,e,f\n", 2000)].concat(), 100), 100, 200_000),
        ([&*many("\"a\nb\",", 300_000), "\"c\nd,\"e\",f\n"].concat(), 300_001, 1),
        (many("\"\"\",", 300_000), 1, 0),
    ] {
        for block in [1024, 1 << 20] {
            let rows = rows(text.as_bytes(), block, 2);
            let found = rows.iter().filter(|(_, text)| text == "!").count();
            assert_eq!((found, rows.len() - found), (broken, whole), "{}", &text[..20]);
        }
    }
}
