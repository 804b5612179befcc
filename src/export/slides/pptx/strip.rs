//! Removal of content that an organisation's template must not pass on: its slides, personal data, and links out of
//! the file in any part. Elements that show such content are removed too.

use std::collections::BTreeSet;
use std::ops::Range;

use roxmltree::{Document, Node};

use super::edit::{cut, without};
use super::package::{Package, PackagePart, Relation, RelationTarget, kind};

/// Types of parts that the main part may relate to.
const OF_MAIN: [&str; 8] =
    ["slideMaster", "notesMaster", "theme", "presProps", "viewProps", "tableStyles", "font", "image"];
/// Types of parts that masters, layouts and themes may relate to.
const OF_OTHERS: [&str; 5] = ["slideMaster", "slideLayout", "theme", "themeOverride", "image"];
/// Children of the main part about slides or people.
const OF_SLIDES: [&str; 8] = [
    "sldIdLst",
    "handoutMasterIdLst",
    "extLst",
    "custShowLst",
    "custDataLst",
    "photoAlbum",
    "modifyVerifier",
    "smartTags",
];
/// Elements that are meaningless without their content.
const HOLDERS: [&str; 4] = ["custDataLst", "sldLst", "controls", "ext"];

/// Removes slides and personal data; `None` if a part that must change cannot be read.
pub fn stripped(package: &mut Package, main: &str) -> Option<()> {
    let part = package.get_mut(main)?;
    part.relations.retain(|r| r.word().is_some_and(|kind| OF_MAIN.contains(&kind)));
    part.kind = kind("presentation.main");
    part.bytes = without(&part.text(), &OF_SLIDES)?.into();
    let root = package.get_mut("")?;
    root.relations.retain(|relation| relation.word() == Some("officeDocument"));
    package.keep_related();
    for name in package.names().iter().filter(|name| !name.is_empty() && *name != main) {
        remove_relations(package.get_mut(name)?)?;
    }
    package.keep_related();
    Some(())
}

/// Whether a relation of a master, a layout or a theme is kept: to another of them, to a picture, or to a web address.
fn is_kept(relation: &Relation) -> bool {
    match &relation.target {
        RelationTarget::Outside(address) => {
            relation.word() == Some("hyperlink")
                && ["http://", "https://"].iter().any(|start| address.starts_with(start))
        }
        // Picture effects are stored as pictures too.
        RelationTarget::Part(_) => {
            relation.kind.ends_with("/hdphoto") || relation.word().is_some_and(|kind| OF_OTHERS.contains(&kind))
        }
    }
}

/// Removes the relations of a part that are not kept, with the elements that name them.
fn remove_relations(part: &mut PackagePart) -> Option<()> {
    let (kept, gone): (Vec<_>, Vec<_>) = part.relations.drain(..).partition(is_kept);
    part.relations = kept;
    if gone.is_empty() {
        return Some(());
    }
    let ids: BTreeSet<&str> = gone.iter().map(|relation| &*relation.id).collect();
    let text = part.text();
    let document = Document::parse(&text).ok()?;
    let names = |node: &Node<'_, '_>| {
        let is_relation = |a: roxmltree::Attribute<'_, '_>| {
            a.namespace().is_some_and(|space| space.ends_with("/relationships")) && ids.contains(a.value())
        };
        node.attributes().any(is_relation)
    };
    let mut ranges: Vec<Range<usize>> =
        document.descendants().filter(names).map(|node| removed_with(node).range()).collect();
    ranges.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    part.bytes = cut(&text, ranges)?.into();
    Some(())
}

/// The element to remove with the element `node`: its shape, the list that holds only it, or itself.
fn removed_with<'a, 'i>(node: Node<'a, 'i>) -> Node<'a, 'i> {
    if node.tag_name().name().starts_with("hlink") {
        return node;
    }
    let is_shape = |node: &Node<'_, '_>| {
        node.parent().is_some_and(|parent| matches!(parent.tag_name().name(), "spTree" | "grpSp"))
    };
    if let Some(shape) = node.ancestors().find(is_shape) {
        return shape;
    }
    let holder = node.ancestors().skip(1).find(|node| HOLDERS.contains(&node.tag_name().name()));
    holder.unwrap_or(node)
}

#[cfg(test)]
mod tests {
    use super::super::package::OFFICE;
    use super::*;

    const SPACES: &str = "xmlns:p=\"p\" xmlns:a=\"a\" xmlns:r=\"http://x/relationships\"";

    fn part(inner: &str, relations: &[(&str, &str, RelationTarget)]) -> PackagePart {
        let mut part = PackagePart::new("xml", format!("<p:sldLayout {SPACES}>{inner}</p:sldLayout>"));
        let relation = |(id, kind, target): &(&str, &str, RelationTarget)| Relation {
            id: (*id).to_owned(),
            kind: format!("{OFFICE}{kind}"),
            target: target.clone(),
        };
        part.relations = relations.iter().map(relation).collect();
        part
    }

    #[test]
    fn personal_data_is_removed_with_the_elements_that_show_it() {
        let to = |name: &str| RelationTarget::Part(name.to_owned());
        let out = |address: &str| RelationTarget::Outside(address.to_owned());
        for (inner, relation, wanted) in [
            ("<p:spTree><p:pic><a:blip r:embed=\"r\"/></p:pic></p:spTree>", ("r", "image", to("logo.png")), None),
            ("<p:x><a:hlinkClick r:id=\"r\"/></p:x>", ("r", "hyperlink", out("https://example.org")), None),
            (
                "<p:spTree><p:pic><a:blip r:link=\"r\"/></p:pic><p:sp/></p:spTree>",
                ("r", "image", out("file:///C:/Users/x/a.png")),
                Some("<p:spTree><p:sp/></p:spTree>"),
            ),
            (
                "<p:x><a:hlinkClick r:id=\"r\"/><p:y/></p:x>",
                ("r", "slide", to("slide1.xml")),
                Some("<p:x><p:y/></p:x>"),
            ),
            ("<p:x/><p:sldLst><p:sld r:id=\"r\"/></p:sldLst>", ("r", "slide", to("slide1.xml")), Some("<p:x/>")),
            ("<p:custDataLst><p:tags r:id=\"r\"/></p:custDataLst>", ("r", "tags", to("tag1.xml")), Some("")),
            ("<p:x/>", ("r", "comments", to("comments1.xml")), Some("<p:x/>")),
        ] {
            let mut found = part(inner, &[relation]);
            remove_relations(&mut found).unwrap();
            assert_eq!(found.bytes, part(wanted.unwrap_or(inner), &[]).bytes, "{inner}");
            assert_eq!(found.relations.is_empty(), wanted.is_some(), "{inner}");
        }
    }
}
