//! Colour perception: contrast by WCAG 2, and the distance of two colours for readers who lack one type of cone.

use crate::theme::Colour;

/// Readers with all cones, and readers who lack one type: the message id, and the matrix from linear red, green and
/// blue to what they see (severity 1.0).
///
/// Source: Machado, Oliveira, Fernandes: A physiologically-based model for simulation of color vision deficiency. IEEE
/// TVCG 15(6), 2009.
pub const SIGHTS: [(&str, [[f64; 3]; 3]); 4] = [
    ("sight-all", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "sight-no-red",
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    ),
    (
        "sight-no-green",
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    ),
    (
        "sight-no-blue",
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    ),
];

/// The components of a colour in linear light, 0 to 1.
fn linear(colour: Colour) -> [f64; 3] {
    colour.0.map(|part| {
        let v = f64::from(part) / 255.0;
        if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
    })
}

/// Relative luminance by WCAG 2, 0 to 1.
fn luminance(colour: Colour) -> f64 {
    let [red, green, blue] = linear(colour);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// The contrast of two colours by WCAG 2: 1 to 21.
#[must_use]
pub fn contrast(a: Colour, b: Colour) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// A colour in CIE L*a*b* (D65) as readers with this type of vision see it.
#[must_use]
pub fn lab(colour: Colour, sight: &[[f64; 3]; 3]) -> [f64; 3] {
    let rgb = linear(colour);
    let seen = sight.map(|row| row.iter().zip(rgb).map(|(m, v)| m * v).sum::<f64>().clamp(0.0, 1.0));
    let xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
        .map(|row| row.iter().zip(seen).map(|(m, v)| m * v).sum::<f64>());
    let bent = |t: f64| if t > 0.008856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
    let [x, y, z] = [xyz[0] / 0.95047, xyz[1], xyz[2] / 1.08883].map(bent);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// The distance of two colours (CIE 1976) for readers with this type of vision.
#[must_use]
pub fn distance(a: Colour, b: Colour, sight: &[[f64; 3]; 3]) -> f64 {
    let (a, b) = (lab(a, sight), lab(b, sight));
    a.iter().zip(b).map(|(p, q)| (p - q).powi(2)).sum::<f64>().sqrt()
}
