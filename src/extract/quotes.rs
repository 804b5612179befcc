//! Where quoted fields of a text begin and end, and which quotes are stray.
//!
//! A quote at the start of a field opens it, and is a letter elsewhere. Two quotes inside are a letter; a single one
//! closes the field. A field may run over line ends, but then only blanks may be between its closing quote and the
//! next delimiter or line end. Otherwise the quote that seems to close it opens a field of another line, or is a
//! letter there, and the opening quote is a mistake. So is a quote that is never closed. A mistake is a letter of its
//! line, and that line is malformed; the lines below are read as usual.
//!
//! Nothing is read more than twice: the number of quotes between a mistake and the quote that seemed to close it is
//! even, and an even number of quotes leaves no field open.

use memchr::{memchr, memchr_iter, memchr2};

/// The most bytes of a quoted field: a quote that is not closed within them is a mistake, so that it does not load the
/// whole file into memory.
pub const LONGEST: usize = 16 << 20;

/// The state of a reader after some bytes: all that is needed to know where a record ends. Positions count from the
/// first of the bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Quotes {
    /// Outside; a quote at the start of a field would open one.
    #[default]
    Outside,
    /// Inside a field that the quote at this position opened.
    Inside(usize),
    /// After a quote inside it: another one is a letter of it, anything else ends it.
    Behind(usize),
    /// After the end of a field that runs over a line end, and blanks.
    Blank(usize),
}

/// What a reader of quotes finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Bytes outside quotes, from here to there.
    Outside(usize, usize),
    /// The quote at this position is a mistake.
    Mistake(usize),
}

impl Quotes {
    /// Reads the bytes from `at` on; this is the state before them. Returns the state at their end.
    pub fn read(self, bytes: &[u8], mut at: usize, delimiter: u8, mut show: impl FnMut(Seen)) -> Self {
        let ends = |byte: u8| byte == delimiter || matches!(byte, b'\n' | b'\r');
        let opens = |quote: &usize| quote.checked_sub(1).is_none_or(|before| ends(bytes[before]));
        let mistake = |quote: usize, show: &mut dyn FnMut(Seen)| {
            show(Seen::Mistake(quote));
            (Self::Outside, quote + 1)
        };
        let mut state = self;
        while at < bytes.len() {
            (state, at) = match state {
                Self::Outside => {
                    let quote = memchr_iter(b'"', &bytes[at..]).map(|quote| at + quote).find(opens);
                    show(Seen::Outside(at, quote.unwrap_or(bytes.len())));
                    quote.map_or((Self::Outside, bytes.len()), |quote| (Self::Inside(quote), quote + 1))
                }
                Self::Inside(quote) => {
                    let far = bytes.len().min(quote + LONGEST);
                    match memchr(b'"', &bytes[at.min(far)..far]) {
                        Some(found) => (Self::Behind(quote), at + found + 1),
                        None if far < bytes.len() => mistake(quote, &mut show),
                        None => (state, far),
                    }
                }
                Self::Behind(quote) => match bytes[at] {
                    b'"' => (Self::Inside(quote), at + 1),
                    byte if ends(byte) => (Self::Outside, at),
                    _ if memchr2(b'\n', b'\r', &bytes[quote..at]).is_none() => (Self::Outside, at),
                    _ => (Self::Blank(quote), at),
                },
                Self::Blank(quote) => match bytes[at] {
                    byte if ends(byte) => (Self::Outside, at),
                    b' ' | b'\t' => (state, at + 1),
                    _ => mistake(quote, &mut show),
                },
            };
        }
        state
    }

    /// The same state, with positions counted from this one.
    pub const fn from(self, place: usize) -> Self {
        match self {
            Self::Outside => self,
            Self::Inside(quote) => Self::Inside(quote - place),
            Self::Behind(quote) => Self::Behind(quote - place),
            Self::Blank(quote) => Self::Blank(quote - place),
        }
    }
}

/// The positions of quotes that are mistakes in whole records.
pub fn mistakes(records: &[u8], delimiter: u8) -> Vec<usize> {
    let (mut out, mut at) = (Vec::new(), 0);
    loop {
        let add = |seen| {
            if let Seen::Mistake(quote) = seen {
                out.push(quote);
            }
        };
        let Quotes::Inside(quote) = Quotes::Outside.read(records, at, delimiter, add) else { return out };
        // Nothing closes it. What follows opens nothing either, but the code does not rely on that.
        out.push(quote);
        at = quote + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mistakes are written as `!` in the text; they are quotes when it is read.
    fn check(text: &str) {
        let wanted: Vec<usize> = memchr_iter(b'!', text.as_bytes()).collect();
        let bytes = text.replace('!', "\"").into_bytes();
        assert_eq!(mistakes(&bytes, b';'), wanted, "{text}");
        // The same in two parts, wherever the first ends.
        for cut in 0..bytes.len() {
            let mut found = Vec::new();
            let mut show = |seen| found.extend(matches!(seen, Seen::Mistake(_)).then_some(seen));
            let state = Quotes::Outside.read(&bytes[..cut], 0, b';', &mut show);
            let end = state.read(&bytes, cut, b';', &mut show);
            found.extend(
                matches!(end, Quotes::Inside(_)).then_some(wanted.last().map(|at| Seen::Mistake(*at))).flatten(),
            );
            assert_eq!(found, wanted.iter().map(|at| Seen::Mistake(*at)).collect::<Vec<_>>(), "{text} at {cut}");
        }
    }

    #[test]
    fn mistakes_are_found_wherever_the_bytes_are_split() {
        for text in [
            "",
            "a;b\nc;d\n",
            "\"x\ny\";2\n",
            "1;\"x\ny\"\n2;3",
            "1;\"x\r\n\"\"y\"\"\" \t;2\n\"z\n\"  \n",
            "1;\"x\n\"",
            "a1;!Nya;1480;1\na2;Café \"Noir\" gymnasium;1440;3\n",
            "a1;!Nya;1480;1\na2;\"Noir\" gymnasium;1440;3\n",
            "a1;!Nya;1480;1\na2;!Nya;1480;1\na3;\"b\nc\" ;\"d\"\n",
            "a1;!Nya;1480;1\n\"a2\";2\n",
            "a1;!Nya;\"\";\"\"\"\";1\na2;\"\";1480\n",
            "\"a\nb\";!c;d\ne;\"\"f;g\nh \" i\n",
            "1;2;!\n3;4;5 \"6\" 7\n",
            "1;2;\"\n3;4;\"\n",
            "!a;b",
            "1;!\"\"\n2;3\r4;5",
            "a;!b\nc\" d\n!e",
            "a;\"b\nc\" ",
        ] {
            check(text);
        }
    }

    #[test]
    fn a_quote_that_is_not_closed_for_long_is_a_mistake() {
        for (length, wanted) in [(LONGEST - 3, vec![]), (LONGEST - 2, vec![2]), (LONGEST, vec![2])] {
            let text = ["1;\"", &"\n".repeat(length), "x\";2\n"].concat();
            assert_eq!(mistakes(text.as_bytes(), b';'), wanted, "{length}");
        }
    }
}
