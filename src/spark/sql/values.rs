//! The value rules of `clean::values` as SQL expressions: each function takes the expression of a text and returns
//! that of its value.
//!
//! A regular expression costs a server about ten times as much as a comparison. So common texts (codes, digits, words
//! that no sum label begins with) are recognised first by comparing one or two characters.

use super::{QueryCodes, listed, quoted};
use crate::clean::{HIDDEN, LONGEST_REFORMED, MAX_COUNT, MISSING, PLACEHOLDERS, TOTALS, WHOLE_TOTALS};
use crate::config::YEARS;

/// White space as defined by Unicode (`char::is_whitespace`), for a character class of a regular expression.
pub const BLANK: &str =
    r"\x{9}-\x{d}\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}";

/// The same characters, for functions that take a set of characters.
pub const BLANKS: &str = "\t\n\u{b}\u{c}\r \u{85}\u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}";

/// Whether a text matches a pattern; the pattern must not contain a single quote.
pub fn fits(text: &str, pattern: &str) -> String {
    debug_assert!(!pattern.contains('\''), "a raw literal ends at a quote");
    format!("({text} RLIKE r'{pattern}')")
}

/// The part of a text that matches a group of a pattern; an empty text if it does not match.
pub fn part(text: &str, pattern: &str, group: u8) -> String {
    format!("regexp_extract({text}, r'{pattern}', {group})")
}

/// Whether the first character of a text is in `first..after`: a comparison of bytes without copying.
fn begins(text: &str, first: char, after: char) -> String {
    format!("({text} >= '{first}' AND {text} < '{after}')")
}

/// Whether a text ends with a visible ASCII character.
fn ends_visibly(text: &str) -> String {
    format!("(right({text}, 1) BETWEEN '!' AND '~')")
}

/// A text without surrounding blanks, for any text.
fn bare(text: &str) -> String {
    format!("trim(BOTH {} FROM {text})", quoted(BLANKS))
}

/// A text without surrounding blanks, fast for common texts.
pub fn trimmed(text: &str) -> String {
    format!("IF({} AND {}, {text}, {})", begins(text, '!', '\u{7f}'), ends_visibly(text), bare(text))
}

/// Whether a column holds more than blanks.
pub fn is_filled(column: &str) -> String {
    let is_visible = begins(column, '!', '\u{7f}');
    format!("({is_visible} OR {})", fits(column, &format!("[^{BLANK}]")))
}

/// A text without surrounding blanks and without a spreadsheet's text marks (`extract::plain`).
pub fn plain(text: &str) -> String {
    let is_usual = format!("({} OR {})", begins(text, '0', ':'), begins(text, 'A', '{'));
    let whole = bare(text);
    let formula = format!("startswith({whole}, '=\"') AND endswith({whole}, '\"') AND length({whole}) > 2");
    let inner = bare(&format!("substr({whole}, 3, length({whole}) - 3)"));
    let marked = bare(&format!("substr({whole}, 2)"));
    format!(
        "CASE WHEN {is_usual} AND {} THEN {text} WHEN {formula} THEN {inner} \
         WHEN startswith({whole}, '\\'') THEN {marked} ELSE {whole} END",
        ends_visibly(text)
    )
}

/// Whether a text labels a sum.
pub fn is_total(text: &str) -> String {
    let words = format!(r"[:.()=]*(?i:{})[:.()=]*", TOTALS.join("|"));
    let (first, last) = (format!(r"{words}(?:[{BLANK}]|\z)"), format!(r".*[{BLANK}]{words}\z"));
    let whole = format!(r"(?i:{})\z", WHOLE_TOTALS.join("|"));
    format!("({} AND {})", may_be_total(text), fits(text, &format!("(?s)^(?:{first}|{last}|{whole})")))
}

/// Whether an untrimmed text labels a sum.
pub fn begins_as_total(text: &str) -> String {
    // A text that begins with a visible character keeps it when trimmed.
    let may = format!("(NOT {} OR {})", begins(text, '!', '\u{7f}'), may_be_total(text));
    format!("({may} AND {})", is_total(&trimmed(text)))
}

/// Whether a text may label a sum: it does not end with a digit, as almost all codes and ids do.
fn may_be_total(text: &str) -> String {
    format!("(right({text}, 1) NOT BETWEEN '0' AND '9')")
}

/// An id without surrounding blanks and marks; empty for a placeholder (`clean::ids::is_placeholder`).
pub fn id(text: &str) -> String {
    let bare = plain(text);
    let words = listed(PLACEHOLDERS.iter().copied());
    let masks = fits("id", r"^(?:[0+ *\-]*|[xX*\-]{4,})\z");
    let is_word = format!("(NOT right(id, 1) BETWEEN '1' AND '9' AND ({masks} OR lower(id) IN {words}))");
    // The transform over one element evaluates the text only once.
    format!("element_at(transform(array({bare}), id -> IF({is_word}, '', id)), 1)")
}

/// Whether an id is a number rounded by a spreadsheet (`clean::ids::is_rounded`).
pub fn is_rounded(text: &str) -> String {
    format!("(contains({text}, '+') AND {})", fits(&bare(text), r"^[0-9](?:[.,][0-9]+)?[eE][+][0-9]+\z"))
}

/// A year, or null.
pub fn year(text: &str) -> String {
    let form = format!(r"^[0-9]{{4}}(?:[{BLANK}]*[/\-–][{BLANK}]*(?:[0-9]{{2}}|[0-9]{{4}}))?\z");
    let (first, last) = (format!("try_cast(left({text}, 4) AS INT)"), part(text, r"[0-9]+\z", 0));
    let next = format!("CAST({first} + 1 AS STRING)");
    let is_next = format!("(length({text}) = 4 OR {last} = {next} OR {last} = right({next}, 2))");
    let is_known = format!("{first} BETWEEN {} AND {}", YEARS.start(), YEARS.end());
    format!("CASE WHEN {} AND {is_known} AND {is_next} THEN {first} END", fits(text, &form))
}

/// A year group from 1 to 9, or -1.
pub fn year_group(text: &str) -> String {
    let form = format!(r"^(?:årskurs|åk|år|year)?[{BLANK}]*\+?0*([1-9])\z");
    let worded = format!("coalesce(try_cast({} AS INT), -1)", part(&format!("lower({text})"), &form, 1));
    format!("IF(length({text}) = 1 AND {text} BETWEEN '1' AND '9', ascii({text}) - 48, {worded})")
}

/// A sign followed by three digits, which separates thousands if the column has no decimals.
const THOUSANDS: &str = r"^[1-9][0-9]{0,2}[.,][0-9]{3}\z";

/// A count, or null; a sign followed by three digits separates thousands.
pub fn count(text: &str) -> String {
    let apart = format!(r"[0-9]{{1,3}}(?:[{BLANK}\x{{27}}\x{{2019}}][0-9]{{3}})+");
    let several = r"[0-9]{1,3}(?:\.[0-9]{3}){2,}|[0-9]{1,3}(?:,[0-9]{3}){2,}";
    let two = r"[0-9]{1,3}(?:\.[0-9]{3})+,0+|[0-9]{1,3}(?:,[0-9]{3})+\.0+";
    let form = format!(r"^(?:(?:[0-9]+|{apart})(?:[.,]0+)?|{several}|{two})\z");
    // Decimals follow the last sign, unless all signs separate thousands.
    let decimals = format!("({} AND NOT {})", fits(text, r"[.,]0+\z"), fits(text, &format!("^(?:{several})\\z")));
    let is_thousands = fits(text, THOUSANDS);
    let whole = format!(r"IF({decimals} AND NOT {is_thousands}, regexp_replace({text}, r'[.,]0+\z', ''), {text})");
    let digits = format!(r"regexp_replace(regexp_replace({whole}, r'[^0-9]', ''), r'^0+(?=[0-9])', '')");
    let number = format!("try_cast({digits} AS BIGINT)");
    format!("CASE WHEN ({} OR {is_thousands}) AND {number} <= {MAX_COUNT} THEN {number} END", fits(text, &form))
}

/// Whether a count is written with a sign followed by three digits.
pub fn is_thousands(text: &str) -> String {
    fits(text, THOUSANDS)
}

/// Whether a number has decimals, including zeros.
pub fn has_decimals(text: &str) -> String {
    let number =
        fits(text, &format!(r"^[-+]*(?:[0-9]+|[0-9]{{1,3}}(?:[{BLANK}\x{{27}}\x{{2019}}][0-9]{{3}})+)[.,][0-9]+\z"));
    format!("({number} AND NOT {})", fits(text, THOUSANDS))
}

/// Whether a text is a mark of a hidden count.
pub fn is_hidden(text: &str) -> String {
    let bound = fits(text, &format!(r"^(?:<=?|\x{{2264}})[{BLANK}]*[0-9]+\z"));
    format!("(lower({text}) IN {} OR {bound})", listed(HIDDEN.iter().copied()))
}

/// Whether a text is a mark of a count that does not exist.
pub fn is_missing(text: &str) -> String {
    format!("(lower({text}) IN {})", listed(MISSING.iter().copied()))
}

/// Whether a mark of protection is set.
pub fn is_protected(text: &str) -> String {
    let unset = listed(["", ".", "0", "n", "no", "nej", "false", "falskt", "ingen"]);
    format!("(lower({text}) NOT IN {unset})")
}

/// The snapshot of a seats row: 0 admission, 1 October, or null.
pub fn time(text: &str) -> String {
    let (admission, october) =
        (listed(["admission", "antagning"]), listed(["october", "oktober", "15 oktober", "15 october"]));
    format!("CASE WHEN lower({text}) IN {admission} THEN 0 WHEN lower({text}) IN {october} THEN 1 END")
}

impl QueryCodes {
    /// Whether a text is exactly the code of a programme.
    pub(super) fn is_programme(&self, text: &str) -> String {
        format!("({text} IN {})", listed(&self.programmes))
    }

    /// The code of the programme of a text, by the rule of study path codes.
    pub(super) fn programme(&self, text: &str) -> String {
        let begins = |length: u8| {
            let beginning = format!("left({text}, {length})");
            format!("WHEN length({text}) >= {length} AND {} THEN {beginning}", self.is_programme(&beginning))
        };
        let introduction = [5, 4, 3].map(begins).join(" ");
        format!(
            "CASE WHEN {} THEN {text} WHEN startswith({text}, 'IM') AND {} THEN CASE {introduction} END \
             WHEN NOT startswith({text}, 'IM') AND {} THEN left({text}, 2) END",
            self.is_programme(text),
            fits(
                text,
                &format!(r"^(?=.{{2,{LONGEST_REFORMED}}}\z)IM(?:[A-Z0-9]{{0,11}}|[A-Z0-9]{{1,3}}25[A-Z0-9]*)\z")
            ),
            fits(
                text,
                &format!(r"^(?=.{{2,{LONGEST_REFORMED}}}\z)[A-Z0-9]{{2}}(?:25[A-Z0-9]*|(?:[A-Z0-9]{{3,7}})?)\z")
            ),
        )
    }
}
