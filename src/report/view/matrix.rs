//! The region matrix: homes by where their students study, as a picture and as a table.

use serde::Serialize;

use super::context::Context;
use super::table::{SectionFigure, TableField, ViewRow, ViewTable};
use crate::model::{ALL, Cell, OUT, Text};
use crate::report::{FlowEnds, Matrix, MatrixColumn};

/// Maximum number of municipalities with their own row and column on the page of a large region.
const IN_MATRIX: usize = 20;

/// The section.
#[derive(Debug, Clone, Serialize)]
pub struct MatrixSection {
    figure: SectionFigure,
    net: SectionFigure,
    sankey: SectionFigure,
    lead: String,
    table: ViewTable,
}

impl MatrixSection {
    /// The section of a report.
    #[must_use]
    pub fn new(context: &Context<'_>) -> Self {
        let most = if context.is_short() { IN_MATRIX } else { usize::MAX };
        let matrix = Matrix::new(context.model, &context.model.selection(), most);
        let lead = match matrix.ends {
            FlowEnds::Units => "page-matrix-lead",
            FlowEnds::Municipalities => "page-matrix-lead-places",
        };
        Self {
            figure: SectionFigure::new("charts/region-matrix"),
            net: SectionFigure::new("maps/region-net"),
            sankey: SectionFigure::new("charts/sankey"),
            lead: context.t(lead),
            table: table(context, &matrix),
        }
    }
}

fn table(context: &Context<'_>, matrix: &Matrix) -> ViewTable {
    // An empty column means that the municipality has no students there: it runs no school, or none in this selection.
    let named: Vec<&Text> = if context.is_short() {
        matrix.rows.iter().filter(|code| context.model.in_region(code)).collect()
    } else {
        context.municipalities().to_vec()
    };
    let all = context.municipalities().len();
    let others = || context.say("page-rest-homes", &[("count", &context.lang.number((all - named.len()) as u64))]);
    let of_municipalities = named.iter().map(|code| MatrixColumn::Municipality((*code).clone()));
    let last = [MatrixColumn::Rest, MatrixColumn::Outside, MatrixColumn::Independent, MatrixColumn::PublicOther];
    let columns: Vec<MatrixColumn> =
        of_municipalities.chain(last).filter(|column| matrix.columns.contains(column)).collect();
    let head = |column: &MatrixColumn| match column {
        MatrixColumn::Municipality(code) => context.municipality(code),
        MatrixColumn::Rest => others(),
        MatrixColumn::Outside => context.t("page-matrix-outside"),
        MatrixColumn::Independent => context.t("page-matrix-independent"),
        MatrixColumn::PublicOther => context.t("page-matrix-region-state"),
    };
    let row = |field: TableField, cells: &dyn Fn(&MatrixColumn) -> Option<Cell>, total: Cell, share: TableField| {
        let mut fields = vec![field];
        fields.extend(columns.iter().map(|column| {
            cells(column).map_or_else(|| TableField::text(context.model.empty_text()), |cell| context.count(cell))
        }));
        fields.extend([context.count(total), share]);
        fields
    };
    let share = |code: &str| {
        let row = context.share(context.model.year, code, ALL);
        TableField::percent(context.model, row.map_or(Cell::Missing, |row| row.cross_provider_share))
    };
    let home = |code: &Text| {
        let cells = |column: &MatrixColumn| matrix.cell(code, column);
        row(context.municipality_field(code), &cells, matrix.home(code).all, share(code))
    };
    let mut rows: Vec<ViewRow> = named.iter().map(|code| ViewRow::new(home(code))).collect();
    if all > named.len() {
        let rest = Text::from(Matrix::REST);
        let cells = |column: &MatrixColumn| matrix.cell(&rest, column);
        let sums = matrix.home(&rest);
        let share = TableField::percent(context.model, sums.cross_provider_share());
        rows.push(ViewRow::rest(row(TableField::text(others()), &cells, sums.all, share)));
    }
    let sums = |column: &MatrixColumn| Some(matrix.sums(column).0);
    let region = row(TableField::text(context.t("page-region")), &sums, matrix.region.all, share(ALL));
    let outside = Text::word(&OUT);
    let cells = |column: &MatrixColumn| matrix.cell(&outside, column);
    let missing = TableField::percent(context.model, Cell::Missing);
    let outside = row(TableField::text(context.t("page-outside")), &cells, matrix.home(&outside).all, missing);

    let [home, total, share] = context.words(["col-home", "total", "col-share"]);
    let numbers: Vec<String> = columns.iter().map(head).chain([total, share]).collect();
    let caption = match matrix.ends {
        FlowEnds::Units => "page-matrix-caption",
        FlowEnds::Municipalities => "page-matrix-caption-places",
    };
    let caption = context.say(caption, &[("scope", &context.scope())]);
    let empty =
        context.model.empty_means().map(|most| context.say("matrix-note-empty", &[("most", &most.to_string())]));
    let caption = [Some(caption), empty].into_iter().flatten().collect::<Vec<_>>().join(". ");
    let caption = if all > named.len() {
        context.left(caption, "page-largest-and-rest", (named.len(), all), "flows")
    } else {
        caption
    };
    ViewTable::new("matrix-table", caption, &[home], &numbers)
        .group("", rows)
        .group("", vec![ViewRow::total(region), ViewRow::rest(outside)])
}
