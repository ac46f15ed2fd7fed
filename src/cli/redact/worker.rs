//! Redacts batches: pieces in, the bytes of their answers out.

use std::io::{Error, Write};

use bytes::Bytes;

use super::answer::{Answer, Entity, Shown};
use super::explain;
use super::feed::{Batch, named};
use super::part::Part;
use super::row::Row;
use super::split::Piece;
use super::summary::Summary;
use crate::otlp::{Limits, Signal, Telemetry};
use crate::pii::Findings;
use crate::processors::{Rehearsal, Treated};

/// One worker, with memory that it uses again and again.
pub(super) struct Worker {
    rehearsal: Rehearsal,
    only_report: bool,
    explain: bool,
    findings: Findings,
    pub(super) summary: Summary,
    out: Vec<u8>,
}

/// What became of a batch.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) out: Vec<u8>,
    /// What was wrong with the piece behind that.
    pub(super) fault: Option<Error>,
}

impl Worker {
    pub(super) fn new(rehearsal: Rehearsal, explain: bool) -> Self {
        Worker {
            only_report: rehearsal.reports(),
            rehearsal,
            explain,
            findings: if explain {
                Findings::explained()
            } else {
                Findings::default()
            },
            summary: Summary::default(),
            out: Vec::new(),
        }
    }

    /// Another one under the same policy, with the same pseudonyms.
    pub(super) fn another(&self) -> Self {
        Worker::new(self.rehearsal.another(), self.explain)
    }

    /// Redacts the pieces in their order, up to the first with which something is wrong.
    pub(super) fn work(&mut self, batch: Batch) -> Done {
        let mut pieces = batch.pieces.into_iter();
        let fault = pieces.find_map(|piece| self.piece(piece, &batch.name).err());
        Done {
            out: std::mem::take(&mut self.out),
            fault: fault.map(|error| named(&batch.name, &error)),
        }
    }

    fn piece(&mut self, piece: Piece, name: &str) -> Result<(), Error> {
        match piece {
            Piece::Row(row) => self.row(&row),
            Piece::Text(part) => self.text(&part),
            Piece::Otlp { signal, json, line } => self.telemetry(parse(signal, &json, line)?),
            Piece::Protobuf(bytes) => self.telemetry(protobuf(bytes.into(), name)?),
        }
    }

    fn row(&mut self, row: &Row) -> Result<(), Error> {
        let tenant = row.tenant.as_deref().unwrap_or_default();
        let findings = &mut self.findings;
        let treated = self
            .rehearsal
            .text(row.key.as_deref(), tenant, &row.text, findings);
        let (findings, scanner) = (&self.findings, self.rehearsal.scanner());
        self.summary.read(&row.text);
        self.summary.add(scanner, findings);
        let entities = findings.iter().map(|found| Entity {
            end: found.end,
            start: found.start,
            kind: scanner.name(found.kind),
            why: self
                .explain
                .then(|| explain::why(found, &row.text, findings, scanner)),
        });
        let (redacted, dropped) = told(treated);
        let answer = Answer {
            dropped: dropped.filter(|_| !self.only_report),
            entities: entities.collect(),
            id: row.id.as_deref(),
            text_redacted: match &redacted {
                _ if self.only_report => Shown::Absent,
                Some(text) => Shown::Text(text),
                None => Shown::Null,
            },
        };
        serde_json::to_writer(&mut self.out, &answer)?;
        self.out.push(b'\n');
        Ok(())
    }

    fn telemetry(&mut self, telemetry: Telemetry) -> Result<(), Error> {
        self.summary.items += telemetry.items() as u64;
        let (passed, seen) = self.rehearsal.telemetry(telemetry);
        let scanner = self.rehearsal.scanner();
        for seen in &seen {
            self.summary.add(scanner, &seen.findings);
            if self.explain {
                writeln!(self.out, "{}", seen.place)?;
                let text = explain::Text::whole(&seen.text);
                explain::write(&text, &seen.findings, scanner, &mut self.out)?;
            }
        }
        if let Some(passed) = passed.filter(|_| !self.explain) {
            passed.write_json(&mut self.out);
            self.out.push(b'\n');
        }
        Ok(())
    }

    fn text(&mut self, part: &Part) -> Result<(), Error> {
        let treated = self
            .rehearsal
            .part(part.before, &part.text, &mut self.findings);
        let scanner = self.rehearsal.scanner();
        self.summary.read(part.own());
        self.summary.add(scanner, &self.findings);
        if self.explain {
            let text = explain::Text {
                text: &part.text,
                at: part.at,
                before: part.before,
            };
            return explain::write(&text, &self.findings, scanner, &mut self.out);
        }
        let (redacted, _) = told(treated);
        let shown = if self.only_report {
            Some(part.own())
        } else {
            redacted.as_deref()
        };
        self.out
            .extend_from_slice(shown.unwrap_or_default().as_bytes());
        Ok(())
    }
}

/// What is left of a text, and what was dropped with it.
fn told(treated: Treated) -> (Option<String>, Option<&'static str>) {
    match treated {
        Treated::Passed(text) => (Some(text), None),
        Treated::AttributeDropped => (None, Some("attribute")),
        Treated::ItemDropped => (None, Some("item")),
    }
}

fn parse(signal: Signal, json: &str, line: Option<u64>) -> Result<Telemetry, Error> {
    let parsed = Telemetry::parse_json(signal, json.as_bytes(), &Limits::default());
    let parsed = parsed.map_err(|error| match line {
        Some(line) => Error::other(format!("line {line}: {error}")),
        None => Error::other(error.to_string()),
    });
    parsed.map(|parsed| parsed.telemetry)
}

/// The three requests share their envelope; the file's name says which is tried first.
fn protobuf(body: Bytes, name: &str) -> Result<Telemetry, Error> {
    let mut signals = Signal::ALL;
    signals.sort_by_key(|signal| !name.contains(signal.name()));
    for signal in signals {
        if let Ok(parsed) = Telemetry::parse(signal, body.clone(), &Limits::default())
            && (parsed.telemetry.items() > 0 || body.is_empty())
        {
            return Ok(parsed.telemetry);
        }
    }
    Err(Error::other("it is no OTLP request"))
}
