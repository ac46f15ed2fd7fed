//! The smallest HTTP client that can read a page: HTTP/1.0, so that the end of the answer is the end of the stream.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use super::wait::PATIENCE;

/// The status and body of `GET path`.
pub(crate) fn get(port: u16, path: &str) -> io::Result<(u16, String)> {
    get_with(port, path, "*/*")
}

/// As [`get`], asking for a media type.
pub(crate) fn get_with(port: u16, path: &str, accept: &str) -> io::Result<(u16, String)> {
    ask(
        port,
        &format!("GET {path} HTTP/1.0\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n"),
    )
}

/// The status and body of `POST path` with JSON.
pub(crate) fn post(port: u16, path: &str, json: &str) -> io::Result<(u16, String)> {
    let length = json.len();
    ask(
        port,
        &format!(
            "POST {path} HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{json}"
        ),
    )
}

fn ask(port: u16, request: &str) -> io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let answer = String::from_utf8(answer).map_err(io::Error::other)?;
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .ok_or(io::ErrorKind::UnexpectedEof)?;
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    Ok((status.ok_or(io::ErrorKind::InvalidData)?, body.to_owned()))
}
