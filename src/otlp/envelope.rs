//! What records stand under: the resource that made them and the scope that wrote them.

use std::fmt;
use std::sync::Arc;

use super::new_value::{NewValue, put_key_value};
use super::place::Place;
use super::put::put_bytes;
use super::redact::{Each, Redacted, Redactor, redact};
use super::rewrite::{Fate, rewrite};
use super::shape;
use super::value::{Attributes, Value, key_value};
use super::wire::{Raw, find, text};

/// Who made the telemetry: a service, its host, its process.
///
/// Holds the `ResourceSpans` (or `-Logs`, `-Metrics`) message without its scopes, unknown fields
/// included. The three signals write it alike.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Resource {
    envelope: Vec<u8>,
}

impl Resource {
    /// A resource with these attributes.
    pub fn new<V: Into<NewValue> + Clone>(attributes: &[(&str, V)]) -> Self {
        let mut resource = Resource::default();
        for (key, value) in attributes {
            resource.set_attribute(key, value.clone());
        }
        resource
    }

    pub(super) fn from_envelope(envelope: Vec<u8>) -> Self {
        Resource { envelope }
    }
}

/// What wrote the telemetry: an instrumentation library, under its resource.
///
/// Holds the `ScopeSpans` (or `-Logs`, `-Metrics`) message without its records.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Scope {
    envelope: Vec<u8>,
    resource: Arc<Resource>,
}

impl Scope {
    /// A scope of that name and version.
    pub fn new(name: &str, version: &str, resource: Arc<Resource>) -> Self {
        let mut scope = Vec::new();
        for (number, text) in [(1, name), (2, version)] {
            if !text.is_empty() {
                put_bytes(&mut scope, number, text.as_bytes());
            }
        }
        let mut envelope = Vec::new();
        if !scope.is_empty() {
            put_bytes(&mut envelope, 1, &scope);
        }
        Scope { envelope, resource }
    }

    pub(super) fn from_envelope(envelope: Vec<u8>, resource: Arc<Resource>) -> Self {
        Scope { envelope, resource }
    }

    /// Who made the telemetry.
    pub fn resource(&self) -> &Arc<Resource> {
        &self.resource
    }

    /// The same scope under another resource.
    #[must_use]
    pub fn under(&self, resource: Arc<Resource>) -> Self {
        Scope {
            envelope: self.envelope.clone(),
            resource,
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        find(inner(&self.envelope), 1)
            .map(Raw::text)
            .unwrap_or_default()
    }

    /// Its version.
    pub fn version(&self) -> &str {
        find(inner(&self.envelope), 2)
            .map(Raw::text)
            .unwrap_or_default()
    }
}

/// What a resource and a scope have in common: an envelope with a message in it, whose attributes
/// have a number of their own.
macro_rules! envelope {
    ($item:ident, attributes = $attributes:literal, $shape:expr) => {
        impl $item {
            /// The encoded message without what stands below it.
            pub fn envelope(&self) -> &[u8] {
                &self.envelope
            }

            /// Its attributes.
            pub fn attributes(&self) -> Attributes<'_> {
                Attributes::of($attributes, inner(&self.envelope), &[])
            }

            /// The value of the attribute `key`.
            pub fn attribute(&self, key: &str) -> Option<Value<'_>> {
                self.attributes().get(key)
            }

            /// The schema that it and what stands below it follow.
            pub fn schema_url(&self) -> &str {
                find(&self.envelope, 3).map(Raw::text).unwrap_or_default()
            }

            /// Sets an attribute, in place if the key is there.
            pub fn set_attribute(&mut self, key: &str, value: impl Into<NewValue>) {
                let edited = set(inner(&self.envelope), $attributes, key, &value.into());
                set_inner(&mut self.envelope, edited);
            }

            /// Removes an attribute; says whether it was there.
            pub fn remove_attribute(&mut self, key: &str) -> bool {
                remove(&mut self.envelope, $attributes, key)
            }

            /// Offers every text of it, and of nothing below, to `replace`; says whether anything
            /// changed.
            pub fn redact_with(
                &mut self,
                replace: impl FnMut(Place<'_>, &str) -> Option<String>,
            ) -> bool {
                let redacted = self.redacted(&mut Each(replace));
                redacted.map(|new| self.put_redacted(new)).is_some()
            }

            /// Offers every text of it to a redactor, and answers what it shall become; `None` if it
            /// stays.
            pub fn redacted(&self, redactor: &mut dyn Redactor) -> Option<Redacted> {
                redact(&$shape, [&self.envelope, &[]], redactor)
            }

            /// Becomes what a redactor made of it.
            pub fn put_redacted(&mut self, redacted: Redacted) {
                self.envelope = redacted.0;
            }
        }

        /// Never the content, like a record.
        impl fmt::Debug for $item {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({} bytes)", stringify!($item), self.envelope.len())
            }
        }
    };
}

envelope!(Resource, attributes = 1, shape::RESOURCE_SPANS);
envelope!(Scope, attributes = 3, shape::SCOPE_SPANS);

/// The `Resource` or `InstrumentationScope` message in an envelope.
fn inner(envelope: &[u8]) -> &[u8] {
    find(envelope, 1).map(Raw::bytes).unwrap_or_default()
}

fn set_inner(envelope: &mut Vec<u8>, message: Vec<u8>) {
    let mut field = Vec::with_capacity(message.len() + 8);
    put_bytes(&mut field, 1, &message);
    let mut replacement = Some(field);
    let edited = rewrite([envelope, &[]], |old| match () {
        () if old.number != 1 => Fate::Keep,
        () => replacement.take().map_or(Fate::Drop, Fate::Replace),
    });
    match (edited, replacement) {
        (Some(edited), _) => *envelope = edited,
        (None, Some(field)) => envelope.extend_from_slice(&field),
        (None, None) => {}
    }
}

fn set(message: &[u8], number: u32, key: &str, value: &NewValue) -> Vec<u8> {
    let mut entry = Vec::new();
    put_key_value(&mut entry, number, key, value);
    let mut replacement = Some(entry);
    let edited = rewrite([message, &[]], |field| match () {
        () if field.number != number || key_of(field.raw) != key => Fate::Keep,
        () => replacement.take().map_or(Fate::Drop, Fate::Replace),
    });
    let mut edited = edited.unwrap_or_else(|| message.to_vec());
    edited.extend(replacement.unwrap_or_default());
    edited
}

fn remove(envelope: &mut Vec<u8>, number: u32, key: &str) -> bool {
    let edited = rewrite([inner(envelope), &[]], |field| match () {
        () if field.number == number && key_of(field.raw) == key => Fate::Drop,
        () => Fate::Keep,
    });
    edited.map(|message| set_inner(envelope, message)).is_some()
}

fn key_of(entry: Raw<'_>) -> &str {
    text(key_value(entry.bytes()).0)
}
