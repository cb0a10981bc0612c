//! The log. What it never holds: passwords, tokens, cookies, labels, private scores, query strings.

use tracing_subscriber::EnvFilter;

use crate::config::{Config, ConfigError, LogFormat};

/// Starts writing the log to standard error.
pub fn start_log(config: &Config) -> Result<(), ConfigError> {
    let fault = |message: String| ConfigError::Value { name: "log", message };
    let filter: EnvFilter =
        config.log.parse().map_err(|e: tracing_subscriber::filter::ParseError| fault(e.to_string()))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match config.log_format {
        LogFormat::Pretty => log.with_target(false).try_init(),
        LogFormat::Json => log.json().flatten_event(true).with_current_span(true).try_init(),
    };
    started.map_err(|e| fault(e.to_string()))
}
