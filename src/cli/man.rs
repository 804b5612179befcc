//! `elevflode man`: the manual as man pages, one for the program and one for each command.
//!
//! The texts are those of `--help`. No page has a date, so that the same version gives the same bytes.

use std::path::PathBuf;

use clap::{Args, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::error::{Exit, Result};
use crate::io;
use crate::model::Release;
use crate::words::Lang;

/// Options of `man`.
#[derive(Args, Debug)]
pub struct Options {
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[arg(long, value_name = "LANG")]
    lang: Option<super::LangArg>,
}

/// The section of the manual for programs.
const SECTION: &str = "1";

/// Environment variables that the program reads; their texts are `man-env-<name>`.
const VARIABLES: [(&str, &str); 5] = [
    ("ELEVFLODE_CACHE", "cache"),
    ("ELEVFLODE_PLANS", "plans"),
    ("LC_ALL, LC_MESSAGES, LANG", "locale"),
    ("TMPDIR", "tmpdir"),
    ("SPARK_CONNECT_AUTHENTICATE_TOKEN", "spark"),
];

/// Headings that clap_mangen writes only in English, as whole lines, and the ids of the texts that replace them.
const HEADINGS: [(&str, &str); 6] = [
    (".SH NAME", "man-name"),
    (".SH SYNOPSIS", "man-synopsis"),
    (".SH DESCRIPTION", "man-description"),
    (".SH OPTIONS", "man-options"),
    (".SH SUBCOMMANDS", "man-commands"),
    (".SH VERSION", "man-version"),
];

/// The same for words within lines, each after the text that identifies it.
const WORDS: [(&str, &str, &str); 3] = [
    ("\\fI", "subcommands", "man-command"),
    ("\\fI", "Possible values", "man-values"),
    ("[", "default", "man-default"),
];

pub(super) fn run(options: &Options, lang: Lang) -> Result<Exit> {
    let lang = options.lang.map_or(lang, Lang::from);
    let pages = pages(lang);
    match &options.out {
        None => pages.iter().take(1).for_each(|(_, page)| say!("{}", page.trim_end())),
        Some(folder) => {
            for (name, page) in &pages {
                io::write_file(&folder.join(name), page.as_bytes(), Release::Public)?;
            }
            let (count, path) = (lang.number(pages.len() as u64), folder.display().to_string());
            say!("{}", lang.say("man-written", &[("count", &count), ("path", &path)]));
        }
    }
    Ok(Exit::Done)
}

/// All pages with their file names, the program's first.
fn pages(lang: Lang) -> Vec<(String, String)> {
    let mut program = super::command(lang).disable_help_subcommand(true);
    program.build();
    let named = |command: &Command, page| (Man::new(command.clone()).section(SECTION).get_filename(), page);
    let main = named(&program, main_page(&program, lang));
    let others = program.get_subcommands().map(|command| named(command, page_of(command, &program, lang)));
    std::iter::once(main).chain(others).collect()
}

/// The page for the program.
fn main_page(program: &Command, lang: Lang) -> String {
    let mut roff = Roff::default();
    roff.control("SH", [lang.text("man-exit-codes").as_str()]);
    roff.text([roman(lang.text("help-exit-codes"))]);
    roff.control("SH", [lang.text("man-environment").as_str()]);
    for (name, word) in VARIABLES.iter().filter(|(_, word)| *word != "spark" || cfg!(feature = "spark")) {
        roff.control("TP", []);
        roff.text([bold(*name)]);
        roff.text([roman(lang.text(&format!("man-env-{word}")))]);
    }
    let commands = |man: &Man, out: &mut Vec<u8>| man.render_subcommands_section(out);
    let version = |man: &Man, out: &mut Vec<u8>| man.render_version_section(out);
    rendered(program, program, &[&commands], &[&version], &roff, lang)
}

/// The page for a command.
fn page_of(command: &Command, program: &Command, lang: Lang) -> String {
    let mut roff = Roff::default();
    roff.control("SH", [lang.text("man-see-also").as_str()]);
    roff.text([bold(program.get_name()), roman(format!("({SECTION})"))]);
    rendered(command, program, &[], &[], &roff, lang)
}

/// Writes a section of a page.
type Section<'a> = &'a dyn Fn(&Man, &mut Vec<u8>) -> std::io::Result<()>;

/// A page: the common header, sections of clap_mangen, our own sections, and the last sections.
fn rendered(
    command: &Command,
    program: &Command,
    middle: &[Section<'_>],
    last: &[Section<'_>],
    own: &Roff,
    lang: Lang,
) -> String {
    let man = Man::new(command.clone()).section(SECTION);
    let first: [Section<'_>; 4] = [
        &|man, out| man.render_name_section(out),
        &|man, out| man.render_synopsis_section(out),
        &|man, out| man.render_description_section(out),
        &|man, out| man.render_options_section(out),
    ];
    let own: Section<'_> = &|_, out| own.to_writer(out);
    // Every section begins with the definition of an apostrophe, which is needed once.
    let preamble = Roff::default().render();
    let (name, version) = (program.get_name(), program.get_version().unwrap_or_default());
    let title = command.get_display_name().unwrap_or(name);
    // The third argument is the date. clap_mangen leaves out its quotation marks, so that the version would be read as
    // the date.
    let mut page = format!("{preamble}.TH {title} {SECTION} \"\" \"{name} {version}\" \"\"\n");
    for section in first.iter().chain(middle).chain([&own]).chain(last) {
        let mut bytes = Vec::new();
        // Writing to memory cannot fail.
        let _ = section(&man, &mut bytes);
        let text = String::from_utf8_lossy(&bytes);
        page.push_str(text.strip_prefix(&preamble).unwrap_or(&text));
    }
    translated(&page, lang)
}

/// The page with the English words of clap_mangen translated.
fn translated(page: &str, lang: Lang) -> String {
    let heading = |line: &str| HEADINGS.iter().find(|(english, _)| *english == line).map(|(_, id)| lang.text(id));
    let line = |line: &str| match heading(line) {
        Some(words) => format!(".SH {words}\n"),
        None => WORDS.iter().fold(format!("{line}\n"), |line, (before, english, id)| {
            line.replace(&format!("{before}{english}"), &format!("{before}{}", lang.text(id)))
        }),
    };
    page.lines().map(line).collect()
}
