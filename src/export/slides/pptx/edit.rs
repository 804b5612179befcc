//! Edits of the XML text of a part: children of its root are removed or inserted, and the rest is unchanged byte for
//! byte.

use std::ops::Range;

use roxmltree::Document;

/// The text without these children of its root; `None` if it is not XML.
pub fn without(text: &str, names: &[&str]) -> Option<String> {
    let document = Document::parse(text).ok()?;
    let children = document.root_element().children().filter(|node| names.contains(&node.tag_name().name()));
    cut(text, children.map(|node| node.range()).collect())
}

/// The text without these ranges, which are sorted; one may be inside another.
pub fn cut(text: &str, places: Vec<Range<usize>>) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for place in places.into_iter() {
        if place.start >= from {
            out.push_str(text.get(from..place.start)?);
            from = place.end;
        }
    }
    out.push_str(text.get(from..)?);
    Some(out)
}

/// The text with `element` after the last child of its root that has one of these names.
pub fn put_after(text: &str, after: &[&str], element: &str) -> Option<String> {
    let document = Document::parse(text).ok()?;
    let children = document.root_element().children();
    let at = children.filter(|node| after.contains(&node.tag_name().name())).map(|node| node.range().end).max()?;
    Some(format!("{}{element}{}", text.get(..at)?, text.get(at..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_of_the_root_are_removed_and_inserted() {
        let text = "<p:a xmlns:p=\"x\"><p:b><p:c/></p:b><p:c>1</p:c><p:d/></p:a>";
        assert_eq!(without(text, &["c"]).as_deref(), Some("<p:a xmlns:p=\"x\"><p:b><p:c/></p:b><p:d/></p:a>"));
        let put = put_after(text, &["b", "c"], "<e/>");
        assert_eq!(put.as_deref(), Some("<p:a xmlns:p=\"x\"><p:b><p:c/></p:b><p:c>1</p:c><e/><p:d/></p:a>"));
    }
}
