//! Decks as native PowerPoint files (PresentationML, ECMA-376), on the built-in template or an organisation's:
//! editable charts and tables, maps as SVG with a PNG fallback, speaker notes.

mod chart;
mod edit;
mod fit;
mod grid;
mod layout;
mod package;
mod shapes;
mod strip;
mod template;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Error as TemplateError, Output, State, UndefinedBehavior, Value, context};
use rayon::prelude::*;
use roxmltree::Document;

pub use template::{Fallback, Template};

use super::deck::{Deck, Slide, SlideBlock, SlideChart, SlideContent, WIDEST};
use crate::error::{Error, Exit, Result};
use crate::model::Year;
use crate::render::{self, escape};
use crate::words::Lang;
use fit::TextFit;
use layout::{SlideArea, named};
use package::{Package, PackagePart, kind};
use shapes::{PlacedBlock, Shapes, marked, role};
use template::ChosenLayout;

/// Properties common to all slides of a deck.
pub struct DeckStyle {
    /// The language of its texts.
    lang: Lang,
    /// The same as an Office language tag.
    language: &'static str,
    /// The year, for the dates of files.
    year: Year,
    /// Width and height of slides, EMU.
    size: (i64, i64),
    /// How text is measured.
    fit: TextFit,
}

/// The file of a deck on this template, dated 15 October of `year`, so that every run gives the same bytes.
///
/// # Errors
/// A chart that a workbook cannot hold, or a picture that cannot be drawn.
pub fn write(deck: &Deck, template: &Template, lang: Lang, year: Year) -> Result<Vec<u8>> {
    let language = match lang {
        Lang::Sv => "sv-SE",
        Lang::En => "en-GB",
    };
    let style = DeckStyle { lang, language, year, size: template.size, fit: TextFit::of(&template.typeface) };
    let environment = environment().map_err(|e| failed(&e))?;
    let mut package = template.package.clone();
    let index = notes_index(&package, &template.notes);
    let parts: Vec<PreparedSlide> = deck
        .slides
        .par_iter()
        .enumerate()
        .map(|(i, slide)| prepared(deck, slide, i + 1, template))
        .collect::<Result<_>>()?;
    let mut slides = Vec::new();
    for (i, (slide, prepared)) in deck.slides.iter().zip(parts).enumerate() {
        let layout = &prepared.chosen.layout;
        let mut part = PackagePart::new(&kind("slide"), Vec::new());
        part.relate("slideLayout", &layout.part);
        let mut shapes = Shapes::new(&style);
        shapes.title(prepared.chosen, slide);
        if let SlideContent::Opening(lines) = &slide.content {
            shapes.opening(prepared.chosen, lines);
        } else {
            let (areas, caption) = shapes.around(prepared.chosen, slide);
            for (placed, file) in placed(slide, prepared.chosen, &areas).iter().zip(prepared.files) {
                put(&mut package, &mut part, &mut shapes, slide, placed, file, (&environment, &style))?;
            }
            if let (Some(text), Some(area)) = (&slide.caption, caption) {
                shapes.caption(text, area);
            }
        }
        shapes.foot(layout, deck, i + 1);
        let view = context! { lang => language, shapes => shapes.done() };
        part.bytes = render(&environment, "slide.xml", view)?;
        let name = package.add("ppt/slides/slide", "xml", part);
        let mut notes = PackagePart::new(&kind("notesSlide"), Vec::new());
        notes.relate("notesMaster", &template.notes);
        notes.relate("slide", &name);
        let [image_name, notes_name] = ["shape-image", "shape-notes"].map(|id| lang.text(id));
        let view = context! { lang => language, image_name, notes_name, index => &*index, notes => &slide.notes };
        notes.bytes = render(&environment, "notes.xml", view)?;
        let notes = package.add("ppt/notesSlides/notesSlide", "xml", notes);
        if let Some(part) = package.get_mut(&name) {
            part.relate("notesSlide", &notes);
        }
        slides.push(name);
    }
    Template::describe(&mut package, &deck.title, language, &format!("{year}-10-15T00:00:00Z"));
    let wrong = || Error::new(Exit::Output, "error-slides").with("why", "presentation.xml");
    Template::filled(package, &template.main, &slides).ok_or_else(wrong)
}

/// A slide's layout and the files of its pictures, prepared in parallel.
struct PreparedSlide<'t> {
    chosen: &'t ChosenLayout,
    files: Vec<BlockFile>,
}

/// The file that a block needs.
enum BlockFile {
    /// Nothing.
    None,
    /// PNG and SVG of a picture.
    Picture(Vec<u8>, String),
}

fn prepared<'t>(deck: &Deck, slide: &Slide, number: usize, template: &'t Template) -> Result<PreparedSlide<'t>> {
    let missing = || Error::new(Exit::Output, "error-slides").with("why", format!("{} {number}", deck.title));
    let chosen = template.layout(role(slide)).ok_or_else(missing)?;
    let file = |block: &SlideBlock| match block {
        SlideBlock::Picture(picture) => {
            Ok(BlockFile::Picture(render::png(picture, render::PNG_SCALE)?, render::outlines(picture)?))
        }
        SlideBlock::Chart(_) | SlideBlock::Table(_) | SlideBlock::Points(_) => Ok(BlockFile::None),
    };
    Ok(PreparedSlide { chosen, files: blocks(slide).into_iter().map(file).collect::<Result<_>>()? })
}

/// The blocks of a slide, from the left.
fn blocks(slide: &Slide) -> Vec<&SlideBlock> {
    match &slide.content {
        SlideContent::Opening(_) => Vec::new(),
        SlideContent::One(block) => vec![block],
        SlideContent::Two(left, right) => vec![left, right],
    }
}

/// The blocks of a slide with their areas.
fn placed<'d>(slide: &'d Slide, chosen: &ChosenLayout, areas: &[SlideArea]) -> Vec<PlacedBlock<'d>> {
    let contents = chosen.layout.contents();
    let place = |i: usize| contents.get(i).filter(|_| chosen.has_placeholders).map(|place| marked(place));
    let (first, last) = (areas[0], areas[areas.len() - 1]);
    let whole = SlideArea { w: last.x + last.w - first.x, ..first };
    let split = match slide.content.picture_beside() {
        Some(shape) => whole.beside(whole.h as f64 * shape, WIDEST, template::GAP).to_vec(),
        None if areas.len() == 2 => {
            whole.beside(whole.w as f64 * slide.content.left_share(), 1.0, template::GAP).to_vec()
        }
        None => areas.to_vec(),
    };
    let blocks = blocks(slide).into_iter().zip(split).enumerate();
    blocks.map(|(i, (block, area))| PlacedBlock { block, area, place: place(i) }).collect()
}

/// Puts a block on a slide and adds the parts it needs.
fn put(
    package: &mut Package,
    part: &mut PackagePart,
    shapes: &mut Shapes<'_>,
    slide: &Slide,
    placed: &PlacedBlock<'_>,
    file: BlockFile,
    (environment, style): (&Environment<'_>, &DeckStyle),
) -> Result<()> {
    match (placed.block, file) {
        (SlideBlock::Chart(chart), _) => {
            let name = chart_part(package, chart, placed.area, (environment, style))?;
            let relation = part.relate("chart", &name);
            shapes.chart(placed, slide, &relation);
        }
        (SlideBlock::Picture(_), BlockFile::Picture(png, svg)) => {
            let png = package.add("ppt/media/image", "png", PackagePart::new("image/png", png));
            let svg = package.add("ppt/media/image", "svg", PackagePart::new("image/svg+xml", svg));
            let (png, svg) = (part.relate("image", &png), part.relate("image", &svg));
            shapes.picture(placed, &png, &svg);
        }
        (SlideBlock::Table(_), _) => shapes.table(placed, slide),
        (SlideBlock::Points(points), _) => shapes.points(points, placed.area),
        _ => {}
    }
    Ok(())
}

/// Adds a chart and its workbook; returns the name of the chart part.
fn chart_part(
    package: &mut Package,
    chart: &SlideChart,
    area: SlideArea,
    (environment, style): (&Environment<'_>, &DeckStyle),
) -> Result<String> {
    let chart = &chart::named(chart, style, area);
    let workbook =
        chart::workbook(chart, style).map_err(|e| Error::new(Exit::Output, "error-slides").with("why", e))?;
    const SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let book = package.add("ppt/embeddings/Microsoft_Excel_Sheet", "xlsx", PackagePart::new(SHEET, workbook));
    let mut part = PackagePart::new("application/vnd.openxmlformats-officedocument.drawingml.chart+xml", Vec::new());
    let relation = part.relate("package", &book);
    part.bytes = render(environment, "chart.xml", chart::view(chart, style, area, &relation))?;
    Ok(package.add("ppt/charts/chart", "xml", part))
}

/// The index of the notes placeholder in the notes master.
fn notes_index(package: &Package, master: &str) -> String {
    let text = package.get(master).map(PackagePart::text).unwrap_or_default();
    let document = Document::parse(&text).ok();
    let place = document.as_ref().and_then(|document| {
        named(document.root_element(), "ph").find(|mark| mark.attribute("type") == Some("body"))?.attribute("idx")
    });
    place.unwrap_or("1").to_owned()
}

fn failed(e: &TemplateError) -> Error {
    Error::new(Exit::Output, "error-slides").with("why", format!("{e:#}"))
}

/// The templates of XML parts; every value is escaped.
fn environment() -> std::result::Result<Environment<'static>, TemplateError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Lenient);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(formatted);
    for (name, source) in [
        ("slide.xml", include_str!("../../../../data/slides/slide.xml")),
        ("chart.xml", include_str!("../../../../data/slides/chart.xml")),
        ("notes.xml", include_str!("../../../../data/slides/notes.xml")),
    ] {
        environment.add_template(name, source)?;
    }
    Ok(environment)
}

/// Writes a value as XML: output of macros unchanged, everything else escaped.
fn formatted(out: &mut Output<'_>, _: &mut State<'_, '_>, value: &Value) -> std::result::Result<(), TemplateError> {
    let text = value.to_string();
    let done = if value.is_safe() { out.write_str(&text) } else { out.write_str(&escape(&text)) };
    done.map_err(TemplateError::from)
}

fn render(environment: &Environment<'_>, name: &str, view: Value) -> Result<Vec<u8>> {
    let template = environment.get_template(name).map_err(|e| failed(&e))?;
    template.render(view).map(String::into_bytes).map_err(|e| failed(&e))
}
