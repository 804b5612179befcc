//! The order of a run: read, clean, link, count, compute, release, draw, write.

mod cluster;
mod coverage;
mod inputs;
mod output;
mod plans;
mod read_data;
mod reading;
mod since;
mod timings;
mod tolerance;

pub use cluster::engine_limits;
pub use inputs::{Loaded, RegisterNotes, load, theme};
use output::WrittenFiles;
pub use output::{OutputFolder, default_folder};
pub use read_data::Read;
pub use reading::read;
pub use since::replaced;
pub use timings::{Stage, Timings};
pub use tolerance::{Breach, Remark, breaches, remarks};

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use crate::clean::Reason;
use crate::config::ExtractKind;
use crate::disclosure::{self, Results};
use crate::error::{Error, Exit, Result};
use crate::export::{self, EXPORTERS, Exporter, Material, Output, Part, csv_bytes};
use crate::flow::FlowTable;
use crate::manifest::{Input, Manifest, Rules};
use crate::model::{Population, Release, Year};
use crate::render::{self, CHARTS, Chart, Picture};
use crate::report::{Coverage, Region, ReportModel};
use crate::tables::{Effect, Headline, QualityDetailRow, QualityRow, Tables, Topic, effects, headline};
use crate::theme::Theme;
use crate::words::Lang;

/// What a run produces, besides its config.
#[derive(Debug, Clone)]
pub struct Request {
    /// The year that pages are about; `None`: the year of the config, otherwise the latest year.
    pub year: Option<Year>,
    /// Language of pages and pictures.
    pub lang: Lang,
    /// Internal or public.
    pub release: Release,
    /// Manifests of earlier publications, in addition to those of the config.
    pub since: Vec<PathBuf>,
    /// The theme of pages and pictures.
    pub theme: Arc<Theme>,
}

impl Request {
    /// The latest year, in the program's own look, without earlier publications.
    #[must_use]
    pub fn new(lang: Lang, release: Release) -> Self {
        Self { year: None, lang, release, since: Vec::new(), theme: Arc::default() }
    }
}

/// A listener for the progress of a run; `()` ignores it.
pub trait Progress: Sync {
    /// The stage with this name begins.
    fn stage(&self, name: &'static str);
    /// The stage will process this number of bytes.
    fn begin(&self, _bytes: u64) {}
    /// This number of further bytes is processed.
    fn advance(&self, _bytes: u64) {}
    /// A server has done `done` of the `all` tasks known so far.
    fn tasks(&self, _done: u64, _all: u64) {}
}

impl Progress for () {
    fn stage(&self, _name: &'static str) {}
}

/// The headline share of the data read, and by source and reason how far lost rows could move it.
#[derive(Debug)]
pub struct Audit {
    /// The headline.
    pub headline: Headline,
    /// Effects by reason, one map per source, in the order of the quality ledger.
    pub effects: Vec<BTreeMap<Reason, Effect>>,
}

/// Computes the headline and its effects; `None` if no extract holds students.
///
/// # Errors
/// A year of the config that was not read.
pub fn audit(read: &Read) -> Result<Option<Audit>> {
    let flows = &read.flows;
    if flows.censuses().is_empty() {
        return Ok(None);
    }
    let (year, _) = years(read, None, flows)?;
    let inputs = read.table_inputs();
    let topic = Topic { snapshot: flows.main_snapshot(year), year, population: population(read, flows, year).0 };
    let effects = read.rows.quality.iter().map(|source| effects(inputs, topic, source)).collect();
    Ok(Some(Audit { headline: headline(inputs, topic), effects }))
}

/// Computes and releases the tables: the data of all pages and pictures.
///
/// # Errors
/// A year that was not read, a release that is not possible, or a result that does not add up.
pub fn model(read: &Read, request: &Request, timings: &mut Timings, progress: &dyn Progress) -> Result<ReportModel> {
    let Read { flows, .. } = read;
    let (year, years) = years(read, request.year, flows)?;
    let earlier = match request.release {
        Release::Internal => Vec::new(),
        Release::Public => {
            let manifests = [read.config.since.as_slice(), &request.since].concat();
            since::published(&manifests, &read.config.disclosure, &read.regions)?
        }
    };
    let inputs = read.table_inputs();
    let tables = timings.stage("compute", progress, || Tables::compute(inputs));
    timings.add_amounts("compute", flows.flows().len() as u64, None);
    tables.check(inputs)?;
    let snapshot = flows.main_snapshot(year);
    let (population, note) = population(read, flows, year);
    // This count is in no plan of disclosure control, so a public release omits it.
    let unplaced = match request.release {
        Release::Internal => coverage::unplaced(read, flows.of(snapshot, year), population),
        Release::Public => 0,
    };
    let Results { tables, sums, markets } = timings.stage("disclosure", progress, || match request.release {
        Release::Internal => Ok(disclosure::internal(tables, inputs)),
        Release::Public => {
            disclosure::public(&tables, inputs, &read.config.disclosure, &earlier, &plans::KeptPlans::new())
        }
    })?;
    let mut coverage = coverage::of(read, &tables, year, &years);
    coverage.extend(note);
    Ok(ReportModel {
        tables,
        policy: read.config.disclosure.clone(),
        flow_graph: OnceLock::new(),
        sums: Arc::new(sums),
        markets: Arc::new(markets),
        registers: Arc::new(read.registers.in_year(year)),
        regions: read.regions.clone(),
        region: Region { name: read.config.region.clone(), municipalities: read.config.municipalities.clone() },
        year,
        years,
        snapshot,
        population,
        round: read.rows.admission.get(&year).and_then(|census| census.round),
        lang: request.lang,
        theme: Arc::clone(&request.theme),
        coverage,
        unplaced,
    })
}

/// The year that pages are about, and all years read.
fn years(read: &Read, requested: Option<Year>, flows: &FlowTable) -> Result<(Year, Vec<Year>)> {
    let mut years: Vec<Year> = flows.censuses().iter().map(|(_, year)| *year).collect();
    years.sort_unstable();
    years.dedup();
    let none = || tolerance::no_students(read);
    let latest = *years.last().ok_or_else(none)?;
    let year = requested.or(read.config.year).unwrap_or(latest);
    if !years.contains(&year) {
        let known: Vec<String> = years.iter().map(ToString::to_string).collect();
        return Err(Error::new(Exit::Usage, "error-year").with("year", year).with("years", known.join(", ")));
    }
    Ok((year, years))
}

/// The population that pages show; `All` and a note if the year has no national programme.
fn population(read: &Read, flows: &FlowTable, year: Year) -> (Population, Option<Coverage>) {
    let wanted = read.config.population;
    let some = flows
        .flows()
        .iter()
        .any(|f| f.key.year == year && wanted.includes(read.registers.programme_kind(f.key.programme)));
    if some || wanted == Population::All {
        (wanted, None)
    } else {
        (Population::All, Some(Coverage::NoNationalProgrammes))
    }
}

/// Produces and writes the files of the requested parts; manifest and timings come last.
///
/// # Errors
/// What a format cannot hold, or a file system error; the target then stays as it was.
pub fn write(
    read: &Read,
    model: &ReportModel,
    parts: &[Part],
    folder: OutputFolder,
    mut timings: Timings,
    progress: &dyn Progress,
) -> Result<()> {
    let shown = |chart: &dyn Chart| parts.iter().any(|part| part.shows(chart));
    let pictures = draw(model, &shown, &mut timings, progress);
    put(read, &Material { model, pictures: &pictures }, EXPORTERS, parts, folder, timings, progress)
}

/// Draws the wanted kinds of picture of a whole report.
pub fn draw(
    model: &ReportModel,
    wanted: &(dyn Fn(&dyn Chart) -> bool + Sync),
    timings: &mut Timings,
    progress: &dyn Progress,
) -> Vec<Picture> {
    let model = &*render::legible(model);
    let charts: Vec<&dyn Chart> = CHARTS.iter().copied().filter(|chart| wanted(*chart)).collect();
    if !charts.is_empty() {
        let _ = timings.stage("graph", progress, || model.graph());
    }
    timings.stage("pictures", progress, || {
        charts.par_iter().map(|chart| chart.draw(model)).collect::<Vec<_>>().into_iter().flatten().collect()
    })
}

/// Produces the files of some parts with these exporters and puts the folder in place. `map` and `slides` write into
/// one folder.
///
/// # Errors
/// What a format cannot hold, or a file system error; the folder then stays as it was.
pub fn put(
    read: &Read,
    material: &Material<'_>,
    exporters: &[&dyn Exporter],
    parts: &[Part],
    folder: OutputFolder,
    mut timings: Timings,
    progress: &dyn Progress,
) -> Result<()> {
    let model = material.model;
    let known = export::parts();
    let others = parts.iter().filter(|part| !known.contains(part));
    let wanted: Vec<&Part> = known.iter().filter(|part| parts.contains(part)).chain(others).collect();
    let one = |part: &Part| -> Result<_> {
        let (files, mut own) = (WrittenFiles::of(&folder), Timings::default());
        own.stage(part.as_str(), progress, || {
            let exporters: Vec<_> = exporters.iter().filter(|e| e.parts().contains(part)).collect();
            exporters.par_iter().try_for_each(|e| e.export(material, *part, &files))
        })?;
        let (written, bytes) = files.done();
        let rows = if [export::TABLES, export::CSV].contains(part) {
            model.tables.get().rows()
        } else {
            written.len() as u64
        };
        own.add_amounts(part.as_str(), rows, Some(bytes));
        Ok((written, own))
    };
    // All at the same time, and those that keep only one worker busy first.
    let is_shared = |at: &usize| !exporters.iter().any(|e| e.is_serial() && e.parts().contains(wanted[*at]));
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by_key(is_shared);
    let made: Vec<OnceLock<Result<_>>> = wanted.iter().map(|_| OnceLock::new()).collect();
    rayon::scope_fifo(|scope| {
        for at in order {
            let (made, part, one) = (&made[at], wanted[at], &one);
            scope.spawn_fifo(move |_| drop(made.set(one(part))));
        }
    });
    let mut checksums = BTreeMap::new();
    for (written, own) in made.into_iter().filter_map(OnceLock::into_inner).collect::<Result<Vec<_>>>()? {
        checksums.extend(written);
        timings.add(own);
    }
    let mut manifest = Manifest {
        year: Some(model.year),
        population: model.population,
        language: model.lang,
        ..manifest(read, &folder, model.release(), checksums)
    };
    manifest.inputs.extend(model.theme.files.iter().map(|(name, bytes)| Input::of("theme", name, bytes)));
    if model.release() == Release::Public {
        timings.forget_amounts();
    }
    folder.finish(manifest, &timings)
}

/// Writes the quality ledger alone: `quality.csv` and `quality_detail.csv`, internal.
///
/// # Errors
/// A file system error; the target then stays as it was.
pub fn write_quality(read: &Read, lang: Lang, folder: OutputFolder, timings: &Timings) -> Result<()> {
    let tables = Tables {
        quality: QualityRow::of(&read.rows),
        quality_detail: QualityDetailRow::of(&read.rows),
        ..Tables::default()
    };
    let tables = disclosure::whole(tables);
    let files = [
        ("quality.csv", csv_bytes(&tables.derive(|t| t.quality.clone()))?),
        ("quality_detail.csv", csv_bytes(&tables.derive(|t| t.quality_detail.clone()))?),
    ];
    let mut checksums = BTreeMap::new();
    for (name, bytes) in files {
        checksums.extend([folder.write(&Output { name: name.to_owned(), bytes })?]);
    }
    let manifest = Manifest { language: lang, ..manifest(read, &folder, tables.release(), checksums) };
    folder.finish(manifest, timings)
}

/// The manifest of the files read and written; the caller fills in what the pages are about.
fn manifest(read: &Read, folder: &OutputFolder, release: Release, outputs: BTreeMap<String, String>) -> Manifest {
    Manifest {
        program: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        command: folder.command().to_owned(),
        release,
        marking: (release == Release::Internal).then(|| "INTERN".to_owned()),
        region: read.config.region.clone(),
        municipalities: read.config.municipalities.iter().map(ToString::to_string).collect(),
        compared: read
            .regions
            .iter()
            .skip(1)
            .map(|region| (region.name.to_string(), region.municipalities.iter().map(ToString::to_string).collect()))
            .collect(),
        year: read.config.year,
        population: read.config.population,
        language: Lang::Sv,
        max_rejected: read.config.max_rejected,
        engine: read.engine.clone(),
        disclosure: (release == Release::Public).then(|| Rules::of(&read.config.disclosure)),
        inputs: match release {
            Release::Internal => read.inputs.clone(),
            Release::Public => public_inputs(&read.inputs),
        },
        outputs,
    }
}

/// The inputs in a public manifest: of extracts it says only that there are some of their kind. A checksum or a size
/// would confirm a guess at their rows, and a name can contain a personal number.
fn public_inputs(inputs: &[Input]) -> Vec<Input> {
    let is_extract = |input: &&Input| ExtractKind::ALL.iter().any(|kind| kind.as_str() == input.role);
    let mut out: Vec<Input> = inputs
        .iter()
        .map(|input| {
            let input = Input { bytes: None, rows: None, ..input.clone() };
            if is_extract(&&input) { Input { name: input.role.clone(), blake3: None, ..input } } else { input }
        })
        .collect();
    out.dedup();
    out
}

#[cfg(test)]
mod tests;
