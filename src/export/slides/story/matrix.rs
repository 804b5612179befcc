//! The region matrix as a table with a heat map.

use super::{Story, head, without_empty};
use crate::export::slides::deck::{Slide, SlideBlock, SlideContent, SlideField, SlideRow, SlideTable};
use crate::model::{ALL, Cell, OUT, Ratio, Text};
use crate::report::{FlowEnds, Matrix, MatrixColumn};

/// Municipalities with their own row and column.
const MOST: usize = 14;

/// The matrix; `None` without students.
pub fn slide(story: &Story<'_>) -> Option<Slide> {
    let context = &story.context;
    let matrix = Matrix::new(story.model, &story.model.selection(), MOST);
    if matrix.rows.is_empty() || matrix.total.value() == Some(0) {
        return None;
    }
    let (table, note) = without_empty(story, table(story, &matrix));
    let slide = story.slide(title(story, &matrix), SlideContent::One(SlideBlock::Table(table)));
    let about = story.picture("charts/region-matrix").map(|picture| picture.description.clone());
    let slide = super::with_caption(slide, note);
    let lead = match matrix.ends {
        FlowEnds::Units => "page-matrix-lead",
        FlowEnds::Municipalities => "page-matrix-lead-places",
    };
    Some(story.noted(slide, [context.t(lead)].into_iter().chain(about), &["cross_provider_share"]))
}

/// The largest flow from one municipality to another.
fn title(story: &Story<'_>, matrix: &Matrix) -> String {
    let context = &story.context;
    let flows = matrix.rows.iter().filter(|home| story.model.in_region(home)).flat_map(|home| {
        matrix.columns.iter().filter_map(move |column| match column {
            MatrixColumn::Municipality(to) if to != home => Some((matrix.cell(home, column)?.value()?, home, to)),
            _ => None,
        })
    });
    // Of equal flows the first, in the order of the matrix.
    let largest = flows.reduce(|best, flow| if flow.0 > best.0 { flow } else { best });
    let Some((students, from, to)) = largest.filter(|(students, ..)| *students > 0) else {
        return context.t("slide-matrix-title-plain");
    };
    let id = match matrix.ends {
        FlowEnds::Units => "slide-matrix-title",
        FlowEnds::Municipalities => "slide-matrix-title-places",
    };
    let texts = [
        ("students", context.lang.number(students)),
        ("from", context.municipality(from)),
        ("to", context.municipality(to)),
    ];
    context.say(id, &texts.each_ref().map(|(key, text)| (*key, &**text)))
}

fn table(story: &Story<'_>, matrix: &Matrix) -> SlideTable {
    let context = &story.context;
    let name = |column: &MatrixColumn| match column {
        MatrixColumn::Municipality(code) => context.municipality(code),
        MatrixColumn::Rest => context.t("matrix-rest"),
        MatrixColumn::Outside => context.t("matrix-outside"),
        MatrixColumn::Independent => context.t("page-matrix-independent"),
        MatrixColumn::PublicOther => context.t("matrix-public-other"),
    };
    let mut heads = vec![head(context.t("page-col-home"), false)];
    heads.extend(matrix.columns.iter().map(|column| head(name(column), true)));
    heads.push(head(context.t("page-total"), true));
    heads.push(head(context.t("page-col-share"), true));
    let share = |code: &str| {
        let row = context.share(story.model.year, code, ALL);
        context.percent(row.map_or(Cell::Missing, |row| row.cross_provider_share))
    };
    let row = |code: &Text| {
        let all = matrix.home(code).all;
        let title = if **code == *Matrix::REST { context.t("matrix-rest") } else { context.municipality(code) };
        let mut fields = vec![SlideField::plain(title)];
        fields.extend(matrix.columns.iter().map(|column| {
            let cell = matrix.cell(code, column);
            let share = cell.map(|cell| cell.zip(all, Ratio::new));
            let shade = share.and_then(super::share::shown_ratio).map_or(0.0, Ratio::to_f64);
            SlideField { text: cell.map_or_else(|| story.model.empty_text(), |cell| context.number(cell)), shade }
        }));
        fields.push(SlideField::plain(context.number(all)));
        fields.push(SlideField::plain(if **code == *OUT { ".".to_owned() } else { share(code) }));
        SlideRow { fields, is_sum: false }
    };
    let mut rows: Vec<SlideRow> = matrix.rows.iter().map(row).collect();
    let sums = matrix.columns.iter().map(|column| context.number(matrix.sums(column).0));
    let texts = [context.t("page-region")].into_iter().chain(sums);
    rows.push(super::sum(texts.chain([context.number(matrix.region.all), share(ALL)])));
    let title = match matrix.ends {
        FlowEnds::Units => "slide-matrix",
        FlowEnds::Municipalities => "slide-matrix-places",
    };
    SlideTable { title: context.t(title), heads, rows }
}
