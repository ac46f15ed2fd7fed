//! An external recogniser beside the built binary: it answers, it fails, it says nothing.

mod grpc;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use serde_json::{Value, json};

use crate::harness::{Collector, eventually, free_ports, http};

const CONFIG: &str = r#"
[admin]
listen = "127.0.0.1:{admin}"

[receivers.otlp]
grpc = "127.0.0.1:{grpc}"
http = "127.0.0.1:{http}"

[processors.recognize]
ENDPOINT
keys = ["note", "body"]
timeout = "TIMEOUT"
on_failure = "FAILURE"

[exporters.file]
path = "{folder}/out.jsonl"

[pipelines.logs]
receivers = ["otlp"]
processors = ["redact", "recognize"]
exporters = ["file"]
"#;

/// How a fake recogniser behaves.
#[derive(Clone, Copy)]
enum Manner {
    /// Names every `Jane Roe`.
    Answers,
    /// Says that it cannot.
    Fails,
    /// Reads, and never answers.
    Silent,
}

/// Starts a recogniser and returns its port. It ends with the test's process.
fn recognizer(manner: Manner) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A client that went away is no fault of the recogniser.
            thread::spawn(move || drop(serve(stream, manner)));
        }
    });
    port
}

fn serve(stream: TcpStream, manner: Manner) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let question: Value = serde_json::from_slice(&body)?;
    let texts = question["texts"].as_array().cloned().unwrap_or_default();
    let find = |text: &Value| -> Value {
        let found = jane(text["text"].as_str().unwrap_or_default());
        let found = found.map(|at| json!({"type": "PERSON", "start": at, "end": at + 8}));
        found.into_iter().collect()
    };
    let findings: Vec<Value> = texts.iter().map(find).collect();
    let (status, answer) = match manner {
        Manner::Answers => ("200 OK", json!({"findings": findings}).to_string()),
        Manner::Fails => ("503 Service Unavailable", String::new()),
        // Until the client has enough.
        Manner::Silent => return reader.read_exact(&mut [0]),
    };
    write!(
        reader.get_mut(),
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{answer}",
        answer.len()
    )
}

/// Where in a text `Jane Roe` stands, in characters.
fn jane(text: &str) -> Option<usize> {
    // What stands before was already masked by `redact`.
    assert!(!text.contains("jane@example.org"), "{text}");
    text.find("Jane Roe").map(|at| text[..at].chars().count())
}

/// What leaves the collector of two texts, and what it said.
fn pass(manner: Manner, timeout: &str, on_failure: &str) -> (String, String) {
    let endpoint = format!("http://127.0.0.1:{}/recognize", recognizer(manner));
    pass_by(&format!("endpoint = {endpoint:?}"), timeout, on_failure)
}

fn pass_by(endpoint: &str, timeout: &str, on_failure: &str) -> (String, String) {
    let config = CONFIG
        .replace("ENDPOINT", endpoint)
        .replace("TIMEOUT", timeout)
        .replace("FAILURE", on_failure);
    let collector = Collector::start(&config);
    let text = |text: &str| json!({"stringValue": text});
    let log = json!({
        "body": text("Zoë wrote to Jane Roe, jane@example.org"),
        "attributes": [{"key": "other", "value": text("Jane Roe stays here")}],
    });
    let logs = json!({"resourceLogs": [{"scopeLogs": [{"logRecords": [log]}]}]});
    let (status, answer) = http::post(collector.http, "/v1/logs", &logs.to_string()).unwrap();
    assert_eq!(status, 200, "{answer}");
    let path = collector.folder().join("out.jsonl");
    let out = eventually(|| {
        let out = std::fs::read_to_string(&path).unwrap_or_default();
        if out.ends_with('\n') {
            Ok(out)
        } else {
            Err(out)
        }
    });
    let farewell = collector.stop();
    assert!(!farewell.said.contains("Jane"), "{}", farewell.said);
    assert!(out.contains("Jane Roe stays here"), "{out}");
    (out, farewell.said)
}

#[test]
fn names_that_a_recognizer_finds_do_not_leave() {
    let (out, said) = pass(Manner::Answers, "30s", "closed");
    assert!(out.contains("Zoë wrote to [PERSON], [EMAIL]"), "{out}");
    assert!(!said.contains("recogniser fails"), "{said}");
}

#[test]
fn a_silent_recognizer_hides_what_nobody_looked_at() {
    let (out, said) = pass(Manner::Silent, "300ms", "closed");
    assert!(out.contains("[UNCHECKED]") && !out.contains("Zoë"), "{out}");
    assert!(said.contains("recogniser fails"), "{said}");
}

#[test]
fn a_failing_recognizer_lets_pass_what_may() {
    let (out, said) = pass(Manner::Fails, "30s", "open");
    assert!(out.contains("Zoë wrote to Jane Roe, [EMAIL]"), "{out}");
    assert!(said.contains("recogniser fails"), "{said}");
}

/// Over gRPC what over HTTP is [`pass`].
fn call(manner: Manner, timeout: &str, on_failure: &str) -> (String, String) {
    let port = grpc::recognizer(manner, None);
    let endpoint = format!("endpoint = \"http://127.0.0.1:{port}\"\nprotocol = \"grpc\"");
    pass_by(&endpoint, timeout, on_failure)
}

#[test]
fn a_recognizer_may_speak_grpc() {
    let (out, said) = call(Manner::Answers, "30s", "closed");
    assert!(out.contains("Zoë wrote to [PERSON], [EMAIL]"), "{out}");
    assert!(!said.contains("recogniser fails"), "{said}");
    let (out, said) = call(Manner::Silent, "300ms", "closed");
    assert!(out.contains("[UNCHECKED]") && !out.contains("Zoë"), "{out}");
    assert!(said.contains("no answer in time"), "{said}");
    let (out, said) = call(Manner::Fails, "30s", "open");
    assert!(out.contains("Zoë wrote to Jane Roe, [EMAIL]"), "{out}");
    assert!(said.contains("answered Unavailable"), "{said}");
}

#[test]
fn grpc_is_encrypted_where_the_endpoint_says_so_and_trusts_whom_it_is_told_to() {
    let fixtures = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/integration-tests/fixtures/tls"
    );
    let port = grpc::recognizer(Manner::Answers, Some(fixtures.as_ref()));
    let endpoint = format!("endpoint = \"https://localhost:{port}\"\nprotocol = \"grpc\"");
    let trusted = format!("{endpoint}\ntls = {{ ca = \"{fixtures}/ca.pem\" }}");
    let (out, said) = pass_by(&trusted, "30s", "closed");
    assert!(
        out.contains("Zoë wrote to [PERSON], [EMAIL]"),
        "{out}\n{said}"
    );
    let (out, said) = pass_by(&endpoint, "30s", "closed");
    assert!(out.contains("[UNCHECKED]"), "{out}");
    assert!(said.contains("certificate"), "{said}");
}

#[test]
fn who_cannot_be_reached_is_told_with_its_reason() {
    let [port] = free_ports();
    for protocol in ["http", "grpc"] {
        let endpoint = format!("endpoint = \"http://127.0.0.1:{port}\"\nprotocol = \"{protocol}\"");
        let (out, said) = pass_by(&endpoint, "30s", "closed");
        assert!(out.contains("[UNCHECKED]"), "{out}");
        assert!(said.contains("Connection refused"), "{said}");
    }
}
