//! The files other than the student extracts: seats, the register of units and the config.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::chance::Chance;
use super::choice::Choices;
use super::programmes::{self, PROGRAMMES, UNKNOWN_PATHS, UNKNOWN_PROGRAMME};
use super::rows::UNKNOWN_UNITS;
use super::tally::{Outcome, Quality};
use super::world::{Land, Slot};
use crate::model::Year;

/// Seats per expected student on national programmes.
const SEATS_PER_STUDENT: f64 = 1.06;
/// Seats on introduction programmes per admitted student.
const INTRODUCTION_SEATS: f64 = 0.11;
/// The relative increase of raised seats.
const RISE: f64 = 0.1;
/// The number of offers per million that lose two seats.
const FALL: u64 = 40_000;
/// Seats of rows with unknown codes.
const STRAY_SEATS: u64 = 4;

/// Seats of a year at admission and on 15 October, by slot.
pub type Seats = BTreeMap<u32, [u64; 2]>;

const TIMES: [&str; 2] = ["Antagning", "Oktober"];

/// The seats offered to this number of students.
pub fn seats(land: &Land, choices: &Choices, seed: u64, year: Year, students: u64) -> Seats {
    let chance = Chance::of(&[seed, u64::from(year), 0x5EA75]);
    let mut out: Seats = (0..)
        .zip(&choices.parts)
        .map(|(slot, [national, introduction])| {
            (slot, (national * SEATS_PER_STUDENT + introduction * INTRODUCTION_SEATS) * students as f64)
        })
        .filter(|(_, expected)| *expected > 0.0)
        .map(|(slot, expected)| {
            let offered = (expected / 2.0).ceil() as u64 * 2;
            (slot, [offered, in_october(land, choices, chance, slot, offered)])
        })
        .collect();
    if let Some(stray) = stray(land) {
        out.insert(stray, [STRAY_SEATS; 2]);
    }
    out
}

fn in_october(land: &Land, choices: &Choices, chance: Chance, slot: u32, offered: u64) -> u64 {
    let Slot { unit, programme } = land.slots[slot as usize];
    let is_raised = programmes::is_national(programme) && choices.raised.binary_search(&unit).is_ok();
    match is_raised {
        true => offered + 2 * (offered as f64 * RISE / 2.0).ceil() as u64,
        false if offered > 4 && chance.hits(u64::from(slot), FALL) => offered - 2,
        false => offered,
    }
}

/// The offer with an unknown programme: at the region's first unit.
fn stray(land: &Land) -> Option<u32> {
    let first = (0..land.units.len() as u32).find(|unit| land.is_in_region(*unit))?;
    land.find_slot(Slot { unit: first, programme: UNKNOWN_PROGRAMME })
}

/// The seats extract of a year, and the expected outcome of its rows: those of `seats`, and a few that cannot be
/// used.
pub fn seats_text(land: &Land, seats: &Seats, year: Year) -> (String, Quality) {
    let mut out = "Skolenhetskod,Studievägskod,Tidpunkt,Platser\n".to_owned();
    let mut quality = Quality::default();
    let mut row = |unit: &str, programme: &str, time: usize, seats: &str| {
        let _ = writeln!(out, "{unit},{programme},{},{seats}", TIMES[time]);
    };
    for (slot, sides) in seats {
        let Slot { unit, programme } = land.slots[*slot as usize];
        let (code, fate) = match programme {
            UNKNOWN_PROGRAMME => (UNKNOWN_PATHS[0], Outcome::UnknownProgramme),
            p if programmes::is_valid(p, year) => (PROGRAMMES[p as usize].code, Outcome::Kept),
            p => (PROGRAMMES[p as usize].code, Outcome::RetiredProgramme),
        };
        for (time, seats) in sides.iter().enumerate() {
            row(&land.units[unit as usize].code, code, time, &seats.to_string());
            quality.count(fate, *seats);
        }
    }
    for time in 0..TIMES.len() {
        row(&String::from_utf8_lossy(UNKNOWN_UNITS[0]), "NA", time, &STRAY_SEATS.to_string());
        quality.count(Outcome::UnknownUnit, STRAY_SEATS);
    }
    if let Some(first) = land.units.first() {
        row(&first.code, "NA", 0, "tolv");
        quality.count(Outcome::InvalidCount, 0);
    }
    (out, quality)
}

/// The register of school units.
pub fn units(land: &Land) -> String {
    let mut out = "code,name,municipality,provider,provider_kind,lat,lon,valid_from,valid_to,successor\n".to_owned();
    let year = |year: Option<Year>| year.map_or_else(String::new, |y| y.to_string());
    for unit in &land.units {
        let (lat, lon) = match unit.is_located {
            true => (format!("{:.4}", unit.point.lat), format!("{:.4}", unit.point.lon)),
            false => (String::new(), String::new()),
        };
        let _ = writeln!(
            out,
            "{},{},{},{},{},{lat},{lon},{},{},{}",
            unit.code,
            unit.name,
            unit.municipality,
            unit.provider,
            unit.kind.as_str(),
            year(unit.from),
            year(unit.to),
            unit.successor,
        );
    }
    out
}

/// The kinds of extracts of a year: the word in the config and the start of the file name.
pub const EXTRACTS: [(&str, &str); 3] = [("admission", "antagning"), ("october", "oktober"), ("seats", "platser")];

/// The file name of an extract.
pub fn extract(beginning: &str, year: Year) -> String {
    format!("{beginning}_{year}.csv")
}

/// The config.
pub fn config(land: &Land, years: impl Iterator<Item = Year>) -> String {
    let codes: Vec<String> = land.homes.iter().filter(|h| h.is_region).map(|h| format!("\"{}\"", h.code)).collect();
    let lines: Vec<String> = codes.chunks(10).map(|line| format!("    {},\n", line.join(", "))).collect();
    let mut out = format!(
        "# Påhittade elever vid påhittade skolenheter; ingenting här handlar om någon verklig skola.\n\
         [region]\nname = \"{}\"\nmunicipalities = [\n{}]\n\n\
         [run]\npopulation = \"national\"\n\n\
         [registers]\nunits = \"skolenheter.csv\"\n\n\
         [disclosure]\nthreshold = 10\n\n\
         [quality]\nmax_rejected = 0.02\n",
        land.name,
        lines.concat(),
    );
    for year in years {
        for (kind, beginning) in EXTRACTS {
            let path = extract(beginning, year);
            let _ = write!(out, "\n[[extract]]\nkind = \"{kind}\"\npath = \"extracts/{path}\"\nyear = {year}\n");
        }
    }
    out
}
