//! Where a text stands in a message.

use super::shape::Site;

/// Where a text stands. `key` is the innermost key around it, `top` the attribute's own key;
/// they differ inside nested maps, and `key` is `top` where there is no inner map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place<'a> {
    /// A span's name.
    SpanName,
    /// The message of a span's status.
    StatusMessage,
    /// The W3C trace state of a span or link.
    TraceState,
    /// A value in the attributes of a span or log record.
    AttributeValue {
        /// The innermost key.
        key: &'a str,
        /// The attribute's key.
        top: &'a str,
    },
    /// A key itself: of an attribute anywhere, or inside a map.
    AttributeKey {
        /// The key, which is also the text.
        key: &'a str,
        /// The key of the attribute it stands in; itself if it is the attribute's.
        top: &'a str,
    },
    /// The name of a span event.
    EventName,
    /// A value in the attributes of a span event.
    EventAttribute {
        /// The innermost key.
        key: &'a str,
        /// The attribute's key.
        top: &'a str,
    },
    /// A value in the attributes of a link.
    LinkAttribute {
        /// The innermost key.
        key: &'a str,
        /// The attribute's key.
        top: &'a str,
    },
    /// The body of a log record, or a value inside it.
    Body {
        /// The innermost key of a structured body; empty if there is none.
        key: &'a str,
        /// The outermost key of a structured body; empty if there is none.
        top: &'a str,
    },
    /// The severity a log record names in words.
    SeverityText,
    /// The event name of a log record.
    EventNameOfLog,
    /// A value in the attributes of a resource.
    ResourceAttribute {
        /// The innermost key.
        key: &'a str,
        /// The attribute's key.
        top: &'a str,
    },
    /// A text in an entity reference of a resource: a type, or names of attributes.
    EntityRef,
    /// A value in the attributes of a scope.
    ScopeAttribute {
        /// The innermost key.
        key: &'a str,
        /// The attribute's key.
        top: &'a str,
    },
    /// The name of a scope.
    ScopeName,
    /// The version of a scope.
    ScopeVersion,
    /// The schema URL of a resource or scope.
    SchemaUrl,
    /// The name of a metric.
    MetricName,
    /// The description of a metric.
    MetricDescription,
    /// The unit of a metric.
    MetricUnit,
    /// A value in the metadata of a metric.
    MetricMetadata {
        /// The innermost key.
        key: &'a str,
        /// The attribute's key.
        top: &'a str,
    },
    /// A value in the attributes of a data point.
    PointAttribute {
        /// The innermost key.
        key: &'a str,
        /// The attribute's key.
        top: &'a str,
    },
    /// A value in the filtered attributes of an exemplar.
    ExemplarAttribute {
        /// The innermost key.
        key: &'a str,
        /// The attribute's key.
        top: &'a str,
    },
    /// A whole number anywhere, shown without a text, or with one what is not whole or is small; a
    /// text in its place makes the value one.
    Number {
        /// The innermost key.
        key: &'a str,
        /// The attribute's key.
        top: &'a str,
        /// The number.
        number: i64,
    },
    /// Raw bytes anywhere, shown as text with what is not UTF-8 replaced by U+FFFD.
    BytesValue {
        /// The innermost key.
        key: &'a str,
        /// The attribute's key.
        top: &'a str,
    },
}

impl<'a> Place<'a> {
    /// The innermost key around the text; empty where there is none.
    pub fn key(&self) -> &'a str {
        match *self {
            Place::AttributeValue { key, .. }
            | Place::AttributeKey { key, .. }
            | Place::EventAttribute { key, .. }
            | Place::LinkAttribute { key, .. }
            | Place::Body { key, .. }
            | Place::ResourceAttribute { key, .. }
            | Place::ScopeAttribute { key, .. }
            | Place::MetricMetadata { key, .. }
            | Place::PointAttribute { key, .. }
            | Place::ExemplarAttribute { key, .. }
            | Place::Number { key, .. }
            | Place::BytesValue { key, .. } => key,
            _ => "",
        }
    }

    /// The key of the attribute the text stands in; empty where there is none.
    pub fn top(&self) -> &'a str {
        match *self {
            Place::AttributeValue { top, .. }
            | Place::AttributeKey { top, .. }
            | Place::EventAttribute { top, .. }
            | Place::LinkAttribute { top, .. }
            | Place::Body { top, .. }
            | Place::ResourceAttribute { top, .. }
            | Place::ScopeAttribute { top, .. }
            | Place::MetricMetadata { top, .. }
            | Place::PointAttribute { top, .. }
            | Place::ExemplarAttribute { top, .. }
            | Place::Number { top, .. }
            | Place::BytesValue { top, .. } => top,
            _ => "",
        }
    }

    pub(super) fn at(site: Site, key: &'a str, top: &'a str) -> Self {
        match site {
            Site::SpanName => Place::SpanName,
            Site::StatusMessage => Place::StatusMessage,
            Site::TraceState => Place::TraceState,
            Site::EventName => Place::EventName,
            Site::SeverityText => Place::SeverityText,
            Site::LogEventName => Place::EventNameOfLog,
            Site::Body => Place::Body { key, top },
            Site::MetricName => Place::MetricName,
            Site::MetricDescription => Place::MetricDescription,
            Site::MetricUnit => Place::MetricUnit,
            Site::ScopeName => Place::ScopeName,
            Site::ScopeVersion => Place::ScopeVersion,
            Site::SchemaUrl => Place::SchemaUrl,
            Site::EntityRef => Place::EntityRef,
            Site::Inner | Site::Attribute => Place::AttributeValue { key, top },
            Site::EventAttribute => Place::EventAttribute { key, top },
            Site::LinkAttribute => Place::LinkAttribute { key, top },
            Site::ResourceAttribute => Place::ResourceAttribute { key, top },
            Site::ScopeAttribute => Place::ScopeAttribute { key, top },
            Site::PointAttribute => Place::PointAttribute { key, top },
            Site::ExemplarAttribute => Place::ExemplarAttribute { key, top },
            Site::MetricMetadata => Place::MetricMetadata { key, top },
        }
    }
}
