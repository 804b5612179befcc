//! What all tests share: starting the program as a user does, folders with files, tables read back.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A row of a table: column to text.
pub type Row = BTreeMap<String, String>;

/// A temporary folder to run the program in.
pub struct Folder {
    folder: tempfile::TempDir,
}

impl Folder {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A folder with these files.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self::new();
        for (name, text) in files {
            folder.write(name, text.as_bytes());
        }
        folder
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Runs the program here. The locale is Swedish unless `--lang` says otherwise.
    pub fn run(&self, args: &[&str]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_elevflode"))
            .args(args)
            .current_dir(self.folder.path())
            .env("LC_ALL", "sv_SE.UTF-8")
            .env("ELEVFLODE_CACHE", self.folder.path().join("kept"))
            .output()
            .unwrap();
        Ran::of(&output)
    }

    /// Runs the program here and holds it to success.
    pub fn done(&self, args: &[&str]) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.code, 0, "{args:?}: {}{}", ran.out, ran.err);
        ran
    }

    /// Writes the internal tables of a config to a folder.
    pub fn tables(&self, config: &str, out: &str) -> Ran {
        self.done(&["report", "--release", "internal", "--config", config, "--only", "tables", "--out", out])
    }

    /// The rows of a CSV table.
    pub fn table(&self, name: &str) -> Vec<Row> {
        table(&fs::read(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}")))
    }

    /// Every file below a folder with its bytes, by name.
    pub fn files(&self, under: &str) -> BTreeMap<String, Vec<u8>> {
        files(&self.path(under))
    }
}

/// Every file below a folder with its bytes, by name.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    collect(folder, "", &mut out);
    out
}

fn collect(folder: &Path, prefix: &str, out: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.map(Result::unwrap) {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), out);
        } else {
            out.insert(name, fs::read(entry.path()).unwrap());
        }
    }
}

/// How the program ended and what it said.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("messages are UTF-8");
        Self { code: output.status.code().expect("no signal"), out: text(&output.stdout), err: text(&output.stderr) }
    }
}

/// The rows of CSV text.
pub fn table(bytes: &[u8]) -> Vec<Row> {
    csv::Reader::from_reader(bytes).deserialize().collect::<Result<_, _>>().unwrap()
}

/// The one row whose columns have these values.
pub fn row<'a>(rows: &'a [Row], wanted: &[(&str, &str)]) -> &'a Row {
    let fits = |row: &&Row| wanted.iter().all(|(column, value)| row[*column] == *value);
    let found: Vec<&Row> = rows.iter().filter(fits).collect();
    match found.as_slice() {
        [one] => one,
        _ => panic!("{} rows have {wanted:?}", found.len()),
    }
}

/// A cell as a number.
pub fn number(row: &Row, column: &str) -> i64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} of {row:?}"))
}

/// The sum of a column.
pub fn sum<'a>(rows: impl IntoIterator<Item = &'a Row>, column: &str) -> i64 {
    rows.into_iter().map(|row| number(row, column)).sum()
}

/// A python that `tests/run.sh` installs for the checks of `tests/<name>`.
pub fn python(name: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_BIN_EXE_elevflode")).ancestors().nth(2).unwrap();
    let python = target.join(name).join("bin/python");
    assert!(python.exists(), "{} is missing: run bash tests/{name}/install.sh", python.display());
    python
}
