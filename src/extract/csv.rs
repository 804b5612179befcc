//! Text files: encoding, delimiter and header line told or guessed; LF, CRLF or bare CR; exact line numbers.

use std::borrow::Cow;
use std::ops::ControlFlow;

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{Aspect, Guess, Hints, InputFormat, Record, Rows, header, is_note};
use crate::error::{Error, Exit, Result};
use crate::words::Lang;

/// The delimiters that header lines are tried with, in the order of preference.
const DELIMITERS: [u8; 4] = [b';', b',', b'\t', b'|'];

/// How many bytes from the top tell what a file is.
const SNIFFED: usize = 64 << 10;

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
        &["csv", "txt", "tsv", "csv.gz", "csv.zst"]
    }

    fn recognises(&self, bytes: &[u8]) -> bool {
        let top = &bytes[..bytes.len().min(SNIFFED)];
        Encoding::for_bom(bytes).is_some() || wide(bytes).is_some() || !top.contains(&0)
    }

    fn open<'a>(&self, source: &str, bytes: &'a [u8], hints: Hints<'_>) -> Result<Box<dyn Rows + 'a>> {
        Ok(Box::new(TextRows::open(source, bytes, hints)?))
    }
}

/// The bytes as text: by byte order mark, else UTF-8 where they are UTF-8, else Windows-1252, which reads anything.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    decode_as(bytes, None).0
}

/// The text and its encoding: the one told, else that of the byte order mark, else UTF-16 where every other byte at the
/// top is zero, else UTF-8 where the bytes are, else Windows-1252.
fn decode_as<'a>(bytes: &'a [u8], told: Option<&str>) -> (Cow<'a, str>, &'static Encoding) {
    if let Some(encoding) = told.and_then(|label| Encoding::for_label(label.as_bytes())) {
        return (encoding.decode_with_bom_removal(bytes).0, encoding);
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return (encoding.decode_without_bom_handling(&bytes[mark..]).0, encoding);
    }
    match (wide(bytes), std::str::from_utf8(bytes)) {
        (Some(encoding), _) => (encoding.decode_without_bom_handling(bytes).0, encoding),
        (None, Ok(text)) => (Cow::Borrowed(text), UTF_8),
        (None, Err(_)) => (WINDOWS_1252.decode_without_bom_handling(bytes).0, WINDOWS_1252),
    }
}

/// UTF-16 without a mark: western text has a zero in every second byte.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let top = &bytes[..bytes.len().min(1 << 10) & !1];
    let zeros = |from: usize| top.iter().skip(from).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), top.len() / 2);
    match pairs {
        0 | 1 => None,
        _ if odd * 10 >= pairs * 8 && even == 0 => Some(UTF_16LE),
        _ if even * 10 >= pairs * 8 && odd == 0 => Some(UTF_16BE),
        _ => None,
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

/// Where the table begins.
struct Top {
    offset: usize,
    line: u64,
    delimiter: u8,
    header: StringRecord,
}

/// Finds the header among the first lines: the line told, else the one with the most known headers.
fn top(text: &str, hints: Hints<'_>) -> Option<Top> {
    let told = hints.form.header;
    let delimiters = hints.form.delimiter.map_or(DELIMITERS.to_vec(), |d| vec![d]);
    let depth = told.map_or(header::DEPTH, |line| usize::try_from(line).unwrap_or(usize::MAX));
    let is_wanted = |line: &u64| told.is_none_or(|told| told == *line);
    let lines = starts(text).take(depth).enumerate().map(|(i, offset)| (i as u64 + 1, offset));
    let rows: Vec<(usize, usize, Top)> = lines
        .filter(|(line, _)| is_wanted(line))
        .filter_map(|(line, offset)| {
            let line_text = split_lines(&text[offset..]).next().unwrap_or_default().as_bytes();
            // A delimiter that the line lacks parts nothing, unless a quoted header runs over the line's end.
            let is_quoted = line_text.contains(&b'"');
            let parts = |delimiter: &&u8| is_quoted || line_text.contains(*delimiter) || **delimiter == delimiters[0];
            let tried = delimiters.iter().filter(parts).filter_map(|delimiter| {
                let header = first_record(&text[offset..], *delimiter)?;
                let known = hints.headers.known_in(&header);
                let texts = header.iter().filter(|t| !t.trim().is_empty()).count();
                Some((known, texts, Top { offset, line, delimiter: *delimiter, header }))
            });
            // Of several that part the line as well, the first of the list: `max_by_key` would take the last.
            tried.reduce(|best, next| if (next.0, next.1) > (best.0, best.1) { next } else { best })
        })
        .collect();
    let best = header::best(rows.iter().map(|(known, texts, _)| (*known, *texts)))?;
    rows.into_iter().nth(best).map(|(.., top)| top)
}

/// The offsets at which lines start, for every kind of line end.
fn starts(text: &str) -> impl Iterator<Item = usize> + '_ {
    let bytes = text.as_bytes();
    let after = bytes.iter().enumerate().filter(move |(i, b)| match b {
        b'\n' => true,
        b'\r' => bytes.get(i + 1) != Some(&b'\n'),
        _ => false,
    });
    std::iter::once(0).chain(after.map(|(i, _)| i + 1)).filter(move |start| *start < bytes.len())
}

/// The record at the start of the text, if the line is not blank.
fn first_record(text: &str, delimiter: u8) -> Option<StringRecord> {
    if text.starts_with(['\n', '\r']) {
        return None;
    }
    let mut end = text.len().min(SNIFFED);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut record = StringRecord::new();
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(&text.as_bytes()[..end]);
    reader.read_record(&mut record).ok()?.then_some(record)
}

struct TextRows<'a> {
    text: Cow<'a, str>,
    /// Where the header starts.
    offset: usize,
    /// The header's line.
    line: u64,
    delimiter: u8,
    header: Vec<String>,
    guesses: Vec<Guess>,
}

impl<'a> TextRows<'a> {
    fn open(source: &str, bytes: &'a [u8], hints: Hints<'_>) -> Result<Self> {
        let (text, encoding) = decode_as(bytes, hints.form.encoding.as_deref());
        if text.trim_start().starts_with('<') {
            return Err(Error::new(Exit::Input, "error-text-markup").with("path", source));
        }
        let Some(top) = top(&text, hints) else {
            return Err(match hints.form.header.filter(|_| !text.trim().is_empty()) {
                Some(line) => Error::new(Exit::Usage, "error-header-line").with("path", source).with("line", line),
                None => Error::new(Exit::Input, "error-file-empty").with("path", source),
            });
        };
        let mark = match Encoding::for_bom(bytes) {
            Some(_) => " BOM",
            None => "",
        };
        let delimiter = match top.delimiter {
            b'\t' => "tab".to_owned(),
            other => char::from(other).to_string(),
        };
        let guesses = vec![
            Guess::new(Aspect::Format, "csv", None::<&()>),
            Guess::new(Aspect::Encoding, format!("{}{mark}", encoding.name()), hints.form.encoding.as_ref()),
            Guess::new(Aspect::Delimiter, delimiter, hints.form.delimiter.as_ref()),
            Guess::new(Aspect::Header, top.line.to_string(), hints.form.header.as_ref()),
        ];
        let header = header::texts(&top.header);
        Ok(Self { text, offset: top.offset, line: top.line, delimiter: top.delimiter, header, guesses })
    }

    /// Whether a record runs over several lines, of which one below the first has the shape of a row: then it began
    /// with a quote that should not be there.
    fn swallows_rows(&self, span: &str) -> bool {
        // What follows a quote is behind the field that runs over the line ends.
        let parts = |line: &str| line.bytes().take_while(|b| *b != b'"').filter(|b| *b == self.delimiter).count();
        split_lines(span.trim_end()).skip(1).any(|line| parts(line) + 1 >= self.header.len().max(2))
    }
}

/// The lines of a text, for every kind of line end; CRLF gives an empty line more.
fn split_lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r'])
}

impl Rows for TextRows<'_> {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn guesses(&self) -> &[Guess] {
        &self.guesses
    }

    fn each(&mut self, visit: &mut dyn FnMut(u64, Record<'_>) -> ControlFlow<()>) -> Result<()> {
        let width = self.header.len();
        let table = &self.text[self.offset..];
        let mut reader = ReaderBuilder::new().delimiter(self.delimiter).flexible(true).from_reader(table.as_bytes());
        let mut record = StringRecord::new();
        let mut lines = Lines { text: table.as_bytes(), offset: 0, line: self.line };
        // The text is valid UTF-8 and lengths may differ, so nothing can be wrong with a record but its shape.
        while reader.read_record(&mut record).is_ok_and(|more| more) {
            if record.iter().all(|f| f.trim().is_empty()) {
                continue;
            }
            let line = lines.at(record.position().map_or(0, |p| p.byte() as usize));
            let span = table.get(lines.offset..reader.position().byte() as usize).unwrap_or_default();
            let extra_is_empty = record.iter().skip(width).all(|f| f.trim().is_empty());
            let shown = if !extra_is_empty || self.swallows_rows(span) {
                Record::Malformed
            } else if is_note(&record, width) {
                Record::Note
            } else if record.len() >= width {
                Record::Fields(&record)
            } else {
                Record::Malformed
            };
            // A quote that nothing closes takes the rows below it with it: each of its lines is a row that is lost.
            let rows = match shown {
                Record::Malformed => split_lines(span).filter(|l| !l.trim().is_empty()).count().max(1),
                _ => 1,
            };
            let flow = (line..).take(rows).try_for_each(|line| visit(line, shown));
            if flow.is_break() {
                break;
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
    use crate::config::Form;
    use crate::extract::Headers;

    fn check(form: &Form, bytes: &[u8], wanted: &[&str]) {
        let headers = Headers::default();
        let mut rows = Csv.open("a.csv", bytes, Hints { form, headers: &headers }).unwrap();
        let mut seen = vec![rows.header().join("|")];
        rows.each(&mut |line, record| {
            seen.push(match record {
                Record::Fields(fields) => format!("{line}:{}", fields.iter().collect::<Vec<_>>().join("|")),
                Record::Note => format!("{line}:note"),
                Record::Malformed => format!("{line}:!"),
            });
            ControlFlow::Continue(())
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
            (b"a|b\n1|2\n", &["a|b", "2:1|2"]),
            (b"\xef\xbb\xbfa,b\n1,2\n", &["a|b", "2:1|2"]),
            (b"\xff\xfea\0,\0b\0\n\x001\0,\x002\0", &["a|b", "2:1|2"]),
            (b"a\0,\0b\0\n\x001\0,\x002\0", &["a|b", "2:1|2"]),
            (b"\0a\0,\0b\0\n\x001\0,\x002", &["a|b", "2:1|2"]),
            (b"k\xf6n;b\n\xe5;2\n", &["kön|b", "2:å|2"]),
            (b"a,b\n1\n1,2,\n1,2,3\n,\n", &["a|b", "2:!", "3:1|2|", "4:!"]),
            (b"a,b,,\n1,2,,\n1,2\n1,2,,x\n", &["a|b", "2:1|2||", "3:1|2", "4:!"]),
            (b"a,b\n\"x\ny\",2\n3,4\n", &["a|b", "2:x\ny|2", "4:3|4"]),
            (b"a,b\n1,\"2\n3,4\n5,6\n", &["a|b", "2:!", "3:!", "4:!"]),
            (b"a,b\r\n\"1,2\r\n3,4\r\n5,\"6\r\n7,8\r\n", &["a|b", "2:!", "3:!", "4:!", "5:7|8"]),
            (b"\"a;b\",c\n1,2\n", &["a;b|c", "2:1|2"]),
            (b" a , b \n1,2\n", &["a|b", "2:1|2"]),
        ] {
            check(&Form::default(), bytes, wanted);
        }
    }

    #[test]
    fn the_header_is_found_below_a_preamble() {
        for (bytes, wanted) in [
            (
                &b"Elever, alla program\n\nValt l\xe4s\xe5r: 2023/24;;\nHemkommun;Skolenhetskod;Antal\n1480;1;2\n"[..],
                &["Hemkommun|Skolenhetskod|Antal", "5:1480|1|2"][..],
            ),
            (b"a \"b\r\rhome\tunit\r1\t2\r", &["home|unit", "4:1|2"]),
            (b"title\n\nx,y\n1,2\n", &["x|y", "4:1|2"]),
            (
                b"home,unit,n\n1,2,3\nTotal,,9\nK\xe4lla: registret,,\nK\xe4lla: det\nabcdef\n",
                &["home|unit|n", "2:1|2|3", "3:Total||9", "4:note", "5:note", "6:!"],
            ),
            (b"home,unit,n\n1480,,\n,,NA\n", &["home|unit|n", "2:1480||", "3:||NA"]),
            (
                b"home,unit,n\n,n,the number of those who have finished year 9 (E=10) by 2023/24\nAnna,,NA\n",
                &["home|unit|n", "2:note", "3:Anna||NA"],
            ),
        ] {
            check(&Form::default(), bytes, wanted);
        }
    }

    #[test]
    fn what_the_config_tells_is_not_guessed() {
        let form = |header, delimiter: Option<u8>, encoding: Option<&str>| Form {
            header,
            delimiter,
            encoding: encoding.map(str::to_owned),
            sheet: None,
        };
        check(&form(Some(2), None, None), b"home,unit\nx,y\n1,2\n", &["x|y", "3:1|2"]);
        check(&form(None, Some(b','), None), b"a;b,c;d\n1,2\n", &["a;b|c;d", "2:1|2"]);
        check(&form(None, None, Some("macintosh")), b"\x8c,b\r1,2\r", &["å|b", "2:1|2"]);
        check(&form(None, None, Some("windows-1252")), "å,b\n1,2\n".as_bytes(), &["Ã¥|b", "2:1|2"]);
    }

    #[test]
    fn what_is_no_table_is_an_error() {
        let form = Form { header: Some(9), ..Form::default() };
        for (form, bytes, wanted) in [
            (&Form::default(), &b""[..], "error-file-empty"),
            (&Form::default(), b"\n\n", "error-file-empty"),
            (&Form::default(), b"\xef\xbb\xbf", "error-file-empty"),
            (&Form::default(), b"\xef\xbb\xbf <html><table>", "error-text-markup"),
            (&form, b"a,b\n1,2\n", "error-header-line"),
        ] {
            let headers = Headers::default();
            let opened = Csv.open("a.csv", bytes, Hints { form, headers: &headers });
            assert_eq!(opened.err().unwrap().id(), wanted);
        }
        assert!(!Csv.recognises(b"PAR1\0\x15\x04"));
    }
}
