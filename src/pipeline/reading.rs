//! Reading the extracts of a run: which files are read together, and by how many workers.
//!
//! Rows of different years never meet: neither as duplicates nor in the link. So where every file is of one year, the years
//! are read, linked and counted one after the other, short ones together, and memory holds the rows of one batch.
//!
//! A quick look at every file plans the batches. A file is opened when it is read, and closed behind its last row: no more are open,
//! or unpacked in memory, than workers read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::inputs::{self, Source};
use super::read_data::Read;
use super::{Loaded, Progress, Timings, cluster, tolerance};
use crate::clean::{self, CleanRows, Cleaned, Gathered};
use crate::config::{Engine, ExtractKind, RunConfig};
use crate::error::{Error, Exit, Result};
use crate::extract::{Opened, likely_length, year_of_all};
use crate::flow::{self, FlowTable};
use crate::io::Place;
use crate::link;
use crate::manifest::Input;
use crate::model::{Pseudonyms, Registers, Year};
use crate::store::{Packing, Spares, Store};

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
    // A file that is not there is told before any long work.
    let lengths: Vec<u64> = timings.stage("extracts", progress, || {
        sources.par_iter().map(|source| likely_length(&place.open(&source.file)?)).collect::<Result<_>>()
    })?;
    let run = Run {
        config: &config,
        place: &place,
        registers: &registers,
        pseudonyms: &pseudonyms,
        sources,
        lengths,
        memory,
        spares: Spares::within(memory),
    };
    progress.begin(run.lengths.iter().sum());
    let (mut rows, mut links, mut flows) = (CleanRows::default(), BTreeMap::new(), Vec::new());
    let batches = timings.stage("extracts", progress, || run.batches());
    for batch in batches {
        let before = inputs.len();
        let (gathered, bytes) = timings.stage("extracts", progress, || run.batch(&batch, &mut inputs, progress))?;
        let read: u64 = inputs[before..].iter().filter_map(|input| input.rows).sum();
        timings.went_through("extracts", read, Some(bytes));
        timings.went_through("link", read, None);
        timings.went_through("flows", read, None);
        let linked = timings.stage("link", progress, || link::link(gathered, &registers))?;
        flows.push(timings.stage("flows", progress, || flow::aggregate(linked.uncounted, &linked.rows))?);
        links.extend(linked.links);
        rows.add(linked.rows);
    }
    tolerance::check_copies(&rows.quality)?;
    let flows = timings.stage("flows", progress, || FlowTable::joined(flows));
    inputs.sort();
    Ok(Read { config, registers: Arc::new(registers), notes, rows, flows, links, inputs, engine: None })
}

/// Sources that are read together.
#[derive(Debug, PartialEq, Eq)]
struct Batch {
    /// By their numbers.
    sources: Vec<usize>,
    /// The years of their students, where every source is of one.
    years: Option<BTreeSet<Year>>,
}

/// Whose rows a source holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    /// Seats, which are read with anything.
    Seats,
    /// Students of one year.
    Year(Year),
    /// Students of several years, for all that is known.
    Years,
}

/// The sources that are read together: those of a year, and years as long as they are short; all, where some source of students
/// may hold several years. Of every source the length is given, and whose rows it holds.
fn batches(sources: &[(u64, Of)]) -> Vec<Batch> {
    let (mut seats, mut by_year) = (Vec::new(), BTreeMap::<Year, Vec<usize>>::new());
    for (number, (_, of)) in sources.iter().enumerate() {
        match of {
            Of::Seats => seats.push(number),
            Of::Year(year) => by_year.entry(*year).or_default().push(number),
            Of::Years => return vec![Batch { sources: (0..sources.len()).collect(), years: None }],
        }
    }
    let size = |numbers: &[usize]| numbers.iter().map(|number| sources[*number].0).sum::<u64>();
    let mut out = vec![Batch { sources: seats, years: Some(BTreeSet::new()) }];
    for (year, numbers) in by_year {
        match out.last_mut() {
            Some(Batch { sources, years: Some(years) }) if size(sources) + size(&numbers) <= BATCH => {
                sources.extend(numbers);
                years.insert(year);
            }
            _ => out.push(Batch { sources: numbers, years: Some(BTreeSet::from([year])) }),
        }
    }
    out.retain(|batch| !batch.sources.is_empty());
    out
}

/// A file that was read.
struct Done {
    cleaned: Cleaned,
    /// The length of the file as it lies there, and of what it holds.
    file_length: u64,
    length: u64,
}

/// What all batches of a run share.
struct Run<'a> {
    config: &'a RunConfig,
    place: &'a Place,
    registers: &'a Registers,
    pseudonyms: &'a Pseudonyms,
    sources: Vec<Source>,
    /// How long what they hold is, as far as a quick look tells.
    lengths: Vec<u64>,
    memory: Option<u64>,
    spares: Spares,
}

impl Run<'_> {
    fn batches(&self) -> Vec<Batch> {
        if self.lengths.iter().sum::<u64>() <= BATCH {
            return vec![Batch { sources: (0..self.sources.len()).collect(), years: None }];
        }
        let of = |number: usize| {
            let source = &self.sources[number];
            let extract = &self.config.extracts[source.extract];
            if extract.kind == ExtractKind::Seats {
                return Of::Seats;
            }
            let content = self.place.open(&source.file).ok();
            content.and_then(|content| year_of_all(&source.name, content, extract)).map_or(Of::Years, Of::Year)
        };
        let known: Vec<(u64, Of)> =
            (0..self.sources.len()).into_par_iter().map(|number| (self.lengths[number], of(number))).collect();
        batches(&known)
    }

    fn open(&self, number: usize) -> Result<Opened> {
        let source = &self.sources[number];
        Opened::of(&source.name, self.place.open(&source.file)?)
    }

    /// Reads the sources of a batch into partitions; gives how many bytes they hold, too.
    fn batch(&self, batch: &Batch, inputs: &mut Vec<Input>, progress: &dyn Progress) -> Result<(Gathered, u64)> {
        let numbers = &batch.sources;
        let packing = Packing::new(self.registers, numbers.len())?;
        let rows = numbers.iter().map(|number| self.lengths[*number]).sum::<u64>() / ROW;
        let store = Store::new(packing, rows, self.memory).with(self.spares.clone());
        // A long file is read by all workers together, so that none waits for the last; short ones each by one.
        let workers = rayon::current_num_threads();
        let is_long = |at: &usize| self.lengths[numbers[*at]] > LONG;
        let (long, short): (Vec<usize>, Vec<usize>) = (0..numbers.len()).partition(is_long);
        let mut done: BTreeMap<usize, Done> = BTreeMap::new();
        for some in long.chunks(workers) {
            // To unpack a file is the work of one.
            let opened = some.par_iter().map(|at| self.open(numbers[*at])).collect::<Result<Vec<_>>>()?;
            for (at, opened) in some.iter().zip(opened) {
                done.insert(*at, self.file(*at, numbers[*at], opened, &store, workers, progress)?);
            }
        }
        let one = |at: usize| Ok((at, self.file(at, numbers[at], self.open(numbers[at])?, &store, 1, progress)?));
        done.extend(short.into_par_iter().map(one).collect::<Result<Vec<_>>>()?);
        let mut cleaned = Vec::new();
        let mut bytes = 0;
        for (at, file) in done {
            let source = &self.sources[numbers[at]];
            self.check_years(source, &file.cleaned, batch)?;
            let role = self.config.extracts[source.extract].kind.as_str();
            let mut input = Input::summed(role, &source.name, file.cleaned.form.checksum.clone(), file.file_length);
            input.rows = Some(file.cleaned.tally.rows());
            inputs.push(input);
            bytes += file.length;
            cleaned.push(file.cleaned);
        }
        Ok((clean::gather(cleaned, store)?, bytes))
    }

    /// Reads a file, and closes it.
    fn file(
        &self,
        at: usize,
        number: usize,
        opened: Opened,
        store: &Store,
        workers: usize,
        progress: &dyn Progress,
    ) -> Result<Done> {
        let source = &self.sources[number];
        let job = clean::Job {
            name: &source.name,
            number: at,
            extract: &self.config.extracts[source.extract],
            registers: self.registers,
            pseudonyms: self.pseudonyms,
            store,
            workers,
        };
        // Where the length was a guess, progress goes by the guess.
        let (length, likely) = (opened.length(), self.lengths[number]);
        let share = |bytes: u64| (u128::from(bytes) * u128::from(likely) / u128::from(length.max(1))) as u64;
        let heard = |bytes: u64| progress.advance(if length == likely { bytes } else { share(bytes) });
        let cleaned = clean::read(job, &opened, &heard)?;
        Ok(Done { cleaned, file_length: opened.file_length(), length })
    }

    /// Whether a source of students is of the years by which its batch was planned: rows of one year in two batches would not meet.
    fn check_years(&self, source: &Source, cleaned: &Cleaned, batch: &Batch) -> Result<()> {
        let is_of = |year: &Year| batch.years.as_ref().is_none_or(|years| years.contains(year));
        let is_seats = self.config.extracts[source.extract].kind == ExtractKind::Seats;
        if is_seats || cleaned.counted.keys().all(is_of) {
            return Ok(());
        }
        Err(Error::new(Exit::Input, "error-file-unreadable").with("path", &source.name).with("why", "–"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_read_together_as_long_as_they_are_short() {
        let (seats, half, more) = (Of::Seats, BATCH / 2, BATCH / 2 + 1);
        let year = Of::Year;
        for (sources, wanted) in [
            (vec![], vec![]),
            (vec![(BATCH + 1, seats)], vec![(vec![0], "")]),
            (vec![(half, year(2023)), (half, year(2022))], vec![(vec![1, 0], "2022 2023")]),
            (vec![(more, year(2023)), (half, year(2022))], vec![(vec![1], "2022"), (vec![0], "2023")]),
            (
                vec![(more, year(2022)), (more, year(2023)), (more, year(2022)), (1, seats)],
                vec![(vec![3], ""), (vec![0, 2], "2022"), (vec![1], "2023")],
            ),
            (
                vec![(half, year(2021)), (half, year(2022)), (1, year(2023)), (0, seats)],
                vec![(vec![3, 0, 1], "2021 2022"), (vec![2], "2023")],
            ),
            (vec![(more, year(2022)), (more, Of::Years), (1, seats)], vec![(vec![0, 1, 2], "all")]),
        ] {
            let text = |batch: Batch| {
                let years =
                    batch.years.map(|years| years.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
                (batch.sources, years.unwrap_or_else(|| "all".to_owned()))
            };
            let got: Vec<(Vec<usize>, String)> = batches(&sources).into_iter().map(text).collect();
            let wanted: Vec<_> = wanted.into_iter().map(|(numbers, years)| (numbers, years.to_owned())).collect();
            assert_eq!(got, wanted, "{sources:?}");
        }
    }
}
