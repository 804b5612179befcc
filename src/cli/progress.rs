//! Progress of long work: a line on a terminal, with a bar while files are read; nothing on a pipe.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

use crate::pipeline::Progress;
use crate::words::Lang;

/// Template while files are read: the bytes read.
const READING: &str = "{spinner} {msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {elapsed}";

/// Template before and after.
const ELSE: &str = "{spinner} {msg} {elapsed}";

/// Template while a server counts: its tasks done.
const COUNTING: &str = "{spinner} {msg} {wide_bar} {pos}/{len} {elapsed}";

/// The stages in which files are processed batch by batch.
const STAGES: [&str; 3] = ["extracts", "link", "flows"];

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

/// A line with the running stage.
pub struct ProgressLine {
    bar: Option<ProgressBar>,
    lang: Lang,
}

impl ProgressLine {
    /// A line on a terminal; silent on a pipe or with `--quiet`.
    pub fn new(lang: Lang, quiet: bool) -> Self {
        let visible = !quiet && std::io::stderr().is_terminal();
        let bar = visible.then(|| {
            let bar = ProgressBar::new_spinner();
            bar.set_style(style(ELSE));
            bar.enable_steady_tick(std::time::Duration::from_millis(100));
            bar
        });
        Self { bar, lang }
    }
}

impl Progress for ProgressLine {
    fn stage(&self, name: &'static str) {
        if let Some(bar) = &self.bar {
            if !STAGES.contains(&name) {
                bar.set_style(style(ELSE));
            }
            bar.set_message(self.lang.text(&format!("stage-{name}")));
        }
    }

    fn begin(&self, bytes: u64) {
        if let Some(bar) = &self.bar {
            bar.set_style(style(READING));
            bar.set_length(bytes);
        }
    }

    fn tasks(&self, done: u64, all: u64) {
        if let Some(bar) = self.bar.as_ref().filter(|_| all > 0) {
            bar.set_style(style(COUNTING));
            bar.set_length(all);
            bar.set_position(done);
        }
    }

    fn advance(&self, bytes: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(bytes);
        }
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
