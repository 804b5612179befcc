//! The data that a run has read.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::inputs::RegisterNotes;
use crate::clean::CleanRows;
use crate::config::RunConfig;
use crate::flow::FlowTable;
use crate::link::Link;
use crate::manifest::{EngineUsed, Input};
use crate::model::{Registers, Year};

/// Everything read and cleaned.
#[derive(Debug)]
pub struct Read {
    /// The config.
    pub config: RunConfig,
    /// Codes, names and positions.
    pub registers: Arc<Registers>,
    /// What was translated or filled in when the registers were read.
    pub notes: Vec<RegisterNotes>,
    /// The cleaned data besides flows and links.
    pub rows: CleanRows,
    /// Students by snapshot, year, home, unit and programme.
    pub flows: FlowTable,
    /// The students of both snapshots by their offers, for years that can be linked.
    pub links: BTreeMap<Year, Link>,
    /// The files read.
    pub inputs: Vec<Input>,
    /// The server that counted; `None` if this machine did.
    pub engine: Option<EngineUsed>,
}
