//! The few calls of Podium's HTTP API that no command of `podium` makes: joining, and asking what is there.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Response;

/// A server's API.
pub(crate) struct Api {
    agent: Agent,
    url: String,
}

impl Api {
    /// The API of the server at `url`, for example `http://localhost:8080`.
    pub(crate) fn new(url: &str) -> Self {
        let config =
            Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(60))).build();
        Self { agent: config.into(), url: url.to_owned() }
    }

    /// Joins a competition, accepting its rules as they stand.
    pub(crate) fn join(&self, token: &str, slug: &str) -> Result<()> {
        let pages = self.get(token, &format!("/competitions/{slug}/pages?language=en"))?;
        let rules = pages["items"].as_array().and_then(|pages| pages.iter().find(|page| page["name"] == "rules"));
        let rules = rules.with_context(|| format!("{slug} has no rules"))?;
        let body = json!({ "accept_rules": true, "rules_sha256": rules["sha256"] });
        self.post(token, &format!("/competitions/{slug}/join"), &body)?;
        Ok(())
    }

    /// Asks for a resource.
    pub(crate) fn get(&self, token: &str, path: &str) -> Result<Value> {
        let response = self.agent.get(self.at(path)).header("Authorization", format!("Bearer {token}")).call()?;
        read(response).with_context(|| format!("GET {path}"))
    }

    /// Sends a document.
    pub(crate) fn post(&self, token: &str, path: &str, body: &Value) -> Result<Value> {
        let response =
            self.agent.post(self.at(path)).header("Authorization", format!("Bearer {token}")).send_json(body)?;
        read(response).with_context(|| format!("POST {path}"))
    }

    fn at(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.url)
    }
}

/// The answer's document, or the problem that it describes.
fn read(mut response: Response<ureq::Body>) -> Result<Value> {
    let status = response.status();
    let text = response.body_mut().read_to_string()?;
    let value = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or(Value::String(text)) };
    if !status.is_success() {
        bail!("{status}: {value}");
    }
    Ok(value)
}
