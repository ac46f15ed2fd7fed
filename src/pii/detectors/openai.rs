//! Keys of OpenAI.

use super::prefixed::{base62, base64url, form, read};
use crate::pii::detector::{Detector, Look, Scene};
use crate::pii::text::{Mix, span_end, starts_with};

pub(in crate::pii) const OPENAI_KEY: Detector = Detector {
    name: "OPENAI_KEY",
    what: "OpenAI API key",
    source: "OpenAI platform: project, service account, admin and legacy keys",
    validator: "sk- with a known kind, or 20 characters and more; T3BlbkFJ in the middle of most",
    gravity: 96,
    context: &[],
    finds: &[
        "OPENAI_API_KEY=«sk-proj-abcd1234EFGH5678ijklT3BlbkFJabcd1234EFGH5678ijkl»",
        "\"«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»\"",
    ],
    ignores: &[
        "sk-ssh-ed25519-cert-v01@openssh.com sk-ecdsa-sha2-nistp256-cert-v01",
        "sk-...",
        "task-force-one-two-three-four",
        "sk-learn-contrib-something-long-name",
    ],
    looks: &[Look::Prefix(&["sk-", "sess-"], find)],
};

/// Longer than any key.
const KEY_MAX: usize = 263;

fn find(at: usize, scene: &mut Scene<'_, '_>) {
    // The last two begin types of keys of SSH.
    let others = ["sk-ant-", "sk-or-", "sk-lf-", "sk-ssh-", "sk-ecdsa-"];
    if others
        .iter()
        .any(|prefix| starts_with(scene.bytes, at, prefix))
    {
        return;
    }
    let known = read(
        at,
        &[
            form("sk-proj-", base64url, 20, 260),
            form("sk-svcacct-", base64url, 20, 260),
            form("sk-service-", base64url, 20, 260),
            form("sk-admin-", base64url, 20, 260),
            form("sk-None-", base64url, 20, 260),
            form("sess-", base62, 40, 40),
        ],
        scene,
    );
    let window = &scene.bytes[..scene.bytes.len().min(at + KEY_MAX)];
    let body = span_end(window, at + 3, base64url);
    let random = Mix::of(&scene.bytes[at + 3..body]);
    let words = scene.bytes[at + 3..body]
        .iter()
        .filter(|&&byte| byte == b'-')
        .count()
        > 2
        && random.digit < 6;
    if !known && !words {
        read(at, &[form("sk-", base64url, 20, 260)], scene);
    }
}
