//! `elevflode completions`: scripts with which a shell completes commands and options.

use clap::Args;
use clap_complete::Shell;

use crate::error::{Exit, Result};
use crate::words::Lang;

/// Options of `completions`.
#[derive(Args, Debug)]
pub struct Options {
    shell: Shell,
    #[arg(long, value_name = "LANG")]
    lang: Option<super::LangArg>,
}

pub(super) fn run(options: &Options, lang: Lang) -> Result<Exit> {
    let lang = options.lang.map_or(lang, Lang::from);
    let mut command = super::command(lang).disable_help_subcommand(true);
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut command, name, &mut script);
    say!("{}", String::from_utf8_lossy(&script).trim_end());
    Ok(Exit::Done)
}
