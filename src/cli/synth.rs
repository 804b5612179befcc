//! `elevflode synth`: invented extracts with registers, config and the true answers.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::Args;

use super::progress::ProgressLine;
use crate::error::{Error, Exit, Result};
use crate::io::Staging;
use crate::model::{Release, Year};
use crate::pipeline::Progress;
use crate::synth::{self, Plan, World};
use crate::words::Lang;

/// Options of `synth`.
#[derive(Args, Debug)]
pub struct Options {
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    students: u64,
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[arg(long, value_name = "A-B", default_value = "2021-2023")]
    years: String,
    #[arg(long)]
    national: bool,
    #[arg(long, value_name = "CODES", value_delimiter = ',', conflicts_with = "national")]
    municipalities: Vec<String>,
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[arg(long, value_name = "LANG")]
    lang: Option<super::LangArg>,
    #[arg(long)]
    quiet: bool,
}

pub(super) fn run(options: &Options, lang: Lang) -> Result<Exit> {
    let lang = options.lang.map_or(lang, Lang::from);
    let plan = Plan {
        students: options.students,
        seed: options.seed,
        years: years(&options.years)?,
        world: match (options.national, &options.municipalities[..]) {
            (true, _) => World::National,
            (false, []) => World::Demo,
            (false, codes) => World::Municipalities(codes.iter().map(|code| code.trim().to_owned()).collect()),
        },
    };
    let staging = Staging::beside(&options.out, Release::Public)?;
    let line = ProgressLine::new(lang, options.quiet);
    line.stage("synth");
    synth::write(&plan, &staging)?;
    staging.finish(&|_| false)?;
    drop(line);
    if !options.quiet {
        say!("{}", lang.say("synth-written", &[("path", &options.out.display().to_string())]));
    }
    Ok(Exit::Done)
}

/// `2023`, or `2021-2023`.
fn years(text: &str) -> Result<RangeInclusive<Year>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.trim().parse(), last.trim().parse()) {
        (Ok(first), Ok(last)) if (2000..=last).contains(&first) && last <= 2099 => Ok(first..=last),
        _ => Err(Error::new(Exit::Usage, "error-synth-years").with("found", text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_one_or_a_range() {
        for (text, wanted) in [
            ("2023", Some(2023..=2023)),
            ("2021-2023", Some(2021..=2023)),
            (" 2021 - 2022 ", Some(2021..=2022)),
            ("2023-2021", None),
            ("23", None),
            ("2021-", None),
            ("2021-2150", None),
        ] {
            assert_eq!(years(text).ok(), wanted, "{text}");
        }
    }
}
