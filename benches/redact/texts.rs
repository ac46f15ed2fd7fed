//! What is scanned: the labelled corpus by kind of text, the captures' own texts, and worst cases.

use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::captures::{self, fixtures, unpack};

/// Texts of one kind, each with the attribute key it stands under.
pub(super) struct Texts {
    pub(super) name: String,
    pub(super) rows: Vec<(Option<String>, String)>,
}

impl Texts {
    pub(super) fn bytes(&self) -> usize {
        self.rows.iter().map(|(_, text)| text.len()).sum()
    }
}

#[derive(Deserialize)]
pub(super) struct Row {
    family: String,
    key: Option<String>,
    pub(super) text: String,
    /// What stands in it.
    pub(super) entities: Vec<IgnoredAny>,
}

/// Kinds by the corpus' families: all parts of a text's family must be among these.
const KINDS: &[(&str, &[&str])] = &[
    ("prose", &["neg_chat", "neg_prose", "chat_multi"]),
    ("clean_prose", &["neg_chat", "neg_prose"]),
    ("clean", &["neg_*"]),
    (
        "digits",
        &[
            "neg_log",
            "neg_ids",
            "neg_numbers",
            "access_log",
            "json_log",
        ],
    ),
    ("base64", &["neg_b64"]),
    (
        "dense",
        &[
            "tool_rows",
            "letter",
            "form",
            "zh_json",
            "ja_form",
            "keyed",
            "json_unicode",
        ],
    ),
    ("corpus", &["*"]),
];

pub(super) fn all() -> Vec<Texts> {
    let rows = corpus();
    let mut all: Vec<Texts> = KINDS
        .iter()
        .map(|(name, wanted)| kind(name, wanted, &rows))
        .collect();
    all.push(captured());
    all.push(documents());
    all.push(english());
    all.extend(worst(1 << 18));
    all
}

/// Each of the pieces that keep a scan busiest, repeated to a text of so many bytes.
pub(super) fn worst(length: usize) -> impl Iterator<Item = Texts> {
    let file = std::fs::read(fixtures().join("pii/worst.json"));
    let pieces: Vec<String> = serde_json::from_slice(&file.unwrap_or_default()).unwrap_or_default();
    pieces.into_iter().map(move |piece| Texts {
        name: format!("worst {piece}"),
        rows: vec![(None, piece.repeat(length / piece.len()))],
    })
}

fn kind(name: &str, wanted: &[&str], rows: &[Row]) -> Texts {
    let fits = |part: &str| {
        wanted.iter().any(|wanted| match wanted.strip_suffix('*') {
            Some(prefix) => part.starts_with(prefix),
            None => *wanted == part,
        })
    };
    let rows = rows.iter().filter(|row| row.family.split('+').all(fits));
    Texts {
        name: name.to_owned(),
        rows: rows
            .map(|row| (row.key.clone(), row.text.clone()))
            .collect(),
    }
}

pub(super) fn corpus() -> Vec<Row> {
    let file = fixtures().join("pii/corpus.jsonl.gz");
    let bytes = std::fs::read(file).unwrap_or_default();
    let text = unpack(bytes);
    let text = String::from_utf8_lossy(&text);
    text.lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

/// Every text of the captured traces, as the processor meets them.
fn captured() -> Texts {
    let mut rows = Vec::new();
    for mut spans in captures::traces() {
        spans.for_each_mut(|_, span| {
            span.redact_with(|place, text| {
                rows.push((Some(place.key().to_owned()), text.to_owned()));
                None
            });
        });
    }
    Texts {
        name: "captures".to_owned(),
        rows,
    }
}

/// The repository's own documents: long English texts with a number here and there, as in prompts.
fn documents() -> Texts {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = [
        "LICENSE",
        "README.md",
        "docs/privacy.md",
        "docs/spend.md",
        "docs/testing.md",
    ];
    let read = |file: &&str| std::fs::read_to_string(root.join(file)).ok();
    Texts {
        name: "documents".to_owned(),
        rows: files
            .iter()
            .filter_map(read)
            .map(|text| (None, text))
            .collect(),
    }
}

/// One long English text without a digit or a sign.
fn english() -> Texts {
    let text = "Please book the earliest train to Vienna, second class, and tell me the price. ";
    Texts {
        name: "english".to_owned(),
        rows: vec![(None, text.repeat(4096))],
    }
}
