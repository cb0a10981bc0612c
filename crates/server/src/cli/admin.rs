//! `podium admin`: accounts, from the machine that the server runs on.

use std::io::{BufRead, IsTerminal};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Subcommand;
use podium_store::Durability;
use podium_store::audit::{self, Action, Actor, Entry};
use podium_store::types::{Language, UserRole};
use podium_store::users::{self, AccountError};

use super::serve::Settings;
use crate::app::AppState;
use crate::clock::Clock;
use crate::{api, auth};

/// Accounts
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make an account. Without --password-stdin a password is made up and printed
    Create {
        /// Name to sign in with
        #[arg(long)]
        name: String,
        /// E-mail address
        #[arg(long)]
        email: Option<String>,
        /// Read the password from standard input, one line
        #[arg(long)]
        password_stdin: bool,
        /// Make a host (may create competitions) instead of an administrator
        #[arg(long, conflicts_with = "participant")]
        host: bool,
        /// Make a participant instead of an administrator
        #[arg(long)]
        participant: bool,
        #[command(flatten)]
        settings: Settings,
    },
}

/// Runs the command.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let Command::Create { name, email, password_stdin, host, participant, settings } = args.command;
    let role = match (host, participant) {
        (true, _) => UserRole::Host,
        (_, true) => UserRole::Participant,
        _ => UserRole::Admin,
    };
    let config = settings.load()?;
    let db = crate::server::open_db(&config)?;
    db.migrate()?;
    let (password, is_made_up) =
        if password_stdin { (read_password()?, false) } else { (hex::encode(auth::random::<10>()?), true) };
    let state = AppState::new(config, Clock::System, db)?;
    let (shown, now) = (password.clone(), state.clock.now());
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let new = runtime.block_on(api::accounts::new_user(&state, name, email, password, role, Language::En));
    let new = match new {
        Ok(new) => new,
        Err(problem) => {
            for fault in problem.errors() {
                eprintln!("{}: {}", fault.name.as_deref().unwrap_or("error"), fault.message);
            }
            bail!("the account was not made");
        }
    };
    let made = state.db.write_blocking::<_, AccountError, _>(Durability::Full, move |conn| {
        let user = users::create(conn, &new)?;
        let entry = Entry::new(Actor::Operator, Action::UserCreated, user.name.as_str()).with("user", user.id.0);
        audit::record(conn, &entry.with("role", user.role.as_str()), now)?;
        Ok(user)
    });
    match made {
        Ok(user) if is_made_up => say!("{} ({}), password {shown}", user.name, user.role)?,
        Ok(user) => say!("{} ({})", user.name, user.role)?,
        Err(AccountError::NameTaken) => {
            eprintln!("podium: an account with this name exists already");
            return Ok(ExitCode::from(1));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(ExitCode::SUCCESS)
}

fn read_password() -> anyhow::Result<String> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprintln!("Password (shown while typing):");
    }
    let mut line = String::new();
    stdin.lock().read_line(&mut line).context("cannot read the password")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
