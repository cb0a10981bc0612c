//! The demo's accounts. Their passwords are made up once per demo and kept beside it, readable by its owner only.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context, Result};

use super::Demo;
use crate::entries::PEOPLE;
use crate::podium::{self, Role};
use crate::run;

/// Names and passwords.
pub(crate) struct Accounts {
    passwords: BTreeMap<String, String>,
}

impl Accounts {
    /// Those of an earlier run, or new ones.
    pub(super) fn load_or_create(demo: &Demo) -> Result<Self> {
        let file = demo.home.join("accounts.json");
        if file.is_file() {
            let passwords = serde_json::from_str(&fs::read_to_string(&file)?).context("accounts.json")?;
            return Ok(Self { passwords });
        }
        run::step("Making accounts", || {
            // A database without its accounts.json is of no use: nobody knows the passwords.
            if demo.server_data.exists() {
                fs::remove_dir_all(&demo.server_data)?;
            }
            let mut passwords = BTreeMap::new();
            for (name, role) in everybody() {
                let password = password()?;
                podium::create_account(&demo.podium, &demo.server_data, name, &password, role)?;
                passwords.insert(name.to_owned(), password);
            }
            write_private(&file, &serde_json::to_string_pretty(&passwords)?)?;
            Ok(Self { passwords })
        })
    }

    pub(super) fn password(&self, name: &str) -> Result<&str> {
        self.passwords.get(name).map(String::as_str).with_context(|| format!("accounts.json has no {name}"))
    }
}

impl fmt::Display for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {:<10} {:<20} may", "name", "password")?;
        for (name, role) in everybody() {
            let may = match role {
                Role::Admin => "run the site",
                Role::Host => "make competitions; made these",
                Role::Participant => "take part",
            };
            writeln!(f, "  {name:<10} {:<20} {may}", self.passwords.get(name).map_or("", String::as_str))?;
        }
        writeln!(f, "  or sign up: that is where a competition begins.")
    }
}

fn everybody() -> impl Iterator<Item = (&'static str, Role)> {
    [("admin", Role::Admin), ("host", Role::Host)]
        .into_iter()
        .chain(PEOPLE.into_iter().map(|name| (name, Role::Participant)))
}

/// Sixteen letters and digits that are not taken for one another: 80 random bits.
fn password() -> Result<String> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0_u8; 16];
    File::open("/dev/urandom").and_then(|mut random| random.read_exact(&mut bytes)).context("no random numbers")?;
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
}

fn write_private(path: &Path, text: &str) -> Result<()> {
    fs::write(path, "")?;
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
