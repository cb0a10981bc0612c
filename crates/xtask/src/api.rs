//! The few calls of Podium's HTTP API that no command of `podium` makes, as a browser makes them: signing in, accepting
//! the rules of a competition, asking what is there.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Response;

/// Somebody who is signed in.
pub(crate) struct Session {
    agent: Agent,
    url: String,
    cookies: String,
}

impl Session {
    /// Signs in at the server at `url`, for example `http://localhost:8080`.
    pub(crate) fn sign_in(url: &str, name: &str, password: &str) -> Result<Self> {
        let config =
            Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(60))).build();
        let mut session = Self { agent: config.into(), url: url.to_owned(), cookies: String::new() };
        let response = session.send("/sessions", &json!({ "login": name, "password": password }))?;
        let cookies = response.headers().get_all("set-cookie").iter();
        session.cookies =
            cookies.filter_map(|cookie| cookie.to_str().ok()?.split(';').next()).collect::<Vec<_>>().join("; ");
        read(response).with_context(|| format!("signing in as {name}"))?;
        Ok(session)
    }

    /// Joins a competition, accepting its rules as they stand.
    pub(crate) fn join(&self, slug: &str) -> Result<()> {
        let pages = self.get(&format!("/competitions/{slug}/pages?language=en"))?;
        let rules = pages["items"].as_array().and_then(|pages| pages.iter().find(|page| page["name"] == "rules"));
        let rules = rules.with_context(|| format!("{slug} has no rules"))?;
        let path = format!("/competitions/{slug}/join");
        let response = self.send(&path, &json!({ "accept_rules": true, "rules_sha256": rules["sha256"] }))?;
        read(response).with_context(|| format!("POST {path}"))?;
        Ok(())
    }

    /// Asks for a resource.
    pub(crate) fn get(&self, path: &str) -> Result<Value> {
        let response = self.agent.get(self.at(path)).header("Cookie", &self.cookies).call()?;
        read(response).with_context(|| format!("GET {path}"))
    }

    /// Sends a document, from a page of the site's own.
    fn send(&self, path: &str, body: &Value) -> Result<Response<ureq::Body>> {
        let request = self.agent.post(self.at(path)).header("Origin", &self.url).header("Cookie", &self.cookies);
        Ok(request.send_json(body)?)
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
