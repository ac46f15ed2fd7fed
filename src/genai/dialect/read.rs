//! From a span to its facts: one pass over its attributes, then the words they hold.

use std::borrow::Cow;
use std::sync::Arc;

use super::Dialects;
use super::classify::{Named, guess_call};
use super::concept::Concept as C;
use super::found::{Found, Search};
use super::model_call::{read_models, read_response_id, read_timing, settle_models};
use super::tool_call::{read_failure, read_identity, read_mcp, read_tool};
use crate::genai::facts::{Carried, Class, Facts, Identity};
use crate::otlp::{Note, Outline, Resource, Scope, Span};

impl Dialects {
    /// What a span says; `None` if it says nothing about models, tools, agents or identity. What was
    /// remembered of it is not read again.
    ///
    /// `identity` of the resource is not mixed in: see [`Dialects::read_resource`].
    pub fn read<'a>(&self, scope: &'a Scope, span: &'a Span) -> Option<Facts<'a>> {
        match (span.note(), Carried::on(span)) {
            (Note::Nothing, _) => None,
            (_, Some(carried)) => Some(carried.view(scope.name())),
            (_, None) => self.read_found(scope, span).map(|(facts, _)| facts),
        }
    }

    /// What a span says that is a model call.
    pub fn read_call<'a>(&self, scope: &'a Scope, span: &'a Span) -> Option<Facts<'a>> {
        if Carried::on(span).is_some_and(|carried| !carried.class().is_model()) {
            return None;
        }
        self.read(scope, span)
            .filter(|facts| facts.class.is_model())
    }

    /// Has later readers find what a span says without reading it again, until it changes.
    pub fn remember(&self, scope: &Scope, span: &mut Span) {
        if matches!(span.note(), Note::Unread) {
            let read = self.read_found(scope, span);
            let note = note_of(read.as_ref().map(|(facts, _)| facts));
            span.leave_note(note);
        }
    }

    /// The facts, and the attributes they came from.
    pub(super) fn read_found<'a>(
        &self,
        scope: &'a Scope,
        span: &'a Span,
    ) -> Option<(Facts<'a>, Found<'a>)> {
        let mut sight = self.look(scope, span)?;
        sight.facts.identity = read_identity(&sight.found, self.in_metadata);
        if sight.facts.class == Class::Other
            && sight.facts.identity == Identity::default()
            && sight.found.dialect.is_none()
        {
            return None;
        }
        let Sight {
            outline,
            found,
            named,
            facts,
            ..
        } = &mut sight;
        if facts.class.is_model() || facts.class == Class::Aggregate {
            read_timing(found, outline, facts);
        }
        if facts.class.is_tool() {
            facts.tool = read_tool(found, *named);
            // Langfuse and MLflow name the tool nowhere but in the span's name.
            if facts.class == Class::Tool && facts.tool.name.is_none() {
                facts.tool.name = Some(outline.name()).filter(|name| !name.is_empty());
            }
        }
        if facts.class.is_model() || matches!(facts.class, Class::Transport | Class::Aggregate) {
            facts.response_id = read_response_id(found);
        }
        self.read_outcome(&mut sight);
        sight.facts.priced = sight.found.is_priced();
        Some((sight.facts, sight.found))
    }

    /// One walk over the span, and what it stands for.
    fn look<'a>(&self, scope: &'a Scope, span: &'a Span) -> Option<Sight<'a>> {
        let mut search = Search::with(self);
        let outline = span.outline(|name, value| search.see(name, value));
        let scope = scope.name();
        let found = search.finish(self.scopes.dialect(scope))?;
        let named = Dialects::named(found.dialect, outline.name());
        let mut facts = Facts {
            scope,
            nearness: 1,
            ..Facts::default()
        };
        if let Some(dialect) = found.dialect {
            facts.dialect = self.name(dialect);
            facts.nearness = self
                .custom(dialect)
                .map_or(Dialects::table(dialect).nearness, |_| 1);
        }
        if let Some(mark) = found.text(C::Mark) {
            facts.dialect = Cow::Borrowed(mark);
        }
        facts.mcp = read_mcp(&found, named);
        self.classify(&found, named, &outline, span, &mut facts);
        read_models(&found, &mut facts);
        Some(Sight {
            scope,
            outline,
            found,
            named,
            facts,
        })
    }

    /// How much was used and how it ended, and what only becomes clear from that.
    fn read_outcome(&self, sight: &mut Sight<'_>) {
        let Sight {
            scope,
            outline,
            found,
            facts,
            ..
        } = sight;
        if facts.class.is_model() || facts.class == Class::Aggregate {
            self.read_usage(found, scope, facts);
        }
        if facts.class != Class::Other || found.dialect.is_some() {
            facts.failure = read_failure(found, outline);
        }
        settle_models(facts);
        guess_call(found, facts);
    }

    /// Identity that is said once for a whole process, in the resource's attributes.
    pub fn read_resource<'a>(&self, resource: &'a Resource) -> Identity<'a> {
        Found::among(self, resource.attributes(), None).map_or_else(Identity::default, |found| {
            read_identity(&found, self.in_metadata)
        })
    }
}

/// What is to be remembered.
pub(super) fn note_of(facts: Option<&Facts<'_>>) -> Note {
    facts.map_or(Note::Nothing, |facts| {
        Note::Found(Arc::new(Carried::of(facts)))
    })
}

/// A span that says something, half read.
struct Sight<'a> {
    /// The scope's name.
    scope: &'a str,
    outline: Outline<'a>,
    found: Found<'a>,
    named: Named<'a>,
    facts: Facts<'a>,
}
