//! Identity that hides in a JSON attribute called `metadata`.

use std::sync::LazyLock;

use super::lexicon::Lexicon;
use super::sources::InMetadata;
use crate::genai::facts::Identity;

/// Fills the parts of `identity` that are missing, from a flat JSON object.
///
/// The texts have to outlive the span's own bytes, so only plain ones (no escapes) are taken: they
/// are borrowed from the attribute itself.
pub(super) fn fill<'a>(metadata: &'a str, asked: InMetadata, identity: &mut Identity<'a>) {
    static NAMES: LazyLock<Lexicon<(usize, usize)>> = LazyLock::new(|| {
        let row = |(part, names): (usize, &&'static [&'static str])| {
            let places = names.iter().enumerate();
            places.map(move |(rank, name)| (*name, (part, rank)))
        };
        Lexicon::of(PARTS.iter().enumerate().flat_map(row))
    });
    // By part and rank: what the first member of that name says.
    let mut said = [[None; SPELLINGS]; PARTS.len()];
    for (name, value) in members(metadata) {
        let Some((part, rank)) = NAMES.get(name.as_bytes()).copied() else {
            continue;
        };
        let place = said.get_mut(part).and_then(|part| part.get_mut(rank));
        if let Some(first) = place.filter(|first| first.is_none()) {
            *first = Some(plain(value));
        }
    }
    let parts = [
        (&mut identity.tenant, asked.tenant),
        (&mut identity.project, asked.project),
        (&mut identity.user, asked.user),
        (&mut identity.session, asked.session),
        (&mut identity.conversation, asked.conversation),
    ];
    for ((part, asked), said) in parts.into_iter().zip(said) {
        let said = said.into_iter().flatten().flatten().next();
        *part = part.or(said.filter(|_| asked));
    }
}

/// The names of each part, the better first.
const PARTS: [&[&str]; 5] = [TENANT, PROJECT, USER, SESSION, CONVERSATION];
/// No part has more names.
const SPELLINGS: usize = 5;
const TENANT: &[&str] = &["tenant_id", "tenantId", "tenant.id", "tenant", "team_id"];
const PROJECT: &[&str] = &["project_id", "projectId", "project.id", "project"];
const USER: &[&str] = &["user_id", "userId", "user.id"];
const SESSION: &[&str] = &["session_id", "sessionId", "session.id", "thread_id"];
const CONVERSATION: &[&str] = &["conversation_id", "conversationId"];

/// The text of the first member of this name, at whatever depth.
pub(super) fn member<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = members(json).find(|(member, _)| *member == name)?;
    plain(value)
}

/// Every key with what follows its colon, at whatever depth, in one pass over the quotes.
fn members(json: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut quotes = memchr::memchr_iter(b'"', json.as_bytes());
    let mut open = quotes.next();
    std::iter::from_fn(move || {
        loop {
            let start = open?;
            let end = quotes.next()?;
            // The quote that ends one text may begin the next: escapes leave no other order.
            open = Some(end);
            let value = json.get(end + 1..)?.trim_start().strip_prefix(':');
            let escaped = json.get(..start)?.ends_with('\\');
            if let Some(value) = value.filter(|_| !escaped) {
                return Some((json.get(start + 1..end)?, value.trim_start()));
            }
        }
    })
}

/// A value that is a plain text or number.
fn plain(value: &str) -> Option<&str> {
    let text = match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => value.split([',', '}', ']']).next()?.trim(),
    };
    let plain = !text.is_empty() && text != "null" && !text.contains(['\\', '{', '[']);
    plain.then_some(text)
}
