//! `index.html`: the whole report as one static page, for screen, phone and paper.
//!
//! Each section is a view-model (a file here) and a template (`data/page/<section>.html`); words come from
//! `data/words/*/report.ftl`. The page needs no script and nothing from outside itself.

mod context;
mod ledger;
mod matrix;
mod methods;
mod municipality;
mod names;
mod overview;
mod picture;
mod quality;
mod seats;
mod table;
mod trend;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, UndefinedBehavior, context};

use crate::error::{Error, Exit, Result};
use crate::model::Release;
use crate::report::ReportModel;
use crate::words::Lang;
use context::Context;

/// A picture that the page shows: maps by the names `maps/home-<code>` and `maps/provider-<code>`, charts by
/// `charts/region-matrix`, `charts/shares`, `charts/ledger` and `charts/seat-deltas`. One that is not given is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PagePicture<'a> {
    /// Path in the output folder without ending.
    pub name: &'a str,
    /// Its title: the finding.
    pub title: &'a str,
    /// The picture in words.
    pub description: &'a str,
    /// The file, a whole SVG document.
    pub svg: &'a str,
}

/// Templates by name; those that end in `.html` escape every value.
const TEMPLATES: &[(&str, &str)] = &[
    ("page.html", include_str!("../../../data/page/page.html")),
    ("parts.html", include_str!("../../../data/page/parts.html")),
    ("overview.html", include_str!("../../../data/page/overview.html")),
    ("municipality.html", include_str!("../../../data/page/municipality.html")),
    ("ledger.html", include_str!("../../../data/page/ledger.html")),
    ("seats.html", include_str!("../../../data/page/seats.html")),
    ("quality.html", include_str!("../../../data/page/quality.html")),
    ("methods.html", include_str!("../../../data/page/methods.html")),
];

const STYLE: &str = include_str!("../../../data/page/page.css");

/// The page of a report, UTF-8. `font_css` holds the `@font-face` rules with the font inside; each picture's own
/// `<style>` is left out in their favour.
///
/// # Errors
/// A template that cannot be filled: an error of the program.
pub fn page(model: &ReportModel, pictures: &[PagePicture<'_>], font_css: &str) -> Result<Vec<u8>> {
    let failed = |e: &minijinja::Error| Error::new(Exit::Output, "error-page").with("why", e);
    let environment = environment(model.lang).map_err(|e| failed(&e))?;
    let template = environment.get_template("page.html").map_err(|e| failed(&e))?;
    let mut html = template.render(view(model, pictures, font_css)).map_err(|e| failed(&e))?;
    html.push('\n');
    Ok(html.into_bytes())
}

/// The templates, and `t("id", name=value)`: a sentence in the report's language.
fn environment(lang: Lang) -> std::result::Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    for (name, source) in TEMPLATES {
        environment.add_template(name, source)?;
    }
    environment.add_function("t", move |id: &str, words: Kwargs| -> std::result::Result<String, minijinja::Error> {
        let mut args = Vec::new();
        for name in words.args() {
            args.push((name, words.get::<String>(name)?));
        }
        let args: Vec<(&str, &str)> = args.iter().map(|(name, text)| (*name, text.as_str())).collect();
        Ok(lang.say(id, &args))
    });
    Ok(environment)
}

/// Everything that the templates show.
fn view(model: &ReportModel, pictures: &[PagePicture<'_>], font_css: &str) -> Value {
    let context = Context::new(model, pictures);
    let region = &*model.region.name;
    let year = model.year.to_string();
    let municipalities: Vec<Value> = context.municipalities().iter().map(|code| municipality::view(&context, code)).collect();
    context! {
        lang => model.lang.tag(),
        style => STYLE,
        font => font_css,
        internal => model.release() == Release::Internal,
        title => context.say("page-title", &[("region", region), ("year", &year)]),
        region => region,
        year => year.as_str(),
        scope => context.scope(),
        overview => overview::view(&context),
        trend => trend::view(&context),
        matrix => matrix::view(&context),
        municipalities => municipalities,
        ledger => ledger::view(&context),
        seats => seats::view(&context),
        quality => quality::view(&context),
        methods => methods::view(&context),
        program => concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")),
    }
}
