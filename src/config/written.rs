//! Encodings by the names that a config can give them.

use encoding_rs::Encoding;

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// In an encoding of the web.
    Known(&'static Encoding),
    /// In code page 850.
    Dos,
}

/// Names of code page 850, in small letters.
const DOS: [&str; 6] = ["cp850", "ibm850", "cp-850", "ibm-850", "850", "dos"];

impl Written {
    /// The encoding with this name; `None` for one that is not known.
    #[must_use]
    pub fn of(label: &str) -> Option<Self> {
        if DOS.contains(&label.trim().to_lowercase().as_str()) {
            return Some(Self::Dos);
        }
        Encoding::for_label(label.as_bytes()).map(Self::Known)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Known(encoding) => encoding.name(),
            Self::Dos => "IBM850",
        }
    }
}
