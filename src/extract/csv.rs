//! Text files: encoding, delimiter and header line configured or guessed; LF, CRLF or bare CR; exact line numbers.
//!
//! The form is detected at the top of the file; the rows are read in pieces (`pieces`) directly from the file.
//! Encodings whose bytes below 128 are not ASCII (such as UTF-16) are converted in memory first.

use std::borrow::Cow;
use std::ops::ControlFlow;

use csv::{ByteRecord, ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::legacy;
use super::pieces::{BLOCK, TextTable, lines};
use super::quotes::mistakes;
use super::split::{RowView, decoded};
use super::{Aspect, Guess, Hints, InputFormat, Parts, Record, Rows, header};
use crate::config::Written;
use crate::error::{Error, Exit, Result};
use crate::io::Content;
use crate::words::Lang;

/// The delimiters that header lines are tried with, in order of preference.
pub const DELIMITERS: [u8; 4] = [b';', b',', b'\t', b'|'];

/// How many bytes from the top are used to identify a file.
pub const SNIFFED: usize = 64 << 10;

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

    fn is_read_whole(&self) -> bool {
        false
    }

    fn open<'a>(&self, source: &str, content: &'a Content, hints: Hints<'_>) -> Result<Box<dyn Rows + 'a>> {
        Ok(Box::new(TextRows::open(source, content, hints)?))
    }
}

/// The bytes as text: by byte order mark, else UTF-8 if they are valid, else the legacy encoding that fits best.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match encoding_of(bytes, None, true) {
        (Written::Known(encoding), mark) => decoded(&bytes[mark..], encoding),
        (Written::Dos, _) => Cow::Owned(legacy::dos_text(bytes)),
    }
}

/// The encoding of a file by its top, and the length of its byte order mark: the configured one, else that of the
/// mark, else UTF-16 if every other byte is zero, else UTF-8 if the bytes are valid, else a legacy one. `is_whole`
/// says whether the top is the whole file, so that no character can be cut in two.
fn encoding_of(top: &[u8], configured: Option<&str>, is_whole: bool) -> (Written, usize) {
    let mark = Encoding::for_bom(top);
    if let Some(configured) = configured.and_then(Written::of) {
        let is_configured = |(encoding, _): &(&'static Encoding, usize)| Written::Known(encoding) == configured;
        return (configured, mark.filter(is_configured).map_or(0, |(_, length)| length));
    }
    if let Some((encoding, length)) = mark {
        return (Written::Known(encoding), length);
    }
    if let Some(encoding) = wide(top) {
        return (Written::Known(encoding), 0);
    }
    let is_utf8 = match std::str::from_utf8(top) {
        Ok(_) => true,
        Err(e) => e.error_len().is_none() && !is_whole,
    };
    (if is_utf8 { Written::Known(UTF_8) } else { legacy::guess(top) }, 0)
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

/// The delimiter that occurs most often in the header line outside quotes; the first of the list if none occurs.
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
struct HeaderLine {
    /// Start and end of the header, in bytes.
    span: (usize, usize),
    line: u64,
    delimiter: u8,
    header: StringRecord,
}

/// Finds the header among the first lines: the configured line, else the one with the most known headers.
fn top(text: &[u8], encoding: &'static Encoding, hints: Hints<'_>) -> Option<HeaderLine> {
    let configured = hints.form.header;
    let delimiters = hints.form.delimiter.map_or(DELIMITERS.to_vec(), |d| vec![d]);
    let depth = configured.map_or(header::DEPTH, |line| usize::try_from(line).unwrap_or(usize::MAX));
    let is_wanted = |line: &u64| configured.is_none_or(|configured| configured == *line);
    let lines = starts(text).take(depth).enumerate().map(|(i, offset)| (i as u64 + 1, offset));
    let rows: Vec<(usize, usize, HeaderLine)> = lines
        .filter(|(line, _)| is_wanted(line))
        .filter_map(|(line, offset)| {
            let line_text = text[offset..].split(|b| matches!(b, b'\n' | b'\r')).next().unwrap_or_default();
            // A delimiter that the line lacks separates nothing, unless a quoted header runs over the line's end.
            let is_quoted = line_text.contains(&b'"');
            let separates =
                |delimiter: &&u8| is_quoted || line_text.contains(*delimiter) || **delimiter == delimiters[0];
            let tried = delimiters.iter().filter(separates).filter_map(|delimiter| {
                let (header, length) = first_record(&text[offset..], *delimiter, encoding)?;
                let known = hints.headers.known_in(&header);
                let texts = header.iter().filter(|t| !t.trim().is_empty()).count();
                let span = (offset, offset + length);
                Some((known, texts, HeaderLine { span, line, delimiter: *delimiter, header }))
            });
            // Of several that separate the line equally well, the first of the list: `max_by_key` would take the last.
            tried.reduce(|best, next| if (next.0, next.1) > (best.0, best.1) { next } else { best })
        })
        .collect();
    let best = header::best(rows.iter().map(|(known, texts, _)| (*known, *texts)))?;
    rows.into_iter().nth(best).map(|(.., top)| top)
}

/// The offsets at which lines start, for every kind of line end.
fn starts(bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    let after = bytes.iter().enumerate().filter(move |(i, b)| match b {
        b'\n' => true,
        b'\r' => bytes.get(i + 1) != Some(&b'\n'),
        _ => false,
    });
    std::iter::once(0).chain(after.map(|(i, _)| i + 1)).filter(move |start| *start < bytes.len())
}

/// The record at the start of the text, if the line is not blank, and its length with its line end.
fn first_record(text: &[u8], delimiter: u8, encoding: &'static Encoding) -> Option<(StringRecord, usize)> {
    if matches!(text.first(), Some(b'\n' | b'\r')) {
        return None;
    }
    let text = &text[..text.len().min(SNIFFED)];
    let line = text.split(|b| matches!(b, b'\n' | b'\r')).next().unwrap_or_default();
    let alone = || {
        // Making a reader costs as much as reading ten thousand lines.
        let record = line.split(|b| *b == delimiter).map(|field| decoded(field, encoding)).collect();
        let end = if text[line.len()..].starts_with(b"\r\n") { 2 } else { usize::from(line.len() < text.len()) };
        Some((record, line.len() + end))
    };
    if !line.contains(&b'"') {
        return alone();
    }
    let mut record = ByteRecord::new();
    let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(text);
    let is_there = reader.read_byte_record(&mut record).ok()?;
    let texts = record.iter().map(|field| decoded(field, encoding)).collect();
    // The reader leaves the LF of a CRLF to the next record.
    let length = reader.position().byte() as usize;
    if !mistakes(&text[..length], delimiter).is_empty() {
        // The line as written, with quotes as letters.
        return alone();
    }
    let is_crlf = text.get(length.wrapping_sub(1)..=length) == Some(b"\r\n");
    is_there.then_some((texts, length + usize::from(is_crlf)))
}

/// The bytes that are read: the file, or its converted text.
enum TextContent<'a> {
    File(&'a Content),
    Rewritten(Content),
}

struct TextRows<'a> {
    held: TextContent<'a>,
    encoding: &'static Encoding,
    is_guess: bool,
    /// Where the first record starts.
    start: u64,
    /// Its line.
    line: u64,
    delimiter: u8,
    header: Vec<String>,
    guesses: Vec<Guess>,
}

impl<'a> TextRows<'a> {
    fn open(source: &str, content: &'a Content, hints: Hints<'_>) -> Result<Self> {
        let sniffed = content.top(SNIFFED)?;
        let configured = hints.form.encoding.as_deref();
        let (written, mark) = if hints.is_misread && configured.is_none() {
            // The top was ASCII: other bytes occur further down.
            (legacy::guess(&content.top(usize::MAX)?), 0)
        } else {
            encoding_of(&sniffed, configured, sniffed.len() as u64 == content.len())
        };
        let is_marked = Encoding::for_bom(&sniffed).is_some();
        let rewritten = |text: String| (TextContent::Rewritten(Content::Memory(text.into_bytes())), UTF_8, 0);
        let (held, read, mark) = match written {
            Written::Known(encoding) if encoding == UTF_8 || encoding.is_single_byte() => {
                (TextContent::File(content), encoding, mark)
            }
            Written::Known(encoding) => {
                rewritten(encoding.decode_with_bom_removal(&content.top(usize::MAX)?).0.into_owned())
            }
            Written::Dos => rewritten(legacy::dos_text(&content.top(usize::MAX)?)),
        };
        let (bytes, top) = Self::look(&held, mark, read, hints)?;
        if decoded(&bytes[mark..bytes.len().min(mark + SNIFFED)], read).trim_start().starts_with('<') {
            return Err(Error::new(Exit::Input, "error-text-markup").with("path", source));
        }
        let Some(top) = top else {
            let is_blank = bytes[mark..].trim_ascii().is_empty();
            return Err(match hints.form.header.filter(|_| !is_blank) {
                Some(line) => Error::new(Exit::Usage, "error-header-line").with("path", source).with("line", line),
                None => Error::new(Exit::Input, "error-file-empty").with("path", source),
            });
        };
        let delimiter = match top.delimiter {
            b'\t' => "tab".to_owned(),
            other => char::from(other).to_string(),
        };
        let named = format!("{}{}", written.name(), if is_marked { " BOM" } else { "" });
        let guesses = vec![
            Guess::new(Aspect::Format, "csv", None::<&()>),
            Guess::new(Aspect::Encoding, named, hints.form.encoding.as_ref()),
            Guess::new(Aspect::Delimiter, delimiter, hints.form.delimiter.as_ref()),
            Guess::new(Aspect::Header, top.line.to_string(), hints.form.header.as_ref()),
        ];
        let below = mark + top.span.1;
        Ok(Self {
            encoding: read,
            is_guess: configured.is_none() && !is_marked && !hints.is_misread,
            start: below as u64,
            line: top.line + lines(&bytes[mark + top.span.0..below]),
            delimiter: top.delimiter,
            header: header::texts(&top.header),
            guesses,
            held,
        })
    }

    /// Looks for the header in the top of the file, and further down if the configured line is not there.
    fn look<'h>(
        held: &'h TextContent<'_>,
        mark: usize,
        encoding: &'static Encoding,
        hints: Hints<'_>,
    ) -> Result<(Cow<'h, [u8]>, Option<HeaderLine>)> {
        let content = held.content();
        let mut depth = LOOKED;
        loop {
            let bytes = content.top(depth)?;
            let found = top(&bytes[mark.min(bytes.len())..], encoding, hints);
            let is_whole = bytes.len() as u64 == content.len();
            if is_whole || found.is_some() {
                return Ok((bytes, found));
            }
            depth *= 8;
        }
    }

    fn table(&self) -> TextTable<'_> {
        TextTable {
            content: self.held.content(),
            start: self.start,
            line: self.line,
            delimiter: self.delimiter,
            encoding: self.encoding,
            is_guess: self.is_guess,
            width: self.header.len(),
            block: BLOCK,
        }
    }
}

/// How many bytes from the top are first searched for the header.
pub const LOOKED: usize = 1 << 20;

impl TextContent<'_> {
    const fn content(&self) -> &Content {
        match self {
            Self::File(content) => content,
            Self::Rewritten(content) => content,
        }
    }
}

impl Rows for TextRows<'_> {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn guesses(&self) -> &[Guess] {
        &self.guesses
    }

    fn parts(&self) -> Option<Parts<'_>> {
        Some(Parts::Text(self.table()))
    }

    fn each(&mut self, visit: &mut dyn FnMut(u64, Record<'_>) -> ControlFlow<()>) -> Result<()> {
        let table = self.table();
        table.each(|piece| {
            table.rows(piece, |line, row| match row {
                RowView::Record(record) => visit(line, record),
                RowView::Plain(row) => visit(line, Record::Fields(&row.record())),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Form;
    use crate::extract::Headers;

    fn check(form: &Form, bytes: &[u8], wanted: &[&str]) {
        let headers = Headers::default();
        let content = Content::Memory(bytes.to_vec());
        let mut rows = Csv.open("a.csv", &content, Hints { form, headers: &headers, is_misread: false }).unwrap();
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
            (b"a,b\n\"x\r\ny\" ,\"\"\"2\"\n3,4\n", &["a|b", "2:x\r\ny |\"2", "4:3|4"]),
            (b"a,b\n1,\"2\n3,4\n5,6\n", &["a|b", "2:!", "3:3|4", "4:5|6"]),
            (b"a,b\r\n\"1,2\r\n3,4\r\n5,\"6\r\n7,8\r\n", &["a|b", "2:!", "3:3|4", "4:!", "5:7|8"]),
            (b"a,b\n1,\"2\n3,\"4\"\n5,6\n", &["a|b", "2:!", "3:3|4", "4:5|6"]),
            (b"a,b\n1,2\n3,\"\n5,6", &["a|b", "2:1|2", "3:!", "4:5|6"]),
            (b"a,b\n1,2\n3,\"4", &["a|b", "2:1|2", "3:!"]),
            (b"a,b\n1,\"2\" x\"y\"\n3,4\"\n5\",6\n", &["a|b", "2:1|2 x\"y\"", "3:3|4\"", "4:5\"|6"]),
            (b"a,b\n\"x\ny\",\"2\n3,\"4\" x\n", &["a|b", "2:!", "3:!", "4:3|4 x"]),
            (
                "id;skola;hem;n\na1;\"Nya Almskolan;1480;1\na2;Café \"Noir\" gymnasium;1440;3\n\"a3\";B;1;2\n"
                    .as_bytes(),
                &["id|skola|hem|n", "2:!", "3:a2|Café \"Noir\" gymnasium|1440|3", "4:a3|B|1|2"],
            ),
            (
                "id;skola;hem\na1;\"Nya;1480\na2;\"Noir\" gymnasium;1440\na3;C;\"\na4;D \"E\";1\n".as_bytes(),
                &["id|skola|hem", "2:!", "3:a2|Noir gymnasium|1440", "4:!", "5:a4|D \"E\"|1"],
            ),
            (b"a;\"b;c\n1;2;3\n4;x \"y\";6\n", &["a|\"b|c", "2:1|2|3", "3:4|x \"y\"|6"]),
            (b"\"a;b\n1;2\n", &["\"a|b", "2:1|2"]),
            (b"\"a\nx\";b\n1;2\n", &["a x|b", "3:1|2"]),
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
    fn what_the_config_says_is_not_guessed() {
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
            let content = Content::Memory(bytes.to_vec());
            let opened = Csv.open("a.csv", &content, Hints { form, headers: &headers, is_misread: false });
            assert_eq!(opened.err().unwrap().id(), wanted);
        }
        assert!(!Csv.recognises(b"PAR1\0\x15\x04"));
    }
}
