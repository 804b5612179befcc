//! An invented region for the tests of pictures: real outlines, invented units and students, identical in every run.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use crate::clean::{self, Cleaned, Reason, SeatCount, SourceColumns};
use crate::config::ExtractKind;
use crate::disclosure::{self, Results, ShownSums};
use crate::extract::boundaries::builtin_boundaries;
use crate::extract::registers::{builtin_municipalities, builtin_programmes};
use crate::flow::{self, FlowTable};
use crate::link;
use crate::model::{
    Boundary, Municipality, Point, Policy, Population, Programme, Provider, ProviderKind, Pseudonyms, Registers,
    Round, SchoolUnit, Snapshot, Text, Validity, Year,
};
use crate::report::{Coverage, Region, ReportModel};
use crate::store::{Packing, SourceKind, Store, StudentRow};
use crate::tables::{ComparedRegion, Inputs, Tables};
use crate::words::Lang;

/// Latest year of the invented data.
pub const YEAR: Year = 2023;
const REGION: &str = "Göteborgsregionen";
/// Code, weight of the residents, municipal units, independent units, and the kind of another unit if there is one.
const PLACES: [(&str, u64, u64, u64, Option<ProviderKind>); 13] = [
    ("1384", 95, 5, 2, None),
    ("1401", 48, 3, 1, None),
    ("1402", 42, 2, 1, None),
    ("1407", 13, 1, 0, None),
    ("1415", 28, 2, 0, Some(ProviderKind::Federation)),
    ("1419", 15, 0, 0, None),
    ("1440", 34, 1, 1, None),
    ("1441", 50, 3, 0, Some(ProviderKind::Region)),
    ("1462", 14, 0, 0, None),
    ("1480", 455, 15, 24, None),
    ("1481", 65, 3, 1, None),
    ("1482", 50, 3, 0, None),
    ("1489", 42, 4, 1, None),
];
/// Municipalities outside the region with students or a unit.
const OUTSIDE: [(&str, u64, u64); 5] =
    [("1383", 9, 1), ("1490", 5, 1), ("1485", 3, 1), ("1443", 6, 0), ("1463", 6, 0)];
const PROGRAMMES: [&str; 12] = ["NA", "SA", "EK", "TE", "ES", "EE", "BA", "VO", "FT", "HU", "BF", "IMV"];
const NAMES: [&str; 40] = [
    "Almen",
    "Asken",
    "Björken",
    "Boken",
    "Dalripan",
    "Duvan",
    "Ejdern",
    "Eken",
    "Enen",
    "Falken",
    "Fyren",
    "Granen",
    "Gullvivan",
    "Hasseln",
    "Häggen",
    "Järven",
    "Katten",
    "Korpen",
    "Linden",
    "Lodjuret",
    "Lärkan",
    "Lönnen",
    "Mården",
    "Måsen",
    "Nejlikan",
    "Näktergalen",
    "Oxeln",
    "Pärlugglan",
    "Rapphönan",
    "Rönnen",
    "Skatan",
    "Smultronet",
    "Staren",
    "Svalan",
    "Tallen",
    "Tofsvipan",
    "Trasten",
    "Vinbäret",
    "Åkerbäret",
    "Örnen",
];

/// Inputs of a model, which tests can change before it is built.
#[derive(Clone)]
pub struct Sample {
    /// Register of municipalities.
    pub municipalities: Vec<Municipality>,
    /// Register of units.
    pub units: Vec<SchoolUnit>,
    /// Outlines.
    pub boundaries: Vec<Boundary>,
    /// Programmes.
    pub programmes: Vec<Programme>,
    /// Codes of the region.
    pub region: Vec<Text>,
    /// Number of groups of the region's municipalities that are compared with it.
    pub groups: usize,
    /// Weight of the residents by home.
    pub homes: Vec<(Text, u64)>,
    /// Whether the extracts have student ids.
    pub has_ids: bool,
    /// Whether there are seats.
    pub has_seats: bool,
    /// Language of the pictures.
    pub lang: Lang,
}

impl Sample {
    /// The region of Göteborg with invented units.
    pub fn new() -> Self {
        let mut out = Self {
            municipalities: builtin_municipalities(),
            units: Vec::new(),
            boundaries: builtin_boundaries(),
            programmes: builtin_programmes(),
            region: PLACES.iter().map(|p| p.0.into()).collect(),
            groups: 6,
            homes: PLACES
                .iter()
                .map(|p| (p.0.into(), p.1))
                .chain(OUTSIDE.iter().map(|p| (p.0.into(), p.1)))
                .collect(),
            has_ids: true,
            has_seats: true,
            lang: Lang::Sv,
        };
        for (code, _, municipal, independent, other) in PLACES {
            (0..municipal).for_each(|_| out.unit(code, ProviderKind::Municipal));
            (0..independent).for_each(|_| out.unit(code, ProviderKind::Independent));
            other.into_iter().for_each(|kind| out.unit(code, kind));
        }
        for (code, _, units) in OUTSIDE {
            (0..units).for_each(|_| out.unit(code, ProviderKind::Municipal));
        }
        out
    }

    /// Adds a unit near the municipality's point (the centre of Göteborg is south of it); every fifth unit has no
    /// point.
    fn unit(&mut self, municipality: &str, kind: ProviderKind) {
        let i = self.units.len();
        let provider = match kind {
            ProviderKind::Municipal => municipality.to_owned(),
            ProviderKind::Independent => format!("F{:02}", i % 17),
            other => other.as_str().to_owned(),
        };
        let centre = self.municipalities.iter().find(|m| *m.code == *municipality).and_then(|m| m.point);
        let offset = |seed: u64| (hash(seed, i as u64) % 1000) as f64 / 1000.0 - 0.5;
        let point = centre.filter(|_| i % 5 != 4).map(|p| Point {
            lat: p.lat + offset(1) * 0.07 - if municipality == "1480" { 0.02 } else { 0.0 },
            lon: p.lon + offset(2) * 0.13,
        });
        self.units.push(SchoolUnit {
            code: format!("{:08}", 100_000 + i * 137).as_str().into(),
            name: format!("Hittepå {}", NAMES[i % NAMES.len()]).as_str().into(),
            municipality: municipality.into(),
            provider: Provider { code: provider.as_str().into(), kind },
            point,
            validity: Validity::default(),
            successor: None,
        });
    }

    /// The region, and as many groups of its municipalities as the sample compares.
    fn regions(&self) -> Vec<ComparedRegion> {
        let own = ComparedRegion { name: REGION.into(), municipalities: self.region.clone() };
        let group = |(number, codes): (usize, &[Text])| ComparedRegion {
            name: format!("Grupp {number}").into(),
            municipalities: codes.to_vec(),
        };
        let size = self.region.len().div_ceil(self.groups.max(1)).max(1);
        let groups = self.region.chunks(size).enumerate().map(group).take(self.groups);
        [own].into_iter().chain(groups.filter(|group| group.municipalities.len() < self.region.len())).collect()
    }

    /// The model of these inputs for the report year [`YEAR`].
    pub fn model(&self) -> ReportModel {
        let registers = Registers::new(
            self.municipalities.clone(),
            self.units.clone(),
            self.programmes.clone(),
            self.boundaries.clone(),
        );
        let link::Linked { mut rows, links, uncounted, .. } = self.linked(&registers);
        let flows = flow::aggregate(uncounted, &rows).expect("small data");
        if self.has_seats {
            rows.seats = self.seats(&registers, &flows);
        }
        let regions = self.regions();
        let inputs = Inputs { regions: &regions, ..Inputs::new(&flows, &links, &rows, &registers, &self.region) };
        let Results { tables, sums, markets } = disclosure::internal(Tables::compute(inputs), inputs);
        ReportModel {
            policy: Policy::default(),
            flow_graph: OnceLock::new(),
            sums: Arc::new(sums),
            markets: Arc::new(markets),
            tables,
            registers: Arc::new(registers),
            region: Region { name: REGION.to_owned(), municipalities: self.region.clone() },
            regions,
            year: YEAR,
            years: vec![YEAR - 2, YEAR - 1, YEAR],
            snapshot: Snapshot::October,
            population: Population::National,
            round: Some(Round::Final),
            lang: self.lang,
            theme: Arc::default(),
            unplaced: 0,
            coverage: if self.has_ids { Vec::new() } else { vec![Coverage::NoIds { year: YEAR }] },
        }
    }

    fn linked(&self, registers: &Registers) -> link::Linked {
        let (mut admitted, mut enrolled) = (Vec::new(), Vec::new());
        for year in YEAR - 2..=YEAR {
            for (home, weight) in &self.homes {
                let places = self.places(home);
                for i in 0..weight * 10 {
                    self.student(registers, year, home, i, &places, &mut admitted, &mut enrolled);
                }
            }
        }
        let store = Store::new(Packing::new(registers, 2).expect("few codes"), 0, None);
        let file = |number: usize, kind: ExtractKind, rows: &[StudentRow]| {
            let has = SourceColumns { ids: self.has_ids, year_groups: false };
            Cleaned::of_rows(number, SourceKind { kind, round: Round::Final }, rows, &store, has)
        };
        let files = vec![file(0, ExtractKind::Admission, &admitted), file(1, ExtractKind::October, &enrolled)];
        link::link(clean::gather(files, store).expect("no spill"), registers).expect("no spill")
    }

    /// Units with cumulative weights by how much they attract the residents of a home, so that one random number picks
    /// a unit.
    fn places(&self, home: &str) -> Vec<(u64, &SchoolUnit)> {
        let point = |code: &str| self.municipalities.iter().find(|m| *m.code == *code).and_then(|m| m.point);
        let mut sum = 0;
        let mut out = Vec::new();
        for (i, unit) in self.units.iter().enumerate() {
            let kilometres = match (point(home), unit.point.or_else(|| point(&unit.municipality))) {
                (Some(a), Some(b)) => ((a.lat - b.lat) * 111.0).hypot((a.lon - b.lon) * 59.0),
                _ => 20.0,
            };
            let own = if *unit.provider.code == *home {
                1.6
            } else if unit.provider.kind == ProviderKind::Independent {
                1.5
            } else {
                0.8
            };
            let size = 15.0 + (hash(3, i as u64) % 50) as f64;
            sum += (1000.0 * size * own * (-kilometres / 11.0).exp()) as u64;
            out.push((sum, unit));
        }
        out
    }

    #[expect(clippy::too_many_arguments, reason = "one student of a loop")]
    fn student(
        &self,
        registers: &Registers,
        year: Year,
        home: &str,
        i: u64,
        places: &[(u64, &SchoolUnit)],
        admitted: &mut Vec<StudentRow>,
        enrolled: &mut Vec<StudentRow>,
    ) {
        let Some(total) = places.last().map(|p| p.0).filter(|n| *n > 0) else { return };
        let seed = u64::from(year) * 1_000_000_007 + home.bytes().fold(7, |h, b| h * 131 + u64::from(b));
        let chance = |n: u64| hash(seed + n, i);
        let pick = |n: u64| places[places.partition_point(|p| p.0 <= chance(n) % total)].1;
        let pseudonyms = Pseudonyms::keyed(b"a secret of a test");
        let row = |unit: &SchoolUnit, programme: u64| StudentRow {
            student: if self.has_ids { pseudonyms.surrogate(&format!("{year}-{home}-{i}")) } else { None },
            year,
            year_group: None,
            home: registers.municipality_codes().find(home).expect("in the register"),
            unit: registers.unit_codes().find(&unit.code).expect("in the register"),
            programme: registers
                .programme_codes()
                .find(PROGRAMMES[programme as usize % 12])
                .expect("in the register"),
            students: 1,
            reason: Reason::Kept,
            line: i,
        };
        let (first, programme) = (row(pick(1), chance(2)), chance(2));
        match chance(3) % 100 {
            0..4 => admitted.push(first),
            4..9 => {
                admitted.push(first);
                enrolled.push(row(pick(4), programme));
            }
            9..12 => enrolled.push(first),
            _ => {
                admitted.push(first);
                enrolled.push(first);
            }
        }
    }

    /// Seats slightly above the number admitted; every fifth unit raises them, every seventh lowers them.
    fn seats(&self, registers: &Registers, flows: &FlowTable) -> Vec<SeatCount> {
        let mut out = Vec::new();
        for year in YEAR - 2..=YEAR {
            let mut admitted: BTreeMap<_, u64> = BTreeMap::new();
            for flow in flows.of(Snapshot::Admission, year) {
                *admitted.entry((flow.key.unit, flow.key.programme)).or_default() += flow.students;
            }
            for (i, ((unit, programme), students)) in admitted.into_iter().enumerate() {
                let before = students + students / 12 + 1;
                let number: u32 = registers.unit_codes().text(unit).parse().unwrap_or(0);
                let after = match number / 137 {
                    n if n % 5 == 0 && i % 3 == 0 => before + 4 + u64::from(n % 11),
                    n if n % 7 == 0 && i % 4 == 0 => before.saturating_sub(2 + u64::from(n % 5)),
                    _ => before,
                };
                let sides = [(Snapshot::Admission, before), (Snapshot::October, after)];
                out.extend(sides.map(|(time, seats)| SeatCount { year, time, unit, programme, seats }));
            }
        }
        out
    }
}

/// The region's model in Swedish, built once.
pub fn region() -> &'static ReportModel {
    static MODEL: OnceLock<ReportModel> = OnceLock::new();
    MODEL.get_or_init(|| Sample::new().model())
}

/// The model with its tables changed, and the flow graph rebuilt from them.
pub fn changed(model: &ReportModel, change: impl FnOnce(&mut Tables)) -> ReportModel {
    let tables = model.tables.derive(|t| {
        let mut tables = t.clone();
        change(&mut tables);
        tables
    });
    let sums = Arc::new(model.sums.derive(ShownSums::unprepared));
    ReportModel { flow_graph: OnceLock::new(), sums, tables, ..model.clone() }
}

/// A deterministic hash of two numbers (splitmix64).
fn hash(seed: u64, n: u64) -> u64 {
    let mut z = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(n.wrapping_mul(0xbf58_476d_1ce4_e5b9));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
