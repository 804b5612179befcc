//! The layouts of a template as an author sees them: the placeholders of each, their positions and text sizes.
//! Properties that a layout does not set are inherited from its master (PresentationML, ECMA-376 part 1, §19.3).

use roxmltree::{Document, Node};

use super::package::{Package, PackagePart};

/// A rectangle on a slide, EMU (914,400 per inch).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SlideArea {
    /// From the left edge of the slide.
    pub x: i64,
    /// From its upper edge.
    pub y: i64,
    /// Width.
    pub w: i64,
    /// Height.
    pub h: i64,
}

impl SlideArea {
    /// Its lower edge.
    pub const fn bottom(self) -> i64 {
        self.y + self.h
    }

    /// The largest centred part of it with this aspect ratio (width over height).
    pub fn fitted(self, shape: f64) -> Self {
        let (w, h) = (self.w as f64, self.h as f64);
        let (w, h) = if w / h > shape { (h * shape, h) } else { (w, w / shape) };
        let (w, h) = (w.round() as i64, h.round() as i64);
        Self { x: self.x + (self.w - w) / 2, y: self.y + (self.h - h) / 2, w, h }
    }

    /// A left part of this width, at most this share of the width, and the rest, with a gap between them.
    pub fn beside(self, width: f64, most: f64, gap: i64) -> [Self; 2] {
        let w = width.min(self.w as f64 * most).round() as i64;
        [Self { w, ..self }, Self { x: self.x + w + gap, w: self.w - w - gap, ..self }]
    }

    /// Its left and right half with this gap between them.
    pub const fn halves(self, gap: i64) -> [Self; 2] {
        let w = (self.w - gap) / 2;
        [Self { w, ..self }, Self { x: self.x + self.w - w, w, ..self }]
    }
}

/// The use of a placeholder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceholderUse {
    /// The title.
    Title,
    /// The line below the title of an opening slide.
    Subtitle,
    /// Text only.
    Text,
    /// Any content.
    Content,
    /// The line at the foot.
    Foot,
    /// The slide number.
    Number,
}

impl PlaceholderUse {
    /// By the type in a layout; `None` for placeholders that slides leave empty.
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "title" | "ctrTitle" => Self::Title,
            "subTitle" => Self::Subtitle,
            "body" => Self::Text,
            "" | "obj" => Self::Content,
            "ftr" => Self::Foot,
            "sldNum" => Self::Number,
            _ => return None,
        })
    }
}

/// A placeholder of a layout.
#[derive(Debug, Clone, PartialEq)]
pub struct Placeholder {
    /// What it is for.
    pub used: PlaceholderUse,
    /// Its type as slides repeat it; empty if the layout has none.
    pub word: String,
    /// The index that links it to placeholders of slides and masters.
    pub index: Option<String>,
    /// Its area.
    pub area: SlideArea,
    /// Text size, points.
    pub size: f64,
}

/// A layout.
#[derive(Debug, Clone, PartialEq)]
pub struct SlideLayout {
    /// Name of its part.
    pub part: String,
    /// Its display name.
    pub name: String,
    /// Its type; empty if it has none.
    pub kind: String,
    /// Its placeholders in document order.
    pub places: Vec<Placeholder>,
}

impl SlideLayout {
    /// Its first placeholder with this use.
    pub fn place(&self, used: PlaceholderUse) -> Option<&Placeholder> {
        self.places.iter().find(|place| place.used == used)
    }

    /// Its content placeholders, from the left.
    pub fn contents(&self) -> Vec<&Placeholder> {
        let mut out: Vec<&Placeholder> =
            self.places.iter().filter(|place| place.used == PlaceholderUse::Content).collect();
        out.sort_by_key(|place| (place.area.x, place.area.y));
        out
    }
}

/// The layouts of a presentation, in the order of its masters; unreadable ones are skipped.
pub fn layouts(package: &Package, main: &str) -> Vec<SlideLayout> {
    let mut out = Vec::new();
    let Some(presentation) = package.get(main) else { return out };
    for (_, master) in presentation.related("slideMaster") {
        let Some(part) = package.get(master) else { continue };
        let text = part.text();
        let Ok(document) = Document::parse(&text) else { continue };
        for name in listed(part, &document) {
            out.extend(package.get(&name).and_then(|part| layout(&name, part, &document)));
        }
    }
    out
}

/// The layouts of a master, in the order of its list.
fn listed(master: &PackagePart, document: &Document<'_>) -> Vec<String> {
    let of_id =
        |id: &str| master.related("slideLayout").find(|(known, _)| *known == id).map(|(_, name)| name.to_owned());
    named(document.root_element(), "sldLayoutId").filter_map(|node| of_id(relation(node)?)).collect()
}

fn layout(name: &str, part: &PackagePart, master: &Document<'_>) -> Option<SlideLayout> {
    let text = part.text();
    let document = Document::parse(&text).ok()?;
    let root = document.root_element();
    let called = named(root, "cSld").next()?.attribute("name").unwrap_or_default().to_owned();
    let places = named(root, "sp").filter_map(|shape| place(shape, master.root_element())).collect();
    let kind = root.attribute("type").unwrap_or_default().to_owned();
    Some(SlideLayout { part: name.to_owned(), name: called, kind, places })
}

fn place(shape: Node<'_, '_>, master: Node<'_, '_>) -> Option<Placeholder> {
    let mark = named(shape, "ph").next()?;
    let word = mark.attribute("type").unwrap_or_default();
    let used = PlaceholderUse::of(word)?;
    let parent = named(master, "sp").find(|shape| {
        let kin =
            named(*shape, "ph").next().map(|mark| PlaceholderUse::of(mark.attribute("type").unwrap_or_default()));
        kin == Some(Some(match used {
            PlaceholderUse::Subtitle | PlaceholderUse::Content => PlaceholderUse::Text,
            used => used,
        }))
    });
    let area = area(shape).or_else(|| area(parent?))?;
    let style = named(master, if used == PlaceholderUse::Title { "titleStyle" } else { "bodyStyle" }).next();
    let sizes = [Some(shape), parent, style].into_iter().flatten().filter_map(size);
    Some(Placeholder {
        used,
        word: word.to_owned(),
        index: mark.attribute("idx").map(str::to_owned),
        area,
        size: sizes.into_iter().next().unwrap_or(18.0),
    })
}

/// The area of a shape, if it sets one itself.
fn area(shape: Node<'_, '_>) -> Option<SlideArea> {
    let frame = named(shape, "xfrm").next()?;
    let number = |of: &'static str, key: &str| named(frame, of).next()?.attribute(key)?.parse::<i64>().ok();
    Some(SlideArea {
        x: number("off", "x")?,
        y: number("off", "y")?,
        w: number("ext", "cx")?,
        h: number("ext", "cy")?,
    })
    .filter(|area| area.w > 0 && area.h > 0)
}

/// The text size of the first level, if it is set.
fn size(of: Node<'_, '_>) -> Option<f64> {
    let level = named(of, "lvl1pPr").next()?;
    let hundredths: f64 = named(level, "defRPr").next()?.attribute("sz")?.parse().ok()?;
    // The range that PowerPoint allows.
    Some(hundredths / 100.0).filter(|size| (1.0..=4000.0).contains(size))
}

/// All descendant elements with this local name.
pub fn named<'a, 'i>(root: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    root.descendants().filter(move |node| node.is_element() && node.tag_name().name() == name)
}

/// The relation id of an element.
pub fn relation<'a>(node: Node<'a, '_>) -> Option<&'a str> {
    node.attributes()
        .find(|a| a.name() == "id" && a.namespace().is_some_and(|n| n.ends_with("/relationships")))
        .map(|a| a.value())
}

#[cfg(test)]
mod tests {
    use super::SlideArea;

    #[test]
    fn pictures_fill_their_area_as_far_as_their_shape_allows() {
        let area = SlideArea { x: 100, y: 50, w: 400, h: 100 };
        assert_eq!(area.fitted(2.0), SlideArea { x: 200, y: 50, w: 200, h: 100 });
        assert_eq!(area.fitted(8.0), SlideArea { x: 100, y: 75, w: 400, h: 50 });
        let [left, right] = area.halves(20);
        assert_eq!((left.x, left.w, right.x, right.w), (100, 190, 310, 190));
    }
}
