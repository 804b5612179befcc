//! `elevflode check`: reads and cleans only, and reports everything about the extracts at once.

use std::path::PathBuf;

use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use serde_json::{Value, json};

use super::progress::ProgressLine;
use super::{Common, Session, tolerance};
use crate::clean::{IdKind, Reason, SourceForm, SourceQuality};
use crate::error::{Exit, Result};
use crate::extract::{Aspect, Guess};
use crate::model::{Ratio, Release};
use crate::pipeline::{self, Audit, Breach, OutputFolder, Read, RegisterNotes, Timings};
use crate::tables::{Effect, Headline, QualityRow, total};
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
    let line = ProgressLine::new(lang, options.common.quiet);
    let mut timings = Timings::default();
    let folder = options.out.as_deref().map(|out| OutputFolder::open(out, "check", Release::Internal)).transpose()?;
    let read = pipeline::read(session.loaded, session.memory, &mut timings, &line)?;
    let audit = pipeline::audit(&read)?;
    if let Some(folder) = folder {
        pipeline::write_quality(&read, lang, folder, &timings)?;
    }
    drop(line);
    if options.json {
        say!("{}", json(&read, audit.as_ref()));
    } else if !options.common.quiet {
        say!("{}{}", registers(&read.notes, lang), forms(&read.rows.quality, lang));
        say!("{}", table(&read.rows.quality, audit.as_ref(), lang));
        if let Some(audit) = &audit {
            say!("\n{}", headline(audit, lang));
        }
    }
    Ok(tolerance(&read, lang, options.common.quiet))
}

/// What was translated or filled in in the registers, a line for each register.
fn registers(notes: &[RegisterNotes], lang: Lang) -> String {
    let line = |register: &RegisterNotes| {
        let filled = register
            .notes
            .iter()
            .map(|(filled, number)| lang.count(&format!("check-register-{}", filled.as_str()), number));
        let filled: Vec<String> = filled.collect();
        let kind = lang.text(&format!("check-registers-{}", register.register));
        format!("{} ({kind})\n  {}: {}\n", register.file, lang.text("check-filled"), filled.join("; "))
    };
    notes.iter().map(line).collect()
}

/// How the sources were read; sources read in the same way are grouped.
fn forms(quality: &[SourceQuality], lang: Lang) -> String {
    let mut groups: Vec<(&SourceForm, Vec<&str>)> = Vec::new();
    for source in quality {
        for form in &source.forms {
            match groups.iter_mut().find(|(known, _)| known.is_like(form)) {
                Some((_, names)) => names.push(&source.source),
                None => groups.push((form, vec![&source.source])),
            }
        }
    }
    let mark = |text: String, is_configured: bool| {
        if is_configured { format!("{text} ({})", lang.text("check-told")) } else { text }
    };
    let mut out = String::new();
    for (form, names) in groups {
        let kind = lang.text(&format!("check-kind-{}", form.kind.as_str()));
        let guesses: Vec<String> = form.guesses.iter().map(|g| mark(guess(g, lang), g.is_configured)).collect();
        let columns: Vec<String> = form
            .columns
            .iter()
            .map(|c| mark(format!("{} = {}", c.field.as_str(), c.header), c.is_configured))
            .collect();
        out.push_str(&format!("{} ({kind})\n", names.join(", ")));
        out.push_str(&format!("  {}: {}\n", lang.text("check-read-as"), guesses.join(", ")));
        out.push_str(&format!("  {}: {}\n", lang.text("check-columns"), columns.join(", ")));
        if !form.unused.is_empty() {
            out.push_str(&format!("  {}: {}\n", lang.text("check-unused"), form.unused.join(", ")));
        }
        if let Some(ids) = form.ids {
            let (head, kind) = ("check-ids", format!("check-ids-{}", ids.as_str()));
            out.push_str(&format!("  {}: {}\n", lang.text(head), lang.text(&kind)));
        }
    }
    out
}

/// A guess in words.
pub(super) fn guess(guess: &Guess, lang: Lang) -> String {
    match guess.aspect {
        Aspect::Compression | Aspect::Format | Aspect::Encoding => guess.value.clone(),
        aspect => lang.say(&format!("check-form-{}", aspect.as_str()), &[("value", &guess.value)]),
    }
}

/// The quality ledger as a table: a row per source and reason.
fn table(quality: &[SourceQuality], audit: Option<&Audit>, lang: Lang) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let heads = ["source", "reason", "rows", "students", "share", "effect"];
    table.set_header(heads.map(|id| lang.text(&format!("check-{id}"))));
    for (position, source) in quality.iter().enumerate() {
        let (_, rows) = source.tally.unusable();
        for (reason, count) in source.tally.counts() {
            let share = if reason.is_inside() { Ratio::new(count.rows, rows) } else { Ratio::new(0, 0) };
            let students = if count.unknown > 0 { ".".to_owned() } else { lang.number(count.students) };
            let effect = audit.and_then(|a| Some(span(&a.headline, *a.effects[position].get(&reason)?, lang)));
            table.add_row([
                source.source.clone(),
                lang.text(&format!("reason-{}", reason.as_str())),
                lang.number(count.rows),
                students,
                lang.percent(share, 2),
                effect.unwrap_or_default(),
            ]);
        }
    }
    for column in 2..6 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// The headline share if all students of the effect study at home, and if none does.
fn span(headline: &Headline, effect: Effect, lang: Lang) -> String {
    let more = if effect.uncounted > 0 { " +" } else { "" };
    format!("{}–{}{more}", lang.decimal(hundredfold(headline.low(effect)), 2), lang.percent(headline.high(effect), 2))
}

fn hundredfold(share: Ratio) -> Ratio {
    Ratio::wide(share.num() * 100, share.den())
}

/// The headline, and how far unusable rows could move it.
fn headline(audit: &Audit, lang: Lang) -> String {
    let Headline { topic, cross, students } = audit.headline;
    let effect = total(audit.effects.iter().flat_map(|effects| effects.values()));
    let text = lang.say(
        "check-headline",
        &[
            ("share", &lang.percent(audit.headline.share(), 2)),
            ("cross", &lang.number(cross)),
            ("students", &lang.number(students)),
            ("population", &lang.text(&format!("population-{}", topic.population.as_str()))),
            ("snapshot", &lang.text(&format!("snapshot-{}", topic.snapshot.as_str()))),
            ("year", &topic.year.to_string()),
        ],
    );
    if effect.rows == 0 {
        return format!("{text} {}", lang.text("check-nothing-lost"));
    }
    let lost = lang.say(
        "check-lost",
        &[
            ("lost", &lang.number(effect.students)),
            ("low", &lang.percent(audit.headline.low(effect), 2)),
            ("high", &lang.percent(audit.headline.high(effect), 2)),
        ],
    );
    if effect.uncounted == 0 {
        return format!("{text} {lost}");
    }
    let more = lang.say("check-uncounted", &[("rows", &lang.number(effect.uncounted))]);
    format!("{text} {lost} {more}")
}

/// Everything as JSON.
fn json(read: &Read, audit: Option<&Audit>) -> String {
    let quality: Vec<Value> = QualityRow::of(&read.rows)
        .iter()
        .map(|row| {
            let source = read.rows.quality.iter().position(|s| s.source == *row.source);
            let reason = Reason::ALL.iter().find(|r| r.as_str() == &*row.reason);
            let effect = source.zip(reason).and_then(|(s, r)| Some((&audit?.headline, *audit?.effects[s].get(r)?)));
            json!({
                "source": &*row.source,
                "reason": &*row.reason,
                "rows": row.rows.value(),
                "students": row.students.value(),
                "effect": effect.map(|(headline, effect)| effect_json(headline, effect)),
            })
        })
        .collect();
    let breaches = pipeline::breaches(read);
    let beyond: std::collections::BTreeSet<&str> = breaches.iter().map(Breach::source).collect();
    let all = json!({
        "max_rejected": read.config.max_rejected,
        "max_repeated": read.config.max_repeated,
        "beyond_tolerance": beyond,
        "breaches": breaches.iter().map(breach_json).collect::<Vec<_>>(),
        "registers": read.notes.iter().map(register_json).collect::<Vec<_>>(),
        "sources": read.rows.quality.iter().flat_map(source_json).collect::<Vec<_>>(),
        "quality": quality,
        "headline": audit.map(headline_json),
    });
    serde_json::to_string_pretty(&all).unwrap_or_default()
}

fn breach_json(breach: &Breach) -> Value {
    match breach {
        Breach::Unusable { source, rows, all } => {
            json!({ "source": source, "tolerance": "max_rejected", "rows": rows, "of": all })
        }
        Breach::Repeated { source, rows, all } => {
            json!({ "source": source, "tolerance": "max_repeated", "rows": rows, "of": all })
        }
        Breach::RepeatedCounts { source, rows, differing_column } => {
            json!({ "source": source, "tolerance": "repeated", "rows": rows, "apart": differing_column })
        }
    }
}

fn register_json(register: &RegisterNotes) -> Value {
    let filled: serde_json::Map<String, Value> =
        register.notes.iter().map(|(filled, number)| (filled.as_str().to_owned(), json!(number))).collect();
    json!({ "register": register.register, "file": register.file, "filled": filled })
}

fn source_json(source: &SourceQuality) -> impl Iterator<Item = Value> + '_ {
    source.forms.iter().map(|form| {
        let guesses: serde_json::Map<String, Value> = form
            .guesses
            .iter()
            .map(|g| (g.aspect.as_str().to_owned(), json!({ "value": g.value, "told": g.is_configured })))
            .collect();
        let columns: serde_json::Map<String, Value> = form
            .columns
            .iter()
            .map(|c| (c.field.as_str().to_owned(), json!({ "header": c.header, "told": c.is_configured })))
            .collect();
        json!({ "source": source.source, "kind": form.kind.as_str(), "form": guesses, "columns": columns, "unused": form.unused, "ids": form.ids.map(IdKind::as_str) })
    })
}

fn effect_json(headline: &Headline, effect: Effect) -> Value {
    json!({
        "rows": effect.rows,
        "students": effect.students,
        "uncounted_rows": effect.uncounted,
        "low": headline.low(effect).fixed(6),
        "high": headline.high(effect).fixed(6),
    })
}

fn headline_json(audit: &Audit) -> Value {
    let Headline { topic, cross, students } = audit.headline;
    let effect = total(audit.effects.iter().flat_map(|effects| effects.values()));
    json!({
        "snapshot": topic.snapshot.as_str(),
        "year": topic.year,
        "population": topic.population.as_str(),
        "cross_provider": cross,
        "students": students,
        "cross_provider_share": audit.headline.share().fixed(6),
        "effect": effect_json(&audit.headline, effect),
    })
}
