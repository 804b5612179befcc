//! `elevflode flows`: the flow table, in the format of the file's extension.

use std::path::PathBuf;

use clap::Args;

use super::progress::ProgressLine;
use super::{Common, Results, Session, request, tolerance};
use crate::error::{Exit, Result};
use crate::export::flow_file;
use crate::io;
use crate::pipeline::{self, Timings};

/// Options of `flows`.
#[derive(Args, Debug)]
pub struct Options {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(flatten)]
    results: Results,
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub(super) fn run(options: &Options, session: Session) -> Result<Exit> {
    let lang = session.lang;
    let write = flow_file(&options.out)?;
    let request = request(&options.results, lang);
    let line = ProgressLine::new(lang, options.common.quiet);
    let mut timings = Timings::default();
    let read = pipeline::read(session.loaded, session.memory, &mut timings, &line)?;
    let model = pipeline::model(&read, &request, &mut timings, &line)?;
    io::write_file(&options.out, &write(&model)?, model.release())?;
    drop(line);
    Ok(tolerance(&read, lang, options.common.quiet))
}
