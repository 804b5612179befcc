//! The region matrix: home municipalities by provider of the unit, with a number and a shade in every cell.

use super::Picture;
use super::fonts::{self, Weight};
use super::frame;
use super::scene::{Anchor, Scene, TextLine};
use super::style::{self, Side};
use crate::graph::Selection;
use crate::model::{Cell, OUT, Ratio, Text};
use crate::report::{FlowEnds, HomeTotals, Matrix, MatrixColumn, ReportModel};
use crate::words::Lang;

/// Maximum number of home municipalities with their own row; the others are summed.
pub const MAX_ROWS: usize = 16;

/// The region matrix.
pub fn of_region(model: &ReportModel) -> Picture {
    let selection = model.selection();
    let matrix = Matrix::new(model, &selection, MAX_ROWS);
    picture(model, &selection, &matrix, "charts/region-matrix".to_owned(), None)
}

/// Positions of rows, columns and margins.
struct MatrixGrid {
    left: f64,
    top: f64,
    wide: f64,
    high: f64,
    sizes: TextSizes,
}

/// Text sizes of the numbers: one for all cells, one for the sums below, one for the totals on the right.
struct TextSizes {
    cells: f64,
    sums: f64,
    totals: f64,
}

impl TextSizes {
    /// The largest sizes at which every number fits its cell.
    fn of(lang: Lang, matrix: &Matrix, wide: f64) -> Self {
        let count = |cell| super::count(lang, cell);
        let cells: Vec<String> = matrix
            .rows
            .iter()
            .flat_map(|r| matrix.columns.iter().filter_map(|c| matrix.cell(r, c)))
            .map(count)
            .collect();
        let sums: Vec<String> = matrix.columns.iter().map(|c| count(matrix.sums(c).1)).collect();
        let totals: Vec<String> =
            matrix.rows.iter().map(|r| count(matrix.home(r).all)).chain([count(matrix.total)]).collect();
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

/// Draws the matrix of a selection under a name, with an additional first note.
pub fn picture(
    model: &ReportModel,
    selection: &Selection,
    matrix: &Matrix,
    name: String,
    note: Option<String>,
) -> Picture {
    let lang = model.lang;
    let mut scene = Scene::default();
    let is_empty = matrix.columns.is_empty();
    if is_empty {
        let text = lang.text("matrix-empty");
        frame::empty(&mut scene, &text);
    } else {
        let rows = matrix.rows.len() as f64 + 1.0;
        let room = style::WIDTH - 2.0 * style::MARGIN - NAMES - TOTAL - SHARE;
        let wide = (room / matrix.columns.len() as f64).min(112.0);
        let grid = MatrixGrid {
            left: style::MARGIN + NAMES,
            top: frame::TOP + HEADER,
            wide,
            sizes: TextSizes::of(lang, matrix, wide),
            high: ((frame::BOTTOM - frame::TOP - HEADER) / rows).min(44.0),
        };
        headers(&mut scene, model, matrix, &grid);
        for (i, row) in matrix.rows.iter().enumerate() {
            self::row(&mut scene, model, matrix, &grid, i, row);
        }
        sums(&mut scene, model, matrix, &grid);
    }
    let HomeTotals { all, own, cross } = matrix.region;
    let title = match matrix.region.cross_provider_share() {
        Cell::Value(share) if share.is_defined() => lang.say("matrix-title", &[("share", &lang.percent(share, 0))]),
        _ => lang.text("chart-region-matrix"),
    };
    let count = |cell: Cell| super::count(lang, cell);
    let description =
        lang.say("matrix-about", &[("total", &count(all)), ("own", &count(own)), ("cross", &count(cross))]);
    let mut notes: Vec<String> = note.into_iter().collect();
    notes.push(lang.text(match matrix.ends {
        FlowEnds::Units => "matrix-note",
        FlowEnds::Municipalities => "matrix-note-places",
    }));
    notes.extend(model.empty_means().map(|most| lang.say("matrix-note-empty", &[("most", &lang.number(most))])));
    if matrix.rows.iter().any(|r| **r == *Matrix::REST) {
        notes.push(lang.say("matrix-note-rest", &[("count", &lang.number(MAX_ROWS as u64))]));
    }
    let frame = frame::Frame { name, title, subtitle: frame::about(model, selection), description, notes };
    frame.close(model, &scene)
}

fn column_name(model: &ReportModel, column: &MatrixColumn) -> String {
    match column {
        MatrixColumn::Municipality(code) => model.registers.municipality_name(code).to_owned(),
        MatrixColumn::Rest => model.lang.text("matrix-rest"),
        MatrixColumn::Outside => model.lang.text("matrix-outside"),
        MatrixColumn::Independent => model.lang.text("side-independent"),
        MatrixColumn::PublicOther => model.lang.text("matrix-public-other"),
    }
}

fn headers(scene: &mut Scene, model: &ReportModel, matrix: &Matrix, grid: &MatrixGrid) {
    for (i, column) in matrix.columns.iter().enumerate() {
        let x = grid.left + (i as f64 + 0.5) * grid.wide;
        let name = fonts::fit(&column_name(model, column), 172.0, style::SMALL, Weight::SemiBold);
        let colour = match column {
            MatrixColumn::Independent => Side::Independent.ink(),
            MatrixColumn::PublicOther => Side::PublicOther.colour(),
            _ => style::INK,
        };
        scene
            .text(&TextLine::new(x - 4.0, grid.top - 12.0, &name).size(style::SMALL).bold().fill(colour).turn(-42.0));
    }
    let end = grid.left + matrix.columns.len() as f64 * grid.wide;
    let right = |x, y, id: &str, scene: &mut Scene| {
        let text = model.lang.text(id);
        scene.text(&TextLine::new(x, y, &text).size(style::SMALL).bold().anchor(Anchor::End));
    };
    right(end + TOTAL, grid.top - 12.0, "matrix-total", scene);
    right(end + TOTAL + SHARE, grid.top - 34.0, "matrix-share-1", scene);
    right(end + TOTAL + SHARE, grid.top - 12.0, "matrix-share-2", scene);
    let text = model.lang.text("matrix-homes");
    scene.text(&TextLine::new(style::MARGIN, grid.top - 12.0, &text).size(style::SMALL).fill(style::MUTED));
}

fn row(scene: &mut Scene, model: &ReportModel, matrix: &Matrix, grid: &MatrixGrid, i: usize, row: &Text) {
    let lang = model.lang;
    let y = grid.top + i as f64 * grid.high;
    let baseline = y + grid.high / 2.0 + 7.0;
    let home = matrix.home(row);
    let is_region = **row != *OUT;
    let name = match &**row {
        OUT => lang.text("outside-region"),
        Matrix::REST => lang.text("matrix-rest"),
        code => model.registers.municipality_name(code).to_owned(),
    };
    let name = fonts::fit(&name, NAMES - 10.0, style::BODY, Weight::Regular);
    scene.text(&TextLine::new(style::MARGIN, baseline, &name));
    for (j, column) in matrix.columns.iter().enumerate() {
        let students = matrix.cell(row, column);
        let x = grid.left + j as f64 * grid.wide;
        // A shade reveals a number too: it needs a published cell and a published total.
        let share = students.unwrap_or(Cell::Value(0)).zip(home.all, |s, a| Ratio::new(s, a).to_f64()).value();
        let shade = share.map(|share| style::shade(&model.theme, share));
        let fill = shade.map_or_else(|| style::SHADE.to_owned(), |shade| shade.to_string());
        scene.rect(x + 1.0, y + 1.0, grid.wide - 2.0, grid.high - 2.0, 3.0, &fill);
        if let Some(students) = students {
            let text = super::count(lang, students);
            let text_look =
                TextLine::new(x + grid.wide / 2.0, baseline, &text).size(grid.sizes.cells).anchor(Anchor::Middle);
            let ink = shade.map_or_else(|| style::INK.to_owned(), |shade| style::ink_on(shade).to_string());
            scene.text(&text_look.fill(&ink).class("cell"));
        }
        if *column == MatrixColumn::Municipality(row.clone()) {
            let look = format!("fill=\"none\" stroke=\"{}\" stroke-width=\"2.5\"", style::INDEPENDENT);
            scene.rect_with(x + 1.5, y + 1.5, grid.wide - 3.0, grid.high - 3.0, 3.0, &look);
        }
    }
    let end = grid.left + matrix.columns.len() as f64 * grid.wide;
    let total = super::count(lang, home.all);
    scene.text(&TextLine::new(end + TOTAL, baseline, &total).size(grid.sizes.totals).bold().anchor(Anchor::End));
    if is_region {
        let share = share_text(lang, home);
        scene.text(&TextLine::new(end + TOTAL + SHARE, baseline, &share).bold().anchor(Anchor::End));
    }
}

fn share_text(lang: Lang, home: HomeTotals) -> String {
    home.cross_provider_share().text(|share| lang.percent(share, 0))
}

/// The margin below: column sums, the total, and the region's share.
fn sums(scene: &mut Scene, model: &ReportModel, matrix: &Matrix, grid: &MatrixGrid) {
    let lang = model.lang;
    let y = grid.top + matrix.rows.len() as f64 * grid.high;
    let baseline = y + grid.high / 2.0 + 8.0;
    let end = grid.left + matrix.columns.len() as f64 * grid.wide;
    scene.line((style::MARGIN, y + 2.0), (end + TOTAL + SHARE, y + 2.0), style::INK, 1.5);
    scene.text(&TextLine::new(style::MARGIN, baseline, &lang.text("matrix-total")).bold());
    for (j, column) in matrix.columns.iter().enumerate() {
        let text = super::count(lang, matrix.sums(column).1);
        let x = grid.left + (j as f64 + 0.5) * grid.wide;
        scene.text(&TextLine::new(x, baseline, &text).size(grid.sizes.sums).bold().anchor(Anchor::Middle));
    }
    let total = super::count(lang, matrix.total);
    scene.text(&TextLine::new(end + TOTAL, baseline, &total).size(grid.sizes.totals).bold().anchor(Anchor::End));
    let share = share_text(lang, matrix.region);
    scene.text(&TextLine::new(end + TOTAL + SHARE, baseline, &share).bold().fill(style::ALERT).anchor(Anchor::End));
}
