//! Report views as template values, with pictures in place of the figures that name them.

use minijinja::value::Value;
use serde::Serialize;
use serde_json::Value as Json;

use super::picture::{self, PagePictures};
use crate::error::{Error, Exit, Result};
use crate::report::view::SectionFigure;

/// The view as a template value.
///
/// # Errors
/// A view that does not serialise to JSON: an error of the program.
pub fn value(view: impl Serialize, pictures: &PagePictures<'_>) -> Result<Value> {
    let data = serde_json::to_value(view).map_err(|e| Error::new(Exit::Output, "error-page").with("why", e))?;
    Ok(converted(data, pictures))
}

fn converted(data: Json, pictures: &PagePictures<'_>) -> Value {
    match data {
        Json::Null => Value::from(()),
        Json::Bool(is_true) => Value::from(is_true),
        Json::Number(number) => number.as_i64().map_or_else(|| Value::from(number.as_f64()), Value::from),
        Json::String(text) => Value::from(text),
        Json::Array(items) => items.into_iter().map(|item| converted(item, pictures)).collect(),
        Json::Object(fields) => match fields.get(SectionFigure::FIELD).and_then(Json::as_str) {
            Some(name) if fields.len() == 1 => {
                pictures.get(name).map_or_else(|| Value::from(()), |(place, picture)| picture::view(*place, picture))
            }
            _ => Value::from_pairs(fields.into_iter().map(|(name, field)| (name, converted(field, pictures)))),
        },
    }
}

#[cfg(test)]
mod tests {
    use minijinja::context;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_figure_that_was_not_drawn_is_nothing() {
        let view = json!({ "a": [{ "text": "x", "figure": SectionFigure::new("charts/shares") }], "n": 7, "is": true, "no": null });
        let value = value(view, &PagePictures::new()).unwrap();
        let wanted = context! { a => [context! { text => "x", figure => () }], n => 7, is => true, no => () };
        assert_eq!(value, wanted);
    }
}
