//! The explanatory texts of the report in both languages: the page shows its own and hides the other for its language
//! switch.

use minijinja::value::Value;
use serde::Serialize;

use super::data;
use super::picture::PagePictures;
use crate::error::Result;
use crate::report::view::{Context, Headline, Methods, Protection, Quality};
use crate::words::Lang;

/// The explanatory texts in the report's language, then in the other one; ids of the second end with its language tag.
pub fn view(context: &Context<'_>) -> Result<Vec<Value>> {
    let own = context.lang;
    let others = Lang::ALL.into_iter().filter(|lang| *lang != own).map(|lang| words(&context.speaking(lang)));
    std::iter::once(words(context)).chain(others).collect()
}

/// The explanatory texts of the report in one language.
#[derive(Serialize)]
struct Words {
    lang: &'static str,
    is_own: bool,
    mark: String,
    title: String,
    scope: String,
    headline: Headline,
    quality: Quality,
    protection: Option<Protection>,
    methods: Methods,
}

fn words(context: &Context<'_>) -> Result<Value> {
    let words = Words {
        lang: context.lang.tag(),
        is_own: context.lang == context.model.lang,
        mark: context.id(""),
        title: context.title(),
        scope: context.scope_and_round(),
        headline: Headline::new(context),
        quality: Quality::new(context),
        protection: Protection::new(context),
        methods: Methods::new(context),
    };
    data::value(words, &PagePictures::new())
}
