//! No cycles between source files: no file that a file uses, directly or through others, uses it back. A file may use
//! the types of its parent modules.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::layers::rust_files;

/// A module path: `["export", "page"]`.
type Module = Vec<String>;

/// The modules of the source, their code, and the names that they re-export.
struct ModuleGraph {
    /// The text of each module's file, without comments and unit tests.
    files: BTreeMap<Module, String>,
    /// The origin of each name that a module re-exports.
    exports: BTreeMap<(Module, String), Module>,
}

fn module_of(path: &Path) -> Module {
    let mut module: Module = path.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if module.last().is_some_and(|name| name == "mod" || name == "lib") {
        module.pop();
    }
    module
}

/// The code without comments and unit tests.
fn code_of(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    code.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The paths in a `use` tree: `a::{b, c::d}` → `a::b`, `a::c::d`.
fn paths(tree: &str, before: &str, out: &mut Vec<Module>) {
    let tree = tree.trim();
    if let Some((head, inner)) = tree.strip_suffix('}').and_then(|tree| tree.split_once('{')) {
        let (mut depth, mut start) = (0, 0);
        for (at, c) in inner.char_indices().chain([(inner.len(), ',')]) {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    if !inner[start..at].trim().is_empty() {
                        paths(&inner[start..at], &format!("{before}{}", head.trim()), out);
                    }
                    start = at + 1;
                }
                _ => {}
            }
        }
    } else {
        let path = format!("{before}{tree}");
        let path = path.split(" as ").next().unwrap_or_default();
        out.push(path.split("::").map(|part| part.trim().to_owned()).collect());
    }
}

/// The paths in a text, in `use` or in code, and those that it re-exports.
fn used(code: &str) -> (Vec<Module>, Vec<Module>) {
    let (mut all, mut exported) = (Vec::new(), Vec::new());
    let mut rest = String::new();
    for statement in code.split_inclusive(';') {
        let line = statement.rfind("use ").filter(|at| {
            let before = statement[..*at].trim_end();
            before.is_empty() || before.ends_with(['}', ']', '{', ')']) || before.ends_with("pub")
        });
        let Some(at) = line else {
            rest.push_str(statement);
            continue;
        };
        rest.push_str(&statement[..at]);
        let mut found = Vec::new();
        paths(statement[at + 4..].trim_end_matches(';'), "", &mut found);
        if statement[..at].trim_end().ends_with("pub") || statement[..at].trim_end().ends_with("pub(super)") {
            exported.extend(found.iter().cloned());
        }
        all.extend(found);
    }
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    for word in rest.split(|c| !is_path(c)).filter(|word| word.contains("::")) {
        all.push(word.split("::").map(str::to_owned).collect());
    }
    (all, exported)
}

impl ModuleGraph {
    fn new(folder: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let files: BTreeMap<Module, String> = rust_files(folder)
            .into_iter()
            .map(|(path, text)| (module_of(path.strip_prefix(&root).unwrap()), code_of(&text)))
            .filter(|(module, _)| !module.iter().any(|part| part == "tests" || part == "main"))
            .collect();
        let mut graph = Self { files, exports: BTreeMap::new() };
        let mut exports = BTreeMap::new();
        for (module, code) in &graph.files {
            for path in used(code).1 {
                if let (Some(name), Some(from)) = (path.last().cloned(), graph.absolute(module, &path)) {
                    exports.insert((module.clone(), name), from);
                }
            }
        }
        graph.exports = exports;
        graph
    }

    /// A path relative to the root of the crate; `None` for paths of other crates and for plain names.
    fn absolute(&self, module: &Module, path: &[String]) -> Option<Module> {
        let mut out = match path.first()?.as_str() {
            "crate" => Vec::new(),
            "self" | "super" => module.clone(),
            name => {
                let mut child = module.clone();
                child.push(name.to_owned());
                let is_known =
                    self.files.contains_key(&child) || self.exports.contains_key(&(module.clone(), name.into()));
                return is_known.then(|| [module.clone(), path.to_vec()].concat());
            }
        };
        for part in path {
            match part.as_str() {
                "crate" | "self" => {}
                "super" => drop(out.pop()),
                part => out.push(part.to_owned()),
            }
        }
        Some(out)
    }

    /// The file that defines what a path names.
    fn file_of(&self, path: &Module, depth: usize) -> Option<&Module> {
        let known = (0..=path.len()).rev().find(|length| self.files.contains_key(&path[..*length]))?;
        if let Some(name) = path.get(known)
            && let Some(from) = self.exports.get(&(path[..known].to_vec(), name.clone()))
            && depth < 8
        {
            return self.file_of(from, depth + 1);
        }
        self.files.get_key_value(&path[..known]).map(|(module, _)| module)
    }

    /// The files that each file uses, except its parent modules.
    fn uses(&self) -> BTreeMap<&Module, BTreeSet<&Module>> {
        let of = |(module, code): (&'_ Module, &String)| {
            let paths = used(code).0;
            let files = paths.iter().filter_map(|path| self.file_of(&self.absolute(module, path)?, 0));
            files.filter(|file| !module.starts_with(file)).cloned().collect::<BTreeSet<Module>>()
        };
        self.files
            .iter()
            .map(|file| {
                let uses = of(file);
                (file.0, self.files.keys().filter(|key| uses.contains(*key)).collect())
            })
            .collect()
    }
}

/// The files of a cycle, if there is one.
fn cycle(uses: &BTreeMap<&Module, BTreeSet<&Module>>) -> Vec<String> {
    // A file that uses none of the remaining files is in no cycle.
    let mut left: BTreeSet<&Module> = uses.keys().copied().collect();
    loop {
        let free: Vec<&Module> =
            left.iter().filter(|file| uses[*file].iter().all(|used| !left.contains(used))).copied().collect();
        if free.is_empty() {
            break;
        }
        free.iter().for_each(|file| {
            left.remove(file);
        });
    }
    // A file that none of the remaining files uses is in no cycle either.
    loop {
        let free: Vec<&Module> =
            left.iter().filter(|file| !left.iter().any(|user| uses[user].contains(*file))).copied().collect();
        if free.is_empty() {
            break;
        }
        free.iter().for_each(|file| {
            left.remove(file);
        });
    }
    let line = |file: &&Module| {
        let used: Vec<String> =
            uses[*file].iter().filter(|used| left.contains(*used)).map(|used| used.join("/")).collect();
        format!("{} uses {}", file.join("/"), used.join(", "))
    };
    left.iter().map(line).collect()
}

#[test]
fn no_files_use_each_other_in_a_cycle() {
    let graph = ModuleGraph::new("src");
    let uses = graph.uses();
    // The test sees uses, also through a re-export.
    let view: Module = ["report", "view", "ledger"].map(str::to_owned).to_vec();
    assert!(uses.values().map(BTreeSet::len).sum::<usize>() > 1_000 && uses.contains_key(&view));
    let sums: Module = ["disclosure", "sums"].map(str::to_owned).to_vec();
    assert!(
        uses.iter().any(|(file, used)| file.first().is_some_and(|top| top == "report") && used.contains(&sums)),
        "re-exports are followed"
    );
    let cycle = cycle(&uses);
    assert!(cycle.is_empty(), "{cycle:#?}");
}
