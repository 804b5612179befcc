//! The printed report as plain data for its template: the sections of the report, the changes of each municipality,
//! and the pictures between them.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Document, Pictures};
use crate::error::{Error, Exit, Result};
use crate::export::Material;
use crate::model::{Perspective, Release, Text};
use crate::render::{self, Medium, Picture};
use crate::report::map_name;
use crate::report::view::{self, Context, Sections};

/// The template.
const TEMPLATE: &str = "report.typ";

/// Words that the template shows.
const WORDS: &[&str] = &[
    "page-kicker",
    "page-internal-note",
    "page-facts-title",
    "page-nav-municipalities",
    "page-municipalities-lead",
    "page-overview-title",
    "page-parts-title",
    "page-parts-lead",
    "page-brief-title",
    "page-coverage-title",
    "page-trend-lead",
    "page-trend-programmes-lead",
    "change-title",
    "change-lead",
    "page-matrix-title",
    "page-ledger-title",
    "page-ledger-how",
    "page-ledger-units-title",
    "page-ledger-programmes-title",
    "page-ledger-programmes-lead",
    "page-moves-title",
    "page-moves-none",
    "page-seats-title",
    "page-seats-how",
    "page-raised-title",
    "page-raised-origins-how",
    "page-seats-units-title",
    "regions-section",
    "official-section",
    "page-quality-title",
    "page-quality-lead",
    "page-quality-none",
    "page-reasons-title",
    "page-protection-title",
    "page-levels-title",
    "page-protection-unpublished",
    "page-methods-title",
    "page-methods-lead",
    "page-formula",
    "page-source",
    "pdf-contents",
    "pdf-marks",
];

/// The PDF file of the report.
///
/// # Errors
/// A picture that cannot be drawn.
pub fn write(material: &Material<'_>) -> Result<Vec<u8>> {
    let model = material.model;
    let context = Context::new(model);
    let mut data = plain(Sections::new(&context))?;
    let places = data.get_mut("municipalities").and_then(Value::as_array_mut);
    for (place, code) in places.into_iter().flatten().zip(context.municipalities()) {
        if let Value::Object(place) = place {
            place.extend(of_municipality(&context, code)?);
        }
    }
    let mut pictures = Pictures::default();
    let title = context.say("page-title", &[("region", &model.region.name), ("year", &model.year.to_string())]);
    if let Value::Object(data) = &mut data {
        let words = WORDS.iter().map(|id| ((*id).to_owned(), Value::from(context.t(id))));
        data.insert("words".to_owned(), Value::Object(words.collect()));
        data.insert("pictures".to_owned(), picture_views(material, &mut pictures));
        data.insert("source".to_owned(), Value::from(render::source(model)));
        let release = match model.release() {
            Release::Internal => "pdf-release-internal",
            Release::Public => "pdf-release-public",
        };
        data.insert("release".to_owned(), Value::from(context.t(release)));
        if let Some((first, last)) = model.years.first().zip(model.years.last()) {
            let years = [("first", first.to_string()), ("last", last.to_string())];
            let title = context.say("page-trend-title", &years.each_ref().map(|(key, text)| (*key, &**text)));
            data.insert("trend_title".to_owned(), Value::from(title));
        }
    }
    Document { template: TEMPLATE, data, pictures }.write(material, &title)
}

/// Data of a municipality in addition to its section.
fn of_municipality(context: &Context<'_>, code: &Text) -> Result<Map<String, Value>> {
    let name = context.municipality(code);
    let title = |id: &str| Value::from(context.say(id, &[("name", &name)]));
    let changed = render::changed(context.model, code);
    let years = context.model.years.len() > 1;
    let mut out = Map::new();
    out.insert("trend".to_owned(), plain(years.then(|| view::trend_of(context, code)))?);
    out.insert("ledger".to_owned(), plain(view::ledger_of(context, code))?);
    out.insert(
        "changed".to_owned(),
        changed.map_or(Value::Null, |(title, lines)| json!({ "title": title, "lines": lines })),
    );
    out.insert("home_map".to_owned(), Value::from(map_name(Perspective::Home, code)));
    out.insert("provider_map".to_owned(), Value::from(map_name(Perspective::Provider, code)));
    out.insert("home_title".to_owned(), title("page-home-title"));
    out.insert("provider_title".to_owned(), title("page-provider-title"));
    out.insert("programmes_title".to_owned(), title("page-programmes-title"));
    out.insert("ledger_title".to_owned(), title("card-ledger"));
    Ok(out)
}

/// A view as template data.
fn plain(view: impl Serialize) -> Result<Value> {
    serde_json::to_value(view)
        .map_err(|e| Error::new(Exit::Output, "error-pdf").with("template", TEMPLATE).with("why", e))
}

/// The pictures by name, without their titles, which the template places above them.
fn picture_views<'a>(material: &Material<'a>, pictures: &mut Pictures<'a>) -> Value {
    let is_wanted = |picture: &&Picture| !picture.is_empty && picture.shown_in.contains(&Medium::Print);
    let mut out = Map::new();
    for picture in material.pictures.iter().filter(is_wanted) {
        let mut view = pictures.add(Cow::Owned(picture.below_title()));
        if let Value::Object(view) = &mut view {
            view.insert("title".to_owned(), Value::from(picture.title.clone()));
        }
        out.insert(picture.name.clone(), view);
    }
    Value::Object(out)
}
