//! Coverage of the data in sentences.

use super::context::Context;
use crate::model::{Cell, Ratio, Release};
use crate::report::Coverage;

/// The coverage of the data, a sentence per note.
pub fn sentences(context: &Context<'_>) -> Vec<String> {
    let mut out: Vec<String> = context.model.coverage.iter().map(|note| sentence(context, note)).collect();
    out.push(release(context));
    out
}

/// The release and its protection in a sentence.
pub fn release(context: &Context<'_>) -> String {
    match context.model.release() {
        Release::Internal => context.t("page-coverage-internal"),
        Release::Public if context.model.empty_means().is_some() => {
            let policy = &context.model.policy;
            let [step, base] = [policy.round_to, policy.threshold].map(|n| n.to_string());
            context.say("page-coverage-rounded", &[("step", &step), ("base", &base)])
        }
        Release::Public => context.t("page-coverage-public"),
    }
}

fn sentence(context: &Context<'_>, note: &Coverage) -> String {
    let say = |id: &str, year: &u16, more: &[(&str, &str)]| {
        let year = year.to_string();
        let args: Vec<(&str, &str)> = [("year", year.as_str())].into_iter().chain(more.iter().copied()).collect();
        context.say(&format!("page-coverage-{id}"), &args)
    };
    match note {
        Coverage::Linked { year } => say("linked", year, &[]),
        Coverage::NoSnapshot { year, snapshot } => say(&format!("no-{}", snapshot.as_str()), year, &[]),
        Coverage::NoIds { year } => say("no-ids", year, &[]),
        Coverage::NothingLinks { year } => say("nothing-links", year, &[]),
        Coverage::OctoberStopsAtTheRegion { year } => say("october-stops", year, &[]),
        Coverage::NoSeats { year, time } => say(&format!("no-seats-{}", time.as_str()), year, &[]),
        Coverage::Unknown { year, snapshot, students } => {
            let Cell::Value((students, of)) = students else {
                return say(&format!("unknown-{}-hidden", snapshot.as_str()), year, &[]);
            };
            let share = Ratio::new(*students, *of);
            say(
                &format!("unknown-{}", snapshot.as_str()),
                year,
                &[
                    ("students", &context.lang.number(*students)),
                    ("of", &context.lang.number(*of)),
                    ("share", &context.lang.percent(share, 2)),
                ],
            )
        }
        Coverage::NoNationalProgrammes => context.t("page-coverage-no-national"),
    }
}
