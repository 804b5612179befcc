//! The error type of the library: an exit code and a message in up to five parts, in either language.

use crate::words::Lang;

/// The exit codes of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything done.
    Done = 0,
    /// Done, but the data exceeded a configured tolerance.
    Tolerance = 1,
    /// Wrong use or config.
    Usage = 2,
    /// Unreadable or unusable input.
    Input = 3,
    /// Output could not be written.
    Output = 4,
    /// Nothing published, because protection could not be proved.
    Disclosure = 5,
    /// Stopped by the user; the exit code that shells use.
    Stopped = 130,
}

/// An error: the id of a message in `data/words/*/errors.ftl` and its arguments. The message's value states the
/// problem; its attributes `.where`, `.found`, `.wanted` and `.hint` give the details. Arguments contain names of
/// files, columns and codes, never a value of a student column.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", .inner.text(Lang::En))]
pub struct Error {
    inner: Box<Inner>,
}

#[derive(Debug, Clone)]
struct Inner {
    exit: Exit,
    id: &'static str,
    args: Vec<(&'static str, String)>,
}

impl Inner {
    fn text(&self, lang: Lang) -> String {
        let args: Vec<(&str, &str)> = self.args.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let mut out = lang.say(self.id, &args);
        for part in ["where", "found", "wanted", "hint"] {
            if let Some(text) = lang.attribute(self.id, part, &args) {
                out.push_str(&format!("\n  {}: {text}", lang.text(&format!("part-{part}"))));
            }
        }
        out
    }
}

impl Error {
    /// An error that ends the program with `exit` and shows the message `id`.
    #[must_use]
    pub fn new(exit: Exit, id: &'static str) -> Self {
        Self { inner: Box::new(Inner { exit, id, args: Vec::new() }) }
    }

    /// Adds an argument for the message.
    #[must_use]
    pub fn with(mut self, name: &'static str, text: impl ToString) -> Self {
        self.inner.args.push((name, text.to_string()));
        self
    }

    /// The exit code.
    #[must_use]
    pub fn exit(&self) -> Exit {
        self.inner.exit
    }

    /// The id of the message.
    #[must_use]
    pub fn id(&self) -> &'static str {
        self.inner.id
    }

    /// The whole message, one line per part: the problem, then where, found, wanted and hint.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        self.inner.text(lang)
    }
}

/// The result type of the library.
pub type Result<T> = std::result::Result<T, Error>;
