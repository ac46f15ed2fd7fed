//! The configuration as far as it is written: its tables, its names, and what was found on the way.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Imported;
use super::cursor::Cursor;
use super::finding::{Finding, Grade};
use super::text::{self, Part, key};
use super::write::{Table, Value};
use crate::otlp::Signal;

/// What a text stands for, which decides what a variable in it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Anything.
    Text,
    /// A number.
    Number,
    /// A truth value.
    Bool,
    /// A duration.
    Duration,
    /// `host:port`.
    Address,
    /// A host with scheme and port.
    Url,
}

/// A value that is accepted for each shape.
const STAND_INS: &[(Shape, &str)] = &[
    (Shape::Text, "text"),
    (Shape::Number, "1"),
    (Shape::Bool, "false"),
    (Shape::Duration, "10s"),
    (Shape::Address, "127.0.0.1:0"),
    (Shape::Url, "http://127.0.0.1:4317"),
];

fn stand_in(shape: Shape) -> &'static str {
    let row = STAND_INS.iter().find(|(own, _)| *own == shape);
    row.map_or("text", |(_, stand_in)| stand_in)
}

/// One table with a header.
#[derive(Clone, Debug)]
struct Section {
    header: String,
    /// Findings `from..to` were made while it was converted and stand above it.
    from: usize,
    to: usize,
    table: Table,
}

/// One instance of ours that an instance of theirs became.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    /// Its name here.
    pub(super) name: String,
    /// The signals it works on.
    pub(super) signals: &'static [Signal],
}

/// The configuration as far as it is written.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// `[service]`.
    pub(super) service: Table,
    /// `[admin]`.
    pub(super) admin: Table,
    sections: Vec<Section>,
    findings: Vec<Finding>,
    variables: BTreeMap<String, &'static str>,
    /// By our kind and their path: what it became.
    placed: Vec<(String, Vec<Placed>)>,
}

impl Draft {
    /// Notes what became of a setting.
    pub(super) fn note(&mut self, grade: Grade, at: &Cursor<'_>, note: impl Into<String>) {
        self.findings.push(Finding {
            grade,
            path: at.path.clone(),
            line: at.line,
            note: note.into(),
        });
    }

    /// Notes that a setting means the same here, under this name.
    pub(super) fn converted(&mut self, at: &Cursor<'_>, name: &str) {
        self.note(Grade::Converted, at, name);
    }

    /// Notes that a setting is not needed.
    pub(super) fn unneeded(&mut self, at: &Cursor<'_>, why: &str) {
        self.note(Grade::Unneeded, at, why);
    }

    /// Notes that a setting means nearly the same.
    pub(super) fn approximated(&mut self, at: &Cursor<'_>, how: impl Into<String>) {
        self.note(Grade::Approximated, at, how);
    }

    /// Notes that a setting has no equivalent, and what to do.
    pub(super) fn missing(&mut self, at: &Cursor<'_>, advice: impl Into<String>) {
        self.note(Grade::NoEquivalent, at, advice);
    }

    /// A text as TOML, its variables noted.
    pub(super) fn text(&mut self, text: &str, shape: Shape) -> Value {
        self.variables_in(text, shape);
        Value::Raw(text::quoted(text))
    }

    /// A text that is nothing but variables, without quotes: the number or truth value they hold.
    pub(super) fn bare(&mut self, text: &str, shape: Shape) -> Option<Value> {
        let parts = text::parts(text);
        let only = parts.iter().all(|part| matches!(part, Part::Variable(..)));
        only.then(|| {
            self.variables_in(text, shape);
            Value::Raw(text::inside(text))
        })
    }

    /// A text as the Collector reads it, its variables left in our spelling and noted.
    pub(super) fn said(&mut self, at: &Cursor<'_>) -> String {
        let written = at.text().unwrap_or_default();
        self.variables_in(written, Shape::Text);
        text::said(written)
    }

    fn variables_in(&mut self, text: &str, shape: Shape) {
        let parts = text::parts(text);
        let address = matches!(shape, Shape::Address | Shape::Url);
        let mut before = "";
        for part in &parts {
            match part {
                Part::Variable(name, _) => {
                    let stand_in = match before.chars().last() {
                        Some(':') if address => "4317",
                        _ if address && parts.len() > 1 => "127.0.0.1",
                        _ => stand_in(shape),
                    };
                    self.variables.entry((*name).to_owned()).or_insert(stand_in);
                    before = "";
                }
                Part::Plain(plain) => before = plain,
                Part::Other(_) => before = "",
            }
        }
    }

    /// How many findings there are; what comes after belongs to the next section.
    pub(super) fn mark(&self) -> usize {
        self.findings.len()
    }

    /// A name for an instance of `kind` that nothing of the same sort (`processors`) has yet:
    /// the part after their slash, if it has one.
    pub(super) fn name(&self, sort: &str, kind: &str, theirs: &str) -> String {
        let (type_name, instance) = theirs.split_once('/').unwrap_or((theirs, ""));
        let taken = |name: &String| {
            let header = format!("{sort}.{}", key(name));
            self.sections.iter().any(|section| section.header == header)
        };
        let first = match instance {
            "" => kind.to_owned(),
            instance => format!("{kind}/{instance}"),
        };
        let own = format!("{kind}/{}", theirs.replace('/', "-"));
        let typed = format!("{kind}/{type_name}");
        let numbered = (2..).map(|n| format!("{own}-{n}"));
        let mut names = [first, typed, own.clone()].into_iter().chain(numbered);
        names.find(|name| !taken(name)).unwrap_or(own)
    }

    /// Adds the table of an instance, with the findings made since `mark` above it.
    pub(super) fn section(&mut self, sort: &str, name: &str, mark: usize, table: Table) {
        self.sections.push(Section {
            header: format!("{sort}.{}", key(name)),
            from: mark,
            to: self.findings.len(),
            table,
        });
    }

    /// Remembers what became of an instance of theirs.
    pub(super) fn place(&mut self, theirs: &Cursor<'_>, placed: Vec<Placed>) {
        self.placed.push((theirs.path.clone(), placed));
    }

    /// What became of an instance of theirs, by its path.
    pub(super) fn placed(&self, path: &str) -> &[Placed] {
        let row = self.placed.iter().find(|(own, _)| own == path);
        row.map_or(&[], |(_, placed)| placed)
    }

    /// The document, once everything is converted.
    pub(super) fn finish(self, file: &str) -> Imported {
        let mut sorted = self.findings.clone();
        sorted.sort_by_key(|finding| finding.line);
        let mut out = header(file, &sorted);
        for (header, table) in [("service", &self.service), ("admin", &self.admin)] {
            if !table.is_empty() {
                out.push('\n');
                table.write(header, &mut out);
            }
        }
        for section in &self.sections {
            out.push('\n');
            let above = self.findings.get(section.from..section.to);
            for finding in above.into_iter().flatten() {
                if finding.grade.needs_a_look() {
                    let grade = finding.grade.name();
                    wrap(&format!("{grade}: {finding}"), "# ", "#   ", &mut out);
                }
            }
            section.table.write(&section.header, &mut out);
        }
        Imported {
            toml: out,
            findings: sorted,
            variables: self.variables.into_iter().collect(),
        }
    }
}

/// What stands at the top of the file: where it came from, and what to look at.
fn header(file: &str, findings: &[Finding]) -> String {
    let mut out = String::new();
    let version = env!("CARGO_PKG_VERSION");
    let title = format!("Imported from {file} by tollgate {version}.");
    wrap(&title, "# ", "# ", &mut out);
    out.push_str("#\n");
    for grade in Grade::ALL {
        let of_it: Vec<_> = findings.iter().filter(|own| own.grade == grade).collect();
        if grade.needs_a_look() && !of_it.is_empty() {
            out.push_str("#\n");
        }
        // Writing to a string cannot fail.
        let _infallible = writeln!(out, "# {:<14}{}", grade.name(), of_it.len());
        for finding in of_it.iter().filter(|_| grade.needs_a_look()) {
            wrap(&finding.to_string(), "#   ", "#     ", &mut out);
        }
    }
    out
}

/// Breaks a comment into lines of at most a hundred columns.
fn wrap(text: &str, first: &str, next: &str, out: &mut String) {
    const COLUMNS: usize = 100;
    let mut line = first.to_owned();
    for word in text.split_whitespace() {
        let bare = line == first || line == next;
        if !bare && line.chars().count() + 1 + word.chars().count() > COLUMNS {
            out.push_str(line.trim_end());
            out.push('\n');
            next.clone_into(&mut line);
        } else if !bare {
            line.push(' ');
        }
        line.push_str(word);
    }
    out.push_str(line.trim_end());
    out.push('\n');
}
