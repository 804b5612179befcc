//! Reading the extracts of a run: which files are read together, and by how many workers.
//!
//! Rows of different years never interact, neither as duplicates nor in the link. So if every file is of one year,
//! the years are read, linked and counted one after the other, short years together, and memory holds the rows of one
//! batch only.
//!
//! A quick scan of every file plans the batches. A file is opened when it is read and closed after its last row, so
//! that no more files are open, or unpacked in memory, than there are workers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::inputs::{self, Reference, SourceFile};
use super::read_data::Read;
use super::{Loaded, Progress, Timings, cluster, tolerance};
use crate::clean::{self, CleanRows, Cleaned, Gathered};
use crate::config::{Engine, ExtractKind, RunConfig};
use crate::error::{Error, Exit, Result};
use crate::extract::{Opened, likely_length, year_of_all};
use crate::flow::{self, FlowTable};
use crate::io::FileRoot;
use crate::link::{self, Introduced, Switches, Years};
use crate::manifest::Input;
use crate::model::{Pseudonyms, Registers, Year};
use crate::store::{Packing, Spares, Store};

/// Approximate size of an extract's row in bytes; only the number of partitions depends on it.
const ROW: u64 = 40;

/// Files with more bytes are read by all workers together.
const LONG: u64 = 4 << 20;

/// Years are read together up to this total size of their files in bytes.
const BATCH: u64 = 64 << 20;

/// Reads, cleans, links and counts all extracts of a config, locally or on the server that it names. At most `memory`
/// bytes of rows are held locally at a time; the rest goes to a temporary file.
///
/// # Errors
/// Anything that prevents a register or an extract from being read.
pub fn read(loaded: Loaded, memory: Option<u64>, timings: &mut Timings, progress: &dyn Progress) -> Result<Read> {
    let Loaded { config, root, mut inputs } = loaded;
    cluster::check(&config)?;
    let Reference { registers, notes, regions, official } =
        timings.stage("registers", progress, || inputs::reference(&config, &root, &mut inputs))?;
    if let Engine::Spark(server) = config.engine.clone() {
        let read = cluster::read(config, &server, registers, inputs, timings, progress)?;
        return Ok(Read { notes, regions, official, ..read });
    }
    let pseudonyms = inputs::pseudonyms(&config, &root)?;
    let sources = inputs::sources(&config, &root)?;
    // A missing file is reported before any long work.
    let lengths: Vec<u64> = timings.stage("extracts", progress, || {
        sources.par_iter().map(|source| likely_length(&root.open(&source.file)?)).collect::<Result<_>>()
    })?;
    let run = ReadRun {
        config: &config,
        root: &root,
        registers: &registers,
        pseudonyms: &pseudonyms,
        sources,
        lengths,
        memory,
        spares: Spares::within(memory),
    };
    progress.begin(run.lengths.iter().sum());
    let (mut rows, mut links, mut flows) = (CleanRows::default(), BTreeMap::new(), Vec::new());
    let (mut introduced, mut switches) = (Introduced::default(), Switches::default());
    let batches = timings.stage("extracts", progress, || run.batches());
    let last = batches.len().saturating_sub(1);
    for (number, batch) in batches.into_iter().enumerate() {
        let years = if number == last { Years::AreAll } else { Years::Follow };
        let before = inputs.len();
        let (gathered, bytes) = timings.stage("extracts", progress, || run.batch(&batch, &mut inputs, progress))?;
        let read: u64 = inputs[before..].iter().filter_map(|input| input.rows).sum();
        timings.add_amounts("extracts", read, Some(bytes));
        timings.add_amounts("link", read, None);
        timings.add_amounts("flows", read, None);
        let linked =
            timings.stage("link", progress, || link::link_after(gathered, &registers, &introduced, years))?;
        introduced = linked.introduced;
        switches.add(linked.switches);
        flows.push(timings.stage("flows", progress, || flow::aggregate(linked.uncounted, &linked.rows))?);
        links.extend(linked.links);
        rows.add(linked.rows);
    }
    tolerance::check_copies(&rows.quality)?;
    let flows = timings.stage("flows", progress, || FlowTable::joined(flows));
    inputs.sort();
    let (registers, switches) = (Arc::new(registers), Some(switches));
    Ok(Read { config, registers, regions, official, notes, rows, flows, links, switches, inputs, engine: None })
}

/// Sources that are read together.
#[derive(Debug, PartialEq, Eq)]
struct Batch {
    /// The numbers of the sources.
    sources: Vec<usize>,
    /// The years of their students, if every source is of one year.
    years: Option<BTreeSet<Year>>,
}

/// The rows that a source holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SourceRows {
    /// Seats, which can be read in any batch.
    Seats,
    /// Students of one year.
    Year(Year),
    /// Students of possibly several years.
    Years,
}

/// Plans the batches: the sources of one year together, several years while they are short, or all sources if some
/// source of students may hold several years. The input is the length of every source and the rows it holds.
fn batches(sources: &[(u64, SourceRows)]) -> Vec<Batch> {
    let (mut seats, mut by_year) = (Vec::new(), BTreeMap::<Year, Vec<usize>>::new());
    for (number, (_, of)) in sources.iter().enumerate() {
        match of {
            SourceRows::Seats => seats.push(number),
            SourceRows::Year(year) => by_year.entry(*year).or_default().push(number),
            SourceRows::Years => return vec![Batch { sources: (0..sources.len()).collect(), years: None }],
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
struct FileRead {
    cleaned: Cleaned,
    /// The length of the file on disk, and of its unpacked content.
    file_length: u64,
    length: u64,
}

/// The state shared by all batches of a run.
struct ReadRun<'a> {
    config: &'a RunConfig,
    root: &'a FileRoot,
    registers: &'a Registers,
    pseudonyms: &'a Pseudonyms,
    sources: Vec<SourceFile>,
    /// The lengths of their contents, as estimated by a quick scan.
    lengths: Vec<u64>,
    memory: Option<u64>,
    spares: Spares,
}

impl ReadRun<'_> {
    fn batches(&self) -> Vec<Batch> {
        if self.lengths.iter().sum::<u64>() <= BATCH {
            return vec![Batch { sources: (0..self.sources.len()).collect(), years: None }];
        }
        let of = |number: usize| {
            let source = &self.sources[number];
            let extract = &self.config.extracts[source.extract];
            if extract.kind == ExtractKind::Seats {
                return SourceRows::Seats;
            }
            let content = self.root.open(&source.file).ok();
            content
                .and_then(|content| year_of_all(&source.name, content, extract))
                .map_or(SourceRows::Years, SourceRows::Year)
        };
        let known: Vec<(u64, SourceRows)> =
            (0..self.sources.len()).into_par_iter().map(|number| (self.lengths[number], of(number))).collect();
        batches(&known)
    }

    fn open(&self, number: usize) -> Result<Opened> {
        let source = &self.sources[number];
        Opened::of(&source.name, self.root.open(&source.file)?)
    }

    /// Reads the sources of a batch into partitions; also returns the number of bytes of their contents.
    fn batch(&self, batch: &Batch, inputs: &mut Vec<Input>, progress: &dyn Progress) -> Result<(Gathered, u64)> {
        let numbers = &batch.sources;
        let packing = Packing::new(self.registers, numbers.len())?;
        let rows = numbers.iter().map(|number| self.lengths[*number]).sum::<u64>() / ROW;
        let store = Store::new(packing, rows, self.memory).with(self.spares.clone());
        // All workers read a long file together, so that none waits for the last; one worker reads each short file.
        let workers = rayon::current_num_threads();
        let is_long = |at: &usize| self.lengths[numbers[*at]] > LONG;
        let (long, short): (Vec<usize>, Vec<usize>) = (0..numbers.len()).partition(is_long);
        let mut done: BTreeMap<usize, FileRead> = BTreeMap::new();
        for some in long.chunks(workers) {
            // Unpacking a file is the work of one worker.
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

    /// Reads and closes a file.
    fn file(
        &self,
        at: usize,
        number: usize,
        opened: Opened,
        store: &Store,
        workers: usize,
        progress: &dyn Progress,
    ) -> Result<FileRead> {
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
        // If the length was an estimate, progress is scaled to the estimate.
        let (length, likely) = (opened.length(), self.lengths[number]);
        let share = |bytes: u64| (u128::from(bytes) * u128::from(likely) / u128::from(length.max(1))) as u64;
        let on_bytes = |bytes: u64| progress.advance(if length == likely { bytes } else { share(bytes) });
        let cleaned = clean::read(job, &opened, &on_bytes)?;
        Ok(FileRead { cleaned, file_length: opened.file_length(), length })
    }

    /// Checks that a source of students holds the years for which its batch was planned: rows of one year in two
    /// batches would not be compared.
    fn check_years(&self, source: &SourceFile, cleaned: &Cleaned, batch: &Batch) -> Result<()> {
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
        let (seats, half, more) = (SourceRows::Seats, BATCH / 2, BATCH / 2 + 1);
        let year = SourceRows::Year;
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
            (vec![(more, year(2022)), (more, SourceRows::Years), (1, seats)], vec![(vec![0, 1, 2], "all")]),
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
