//! The region matrix: home municipalities by who runs the unit, a number and a shade in every cell.

use std::collections::{BTreeMap, BTreeSet};

use super::fonts::{self, Weight};
use super::frame;
use super::scene::{Anchor, Scene, Text};
use super::style::{self, Side};
use super::{Chart, Picture};
use crate::graph::Node;
use crate::model::{Cell, OUT, ProviderKind, Ratio, Text as Code};
use crate::report::ReportModel;
use crate::words::Lang;

/// Most home municipalities that get a row of their own; the others are summed.
const MAX_ROWS: usize = 16;
/// The code of the row and column of all other municipalities of the region.
const REST: &str = "REST";

/// The region matrix.
pub struct FlowMatrix;

impl Chart for FlowMatrix {
    fn id(&self) -> &'static str {
        "region-matrix"
    }

    fn title(&self, lang: Lang) -> String {
        lang.text("chart-region-matrix")
    }

    fn description(&self, lang: Lang) -> String {
        lang.attribute("chart-region-matrix", "about", &[]).unwrap_or_default()
    }

    fn draw(&self, model: &ReportModel) -> Vec<Picture> {
        vec![picture(model, &Matrix::new(model))]
    }
}

/// A column: who runs the unit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    /// A municipality of the region.
    Municipality(Code),
    /// All further municipalities of the region.
    Rest,
    /// A municipality outside the region.
    Outside,
    /// Independent providers, wherever the unit lies.
    Independent,
    /// Region, state and federations.
    PublicOther,
}

/// The counts by home (`OUT`: outside the region) and column.
struct Matrix {
    rows: Vec<Code>,
    columns: Vec<Column>,
    cells: BTreeMap<(Code, Column), Cell>,
    /// By home: all students and those of the own municipality's units.
    homes: BTreeMap<Code, (Cell, Cell)>,
}

fn add(sum: &mut Cell, more: Cell) {
    *sum = sum.zip(more, |a, b| a + b);
}

impl Matrix {
    /// The students of a column over all homes.
    fn column_sum(&self, column: &Column) -> Cell {
        self.rows.iter().map(|row| self.cell(row, column)).sum()
    }

    /// All students.
    fn total(&self) -> Cell {
        self.rows.iter().map(|row| self.home(row).0).sum()
    }

    fn new(model: &ReportModel) -> Self {
        let flows = flows(model);
        let mut sizes: BTreeMap<&Code, u64> = model.region.municipalities.iter().map(|m| (m, 0)).collect();
        for (home, _, students) in &flows {
            if let Some(size) = sizes.get_mut(home) {
                *size += students.value().unwrap_or(0);
            }
        }
        let mut order: Vec<&Code> = sizes.keys().copied().collect();
        order.sort_by(|a, b| sizes[b].cmp(&sizes[a]).then_with(|| a.cmp(b)));
        let own: BTreeSet<&Code> = order.iter().take(MAX_ROWS).copied().collect();
        let mut out = Self { rows: Vec::new(), columns: Vec::new(), cells: BTreeMap::new(), homes: BTreeMap::new() };
        let mut used: BTreeSet<Column> = BTreeSet::new();
        for (home, unit, students) in flows.iter().filter(|f| f.2 != Cell::Value(0)) {
            let Some(unit) = model.registers.unit_by_code(unit) else { continue };
            let column = match unit.provider.kind {
                ProviderKind::Independent => Column::Independent,
                ProviderKind::Municipal if own.contains(&unit.provider.code) => {
                    Column::Municipality(unit.provider.code.clone())
                }
                ProviderKind::Municipal if model.in_region(&unit.provider.code) => Column::Rest,
                ProviderKind::Municipal => Column::Outside,
                _ => Column::PublicOther,
            };
            let row: Code = if own.contains(home) {
                home.clone()
            } else if model.in_region(home) {
                REST.into()
            } else {
                OUT.into()
            };
            let (all, at_home) = out.homes.entry(row.clone()).or_insert((Cell::Value(0), Cell::Value(0)));
            add(all, *students);
            if unit.provider.kind == ProviderKind::Municipal && unit.provider.code == *home {
                add(at_home, *students);
            }
            used.insert(column.clone());
            add(out.cells.entry((row, column)).or_insert(Cell::Value(0)), *students);
        }
        out.rows = order.iter().take(MAX_ROWS).map(|c| (*c).clone()).collect();
        out.rows.extend([REST, OUT].map(Code::from).into_iter().filter(|c| out.homes.contains_key(c)));
        out.columns = out.rows.iter().map(|c| Column::Municipality(c.clone())).filter(|c| used.contains(c)).collect();
        let last = [Column::Rest, Column::Outside, Column::Independent, Column::PublicOther];
        out.columns.extend(last.into_iter().filter(|c| used.contains(c)));
        out
    }

    fn cell(&self, row: &Code, column: &Column) -> Cell {
        self.cells.get(&(row.clone(), column.clone())).copied().unwrap_or(Cell::Value(0))
    }

    fn home(&self, row: &Code) -> (Cell, Cell) {
        self.homes.get(row).copied().unwrap_or((Cell::Value(0), Cell::Value(0)))
    }

    /// All students of the region and those with their own municipality.
    fn region(&self) -> (Cell, Cell) {
        let homes = || self.rows.iter().filter(|r| ***r != *OUT).map(|r| self.home(r));
        (homes().map(|h| h.0).sum(), homes().map(|h| h.1).sum())
    }
}

/// The flows of the selection: home, unit, students.
fn flows(model: &ReportModel) -> Vec<(Code, Code, Cell)> {
    let selection = model.selection();
    let graph = model.graph();
    let mut homes: Vec<&Code> = graph
        .petgraph()
        .node_weights()
        .filter_map(|n| if let Node::Home(code) = n { Some(code) } else { None })
        .filter(|code| model.registers.municipality_by_code(code).is_some())
        .collect();
    homes.sort_unstable();
    homes
        .into_iter()
        .flat_map(|home| {
            graph
                .destinations(home, &selection, &model.registers)
                .into_iter()
                .map(|(unit, students)| (home.clone(), unit, students))
        })
        .collect()
}

/// Where rows, columns and margins lie.
struct Grid {
    left: f64,
    top: f64,
    wide: f64,
    high: f64,
    sizes: Sizes,
}

/// Sizes of the numbers: one for all cells, one for the sums below, one for the totals at the right.
struct Sizes {
    cells: f64,
    sums: f64,
    totals: f64,
}

impl Sizes {
    /// Sizes at which every number has room in its place.
    fn of(lang: Lang, matrix: &Matrix, wide: f64) -> Self {
        let count = |cell| super::count(lang, cell);
        let cells: Vec<String> =
            matrix.rows.iter().flat_map(|r| matrix.columns.iter().map(|c| count(matrix.cell(r, c)))).collect();
        let sums: Vec<String> = matrix.columns.iter().map(|c| count(matrix.column_sum(c))).collect();
        let totals: Vec<String> =
            matrix.rows.iter().map(|r| count(matrix.home(r).0)).chain([count(matrix.total())]).collect();
        let size = |texts: &[String], room, size, weight| {
            fonts::size_for(texts.iter().map(String::as_str), room, size, weight)
        };
        Self {
            cells: size(&cells, wide - 6.0, style::BODY, Weight::Regular),
            sums: size(&sums, wide - 4.0, style::SMALL, Weight::SemiBold),
            totals: size(&totals, TOTAL - 10.0, style::BODY, Weight::SemiBold),
        }
    }
}

const NAMES: f64 = 200.0;
const HEADER: f64 = 122.0;
const TOTAL: f64 = 100.0;
const SHARE: f64 = 112.0;

fn picture(model: &ReportModel, matrix: &Matrix) -> Picture {
    let lang = model.lang;
    let mut scene = Scene::default();
    let is_empty = matrix.columns.is_empty();
    if is_empty {
        let text = lang.text("matrix-empty");
        scene.text(&Text::new(style::MARGIN, frame::TOP + 60.0, &text).size(28.0).class("empty"));
    } else {
        let rows = matrix.rows.len() as f64 + 1.0;
        let room = style::WIDTH - 2.0 * style::MARGIN - NAMES - TOTAL - SHARE;
        let wide = (room / matrix.columns.len() as f64).min(112.0);
        let grid = Grid {
            left: style::MARGIN + NAMES,
            top: frame::TOP + HEADER,
            wide,
            sizes: Sizes::of(lang, matrix, wide),
            high: ((frame::BOTTOM - frame::TOP - HEADER) / rows).min(44.0),
        };
        headers(&mut scene, model, matrix, &grid);
        for (i, row) in matrix.rows.iter().enumerate() {
            self::row(&mut scene, model, matrix, &grid, i, row);
        }
        sums(&mut scene, model, matrix, &grid);
    }
    let (all, own) = matrix.region();
    let cross = all.zip(own, |a, o| Ratio::new(a - o, a));
    let title = match cross {
        Cell::Value(share) if share.is_defined() => lang.say("matrix-title", &[("share", &lang.percent(share, 0))]),
        _ => lang.text("chart-region-matrix"),
    };
    let count = |cell: Cell| super::count(lang, cell);
    let description = lang.say(
        "matrix-about",
        &[("total", &count(all)), ("own", &count(own)), ("cross", &count(all.zip(own, |a, o| a - o)))],
    );
    let mut notes = vec![lang.text("matrix-note")];
    if matrix.rows.iter().any(|r| **r == *REST) {
        notes.push(lang.say("matrix-note-rest", &[("count", &lang.number(MAX_ROWS as u64))]));
    }
    let frame = frame::Frame {
        name: "charts/region-matrix".to_owned(),
        title,
        subtitle: frame::about(model, &model.selection()),
        description,
        notes,
    };
    frame.close(model, &scene)
}

fn column_name(model: &ReportModel, column: &Column) -> String {
    match column {
        Column::Municipality(code) => model.registers.municipality_name(code).to_owned(),
        Column::Rest => model.lang.text("matrix-rest"),
        Column::Outside => model.lang.text("matrix-outside"),
        Column::Independent => model.lang.text("side-independent"),
        Column::PublicOther => model.lang.text("matrix-public-other"),
    }
}

fn headers(scene: &mut Scene, model: &ReportModel, matrix: &Matrix, grid: &Grid) {
    for (i, column) in matrix.columns.iter().enumerate() {
        let x = grid.left + (i as f64 + 0.5) * grid.wide;
        let name = fonts::fit(&column_name(model, column), 172.0, style::SMALL, Weight::SemiBold);
        let colour = match column {
            Column::Independent => Side::Independent.ink(),
            Column::PublicOther => Side::PublicOther.colour(),
            _ => style::INK,
        };
        scene.text(&Text::new(x - 4.0, grid.top - 12.0, &name).size(style::SMALL).bold().fill(colour).turn(-42.0));
    }
    let end = grid.left + matrix.columns.len() as f64 * grid.wide;
    let right = |x, y, id: &str, scene: &mut Scene| {
        let text = model.lang.text(id);
        scene.text(&Text::new(x, y, &text).size(style::SMALL).bold().anchor(Anchor::End));
    };
    right(end + TOTAL, grid.top - 12.0, "matrix-total", scene);
    right(end + TOTAL + SHARE, grid.top - 34.0, "matrix-share-1", scene);
    right(end + TOTAL + SHARE, grid.top - 12.0, "matrix-share-2", scene);
    let text = model.lang.text("matrix-homes");
    scene.text(&Text::new(style::MARGIN, grid.top - 12.0, &text).size(style::SMALL).fill(style::MUTED));
}

fn row(scene: &mut Scene, model: &ReportModel, matrix: &Matrix, grid: &Grid, i: usize, row: &Code) {
    let lang = model.lang;
    let y = grid.top + i as f64 * grid.high;
    let baseline = y + grid.high / 2.0 + 7.0;
    let (all, own) = matrix.home(row);
    let is_region = **row != *OUT;
    let name = match &**row {
        OUT => lang.text("outside-region"),
        REST => lang.text("matrix-rest"),
        code => model.registers.municipality_name(code).to_owned(),
    };
    let name = fonts::fit(&name, NAMES - 10.0, style::BODY, Weight::Regular);
    scene.text(&Text::new(style::MARGIN, baseline, &name));
    for (j, column) in matrix.columns.iter().enumerate() {
        let students = matrix.cell(row, column);
        let x = grid.left + j as f64 * grid.wide;
        // A shade is a number too: without a visible cell and a visible total there is none.
        let share = students.zip(all, |s, a| Ratio::new(s, a).to_f64()).value();
        let fill = share.map_or_else(|| style::SHADE.to_owned(), style::shade);
        scene.rect(x + 1.0, y + 1.0, grid.wide - 2.0, grid.high - 2.0, 3.0, &fill);
        if students != Cell::Value(0) {
            let text = super::count(lang, students);
            let text_look =
                Text::new(x + grid.wide / 2.0, baseline, &text).size(grid.sizes.cells).anchor(Anchor::Middle);
            scene.text(&text_look.fill(style::ink_on(share.unwrap_or(0.0))).class("cell"));
        }
        if *column == Column::Municipality(row.clone()) {
            let look = format!("fill=\"none\" stroke=\"{}\" stroke-width=\"2.5\"", style::INDEPENDENT);
            scene.rect_with(x + 1.5, y + 1.5, grid.wide - 3.0, grid.high - 3.0, 3.0, &look);
        }
    }
    let end = grid.left + matrix.columns.len() as f64 * grid.wide;
    let total = super::count(lang, all);
    scene.text(&Text::new(end + TOTAL, baseline, &total).size(grid.sizes.totals).bold().anchor(Anchor::End));
    if is_region {
        let share = share_text(lang, all, own);
        scene.text(&Text::new(end + TOTAL + SHARE, baseline, &share).bold().anchor(Anchor::End));
    }
}

fn share_text(lang: Lang, all: Cell, own: Cell) -> String {
    match all.zip(own, |a, o| Ratio::new(a - o, a)) {
        Cell::Value(share) => lang.percent(share, 0),
        Cell::Hidden => "..".to_owned(),
        Cell::Missing => ".".to_owned(),
    }
}

/// The margin below: sums of columns, everything, and the region's share.
fn sums(scene: &mut Scene, model: &ReportModel, matrix: &Matrix, grid: &Grid) {
    let lang = model.lang;
    let y = grid.top + matrix.rows.len() as f64 * grid.high;
    let baseline = y + grid.high / 2.0 + 8.0;
    let end = grid.left + matrix.columns.len() as f64 * grid.wide;
    scene.line((style::MARGIN, y + 2.0), (end + TOTAL + SHARE, y + 2.0), style::INK, 1.5);
    scene.text(&Text::new(style::MARGIN, baseline, &lang.text("matrix-total")).bold());
    for (j, column) in matrix.columns.iter().enumerate() {
        let text = super::count(lang, matrix.column_sum(column));
        let x = grid.left + (j as f64 + 0.5) * grid.wide;
        scene.text(&Text::new(x, baseline, &text).size(grid.sizes.sums).bold().anchor(Anchor::Middle));
    }
    let total = super::count(lang, matrix.total());
    scene.text(&Text::new(end + TOTAL, baseline, &total).size(grid.sizes.totals).bold().anchor(Anchor::End));
    let (all, own) = matrix.region();
    let share = share_text(lang, all, own);
    scene.text(&Text::new(end + TOTAL + SHARE, baseline, &share).bold().fill(style::ALERT).anchor(Anchor::End));
}
