//! From texts to codes: every row is kept or rejected for one reason, and every reason is counted by source.
//!
//! `read` turns one file's rows into domain rows; `settle` puts the files of a run together, removes duplicates
//! across them and counts. What a row lacks (a home, a unit, a programme that its register knows) becomes `?`.

mod duplicates;
mod ids;
mod quality;
mod read;
mod values;

pub use ids::IdKind;
pub use quality::{Count, Reason, SourceForm, SourceQuality, Tally, Trace};
pub use read::{Cleaned, read};
pub use values::{count, programme, year};

use rayon::prelude::*;
use std::collections::BTreeMap;

use crate::config::ExtractKind;
use crate::model::{MunicipalityId, ProgrammeId, Registers, Round, Snapshot, StudentKey, UnitId, Year};

/// A row of an admission or October extract, in codes.
#[derive(Debug, Clone, Copy)]
pub struct StudentRow {
    /// The student; none in counted extracts, and where the id is missing.
    pub student: Option<StudentKey>,
    /// Autumn.
    pub year: Year,
    /// Year group on 15 October; none where the extract has no such column, and in admissions.
    pub year_group: Option<u8>,
    /// Round of the admission; the same for all rows of 15 October.
    pub round: Round,
    /// Home municipality or `?`.
    pub home: MunicipalityId,
    /// School unit or `?`.
    pub unit: UnitId,
    /// Programme, `?` or `-`.
    pub programme: ProgrammeId,
    /// Students in the row: 1, or the count.
    pub students: u64,
    /// What is remarkable about it; `kept` where nothing is.
    pub reason: Reason,
    /// Line in its file.
    pub line: u64,
}

impl StudentRow {
    /// What is known of the row.
    fn trace(&self, registers: &Registers) -> Trace {
        let (homes, programmes) = (registers.municipality_codes(), registers.programme_codes());
        Trace {
            year: Some(self.year),
            year_group: self.year_group,
            home: Some(self.home).filter(|home| homes.is_known(*home)),
            programme: Some(self.programme).filter(|programme| programmes.is_known(*programme)),
        }
    }
}

/// A row of a seats extract, in codes.
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

/// All rows of one snapshot of one year, duplicates removed.
#[derive(Debug, Clone, Default)]
pub struct Census {
    /// The rows that flows are made of; order does not matter.
    pub rows: Vec<StudentRow>,
    /// Whether every source gives student ids, so that the census can be linked.
    pub has_ids: bool,
    /// Whether some source tells year groups.
    pub has_year_groups: bool,
    /// The latest round read (admissions).
    pub round: Option<Round>,
}

/// The rows of a run, ready to be counted and linked.
#[derive(Debug, Clone, Default)]
pub struct CleanRows {
    /// Admissions by year.
    pub admission: BTreeMap<Year, Census>,
    /// 15 October by year.
    pub october: BTreeMap<Year, Census>,
    /// Seats.
    pub seats: Vec<SeatCount>,
    /// What became of every source's rows, by source name.
    pub quality: Vec<SourceQuality>,
}

/// Puts the cleaned files of a run together: groups them by snapshot and year, removes duplicates and counts reasons.
/// The order of files and rows does not change the result.
#[must_use]
pub fn settle(files: Vec<Cleaned>, registers: &Registers) -> CleanRows {
    let mut out = CleanRows::default();
    let mut tallies: BTreeMap<String, (Tally, Vec<SourceForm>)> = BTreeMap::new();
    let mut groups: BTreeMap<(ExtractKind, Year), Vec<(usize, StudentRow)>> = BTreeMap::new();
    let mut names = Vec::with_capacity(files.len());
    for (index, file) in files.into_iter().enumerate() {
        let (tally, forms) = tallies.entry(file.source.clone()).or_default();
        tally.add(file.tally);
        forms.push(file.form);
        out.seats.extend(file.seats);
        for row in &file.students {
            let census = census_of(&mut out, file.kind, row.year);
            census.has_ids &= file.has_ids;
            census.has_year_groups |= file.has_year_groups;
            census.round = census.round.max((file.kind == ExtractKind::Admission).then_some(row.round));
            groups.entry((file.kind, row.year)).or_default().push((index, *row));
        }
        names.push(file.source);
    }
    let settled: Vec<_> = groups
        .into_par_iter()
        .map(|((kind, year), rows)| (kind, year, duplicates::settle(rows, registers)))
        .collect();
    for (kind, year, rows) in settled {
        for (file, row) in &rows {
            if let Some((tally, _)) = tallies.get_mut(&names[*file]) {
                tally.count(row.reason, row.students, row.line);
                if row.reason.is_lost() {
                    tally.lose(row.reason, row.students, row.trace(registers));
                }
            }
        }
        let kept = rows.into_iter().map(|(_, row)| row).filter(|row| !row.reason.is_rejected());
        census_of(&mut out, kind, year).rows.extend(kept);
    }
    out.quality = tallies
        .into_iter()
        .map(|(source, (tally, forms))| SourceQuality { source, forms, tally: tally.sorted() })
        .collect();
    out
}

fn census_of(out: &mut CleanRows, kind: ExtractKind, year: Year) -> &mut Census {
    let map = if kind == ExtractKind::Admission { &mut out.admission } else { &mut out.october };
    map.entry(year).or_insert_with(|| Census { has_ids: true, ..Census::default() })
}
