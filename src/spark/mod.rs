//! The engine `spark`: rows are cleaned, linked and counted by an Apache Spark server, where they are, and only counts come
//! here.
//!
//! `sources` asks what lies on the cluster and finds the columns by the rules of `extract`; `lookups` brings the registers
//! there; `sql` says the rules of `clean`, `link` and `flow` as queries; `remote` asks them; `answers` makes of the counts
//! what the local engine makes of rows. Two passes over the rows are enough: one counts lines by all that is known of
//! them but the student, one groups by student.
//!
//! What is not done there: lines of remarkable rows (`quality_detail`), which would be told row by row, and whatever
//! `sources::check` refuses. Pseudonyms are not needed: ids stay where they are.

mod answers;
mod failures;
mod lookups;
mod remote;
mod sources;
mod sql;
mod stream;

pub use remote::Heard;
pub use sources::check;

use std::collections::BTreeMap;

use crate::clean::CleanRows;
use crate::config::{Field, RunConfig, Server};
use crate::error::{Error, Exit, Result};
use crate::flow::FlowTable;
use crate::link::Link;
use crate::model::{Registers, Year};
use answers::Gathered;
use remote::Remote;
use sources::Source;
use sql::{Codes, Kind, Sheet};

/// What a cluster counted.
#[derive(Debug)]
pub struct Counted {
    /// What the rows amount to.
    pub rows: CleanRows,
    /// Students by snapshot, year, home, unit and programme.
    pub flows: FlowTable,
    /// The linked years.
    pub links: BTreeMap<Year, Link>,
    /// The sources: the position of their extract in the config, their name, their lines.
    pub sources: Vec<(usize, String, u64)>,
    /// The version of Spark that counted.
    pub version: String,
}

/// A server with the sources of a config in sight. Dropped, it gives its session back.
#[derive(Debug)]
pub struct Cluster<'a> {
    config: &'a RunConfig,
    registers: &'a Registers,
    remote: Remote,
    sources: Vec<Source>,
    sheets: Vec<Sheet>,
    codes: Codes,
}

impl<'a> Cluster<'a> {
    /// Connects, looks what is there and brings the registers.
    ///
    /// # Errors
    /// What the config asks for and a cluster cannot do ([`check`]); a server that cannot be reached or used; a source that is
    /// not there or has not the columns.
    pub fn open(config: &'a RunConfig, server: &Server, registers: &'a Registers) -> Result<Self> {
        check(config)?;
        let remote = Remote::open(server)?;
        let sources = sources::all(&remote, config)?;
        let codes = Codes::of(registers, sources.len())
            .ok_or_else(|| Error::new(Exit::Input, "error-too-many-codes").with("bits", 64).with("places", 64))?;
        for lookup in lookups::all(registers) {
            remote.bring(&lookup)?;
        }
        let sheets = sources.iter().map(|source| source.sheet.clone()).collect();
        Ok(Self { config, registers, remote, sources, sheets, codes })
    }

    /// Counts the lines of all sources by what is known of them but the student: the first pass.
    ///
    /// # Errors
    /// A source without rows or without a unit of the register; what the server says, a lost connection, a wish to stop.
    pub fn lines(&self, heard: Heard<'_>) -> Result<Lines<'_>> {
        let has = |kind: Kind| self.sheets.iter().any(|sheet| kind.has(sheet));
        let answer = match has(Kind::Students) {
            true => self.remote.ask(&sql::counts(&self.sheets, &self.codes), heard)?,
            false => Default::default(),
        };
        let mut gathered = Gathered::of(self.config, self.registers, &self.sources, &answer)?;
        if has(Kind::Seats) {
            gathered.seats(self.config, &self.remote.ask(&sql::seats(&self.sheets, &self.codes), heard)?)?;
        }
        Ok(Lines(gathered))
    }

    /// Links the students of sources with ids, and finds the rows that do not count: the second pass.
    ///
    /// # Errors
    /// What the server says, a lost connection, a wish to stop.
    pub fn students(&self, Lines(mut gathered): Lines<'_>, heard: Heard<'_>) -> Result<Counted> {
        if self.sheets.iter().any(|sheet| sheet.columns.has(Field::Student)) {
            let persons = gathered.persons();
            let answer = self.remote.ask(&sql::students(&self.sheets, &self.codes, &persons), heard)?;
            let crowd = gathered.link(&answer, self.codes.packing())?;
            if crowd > 0 {
                let answer = self.remote.ask(&sql::crowded(&self.sheets, &self.codes, &persons), heard)?;
                gathered.thin(&answer, self.codes.packing(), crowd)?;
            }
        }
        self.remote.goes_on()?;
        let (rows, flows, links, counted) = gathered.done(self.config);
        let sources = self.sources.iter().zip(counted).map(|(s, lines)| (s.extract, s.name.clone(), lines)).collect();
        Ok(Counted { rows, flows, links, sources, version: self.remote.version.clone() })
    }
}

/// What the first pass gave.
pub struct Lines<'a>(Gathered<'a>);
