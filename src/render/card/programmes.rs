//! Programmes by destination on a card: by the school's municipality in an internal release, by provider of the unit
//! in a public one. If a public release publishes that for no programme, it is shown for groups of programmes, and
//! programmes show only the number of students.

use super::super::by_kind;
use super::super::scene::Scene;
use super::super::style::Side;
use super::super::table::{TablePlace, TextRow, TextTable};
use super::{CardContext, LEFT, RIGHT, heading};
use crate::graph::{Programmes, Selection};
use crate::model::{ALL, Cell, ProgrammeKind, Text};
use crate::report::FlowEnds;
use crate::tables::ShareRow;

/// Maximum number of other municipalities with a column.
const PLACES: usize = 5;
/// Width of the programme column, pixels.
const NAMES: f64 = 380.0;
/// Columns of programmes that only show the number of students.
const COLUMNS: usize = 3;

/// The tables of the section: the first over the whole width, the others in a row below it.
pub struct ProgrammeTables {
    title: &'static str,
    wide: TextTable,
    narrow: Vec<TextTable>,
}

/// A row of the wide table without its numbers: its name, and the selection of its flows.
struct ProgrammeLine<'a> {
    name: String,
    programmes: Programmes,
    share: &'a ShareRow,
    is_sum: bool,
}

/// The programmes with students: those of the population by kind and code, the rest summed if there are more than
/// `most`, then sums.
pub fn of(about: &CardContext<'_>, most: usize) -> ProgrammeTables {
    let lines = lines(about);
    let has_parts =
        lines.iter().any(|line| !line.is_sum && by_kind(line.share).iter().any(|part| *part != Cell::Hidden));
    match about.model.ends() {
        FlowEnds::Units => {
            ProgrammeTables { title: "card-programmes-places", wide: places(about, &lines, most), narrow: Vec::new() }
        }
        FlowEnds::Municipalities if has_parts => ProgrammeTables {
            title: "card-programmes-kinds",
            wide: kinds(about, &lines.iter().collect::<Vec<_>>(), most),
            narrow: Vec::new(),
        },
        FlowEnds::Municipalities => {
            let (sums, own): (Vec<&ProgrammeLine<'_>>, Vec<&ProgrammeLine<'_>>) =
                lines.iter().partition(|line| line.is_sum);
            ProgrammeTables {
                title: "card-programmes-kinds",
                wide: kinds(about, &sums, most),
                narrow: students(about, &own),
            }
        }
    }
}

impl ProgrammeTables {
    /// Draws it from this baseline; returns its lower edge.
    pub fn draw(&self, scene: &mut Scene, about: &CardContext<'_>, y: f64) -> f64 {
        heading(scene, &about.text(self.title), y);
        let place = TablePlace { left: LEFT, right: RIGHT, top: y + 8.0, names: NAMES };
        let bottom = self.wide.draw(scene, &place);
        let step = (RIGHT - LEFT) / self.narrow.len().max(1) as f64;
        let below = self.narrow.iter().enumerate().map(|(i, table)| {
            let left = LEFT + i as f64 * step;
            let place = TablePlace { left, right: left + step - 30.0, top: bottom + 14.0, names: NAMES };
            table.draw(scene, &place)
        });
        below.fold(bottom, f64::max)
    }
}

fn lines<'a>(about: &CardContext<'a>) -> Vec<ProgrammeLine<'a>> {
    let model = about.model;
    let rows: Vec<&ShareRow> =
        model.shares(&about.now).filter(|row| *row.home == **about.code && row.students != Cell::Value(0)).collect();
    let kind = |code: &str| model.registers.programme_by_code(code).map(|programme| programme.kind);
    let mut own: Vec<ProgrammeLine<'_>> = Vec::new();
    for row in rows.iter().filter(|row| !row.programme.starts_with(ALL)) {
        let name = model.registers.programme_by_code(&row.programme).map_or("", |programme| &*programme.name);
        let name = if name.is_empty() { row.programme.to_string() } else { format!("{} {name}", row.programme) };
        own.push(ProgrammeLine {
            name,
            programmes: Programmes::One(row.programme.clone()),
            share: row,
            is_sum: false,
        });
    }
    own.sort_by_key(|line| {
        (kind(&line.share.programme).map_or(u8::MAX, |kind| kind as u8), line.share.programme.clone())
    });
    let groups = ProgrammeKind::ALL.map(|kind| (format!("ALL-{}", kind.as_str()), Programmes::Group(kind)));
    let all = (ALL.to_owned(), Programmes::Of(model.population));
    for (code, programmes) in groups.into_iter().chain([all]) {
        if let Some(share) = rows.iter().find(|row| *row.programme == *code) {
            let id = if code == ALL { "page-all-of-them".to_owned() } else { format!("page-{code}") };
            let name = model.lang.text(&id);
            own.push(ProgrammeLine { name, programmes, share, is_sum: true });
        }
    }
    own
}

/// Rows of numbers; if there are more than `most`, the smallest are summed. Sums of hidden numbers are hidden.
fn shortened(
    about: &CardContext<'_>,
    lines: &[&ProgrammeLine<'_>],
    numbers: Vec<Vec<Cell>>,
    most: usize,
    row: impl Fn(&[Cell]) -> Vec<String>,
) -> Vec<TextRow> {
    let sums = lines.iter().filter(|line| line.is_sum).count();
    let mut order: Vec<usize> = (0..lines.len()).filter(|i| !lines[*i].is_sum).collect();
    order.sort_by_key(|i| (std::cmp::Reverse(lines[*i].share.students.value().unwrap_or(0)), *i));
    let room = most.saturating_sub(sums + 1);
    let left = if order.len() + sums > most { order.split_off(room.min(order.len())) } else { Vec::new() };
    order.sort_unstable();
    let mut out: Vec<TextRow> = order
        .iter()
        .map(|i| TextRow { name: lines[*i].name.clone(), cells: row(&numbers[*i]), is_sum: false })
        .collect();
    if !left.is_empty() {
        let columns = left.iter().map(|i| numbers[*i].len()).max().unwrap_or(0);
        // Several fields without a published number may have a large sum.
        let seen = |cell: Cell| if cell == Cell::Missing { Cell::Hidden } else { cell };
        let sum: Vec<Cell> =
            (0..columns).map(|column| left.iter().map(|i| seen(numbers[*i][column])).sum()).collect();
        let count = about.model.lang.number(left.len() as u64);
        out.push(TextRow {
            name: about.model.lang.say("card-programmes-rest", &[("count", &count)]),
            cells: row(&sum),
            is_sum: false,
        });
    }
    let sums = (0..lines.len()).filter(|i| lines[*i].is_sum);
    out.extend(sums.map(|i| TextRow { name: lines[i].name.clone(), cells: row(&numbers[i]), is_sum: true }));
    out
}

/// By the municipality of the school: its own, the largest others, all others merged.
fn places(about: &CardContext<'_>, lines: &[ProgrammeLine<'_>], most: usize) -> TextTable {
    let (model, lang) = (about.model, about.model.lang);
    let flows = |programmes: &Programmes| {
        model.places_of(about.code, &Selection { programmes: programmes.clone(), ..about.now.clone() })
    };
    let all = flows(&Programmes::Of(model.population));
    let mut places: Vec<(&Text, &Cell)> = all.iter().filter(|(place, _)| *place != about.code).collect();
    places.sort_by_key(|(place, students)| (std::cmp::Reverse(students.value()), (*place).clone()));
    let shown: Vec<&Text> = places.iter().take(PLACES).map(|(place, _)| *place).collect();
    let mut heads = vec![lang.text("panel-students"), about.name.to_owned()];
    heads.extend(shown.iter().map(|place| match model.registers.municipality_by_code(place) {
        Some(municipality) => municipality.name.to_string(),
        None => lang.text("outside-region"),
    }));
    let has_rest = places.len() > PLACES;
    if has_rest {
        heads.push(lang.text("card-other-places"));
    }
    heads.push(lang.text("card-cross"));
    let numbers = |line: &ProgrammeLine<'_>| {
        let flows = flows(&line.programmes);
        let selection = Selection { programmes: line.programmes.clone(), ..about.now.clone() };
        let of = |place: &Text| model.listed_in(about.code, Some(place), &selection);
        let mut out = vec![model.listed_in(about.code, None, &selection), of(about.code)];
        out.extend(shown.iter().map(|place| of(place)));
        if has_rest {
            let is_rest = |place: &Text| place != about.code && !shown.contains(&place);
            let rest: Vec<Cell> =
                flows.iter().filter(|(place, _)| is_rest(place)).map(|(_, students)| *students).collect();
            out.push(if rest.is_empty() { model.absent() } else { rest.into_iter().sum() });
        }
        out.push(line.share.cross_provider);
        out
    };
    let numbers = lines.iter().map(numbers).collect();
    let row = |cells: &[Cell]| row(about, cells);
    TextTable {
        names: lang.text("card-programme"),
        heads,
        rows: shortened(about, &lines.iter().collect::<Vec<_>>(), numbers, most, row),
    }
}

/// Counts, the first being the total; then the last count as a share of the total.
fn row(about: &CardContext<'_>, cells: &[Cell]) -> Vec<String> {
    let (Some((last, counts)), Some(first)) = (cells.split_last(), cells.first()) else { return Vec::new() };
    let share = if *first == Cell::Missing { about.model.empty_text() } else { about.share(*last, *first) };
    let count = |cell: &Cell| if *cell == Cell::Missing { about.model.empty_text() } else { about.count(*cell) };
    counts.iter().map(count).chain([share]).collect()
}

/// By provider of the unit.
fn kinds(about: &CardContext<'_>, lines: &[&ProgrammeLine<'_>], most: usize) -> TextTable {
    let lang = about.model.lang;
    let mut heads = vec![lang.text("panel-students")];
    heads.extend(Side::KINDS.map(|side| lang.text(side.word())));
    heads.push(lang.text("card-cross"));
    let numbers = |line: &&ProgrammeLine<'_>| {
        let mut out = vec![line.share.students];
        out.extend(by_kind(line.share));
        out.push(line.share.cross_provider);
        out
    };
    let numbers = lines.iter().map(numbers).collect();
    let row = |cells: &[Cell]| row(about, cells);
    TextTable { names: lang.text("card-programme"), heads, rows: shortened(about, lines, numbers, most, row) }
}

/// Only the number of students, in columns side by side.
fn students(about: &CardContext<'_>, lines: &[&ProgrammeLine<'_>]) -> Vec<TextTable> {
    let lang = about.model.lang;
    let table = |lines: &[&ProgrammeLine<'_>]| TextTable {
        names: lang.text("card-programme"),
        heads: vec![lang.text("panel-students")],
        rows: lines
            .iter()
            .map(|line| TextRow {
                name: line.name.clone(),
                cells: vec![about.count(line.share.students)],
                is_sum: false,
            })
            .collect(),
    };
    lines.chunks(lines.len().div_ceil(COLUMNS).max(1)).map(table).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixture;

    /// The numbers of a row.
    fn numbers(row: &TextRow) -> Vec<u64> {
        let digits = |cell: &String| cell.chars().filter(char::is_ascii_digit).collect::<String>();
        row.cells.iter().filter(|cell| !cell.contains('%')).map(|cell| digits(cell).parse().unwrap()).collect()
    }

    #[test]
    fn every_student_has_a_column_and_a_line() {
        let model = fixture::region();
        for code in &model.region.municipalities {
            let about = CardContext::of(model, code);
            for most in [8, 40] {
                let table = of(&about, most).wide;
                assert!(table.rows.len() <= most, "{code}: {} lines", table.rows.len());
                for row in &table.rows {
                    let numbers = numbers(row);
                    assert_eq!(numbers[0], numbers[1..].iter().sum::<u64>(), "{code} {}", row.name);
                }
                let all = table.rows.last().map(numbers).unwrap_or_default();
                let mut sums = vec![0; all.len()];
                for row in table.rows.iter().filter(|row| !row.is_sum) {
                    numbers(row).iter().zip(&mut sums).for_each(|(number, sum)| *sum += number);
                }
                assert_eq!(all, sums, "{code}");
            }
        }
    }
}
