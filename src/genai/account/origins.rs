//! What resources say of whose spans they are, read once for spans that follow each other.

use std::sync::Arc;

use crate::genai::dialect::Dialects;
use crate::genai::facts::Identity;
use crate::otlp::Resource;

/// What a resource says.
#[derive(Clone, Copy)]
pub struct Origin<'a> {
    /// `service.name`
    pub service: &'a str,
    /// Whose the whole process is.
    pub identity: Identity<'a>,
}

impl<'a> Origin<'a> {
    /// Read anew.
    pub fn of(dialects: &Dialects, resource: &'a Resource) -> Self {
        let service = resource.attribute("service.name");
        Origin {
            service: service.and_then(|name| name.as_str()).unwrap_or_default(),
            identity: dialects.read_resource(resource),
        }
    }
}

/// Remembers the resource that was asked for last.
pub struct Origins<'a> {
    dialects: &'a Dialects,
    last: Option<(&'a Arc<Resource>, Origin<'a>)>,
}

impl<'a> Origins<'a> {
    /// Nothing remembered yet.
    pub fn with(dialects: &'a Dialects) -> Self {
        Origins {
            dialects,
            last: None,
        }
    }

    /// What this resource says.
    pub fn of(&mut self, resource: &'a Arc<Resource>) -> Origin<'a> {
        if let Some((last, origin)) = self.last
            && Arc::ptr_eq(last, resource)
        {
            return origin;
        }
        let origin = Origin::of(self.dialects, resource);
        self.last = Some((resource, origin));
        origin
    }
}
