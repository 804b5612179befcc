//! Completions and man pages: they list every command and option in the words of `--help`, and shells and man accept
//! them.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use crate::support::Folder;

const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "powershell", "elvish"];

/// The commands and the options that a help text lists.
fn listed(help: &str, section: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != section).skip(1).take_while(|line| !line.is_empty());
    let is_name = |word: &&str| word.starts_with("--") || section == "Commands:";
    let name = |line: &str| line.split([' ', ',']).find(|word| !word.is_empty() && is_name(word)).map(str::to_owned);
    lines.filter_map(name).filter(|name| name != "help").collect()
}

fn commands(folder: &Folder, lang: &str) -> Vec<String> {
    let commands = listed(&folder.done(&["--help", "--lang", lang]).out, "Commands:");
    assert!(commands.len() >= 10 && commands.iter().any(|name| name == "man"), "{commands:?}");
    commands
}

/// Whether a program accepts a file; `None` if it is not installed.
#[expect(clippy::print_stdout, reason = "what is not checked is said on request")]
fn accepts(program: &str, args: &[&str], folder: &Folder, file: &str) -> Option<Result<(), String>> {
    let ran = Command::new(program).args(args).arg(folder.path(file)).stdin(Stdio::null()).output();
    let Ok(ran) = ran else {
        println!("{file} is not checked: {program} is missing, run bash tests/shells/install.sh");
        return None;
    };
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    Some(if ran.status.success() && said.is_empty() { Ok(()) } else { Err(said) })
}

#[test]
fn completions_name_every_command_and_pass_the_syntax_check_of_the_shell() {
    let folder = Folder::new();
    for lang in ["sv", "en"] {
        let commands = commands(&folder, lang);
        for shell in SHELLS {
            let script = folder.done(&["completions", shell, "--lang", lang]).out;
            for name in commands.iter().map(String::as_str).chain(["perspective", "provider"]) {
                assert!(script.contains(name), "{name} is not in the completions of {shell}");
            }
            // bash shows no texts; the others show texts in the language.
            let words = if lang == "sv" { "En beroendekarta" } else { "One dependency map" };
            assert_eq!(script.contains(words), shell != "bash", "{shell} {lang}");
            let file = format!("completions.{shell}");
            folder.write(&file, script.as_bytes());
            if ["bash", "zsh", "fish"].contains(&shell)
                && let Some(Err(said)) = accepts(shell, &["-n"], &folder, &file)
            {
                panic!("{shell} {lang}: {said}");
            }
        }
    }
}

#[test]
fn an_unknown_shell_is_an_error_in_four_parts() {
    let folder = Folder::new();
    let ran = folder.run(&["completions", "tcsh", "--lang", "en"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
    for part in
        ["Error: ", "where: <SHELL>", "found: tcsh", "wanted: bash, elvish, fish, powershell, zsh", "do this: "]
    {
        assert!(ran.err.contains(part), "{part}: {}", ran.err);
    }
    let ran = folder.run(&["completions"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
}

#[test]
fn man_pages_have_the_words_of_help_and_no_date() {
    let folder = Folder::new();
    for (lang, headings) in [
        ("sv", ["NAMN", "SYNOPS", "BESKRIVNING", "FLAGGOR", "KOMMANDON", "SLUTKODER", "MILJÖVARIABLER", "VERSION"]),
        ("en", ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "EXIT STATUS", "ENVIRONMENT", "VERSION"]),
    ] {
        let commands = commands(&folder, lang);
        folder.done(&["man", "--lang", lang, "--out", lang]);
        folder.done(&["man", "--lang", lang, "--out", "again"]);
        let pages = folder.files(lang);
        assert!(pages == folder.files("again"), "{lang}: the same bytes each time");
        let mut wanted: Vec<String> = commands.iter().map(|name| format!("elevflode-{name}.1")).collect();
        wanted.push("elevflode.1".to_owned());
        wanted.sort();
        assert_eq!(pages.keys().cloned().collect::<Vec<_>>(), wanted);
        let pages: BTreeMap<String, String> =
            pages.into_iter().map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap())).collect();

        let main = &pages["elevflode.1"];
        assert_eq!(folder.done(&["man", "--lang", lang]).out, *main);
        for heading in headings {
            let line =
                if heading.contains(' ') { format!(".SH \"{heading}\"\n") } else { format!(".SH {heading}\n") };
            assert!(main.contains(&line), "{heading}: {main}");
        }
        for name in &commands {
            assert!(main.contains(&format!("elevflode\\-{name}(1)")), "{name}");
            let page = &pages[&format!("elevflode-{name}.1")];
            for option in listed(&folder.done(&[name, "--help", "--lang", lang]).out, "Options:") {
                assert!(page.contains(&option.replace('-', "\\-")), "{option} of {name}");
            }
        }
        for (name, page) in &pages {
            let title = page.lines().find(|line| line.starts_with(".TH")).unwrap();
            let command = name.trim_end_matches(".1");
            assert_eq!(title, format!(".TH {command} 1 \"\" \"elevflode {}\" \"\"", env!("CARGO_PKG_VERSION")));
            for heading in &headings[..4] {
                assert_eq!(page.matches(&format!(".SH {heading}\n")).count(), 1, "{heading} of {name}");
            }
            // Words of clap_mangen without a translation would stay English.
            let english = [".SH NAME\n", "SUBCOMMANDS", "subcommands", "Possible values", "[default: "];
            assert!(lang == "en" || english.iter().all(|words| !page.contains(words)), "{name}: {page}");
            let file = format!("{lang}/{name}");
            if let Some(Err(said)) = accepts("groff", &["-Kutf8", "-man", "-ww", "-Tutf8", "-z"], &folder, &file) {
                panic!("{file}: {said}");
            }
        }
    }
}

/// Pages are added to a folder with pages of other programs, which stay.
#[test]
fn man_pages_are_added_to_a_folder() {
    let folder = Folder::with(&[("man1/other.1", "other"), ("man1/elevflode.1", "old")]);
    folder.done(&["man", "--out", "man1"]);
    let files = folder.files("man1");
    assert_eq!(files["other.1"], b"other");
    assert!(files["elevflode.1"].len() > 1000 && files.len() > 10);
    let ran = folder.run(&["man", "--out", "man1/other.1", "--lang", "en"]);
    assert_eq!(ran.code, 4, "{}", ran.err);
    assert!(ran.err.contains("do this: "), "{}", ran.err);
}
