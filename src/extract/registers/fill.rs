//! What a unit register leaves out, filled in by rule and counted: the municipality, the provider, its kind.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{fold, provider_kind};
use super::notes::{Filled, Notes};
use super::sheet::At;
use super::{UnitRow, unknown_word};
use crate::error::Result;
use crate::model::{Municipality, PersonalNumber, ProviderKind};

/// The municipalities of the register, to be found by code and by name.
pub(super) struct Places<'a> {
    codes: BTreeSet<&'a str>,
    /// Codes by folded name; none where several have it.
    names: BTreeMap<String, Option<&'a str>>,
}

impl<'a> Places<'a> {
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

    /// The one municipality with this name, alone or as a body: `Borås`, `Borås stad`, `Göteborgs kommun`.
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

/// Fills in what the rows of a unit register lack. `is_national` says that the provider is an organisation number or a name, as
/// Swedish systems keep them, not a code of the contract.
///
/// - A municipality by its name becomes its code, where one alone has the name.
/// - A kind in other words becomes the contract's. Where there is none, a provider that is a municipality is municipal.
/// - A municipal unit is run by its municipality where nothing else is told. A municipality's organisation number says which
///   units belong together: they are run by the municipality in which most of them lie, each by its own where as many lie in
///   another.
/// - Any other unit without provider is a provider of its own, under the unit's code. So is one whose provider has the number
///   of a person (a sole trader), for such a number is not kept.
///
/// # Errors
/// A kind that is unknown or cannot be known.
pub(super) fn fill(
    rows: &mut [At<'_, UnitRow>],
    places: &Places<'_>,
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
fn kind(at: &mut At<'_, UnitRow>, places: &Places<'_>, notes: &mut Notes) -> Result<()> {
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

/// The municipality of each municipal organisation number: where most of its units lie; none where no place has most.
fn seats(rows: &[At<'_, UnitRow>], places: &Places<'_>) -> BTreeMap<String, Option<String>> {
    let mut units: BTreeMap<String, BTreeMap<&str, usize>> = BTreeMap::new();
    for At { row, .. } in rows.iter().filter(|at| at.row.provider_kind == ProviderKind::Municipal.as_str()) {
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

fn municipal(row: &mut UnitRow, places: &Places<'_>, seats: &BTreeMap<String, Option<String>>, notes: &mut Notes) {
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

fn other(row: &mut UnitRow, places: &Places<'_>, taken: &BTreeSet<String>, is_national: bool, notes: &mut Notes) {
    if is_national && PersonalNumber::parse(&row.provider, 2099).is_some() {
        row.provider.clear();
        notes.count(Filled::PersonProvider);
    } else if row.provider.is_empty() {
        notes.count(Filled::OwnProvider);
    } else if let Some(number) = organisation(&row.provider).filter(|_| is_national) {
        row.provider = number;
    }
    // A code that is another provider's would make two of them one; the row is then told to have none.
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
