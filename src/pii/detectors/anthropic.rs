//! Keys of Anthropic.

use super::prefixed::{base64url, form, read};
use crate::pii::detector::{Detector, Look, Scene};

pub(in crate::pii) const ANTHROPIC_KEY: Detector = Detector {
    name: "ANTHROPIC_KEY",
    what: "Anthropic API key",
    source: "Anthropic console; GitHub secret scanning partners",
    validator: "sk-ant-, a kind and its number, 80 characters and more",
    gravity: 97,
    context: &[],
    finds: &[
        "key=«sk-ant-api03-URtlGhmQfsguNXeDfp9Goz7O62PcAbP8d6SpmkJBi42qtEPd3SZ7gdFu4SCwXbDtAaQnEsd9T3BRqQRjpt_-Y5BzBk0drAA»'",
        "ANTHROPIC_API_KEY=«sk-ant-admin01-URtlGhmQfsguNXeDfp9Goz7O62PcAbP8d6SpmkJBi42qtEPd3SZ7gdFu4SCwXbDtAaQnEsd9T3BRqQRjpt_-Y5BzBk0drAA»",
    ],
    ignores: &["sk-ant-", "sk-ant-example"],
    looks: &[Look::Prefix(&["sk-ant-"], find)],
};

fn find(at: usize, scene: &mut Scene<'_, '_>) {
    read(at, &[form("sk-ant-", base64url, 24, 200)], scene);
}
