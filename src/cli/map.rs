//! `elevflode map`: one dependency map.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::progress::Line;
use super::{Common, Results, Session, request, tolerance};
use crate::error::{Error, Exit, Result};
use crate::graph::{Programmes, Selection};
use crate::io;
use crate::model::{Perspective, Registers, Release, Snapshot, Text};
use crate::pipeline::{self, Read, Timings};
use crate::render::{self, MapScale, MapSpec};
use crate::report::ReportModel;

/// Options of `map`.
#[derive(Args, Debug)]
pub struct Options {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(flatten)]
    results: Results,
    #[arg(long, value_name = "SIDE")]
    perspective: Side,
    #[arg(long, value_name = "CODE|NAME")]
    of: String,
    #[arg(long, value_name = "CODE")]
    programme: Option<String>,
    #[arg(long, value_name = "SNAPSHOT")]
    snapshot: Option<When>,
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum Side {
    Home,
    Provider,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum When {
    Admission,
    October,
    Enrolled,
}

impl From<When> for Snapshot {
    fn from(when: When) -> Self {
        match when {
            When::Admission => Self::Admission,
            When::October => Self::October,
            When::Enrolled => Self::Enrolled,
        }
    }
}

/// The file formats of a picture.
enum Format {
    Svg,
    Png,
}

pub(super) fn run(options: &Options, session: Session) -> Result<Exit> {
    let lang = session.lang;
    let request = request(&options.results, lang);
    let format = match options.out.extension().and_then(|e| e.to_str()).map(str::to_lowercase).as_deref() {
        Some("svg") => Format::Svg,
        Some("png") => Format::Png,
        _ => return Err(Error::new(Exit::Usage, "error-picture-format").with("path", options.out.display())),
    };
    let line = Line::new(lang, options.common.quiet);
    let mut timings = Timings::default();
    let read = pipeline::read(session.loaded, session.memory, &mut timings, &line)?;
    can_be_drawn(options, &read, request.release)?;
    let model = pipeline::model(&read, &request, &mut timings, &line)?;
    let spec = spec(options, &model)?;
    let picture = render::dependency_map(&model, &spec, &MapScale::of(&model, &spec));
    let bytes = match format {
        Format::Svg => picture.svg.into_bytes(),
        Format::Png => render::png(&picture, render::PNG_SCALE)?,
    };
    io::write_file(&options.out, &bytes)?;
    drop(line);
    Ok(tolerance(&read, lang))
}

/// Refuses what no public map shows, before any work on one.
fn can_be_drawn(options: &Options, read: &Read, release: Release) -> Result<()> {
    if release == Release::Internal {
        return Ok(());
    }
    let refused = |what: &'static str, found: &str| Err(Error::new(Exit::Usage, what).with("found", found));
    if let Some(programme) = &options.programme {
        return refused("error-map-programme", programme);
    }
    let of = municipality(&options.of, &read.registers)?;
    match read.config.municipalities.binary_search(&of) {
        Ok(_) => Ok(()),
        Err(_) => refused("error-map-outside", &of),
    }
}

fn spec(options: &Options, model: &ReportModel) -> Result<MapSpec> {
    let programme = options.programme.as_deref().map(|p| programme(p, &model.registers)).transpose()?;
    let snapshot = options.snapshot.map_or(model.snapshot, Snapshot::from);
    let is_read = |snapshot: &Snapshot| {
        model.tables.get().shares.iter().any(|r| r.snapshot == *snapshot && r.year == model.year)
    };
    if !is_read(&snapshot) {
        let known: Vec<&str> = Snapshot::ALL.iter().filter(|s| is_read(s)).map(|s| s.as_str()).collect();
        return Err(Error::new(Exit::Usage, "error-snapshot")
            .with("snapshot", snapshot.as_str())
            .with("year", model.year)
            .with("known", known.join(", ")));
    }
    let programmes = programme.clone().map_or(Programmes::Of(model.population), Programmes::One);
    Ok(MapSpec {
        perspective: match options.perspective {
            Side::Home => Perspective::Home,
            Side::Provider => Perspective::Provider,
        },
        of: municipality(&options.of, &model.registers)?,
        programme,
        selection: Selection { snapshot, year: model.year, programmes },
    })
}

/// The municipality of a code, or of a name whatever its case.
fn municipality(wanted: &str, registers: &Registers) -> Result<Text> {
    let wanted = wanted.trim();
    if let Some(found) = registers.municipality_by_code(wanted) {
        return Ok(found.code.clone());
    }
    let lower = wanted.to_lowercase();
    let named: Vec<&Text> =
        registers.municipalities().filter(|m| m.name.to_lowercase() == lower).map(|m| &m.code).collect();
    match named.as_slice() {
        [code] => Ok(Text::clone(code)),
        _ => {
            let names = registers.municipalities().map(|m| format!("{} {}", m.code, m.name));
            let nearest = if named.is_empty() {
                nearest(&lower, names)
            } else {
                named.iter().map(|c| &***c).collect::<Vec<_>>().join(", ")
            };
            Err(Error::new(Exit::Usage, "error-of").with("found", wanted).with("nearest", nearest))
        }
    }
}

fn programme(wanted: &str, registers: &Registers) -> Result<Text> {
    registers.programme_codes().find(wanted).map(|id| registers.programme_codes().text(id).clone()).ok_or_else(|| {
        let names = registers.programmes().map(|p| format!("{} {}", p.code, p.name));
        let nearest = nearest(&wanted.to_lowercase(), names);
        Error::new(Exit::Usage, "error-programme").with("found", wanted).with("nearest", nearest)
    })
}

/// The entry whose code or name is nearest to the lower-case text.
fn nearest(wanted: &str, entries: impl Iterator<Item = String>) -> String {
    let distance = |entry: &str| {
        let entry = entry.to_lowercase();
        let (code, name) = entry.split_once(' ').unwrap_or((&entry, ""));
        strsim::levenshtein(wanted, code).min(strsim::levenshtein(wanted, name))
    };
    entries.min_by_key(|entry| (distance(entry), entry.clone())).unwrap_or_default()
}
