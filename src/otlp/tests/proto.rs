//! Holds the schema tables against the pinned `.proto` files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::otlp::shape::{Kind, LOGS_DATA, Label, METRICS_DATA, Shape, TRACES_DATA};

/// A field as text: label, type, name.
type Field = (&'static str, String, String);
type Messages = BTreeMap<String, BTreeMap<u32, Field>>;

/// Reads the messages of `.proto` text; types keep only their last word.
#[derive(Default)]
struct Reader {
    tokens: Vec<String>,
    at: usize,
    messages: Messages,
    enums: BTreeSet<String>,
}

impl Reader {
    fn file(&mut self, name: &str) {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("proto/opentelemetry/proto");
        let text = std::fs::read_to_string(root.join(name)).unwrap();
        let code: String = text
            .lines()
            .map(|line| line.split("//").next().unwrap())
            .collect::<Vec<_>>()
            .join(" ");
        let spaced = ["{", "}", ";", "="]
            .iter()
            .fold(code, |code, sign| code.replace(sign, &format!(" {sign} ")));
        self.tokens = spaced.split_whitespace().map(str::to_owned).collect();
        self.at = 0;
        while self.at < self.tokens.len() {
            match self.next().as_str() {
                "message" => self.message(""),
                "enum" => self.enumeration(),
                "service" => self.skip_block(),
                _ => self.skip_statement(),
            }
        }
    }

    fn next(&mut self) -> String {
        self.at += 1;
        self.tokens[self.at - 1].clone()
    }

    fn skip_statement(&mut self) {
        while self.at < self.tokens.len() && self.next() != ";" {}
    }

    fn skip_block(&mut self) {
        let mut open = 0;
        loop {
            match self.next().as_str() {
                "{" => open += 1,
                "}" if open == 1 => return,
                "}" => open -= 1,
                _ => {}
            }
        }
    }

    fn enumeration(&mut self) {
        let name = self.next();
        self.enums.insert(name);
        while self.next() != "}" {}
    }

    fn message(&mut self, parent: &str) {
        let name = format!("{parent}{}", self.next());
        assert_eq!(self.next(), "{");
        let mut fields = BTreeMap::new();
        let mut label = "";
        loop {
            match self.next().as_str() {
                "message" => self.message(&format!("{name}.")),
                "enum" => self.enumeration(),
                "oneof" => {
                    self.at += 2;
                    label = "oneof";
                }
                "}" if label == "oneof" => label = "",
                "}" => break,
                "reserved" | "option" => self.skip_statement(),
                ";" => {}
                "repeated" => self.field("repeated", None, &mut fields),
                "optional" => self.field("optional", None, &mut fields),
                kind => self.field(label_of(label), Some(kind), &mut fields),
            }
        }
        self.messages.insert(name, fields);
    }

    fn field(
        &mut self,
        label: &'static str,
        kind: Option<&str>,
        fields: &mut BTreeMap<u32, Field>,
    ) {
        let kind = kind.map_or_else(|| self.next(), str::to_owned);
        let name = self.next();
        assert_eq!(self.next(), "=", "{name}");
        let number = self.next().parse().unwrap();
        self.skip_statement();
        let kind = kind.rsplit('.').next().unwrap().to_owned();
        fields.insert(number, (label, kind, name));
    }
}

fn label_of(block: &str) -> &'static str {
    if block == "oneof" { "oneof" } else { "" }
}

/// The tables as the same text.
fn tabled(shape: &'static Shape, enums: &BTreeSet<String>, proto: &Messages, into: &mut Messages) {
    if into.contains_key(shape.name) {
        return;
    }
    into.insert(shape.name.to_owned(), BTreeMap::new());
    for row in shape.fields {
        let kind = match row.kind {
            Kind::Str => "string",
            Kind::Bytes | Kind::OwnId(_) | Kind::Ref(_) => "bytes",
            Kind::Bool => "bool",
            Kind::Int32 => "int32",
            Kind::Int64 => "int64",
            Kind::Uint32 => "uint32",
            Kind::Uint64 => "uint64",
            Kind::Sint32 => "sint32",
            Kind::Fixed32 => "fixed32",
            Kind::Fixed64 => "fixed64",
            Kind::Sfixed64 => "sfixed64",
            Kind::Double => "double",
            Kind::Message(inner) => {
                tabled(inner, enums, proto, into);
                inner.name.rsplit('.').next().unwrap()
            }
            // Any enum will do: on the wire and in JSON they are all numbers.
            Kind::Enum => {
                let theirs = &proto[shape.name][&row.number].1;
                assert!(enums.contains(theirs), "{} is no enum", row.name);
                theirs
            }
        };
        let label = match row.label {
            Label::One => "",
            Label::Maybe => "optional",
            Label::Either => "oneof",
            Label::Many => "repeated",
        };
        let field = (label, kind.to_owned(), row.name.to_owned());
        into.get_mut(shape.name).unwrap().insert(row.number, field);
    }
}

#[test]
fn the_tables_are_what_the_proto_files_say() {
    let mut reader = Reader::default();
    for area in ["common", "resource", "trace", "logs", "metrics"] {
        reader.file(&format!("{area}/v1/{area}.proto"));
    }
    let mut tables = Messages::new();
    for root in [&TRACES_DATA, &LOGS_DATA, &METRICS_DATA] {
        tabled(root, &reader.enums, &reader.messages, &mut tables);
    }
    assert_eq!(tables, reader.messages);
}

#[test]
fn requests_lie_on_the_wire_like_the_data_messages() {
    let mut reader = Reader::default();
    for (area, data) in [
        ("trace", &TRACES_DATA),
        ("logs", &LOGS_DATA),
        ("metrics", &METRICS_DATA),
    ] {
        let file = format!("collector/{area}/v1/{area}_service.proto");
        reader.messages.clear();
        reader.file(&file);
        let (_, request) = reader
            .messages
            .iter()
            .find(|(name, _)| name.ends_with("ServiceRequest"))
            .unwrap();
        let row = &data.fields[0];
        let (label, _, name) = &request[&row.number];
        assert_eq!(
            (request.len(), *label, name.as_str()),
            (1, "repeated", row.name)
        );
    }
}
