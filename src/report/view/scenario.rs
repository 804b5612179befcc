//! The sheet of a scenario: what becomes of displaced students, where they go, and whom new seats draw.

use std::collections::BTreeMap;

use super::context::Context;
use super::displaced;
use super::sheet::Sheet;
use super::table::{KeyFact, TableField, ViewRow, ViewTable};
use crate::model::{Cell, Release, Text};
use crate::report::whatif::{Fate, Measure, Moved, Place, WhatIf, fates};
use crate::tables::market::Market;

/// Maximum number of offers in a table.
const OFFERS: usize = 8;

/// The sheet of a scenario.
#[must_use]
pub fn of_scenario(context: &Context<'_>, market: &Market, whatif: &WhatIf) -> Sheet {
    let homes = fates(market, &context.model.registers, &whatif.scenario, &whatif.outcome.displaced);
    let drawn: u64 = whatif.outcome.drawn.iter().map(|moved| moved.students).sum();
    let all = displaced::total(&homes);
    let number = |students: u64| context.number(context.model.shown(students));
    let unplaced: u64 =
        Fate::ALL.into_iter().filter(|fate| !fate.is_placed()).map(|fate| all.students[fate as usize]).sum();
    let placed = all.displaced() - unplaced;
    let title = match (all.displaced(), drawn) {
        (0, 0) => context.t("whatif-title-nothing"),
        (0, _) => context.say("whatif-title-drawn", &[("students", &number(drawn))]),
        (displaced, _) => context.say(
            "whatif-title",
            &[("students", &number(displaced)), ("placed", &number(placed)), ("unplaced", &number(unplaced))],
        ),
    };
    let fact =
        |id: &str, students: u64| KeyFact { label: context.t(id), value: number(students), note: String::new() };
    let mut facts = Vec::new();
    if all.displaced() > 0 {
        facts.extend([
            fact("whatif-displaced", all.displaced()),
            fact("whatif-placed", placed),
            fact("whatif-unplaced", unplaced),
        ]);
    }
    if drawn > 0 || whatif.outcome.empty_seats > 0 {
        facts.extend([fact("whatif-drawn", drawn), fact("whatif-empty", whatif.outcome.empty_seats)]);
    }
    let mut sheet = Sheet {
        id: "whatif".to_owned(),
        name: context.t("whatif-name"),
        about: context.scope_of_market(market),
        title,
        lead: whatif.measures.clone(),
        facts,
        tables: Vec::new(),
        notes: displaced::notes(context),
    };
    if all.displaced() > 0 {
        sheet.add(displaced::by_home(context, "whatif-homes".to_owned(), context.t("whatif-homes-caption"), &homes));
    }
    let is_of_units = context.model.release() == Release::Internal;
    if is_of_units {
        let to = Ends { context, market, whatif };
        sheet.add(to.table("to", &whatif.outcome.displaced, |moved| moved.to));
        sheet.add(to.table("from", &whatif.outcome.drawn, |moved| moved.from));
    }
    sheet
}

/// Tables of the offers to which students go, or from which they come.
struct Ends<'a> {
    context: &'a Context<'a>,
    market: &'a Market,
    whatif: &'a WhatIf,
}

impl Ends<'_> {
    fn table(&self, side: &str, moved: &[Moved], end: impl Fn(&Moved) -> Place) -> ViewTable {
        let context = self.context;
        let mut sums: BTreeMap<Place, u64> = BTreeMap::new();
        for moved in moved {
            *sums.entry(end(moved)).or_default() += moved.students;
        }
        let mut listed: Vec<(Place, u64)> =
            sums.into_iter().filter(|(place, _)| matches!(place, Place::Offer(_) | Place::New(_))).collect();
        listed.sort_by_key(|(place, students)| (std::cmp::Reverse(*students), *place));
        let more = listed.len().saturating_sub(OFFERS);
        let row = |(place, students): &(Place, u64)| {
            let (unit, programme, seats) = self.fields(*place);
            ViewRow::new(vec![unit, programme, context.shown(*students), seats])
        };
        let rows = listed.iter().take(OFFERS).map(row).collect();
        let caption = context.t(&format!("whatif-{side}-caption"));
        let caption = match more {
            0 => caption,
            more => format!(
                "{caption} {}",
                context.say("whatif-more-offers", &[("count", &context.lang.number(more as u64))])
            ),
        };
        let words = [context.t("page-col-unit"), context.t("page-col-programme")];
        let last = if side == "to" { "card-col-free" } else { "page-col-students" };
        let heads = [context.t(if side == "to" { "whatif-col-placed" } else { "whatif-col-drawn" }), context.t(last)];
        ViewTable::new(format!("whatif-{side}"), caption, &words, &heads).group("", rows)
    }

    /// Unit, programme, and free seats (or students, for offers that lose them).
    fn fields(&self, place: Place) -> (TableField, TableField, TableField) {
        let context = self.context;
        let programme = |offer: u32| -> Text {
            context.model.registers.programme_codes().text(self.market.offers[offer as usize].programme).clone()
        };
        match place {
            Place::Offer(offer) => {
                let at = self.market.offers[offer as usize];
                let unit = context.model.registers.unit_codes().text(at.unit).clone();
                let is_source = self.whatif.outcome.drawn.iter().any(|moved| moved.from == place);
                let last = if is_source {
                    Cell::Value(self.market.whole_students(at.students))
                } else {
                    self.market.free_seats(offer).into()
                };
                (context.unit_field(&unit), context.programme_field(&programme(offer)), context.count(last))
            }
            Place::New(at) => match &self.whatif.scenario.measures[at] {
                Measure::Open(new) => {
                    let unit = TableField::text(&*new.name).with_sub(context.municipality(&new.place));
                    (unit, context.programme_field(&programme(new.like)), context.count(Cell::Value(new.seats)))
                }
                Measure::Close(_) | Measure::Seats(..) => Default::default(),
            },
            Place::NoRoom | Place::NoAlternative => Default::default(),
        }
    }
}
