//! Looks up words of the command line in the registers: a municipality, a provider, a unit, a programme.

use crate::error::{Error, Exit, Result};
use crate::graph::Programmes;
use crate::model::{ProgrammeKind, Registers, Text};
use crate::report::Subject;

/// The subject of a map from the provider's side: a municipality, a unit or a provider by code or name; `unit:CODE`
/// and `provider:CODE` choose which.
pub(super) fn subject(wanted: &str, registers: &Registers) -> Result<Subject> {
    let unit = |code: &str| registers.unit_by_code(code).map(|unit| Subject::Unit(unit.code.clone()));
    let provider = |code: &str| {
        let unit = registers.units().find(|unit| *unit.provider.code == *code)?;
        Some(Subject::Provider(unit.provider.code.clone()))
    };
    let unknown = || {
        let units = registers.units().map(|unit| format!("{} {}", unit.code, unit.name));
        let places = registers.municipalities().map(|m| format!("{} {}", m.code, m.name));
        let word = wanted.rsplit(':').next().unwrap_or(wanted).trim().to_lowercase();
        Error::new(Exit::Usage, "error-of-subject")
            .with("found", wanted)
            .with("nearest", nearest(&word, places.chain(units)))
    };
    match wanted.split_once(':') {
        Some(("unit", code)) => return unit(code.trim()).ok_or_else(unknown),
        Some(("provider", code)) => return provider(code.trim()).ok_or_else(unknown),
        _ => {}
    }
    if let Ok(code) = municipality(wanted, registers) {
        return Ok(Subject::Place(code));
    }
    let lower = wanted.trim().to_lowercase();
    let mut named = registers.units().filter(|unit| unit.name.to_lowercase() == lower);
    let named = match (named.next(), named.next()) {
        (Some(one), None) => Some(Subject::Unit(one.code.clone())),
        _ => None,
    };
    unit(wanted.trim()).or_else(|| provider(wanted.trim())).or(named).ok_or_else(unknown)
}

/// A programme by code, or a group of programmes by its name.
pub(super) fn programmes(wanted: &str, registers: &Registers) -> Result<Programmes> {
    match ProgrammeKind::parse(wanted) {
        Some(kind) if registers.programme_codes().find(wanted).is_none() => Ok(Programmes::Group(kind)),
        _ => Ok(Programmes::One(programme(wanted, registers)?)),
    }
}

/// The municipality with a code, or with a name regardless of case.
pub(super) fn municipality(wanted: &str, registers: &Registers) -> Result<Text> {
    let wanted = wanted.trim();
    if let Some(found) = registers.municipality_by_code(wanted) {
        return Ok(found.code.clone());
    }
    let lower = wanted.to_lowercase();
    let named: Vec<&Text> =
        registers.municipalities().filter(|m| m.name.to_lowercase() == lower).map(|m| &m.code).collect();
    match named.as_slice() {
        [code] => Ok(Text::clone(code)),
        _ => {
            let names = registers.municipalities().map(|m| format!("{} {}", m.code, m.name));
            let nearest = if named.is_empty() {
                nearest(&lower, names)
            } else {
                named.iter().map(|c| &***c).collect::<Vec<_>>().join(", ")
            };
            Err(Error::new(Exit::Usage, "error-of").with("found", wanted).with("nearest", nearest))
        }
    }
}

fn programme(wanted: &str, registers: &Registers) -> Result<Text> {
    registers.programme_codes().find(wanted).map(|id| registers.programme_codes().text(id).clone()).ok_or_else(|| {
        let names = registers.programmes().map(|p| format!("{} {}", p.code, p.name));
        let nearest = nearest(&wanted.to_lowercase(), names);
        Error::new(Exit::Usage, "error-programme").with("found", wanted).with("nearest", nearest)
    })
}

/// A municipality by code or name; otherwise the nearest one in an error about a new offer.
pub(super) fn place(wanted: &str, registers: &Registers) -> Result<Text> {
    municipality(wanted, registers).map_err(|_| {
        let places = registers.municipalities().map(|m| format!("{} {}", m.code, m.name));
        let nearest = nearest(&wanted.trim().to_lowercase(), places);
        Error::new(Exit::Usage, "error-whatif-place").with("found", wanted).with("nearest", nearest)
    })
}

/// A unit by code or name, `unit:CODE` included; otherwise the nearest one in an error.
pub(super) fn unit(wanted: &str, registers: &Registers) -> Result<Text> {
    if let Ok(Subject::Unit(code)) = subject(wanted, registers) {
        return Ok(code);
    }
    let word = wanted.rsplit("unit:").next().unwrap_or(wanted).trim().to_lowercase();
    let units = registers.units().map(|unit| format!("{} {}", unit.code, unit.name));
    Err(Error::new(Exit::Usage, "error-whatif-unit").with("found", wanted).with("nearest", nearest(&word, units)))
}

/// The entry whose code or name is nearest to the lower-case text.
fn nearest(wanted: &str, entries: impl Iterator<Item = String>) -> String {
    let distance = |entry: &str| {
        let entry = entry.to_lowercase();
        let (code, name) = entry.split_once(' ').unwrap_or((&entry, ""));
        strsim::levenshtein(wanted, code).min(strsim::levenshtein(wanted, name))
    };
    entries.min_by_key(|entry| (distance(entry), entry.clone())).unwrap_or_default()
}
