//! The shape of a dialect's table: how it is recognised, what its attributes mean.

use super::concept::Concept;
use crate::genai::facts::Class;

/// One dialect. Everything is data; a new dialect is a new file with one of these.
pub(super) struct Table {
    /// Its name in reports and in `tollgate.dialect`.
    pub(super) name: &'static str,
    /// Scope names it writes under. Asked before any attribute.
    pub(super) scopes: &'static [Scope],
    /// Attributes only it writes, for spans whose scope says nothing.
    pub(super) markers: &'static [&'static str],
    /// How near it sits to the wire: 0 a framework, 1 a client instrumentation, 2 the SDK itself.
    pub(super) nearness: u8,
    /// What its attributes mean, on any span; the better spelling first.
    pub(super) rows: &'static [Row],
    /// What attributes mean on its own spans only, because elsewhere they mean something else.
    pub(super) own: &'static [Row],
    /// What its span names say, asked when no attribute says it.
    pub(super) names: &'static [Name],
    /// Where its input count leaves cached tokens out.
    pub(super) exclusive: &'static [Exclusive],
    /// Whether its output count leaves reasoning out.
    pub(super) reasoning_apart: bool,
}

/// An attribute and its meaning.
pub(super) type Row = (&'static str, Concept);

/// A scope name, or the beginning of a family of them.
#[derive(Clone, Copy)]
pub(super) enum Scope {
    /// Exactly this name.
    Is(&'static str),
    /// Any name that starts so.
    Under(&'static str),
}

/// What a span's name says.
#[derive(Clone, Copy)]
pub(super) enum Name {
    /// A span with exactly this name is of this class.
    Is(&'static str, Class),
    /// A span whose name starts so is of this class.
    Starts(&'static str, Class),
    /// As `Starts`, and the rest of the name is the tool's.
    ThenTool(&'static str, Class),
    /// A span whose name ends so is of this class, and what comes before is the tool's name.
    ToolThen(&'static str, Class),
    /// A span whose name ends so is of this class, and what comes before is the method.
    MethodThen(&'static str, Class),
}

/// Where an input count excludes cached tokens.
#[derive(Clone, Copy)]
pub(super) enum Exclusive {
    /// Under scopes that contain this.
    ScopeHas(&'static str),
    /// For this provider.
    Provider(&'static str),
    /// For this provider, if this is the name that cached tokens stand under.
    Spelling(&'static str, &'static str),
    /// Everywhere.
    Always,
}

impl Table {
    /// Recognises nothing, means nothing.
    pub(super) const EMPTY: Table = Table {
        name: "",
        scopes: &[],
        markers: &[],
        nearness: 1,
        rows: &[],
        own: &[],
        names: &[],
        exclusive: &[],
        reasoning_apart: false,
    };
}
