//! A server of a few answers, one for each connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

/// What happens to a request.
pub(crate) enum Act {
    /// The connection is closed without an answer, after the request was read.
    Drop,
    /// This status and body.
    Answer(u16, &'static str),
}

/// A request as it arrived.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) line: String,
    pub(crate) headers: Vec<String>,
    pub(crate) body: Vec<u8>,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let find = |header: &'_ &String| header.to_lowercase().starts_with(&format!("{name}:"));
        self.headers.iter().find(find).and_then(|header| header.split_once(':')).map(|(_, value)| value.trim())
    }
}

/// Serves the acts in order, then stops listening; joining gives what was seen.
pub(crate) fn serve(acts: Vec<Act>) -> (String, JoinHandle<Vec<Seen>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let served = std::thread::spawn(move || {
        acts.into_iter()
            .map(|act| {
                let (stream, _) = listener.accept().unwrap();
                let seen = read(&stream);
                if let Act::Answer(status, body) = act {
                    let length = body.len();
                    let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
                    (&stream).write_all(format!("{head}{body}").as_bytes()).unwrap();
                }
                seen
            })
            .collect()
    });
    (url, served)
}

fn read(stream: &TcpStream) -> Seen {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        lines.push(line.trim_end().to_owned());
    }
    let mut seen = Seen { line: lines.remove(0), headers: lines, body: Vec::new() };
    let length = seen.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    seen.body = vec![0; length];
    reader.read_exact(&mut seen.body).unwrap();
    seen
}
