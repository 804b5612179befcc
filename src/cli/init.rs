//! `elevflode init`: a commented config to start from.

use std::path::PathBuf;

use clap::Args;

use crate::error::{Error, Exit, Result};
use crate::io;
use crate::words::Lang;

/// Options of `init`.
#[derive(Args, Debug)]
pub struct Options {
    dir: PathBuf,
    #[arg(long, value_name = "LANG")]
    lang: Option<super::LangArg>,
}

const SV: &str = include_str!("../../data/template/elevflode.sv.toml");
const EN: &str = include_str!("../../data/template/elevflode.en.toml");

pub(super) fn run(options: &Options, lang: Lang) -> Result<Exit> {
    let lang = options.lang.map_or(lang, Lang::from);
    let path = options.dir.join("elevflode.toml");
    if io::exists(&path) {
        return Err(Error::new(Exit::Output, "error-init-exists").with("path", path.display()));
    }
    let template = match lang {
        Lang::Sv => SV,
        Lang::En => EN,
    };
    io::write_file(&path, template.as_bytes())?;
    say!("{}", lang.say("init-written", &[("path", &path.display().to_string())]));
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::RunConfig;

    #[test]
    fn the_templates_are_configs_as_they_stand() {
        for template in [SV, EN] {
            let config = RunConfig::parse("elevflode.toml", template).unwrap();
            assert!(config.extracts.len() >= 3);
        }
    }
}
