//! A small SVG writer: shapes and texts with fixed decimals, everything escaped.

use std::fmt::Write as _;

use super::fonts::{self, Weight};
use super::projection::Area;
use super::style;

/// A coordinate with at most two decimals and no trailing zeros, identical on every platform.
#[must_use]
pub fn coord(value: f64) -> String {
    let mut text = format!("{value:.2}");
    while text.ends_with('0') {
        text.pop();
    }
    if text.ends_with('.') {
        text.pop();
    }
    if text == "-0" { "0".to_owned() } else { text }
}

/// A coordinate as rounded in the file.
#[must_use]
pub fn drawn(value: f64) -> f64 {
    coord(value).parse().unwrap_or(value)
}

/// The text as XML character data or attribute value; characters that XML forbids become blanks.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Position of a text relative to its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// To the right of it.
    Start,
    /// Centred on it.
    Middle,
    /// To the left of it.
    End,
}

impl Anchor {
    const fn css(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// A line of text. `x`, `y` are pixels; `y` is the baseline.
#[derive(Debug, Clone)]
pub struct TextLine<'a> {
    x: f64,
    y: f64,
    text: &'a str,
    size: f64,
    weight: Weight,
    fill: &'a str,
    anchor: Anchor,
    class: Option<&'a str>,
    halo: Option<&'a str>,
    turn: f64,
}

impl<'a> TextLine<'a> {
    /// A text in body size and ink colour.
    #[must_use]
    pub const fn new(x: f64, y: f64, text: &'a str) -> Self {
        Self {
            x,
            y,
            text,
            size: style::BODY,
            weight: Weight::Regular,
            fill: style::INK,
            anchor: Anchor::Start,
            class: None,
            halo: None,
            turn: 0.0,
        }
    }

    /// Sets its size in pixels.
    #[must_use]
    pub const fn size(mut self, size: f64) -> Self {
        self.size = size;
        self
    }

    /// Sets semi-bold weight.
    #[must_use]
    pub const fn bold(mut self) -> Self {
        self.weight = Weight::SemiBold;
        self
    }

    /// Sets its weight.
    #[must_use]
    pub const fn weight(mut self, weight: Weight) -> Self {
        self.weight = weight;
        self
    }

    /// Sets its colour.
    #[must_use]
    pub const fn fill(mut self, fill: &'a str) -> Self {
        self.fill = fill;
        self
    }

    /// Sets its position relative to its point.
    #[must_use]
    pub const fn anchor(mut self, anchor: Anchor) -> Self {
        self.anchor = anchor;
        self
    }

    /// Sets its class in the file.
    #[must_use]
    pub const fn class(mut self, class: &'a str) -> Self {
        self.class = Some(class);
        self
    }

    /// Adds a halo of this colour.
    #[must_use]
    pub const fn halo(mut self, colour: &'a str) -> Self {
        self.halo = Some(colour);
        self
    }

    /// Rotates it by degrees around its point.
    #[must_use]
    pub const fn turn(mut self, degrees: f64) -> Self {
        self.turn = degrees;
        self
    }
}

/// The body of a picture, written from back to front.
#[derive(Debug, Clone, Default)]
pub struct Scene {
    body: String,
    is_empty: bool,
}

impl Scene {
    /// A filled rectangle with rounded corners; returns its box.
    pub fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, radius: f64, fill: &str) -> Area {
        self.rect_with(x, y, width, height, radius, &format!("fill=\"{fill}\""))
    }

    /// A rectangle with custom attributes (trusted text); returns its box.
    pub fn rect_with(&mut self, x: f64, y: f64, width: f64, height: f64, radius: f64, attributes: &str) -> Area {
        let (left, top) = (drawn(x), drawn(y));
        let area = Area { left, top, right: left + drawn(width.max(0.0)), bottom: top + drawn(height.max(0.0)) };
        let (x, y, width, height) = (coord(x), coord(y), coord(width.max(0.0)), coord(height.max(0.0)));
        let corner = if radius > 0.0 { format!(" rx=\"{}\"", coord(radius)) } else { String::new() };
        let _ = write!(
            self.body,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"{corner} {attributes}/>"
        );
        area
    }

    /// A circle with attributes (trusted text); returns its box.
    pub fn circle(&mut self, x: f64, y: f64, radius: f64, attributes: &str) -> Area {
        let (at_x, at_y, r) = (drawn(x), drawn(y), drawn(radius));
        let (x, y, radius) = (coord(x), coord(y), coord(radius));
        let _ = write!(self.body, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" {attributes}/>");
        Area { left: at_x - r, top: at_y - r, right: at_x + r, bottom: at_y + r }
    }

    /// A straight line.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), stroke: &str, width: f64) {
        let _ = write!(
            self.body,
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{stroke}\" stroke-width=\"{}\"/>",
            coord(from.0),
            coord(from.1),
            coord(to.0),
            coord(to.1),
            coord(width)
        );
    }

    /// A path with attributes (trusted text).
    pub fn path(&mut self, d: &str, attributes: &str) {
        let _ = write!(self.body, "<path d=\"{d}\" {attributes}/>");
    }

    /// A line of text, escaped. It carries its measured width, so that it has this width in other typefaces too. A halo is
    /// a text of its own below it: not every program draws the outline of a text first.
    pub fn text(&mut self, text: &TextLine<'_>) {
        if text.text.is_empty() {
            return;
        }
        if let Some(colour) = text.halo {
            let look = "stroke-width=\"5\" stroke-linejoin=\"round\" aria-hidden=\"true\"";
            self.text_with(
                &TextLine { class: Some("halo"), fill: colour, ..text.clone() },
                &format!(" stroke=\"{colour}\" {look}"),
            );
        }
        self.text_with(text, "");
    }

    fn text_with(&mut self, text: &TextLine<'_>, look: &str) {
        let (x, y) = (coord(text.x), coord(text.y));
        let class = text.class.map(|c| format!(" class=\"{c}\"")).unwrap_or_default();
        let weight = if text.weight == Weight::SemiBold { " font-weight=\"600\"" } else { "" };
        let anchor = if text.anchor == Anchor::Start {
            String::new()
        } else {
            format!(" text-anchor=\"{}\"", text.anchor.css())
        };
        let turn = if text.turn == 0.0 {
            String::new()
        } else {
            format!(" transform=\"rotate({} {x} {y})\"", coord(text.turn))
        };
        let _ = write!(
            self.body,
            "<text{class} x=\"{x}\" y=\"{y}\" font-size=\"{}\"{weight}{anchor} fill=\"{}\"{look}{turn} textLength=\"{}\" \
             lengthAdjust=\"spacingAndGlyphs\">{}</text>",
            coord(text.size),
            text.fill,
            coord(fonts::measure(text.text, text.size, text.weight)),
            escape(text.text)
        );
    }

    /// Several texts in sequence on one baseline, each with its weight and colour; returns the end of the row.
    pub fn run(&mut self, mut x: f64, y: f64, size: f64, parts: &[(&str, Weight, &str)]) -> f64 {
        for (text, weight, fill) in parts {
            self.text(&TextLine::new(x, y, text).size(size).weight(*weight).fill(fill));
            x += fonts::measure(text, size, *weight);
        }
        x
    }

    /// A bitmap of this size in pixels, from a `data:` URI.
    pub fn image(&mut self, x: f64, y: f64, width: f64, height: f64, data: &str) {
        let [x, y, width, height] = [x, y, width, height].map(coord);
        let _ = write!(
            self.body,
            "<image class=\"logo\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" href=\"{data}\"/>"
        );
    }

    /// Opens a group with attributes (trusted text).
    pub fn open(&mut self, attributes: &str) {
        let _ = write!(self.body, "<g {attributes}>");
    }

    /// Closes the group.
    pub fn close(&mut self) {
        self.body.push_str("</g>");
    }

    /// Existing SVG, inserted unchanged.
    pub fn raw(&mut self, svg: &str) {
        self.body.push_str(svg);
    }

    /// Marks the picture as empty: it only says that there is nothing to show.
    pub const fn mark_empty(&mut self) {
        self.is_empty = true;
    }

    /// Whether it is marked as empty.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// The SVG written so far.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The whole file: title, description, font, and the body on the canvas.
    #[must_use]
    pub fn document(&self, title: &str, description: &str, width: f64, height: f64) -> String {
        let (w, h) = (coord(width), coord(height));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" role=\"img\" \
             font-family=\"{}\"><title>{}</title><desc>{}</desc>{STYLE_OPEN}{}{STYLE_CLOSE}\
             <rect width=\"{w}\" height=\"{h}\" fill=\"{}\"/>{}</svg>\n",
            fonts::families(),
            escape(title),
            escape(description),
            fonts::font_css(),
            style::PAPER,
            self.body
        )
    }
}

/// The part of a file below `top`, on a canvas of this size.
#[must_use]
pub fn cropped(svg: &str, top: f64, width: f64, height: f64) -> String {
    let Some((head, rest)) = svg.split_once(" role=\"img\"") else { return svg.to_owned() };
    let Some((open, _)) = head.split_once(" width=\"") else { return svg.to_owned() };
    let [top, width, height] = [top, width, height].map(coord);
    format!("{open} width=\"{width}\" height=\"{height}\" viewBox=\"0 {top} {width} {height}\" role=\"img\"{rest}")
}

/// The text before the embedded font in a file.
pub const STYLE_OPEN: &str = "<style>";
/// The text after the embedded font.
pub const STYLE_CLOSE: &str = "</style>";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_no_superfluous_decimals() {
        for (value, wanted) in
            [(1.0, "1"), (-0.001, "0"), (10.0, "10"), (2.346, "2.35"), (0.5, "0.5"), (-3.1, "-3.1")]
        {
            assert_eq!(coord(value), wanted);
        }
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(escape("<a & \"b\">\u{1}"), "&lt;a &amp; &quot;b&quot;&gt; ");
    }
}
