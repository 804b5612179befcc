//! `elevflode list`: what the program can measure, draw, read and write.

use clap::{Args, ValueEnum};

use crate::error::{Exit, Result};
use crate::export::EXPORTERS;
use crate::extract::FORMATS;
use crate::metrics::METRICS;
use crate::render::CHARTS;
use crate::tables::Tables;
use crate::words::Lang;

/// Options of `list`.
#[derive(Args, Debug)]
pub struct Options {
    what: What,
    #[arg(long, value_name = "LANG")]
    lang: Option<super::LangArg>,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum What {
    Metrics,
    Tables,
    Charts,
    Formats,
    Exporters,
}

pub(super) fn run(options: &Options, lang: Lang) -> Result<Exit> {
    let lang = options.lang.map_or(lang, Lang::from);
    let lines: Vec<(&str, String)> = match options.what {
        What::Metrics => METRICS.iter().map(|m| (m.id(), m.title(lang))).collect(),
        What::Tables => {
            let about = |name: &str| lang.attribute(&format!("sheet-{name}"), "about", &[]).unwrap_or_default();
            Tables::list().iter().map(|table| (table.name, about(table.name))).collect()
        }
        What::Charts => CHARTS.iter().map(|c| (c.id(), c.title(lang))).collect(),
        What::Formats => {
            FORMATS.iter().map(|f| (f.id(), format!("{} (.{})", f.title(lang), f.extensions().join(", .")))).collect()
        }
        What::Exporters => EXPORTERS.iter().map(|e| (e.id(), e.title(lang))).collect(),
    };
    let width = lines.iter().map(|(id, _)| id.len()).max().unwrap_or(0);
    for (id, title) in lines {
        say!("{id:width$}  {title}");
    }
    Ok(Exit::Done)
}
