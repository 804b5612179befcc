//! A picture whose texts are outlines of glyphs, for programs that have neither its typeface nor read it from the file.
//! The words stay in the file as the title of each outline.

use resvg::usvg::roxmltree::{Document, Node};

use super::fonts::{self, Weight};
use super::scene::{coord, escape};
use super::without_font;

/// The attributes of a text that its outline keeps.
const KEPT: [&str; 5] = ["class", "fill", "stroke", "stroke-linejoin", "aria-hidden"];

/// The picture without its typeface, each text as a path.
///
/// # Errors
/// A file that is not XML.
pub fn outlined(svg: &str) -> Result<String, String> {
    let svg = without_font(svg);
    let document = Document::parse(&svg).map_err(|why| why.to_string())?;
    let mut out = String::with_capacity(svg.len() * 3);
    let mut done = 0;
    for node in document.descendants().filter(|node| node.has_tag_name("text")) {
        let range = node.range();
        out.push_str(&svg[done..range.start]);
        out.push_str(&path(node));
        done = range.end;
    }
    out.push_str(&svg[done..]);
    Ok(out)
}

/// The path of a text.
fn path(node: Node<'_, '_>) -> String {
    let number = |name: &str| node.attribute(name).and_then(|value| value.parse::<f64>().ok()).unwrap_or(0.0);
    let text = node.text().unwrap_or_default();
    let size = number("font-size");
    let weight = if node.attribute("font-weight").is_some() { Weight::SemiBold } else { Weight::Regular };
    let width = fonts::measure(text, size, weight);
    let x = match node.attribute("text-anchor") {
        Some("middle") => number("x") - width / 2.0,
        Some("end") => number("x") - width,
        _ => number("x"),
    };
    let d = fonts::outline(text, size, weight, (x, number("y")));
    let kept = KEPT.iter().filter_map(|name| Some(format!(" {name}=\"{}\"", escape(node.attribute(*name)?))));
    let stroke = node
        .attribute("stroke-width")
        .map_or_else(String::new, |_| format!(" stroke-width=\"{}\"", coord(number("stroke-width") * 100.0)));
    let turn = node.attribute("transform").map_or_else(String::new, |turn| format!("{} ", escape(turn)));
    let title = if node.attribute("aria-hidden").is_some() {
        String::new()
    } else {
        format!("<title>{}</title>", escape(text))
    };
    format!("<path{}{stroke} transform=\"{turn}scale(.01)\" d=\"{d}\">{title}</path>", kept.collect::<String>())
}

#[cfg(test)]
mod tests {
    use resvg::usvg;

    use super::*;

    #[test]
    fn texts_become_paths_where_they_were() {
        let svg = "<svg><style>font</style><text class=\"label\" x=\"10\" y=\"20\" font-size=\"10\" fill=\"#000\">Å &amp; 1</text><rect/></svg>";
        let drawn = outlined(svg).unwrap();
        let (head, end) = drawn.split_once(" d=\"M").unwrap();
        assert_eq!(head, "<svg><path class=\"label\" fill=\"#000\" transform=\"scale(.01)\"");
        assert!(end.ends_with("z\"><title>Å &amp; 1</title></path><rect/></svg>"), "{drawn}");
        // As wide as the text that it replaces.
        let tree = usvg::Tree::from_str(
            &drawn.replace("<svg>", "<svg xmlns=\"http://www.w3.org/2000/svg\">"),
            &usvg::Options::default(),
        )
        .unwrap();
        let area = tree.root().abs_bounding_box();
        let width = fonts::measure("Å & 1", 10.0, Weight::Regular) as f32;
        assert!(
            area.left() >= 10.0 && area.right() <= 10.0 + width && area.width() > width * 0.8,
            "{area:?} {width}"
        );
    }

    #[test]
    fn anchors_move_the_outline() {
        let first = |anchor: &str| {
            let svg = format!("<svg><text x=\"100\" y=\"0\" font-size=\"10\"{anchor}>mm</text></svg>");
            let drawn = outlined(&svg).unwrap();
            let d = drawn.split("d=\"M").nth(1).unwrap();
            d.split(' ').next().unwrap().parse::<f64>().unwrap() / 100.0
        };
        let [start, middle, end] = ["", " text-anchor=\"middle\"", " text-anchor=\"end\""].map(first);
        let width = fonts::measure("mm", 10.0, Weight::Regular);
        assert!((start - middle - width / 2.0).abs() < 0.02 && (start - end - width).abs() < 0.02);
    }
}
