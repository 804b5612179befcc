//! Text encodings by the names used in a config.

use encoding_rs::Encoding;

/// The encoding of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// An encoding of the WHATWG standard.
    Known(&'static Encoding),
    /// Code page 850.
    Dos,
}

/// Names of code page 850, in lower case.
const DOS: [&str; 6] = ["cp850", "ibm850", "cp-850", "ibm-850", "850", "dos"];

impl Written {
    /// The encoding with this name; `None` if it is unknown.
    #[must_use]
    pub fn of(label: &str) -> Option<Self> {
        if DOS.contains(&label.trim().to_lowercase().as_str()) {
            return Some(Self::Dos);
        }
        Encoding::for_label(label.as_bytes()).map(Self::Known)
    }

    /// The name of the encoding.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Known(encoding) => encoding.name(),
            Self::Dos => "IBM850",
        }
    }
}
