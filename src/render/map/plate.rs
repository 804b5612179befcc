//! The kinds of map pictures: one map, a change, two moments side by side, programmes, the whole region.

use std::sync::Arc;

use rayon::prelude::*;

use super::super::scene::{Scene, TextLine};
use super::super::{Picture, frame, legible, matrix, style};
use super::data::{MapData, Quantity};
use super::gather::gather;
use super::ground::Ground;
use super::sheet::{self, MapSheet, Tile};
use super::stage::Stage;
use super::{By, MapScale, MapSpec, change, draw, lists, net, panel, texts};
use crate::graph::{Programmes, Selection};
use crate::model::{Cell, Perspective, Programme, ProgrammeKind, Ratio, Text};
use crate::report::{Matrix, ReportModel, Subject};
use crate::words::capital;

/// A picture with a map.
#[derive(Debug, Clone, PartialEq)]
pub enum Plate {
    /// A dependency map.
    Single(MapSpec),
    /// The change since another moment, as a map of increases and decreases.
    Change(MapSpec, Selection),
    /// The map at another moment and now, side by side.
    Pair(MapSpec, Selection),
    /// A small map for each group of programmes and each programme.
    Programmes(MapSpec),
    /// The region's net flows between municipalities.
    Net(Selection),
}

impl Plate {
    /// The file name without extension.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Single(spec) => spec.name(),
            Self::Change(spec, then) => format!("{}-change-{}", spec.name(), moment(&spec.selection, then)),
            Self::Pair(spec, then) => format!("{}-beside-{}", spec.name(), moment(&spec.selection, then)),
            Self::Programmes(spec) => format!("{}-programmes", spec.name()),
            Self::Net(selection) => format!("maps/region-net{}", super::programme_part(&selection.programmes)),
        }
    }

    /// The same kind of picture for the municipalities of the region that are not in `drawn`.
    fn of_others(&self, model: &ReportModel, drawn: &[Self]) -> Vec<Self> {
        let with = |code: &Text| {
            let of = |spec: &MapSpec| MapSpec { of: Subject::Place(code.clone()), ..spec.clone() };
            match self {
                Self::Single(spec) => Some(Self::Single(of(spec))),
                Self::Change(spec, then) => Some(Self::Change(of(spec), then.clone())),
                Self::Pair(..) | Self::Programmes(_) | Self::Net(_) => None,
            }
        };
        match self {
            Self::Single(spec) | Self::Change(spec, _) if !matches!(spec.of, Subject::Place(_)) => return Vec::new(),
            _ => {}
        }
        model.region.municipalities.iter().filter_map(with).filter(|plate| !drawn.contains(plate)).collect()
    }

    /// The properties that maps share with all others of their scale: kind, side and selection.
    fn series(&self) -> (u8, Option<MapSpec>, Option<&Selection>) {
        // Municipalities form one series; a provider or a unit forms its own.
        let any = |spec: &MapSpec| match &spec.of {
            Subject::Place(_) => Some(MapSpec { of: Subject::Place(Text::word(&"")), ..spec.clone() }),
            Subject::Provider(_) | Subject::Unit(_) => Some(spec.clone()),
        };
        match self {
            Self::Single(spec) => (0, any(spec), None),
            Self::Change(spec, then) => (1, any(spec), Some(then)),
            Self::Pair(spec, then) => (2, any(spec), Some(then)),
            Self::Programmes(spec) => (3, any(spec), None),
            Self::Net(selection) => (4, None, Some(selection)),
        }
    }
}

/// The other moment in a file name: its year, or its snapshot within the same year.
fn moment(now: &Selection, then: &Selection) -> String {
    let year = (now.year != then.year).then(|| then.year.to_string());
    let snapshot = (now.snapshot != then.snapshot).then(|| then.snapshot.as_str().to_owned());
    [year, snapshot].into_iter().flatten().collect::<Vec<_>>().join("-")
}

/// Draws pictures in order. Adjacent pictures of one series share their scale.
#[must_use]
pub fn plates(model: &ReportModel, plates: &[Plate]) -> Vec<Picture> {
    let model = &*legible(model);
    let ground = Arc::new(Ground::new(model, &Stage::whole()));
    let groups: Vec<&[Plate]> = plates.chunk_by(|a, b| a.series() == b.series()).collect();
    groups.into_par_iter().flat_map_iter(|group| draw_series(model, group, &ground)).collect()
}

fn draw_series(model: &ReportModel, group: &[Plate], ground: &Arc<Ground>) -> Vec<Picture> {
    let data = |plate: &Plate| match plate {
        Plate::Single(spec) => Some(gather(model, spec)),
        Plate::Change(spec, then) => Some(change::data(model, spec, then)),
        Plate::Net(selection) => Some(net::data(model, selection)),
        // These have several maps each, with a separate scale.
        Plate::Pair(..) | Plate::Programmes(_) => None,
    };
    // A series includes all municipalities of the region, drawn or not.
    let mut series = group.to_vec();
    series.extend(group.first().into_iter().flat_map(|plate| plate.of_others(model, group)));
    let all: Vec<MapData> = series.par_iter().filter_map(data).collect();
    let scale = MapScale::of_series(&all, Arc::clone(ground));
    let draw = |(i, plate): (usize, &Plate)| match plate {
        Plate::Single(spec) => draw::picture(model, spec, &scale, &all[i]),
        Plate::Change(spec, _) => changed(model, plate, spec, &scale, &all[i]),
        Plate::Net(selection) => netted(model, plate, selection, &scale, &all[i]),
        Plate::Pair(spec, then) => pair(model, plate, spec, then),
        Plate::Programmes(spec) => programmes(model, plate, spec),
    };
    group.par_iter().enumerate().map(draw).collect()
}

/// One map that fills a picture, with its list beside it.
fn alone(
    model: &ReportModel,
    plate: &Plate,
    scale: &MapScale,
    data: &MapData,
    list: impl FnOnce(&mut Scene, f64),
    subtitle: String,
) -> Picture {
    let mut scene = Scene::default();
    if data.nodes.is_empty() {
        let text = model.lang.text(&model.none_or_hidden("map-no-flows"));
        scene.text(&TextLine::new(panel::LEFT, frame::TOP + 40.0, &text).size(style::LABEL).class("empty"));
    }
    let (layout, drawn) = draw::beside_list(&mut scene, model, scale, data, &plate.name(), |scene, bottom| {
        if !data.nodes.is_empty() {
            list(scene, bottom);
        }
    });
    let frame = frame::Frame {
        name: plate.name(),
        title: texts::title(model, data),
        subtitle,
        description: texts::description(model, data),
        notes: texts::notes(model, scale, data, &layout, drawn.unlabelled),
    };
    Picture { marks: drawn.marks, ..frame.close(model, &scene) }
}

fn changed(model: &ReportModel, plate: &Plate, spec: &MapSpec, scale: &MapScale, data: &MapData) -> Picture {
    let list = |scene: &mut Scene, bottom| match &data.shows {
        Quantity::Change(before) => lists::changed(scene, model, data, (&spec.selection, before), bottom),
        Quantity::Students | Quantity::Net => {}
    };
    let subtitle = match &data.shows {
        Quantity::Change(before) => frame::about_both(model, &before.selection, &spec.selection),
        Quantity::Students | Quantity::Net => frame::about(model, &spec.selection),
    };
    alone(model, plate, scale, data, list, subtitle)
}

fn netted(model: &ReportModel, plate: &Plate, selection: &Selection, scale: &MapScale, data: &MapData) -> Picture {
    if net::is_too_dense(data) {
        let matrix = Matrix::new(model, selection, matrix::MAX_ROWS);
        let note = texts::too_dense(model, data);
        return matrix::picture(model, selection, &matrix, plate.name(), Some(note));
    }
    let list = |scene: &mut Scene, bottom| lists::net(scene, model, &net::rows(model, selection), bottom);
    let picture = alone(model, plate, scale, data, list, frame::about(model, selection));
    Picture { is_empty: data.nodes.is_empty(), ..picture }
}

/// Comparisons are by municipality: signs with numbers would need a list.
fn by_municipality(spec: &MapSpec) -> MapSpec {
    MapSpec { by: Some(By::Municipality), ..spec.clone() }
}

fn pair(model: &ReportModel, plate: &Plate, spec: &MapSpec, then: &Selection) -> Picture {
    let now = by_municipality(spec);
    let then = MapSpec { selection: then.clone(), ..now.clone() };
    let tile = |spec: &MapSpec| {
        let data = gather(model, spec);
        let head = capital(&frame::moment(model.lang, &spec.selection));
        Tile { sub: texts::in_short(model, &data), head, is_programme: false, data }
    };
    let tiles = vec![tile(&then), tile(&now)];
    let title = texts::both(model, &tiles[0].data, &tiles[1].data, &then.selection);
    let sheet = MapSheet {
        name: plate.name(),
        title,
        subtitle: frame::about_both(model, &then.selection, &now.selection),
        notes: vec![model.lang.text(match spec.perspective {
            Perspective::Home => "note-pair-home",
            Perspective::Provider => "note-pair-provider",
        })],
        tiles,
    };
    sheet::draw(model, sheet)
}

fn programmes(model: &ReportModel, plate: &Plate, spec: &MapSpec) -> Picture {
    let spec = by_municipality(spec);
    let population = model.population;
    let mut found: Vec<&Programme> =
        model.registers.programmes().filter(|p| population.includes(Some(p.kind))).collect();
    found.sort_by(|a, b| (a.kind, &a.code).cmp(&(b.kind, &b.code)));
    let kinds: Vec<ProgrammeKind> =
        ProgrammeKind::ALL.into_iter().filter(|kind| population.includes(Some(*kind))).collect();
    let groups = kinds.into_iter().map(Programmes::Group);
    let all = groups.chain(found.into_iter().map(|programme| Programmes::One(programme.code.clone())));
    let tile = |programmes: Programmes| {
        let head = match &programmes {
            Programmes::One(code) => {
                let name = model.registers.programme_by_code(code).map_or("", |programme| &*programme.name);
                format!("{code} {name}")
            }
            group => frame::programmes(model, group),
        };
        let is_programme = matches!(programmes, Programmes::One(_));
        let selection = Selection { programmes, ..spec.selection.clone() };
        let data = gather(model, &MapSpec { selection, ..spec.clone() });
        Tile { sub: texts::in_short(model, &data), head, is_programme, data }
    };
    let mut tiles: Vec<Tile> = all.map(tile).filter(|tile| tile.data.total != Cell::Value(0)).collect();
    let small = leave_small(&mut tiles);
    // The title gives the largest share of a programme: groups say less, and few students say nothing.
    let total = tiles.iter().filter_map(|tile| tile.data.total.value()).max().unwrap_or(0);
    let share = |tile: &Tile| {
        let share = tile.data.part().zip(tile.data.total, Ratio::new).value().filter(|share| share.is_defined())?;
        let is_large = tile.data.total.value().is_some_and(|students| students * 50 >= total);
        (tile.is_programme && is_large).then_some(share)
    };
    let shares = tiles.iter().filter_map(|tile| Some((&*tile.head, share(tile)?)));
    let most = shares.max_by(|a, b| a.1.to_f64().total_cmp(&b.1.to_f64()).then_with(|| b.0.cmp(a.0)));
    let all = gather(model, &spec);
    let title = texts::programmes(model, &all, most);
    let lang = model.lang;
    let mut notes = vec![lang.text(match spec.perspective {
        Perspective::Home => "note-programmes-home",
        Perspective::Provider => "note-programmes-provider",
    })];
    if !small.is_empty() {
        notes.push(lang.say("note-programmes-left", &[("names", &small.join(", "))]));
    }
    let sheet = MapSheet { name: plate.name(), title, subtitle: frame::about(model, &spec.selection), notes, tiles };
    sheet::draw(model, sheet)
}

/// Maximum number of maps by programme on a picture.
const MAX_TILES: usize = 14;

/// Removes the programmes with the fewest students; returns their codes.
fn leave_small(tiles: &mut Vec<Tile>) -> Vec<String> {
    let mut sizes: Vec<(u64, usize)> = (0..tiles.len())
        .filter(|i| tiles[*i].is_programme)
        .map(|i| (tiles[i].data.total.value().unwrap_or(0), i))
        .collect();
    sizes.sort_unstable();
    sizes.truncate(tiles.len().saturating_sub(MAX_TILES));
    let left: Vec<usize> = sizes.into_iter().map(|(_, i)| i).collect();
    let code = |i: usize| tiles[i].head.split(' ').next().unwrap_or_default().to_owned();
    let mut codes: Vec<String> = left.iter().map(|i| code(*i)).collect();
    codes.sort();
    let mut number = 0..;
    tiles.retain(|_| number.next().is_some_and(|i| !left.contains(&i)));
    codes
}

#[cfg(test)]
mod tests;
