//! What both services share: what is in stock, and how a service answers over HTTP.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use anyhow::Context;
use serde_json::{json, Value};

pub fn stock() -> Value {
    json!([{ "name": "flour", "grams": 1500 }, { "name": "salt", "grams": 250 }])
}

/// Answers every request with `answer`, until the process is ended.
pub fn serve(address: &str, answer: &Value) -> anyhow::Result<()> {
    let listener =
        TcpListener::bind(address).with_context(|| format!("cannot listen at {address}"))?;
    println!("listening at {}", listener.local_addr()?);
    for connection in listener.incoming() {
        if let Err(error) = respond(connection?, answer) {
            log::warn!("{error:#}");
        }
    }
    Ok(())
}

fn respond(mut connection: TcpStream, answer: &Value) -> anyhow::Result<()> {
    let mut request = Vec::new();
    let mut part = [0; 1024];
    while memchr::memmem::find(&request, b"\r\n\r\n").is_none() {
        match connection.read(&mut part)? {
            0 => break,
            count => request.extend_from_slice(&part[..count]),
        }
    }
    let body = serde_json::to_string(answer)?;
    write!(
        connection,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn there_is_flour() {
        assert_eq!(super::stock()[0]["name"], "flour");
    }
}
