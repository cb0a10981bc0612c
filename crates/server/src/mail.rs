//! Sending the outbox by SMTP: claim, write, hand over, note, over and over, beside the requests.
//!
//! A mail that the server took is never sent again. A crash between its "yes" and our note is the one case in which it
//! goes out twice; it then has the same Message-ID, by which mail programs show it once. Without a mail server nothing is
//! sent and everything works: what would have been mailed stands under the bell.

pub mod letters;
pub mod links;

use std::time::Duration;

use chrono::TimeDelta;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, header};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use podium_store::mails::{self, MailState, Outcome, Outgoing};
use podium_store::types::Text;
use podium_store::{Conn, StoreError};
use thiserror::Error;
use tokio_util::sync::CancellationToken;

use self::letters::Letter;
use crate::app::AppState;
use crate::config::Config;

/// Longest time that one mail may take.
const LIMIT: Duration = Duration::from_secs(60);
/// After this time another sender takes a mail over.
const LEASE: TimeDelta = TimeDelta::seconds(120);
/// How often the outbox is looked into.
const LOOK: Duration = Duration::from_secs(2);

/// Why the settings of the mail server do not work.
#[derive(Debug, Error)]
pub enum MailError {
    /// `smtp_url`. The text never quotes it, as it holds a password.
    #[error("smtp_url: {0}")]
    Url(&'static str),
    /// `mail_from`.
    #[error("mail_from: write an address, such as Podium <podium@example.org>")]
    From,
    /// Links need an address.
    #[error("public_url: mail needs it for its links")]
    NoPublicUrl,
}

/// A mail server to hand mail to.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    domain: String,
}

/// Why a mail could not be handed over.
#[derive(Debug, Error)]
enum SendError {
    #[error(transparent)]
    Smtp(#[from] lettre::transport::smtp::Error),
    #[error("the address cannot be written into a mail: {0}")]
    Address(#[from] lettre::address::AddressError),
    #[error("the mail cannot be put together: {0}")]
    Message(#[from] lettre::error::Error),
    #[error("the mail server took longer than {} s", LIMIT.as_secs())]
    Slow,
}

impl Mailer {
    /// The mail server of the settings, if there is one.
    pub fn new(config: &Config) -> Result<Option<Self>, MailError> {
        let Some(url) = &config.smtp_url else { return Ok(None) };
        let from: Mailbox = config.mail_from.as_deref().unwrap_or_default().parse().map_err(|_| MailError::From)?;
        let public = config.public_url.as_deref().ok_or(MailError::NoPublicUrl)?;
        if url.starts_with("smtp://") && !url.contains("tls=required") && !is_loopback(url) {
            return Err(MailError::Url(
                "plain smtp:// is for this machine only; write smtps://… or smtp://…?tls=required",
            ));
        }
        let domain = public.split("://").nth(1).and_then(|host| host.split(':').next()).unwrap_or("podium").to_owned();
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| MailError::Url("write smtps://user:password@host or smtp://user:password@host?tls=required"))?
            .hello_name(ClientId::Domain(domain.clone()))
            .timeout(Some(LIMIT / 3))
            .build();
        Ok(Some(Self { transport, from, domain }))
    }

    async fn send(&self, mail: &Outgoing, letter: Letter) -> Result<(), SendError> {
        let to = Mailbox::new(None, mail.address.as_str().parse()?);
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(one_line(&letter.subject))
            .message_id(Some(format!("<podium-{}@{}>", mail.id, self.domain)))
            .header(header::ContentTransferEncoding::QuotedPrintable)
            .header(ContentType::TEXT_PLAIN);
        for (name, value) in [("Auto-Submitted", "auto-generated")].into_iter().map(|(n, v)| (n, v.to_owned())).chain(
            letter.unsubscribe.into_iter().flat_map(|link| {
                [
                    ("List-Unsubscribe", format!("<{link}>")),
                    ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".into()),
                ]
            }),
        ) {
            message = message.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
        }
        let message = message.body(letter.body)?;
        match tokio::time::timeout(LIMIT, self.transport.send(message)).await {
            Ok(sent) => sent.map(drop).map_err(Into::into),
            Err(_) => Err(SendError::Slow),
        }
    }
}

/// A subject as one line, whatever names are in it.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}

fn is_loopback(url: &str) -> bool {
    let host = url.split("://").nth(1).unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    ["localhost:", "127.0.0.1:", "[::1]:"].iter().any(|local| host.starts_with(local))
        || ["localhost", "127.0.0.1", "[::1]"].contains(&host)
}

/// Sends until `stop`; without a mail server it drops what waits, so that nothing old goes out once there is one.
pub async fn run(state: &AppState, stop: CancellationToken) {
    let sending = async {
        loop {
            match send_due(state).await {
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "cannot look into the outbox; trying again"),
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = sending => {}
    }
}

/// Sends everything that is due; how many were sent.
///
/// # Errors
/// The database failed.
pub async fn send_due(state: &AppState) -> Result<usize, StoreError> {
    let Some(mailer) = &state.mailer else {
        let now = state.clock.now();
        let waiting = state.db.read::<_, StoreError, _>(mails::waiting).await?;
        if waiting > 0 {
            state.db.write_soft::<_, StoreError, _>(move |conn| mails::drop_waiting(conn, now)).await?;
        }
        return Ok(0);
    };
    let mut sent = 0;
    loop {
        let now = state.clock.now();
        let waiting = state.db.read::<_, StoreError, _>(mails::waiting).await?;
        if waiting == 0 {
            return Ok(sent);
        }
        // A durable claim: what was begun before a power cut is not begun again at once.
        let claim = state.db.write::<_, StoreError, _>(move |conn| mails::claim(conn, now, LEASE)).await?;
        let Some(mail) = claim else { return Ok(sent) };
        let outcome = match letters::compose(state, &mail).await {
            Ok(Some(letter)) => match mailer.send(&mail, letter).await {
                Ok(()) => Outcome::Sent,
                Err(error) => refused(&error),
            },
            Ok(None) => Outcome::Dropped,
            Err(error) => {
                tracing::error!(%error, mail = mail.id.0, cause = error.cause(), "a mail could not be written");
                Outcome::Later(Text::lossy("the mail could not be written"))
            }
        };
        if let Outcome::Later(error) | Outcome::Never(error) = &outcome {
            tracing::warn!(mail = mail.id.0, attempt = mail.attempt, error = error.as_str(), "a mail was not sent");
        }
        let now = state.clock.now();
        let note = move |conn: &mut Conn| mails::finish(conn, mail.id, mail.attempt, &outcome, now);
        if state.db.write::<_, StoreError, _>(note).await? == Some(MailState::Sent) {
            sent += 1;
        }
    }
}

fn refused(error: &SendError) -> Outcome {
    let text = Text::lossy(error.to_string());
    match error {
        SendError::Smtp(smtp) if smtp.is_permanent() => Outcome::Never(text),
        SendError::Smtp(_) | SendError::Slow => Outcome::Later(text),
        SendError::Address(_) | SendError::Message(_) => Outcome::Never(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_line_whatever_is_in_it() {
        assert_eq!(one_line("Solar\r\nBcc: all@example.org"), "Solar  Bcc: all@example.org");
        assert_eq!(one_line(&"x".repeat(500)).len(), 200);
    }

    #[test]
    fn plain_smtp_is_for_this_machine_only() {
        let with = |url: &str| Config {
            smtp_url: Some(url.into()),
            mail_from: Some("Podium <podium@example.org>".into()),
            public_url: Some("https://podium.example.org".into()),
            ..Config::default()
        };
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let _inside = runtime.enter();
        assert!(Mailer::new(&with("smtp://mail.example.org")).is_err());
        assert!(Mailer::new(&with("smtp://localhost.example.org:25")).is_err());
        for url in ["smtps://u:p@mail.example.org", "smtp://mail.example.org?tls=required", "smtp://127.0.0.1:2525"] {
            assert!(Mailer::new(&with(url)).is_ok_and(|mailer| mailer.is_some()), "{url}");
        }
        assert!(Mailer::new(&Config { mail_from: None, ..with("smtp://127.0.0.1:2525") }).is_err());
        let Err(error) = Mailer::new(&with("gopher://secret@x")) else { panic!("accepted") };
        assert!(!error.to_string().contains("secret"));
        assert!(Mailer::new(&Config::default()).unwrap().is_none());
    }
}
