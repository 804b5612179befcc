//! Reference images: one small picture of each kind in `tests/pictures`, compared with what a fresh run draws. Small
//! differences of a newer renderer pass; a picture that has lost a part does not.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use elevflode::render::{self, Picture};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::imageops::{self, FilterType as Smooth};
use image::{ImageFormat, RgbImage};

use crate::support::{Folder, demo};

/// Longest side of a reference image, pixels, and its maximum size, bytes.
const SIDE: u32 = 288;
const BYTES: usize = 20_000;
/// Pictures are compared in squares of this many pixels, so that a small missing part is detected.
const TILE: usize = 32;
/// Minimum similarity of two images, by structure and colour; 1 means equal. A picture with softer edges passes, one
/// without a line, a label or a ring does not (`missing_parts_are_detected`).
const ALIKE: f64 = 0.96;

/// The kinds of maps that `map` draws: the name of the reference, and the arguments.
const MAPS: [(&str, &[&str]); 8] = [
    ("map-by-provider", &["--perspective", "home", "--of", "Ale", "--by", "provider"]),
    ("map-by-municipality", &["--perspective", "home", "--of", "Ale", "--by", "municipality"]),
    ("map-of-provider", &["--perspective", "provider", "--of", "provider:1480"]),
    ("map-of-unit", &["--perspective", "provider", "--of", "unit:00100512"]),
    ("map-of-programme", &["--perspective", "provider", "--of", "Göteborg", "--programme", "NA"]),
    ("map-change", &["--kind", "change", "--against", "2021", "--perspective", "home", "--of", "Ale"]),
    ("map-pair", &["--kind", "pair", "--against", "admission", "--perspective", "home", "--of", "Mölndal"]),
    ("map-programmes", &["--kind", "programmes", "--perspective", "home", "--of", "Kungsbacka"]),
];

/// Levels of each colour channel in a reference.
const STEPS: u32 = 15;

/// A picture scaled down to this longest side, in few colours.
fn small(png: &[u8]) -> RgbImage {
    let picture = image::load_from_memory_with_format(png, ImageFormat::Png).unwrap().to_rgb8();
    let (wide, high) = picture.dimensions();
    let size = |length: u32| length * SIDE / wide.max(high);
    let mut small = imageops::resize(&picture, size(wide), size(high), Smooth::Triangle);
    let step = |part: u8| ((u32::from(part) * STEPS + 127) / 255 * (255 / STEPS)) as u8;
    small.pixels_mut().for_each(|pixel| pixel.0 = pixel.0.map(step));
    small
}

/// The similarity of two pictures where they differ most, 0 to 1; 0 if their shapes differ.
fn similarity(a: &RgbImage, b: &RgbImage) -> f64 {
    if a.dimensions() != b.dimensions() {
        return 0.0;
    }
    let (wide, high) = a.dimensions();
    let tiles = (0..high).step_by(TILE).flat_map(|y| (0..wide).step_by(TILE).map(move |x| (x, y)));
    let score = |(x, y): (u32, u32)| {
        // The last square of a row or column overlaps its neighbour.
        let (x, y) = (x.min(wide - TILE as u32), y.min(high - TILE as u32));
        let [a, b] = [a, b].map(|p| imageops::crop_imm(p, x, y, TILE as u32, TILE as u32).to_image());
        image_compare::rgb_hybrid_compare(&a, &b).unwrap().score
    };
    tiles.map(score).fold(1.0, f64::min)
}

/// A fresh picture of each kind, from a report and from `map`.
fn drawn(folder: &Folder) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    for (name, bytes) in demo("internal", "sv").files("out").into_iter().filter(|(name, _)| name.ends_with(".png")) {
        let kind = name.trim_end_matches(".png").rsplit('/').next().unwrap();
        let kind = match kind {
            "home-1440" => "map-home",
            "provider-1480" => "map-provider",
            "card-1440" => "card",
            // The demo has no other regions.
            of if of.starts_with("regions-") => continue,
            of if of.starts_with("home-") || of.starts_with("provider-") || of.starts_with("card-") => continue,
            chart => chart,
        };
        out.insert(kind.to_owned(), bytes);
    }
    let country = crate::regions::country("6000", "2023");
    let report =
        ["report", "--config", "set/elevflode.toml", "--release", "internal", "--only", "charts", "--out", "out"];
    country.done(&report);
    let mut regions = country.files("out/charts");
    regions.retain(|name, _| name.starts_with("regions-") && name.ends_with(".png"));
    out.extend(regions.into_iter().map(|(name, png)| (name.trim_end_matches(".png").to_owned(), png)));
    for (kind, options) in MAPS {
        folder.done(&[&["map", "--release", "internal", "--scale", "1", "--out", kind], options].concat());
        let mut files = folder.files(kind);
        files.retain(|name, _| name.ends_with(".png"));
        assert_eq!(files.len(), 1, "{kind}: {:?}", files.keys());
        out.extend(files.into_values().map(|bytes| (kind.to_owned(), bytes)));
    }
    out
}

fn references() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pictures")
}

fn as_png(picture: &RgbImage) -> Vec<u8> {
    let mut out = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut out, CompressionType::Best, FilterType::Adaptive);
    picture.write_with_encoder(encoder).unwrap();
    out
}

#[test]
fn pictures_look_like_their_references() {
    let folder = Folder::new();
    let fresh = drawn(&folder);
    let update = std::env::var_os("ELEVFLODE_UPDATE").is_some();
    if update {
        let _ = fs::remove_dir_all(references());
        for (kind, png) in &fresh {
            fs::create_dir_all(references()).unwrap();
            fs::write(references().join(format!("{kind}.png")), as_png(&small(png))).unwrap();
        }
    }
    let kept = crate::support::files(&references());
    let names: BTreeSet<String> = fresh.keys().map(|kind| format!("{kind}.png")).collect();
    let way_out = "run the tests with ELEVFLODE_UPDATE=1 if the change is meant, and look at it";
    assert_eq!(kept.keys().cloned().collect::<BTreeSet<_>>(), names, "{way_out}");
    let mut wrong = Vec::new();
    for (kind, png) in &fresh {
        let reference = &kept[&format!("{kind}.png")];
        assert!(reference.len() < BYTES, "{kind}: {} bytes", reference.len());
        let score = similarity(&small(png), &small(reference));
        if score < ALIKE {
            wrong.push(format!("{kind}: similarity {score:.4}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}; {way_out}");
}

/// The comparison detects what a reader would: another municipality, a missing line, label or bar.
#[test]
fn missing_parts_are_detected() {
    let files = demo("internal", "sv").files("out");
    let as_picture = |svg: &str| {
        let (name, title, description) = (String::new(), String::new(), String::new());
        let (svg, width, height) = (svg.to_owned(), 1600.0, 900.0);
        let (shown_in, marks) = (&[][..], Vec::new());
        Picture { name, title, description, shown_in, is_empty: false, svg, width, height, head: 0.0, marks }
    };
    let drawn = |svg: &str| small(&render::png(&as_picture(svg), 1.0).unwrap());
    let svg = |name: &str| std::str::from_utf8(&files[name]).unwrap();
    let whole = drawn(svg("maps/home-1440.svg"));
    assert!((similarity(&whole, &small(&files["maps/home-1440.png"])) - 1.0).abs() < 1e-9, "the same picture");
    // Another renderer smooths edges differently.
    let softer = similarity(&whole, &small(&render::png(&as_picture(svg("maps/home-1440.svg")), 2.0).unwrap()));
    assert!(softer >= ALIKE, "the same picture with softer edges: {softer:.4}");
    let other = similarity(&whole, &drawn(svg("maps/home-1441.svg")));
    assert!(other < ALIKE, "another municipality: {other:.4}");
    // The picture without the last element that has this attribute: elements drawn last are the largest.
    let without = |svg: &str, attribute: &str, close: &str| {
        let at = svg.rfind(attribute).unwrap_or_else(|| panic!("no {attribute}"));
        let (from, to) = (svg[..at].rfind('<').unwrap(), at + svg[at..].find(close).unwrap() + close.len());
        format!("{}{}", &svg[..from], &svg[to..])
    };
    for (name, what, attribute, close) in [
        ("maps/home-1440.svg", "a line", "class=\"flow\"", "/>"),
        ("maps/home-1440.svg", "a label", "class=\"label\"", "</text>"),
        ("maps/provider-1480.svg", "the middle", "class=\"node\" data-code=\"1480\"", "</g>"),
        ("charts/sankey.svg", "a band", "class=\"band\" data-from=\"1480\"", "/>"),
        ("charts/region-matrix.svg", "a cell's number", "class=\"cell\"", "</text>"),
        ("charts/shares.svg", "a ring", "class=\"before\"", "/>"),
    ] {
        let score = similarity(&drawn(svg(name)), &drawn(&without(svg(name), attribute, close)));
        assert!(score < ALIKE, "{name} without {what}: {score:.4}");
    }
}
