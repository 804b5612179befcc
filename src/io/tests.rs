//! Outputs complete or not at all: the state of folders after runs that succeed, fail, or are killed.

use std::fs::{self, File};
use std::path::Path;

use super::*;
use crate::model::Release;

fn in_folder(check: impl FnOnce(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    check(folder.path());
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn an_output_is_put_in_place_whole_and_foreign_files_stay() {
    in_folder(|folder| {
        let target = folder.join("out");
        for round in ["one", "two"] {
            let staging = Staging::beside(&target, Release::Public).unwrap();
            staging.write(MANIFEST, b"{}").unwrap();
            staging.write(&format!("maps/{round}.svg"), round.as_bytes()).unwrap();
            staging.finish(&|name| name.starts_with("maps/") || name == MANIFEST).unwrap();
            fs::write(target.join("notes.txt"), "mine").unwrap();
        }
        assert!(target.join("maps/two.svg").exists());
        assert!(!target.join("maps/one.svg").exists(), "files of the earlier run are removed");
        assert!(target.join("notes.txt").exists(), "files of the user are kept");
        assert_eq!(names(folder), ["out"], "nothing half-written is left");
    });
}

#[test]
fn a_folder_of_somebody_else_is_refused_and_untouched() {
    in_folder(|folder| {
        fs::write(folder.join("thesis.docx"), "x").unwrap();
        let refused = |target: &Path| Staging::beside(target, Release::Public).unwrap_err().id();
        assert_eq!(refused(folder), "error-output-foreign");
        assert_eq!(refused(&folder.join("thesis.docx")), "error-output-file");
    });
}

#[test]
fn a_dropped_staging_leaves_nothing() {
    in_folder(|folder| {
        let staging = Staging::beside(&folder.join("out"), Release::Internal).unwrap();
        staging.write("a/b", b"c").unwrap();
        drop(staging);
        assert!(write_file(folder, b"the target is a folder", Release::Internal).is_err());
        assert!(names(folder).is_empty());
    });
}

#[test]
fn no_file_is_outside_its_folder_or_overwrites_another() {
    in_folder(|folder| {
        let staging = Staging::beside(&folder.join("out"), Release::Public).unwrap();
        let long = "x".repeat(300);
        for (name, wanted) in [
            ("maps/home-1440.svg", Ok(())),
            ("maps/home-1440.svg", Err("error-output-twice")),
            ("../x", Err("error-output-name")),
            ("maps/../../x", Err("error-output-name")),
            ("/x", Err("error-output-name")),
            ("", Err("error-output-name")),
            ("..", Err("error-output-name")),
            (&long, Err("error-output")),
        ] {
            assert_eq!(staging.write(name, b"x").map_err(|e| e.id()), wanted, "{name}");
        }
        staging.finish(&|_| false).unwrap();
        assert_eq!((names(folder), names(&folder.join("out"))), (vec!["out".to_owned()], vec!["maps".to_owned()]));
    });
}

#[test]
fn a_name_says_which_release_is_built() {
    in_folder(|folder| {
        for (release, beginning) in [(Release::Internal, ".elevflode-INTERN-"), (Release::Public, ".elevflode-")] {
            let _staging = Staging::beside(&folder.join("out"), release).unwrap();
            let names = names(folder);
            assert_eq!(names.len(), 1);
            let rest = names[0].strip_prefix(beginning).unwrap_or_else(|| panic!("{names:?}"));
            assert!(!rest.contains("INTERN"), "{names:?}");
        }
    });
}

#[cfg(unix)]
#[test]
fn outputs_have_default_permissions_and_are_private_while_built() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    in_folder(|folder| {
        fs::create_dir(folder.join("usual")).unwrap();
        fs::write(folder.join("usual/file"), "x").unwrap();
        let usual = [mode(&folder.join("usual")), mode(&folder.join("usual/file"))];
        let staging = Staging::beside(&folder.join("out"), Release::Internal).unwrap();
        let work = names(folder).into_iter().find(|name| name.starts_with('.')).unwrap();
        assert_eq!(mode(&folder.join(work)), 0o700);
        staging.write("a/b", b"c").unwrap();
        staging.finish(&|_| false).unwrap();
        write_file(&folder.join("one.csv"), b"x", Release::Internal).unwrap();
        let [usual_folder, usual_file] = usual;
        for (name, wanted) in
            [("out", usual_folder), ("out/a", usual_folder), ("out/a/b", usual_file), ("one.csv", usual_file)]
        {
            assert_eq!(mode(&folder.join(name)), wanted, "{name}");
        }
        write_cached(&folder.join("cache/one"), "x");
        assert_eq!(mode(&folder.join("cache/one")), 0o600);
        assert_eq!(names(folder), ["cache", "one.csv", "out", "usual"]);
    });
}

/// The leftovers of a killed run, with an unlocked lock file.
fn left(folder: &Path, name: &str, files: &[&str]) {
    for file in files {
        let path = folder.join(name).join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, *file).unwrap();
    }
}

#[test]
fn what_a_killed_run_left_is_removed_by_the_next() {
    let targets: [fn(&Path); 3] = [
        |folder| drop(Staging::beside(&folder.join("out"), Release::Public).unwrap()),
        |folder| {
            write_file(&folder.join("one.csv"), b"x", Release::Internal).unwrap();
            fs::remove_file(folder.join("one.csv")).unwrap();
        },
        |folder| {
            write_cached(&folder.join("plan"), "x");
            fs::remove_file(folder.join("plan")).unwrap();
        },
    ];
    for make in targets {
        in_folder(|folder| {
            left(folder, ".elevflode-INTERN-a", &["lock", "out/tables/flows.csv", "out/index.html"]);
            left(folder, ".elevflode-b", &["lock", "out"]);
            left(folder, ".elevflode-c", &["lock", "old/out/manifest.json"]);
            fs::create_dir(folder.join(".elevflode-d")).unwrap();
            fs::create_dir(folder.join("out")).unwrap();
            // Neither of these is a leftover.
            left(folder, ".elevflode-mine", &["lock", "out/x", "thesis.docx"]);
            left(folder, ".elevflode-unlocked", &["out/x"]);
            fs::write(folder.join(".elevflode-file"), "x").unwrap();
            let other = Staging::beside(&folder.join("other"), Release::Internal).unwrap();
            other.write("a", b"b").unwrap();
            make(folder);
            other.finish(&|_| false).unwrap();
            let stay = [".elevflode-file", ".elevflode-mine", ".elevflode-unlocked", "other", "out"];
            assert_eq!(names(folder), stay);
        });
    }
}

#[test]
fn a_target_that_a_killed_run_moved_aside_is_put_back() {
    in_folder(|folder| {
        left(folder, ".elevflode-a", &["lock", "out/x", "old/out/manifest.json", "old/out/notes.txt"]);
        let staging = Staging::beside(&folder.join("out"), Release::Public).unwrap();
        assert_eq!(staging.earlier_manifest().as_deref(), Some(b"old/out/manifest.json".as_slice()));
        drop(staging);
        assert_eq!(
            (names(folder), names(&folder.join("out"))),
            (vec!["out".to_owned()], vec!["manifest.json".to_owned(), "notes.txt".to_owned()],)
        );
    });
}

#[test]
fn a_run_that_is_alive_is_not_disturbed() {
    in_folder(|folder| {
        let first = Staging::beside(&folder.join("out"), Release::Internal).unwrap();
        first.write("a", b"b").unwrap();
        let works: Vec<Staging> =
            (0..4).map(|_| Staging::beside(&folder.join("out"), Release::Internal).unwrap()).collect();
        assert_eq!(names(folder).len(), 5);
        drop(works);
        first.finish(&|_| false).unwrap();
        assert_eq!(fs::read(folder.join("out/a")).unwrap(), b"b");
    });
}

/// Many threads create and remove working folders in one folder at the same time, each removing leftovers: none
/// removes another's.
#[test]
fn many_runs_at_a_time_do_not_disturb_each_other() {
    in_folder(|folder| {
        std::thread::scope(|scope| {
            for i in 0..8 {
                scope.spawn(move || {
                    for round in 0..20 {
                        let path = folder.join(format!("{i}.csv"));
                        write_file(&path, format!("{round}").as_bytes(), Release::Public).unwrap();
                        assert_eq!(fs::read(path).unwrap(), format!("{round}").as_bytes());
                    }
                });
            }
        });
        assert_eq!(names(folder).len(), 8);
    });
}

#[test]
fn files_are_read_by_their_composed_names() {
    in_folder(|folder| {
        fs::write(folder.join("a\u{30a}.csv"), "x").unwrap();
        for name in ["a\u{30a}.csv", "\u{e5}.csv"] {
            let path = folder.join(name);
            assert!(exists(&path) && read(&path).unwrap() == b"x" && open(&path).is_ok(), "{name:?}");
        }
        File::create(folder.join("b.csv")).unwrap();
        assert!(!exists(&folder.join("\u{e4}.csv")));
    });
}
