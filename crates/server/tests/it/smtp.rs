//! A mail server of one test, on the loopback: it speaks SMTP and keeps what it is given.

use std::sync::{Arc, Mutex};

use actix_web::rt;
use podium_server::config::Config;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// How the server behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Takes everything.
    Takes,
    /// Says that it is busy: 451.
    Busy,
    /// Knows no such reader: 550.
    Refuses,
    /// Closes the connection in the middle of a mail.
    HangsUp,
}

/// A mail as it was taken.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Of the envelope.
    pub to: Vec<String>,
    /// Header lines, unfolded.
    pub headers: Vec<String>,
    /// The text, decoded from quoted-printable.
    pub body: String,
}

impl Mail {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// What follows `#token=` or `?token=` in the text.
    pub fn token(&self) -> String {
        let rest = self.body.split("token=").nth(1).unwrap_or_else(|| panic!("no link in {}", self.body));
        rest.split_whitespace().next().unwrap().to_owned()
    }
}

#[derive(Clone)]
pub struct Smtp {
    port: u16,
    mood: Arc<Mutex<Mood>>,
    mails: Arc<Mutex<Vec<Mail>>>,
}

impl Smtp {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Self { port, mood: Arc::new(Mutex::new(Mood::Takes)), mails: Arc::default() };
        let shared = server.clone();
        rt::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = shared.clone();
                rt::spawn(async move {
                    // A client that leaves in the middle is no failure of the server.
                    let _ = shared.talk(stream).await;
                });
            }
        });
        server
    }

    /// Settings with this mail server.
    pub fn set(&self, config: &mut Config) {
        config.smtp_url = Some(format!("smtp://127.0.0.1:{}", self.port));
        config.mail_from = Some("Podium <podium@podium.test>".into());
        config.public_url = Some("https://podium.test".into());
    }

    pub fn mood(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// What came since the last look.
    pub fn take(&self) -> Vec<Mail> {
        std::mem::take(&mut self.mails.lock().unwrap())
    }

    async fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 test ESMTP\r\n").await?;
        let mut to = vec![];
        while let Some(line) = lines.next_line().await? {
            let mood = *self.mood.lock().unwrap();
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            let answer = match verb.as_str() {
                "EHLO" | "HELO" => "250-test\r\n250-8BITMIME\r\n250 SMTPUTF8",
                "RCPT" if mood == Mood::Busy => "451 later",
                "RCPT" if mood == Mood::Refuses => "550 no such reader",
                "RCPT" => {
                    to.push(line.split(['<', '>']).nth(1).unwrap_or_default().to_owned());
                    "250 ok"
                }
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await?;
                    let mut text = vec![];
                    while let Some(line) = lines.next_line().await? {
                        if line == "." {
                            break;
                        }
                        text.push(line.strip_prefix('.').unwrap_or(&line).to_owned());
                    }
                    if mood == Mood::HangsUp {
                        return Ok(());
                    }
                    self.mails.lock().unwrap().push(mail(std::mem::take(&mut to), &text));
                    "250 taken"
                }
                "QUIT" => {
                    write.write_all(b"221 bye\r\n").await?;
                    return Ok(());
                }
                _ => "250 ok",
            };
            write.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
        Ok(())
    }
}

fn mail(to: Vec<String>, lines: &[String]) -> Mail {
    let end = lines.iter().position(String::is_empty).unwrap_or(lines.len());
    let mut headers: Vec<String> = vec![];
    for line in &lines[..end] {
        match (line.strip_prefix(' ').or_else(|| line.strip_prefix('\t')), headers.last_mut()) {
            (Some(rest), Some(last)) => *last += &format!(" {rest}"),
            _ => headers.push(line.clone()),
        }
    }
    let mut bytes = vec![];
    for line in lines.iter().skip(end + 1) {
        let (line, breaks) = match line.strip_suffix('=') {
            Some(line) => (line, false),
            None => (line.as_str(), true),
        };
        let mut parts = line.split('=');
        bytes.extend(parts.next().unwrap_or_default().bytes());
        for part in parts {
            let (digits, rest) = part.split_at(2);
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
            bytes.extend(rest.bytes());
        }
        if breaks {
            bytes.push(b'\n');
        }
    }
    Mail { to, headers, body: String::from_utf8(bytes).unwrap() }
}
