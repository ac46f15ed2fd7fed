//! From a span to its facts: one pass over its attributes, then the words they hold.

use std::borrow::Cow;

use super::Dialects;
use super::classify::guess_call;
use super::concept::Concept as C;
use super::found::Found;
use super::model_call::{read_models, read_timing, settle_models};
use super::tool_call::{read_failure, read_identity, read_mcp, read_tool};
use super::value::text;
use super::vocabulary::DialectId;
use crate::genai::facts::{Class, Facts, Identity};
use crate::otlp::{Resource, Scope, Span};

impl Dialects {
    /// What a span says; `None` if it says nothing about models, tools, agents or identity.
    ///
    /// `identity` of the resource is not mixed in: see [`Dialects::read_resource`].
    pub fn read<'a>(&self, scope: &'a Scope, span: &'a Span) -> Option<Facts<'a>> {
        self.read_found(scope, span).map(|(facts, _)| facts)
    }

    /// The facts, and the attributes they came from.
    pub(super) fn read_found<'a>(
        &self,
        scope: &'a Scope,
        span: &'a Span,
    ) -> Option<(Facts<'a>, Found<'a>)> {
        let by_scope = self.of_scope(scope.name());
        let found = Found::among(self, span.attributes(), by_scope)?;
        let named = Dialects::named(found.dialect, span.name());
        let mut facts = Facts {
            scope: scope.name(),
            nearness: 1,
            ..Facts::default()
        };
        if let Some(dialect) = found.dialect {
            facts.dialect = self.name(dialect);
            facts.nearness = self
                .custom(dialect)
                .map_or(Dialects::table(dialect).nearness, |_| 1);
        }
        if let Some(mark) = found.get(C::Mark).and_then(text) {
            facts.dialect = Cow::Borrowed(mark);
        }
        facts.mcp = read_mcp(&found, named);
        self.classify(&found, named, span, &mut facts);
        read_models(&found, &mut facts);
        facts.identity = read_identity(&found, self.in_metadata);
        if facts.class == Class::Other
            && facts.identity == Identity::default()
            && found.dialect.is_none()
        {
            return None;
        }
        if facts.class.is_model() || facts.class == Class::Aggregate {
            self.read_usage(&found, scope.name(), &mut facts);
            read_timing(&found, span, &mut facts);
        }
        if facts.class.is_tool() {
            facts.tool = read_tool(&found, named);
            // Langfuse and MLflow name the tool nowhere but in the span's name.
            if facts.class == Class::Tool && facts.tool.name.is_none() {
                facts.tool.name = Some(span.name()).filter(|name| !name.is_empty());
            }
        }
        if facts.class != Class::Other || found.dialect.is_some() {
            facts.failure = read_failure(&found, span);
        }
        settle_models(&found, &mut facts);
        guess_call(&found, &mut facts);
        Some((facts, found))
    }

    /// Identity that is said once for a whole process, in the resource's attributes.
    pub fn read_resource<'a>(&self, resource: &'a Resource) -> Identity<'a> {
        Found::among(self, resource.attributes(), None).map_or_else(Identity::default, |found| {
            read_identity(&found, self.in_metadata)
        })
    }

    /// The earlier of two dialects in the order of recognition; a user's come first.
    pub(super) fn earlier(&self, one: DialectId, other: DialectId) -> DialectId {
        let place = |id: DialectId| (self.custom(id).is_none(), id);
        if place(other) < place(one) {
            other
        } else {
            one
        }
    }
}
