//! The command line: a thin layer over the library, and the only place that prints.

/// Prints a line to standard output. A closed pipe (`| head`) is not an error.
macro_rules! say {
    ($($part:tt)*) => {{
        use std::io::Write;
        let _ = writeln!(std::io::stdout(), $($part)*);
    }};
}

/// Prints a line to standard error; failures are ignored.
macro_rules! warn {
    ($($part:tt)*) => {{
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), $($part)*);
    }};
}

mod arguments;
mod check;
mod completions;
mod flows;
mod init;
mod list;
mod man;
mod map;
mod progress;
mod report;
mod slides;
mod synth;
mod wanted;
mod whatif;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, ArgAction, Args, Command, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::error::{Error, Exit, Result};
use crate::io::stop;
use crate::model::{Ratio, Release, Year};
use crate::pipeline::{self, Breach, Loaded, Read, Remark, Request};
use crate::theme::Doubt;
use crate::words::Lang;

/// `elevflode`.
#[derive(Parser, Debug)]
#[command(name = "elevflode", version)]
struct Cli {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Subcommand, Debug)]
enum Sub {
    Report(report::Options),
    Check(check::Options),
    Flows(flows::Options),
    Map(map::Options),
    Slides(slides::Options),
    Whatif(whatif::Options),
    Synth(synth::Options),
    Init(init::Options),
    List(list::Options),
    Completions(completions::Options),
    Man(man::Options),
}

/// Options of every command that reads a config.
#[derive(Args, Debug, Clone)]
struct Common {
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[arg(long, value_name = "LANG")]
    lang: Option<LangArg>,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    #[arg(long, value_name = "SIZE", value_parser = arguments::size)]
    memory: Option<u64>,
    #[arg(long)]
    quiet: bool,
}

/// Options of every command that produces results.
#[derive(Args, Debug, Clone)]
struct Results {
    #[arg(long, value_name = "YEAR")]
    year: Option<Year>,
    #[arg(long, value_name = "RELEASE")]
    release: Option<ReleaseArg>,
    #[arg(long, value_name = "MANIFEST")]
    since: Vec<PathBuf>,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum LangArg {
    Sv,
    En,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum ReleaseArg {
    Internal,
    Public,
}

impl From<LangArg> for Lang {
    fn from(lang: LangArg) -> Self {
        match lang {
            LangArg::Sv => Self::Sv,
            LangArg::En => Self::En,
        }
    }
}

impl Results {
    /// The requested release; public by default.
    fn release(&self) -> Release {
        match self.release {
            Some(ReleaseArg::Internal) => Release::Internal,
            None | Some(ReleaseArg::Public) => Release::Public,
        }
    }
}

/// The config of a command, and the language of its messages.
struct Session {
    loaded: Loaded,
    lang: Lang,
    memory: Option<u64>,
}

impl Common {
    fn open(&self) -> Result<Session> {
        if let Some(threads) = self.threads {
            // An existing pool (in tests within one process) is used instead.
            let _ = rayon::ThreadPoolBuilder::new().num_threads(usize::from(threads)).build_global();
        }
        let loaded = pipeline::load(self.config.as_deref())?;
        let lang = self.lang.map(Lang::from).or(loaded.config.language).unwrap_or_else(locale);
        for id in pipeline::engine_limits(&loaded.config).iter().filter(|_| !self.quiet) {
            warn!("{}: {}", lang.text("word-note"), lang.text(id));
        }
        Ok(Session { loaded, lang, memory: self.memory })
    }
}

/// The locale's language, else Swedish.
fn locale() -> Lang {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .and_then(|value| Lang::from_locale(&value))
        .unwrap_or(Lang::Sv)
}

/// The requested language, found before the arguments are parsed: help and errors need it.
fn language(args: &[OsString]) -> Lang {
    let texts: Vec<&str> = args.iter().filter_map(|a| a.to_str()).collect();
    let after = texts.windows(2).find(|pair| pair[0] == "--lang").map(|pair| pair[1]);
    let glued = texts.iter().find_map(|text| text.strip_prefix("--lang="));
    after.or(glued).and_then(Lang::from_locale).unwrap_or_else(locale)
}

/// Runs the program with these arguments (the first is its name) and prints its messages.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let lang = language(&args);
    let matches = match command(lang).try_get_matches_from(args) {
        Ok(matches) => matches,
        Err(e) => {
            let Some(error) = arguments::refused(&e).filter(|_| e.use_stderr()) else {
                // Help and version: clap prints each to the right stream.
                let _ = e.print();
                return ExitCode::from(if e.use_stderr() { Exit::Usage } else { Exit::Done } as u8);
            };
            warn!("{}: {}", lang.text("word-error"), error.text(lang));
            return ExitCode::from(error.exit() as u8);
        }
    };
    stop::listen(move || warn!("{}", lang.text("word-stopped")));
    let done = Cli::from_arg_matches(&matches).map_err(|_| Error::new(Exit::Usage, "error-arguments"));
    let (lang, done) = match done {
        Ok(cli) => cli.command.run(lang),
        Err(e) => (lang, Err(e)),
    };
    match done {
        Ok(exit) => ExitCode::from(exit as u8),
        Err(error) => {
            warn!("{}: {}", lang.text("word-error"), error.text(lang));
            ExitCode::from(error.exit() as u8)
        }
    }
}

impl Sub {
    /// Runs the command; returns the language of its messages with the result.
    fn run(self, lang: Lang) -> (Lang, Result<Exit>) {
        let with = |common: Common, work: &dyn Fn(Session) -> Result<Exit>| match common.open() {
            Ok(session) => (session.lang, work(session)),
            Err(e) => (lang, Err(e)),
        };
        match self {
            Self::Report(options) => with(options.common.clone(), &|session| report::run(&options, session)),
            Self::Check(options) => with(options.common.clone(), &|session| check::run(&options, session)),
            Self::Flows(options) => with(options.common.clone(), &|session| flows::run(&options, session)),
            Self::Map(options) => with(options.common.clone(), &|session| map::run(&options, session)),
            Self::Slides(options) => with(options.common.clone(), &|session| slides::run(&options, session)),
            Self::Whatif(options) => with(options.common.clone(), &|session| whatif::run(&options, session)),
            Self::Synth(options) => (lang, synth::run(&options, lang)),
            Self::Init(options) => (lang, init::run(&options, lang)),
            Self::List(options) => (lang, list::run(&options, lang)),
            Self::Completions(options) => (lang, completions::run(&options, lang)),
            Self::Man(options) => (lang, man::run(&options, lang)),
        }
    }
}

/// The command line with its help in this language.
fn command(lang: Lang) -> Command {
    let about = lang.text("help");
    let version = flag("version", 'V', ArgAction::Version, lang);
    let mut command = Cli::command().about(about).after_help(lang.text("help-exit-codes"));
    command = helping(command, lang).disable_version_flag(true).arg(version);
    let names: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    for name in names {
        command = command.mut_subcommand(&name, |sub| {
            let about = lang.text(&format!("help-{name}"));
            let arguments: Vec<String> = sub.get_arguments().map(|a| a.get_id().to_string()).collect();
            let sub =
                arguments.iter().fold(sub.about(about), |sub, id| sub.mut_arg(id, |arg| explained(arg, lang, &name)));
            helping(sub, lang)
        });
    }
    command
}

/// A command whose `--help` is explained in this language.
fn helping(command: Command, lang: Lang) -> Command {
    command.disable_help_flag(true).arg(flag("help", 'h', ArgAction::Help, lang))
}

/// A flag that clap would otherwise explain in its own words.
fn flag(name: &'static str, short: char, action: ArgAction, lang: Lang) -> Arg {
    Arg::new(name).short(short).long(name).action(action).help(lang.text(&format!("help-option-{name}")))
}

/// An argument with its help: the command's own text if there is one, else the common one.
fn explained(arg: Arg, lang: Lang, command: &str) -> Arg {
    let own = format!("help-{command}-{}", arg.get_id());
    let common = format!("help-option-{}", arg.get_id());
    let help = lang.text(if lang.has(&own) { &own } else { &common });
    arg.help(help)
}

/// Prints remarks about sources and broken tolerances; returns the exit code.
fn tolerance(read: &Read, lang: Lang, quiet: bool) -> Exit {
    for remark in pipeline::remarks(read).iter().filter(|_| !quiet) {
        warn!("{}: {}", lang.text("word-note"), remarked(remark, lang));
    }
    let breaches = pipeline::breaches(read);
    for breach in &breaches {
        warn!("{}: {}", lang.text("word-warning"), broken(breach, read, lang).text(lang));
    }
    if breaches.is_empty() { Exit::Done } else { Exit::Tolerance }
}

/// A remark as text.
fn remarked(remark: &Remark, lang: Lang) -> String {
    match remark {
        Remark::NoYearGroup { sources, unused } => {
            let unused = if unused.is_empty() { "\u{2013}".to_owned() } else { unused.join(", ") };
            let source = some(sources, lang);
            lang.say("remark-no-year-group", &[("source", &source), ("unused", &unused)])
        }
        Remark::AllProtected { source } => lang.say("remark-all-protected", &[("source", source)]),
        Remark::HiddenRows { source, rows } => lang.say("remark-hidden-rows", &[("source", source), ("rows", rows)]),
        Remark::SharedIds { source, rows } => {
            lang.say("remark-shared-ids", &[("source", source), ("rows", &lang.number(*rows))])
        }
        Remark::Unspellable { names } => lang.say("remark-unspellable", &[("names", &some(names, lang))]),
        Remark::OfficialWithoutYearGroups => lang.text("remark-official-without-year-groups"),
        Remark::SeveralRounds { sources: [one, other] } => {
            lang.say("remark-several-rounds", &[("one", one), ("other", other)])
        }
    }
}

/// The first names of a list, and the number of others.
fn some(names: &[String], lang: Lang) -> String {
    const SHOWN: usize = 3;
    let shown = names[..names.len().min(SHOWN)].join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => lang.say("names-more", &[("names", &shown), ("more", &more.to_string())]),
    }
}

/// A broken tolerance as a message in four parts.
fn broken(breach: &Breach, read: &Read, lang: Lang) -> Error {
    let share = |id: &'static str, source: &str, rows: u64, all: u64, most: f64| {
        Error::new(Exit::Tolerance, id)
            .with("source", source)
            .with("unusable", lang.number(rows))
            .with("rows", lang.number(all))
            .with("share", lang.percent(Ratio::new(rows, all), 1))
            .with("max", most)
    };
    match breach {
        Breach::Unusable { source, rows, all } => {
            share("error-tolerance", source, *rows, *all, read.config.max_rejected)
        }
        Breach::Repeated { source, rows, all } => {
            share("error-tolerance-repeated", source, *rows, *all, read.config.max_repeated)
        }
        Breach::RepeatedCounts { source, rows, differing_column } => {
            let id = if differing_column.is_some() { "error-rows-again" } else { "error-rows-twice" };
            Error::new(Exit::Tolerance, id)
                .with("source", source)
                .with("rows", lang.number(*rows))
                .with("column", differing_column.as_deref().unwrap_or_default())
        }
    }
}

/// The request of a command's options, with the default theme.
fn request(results: &Results, lang: Lang) -> Request {
    Request { year: results.year, since: results.since.clone(), ..Request::new(lang, results.release()) }
}

/// Options of every command that draws.
#[derive(Args, Debug, Clone)]
struct LookOptions {
    #[arg(long, value_name = "FILE")]
    theme: Option<PathBuf>,
}

/// Options of every command that makes slides.
#[derive(Args, Debug, Clone)]
struct DeckLookOptions {
    #[command(flatten)]
    look: LookOptions,
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,
}

/// The request of a command that draws, with the requested theme. Prints warnings about its readability.
fn dressed(results: &Results, session: &Session, look: &LookOptions, template: Option<&Path>) -> Result<Request> {
    let theme = pipeline::theme(&session.loaded, look.theme.as_deref(), template)?;
    let lang = session.lang;
    theme.doubts.iter().for_each(|doubt| warn!("{}: {}", lang.text("word-warning"), doubted(doubt, lang)));
    Ok(Request { theme, ..request(results, lang) })
}

/// A doubt about a theme or template as text.
fn doubted(doubt: &Doubt, lang: Lang) -> String {
    let number = |value: &f64| lang.decimal(Ratio::new((value * 10.0).floor() as u64, 10_u64), 1);
    match doubt {
        Doubt::Contrast { slot, ground, found, wanted } => {
            let args = [("slot", slot.as_str()), ("ground", &lang.text(ground)), ("found", &number(found))];
            lang.say("theme-contrast", &[&args[..], &[("wanted", &number(wanted))]].concat())
        }
        Doubt::Alike { slot, other, sight, found, wanted } => {
            let args = [("slot", slot.as_str()), ("other", other), ("sight", &lang.text(sight))];
            lang.say("theme-alike", &[&args[..], &[("found", &number(found)), ("wanted", &number(wanted))]].concat())
        }
        Doubt::Layout { path, role, used } => {
            lang.say("slides-fallback", &[("path", path), ("role", &lang.text(role)), ("used", used)])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_and_option_is_explained_in_both_languages() {
        for lang in Lang::ALL {
            for sub in command(lang).get_subcommands() {
                let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
                assert!(!about.is_empty() && !about.starts_with("help-"), "{}", sub.get_name());
                for arg in sub.get_arguments() {
                    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
                    assert!(!help.is_empty() && !help.starts_with("help-"), "{} {}", sub.get_name(), arg.get_id());
                }
            }
        }
    }
}
