//! From the counts of a cluster to what `link` and `flow` give here: the same types, so that nothing behind them knows which
//! engine counted.

use std::collections::{BTreeMap, BTreeSet};

use super::sources::{Source, misread};
use super::sql::{Bits, COUNTS, CROWD, Form, PAIR, REPEATED, SEATS, STUDENTS};
use crate::clean::{
    CleanRows, Count, Counted, Has, IdKind, Reason, SeatCount, SourceForm, Tally, Trace, check_use, named,
};
use crate::config::{ExtractKind, Field, RunConfig};
use crate::error::{Error, Exit, Result};
use crate::flow::{FlowKey, FlowTable};
use crate::link::{Link, Place};
use crate::model::{ProgrammeId, Registers, Snapshot, UnitId, Year};
use crate::store;

/// An answer, column by column.
pub type Answer<const N: usize> = [Vec<Option<i64>>; N];

/// Rows of an answer, each as its values.
fn rows<const N: usize>(answer: &Answer<N>) -> impl Iterator<Item = [Option<i64>; N]> + '_ {
    (0..answer[0].len()).map(|at| std::array::from_fn(|column| answer[column].get(at).copied().flatten()))
}

/// A number of an answer; what does not fit is none.
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

/// Pairs of places by year.
type Pairs = BTreeMap<Year, BTreeMap<(Option<Place>, Option<Place>), u64>>;

/// What is put together from the answers of a run.
pub struct Gathered<'a> {
    registers: &'a Registers,
    sources: &'a [Source],
    ids: Vec<Option<IdKind>>,
    tallies: Vec<Tally>,
    /// By source: the years of its usable rows.
    years: Vec<BTreeSet<Year>>,
    rows: CleanRows,
    /// Students by snapshot (without year groups), whether they compare with an admission, and the rest of the key.
    flows: BTreeMap<(bool, FlowKey), u64>,
    pairs: Pairs,
    /// Rows with an id that links them, by year.
    linkable: BTreeMap<Year, u64>,
}

impl<'a> Gathered<'a> {
    /// From the answer to `sql::counts`.
    ///
    /// # Errors
    /// A source that is not read there as it is here; one without rows, or without a unit of the register.
    pub fn of(
        config: &RunConfig,
        registers: &'a Registers,
        sources: &'a [Source],
        answer: &Answer<{ COUNTS.len() }>,
    ) -> Result<Self> {
        let mut out = Self {
            registers,
            sources,
            ids: ids(sources, answer),
            tallies: vec![Tally::default(); sources.len()],
            years: vec![BTreeSet::new(); sources.len()],
            rows: CleanRows::default(),
            flows: BTreeMap::new(),
            pairs: Pairs::new(),
            linkable: BTreeMap::new(),
        };
        undoubted(config, sources, rows(answer).map(|line| (line[0], line[1])))?;
        let mut counted = vec![BTreeMap::<Year, Counted>::new(); sources.len()];
        for line in rows(answer) {
            out.take(line, &mut counted);
        }
        for (number, source) in sources.iter().enumerate().filter(|(_, s)| s.sheet.kind != ExtractKind::Seats) {
            out.check_use(number)?;
            let has = Has { ids: source.has(Field::Student), year_groups: source.has(Field::YearGroup) };
            out.rows.take(source.kind_and_round(), has, &counted[number]);
            out.years[number] = counted[number].keys().copied().collect();
        }
        Ok(out)
    }

    /// The sources whose ids are numbers of persons.
    pub fn persons(&self) -> Vec<usize> {
        let is_person = |(_, kind): &(usize, &Option<IdKind>)| **kind == Some(IdKind::PersonalNumbers);
        self.ids.iter().enumerate().filter(is_person).map(|(number, _)| number).collect()
    }

    fn take(&mut self, line: [Option<i64>; COUNTS.len()], counted: &mut [BTreeMap<Year, Counted>]) {
        let [source, _, why, restored, form, year, year_group, home, unit, programme, lines, known, amount] = line;
        let Some((number, source)) = small::<usize>(source).and_then(|n| Some((n, self.sources.get(n)?))) else {
            return;
        };
        let form = small::<usize>(form).and_then(|n| Form::ALL.get(n).copied()).unwrap_or(Form::NoColumn);
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
        let is_october = source.sheet.kind == ExtractKind::October;
        *self.flows.entry((is_comparable, self.key(is_october, year, trace, unit))).or_default() += count.students;
        if form > Form::Missing {
            *self.linkable.entry(year).or_default() += lines;
        }
        if form == Form::Missing && source.has(Field::Student) {
            let programme = trace.programme.unwrap_or_else(|| self.registers.programme_codes().unknown());
            let is_known = self.registers.unit_codes().is_known(unit) && (!is_october || is_comparable);
            let place = is_known.then_some(Place { unit, programme });
            let pair = if is_october { (None, place) } else { (place, None) };
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

    fn pair(&mut self, year: Year, pair: (Option<Place>, Option<Place>), students: u64) {
        if pair != (None, None) && students > 0 {
            *self.pairs.entry(year).or_default().entry(pair).or_default() += students;
        }
    }

    /// Takes the answer to `sql::students`. Returns how many rows do not count beside those that it tells, of students who have more
    /// than two in a snapshot.
    ///
    /// # Errors
    /// Other rows than were there when lines were counted.
    pub fn link(&mut self, answer: &Answer<{ STUDENTS.len() }>, bits: Bits) -> Result<u64> {
        let (mut crowd, mut linked) = (0, BTreeMap::<Year, u64>::new());
        for [what, year, one, other, students, lines] in rows(answer) {
            let (Some(year), Some(students)) = (small::<Year>(year), small::<u64>(students)) else { continue };
            match what {
                Some(PAIR) => {
                    let pair = (self.place(one.unwrap_or(0), bits), self.place(other.unwrap_or(0), bits));
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
        self.strike_repeated(answer, bits)?;
        Ok(crowd)
    }

    /// Takes the answer to `sql::crowded`, which must tell so many rows.
    ///
    /// # Errors
    /// Other rows than were there when students were counted; ids that several students share.
    pub fn thin(&mut self, answer: &Answer<{ STUDENTS.len() }>, bits: Bits, crowd: u64) -> Result<()> {
        if rows(answer).any(|line| line[5] == Some(1)) {
            let names: Vec<&str> =
                self.sources.iter().filter(|s| s.has(Field::Student)).map(|s| s.name.as_str()).collect();
            return Err(Error::new(Exit::Input, "error-engine-shared-ids").with("path", names.join(", ")));
        }
        let told: u64 = rows(answer).filter_map(|line| small::<u64>(line[4])).sum();
        if told == crowd { self.strike_repeated(answer, bits) } else { Err(self.changed()) }
    }

    /// Sources with ids have other rows than a moment ago.
    fn changed(&self) -> Error {
        let names: Vec<&str> =
            self.sources.iter().filter(|s| s.has(Field::Student)).map(|s| s.name.as_str()).collect();
        changed(&names.join(", "))
    }

    /// Takes out the rows that an answer says do not count.
    fn strike_repeated(&mut self, answer: &Answer<{ STUDENTS.len() }>, bits: Bits) -> Result<()> {
        for [_, year, one, other, students, _] in rows(answer).filter(|line| line[0] == Some(REPEATED)) {
            let (Some(year), Some(students)) = (small::<Year>(year), small::<u64>(students)) else { continue };
            self.strike(Packed::of(one.unwrap_or(0) as u64, bits), year, reason(other), students)?;
        }
        Ok(())
    }

    fn place(&self, number: i64, bits: Bits) -> Option<Place> {
        let place = u64::try_from(number).ok()?.checked_sub(1)?;
        let unit = (place >> bits.programme) as u32;
        Some(Place {
            unit: UnitId::from(unit),
            programme: self.programme((place & ((1 << bits.programme) - 1)) as u32),
        })
    }

    /// The programme of a packed number; what is unknown is larger than all codes there.
    fn programme(&self, number: u32) -> ProgrammeId {
        let codes = self.registers.programme_codes();
        if (number as usize) < codes.len() { ProgrammeId::from(number) } else { codes.unknown() }
    }

    /// Takes rows of one student each out of what their source, their snapshot and their flow count.
    fn strike(&mut self, row: Packed, year: Year, why: Option<Reason>, students: u64) -> Result<()> {
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
        let kind = source.sheet.kind;
        let is_comparable = row.year_group.is_none_or(|group| group == 1);
        let key = (is_comparable, self.key(kind == ExtractKind::October, year, trace, unit));
        let tally = &mut self.tallies[row.source];
        let lines = tally.counts().find(|(reason, _)| *reason == row.reason).map_or(0, |(_, count)| count.rows);
        let left = self.flows.get(&key).and_then(|sum| sum.checked_sub(students)).filter(|_| lines >= students);
        let Some(left) = left else {
            return Err(changed(&source.name));
        };
        tally.restate(row.reason, why, trace, students);
        self.rows.strike(kind, year, is_comparable, students);
        self.flows.insert(key, left);
        Ok(())
    }

    /// Takes the answer to `sql::seats`.
    ///
    /// # Errors
    /// A source without rows, or without a unit of the register.
    pub fn seats(&mut self, config: &RunConfig, answer: &Answer<{ SEATS.len() }>) -> Result<()> {
        undoubted(config, self.sources, rows(answer).map(|line| (line[0], line[1])))?;
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
        let is_of_seats = |number: &usize| self.sources[*number].sheet.kind == ExtractKind::Seats;
        (0..self.sources.len()).filter(is_of_seats).try_for_each(|number| self.check_use(number))
    }

    /// Whether a source has rows, and units of the register among them.
    fn check_use(&self, number: usize) -> Result<()> {
        let known = |(reason, _): (Reason, Count)| !reason.is_rejected() && reason != Reason::UnknownUnit;
        let tally = &self.tallies[number];
        check_use(&self.sources[number].name, tally, tally.counts().any(known), self.registers)
    }

    /// What a run goes on with: rows, flows and links, and how many lines each source has.
    pub fn done(self, config: &RunConfig) -> (CleanRows, FlowTable, BTreeMap<Year, Link>, Vec<u64>) {
        let Self { sources, ids, tallies, years, mut rows, flows, mut pairs, .. } = self;
        let lines = tallies.iter().map(Tally::rows).collect();
        let form = |((source, ids), years): ((&Source, Option<IdKind>), BTreeSet<Year>)| SourceForm {
            guesses: source.guesses.clone(),
            columns: source.sheet.columns.found().to_vec(),
            round: config.extracts[source.extract].round,
            filter: config.extracts[source.extract].filter.clone(),
            unused: source.sheet.columns.unused(&source.sheet.header),
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

impl Source {
    fn has(&self, field: Field) -> bool {
        self.sheet.columns.has(field)
    }

    fn kind_and_round(&self) -> store::Source {
        store::Source { kind: self.sheet.kind, round: crate::model::Round::ALL[usize::from(self.sheet.round)] }
    }
}

/// Sources with other rows than a moment ago.
fn changed(names: &str) -> Error {
    Error::new(Exit::Input, "error-engine-changed").with("path", names)
}

/// Whether every line was read as it is here.
fn undoubted(
    config: &RunConfig,
    sources: &[Source],
    lines: impl Iterator<Item = (Option<i64>, Option<i64>)>,
) -> Result<()> {
    for (source, doubt) in lines {
        let Some(source) = small::<usize>(source).and_then(|number| sources.get(number)) else { continue };
        let told = config.extracts[source.extract].form.encoding.as_deref();
        match doubt {
            Some(1) if told.is_none() => return Err(misread(&source.name, "utf-8")),
            Some(2) => return Err(Error::new(Exit::Usage, "error-engine-quotes").with("path", &source.name)),
            Some(3) => {
                return Err(Error::new(Exit::Input, "error-ids-rounded")
                    .with("path", &source.name)
                    .with("line", "\u{2013}")
                    .with("column", source.sheet.columns.header(Field::Student)));
            }
            _ => {}
        }
    }
    Ok(())
}

/// What each source's column of ids holds: numbers of persons where most have the form of one.
fn ids(sources: &[Source], answer: &Answer<{ COUNTS.len() }>) -> Vec<Option<IdKind>> {
    let mut seen = vec![(0_i64, 0_i64); sources.len()];
    for line in rows(answer) {
        let form = small::<usize>(line[4]).and_then(|n| Form::ALL.get(n).copied());
        let (Some(number), Some(form)) = (small::<usize>(line[0]), form.filter(|form| *form > Form::Missing)) else {
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

/// The reason of a row whose codes say nothing (`clean::read`).
fn of_id(form: Form, ids: Option<IdKind>, is_restored: bool) -> Reason {
    let is_person = ids == Some(IdKind::PersonalNumbers);
    match form {
        Form::Missing => Reason::MissingStudent,
        Form::Wrong | Form::RestoredWrong | Form::Other if is_person => Reason::DoubtfulStudent,
        Form::Restored if is_person => Reason::RestoredCode,
        _ if is_restored => Reason::RestoredCode,
        _ => Reason::Kept,
    }
}

/// A packed row of `sql::students`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Packed {
    unit: u32,
    programme: u32,
    home: u32,
    year_group: Option<u8>,
    source: usize,
    reason: Reason,
}

impl Packed {
    fn of(row: u64, bits: Bits) -> Self {
        let field = |below: u32, width: u32| row >> below & ((1 << width) - 1);
        let from_last = ((1 << Bits::REASON) - 1 - field(0, Bits::REASON)) as usize;
        Self {
            unit: field(bits.below_unit(), bits.unit) as u32,
            programme: field(bits.below_programme(), bits.programme) as u32,
            home: field(bits.below_home(), bits.home) as u32,
            year_group: Some(field(Bits::REASON + bits.source, Bits::GROUP) as u8).filter(|group| *group > 0),
            source: field(Bits::REASON, bits.source) as usize,
            reason: Reason::ALL.get(from_last).copied().unwrap_or(Reason::Kept),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_row_is_taken_apart() {
        let bits = Bits { unit: 3, programme: 2, home: 4, source: 2 };
        let row = 1 << bits.below_round()
            | 5 << bits.below_unit()
            | 3 << bits.below_programme()
            | 9 << bits.below_home()
            | 2 << (Bits::REASON + bits.source)
            | 1 << Bits::REASON
            | (31 - Reason::UnknownHome.number() as u64);
        let wanted =
            Packed { unit: 5, programme: 3, home: 9, year_group: Some(2), source: 1, reason: Reason::UnknownHome };
        assert_eq!(Packed::of(row, bits), wanted);
    }

    #[test]
    fn an_id_decides_where_codes_do_not() {
        let person = Some(IdKind::PersonalNumbers);
        let other = Some(IdKind::Surrogates);
        for (form, ids, is_restored, wanted) in [
            (Form::NoColumn, None, false, Reason::Kept),
            (Form::NoColumn, None, true, Reason::RestoredCode),
            (Form::Missing, other, true, Reason::MissingStudent),
            (Form::Other, person, true, Reason::DoubtfulStudent),
            (Form::Other, other, false, Reason::Kept),
            (Form::Restored, person, false, Reason::RestoredCode),
            (Form::Restored, other, false, Reason::Kept),
            (Form::RestoredWrong, person, false, Reason::DoubtfulStudent),
            (Form::Number, person, false, Reason::Kept),
        ] {
            assert_eq!(of_id(form, ids, is_restored), wanted, "{form:?} {ids:?}");
        }
    }
}
