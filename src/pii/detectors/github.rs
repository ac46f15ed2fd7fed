//! Tokens of GitHub.

use super::prefixed::{base62, base64url, form, read};
use crate::pii::detector::{Detector, Look, Scene};

pub(in crate::pii) const GITHUB_TOKEN: Detector = Detector {
    name: "GITHUB_TOKEN",
    what: "GitHub token",
    source: "GitHub, Behind GitHub's new authentication token formats: prefix, base62 and CRC-32",
    validator: "ghp_, gho_, ghu_, ghs_, ghr_ with 36 characters and more, or github_pat_",
    gravity: 95,
    context: &[],
    finds: &[
        "https://«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»@github.com/x",
        "«github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456»",
    ],
    ignores: &["ghp_token", "github_pat_example"],
    looks: &[Look::Prefix(&["gh", "github_pat_"], find)],
};

fn find(at: usize, scene: &mut Scene<'_, '_>) {
    let forms = [
        form("ghp_", base62, 36, 255),
        form("gho_", base62, 36, 255),
        form("ghu_", base62, 36, 255),
        form("ghs_", base62, 36, 255),
        form("ghr_", base62, 36, 255),
        form("github_pat_", base64url, 36, 255),
    ];
    read(at, &forms, scene);
}
