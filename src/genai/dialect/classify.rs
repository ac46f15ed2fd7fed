//! What a span stands for: by the protocol, by words, by its name, at last by guess.

use std::borrow::Cow;

use super::Dialects;
use super::concept::Concept as C;
use super::found::Found;
use super::table::Name;
use super::vocabulary::DialectId;
use super::words::class_of;
use crate::genai::facts::{Class, Facts};
use crate::otlp::{Outline, Span};

/// OTLP's span kinds that matter here.
const KIND_SERVER: i32 = 2;

const KIND_CLIENT: i32 = 3;

/// What a span's name told.
#[derive(Clone, Copy, Default)]
pub(super) struct Named<'a> {
    pub(super) class: Option<Class>,
    pub(super) tool: Option<&'a str>,
    pub(super) method: Option<&'a str>,
}

impl Dialects {
    pub(super) fn named(dialect: Option<DialectId>, name: &str) -> Named<'_> {
        let of_dialect = dialect.map_or(&[] as &[Name], |id| Dialects::table(id).names);
        let general = super::tables::MCP
            .names
            .iter()
            .chain(super::tables::SEMCONV.names);
        of_dialect
            .iter()
            .chain(general)
            .find_map(|rule| rule.apply(name))
            .unwrap_or_default()
    }

    /// The class by the protocol, then by the words of attributes, then by the name, then by guess.
    pub(super) fn classify<'a>(
        &self,
        found: &Found<'a>,
        named: Named<'a>,
        outline: &Outline<'_>,
        span: &Span,
        facts: &mut Facts<'a>,
    ) {
        facts.certain = true;
        if matches!(named.class, Some(Class::Noise | Class::Transport)) {
            facts.class = named.class.unwrap_or_default();
            return;
        }
        let word = self.word(found);
        if let Some((_, operation)) = word {
            facts.operation = Cow::Borrowed(operation);
        }
        if facts.mcp.method.is_some() {
            facts.class = side_of(outline.kind, span, named);
            return;
        }
        // A tool's name in a span's name outranks a word such as `tool`: it also says the side.
        let by_name = named
            .class
            .filter(|class| class.is_tool() && named.tool.is_some());
        if let Some(class) = by_name.filter(|_| word.is_none_or(|(class, _)| class.is_tool())) {
            facts.class = class;
        } else if let Some((class, _)) = word {
            facts.class = class;
        } else if let Some(class) = named.class {
            facts.class = class;
        } else {
            facts.class = guess(found);
            facts.certain = facts.class == Class::Other;
        }
    }

    /// The best word for what the span is: Vercel's own first, as its outer spans carry the
    /// conventions' `chat` too.
    pub(super) fn word(&self, found: &Found<'_>) -> Option<(Class, &'static str)> {
        let custom = found.dialect.and_then(|id| self.custom(id));
        let of = |concept| {
            let word = found.text(concept)?;
            custom
                .and_then(|custom| custom.class_of(word))
                .or_else(|| class_of(word))
        };
        let vendor = found.text(C::VendorKind);
        if let Some(vercel) = vendor.filter(|word| word.starts_with("ai.")) {
            return class_of(vercel);
        }
        [C::Operation, C::SpanKind, C::VendorKind]
            .into_iter()
            .find_map(of)
    }
}

impl Name {
    fn apply(self, name: &str) -> Option<Named<'_>> {
        let class = |class| Named {
            class: Some(class),
            ..Named::default()
        };
        match self {
            Name::Is(known, of) => (name == known).then(|| class(of)),
            Name::Starts(start, of) => name.starts_with(start).then(|| class(of)),
            Name::ThenTool(start, of) => {
                let tool = name.strip_prefix(start).filter(|tool| !tool.is_empty());
                tool.map(|tool| Named {
                    tool: Some(tool),
                    ..class(of)
                })
            }
            Name::ToolThen(end, of) => {
                let tool = name.strip_suffix(end).filter(|tool| !tool.is_empty());
                let method = (of == Class::McpClient).then_some("tools/call");
                tool.map(|tool| Named {
                    tool: Some(tool),
                    method,
                    ..class(of)
                })
            }
            Name::MethodThen(end, of) => {
                let method = name.strip_suffix(end).filter(|method| !method.is_empty());
                method.map(|method| Named {
                    method: Some(method),
                    ..class(of)
                })
            }
        }
    }
}

/// Which side of the protocol wrote the span.
fn side_of(kind: i32, span: &Span, named: Named<'_>) -> Class {
    match (kind, named.class) {
        (KIND_SERVER, _) => Class::McpServer,
        (KIND_CLIENT, _) | (_, Some(Class::McpClient)) => Class::McpClient,
        (_, Some(Class::McpServer)) if span.parent_span_id().is_none() => Class::McpServer,
        _ => Class::McpClient,
    }
}

/// The class of a span nobody named: usage makes a model call, a tool's name a tool call.
fn guess(found: &Found<'_>) -> Class {
    let has = |concept| found.get(concept).is_some();
    let counted = [C::Input, C::Output, C::UsageJson].into_iter().any(has);
    let modelled = [C::RequestModel, C::ResponseModel, C::ProviderAndModel]
        .into_iter()
        .any(has);
    if counted && (modelled || has(C::Provider) || has(C::Output)) {
        Class::Llm
    } else if has(C::ToolName) && !modelled {
        Class::Tool
    } else {
        Class::Other
    }
}

/// A cost or a word alone does not make a call: without model, usage and failure it is no call.
pub(super) fn guess_call(found: &Found<'_>, facts: &mut Facts<'_>) {
    let silent = facts.usage.is_none() && facts.model().is_none() && facts.failure.is_none();
    if facts.class.is_model() && !facts.certain && silent && found.get(C::Cost).is_none() {
        facts.class = Class::Other;
    }
}
