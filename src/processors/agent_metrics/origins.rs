//! What a batch's resources say of whose spans they are, read once for spans that follow each other.

use std::sync::Arc;

use crate::genai::dialect::Dialects;
use crate::genai::facts::Identity;
use crate::otlp::Resource;

/// What a resource says.
#[derive(Clone, Copy)]
pub(super) struct Origin<'a> {
    /// `service.name`
    pub(super) service: &'a str,
    pub(super) identity: Identity<'a>,
}

/// Remembers the resource that was asked for last.
pub(super) struct Origins<'a> {
    dialects: &'a Dialects,
    last: Option<(&'a Arc<Resource>, Origin<'a>)>,
}

impl<'a> Origins<'a> {
    pub(super) fn with(dialects: &'a Dialects) -> Self {
        Origins {
            dialects,
            last: None,
        }
    }

    pub(super) fn of(&mut self, resource: &'a Arc<Resource>) -> Origin<'a> {
        if let Some((last, origin)) = self.last
            && Arc::ptr_eq(last, resource)
        {
            return origin;
        }
        let service = resource.attribute("service.name");
        let origin = Origin {
            service: service.and_then(|name| name.as_str()).unwrap_or_default(),
            identity: self.dialects.read_resource(resource),
        };
        self.last = Some((resource, origin));
        origin
    }
}
