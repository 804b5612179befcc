//! `elevflode report`: extracts in, everything out.

use std::path::PathBuf;

use clap::Args;

use super::progress::ProgressLine;
use super::{Common, DeckLookOptions, Results, Session, dressed, tolerance};
use crate::error::{Error, Exit, Result};
use crate::export::{self, CSV, HAS_PDF, PDF, Part, TABLES};
use crate::model::{ALL, Ratio, Release};
use crate::pipeline::{self, OutputFolder, Timings, default_folder};
use crate::report::{Coverage, ReportModel};
use crate::words::Lang;

/// Options of `report`.
#[derive(Args, Debug)]
pub struct Options {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(flatten)]
    results: Results,
    #[command(flatten)]
    look: DeckLookOptions,
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[arg(long, value_name = "KINDS", value_delimiter = ',')]
    only: Vec<String>,
}

pub(super) fn run(options: &Options, session: Session) -> Result<Exit> {
    let lang = session.lang;
    let parts = parts(&options.only)?;
    let mut request = dressed(&options.results, &session, &options.look.look, options.look.template.as_deref())?;
    let line = ProgressLine::new(lang, options.common.quiet);
    let mut timings = Timings::default();
    // A named folder can be opened before the long work; the default one has the latest year in its name.
    let early = options.out.as_deref().map(|out| OutputFolder::open(out, "report", request.release)).transpose()?;
    let read = pipeline::read(session.loaded, session.memory, &mut timings, &line)?;
    let mut model = pipeline::model(&read, &request, &mut timings, &line)?;
    let out = options.out.clone().unwrap_or_else(|| default_folder(&model.region.name, model.year, request.release));
    if let Some(earlier) = pipeline::replaced(&out, &model)? {
        request.since.push(earlier);
        model = pipeline::model(&read, &request, &mut timings, &line)?;
    }
    let folder = match early {
        Some(folder) => folder,
        None => OutputFolder::open(&out, "report", request.release)?,
    };
    pipeline::write(&read, &model, &parts, folder, timings, &line)?;
    drop(line);
    let exit = tolerance(&read, lang, options.common.quiet);
    if !options.common.quiet {
        say!("{}", headline(&model, lang));
        for note in &model.coverage {
            if let Coverage::NothingLinks { year } = note {
                say!("{}", lang.say("page-coverage-nothing-links", &[("year", &year.to_string())]));
            }
        }
        say!("{}", lang.say("report-written", &[("path", &out.display().to_string())]));
    }
    Ok(exit)
}

/// The parts that `--only` names; all without it.
fn parts(only: &[String]) -> Result<Vec<Part>> {
    let all = export::parts();
    let part = |word: &String| {
        all.iter().find(|p| p.as_str() == word.trim()).copied().ok_or_else(|| {
            let known: Vec<&str> = all.iter().map(|p| p.as_str()).collect();
            Error::new(Exit::Usage, "error-only").with("found", word).with("known", known.join(","))
        })
    };
    let mut parts: Vec<Part> = match only {
        [] => all.iter().copied().filter(|part| HAS_PDF || *part != PDF).collect(),
        words => words.iter().map(part).collect::<Result<_>>()?,
    };
    if parts.contains(&PDF) && !HAS_PDF {
        return Err(Error::new(Exit::Usage, "error-no-pdf"));
    }
    if parts.contains(&TABLES) {
        // The tables include the CSV files.
        parts.retain(|part| *part != CSV);
    }
    Ok(parts)
}

/// The headline number with its numerator, denominator, population and snapshot.
fn headline(model: &ReportModel, lang: Lang) -> String {
    let row = model.share(ALL, &model.selection());
    let Some((row, share)) = row.and_then(|r| Some((r, r.cross_provider_share.value()?))) else {
        return lang.text(&model.none_or_hidden("report-no-headline"));
    };
    let text = lang.say(
        "report-headline",
        &[
            ("region", &model.region.name),
            ("share", &model.percent(share)),
            ("cross", &lang.number(row.cross_provider.value().unwrap_or(0))),
            ("students", &lang.number(row.students.value().unwrap_or(0))),
            ("snapshot", &lang.text(&format!("snapshot-{}", model.snapshot.as_str()))),
            ("population", &lang.text(&format!("population-{}", model.population.as_str()))),
            ("year", &model.year.to_string()),
        ],
    );
    let text = match model.release() {
        Release::Internal => format!("{text} {}", lang.text("report-internal")),
        Release::Public => text,
    };
    let of = model.unplaced + row.students.value().unwrap_or(0);
    if model.unplaced == 0 {
        return text;
    }
    let share = lang.percent(Ratio::new(model.unplaced, of), 1);
    format!(
        "{text}\n{}",
        lang.say("report-unplaced", &[("students", &lang.number(model.unplaced)), ("share", &share)])
    )
}
