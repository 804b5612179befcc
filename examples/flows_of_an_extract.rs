//! The flows of an extract: the largest ones to a provider other than the home municipality, and the share that all of them make.
//!
//! ```sh
//! cargo run --release --example flows_of_an_extract                            # the demo region
//! cargo run --release --example flows_of_an_extract -- my-region/elevflode.toml
//! ```
//!
//! The numbers are exact. `pipeline::model` makes what may be published of them; `own_metric.rs` shows it.
#![expect(clippy::print_stdout, reason = "an example prints what it finds")]

use std::cmp::Reverse;
use std::path::PathBuf;

use elevflode::error::Result;
use elevflode::pipeline::{self, Timings};
use elevflode::words::Lang;

fn main() -> Result<()> {
    // Without a path: elevflode.toml of this folder, else the demo region.
    let config = std::env::args_os().nth(1).map(PathBuf::from);
    let loaded = pipeline::load(config.as_deref())?;
    // Nobody listens to the progress, memory is not limited, and nobody asks for the times.
    let read = pipeline::read(loaded, None, &mut Timings::default(), &())?;

    let Some(audit) = pipeline::audit(&read)? else {
        println!("no extract has students");
        return Ok(());
    };
    // What the share is about: the latest year, 15 October where the year has it, the population of the config.
    let headline = audit.headline;
    let topic = headline.topic;

    // Flows are counted by codes that are numbers; the registers know what they stand for in a year.
    let registers = &read.registers;
    let mut away: Vec<(u64, String)> = Vec::new();
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
    for (students, what) in away.iter().take(10) {
        println!("{students:>6}  {what}");
    }

    // The share is a fraction of whole numbers until it is written.
    let share = Lang::En.percent(headline.share(), 1);
    println!("{share} with another provider: {} of {} students", headline.cross, headline.students);
    Ok(())
}
