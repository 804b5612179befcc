//! From texts to codes: every row is kept or rejected for one reason, and reasons are counted by source.
//!
//! `read` turns the rows of one file into packed rows (`store`). `gather` joins the files of a run, and
//! `remove_repeated` removes the duplicates that the link has found across them. A missing home, unit or programme, or
//! one that is not in its register, becomes `?`.

mod bytes;
mod duplicates;
mod repeats;
mod ids;
mod job;
mod look;
mod memo;
mod quality;
mod read;
mod reader;
mod row;
mod file_plan;
mod units;
mod values;

pub use crate::model::Reason;
pub use duplicates::{MANY_HOMES, Order, Repeated};
pub use ids::{IdKind, PLACEHOLDERS};
pub use job::{Cleaned, Job, SourceColumns, YearStudents};
pub use quality::{Count, SourceForm, SourceQuality, Tally, Trace};
pub use read::{check_use, read};
pub use repeats::CountedRepeats;
pub use units::UnitSet;
pub use values::{
    Amount, HIDDEN, LONGEST_REFORMED, MAX_COUNT, MISSING, TOTALS, WHOLE_TOTALS, count, programme, year,
};

use std::collections::BTreeMap;

use crate::config::ExtractKind;
use crate::error::Result;
use crate::model::{ProgrammeId, Registers, Round, Snapshot, UnitId, Year};
use crate::store::{Packed, Packing, Partitions, SourceKind, Store};

/// A row of a seats extract, as codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeatCount {
    /// Autumn.
    pub year: Year,
    /// Admission or October.
    pub time: Snapshot,
    /// School unit.
    pub unit: UnitId,
    /// Programme, `?` or `-`.
    pub programme: ProgrammeId,
    /// Seats.
    pub seats: u64,
}

/// The size of one snapshot of one year, without duplicates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Census {
    /// Students of rows comparable with an admission: all rows of an admission; on 15 October, year group 1 or no
    /// year group.
    pub comparable: u64,
    /// Students of all rows.
    pub students: u64,
    /// Whether every source has student ids, so that the census can be linked.
    pub has_ids: bool,
    /// Whether some source has year groups.
    pub has_year_groups: bool,
    /// The latest round read (admissions).
    pub round: Option<Round>,
    /// The units in its rows, by round (admissions).
    pub units: BTreeMap<Round, UnitSet>,
}

impl Census {
    /// The round in which most of these units have been read, the latest of several; `None` if none of them has been.
    #[must_use]
    pub fn main_round(&self, units: &[UnitId]) -> Option<Round> {
        let read = |set: &UnitSet| units.iter().filter(|unit| set.has(**unit)).count();
        let counts = self.units.iter().map(|(round, set)| (read(set), *round)).filter(|(count, _)| *count > 0);
        counts.max().map(|(_, round)| round)
    }
}

/// The cleaned data of a run besides its flows and links.
#[derive(Debug, Clone, Default)]
pub struct CleanRows {
    /// Admissions by year.
    pub admission: BTreeMap<Year, Census>,
    /// 15 October by year.
    pub october: BTreeMap<Year, Census>,
    /// Seats.
    pub seats: Vec<SeatCount>,
    /// The quality of every source's rows, by source name.
    pub quality: Vec<SourceQuality>,
}

impl CleanRows {
    /// The years whose snapshots can be linked: both were read and have student ids.
    pub fn linked_years(&self) -> impl Iterator<Item = Year> + '_ {
        let has_ids = |year: &Year| self.october.get(year).is_some_and(|census| census.has_ids);
        self.admission.iter().filter(move |(year, census)| census.has_ids && has_ids(year)).map(|(year, _)| *year)
    }

    /// Adds the data of other years.
    pub fn add(&mut self, other: Self) {
        self.admission.extend(other.admission);
        self.october.extend(other.october);
        self.seats.extend(other.seats);
        for source in other.quality {
            match self.quality.binary_search_by(|known| known.source.cmp(&source.source)) {
                Ok(at) => self.quality[at].add(source),
                Err(at) => self.quality.insert(at, source),
            }
        }
    }

    /// Adds the rows of a source, including duplicates, to the snapshots of their years.
    pub(crate) fn add_source(
        &mut self,
        source: SourceKind,
        has: SourceColumns,
        counted: &BTreeMap<Year, YearStudents>,
    ) {
        for (year, counted) in counted {
            let census = self.census(source.kind, *year);
            census.comparable += counted.comparable;
            census.students += counted.students;
            census.has_ids &= has.ids;
            census.has_year_groups |= has.year_groups;
            if source.is_admission() {
                census.round = census.round.max(Some(source.round));
                census.units.entry(source.round).or_default().add(&counted.units);
            }
        }
    }

    /// Removes rows of one student each from a snapshot.
    pub(crate) fn remove(&mut self, kind: ExtractKind, year: Year, is_comparable: bool, rows: u64) {
        let census = self.census(kind, year);
        census.students -= rows;
        census.comparable -= if is_comparable { rows } else { 0 };
    }

    fn census(&mut self, kind: ExtractKind, year: Year) -> &mut Census {
        let map = if kind == ExtractKind::Admission { &mut self.admission } else { &mut self.october };
        map.entry(year).or_insert_with(|| Census { has_ids: true, ..Census::default() })
    }
}

/// The sources of a run by number, before duplicates are removed.
#[derive(Debug)]
pub struct Gathered {
    /// The rows themselves, by partition.
    pub partitions: Partitions,
    /// Sources by number.
    pub sources: Vec<SourceKind>,
    names: Vec<String>,
    tallies: Vec<(Tally, SourceForm)>,
    rows: CleanRows,
}

/// Joins the cleaned files of a run. The order of files and rows does not change the result.
///
/// # Errors
/// A spill file that cannot be written completely.
pub fn gather(files: Vec<Cleaned>, store: Store) -> Result<Gathered> {
    let mut rows = CleanRows::default();
    let (mut sources, mut names, mut tallies, mut held) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for file in files {
        let source = SourceKind { kind: file.kind, round: file.round };
        rows.add_source(
            source,
            SourceColumns { ids: file.has_ids, year_groups: file.has_year_groups },
            &file.counted,
        );
        rows.seats.extend(file.seats);
        sources.push(source);
        names.push(file.source);
        tallies.push((file.tally, file.form));
        held.extend(file.held);
    }
    Ok(Gathered { partitions: store.gather(held)?, sources, names, tallies, rows })
}

/// The rest of [`Gathered`] while its partitions are counted.
#[derive(Debug)]
pub struct PendingCounts {
    names: Vec<String>,
    tallies: Vec<(Tally, SourceForm)>,
    rows: CleanRows,
}

impl Gathered {
    /// The rows by partition, the sources by number, and the rest, which is completed when the duplicates are known.
    #[must_use]
    pub fn split(self) -> (Partitions, Vec<SourceKind>, PendingCounts) {
        let Self { partitions, sources, names, tallies, rows } = self;
        (partitions, sources, PendingCounts { names, tallies, rows })
    }
}

impl PendingCounts {
    /// Removes repeated rows from the counts of their sources and censuses; rows of shared ids get their new reason.
    #[must_use]
    pub fn remove_repeated(mut self, repeated: &[Repeated], shared: &[Repeated], order: Order<'_>) -> CleanRows {
        for row in shared {
            let old_reason = order.packing.reason(row.row);
            if old_reason != row.reason {
                let (tally, _) = &mut self.tallies[order.packing.source(row.row)];
                tally.change(old_reason, row.reason, row.line, trace(row.row, order.packing, order.registers));
            }
        }
        for row in repeated {
            let number = order.packing.source(row.row);
            let (tally, _) = &mut self.tallies[number];
            let old_reason = order.packing.reason(row.row);
            tally.change(old_reason, row.reason, row.line, trace(row.row, order.packing, order.registers));
            let is_comparable = order.packing.year_group(row.row).is_none_or(|group| group == 1);
            self.rows.remove(order.sources[number].kind, order.packing.year(row.row), is_comparable, 1);
        }
        self.rows.quality = named(self.names, self.tallies);
        self.rows
    }
}

/// The tallies of sources by name; a file that several extracts read is one source.
pub(crate) fn named(
    names: impl IntoIterator<Item = String>,
    tallies: impl IntoIterator<Item = (Tally, SourceForm)>,
) -> Vec<SourceQuality> {
    let mut by_name: BTreeMap<String, (Tally, Vec<SourceForm>)> = BTreeMap::new();
    for (name, (tally, form)) in names.into_iter().zip(tallies) {
        let (sum, forms) = by_name.entry(name).or_default();
        sum.add(tally.without_changed());
        forms.push(form);
    }
    let source =
        |(source, (tally, forms)): (String, (Tally, _))| SourceQuality { source, forms, tally: tally.sorted() };
    by_name.into_iter().map(source).collect()
}

/// The trace of a packed row.
fn trace(row: Packed, packing: &Packing, registers: &Registers) -> Trace {
    let (homes, programmes) = (registers.municipality_codes(), registers.programme_codes());
    Trace {
        year: Some(packing.year(row)),
        year_group: packing.year_group(row),
        home: Some(packing.home(row)).filter(|home| homes.is_known(*home)),
        programme: Some(packing.programme(row)).filter(|programme| programmes.is_known(*programme)),
    }
}
