//! Decisions of earlier runs. The same year gets the same decision, and the search for witnesses takes seconds.
//!
//! A stored decision lists the numbers of the withheld sums under the checksum of everything that the decision depends
//! on. It contains no number of students.

use super::protect::{Outcome, Requirement, protect};
use super::system::{SumId, System};
use crate::disclosure::kept::Plans;

/// Must change whenever the method would give another decision for the same system.
const METHOD: &str = "round 1";

/// The decision on a system, read from storage or computed. A new one is stored if all counts are protected.
pub fn decision(system: &System, requirement: Requirement, losses: &[u64], plans: &dyn Plans) -> Outcome {
    let checksum = checksum(system, requirement, losses);
    let can_be = |outcome: &Outcome| {
        let is_known = |sum: &SumId| losses.get(*sum as usize).is_some_and(|loss| *loss > 0);
        outcome.withheld.iter().all(is_known) && outcome.fewest.is_none_or(|fewest| fewest >= requirement.values)
    };
    if let Some(outcome) = plans.find(&checksum).and_then(|text| parse(&text)).filter(can_be) {
        return outcome;
    }
    let outcome = protect(system, requirement, losses);
    if outcome.unprotected == 0 {
        plans.keep(&checksum, &text(&outcome));
    }
    outcome
}

fn checksum(system: &System, requirement: Requirement, losses: &[u64]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(METHOD.as_bytes());
    hasher.update(&requirement.threshold.to_le_bytes());
    hasher.update(&requirement.values.to_le_bytes());
    for loss in losses {
        hasher.update(&loss.to_le_bytes());
    }
    system.feed(&mut |bytes| {
        hasher.update(bytes);
    });
    hasher.finalize().to_hex().to_string()
}

/// The stored text: the fewest values (`-`: none), and the withheld sums.
fn text(outcome: &Outcome) -> String {
    let fewest = outcome.fewest.map_or_else(|| "-".to_owned(), |fewest| fewest.to_string());
    let sums = outcome.withheld.iter().map(|sum| format!(" {sum}"));
    std::iter::once(fewest).chain(sums).collect()
}

fn parse(text: &str) -> Option<Outcome> {
    let mut words = text.split_whitespace();
    let fewest = match words.next()? {
        "-" => None,
        fewest => Some(fewest.parse().ok()?),
    };
    let withheld = words.map(|word| word.parse().ok()).collect::<Option<_>>()?;
    Some(Outcome { withheld, fewest, unprotected: 0 })
}

#[cfg(test)]
mod tests {
    use super::super::system::SystemBuilder;
    use super::*;
    use crate::disclosure::kept::memory::Memory;
    use crate::disclosure::rule::Rule;

    /// Four counts and their sum, which reveals the first.
    fn system(first: u64) -> System {
        let mut builder = SystemBuilder::new();
        for (n, count) in [first, 20, 30, 40].into_iter().enumerate() {
            builder.unknown(count, [(n, 1), (9, 1)]);
        }
        builder.build(|_, value| Rule { threshold: 10, round_to: 1 }.beside(value, None).1).0
    }

    fn decided(first: u64, plans: &Memory) -> Outcome {
        let system = system(first);
        decision(&system, Requirement { threshold: 10, values: 5 }, &vec![1; system.sums.len()], plans)
    }

    #[test]
    fn the_same_system_is_decided_once() {
        let plans = Memory::default();
        let first = decided(4, &plans);
        assert!(!first.withheld.is_empty() && first.unprotected == 0, "{first:?}");
        assert_eq!(decided(4, &plans).withheld, first.withheld);
        assert_eq!(plans.0.lock().unwrap().len(), 1);
        decided(5, &plans);
        assert_eq!(plans.0.lock().unwrap().len(), 2, "another number, another decision");
        let checksum = plans.0.lock().unwrap()[0].0.clone();
        for bad in ["", "x", "4 1", "5 77", "5 -1"] {
            plans.keep(&checksum, bad);
            assert_eq!(decided(4, &plans).withheld, first.withheld, "{bad}");
        }
    }
}
