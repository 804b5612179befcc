//! The map of a scenario: from what closes or shrinks to the places of its students, or from where new seats draw theirs.
//! By unit in an internal release, by municipality in a public one.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::scene::Scene;
use super::super::table::{self, TablePlace, TextRow, TextTable};
use super::super::{Picture, frame, legible};
use super::data::{self, Candidate, MapData, Node, NodeRole};
use super::ground::Ground;
use super::stage::Stage;
use super::{By, MapScale, MapSpec, SlideMap, draw, panel, slide};
use crate::model::{Cell, Perspective, Point, Release, Text};
use crate::render::style::{Side, Tone};
use crate::report::whatif::{Measure, Moved, NewOffer, Place, WhatIf};
use crate::report::{FlowTotals, ReportModel, Subject};
use crate::tables::market::Market;

/// Maximum number of lines.
const LINES: usize = 14;

/// The map; `None` if nothing can be drawn. `title` is its finding.
#[must_use]
pub fn whatif_map(model: &ReportModel, whatif: &WhatIf, title: &str) -> Option<Picture> {
    let model = &*legible(model);
    let (data, is_loss) = gathered(model, whatif)?;
    let scale = MapScale::of_series(std::slice::from_ref(&data), Arc::new(Ground::new(model, &Stage::whole())));
    let name = "maps/whatif";
    let mut scene = Scene::default();
    let list = |scene: &mut Scene, bottom| list(scene, model, &data, is_loss, bottom);
    let (layout, drawn) = draw::beside_list(&mut scene, model, &scale, &data, name, list);
    let lang = model.lang;
    let largest = data
        .entries
        .iter()
        .take(5)
        .map(|entry| format!("{} {}", entry.name, super::super::count(lang, entry.students)));
    let mut notes = whatif.measures.clone();
    notes.extend(frame::counted(lang, "note-undrawn", layout.crowded_out.len() + layout.without_place));
    let frame = frame::Frame {
        name: name.to_owned(),
        title: title.to_owned(),
        subtitle: frame::about(model, &model.market_selection()),
        description: largest.collect::<Vec<_>>().join(", "),
        notes,
    };
    Some(Picture { marks: drawn.marks, ..frame.close(model, &scene) })
}

/// The same map for a slide, with its list; `None` if nothing can be drawn.
#[must_use]
pub fn whatif_slide(model: &ReportModel, whatif: &WhatIf) -> Option<SlideMap> {
    let model = &*legible(model);
    let (data, is_loss) = gathered(model, whatif)?;
    let ends = if is_loss { "whatif-list-to" } else { "whatif-list-from" };
    Some(slide::alone(model, data, "slides/whatif", ends))
}

/// The data of the map, and whether it shows where students go rather than where they come from.
fn gathered(model: &ReportModel, whatif: &WhatIf) -> Option<(MapData, bool)> {
    let is_loss = !whatif.outcome.displaced.is_empty();
    let moved = if is_loss { &whatif.outcome.displaced } else { &whatif.outcome.drawn };
    let places = Places { model, market: model.market()?, whatif };
    Some((places.data(moved, is_loss)?, is_loss))
}

/// The list beside the map.
fn list(scene: &mut Scene, model: &ReportModel, data: &MapData, is_loss: bool, bottom: f64) {
    let lang = model.lang;
    let row = |entry: &data::ListEntry| {
        let name = match entry.rank {
            Some(rank) => format!("{rank}  {}", entry.name),
            None => entry.name.clone(),
        };
        TextRow { name, cells: vec![super::super::count(lang, entry.students)], is_sum: false }
    };
    let most = ((bottom - frame::TOP - 30.0) / table::ROW) as usize;
    let all = data.entries.len() + usize::from(data.rest.0 > 0);
    let fits = if all <= most { data.entries.len() } else { most.saturating_sub(1).min(data.entries.len()) };
    let mut rows: Vec<TextRow> = data.entries[..fits].iter().map(row).collect();
    let rest = data.rest.0 + data.entries.len() - fits;
    if rest > 0 {
        let name = lang.say("whatif-rest", &[("count", &lang.number(rest as u64))]);
        let students: Cell = data.entries[fits..].iter().map(|entry| entry.students).chain([data.rest.1]).sum();
        rows.push(TextRow { name, cells: vec![super::super::count(lang, students)], is_sum: false });
    }
    let table = TextTable {
        names: lang.text(if is_loss { "whatif-list-to" } else { "whatif-list-from" }),
        heads: vec![lang.text("panel-students")],
        rows,
    };
    let place = TablePlace {
        left: panel::LEFT,
        right: panel::RIGHT,
        top: frame::TOP,
        names: panel::RIGHT - panel::LEFT - 110.0,
    };
    table.draw(scene, &place);
}

/// A place on the map: its name, position, kind and municipality.
struct Spot {
    code: Text,
    name: String,
    point: Option<Point>,
    side: Side,
    municipality: Text,
}

struct Places<'a> {
    model: &'a ReportModel,
    market: &'a Market,
    whatif: &'a WhatIf,
}

impl Places<'_> {
    /// The unit of a place; `None` for those who are not placed.
    fn spot(&self, place: Place) -> Option<Spot> {
        match place {
            Place::Offer(offer) => {
                let unit = self.model.registers.unit(self.market.offers[offer as usize].unit)?;
                Some(Spot {
                    code: unit.code.clone(),
                    name: unit.name.to_string(),
                    point: self.model.registers.unit_point(unit),
                    side: Side::of(unit.provider.kind, &unit.provider.code, None),
                    municipality: unit.municipality.clone(),
                })
            }
            Place::New(at) => match &self.whatif.scenario.measures[at] {
                Measure::Open(new) => self.new_spot(new),
                Measure::Close(_) | Measure::Seats(..) => None,
            },
            Place::NoRoom | Place::NoAlternative => None,
        }
    }

    fn new_spot(&self, new: &NewOffer) -> Option<Spot> {
        let like = self.spot(Place::Offer(new.like))?;
        Some(Spot {
            code: new.name.as_str().into(),
            name: new.name.clone(),
            point: self.model.registers.municipality_by_code(&new.place).and_then(|place| place.point),
            side: like.side,
            municipality: new.place.clone(),
        })
    }

    /// The place as a release shows it: the unit, or its municipality.
    fn end(&self, place: Place) -> Option<Spot> {
        let spot = self.spot(place)?;
        if self.model.release() == Release::Internal {
            return Some(spot);
        }
        let municipality = self.model.registers.municipality_by_code(&spot.municipality)?;
        Some(Spot {
            code: municipality.code.clone(),
            name: municipality.name.to_string(),
            point: municipality.point,
            side: Side::Mixed,
            municipality: municipality.code.clone(),
        })
    }

    fn data(&self, moved: &[Moved], is_loss: bool) -> Option<MapData> {
        let mut focus: BTreeMap<Text, (Spot, u64)> = BTreeMap::new();
        let mut ends: BTreeMap<Text, (Spot, u64)> = BTreeMap::new();
        for moved in moved {
            let (here, there) = if is_loss { (moved.from, moved.to) } else { (moved.to, moved.from) };
            for (sums, spot) in [(&mut focus, self.spot(here)), (&mut ends, self.end(there))] {
                if let Some(spot) = spot {
                    sums.entry(spot.code.clone()).or_insert((spot, 0)).1 += moved.students;
                }
            }
        }
        let middle = data::middle(focus.values().filter_map(|(spot, students)| Some((spot.point?, *students))));
        let (largest, _) =
            focus.values().max_by_key(|(spot, students)| (*students, std::cmp::Reverse(&spot.code)))?;
        let names: Vec<&str> = focus.values().map(|(spot, _)| spot.name.as_str()).collect();
        let all = self.model.shown(moved.iter().map(|moved| moved.students).sum());
        let subject = Subject::Unit(largest.code.clone());
        let side = if is_loss { Perspective::Home } else { Perspective::Provider };
        let spec =
            MapSpec { perspective: side, of: subject, by: Some(By::Unit), selection: self.model.market_selection() };
        let totals =
            FlowTotals { all, here: Cell::Missing, elsewhere: all, outside: Cell::Value(0), flows: Vec::new() };
        let mut data = MapData::empty(self.model, &spec, &totals);
        data.name = names.join(", ");
        data.code = largest.municipality.clone();
        data.nodes.push(Node {
            code: largest.code.clone(),
            name: data.name.clone(),
            role: NodeRole::Focus,
            point: middle,
            students: all.value().unwrap_or(0),
            stay: 0,
            side: largest.side,
            tone: Tone::Kind(largest.side),
            change: None,
            rank: None,
            members: 1,
        });
        self.add(&mut data, ends);
        (all != Cell::Hidden && !data.entries.is_empty()).then_some(data)
    }

    /// Adds a line to each of the largest ends that the release shows.
    fn add(&self, data: &mut MapData, ends: BTreeMap<Text, (Spot, u64)>) {
        let is_by_unit = self.model.release() == Release::Internal;
        let candidate = |(spot, students): (Spot, u64)| {
            let students = self.model.shown(students);
            let node = Node {
                code: spot.code,
                name: spot.name,
                role: if is_by_unit { NodeRole::Unit } else { NodeRole::Municipality },
                point: spot.point,
                students: students.value().unwrap_or(0),
                stay: 0,
                side: spot.side,
                tone: Tone::Kind(spot.side),
                change: None,
                rank: None,
                members: 1,
            };
            let place = self.model.registers.municipality_name(&spot.municipality).to_owned();
            Candidate { node, place, group: spot.municipality, students, before: None }
        };
        let mut all: Vec<Candidate> =
            ends.into_values().map(candidate).filter(|c| c.students.value().is_some_and(|n| n > 0)).collect();
        data::sort(&mut all);
        data.flows_all = all.len();
        for (i, mut candidate) in all.into_iter().enumerate() {
            if i < LINES {
                candidate.node.rank = is_by_unit.then_some(i + 1);
                data.show(candidate);
            } else {
                data.leave(candidate);
            }
        }
    }
}
