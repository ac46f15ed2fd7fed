//! `tollgate redact` as one part of a pipe: answers while it is open, in order, however many work.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

/// How long an answer may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

fn redact(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
    command
        .arg("redact")
        .args(arguments)
        .current_dir(std::env::temp_dir())
        .env_remove("TOLLGATE_CONFIG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// What comes of a whole input.
fn run(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = redact(arguments).spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    std::thread::scope(|scope| {
        // It may have seen enough before it has read everything.
        scope.spawn(move || stdin.write_all(input).ok());
        child.wait_with_output().expect("it ends")
    })
}

#[track_caller]
fn answers(arguments: &[&str], input: &[u8]) -> String {
    let output = run(arguments, input);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {told}");
    String::from_utf8(output.stdout).expect("is UTF-8")
}

/// A run whose input stays open.
struct Open {
    child: Child,
    stdin: ChildStdin,
    lines: Receiver<String>,
}

impl Open {
    fn start(arguments: &[&str]) -> Self {
        let mut child = redact(arguments).spawn().expect("the binary starts");
        let stdin = child.stdin.take().expect("a pipe");
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let (send, lines) = sync_channel(1000);
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        Open {
            child,
            stdin,
            lines,
        }
    }

    fn write(&mut self, text: &str) {
        self.stdin.write_all(text.as_bytes()).expect("is read");
    }

    #[track_caller]
    fn says(&self, wanted: &str) {
        let line = self.lines.recv_timeout(PATIENCE);
        assert_eq!(Ok(wanted), line.as_deref());
    }

    /// Closes the input; says what was still to come.
    fn close(mut self) -> Vec<String> {
        drop(self.stdin);
        let rest = self.lines.iter().collect();
        assert!(self.child.wait().expect("it ends").success());
        rest
    }
}

const EMAIL: &str =
    r#"{"entities":[{"end":13,"start":0,"type":"EMAIL"}],"id":1,"text_redacted":"[EMAIL]"}"#;

#[test]
fn rows_are_answered_while_the_pipe_is_open() {
    let mut open = Open::start(&[]);
    open.write("{\"id\":1,\"text\":\"a@example.org\"}\n{\"id\":2,");
    open.says(EMAIL);
    open.write("\"text\":\"b\"}\n");
    open.says(r#"{"entities":[],"id":2,"text_redacted":"b"}"#);
    assert!(open.close().is_empty());
}

#[test]
fn rows_are_answered_while_a_pipe_is_open_that_threads_work_on() {
    let mut open = Open::start(&["--threads", "3"]);
    let clean = format!("{{\"id\":2,\"text\":\"{}\"}}\n", "x ".repeat(5000));
    for _ in 0..150 {
        open.write(&clean);
        assert!(open.lines.recv_timeout(PATIENCE).is_ok());
    }
    open.write("{\"id\":1,\"text\":\"a@example.org\"}\n");
    open.says(EMAIL);
    assert!(open.close().is_empty());
}

#[test]
fn complete_lines_of_text_are_answered_while_the_pipe_is_open() {
    let mut open = Open::start(&[]);
    open.write("mail a@example.org\nand b@exam");
    open.says("mail [EMAIL]");
    open.write("ple.org\n");
    open.says("and [EMAIL]");
    // What stood before is known.
    open.write("the password is:\n");
    open.says("the password is:");
    open.write("hunter22x\n");
    open.says("[PASSWORD]");
    assert!(open.close().is_empty());
}

#[test]
fn a_private_key_that_comes_in_pieces_is_waited_for() {
    let mut open = Open::start(&[]);
    open.write("before\n-----BEGIN PRIVATE KEY-----\n");
    open.says("before");
    open.write("M7tDU1NdNte11uHmEyTkk2kd1oJpRvbiDQv5imLxuN\n");
    open.write("-----END PRIVATE KEY-----\nbehind\n");
    open.says("[PRIVATE_KEY]");
    open.says("behind");
    assert!(open.close().is_empty());
}

/// Rows of which every third has something in it, all telling who they are.
fn rows(count: usize) -> Vec<String> {
    let text = |id: usize| match id % 3 {
        0 => format!("mail u{id}@example.org {}", "and so on ".repeat(id % 40)),
        1 => format!("nothing here {}", "é ".repeat(id % 50)),
        _ => "line\\nanother \\u00e9".to_owned(),
    };
    let row = |id| format!("{{\"id\":\"r{id}\",\"text\":\"{}\"}}\n", text(id));
    (0..count).map(row).collect()
}

#[test]
fn a_large_input_is_answered_as_its_rows_are_one_by_one() {
    let rows = rows(9000);
    let input = rows.concat();
    assert!(input.len() > 1 << 20, "threads work on it");
    let many = answers(&["--threads", "4"], input.as_bytes());
    assert_eq!(rows.len(), many.lines().count());
    assert!(many == answers(&["--threads", "1"], input.as_bytes()));
    for (id, answer) in many.lines().enumerate() {
        let mail = format!("mail u{id}@example.org");
        let begin = if id % 3 == 0 { 5 } else { 0 };
        let found = format!(
            "{{\"entities\":[{{\"end\":{},\"start\":5,\"type\":\"EMAIL\"}}],\"id\":\"r{id}\"",
            mail.len()
        );
        let clean = format!("{{\"entities\":[],\"id\":\"r{id}\"");
        let wanted = if begin > 0 { found } else { clean };
        assert!(answer.starts_with(&wanted), "{answer}");
    }
    // One by one, as much of it as can be awaited.
    let mut open = Open::start(&[]);
    for (row, answer) in rows.iter().zip(many.lines()).take(60) {
        open.write(row);
        open.says(answer);
    }
    assert!(open.close().is_empty());
}

#[test]
fn a_text_of_many_parts_is_the_same_from_a_file_and_packed() {
    let block =
        "-----BEGIN PRIVATE KEY-----\nM7tDU1NdNte11uHmEyTkk2kd1oJp\n-----END PRIVATE KEY-----\n";
    let text = format!("{block}{}", "some words of no interest\n".repeat(45_000)).repeat(5);
    let folder = tempfile::tempdir().expect("a folder");
    let (plain, packed) = (folder.path().join("a.txt"), folder.path().join("a.txt.gz"));
    fs::write(&plain, &text).expect("is written");
    // Two members, as `cat` makes of two files.
    let (first, second) = text.as_bytes().split_at(text.len() / 2);
    let mut members = Vec::new();
    for half in [first, second] {
        let mut encoder = GzEncoder::new(&mut members, Compression::fast());
        encoder.write_all(half).expect("is packed");
        encoder.finish().expect("is packed");
    }
    fs::write(&packed, members).expect("is written");
    let wanted = text.replace(block, "[PRIVATE_KEY]\n");
    for path in [plain, packed] {
        let path = path.to_str().expect("is UTF-8");
        assert!(wanted == answers(&["--threads", "2", path], b""), "{path}");
    }
}

#[test]
fn a_line_that_is_too_long_is_told_and_what_stands_before_is_answered() {
    let row = "{\"id\":1,\"text\":\"a@example.org\"}\n";
    let input = format!("{row}{{\"id\":2,\"text\":\"{}\"}}\n", "x".repeat(3 << 20));
    let output = run(&["--line-max", "1 MiB"], input.as_bytes());
    assert_eq!(Some(1), output.status.code());
    assert_eq!(
        "standard input: line 2 is longer than 1 MiB; break it into lines, or raise --line-max\n",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(
        format!("{EMAIL}\n"),
        String::from_utf8_lossy(&output.stdout)
    );
    let all = answers(&["--line-max", "4 MiB"], input.as_bytes());
    assert_eq!(2, all.lines().count());
}

#[test]
fn a_bad_request_among_many_rows_is_told_with_its_line() {
    let mut rows = rows(9000);
    rows[8000] = "{\"resourceLogs\":5}\n".to_owned();
    let output = run(&["--threads", "3"], rows.concat().as_bytes());
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(Some(1), output.status.code(), "{told}");
    assert!(told.starts_with("standard input: line 8001: "), "{told}");
    let answers = String::from_utf8(output.stdout).expect("is UTF-8");
    assert_eq!(8000, answers.lines().count());
}

#[test]
fn a_reader_that_has_enough_ends_the_run() {
    for threads in ["1", "3"] {
        let mut child = redact(&["--threads", threads]).spawn().expect("starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        drop(child.stdout.take());
        let rows = rows(40_000).concat();
        let written = stdin.write_all(rows.as_bytes());
        assert!(written.is_err(), "somebody read it all");
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success());
        assert!(output.stderr.is_empty(), "{output:?}");
    }
}

#[test]
fn a_report_adds_up_over_threads() {
    let output = run(
        &["--report", "--threads", "3"],
        rows(9000).concat().as_bytes(),
    );
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.starts_with("3000 findings of "), "{told}");
    assert!(
        told.contains(" in 3000 texts; read 9000 texts of "),
        "{told}"
    );
    assert!(told.contains("MB/s of input\n    3000  EMAIL\n"), "{told}");
}
