//! The engine `spark`: an Apache Spark server cleans, links and counts rows where they are, and returns only counts.
//!
//! `sources` looks up what is on the cluster and finds the columns by the rules of `extract`; `lookups` uploads the
//! registers; `sql` expresses the rules of `clean`, `link` and `flow` as queries; `remote` runs them; `answers`
//! converts the counts to the results of the local engine. Two passes over the rows are enough: one counts lines by
//! everything known of them except the student, one groups by student.
//!
//! Not supported: the lines of remarkable rows (`quality_detail`), which would be returned row by row, and whatever
//! `sources::check` refuses. Pseudonyms are not needed, because ids stay on the cluster.

mod answers;
mod failures;
mod lookups;
mod remote;
mod sources;
mod sql;
mod stream;

pub use remote::OnTasks;
pub use sources::check;

use std::collections::BTreeMap;

use crate::clean::CleanRows;
use crate::config::{Field, RunConfig, Server};
use crate::error::{Error, Exit, Result};
use crate::flow::FlowTable;
use crate::link::Link;
use crate::model::{Registers, Year};
use answers::Accumulated;
use remote::Remote;
use sources::ClusterSource;
use sql::{QueryCodes, RowKind, SourceView};

/// The counts of a cluster.
#[derive(Debug)]
pub struct ClusterCounts {
    /// The cleaned data besides flows and links.
    pub rows: CleanRows,
    /// Students by snapshot, year, home, unit and programme.
    pub flows: FlowTable,
    /// The linked years.
    pub links: BTreeMap<Year, Link>,
    /// The sources: the position of the extract in the config, the name, and the number of lines.
    pub sources: Vec<(usize, String, u64)>,
    /// The version of Spark that counted.
    pub version: String,
}

/// A connection to a server, with the sources of a config. Dropping it closes the session.
#[derive(Debug)]
pub struct Cluster<'a> {
    config: &'a RunConfig,
    registers: &'a Registers,
    remote: Remote,
    sources: Vec<ClusterSource>,
    views: Vec<SourceView>,
    codes: QueryCodes,
}

impl<'a> Cluster<'a> {
    /// Connects, looks up the sources and uploads the registers.
    ///
    /// # Errors
    /// A config that a cluster does not support ([`check`]); a server that cannot be reached or used; a missing
    /// source, or one without the required columns.
    pub fn open(config: &'a RunConfig, server: &Server, registers: &'a Registers) -> Result<Self> {
        check(config)?;
        let remote = Remote::open(server)?;
        let sources = sources::all(&remote, config)?;
        let codes = QueryCodes::of(registers, sources.len())
            .ok_or_else(|| Error::new(Exit::Input, "error-too-many-codes").with("bits", 64).with("places", 64))?;
        for lookup in lookups::all(registers) {
            remote.upload(&lookup)?;
        }
        let views = sources.iter().map(|source| source.view.clone()).collect();
        Ok(Self { config, registers, remote, sources, views, codes })
    }

    /// Counts the lines of all sources by everything known of them except the student: the first pass.
    ///
    /// # Errors
    /// A source without rows or without a unit of the register; a server error, a lost connection, a request to stop.
    pub fn lines(&self, on_tasks: OnTasks<'_>) -> Result<FirstPass<'_>> {
        let has = |kind: RowKind| self.views.iter().any(|view| kind.has(view));
        let answer = match has(RowKind::Students) {
            true => self.remote.query(&sql::counts(&self.views, &self.codes), on_tasks)?,
            false => Default::default(),
        };
        let mut accumulated = Accumulated::of(self.config, self.registers, &self.sources, &answer)?;
        if has(RowKind::Seats) {
            accumulated
                .add_seats(self.config, &self.remote.query(&sql::seats(&self.views, &self.codes), on_tasks)?)?;
        }
        Ok(FirstPass(accumulated))
    }

    /// Links the students of sources with ids, and finds the rows that do not count: the second pass.
    ///
    /// # Errors
    /// A server error, a lost connection, a request to stop.
    pub fn students(
        &self,
        FirstPass(mut accumulated): FirstPass<'_>,
        on_tasks: OnTasks<'_>,
    ) -> Result<ClusterCounts> {
        if self.views.iter().any(|view| view.columns.has(Field::Student)) {
            let persons = accumulated.persons();
            let answer = self.remote.query(&sql::students(&self.views, &self.codes, &persons), on_tasks)?;
            let crowd = accumulated.add_students(&answer, self.codes.packing())?;
            if crowd > 0 {
                let answer = self.remote.query(&sql::crowded(&self.views, &self.codes, &persons), on_tasks)?;
                accumulated.add_crowded(&answer, self.codes.packing(), crowd)?;
            }
        }
        self.remote.check_stop()?;
        let (rows, flows, links, counted) = accumulated.done(self.config);
        let sources = self.sources.iter().zip(counted).map(|(s, lines)| (s.extract, s.name.clone(), lines)).collect();
        Ok(ClusterCounts { rows, flows, links, sources, version: self.remote.version.clone() })
    }
}

/// The result of the first pass.
pub struct FirstPass<'a>(Accumulated<'a>);
