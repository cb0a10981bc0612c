//! The limit of what a server can do: one thread, one epoll, one canned answer.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

use crate::product;

const LISTENER: Token = Token(0);

/// CPU nanoseconds a request of a loop that answers with so many bytes.
pub fn measure(bytes: usize) -> f64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--bare-epoll", &bytes.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut address = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
    let request = "GET / HTTP/1.1\r\nHost: podium.test\r\n\r\n".to_owned();
    let cost = product::cost(child.id(), address.trim(), &request, 5);
    child.kill().unwrap();
    child.wait().unwrap();
    cost
}

/// Answers every request with the same bytes, until killed.
pub fn serve() {
    let bytes: usize = std::env::args().nth(2).and_then(|bytes| bytes.parse().ok()).unwrap_or(6_000);
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {bytes}\r\ncontent-type: application/json\r\n\r\n");
    let answer = [head.into_bytes(), vec![b'x'; bytes]].concat();
    let mut poll = Poll::new().unwrap();
    let mut listener = TcpListener::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    println!("{}", listener.local_addr().unwrap());
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE).unwrap();
    let mut streams: HashMap<Token, TcpStream> = HashMap::new();
    let mut events = Events::with_capacity(256);
    let mut next = 1;
    let mut buffer = [0; 8_192];
    loop {
        poll.poll(&mut events, None).unwrap();
        for event in &events {
            if event.token() == LISTENER {
                while let Ok((mut stream, _)) = listener.accept() {
                    let token = Token(next);
                    next += 1;
                    stream.set_nodelay(true).unwrap();
                    poll.registry().register(&mut stream, token, Interest::READABLE).unwrap();
                    streams.insert(token, stream);
                }
            } else if let Some(stream) = streams.get_mut(&event.token()) {
                // The clients send one request at a time, which fits a read; the answer fits the socket's buffer.
                match stream.read(&mut buffer) {
                    Ok(1..) => stream.write_all(&answer).unwrap(),
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    Ok(0) | Err(_) => {
                        streams.remove(&event.token());
                    }
                }
            }
        }
    }
}
