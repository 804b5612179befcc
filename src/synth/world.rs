//! The invented world: real municipalities, invented units, and the offers (unit and programme) that students can
//! have.

use serde::Deserialize;

use super::programmes::{self, PROGRAMMES, ProgrammeIndex};
use crate::model::{Point, ProviderKind, Year};

/// The homes, units and offers; all lists in the order of their codes.
#[derive(Debug)]
pub struct Land {
    /// Name of the region.
    pub name: String,
    /// Home municipalities; the number after the last is the unknown home.
    pub homes: Vec<HomeMunicipality>,
    /// School units; the number after the last is the unknown unit.
    pub units: Vec<InventedUnit>,
    /// Every (unit, programme) that a row can have, in the order of codes.
    pub slots: Vec<Slot>,
    slot_of: Vec<u32>,
    /// By slot: the same programme at the successor, if the unit closes.
    after: Vec<Option<(Year, u32)>>,
}

/// A home municipality of students.
#[derive(Debug, Clone)]
pub struct HomeMunicipality {
    /// Code.
    pub code: String,
    /// Centre.
    pub point: Point,
    /// The relative number of students who live here.
    pub weight: u64,
    /// Whether it belongs to the region.
    pub is_region: bool,
    /// The intended share of its residents on national programmes who study with another provider, if it runs such
    /// programmes itself.
    pub cross_provider: Option<f64>,
}

/// An invented school unit.
#[derive(Debug, Clone)]
pub struct InventedUnit {
    /// Eight digits that begin with `00`.
    pub code: String,
    /// Invented name.
    pub name: String,
    /// Code of the municipality in which it lies.
    pub municipality: String,
    /// The code of its provider.
    pub provider: String,
    /// The kind of its provider.
    pub kind: ProviderKind,
    /// Its position.
    pub point: Point,
    /// Whether the register has its coordinates.
    pub is_located: bool,
    /// Relative attraction for students.
    pub size: u32,
    /// Its programmes, by their current codes.
    pub offers: Vec<ProgrammeIndex>,
    /// First autumn in which it takes students.
    pub from: Option<Year>,
    /// Last autumn in which it takes students.
    pub to: Option<Year>,
    /// The code of its successor.
    pub successor: String,
}

impl InventedUnit {
    /// Whether it takes new students in this autumn.
    pub fn is_open(&self, year: Year) -> bool {
        self.from.is_none_or(|from| from <= year) && self.to.is_none_or(|to| year <= to)
    }
}

/// An offer: unit and programme, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    /// Number of the unit; one past the last for the unknown unit.
    pub unit: u32,
    /// Number of the programme as coded.
    pub programme: ProgrammeIndex,
}

/// The entry of an offer that does not exist, in the table of slots.
const NOWHERE: u32 = u32::MAX;

impl Land {
    pub(super) fn new(name: String, mut homes: Vec<HomeMunicipality>, mut units: Vec<InventedUnit>) -> Self {
        homes.sort_by(|a, b| a.code.cmp(&b.code));
        units.sort_by(|a, b| a.code.cmp(&b.code));
        let mut slots: Vec<Slot> = Vec::new();
        for (number, unit) in (0..).zip(&units) {
            let mut coded: Vec<ProgrammeIndex> = unit.offers.iter().flat_map(|p| codings(*p)).collect();
            coded.push(programmes::UNKNOWN_PROGRAMME);
            coded.sort_unstable();
            coded.dedup();
            slots.extend(coded.into_iter().map(|programme| Slot { unit: number, programme }));
        }
        let unknown = units.len() as u32;
        slots.extend((0..PROGRAMMES.len()).map(|p| Slot { unit: unknown, programme: p as ProgrammeIndex }));
        let mut slot_of = vec![NOWHERE; (units.len() + 1) * PROGRAMMES.len()];
        for (number, slot) in (0..).zip(&slots) {
            slot_of[slot.unit as usize * PROGRAMMES.len() + slot.programme as usize] = number;
        }
        let mut land = Self { name, homes, units, slots, slot_of, after: Vec::new() };
        land.after = land.slots.iter().map(|slot| land.after(*slot)).collect();
        land
    }

    /// Last autumn and the successor's slot, if the slot's unit closes and its successor has the programme.
    fn after(&self, slot: Slot) -> Option<(Year, u32)> {
        let unit = self.units.get(slot.unit as usize)?;
        let next = self.units.binary_search_by(|u| u.code.cmp(&unit.successor)).ok()?;
        Some((unit.to?, self.find_slot(Slot { unit: next as u32, ..slot })?))
    }

    /// The slot of an offer's students in that autumn: the same, or that of the successor.
    pub fn in_year(&self, slot: u32, year: Year) -> u32 {
        match self.after[slot as usize] {
            Some((last, next)) if last < year => next,
            _ => slot,
        }
    }

    /// Whether the slot's unit has closed before that autumn, and no successor has the programme.
    pub fn is_gone(&self, slot: u32, year: Year) -> bool {
        let unit = self.units.get(self.slots[slot as usize].unit as usize);
        self.after[slot as usize].is_none() && unit.is_some_and(|unit| unit.to.is_some_and(|to| to < year))
    }

    /// Whether the unit with this number exists and lies in the region.
    pub fn is_in_region(&self, unit: u32) -> bool {
        let lies_in = |u: &InventedUnit| self.homes.iter().any(|h| h.is_region && h.code == u.municipality);
        self.units.get(unit as usize).is_some_and(lies_in)
    }

    /// The number of the unknown home.
    pub fn unknown_home(&self) -> u32 {
        self.homes.len() as u32
    }

    /// The number of the unknown unit.
    pub fn unknown_unit(&self) -> u32 {
        self.units.len() as u32
    }

    /// The number of an offer; `None` if no row can have it.
    pub fn find_slot(&self, slot: Slot) -> Option<u32> {
        let number = self.slot_of[slot.unit as usize * PROGRAMMES.len() + slot.programme as usize];
        (number != NOWHERE).then_some(number)
    }

    /// The demo region: the 13 municipalities of Göteborgsregionen and their surroundings.
    pub fn demo() -> Self {
        let known = municipalities();
        let find = |code: &str| known.iter().find(|m| m.code == code).expect("the register has the demo's codes");
        let homes: Vec<HomeMunicipality> = rows::<HomeRow>(include_bytes!("../../data/demo/homes.csv"))
            .into_iter()
            .map(|row| {
                let place = find(&row.code);
                let is_region = REGION.contains(&row.code.as_str());
                HomeMunicipality {
                    point: Point { lat: place.lat, lon: place.lon },
                    weight: row.share,
                    is_region,
                    cross_provider: row.cross_provider,
                    code: row.code,
                }
            })
            .collect();
        let units = rows::<UnitRow>(include_bytes!("../../data/demo/units.csv"))
            .into_iter()
            .map(|row| {
                let place = find(&row.municipality);
                row.unit(Point { lat: place.lat, lon: place.lon })
            })
            .collect();
        Self::new("Göteborgsregionen".to_owned(), homes, units)
    }
}

/// The codes that a programme can have over the years.
fn codings(chosen: ProgrammeIndex) -> Vec<ProgrammeIndex> {
    let code = PROGRAMMES[chosen as usize].code;
    [2021, 2022, 2023]
        .into_iter()
        .filter_map(|year| programmes::find(programmes::as_called(code, year)))
        .chain([chosen])
        .collect()
}

/// The municipalities of Göteborgsregionen.
const REGION: [&str; 13] =
    ["1384", "1401", "1402", "1407", "1415", "1419", "1440", "1441", "1462", "1480", "1481", "1482", "1489"];

/// A municipality of the built-in register.
#[derive(Debug, Clone, Deserialize)]
pub struct RegisterMunicipality {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// County.
    pub county: String,
    /// Latitude, degrees north.
    pub lat: f64,
    /// Longitude, degrees east.
    pub lon: f64,
}

#[derive(Deserialize)]
struct HomeRow {
    code: String,
    share: u64,
    cross_provider: Option<f64>,
}

#[derive(Deserialize)]
struct UnitRow {
    code: String,
    name: String,
    municipality: String,
    provider: String,
    provider_kind: String,
    lat: Option<f64>,
    lon: Option<f64>,
    size: u32,
    programmes: String,
    valid_from: Option<Year>,
    valid_to: Option<Year>,
    successor: String,
}

impl UnitRow {
    fn unit(self, centre: Point) -> InventedUnit {
        let offers = self.programmes.split(' ').map(|p| programmes::find(p).expect("the demo's programmes exist"));
        InventedUnit {
            offers: offers.collect(),
            kind: ProviderKind::parse(&self.provider_kind).expect("the demo's kinds exist"),
            is_located: self.lat.is_some(),
            point: Point { lat: self.lat.unwrap_or(centre.lat), lon: self.lon.unwrap_or(centre.lon) },
            code: self.code,
            name: self.name,
            municipality: self.municipality,
            provider: self.provider,
            size: self.size,
            from: self.valid_from,
            to: self.valid_to,
            successor: self.successor,
        }
    }
}

/// The municipalities of the built-in register.
pub fn municipalities() -> Vec<RegisterMunicipality> {
    rows(include_bytes!("../../data/sweden/municipalities.csv"))
}

/// The rows of an embedded table, whose correctness is tested.
fn rows<T: serde::de::DeserializeOwned>(table: &[u8]) -> Vec<T> {
    csv::Reader::from_reader(table).into_deserialize().collect::<Result<_, _>>().expect("a built-in table")
}
