//! Margins in exact releases: the level that publishes a margin, the margins that it is the sum of, and the cost to
//! readers of hiding it. Also base cells, cohorts and classes of units.

use std::collections::BTreeMap;

use crate::flow::Flow;
use crate::model::{Level, Population, ProgrammeId, ProgrammeKind, ProviderKind, Snapshot, UnitId};
use crate::tables::margins::{Facts, Margin, SharePart, What, Where, Who};

impl Margin {
    /// The level that publishes the margin; `None` if no level does. Sums over all homes of the region, and sums over
    /// all programmes of everyone at a unit, belong to the level whose margins they are.
    pub const fn level(self) -> Option<Level> {
        use Where::{Abroad, Cross, Elsewhere, Everywhere, InRegion, Part, Place, Provider, Unit};
        use Who::{Everyone, Home, Known, Outside, Region, Unknown, Visitors};
        let is_population = matches!(self.what, What::National | What::All);
        match (self.who, self.place) {
            (Unknown, _) => None,
            (_, _) if matches!(self.what, What::Others | What::Uncoded | What::Group(ProgrammeKind::Other)) => None,
            (Home(_) | Region | Outside | Everyone, Everywhere) => Some(Level::HomeProgramme),
            (Home(_) | Region | Outside | Known, Place(_) | InRegion | Abroad) | (Home(_), Elsewhere(_))
                if is_population =>
            {
                Some(Level::HomePlace)
            }
            (Visitors(_), Place(_)) if is_population => Some(Level::HomePlace),
            (Region, Part(_) | Cross) => Some(Level::HomeKind),
            (Home(_), Part(_) | Cross) if !matches!(self.what, What::One(_)) => Some(Level::HomeKind),
            (Everyone, Unit(_)) if is_population || matches!(self.what, What::One(_)) => Some(Level::UnitProgramme),
            (Home(_) | Outside | Known, Provider(_)) if is_population => Some(Level::HomeProvider),
            (Home(_) | Outside, Unit(_)) if is_population => Some(Level::HomeUnit),
            _ => None,
        }
    }

    /// Margins that add up to this one without sharing a base cell; `None` for margins that are sums of base cells
    /// alone. `facts` lists the homes and programmes that exist.
    pub fn parts(self, facts: &Facts) -> Option<Vec<Self>> {
        let whats = |whats: &[What]| Some(whats.iter().map(|what| Self { what: *what, ..self }).collect());
        let whos = |whos: Vec<Who>| Some(whos.into_iter().map(|who| Self { who, ..self }).collect());
        let places = |places: Vec<Where>| Some(places.into_iter().map(|place| Self { place, ..self }).collect());
        let homes = || (0..facts.homes).map(Who::Home);
        let groups = |national: bool| {
            let kinds = ProgrammeKind::ALL.into_iter();
            kinds.filter(move |kind| Population::National.includes(Some(*kind)) == national).map(What::Group)
        };
        match (self.who, self.place, self.what) {
            (Who::Region, Where::Part(_), What::One(_)) => None,
            (Who::Region, Where::Cross, _) | (Who::Home(_), Where::Cross, _) => {
                places(SharePart::ALL[1..].iter().map(|part| Where::Part(*part)).collect())
            }
            (Who::Region, Where::InRegion, _) | (Who::Known | Who::Outside, Where::InRegion, _) => {
                places((0..facts.homes).map(Where::Place).collect())
            }
            (Who::Home(_), Where::Elsewhere(home), _) => {
                places((0..facts.homes).filter(|p| *p != home).map(Where::Place).chain([Where::Abroad]).collect())
            }
            (Who::Region, _, _) => whos(homes().collect()),
            (Who::Visitors(home), _, _) => {
                whos(homes().filter(|who| *who != Who::Home(home)).chain([Who::Outside]).collect())
            }
            (Who::Known, _, _) => whos(homes().chain([Who::Outside]).collect()),
            (Who::Everyone, Where::Everywhere, _) => whos(vec![Who::Region, Who::Outside, Who::Unknown]),
            (_, _, What::All) => whats(&[What::National, What::Others]),
            (Who::Everyone, Where::Unit(_), What::National | What::Others)
            | (_, Where::Everywhere, What::Group(_)) => {
                let takes = |id: &ProgrammeId| match self.what {
                    What::National => facts.is_national(*id),
                    What::Group(kind) => facts.kind(*id) == Some(kind),
                    _ => facts.kind(*id).is_some() && !facts.is_national(*id),
                };
                let coded = facts.programme_ids().filter(takes).map(What::One);
                let uncoded = (self.what == What::Others).then_some(What::Uncoded);
                whats(&coded.chain(uncoded).collect::<Vec<_>>())
            }
            (_, Where::Everywhere | Where::Part(_), What::National) => whats(&groups(true).collect::<Vec<_>>()),
            (_, Where::Everywhere | Where::Part(_), What::Others) => {
                whats(&groups(false).chain([What::Uncoded]).collect::<Vec<_>>())
            }
            _ => None,
        }
    }

    /// Cost to readers of hiding the margin, for each student by which it must be uncertain. Headlines cost most.
    pub const fn weight(self) -> f64 {
        let who = match self.who {
            Who::Region | Who::Known | Who::Everyone => 8.0,
            _ => 1.0,
        };
        let place = match self.place {
            Where::Everywhere => 4.0,
            Where::Cross | Where::InRegion | Where::Abroad => 3.0,
            Where::Place(place) if matches!(self.who, Who::Home(home) if home == place) => 3.0,
            Where::Part(_) | Where::Elsewhere(_) => 2.0,
            Where::Unit(_) => 0.25,
            _ => 1.0,
        };
        let what = match self.what {
            What::National | What::All => 4.0,
            What::Group(_) => 2.0,
            What::One(_) | What::Uncoded | What::Others => 1.0,
        };
        who * place * what
    }
}

/// What readers see of a unit apart from its totals over all homes. Units of one class are in the same margins of a
/// home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnitClass {
    place: Option<u16>,
    kind: ProviderKind,
    run_by: Option<u16>,
    provider: Option<u32>,
    unit: Option<UnitId>,
}

/// A base cell: a home (a municipality of the region, outside, or unknown), a unit, a programme.
pub type BaseCell = (Who, UnitId, ProgrammeId);
impl Facts {
    /// Students by base cell, of flows with a known unit. All homes outside the region are one home.
    pub fn base<'a>(&self, flows: impl IntoIterator<Item = &'a Flow>) -> BTreeMap<BaseCell, u64> {
        let mut out = BTreeMap::new();
        for ((home, unit, programme), students) in self.counts(flows) {
            *out.entry((self.who(home), unit, programme)).or_insert(0) += students;
        }
        out
    }

    /// Every home of base cells: the region's municipalities, outside, unknown.
    pub fn whos(&self) -> impl Iterator<Item = Who> + use<> {
        (0..self.homes).map(Who::Home).chain([Who::Outside, Who::Unknown])
    }

    /// Every programme with a number.
    pub fn programme_ids(&self) -> impl Iterator<Item = ProgrammeId> + use<> {
        (0..self.programmes() as u32).map(ProgrammeId::from)
    }

    /// The class of a unit if these levels are published; `None` for a unit that is in no register.
    pub fn class(&self, unit: UnitId, levels: &[Level]) -> Option<UnitClass> {
        let facts = self.unit(unit)?;
        Some(UnitClass {
            place: facts.place,
            kind: facts.kind,
            run_by: facts.run_by,
            provider: levels.contains(&Level::HomeProvider).then_some(facts.provider),
            unit: levels.contains(&Level::HomeUnit).then_some(unit),
        })
    }

    /// Calls `show` with every margin that contains the base cell, published or not.
    pub fn each_margin(&self, (who, unit, programme): BaseCell, mut show: impl FnMut(Margin)) {
        let Some(facts) = self.unit(unit).copied() else { return };
        let mut whats = vec![What::All];
        let kind = self.kind(programme);
        whats.push(if Population::National.includes(kind) { What::National } else { What::Others });
        match kind {
            Some(kind) => whats.extend([What::One(programme), What::Group(kind)]),
            None => whats.push(What::Uncoded),
        }
        let mut places = vec![Where::Provider(facts.provider), Where::Everywhere];
        match facts.place {
            Some(place) => places.extend([Where::Unit(unit), Where::Place(place), Where::InRegion]),
            None => places.push(Where::Abroad),
        }
        let mut whos = vec![who, Who::Everyone];
        if who != Who::Unknown {
            whos.push(Who::Known);
        }
        if let Who::Home(home) = who {
            whos.push(Who::Region);
            let part = SharePart::of(facts.kind, facts.run_by == Some(home), facts.place == Some(home));
            places.push(Where::Part(part));
            if part != SharePart::Own {
                places.push(Where::Cross);
            }
            if facts.place != Some(home) {
                places.push(Where::Elsewhere(home));
            }
        }
        for what in whats {
            for place in &places {
                for who in &whos {
                    // Parts and `Elsewhere` are relative to a home; summed over other homes they mean nothing to a
                    // reader.
                    let is_relative = matches!(place, Where::Part(_) | Where::Cross | Where::Elsewhere(_));
                    if is_relative && matches!(who, Who::Known | Who::Everyone)
                        || matches!((place, who), (Where::Elsewhere(_), Who::Region))
                    {
                        continue;
                    }
                    show(Margin { who: *who, place: *place, what });
                }
            }
            if let Some(place) = facts.place
                && who != Who::Unknown
                && who != Who::Home(place)
            {
                show(Margin { who: Who::Visitors(place), place: Where::Place(place), what });
            }
        }
    }

    /// Whether an independent provider runs the unit.
    pub fn is_independent(&self, unit: UnitId) -> bool {
        self.unit(unit).is_some_and(|unit| unit.kind == ProviderKind::Independent)
    }
}

/// Students that are protected as a separate problem: the admitted, the first year in October, or the enrolled of
/// later years. The snapshot `enrolled` is the sum of the last two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cohort {
    /// Admitted students.
    Admission,
    /// Year group 1 on 15 October.
    October,
    /// Later year groups on 15 October.
    Older,
}

impl Cohort {
    /// The cohort's word in messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admission => "admission",
            Self::October => "october",
            Self::Older => "enrolled",
        }
    }

    /// Cohorts that add up to a snapshot.
    pub const fn of(snapshot: Snapshot) -> &'static [Self] {
        match snapshot {
            Snapshot::Admission => &[Self::Admission],
            Snapshot::October => &[Self::October],
            Snapshot::Enrolled => &[Self::October, Self::Older],
        }
    }
}
