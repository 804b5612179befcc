//! Outlines that many pictures of a page draw, such as land, are written once and referenced from each picture.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Start of a path whose outline may be shared.
const PATH: &str = "<path d=\"";
/// Minimum length of a shared outline; shorter ones gain nothing.
const SHORTEST: usize = 60;
/// Shared outlines are inserted right after this.
const INSERT_AFTER: &str = "<body>\n";

/// The page with every long outline that is drawn more than twice written once at its beginning. A page without
/// `<body>` is unchanged.
pub fn shared(html: &str) -> String {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    for (at, _) in html.match_indices(PATH) {
        let Some(outline) = html[at + PATH.len()..].split('"').next().filter(|o| o.len() >= SHORTEST) else {
            continue;
        };
        let seen = times.entry(outline).or_default();
        *seen += 1;
        if *seen == 3 {
            order.push(outline);
        }
    }
    let (Some(body), false) = (html.find(INSERT_AFTER), order.is_empty()) else { return html.to_owned() };
    let names: BTreeMap<&str, usize> = order.iter().copied().zip(0..).collect();
    let (head, rest) = html.split_at(body + INSERT_AFTER.len());
    let mut out = String::with_capacity(html.len());
    out.push_str(head);
    out.push_str("<svg class=\"outlines\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>");
    for (outline, i) in order.iter().zip(0..) {
        let _ = write!(out, "<path id=\"o{i}\" d=\"{outline}\"/>");
    }
    out.push_str("</defs></svg>\n");
    let mut from = 0;
    for (at, _) in rest.match_indices(PATH) {
        let after = at + PATH.len();
        let Some(outline) = rest[after..].split('"').next() else { continue };
        if let Some(i) = names.get(outline) {
            out.push_str(&rest[from..at]);
            let _ = write!(out, "<use href=\"#o{i}\"");
            from = after + outline.len() + 1;
        }
    }
    out.push_str(&rest[from..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outline_drawn_often_is_written_once() {
        let long = format!("M0 0{}z", "l1 1".repeat(20));
        let path = |look: &str| format!("<path d=\"{long}\" fill=\"{look}\"/>");
        let once = format!("<path d=\"M9 9{}z\"/>", "l2 2".repeat(20));
        let page = format!("<head><body>\n{}{once}{}<path d=\"M1 1z\"/>{}</body>", path("a"), path("b"), path("c"));
        let uses = |look: &str| format!("<use href=\"#o0\" fill=\"{look}\"/>");
        assert_eq!(
            shared(&page),
            format!(
                "<head><body>\n<svg class=\"outlines\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>\
                 <path id=\"o0\" d=\"{long}\"/></defs></svg>\n{}{once}{}<path d=\"M1 1z\"/>{}</body>",
                uses("a"),
                uses("b"),
                uses("c")
            )
        );
        for same in [format!("<body>\n{}{}</body>", path("a"), path("b")), format!("{0}{0}{0}", path("a"))] {
            assert_eq!(shared(&same), same);
        }
    }
}
