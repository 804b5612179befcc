//! Failures between the program and a cluster: each is reported with the way out, and nothing is half-written.

use std::net::TcpListener;
use std::process::{Command, Stdio};

use super::server::{Front, Server, free_port, run, shared};
use super::{config, demo};
use crate::support::{Folder, Ran};

const EXTRACT: &str = "[region]\nname = \"R\"\nmunicipalities = [\"1480\"]\n[registers]\nunits = \"units.csv\"\n[[extract]]\nkind = \"admission\"\nyear = 2023\n";

/// A folder with a register, and an admission of a few students.
fn folder() -> Folder {
    Folder::with(&[
        ("units.csv", "code,name,municipality,provider,provider_kind\n1,Ett,1480,1480,municipal\n"),
        ("a.csv", "Personnummer,Hemkommun,Skolenhetskod\n20070101-9804,1480,1\n"),
        ("noheader.csv", "20070101-9804,Ale,1480\n20070102-9803,Ale,1480\n"),
        ("latin.csv", ""),
    ])
}

/// Runs a report and checks its exit code, that it prints these words, and that it leaves nothing behind.
fn fails(folder: &Folder, config: &str, code: i32, words: &[&str]) -> Ran {
    folder.write("run.toml", config.as_bytes());
    let ran =
        folder.run(&["report", "--config", "run.toml", "--out", "out", "--lang", "en", "--release", "internal"]);
    assert_eq!(ran.code, code, "{}{}", ran.out, ran.err);
    for word in words.iter().chain(&["where:", "do this:"]) {
        assert!(ran.err.contains(word), "{word}: {}", ran.err);
    }
    assert!(!ran.err.contains("9804") && !ran.err.contains("panicked"), "{}", ran.err);
    assert!(!folder.path("out").exists(), "something was written");
    let left: Vec<_> = std::fs::read_dir(folder.path("")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("out")), "{left:?}");
    ran
}

fn engine(remote: &str, more: &str) -> String {
    format!("[engine]\nkind = \"spark\"\nremote = \"{remote}\"\n{more}\n")
}

#[test]
fn unsupported_configs_are_refused() {
    let folder = folder();
    let nowhere = engine("sc://127.0.0.1:1", "");
    for (path, words) in [
        ("path = \"a.csv\"\n", &["must be absolute"][..]),
        ("path = \"/lake/a.csv\"\nheader = 3\n", &["header = 3", "count here"]),
        ("path = \"/lake/a.xlsx\"\nsheet = \"Blad1\"\n", &["sheet = \"Blad1\""]),
        ("path = \"/lake/a.csv\"\nencoding = \"utf-16le\"\n", &["utf-16le"]),
    ] {
        fails(&folder, &format!("{nowhere}{EXTRACT}{path}"), 2, words);
    }
    let both = format!("{nowhere}{EXTRACT}path = \"/a.csv\"\ntable = \"a\"\n");
    fails(&folder, &both, 2, &["path | table"]);
    fails(&folder, &format!("{EXTRACT}table = \"lake.admission\"\n"), 2, &["extract.table"]);
    let secret =
        format!("[engine]\nkind = \"spark\"\nremote = \"sc://a/;token=geheim\"\n{EXTRACT}path = \"/a.csv\"\n");
    let ran = fails(&folder, &secret, 2, &["token_env"]);
    assert!(!ran.err.contains("geheim"));
}

#[test]
fn a_missing_server_or_another_service_is_reported() {
    let folder = folder();
    let path = "path = \"/lake/a.csv\"\n";
    let unreachable = format!("sc://127.0.0.1:{}", free_port());
    fails(
        &folder,
        &format!("{}{EXTRACT}{path}", engine(&unreachable, "")),
        3,
        &["cannot be reached", &unreachable[5..]],
    );
    fails(&folder, &format!("{}{EXTRACT}{path}", engine("sc://nowhere.invalid", "")), 3, &["cannot be reached"]);
    // A listener that accepts connections and closes them.
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port();
    std::thread::spawn(move || other.incoming().for_each(drop));
    let silent = engine(&format!("sc://127.0.0.1:{port}"), "");
    fails(&folder, &format!("{silent}{EXTRACT}{path}"), 3, &["does not answer as a Spark Connect server"]);
}

#[test]
fn missing_sources_of_a_cluster_are_reported() {
    let (folder, server) = (folder(), shared());
    folder.write("latin.csv", b"Personnummer;Hemkommun;Skolenhetskod;Studiev\xe4gskod\n1;1480;1;NA\n");
    folder.write("book.xlsx", b"PK");
    let ascii = b"Personnummer;Hemkommun;Skolenhetskod;Program\n\xe51;1480;1;NA\n\xe42;1480;1;NA\n";
    folder.write("told.csv", ascii);
    folder.write("quotes.csv", b"Personnummer;Hemkommun;Skolenhetskod;Namn\n1;1480;1;\"Anna\nBo\"\n");
    folder.write("two/a.csv", b"Personnummer;Hemkommun;Skolenhetskod\n1;1480;1\n");
    folder.write("two/b.csv", b"Hemkommun;Personnummer;Skolenhetskod\n1480;2;1\n");
    let here = std::fs::canonicalize(folder.path("")).unwrap().display().to_string();
    let at = engine(&server.remote(), "");
    for (extract, code, words) in [
        (format!("path = \"{here}/b.csv\""), 3, &["finds nothing there"][..]),
        (format!("path = \"{here}/b_*.csv\""), 3, &["finds nothing there"]),
        ("table = \"lake.admission\"".to_owned(), 3, &["no such table", "lake.admission"]),
        (format!("path = \"{here}/book.xlsx\""), 2, &["files of this format", "count here"]),
        (format!("path = \"{here}/latin.csv\""), 2, &["encoding = \"windows-1252\""]),
        (format!("path = \"{here}/told.csv\""), 2, &["encoding = \"windows-1252\""]),
        (format!("path = \"{here}/quotes.csv\""), 2, &["a field over several lines", "count here"]),
        (format!("path = \"{here}/two\""), 3, &["different headers"]),
        (format!("path = \"{here}/a.csv\"\n[extract.columns]\nhome = \"Kommun\""), 3, &["Kommun", "Hemkommun"]),
        (format!("path = \"{here}/noheader.csv\""), 3, &["header"]),
    ] {
        fails(&folder, &format!("{at}{EXTRACT}{extract}\n"), code, words);
    }
    // A declared encoding is read: Windows-1252, also by its web name.
    for (file, encoding) in [("latin", "windows-1252"), ("latin", "iso-8859-1"), ("told", "windows-1252")] {
        let extract = format!("path = \"{here}/{file}.csv\"\nencoding = \"{encoding}\"\n");
        for (name, engine) in [("told.toml", at.as_str()), ("here.toml", "")] {
            folder.write(name, format!("{engine}{EXTRACT}{extract}").as_bytes());
        }
        super::agree(&folder, ["told.toml", "here.toml"]);
    }
}

/// A server that requires a token, and gives each answer once without marking its end.
#[test]
fn a_token_is_required_and_never_sent_unencrypted() {
    let folder = folder();
    let server = Server::start(&[
        "spark.connect.authenticate.token=slussen",
        "spark.connect.execute.reattachable.enabled=false",
    ]);
    let here = std::fs::canonicalize(folder.path("")).unwrap().display().to_string();
    let extract = format!("{EXTRACT}path = \"{here}/a.csv\"\n");
    let named = "token_env = \"LAKE_TOKEN\"";
    fails(&folder, &format!("{}{extract}", engine(&server.remote(), named)), 3, &["refuses", "LAKE_TOKEN"]);
    let with_token = |config: &str, name: &str, token: &str| {
        Command::new(env!("CARGO_BIN_EXE_elevflode"))
            .args(["check", "--config", config, "--lang", "en"])
            .current_dir(folder.path(""))
            .env(name, token)
            .output()
            .unwrap()
    };
    let run = |token: &str| with_token("run.toml", "LAKE_TOKEN", token);
    assert_eq!(run("slussen").status.code(), Some(0));
    demo(&folder);
    let of_demo = config(&folder, "demo/elevflode.toml", Some(&server));
    let done = with_token(&of_demo, "SPARK_CONNECT_AUTHENTICATE_TOKEN", "slussen");
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(run("katarina").status.code(), Some(3));
    folder.write("run.toml", format!("{}{extract}", engine("sc://lake.invalid", named)).as_bytes());
    let clear = run("slussen");
    let said = String::from_utf8(clear.stderr).unwrap();
    assert_eq!(clear.status.code(), Some(2));
    assert!(said.contains("in the clear") && !said.contains("slussen"), "{said}");
}

#[test]
fn a_server_of_an_earlier_version_is_reported() {
    let (folder, old) = (folder(), Front::start("old.py", &["3.5.6"]));
    let config = format!("{}{EXTRACT}path = \"/lake/a.csv\"\n", engine(&old.remote(), ""));
    fails(&folder, &config, 3, &["too old", "Spark 3.5.6", "Spark 4.0"]);
}

#[test]
fn a_tls_connection_needs_a_trusted_certificate() {
    let (folder, server) = (folder(), shared());
    let here = std::fs::canonicalize(folder.path("")).unwrap().display().to_string();
    let front = Front::start("tls.py", &[&server.port(), &here]);
    let check = |engine: &str, authority: &str| {
        let config = format!("{engine}{EXTRACT}path = \"{here}/a.csv\"\n");
        folder.write("run.toml", config.as_bytes());
        let mut program = Command::new(env!("CARGO_BIN_EXE_elevflode"));
        program.args(["check", "--config", "run.toml", "--lang", "en"]).current_dir(folder.path(""));
        // A token is sent over such a connection.
        program.env("SPARK_CONNECT_AUTHENTICATE_TOKEN", "slussen").env("SSL_CERT_FILE", authority);
        let output = program.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (authority, nobody) = (folder.path("authority.pem").display().to_string(), "/dev/null");
    let (code, said) = check(&engine(&front.remote(), "tls = true"), &authority);
    assert_eq!(code, Some(0), "{said}");
    for (remote, tls, authority, what) in [
        (front.remote(), true, nobody, "nobody vouches for it"),
        (front.remote(), false, authority.as_str(), "TLS there, none here"),
        (server.remote(), true, authority.as_str(), "TLS here, none there"),
    ] {
        let (code, said) = check(&engine(&remote, &format!("tls = {tls}")), authority);
        assert_eq!(code, Some(3), "{what}: {said}");
        assert!(said.contains("does not answer as a Spark Connect server") && said.contains("tls"), "{what}: {said}");
    }
}

/// A table that is written to during the run has more or fewer rows in each pass.
#[test]
fn a_source_that_changes_while_it_is_counted_is_reported() {
    let (folder, server) = (folder(), shared());
    let query = "SELECT id AS Lopnummer, '1480' AS Hemkommun, '1' AS Skolenhetskod FROM range(100000) \
                 WHERE id <= unix_millis(now()) % 100000";
    run("view.py", &[&server.remote(), "restless", query], &folder.path(""));
    let columns = "[extract.columns]\nstudent = \"Lopnummer\"\n";
    let config = format!("{}{EXTRACT}table = \"restless\"\n{columns}", engine(&server.remote(), ""));
    fails(&folder, &config, 3, &["changed while it was counted", "where: restless"]);
}

/// A set that keeps a server busy for some seconds, and its config.
fn large(folder: &Folder, server: &Server) -> String {
    folder.done(&["synth", "--students", "250000", "--national", "--years", "2023-2023", "--out", "set"]);
    config(folder, "set/elevflode.toml", Some(server))
}

/// Starts a report, acts when the server works on it, and returns the result.
fn meanwhile(folder: &Folder, config: &str, server: &Server, act: impl FnOnce(u32)) -> (Option<i32>, String) {
    let begun = server.count_in_log(BUSY);
    let program = Command::new(env!("CARGO_BIN_EXE_elevflode"))
        .args(["report", "--config", config, "--out", "out", "--lang", "en", "--only", "tables"])
        .current_dir(folder.path(""))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    server.wait_for(BUSY, begun);
    act(program.id());
    let output = program.wait_with_output().unwrap();
    assert!(!folder.path("out").exists(), "something was written");
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

/// A server's log text when it aggregates rows.
const BUSY: &str = "ShuffleMapStage";

/// A server ends the stream of an answer after a while and waits to be asked for the rest. It can be told to end a
/// job, after which it continues, and it can disappear in the middle of a job.
#[test]
fn a_server_that_ends_streams_jobs_or_itself() {
    let (folder, server) =
        (Folder::new(), Server::start(&["spark.connect.execute.reattachable.senderMaxStreamDuration=5s"]));
    let spark = large(&folder, &server);
    let local = config(&folder, "set/elevflode.toml", None);
    // A server's first work takes longer than its streams last, and views are created by the client's own calls.
    let is_warm = (0..10).any(|_| folder.run(&["check", "--config", &spark, "--quiet"]).code == 0);
    assert!(is_warm, "{}", server.log());
    super::agree(&folder, [&spark, &local]);
    assert!(server.count_in_log(ENDED) > 0, "the server has ended no stream");

    let (code, said) = meanwhile(&folder, &spark, &server, |program| {
        assert!(Command::new("kill").args(["-INT", &program.to_string()]).status().unwrap().success());
    });
    assert_eq!(code, Some(130), "{said}");
    assert!(said.contains("the server was instructed to end the job"), "{said}");
    server.wait_for("cancelled", 0);
    // The server is available for the next run.
    let ran = folder.run(&["check", "--config", &spark, "--quiet"]);
    assert_eq!(ran.code, 0, "{}", ran.err);

    let (code, said) = meanwhile(&folder, &spark, &server, |_| server.kill());
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("connection to the Spark server was lost") && said.contains("do this:"), "{said}");
}

/// A server's log text when it ends the stream of an incomplete answer.
const ENDED: &str = "Deadline reached";

/// Too little memory for the answer, and too little for the job.
#[test]
fn a_server_with_too_little_memory_is_reported() {
    for settings in
        [&["spark.driver.maxResultSize=1k"][..], &["spark.driver.memory=1g", "spark.memory.fraction=0.0005"]]
    {
        let (folder, server) = (Folder::new(), Server::start(settings));
        demo(&folder);
        let config = config(&folder, "demo/elevflode.toml", Some(&server));
        let ran = folder.run(&["report", "--config", &config, "--out", "out", "--lang", "en"]);
        assert_eq!(ran.code, 3, "{settings:?}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains("ran out of memory") && !folder.path("out").exists(), "{}", ran.err);
    }
}
