//! Tests of finished pictures over the invented region.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use super::*;
use crate::io;
use crate::render::fixture::{self, Sample};

/// Writes every picture of the region as SVG and PNG into the folder of `ELEVFLODE_PICTURES`, to be looked at, with
/// sizes and times beside them.
#[test]
#[ignore = "writes files to look at: ELEVFLODE_PICTURES=folder cargo test --release -- --ignored pictures_to_look_at"]
fn pictures_to_look_at() {
    let Ok(folder) = std::env::var("ELEVFLODE_PICTURES") else { return };
    let mut log = String::new();
    for lang in Lang::ALL {
        let model = ReportModel { lang, ..Sample::new().model() };
        for chart in CHARTS {
            let start = Instant::now();
            let pictures = chart.draw(&model);
            let _ = writeln!(log, "{} {}: {:.1} ms for {}", lang.tag(), chart.id(), ms(start), pictures.len());
            for picture in &pictures {
                let start = Instant::now();
                let png = png(picture, 1.0).unwrap();
                let _ = writeln!(
                    log,
                    "  {}: svg {} kB, png {} kB in {:.1} ms",
                    picture.name,
                    picture.svg.len() / 1000,
                    png.len() / 1000,
                    ms(start)
                );
                let path = Path::new(&folder).join(lang.tag()).join(&picture.name);
                io::write_file(&path.with_extension("svg"), picture.svg.as_bytes()).unwrap();
                io::write_file(&path.with_extension("png"), &png).unwrap();
            }
        }
    }
    io::write_file(&Path::new(&folder).join("times.txt"), log.as_bytes()).unwrap();
}

fn ms(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1000.0
}
