//! The keys of a config and the type of each. All values are checked before they are deserialised, so that a mistake
//! is reported by key, line and column in the program's own words.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::syntax::{at, syntax};
use super::{ExtractKind, Field};
use crate::error::{Error, Result};
use crate::model::{Population, Round};
use crate::words::Lang;

/// The type of a key's value.
#[derive(Debug, Clone, Copy)]
enum ValueType {
    /// Text.
    Text,
    /// The path of a file: text without control characters from backslash escapes.
    Path,
    /// One of these words.
    Word(fn() -> Vec<&'static str>),
    /// A whole number from zero to this one.
    Whole(i64),
    /// A number.
    Number,
    /// `true` or `false`.
    Switch,
    /// A list of values of this type.
    List(&'static ValueType),
    /// Two whole numbers.
    Pair,
    /// A table.
    Table(&'static TableKeys),
    /// Tables under one name, `[[…]]`.
    Tables(&'static TableKeys),
    /// A table from a field to this type.
    ByField(&'static ValueType),
    /// A table from any text to this type.
    ByText(&'static ValueType),
}

/// The keys of a table.
#[derive(Debug)]
struct TableKeys {
    keys: &'static [(&'static str, ValueType)],
    needed: &'static [&'static str],
}

/// The largest whole number that is accepted.
const MAX_NUMBER: i64 = u32::MAX as i64;

const CONFIG: TableKeys = TableKeys {
    keys: &[
        ("region", ValueType::Table(&REGION)),
        ("run", ValueType::Table(&RUN)),
        ("compare", ValueType::Tables(&COMPARE)),
        ("extract", ValueType::Tables(&EXTRACT)),
        ("registers", ValueType::Table(&REGISTERS)),
        ("engine", ValueType::Table(&ENGINE)),
        ("students", ValueType::Table(&STUDENTS)),
        ("disclosure", ValueType::Table(&DISCLOSURE)),
        ("official", ValueType::Table(&OFFICIAL)),
        ("quality", ValueType::Table(&QUALITY)),
    ],
    needed: &["region"],
};
const REGION: TableKeys = TableKeys {
    keys: &[("name", ValueType::Text), ("municipalities", ValueType::List(&ValueType::Text))],
    needed: &["name", "municipalities"],
};
const RUN: TableKeys = TableKeys {
    keys: &[
        ("year", ValueType::Whole(9999)),
        ("language", ValueType::Word(languages)),
        ("population", ValueType::Word(populations)),
        ("theme", ValueType::Path),
        ("compare", ValueType::Word(|| vec!["county"])),
    ],
    needed: &[],
};
const COMPARE: TableKeys = TableKeys {
    keys: &[("name", ValueType::Text), ("municipalities", ValueType::List(&ValueType::Text))],
    needed: &["name", "municipalities"],
};
const OFFICIAL: TableKeys = TableKeys { keys: &[("path", ValueType::Path)], needed: &["path"] };
const EXTRACT: TableKeys = TableKeys {
    keys: &[
        ("kind", ValueType::Word(kinds)),
        ("path", ValueType::Path),
        ("table", ValueType::Text),
        ("year", ValueType::Whole(9999)),
        ("round", ValueType::Word(rounds)),
        ("time", ValueType::Word(|| vec!["admission", "october"])),
        ("rows", ValueType::Word(|| vec!["students"])),
        ("repeated", ValueType::Word(|| vec!["sum"])),
        ("encoding", ValueType::Text),
        ("delimiter", ValueType::Text),
        ("header", ValueType::Whole(MAX_NUMBER)),
        ("sheet", ValueType::Text),
        ("columns", ValueType::ByField(&ValueType::Text)),
        ("filter", ValueType::ByText(&ValueType::List(&ValueType::Text))),
    ],
    needed: &["kind"],
};
const REGISTERS: TableKeys = TableKeys {
    keys: &[
        ("municipalities", ValueType::Path),
        ("units", ValueType::Path),
        ("programmes", ValueType::Path),
        ("boundaries", ValueType::Path),
    ],
    needed: &[],
};
const ENGINE: TableKeys = TableKeys {
    keys: &[
        ("kind", ValueType::Text),
        ("remote", ValueType::Text),
        ("tls", ValueType::Switch),
        ("token_env", ValueType::Text),
    ],
    needed: &[],
};
const STUDENTS: TableKeys =
    TableKeys { keys: &[("key_file", ValueType::Path), ("key_env", ValueType::Text)], needed: &[] };
const DISCLOSURE: TableKeys = TableKeys {
    keys: &[
        ("method", ValueType::Text),
        ("threshold", ValueType::Whole(MAX_NUMBER)),
        ("round_to", ValueType::Whole(MAX_NUMBER)),
        ("levels", ValueType::List(&ValueType::Text)),
        ("zeros", ValueType::Text),
        ("min_units", ValueType::Whole(MAX_NUMBER)),
        ("dominance", ValueType::Pair),
        ("p_percent", ValueType::Whole(MAX_NUMBER)),
        ("pq", ValueType::Pair),
        ("time_limit", ValueType::Whole(MAX_NUMBER)),
        ("since", ValueType::List(&ValueType::Path)),
    ],
    needed: &[],
};
const QUALITY: TableKeys =
    TableKeys { keys: &[("max_rejected", ValueType::Number), ("max_repeated", ValueType::Number)], needed: &[] };

fn languages() -> Vec<&'static str> {
    Lang::ALL.map(Lang::tag).to_vec()
}

fn populations() -> Vec<&'static str> {
    Population::ALL.map(Population::as_str).to_vec()
}

fn kinds() -> Vec<&'static str> {
    ExtractKind::ALL.map(ExtractKind::as_str).to_vec()
}

fn rounds() -> Vec<&'static str> {
    Round::ALL.map(Round::as_str).to_vec()
}

fn fields() -> Vec<&'static str> {
    Field::ALL.map(Field::as_str).to_vec()
}

impl ValueType {
    /// Its word in the messages.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Text | Self::Path | Self::Word(_) => "text",
            Self::Whole(_) => "whole",
            Self::Number => "number",
            Self::Switch => "switch",
            Self::List(_) => "list",
            Self::Pair => "pair",
            Self::Table(_) | Self::Tables(_) | Self::ByField(_) | Self::ByText(_) => "table",
        }
    }

    /// An example of a value.
    const fn example(self) -> &'static str {
        match self {
            Self::Text | Self::Word(_) => "\"…\"",
            Self::Path => "'C:\\data\\…'",
            Self::Whole(9999) => "2023",
            Self::Whole(_) => "10",
            Self::Number => "0.02",
            Self::Switch => "true",
            Self::List(_) => "[\"…\", \"…\"]",
            Self::Pair => "[2, 75]",
            Self::Table(_) | Self::Tables(_) | Self::ByField(_) | Self::ByText(_) => "{ … = \"…\" }",
        }
    }
}

/// The word for the type of a value in the file.
const fn word(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "whole",
        DeValue::Float(_) => "number",
        DeValue::Boolean(_) => "switch",
        DeValue::Datetime(_) => "date",
        DeValue::Array(_) => "list",
        DeValue::Table(_) => "table",
    }
}

/// Checks the form of a config: TOML, known keys, values of the right type, no required key missing.
///
/// # Errors
/// The first mistake in the file; a missing key is reported only if there is no other mistake, because it may be
/// misspelt.
pub(super) fn check(source: &str, text: &str) -> Result<()> {
    let config = DeTable::parse(text).map_err(|problem| syntax(source, text, &problem, "error-config"))?;
    let mut checker = Checker { source, text, mistakes: Vec::new() };
    checker.table("", config.get_ref(), config.span().start, &CONFIG);
    match checker.mistakes.into_iter().min_by_key(|(is_missing, offset, _)| (*is_missing, *offset)) {
        Some((.., error)) => Err(error),
        None => Ok(()),
    }
}

/// The mistakes found in a config: whether a key is missing, the offset, and the error.
struct Checker<'a> {
    source: &'a str,
    text: &'a str,
    mistakes: Vec<(bool, usize, Error)>,
}

type SpannedValue<'i> = Spanned<DeValue<'i>>;

impl Checker<'_> {
    fn mistake(&mut self, id: &'static str, offset: usize, fill: impl FnOnce(Error) -> Error) {
        let error = fill(at(id, self.source, self.text, offset));
        self.mistakes.push((false, offset, error));
    }

    fn table(&mut self, name: &str, table: &DeTable<'_>, offset: usize, shape: &'static TableKeys) {
        for (key, value) in table {
            match shape.keys.iter().find(|(known, _)| *known == key.get_ref()) {
                Some((known, kind)) => self.value(name, known, value, *kind),
                None => self.unknown(name, key.get_ref(), key.span().start, keys(shape)),
            }
        }
        for needed in shape.needed.iter().filter(|needed| !table.contains_key(**needed)) {
            let example = shape.keys.iter().find(|(key, _)| key == needed).map_or("", |(_, kind)| kind.example());
            let id = if name.is_empty() { "error-config-table-missing" } else { "error-config-key-missing" };
            let error = at(id, self.source, self.text, offset);
            let error = error.with("table", bracketed(name)).with("key", needed).with("example", example);
            self.mistakes.push((true, offset, error));
        }
    }

    fn unknown(&mut self, table: &str, key: &str, offset: usize, known: Vec<&'static str>) {
        // A key can be any text; a text that does not look like a key is not shown.
        let is_name = key.len() <= 40 && key.chars().all(|c| c.is_alphanumeric() || "_-. ".contains(c));
        let shown = if is_name { key.to_owned() } else { "…".to_owned() };
        let near = nearest(key, &known);
        let home = elsewhere(key).filter(|home| *home != table);
        let id = match (near, home) {
            (Some(_), _) => "error-config-key-near",
            (None, Some(_)) => "error-config-key-elsewhere",
            (None, None) => "error-config-key",
        };
        self.mistake(id, offset, |error| {
            let error = error.with("table", bracketed(table)).with("key", shown).with("known", known.join(", "));
            error.with("near", near.unwrap_or_default()).with("home", bracketed(home.unwrap_or_default()))
        });
    }

    fn value(&mut self, table: &str, key: &str, value: &SpannedValue<'_>, kind: ValueType) {
        let offset = value.span().start;
        match (kind, value.get_ref()) {
            (ValueType::Text, DeValue::String(_))
            | (ValueType::Switch, DeValue::Boolean(_))
            | (ValueType::Number, DeValue::Float(_) | DeValue::Integer(_)) => {}
            (ValueType::Path, DeValue::String(text)) => self.path(key, text, &value.span()),
            (ValueType::Word(words), DeValue::String(text)) => self.word(key, text, offset, &words()),
            (ValueType::Whole(most), DeValue::Integer(number)) => {
                let number = number.to_string();
                if !number.parse().is_ok_and(|n: i64| (0..=most).contains(&n)) {
                    self.mistake("error-config-range", offset, |error| {
                        error.with("key", key).with("found", number).with("most", most)
                    });
                }
            }
            (ValueType::Whole(_), DeValue::String(text)) if is_number(text) => {
                self.mistake("error-config-quoted", offset, |error| error.with("key", key).with("value", text));
            }
            (ValueType::List(of), DeValue::Array(values)) => {
                let codes =
                    values.iter().find(|v| matches!((of, v.get_ref()), (ValueType::Text, DeValue::Integer(_))));
                match codes {
                    Some(code) => {
                        let offset = code.span().start;
                        self.mistake("error-config-code", offset, |error| error.with("key", key));
                    }
                    None => values.iter().for_each(|value| self.value(table, key, value, *of)),
                }
            }
            (ValueType::Pair, DeValue::Array(values)) if values.len() == 2 => {
                values.iter().for_each(|value| self.value(table, key, value, ValueType::Whole(MAX_NUMBER)));
            }
            (ValueType::Table(shape), DeValue::Table(table)) => self.table(key, table, offset, shape),
            (ValueType::Tables(shape), DeValue::Array(tables)) => {
                for value in tables {
                    match value.get_ref() {
                        DeValue::Table(table) => self.table(key, table, value.span().start, shape),
                        other => self.wrong_type(key, other, value.span().start, ValueType::Table(shape)),
                    }
                }
            }
            (ValueType::Tables(_), DeValue::Table(_)) => self.brackets(key, offset, "[", "[["),
            (ValueType::Table(_) | ValueType::ByField(_) | ValueType::ByText(_), DeValue::Array(tables))
                if tables.iter().any(|value| matches!(value.get_ref(), DeValue::Table(_))) =>
            {
                self.brackets(key, offset, "[[", "[");
            }
            (ValueType::ByField(of), DeValue::Table(entries)) => {
                let name = format!("{table}.{key}");
                for (field, value) in entries {
                    match fields().iter().find(|known| *known == field.get_ref()) {
                        Some(known) => self.value(&name, known, value, *of),
                        None => self.unknown(&name, field.get_ref(), field.span().start, fields()),
                    }
                }
            }
            (ValueType::ByText(of), DeValue::Table(entries)) => {
                for value in entries.values() {
                    self.value(table, key, value, *of);
                }
            }
            (kind, other) => self.wrong_type(key, other, offset, kind),
        }
    }

    /// Reports a path in which a backslash escape became a control character: `"C:\temp"` contains a tab.
    fn path(&mut self, key: &str, text: &str, span: &std::ops::Range<usize>) {
        let written = self.text.get(span.clone()).unwrap_or_default();
        if written.starts_with('"') && text.contains(char::is_control) {
            self.mistake("error-config-escape", span.start, |error| {
                error.with("key", key).with("found", format!("{key} = …"))
            });
        }
    }

    fn word(&mut self, key: &str, text: &str, offset: usize, words: &[&'static str]) {
        if words.contains(&text) {
            return;
        }
        let listed: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
        let near = nearest(text, words);
        let id = if near.is_some() { "error-config-word-near" } else { "error-config-word" };
        let found: String = text.chars().take(40).collect();
        self.mistake(id, offset, |error| {
            let error = error.with("key", key).with("found", found).with("words", listed.join(", "));
            error.with("near", near.unwrap_or_default())
        });
    }

    fn wrong_type(&mut self, key: &str, found: &DeValue<'_>, offset: usize, wanted: ValueType) {
        self.mistake("error-config-type", offset, |error| {
            let error = error.with("key", key).with("found", word(found)).with("wanted", wanted.as_str());
            error.with("example", wanted.example())
        });
    }

    fn brackets(&mut self, key: &str, offset: usize, found: &str, wanted: &str) {
        let written = |open: &str| format!("{open}{key}{}", "]".repeat(open.len()));
        self.mistake("error-config-brackets", offset, |error| {
            error.with("found", written(found)).with("wanted", written(wanted))
        });
    }
}

/// The name of a table as written in the file; a dash for the top level.
fn bracketed(table: &str) -> String {
    match table {
        "" => "–".to_owned(),
        "extract" => "[[extract]]".to_owned(),
        name => format!("[{name}]"),
    }
}

fn keys(shape: &TableKeys) -> Vec<&'static str> {
    shape.keys.iter().map(|(key, _)| *key).collect()
}

/// The most similar known word, if it is similar enough.
fn nearest(text: &str, known: &[&'static str]) -> Option<&'static str> {
    let text = text.to_lowercase();
    let far = |word: &str| strsim::damerau_levenshtein(&text, word);
    let near = known.iter().copied().map(|word| (far(word), word)).min()?;
    (near.0 * 3 <= near.1.len().max(3)).then_some(near.1)
}

/// The table that has a key with this name.
fn elsewhere(key: &str) -> Option<&'static str> {
    let tables = CONFIG.keys.iter().filter_map(|(name, kind)| match kind {
        ValueType::Table(shape) | ValueType::Tables(shape) => Some((*name, *shape)),
        _ => None,
    });
    let mut found = tables.filter(|(_, shape)| shape.keys.iter().any(|(known, _)| *known == key));
    found.next().map(|(name, _)| name)
}

/// Whether a quoted text was meant as a number and is short enough to be shown.
fn is_number(text: &str) -> bool {
    (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}
