//! Text size by available space. The template's typeface is not available for measuring, so the program's own, which
//! is wider than most, is used instead, stretched for typefaces known to be wider.

use crate::render::text_width;

/// EMU per point.
const POINT: f64 = 12_700.0;
/// Line height, in multiples of the text size.
const LINE: f64 = 1.2;
/// Typefaces wider than the program's own, with the width ratio for digits and Swedish text.
const WIDE: [(&str, f64); 5] = [
    ("verdana", 1.12),
    ("dejavu sans", 1.12),
    ("bitstream vera sans", 1.12),
    ("lucida sans", 1.06),
    ("poppins", 1.06),
];

/// Width ratio of bold text in other typefaces to bold text in the program's own.
const BOLD: f64 = 1.03;

/// Measures text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TextFit {
    stretch: f64,
}

impl TextFit {
    /// For text in the typeface with this name.
    pub fn of(typeface: &str) -> Self {
        let name = typeface.trim().to_lowercase();
        let known = WIDE.iter().find(|(wide, _)| name.starts_with(wide));
        Self { stretch: known.map_or(1.0, |(_, stretch)| *stretch) }
    }

    fn measured(self, text: &str, size: f64, is_bold: bool) -> f64 {
        // In most typefaces the digit one is as wide as the others.
        let width = text_width(&text.replace('1', "0"), size, is_bold);
        width * self.stretch * if is_bold { BOLD } else { 1.0 }
    }

    /// The number of lines of a text in a box of this width (points).
    pub fn lines(self, text: &str, size: f64, is_bold: bool, width: f64) -> usize {
        let blank = self.measured(" ", size, is_bold);
        let (mut lines, mut used) = (1, 0.0);
        for word in text.split_whitespace() {
            let wide = self.measured(word, size, is_bold);
            if used > 0.0 && used + blank + wide > width {
                lines += 1;
                used = wide;
            } else {
                used += if used > 0.0 { blank + wide } else { wide };
            }
        }
        lines
    }

    /// The largest size between `least` and `most` (points) at which all paragraphs fit in a box of this width and
    /// height (EMU); `least` if none does.
    pub fn size(self, texts: &[&str], is_bold: bool, (w, h): (i64, i64), most: f64, least: f64) -> f64 {
        let (width, height) = (w as f64 / POINT, h as f64 / POINT);
        let fits = |size: &f64| {
            let rows: usize = texts.iter().map(|text| self.lines(text, *size, is_bold, width)).sum();
            let between = texts.len().saturating_sub(1) as f64 * 0.35 * size;
            rows as f64 * size * LINE + between <= height
        };
        let steps = ((most - least) * 2.0).max(0.0) as u32;
        (0..=steps).map(|step| most - f64::from(step) / 2.0).find(fits).unwrap_or(least)
    }

    /// The text within a width (EMU), truncated with an ellipsis if it is longer.
    pub fn cut(self, text: &str, size: f64, is_bold: bool, w: i64) -> String {
        let width = w as f64 / POINT;
        if self.measured(text, size, is_bold) <= width {
            return text.to_owned();
        }
        let mut out = String::new();
        for c in text.chars() {
            out.push(c);
            if self.measured(&format!("{out}\u{2026}"), size, is_bold) > width {
                out.pop();
                break;
            }
        }
        format!("{}\u{2026}", out.trim_end())
    }

    /// The text within a width (points), with its middle replaced by an ellipsis if it is longer: names of schools
    /// often differ at the end.
    pub fn shortened(self, text: &str, size: f64, width: f64) -> String {
        let letters: Vec<char> = text.chars().collect();
        let without = |kept: usize| -> String {
            let last = kept * 2 / 5;
            let (head, tail) = (&letters[..kept - last], &letters[letters.len() - last..]);
            let text = |part: &[char]| part.iter().collect::<String>();
            format!("{}\u{2026}{}", text(head).trim_end(), text(tail).trim_start())
        };
        if self.measured(text, size, false) <= width {
            return text.to_owned();
        }
        let fits = |text: &String| self.measured(text, size, false) <= width;
        (2..letters.len()).rev().map(without).find(fits).unwrap_or_else(|| text.to_owned())
    }

    /// The width of a text, EMU.
    pub fn width(self, text: &str, size: f64, is_bold: bool) -> i64 {
        (self.measured(text, size, is_bold) * POINT).ceil() as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIT: TextFit = TextFit { stretch: 1.0 };

    #[test]
    fn text_shrinks_until_it_fits() {
        let place = (9_144_000, 914_400);
        assert_eq!(FIT.size(&["Kort"], true, place, 28.0, 14.0), 28.0);
        let long = "Ett mycket långt fynd om Göteborgsregionens elever ".repeat(4);
        let small = FIT.size(&[&long], true, place, 28.0, 14.0);
        assert!((14.0..28.0).contains(&small), "{small}");
        assert!(FIT.lines(&long, small, true, 720.0) as f64 * small * LINE <= 72.0);
        assert_eq!(FIT.size(&[&long.repeat(9)], true, place, 28.0, 14.0), 14.0);
    }

    #[test]
    fn names_are_cut_to_their_column() {
        assert_eq!(FIT.cut("Ale", 12.0, false, 914_400), "Ale");
        let name = FIT.cut("Skolan med det allra längsta namnet i hela registret", 12.0, false, 914_400);
        assert!(name.ends_with('\u{2026}') && FIT.width(&name, 12.0, false) <= 914_400, "{name}");
    }

    #[test]
    fn long_names_keep_their_ends() {
        let (one, other) = ("Praktiska gymnasiet i Göteborg, Lindholmen", "Praktiska gymnasiet i Göteborg, Hisingen");
        let [one, other] = [one, other].map(|name| FIT.shortened(name, 12.0, 120.0));
        assert!(one.starts_with("Praktiska") && one.ends_with("holmen") && one.contains('\u{2026}'), "{one}");
        assert!(one != other && FIT.measured(&one, 12.0, false) <= 120.0);
        assert_eq!(FIT.shortened("Ale", 12.0, 120.0), "Ale");
    }

    #[test]
    fn a_one_is_as_wide_as_other_digits() {
        assert_eq!(FIT.width("111", 12.0, false), FIT.width("000", 12.0, false));
    }

    #[test]
    fn wide_typefaces_need_more_space() {
        let wide = |typeface: &str| TextFit::of(typeface).width("Göteborgsregionen", 12.0, false);
        assert!(wide("Verdana Pro") > wide("Arial"));
        assert_eq!(wide("Arial"), wide("Kommunens egen"));
    }
}
