//! A sheet as plain data for its template.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::{Document, Pictures};
use crate::error::{Error, Exit, Result};
use crate::export::Material;
use crate::model::Release;
use crate::render;
use crate::report::view::{Context, Sheet};

/// The template.
const TEMPLATE: &str = "sheet.typ";

/// The PDF file of a sheet, with all pictures of the material.
///
/// # Errors
/// A picture that cannot be drawn.
pub fn write(sheet: &Sheet, material: &Material<'_>) -> Result<Vec<u8>> {
    let model = material.model;
    let context = Context::new(model);
    let mut pictures = Pictures::default();
    let views: Map<String, Value> = material
        .pictures
        .iter()
        .map(|picture| (picture.name.clone(), pictures.add(Cow::Owned(picture.below_title()))))
        .collect();
    let release = match model.release() {
        Release::Internal => "pdf-release-internal",
        Release::Public => "pdf-release-public",
    };
    let view = serde_json::to_value(sheet)
        .map_err(|e| Error::new(Exit::Output, "error-pdf").with("template", TEMPLATE).with("why", e))?;
    let words: Map<String, Value> = ["page-internal-note", "pdf-marks"]
        .map(|id| (id.to_owned(), Value::from(context.t(id))))
        .into_iter()
        .collect();
    let data = json!({
        "sheet": view,
        "words": words,
        "pictures": views,
        "region": model.region.name,
        "year": model.year.to_string(),
        "release": context.t(release),
        "source": render::source(model),
    });
    Document { template: TEMPLATE, data, pictures }.write(material, &sheet.title)
}
