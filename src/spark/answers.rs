//! From the counts of a cluster to the results of `link` and `flow`: the same types, so that later stages do not
//! depend on the engine.

use std::collections::{BTreeMap, BTreeSet};

use super::sources::{ClusterSource, misread};
use super::sql::{COUNTS, CROWD, IdForm, PAIR, PackedWidths, REPEATED, SEATS, STUDENTS};
use crate::clean::{
    CleanRows, Count, IdKind, Reason, SeatCount, SourceColumns, SourceForm, Tally, Trace, YearStudents, check_use,
    named,
};
use crate::config::{ExtractKind, Field, RunConfig};
use crate::error::{Error, Exit, Result};
use crate::flow::{FlowKey, FlowTable};
use crate::link::{Link, Offer};
use crate::model::{ProgrammeId, Registers, Snapshot, UnitId, Year};
use crate::store;

/// The answer to a query, by column.
pub type AnswerColumns<const N: usize> = [Vec<Option<i64>>; N];

/// The rows of an answer.
fn rows<const N: usize>(answer: &AnswerColumns<N>) -> impl Iterator<Item = [Option<i64>; N]> + '_ {
    (0..answer[0].len()).map(|at| std::array::from_fn(|column| answer[column].get(at).copied().flatten()))
}

/// A number in an answer; `None` if it does not fit the type.
fn small<T: TryFrom<i64>>(value: Option<i64>) -> Option<T> {
    value.and_then(|value| T::try_from(value).ok())
}

fn id<Id: From<u32>>(value: Option<i64>) -> Option<Id> {
    small::<u32>(value).map(Id::from)
}

fn reason(value: Option<i64>) -> Option<Reason> {
    small::<usize>(value).and_then(|number| Reason::ALL.get(number).copied())
}

fn group(value: Option<i64>) -> Option<u8> {
    small(value).filter(|group| *group > 0)
}

/// Pairs of offers by year.
type OfferPairs = BTreeMap<Year, BTreeMap<(Option<Offer>, Option<Offer>), u64>>;

/// The counts of a run, accumulated from its answers.
pub struct Accumulated<'a> {
    registers: &'a Registers,
    sources: &'a [ClusterSource],
    ids: Vec<Option<IdKind>>,
    tallies: Vec<Tally>,
    /// By source: the years of its usable rows.
    years: Vec<BTreeSet<Year>>,
    rows: CleanRows,
    /// Students by whether they are comparable with an admission, and by flow key, whose snapshot ignores year
    /// groups.
    flows: BTreeMap<(bool, FlowKey), u64>,
    pairs: OfferPairs,
    /// Rows with an id that can be linked, by year.
    linkable: BTreeMap<Year, u64>,
}

impl<'a> Accumulated<'a> {
    /// Starts from the answer to `sql::counts`.
    ///
    /// # Errors
    /// A source that the cluster reads differently from the local engine; one without rows, or without a unit of the
    /// register.
    pub fn of(
        config: &RunConfig,
        registers: &'a Registers,
        sources: &'a [ClusterSource],
        answer: &AnswerColumns<{ COUNTS.len() }>,
    ) -> Result<Self> {
        let mut out = Self {
            registers,
            sources,
            ids: ids(sources, answer),
            tallies: vec![Tally::default(); sources.len()],
            years: vec![BTreeSet::new(); sources.len()],
            rows: CleanRows::default(),
            flows: BTreeMap::new(),
            pairs: OfferPairs::new(),
            linkable: BTreeMap::new(),
        };
        check_doubts(config, sources, rows(answer).map(|line| (line[0], line[1])))?;
        let mut counted = vec![BTreeMap::<Year, YearStudents>::new(); sources.len()];
        for line in rows(answer) {
            out.take(line, &mut counted);
        }
        for (number, source) in sources.iter().enumerate().filter(|(_, s)| s.view.kind != ExtractKind::Seats) {
            out.check_use(number)?;
            let has = SourceColumns { ids: source.has(Field::Student), year_groups: source.has(Field::YearGroup) };
            out.rows.add_source(source.kind_and_round(), has, &counted[number]);
            out.years[number] = counted[number].keys().copied().collect();
        }
        Ok(out)
    }

    /// The sources whose ids are personal numbers.
    pub fn persons(&self) -> Vec<usize> {
        let is_person = |(_, kind): &(usize, &Option<IdKind>)| **kind == Some(IdKind::PersonalNumbers);
        self.ids.iter().enumerate().filter(is_person).map(|(number, _)| number).collect()
    }

    fn take(&mut self, line: [Option<i64>; COUNTS.len()], counted: &mut [BTreeMap<Year, YearStudents>]) {
        let [source, _, why, restored, form, year, year_group, home, unit, programme, lines, known, amount] = line;
        let Some((number, source)) = small::<usize>(source).and_then(|n| Some((n, self.sources.get(n)?))) else {
            return;
        };
        let form = small::<usize>(form).and_then(|n| IdForm::ALL.get(n).copied()).unwrap_or(IdForm::NoColumn);
        let why = reason(why).unwrap_or_else(|| of_id(form, self.ids[number], restored == Some(1)));
        let (lines, known) = (small::<u64>(lines).unwrap_or(0), small::<u64>(known).unwrap_or(0));
        let count = Count { rows: lines, students: small(amount).unwrap_or(0), unknown: lines - known.min(lines) };
        let trace = match why {
            Reason::Malformed => Trace::default(),
            _ => Trace { year: small(year), year_group: group(year_group), home: id(home), programme: id(programme) },
        };
        self.tallies[number].add_count(why, count);
        if why.is_lost() {
            self.tallies[number].add_lost(why, trace, count);
        }
        let Some(year) = trace.year.filter(|_| !why.is_rejected()) else { return };
        let is_comparable = trace.year_group.is_none_or(|group| group == 1);
        let sums = counted[number].entry(year).or_default();
        sums.students += count.students;
        sums.comparable += if is_comparable { count.students } else { 0 };
        let unit = id(unit).unwrap_or_else(|| self.registers.unit_codes().unknown());
        sums.units.insert(unit);
        let is_october = source.view.kind == ExtractKind::October;
        *self.flows.entry((is_comparable, self.key(is_october, year, trace, unit))).or_default() += count.students;
        if form > IdForm::Missing {
            *self.linkable.entry(year).or_default() += lines;
        }
        if form == IdForm::Missing && source.has(Field::Student) {
            let programme = trace.programme.unwrap_or_else(|| self.registers.programme_codes().unknown());
            let is_known = self.registers.unit_codes().is_known(unit) && (!is_october || is_comparable);
            let offer = is_known.then_some(Offer { unit, programme });
            let pair = if is_october { (None, offer) } else { (offer, None) };
            self.pair(year, pair, count.students);
        }
    }

    fn key(&self, is_october: bool, year: Year, trace: Trace, unit: UnitId) -> FlowKey {
        FlowKey {
            snapshot: if is_october { Snapshot::October } else { Snapshot::Admission },
            year,
            home: trace.home.unwrap_or_else(|| self.registers.municipality_codes().unknown()),
            unit,
            programme: trace.programme.unwrap_or_else(|| self.registers.programme_codes().unknown()),
        }
    }

    fn pair(&mut self, year: Year, pair: (Option<Offer>, Option<Offer>), students: u64) {
        if pair != (None, None) && students > 0 {
            *self.pairs.entry(year).or_default().entry(pair).or_default() += students;
        }
    }

    /// Adds the answer to `sql::students`. Returns how many further rows do not count, which belong to students with
    /// more than two rows in a snapshot.
    ///
    /// # Errors
    /// Rows that have changed since lines were counted.
    pub fn add_students(&mut self, answer: &AnswerColumns<{ STUDENTS.len() }>, bits: PackedWidths) -> Result<u64> {
        let (mut crowd, mut linked) = (0, BTreeMap::<Year, u64>::new());
        for [what, year, one, other, students, lines] in rows(answer) {
            let (Some(year), Some(students)) = (small::<Year>(year), small::<u64>(students)) else { continue };
            match what {
                Some(PAIR) => {
                    let pair = (self.offer(one.unwrap_or(0), bits), self.offer(other.unwrap_or(0), bits));
                    self.pair(year, pair, students);
                    *linked.entry(year).or_default() += small::<u64>(lines).unwrap_or(0);
                }
                Some(CROWD) => crowd += students * small::<u64>(one).unwrap_or(0),
                _ => {}
            }
        }
        if linked != self.linkable {
            return Err(self.changed());
        }
        self.remove_repeated(answer, bits)?;
        Ok(crowd)
    }

    /// Adds the answer to `sql::crowded`, which must contain `crowd` rows.
    ///
    /// # Errors
    /// Rows that have changed since students were counted; ids that several students share.
    pub fn add_crowded(
        &mut self,
        answer: &AnswerColumns<{ STUDENTS.len() }>,
        bits: PackedWidths,
        crowd: u64,
    ) -> Result<()> {
        if rows(answer).any(|line| line[5] == Some(1)) {
            let names: Vec<&str> =
                self.sources.iter().filter(|s| s.has(Field::Student)).map(|s| s.name.as_str()).collect();
            return Err(Error::new(Exit::Input, "error-engine-shared-ids").with("path", names.join(", ")));
        }
        let found: u64 = rows(answer).filter_map(|line| small::<u64>(line[4])).sum();
        if found == crowd { self.remove_repeated(answer, bits) } else { Err(self.changed()) }
    }

    /// The error of sources with ids whose rows have changed.
    fn changed(&self) -> Error {
        let names: Vec<&str> =
            self.sources.iter().filter(|s| s.has(Field::Student)).map(|s| s.name.as_str()).collect();
        changed(&names.join(", "))
    }

    /// Removes the rows that do not count according to an answer.
    fn remove_repeated(&mut self, answer: &AnswerColumns<{ STUDENTS.len() }>, bits: PackedWidths) -> Result<()> {
        for [_, year, one, other, students, _] in rows(answer).filter(|line| line[0] == Some(REPEATED)) {
            let (Some(year), Some(students)) = (small::<Year>(year), small::<u64>(students)) else { continue };
            self.remove(UnpackedRow::of(one.unwrap_or(0) as u64, bits), year, reason(other), students)?;
        }
        Ok(())
    }

    fn offer(&self, number: i64, bits: PackedWidths) -> Option<Offer> {
        let offer = u64::try_from(number).ok()?.checked_sub(1)?;
        let unit = (offer >> bits.programme) as u32;
        Some(Offer {
            unit: UnitId::from(unit),
            programme: self.programme((offer & ((1 << bits.programme) - 1)) as u32),
        })
    }

    /// The programme of a packed number; an unknown programme has a larger number than all codes.
    fn programme(&self, number: u32) -> ProgrammeId {
        let codes = self.registers.programme_codes();
        if (number as usize) < codes.len() { ProgrammeId::from(number) } else { codes.unknown() }
    }

    /// Removes rows of one student each from the counts of their source, snapshot and flow.
    fn remove(&mut self, row: UnpackedRow, year: Year, why: Option<Reason>, students: u64) -> Result<()> {
        let (Some(why), Some(source)) = (why, self.sources.get(row.source)) else { return Ok(()) };
        let known = |number: u32, codes: usize| Some(number).filter(|number| (*number as usize) < codes);
        let programme = known(row.programme, self.registers.programme_codes().len()).map(ProgrammeId::from);
        let trace = Trace {
            year: Some(year),
            year_group: row.year_group,
            home: known(row.home, self.registers.municipality_codes().len()).map(Into::into),
            programme,
        };
        let unit = known(row.unit, self.registers.unit_codes().len()).map(UnitId::from);
        let unit = unit.unwrap_or_else(|| self.registers.unit_codes().unknown());
        let kind = source.view.kind;
        let is_comparable = row.year_group.is_none_or(|group| group == 1);
        let key = (is_comparable, self.key(kind == ExtractKind::October, year, trace, unit));
        let tally = &mut self.tallies[row.source];
        let lines = tally.counts().find(|(reason, _)| *reason == row.reason).map_or(0, |(_, count)| count.rows);
        let left = self.flows.get(&key).and_then(|sum| sum.checked_sub(students)).filter(|_| lines >= students);
        let Some(left) = left else {
            return Err(changed(&source.name));
        };
        tally.move_rows(row.reason, why, trace, students);
        self.rows.remove(kind, year, is_comparable, students);
        self.flows.insert(key, left);
        Ok(())
    }

    /// Adds the answer to `sql::seats`.
    ///
    /// # Errors
    /// A source without rows, or without a unit of the register.
    pub fn add_seats(&mut self, config: &RunConfig, answer: &AnswerColumns<{ SEATS.len() }>) -> Result<()> {
        check_doubts(config, self.sources, rows(answer).map(|line| (line[0], line[1])))?;
        for [source, _, why, year, october, unit, programme, lines, amount] in rows(answer) {
            let (Some(number), Some(why)) = (small::<usize>(source), reason(why)) else { continue };
            let Some(tally) = self.tallies.get_mut(number) else { continue };
            let lines = small::<u64>(lines).unwrap_or(0);
            let unknown = if amount.is_none() { lines } else { 0 };
            tally.add_count(why, Count { rows: lines, students: small(amount).unwrap_or(0), unknown });
            let (Some(year), Some(unit)) = (small(year), id(unit)) else { continue };
            if !why.is_rejected() && why != Reason::UnknownUnit {
                self.years[number].insert(year);
                self.rows.seats.push(SeatCount {
                    year,
                    time: if october == Some(1) { Snapshot::October } else { Snapshot::Admission },
                    unit,
                    programme: id(programme).unwrap_or_else(|| self.registers.programme_codes().unknown()),
                    seats: small(amount).unwrap_or(0),
                });
            }
        }
        let is_of_seats = |number: &usize| self.sources[*number].view.kind == ExtractKind::Seats;
        (0..self.sources.len()).filter(is_of_seats).try_for_each(|number| self.check_use(number))
    }

    /// Checks that a source has rows, and units of the register among them.
    fn check_use(&self, number: usize) -> Result<()> {
        let known = |(reason, _): (Reason, Count)| !reason.is_rejected() && reason != Reason::UnknownUnit;
        let tally = &self.tallies[number];
        check_use(&self.sources[number].name, tally, tally.counts().any(known), self.registers)
    }

    /// The result for the rest of the run: rows, flows and links, and the number of lines of each source.
    pub fn done(self, config: &RunConfig) -> (CleanRows, FlowTable, BTreeMap<Year, Link>, Vec<u64>) {
        let Self { sources, ids, tallies, years, mut rows, flows, mut pairs, .. } = self;
        let lines = tallies.iter().map(Tally::rows).collect();
        let form = |((source, ids), years): ((&ClusterSource, Option<IdKind>), BTreeSet<Year>)| SourceForm {
            guesses: source.guesses.clone(),
            columns: source.view.columns.found().to_vec(),
            round: config.extracts[source.extract].round,
            filter: config.extracts[source.extract].filter.clone(),
            unused: source.view.columns.unused(&source.view.header),
            ids,
            ..SourceForm::of(config.extracts[source.extract].kind, years)
        };
        let forms = sources.iter().zip(ids).zip(years).map(form);
        let names = sources.iter().map(|source| source.name.clone());
        rows.quality = named(names, tallies.into_iter().zip(forms));
        let links =
            rows.linked_years().map(|year| (year, Link::of(pairs.remove(&year).unwrap_or_default()))).collect();
        let flows = FlowTable::of_counts(flows, &rows);
        (rows, flows, links, lines)
    }
}

impl ClusterSource {
    fn has(&self, field: Field) -> bool {
        self.view.columns.has(field)
    }

    fn kind_and_round(&self) -> store::SourceKind {
        store::SourceKind { kind: self.view.kind, round: crate::model::Round::ALL[usize::from(self.view.round)] }
    }
}

/// The error of sources whose rows have changed.
fn changed(names: &str) -> Error {
    Error::new(Exit::Input, "error-engine-changed").with("path", names)
}

/// Checks that every line was read as the local engine would read it.
fn check_doubts(
    config: &RunConfig,
    sources: &[ClusterSource],
    lines: impl Iterator<Item = (Option<i64>, Option<i64>)>,
) -> Result<()> {
    for (source, doubt) in lines {
        let Some(source) = small::<usize>(source).and_then(|number| sources.get(number)) else { continue };
        let configured = config.extracts[source.extract].form.encoding.as_deref();
        match doubt {
            Some(1) if configured.is_none() => return Err(misread(&source.name, "utf-8")),
            Some(2) => return Err(Error::new(Exit::Usage, "error-engine-quotes").with("path", &source.name)),
            Some(3) => {
                return Err(Error::new(Exit::Input, "error-ids-rounded")
                    .with("path", &source.name)
                    .with("line", "\u{2013}")
                    .with("column", source.view.columns.header(Field::Student)));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The kind of ids of each source: personal numbers if most have the form of one.
fn ids(sources: &[ClusterSource], answer: &AnswerColumns<{ COUNTS.len() }>) -> Vec<Option<IdKind>> {
    let mut seen = vec![(0_i64, 0_i64); sources.len()];
    for line in rows(answer) {
        let form = small::<usize>(line[4]).and_then(|n| IdForm::ALL.get(n).copied());
        let (Some(number), Some(form)) = (small::<usize>(line[0]), form.filter(|form| *form > IdForm::Missing))
        else {
            continue;
        };
        let (all, numbers) = &mut seen[number];
        let lines = line[10].unwrap_or(0);
        *all += lines;
        *numbers += if form.is_number() { lines } else { 0 };
    }
    let kind = |(all, numbers)| if numbers * 2 > all { IdKind::PersonalNumbers } else { IdKind::Surrogates };
    sources.iter().zip(seen).map(|(source, seen)| source.has(Field::Student).then(|| kind(seen))).collect()
}

/// The reason of a row whose codes give none (`clean::read`).
fn of_id(form: IdForm, ids: Option<IdKind>, is_restored: bool) -> Reason {
    let is_person = ids == Some(IdKind::PersonalNumbers);
    match form {
        IdForm::Missing => Reason::MissingStudent,
        IdForm::Wrong | IdForm::RestoredWrong | IdForm::Other if is_person => Reason::DoubtfulStudent,
        IdForm::Restored if is_person => Reason::RestoredCode,
        _ if is_restored => Reason::RestoredCode,
        _ => Reason::Kept,
    }
}

/// A row of `sql::students`, unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct UnpackedRow {
    unit: u32,
    programme: u32,
    home: u32,
    year_group: Option<u8>,
    source: usize,
    reason: Reason,
}

impl UnpackedRow {
    fn of(row: u64, bits: PackedWidths) -> Self {
        let field = |below: u32, width: u32| row >> below & ((1 << width) - 1);
        let from_last = ((1 << PackedWidths::REASON) - 1 - field(0, PackedWidths::REASON)) as usize;
        Self {
            unit: field(bits.below_unit(), bits.unit) as u32,
            programme: field(bits.below_programme(), bits.programme) as u32,
            home: field(bits.below_home(), bits.home) as u32,
            year_group: Some(field(PackedWidths::REASON + bits.source, PackedWidths::GROUP) as u8)
                .filter(|group| *group > 0),
            source: field(PackedWidths::REASON, bits.source) as usize,
            reason: Reason::ALL.get(from_last).copied().unwrap_or(Reason::Kept),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_row_is_taken_apart() {
        let bits = PackedWidths { unit: 3, programme: 2, home: 4, source: 2 };
        let row = 1 << bits.below_round()
            | 5 << bits.below_unit()
            | 3 << bits.below_programme()
            | 9 << bits.below_home()
            | 2 << (PackedWidths::REASON + bits.source)
            | 1 << PackedWidths::REASON
            | (31 - Reason::UnknownHome.number() as u64);
        let wanted = UnpackedRow {
            unit: 5,
            programme: 3,
            home: 9,
            year_group: Some(2),
            source: 1,
            reason: Reason::UnknownHome,
        };
        assert_eq!(UnpackedRow::of(row, bits), wanted);
    }

    #[test]
    fn an_id_decides_where_codes_do_not() {
        let person = Some(IdKind::PersonalNumbers);
        let other = Some(IdKind::Surrogates);
        for (form, ids, is_restored, wanted) in [
            (IdForm::NoColumn, None, false, Reason::Kept),
            (IdForm::NoColumn, None, true, Reason::RestoredCode),
            (IdForm::Missing, other, true, Reason::MissingStudent),
            (IdForm::Other, person, true, Reason::DoubtfulStudent),
            (IdForm::Other, other, false, Reason::Kept),
            (IdForm::Restored, person, false, Reason::RestoredCode),
            (IdForm::Restored, other, false, Reason::Kept),
            (IdForm::RestoredWrong, person, false, Reason::DoubtfulStudent),
            (IdForm::Number, person, false, Reason::Kept),
        ] {
            assert_eq!(of_id(form, ids, is_restored), wanted, "{form:?} {ids:?}");
        }
    }
}
