//! Changes to the text of a part: children of its root are left out or put in, and the rest stays byte by byte.

use std::ops::Range;

use roxmltree::Document;

/// The text without these children of its root.
pub fn without(text: &str, names: &[&str]) -> Option<String> {
    let document = Document::parse(text).ok()?;
    let children = document.root_element().children().filter(|node| names.contains(&node.tag_name().name()));
    cut(text, children.map(|node| node.range()).collect())
}

/// The text without these places, which are in order; one may lie in another.
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

/// The text with elements after one of these children of its root: the last that is there.
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
    fn children_of_the_root_are_left_out_and_put_in() {
        let text = "<p:a xmlns:p=\"x\"><p:b><p:c/></p:b><p:c>1</p:c><p:d/></p:a>";
        assert_eq!(without(text, &["c"]).as_deref(), Some("<p:a xmlns:p=\"x\"><p:b><p:c/></p:b><p:d/></p:a>"));
        let put = put_after(text, &["b", "c"], "<e/>");
        assert_eq!(put.as_deref(), Some("<p:a xmlns:p=\"x\"><p:b><p:c/></p:b><p:c>1</p:c><e/><p:d/></p:a>"));
    }
}
