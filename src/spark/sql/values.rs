//! The value rules of `clean::values` as expressions: each takes the expression of a text and gives that of its value.
//!
//! A regular expression costs a server ten times what a comparison costs. So what almost every text is (a code, a digit, a
//! word that no sum begins with) is told by comparing one or two characters first.

use super::{Codes, listed, quoted};
use crate::clean::{LONGEST_REFORMED, MOST_COUNTED};
use crate::config::YEARS;

/// White space as Unicode has it (`char::is_whitespace`), for a character class of a regular expression.
pub const BLANK: &str =
    r"\x{9}-\x{d}\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}";

/// The same characters, for functions that take a set of them.
pub const BLANKS: &str = "\t\n\u{b}\u{c}\r \u{85}\u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}";

/// Whether a text fits a pattern; the pattern has no single quote.
pub fn fits(text: &str, pattern: &str) -> String {
    debug_assert!(!pattern.contains('\''), "a raw literal ends at a quote");
    format!("({text} RLIKE r'{pattern}')")
}

/// The part of a text that a group of a pattern takes; nothing where it does not fit.
pub fn part(text: &str, pattern: &str, group: u8) -> String {
    format!("regexp_extract({text}, r'{pattern}', {group})")
}

/// Whether a text begins with a character from `first` on and before `after`: a comparison of bytes, nothing is copied.
fn begins(text: &str, first: char, after: char) -> String {
    format!("({text} >= '{first}' AND {text} < '{after}')")
}

/// Whether a text ends with a visible character of ASCII.
fn ends_visibly(text: &str) -> String {
    format!("(right({text}, 1) BETWEEN '!' AND '~')")
}

/// A text without blanks around it, whatever it is.
fn bare(text: &str) -> String {
    format!("trim(BOTH {} FROM {text})", quoted(BLANKS))
}

/// A text without blanks around it.
pub fn trimmed(text: &str) -> String {
    format!("IF({} AND {}, {text}, {})", begins(text, '!', '\u{7f}'), ends_visibly(text), bare(text))
}

/// Whether a column holds more than blanks.
pub fn is_filled(column: &str) -> String {
    let is_visible = begins(column, '!', '\u{7f}');
    format!("({is_visible} OR {})", fits(column, &format!("[^{BLANK}]")))
}

/// A text without blanks around it and without a spreadsheet's marks of text (`extract::plain`).
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
    let first = format!(r"(?i:totalt|total|summa|delsumma|samtliga|subtotal):*(?:[{BLANK}]|\z)");
    let whole = r"(?i:alla|all|riket|hela riket|grand total)\z";
    format!("({} AND {})", begins_with_letter_of_total(text), fits(text, &format!("^(?:{first}|{whole})")))
}

/// Whether a text as it is written labels a sum, when there are no blanks around it.
pub fn begins_as_total(text: &str) -> String {
    // What begins with a visible character keeps it.
    let may = format!("(NOT {} OR {})", begins(text, '!', '\u{7f}'), begins_with_letter_of_total(text));
    format!("({may} AND {})", is_total(&trimmed(text)))
}

/// Whether a text begins with a letter that labels of sums begin with.
fn begins_with_letter_of_total(text: &str) -> String {
    let one = |letter: char| begins(text, letter, char::from_u32(u32::from(letter) + 1).unwrap_or(letter));
    let all: Vec<String> = "tTsSdDaArRhHgG".chars().map(one).collect();
    format!("({text} >= 'A' AND ({}))", all.join(" OR "))
}

/// A year, or nothing.
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

/// A count where there is one.
pub fn count(text: &str) -> String {
    let form = format!(r"^(?:[0-9]+|[0-9]{{1,3}}(?:[{BLANK}][0-9]{{3}})+)(?:[.,]0+)?\z");
    let whole = format!(r"regexp_replace({text}, r'[.,]0+\z', '')");
    let digits = format!(r"regexp_replace({whole}, r'[{BLANK}]|^0+(?=[0-9])', '')");
    let number = format!("try_cast({digits} AS BIGINT)");
    format!("CASE WHEN {} AND {number} <= {MOST_COUNTED} THEN {number} END", fits(text, &form))
}

/// Whether a mark of protection is set.
pub fn is_protected(text: &str) -> String {
    let unset = listed(["", ".", "0", "n", "no", "nej", "false", "falskt", "ingen"]);
    format!("(lower({text}) NOT IN {unset})")
}

/// The time of a seats row: 0 admission, 1 October, or nothing.
pub fn time(text: &str) -> String {
    let (admission, october) = (listed(["admission", "antagning"]), listed(["october", "oktober", "15 oktober"]));
    format!("CASE WHEN lower({text}) IN {admission} THEN 0 WHEN lower({text}) IN {october} THEN 1 END")
}

impl Codes {
    /// Whether a text is a code of a programme as it stands.
    pub(super) fn is_programme(&self, text: &str) -> String {
        format!("({text} IN {})", listed(&self.programmes))
    }

    /// The code of the programme that a text stands for, by the rule of study path codes.
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
