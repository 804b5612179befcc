//! A Spark Connect server for the tests: started by `tests/spark/server.sh`, stopped when the test or the test run
//! ends.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A server on a port of this machine.
pub struct Server {
    port: u16,
    folder: TempDir,
    script: Child,
}

/// How long a server may take until it listens, on a busy machine.
const START: Duration = Duration::from_secs(180);

/// The server that most tests use. It ends with the test run, when its input closes.
pub fn shared() -> &'static Server {
    static SHARED: OnceLock<Server> = OnceLock::new();
    SHARED.get_or_init(|| Server::start(&["spark.driver.memory=3g"]))
}

/// A port that nothing listens on.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Server {
    /// A server with these settings (`name=value`).
    pub fn start(settings: &[&str]) -> Self {
        let (port, folder) = (free_port(), tempfile::tempdir().unwrap());
        let settings = settings.iter().flat_map(|setting| ["--conf", setting]);
        let script = Command::new("bash")
            .arg(script("server.sh"))
            .args([&port.to_string(), &folder.path().display().to_string()])
            .args(settings)
            .env("CARGO_TARGET_DIR", target())
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mut server = Self { port, folder, script };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = server.script.try_wait().unwrap();
            assert!(ended.is_none(), "no Spark server: bash tests/spark/install.sh\n{}", server.log());
            assert!(begun.elapsed() < START, "the Spark server does not listen\n{}", server.log());
            sleep(Duration::from_millis(100));
        }
        server
    }

    /// The lines of a config that name the server.
    pub fn engine(&self) -> String {
        format!("[engine]\nkind = \"spark\"\nremote = \"{}\"\n\n", self.remote())
    }

    /// Its address.
    pub fn remote(&self) -> String {
        format!("sc://127.0.0.1:{}", self.port)
    }

    /// Its port.
    pub fn port(&self) -> String {
        self.port.to_string()
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Waits until the log has this text more than `times` times.
    pub fn wait_for(&self, text: &str, times: usize) {
        let begun = Instant::now();
        while self.log().matches(text).count() <= times {
            assert!(begun.elapsed() < START, "{text} is not in the log of the server");
            sleep(Duration::from_millis(20));
        }
    }

    /// Number of occurrences of this text in the log.
    pub fn count_in_log(&self, text: &str) -> usize {
        self.log().matches(text).count()
    }

    /// Kills it at once, like a power failure.
    pub fn kill(&self) {
        let pid = fs::read_to_string(self.folder.path().join("pid")).unwrap();
        assert!(Command::new("kill").args(["-9", pid.trim()]).status().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.script.stdin.take());
        let _ = self.script.wait();
    }
}

/// A program of `tests/spark` that listens on its own port until the test ends.
pub struct Front {
    port: u16,
    script: Child,
}

impl Front {
    /// Starts it; its first line of output is its port.
    pub fn start(name: &str, arguments: &[&str]) -> Self {
        let mut program = Command::new(python());
        program.arg(script(name)).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut script = program.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(script.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { port: line.trim().parse().unwrap(), script }
    }

    /// Its address.
    pub fn remote(&self) -> String {
        format!("sc://127.0.0.1:{}", self.port)
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        drop(self.script.stdin.take());
        let _ = self.script.wait();
    }
}

/// The target folder, where Spark is installed.
fn target() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_elevflode"));
    program.parent().and_then(Path::parent).unwrap().to_owned()
}

/// A file of `tests/spark`.
fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spark").join(name)
}

/// Runs a Python script of `tests/spark` in a folder to its end.
pub fn run(name: &str, arguments: &[&str], folder: &Path) {
    let ran = Command::new(python()).arg(script(name)).args(arguments).current_dir(folder).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

/// The Python interpreter that has pyspark and pyarrow.
fn python() -> PathBuf {
    let python = target().join("spark/bin/python");
    assert!(python.exists(), "Apache Spark is missing: bash tests/spark/install.sh");
    python
}
