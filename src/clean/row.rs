//! One row as texts, for every input format, and the facts about the text of a code.

use std::borrow::Cow;

use csv::StringRecord;

use super::values;
use crate::extract::{ColumnRow, PlainRow, key, plain};
use crate::model::CodeList;

/// The fields of a row as texts.
pub trait FieldTexts {
    /// The field as a number if it is short; equal only for equal texts.
    fn key(&self, field: usize) -> Option<u128>;
    /// The field as written; empty if the row has no such field.
    fn raw(&self, field: usize) -> Cow<'_, str>;
    /// The bytes of the field in UTF-8, if they are available without conversion.
    fn utf8(&self, field: usize) -> Option<&[u8]>;
}

impl FieldTexts for PlainRow<'_> {
    #[inline]
    fn key(&self, field: usize) -> Option<u128> {
        PlainRow::key(self, field)
    }

    fn raw(&self, field: usize) -> Cow<'_, str> {
        self.text(field)
    }

    #[inline]
    fn utf8(&self, field: usize) -> Option<&[u8]> {
        let bytes = self.bytes(field);
        self.is_utf8(bytes).then_some(bytes)
    }
}

impl FieldTexts for ColumnRow<'_> {
    #[inline]
    fn key(&self, field: usize) -> Option<u128> {
        ColumnRow::key(self, field)
    }

    fn raw(&self, field: usize) -> Cow<'_, str> {
        self.text(field)
    }

    #[inline]
    fn utf8(&self, field: usize) -> Option<&[u8]> {
        ColumnRow::utf8(self, field)
    }
}

impl FieldTexts for StringRecord {
    fn key(&self, field: usize) -> Option<u128> {
        key(self.get(field).unwrap_or_default())
    }

    fn raw(&self, field: usize) -> Cow<'_, str> {
        Cow::Borrowed(self.get(field).unwrap_or_default())
    }

    fn utf8(&self, field: usize) -> Option<&[u8]> {
        self.get(field).map(str::as_bytes)
    }
}

/// The field without surrounding blanks and without a spreadsheet's text marks.
pub fn text<R: FieldTexts>(row: &R, field: usize) -> Cow<'_, str> {
    match row.raw(field) {
        Cow::Borrowed(text) => Cow::Borrowed(plain(text)),
        Cow::Owned(text) => Cow::Owned(plain(&text).to_owned()),
    }
}

/// The facts about a text in a column of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code<Id> {
    /// The number of the code; `None` if it is not in the register.
    pub id: Option<Id>,
    /// The code was restored from a numeral.
    pub is_restored: bool,
    /// The text is not a code but labels a sum.
    pub is_total: bool,
    /// The text is the header of its column.
    pub is_header: bool,
    /// The text is empty.
    pub is_empty: bool,
}

impl<Id> Default for Code<Id> {
    fn default() -> Self {
        Self { id: None, is_restored: false, is_total: false, is_header: false, is_empty: false }
    }
}

impl<Id: From<u32> + Into<u32> + Copy> Code<Id> {
    /// The facts about a text; `find` looks up the number of the code.
    pub fn of(text: &str, header: &str, find: impl FnOnce(&str) -> Option<Id>, is_code: bool) -> Self {
        Self {
            id: find(text),
            is_restored: false,
            is_total: !is_code && values::is_total(text),
            is_header: text == header,
            is_empty: text.is_empty(),
        }
    }

    /// The facts about a text in a column of codes that a spreadsheet may have converted to numbers.
    pub fn looked_up(text: &str, header: &str, codes: &CodeList<Id>) -> Self {
        let found = codes.find(text);
        let restored = if found.is_none() { codes.restore(text) } else { None };
        let facts = Self::of(text, header, |_| found.or(restored), found.is_some());
        Self { is_restored: restored.is_some(), ..facts }
    }
}
