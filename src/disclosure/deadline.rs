//! When the planner gives up. Nothing but giving up depends on the clock.

use std::time::{Duration, Instant};

/// A moment, or never.
#[derive(Debug, Clone, Copy, Default)]
pub struct Deadline(Option<Instant>);

impl Deadline {
    /// So many seconds from now.
    #[expect(clippy::disallowed_methods, reason = "a limit of time needs a clock; no output depends on it")]
    pub fn after(seconds: u64) -> Self {
        Self(Instant::now().checked_add(Duration::from_secs(seconds)))
    }

    /// Whether it has passed.
    #[expect(clippy::disallowed_methods, reason = "a limit of time needs a clock; no output depends on it")]
    pub fn is_over(self) -> bool {
        self.0.is_some_and(|end| Instant::now() >= end)
    }
}
