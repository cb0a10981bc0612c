//! Files made from the code and committed, so that a change of the API or of a setting is seen in a review.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{frontend, run, workspace};

/// What `podium` prints, and where it is kept.
const PRINTED: [(&str, &[&str]); 4] = [
    ("docs/openapi.json", &["openapi"]),
    ("docs/errors.md", &["docs", "errors"]),
    ("docs/config.md", &["docs", "config"]),
    ("docs/metrics.md", &["docs", "metrics"]),
];

/// The API's types for the front end, made from `docs/openapi.json`.
const SCHEMA: &str = "frontend/src/api/schema.d.ts";

/// Writes all of them.
pub(crate) fn write(podium: &Path) -> Result<()> {
    for (path, text) in printed(podium)? {
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    frontend::install()?;
    frontend::script("generate")
}

/// Fails if one of them is not what the code says, and names each.
pub(crate) fn check(podium: &Path) -> Result<()> {
    let mut stale = Vec::new();
    for (path, text) in printed(podium)? {
        if fs::read_to_string(&path).unwrap_or_default() != text {
            stale.push(path);
        }
    }
    // The schema's generator only writes in place: let it, compare, and put back what was there.
    frontend::install()?;
    let schema = workspace::root().join(SCHEMA);
    let before = fs::read_to_string(&schema).unwrap_or_default();
    frontend::script("generate")?;
    if fs::read_to_string(&schema)? != before {
        fs::write(&schema, before)?;
        stale.push(schema);
    }
    if !stale.is_empty() {
        let names: Vec<_> = stale.iter().map(|path| path.display().to_string()).collect();
        bail!("not current: {}. Run `cargo xtask gen` and commit what it writes", names.join(", "));
    }
    Ok(())
}

fn printed(podium: &Path) -> Result<Vec<(PathBuf, String)>> {
    PRINTED
        .iter()
        .map(|(path, arguments)| {
            Ok((workspace::root().join(path), run::output(Command::new(podium).args(*arguments))?))
        })
        .collect()
}
