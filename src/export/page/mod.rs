//! `index.html`: the whole report as one static page, for screen, phone and paper.
//!
//! Each section is plain data of [`crate::report::view`] and a template (`data/page/<section>.html`); words come from
//! `data/words/*/report.ftl`. This module turns them into HTML. Sections need no script, and the page loads nothing
//! from outside. With scripts enabled it begins with the [`explorer`], which reads the released tables embedded in the
//! page.
//!
//! Explanatory texts are present in both languages, the other one hidden (`.in-sv`, `.in-en`), and short texts carry
//! both (`data-sv`, `data-en`), so that a script can change the language. Everything else is in the report's language.

mod data;
mod explorer;
mod languages;
mod outlines;
mod picture;
mod scripts;
#[cfg(test)]
mod tests;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, UndefinedBehavior, context};

use super::{Exporter, Material, Output, Part, Sink};
use crate::error::{Error, Exit, Result};
use crate::render::{self, Medium};
use crate::report::view::{Context, Sections};
use crate::words::Lang;

/// `index.html`.
const PAGE: Part = Part::new("page", &[Medium::Page]);

/// The exporter of `index.html`.
pub struct Page;

impl Exporter for Page {
    fn id(&self) -> &'static str {
        "page"
    }

    fn parts(&self) -> &'static [Part] {
        &[PAGE]
    }

    fn export(&self, material: &Material<'_>, _: Part, sink: &dyn Sink) -> Result<()> {
        sink.put(Output { name: "index.html".to_owned(), bytes: page(material)? })
    }
}

/// Templates by name; those ending in `.html` escape every value.
const TEMPLATES: &[(&str, &str)] = &[
    ("page.html", include_str!("../../../data/page/page.html")),
    ("parts.html", include_str!("../../../data/page/parts.html")),
    ("overview.html", include_str!("../../../data/page/overview.html")),
    ("trend.html", include_str!("../../../data/page/trend.html")),
    ("matrix.html", include_str!("../../../data/page/matrix.html")),
    ("municipality.html", include_str!("../../../data/page/municipality.html")),
    ("ledger.html", include_str!("../../../data/page/ledger.html")),
    ("seats.html", include_str!("../../../data/page/seats.html")),
    ("dependents.html", include_str!("../../../data/page/dependents.html")),
    ("regions.html", include_str!("../../../data/page/regions.html")),
    ("official.html", include_str!("../../../data/page/official.html")),
    ("quality.html", include_str!("../../../data/page/quality.html")),
    ("protection.html", include_str!("../../../data/page/protection.html")),
    ("methods.html", include_str!("../../../data/page/methods.html")),
];

const STYLE: &str = include_str!("../../../data/page/page.css");

/// The page of a report, UTF-8. It embeds the font once for itself and all pictures; a picture that was not drawn is
/// left out.
///
/// # Errors
/// A template that cannot be rendered: an error of the program.
fn page(material: &Material<'_>) -> Result<Vec<u8>> {
    let context = Context::new(material.model).of_page();
    let failed = |e: &minijinja::Error| Error::new(Exit::Output, "error-page").with("why", format!("{e:#}"));
    let environment = environment(context.lang).map_err(|e| failed(&e))?;
    let template = environment.get_template("page.html").map_err(|e| failed(&e))?;
    let mut html = outlines::shared(&template.render(view(&context, material)?).map_err(|e| failed(&e))?);
    html.push('\n');
    Ok(html.into_bytes())
}

/// The templates, and the function `t("id", name=value)`: a sentence in the report's language, or in the language
/// `lang`.
fn environment(lang: Lang) -> std::result::Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    for (name, source) in TEMPLATES {
        environment.add_template(name, source)?;
    }
    environment.add_function("t", move |id: &str, words: Kwargs| -> std::result::Result<String, minijinja::Error> {
        let mut args = Vec::new();
        for name in words.args().filter(|name| *name != "lang") {
            args.push((name, words.get::<String>(name)?));
        }
        let args: Vec<(&str, &str)> = args.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let other = words.get::<Option<String>>("lang")?;
        let lang = other.and_then(|tag| Lang::ALL.into_iter().find(|lang| lang.tag() == tag)).unwrap_or(lang);
        Ok(lang.say(id, &args))
    });
    Ok(environment)
}

/// All values that the templates show.
fn view(context: &Context<'_>, material: &Material<'_>) -> Result<Value> {
    // Every script of the page, byte for byte; the policy lets no other script run.
    let scripts: &[&str] = &[explorer::SCRIPT];
    let look = context! {
        style => STYLE.replace("Inter,", &format!("\"{}\",", render::family())),
        font => render::font_css(),
        script_source => scripts::source(scripts),
    };
    let explorer = context! {
        data => explorer::data(material),
        script => explorer::SCRIPT,
        style => explorer::STYLE,
        licences => explorer::LICENCES,
    };
    let all = context.lang.number(context.municipalities().len() as u64);
    let words = context! {
        explorer,
        languages => languages::view(context)?,
        is_short => context.is_short(),
        short_note => context.say("page-municipalities-short", &[("all", &all)]),
    };
    let sections = data::value(Sections::new(context), &picture::by_name(material.pictures))?;
    Ok(context! { ..sections, ..words, ..look })
}
