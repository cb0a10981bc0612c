//! Publishing the competitions and making the entries, by the same commands and calls that hosts and participants use.

use std::collections::HashMap;
use std::process::Command;

use anyhow::{Context, Result};

use super::Demo;
use super::accounts::Accounts;
use crate::api::Session;
use crate::competition::Competition;
use crate::entries::{self, PEOPLE};
use crate::{podium, run};

/// A server that is being filled, and everybody's tokens.
pub(super) struct Filling<'a> {
    demo: &'a Demo,
    url: String,
    /// The host's API token.
    host: String,
    people: HashMap<&'static str, Person>,
}

struct Person {
    session: Session,
    token: String,
}

impl<'a> Filling<'a> {
    /// Signs everybody in.
    pub(super) fn begin(demo: &'a Demo, url: &str, accounts: &Accounts) -> Result<Self> {
        let token =
            |name: &str, scope| podium::token(&demo.podium, url, name, accounts.password(name)?, &["read", scope]);
        let person = |name| {
            let session = Session::sign_in(url, name, accounts.password(name)?)?;
            Ok((name, Person { session, token: token(name, "submit")? }))
        };
        let people = PEOPLE.into_iter().map(person).collect::<Result<_>>()?;
        Ok(Self { demo, url: url.to_owned(), host: token("host", "host")?, people })
    }

    /// `podium publish` of the competition's folder. What `podium check` warns of is known and said on the pages: small
    /// public splits, and sizes of photographs that tell a little of their content.
    pub(super) fn publish(&self, competition: Competition) -> Result<()> {
        let said = run::output(
            Command::new(&self.demo.podium)
                .arg("publish")
                .arg(self.demo.folder(competition))
                .args(["--to", &self.url])
                .env("PODIUM_TOKEN", &self.host),
        )?;
        println!("  {}", said.lines().next().unwrap_or_default());
        Ok(())
    }

    /// Computes the entries and submits those that are not there from an interrupted run.
    pub(super) fn enter(&self, competition: Competition) -> Result<()> {
        let slug = competition.slug();
        let out = self.demo.home.join("entries").join(slug);
        for entry in entries::compute(competition, &self.demo.folder(competition), &out)? {
            let Person { session, token } = self.people.get(entry.person).context("an entry of nobody")?;
            if session.get(&format!("/competitions/{slug}"))?["membership"].is_null() {
                session.join(slug)?;
            }
            let earlier = session.get(&format!("/competitions/{slug}/submissions"))?;
            let is_there =
                earlier["items"].as_array().is_some_and(|all| all.iter().any(|one| one["note"] == entry.note));
            if !is_there {
                println!("  {}: {}", entry.person, entry.note);
                run::output(
                    Command::new(&self.demo.podium)
                        .args(["submit", "--competition", slug, "--message", entry.note, "--wait"])
                        .arg(&entry.file)
                        .env("PODIUM_URL", &self.url)
                        .env("PODIUM_TOKEN", token),
                )?;
            }
        }
        Ok(())
    }
}
