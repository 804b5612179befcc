//! Sums of flows in a rounded release: the level of each margin, and the margins that contain a base cell.

use crate::model::{Level, MunicipalityId, Population, ProgrammeId, ProgrammeKind, UnitId};
use crate::tables::margins::{Facts, Margin, OfficialGroup, SharePart, What, Where, Who};

/// The level that publishes a margin in a rounded release; `None` if no level does.
pub fn level(margin: Margin) -> Option<Level> {
    use Where::{
        Abroad, AwayPlace, AwayUnit, Cross, Elsewhere, Everywhere, Here, InCompared, InRegion, Official, Part, Place,
        Provider, Runner, Unit,
    };
    use Who::{Away, Compared, Everyone, Home, Known, Outside, Region, Unknown, Visitors};
    let is_population = matches!(margin.what, What::National | What::All);
    if matches!(margin.what, What::Others | What::Uncoded | What::Group(ProgrammeKind::Other)) {
        return None;
    }
    let or = |population: Level, programme: Level| if is_population { Some(population) } else { Some(programme) };
    let only = |level: Level| if is_population { Some(level) } else { None };
    match (margin.who, margin.place) {
        // The table `quality` reports them.
        (Unknown, Everywhere) if matches!(margin.what, What::All) => Some(Level::HomeProgramme),
        (Unknown, _) => None,
        (Home(_) | Away(_) | Outside | Region | Everyone, Everywhere) => Some(Level::HomeProgramme),
        (Known | Compared(_), Everywhere) => only(Level::HomeProgramme),
        (Everyone, Unit(_) | AwayUnit(_)) => Some(Level::UnitProgramme),
        (Everyone, InRegion | InCompared(_)) => only(Level::UnitProgramme),
        (Known | Compared(_), InCompared(_)) => only(Level::HomePlace),
        (Compared(_), Part(_) | Cross) => only(Level::HomeKind),
        (Home(_), Official(_)) if matches!(margin.what, What::All) => Some(Level::HomeKind),
        (Home(_) | Away(_) | Outside, Unit(_) | AwayUnit(_)) | (Visitors(_), Unit(_)) => {
            or(Level::HomeUnit, Level::HomeUnitProgramme)
        }
        (Home(_) | Away(_) | Outside | Known, Place(_) | AwayPlace(_)) | (Visitors(_), Place(_)) => {
            or(Level::HomePlace, Level::HomePlaceProgramme)
        }
        (Home(_), Elsewhere(_) | Abroad) => or(Level::HomePlace, Level::HomePlaceProgramme),
        (Region, Place(_)) | (Outside | Region | Known, InRegion | Abroad) => only(Level::HomePlace),
        (Home(_) | Region, Part(_) | Cross) | (Home(_), Here(_)) => Some(Level::HomeKind),
        (Home(_), Runner(_)) => Some(Level::HomeKind),
        (Outside | Region | Known, Runner(_)) => only(Level::HomeKind),
        (Home(_) | Away(_) | Outside | Known | Visitors(_), Provider(_)) => {
            or(Level::HomeProvider, Level::HomeProviderProgramme)
        }
        (Region, Provider(_)) => only(Level::HomeProvider),
        _ => None,
    }
}

/// Whether a margin is published at these levels.
pub fn is_published(margin: Margin, levels: &[Level]) -> bool {
    level(margin).is_some_and(|level| levels.contains(&level))
}

/// The sums of programmes that contain a programme, the finest first.
pub fn programme_sums(facts: &Facts, programme: ProgrammeId) -> Vec<What> {
    let kind = facts.kind(programme);
    let mut out = Vec::with_capacity(4);
    if let Some(kind) = kind {
        out.push(What::One(programme));
        if kind != ProgrammeKind::Other {
            out.push(What::Group(kind));
        }
    }
    if Population::National.includes(kind) {
        out.push(What::National);
    }
    out.push(What::All);
    out
}

/// The homes and places of all margins that contain a home's students at a unit, whatever the programme; empty for a
/// unit that is in no register.
pub fn homes_and_places(facts: &Facts, home: MunicipalityId, unit: UnitId) -> Vec<(Who, Where)> {
    let mut out = Vec::with_capacity(40);
    let Some(at) = facts.unit(unit) else { return out };
    let who = facts.home(home);
    let one = facts.unit_place(unit);
    let place = at.place.map_or(Where::AwayPlace(at.municipality), Where::Place);
    let side = if at.place.is_some() { Where::InRegion } else { Where::Abroad };
    let provider = Where::Provider(at.provider);
    let runner = at.runner().map(Where::Runner);
    let own = [one, provider, place, Where::Everywhere];
    if who != Who::Unknown {
        out.extend(own.into_iter().chain([side]).map(|place| (who, place)));
        out.extend([provider, place, side, Where::Everywhere].map(|place| (Who::Known, place)));
        out.extend(runner.map(|runner| (Who::Known, runner)));
    }
    match who {
        Who::Home(position) => {
            let part = Facts::part(home, at);
            let is_cross = (part != SharePart::Own).then_some(Where::Cross);
            for who in [who, Who::Region] {
                out.extend([Where::Part(part)].into_iter().chain(is_cross).chain(runner).map(|place| (who, place)));
            }
            out.extend([provider, place, side, Where::Everywhere].map(|place| (Who::Region, place)));
            let is_here = at.place == Some(position);
            let is_own = at.run_by == Some(position);
            let groups = OfficialGroup::ALL.into_iter().filter(|group| group.has(at.kind, is_own, is_here));
            out.extend(groups.map(|group| (who, Where::Official(group))));
            out.push((who, if is_here { Where::Here(part) } else { Where::Elsewhere(position) }));
        }
        Who::Away(_) => {
            out.extend(own.map(|place| (Who::Outside, place)));
            out.push((Who::Outside, side));
            out.extend(runner.map(|runner| (Who::Outside, runner)));
        }
        Who::Unknown => out.push((who, Where::Everywhere)),
        _ => {}
    }
    of_regions(facts, home, unit, &mut out);
    if let Some(position) = at.place
        && who != Who::Unknown
        && who != Who::Home(position)
    {
        out.extend([one, provider, place].map(|place| (Who::Visitors(position), place)));
    }
    out.extend([one, Where::Everywhere].map(|place| (Who::Everyone, place)));
    out
}

/// Adds the homes and places of the margins of regions that contain a home's students at a unit.
fn of_regions(facts: &Facts, home: MunicipalityId, unit: UnitId, out: &mut Vec<(Who, Where)>) {
    let Some(at) = facts.unit(unit).filter(|_| facts.compares()) else { return };
    let is_known = facts.home(home) != Who::Unknown;
    for region in facts.regions_of(at.municipality) {
        out.push((Who::Everyone, Where::in_region(*region)));
        if is_known && *region > 0 {
            out.push((Who::Known, Where::in_region(*region)));
        }
    }
    for region in facts.regions_of(home).iter().filter(|region| **region > 0) {
        let who = Who::of_region(*region);
        let part = Facts::part(home, at);
        out.extend([(who, Where::Everywhere), (who, Where::Part(part))]);
        if part != SharePart::Own {
            out.push((who, Where::Cross));
        }
        if facts.regions_of(at.municipality).contains(region) {
            out.push((who, Where::in_region(*region)));
        }
    }
}
