//! Identity that hides in a JSON attribute called `metadata`.

use super::sources::InMetadata;
use crate::genai::facts::Identity;

/// Fills the parts of `identity` that are missing, from a flat JSON object.
///
/// The texts have to outlive the span's own bytes, so only plain ones (no escapes) are taken: they
/// are borrowed from the attribute itself.
pub(super) fn fill<'a>(metadata: &'a str, asked: InMetadata, identity: &mut Identity<'a>) {
    let parts: [(&mut Option<&'a str>, bool, &[&str]); 5] = [
        (&mut identity.tenant, asked.tenant, TENANT),
        (&mut identity.project, asked.project, PROJECT),
        (&mut identity.user, asked.user, USER),
        (&mut identity.session, asked.session, SESSION),
        (&mut identity.conversation, asked.conversation, CONVERSATION),
    ];
    for (part, asked, names) in parts {
        if asked && part.is_none() {
            *part = names.iter().find_map(|name| member(metadata, name));
        }
    }
}

const TENANT: &[&str] = &["tenant_id", "tenantId", "tenant.id", "tenant", "team_id"];
const PROJECT: &[&str] = &["project_id", "projectId", "project.id", "project"];
const USER: &[&str] = &["user_id", "userId", "user.id"];
const SESSION: &[&str] = &["session_id", "sessionId", "session.id", "thread_id"];
const CONVERSATION: &[&str] = &["conversation_id", "conversationId"];

/// The text of a member, at whatever depth it first appears as a key.
pub(super) fn member<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = json;
    loop {
        let at = rest.find(name)?;
        let before = rest.get(..at)?;
        rest = rest.get(at + name.len()..)?;
        if !before.ends_with('"') || before.ends_with("\\\"") {
            continue;
        }
        let Some(value) = rest
            .strip_prefix('"')
            .map(str::trim_start)
            .and_then(|rest| rest.strip_prefix(':'))
        else {
            continue;
        };
        let value = value.trim_start();
        let text = match value.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next()?,
            None => value.split([',', '}', ']']).next()?.trim(),
        };
        let plain = !text.is_empty() && text != "null" && !text.contains(['\\', '{', '[']);
        return plain.then_some(text);
    }
}
