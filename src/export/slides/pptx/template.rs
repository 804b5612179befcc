//! A template: an organisation's own `.pptx` or `.potx`, or the built-in one. Its masters, layouts, theme and pictures
//! are kept; its slides and personal data (properties, comments, macros) are removed.

use roxmltree::Document;

use super::edit::put_after;
use super::layout::{PlaceholderUse, SlideArea, SlideLayout, layouts, named};
use super::package::{CORE, HEAD, Package, PackagePart, Relation, RelationTarget, kind};
use super::strip::stripped;
use crate::error::{Error, Exit, Result};
use crate::theme::{Slot, Theme};

const THEME: &str = "application/vnd.openxmlformats-officedocument.theme+xml";

/// The kind of layout that a slide needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LayoutRole {
    /// A title with lines below it: the first slide.
    Opening,
    /// A title and one content placeholder.
    Content,
    /// A title and two content placeholders side by side.
    Two,
}

impl LayoutRole {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::Opening, Self::Content, Self::Two];

    /// The id of its message.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Opening => "layout-opening",
            Self::Content => "layout-content",
            Self::Two => "layout-two",
        }
    }

    /// The type of such layouts, and their lower-case names in Swedish and English programs.
    const fn known(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Opening => ("title", &["rubrikbild", "titelbild", "startbild", "title slide"]),
            Self::Content => ("obj", &["rubrik och innehåll", "title and content"]),
            Self::Two => ("twoObj", &["två innehållsdelar", "två delar", "two content"]),
        }
    }

    /// Whether a layout has the placeholders for it.
    fn fits(self, layout: &SlideLayout) -> bool {
        let contents = layout.contents();
        layout.place(PlaceholderUse::Title).is_some()
            && match self {
                Self::Opening => true,
                Self::Content => contents.len() == 1,
                Self::Two => contents.len() == 2 && contents[0].area.x + contents[0].area.w <= contents[1].area.x,
            }
    }

    /// Whether a layout without the type or name matches it by its placeholders.
    fn looks(self, layout: &SlideLayout) -> bool {
        self.fits(layout) && (self != Self::Opening || layout.place(PlaceholderUse::Subtitle).is_some())
    }
}

/// The layout chosen for a role.
#[derive(Debug, Clone, PartialEq)]
pub struct ChosenLayout {
    /// The layout.
    pub layout: SlideLayout,
    /// The areas of content, from the left: content placeholders of the layout, or the free area below its title.
    pub areas: Vec<SlideArea>,
    /// Whether content fills placeholders of the layout.
    pub has_placeholders: bool,
    /// The area of the title if the program places it itself; then no placeholder of the layout is used.
    pub title: Option<SlideArea>,
}

/// A role for which a template has no layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fallback {
    /// The role.
    pub role: LayoutRole,
    /// The layout used instead.
    pub used: String,
}

/// The layout of each role.
type Layouts = Vec<(LayoutRole, ChosenLayout)>;

/// A template ready for slides.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Its parts without slides.
    pub package: Package,
    /// The name of its main part.
    pub main: String,
    /// The name of its notes master.
    pub notes: String,
    /// Width and height of slides, EMU.
    pub size: (i64, i64),
    /// The typeface of its text; empty if the theme names none.
    pub typeface: String,
    /// The replacements for roles without a layout.
    pub fallbacks: Vec<Fallback>,
    chosen: Layouts,
}

impl Template {
    /// An organisation's template; `path` names it in errors.
    ///
    /// # Errors
    /// A file that is not a presentation, or without a layout: exit 2.
    pub fn read(path: &str, bytes: &[u8]) -> Result<Self> {
        let wrong = || Error::new(Exit::Usage, "error-template").with("path", path);
        let package = Package::read(bytes).ok_or_else(wrong)?;
        let root = package.get("").ok_or_else(wrong)?;
        let (_, main) = root.related("officeDocument").next().ok_or_else(wrong)?;
        let main = main.to_owned();
        let is_presentation = package
            .get(&main)
            .is_some_and(|part| part.kind.contains("presentationml") || part.kind.contains("powerpoint"));
        if !is_presentation {
            return Err(wrong());
        }
        let mut package = package;
        stripped(&mut package, &main).ok_or_else(wrong)?;
        Self::of(package, main, path)
    }

    /// The built-in template in the colours of a theme.
    ///
    /// # Errors
    /// None; all its layouts exist.
    pub fn built_in(theme: &Theme) -> Result<Self> {
        Self::of(built_in(theme), MAIN.to_owned(), "elevflode")
    }

    fn of(mut package: Package, main: String, path: &str) -> Result<Self> {
        let wrong = || Error::new(Exit::Usage, "error-template").with("path", path);
        let size = size(&package.get(&main).ok_or_else(wrong)?.text()).ok_or_else(wrong)?;
        let layouts = layouts(&package, &main);
        let (chosen, fallbacks) = choose(&layouts, size).ok_or_else(|| {
            let names: Vec<&str> = layouts.iter().map(|layout| &*layout.name).collect();
            let found = if names.is_empty() { "–".to_owned() } else { names.join(", ") };
            Error::new(Exit::Usage, "error-template-layout").with("path", path).with("found", found)
        })?;
        let notes = notes_master(&mut package, &main).ok_or_else(wrong)?;
        let typeface = typeface(&package, &main).unwrap_or_default();
        Ok(Self { package, main, notes, size, typeface, fallbacks, chosen })
    }

    /// The layout for a role.
    pub fn layout(&self, role: LayoutRole) -> Option<&ChosenLayout> {
        self.chosen.iter().find(|(of, _)| *of == role).map(|(_, chosen)| chosen)
    }
}

/// Chooses the layout of each role by type, then name, then placeholders, among those with enough space for a title and
/// content. A role without one gets a layout with only a title; if there is none either, the barest layout, on which the
/// program places title and content itself. `None` without any layout.
fn choose(layouts: &[SlideLayout], size: (i64, i64)) -> Option<(Layouts, Vec<Fallback>)> {
    let found = |role: LayoutRole| {
        let (kind, names) = role.known();
        let fitting = || layouts.iter().filter(|layout| role.fits(layout));
        let of_kind = fitting().filter(|layout| layout.kind == kind);
        let of_name = fitting().filter(|layout| names.contains(&&*layout.name.trim().to_lowercase()));
        let alike = layouts.iter().filter(|layout| role.looks(layout));
        of_kind
            .chain(of_name)
            .chain(alike)
            .map(|layout| areas(layout, role, size))
            .find(|it| is_roomy(it, role, size))
    };
    let is_plain = |layout: &&SlideLayout| {
        layout.kind == "titleOnly"
            || (layout.contents().is_empty() && layout.place(PlaceholderUse::Subtitle).is_none())
    };
    let plain = |role: LayoutRole| {
        let with_title = layouts.iter().filter(|layout| layout.place(PlaceholderUse::Title).is_some());
        with_title.filter(is_plain).map(|layout| areas(layout, role, size)).find(|it| is_roomy(it, role, size))
    };
    // The layout with the fewest placeholders.
    let barest = layouts.iter().min_by_key(|layout| layout.places.len());
    let mut chosen = Layouts::new();
    let mut fallbacks = Vec::new();
    for role in LayoutRole::ALL {
        let layout = match found(role) {
            Some(layout) => layout,
            None => {
                let content = || found(LayoutRole::Content).map(|content| areas(&content.layout, role, size));
                let next = match role {
                    LayoutRole::Two => content().or_else(|| plain(role)),
                    LayoutRole::Opening | LayoutRole::Content => plain(role),
                };
                let next = next.or_else(|| barest.map(|layout| bare(layout, role, size)))?;
                fallbacks.push(Fallback { role, used: next.layout.name.clone() });
                next
            }
        };
        chosen.push((role, layout));
    }
    Some((chosen, fallbacks))
}

/// The gap between the two halves of an area, EMU.
pub const GAP: i64 = 320_040;
/// Minimum share of a slide's height for its content, and of its width for content and title.
const ROOMY: f64 = 0.45;

/// Whether a layout has space for content of a role, apart from its title.
fn is_roomy(chosen: &ChosenLayout, role: LayoutRole, (w, h): (i64, i64)) -> bool {
    if role == LayoutRole::Opening {
        return chosen.areas.iter().all(|area| area.h >= h / 10 && area.w >= w * 2 / 5);
    }
    let (Some(first), Some(last)) = (chosen.areas.first(), chosen.areas.last()) else { return false };
    let title = chosen.layout.place(PlaceholderUse::Title);
    let is_apart =
        title.is_some_and(|title| title.area.bottom() <= first.y + h / 50 || title.area.y >= first.bottom());
    is_apart
        && first.h as f64 >= ROOMY * h as f64
        && (last.x + last.w - first.x) as f64 >= ROOMY * w as f64
        && chosen.areas.iter().all(|area| area.x >= 0 && area.y >= 0 && area.bottom() <= h)
}

/// A layout on which the program places title and content as on its own template.
fn bare(layout: &SlideLayout, role: LayoutRole, (w, h): (i64, i64)) -> ChosenLayout {
    let part = |x: f64, y: f64, wide: f64, high: f64| SlideArea {
        x: (w as f64 * x).round() as i64,
        y: (h as f64 * y).round() as i64,
        w: (w as f64 * wide).round() as i64,
        h: (h as f64 * high).round() as i64,
    };
    let content = part(0.0375, 0.16, 0.925, 0.755);
    let (title, areas) = match role {
        LayoutRole::Opening => (part(0.075, 0.267, 0.85, 0.226), vec![part(0.075, 0.52, 0.85, 0.226)]),
        LayoutRole::Content => (part(0.0375, 0.033, 0.925, 0.111), vec![content]),
        LayoutRole::Two => (part(0.0375, 0.033, 0.925, 0.111), content.halves(GAP).to_vec()),
    };
    ChosenLayout { layout: layout.clone(), areas, has_placeholders: false, title: Some(title) }
}

fn areas(layout: &SlideLayout, role: LayoutRole, size: (i64, i64)) -> ChosenLayout {
    let contents: Vec<SlideArea> = layout.contents().iter().map(|place| place.area).collect();
    let (areas, has_placeholders) = match (role, contents.as_slice()) {
        (LayoutRole::Two, [left, right]) => (vec![*left, *right], true),
        (LayoutRole::Two, [one]) => (one.halves(GAP).to_vec(), false),
        (LayoutRole::Two, _) => (free(layout, size).halves(GAP).to_vec(), false),
        (LayoutRole::Content, [one]) => (vec![*one], true),
        (LayoutRole::Opening, _) => {
            (vec![layout.place(PlaceholderUse::Subtitle).map_or_else(|| free(layout, size), |p| p.area)], true)
        }
        (LayoutRole::Content, _) => (vec![free(layout, size)], false),
    };
    ChosenLayout { layout: layout.clone(), areas, has_placeholders, title: None }
}

/// The free area below a layout's title and above its foot.
fn free(layout: &SlideLayout, (w, h): (i64, i64)) -> SlideArea {
    let title = layout
        .place(PlaceholderUse::Title)
        .map_or(SlideArea { x: w / 24, y: h / 24, w: w - w / 12, h: h / 8 }, |p| p.area);
    let margin = h / 40;
    let foot = [PlaceholderUse::Foot, PlaceholderUse::Number]
        .into_iter()
        .filter_map(|used| Some(layout.place(used)?.area.y));
    let bottom = foot.filter(|y| *y > h / 2).min().unwrap_or(h - h / 12) - margin;
    // A title in the lower half leaves no space below it.
    let top = if title.bottom() < h / 2 { title.bottom() + margin } else { h / 6 };
    SlideArea { x: title.x, y: top, w: title.w, h: (bottom - top).max(h / 4) }
}

/// Width and height of slides.
fn size(main: &str) -> Option<(i64, i64)> {
    let document = Document::parse(main).ok()?;
    let size = named(document.root_element(), "sldSz").next()?;
    let number = |key| size.attribute(key)?.parse::<i64>().ok().filter(|n| (914_400..=51_206_400).contains(n));
    Some((number("cx")?, number("cy")?))
}

/// The typeface of text in the theme of the first master.
fn typeface(package: &Package, main: &str) -> Option<String> {
    let (_, master) = package.get(main)?.related("slideMaster").next()?;
    let (_, theme) = package.get(master)?.related("theme").next()?;
    let text = package.get(theme)?.text();
    let document = Document::parse(&text).ok()?;
    let minor = named(document.root_element(), "minorFont").next()?;
    Some(named(minor, "latin").next()?.attribute("typeface")?.to_owned())
}

const PRESENTATION: &str = "xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\" \
     xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

/// The name of the notes master; a template without one gets the built-in one.
fn notes_master(package: &mut Package, main: &str) -> Option<String> {
    if let Some((_, name)) = package.get(main)?.related("notesMaster").next() {
        return Some(name.to_owned());
    }
    let theme = package.add(
        "ppt/theme/theme",
        "xml",
        PackagePart::new(THEME, include_str!("../../../../data/slides/template/theme.xml")),
    );
    let mut master =
        PackagePart::new(&kind("notesMaster"), include_str!("../../../../data/slides/template/notesMaster.xml"));
    master.relate("theme", &theme);
    let name = package.add("ppt/notesMasters/notesMaster", "xml", master);
    let part = package.get_mut(main)?;
    let id = part.relate("notesMaster", &name);
    let list = format!("<p:notesMasterIdLst {PRESENTATION}><p:notesMasterId r:id=\"{id}\"/></p:notesMasterIdLst>");
    part.bytes = put_after(&part.text(), &["sldMasterIdLst"], &list)?.into();
    Some(name)
}

impl Template {
    /// The file with these slides, which are parts of the package, in order; `None` if the main part is not XML.
    pub fn filled(mut package: Package, main: &str, slides: &[String]) -> Option<Vec<u8>> {
        let part = package.get_mut(main)?;
        let mut list = format!("<p:sldIdLst {PRESENTATION}>");
        for (i, slide) in slides.iter().enumerate() {
            let id = part.relate("slide", slide);
            // Slide ids start at 256.
            list += &format!("<p:sldId id=\"{}\" r:id=\"{id}\"/>", 256 + i);
        }
        list += "</p:sldIdLst>";
        part.bytes =
            put_after(&part.text(), &["sldMasterIdLst", "notesMasterIdLst", "handoutMasterIdLst"], &list)?.into();
        package.keep_related();
        Some(package.write())
    }

    /// Sets the properties of the file: title, language, and a date such as `2023-10-15T00:00:00Z` that is the same on
    /// every run.
    pub fn describe(package: &mut Package, title: &str, language: &str, date: &str) {
        let core = format!(
            "{HEAD}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
             xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{}</dc:title><dc:language>{language}</dc:language>\
             <dcterms:created xsi:type=\"dcterms:W3CDTF\">{date}</dcterms:created>\
             <dcterms:modified xsi:type=\"dcterms:W3CDTF\">{date}</dcterms:modified></cp:coreProperties>\n",
            crate::render::escape(title)
        );
        let name = "docProps/core.xml";
        package.put(name, PackagePart::new("application/vnd.openxmlformats-package.core-properties+xml", core));
        if let Some(root) = package.get_mut("") {
            let target = RelationTarget::Part(name.to_owned());
            root.relations.push(Relation { id: root.free_id(), kind: CORE.to_owned(), target });
        }
    }
}

/// The main part of the built-in template.
const MAIN: &str = "ppt/presentation.xml";

macro_rules! own {
    ($name:literal) => {
        include_str!(concat!("../../../../data/slides/template/", $name, ".xml"))
    };
}

/// The built-in template in the colours of a theme.
fn built_in(theme: &Theme) -> Package {
    let mut package = Package::default();
    let mut root = PackagePart::default();
    root.relate("officeDocument", MAIN);
    package.put("", root);
    let mut look = own!("theme").to_owned();
    for (slot, accent) in Slot::ALL.into_iter().filter_map(|slot| Some((slot, accent(slot)?))) {
        if let Some(colour) = theme.colours.get(&slot) {
            let colour = colour.to_string().trim_start_matches('#').to_uppercase();
            look = with_accent(&look, accent, &colour);
        }
    }
    package.put("ppt/theme/theme1.xml", PackagePart::new(THEME, look));
    let layouts = [own!("slideLayout1"), own!("slideLayout2"), own!("slideLayout3"), own!("slideLayout4")];
    let mut master = PackagePart::new(&kind("slideMaster"), own!("slideMaster"));
    for (i, text) in (1..).zip(layouts) {
        let name = format!("ppt/slideLayouts/slideLayout{i}.xml");
        let mut layout = PackagePart::new(&kind("slideLayout"), text);
        layout.relate("slideMaster", "ppt/slideMasters/slideMaster1.xml");
        package.put(&name, layout);
        master.relate("slideLayout", &name);
    }
    master.relate("theme", "ppt/theme/theme1.xml");
    package.put("ppt/slideMasters/slideMaster1.xml", master);
    let mut main = PackagePart::new(&kind("presentation.main"), own!("presentation"));
    main.relate("slideMaster", "ppt/slideMasters/slideMaster1.xml");
    main.relate("theme", "ppt/theme/theme1.xml");
    for (word, text) in
        [("presProps", own!("presProps")), ("viewProps", own!("viewProps")), ("tableStyles", own!("tableStyles"))]
    {
        let name = format!("ppt/{word}.xml");
        package.put(&name, PackagePart::new(&kind(word), text));
        main.relate(word, &name);
    }
    package.put(MAIN, main);
    package
}

/// The theme colour of a colour slot; an organisation's template has its own colours for them.
pub const fn accent(slot: Slot) -> Option<&'static str> {
    match slot {
        Slot::Municipal => Some("accent1"),
        Slot::Independent => Some("accent2"),
        Slot::Own => Some("accent3"),
        Slot::PublicOther => Some("accent4"),
        Slot::Rose => Some("accent5"),
        Slot::Fell => Some("accent6"),
        Slot::Focus => None,
    }
}

/// The text of a theme with the colour of an accent replaced.
fn with_accent(text: &str, accent: &str, colour: &str) -> String {
    let open = format!("<a:{accent}><a:srgbClr val=\"");
    match text.find(&open).map(|at| at + open.len()) {
        Some(at) => format!("{}{colour}{}", &text[..at], &text[at + 6..]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_template_has_a_layout_for_every_role() {
        let template = Template::built_in(&Theme::default()).unwrap();
        assert_eq!(template.fallbacks, []);
        assert_eq!(template.typeface, "Arial");
        for role in LayoutRole::ALL {
            let chosen = template.layout(role).unwrap();
            assert_eq!(chosen.areas.len(), if role == LayoutRole::Two { 2 } else { 1 }, "{role:?}");
            assert!(chosen.has_placeholders);
        }
        let title = template.layout(LayoutRole::Content).unwrap().layout.place(PlaceholderUse::Title).unwrap();
        assert_eq!(title.size, 28.0);
    }

    #[test]
    fn a_theme_changes_the_colours() {
        let mut theme = Theme::default();
        theme.colours.insert(Slot::Own, crate::theme::Colour([1, 2, 255]));
        let template = Template::built_in(&theme).unwrap();
        let text = template.package.get("ppt/theme/theme1.xml").unwrap().text();
        assert!(text.contains("<a:accent3><a:srgbClr val=\"0102FF\"/>"), "{text}");
    }

    /// Titles in the middle, tiny or empty layouts: content is below the title, and has most of the slide.
    #[test]
    fn content_never_lies_over_a_title() {
        let size = (12_192_000, 6_858_000);
        let all = layouts(&built_in(&Theme::default()), MAIN);
        let of = |kinds: &[&str]| -> Vec<SlideLayout> {
            all.iter().filter(|layout| kinds.contains(&&*layout.kind)).cloned().collect()
        };
        let mut tiny = of(&["title", "obj"]);
        for place in tiny.iter_mut().flat_map(|layout| &mut layout.places) {
            if place.used == PlaceholderUse::Content {
                place.area.h = size.1 / 5;
            }
        }
        let blank =
            SlideLayout { name: "Blank".to_owned(), kind: "blank".to_owned(), places: Vec::new(), ..all[0].clone() };
        let with_blank = [of(&["title"]), vec![blank.clone()]].concat();
        for (given, used) in [(tiny, "Title Slide"), (with_blank, "Blank"), (vec![blank], "Blank")] {
            let (chosen, _) = choose(&given, size).unwrap();
            for role in [LayoutRole::Content, LayoutRole::Two] {
                let (_, chosen) = chosen.iter().find(|(of, _)| *of == role).unwrap();
                let title = chosen.title.unwrap();
                assert!(title.bottom() <= chosen.areas[0].y, "{used}: {chosen:?}");
                assert!(chosen.areas[0].h > size.1 / 2 && !chosen.has_placeholders, "{used}: {chosen:?}");
            }
            assert_eq!(chosen[1].1.layout.name, used);
        }
    }

    #[test]
    fn missing_layouts_are_replaced_and_reported() {
        let all = layouts(&built_in(&Theme::default()), MAIN);
        let without = |kinds: &[&str]| -> Vec<SlideLayout> {
            all.iter().filter(|layout| !kinds.contains(&&*layout.kind)).cloned().collect()
        };
        let roles = |layouts: &[SlideLayout]| {
            choose(layouts, (12_192_000, 6_858_000))
                .map(|(_, fallbacks)| fallbacks.into_iter().map(|f| (f.role, f.used)).collect::<Vec<_>>())
        };
        let to = |role, used: &str| (role, used.to_owned());
        for (kinds, wanted) in [
            (&[][..], Some(vec![])),
            (&["twoObj"], Some(vec![to(LayoutRole::Two, "Title and Content")])),
            (&["title"], Some(vec![to(LayoutRole::Opening, "Title Only")])),
            (
                &["title", "obj", "twoObj"],
                Some(vec![
                    to(LayoutRole::Opening, "Title Only"),
                    to(LayoutRole::Content, "Title Only"),
                    to(LayoutRole::Two, "Title Only"),
                ]),
            ),
            // Only the title slide: its title is in the middle, so that the program places everything itself.
            (
                &["obj", "twoObj", "titleOnly"],
                Some(vec![to(LayoutRole::Content, "Title Slide"), to(LayoutRole::Two, "Title Slide")]),
            ),
            (&["title", "obj", "twoObj", "titleOnly"], None),
        ] {
            assert_eq!(roles(&without(kinds)), wanted, "{kinds:?}");
        }
        // Without types, Swedish names identify the layouts; without names, their placeholders do.
        for name in [None, Some(["Rubrikbild", "Rubrik och innehåll", "Två innehållsdelar", "Endast rubrik"])] {
            let mut changed = all.clone();
            for (i, layout) in changed.iter_mut().enumerate() {
                layout.kind = String::new();
                layout.name = name.map_or_else(|| format!("Mall {i}"), |names| names[i].to_owned());
            }
            assert_eq!(roles(&changed), Some(vec![]), "{name:?}");
        }
    }
}
