//! SVG documents for one HTML page, each with its own ids.

use std::borrow::Cow;
use std::collections::BTreeMap;

use minijinja::{context, value::Value};

use crate::render::{Medium, Picture};

/// Attributes that hold ids of the same document; several are separated by blanks.
const ID_LISTS: &[&str] = &["id", "aria-labelledby", "aria-describedby"];

/// Pictures by name, each with its index among those of the page.
pub type PagePictures<'a> = BTreeMap<&'a str, (usize, &'a Picture)>;

/// The pictures that the page shows.
pub fn by_name(pictures: &[Picture]) -> PagePictures<'_> {
    let of_page = pictures.iter().filter(|picture| picture.shown_in.contains(&Medium::Page)).enumerate();
    let drawn = of_page.filter(|(_, picture)| !picture.is_empty);
    drawn.map(|(place, picture)| (picture.name.as_str(), (place, picture))).collect()
}

/// A picture of a page as a template value, its ids prefixed by its index.
pub fn view(place: usize, picture: &Picture) -> Value {
    context! {
        title => picture.title.as_str(),
        description => picture.description.as_str(),
        svg => inline(&picture.svg, &format!("p{place}-")),
    }
}

/// The `<svg>` element of a document: without what precedes it, without `<style>` blocks (the page embeds the font),
/// and with `prefix` before every id and every reference to one. Text between tags is unchanged.
#[must_use]
pub fn inline(svg: &str, prefix: &str) -> String {
    let mut rest = svg.find("<svg").map_or("", |start| &svg[start..]);
    let mut out = String::with_capacity(rest.len());
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        if rest.starts_with("<style") {
            rest = rest.find("</style>").map_or("", |end| &rest[end + "</style>".len()..]);
            continue;
        }
        let end = tag_end(rest);
        write_tag(&mut out, &without_length(&rest[..end]), prefix);
        rest = &rest[end..];
    }
    out.push_str(rest.trim_end());
    out
}

/// A tag without the measured width of its text, which the page's typeface has anyway.
fn without_length(tag: &str) -> Cow<'_, str> {
    const LAST: &str = " lengthAdjust=\"spacingAndGlyphs\"";
    match (tag.find(" textLength="), tag.find(LAST)) {
        (Some(from), Some(to)) if from < to => format!("{}{}", &tag[..from], &tag[to + LAST.len()..]).into(),
        _ => tag.into(),
    }
}

/// The end of the tag at the start of the text; a `>` inside quotes does not end it.
fn tag_end(text: &str) -> usize {
    let mut quote = None;
    for (i, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return i + 1,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    text.len()
}

fn write_tag(out: &mut String, tag: &str, prefix: &str) {
    let mut rest = tag;
    while let Some(equals) = rest.find('=') {
        let (before, after) = rest.split_at(equals + 1);
        out.push_str(before);
        let Some(quote) = after.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            rest = after;
            continue;
        };
        let Some(end) = after[1..].find(quote) else {
            rest = after;
            break;
        };
        let name = before[..equals].rsplit(char::is_whitespace).next().unwrap_or_default();
        out.push(quote);
        out.push_str(&value(name, &after[1..=end], prefix));
        out.push(quote);
        rest = &after[end + 2..];
    }
    out.push_str(rest);
}

fn value(name: &str, text: &str, prefix: &str) -> String {
    if ID_LISTS.contains(&name) {
        let ids: Vec<String> = text.split_whitespace().map(|id| format!("{prefix}{id}")).collect();
        return ids.join(" ");
    }
    match text.strip_prefix('#') {
        Some(id) if name.ends_with("href") => format!("#{prefix}{id}"),
        _ => text.replace("url(#", &format!("url(#{prefix}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inlined_picture_has_no_font_and_prefixed_ids() {
        for (given, wanted) in [
            (
                "<?xml version=\"1.0\"?>\n<svg><style>@font-face{src:url(data:x)}</style><g/></svg>\n",
                "<svg><g/></svg>",
            ),
            (
                "<svg aria-labelledby=\"a b\"><title id=\"a\">url(#a)</title></svg>",
                "<svg aria-labelledby=\"x-a x-b\"><title id=\"x-a\">url(#a)</title></svg>",
            ),
            (
                "<svg><clipPath id='c'/><g clip-path=\"url(#c)\" data-id=\"7\"/></svg>",
                "<svg><clipPath id='x-c'/><g clip-path=\"url(#x-c)\" data-id=\"7\"/></svg>",
            ),
            (
                "<svg><use href=\"#c\"/><text>id=\"c\" = &lt;</text></svg>",
                "<svg><use href=\"#x-c\"/><text>id=\"c\" = &lt;</text></svg>",
            ),
            (
                "<svg><g fill=\"#ff0000\" data-name=\"a > b\"/></svg>",
                "<svg><g fill=\"#ff0000\" data-name=\"a > b\"/></svg>",
            ),
            ("no picture", ""),
        ] {
            assert_eq!(inline(given, "x-"), wanted);
        }
    }
}
