//! What an operator can set: one struct, read from a TOML file, then from `PODIUM_*`, then from the command line.
//!
//! A later source wins. Everything is checked before the server listens; an unknown name is an error, so that a
//! misspelt setting cannot be ignored. `podium docs config` prints the table.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use serde::Deserialize;
use thiserror::Error;

/// Why the server does not start with these settings.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file could not be read.
    #[error("cannot read the configuration file {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file or the environment does not fit.
    #[error("the configuration does not fit: {0}")]
    Syntax(String),
    /// A value is not possible.
    #[error("{name}: {message}")]
    Value {
        /// The setting.
        name: &'static str,
        /// What is wrong and what is possible.
        message: String,
    },
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One coloured line per event, for people.
    Pretty,
    /// One JSON object per event, for machines.
    Json,
}

macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $name:ident: $kind:ty = $default:expr, $shown:literal;)+) => {
        /// Every setting of the server.
        #[derive(Clone, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct Config {
            $($(#[doc = $doc])+ pub $name: $kind,)+
        }

        impl Default for Config {
            fn default() -> Self {
                Self { $($name: $default,)+ }
            }
        }

        /// Name, default and meaning of each setting, in the order of the struct.
        const SETTINGS: &[(&str, &str, &str)] = &[$((stringify!($name), $shown, concat!($($doc),+)),)+];
    };
}

settings! {
    /// Name of the site, shown in the header. Where it is set here, administrators cannot change it.
    name: Option<String> = None, "";
    /// Address and port to listen on.
    listen: SocketAddr = ([127, 0, 0, 1], 8080).into(), "127.0.0.1:8080";
    /// Address under which people reach the site, such as `https://podium.example.org`. Needed behind a proxy that changes the Host header; with `https` the browser is told to use nothing else (HSTS). Without a path: that is `base_path`.
    public_url: Option<String> = None, "";
    /// Path below which the site lies when it shares its host with others, such as `/podium`. A proxy passes it on as it is.
    base_path: String = String::new(), "";
    /// Certificate chain in PEM, to serve https without a proxy. Read anew when the file changes and at SIGHUP.
    tls_certificate: Option<PathBuf> = None, "";
    /// The certificate's private key in PEM, which others on the machine cannot read.
    tls_key: Option<PathBuf> = None, "";
    /// Address and port where plain http is answered with the way to `public_url`, such as `0.0.0.0:80`; the API is refused there.
    redirect_listen: Option<SocketAddr> = None, "";
    /// Directory of everything the server keeps: the SQLite database, files, keys.
    data: PathBuf = "podium-data".into(), "podium-data";
    /// `postgres://…` or `sqlite:FILE`. Without it, `podium.db` in the data directory.
    database_url: Option<String> = None, "";
    /// Connections to the database.
    database_connections: u32 = 8, "8";
    /// Allows sessions over plain http from other machines, for a class's LAN. Pages show a banner.
    insecure_http: bool = false, "false";
    /// Networks of reverse proxies whose `X-Forwarded-For` is believed, such as `["10.0.0.0/8"]`.
    trusted_proxies: Vec<IpNet> = vec![], "[]";
    /// Whether people may make accounts themselves: all (`true`) or none (`false`). Without it administrators say who.
    sign_up: Option<bool> = None, "";
    /// Failed sign-ins of one account, and of one address, within 5 minutes, after which more are refused.
    sign_in_failures: u32 = 10, "10";
    /// Whether hosts and administrators need a second factor (an authenticator app) for what others may not do. Without it administrators say.
    second_factor_required: Option<bool> = None, "";
    /// Mail server: `smtps://user:password@host`, or `smtp://user:password@host:587?tls=required`. Without it no mail is sent.
    smtp_url: Option<String> = None, "";
    /// Sender of the site's mail, such as `Podium <podium@example.org>`.
    mail_from: Option<String> = None, "";
    /// Sign-ups and checks of setup codes from one address within 5 minutes.
    sign_ups: u32 = 100, "100";
    /// Markdown file with what the site does with personal data; people see it and agree to it by its version.
    privacy_file: Option<PathBuf> = None, "";
    /// Days after which notifications are forgotten.
    retention_days: u32 = 365, "365";
    /// Threads and posts of one person within 5 minutes; hosts have no limit in their competition.
    posts: u32 = 10, "10";
    /// Days after which a session ends.
    session_days: u32 = 90, "90";
    /// Days without a request after which a session ends; for administrators it is 12 hours.
    session_idle_days: u32 = 14, "14";
    /// Passwords hashed at the same time; each takes 19 MiB. 0: one per processor.
    hash_threads: usize = 0, "0";
    /// Sign-ins that may wait for hashing; more are refused with 503.
    hash_queue: usize = 64, "64";
    /// Threads that serve HTTP. 0: one per processor.
    http_threads: usize = 0, "0";
    /// Connections open at the same time, of each thread.
    connections: usize = 10_000, "10000";
    /// Whether `podium serve` also runs the jobs. Off when `podium worker` runs them.
    worker: bool = true, "true";
    /// Jobs run at the same time.
    worker_threads: usize = 1, "1";
    /// Seconds after which a job whose worker gives no sign is taken by another. Three signs are sent in that time.
    job_lease_secs: u64 = 10, "10";
    /// Largest body of an upload of a host's data, in bytes.
    data_limit_bytes: u64 = 20_000_000_000, "20000000000";
    /// Free space below which uploads are refused, in bytes.
    free_space_bytes: u64 = 268_435_456, "268435456";
    /// Seconds without a byte after which an upload is stopped.
    upload_idle_secs: u64 = 30, "30";
    /// Seconds after which an upload is stopped in any case.
    upload_total_secs: u64 = 7200, "7200";
    /// Bytes a second that an upload must reach on average after its first minute.
    upload_bytes_per_sec: u64 = 16_384, "16384";
    /// Address and port of the Prometheus metrics; without it there are none. Keep it off the public network.
    metrics_listen: Option<SocketAddr> = None, "";
    /// Which events are logged, in the syntax of tracing's `EnvFilter`.
    log: String = "info,actix_server=warn".into(), "info,actix_server=warn";
    /// `pretty` or `json`.
    log_format: LogFormat = LogFormat::Pretty, "pretty";
    /// Seconds that requests and jobs in progress get at shutdown.
    shutdown_secs: u64 = 15, "15";
}

impl std::fmt::Debug for Config {
    /// Not derived: the database's address may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").field("listen", &self.listen).field("data", &self.data).finish_non_exhaustive()
    }
}

impl Config {
    /// Reads the file, if one is named, and the environment, and checks the result.
    pub fn load(file: Option<&Path>, environment: impl Iterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        let mut table = toml::Table::new();
        if let Some(path) = file {
            let text =
                std::fs::read_to_string(path).map_err(|source| ConfigError::File { path: path.to_owned(), source })?;
            table = text.parse().map_err(|fault: toml::de::Error| ConfigError::Syntax(fault.to_string()))?;
        }
        // PODIUM_URL, PODIUM_TOKEN, PODIUM_CONFIG and the like belong to other commands of the program.
        let environment: BTreeMap<_, _> = environment.collect();
        for (name, ..) in SETTINGS {
            if let Some(text) = environment.get(&format!("PODIUM_{}", name.to_uppercase())) {
                table.insert((*name).to_owned(), value_of(text));
            }
        }
        let config: Self = table.try_into().map_err(|fault: toml::de::Error| ConfigError::Syntax(fault.to_string()))?;
        Ok(config)
    }

    /// Refuses what cannot work. Called once all sources are merged.
    pub fn check(&self) -> Result<(), ConfigError> {
        let fault = |name, message: &str| Err(ConfigError::Value { name, message: message.to_owned() });
        if self.name.as_ref().is_some_and(|name| name.trim().is_empty() || name.chars().count() > 60) {
            return fault("name", "give the site a name of 1 to 60 characters");
        }
        if let Some(url) = &self.public_url {
            let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
            if rest.is_none_or(|host| host.is_empty() || host.contains('/')) {
                return fault("public_url", "write scheme and host only, such as https://podium.example.org");
            }
        }
        if !is_base_path(&self.base_path) {
            return fault(
                "base_path",
                "write a path of letters, digits, '-', '_' and '.', such as /podium, or nothing",
            );
        }
        if self.tls_certificate.is_some() != self.tls_key.is_some() {
            return fault("tls_certificate", "goes together with tls_key; set both or neither");
        }
        if self.serves_tls() && self.public_url.as_ref().is_some_and(|url| url.starts_with("http://")) {
            return fault("public_url", "must begin with https:// where the server has a certificate");
        }
        if self.redirect_listen.is_some() && !self.public_url.as_ref().is_some_and(|url| url.starts_with("https://")) {
            return fault("redirect_listen", "also set public_url to the https address that visitors are sent to");
        }
        // Port 0 is any free one, each time another.
        if self.redirect_listen == Some(self.listen) && self.listen.port() != 0 {
            return fault("redirect_listen", "must differ from listen");
        }
        let at_least_one = [
            ("database_connections", u64::from(self.database_connections)),
            ("sign_in_failures", u64::from(self.sign_in_failures)),
            ("sign_ups", u64::from(self.sign_ups)),
            ("retention_days", u64::from(self.retention_days)),
            ("posts", u64::from(self.posts)),
            ("session_days", u64::from(self.session_days)),
            ("session_idle_days", u64::from(self.session_idle_days)),
            ("connections", self.connections as u64),
            ("worker_threads", self.worker_threads as u64),
            ("data_limit_bytes", self.data_limit_bytes),
            ("job_lease_secs", self.job_lease_secs),
            ("upload_idle_secs", self.upload_idle_secs),
            ("upload_total_secs", self.upload_total_secs),
        ];
        for (name, value) in at_least_one {
            if value == 0 {
                return fault(name, "must be at least 1");
            }
        }
        if self.log.parse::<tracing_subscriber::EnvFilter>().is_err() {
            return fault("log", "not a filter; write for example: info, or podium_server=debug,info");
        }
        if self.metrics_listen == Some(self.listen) {
            return fault("metrics_listen", "must differ from listen");
        }
        let is_plain = !self.serves_tls() && self.public_url.is_none();
        if !self.listen.ip().is_loopback() && !self.insecure_http && is_plain {
            return fault(
                "listen",
                "other machines could reach this address over plain http. Set public_url to the https address of the \
                 proxy in front, or tls_certificate and tls_key, or insecure_http = true for a trusted network",
            );
        }
        if let Some(path) = self.privacy_file.as_ref().filter(|path| !path.is_file()) {
            return Err(ConfigError::Value {
                name: "privacy_file",
                message: format!("there is no file {}", path.display()),
            });
        }
        if self.smtp_url.is_some() && (self.mail_from.is_none() || self.public_url.is_none()) {
            return fault("smtp_url", "also set mail_from and public_url, for the sender and the links of mail");
        }
        if self.insecure_http && self.is_https() {
            return fault("insecure_http", "does not go together with an https public_url or a certificate");
        }
        Ok(())
    }

    /// Where the database is.
    pub fn database_url(&self) -> String {
        self.database_url.clone().unwrap_or_else(|| format!("sqlite:{}", self.data.join("podium.db").display()))
    }

    /// Whether people reach the site by https.
    pub fn is_https(&self) -> bool {
        self.serves_tls() || self.public_url.as_ref().is_some_and(|url| url.starts_with("https://"))
    }

    /// Whether the server itself speaks TLS.
    pub fn serves_tls(&self) -> bool {
        self.tls_certificate.is_some()
    }

    /// The site's root as people reach it, for links in mail: `public_url` and `base_path`.
    pub fn site_url(&self) -> Option<String> {
        self.public_url.as_ref().map(|url| format!("{url}{}", self.base_path))
    }
}

/// Nothing, or `/a/b`: whole parts that mean the same in a path, a cookie and a page.
fn is_base_path(text: &str) -> bool {
    let is_part = |part: &str| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        !part.is_empty() && part != "." && part != ".." && part.chars().all(is_plain)
    };
    text.is_empty() || text.strip_prefix('/').is_some_and(|parts| parts.split('/').all(is_part))
}

/// An environment variable as a value: TOML where it is TOML (`8`, `true`, `["10.0.0.0/8"]`), else the text itself.
fn value_of(text: &str) -> toml::Value {
    format!("value = {text}")
        .parse::<toml::Table>()
        .ok()
        .and_then(|mut table| table.remove("value"))
        .filter(|value| !value.is_datetime())
        .unwrap_or_else(|| toml::Value::String(text.to_owned()))
}

/// The table of settings as Markdown, `docs/config.md`.
pub fn markdown() -> String {
    let mut text = String::from(
        "# Settings\n\nEach setting is a line of a TOML file (`podium serve --config podium.toml`) or an environment \
         variable, which wins. Written by `podium docs config`.\n\n| Setting | Environment | Default | Meaning |\n|---|---|---|---|\n",
    );
    for (name, default, meaning) in SETTINGS {
        let default = if default.is_empty() { String::new() } else { format!("`{default}`") };
        text += &format!("| `{name}` | `PODIUM_{}` | {default} | {} |\n", name.to_uppercase(), meaning.trim());
    }
    text
}

#[cfg(test)]
mod tests;
