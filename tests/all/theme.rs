//! Themes: an organisation's colours, typeface and logo on everything that is drawn.

use std::path::Path;

use crate::support::Folder;

const LOGO: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 30 10\"><rect width=\"30\" height=\"10\" \
                    fill=\"#ff00ff\"/></svg>";
const THEME: &str = "logo = \"logo.svg\"\n[colours]\nmunicipal = \"#00606b\"\nindependent = \"#B35A00\"\n\
                     [font]\nregular = \"regular.ttf\"\nsemibold = \"semibold.ttf\"\n";

/// A folder with the theme. Its typeface is the built-in one with its weights exchanged, so that code that measures or
/// draws with the wrong file gives a visible difference.
fn themed() -> Folder {
    let fonts = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/fonts");
    let folder = Folder::with(&[("theme/theme.toml", THEME), ("theme/logo.svg", LOGO)]);
    folder.write("theme/regular.ttf", &std::fs::read(fonts.join("Inter-SemiBold.ttf")).unwrap());
    folder.write("theme/semibold.ttf", &std::fs::read(fonts.join("Inter-Regular.ttf")).unwrap());
    folder
}

/// Number of pixels of a PNG with a colour.
fn pixels(png: &[u8], colour: [u8; 3]) -> usize {
    let picture = resvg::tiny_skia::Pixmap::decode_png(png).unwrap();
    picture.pixels().iter().filter(|p| [p.red(), p.green(), p.blue()] == colour).count()
}

#[test]
fn a_theme_applies_to_every_picture_and_the_page() {
    let folder = themed();
    let report = ["report", "--release", "internal", "--only", "page,maps,charts,tables"];
    folder.done(&[&report[..], &["--out", "plain"]].concat());
    let ran = folder.done(&[&report[..], &["--theme", "theme/theme.toml", "--out", "out"]].concat());
    assert!(!ran.err.contains("Varning"), "{}", ran.err);
    let (plain, out) = (folder.files("plain"), folder.files("out"));
    assert!(plain.keys().eq(out.keys()));
    let mut colours = 0;
    for (name, bytes) in out.iter().filter(|(name, _)| name.ends_with(".svg")) {
        let svg = std::str::from_utf8(bytes).unwrap();
        for old in ["\"#0067a5\"", "\"#0067A5\"", "\"#d95f02\"", "\"#D95F02\"", "font/woff2"] {
            assert!(!svg.contains(old), "{name} has {old}");
        }
        for new in ["<image class=\"logo\"", "data:image/svg+xml;base64,", "data:font/truetype;base64,"] {
            assert!(svg.contains(new), "{name} has no {new}");
        }
        colours += usize::from(svg.contains("\"#00606b\"")) + usize::from(svg.contains("\"#b35a00\""));
        let png = format!("{}png", name.trim_end_matches("svg"));
        assert!(pixels(&out[&png], [255, 0, 255]) > 2000, "{png} shows no logo");
        assert_eq!(pixels(&out[&png], [0x00, 0x67, 0xa5]), 0, "{png}");
    }
    assert!(colours > 40, "{colours}");
    assert!(pixels(&out["maps/home-1440.png"], [0x00, 0x60, 0x6b]) > 2000);
    // Numbers and tables are those of a report without a theme.
    for name in out.keys().filter(|name| name.starts_with("tables/")) {
        assert_eq!(out[name], plain[name], "{name}");
    }
    let page = std::str::from_utf8(&out["index.html"]).unwrap();
    assert!(page.contains("data:font/truetype;base64,") && page.contains("\"#00606b\""), "the page");
    // The theme is listed in the manifest.
    let manifest = std::str::from_utf8(&out["manifest.json"]).unwrap();
    for file in ["theme.toml", "logo.svg", "regular.ttf", "semibold.ttf"] {
        assert!(manifest.contains(&format!("\"{file}\"")), "{file}: {manifest}");
    }
}

#[test]
fn the_config_names_a_theme_and_maps_use_it() {
    let folder = themed();
    folder.done(&["synth", "--students", "500", "--seed", "1", "--years", "2023-2023", "--out", "set"]);
    let config = std::fs::read_to_string(folder.path("set/elevflode.toml")).unwrap();
    let config = config.replace("[run]\n", "[run]\ntheme = \"../theme/theme.toml\"\n");
    folder.write("set/elevflode.toml", config.as_bytes());
    let map = ["map", "--config", "set/elevflode.toml", "--release", "internal", "--perspective", "home"];
    folder.done(&[&map[..], &["--of", "1480", "--out", "home.svg"]].concat());
    let svg = std::fs::read_to_string(folder.path("home.svg")).unwrap();
    assert!(svg.contains("<image class=\"logo\"") && svg.contains("\"#b35a00\""), "no theme");
}

/// Colours that some readers cannot tell apart are used, with a warning.
#[test]
fn colours_that_some_cannot_tell_apart_give_a_warning() {
    let folder = Folder::with(&[(
        "t.toml",
        "[colours]\nmunicipal = \"#b5651d\"\nindependent = \"#5f8f1e\"\nrose = \"#ffe000\"\n",
    )]);
    let report = ["report", "--release", "internal", "--only", "maps", "--theme", "t.toml"];
    for (lang, alike, faint) in [
        ("sv", "municipal och independent är svåra att skilja åt", "rose har för låg kontrast mot"),
        ("en", "municipal and independent are hard to distinguish", "rose has too little contrast with"),
    ] {
        let ran = folder.done(&[&report[..], &["--lang", lang, "--out", lang]].concat());
        assert!(ran.err.contains(alike) && ran.err.contains(faint), "{}", ran.err);
    }
}
