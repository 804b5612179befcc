//! `elevflode slides`: the region's deck, a deck of some municipalities, or a folder with all decks.

use std::path::PathBuf;

use clap::Args;

use super::progress::ProgressLine;
use super::{Common, DeckLookOptions, Results, Session, dressed, tolerance, wanted};
use crate::error::{Error, Exit, Result};
use crate::export::{self, DeckFile, Decks, Material, SLIDES};
use crate::io;
use crate::model::Text;
use crate::pipeline::{self, OutputFolder, Read, Timings};
use crate::render;
use crate::report::ReportModel;
use crate::report::view::{self, Context};
use crate::report::whatif::WhatIf;
use crate::words::Lang;

/// Options of `slides`.
#[derive(Args, Debug)]
pub struct Options {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(flatten)]
    results: Results,
    #[command(flatten)]
    look: DeckLookOptions,
    #[arg(long, value_name = "CODE|NAME")]
    of: Vec<String>,
    #[arg(long, value_name = "FILE|DIR")]
    out: PathBuf,
}

/// Where decks go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DeckTarget {
    /// A PowerPoint file.
    Pptx,
    /// A PDF file.
    Pdf,
    /// A folder.
    Folder,
}

fn target(options: &Options) -> Result<DeckTarget> {
    match options.out.extension().and_then(|e| e.to_str()).map(str::to_lowercase).as_deref() {
        Some("pptx") => Ok(DeckTarget::Pptx),
        Some("pdf") if export::HAS_PDF => Ok(DeckTarget::Pdf),
        Some("pdf") => Err(Error::new(Exit::Usage, "error-no-pdf")),
        None => Ok(DeckTarget::Folder),
        Some(_) if options.out.is_dir() => Ok(DeckTarget::Folder),
        Some(_) => Err(Error::new(Exit::Usage, "error-slides-format").with("path", options.out.display())),
    }
}

pub(super) fn run(options: &Options, session: Session) -> Result<Exit> {
    let lang = session.lang;
    let target = target(options)?;
    if let (DeckTarget::Pdf, Some(template)) = (target, &options.look.template) {
        let error = Error::new(Exit::Usage, "error-template-pdf").with("path", template.display());
        return Err(error.with("out", options.out.display()));
    }
    let request = dressed(&options.results, &session, &options.look.look, options.look.template.as_deref())?;
    let line = ProgressLine::new(lang, options.common.quiet);
    let mut timings = Timings::default();
    let is_folder = target == DeckTarget::Folder;
    let folder = is_folder.then(|| OutputFolder::open(&options.out, "slides", request.release)).transpose()?;
    let read = pipeline::read(session.loaded, session.memory, &mut timings, &line)?;
    if let Some(unit) = unit(options, &read)? {
        let model = pipeline::model(&read, &request, &mut timings, &line)?;
        let deck = of_unit(&model, &unit, target)?;
        io::write_file(&options.out, &deck.bytes, model.release())?;
        drop(line);
        return Ok(tolerance(&read, lang, options.common.quiet));
    }
    let codes = codes(options, &read)?;
    let model = pipeline::model(&read, &request, &mut timings, &line)?;
    let pictures = pipeline::draw(&model, &|chart| SLIDES.shows(chart), &mut timings, &line);
    let material = Material { model: &model, pictures: &pictures };
    if let Some(folder) = folder {
        let codes = if codes.is_empty() { model.region.municipalities.clone() } else { codes };
        let count = codes.len() as u64 + 1;
        pipeline::put(&read, &material, &[&Decks { codes }], &[SLIDES], folder, timings, &line)?;
        drop(line);
        if !options.common.quiet {
            let path = options.out.display().to_string();
            say!("{}", lang.say("slides-written", &[("count", &lang.number(count)), ("path", &path)]));
        }
        return Ok(tolerance(&read, lang, options.common.quiet));
    }
    let made = match target {
        DeckTarget::Pdf => export::pdf_deck(&material, &codes)?,
        _ if codes.is_empty() => export::region_deck(&material, &export::template(&material)?)?,
        _ => export::deck_of(&material, &codes, &export::template(&material)?)?,
    };
    io::write_file(&options.out, &made.bytes, model.release())?;
    drop(line);
    if !options.common.quiet {
        left_out(&made.left_out, lang);
    }
    Ok(tolerance(&read, lang, options.common.quiet))
}

/// The unit of `--of unit:CODE`, which must be alone, and have a file of its own.
fn unit(options: &Options, read: &Read) -> Result<Option<Text>> {
    let Some(of) = options.of.iter().find(|of| of.trim().starts_with("unit:")) else { return Ok(None) };
    if options.of.len() > 1 || target(options)? == DeckTarget::Folder {
        return Err(Error::new(Exit::Usage, "error-slides-unit").with("found", options.of.join(", ")));
    }
    wanted::unit(of, &read.registers).map(Some)
}

/// The slide of a unit's dependency card.
fn of_unit(model: &ReportModel, unit: &Text, target: DeckTarget) -> Result<DeckFile> {
    let none = || Error::new(Exit::Usage, "error-whatif-no-students").with("found", unit);
    let market = model.market().ok_or_else(|| Error::new(Exit::Usage, "error-whatif-exact"))?;
    let known = model.registers.unit_by_code(unit).ok_or_else(none)?;
    let sheet = view::of_unit(&Context::new(model), market, known).ok_or_else(none)?;
    let whatif = WhatIf::closing(model, unit).ok_or_else(none)?;
    let map = render::whatif_slide(model, &whatif);
    let material = Material { model, pictures: &[] };
    match target {
        DeckTarget::Pdf => Ok(export::sheet(&sheet, map.as_ref(), &material)?.0),
        DeckTarget::Pptx | DeckTarget::Folder => export::sheet_deck(&sheet, map.as_ref(), &material),
    }
}

/// The requested municipalities, each once. They must be in the region: there are no decks of others.
fn codes(options: &Options, read: &Read) -> Result<Vec<Text>> {
    let mut codes: Vec<Text> = Vec::new();
    for of in &options.of {
        let code = wanted::municipality(of, &read.registers)?;
        if read.config.municipalities.binary_search(&code).is_err() {
            return Err(Error::new(Exit::Usage, "error-slides-outside").with("found", of));
        }
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    Ok(codes)
}

fn left_out(topics: &[String], lang: Lang) {
    if !topics.is_empty() {
        say!("{}", lang.say("slides-left-out", &[("topics", &topics.join(", "))]));
    }
}
