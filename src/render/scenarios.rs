//! What-if scenarios of the fixture's region: nobody is lost, and nobody is placed beyond room.

use std::collections::{BTreeMap, BTreeSet};

use super::fixture;
use crate::report::ReportModel;
use crate::report::whatif::{First, HomeFates, Measure, NewOffer, Outcome, Place, Scenario, fates};

fn outcome(model: &ReportModel, measures: Vec<Measure>, first: First) -> (Outcome, Scenario) {
    let scenario = Scenario { measures, first };
    let market = &model.markets.get()[&model.year];
    (Outcome::of(market, &model.registers, &model.region.municipalities, &scenario), scenario)
}

fn offers(model: &ReportModel) -> Vec<u32> {
    let market = &model.markets.get()[&model.year];
    (0..market.offers.len() as u32).filter(|offer| market.offers[*offer as usize].students > 0).collect()
}

/// Every unit of the fixture closes, with either rule of priority.
#[test]
fn everybody_is_placed_or_counted_and_nobody_beyond_room() {
    let model = fixture::region();
    let market = &model.markets.get()[&model.year];
    for unit in market.units() {
        let closed: BTreeSet<u32> = market.offers_of(unit).collect();
        for first in [First::Nobody, First::Area] {
            let (outcome, scenario) = outcome(model, vec![Measure::Close(closed.clone())], first);
            let students: u64 = closed.iter().map(|offer| market.offers[*offer as usize].students).sum();
            assert_eq!(outcome.all_displaced(), students);
            assert!(outcome.drawn.is_empty());
            let of_homes: u64 =
                fates(market, &model.registers, &scenario, &outcome.displaced).iter().map(HomeFates::displaced).sum();
            assert_eq!(of_homes, students);
            let mut placed: BTreeMap<Place, u64> = BTreeMap::new();
            for moved in &outcome.displaced {
                assert!(!closed.iter().any(|offer| moved.to == Place::Offer(*offer)), "placed where it closes");
                *placed.entry(moved.to).or_default() += moved.students;
            }
            for (place, students) in placed {
                if let Place::Offer(offer) = place {
                    assert!(market.free_seats(offer).is_none_or(|free| students <= free));
                }
            }
        }
    }
}

#[test]
fn homes_keep_their_displaced_students() {
    let model = fixture::region();
    let market = &model.markets.get()[&model.year];
    for offer in offers(model) {
        let (outcome, _) = outcome(model, vec![Measure::Close(BTreeSet::from([offer]))], First::Nobody);
        for at in market.layers.of_choice(offer) {
            let home = market.home(at);
            let displaced = outcome.displaced.iter().filter(|moved| moved.home == home);
            let displaced: u64 = displaced.map(|moved| moved.students).sum();
            assert_eq!(displaced, market.layers.choosers()[at].students);
        }
    }
}

#[test]
fn a_scenario_without_displaced_students_changes_nothing() {
    let model = fixture::region();
    for measures in [vec![], vec![Measure::Seats(offers(model)[0], 0)], vec![Measure::Close(BTreeSet::new())]] {
        assert_eq!(outcome(model, measures, First::Nobody).0, Outcome::default());
    }
}

#[test]
fn the_order_of_measures_does_not_matter() {
    let model = fixture::region();
    let all = offers(model);
    let measures =
        vec![Measure::Close(BTreeSet::from([all[0]])), Measure::Seats(all[1], -20), Measure::Seats(all[2], 30)];
    let backwards: Vec<Measure> = measures.iter().rev().cloned().collect();
    assert_eq!(outcome(model, measures, First::Nobody).0, outcome(model, backwards, First::Nobody).0);
}

/// New seats take displaced students first, then draw others; nobody is drawn from an offer beyond its students.
#[test]
fn new_seats_are_filled() {
    let model = fixture::region();
    let market = &model.markets.get()[&model.year];
    for like in offers(model) {
        let opened =
            NewOffer { name: "Ny".to_owned(), place: model.region.municipalities[0].clone(), seats: 30, like };
        for measures in [vec![Measure::Open(opened.clone())], vec![Measure::Seats(like, 30)]] {
            let (outcome, _) = outcome(model, measures, First::Nobody);
            let drawn: u64 = outcome.drawn.iter().map(|moved| moved.students).sum();
            assert_eq!(drawn + outcome.empty_seats, 30);
            let mut from: BTreeMap<Place, u64> = BTreeMap::new();
            outcome.drawn.iter().for_each(|moved| *from.entry(moved.from).or_default() += moved.students);
            for (place, students) in from {
                let Place::Offer(offer) = place else { panic!("{place:?}") };
                assert!(students <= market.whole_students(market.offers[offer as usize].students));
            }
        }
    }
}
