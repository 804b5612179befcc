//! Lookup tables for the cluster: the parts of the registers that queries join, so that rows need not leave the
//! cluster to be coded.

use super::sql::view;
use crate::config::YEARS;
use crate::model::{CodeList, Reason, Registers, UnitId, UnitStatus, Year};

/// A value of a lookup table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LookupValue {
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// Nothing.
    None,
}

/// A small table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// The name of its view in queries.
    pub name: &'static str,
    /// Its columns, as a Spark schema.
    pub schema: &'static str,
    /// Its rows.
    pub rows: Vec<Vec<LookupValue>>,
}

/// All lookup tables of a run.
#[must_use]
pub fn all(registers: &Registers) -> Vec<Lookup> {
    vec![
        Lookup {
            name: view::HOMES,
            schema: "text STRING, place INT, restored BOOLEAN",
            rows: texts(registers.municipality_codes())
                .map(|(text, id, restored)| {
                    vec![LookupValue::Text(text), number(u32::from(id)), LookupValue::Flag(restored)]
                })
                .collect(),
        },
        Lookup {
            name: view::UNITS,
            schema: "text STRING, first INT, last INT, place INT, restored BOOLEAN, reason INT",
            rows: units(registers),
        },
        Lookup {
            name: view::PROGRAMMES,
            schema: "text STRING, place INT, first INT, last INT",
            rows: programmes(registers),
        },
    ]
}

fn number(number: impl Into<i64>) -> LookupValue {
    LookupValue::Number(number.into())
}

/// Every code with its number, and the numerals that can only mean this code.
fn texts<Id: From<u32> + Into<u32> + Copy>(codes: &CodeList<Id>) -> impl Iterator<Item = (String, Id, bool)> + '_ {
    codes.known().flat_map(|id| {
        let code = codes.text(id);
        let numeral = code.trim_start_matches('0');
        let is_one = codes.restore(numeral).is_some_and(|restored| restored.into() == id.into());
        let numerals = is_one.then(|| (numeral.to_owned(), id, true));
        let with_decimals =
            [code, numeral].into_iter().flat_map(|text| CodeList::<Id>::DECIMALS.map(|end| format!("{text}{end}")));
        let is_this = |text: &String| codes.restore(text).is_some_and(|restored| restored.into() == id.into());
        let decimals: Vec<String> = with_decimals.filter(is_this).collect();
        let mut forms: Vec<(String, Id, bool)> =
            decimals.into_iter().map(|text| (text, id, true)).chain(numerals).collect();
        forms.sort_by(|a, b| a.0.cmp(&b.0));
        forms.dedup_by(|a, b| a.0 == b.0);
        [(code.to_string(), id, false)].into_iter().chain(forms)
    })
}

fn programmes(registers: &Registers) -> Vec<Vec<LookupValue>> {
    let codes = registers.programme_codes();
    let row = |id| {
        let validity = registers.programme(id).map(|programme| programme.validity).unwrap_or_default();
        // Year groups move the year of admission back by up to eight years, so the bounds are open.
        let (first, last) = (validity.from.map_or(0, i64::from), validity.to.map_or(9999, i64::from));
        vec![LookupValue::Text(codes.text(id).to_string()), number(u32::from(id)), number(first), number(last)]
    };
    codes.known().map(row).collect()
}

/// The bounds of an unlimited range: 0 also matches a row without a year.
const EVER: (Year, Year) = (0, 9999);

/// Every text of a unit by ranges of years: the unit that counts in them, and the reason for that.
fn units(registers: &Registers) -> Vec<Vec<LookupValue>> {
    let mut out = Vec::new();
    for (text, unit, restored) in texts(registers.unit_codes()) {
        for (first, last, place, reason) in year_ranges(registers, unit) {
            out.push(vec![
                LookupValue::Text(text.clone()),
                number(first),
                number(last),
                number(u32::from(place)),
                LookupValue::Flag(restored),
                reason.map_or(LookupValue::None, |reason| LookupValue::Number(reason.number() as i64)),
            ]);
        }
    }
    out
}

/// First and last year, the unit that counts in them, and the reason if it is another unit or closed.
type YearRange = (Year, Year, UnitId, Option<Reason>);

/// The ranges of years in which a unit has the same status, together covering [`EVER`].
fn year_ranges(registers: &Registers, unit: UnitId) -> Vec<YearRange> {
    let mut out: Vec<YearRange> = Vec::new();
    for year in YEARS {
        let (place, reason) = match registers.status(unit, year) {
            UnitStatus::Open => (unit, None),
            UnitStatus::Succeeded(after) => (after, Some(Reason::SucceededUnit)),
            UnitStatus::Closed => (unit, Some(Reason::ClosedUnit)),
        };
        match out.last_mut() {
            Some((_, last, previous, said)) if (*previous, *said) == (place, reason) => *last = year,
            _ => out.push((year, year, place, reason)),
        }
    }
    if let Some(first) = out.first_mut() {
        first.0 = EVER.0;
    }
    if let Some(last) = out.last_mut() {
        last.1 = EVER.1;
    }
    out
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

    fn shown(rows: &[Vec<LookupValue>]) -> Vec<String> {
        let text = |value: &LookupValue| match value {
            LookupValue::Text(text) => text.clone(),
            LookupValue::Number(number) => number.to_string(),
            LookupValue::Flag(flag) => flag.to_string(),
            LookupValue::None => "-".to_owned(),
        };
        rows.iter().map(|row| row.iter().map(text).collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn registers_become_small_tables() {
        let units = vec![
            unit("0180", None, None, None),
            unit("07", Some(2020), Some(2021), Some("0180")),
            unit("9", Some(2022), None, None),
        ];
        let registers = Registers::new(vec![], units, vec![], vec![]);
        let tables = all(&registers);
        // `?` has its own number between digits and letters, and is never found as a text.
        let (closed, succeeded) = (Reason::ClosedUnit.number(), Reason::SucceededUnit.number());
        let (decimals, plain): (Vec<String>, Vec<String>) =
            shown(&tables[1].rows).into_iter().partition(|row| row.contains(['.', ',']));
        for text in ["0180.0", "180,00"] {
            assert!(decimals.contains(&format!("{text} 0 9999 0 true -")), "{decimals:?}");
        }
        assert_eq!(
            plain,
            [
                "0180 0 9999 0 false -".to_owned(),
                "180 0 9999 0 true -".to_owned(),
                format!("07 0 2019 0 false {succeeded}"),
                "07 2020 2021 1 false -".to_owned(),
                format!("07 2022 9999 0 false {succeeded}"),
                format!("7 0 2019 0 true {succeeded}"),
                "7 2020 2021 1 true -".to_owned(),
                format!("7 2022 9999 0 true {succeeded}"),
                format!("9 0 2021 2 false {closed}"),
                "9 2022 9999 2 false -".to_owned(),
            ]
        );
        assert_eq!(shown(&tables[2].rows), ["- 0 0 9999"]);
    }
}
