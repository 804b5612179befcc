//! Invalid TOML: the mistake in the program's own words; only the key of a line is shown.

use crate::error::{Error, Exit};

/// Line and column of a byte offset, both from 1; columns are characters.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = String::from_utf8_lossy(&text.as_bytes()[..offset.min(text.len())]);
    let last = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, last.chars().count() + 1)
}

/// The error of a TOML file, from its parser's message and the line it refers to. The parser's own sentence, which is
/// English and can contain a value, is not shown. A mistake without a message of its own gets the message `other`.
#[must_use]
pub fn syntax(source: &str, text: &str, problem: &toml::de::Error, other: &'static str) -> Error {
    let offset = problem.span().map_or(0, |span| span.start);
    let line = line_at(text, offset);
    let id = match problem.message() {
        said if has_backslash(line) && (said.contains("escaped value") || said.contains("unicode value")) => {
            "error-config-escape"
        }
        said if said.starts_with("invalid basic string") && has_backslash(line) => "error-config-escape",
        said if said.contains(" string, expected `") => "error-config-quote",
        said if said.starts_with("unclosed ") || said.starts_with("missing comma between array") => {
            "error-config-bracket"
        }
        said if said.starts_with("duplicate key") || said.starts_with("cannot extend") => "error-config-duplicate",
        said if said.starts_with("string values must be quoted") => unquoted(line),
        said if said.starts_with("invalid boolean") => "error-config-boolean",
        said if said.starts_with("unexpected key or value") && is_decimal_comma(line) => "error-config-comma",
        _ => other,
    };
    at(id, source, text, offset).with("found", shown(line)).with("key", key(line).unwrap_or("…"))
}

/// An error at an offset of a config.
pub(super) fn at(id: &'static str, source: &str, text: &str, offset: usize) -> Error {
    let (line, column) = position(text, offset);
    Error::new(Exit::Usage, id).with("path", source).with("line", line).with("column", column)
}

/// The message for a value without quotation marks.
fn unquoted(line: &str) -> &'static str {
    match value(line) {
        "" => "error-config-no-value",
        text if text.contains(['”', '“', '„', '’', '‘', '«', '»']) => "error-config-curly",
        _ => "error-config-unquoted",
    }
}

/// The line with an offset; at the end of the file the last line that is not blank.
fn line_at(text: &str, offset: usize) -> &str {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let (before, after) = text.split_at(offset);
    if after.trim().is_empty() {
        return before.trim_end().rsplit('\n').next().unwrap_or_default();
    }
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    text[start..].lines().next().unwrap_or_default()
}

fn value(line: &str) -> &str {
    line.split_once('=').map_or("", |(_, value)| value.trim())
}

fn has_backslash(line: &str) -> bool {
    value(line).contains('\\')
}

fn is_decimal_comma(line: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    value(line).split_once(',').is_some_and(|(whole, rest)| digits(whole) && digits(rest.trim()))
}

/// The key at the start of a line.
fn key(line: &str) -> Option<&str> {
    let key = line.split_once('=')?.0.trim();
    (!key.is_empty() && key.len() <= 40 && key.chars().all(|c| c.is_alphanumeric() || " _-.\"".contains(c)))
        .then_some(key)
}

/// The part of a line that may be shown: the header of a table, or a key. A value can be a secret.
fn shown(line: &str) -> String {
    let line = line.trim();
    match key(line) {
        _ if line.starts_with('[') && line.len() <= 40 && !line.contains(['=', '"', '\'']) => line.to_owned(),
        Some(key) => format!("{key} = …"),
        None => match line.split_once(':') {
            Some((key, _)) if key.len() <= 40 && key.chars().all(|c| c.is_alphanumeric() || c == '_') => {
                format!("{key}: …")
            }
            _ => "…".to_owned(),
        },
    }
}
