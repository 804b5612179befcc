//! The time at which the planner gives up. Nothing else depends on the clock.

use std::time::{Duration, Instant};

/// A point in time, or never.
#[derive(Debug, Clone, Copy, Default)]
pub struct Deadline(Option<Instant>);

impl Deadline {
    /// The deadline this many seconds from now.
    #[expect(clippy::disallowed_methods, reason = "a limit of time needs a clock; no output depends on it")]
    pub fn after(seconds: u64) -> Self {
        Self(Instant::now().checked_add(Duration::from_secs(seconds)))
    }

    /// Whether the deadline has passed.
    #[expect(clippy::disallowed_methods, reason = "a limit of time needs a clock; no output depends on it")]
    pub fn is_over(self) -> bool {
        self.0.is_some_and(|end| Instant::now() >= end)
    }
}
