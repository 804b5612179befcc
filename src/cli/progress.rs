//! Progress of long work: a line on a terminal, nothing on a pipe.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

use crate::pipeline::Progress;
use crate::words::Lang;

/// A line that names the running stage.
pub struct Line {
    bar: Option<ProgressBar>,
    lang: Lang,
}

impl Line {
    /// A line on a terminal; silent on a pipe or when asked to be quiet.
    pub fn new(lang: Lang, quiet: bool) -> Self {
        let visible = !quiet && std::io::stderr().is_terminal();
        let bar = visible.then(|| {
            let bar = ProgressBar::new_spinner();
            let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            bar.enable_steady_tick(std::time::Duration::from_millis(100));
            bar
        });
        Self { bar, lang }
    }
}

impl Progress for Line {
    fn stage(&self, name: &'static str) {
        if let Some(bar) = &self.bar {
            bar.set_message(self.lang.text(&format!("stage-{name}")));
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
