//! Names of what codes stand for, for the column beside each column of codes.

use crate::model::{ALL, OUT, municipality_of_units};
use crate::report::ReportModel;

/// What the codes of a column stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coded {
    /// Municipalities.
    Municipality,
    /// School units, and all units in a municipality.
    Unit,
    /// Providers.
    Provider,
    /// Programmes and groups of them.
    Programme,
}

impl Coded {
    /// Of the column with this name; none where it holds no codes.
    pub fn of(column: &str) -> Option<Self> {
        Some(match column {
            "home" | "municipality" => Self::Municipality,
            "unit" | "from_unit" | "to_unit" => Self::Unit,
            "provider" | "largest_provider" => Self::Provider,
            "programme" | "from_programme" | "to_programme" => Self::Programme,
            _ => return None,
        })
    }

    /// The name behind a code; nothing where there is none to tell.
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
        match self {
            _ if code == ALL => lang.text("workbook-all"),
            Self::Municipality if code == OUT => lang.text("outside-region"),
            Self::Municipality => {
                registers.municipality_by_code(code).map_or_else(String::new, |m| m.name.to_string())
            }
            Self::Unit => match municipality_of_units(code) {
                Some(OUT) => lang.text("workbook-units-outside"),
                Some(place) => lang.say("workbook-units-in", &[("name", registers.municipality_name(place))]),
                None => registers.unit_by_code(code).map_or_else(String::new, |unit| unit.name.to_string()),
            },
            Self::Provider => model.provider_name(code),
            Self::Programme => match code.strip_prefix("ALL-") {
                Some("national") => lang.text("picture-population-national"),
                Some(_) => lang.text(&format!("page-{code}")),
                None => registers.programme_by_code(code).map_or_else(String::new, |p| p.name.to_string()),
            },
        }
    }

    /// The name behind a code of the table of sums, from the word after its mark.
    fn of_sum(self, model: &ReportModel, word: &str) -> String {
        let lang = model.lang;
        match word.split_once(':') {
            Some(("but", code)) => lang.say("workbook-sum-but", &[("name", model.registers.municipality_name(code))]),
            Some(("provider", code)) => model.provider_name(code),
            Some((_, part)) => lang.say("workbook-sum-here", &[("part", &lang.text(&format!("column-{part}")))]),
            None if self == Self::Municipality => lang.text(&format!("workbook-sum-homes-{word}")),
            None if matches!(word, "region" | "independent" | "municipal_outside") => {
                lang.text(&format!("workbook-sum-{word}"))
            }
            None if word == "region_state_federation" => lang.text("column-region_state"),
            None => lang.text(&format!("column-{word}")),
        }
    }
}
