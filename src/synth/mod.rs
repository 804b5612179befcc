//! Invented extracts of any size, from a seed, with registers, a config and the true answers.
//!
//! Every student is a function of (seed, autumn, number), so that any number of threads can generate chunks of
//! students, which are written in order. The truth is counted while rows are generated, from the generator's own
//! data; no code that reads extracts is involved.

mod chance;
mod choice;
mod files;
mod national;
mod programmes;
mod rows;
mod student;
mod tally;
#[cfg(test)]
mod tests;
mod truth;
mod world;

use std::collections::BTreeMap;
use std::io::Write;
use std::ops::RangeInclusive;
use std::sync::Mutex;

use rayon::prelude::*;

use crate::error::{Error, Exit, Result};
use crate::io::Staging;
use crate::model::Year;
use chance::Alias;
use choice::Choices;
use rows::{Autumn, Chunk, CodeTexts, Events, GROUPS};
use student::Cohort;
use tally::{Quality, TruthCounter};
use truth::YearTruth;
use world::Land;

/// The world of the students.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum World {
    /// Göteborgsregionen and its surroundings, with invented units.
    Demo,
    /// All of Sweden, with invented units.
    National,
    /// The municipalities with these codes as the region, and those around it, with invented units.
    Municipalities(Vec<String>),
}

/// The parameters of the generator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Students admitted in a year, all homes together.
    pub students: u64,
    /// Seed: the same plan gives the same bytes.
    pub seed: u64,
    /// Autumns of the extracts.
    pub years: RangeInclusive<Year>,
    /// The world.
    pub world: World,
}

impl Plan {
    /// The demo region that is embedded in the program.
    #[must_use]
    pub const fn demo() -> Self {
        Self { students: 11_300, seed: 1480, years: 2021..=2023, world: World::Demo }
    }
}

/// The destination of the files: an output folder under construction, or memory.
pub trait Sink: Sync {
    /// Opens a file for writing in pieces; `/` separates folders in the name.
    ///
    /// # Errors
    /// Anything that prevents the file from being created.
    fn create(&self, name: &str) -> Result<Box<dyn Write + Send + '_>>;
}

impl Sink for Staging {
    fn create(&self, name: &str) -> Result<Box<dyn Write + Send + '_>> {
        Ok(Box::new(Self::create(self, name)?))
    }
}

/// The name of the file of true answers.
pub const TRUTH: &str = "truth.json";

/// Writes the extracts of a plan, the register of units, `elevflode.toml` and `truth.json`.
///
/// # Errors
/// A municipality that the built-in register does not have; the errors of the sink.
pub fn write(plan: &Plan, sink: &dyn Sink) -> Result<()> {
    let land = land(&plan.world)?;
    let years = extracts(plan, &land, sink)?;
    let mut out = std::io::BufWriter::with_capacity(1 << 16, sink.create(TRUTH)?);
    truth::write(&land, &years, &mut out).and_then(|()| out.flush()).map_err(|e| unwritable(TRUTH, &e))
}

/// The files of the demo region by name, without `truth.json`.
///
/// # Errors
/// None: writing to memory cannot fail.
pub fn demo_files() -> Result<BTreeMap<String, Vec<u8>>> {
    let memory = Memory::default();
    extracts(&Plan::demo(), &land(&World::Demo)?, &memory)?;
    Ok(memory.into_files())
}

fn land(world: &World) -> Result<Land> {
    Ok(match world {
        World::Demo => Land::demo(),
        World::National => Land::national(),
        World::Municipalities(codes) => {
            let known = world::municipalities();
            let is_unknown = |code: &&String| !known.iter().any(|place| place.code == **code);
            let unknown: Vec<&str> = codes.iter().filter(is_unknown).map(String::as_str).collect();
            if !unknown.is_empty() || codes.is_empty() {
                return Err(Error::new(Exit::Usage, "error-synth-municipalities").with("codes", unknown.join(", ")));
            }
            Land::around(codes)
        }
    })
}

/// Writes everything except the truth, which it returns.
fn extracts(plan: &Plan, land: &Land, sink: &dyn Sink) -> Result<Vec<YearTruth>> {
    put(sink, "skolenheter.csv", files::units(land).as_bytes())?;
    put(sink, "elevflode.toml", files::config(land, plan.years.clone()).as_bytes())?;
    let weights: Vec<(u32, u64)> = (0..).zip(&land.homes).map(|(number, home)| (number, home.weight)).collect();
    let generator = Generator { plan, land, homes: Alias::new(&weights), texts: CodeTexts::new(land) };
    let mut choices: BTreeMap<Year, Choices> = BTreeMap::new();
    let mut years = Vec::new();
    for year in plan.years.clone() {
        choices.retain(|cohort, _| *cohort + Year::from(GROUPS) > year);
        for cohort in cohorts(year) {
            choices.entry(cohort).or_insert_with(|| Choices::of(land, plan.seed, cohort));
        }
        years.push(generator.year(year, &choices, sink)?);
    }
    Ok(years)
}

/// The autumns in which the students of year groups 1 to 3 started.
fn cohorts(year: Year) -> [Year; GROUPS as usize] {
    [year, year - 1, year - 2]
}

/// Students per chunk, and chunks per batch to be written.
const CHUNK: u64 = 2_048;
const BATCH: u64 = 48;

struct Generator<'a> {
    plan: &'a Plan,
    land: &'a Land,
    homes: Alias,
    texts: CodeTexts,
}

/// The totals of chunks.
#[derive(Default)]
struct ChunkTotals {
    quality: [Quality; 2],
    moves: BTreeMap<(u32, u32), u32>,
    events: Events,
}

/// A file that is being written.
struct File<'a> {
    name: String,
    out: Box<dyn Write + Send + 'a>,
}

impl<'a> File<'a> {
    fn create(sink: &'a dyn Sink, name: String, header: &str) -> Result<Self> {
        let mut file = Self { out: sink.create(&name)?, name };
        file.write(header.as_bytes())?;
        Ok(file)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes).map_err(|e| unwritable(&self.name, &e))
    }
}

impl Generator<'_> {
    fn year(&self, year: Year, choices: &BTreeMap<Year, Choices>, sink: &dyn Sink) -> Result<YearTruth> {
        let counter = TruthCounter::new(self.land);
        let cohort = |start: Year| Cohort::new(self.land, &self.homes, &choices[&start], self.plan.seed, start);
        let autumn = Autumn { year, cohorts: cohorts(year).map(cohort), texts: &self.texts, counter: &counter };
        let [admission, october, seats_name] =
            files::EXTRACTS.map(|(_, beginning)| format!("extracts/{}", files::extract(beginning, year)));
        let mut files =
            [File::create(sink, admission, rows::ADMISSION)?, File::create(sink, october, rows::OCTOBER)?];
        let sums = self.write_chunks(&autumn, &mut files)?;

        let own = &choices[&year];
        let seats = files::seats(self.land, own, self.plan.seed, year, self.plan.students);
        let (text, seats_quality) = files::seats_text(self.land, &seats, year);
        put(sink, &seats_name, text.as_bytes())?;
        let [admission, october] = sums.quality;
        Ok(YearTruth {
            year,
            counts: counter.counts(sums.moves),
            seats,
            quality: [admission, october, seats_quality],
            events: sums.events,
            raised: own.raised.len() as u64,
        })
    }

    /// Generates the next chunks while the last ones are written.
    fn write_chunks(&self, autumn: &Autumn<'_>, files: &mut [File<'_>; 2]) -> Result<ChunkTotals> {
        let students = self.plan.students;
        let chunks = students.div_ceil(CHUNK);
        let make = |batch: u64| -> Vec<Chunk> {
            let numbers = batch * BATCH..((batch + 1) * BATCH).min(chunks);
            let range = |chunk: u64| chunk * CHUNK..((chunk + 1) * CHUNK).min(students);
            numbers.into_par_iter().map(|chunk| autumn.chunk(range(chunk))).collect()
        };
        let mut sums = ChunkTotals::default();
        let mut ready = make(0);
        for batch in 1..=chunks.div_ceil(BATCH) {
            let (written, next) = rayon::join(|| sums.take(&ready, files), || make(batch));
            written?;
            ready = next;
        }
        Ok(sums)
    }
}

impl ChunkTotals {
    /// Writes chunks in order and adds up their totals.
    fn take(&mut self, chunks: &[Chunk], files: &mut [File<'_>; 2]) -> Result<()> {
        for chunk in chunks {
            files[0].write(&chunk.admission)?;
            files[1].write(&chunk.october)?;
            self.quality.iter_mut().zip(&chunk.quality).for_each(|(sum, part)| sum.add(part));
            self.events.add(&chunk.events);
            for pair in &chunk.moves {
                *self.moves.entry(*pair).or_default() += 1;
            }
        }
        Ok(())
    }
}

fn put(sink: &dyn Sink, name: &str, bytes: &[u8]) -> Result<()> {
    sink.create(name)?.write_all(bytes).map_err(|e| unwritable(name, &e))
}

fn unwritable(name: &str, why: &std::io::Error) -> Error {
    Error::new(Exit::Output, "error-output").with("path", name).with("why", why)
}

/// Files in memory.
#[derive(Debug, Default)]
pub struct Memory {
    files: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl Memory {
    /// The files by name.
    #[must_use]
    pub fn into_files(self) -> BTreeMap<String, Vec<u8>> {
        self.files.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Sink for Memory {
    fn create(&self, name: &str) -> Result<Box<dyn Write + Send + '_>> {
        Ok(Box::new(MemoryFile { memory: self, name: name.to_owned(), bytes: Vec::new() }))
    }
}

/// A file that is added to its memory when it is closed.
struct MemoryFile<'a> {
    memory: &'a Memory,
    name: String,
    bytes: Vec<u8>,
}

impl Write for MemoryFile<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Drop for MemoryFile<'_> {
    fn drop(&mut self) {
        let mut files = self.memory.files.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        files.insert(std::mem::take(&mut self.name), std::mem::take(&mut self.bytes));
    }
}
