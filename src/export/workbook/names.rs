//! The names of codes, for the column next to each column of codes.

use crate::model::{ALL, NOWHERE, OTHER, OUT, municipality_of_units};
use crate::report::ReportModel;
use crate::tables::{Column, ColumnKind, Register};

/// The source of the names of a column of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeNames {
    /// A register.
    Register(Register),
    /// The messages for the values of this column.
    Words(&'static str),
}

impl CodeNames {
    /// The source for a column; `None` if it holds no codes.
    pub const fn of(column: &Column) -> Option<Self> {
        match column.kind {
            ColumnKind::Code(register) => Some(Self::Register(register)),
            ColumnKind::Word => Some(Self::Words(column.name)),
            _ => None,
        }
    }

    /// The name of a code; empty if there is none.
    pub fn name(self, model: &ReportModel, code: &str) -> String {
        let (lang, registers) = (model.lang, &model.registers);
        if matches!(code, ".." | ".") {
            return String::new();
        }
        if code == "?" {
            return lang.text("workbook-unknown");
        }
        if let Some(word) = code.strip_prefix("ALL:") {
            return self.of_sum(model, word);
        }
        let register = match self {
            _ if code == OTHER => return lang.text("workbook-other"),
            Self::Register(Register::Unit) if code == NOWHERE => return lang.text("word-layer-no_alternative"),
            Self::Register(Register::Programme) if code == NOWHERE => return lang.text("workbook-no-programme"),
            _ if code == ALL => return lang.text("workbook-all"),
            Self::Words(column) => return lang.text(&format!("word-{column}-{code}")),
            Self::Register(register) => register,
        };
        match register {
            Register::Municipality if code == OUT => lang.text("outside-region"),
            Register::Municipality => {
                registers.municipality_by_code(code).map_or_else(String::new, |m| m.name.to_string())
            }
            Register::Unit => match municipality_of_units(code) {
                Some(OUT) => lang.text("workbook-units-outside"),
                Some(place) => lang.say("workbook-units-in", &[("name", registers.municipality_name(place))]),
                None => registers.unit_by_code(code).map_or_else(String::new, |unit| unit.name.to_string()),
            },
            Register::Provider => model.provider_name(code),
            Register::Programme => match code.strip_prefix("ALL-") {
                Some("national") => lang.text("picture-population-national"),
                Some(_) => lang.text(&format!("page-{code}")),
                None => registers.programme_by_code(code).map_or_else(String::new, |p| p.name.to_string()),
            },
        }
    }

    /// The name of a code in the table of sums, from the word after its mark.
    fn of_sum(self, model: &ReportModel, word: &str) -> String {
        let lang = model.lang;
        match word.split_once(':') {
            Some(("but", code)) => lang.say("workbook-sum-but", &[("name", model.registers.municipality_name(code))]),
            Some(("provider", code)) => model.provider_name(code),
            Some((_, part)) => lang.say("workbook-sum-here", &[("part", &lang.text(&format!("column-{part}")))]),
            None if self == Self::Register(Register::Municipality) => {
                lang.text(&format!("workbook-sum-homes-{word}"))
            }
            None if matches!(word, "region" | "independent" | "municipal_outside") => {
                lang.text(&format!("workbook-sum-{word}"))
            }
            None if word == "region_state_federation" => lang.text("column-region_state"),
            None => lang.text(&format!("column-{word}")),
        }
    }
}
