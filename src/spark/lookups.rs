//! What a cluster needs of the registers: small tables that queries join, so that no row has to come here for its codes.

use super::sql::view;
use crate::config::YEARS;
use crate::model::{CodeList, Reason, Registers, Standing, UnitId, Year};

/// A value of a lookup table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
}

/// A small table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// The view that queries know it by.
    pub name: &'static str,
    /// Its columns, as Spark writes a schema.
    pub schema: &'static str,
    /// Its rows.
    pub rows: Vec<Vec<Value>>,
}

/// All lookup tables of a run.
#[must_use]
pub fn all(registers: &Registers) -> Vec<Lookup> {
    let texts = "text STRING, id INT, restored BOOLEAN";
    vec![
        Lookup { name: view::HOMES, schema: texts, rows: codes(registers.municipality_codes()) },
        Lookup { name: view::UNITS, schema: texts, rows: codes(registers.unit_codes()) },
        Lookup {
            name: view::PROGRAMMES,
            schema: "text STRING, id INT, first INT, last INT",
            rows: programmes(registers),
        },
        Lookup {
            name: view::STANDING,
            schema: "unit INT, first INT, last INT, place INT, reason INT",
            rows: standing(registers),
        },
    ]
}

fn number(number: impl Into<i64>) -> Value {
    Value::Number(number.into())
}

/// Every code with its number, and the numerals that stand for one code alone.
fn codes<Id: From<u32> + Into<u32> + Copy>(codes: &CodeList<Id>) -> Vec<Vec<Value>> {
    let row =
        |text: &str, id: Id, restored| vec![Value::Text(text.to_owned()), number(id.into()), Value::Flag(restored)];
    let mut out = Vec::new();
    for id in codes.known() {
        let code = codes.text(id);
        out.push(row(code, id, false));
        let numeral = code.trim_start_matches('0');
        if codes.restore(numeral).is_some_and(|restored| restored.into() == id.into()) {
            out.push(row(numeral, id, true));
        }
    }
    out
}

fn programmes(registers: &Registers) -> Vec<Vec<Value>> {
    let codes = registers.programme_codes();
    let row = |id| {
        let validity = registers.programme(id).map(|programme| programme.validity).unwrap_or_default();
        // A year group takes up to eight years off.
        let (first, last) = (validity.from.map_or(0, i64::from), validity.to.map_or(9999, i64::from));
        vec![Value::Text(codes.text(id).to_string()), number(u32::from(id)), number(first), number(last)]
    };
    codes.known().map(row).collect()
}

/// The runs of years in which a unit takes no students: which unit counts instead, and what is said of that.
fn standing(registers: &Registers) -> Vec<Vec<Value>> {
    let mut out = Vec::new();
    for unit in registers.unit_codes().known() {
        let mut run: Option<(Year, Year, UnitId, Reason)> = None;
        for year in YEARS {
            let state = match registers.standing(unit, year) {
                Standing::Open => None,
                Standing::Succeeded(after) => Some((after, Reason::SucceededUnit)),
                Standing::Closed => Some((unit, Reason::ClosedUnit)),
            };
            match (&mut run, state) {
                (Some((_, last, place, reason)), Some(state)) if (*place, *reason) == state => *last = year,
                (_, state) => {
                    out.extend(run.take().map(|run| row_of(unit, run)));
                    run = state.map(|(place, reason)| (year, year, place, reason));
                }
            }
        }
        out.extend(run.map(|run| row_of(unit, run)));
    }
    out
}

fn row_of(unit: UnitId, (first, last, place, reason): (Year, Year, UnitId, Reason)) -> Vec<Value> {
    vec![
        number(u32::from(unit)),
        number(first),
        number(last),
        number(u32::from(place)),
        Value::Number(reason.number() as i64),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Provider, ProviderKind, SchoolUnit, Text, Validity};

    fn unit(code: &str, from: Option<Year>, to: Option<Year>, successor: Option<&str>) -> SchoolUnit {
        SchoolUnit {
            code: code.into(),
            name: code.into(),
            municipality: "1480".into(),
            provider: Provider { code: "1480".into(), kind: ProviderKind::Municipal },
            point: None,
            validity: Validity { from, to },
            successor: successor.map(Text::from),
        }
    }

    fn shown(rows: &[Vec<Value>]) -> Vec<String> {
        let text = |value: &Value| match value {
            Value::Text(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Flag(flag) => flag.to_string(),
        };
        rows.iter().map(|row| row.iter().map(text).collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn what_the_registers_say_fits_small_tables() {
        let units = vec![
            unit("0180", None, None, None),
            unit("07", Some(2020), Some(2021), Some("0180")),
            unit("9", Some(2022), None, None),
        ];
        let registers = Registers::new(vec![], units, vec![], vec![]);
        let tables = all(&registers);
        // `?` is a number of its own between digits and letters, and never a text that is found.
        assert_eq!(shown(&tables[1].rows), ["0180 0 false", "180 0 true", "07 1 false", "7 1 true", "9 2 false"]);
        assert_eq!(shown(&tables[2].rows), ["- 0 0 9999"]);
        let (closed, succeeded) = (Reason::ClosedUnit.number(), Reason::SucceededUnit.number());
        assert_eq!(
            shown(&tables[3].rows),
            [
                format!("1 1900 2019 0 {succeeded}"),
                format!("1 2022 2100 0 {succeeded}"),
                format!("2 1900 2021 2 {closed}"),
            ]
        );
    }
}
