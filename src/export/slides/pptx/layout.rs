//! The layouts of a template, read as an author sees them: which places a slide of each has, where they lie and how large their
//! text is. What a layout leaves open it takes from its master (PresentationML, ECMA-376 part 1, §19.3).

use roxmltree::{Document, Node};

use super::package::{Package, PackagePart};

/// A place on a slide, EMU (914,400 to the inch).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Area {
    /// From the left edge of the slide.
    pub x: i64,
    /// From its upper edge.
    pub y: i64,
    /// Width.
    pub w: i64,
    /// Height.
    pub h: i64,
}

impl Area {
    /// Its lower edge.
    pub const fn bottom(self) -> i64 {
        self.y + self.h
    }

    /// The largest part of it of this shape (width over height), in its middle.
    pub fn fitted(self, shape: f64) -> Self {
        let (w, h) = (self.w as f64, self.h as f64);
        let (w, h) = if w / h > shape { (h * shape, h) } else { (w, w / shape) };
        let (w, h) = (w.round() as i64, h.round() as i64);
        Self { x: self.x + (self.w - w) / 2, y: self.y + (self.h - h) / 2, w, h }
    }

    /// Its left and right half with this gap between them.
    pub const fn halves(self, gap: i64) -> [Self; 2] {
        let w = (self.w - gap) / 2;
        [Self { w, ..self }, Self { x: self.x + self.w - w, w, ..self }]
    }
}

/// What a place is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// The title.
    Title,
    /// The line below the title of an opening slide.
    Subtitle,
    /// Text alone.
    Text,
    /// Anything.
    Content,
    /// The line at the foot.
    Foot,
    /// The number of the slide.
    Number,
}

impl Use {
    /// By the word of a layout; none for what slides leave empty.
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

/// A place of a layout.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// What it is for.
    pub used: Use,
    /// Its word, as slides repeat it; empty where the layout has none.
    pub word: String,
    /// Its number, by which slides and masters know it.
    pub index: Option<String>,
    /// Where it lies.
    pub area: Area,
    /// Size of its text, points.
    pub size: f64,
}

/// A layout.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// Name of its part.
    pub part: String,
    /// What authors call it.
    pub name: String,
    /// Its type; empty where it has none.
    pub kind: String,
    /// Its places, in its order.
    pub places: Vec<Place>,
}

impl Layout {
    /// Its first place of a use.
    pub fn place(&self, used: Use) -> Option<&Place> {
        self.places.iter().find(|place| place.used == used)
    }

    /// Its places for anything, from the left.
    pub fn contents(&self) -> Vec<&Place> {
        let mut out: Vec<&Place> = self.places.iter().filter(|place| place.used == Use::Content).collect();
        out.sort_by_key(|place| (place.area.x, place.area.y));
        out
    }
}

/// The layouts of a presentation, in the order of its masters; what cannot be read is no layout.
pub fn layouts(package: &Package, main: &str) -> Vec<Layout> {
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

/// The layouts of a master, as its list has them.
fn listed(master: &PackagePart, document: &Document<'_>) -> Vec<String> {
    let of_id =
        |id: &str| master.related("slideLayout").find(|(known, _)| *known == id).map(|(_, name)| name.to_owned());
    named(document.root_element(), "sldLayoutId").filter_map(|node| of_id(relation(node)?)).collect()
}

fn layout(name: &str, part: &PackagePart, master: &Document<'_>) -> Option<Layout> {
    let text = part.text();
    let document = Document::parse(&text).ok()?;
    let root = document.root_element();
    let called = named(root, "cSld").next()?.attribute("name").unwrap_or_default().to_owned();
    let places = named(root, "sp").filter_map(|shape| place(shape, master.root_element())).collect();
    let kind = root.attribute("type").unwrap_or_default().to_owned();
    Some(Layout { part: name.to_owned(), name: called, kind, places })
}

fn place(shape: Node<'_, '_>, master: Node<'_, '_>) -> Option<Place> {
    let mark = named(shape, "ph").next()?;
    let word = mark.attribute("type").unwrap_or_default();
    let used = Use::of(word)?;
    let parent = named(master, "sp").find(|shape| {
        let kin = named(*shape, "ph").next().map(|mark| Use::of(mark.attribute("type").unwrap_or_default()));
        kin == Some(Some(match used {
            Use::Subtitle | Use::Content => Use::Text,
            used => used,
        }))
    });
    let area = area(shape).or_else(|| area(parent?))?;
    let style = named(master, if used == Use::Title { "titleStyle" } else { "bodyStyle" }).next();
    let sizes = [Some(shape), parent, style].into_iter().flatten().filter_map(size);
    Some(Place {
        used,
        word: word.to_owned(),
        index: mark.attribute("idx").map(str::to_owned),
        area,
        size: sizes.into_iter().next().unwrap_or(18.0),
    })
}

/// Where a shape lies, where it says so itself.
fn area(shape: Node<'_, '_>) -> Option<Area> {
    let frame = named(shape, "xfrm").next()?;
    let number = |of: &'static str, key: &str| named(frame, of).next()?.attribute(key)?.parse::<i64>().ok();
    Some(Area { x: number("off", "x")?, y: number("off", "y")?, w: number("ext", "cx")?, h: number("ext", "cy")? })
        .filter(|area| area.w > 0 && area.h > 0)
}

/// The size of text of the first level, where it is told.
fn size(of: Node<'_, '_>) -> Option<f64> {
    let level = named(of, "lvl1pPr").next()?;
    let hundredths: f64 = named(level, "defRPr").next()?.attribute("sz")?.parse().ok()?;
    // What PowerPoint itself allows.
    Some(hundredths / 100.0).filter(|size| (1.0..=4000.0).contains(size))
}

/// All elements with this name, whatever their prefix.
pub fn named<'a, 'i>(root: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    root.descendants().filter(move |node| node.is_element() && node.tag_name().name() == name)
}

/// The relation that an element names.
pub fn relation<'a>(node: Node<'a, '_>) -> Option<&'a str> {
    node.attributes()
        .find(|a| a.name() == "id" && a.namespace().is_some_and(|n| n.ends_with("/relationships")))
        .map(|a| a.value())
}

#[cfg(test)]
mod tests {
    use super::Area;

    #[test]
    fn pictures_fill_their_area_as_far_as_their_shape_allows() {
        let area = Area { x: 100, y: 50, w: 400, h: 100 };
        assert_eq!(area.fitted(2.0), Area { x: 200, y: 50, w: 200, h: 100 });
        assert_eq!(area.fitted(8.0), Area { x: 100, y: 75, w: 400, h: 50 });
        let [left, right] = area.halves(20);
        assert_eq!((left.x, left.w, right.x, right.w), (100, 190, 310, 190));
    }
}
