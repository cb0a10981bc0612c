//! `podium token`: an API token from a name and a password, for machines without a browser.

use std::io::BufRead;
use std::process::ExitCode;

use super::remote::{Site, refused};

/// Make an API token
#[derive(clap::Args)]
#[command(after_help = "\
Asks for the password and prints the token, and nothing else, on standard output:

  export PODIUM_TOKEN=$(podium token --to http://127.0.0.1:8080 --name ada --scope host)

Whoever has a token acts in your name: keep it like a password, revoke it on your account page.")]
pub struct Args {
    #[command(flatten)]
    site: Site,
    /// Name or e-mail address of the account
    #[arg(long)]
    name: String,
    /// What the token may do; may be repeated
    #[arg(long = "scope", value_name = "SCOPE", default_values = ["submit"], value_parser = ["read", "submit", "host"])]
    scopes: Vec<String>,
    /// Days until it ends
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=365))]
    days: u32,
    /// Read the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
}

/// Makes the token and prints it.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let password = if args.password_stdin {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    } else {
        rpassword::prompt_password(format!("Password of {}: ", args.name))?
    };
    let scopes: Vec<&str> = args.scopes.iter().map(String::as_str).collect();
    let made = args.site.anonymous()?.sign_in(&args.name, &password).and_then(|client| {
        let token = client.create_token("podium token", &scopes, args.days);
        // The session is no longer needed, whether there is a token or not.
        let ended = client.sign_out();
        token.and_then(|token| ended.map(|()| token))
    });
    match made {
        Ok(token) => {
            say!("{token}")?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => refused(&error, false),
    }
}
