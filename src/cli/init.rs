//! `elevflode init`: a commented config to start from, with the mapping of real extracts filled in if files are given.

use std::path::PathBuf;

use clap::Args;

use super::check::guess;
use crate::error::{Error, Exit, Result};
use crate::extract::registers::is_unit_register;
use crate::extract::{Fit, KindBasis, Survey, is_needed};
use crate::io;
use crate::model::Release;
use crate::words::Lang;

/// Options of `init`.
#[derive(Args, Debug)]
pub struct Options {
    dir: PathBuf,
    #[arg(long, value_name = "FILE", num_args = 1..)]
    from: Vec<PathBuf>,
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
    let (mut found, mut units) = (Vec::new(), Vec::new());
    for file in &options.from {
        let name = file.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let path = io::path_from(&options.dir, file)?;
        if is_unit_register(&name, io::open(file)?) {
            units.push(path);
        } else {
            found.push((name.clone(), path, Survey::of(&name, io::open(file)?)?));
        }
    }
    let text = if found.is_empty() { template.to_owned() } else { filled_in(template, &found, lang) };
    let text = with_units(&text, &units, lang);
    io::write_file(&path, text.as_bytes(), Release::Public)?;
    say!("{}", lang.say("init-written", &[("path", &path.display().to_string())]));
    for (name, _, survey) in &found {
        for open in open_questions(survey, lang) {
            say!("{name}: {open}");
        }
    }
    Ok(Exit::Done)
}

/// The template with its examples replaced by the extracts found.
fn filled_in(template: &str, found: &[(String, String, Survey)], lang: Lang) -> String {
    // The examples are between the comment above the first of them and the registers.
    let first = template.find("\n[[extract]]").unwrap_or(template.len());
    let start = template[..first].rfind("\n\n").map_or(first, |blank| blank + 2);
    let end = template.find("[registers]").unwrap_or(template.len());
    let extracts: Vec<String> = found.iter().map(|(name, path, survey)| extract(name, path, survey, lang)).collect();
    format!("{}{}\n{}", &template[..start], extracts.join("\n"), &template[end..])
}

/// The config with its register of units; further ones are comments below the first.
fn with_units(text: &str, units: &[String], lang: Lang) -> String {
    let Some((first, others)) = units.split_first() else { return text.to_owned() };
    let line = |path: &String| format!("units = {}", quoted(path));
    let others = others.iter().map(|path| format!("\n# {} # {}", line(path), lang.text("init-units-several")));
    text.replacen("units = \"skolenheter.csv\"", &(line(first) + &others.collect::<String>()), 1)
}

/// One `[[extract]]`, commented.
fn extract(name: &str, path: &str, survey: &Survey, lang: Lang) -> String {
    let form: Vec<String> = survey.guesses.iter().map(|g| guess(g, lang)).collect();
    let mut out = format!("# {name}: {}\n[[extract]]\n", form.join(", "));
    let mut line = |text: String, comment: Option<&str>| match comment.map(|id| lang.text(id)) {
        Some(comment) => out.push_str(&format!("{text:<31} # {comment}\n")),
        None => out.push_str(&format!("{text}\n")),
    };
    let by = match survey.kind_basis {
        KindBasis::Columns => "init-kind-columns",
        KindBasis::Name => "init-kind-name",
        KindBasis::Default => "init-kind-nothing",
    };
    line(format!("kind = {}", quoted(survey.kind.as_str())), Some(by));
    line(format!("path = {}", quoted(path)), None);
    let has_year = survey.columns.iter().any(|(f, fit)| f.as_str() == "year" && *fit != Fit::None);
    match survey.year {
        Some(year) if !has_year => line(format!("year = {year}"), Some("init-year-name")),
        None if !has_year => line("# year = 2023".to_owned(), Some("init-year-none")),
        _ => {}
    }
    if survey.kind.as_str() == "admission" {
        line(format!("round = {}", quoted(survey.round.as_str())), Some("init-round"));
    }
    out.push_str("[extract.columns]\n");
    let is_counted_twice = has_both(survey);
    for (field, fit) in &survey.columns {
        let key = field.as_str();
        match fit {
            Fit::One(header) if key == "count" && is_counted_twice => {
                out.push_str(&format!("# {key} = {} # {}\n", quoted(header), lang.text("init-student-or-count")));
            }
            Fit::One(header) => out.push_str(&format!("{key} = {}\n", quoted(header))),
            Fit::Several(headers) => {
                for header in headers {
                    out.push_str(&format!("# {key} = {} # {}\n", quoted(header), lang.text("init-several")));
                }
            }
            Fit::None if key == "year" => {}
            Fit::None => out.push_str(&format!("# {key} = \"\" # {}\n", lang.text("init-none"))),
        }
    }
    if !survey.others.is_empty() {
        let others: Vec<String> = survey.others.iter().map(|h| quoted(h)).collect();
        out.push_str(&format!("# {}: {}\n", lang.text("init-others"), others.join(", ")));
    }
    out
}

fn has_both(survey: &Survey) -> bool {
    ["student", "count"]
        .iter()
        .all(|key| survey.columns.iter().any(|(field, fit)| field.as_str() == *key && matches!(fit, Fit::One(_))))
}

/// What the user must decide before the config can be used.
fn open_questions(survey: &Survey, lang: Lang) -> Vec<String> {
    let mut out: Vec<String> = survey
        .columns
        .iter()
        .filter_map(|(field, fit)| match fit {
            Fit::Several(headers) => {
                let texts = [("field", field.as_str()), ("headers", &headers.join(", "))];
                Some(lang.say("init-open-several", &texts))
            }
            Fit::None if is_needed(*field, survey.kind) => {
                Some(lang.say("init-open-none", &[("field", field.as_str())]))
            }
            _ => None,
        })
        .collect();
    if survey.kind_basis == KindBasis::Default {
        out.push(lang.text("init-open-kind"));
    }
    let has_year = survey.columns.iter().any(|(f, fit)| f.as_str() == "year" && *fit != Fit::None);
    if survey.year.is_none() && !has_year {
        out.push(lang.text("init-open-year"));
    }
    out
}

/// A TOML string; a line end in a header does not end the line.
fn quoted(text: &str) -> String {
    toml::Value::String(text.replace(['\n', '\r'], " ")).to_string()
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

    #[test]
    fn a_filled_in_template_is_a_config() {
        let files = [
            ("antagning \"slut\" 2023.csv", "Personnummer;Hemkommun;Skolenhetskod;Antal;\"Namn \"\"x\"\"\"\n"),
            ("oktober.csv", "Elevid,Hemkommunkod,Folkbokföringskommunkod,Skolenhetskod,Årskurs\n"),
            ("p.csv", "Skolenhetskod\tProgram\tPlatser\tTidpunkt\tÅr\n"),
        ];
        for (template, lang) in [(SV, Lang::Sv), (EN, Lang::En)] {
            let found: Vec<_> = files
                .iter()
                .map(|(name, text)| {
                    (
                        (*name).to_owned(),
                        format!("in/{name}"),
                        Survey::of(name, io::Content::Memory(text.as_bytes().to_vec())).unwrap(),
                    )
                })
                .collect();
            let text = filled_in(template, &found, lang);
            let config = RunConfig::parse("elevflode.toml", &text).unwrap_or_else(|e| panic!("{e}\n{text}"));
            let paths: Vec<&str> = config.extracts.iter().map(|e| e.path.as_str()).collect();
            assert_eq!(paths, files.map(|(name, _)| format!("in/{name}")), "{text}");
            let kinds: Vec<&str> = config.extracts.iter().map(|e| e.kind.as_str()).collect();
            assert_eq!(kinds, ["admission", "october", "seats"]);
            assert_eq!(config.extracts[0].year, Some(2023));
            assert_eq!(config.registers.units.as_deref(), Some("skolenheter.csv"));
            let with = with_units(&text, &["in/enheter.json".to_owned(), "b.csv".to_owned()], lang);
            let config = RunConfig::parse("elevflode.toml", &with).unwrap_or_else(|e| panic!("{e}\n{with}"));
            assert_eq!(config.registers.units.as_deref(), Some("in/enheter.json"));
            assert_eq!(open_questions(&found[0].2, lang), Vec::<String>::new());
            assert_eq!(open_questions(&found[1].2, lang).len(), 2, "two homes, no year");
            assert!(!text.contains("init-"), "a message without words: {text}");
        }
    }
}
