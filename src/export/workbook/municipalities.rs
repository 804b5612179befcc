//! The municipalities side by side, a row each, and native charts of published values: the share with another provider
//! and the net flow, each sorted.

use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartFormat, ChartSolidFill, ChartType, Table, TableColumn, TableStyle, Worksheet,
    XlsxError,
};

use super::sheet::{head_of, share_bar, value};
use super::{BookWriter, HEADS, HIGH};
use crate::model::{ALL, Cell, Ratio, Text};
use crate::report::ReportModel;
use crate::tables::{BalanceRow, ColumnKind, ConcentrationRow, ShareRow, Tables, Value};
use crate::words::sort_key;

/// The rows of a municipality or of the region for the report year.
struct MunicipalityLine<'m> {
    code: Text,
    name: String,
    share: Option<&'m ShareRow>,
    balance: Option<&'m BalanceRow>,
    concentration: Option<&'m ConcentrationRow>,
}

impl<'m> MunicipalityLine<'m> {
    fn of(model: &'m ReportModel, code: &Text) -> Self {
        let selection = model.selection();
        let is_of = |row: &&ConcentrationRow| selection.is_of(row.snapshot, row.year, row.population);
        let name = if **code == *ALL {
            model.region.name.clone()
        } else {
            model.registers.municipality_name(code).to_owned()
        };
        Self {
            name,
            share: model.share(code, &selection),
            balance: model.balance(code, &selection),
            concentration: model.tables.get().concentration.iter().filter(is_of).find(|row| row.home == *code),
            code: code.clone(),
        }
    }

    fn cross_share(&self) -> Cell<Ratio> {
        self.share.map_or(Cell::Missing, |row| row.cross_provider_share)
    }

    fn net(&self) -> Cell<i64> {
        self.balance.map_or(Cell::Missing, |row| row.net)
    }
}

/// A column: its name in the tables, and its value.
type ValueColumn = (&'static str, fn(&MunicipalityLine<'_>) -> Value);

/// The column kind in the tables, by name.
fn kind_of(name: &str) -> ColumnKind {
    let tables = Tables::list();
    let column = tables.iter().flat_map(|table| table.columns).find(|column| column.name == name);
    column.map_or(ColumnKind::Text, |column| column.kind)
}

fn of_share(line: &MunicipalityLine<'_>, count: fn(&ShareRow) -> Cell) -> Value {
    Value::Count(line.share.map_or(Cell::Missing, count))
}

fn of_balance(line: &MunicipalityLine<'_>, count: fn(&BalanceRow) -> Cell) -> Value {
    Value::Count(line.balance.map_or(Cell::Missing, count))
}

const COLUMNS: &[ValueColumn] = &[
    ("students", |line| of_share(line, |row| row.students)),
    ("own_provider", |line| of_share(line, |row| row.own_provider)),
    ("other_municipality", |line| of_share(line, |row| row.other_municipality)),
    ("independent_home", |line| of_share(line, |row| row.independent_home)),
    ("independent_elsewhere", |line| of_share(line, |row| row.independent_elsewhere)),
    ("region_state", |line| of_share(line, |row| row.region_state)),
    ("cross_provider", |line| of_share(line, |row| row.cross_provider)),
    ("cross_provider_share", |line| Value::Ratio(line.cross_share())),
    ("effective_providers", |line| {
        Value::Ratio(line.concentration.map_or(Cell::Missing, |row| row.effective_providers))
    }),
    ("stay", |line| of_balance(line, |row| row.stay)),
    ("out", |line| of_balance(line, |row| row.out)),
    ("into", |line| of_balance(line, |row| row.into)),
    ("pupils_here", |line| of_balance(line, |row| row.pupils_here)),
    ("net", |line| Value::Delta(line.net())),
];

/// The sheets: the table, and the charts.
pub fn sheets(writer: &mut BookWriter<'_>) -> Result<Vec<Worksheet>, XlsxError> {
    let model = writer.model;
    let mut codes = model.region.municipalities.clone();
    codes.sort_by_cached_key(|code| sort_key(model.registers.municipality_name(code), code));
    let mut lines: Vec<MunicipalityLine<'_>> = codes.iter().map(|code| MunicipalityLine::of(model, code)).collect();
    lines.push(MunicipalityLine::of(model, &Text::word(&ALL)));
    Ok(vec![table(writer, &lines)?, charts(writer, &lines)?])
}

/// The scope of the sheets: population, snapshot and year.
fn scope(writer: &BookWriter<'_>) -> String {
    let (model, lang) = (writer.model, writer.model.lang);
    let population = lang.text(&format!("picture-population-{}", model.population.as_str()));
    let year = [("year", &*model.year.to_string())];
    let snapshot = lang.say(&format!("picture-snapshot-{}", model.snapshot.as_str()), &year);
    format!("{population} · {snapshot} · {}", model.region.name)
}

fn table(writer: &mut BookWriter<'_>, lines: &[MunicipalityLine<'_>]) -> Result<Worksheet, XlsxError> {
    let lang = writer.model.lang;
    let about = scope(writer);
    let mut sheet = writer.sheet(&lang.text("sheet-municipalities"), &about, lines.len())?;
    let home = lang.text("column-municipality");
    let heads = [lang.say("column-code", &[("column", &home)]), home];
    let heads = heads.into_iter().chain(COLUMNS.iter().map(|(name, _)| lang.text(&format!("column-{name}"))));
    let heads: Vec<TableColumn> = heads.enumerate().map(|(i, head)| head_of(writer, head, i > 1)).collect();
    let (bottom, last) = (HEADS + lines.len() as u32, heads.len() as u16 - 1);
    let table = Table::new().set_name("municipalities").set_columns(&heads).set_style(TableStyle::Light1);
    sheet.add_table(HEADS, 0, bottom, last, &table)?;
    sheet.set_row_height(HEADS, HIGH)?;
    sheet.set_column_width(0, 13.0)?.set_column_width(1, 24.0)?.set_column_range_width(2, last, 14.0)?;
    let kinds: Vec<ColumnKind> = COLUMNS.iter().map(|(name, _)| kind_of(name)).collect();
    for (row, line) in (HEADS + 1..).zip(lines) {
        sheet.write(row, 0, &*line.code)?;
        sheet.write(row, 1, &*line.name)?;
        for (column, ((_, number), kind)) in (2..).zip(COLUMNS.iter().zip(&kinds)) {
            value(&mut sheet, &writer.formats, (row, column), &number(line), *kind)?;
        }
    }
    for (column, _) in (2_u16..).zip(&kinds).filter(|(_, kind)| **kind == ColumnKind::Share) {
        sheet.add_conditional_format(HEADS + 1, column, bottom, column, &share_bar())?;
    }
    sheet.set_freeze_panes(HEADS + 1, 2)?;
    sheet.set_repeat_rows(HEADS, HEADS)?;
    Ok(sheet)
}

/// The numbers of a chart on the sheet: their first column, header, title and rows.
struct ChartData {
    column: u16,
    head: &'static str,
    title: &'static str,
    rows: Vec<(String, Value)>,
}

fn charts(writer: &mut BookWriter<'_>, lines: &[MunicipalityLine<'_>]) -> Result<Worksheet, XlsxError> {
    let lang = writer.model.lang;
    let about = scope(writer);
    let mut shares: Vec<(f64, &MunicipalityLine<'_>)> = lines
        .iter()
        .filter_map(|line| Some((line.cross_share().value().filter(|share| share.is_defined())?.to_f64(), line)))
        .collect();
    // A bar chart has its first row at the bottom, so the largest comes last and appears on top.
    shares.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.code.cmp(&a.1.code)));
    let mut nets: Vec<(i64, &MunicipalityLine<'_>)> =
        lines.iter().filter(|line| *line.code != *ALL).filter_map(|line| Some((line.net().value()?, line))).collect();
    nets.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.code.cmp(&a.1.code)));
    let blocks = [
        ChartData {
            column: 0,
            head: "cross_provider_share",
            title: "workbook-chart-share",
            rows: shares.into_iter().map(|(_, line)| (line.name.clone(), Value::Ratio(line.cross_share()))).collect(),
        },
        ChartData {
            column: 3,
            head: "net",
            title: "workbook-chart-net",
            rows: nets.into_iter().map(|(_, line)| (line.name.clone(), Value::Delta(line.net()))).collect(),
        },
    ];
    let rows = blocks.iter().map(|block| block.rows.len()).max().unwrap_or(0);
    let name = lang.text("sheet-charts");
    let mut sheet = writer.sheet(&name, &about, rows)?;
    sheet.set_row_height(HEADS, HIGH)?;
    for block in &blocks {
        let (names, numbers) = (block.column, block.column + 1);
        sheet.set_column_width(names, 24.0)?.set_column_width(numbers, 14.0)?;
        sheet.write_with_format(HEADS, names, lang.text("column-municipality"), &writer.formats.head)?;
        sheet.write_with_format(
            HEADS,
            numbers,
            lang.text(&format!("column-{}", block.head)),
            &writer.formats.number_head,
        )?;
        let kind = kind_of(block.head);
        for (row, (name, number)) in (HEADS + 1..).zip(&block.rows) {
            sheet.write(row, names, &**name)?;
            value(&mut sheet, &writer.formats, (row, numbers), number, kind)?;
        }
    }
    for (i, block) in blocks.iter().enumerate().filter(|(_, block)| !block.rows.is_empty()) {
        let chart = chart(lang.text(block.title), &about, &name, block);
        sheet.insert_chart_with_offset(HEADS, 6, &chart, i as u32 * 640, 0)?;
    }
    Ok(sheet)
}

fn chart(title: String, about: &str, sheet: &str, block: &ChartData) -> Chart {
    let (top, bottom) = (HEADS + 1, HEADS + block.rows.len() as u32);
    let mut chart = Chart::new(ChartType::Bar);
    let mut fill = ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color("0067A5")).clone();
    chart
        .add_series()
        .set_categories((sheet, top, block.column, bottom, block.column))
        .set_values((sheet, top, block.column + 1, bottom, block.column + 1))
        .set_name(&*title)
        .set_format(&mut fill)
        .set_gap(45)
        .set_data_label(ChartDataLabel::new().show_value());
    chart.title().set_name(&*title);
    chart.legend().set_hidden();
    if block.head.ends_with("_share") {
        chart.x_axis().set_min(0).set_max(1).set_num_format("0%");
    }
    chart.y_axis().set_label_position(rust_xlsxwriter::ChartAxisLabelPosition::Low);
    chart.set_width(620).set_height(140 + 24 * block.rows.len() as u32);
    chart.set_alt_text(format!("{title}. {about}"));
    chart
}
