//! `[engine]`: the engine that counts the rows, this machine or an Apache Spark server, and the address of the
//! server.

use serde::Deserialize;

/// The default environment variable for the token, as in Spark's own clients.
pub const TOKEN: &str = "SPARK_CONNECT_AUTHENTICATE_TOKEN";

/// The engine that counts the rows of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Engine {
    /// This machine.
    #[default]
    Local,
    /// An Apache Spark server, on which the rows are.
    Spark(Server),
}

/// A Spark Connect server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its address in Spark's notation: `sc://host:15002`, optionally followed by parameters after `/;`.
    pub remote: String,
    /// Whether the connection is encrypted and the server's certificate checked.
    pub tls: bool,
    /// The environment variable that holds the token.
    pub token_env: String,
}

/// The section of the config.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEngine {
    kind: Option<String>,
    remote: Option<String>,
    tls: Option<bool>,
    token_env: Option<String>,
}

/// The default port of a server.
const PORT: &str = "15002";

impl Server {
    /// The host and the port to connect to, for a socket and for messages.
    #[must_use]
    pub fn address(&self) -> String {
        let authority = authority(&self.remote).unwrap_or_default();
        let has_port = authority.rsplit_once(':').is_some_and(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
        if has_port { authority.to_owned() } else { format!("{authority}:{PORT}") }
    }

    /// Whether it runs on this machine, so that the connection cannot be intercepted.
    #[must_use]
    pub fn is_here(&self) -> bool {
        let address = self.address();
        let host = address.rsplit_once(':').map_or("", |(host, _)| host);
        matches!(host, "localhost" | "127.0.0.1" | "[::1]")
    }
}

/// The host and port of an address; `None` if it is invalid. `/;name=value;name=value` may follow.
fn authority(remote: &str) -> Option<&str> {
    let rest = remote.strip_prefix("sc://")?;
    let (authority, parameters) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !authority.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let is_host = match host.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']').is_some_and(|address| address.parse::<std::net::Ipv6Addr>().is_ok()),
        None => !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)),
    };
    let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok());
    let is_pair = |part: &str| part.split('=').count() == 2 && !part.starts_with('=') && !part.contains(['?', '#']);
    let is_list =
        parameters.is_empty() || parameters.strip_prefix(';').is_some_and(|list| list.split(';').all(is_pair));
    (is_host && is_port && is_list).then_some(authority)
}

/// The part of an invalid address that may be shown: nothing after characters that can precede a secret.
fn shown(remote: &str) -> String {
    let host = remote.rsplit('@').next().unwrap_or_default();
    let end = host.find([';', '?', '#', '=']).unwrap_or(host.len());
    if end < host.len() || host.len() < remote.len() { format!("{}…", &host[..end]) } else { host.to_owned() }
}

impl RawEngine {
    /// The engine, or the invalid key, the value found and the value expected.
    pub(super) fn engine(self) -> Result<Engine, (&'static str, String, &'static str)> {
        match self.kind.as_deref() {
            None | Some("local") => {
                let idle =
                    [("engine.remote", self.remote.as_deref().map(shown)), ("engine.token_env", self.token_env)];
                let idle = idle.into_iter().find_map(|(key, value)| Some((key, value?)));
                return idle.map_or(Ok(Engine::Local), |(key, value)| Err((key, value, "kind = \"spark\"")));
            }
            Some("spark") => {}
            Some(other) => return Err(("engine.kind", other.to_owned(), "\"local\", \"spark\"")),
        }
        const REMOTE: &str = "\"sc://host:15002\"";
        let remote = self.remote.ok_or(("engine.remote", "–".to_owned(), REMOTE))?;
        if authority(&remote).is_none() {
            return Err(("engine.remote", shown(&remote), REMOTE));
        }
        // A secret in a config would be copied with it, so it is refused; the message does not show it.
        let names = remote.split(';').skip(1).map(|part| part.split('=').next().unwrap_or_default().to_lowercase());
        let own = ["token", "use_ssl", "authorization", "session_id", "user_agent", "user_id"];
        if let Some(own) = names.into_iter().find(|name| own.contains(&name.trim())) {
            return Err(("engine.remote", format!(";{own}=…"), "tls = true, token_env = \"NAME\""));
        }
        let token_env = self.token_env.unwrap_or_else(|| TOKEN.to_owned());
        Ok(Engine::Spark(Server { remote, tls: self.tls.unwrap_or(false), token_env }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, wanted: Result<&str, &str>) {
        let raw: RawEngine = toml::from_str(text).unwrap();
        let got = raw.engine().map(|engine| match engine {
            Engine::Local => "local".to_owned(),
            Engine::Spark(server) => format!("{} {} {}", server.address(), server.tls, server.is_here()),
        });
        assert!(got.as_ref().err().is_none_or(|(_, found, _)| !found.contains("secret")), "a secret is shown");
        assert_eq!(got.as_deref().map_err(|(key, ..)| *key), wanted, "{text}");
    }

    #[test]
    fn the_engine_or_the_wrong_key_is_returned() {
        for (text, wanted) in [
            ("", Ok("local")),
            ("kind = \"local\"", Ok("local")),
            ("kind = \"local\"\nremote = \"sc://a\"", Err("engine.remote")),
            ("kind = \"flink\"", Err("engine.kind")),
            ("kind = \"spark\"", Err("engine.remote")),
            ("kind = \"spark\"\nremote = \"spark://a:7077\"", Err("engine.remote")),
            ("kind = \"spark\"\nremote = \"sc://\"", Err("engine.remote")),
            ("kind = \"spark\"\nremote = \"sc://:15002\"", Err("engine.remote")),
            ("kind = \"spark\"\nremote = \"sc://lake\"", Ok("lake:15002 false false")),
            ("kind = \"spark\"\nremote = \"sc://lake:443/;x-cluster=7\"\ntls = true", Ok("lake:443 true false")),
            ("kind = \"spark\"\nremote = \"sc://localhost:1\"", Ok("localhost:1 false true")),
            ("kind = \"spark\"\nremote = \"sc://[::1]\"", Ok("[::1]:15002 false true")),
            ("kind = \"spark\"\nremote = \"sc://a/;token=secret\"", Err("engine.remote")),
            ("kind = \"spark\"\nremote = \"sc://a/;Authorization=secret\"", Err("engine.remote")),
            ("kind = \"spark\"\nremote = \"sc://a;token=secret\"", Err("engine.remote")),
            ("kind = \"spark\"\nremote = \"sc://a/?token=secret\"", Err("engine.remote")),
            ("kind = \"spark\"\nremote = \"sc://me:secret@a\"", Err("engine.remote")),
            ("kind = \"spark\"\nremote = \"sc:/a/;token=secret\"", Err("engine.remote")),
            ("remote = \"sc://a/;token=secret\"", Err("engine.remote")),
            ("kind = \"spark\"\nremote = \"sc://a:99999\"", Err("engine.remote")),
            ("kind = \"spark\"\nremote = \"sc://a/path\"", Err("engine.remote")),
            ("kind = \"spark\"\nremote = \"sc://a/;x\"", Err("engine.remote")),
        ] {
            check(text, wanted);
        }
    }
}
