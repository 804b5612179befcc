//! Texts that occur in many rows: codes, names and words. Each is stored once for the whole run of the program, so that a row
//! holds a reference to it: rows are copied, compared and dropped without memory management.
//!
//! Only what registers, configs and the program itself contain becomes such a text. Student ids never do.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::{PoisonError, RwLock};

/// Shared immutable text: a code, a name or a word that occurs in many rows. It compares, sorts and hashes as its letters do,
/// and takes 8 bytes.
#[derive(Clone, Eq)]
pub struct Text(&'static &'static str);

/// All texts made from borrowed or owned letters.
static KNOWN: RwLock<Option<HashSet<Text>>> = RwLock::new(None);

impl Text {
    /// A text that is part of the program.
    #[must_use]
    pub const fn word(word: &'static &'static str) -> Self {
        Self(word)
    }

    /// A text with these letters.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.as_ref().and_then(|known| known.get(text)) {
            return found.clone();
        }
        drop(known);
        let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
        let known = known.get_or_insert_default();
        if let Some(found) = known.get(text) {
            return found.clone();
        }
        let letters: &'static str = Box::leak(Box::from(text));
        let kept = Self(Box::leak(Box::new(letters)));
        known.insert(kept.clone());
        kept
    }

    /// Its letters.
    #[must_use]
    #[inline]
    pub const fn as_str(&self) -> &'static str {
        self.0
    }
}

impl PartialEq for Text {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0) || **self == **other
    }
}

impl Default for Text {
    fn default() -> Self {
        Self(&"")
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl Ord for Text {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        if std::ptr::eq(self.0, other.0) { Ordering::Equal } else { (**self).cmp(other) }
    }
}

impl PartialOrd for Text {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.0
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self.0
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self.0
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_are_stored_once() {
        let (a, b) = (Text::new("1480 of a test"), Text::from("1480 of a test".to_owned()));
        assert!(std::ptr::eq(a.as_str(), b.as_str()) && a == b);
        assert_eq!(Text::word(&"1480 of a test"), a);
        assert!(Text::new("a") < Text::new("b") && Text::default().is_empty());
        assert_eq!((format!("{a:?}"), format!("{:>3}", Text::new("x"))), ("\"1480 of a test\"".into(), "  x".into()));
    }
}
