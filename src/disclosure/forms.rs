//! The sums that can be published, as sets of base cells (home × unit × programme in one snapshot and year).
//!
//! Everything that tables, pages and pictures show of flows is such a sum: some homes, some places, some programmes. A
//! [`Form`] names one; [`Facts`] tells which forms a base cell is part of. The levels that are published are those of
//! [`Level`]; a form of no published level is never shown.

use std::collections::{BTreeMap, BTreeSet};

use crate::compute::{Inputs, raised};
use crate::flow::Flow;
use crate::model::{
    Level, MunicipalityId, Population, ProgrammeId, ProgrammeKind, ProviderKind, Snapshot, UnitId, Year,
};

/// Whose students.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// Of one municipality of the region, by its position there.
    Home(u16),
    /// Of one municipality outside the region.
    Away(MunicipalityId),
    /// Of known homes outside the region.
    Outside,
    /// Of an unknown home.
    Unknown,
    /// Of the region.
    Region,
    /// Of all known homes but this municipality of the region.
    Visitors(u16),
    /// Of all known homes.
    Known,
    /// All, those of an unknown home among them.
    Everyone,
}

/// Where they study. Units that no register knows are in no form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Where {
    /// At one unit of the region.
    Unit(UnitId),
    /// At a unit of one provider.
    Provider(u32),
    /// In one municipality of the region, by its position there.
    Place(u16),
    /// At one unit outside the region.
    AwayUnit(UnitId),
    /// In one municipality outside the region.
    AwayPlace(MunicipalityId),
    /// In the region.
    InRegion,
    /// Outside the region.
    Abroad,
    /// At units that these run, wherever they lie.
    Runner(Runner),
    /// Anywhere but in this municipality of the region.
    Elsewhere(u16),
    /// At a unit of this part, seen from their home.
    Part(Part),
    /// At a unit of this part that lies in their home municipality.
    Here(Part),
    /// At a unit that their home does not run.
    Cross,
    /// Anywhere.
    Everywhere,
}

impl Where {
    /// The first of all places in their order.
    pub const FIRST: Self = Self::Unit(UnitId::FIRST);
}

/// The five parts of a home's students, in the order of the columns of `shares`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Units of the home municipality.
    Own,
    /// Units of another municipality.
    OtherMunicipality,
    /// Independent units in the home municipality.
    IndependentHome,
    /// Independent units elsewhere.
    IndependentElsewhere,
    /// Units of a region, the state or a federation.
    RegionState,
}

impl Part {
    /// All parts.
    pub const ALL: [Self; 5] =
        [Self::Own, Self::OtherMunicipality, Self::IndependentHome, Self::IndependentElsewhere, Self::RegionState];
}

/// Providers that the region matrix puts together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Runner {
    /// Municipalities outside the region.
    MunicipalAway,
    /// Independent ones.
    Independent,
    /// Regions, the state and federations.
    PublicOther,
}

/// Which programmes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// One, of the register.
    One(ProgrammeId),
    /// All of a kind.
    Group(ProgrammeKind),
    /// None of the register.
    Uncoded,
    /// All national ones.
    National,
    /// All others, and rows without a known programme.
    Others,
    /// All, and rows without a known programme.
    All,
}

impl What {
    /// All programmes of a population.
    pub const fn of(population: Population) -> Self {
        match population {
            Population::All => Self::All,
            Population::National => Self::National,
        }
    }
}

/// A sum of base cells of one snapshot and year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Form {
    /// Whose students.
    pub who: Who,
    /// On which programmes.
    pub what: What,
    /// Where they study.
    pub place: Where,
}

impl Form {
    /// The level that publishes it, if one does. The sums over all homes of the region, and those over all programmes
    /// of everyone in a unit, belong to the level that they are margins of.
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

    /// The forms that it is the sum of, none of which shares a base cell with another; none for those that are sums of base
    /// cells alone. `facts` tells what there is.
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
                places(Part::ALL[1..].iter().map(|part| Where::Part(*part)).collect())
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
                let coded = facts.programmes().filter(takes).map(What::One);
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

    /// How much it costs readers when it is hidden, for each student that it must be uncertain by: headlines most.
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

/// A unit as forms see it.
#[derive(Debug, Clone, Copy)]
pub struct UnitFacts {
    /// The number of its provider.
    pub provider: u32,
    /// The kind of its provider.
    pub kind: ProviderKind,
    /// The municipality in which it lies.
    pub municipality: MunicipalityId,
    /// The position in the region of the municipality that runs it.
    pub run_by: Option<u16>,
    /// The position in the region of the municipality in which it lies.
    pub place: Option<u16>,
}

impl UnitFacts {
    /// Which providers of the region matrix run it; `None` for a municipality of the region.
    pub const fn runner(&self) -> Option<Runner> {
        match (self.kind, self.run_by) {
            (ProviderKind::Municipal, Some(_)) => None,
            (ProviderKind::Municipal, None) => Some(Runner::MunicipalAway),
            (ProviderKind::Independent, _) => Some(Runner::Independent),
            (ProviderKind::Region | ProviderKind::State | ProviderKind::Federation, _) => Some(Runner::PublicOther),
        }
    }
}

/// What forms need to know of homes, units and programmes in a year.
#[derive(Debug, Clone)]
pub struct Facts {
    /// By the number of a municipality: its position in the region.
    region: Vec<Option<u16>>,
    unknown_home: MunicipalityId,
    units: Vec<Option<UnitFacts>>,
    kinds: Vec<Option<ProgrammeKind>>,
    /// Codes of providers, sorted.
    providers: Vec<crate::model::Text>,
    /// How many municipalities the region has.
    pub homes: u16,
    /// The units whose seats rose after the admission.
    raised: BTreeSet<UnitId>,
}

/// What readers see of a unit beside what everyone does there: units of one class are in the same forms of a home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Class {
    place: Option<u16>,
    kind: ProviderKind,
    run_by: Option<u16>,
    provider: Option<u32>,
    unit: Option<UnitId>,
}

/// A base cell: a home (alone, outside, or unknown), a unit, a programme.
pub type Base = (Who, UnitId, ProgrammeId);
/// Students by home, unit and programme.
pub type Counts = BTreeMap<(MunicipalityId, UnitId, ProgrammeId), u64>;

impl Facts {
    /// The facts of a year.
    pub fn new(inputs: Inputs<'_>, year: Year) -> Self {
        let registers = inputs.registers;
        let mut region = vec![None; registers.municipality_codes().len()];
        for (position, code) in inputs.region.iter().enumerate() {
            if let Some(id) = registers.municipality_codes().find(code) {
                region[u32::from(id) as usize] = Some(position as u16);
            }
        }
        let position =
            |code: &str| registers.municipality_codes().find(code).and_then(|id| region[u32::from(id) as usize]);
        let in_year = || registers.unit_codes().numbers().map(|id| registers.unit_in(id, year));
        let mut providers: Vec<_> = in_year().flatten().map(|unit| unit.provider.code.clone()).collect();
        providers.sort_unstable();
        providers.dedup();
        let ids = registers.unit_codes().numbers();
        let units = ids.zip(in_year()).map(|(id, unit)| {
            unit.map(|unit| UnitFacts {
                provider: providers.partition_point(|code| *code < unit.provider.code) as u32,
                kind: unit.provider.kind,
                municipality: registers.unit_municipality_in(id, year),
                run_by: (unit.provider.kind == ProviderKind::Municipal)
                    .then(|| position(&unit.provider.code))
                    .flatten(),
                place: position(&unit.municipality),
            })
        });
        Self {
            units: units.collect(),
            kinds: registers.programme_codes().numbers().map(|id| registers.programme_kind(id)).collect(),
            unknown_home: registers.municipality_codes().unknown(),
            homes: inputs.region.len() as u16,
            region,
            providers,
            raised: raised(inputs, year),
        }
    }

    /// The number of a provider's code.
    pub fn provider(&self, code: &str) -> Option<u32> {
        self.providers.binary_search_by(|known| (**known).cmp(code)).ok().map(|number| number as u32)
    }

    /// The code of a provider by its number.
    pub fn provider_code(&self, provider: u32) -> &crate::model::Text {
        &self.providers[provider as usize]
    }

    /// The base cells of flows with a known unit, and their students; homes outside the region are one.
    pub fn base<'a>(&self, flows: impl IntoIterator<Item = &'a Flow>) -> BTreeMap<Base, u64> {
        let mut out = BTreeMap::new();
        for ((home, unit, programme), students) in self.counts(flows) {
            *out.entry((self.who(home), unit, programme)).or_insert(0) += students;
        }
        out
    }

    /// The students of flows with a known unit by home, unit and programme.
    pub fn counts<'a>(&self, flows: impl IntoIterator<Item = &'a Flow>) -> Counts {
        let mut out = Counts::new();
        for flow in flows.into_iter().filter(|flow| self.unit(flow.key.unit).is_some()) {
            *out.entry((flow.key.home, flow.key.unit, flow.key.programme)).or_insert(0) += flow.students;
        }
        out
    }

    /// A unit; `None` for one that no register knows.
    pub fn unit(&self, unit: UnitId) -> Option<&UnitFacts> {
        self.units[u32::from(unit) as usize].as_ref()
    }

    /// A unit as the place of a form: one of the region, or one outside it.
    pub fn at(&self, unit: UnitId) -> Where {
        if self.is_inside(unit) { Where::Unit(unit) } else { Where::AwayUnit(unit) }
    }

    /// Whose students those of a home are, the municipalities outside the region one by one.
    pub fn home(&self, home: MunicipalityId) -> Who {
        match self.who(home) {
            Who::Outside => Who::Away(home),
            who => who,
        }
    }

    /// Whose students those of a home are.
    pub fn who(&self, home: MunicipalityId) -> Who {
        match self.region[u32::from(home) as usize] {
            Some(position) => Who::Home(position),
            None if home == self.unknown_home => Who::Unknown,
            None => Who::Outside,
        }
    }

    /// Every base home: the region's municipalities, outside, unknown.
    pub fn whos(&self) -> impl Iterator<Item = Who> + use<> {
        (0..self.homes).map(Who::Home).chain([Who::Outside, Who::Unknown])
    }

    /// All programmes.
    pub fn programmes(&self) -> impl Iterator<Item = ProgrammeId> + use<> {
        (0..self.kinds.len() as u32).map(ProgrammeId::from)
    }

    /// Whether a unit lies in the region.
    pub fn is_inside(&self, unit: UnitId) -> bool {
        self.units[u32::from(unit) as usize].is_some_and(|unit| unit.place.is_some())
    }

    /// Where a unit lies: in a municipality of the region, or outside it.
    pub fn place(&self, unit: UnitId) -> Where {
        let place = self.units[u32::from(unit) as usize].and_then(|unit| unit.place);
        place.map_or(Where::Abroad, Where::Place)
    }

    /// The kind of a unit's provider; none for a unit that no register knows.
    pub fn provider_kind(&self, unit: UnitId) -> Option<ProviderKind> {
        self.units[u32::from(unit) as usize].map(|unit| unit.kind)
    }

    /// Whether a unit's seats rose after the admission.
    pub fn is_raised(&self, unit: UnitId) -> bool {
        self.raised.contains(&unit)
    }

    /// Whether a unit is run by an independent provider.
    pub fn is_independent(&self, unit: UnitId) -> bool {
        self.units[u32::from(unit) as usize].is_some_and(|unit| unit.kind == ProviderKind::Independent)
    }

    /// The kind of a programme of the register.
    pub fn kind(&self, programme: ProgrammeId) -> Option<ProgrammeKind> {
        self.kinds[u32::from(programme) as usize]
    }

    /// Whether a programme is a national one.
    pub fn is_national(&self, programme: ProgrammeId) -> bool {
        Population::National.includes(self.kinds[u32::from(programme) as usize])
    }

    /// The class of a unit where these levels are published; none for a unit of no register.
    pub fn class(&self, unit: UnitId, levels: &[Level]) -> Option<Class> {
        let facts = self.units[u32::from(unit) as usize]?;
        Some(Class {
            place: facts.place,
            kind: facts.kind,
            run_by: facts.run_by,
            provider: levels.contains(&Level::HomeProvider).then_some(facts.provider),
            unit: levels.contains(&Level::HomeUnit).then_some(unit),
        })
    }

    /// The part of a home's students to which those at a unit belong; for homes of the region.
    pub fn part(home: u16, unit: &UnitFacts) -> Part {
        match unit.kind {
            ProviderKind::Municipal if unit.run_by == Some(home) => Part::Own,
            ProviderKind::Municipal => Part::OtherMunicipality,
            ProviderKind::Independent if unit.place == Some(home) => Part::IndependentHome,
            ProviderKind::Independent => Part::IndependentElsewhere,
            ProviderKind::Region | ProviderKind::State | ProviderKind::Federation => Part::RegionState,
        }
    }

    /// Shows every form that the cell is part of, published or not.
    pub fn each_form(&self, (who, unit, programme): Base, mut show: impl FnMut(Form)) {
        let Some(facts) = self.units[u32::from(unit) as usize] else { return };
        let mut whats = vec![What::All];
        let kind = self.kinds[u32::from(programme) as usize];
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
            let part = Self::part(home, &facts);
            places.push(Where::Part(part));
            if part != Part::Own {
                places.push(Where::Cross);
            }
            if facts.place != Some(home) {
                places.push(Where::Elsewhere(home));
            }
        }
        for what in whats {
            for place in &places {
                for who in &whos {
                    // Parts and elsewhere are seen from a home: of others they are no sum that anyone asks for.
                    let is_relative = matches!(place, Where::Part(_) | Where::Cross | Where::Elsewhere(_));
                    if is_relative && matches!(who, Who::Known | Who::Everyone)
                        || matches!((place, who), (Where::Elsewhere(_), Who::Region))
                    {
                        continue;
                    }
                    show(Form { who: *who, place: *place, what });
                }
            }
            if let Some(place) = facts.place
                && who != Who::Unknown
                && who != Who::Home(place)
            {
                show(Form { who: Who::Visitors(place), place: Where::Place(place), what });
            }
        }
    }
}

/// What is protected on its own: an admission, a first year in October, or those enrolled who are not in their first.
/// What `enrolled` shows is the sum of the last two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Body {
    /// Admitted students.
    Admission,
    /// Year group 1 on 15 October.
    October,
    /// Later year groups on 15 October.
    Older,
}

impl Body {
    /// Its word in messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admission => "admission",
            Self::October => "october",
            Self::Older => "enrolled",
        }
    }

    /// The bodies whose sum a snapshot is.
    pub const fn of(snapshot: Snapshot) -> &'static [Self] {
        match snapshot {
            Snapshot::Admission => &[Self::Admission],
            Snapshot::October => &[Self::October],
            Snapshot::Enrolled => &[Self::October, Self::Older],
        }
    }
}
