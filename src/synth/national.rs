//! The invented school units of all Sweden: their number, location and providers, from the sizes of the
//! municipalities.

use super::chance::Chance;
use super::programmes::{self, PROGRAMMES, ProgrammeIndex};
use super::world::{HomeMunicipality, InventedUnit, Land, RegisterMunicipality, municipalities};
use crate::model::{Point, ProviderKind, Year};

/// Approximate inhabitants of the larger municipalities, in thousands; the others get an invented size.
const THOUSANDS: &[(&str, u32)] = &[
    ("0114", 50),
    ("0115", 35),
    ("0117", 49),
    ("0120", 47),
    ("0123", 84),
    ("0126", 114),
    ("0127", 95),
    ("0136", 96),
    ("0138", 49),
    ("0160", 75),
    ("0162", 33),
    ("0163", 76),
    ("0180", 985),
    ("0181", 102),
    ("0182", 109),
    ("0183", 54),
    ("0184", 85),
    ("0186", 48),
    ("0188", 65),
    ("0191", 51),
    ("0380", 242),
    ("0381", 49),
    ("0480", 58),
    ("0483", 35),
    ("0484", 108),
    ("0486", 39),
    ("0580", 167),
    ("0581", 145),
    ("0583", 43),
    ("0680", 145),
    ("0682", 32),
    ("0683", 35),
    ("0780", 97),
    ("0880", 72),
    ("0882", 27),
    ("0883", 37),
    ("0980", 61),
    ("1080", 66),
    ("1233", 38),
    ("1261", 32),
    ("1280", 360),
    ("1281", 130),
    ("1282", 47),
    ("1283", 151),
    ("1285", 35),
    ("1286", 31),
    ("1287", 47),
    ("1290", 86),
    ("1292", 44),
    ("1293", 52),
    ("1380", 105),
    ("1382", 47),
    ("1383", 68),
    ("1384", 86),
    ("1401", 40),
    ("1402", 41),
    ("1440", 33),
    ("1441", 43),
    ("1463", 35),
    ("1480", 600),
    ("1481", 70),
    ("1482", 50),
    ("1485", 57),
    ("1487", 40),
    ("1488", 59),
    ("1489", 42),
    ("1490", 114),
    ("1494", 41),
    ("1496", 58),
    ("1780", 97),
    ("1880", 159),
    ("1883", 31),
    ("1980", 159),
    ("2080", 60),
    ("2081", 52),
    ("2180", 104),
    ("2281", 100),
    ("2284", 55),
    ("2380", 65),
    ("2480", 133),
    ("2482", 76),
    ("2580", 79),
    ("2581", 42),
];

/// Names of units: plants and animals, in the definite form.
const NOUNS: [&str; 48] = [
    "Almen",
    "Asken",
    "Aspen",
    "Björken",
    "Boken",
    "Duvan",
    "Ejdern",
    "Ekorren",
    "Enen",
    "Falken",
    "Fasanen",
    "Granen",
    "Grävlingen",
    "Gullvivan",
    "Hasseln",
    "Hjorten",
    "Häggen",
    "Järven",
    "Katten",
    "Korpen",
    "Lejonet",
    "Linden",
    "Liljan",
    "Lodjuret",
    "Lommen",
    "Lärkan",
    "Lönnen",
    "Mesen",
    "Måsen",
    "Nejlikan",
    "Orren",
    "Oxeln",
    "Pilen",
    "Rosen",
    "Rådjuret",
    "Räven",
    "Rönnen",
    "Skatan",
    "Storken",
    "Svalan",
    "Syrenen",
    "Tallen",
    "Tranan",
    "Trasten",
    "Ugglan",
    "Uttern",
    "Vargen",
    "Älgen",
];

/// The seed of the national world, independent of the seed of the students.
const SEED: u64 = 290;

impl Land {
    /// All of Sweden, with invented units.
    pub fn national() -> Self {
        land("Sverige (påhittade data)".to_owned(), &municipalities(), &|_| true)
    }

    /// The region of these municipalities, and those near it, with invented units. The codes are in the register.
    pub fn around(codes: &[String]) -> Self {
        let is_region = |place: &RegisterMunicipality| codes.contains(&place.code);
        let all = municipalities();
        let region: Vec<RegisterMunicipality> = all.iter().filter(|place| is_region(place)).cloned().collect();
        let is_near = |place: &&RegisterMunicipality| region.iter().any(|other| distance(place, other) <= NEAR);
        let places: Vec<RegisterMunicipality> = all.iter().filter(is_near).cloned().collect();
        let is_county = |county: &str| all.iter().all(|place| (place.county == county) == is_region(place));
        let county = region.first().map(|place| &*place.county).filter(|county| is_county(county));
        let name = county.map_or_else(|| "Påhittad region".to_owned(), |county| format!("{county} (påhittade data)"));
        land(name, &places, &is_region)
    }
}

/// Kilometres within which municipalities belong to the surroundings of a region.
const NEAR: f64 = 60.0;
/// Kilometres per degree of latitude.
const DEGREE: f64 = 111.2;

/// Kilometres between the centres of two municipalities, near enough for a choice of neighbours.
fn distance(a: &RegisterMunicipality, b: &RegisterMunicipality) -> f64 {
    let east = (a.lon - b.lon) * ((a.lat + b.lat) / 2.0).to_radians().cos();
    (a.lat - b.lat).hypot(east) * DEGREE
}

/// The homes and units of these places.
fn land(name: String, places: &[RegisterMunicipality], is_region: &dyn Fn(&RegisterMunicipality) -> bool) -> Land {
    let mut units: Vec<InventedUnit> = Vec::new();
    let mut homes: Vec<HomeMunicipality> = Vec::new();
    for place in places {
        let town = Town::of(place);
        let before = units.len();
        town.build(&mut units);
        let is_own =
            |u: &InventedUnit| u.provider == place.code && u.offers.iter().any(|p| programmes::is_national(*p));
        let has_own = units[before..].iter().any(is_own);
        homes.push(HomeMunicipality {
            code: place.code.clone(),
            point: town.centre(),
            weight: u64::from(town.inhabitants),
            is_region: is_region(place),
            cross_provider: has_own.then(|| town.cross_provider()),
        });
    }
    for (number, unit) in (0_u32..).zip(&mut units) {
        unit.code = format!("00{:06}", 200_017 + number * 613);
    }
    Land::new(name, homes, units)
}

/// One in this number of independent units closes …
const CLOSING: u64 = 4;
/// … after one of this number of autumns …
const CLOSING_YEARS: u64 = 12;
/// … of which this is the first.
const FIRST_CLOSING: Year = 2016;

/// A municipality with its size and its own random source.
struct Town<'a> {
    place: &'a RegisterMunicipality,
    inhabitants: u32,
    chance: Chance,
}

impl<'a> Town<'a> {
    fn of(place: &'a RegisterMunicipality) -> Self {
        let code: u64 = place.code.parse().unwrap_or_default();
        let chance = Chance::of(&[SEED, code]);
        let known = THOUSANDS.iter().find(|(c, _)| *c == place.code).map(|(_, n)| n * 1000);
        let inhabitants =
            known.unwrap_or_else(|| 4_000 + chance.below(0, 8_000) as u32 + chance.below(1, 14_000) as u32);
        Self { place, inhabitants, chance }
    }

    fn centre(&self) -> Point {
        Point { lat: self.place.lat, lon: self.place.lon }
    }

    /// The target of the cross-provider share.
    fn cross_provider(&self) -> f64 {
        0.25 + 0.4 * self.chance.fraction(2)
    }

    fn build(&self, units: &mut Vec<InventedUnit>) {
        let first = units.len();
        let n = self.inhabitants;
        let municipal = if n < 13_000 && self.chance.below(3, 3) > 0 { 0 } else { 1 + n / 16_000 };
        for _ in 0..municipal {
            self.unit(units, first, ProviderKind::Municipal, self.place.code.clone());
        }
        if municipal > 0 {
            units[first].offers.extend(["IMA", "IMS", "IMV", "IMY"].into_iter().filter_map(programmes::find));
        } else if self.chance.below(4, 2) == 0 {
            let county = &self.place.code[..2];
            for _ in 0..=self.chance.below(5, 2) {
                self.unit(units, first, ProviderKind::Federation, format!("HITTEPA-FORBUND-{county}"));
            }
        }
        for _ in 0..n.saturating_sub(14_000) / 12_500 {
            let brand = self.chance.below(100 + units.len() as u64, 160);
            self.unit(units, first, ProviderKind::Independent, format!("HITTEPA-{brand:03}"));
        }
        if self.chance.below(6, 18) == 0 {
            self.unit(units, first, ProviderKind::Region, format!("HITTEPA-REGION-{}", &self.place.code[..2]));
        }
    }

    /// Adds a unit; `first` is the number of the municipality's first unit. Codes are assigned after all units exist.
    fn unit(&self, units: &mut Vec<InventedUnit>, first: usize, kind: ProviderKind, provider: String) {
        let here = (units.len() - first) as u64;
        let chance = Chance::of(&[SEED, self.chance.draw(7), here]);
        let spread = 0.02 + 0.02 * (f64::from(self.inhabitants.min(400_000)) / 400_000.0);
        let is_large = kind == ProviderKind::Municipal;
        let round = here / NOUNS.len() as u64;
        let noun = NOUNS[((self.chance.below(8, 48) + here * 5) % 48) as usize];
        let again = if round > 0 { format!(" {}", round + 1) } else { String::new() };
        units.push(InventedUnit {
            code: String::new(),
            name: format!("Hittepå {noun} {}{again}", self.place.name),
            municipality: self.place.code.clone(),
            provider,
            kind,
            point: Point {
                lat: self.place.lat + spread * (2.0 * chance.fraction(0) - 1.0),
                lon: self.place.lon + 2.0 * spread * (2.0 * chance.fraction(1) - 1.0),
            },
            is_located: chance.below(2, 10) > 0,
            size: if is_large { 30 + chance.below(3, 60) as u32 } else { 15 + chance.below(3, 40) as u32 },
            offers: offers(kind, is_large && here == 0, chance),
            from: None,
            to: (kind == ProviderKind::Independent && chance.below(11, CLOSING) == 0)
                .then(|| FIRST_CLOSING + chance.below(12, CLOSING_YEARS) as Year),
            successor: String::new(),
        });
    }
}

/// The programmes of a unit: the broad programmes and more at the municipality's first unit, a few at the others.
fn offers(kind: ProviderKind, is_first: bool, chance: Chance) -> Vec<ProgrammeIndex> {
    let mut out: Vec<ProgrammeIndex> = Vec::new();
    if kind == ProviderKind::Region {
        out.extend(programmes::find("NB"));
        return out;
    }
    if is_first {
        out.extend(["EK", "NA", "SA"].into_iter().filter_map(programmes::find));
    }
    let wanted = out.len() + 2 + chance.below(10, if kind == ProviderKind::Municipal { 4 } else { 3 }) as usize;
    // Rare programmes are offered more often than they are chosen, so that each has units everywhere.
    let weight = |p: ProgrammeIndex| match PROGRAMMES[p as usize].weight {
        w if w == 0 || !programmes::is_national(p) => 0,
        w => 20 + w,
    };
    let total: u64 = (0..PROGRAMMES.len()).map(|p| weight(p as ProgrammeIndex)).sum();
    for draw in 20..60 {
        let mut left = chance.below(draw, total);
        let mut programme = 0;
        while left >= weight(programme) {
            left -= weight(programme);
            programme += 1;
        }
        if out.len() < wanted && !out.contains(&programme) {
            out.push(programme);
        }
    }
    out
}
