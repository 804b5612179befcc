//! Municipalities, providers, school units, programmes and boundaries, and their registers.

use std::collections::BTreeSet;

use super::{CodeList, MunicipalityId, ProgrammeId, Text, UnitId, Year};

/// A point in WGS 84, degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Latitude, degrees north.
    pub lat: f64,
    /// Longitude, degrees east.
    pub lon: f64,
}

/// A municipality of the register.
#[derive(Debug, Clone, PartialEq)]
pub struct Municipality {
    /// Code, a text with leading zero.
    pub code: Text,
    /// Common name.
    pub name: Text,
    /// County, if the register states it.
    pub county: Option<Text>,
    /// The point at which it is drawn.
    pub point: Option<Point>,
}

/// The kind of body that runs a school.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProviderKind {
    /// A municipality; the provider's code is the municipality's.
    Municipal,
    /// A region (formerly county council).
    Region,
    /// The state.
    State,
    /// A federation of municipalities.
    Federation,
    /// An independent provider (enskild huvudman).
    Independent,
}

impl ProviderKind {
    /// All kinds, in the fixed order of pictures: municipal, region, state, federation, independent.
    pub const ALL: [Self; 5] = [Self::Municipal, Self::Region, Self::State, Self::Federation, Self::Independent];

    /// The word of the unit register.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Municipal => "municipal",
            Self::Region => "region",
            Self::State => "state",
            Self::Federation => "federation",
            Self::Independent => "independent",
        }
    }

    /// The kind with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == word)
    }
}

/// The provider (huvudman) of a school unit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Provider {
    /// Code; that of a municipal provider is the code of its municipality.
    pub code: Text,
    /// Kind of body.
    pub kind: ProviderKind,
}

/// The years in which a unit or a programme takes students, both ends included; `None` means no bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Validity {
    /// First autumn.
    pub from: Option<Year>,
    /// Last autumn.
    pub to: Option<Year>,
}

impl Validity {
    /// Whether both have an autumn in common.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        let ends_before = |a: Self, b: Self| a.to.zip(b.from).is_some_and(|(to, from)| to < from);
        !ends_before(self, other) && !ends_before(other, self)
    }

    /// Whether the autumn is included.
    #[must_use]
    pub fn contains(self, year: Year) -> bool {
        self.from.is_none_or(|from| from <= year) && self.to.is_none_or(|to| year <= to)
    }
}

/// A school unit of the register.
#[derive(Debug, Clone, PartialEq)]
pub struct SchoolUnit {
    /// Code (8 digits in Sweden).
    pub code: Text,
    /// Name; several units can share a name.
    pub name: Text,
    /// The code of the school municipality, in which the unit lies.
    pub municipality: Text,
    /// Who runs it.
    pub provider: Provider,
    /// Its position if known; otherwise it is drawn at the point of its municipality.
    pub point: Option<Point>,
    /// The years in which it takes students.
    pub validity: Validity,
    /// The unit that succeeded it.
    pub successor: Option<Text>,
}

/// The kind of a programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProgrammeKind {
    /// Vocational national programme (yrkesprogram).
    Vocational,
    /// Higher-education preparatory national programme (högskoleförberedande).
    Preparatory,
    /// Introduction programme (IM).
    Introduction,
    /// Anything else.
    Other,
}

impl ProgrammeKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Vocational, Self::Preparatory, Self::Introduction, Self::Other];

    /// The word of the programme register.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Vocational => "vocational",
            Self::Preparatory => "preparatory",
            Self::Introduction => "introduction",
            Self::Other => "other",
        }
    }

    /// The kind with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == word)
    }
}

/// A programme of the register.
#[derive(Debug, Clone, PartialEq)]
pub struct Programme {
    /// Code, such as `BA`.
    pub code: Text,
    /// Name.
    pub name: Text,
    /// Kind.
    pub kind: ProgrammeKind,
    /// Years of admission in which students can start it.
    pub validity: Validity,
    /// The programme that succeeded it.
    pub successor: Option<Text>,
}

/// The outline of a municipality: rings of points in WGS 84, outer rings and holes alike (drawn even-odd).
#[derive(Debug, Clone, PartialEq)]
pub struct Boundary {
    /// The municipality's code.
    pub municipality: Text,
    /// Closed rings.
    pub rings: Vec<Vec<Point>>,
}

/// The registers against which codes are checked.
#[derive(Debug, Clone)]
pub struct Registers {
    municipality_codes: CodeList<MunicipalityId>,
    unit_codes: CodeList<UnitId>,
    programme_codes: CodeList<ProgrammeId>,
    municipalities: Vec<Option<Municipality>>,
    /// The displayed version of each unit; `None` for `?`.
    units: Vec<Option<SchoolUnit>>,
    /// All versions of each unit, in the order of their years; empty for `?`.
    unit_versions: Vec<Vec<SchoolUnit>>,
    programmes: Vec<Option<Programme>>,
    boundaries: Vec<Boundary>,
}

/// The status of a unit in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitStatus {
    /// It takes students.
    Open,
    /// It does not; this unit, which does, succeeded it.
    Succeeded(UnitId),
    /// It does not, and no unit that does succeeded it.
    Closed,
}

/// Arranges entries by the numbers of their codes; codes without entry (`?`, `-`) get `None`.
fn by_code<Id, T>(codes: &CodeList<Id>, entries: Vec<T>, code: impl Fn(&T) -> &Text) -> Vec<Option<T>>
where
    Id: From<u32> + Into<u32> + Copy,
{
    let mut out: Vec<Option<T>> = (0..codes.len()).map(|_| None).collect();
    for entry in entries {
        if let Some(id) = codes.find(code(&entry)) {
            let position: u32 = id.into();
            out[position as usize] = Some(entry);
        }
    }
    out
}

impl Registers {
    /// The registers of these entries. Codes must be distinct within each list, which the readers ensure; if two
    /// entries share a code, the last one is used. Only school units may share a code: these are versions of one unit
    /// with different years.
    #[must_use]
    pub fn new(
        municipalities: Vec<Municipality>,
        units: Vec<SchoolUnit>,
        programmes: Vec<Programme>,
        mut boundaries: Vec<Boundary>,
    ) -> Self {
        let municipality_codes = CodeList::new(municipalities.iter().map(|m| m.code.clone()));
        let unit_codes = CodeList::new(units.iter().map(|u| u.code.clone()));
        let programme_codes =
            CodeList::new(programmes.iter().map(|p| p.code.clone()).chain([Text::from(super::NO_PROGRAMME)]));
        let mut unit_versions: Vec<Vec<SchoolUnit>> = vec![Vec::new(); unit_codes.len()];
        for unit in units {
            if let Some(id) = unit_codes.find(&unit.code) {
                unit_versions[u32::from(id) as usize].push(unit);
            }
        }
        for versions in &mut unit_versions {
            versions.sort_by_key(|unit| unit.validity.from);
        }
        boundaries.sort_by(|a, b| a.municipality.cmp(&b.municipality));
        Self {
            municipalities: by_code(&municipality_codes, municipalities, |m| &m.code),
            programmes: by_code(&programme_codes, programmes, |p| &p.code),
            units: unit_versions.iter().map(|versions| versions.last().cloned()).collect(),
            unit_versions,
            boundaries,
            municipality_codes,
            unit_codes,
            programme_codes,
        }
    }

    /// Codes of municipalities.
    #[must_use]
    pub const fn municipality_codes(&self) -> &CodeList<MunicipalityId> {
        &self.municipality_codes
    }

    /// Codes of school units.
    #[must_use]
    pub const fn unit_codes(&self) -> &CodeList<UnitId> {
        &self.unit_codes
    }

    /// Codes of programmes, including `-`.
    #[must_use]
    pub const fn programme_codes(&self) -> &CodeList<ProgrammeId> {
        &self.programme_codes
    }

    /// The municipality with this number; `None` for `?`.
    #[must_use]
    pub fn municipality(&self, id: MunicipalityId) -> Option<&Municipality> {
        self.municipalities[u32::from(id) as usize].as_ref()
    }

    /// The same registers, with each school unit in the version of this year.
    #[must_use]
    pub fn in_year(&self, year: Year) -> Self {
        let mut out = self.clone();
        out.units = self.unit_codes.numbers().map(|id| self.unit_in(id, year).cloned()).collect();
        out
    }

    /// The names of municipalities, school units and programmes with a character that `has` refuses.
    #[must_use]
    pub fn unspellable(&self, has: &dyn Fn(char) -> bool) -> BTreeSet<&Text> {
        let units = self.unit_versions.iter().flatten().chain(self.units.iter().flatten());
        let of_units = units.map(|unit| &unit.name);
        let of_others = self.municipalities.iter().flatten().map(|place| &place.name);
        let names =
            of_units.chain(of_others).chain(self.programmes.iter().flatten().map(|programme| &programme.name));
        names.filter(|name| !name.chars().all(has)).collect()
    }

    /// The same registers with the code in place of each name with a character that `has` refuses.
    #[must_use]
    pub fn spelled(&self, has: &dyn Fn(char) -> bool) -> Self {
        let spell = |name: &mut Text, code: &Text| {
            if !name.chars().all(has) {
                *name = code.clone();
            }
        };
        let mut out = self.clone();
        out.municipalities.iter_mut().flatten().for_each(|place| spell(&mut place.name, &place.code));
        out.programmes.iter_mut().flatten().for_each(|programme| spell(&mut programme.name, &programme.code));
        for unit in out.units.iter_mut().flatten().chain(out.unit_versions.iter_mut().flatten()) {
            spell(&mut unit.name, &unit.code);
        }
        out
    }

    /// The version of a school unit in a year: the one valid then, otherwise the last before it, otherwise the first;
    /// `None` for `?`.
    #[must_use]
    pub fn unit_in(&self, id: UnitId, year: Year) -> Option<&SchoolUnit> {
        let versions = &self.unit_versions[u32::from(id) as usize];
        let begun = |unit: &&SchoolUnit| unit.validity.from.is_none_or(|from| from <= year);
        versions.iter().rev().find(begun).or_else(|| versions.first())
    }

    /// All versions of a school unit, in the order of their years; empty for `?`.
    #[must_use]
    pub fn units_of(&self, id: UnitId) -> &[SchoolUnit] {
        &self.unit_versions[u32::from(id) as usize]
    }

    /// The status of a unit in a year; `?` is open.
    #[must_use]
    pub fn status(&self, id: UnitId, year: Year) -> UnitStatus {
        let versions = |id: UnitId| &self.unit_versions[u32::from(id) as usize];
        let is_open = |id| versions(id).is_empty() || versions(id).iter().any(|unit| unit.validity.contains(year));
        if is_open(id) {
            return UnitStatus::Open;
        }
        let mut at = id;
        // The chain is finite: the reader refuses circular successors.
        for _ in 0..self.unit_versions.len() {
            let successor = versions(at).last().and_then(|unit| self.unit_codes.find(unit.successor.as_ref()?));
            match successor {
                Some(unit) if is_open(unit) => return UnitStatus::Succeeded(unit),
                Some(unit) => at = unit,
                None => break,
            }
        }
        UnitStatus::Closed
    }

    /// The programme that represents this one among students admitted in a year: itself if it is valid then,
    /// otherwise the first of its successors that is.
    #[must_use]
    pub fn programme_in(&self, id: ProgrammeId, year: Year) -> ProgrammeId {
        let mut at = id;
        for _ in 0..self.programmes.len() {
            let Some(programme) = self.programme(at) else { return id };
            if programme.validity.contains(year) {
                return at;
            }
            match programme.successor.as_ref().and_then(|code| self.programme_codes.find(code)) {
                Some(successor) => at = successor,
                None => return id,
            }
        }
        id
    }

    /// The school unit with this number, in its latest version or that of [`Registers::in_year`]; `None` for `?`.
    #[must_use]
    pub fn unit(&self, id: UnitId) -> Option<&SchoolUnit> {
        self.units[u32::from(id) as usize].as_ref()
    }

    /// The programme with this number; `None` for `?` and `-`.
    #[must_use]
    pub fn programme(&self, id: ProgrammeId) -> Option<&Programme> {
        self.programmes[u32::from(id) as usize].as_ref()
    }

    /// The municipality with this code.
    #[must_use]
    pub fn municipality_by_code(&self, code: &str) -> Option<&Municipality> {
        self.municipality(self.municipality_codes.find(code)?)
    }

    /// The school unit with this code.
    #[must_use]
    pub fn unit_by_code(&self, code: &str) -> Option<&SchoolUnit> {
        self.unit(self.unit_codes.find(code)?)
    }

    /// The programme with this code.
    #[must_use]
    pub fn programme_by_code(&self, code: &str) -> Option<&Programme> {
        self.programme(self.programme_codes.find(code)?)
    }

    /// The name of a municipality; its code if it is in no register.
    #[must_use]
    pub fn municipality_name<'a>(&'a self, code: &'a str) -> &'a str {
        self.municipality_by_code(code).map_or(code, |m| &m.name)
    }

    /// The name of a unit; its code if it is in no register.
    #[must_use]
    pub fn unit_name<'a>(&'a self, code: &'a str) -> &'a str {
        self.unit_by_code(code).map_or(code, |unit| &unit.name)
    }

    /// The school municipality of a unit in a year; `?` for an unknown unit.
    #[must_use]
    pub fn unit_municipality_in(&self, id: UnitId, year: Year) -> MunicipalityId {
        self.unit_in(id, year)
            .and_then(|unit| self.municipality_codes.find(&unit.municipality))
            .unwrap_or_else(|| self.municipality_codes.unknown())
    }

    /// The kind of a programme; `None` for `?` and `-`.
    #[must_use]
    pub fn programme_kind(&self, id: ProgrammeId) -> Option<ProgrammeKind> {
        self.programme(id).map(|p| p.kind)
    }

    /// All municipalities by code.
    pub fn municipalities(&self) -> impl Iterator<Item = &Municipality> {
        self.municipalities.iter().flatten()
    }

    /// All school units by code.
    pub fn units(&self) -> impl Iterator<Item = &SchoolUnit> {
        self.units.iter().flatten()
    }

    /// All programmes by code.
    pub fn programmes(&self) -> impl Iterator<Item = &Programme> {
        self.programmes.iter().flatten()
    }

    /// Outlines by municipality code; some may be missing.
    #[must_use]
    pub fn boundaries(&self) -> &[Boundary] {
        &self.boundaries
    }

    /// The point at which a unit is drawn: its own, otherwise that of its municipality, otherwise `None`.
    #[must_use]
    pub fn unit_point(&self, unit: &SchoolUnit) -> Option<Point> {
        unit.point.or_else(|| self.municipality_by_code(&unit.municipality)?.point)
    }
}
