//! Files are whole, safe to open, bounded, and read back as what was sent.

use std::fs;
use std::io::Read;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::rotation::Rotation;
use super::*;
use crate::component::{Batch, Built};
use crate::config::{Size, Table};
use crate::otlp::{Limits, Signal, Span, Telemetry};

fn spans(names: &[&str]) -> Arc<Batch> {
    let span = |(at, name): (usize, &&str)| {
        Span::build()
            .trace_id([7; 16])
            .span_id([at as u8 + 1; 8])
            .name(name)
            .finish()
    };
    let mut body = Vec::new();
    for span in names.iter().enumerate().map(span) {
        let mut record = Vec::new();
        span.encode_record(&mut record);
        body.extend(field(1, &field(2, &field(2, &record))));
    }
    let parsed = Telemetry::parse(Signal::Traces, body.into(), &Limits::default()).expect("valid");
    Arc::new(Batch::unpaid(parsed.telemetry))
}

fn field(number: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![number << 3 | 2];
    let mut length = content.len();
    while length >= 0x80 {
        out.push(length as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend(content);
    out
}

fn request(names: &[&str]) -> Arc<Request> {
    Arc::new(Request {
        signal: Signal::Traces,
        parts: vec![spans(names)],
    })
}

struct Room {
    folder: tempfile::TempDir,
    file: Arc<dyn Exporter>,
}

impl Room {
    fn new(table: &str) -> Room {
        let folder = tempfile::tempdir().expect("a folder");
        let file = build(&folder, table);
        Room { folder, file }
    }

    async fn write(&self, names: &[&str]) -> Result<(), String> {
        let outcome = self.file.export(request(names)).await;
        outcome.map(drop).map_err(|error| error.to_string())
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.folder.path().join(name)).expect("a file")
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).expect("a folder");
        let mut names: Vec<_> = entries
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        names
    }
}

fn build(folder: &tempfile::TempDir, table: &str) -> Arc<dyn Exporter> {
    let mut context = Context::bare("file");
    context.folder = folder.path().to_owned();
    match (ENTRY.read)(&Table::of(table)) {
        Ok(Built::Exporter(make, _)) => make(&mut context).expect("buildable"),
        Ok(_) => panic!("not an exporter"),
        Err(faults) => panic!("{faults:?}"),
    }
}

fn span_names(telemetry: &Telemetry) -> Vec<String> {
    let Telemetry::Traces(batch) = telemetry else {
        panic!("not traces")
    };
    batch.records().map(|span| span.name().to_owned()).collect()
}

fn json_names(text: &[u8]) -> Vec<Vec<String>> {
    let lines = text
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    let parse = |line| Telemetry::parse_json(Signal::Traces, line, &Limits::default());
    lines
        .map(|line| span_names(&parse(line).expect("OTLP/JSON").telemetry))
        .collect()
}

#[tokio::test]
async fn json_lines_read_back_as_what_was_sent() {
    let room = Room::new("path = \"deep/er/out.jsonl\"");
    room.write(&["a\nb", "\u{1f980}"]).await.expect("written");
    room.write(&["c"]).await.expect("written");
    let text = room.read("deep/er/out.jsonl");
    assert_eq!(
        vec![vec!["a\nb", "\u{1f980}"], vec!["c"]],
        json_names(&text)
    );
    assert_eq!(Some(&b'\n'), text.last());
}

#[tokio::test]
async fn protobuf_messages_stand_behind_their_length_in_a_file_per_signal() {
    let room = Room::new("path = \"out.pb\"\nformat = \"protobuf\"");
    room.write(&["a"]).await.expect("written");
    room.write(&["b", "c"]).await.expect("written");
    let bytes = room.read("out.traces.pb");
    let mut rest = &bytes[..];
    let mut names = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let (message, after) = after.split_at(u32::from_be_bytes(*length) as usize);
        let parsed = Telemetry::parse(Signal::Traces, message.to_vec().into(), &Limits::default());
        names.push(span_names(&parsed.expect("OTLP").telemetry));
        rest = after;
    }
    assert_eq!(vec![vec!["a"], vec!["b", "c"]], names);
}

#[tokio::test]
async fn compressed_files_read_as_one_stream() {
    for compression in ["gzip", "zstd"] {
        let room = Room::new(&format!("path = \"out\"\ncompression = \"{compression}\""));
        room.write(&["a"]).await.expect("written");
        room.write(&["b"]).await.expect("written");
        let bytes = room.read("out");
        let mut plain = Vec::new();
        match compression {
            "gzip" => flate2::read::MultiGzDecoder::new(&*bytes).read_to_end(&mut plain),
            _ => {
                zstd::Decoder::new(&*bytes).and_then(|mut decoder| decoder.read_to_end(&mut plain))
            }
        }
        .expect("readable");
        assert_eq!(
            vec![vec!["a"], vec!["b"]],
            json_names(&plain),
            "{compression}"
        );
    }
}

#[tokio::test]
async fn files_are_set_aside_by_size_and_only_the_newest_kept() {
    let room = Room::new("path = \"out.jsonl\"\nrotation = { max_size = \"1 B\", keep = 2 }");
    fs::write(room.folder.path().join("out-keep.jsonl"), "somebody else's").expect("written");
    for name in ["a", "b", "c", "d", "e"] {
        room.write(&[name]).await.expect("written");
    }
    let names = room.names();
    assert_eq!(4, names.len(), "{names:?}");
    let read = |at: usize| json_names(&room.read(&names[at]));
    assert_eq!(vec![vec!["c"]], read(0));
    assert_eq!(vec![vec!["d"]], read(1));
    assert_eq!(["out-keep.jsonl", "out.jsonl"], names[2..]);
    assert_eq!(vec![vec!["e"]], read(3));
}

#[test]
fn files_are_set_aside_by_age() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("out.jsonl");
    let rotation = Rotation {
        max_age: crate::config::Duration::from_secs(60),
        ..Rotation::default()
    };
    let mut target = Target::open(&path, true).expect("opened");
    target.append(b"x\n").expect("written");
    let begun = target.begun;
    let target = rotation::rotated(target, 1, &rotation, begun + 59_000_000_000).expect("kept");
    assert_eq!(2, target.length);
    let target = rotation::rotated(target, 1, &rotation, begun + 60_000_000_000).expect("rotated");
    assert_eq!((0, begun + 60_000_000_000), (target.length, target.begun));
    let unlimited = Rotation {
        max_age: crate::config::Duration::from_secs(0),
        max_size: Size(0),
        keep: 0,
    };
    let mut target = target;
    target.append(b"y\n").expect("written");
    assert_eq!(
        2,
        rotation::rotated(target, u64::MAX / 2, &unlimited, u64::MAX)
            .expect("kept")
            .length
    );
}

#[tokio::test]
async fn only_a_regular_file_of_one_name_is_written() {
    let check = async |prepare: fn(&Path)| {
        let room = Room::new("path = \"out\"");
        let victim = room.folder.path().join("victim");
        fs::write(&victim, "precious\n").expect("written");
        prepare(room.folder.path());
        let refused = room.write(&["a"]).await;
        assert!(refused.is_err());
        assert_eq!("precious\n", fs::read_to_string(&victim).expect("there"));
    };
    check(|folder| symlink(folder.join("victim"), folder.join("out")).expect("linked")).await;
    check(|folder| symlink(folder.join("nowhere"), folder.join("out")).expect("linked")).await;
    check(|folder| fs::hard_link(folder.join("victim"), folder.join("out")).expect("linked")).await;
    check(|folder| fs::create_dir(folder.join("out")).expect("made")).await;
    let pipe = |folder: &Path| {
        let mode = rustix::fs::Mode::from_raw_mode(0o600);
        rustix::fs::mkfifoat(rustix::fs::CWD, folder.join("out"), mode).expect("made");
    };
    check(pipe).await;
}

#[tokio::test]
async fn files_are_for_their_owner_and_for_one_process() {
    let room = Room::new("path = \"out\"");
    room.write(&["a"]).await.expect("written");
    let mode = fs::metadata(room.folder.path().join("out"))
        .expect("there")
        .permissions()
        .mode();
    assert_eq!(0o600, mode & 0o777);
    let second = build(&room.folder, "path = \"out\"");
    let refused = second.export(request(&["b"])).await.expect_err("locked");
    assert!(refused.to_string().contains("another process"), "{refused}");
    room.file.close().await;
    second.export(request(&["b"])).await.expect("free again");
    assert_eq!(vec![vec!["a"], vec!["b"]], json_names(&room.read("out")));
}

#[tokio::test]
async fn a_torn_last_line_does_not_spoil_the_next() {
    let room = Room::new("path = \"out\"");
    fs::write(room.folder.path().join("out"), "{\"resourceSp").expect("written");
    room.write(&["a"]).await.expect("written");
    let text = room.read("out");
    let (torn, rest) = text.split_at("{\"resourceSp\n".len());
    assert_eq!(
        (&b"{\"resourceSp\n"[..], vec![vec!["a".to_owned()]]),
        (torn, json_names(rest))
    );
}

#[tokio::test]
async fn a_compressed_file_of_an_earlier_run_is_set_aside() {
    let room = Room::new("path = \"out.zst\"\ncompression = \"zstd\"");
    fs::write(room.folder.path().join("out.zst"), "torn").expect("written");
    room.write(&["a"]).await.expect("written");
    let names = room.names();
    assert_eq!(2, names.len(), "{names:?}");
    assert_eq!(b"torn", &*room.read(&names[0]));
    let plain = zstd::decode_all(&*room.read("out.zst")).expect("whole");
    assert_eq!(vec![vec!["a"]], json_names(&plain));
}

#[tokio::test]
async fn what_stands_in_the_way_is_worth_another_try() {
    let room = Room::new("path = \"no/out\"");
    fs::write(room.folder.path().join("no"), "a file, not a folder").expect("written");
    let refused = room
        .file
        .export(request(&["a"]))
        .await
        .expect_err("no folder");
    assert!(matches!(refused, ExportError::Retry { after: None, .. }));
    fs::remove_file(room.folder.path().join("no")).expect("removed");
    room.write(&["a"]).await.expect("room again");
}
