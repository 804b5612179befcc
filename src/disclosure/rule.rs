//! The rule by which counts are shown, and what readers who know the rule can conclude.

use crate::model::Policy;

/// Parameters of rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Smaller counts are not shown, zero included.
    pub threshold: u64,
    /// Shown counts are multiples of it.
    pub round_to: u64,
}

/// What an earlier release showed of a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriorValue {
    /// Its rounded value.
    Value(u64),
    /// Nothing, although sums of its level were published: it was below the threshold or withheld.
    Hidden,
}

/// The values of a sum that a reader holds possible, given what is shown of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Smallest value.
    pub low: u64,
    /// Largest value; `u64::MAX` if unlimited.
    pub high: u64,
}

impl Window {
    /// All counts.
    pub const OPEN: Self = Self { low: 0, high: u64::MAX };

    const fn has(self, value: u64) -> bool {
        self.low <= value && value <= self.high
    }
}

impl Rule {
    /// The rule of a policy.
    pub const fn of(policy: &Policy) -> Self {
        Self { threshold: policy.threshold, round_to: policy.round_to }
    }

    /// The nearest multiple of `round_to`, halves upwards; `None` below the threshold.
    pub const fn shown(self, value: u64) -> Option<u64> {
        if value < self.threshold { None } else { Some(self.nearest(value)) }
    }

    const fn nearest(self, value: u64) -> u64 {
        (value + self.round_to / 2) / self.round_to * self.round_to
    }

    /// The counts that are shown as this multiple of `round_to`.
    fn rounded(self, shown: u64) -> Window {
        // Halves go upwards: for an even base, one more count lies below its multiple than above.
        let low = shown.saturating_sub(self.round_to / 2).max(self.threshold);
        Window { low, high: shown + (self.round_to - 1) / 2 }
    }

    /// How far a sum can move before a release that takes account of an earlier one shows another value.
    const fn leeway(self) -> u64 {
        self.round_to.saturating_sub(1)
    }

    /// What is shown of a count beside an earlier release (`prior`), and the counts that readers of both hold
    /// possible. A published value is repeated while the count is within `round_to` − 1 of it. A hidden count stays
    /// hidden while it is at most threshold − 1 + `round_to` − 1.
    pub fn beside(self, value: u64, prior: Option<PriorValue>) -> (Option<u64>, Window) {
        let leeway = self.leeway();
        let fresh = |value: u64| match self.shown(value) {
            None => (None, Window { low: 0, high: self.threshold - 1 }),
            Some(shown) => (Some(shown), self.rounded(shown)),
        };
        let kept = match prior {
            None => return fresh(value),
            Some(PriorValue::Value(shown)) => {
                (Some(shown), Window { low: shown.saturating_sub(leeway), high: shown + leeway })
            }
            Some(PriorValue::Hidden) => (None, Window { low: 0, high: self.threshold - 1 + leeway }),
        };
        if kept.1.has(value) {
            return kept;
        }
        let (shown, window) = fresh(value);
        // A change reveals that the count is outside the window of the earlier value.
        let window = if value > kept.1.high {
            Window { low: window.low.max(kept.1.high + 1), ..window }
        } else {
            Window { high: window.high.min(kept.1.low.saturating_sub(1)), ..window }
        };
        (shown, window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule = Rule { threshold: 10, round_to: 5 };

    fn check(value: u64, prior: Option<PriorValue>, shown: Option<u64>, low: u64, high: u64) {
        assert_eq!(RULE.beside(value, prior), (shown, Window { low, high }), "{value} beside {prior:?}");
    }

    #[test]
    fn counts_below_ten_are_hidden_and_others_are_multiples_of_five() {
        check(0, None, None, 0, 9);
        check(9, None, None, 0, 9);
        check(10, None, Some(10), 10, 12);
        check(12, None, Some(10), 10, 12);
        check(13, None, Some(15), 13, 17);
        check(17, None, Some(15), 13, 17);
        check(18, None, Some(20), 18, 22);
    }

    #[test]
    fn published_values_are_kept_while_the_count_is_near() {
        let prior = |shown| Some(PriorValue::Value(shown));
        check(24, prior(20), Some(20), 16, 24);
        check(16, prior(20), Some(20), 16, 24);
        check(25, prior(20), Some(25), 25, 27);
        check(15, prior(20), Some(15), 13, 15);
        check(9, prior(10), Some(10), 6, 14);
        check(5, prior(10), None, 0, 5);
        check(13, Some(PriorValue::Hidden), None, 0, 13);
        check(14, Some(PriorValue::Hidden), Some(15), 14, 17);
    }

    #[test]
    fn windows_hold_exactly_the_counts_that_are_shown_alike() {
        for round_to in 1..=10 {
            for threshold in 1..=12 {
                let rule = Rule { threshold, round_to };
                let windows: Vec<_> = (0..80).map(|value| rule.beside(value, None)).collect();
                for (value, (shown, window)) in windows.iter().enumerate() {
                    let same: Vec<usize> = (0..80).filter(|other| windows[*other].0 == *shown).collect();
                    assert!(window.has(value as u64));
                    if value < 60 {
                        let wanted = Window { low: same[0] as u64, high: *same.last().unwrap() as u64 };
                        assert_eq!(*window, wanted, "{rule:?} {value}");
                    }
                }
            }
        }
    }
}
