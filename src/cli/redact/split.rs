//! Takes an input apart, as it comes in, into rows, telemetry and texts.

use std::borrow::Cow;
use std::io::Error;

use super::document::{Outline, Progress};
use super::part::{Part, Run};
use super::row::{self, Line, Row};
use super::source::Moment;
use crate::otlp::Signal;
use crate::units::Size;

/// One thing to redact.
#[derive(Debug)]
pub(super) enum Piece {
    /// A text of somebody's table.
    Row(Row),
    /// A request in OTLP/JSON, with the line it stands on if it is one of many.
    Otlp {
        signal: Signal,
        json: String,
        line: Option<u64>,
    },
    /// A request in OTLP/protobuf.
    Protobuf(Vec<u8>),
    /// Anything else.
    Text(Part),
}

impl Piece {
    /// Bytes it holds in memory.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Piece::Row(row) => row.bytes(),
            Piece::Otlp { json, .. } => json.len(),
            Piece::Protobuf(bytes) => bytes.len(),
            Piece::Text(part) => part.text.len(),
        }
    }
}

/// One input, taken apart line by line.
#[derive(Debug)]
pub(super) struct Splitter {
    /// What was read and not yet taken apart.
    pub(super) read: Vec<u8>,
    /// A longer line, or object over many lines, is refused.
    limit: Size,
    /// Lines taken so far.
    lines: u64,
    /// Follows what may be one object over many lines, until that is known.
    outline: Option<Outline>,
    run: Run,
    /// Rows or telemetry were among the lines.
    has_records: bool,
    /// The first line that is text, from 1.
    text_line: Option<u64>,
    is_told: bool,
    /// Objects with a text and no id were taken for rows.
    is_lenient: bool,
}

impl Splitter {
    pub(super) fn new(limit: Size) -> Self {
        Splitter {
            read: Vec::new(),
            limit,
            lines: 0,
            outline: Some(Outline::default()),
            run: Run::default(),
            has_records: false,
            text_line: None,
            is_told: false,
            is_lenient: false,
        }
    }

    /// Takes apart what can be at this moment. One bad line takes the keys from no other: lines that
    /// are neither rows nor telemetry are texts, those that follow each other one, as a private key
    /// has many.
    pub(super) fn split(
        &mut self,
        moment: Moment,
        mut put: impl FnMut(Piece),
    ) -> Result<(), Error> {
        if !self.opened(moment, &mut put)? {
            return Ok(());
        }
        let end = match moment {
            Moment::End => self.read.len(),
            _ => memchr::memrchr(b'\n', &self.read).map_or(0, |at| at + 1),
        };
        let read = std::mem::take(&mut self.read);
        let text = String::from_utf8_lossy(&read[..end]);
        let is_taken = self.lines(&text, moment, &mut put);
        let taken = if is_taken { end } else { 0 };
        self.read = read;
        self.read.drain(..taken);
        self.bounded()?;
        match moment {
            Moment::Full | Moment::Idle => {}
            Moment::Quiet => self.run.ready(|part| put(Piece::Text(part))),
            Moment::End => self.end_run(!self.has_records, &mut put),
        }
        Ok(())
    }

    /// Takes the whole input as one request in protobuf, once it is there.
    pub(super) fn whole(
        &mut self,
        moment: Moment,
        mut put: impl FnMut(Piece),
    ) -> Result<(), Error> {
        let limit = self.limit;
        if self.read.len() > limit.bytes() {
            return Err(Error::other(format!(
                "the request is longer than {limit}; raise --line-max"
            )));
        }
        if moment == Moment::End {
            put(Piece::Protobuf(std::mem::take(&mut self.read)));
        }
        Ok(())
    }

    /// The first line that is text among rows or telemetry, once.
    pub(super) fn odd_line(&mut self) -> Option<u64> {
        let odd = self.text_line.filter(|_| self.has_records && !self.is_told);
        self.is_told |= odd.is_some();
        odd
    }

    /// Whether the input is known to be no object over many lines; one that is, is taken here.
    fn opened(&mut self, moment: Moment, put: &mut impl FnMut(Piece)) -> Result<bool, Error> {
        let Some(outline) = &mut self.outline else {
            return Ok(true);
        };
        let is_over = matches!(moment, Moment::Quiet | Moment::End);
        let progress = outline.follow(&self.read);
        let start = outline.start();
        // What is closed on its own line is a line like others.
        let is_whole = match progress {
            Progress::Closed(end) => {
                self.read[start..end].contains(&b'\n') && self.read[end..].trim_ascii().is_empty()
            }
            _ => false,
        };
        let goes_on = matches!(progress, Progress::Unborn | Progress::Open);
        if goes_on && moment != Moment::End || is_whole && !is_over {
            return self.bounded().map(|()| false);
        }
        if is_whole {
            self.document(put);
        }
        self.outline = None;
        Ok(true)
    }

    /// Takes all that was read as one object, as captures are written for people, if it is one.
    fn document(&mut self, put: &mut impl FnMut(Piece)) {
        let text = String::from_utf8_lossy(&self.read);
        let piece = match row::read(&text) {
            Line::Row(row) => Piece::Row(row),
            Line::Otlp(signal) => Piece::Otlp {
                signal,
                json: text.into_owned(),
                line: None,
            },
            Line::Other => return,
        };
        put(piece);
        self.has_records = true;
        self.lines += memchr::memchr_iter(b'\n', &self.read).count() as u64;
        self.read.clear();
    }

    /// Takes lines; or none yet, if it depends on what follows what they are.
    fn lines(&mut self, text: &str, moment: Moment, put: &mut impl FnMut(Piece)) -> bool {
        let lines = text.split_inclusive('\n');
        let lines: Vec<(Line, &str)> = lines.map(|line| (row::read(line), line)).collect();
        let is_text =
            |(line, text): &(Line, &str)| matches!(line, Line::Other) && !text.trim().is_empty();
        let is_nameless =
            |(line, _): &(Line, &str)| matches!(line, Line::Row(row) if row.id.is_none());
        // Among other lines, an object with a text and no id is somebody's log.
        let is_strict = self.text_line.is_some() || lines.iter().any(is_text);
        if !is_strict && !self.is_lenient && lines.iter().any(is_nameless) {
            if moment == Moment::Idle {
                return false;
            }
            self.is_lenient = true;
        }
        for (line, text) in lines {
            self.lines += 1;
            match line {
                Line::Row(row) if row.id.is_some() || !is_strict => {
                    self.record(Piece::Row(row), put)
                }
                Line::Otlp(signal) => {
                    let (json, line) = (text.to_owned(), Some(self.lines));
                    self.record(Piece::Otlp { signal, json, line }, put);
                }
                _ => self.text(text, put),
            }
        }
        true
    }

    fn record(&mut self, piece: Piece, put: &mut impl FnMut(Piece)) {
        self.has_records = true;
        self.end_run(false, put);
        put(piece);
    }

    fn text(&mut self, text: &str, put: &mut impl FnMut(Piece)) {
        if self.text_line.is_none() && !text.trim().is_empty() {
            self.text_line = Some(self.lines);
        }
        self.run.push(text);
        self.run.long(|part| put(Piece::Text(part)));
    }

    /// A text ends; blank lines between rows are none.
    fn end_run(&mut self, keeps_blank: bool, put: &mut impl FnMut(Piece)) {
        let is_blank = self.run.is_blank();
        if !self.run.is_empty() && (keeps_blank || !is_blank) {
            put(Piece::Text(self.run.end()));
        } else {
            self.run = Run::default();
        }
    }

    /// Nothing may wait that is longer than the limit.
    fn bounded(&self) -> Result<(), Error> {
        if self.read.len() <= self.limit.bytes() {
            return Ok(());
        }
        let (line, limit) = (self.lines + 1, self.limit);
        let what: Cow<'_, str> = if self.read.contains(&b'\n') {
            format!("the JSON object on line {line} and those behind it is").into()
        } else {
            format!("line {line} is").into()
        };
        Err(Error::other(format!(
            "{what} longer than {limit}; break it into lines, or raise --line-max"
        )))
    }
}

#[cfg(test)]
mod tests;
