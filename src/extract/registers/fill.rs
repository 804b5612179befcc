//! Fills in what a unit register leaves out (municipality, provider, kind of provider) by rule, and counts it.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{fold, provider_kind};
use super::notes::{Filled, Notes};
use super::sheet::Located;
use super::{UnitRow, unknown_word};
use crate::error::Result;
use crate::model::{Municipality, PersonalNumber, ProviderKind};

/// The municipalities of the register, indexed by code and by name.
pub(super) struct MunicipalityIndex<'a> {
    codes: BTreeSet<&'a str>,
    /// Codes by folded name; `None` if several share it.
    names: BTreeMap<String, Option<&'a str>>,
}

impl<'a> MunicipalityIndex<'a> {
    pub fn of(municipalities: &'a [Municipality]) -> Self {
        let mut names = BTreeMap::new();
        for m in municipalities {
            names.entry(fold(&m.name)).and_modify(|code| *code = None).or_insert(Some(&*m.code));
        }
        Self { codes: municipalities.iter().map(|m| &*m.code).collect(), names }
    }

    fn has(&self, code: &str) -> bool {
        self.codes.contains(code)
    }

    /// The only municipality with this name, alone or with its legal form: `Borås`, `Borås stad`, `Göteborgs kommun`.
    fn named(&self, text: &str) -> Option<&'a str> {
        let name = fold(text);
        let known = |name: &str| self.names.get(name).copied().flatten();
        if let Some(code) = known(&name) {
            return Some(code);
        }
        let body = name.strip_suffix("kommun").or_else(|| name.strip_suffix("stad"))?;
        known(body).or_else(|| known(body.strip_suffix('s')?))
    }
}

/// Fills in what the rows of a unit register lack. `is_national` means that the provider is an organisation number or
/// a name, as in Swedish systems, not a code of the contract.
///
/// - The name of a municipality becomes its code if only one has the name.
/// - A kind in other words becomes the contract's. If the kind is missing, a provider that is a municipality is
///   municipal.
/// - A municipal unit without a provider is run by its municipality. Units with the same organisation number belong
///   together: they are run by the municipality where most of them are, or on a tie each by its own.
/// - Any other unit without a provider gets a provider of its own, under the unit's code. So does one whose provider
///   has a personal number (a sole trader), because such a number is not kept.
///
/// # Errors
/// A kind that is unknown or cannot be determined.
pub(super) fn fill(
    rows: &mut [Located<'_, UnitRow>],
    places: &MunicipalityIndex<'_>,
    is_national: bool,
    notes: &mut Notes,
) -> Result<()> {
    for at in &mut *rows {
        let row = &mut at.row;
        if let Some(code) = places.named(&row.municipality).filter(|_| !places.has(&row.municipality)) {
            row.municipality = code.to_owned();
            notes.count(Filled::MunicipalityNames);
        }
        // A column called "huvudman" can hold the kind of provider.
        if row.provider_kind.is_empty() && !places.has(&row.provider) && provider_kind(&row.provider).is_some() {
            row.provider_kind = std::mem::take(&mut row.provider);
        }
    }
    for at in &mut *rows {
        kind(at, places, notes)?;
    }
    let seats = seats(rows, places);
    let taken: BTreeSet<String> = rows.iter().map(|at| at.row.provider.clone()).collect();
    for at in &mut *rows {
        if at.row.provider_kind == ProviderKind::Municipal.as_str() {
            municipal(&mut at.row, places, &seats, notes);
        } else {
            other(&mut at.row, places, &taken, is_national, notes);
        }
    }
    Ok(())
}

/// The kind of a row's provider, in the contract's words.
fn kind(at: &mut Located<'_, UnitRow>, places: &MunicipalityIndex<'_>, notes: &mut Notes) -> Result<()> {
    let row = &mut at.row;
    if row.provider_kind.is_empty() {
        if row.provider.is_empty() || !(places.has(&row.provider) || places.named(&row.provider).is_some()) {
            return Err(at.place.error("error-register-kind").with("code", &row.code));
        }
        row.provider_kind = ProviderKind::Municipal.as_str().to_owned();
        notes.count(Filled::MunicipalKind);
        return Ok(());
    }
    let Some(kind) = provider_kind(&row.provider_kind) else {
        let words = ProviderKind::ALL.map(ProviderKind::as_str);
        return Err(unknown_word(at.place, "provider_kind", &row.provider_kind, &words));
    };
    if row.provider_kind != kind.as_str() {
        row.provider_kind = kind.as_str().to_owned();
        notes.count(Filled::Kinds);
    }
    Ok(())
}

/// The municipality of each municipal organisation number: where most of its units are; `None` on a tie.
fn seats(rows: &[Located<'_, UnitRow>], places: &MunicipalityIndex<'_>) -> BTreeMap<String, Option<String>> {
    let mut units: BTreeMap<String, BTreeMap<&str, usize>> = BTreeMap::new();
    for Located { row, .. } in rows.iter().filter(|at| at.row.provider_kind == ProviderKind::Municipal.as_str()) {
        if let Some(number) = organisation(&row.provider).filter(|_| !places.has(&row.provider)) {
            *units.entry(number).or_default().entry(&row.municipality).or_default() += 1;
        }
    }
    let seat = |places: BTreeMap<&str, usize>| {
        let most = places.values().max().copied();
        let mut first = places.into_iter().filter(|(_, number)| Some(*number) == most);
        first.next().filter(|_| first.next().is_none()).map(|(place, _)| place.to_owned())
    };
    units.into_iter().map(|(number, places)| (number, seat(places))).collect()
}

fn municipal(
    row: &mut UnitRow,
    places: &MunicipalityIndex<'_>,
    seats: &BTreeMap<String, Option<String>>,
    notes: &mut Notes,
) {
    if places.has(&row.provider) {
        return;
    }
    if row.provider.is_empty() {
        row.provider.clone_from(&row.municipality);
        notes.count(Filled::MunicipalProvider);
    } else if let Some(code) = places.named(&row.provider) {
        row.provider = code.to_owned();
        notes.count(Filled::ProviderNames);
    } else if let Some(seat) = organisation(&row.provider).and_then(|number| seats.get(&number)) {
        row.provider = seat.clone().unwrap_or_else(|| row.municipality.clone());
        notes.count(Filled::ProviderNumbers);
        notes.add(Filled::ProviderElsewhere, u64::from(row.provider != row.municipality));
    }
}

fn other(
    row: &mut UnitRow,
    places: &MunicipalityIndex<'_>,
    taken: &BTreeSet<String>,
    is_national: bool,
    notes: &mut Notes,
) {
    if is_national && PersonalNumber::parse(&row.provider, 2099).is_some() {
        row.provider.clear();
        notes.count(Filled::PersonProvider);
    } else if row.provider.is_empty() {
        notes.count(Filled::OwnProvider);
    } else if let Some(number) = organisation(&row.provider).filter(|_| is_national) {
        row.provider = number;
    }
    // A code that is another provider's would merge the two; the provider then stays empty, which is reported.
    if row.provider.is_empty() && !taken.contains(&row.code) && !places.has(&row.code) {
        row.provider.clone_from(&row.code);
    }
}

/// The ten digits of an organisation number, with or without its hyphen.
fn organisation(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let digits = match digits.split_once('-') {
        Some((first, last)) if first.len() == 6 => format!("{first}{last}"),
        _ => digits,
    };
    (digits.len() == 10 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}
