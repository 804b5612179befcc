//! What explains the report, in both languages: the page shows its own, and holds the other one for its switch.

use minijinja::{context, value::Value};

use super::context::Context;
use super::{methods, overview, protection, quality};
use crate::words::Lang;

/// The words of the report's language, then those of the other one; ids of the second end in its tag.
pub fn view(context: &Context<'_>) -> Vec<Value> {
    let own = context.lang;
    let others = Lang::ALL.into_iter().filter(|lang| *lang != own).map(|lang| words(&context.speaking(lang)));
    std::iter::once(words(context)).chain(others).collect()
}

fn words(context: &Context<'_>) -> Value {
    context! {
        lang => context.lang.tag(),
        is_own => context.lang == context.model.lang,
        mark => context.id(""),
        title => context.title(),
        scope => context.scope_and_round(),
        headline => overview::headline(context),
        quality => quality::view(context),
        protection => protection::view(context),
        methods => methods::view(context),
    }
}
