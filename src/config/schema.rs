//! The keys of a config and what each takes: every value is held to them before it is read, so that a mistake is told by
//! key, line and column in the program's own words.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::syntax::{at, syntax};
use super::{ExtractKind, Field};
use crate::error::{Error, Result};
use crate::model::{Population, Round};
use crate::words::Lang;

/// What a key takes.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// Text.
    Text,
    /// The path of a file: text without the characters that a backslash becomes.
    Path,
    /// One of these words.
    Word(fn() -> Vec<&'static str>),
    /// A whole number from zero to this one.
    Whole(i64),
    /// A number.
    Number,
    /// `true` or `false`.
    Switch,
    /// A list of this.
    List(&'static Kind),
    /// Two whole numbers.
    Pair,
    /// A table.
    Table(&'static Shape),
    /// Tables under one name, `[[…]]`.
    Tables(&'static Shape),
    /// A table from a field to this.
    ByField(&'static Kind),
    /// A table from any text to this.
    ByText(&'static Kind),
}

/// The keys of a table.
#[derive(Debug)]
struct Shape {
    keys: &'static [(&'static str, Kind)],
    needed: &'static [&'static str],
}

/// As many as TOML and the program can count.
const MOST: i64 = u32::MAX as i64;

const CONFIG: Shape = Shape {
    keys: &[
        ("region", Kind::Table(&REGION)),
        ("run", Kind::Table(&RUN)),
        ("extract", Kind::Tables(&EXTRACT)),
        ("registers", Kind::Table(&REGISTERS)),
        ("engine", Kind::Table(&ENGINE)),
        ("students", Kind::Table(&STUDENTS)),
        ("disclosure", Kind::Table(&DISCLOSURE)),
        ("quality", Kind::Table(&QUALITY)),
    ],
    needed: &["region"],
};
const REGION: Shape = Shape {
    keys: &[("name", Kind::Text), ("municipalities", Kind::List(&Kind::Text))],
    needed: &["name", "municipalities"],
};
const RUN: Shape = Shape {
    keys: &[
        ("year", Kind::Whole(9999)),
        ("language", Kind::Word(languages)),
        ("population", Kind::Word(populations)),
        ("theme", Kind::Path),
    ],
    needed: &[],
};
const EXTRACT: Shape = Shape {
    keys: &[
        ("kind", Kind::Word(kinds)),
        ("path", Kind::Path),
        ("table", Kind::Text),
        ("year", Kind::Whole(9999)),
        ("round", Kind::Word(rounds)),
        ("time", Kind::Word(|| vec!["admission", "october"])),
        ("rows", Kind::Word(|| vec!["students"])),
        ("repeated", Kind::Word(|| vec!["sum"])),
        ("encoding", Kind::Text),
        ("delimiter", Kind::Text),
        ("header", Kind::Whole(MOST)),
        ("sheet", Kind::Text),
        ("columns", Kind::ByField(&Kind::Text)),
        ("filter", Kind::ByText(&Kind::List(&Kind::Text))),
    ],
    needed: &["kind"],
};
const REGISTERS: Shape = Shape {
    keys: &[
        ("municipalities", Kind::Path),
        ("units", Kind::Path),
        ("programmes", Kind::Path),
        ("boundaries", Kind::Path),
    ],
    needed: &[],
};
const ENGINE: Shape = Shape {
    keys: &[("kind", Kind::Text), ("remote", Kind::Text), ("tls", Kind::Switch), ("token_env", Kind::Text)],
    needed: &[],
};
const STUDENTS: Shape = Shape { keys: &[("key_file", Kind::Path), ("key_env", Kind::Text)], needed: &[] };
const DISCLOSURE: Shape = Shape {
    keys: &[
        ("method", Kind::Text),
        ("threshold", Kind::Whole(MOST)),
        ("round_to", Kind::Whole(MOST)),
        ("levels", Kind::List(&Kind::Text)),
        ("zeros", Kind::Text),
        ("min_units", Kind::Whole(MOST)),
        ("dominance", Kind::Pair),
        ("p_percent", Kind::Whole(MOST)),
        ("pq", Kind::Pair),
        ("time_limit", Kind::Whole(MOST)),
        ("since", Kind::List(&Kind::Path)),
    ],
    needed: &[],
};
const QUALITY: Shape = Shape { keys: &[("max_rejected", Kind::Number), ("max_repeated", Kind::Number)], needed: &[] };

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

impl Kind {
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

    /// A value as it is written.
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

/// The word for what stands in the file.
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

/// Checks that a text is a config by its form: TOML, known keys, values of the right type, nothing needed missing.
///
/// # Errors
/// The first mistake in the file; a key that is missing is told only when there is no other, for it may be misspelt.
pub(super) fn check(source: &str, text: &str) -> Result<()> {
    let config = DeTable::parse(text).map_err(|problem| syntax(source, text, &problem, "error-config"))?;
    let mut look = Look { source, text, mistakes: Vec::new() };
    look.table("", config.get_ref(), config.span().start, &CONFIG);
    match look.mistakes.into_iter().min_by_key(|(is_missing, offset, _)| (*is_missing, *offset)) {
        Some((.., error)) => Err(error),
        None => Ok(()),
    }
}

/// What the walk over a config has found: whether something is missing, where, and the error.
struct Look<'a> {
    source: &'a str,
    text: &'a str,
    mistakes: Vec<(bool, usize, Error)>,
}

type Value<'i> = Spanned<DeValue<'i>>;

impl Look<'_> {
    fn mistake(&mut self, id: &'static str, offset: usize, fill: impl FnOnce(Error) -> Error) {
        let error = fill(at(id, self.source, self.text, offset));
        self.mistakes.push((false, offset, error));
    }

    fn table(&mut self, name: &str, table: &DeTable<'_>, offset: usize, shape: &'static Shape) {
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
        // A key can be any text; what does not look like one is not shown.
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

    fn value(&mut self, table: &str, key: &str, value: &Value<'_>, kind: Kind) {
        let offset = value.span().start;
        match (kind, value.get_ref()) {
            (Kind::Text, DeValue::String(_))
            | (Kind::Switch, DeValue::Boolean(_))
            | (Kind::Number, DeValue::Float(_) | DeValue::Integer(_)) => {}
            (Kind::Path, DeValue::String(text)) => self.path(key, text, &value.span()),
            (Kind::Word(words), DeValue::String(text)) => self.word(key, text, offset, &words()),
            (Kind::Whole(most), DeValue::Integer(number)) => {
                let number = number.to_string();
                if !number.parse().is_ok_and(|n: i64| (0..=most).contains(&n)) {
                    self.mistake("error-config-range", offset, |error| {
                        error.with("key", key).with("found", number).with("most", most)
                    });
                }
            }
            (Kind::Whole(_), DeValue::String(text)) if is_number(text) => {
                self.mistake("error-config-quoted", offset, |error| error.with("key", key).with("value", text));
            }
            (Kind::List(of), DeValue::Array(values)) => {
                let codes = values.iter().find(|v| matches!((of, v.get_ref()), (Kind::Text, DeValue::Integer(_))));
                match codes {
                    Some(code) => {
                        let offset = code.span().start;
                        self.mistake("error-config-code", offset, |error| error.with("key", key));
                    }
                    None => values.iter().for_each(|value| self.value(table, key, value, *of)),
                }
            }
            (Kind::Pair, DeValue::Array(values)) if values.len() == 2 => {
                values.iter().for_each(|value| self.value(table, key, value, Kind::Whole(MOST)));
            }
            (Kind::Table(shape), DeValue::Table(table)) => self.table(key, table, offset, shape),
            (Kind::Tables(shape), DeValue::Array(tables)) => {
                for value in tables {
                    match value.get_ref() {
                        DeValue::Table(table) => self.table(key, table, value.span().start, shape),
                        other => self.wrong_type(key, other, value.span().start, Kind::Table(shape)),
                    }
                }
            }
            (Kind::Tables(_), DeValue::Table(_)) => self.brackets(key, offset, "[", "[["),
            (Kind::Table(_) | Kind::ByField(_) | Kind::ByText(_), DeValue::Array(tables))
                if tables.iter().any(|value| matches!(value.get_ref(), DeValue::Table(_))) =>
            {
                self.brackets(key, offset, "[[", "[");
            }
            (Kind::ByField(of), DeValue::Table(entries)) => {
                let name = format!("{table}.{key}");
                for (field, value) in entries {
                    match fields().iter().find(|known| *known == field.get_ref()) {
                        Some(known) => self.value(&name, known, value, *of),
                        None => self.unknown(&name, field.get_ref(), field.span().start, fields()),
                    }
                }
            }
            (Kind::ByText(of), DeValue::Table(entries)) => {
                for value in entries.values() {
                    self.value(table, key, value, *of);
                }
            }
            (kind, other) => self.wrong_type(key, other, offset, kind),
        }
    }

    /// A path in which a backslash has become another character: `"C:\temp"` holds a tab.
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

    fn wrong_type(&mut self, key: &str, found: &DeValue<'_>, offset: usize, wanted: Kind) {
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

/// The name of a table as it stands in the file; the config itself has none.
fn bracketed(table: &str) -> String {
    match table {
        "" => "–".to_owned(),
        "extract" => "[[extract]]".to_owned(),
        name => format!("[{name}]"),
    }
}

fn keys(shape: &Shape) -> Vec<&'static str> {
    shape.keys.iter().map(|(key, _)| *key).collect()
}

/// The known word that looks most like this one, if one does.
fn nearest(text: &str, known: &[&'static str]) -> Option<&'static str> {
    let text = text.to_lowercase();
    let far = |word: &str| strsim::damerau_levenshtein(&text, word);
    let near = known.iter().copied().map(|word| (far(word), word)).min()?;
    (near.0 * 3 <= near.1.len().max(3)).then_some(near.1)
}

/// The table that has a key of this name.
fn elsewhere(key: &str) -> Option<&'static str> {
    let tables = CONFIG.keys.iter().filter_map(|(name, kind)| match kind {
        Kind::Table(shape) | Kind::Tables(shape) => Some((*name, *shape)),
        _ => None,
    });
    let mut found = tables.filter(|(_, shape)| shape.keys.iter().any(|(known, _)| *known == key));
    found.next().map(|(name, _)| name)
}

/// Whether a text in quotation marks was meant as a number, short enough to be shown.
fn is_number(text: &str) -> bool {
    (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}
