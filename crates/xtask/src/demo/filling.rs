//! Publishing the competitions and making the entries, by the same commands and calls that hosts and participants use.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::accounts::Accounts;
use super::{Demo, baseline};
use crate::api::Session;
use crate::competition::Competition;
use crate::entries::{self, PEOPLE};
use crate::{podium, run};

/// A server that is being filled, and everybody's tokens.
pub(super) struct Filling<'a> {
    demo: &'a Demo,
    url: String,
    host: Person,
    people: HashMap<&'static str, Person>,
}

struct Person {
    session: Session,
    token: String,
}

/// Why the demo is published although labels may be guessed.
const KNOWN: &str = "a published data set; the sizes of some photographs tell a little of their content";

impl<'a> Filling<'a> {
    /// Signs everybody in.
    pub(super) fn begin(demo: &'a Demo, url: &str, accounts: &Accounts) -> Result<Self> {
        let token =
            |name: &str, scopes: &[&str]| podium::token(&demo.podium, url, name, accounts.password(name)?, scopes);
        let person = |name, scopes: &[&str]| {
            let session = Session::sign_in(url, name, accounts.password(name)?)?;
            anyhow::Ok(Person { session, token: token(name, scopes)? })
        };
        let people = PEOPLE.into_iter().map(|name| Ok((name, person(name, &["read", "submit"])?)));
        let people = people.collect::<Result<_>>()?;
        Ok(Self { demo, url: url.to_owned(), host: person("host", &["read", "host", "submit"])?, people })
    }

    /// `podium publish` of the competition's folder. What `podium check` warns of is known and said on the pages: small
    /// public splits, and sizes of photographs that tell a little of their content.
    pub(super) fn publish(&self, competition: Competition) -> Result<()> {
        let said = run::output(
            Command::new(&self.demo.podium)
                .arg("publish")
                .arg(self.demo.folder(competition))
                .args(["--to", &self.url, "--force", KNOWN])
                .env("PODIUM_TOKEN", &self.host.token),
        )?;
        println!("  {}", said.lines().next().unwrap_or_default());
        Ok(())
    }

    /// Computes the entries and submits those that are not there from an interrupted run; the host's is a benchmark.
    pub(super) fn enter(&self, competition: Competition) -> Result<()> {
        let out = self.demo.home.join("entries").join(competition.slug());
        for entry in entries::compute(competition, &self.demo.folder(competition), &out)? {
            let person = self.people.get(entry.person).context("an entry of nobody")?;
            self.submit(person, competition, entry.person, entry.note, &entry.file)?;
        }
        if let Some(file) = baseline::submission(self.demo, competition)? {
            self.submit(&self.host, competition, "host", baseline::NOTE, &file)?;
        }
        Ok(())
    }

    fn submit(&self, who: &Person, competition: Competition, name: &str, note: &str, file: &Path) -> Result<()> {
        let slug = competition.slug();
        let Person { session, token } = who;
        if session.get(&format!("/competitions/{slug}"))?["membership"].is_null() {
            session.join(slug)?;
        }
        let earlier = session.get(&format!("/competitions/{slug}/submissions"))?;
        let is_there = earlier["items"].as_array().is_some_and(|all| all.iter().any(|one| one["note"] == note));
        if !is_there {
            println!("  {name}: {note}");
            run::output(
                Command::new(&self.demo.podium)
                    .args(["submit", "--competition", slug, "--message", note, "--wait"])
                    .arg(file)
                    .env("PODIUM_URL", &self.url)
                    .env("PODIUM_TOKEN", token),
            )?;
        }
        Ok(())
    }
}
