//! The flows of an extract: the largest ones to a provider other than the home municipality, and the share of all of
//! them.
//!
//! ```sh
//! cargo run --release --example flows_of_an_extract                            # the demo region
//! cargo run --release --example flows_of_an_extract -- my-region/elevflode.toml
//! ```
//!
//! The numbers are exact. `pipeline::model` computes what may be published of them; see `own_metric.rs`.
#![expect(clippy::print_stdout, reason = "an example prints what it finds")]

use std::cmp::Reverse;
use std::path::{Path, PathBuf};

use elevflode::error::Result;
use elevflode::pipeline::{self, Timings};
use elevflode::words::Lang;

fn main() -> Result<()> {
    let config = std::env::args_os().nth(1).map(PathBuf::from);
    lines(config.as_deref())?.iter().for_each(|line| println!("{line}"));
    Ok(())
}

/// The ten largest flows, then the share. Default config: that of this folder, else the demo region.
pub fn lines(config: Option<&Path>) -> Result<Vec<String>> {
    let loaded = pipeline::load(config)?;
    // Memory is not limited; times and progress are not used.
    let read = pipeline::read(loaded, None, &mut Timings::default(), &())?;
    // The share is for the latest year, for 15 October if the year has it, and for the population of the config.
    let Some(audit) = pipeline::audit(&read)? else { return Ok(vec!["no extract has students".to_owned()]) };
    let (headline, topic) = (audit.headline, audit.headline.topic);

    // Flows are keyed by numbers of codes; the registers translate them for a year.
    let registers = &read.registers;
    let mut away = Vec::new();
    for flow in read.flows.of(topic.snapshot, topic.year) {
        let home = registers.municipality(flow.key.home);
        let unit = registers.unit_in(flow.key.unit, topic.year);
        let programme = registers.programme(flow.key.programme);
        let (Some(home), Some(unit), Some(programme)) = (home, unit, programme) else { continue };
        if unit.provider.code != home.code {
            away.push((flow.students, format!("{} \u{2192} {}, {}", home.name, unit.name, programme.name)));
        }
    }
    away.sort_by_key(|(students, what)| (Reverse(*students), what.clone()));
    let mut lines: Vec<String> =
        away.iter().take(10).map(|(students, what)| format!("{students:>6}  {what}")).collect();

    // The share is a fraction of whole numbers until it is written.
    let share = Lang::En.percent(headline.share(), 1);
    lines.push(format!("{share} with another provider: {} of {} students", headline.cross, headline.students));
    Ok(lines)
}
