//! Tokens and webhooks of Slack.

use super::prefixed::{base64url, dotted, form, read};
use crate::pii::detector::{Detector, Look, Scene};
use crate::pii::text::{before, span_end};

pub(in crate::pii) const SLACK_TOKEN: Detector = Detector {
    name: "SLACK_TOKEN",
    what: "Slack token or webhook address",
    source: "Slack, Token types; Sending messages using incoming webhooks",
    validator: "xox and a letter, groups of digits and letters; hooks.slack.com with its three parts",
    gravity: 94,
    context: &[],
    finds: &[
        "«xoxp-807991944398-924442741406-185877586685-1eb903746cca11409fe9889b96464bfa»",
        "(\"«https://hooks.slack.com/services/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»\")",
        "«xapp-1-A111-222-abcdef0123456789»",
    ],
    ignores: &["xoxo-hugs-and-kisses", "https://hooks.slack.com/services"],
    looks: &[
        Look::Prefix(&["xox", "xapp-", "xoxe."], find),
        Look::Literal(&["hooks.slack.com/"], webhook),
    ],
};

fn find(at: usize, scene: &mut Scene<'_, '_>) {
    let forms = [
        form("xoxb-", base64url, 16, 255),
        form("xoxp-", base64url, 16, 255),
        form("xoxa-", base64url, 16, 255),
        form("xoxr-", base64url, 16, 255),
        form("xoxs-", base64url, 16, 255),
        form("xoxc-", base64url, 16, 255),
        form("xoxd-", base64url, 16, 255),
        form("xoxe-", base64url, 16, 255),
        form("xoxe.", dotted, 16, 255),
        form("xapp-", base64url, 16, 255),
    ];
    read(at, &forms, scene);
}

fn webhook(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let name = behind - "hooks.slack.com/".len();
    let start = if crate::pii::text::ends_with(bytes, name, "https://") {
        name - 8
    } else {
        name
    };
    let end = span_end(bytes, behind, |byte| base64url(byte) || *byte == b'/');
    let parts = bytes[behind..end]
        .split(|&byte| byte == b'/')
        .filter(|part| part.len() > 5)
        .count();
    if parts >= 3 && before(bytes, start) != b'.' {
        scene.report(start, end, "host and path of an incoming webhook");
    }
}
