//! Text files: delimiter by the header line, UTF-8, UTF-16 by its mark, else Windows-1252; LF, CRLF or bare CR.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, WINDOWS_1252};

use super::{InputFormat, Record, Rows};
use crate::error::{Error, Exit, Result};
use crate::words::Lang;

/// The delimiters that a header line is tried with, in the order of preference.
const DELIMITERS: [u8; 4] = [b';', b',', b'\t', b'|'];

/// Delimited text.
pub struct Csv;

impl InputFormat for Csv {
    fn id(&self) -> &'static str {
        "csv"
    }

    fn title(&self, lang: Lang) -> String {
        lang.text("format-csv")
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["csv", "txt", "tsv"]
    }

    fn open<'a>(&self, source: &str, bytes: &'a [u8]) -> Result<Box<dyn Rows + 'a>> {
        Ok(Box::new(TextRows::open(source, bytes)?))
    }
}

/// The bytes as text: by byte order mark, else UTF-8 where they are UTF-8, else Windows-1252, which reads anything.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

/// The delimiter that parts the header line most often outside quotes; the first of the list where none does.
pub fn delimiter(header: &str) -> u8 {
    let count = |delimiter: u8| {
        let mut quoted = false;
        header
            .bytes()
            .filter(|b| {
                quoted ^= *b == b'"';
                !quoted && *b == delimiter
            })
            .count()
    };
    let most = DELIMITERS.iter().map(|d| count(*d)).max().unwrap_or(0);
    DELIMITERS.into_iter().find(|d| count(*d) == most).unwrap_or(b',')
}

struct TextRows<'a> {
    text: Cow<'a, str>,
    delimiter: u8,
    header: Vec<String>,
}

impl<'a> TextRows<'a> {
    fn open(source: &str, bytes: &'a [u8]) -> Result<Self> {
        let text = decode(bytes);
        let empty = || Error::new(Exit::Input, "error-file-empty").with("path", source);
        let first = text.lines().flat_map(|l| l.split('\r')).find(|l| !l.trim().is_empty()).ok_or_else(empty)?;
        let delimiter = delimiter(first);
        let mut rows = Self { text, delimiter, header: Vec::new() };
        let header = rows.reader().headers().map_err(|e| unreadable(source, &e))?.clone();
        rows.header = header.iter().map(|h| h.trim().to_owned()).collect();
        Ok(rows)
    }

    /// Whether a record runs over several lines, of which one below the first has the shape of a row: then it began
    /// with a quote that should not be there.
    fn swallows_rows(&self, span: &str) -> bool {
        // What follows a quote is behind the field that runs over the line ends.
        let parts = |line: &str| line.bytes().take_while(|b| *b != b'"').filter(|b| *b == self.delimiter).count();
        split_lines(span.trim_end()).skip(1).any(|line| parts(line) + 1 >= self.header.len().max(2))
    }

    fn reader(&self) -> csv::Reader<&[u8]> {
        ReaderBuilder::new().delimiter(self.delimiter).flexible(true).from_reader(self.text.as_bytes())
    }
}

/// The lines of a text, for every kind of line end; CRLF gives an empty line more.
fn split_lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r'])
}

fn unreadable(source: &str, error: &csv::Error) -> Error {
    let line = error.position().map_or(1, csv::Position::line);
    Error::new(Exit::Input, "error-text-unreadable").with("path", source).with("line", line)
}

impl Rows for TextRows<'_> {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn each(&mut self, visit: &mut dyn FnMut(u64, Record<'_>)) -> Result<()> {
        let width = self.header.len();
        let mut reader = self.reader();
        let mut record = StringRecord::new();
        let mut lines = Lines { text: self.text.as_bytes(), offset: 0, line: 1 };
        // The text is valid UTF-8 and lengths may differ, so nothing can be wrong with a record but its shape.
        while reader.read_record(&mut record).is_ok_and(|more| more) {
            if record.iter().all(|f| f.trim().is_empty()) {
                continue;
            }
            let line = lines.at(record.position().map_or(0, |p| p.byte() as usize));
            let span = self.text.get(lines.offset..reader.position().byte() as usize).unwrap_or_default();
            let extra_is_empty = record.iter().skip(width).all(|f| f.trim().is_empty());
            if record.len() >= width && extra_is_empty && !self.swallows_rows(span) {
                visit(line, Record::Fields(&record));
            } else {
                // A quote that nothing closes takes the rows below it with it: each of its lines is a row that is lost.
                let lost = split_lines(span).filter(|l| !l.trim().is_empty()).count().max(1);
                (line..).take(lost).for_each(|line| visit(line, Record::Malformed));
            }
        }
        Ok(())
    }
}

/// Line numbers of growing byte offsets, for every kind of line end.
struct Lines<'a> {
    text: &'a [u8],
    offset: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the record that starts at `start` or behind the line ends that stand there.
    fn at(&mut self, start: usize) -> u64 {
        let is_end = |b: &u8| matches!(b, b'\n' | b'\r');
        let start = start + self.text[start..].iter().take_while(|b| is_end(b)).count();
        while self.offset < start {
            let followed_by_lf = self.text.get(self.offset + 1) == Some(&b'\n');
            match self.text[self.offset] {
                b'\n' => self.line += 1,
                b'\r' if !followed_by_lf => self.line += 1,
                _ => {}
            }
            self.offset += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], wanted: &[&str]) {
        let mut rows = Csv.open("a.csv", bytes).unwrap();
        let mut seen = vec![rows.header().join("|")];
        rows.each(&mut |line, record| {
            seen.push(match record {
                Record::Fields(fields) => format!("{line}:{}", fields.iter().collect::<Vec<_>>().join("|")),
                Record::Malformed => format!("{line}:!"),
            });
        })
        .unwrap();
        assert_eq!(seen, wanted, "{}", String::from_utf8_lossy(bytes));
    }

    #[test]
    fn text_is_read_in_every_form() {
        for (bytes, wanted) in [
            ("a,b\n1,2\n".as_bytes(), &["a|b", "2:1|2"][..]),
            (b"a;b\r\n1;2\r\n\r\n3;4", &["a|b", "2:1|2", "4:3|4"]),
            (b"a\tb\r1\t2\r3\t4\r", &["a|b", "2:1|2", "3:3|4"]),
            (b"\xef\xbb\xbfa,b\n1,2\n", &["a|b", "2:1|2"]),
            (b"\xff\xfea\0,\0b\0\n\x001\0,\x002\0", &["a|b", "2:1|2"]),
            (b"k\xf6n;b\n\xe5;2\n", &["kön|b", "2:å|2"]),
            (b"a,b\n1\n1,2,\n1,2,3\n,\n", &["a|b", "2:!", "3:1|2|", "4:!"]),
            (b"a,b\n\"x\ny\",2\n3,4\n", &["a|b", "2:x\ny|2", "4:3|4"]),
            (b"a,b\n1,\"2\n3,4\n5,6\n", &["a|b", "2:!", "3:!", "4:!"]),
            (b"a,b\r\n\"1,2\r\n3,4\r\n5,\"6\r\n7,8\r\n", &["a|b", "2:!", "3:!", "4:!", "5:7|8"]),
            (b"\"a;b\",c\n1,2\n", &["a;b|c", "2:1|2"]),
            (b" a , b \n1,2\n", &["a|b", "2:1|2"]),
        ] {
            check(bytes, wanted);
        }
    }

    #[test]
    fn an_empty_file_is_an_error() {
        for bytes in [&b""[..], b"\n\n", b"\xef\xbb\xbf"] {
            assert_eq!(Csv.open("a.csv", bytes).err().unwrap().id(), "error-file-empty");
        }
    }
}
