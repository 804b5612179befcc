//! The headline share, and how far rows that it cannot use could move it.

use std::collections::BTreeMap;

use super::inputs::{Inputs, is_own};
use crate::clean::{Reason, SourceQuality, Trace};
use crate::config::ExtractKind;
use crate::model::{Population, Ratio, Snapshot, Year};

/// The scope of a headline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topic {
    /// Admission, or year group 1 on 15 October.
    pub snapshot: Snapshot,
    /// Autumn of this year.
    pub year: Year,
    /// Which programmes.
    pub population: Population,
}

/// The region's cross-provider share: students with another provider than their home municipality / students with a
/// known home in the region and a known unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Headline {
    /// Its scope.
    pub topic: Topic,
    /// Students with a provider other than their home municipality.
    pub cross: u64,
    /// All students.
    pub students: u64,
}

/// Rows that the headline cannot use. If all their students studied with their own municipality, or all with another
/// provider, the share would reach its bounds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Effect {
    /// Rows whose students may belong to the headline.
    pub rows: u64,
    /// Students in them; a row with an unreadable number counts as one.
    pub students: u64,
    /// Rows among them with an unreadable number of students.
    pub uncounted: u64,
}

impl Effect {
    const fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.students += other.students;
        self.uncounted += other.uncounted;
    }
}

impl Headline {
    /// The share.
    #[must_use]
    pub fn share(&self) -> Ratio {
        Ratio::new(self.cross, self.students)
    }

    /// The share if all students of the effect studied with their own municipality.
    #[must_use]
    pub fn low(&self, effect: Effect) -> Ratio {
        Ratio::new(self.cross, self.students + effect.students)
    }

    /// The share if all students of the effect studied with another provider.
    #[must_use]
    pub fn high(&self, effect: Effect) -> Ratio {
        Ratio::new(self.cross + effect.students, self.students + effect.students)
    }
}

/// The headline of a topic.
#[must_use]
pub fn headline(inputs: Inputs<'_>, topic: Topic) -> Headline {
    let registers = inputs.registers;
    let mut headline = Headline { topic, cross: 0, students: 0 };
    let flows = inputs.flows.of(topic.snapshot, topic.year).iter();
    for flow in flows.filter(|f| inputs.is_in_region(f.key.home)) {
        let Some(unit) = registers.unit_in(flow.key.unit, topic.year) else { continue };
        if !topic.population.includes(registers.programme_kind(flow.key.programme)) {
            continue;
        }
        headline.students += flow.students;
        if !is_own(unit, &inputs.code(flow.key.home)) {
            headline.cross += flow.students;
        }
    }
    headline
}

/// The effect of a source's lost rows by reason; reasons without lost rows are absent.
#[must_use]
pub fn effects(inputs: Inputs<'_>, topic: Topic, source: &SourceQuality) -> BTreeMap<Reason, Effect> {
    let kind = match topic.snapshot {
        Snapshot::Admission => ExtractKind::Admission,
        Snapshot::October | Snapshot::Enrolled => ExtractKind::October,
    };
    let mut out: BTreeMap<Reason, Effect> = BTreeMap::new();
    if source.forms.iter().all(|form| form.kind != kind) {
        return out;
    }
    let lost = source.tally.lost().filter(|(reason, ..)| {
        // The population of all programmes includes rows without a programme.
        *reason != Reason::UnknownProgramme || topic.population != Population::All
    });
    for (reason, _, count) in lost.filter(|(_, trace, _)| may_count(inputs, topic, *trace)) {
        let effect = Effect { rows: count.rows, students: count.students + count.unknown, uncounted: count.unknown };
        out.entry(reason).or_default().add(effect);
    }
    out
}

/// Whether the known fields of the row allow it to belong to the headline.
fn may_count(inputs: Inputs<'_>, topic: Topic, trace: Trace) -> bool {
    let kind = trace.programme.map(|programme| inputs.registers.programme_kind(programme));
    trace.year.is_none_or(|year| year == topic.year)
        && (topic.snapshot == Snapshot::Admission || trace.year_group.is_none_or(|group| group == 1))
        && trace.home.is_none_or(|home| inputs.is_in_region(home))
        && kind.is_none_or(|kind| topic.population.includes(kind))
}

/// The sum of effects.
#[must_use]
pub fn total<'a>(effects: impl IntoIterator<Item = &'a Effect>) -> Effect {
    effects.into_iter().fold(Effect::default(), |mut sum, effect| {
        sum.add(*effect);
        sum
    })
}
