//! Reading the extracts of a run: which files are read together, and by how many workers.
//!
//! Rows of different years never meet: neither as duplicates nor in the link. So where every file is of one year, the years
//! are read, linked and counted one after the other, short ones together, and memory holds the rows of one batch.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::inputs::{self, RegisterNotes, Source};
use super::{Loaded, Progress, Timings, cluster};
use crate::clean::{self, CleanRows, Cleaned, Gathered};
use crate::config::{Engine, ExtractKind, RunConfig};
use crate::error::Result;
use crate::extract::Opened;
use crate::flow::{self, FlowTable};
use crate::link::{self, Link};
use crate::manifest::{EngineUsed, Input};
use crate::model::{Pseudonyms, Registers, Year};
use crate::store::{Packing, Spares, Store};

/// Everything read and cleaned.
#[derive(Debug)]
pub struct Read {
    /// The config.
    pub config: RunConfig,
    /// Codes, names, places.
    pub registers: Arc<Registers>,
    /// What was translated or filled in in the registers.
    pub notes: Vec<RegisterNotes>,
    /// What the rows amount to.
    pub rows: CleanRows,
    /// Students by snapshot, year, home, unit and programme.
    pub flows: FlowTable,
    /// The students of both snapshots by their places, of the years that can be linked.
    pub links: BTreeMap<Year, Link>,
    /// The files read.
    pub inputs: Vec<Input>,
    /// The server that counted; none where this machine did.
    pub engine: Option<EngineUsed>,
}

/// Bytes of a row of an extract, roughly: only the number of partitions depends on it.
const ROW: u64 = 40;

/// Files of more bytes are read by all workers together.
const LONG: u64 = 4 << 20;

/// Years are read together until their files have so many bytes.
const BATCH: u64 = 64 << 20;

/// Reads, cleans, links and counts all extracts of a config, here or on the server that it names; at most `memory` bytes of
/// rows are held here at a time, the rest goes to a temporary file.
///
/// # Errors
/// Whatever keeps a register or an extract from being read.
pub fn read(loaded: Loaded, memory: Option<u64>, timings: &mut Timings, progress: &dyn Progress) -> Result<Read> {
    let Loaded { config, place, mut inputs } = loaded;
    cluster::check(&config)?;
    let (registers, notes) =
        timings.stage("registers", progress, || inputs::registers(&config, &place, &mut inputs))?;
    if let Engine::Spark(server) = config.engine.clone() {
        let read = cluster::read(config, &server, registers, inputs, timings, progress)?;
        return Ok(Read { notes, ..read });
    }
    let pseudonyms = inputs::pseudonyms(&config, &place)?;
    let sources = inputs::sources(&config, &place)?;
    let opened: Vec<Opened> = timings.stage("extracts", progress, || {
        sources.par_iter().map(|source| Opened::of(&source.name, place.open(&source.file)?)).collect::<Result<_>>()
    })?;
    let run = Run {
        config: &config,
        registers: &registers,
        pseudonyms: &pseudonyms,
        sources,
        opened,
        memory,
        spares: Spares::within(memory),
    };
    progress.begin(run.bytes(0..run.sources.len()));
    let (mut rows, mut links, mut flows) = (CleanRows::default(), BTreeMap::new(), Vec::new());
    for batch in run.batches() {
        let before = inputs.len();
        let gathered = timings.stage("extracts", progress, || run.batch(&batch, &mut inputs, progress))?;
        let read: u64 = inputs[before..].iter().filter_map(|input| input.rows).sum();
        timings.went_through("extracts", read, Some(run.bytes(batch)));
        timings.went_through("link", read, None);
        timings.went_through("flows", read, None);
        let linked = timings.stage("link", progress, || link::link(gathered, &registers))?;
        flows.push(timings.stage("flows", progress, || flow::aggregate(linked.uncounted, &linked.rows))?);
        links.extend(linked.links);
        rows.add(linked.rows);
    }
    let flows = timings.stage("flows", progress, || FlowTable::joined(flows));
    inputs.sort();
    Ok(Read { config, registers: Arc::new(registers), notes, rows, flows, links, inputs, engine: None })
}

/// What all batches of a run share.
struct Run<'a> {
    config: &'a RunConfig,
    registers: &'a Registers,
    pseudonyms: &'a Pseudonyms,
    sources: Vec<Source>,
    opened: Vec<Opened>,
    memory: Option<u64>,
    spares: Spares,
}

impl Run<'_> {
    fn bytes(&self, numbers: impl IntoIterator<Item = usize>) -> u64 {
        numbers.into_iter().map(|number| self.opened[number].length()).sum()
    }

    /// The sources that are read together, by their numbers: those of a year, and years as long as they are short; all,
    /// where some source of students may hold several years.
    fn batches(&self) -> Vec<Vec<usize>> {
        let all: Vec<usize> = (0..self.sources.len()).collect();
        if self.bytes(all.iter().copied()) <= BATCH {
            return vec![all];
        }
        let (mut by_year, mut rest) = (BTreeMap::<Year, Vec<usize>>::new(), Vec::new());
        for number in all.iter().copied() {
            let (source, opened) = (&self.sources[number], &self.opened[number]);
            let extract = &self.config.extracts[source.extract];
            match opened.year_of_all(&source.name, extract) {
                _ if extract.kind == ExtractKind::Seats => rest.push(number),
                Some(year) => by_year.entry(year).or_default().push(number),
                None => return vec![all],
            }
        }
        let mut batches = vec![rest];
        for year in by_year.into_values() {
            let size = |numbers: &[usize]| self.bytes(numbers.iter().copied());
            match batches.last_mut() {
                Some(batch) if size(batch) + size(&year) <= BATCH => batch.extend(year),
                _ => batches.push(year),
            }
        }
        batches.retain(|batch| !batch.is_empty());
        batches
    }

    /// Reads the sources of a batch into partitions.
    fn batch(&self, numbers: &[usize], inputs: &mut Vec<Input>, progress: &dyn Progress) -> Result<Gathered> {
        let packing = Packing::new(self.registers, numbers.len())?;
        let rows = self.bytes(numbers.iter().copied()) / ROW;
        let store = Store::new(packing, rows, self.memory).with(self.spares.clone());
        let heard = |bytes: u64| progress.advance(bytes);
        let clean = |at: usize, workers: usize| {
            let (source, opened) = (&self.sources[numbers[at]], &self.opened[numbers[at]]);
            let job = clean::Job {
                name: &source.name,
                number: at,
                extract: &self.config.extracts[source.extract],
                registers: self.registers,
                pseudonyms: self.pseudonyms,
                store: &store,
                workers,
            };
            clean::read(job, opened, &heard)
        };
        // A long file is read by all workers together, so that none waits for the last; short ones each by one.
        let workers = rayon::current_num_threads();
        let is_long = |at: &usize| self.opened[numbers[*at]].length() > LONG;
        let (long, short): (Vec<usize>, Vec<usize>) = (0..numbers.len()).partition(is_long);
        let mut cleaned: BTreeMap<usize, Cleaned> = BTreeMap::new();
        for at in long {
            cleaned.insert(at, clean(at, workers)?);
        }
        cleaned.extend(short.into_par_iter().map(|at| Ok((at, clean(at, 1)?))).collect::<Result<Vec<_>>>()?);
        for (at, file) in &cleaned {
            let (source, opened) = (&self.sources[numbers[*at]], &self.opened[numbers[*at]]);
            let role = self.config.extracts[source.extract].kind.as_str();
            let mut input = Input::summed(role, &source.name, file.checksum.clone(), opened.file_length());
            input.rows = Some(file.tally.rows());
            inputs.push(input);
        }
        clean::gather(cleaned.into_values().collect(), store)
    }
}
