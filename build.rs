//! Lists the files of words for `src/words.rs`, and strips symbols from the program alone: benches count instructions by the names
//! of functions, and a profile of their own would build every library twice.
#![expect(clippy::disallowed_methods, reason = "a build script writes to the folder of the build")]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo::rustc-link-arg-bins=-Wl,--strip-all");
    }
    let folder = |name: &str| PathBuf::from(env::var_os(name).expect("cargo sets it"));
    let (root, out) = (folder("CARGO_MANIFEST_DIR").join("data/words"), folder("OUT_DIR"));
    let lists = format!("{}{}", words(&root.join("sv"), "SV"), words(&root.join("en"), "EN"));
    fs::write(out.join("words.rs"), lists).expect("the folder of the build can be written");
}

/// A constant with the texts of all files of words in a folder, by name: a new file needs no line anywhere.
fn words(folder: &Path, name: &str) -> String {
    println!("cargo::rerun-if-changed={}", folder.display());
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "ftl"))
        .collect();
    files.sort();
    let mut out = format!("const {name}: &[&str] = &[\n");
    for file in files {
        // `Debug` escapes what a path can hold.
        writeln!(out, "    include_str!({:?}),", file.display().to_string()).expect("memory");
    }
    out.push_str("];\n");
    out
}
