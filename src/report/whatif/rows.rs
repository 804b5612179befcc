//! The table of a scenario.

use std::collections::BTreeMap;

use super::{Fate, Measure, Moved, Place, WhatIf, fates};
use crate::disclosure::Released;
use crate::model::{ALL, Cell, MunicipalityId, NOWHERE, OUT, Release, Text, UNKNOWN};
use crate::report::ReportModel;
use crate::tables::market::Market;
use crate::tables::{WhatIfRow, sort_by_key};

impl WhatIf {
    /// The rows of a scenario: by offer in an internal release, by kind of provider in a public one.
    #[must_use]
    pub fn rows(&self, model: &ReportModel) -> Released<Vec<WhatIfRow>> {
        model.markets.derive(|markets| {
            let Some(market) = markets.get(&model.year) else { return Vec::new() };
            let mut rows = match model.release() {
                Release::Internal => self.outcome.moved().map(|moved| self.row(model, market, moved)).collect(),
                Release::Public => self.public_rows(model, market),
            };
            sort_by_key(&mut rows);
            rows
        })
    }

    fn row(&self, model: &ReportModel, market: &Market, moved: &Moved) -> WhatIfRow {
        let (from_unit, from_programme) = self.codes(model, market, moved.from);
        let (to_unit, to_programme) = self.codes(model, market, moved.to);
        let home = moved.home.map(|home| model.registers.municipality_codes().text(home).clone());
        WhatIfRow {
            scenario: self.name.as_str().into(),
            home: home.unwrap_or_else(|| UNKNOWN.into()),
            from_unit,
            from_programme,
            to_unit,
            to_programme,
            students: Cell::Value(moved.students),
        }
    }

    /// The codes of unit and programme of a place.
    fn codes(&self, model: &ReportModel, market: &Market, place: Place) -> (Text, Text) {
        let programme = |offer: u32| {
            let id = market.offers[offer as usize].programme;
            model.registers.programme_codes().text(id).clone()
        };
        match place {
            Place::Offer(offer) => {
                (model.registers.unit_codes().text(market.offers[offer as usize].unit).clone(), programme(offer))
            }
            Place::New(at) => match &self.scenario.measures[at] {
                Measure::Open(offer) => (offer.name.as_str().into(), programme(offer.like)),
                Measure::Close(_) | Measure::Seats(..) => (NOWHERE.into(), NOWHERE.into()),
            },
            Place::NoRoom | Place::NoAlternative => (NOWHERE.into(), NOWHERE.into()),
        }
    }

    /// The code that all places have in common, else `ALL`.
    fn common(mut codes: impl Iterator<Item = Text>) -> Text {
        let first = codes.next();
        match first {
            Some(code) if codes.all(|other| other == code) => code,
            _ => ALL.into(),
        }
    }

    /// Shown sums by home and fate, of displaced students and of drawn ones.
    fn public_rows(&self, model: &ReportModel, market: &Market) -> Vec<WhatIfRow> {
        let mut out = Vec::new();
        for moved in [&self.outcome.displaced, &self.outcome.drawn] {
            let from = || moved.iter().map(|moved| self.codes(model, market, moved.from));
            let from_unit = Self::common(from().map(|(unit, _)| unit));
            let from_programme = Self::common(from().map(|(_, programme)| programme));
            let home_code = |home: Option<MunicipalityId>| {
                let code = home.map(|home| model.registers.municipality_codes().text(home).clone());
                code.filter(|code| model.in_region(code)).unwrap_or_else(|| OUT.into())
            };
            let mut sums: BTreeMap<(Text, Text), u64> = BTreeMap::new();
            for home in fates(market, &model.registers, &self.scenario, moved) {
                for (fate, students) in Fate::ALL.into_iter().zip(home.students) {
                    let to = if fate.is_placed() {
                        format!("{ALL}-{}", fate.as_str()).into()
                    } else {
                        Text::word(&NOWHERE)
                    };
                    for home in [home_code(home.home), ALL.into()] {
                        for to in [to.clone(), ALL.into()] {
                            *sums.entry((home.clone(), to)).or_default() += students;
                        }
                    }
                }
            }
            out.extend(sums.into_iter().filter_map(|((home, to_unit), students)| {
                let students = model.shown(students);
                let to_programme = if *to_unit == *NOWHERE { NOWHERE } else { ALL };
                (students != Cell::Hidden).then(|| WhatIfRow {
                    scenario: self.name.as_str().into(),
                    home,
                    from_unit: from_unit.clone(),
                    from_programme: from_programme.clone(),
                    to_unit,
                    to_programme: to_programme.into(),
                    students,
                })
            }));
        }
        out
    }
}
