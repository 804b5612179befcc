//! The data that a run has read.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::inputs::RegisterNotes;
use crate::clean::CleanRows;
use crate::config::RunConfig;
use crate::flow::FlowTable;
use crate::link::{Link, Switches};
use crate::manifest::{EngineUsed, Input};
use crate::model::{Registers, Year};
use crate::tables::{ComparedRegion, Inputs, OfficialValues};

/// Everything read and cleaned.
#[derive(Debug)]
pub struct Read {
    /// The config.
    pub config: RunConfig,
    /// Codes, names and positions.
    pub registers: Arc<Registers>,
    /// The regions that are compared, the run's own first.
    pub regions: Vec<ComparedRegion>,
    /// Official values of indicators.
    pub official: OfficialValues,
    /// What was translated or filled in when the registers were read.
    pub notes: Vec<RegisterNotes>,
    /// The cleaned data besides flows and links.
    pub rows: CleanRows,
    /// Students by snapshot, year, home, unit and programme.
    pub flows: FlowTable,
    /// The students of both snapshots by their offers, for years that can be linked.
    pub links: BTreeMap<Year, Link>,
    /// Students who went from introduction programmes to national ones; `None` if the engine cannot tell.
    pub switches: Option<Switches>,
    /// The files read.
    pub inputs: Vec<Input>,
    /// The server that counted; `None` if this machine did.
    pub engine: Option<EngineUsed>,
}

impl Read {
    /// The inputs of tables.
    #[must_use]
    pub fn table_inputs(&self) -> Inputs<'_> {
        let Self { config, registers, rows, flows, links, regions, official, .. } = self;
        let switches = self.switches.as_ref();
        Inputs { regions, official, switches, ..Inputs::new(flows, links, rows, registers, &config.municipalities) }
    }
}
