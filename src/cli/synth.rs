//! `elevflode synth`: invented extracts with registers, config and the true answers.

use std::path::PathBuf;

use clap::Args;

use crate::error::{Exit, Result};
use crate::words::Lang;

/// Options of `synth`.
#[derive(Args, Debug)]
pub struct Options {
    #[arg(long, value_name = "N")]
    students: u64,
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[arg(long, value_name = "A-B")]
    years: Option<String>,
    #[arg(long)]
    national: bool,
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[arg(long, value_name = "LANG")]
    lang: Option<super::LangArg>,
}

pub(super) fn run(_options: &Options, _lang: Lang) -> Result<Exit> {
    Ok(Exit::Done)
}
