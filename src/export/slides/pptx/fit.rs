//! How large text may be for its place. The template's typeface is not known here; the program's own, which is wider than most,
//! stands in for it.

use crate::render::text_width;

/// Points of an EMU.
const POINT: f64 = 12_700.0;
/// From line to line, in sizes of the text.
const LINE: f64 = 1.2;

/// Lines that a text takes in a place so many points wide.
pub fn lines(text: &str, size: f64, is_bold: bool, width: f64) -> usize {
    let blank = text_width(" ", size, is_bold);
    let (mut lines, mut used) = (1, 0.0);
    for word in text.split_whitespace() {
        let wide = text_width(word, size, is_bold);
        if used > 0.0 && used + blank + wide > width {
            lines += 1;
            used = wide;
        } else {
            used += if used > 0.0 { blank + wide } else { wide };
        }
    }
    lines
}

/// The largest size, at most `most` and at least `least` points, at which all paragraphs fit a place of this width and height
/// (EMU).
pub fn size(texts: &[&str], is_bold: bool, (w, h): (i64, i64), most: f64, least: f64) -> f64 {
    let (width, height) = (w as f64 / POINT, h as f64 / POINT);
    let fits = |size: &f64| {
        let rows: usize = texts.iter().map(|text| lines(text, *size, is_bold, width)).sum();
        let between = texts.len().saturating_sub(1) as f64 * 0.35 * size;
        rows as f64 * size * LINE + between <= height
    };
    let steps = ((most - least) * 2.0).max(0.0) as u32;
    (0..=steps).map(|step| most - f64::from(step) / 2.0).find(fits).unwrap_or(least)
}

/// The text within a width (EMU), cut with an ellipsis where it is longer.
pub fn cut(text: &str, size: f64, is_bold: bool, w: i64) -> String {
    let width = w as f64 / POINT;
    if text_width(text, size, is_bold) <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        out.push(c);
        if text_width(&format!("{out}\u{2026}"), size, is_bold) > width {
            out.pop();
            break;
        }
    }
    format!("{}\u{2026}", out.trim_end())
}

/// The width of a text, EMU.
pub fn width(text: &str, size: f64, is_bold: bool) -> i64 {
    (text_width(text, size, is_bold) * POINT).ceil() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_shrinks_until_it_fits() {
        let place = (9_144_000, 914_400);
        assert_eq!(size(&["Kort"], true, place, 28.0, 14.0), 28.0);
        let long = "Ett mycket långt fynd om Göteborgsregionens elever ".repeat(4);
        let small = size(&[&long], true, place, 28.0, 14.0);
        assert!((14.0..28.0).contains(&small), "{small}");
        assert!(lines(&long, small, true, 720.0) as f64 * small * LINE <= 72.0);
        assert_eq!(size(&[&long.repeat(9)], true, place, 28.0, 14.0), 14.0);
    }

    #[test]
    fn names_are_cut_to_their_column() {
        assert_eq!(cut("Ale", 12.0, false, 914_400), "Ale");
        let name = cut("Skolan med det allra längsta namnet i hela registret", 12.0, false, 914_400);
        assert!(name.ends_with('\u{2026}') && width(&name, 12.0, false) <= 914_400, "{name}");
    }
}
