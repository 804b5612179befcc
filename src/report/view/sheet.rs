//! A sheet: a short report of one page, about a unit, a provider or a scenario.

use serde::Serialize;

use super::table::{KeyFact, ViewTable};

/// A sheet.
#[derive(Debug, Clone, Serialize)]
pub struct Sheet {
    /// Its id on a page.
    pub id: String,
    /// Its subject.
    pub name: String,
    /// What and where the subject is.
    pub about: String,
    /// The finding.
    pub title: String,
    /// Sentences below the title.
    pub lead: Vec<String>,
    /// Key numbers.
    pub facts: Vec<KeyFact>,
    /// Its tables, the most important first; none is empty.
    pub tables: Vec<ViewTable>,
    /// How well its estimates have held, and their limits.
    pub notes: Vec<String>,
}

impl Sheet {
    /// Adds a table unless it is empty.
    pub fn add(&mut self, table: ViewTable) {
        if !table.is_empty() {
            self.tables.push(table);
        }
    }
}
