//! `elevflode check`: read and clean only, and tell what became of every row.

use std::path::PathBuf;

use clap::Args;
use comfy_table::{CellAlignment, Table, presets};

use super::progress::Line;
use super::{Common, Session, tolerance};
use crate::clean::{Reason, SourceQuality};
use crate::compute;
use crate::error::{Exit, Result};
use crate::model::{Ratio, Release};
use crate::pipeline::{self, OutputFolder, Read, Timings};
use crate::words::Lang;

/// Options of `check`.
#[derive(Args, Debug)]
pub struct Options {
    #[command(flatten)]
    pub(super) common: Common,
    #[arg(long)]
    json: bool,
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn run(options: &Options, session: Session) -> Result<Exit> {
    let lang = session.lang;
    let line = Line::new(lang, options.common.quiet);
    let mut timings = Timings::default();
    let folder = options.out.as_deref().map(|out| OutputFolder::open(out, "check", Release::Internal)).transpose()?;
    let read = pipeline::read(session.loaded, &mut timings, &line)?;
    if let Some(folder) = folder {
        pipeline::write_quality(&read, lang, folder, &timings)?;
    }
    drop(line);
    if options.json {
        println!("{}", json(&read));
    } else if !options.common.quiet {
        println!("{}", table(&read.rows.quality, lang));
    }
    Ok(tolerance(&read, lang))
}

/// The quality ledger as a table: a row per source and reason.
fn table(quality: &[SourceQuality], lang: Lang) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["source", "reason", "rows", "students", "share"].map(|id| lang.text(&format!("check-{id}"))));
    for source in quality {
        let (_, rows) = source.tally.unusable();
        for (reason, count) in source.tally.counts() {
            let share = if reason == Reason::Filtered { Ratio::new(0, 0) } else { Ratio::new(count.rows, rows) };
            let students = if count.unknown > 0 { ".".to_owned() } else { lang.number(count.students) };
            table.add_row([
                source.source.clone(),
                lang.text(&format!("reason-{}", reason.as_str())),
                lang.number(count.rows),
                students,
                lang.percent(share, 2),
            ]);
        }
    }
    for column in 2..5 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// The quality ledger as JSON.
fn json(read: &Read) -> String {
    let rows: Vec<serde_json::Value> = compute::quality(&read.rows)
        .iter()
        .map(|row| {
            serde_json::json!({
                "source": &*row.source,
                "reason": &*row.reason,
                "rows": row.rows.value(),
                "students": row.students.value(),
            })
        })
        .collect();
    let beyond: Vec<String> = pipeline::beyond_tolerance(read).into_iter().map(|(source, ..)| source).collect();
    let all = serde_json::json!({
        "max_rejected": read.config.max_rejected,
        "beyond_tolerance": beyond,
        "quality": rows,
    });
    serde_json::to_string_pretty(&all).unwrap_or_default()
}
