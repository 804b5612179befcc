//! Maps of the reference sets, the densest among the tests: they keep the rules of `render::geometry`.

use std::fmt::Write as _;

use super::{england_set, leeds_set, shared};
use crate::geometry::drawn_keep_the_rules;

/// School census of England, whose authorities have no coordinates here: they are placed in a ring.
#[test]
#[ignore = "needs the reference files: ELEVFLODE_SHARED"]
fn england_keeps_the_rules() {
    let folder = england_set();
    drawn_keep_the_rules(&folder, "elevflode.toml", 0);
}

/// Commuting between the 107 zones of Leeds, at their centroids: the densest maps. One of them has crossings that
/// straight lines would not have.
#[test]
#[ignore = "needs the reference files: ELEVFLODE_SHARED"]
fn leeds_keeps_the_rules() {
    let folder = leeds_set();
    let centroids = std::fs::read_to_string(shared().join("data/real/leeds/leeds_zone_centroids.csv")).unwrap();
    let mut municipalities = "code,name,lat,lon\n".to_owned();
    for record in csv::Reader::from_reader(centroids.as_bytes()).records().map(Result::unwrap) {
        writeln!(municipalities, "{0},{0},{2},{1}", &record[0], &record[1], &record[2]).unwrap();
    }
    folder.write("m.csv", municipalities.as_bytes());
    drawn_keep_the_rules(&folder, "elevflode.toml", 1);
    // The whole region would need too many lines to read: it gets the sorted matrix, which says so.
    folder.done(&["map", "--kind", "net", "--release", "internal", "--lang", "en", "--out", "net"]);
    let svg = String::from_utf8(folder.files("net")["maps/region-net.svg"].clone()).unwrap();
    assert!(svg.contains("more than anyone can read: the matrix shows the same flows"), "no word of the matrix");
    assert!(!svg.contains("class=\"flow\""), "lines are drawn all the same");
}
