//! Access key ids of Amazon Web Services.

use super::prefixed::{form, read, upper};
use crate::pii::detector::{Detector, Kind, Look, Scene};
use crate::pii::text::{Mix, span_end};

pub(in crate::pii) const AWS_ACCESS_KEY: Detector = Detector {
    name: "AWS_ACCESS_KEY",
    what: "AWS access key id",
    source: "AWS IAM user guide: unique identifiers",
    validator: "AKIA, ASIA, ABIA or ACCA and sixteen base32 characters",
    gravity: 94,
    context: &[],
    finds: &[
        "AWS_ACCESS_KEY_ID=«AKIAIOSFODNN7EXAMPLE»",
        "«ASIAUUFH2LKAGL2KZMCT»,",
    ],
    ignores: &["AKIAIOSFODNN7EXAMPLEX", "AKIAlowercase1234567"],
    looks: &[Look::Prefix(&["AKIA", "ASIA", "ABIA", "ACCA"], find)],
};

fn find(at: usize, scene: &mut Scene<'_, '_>) {
    let forms = [
        form("AKIA", upper, 16, 16),
        form("ASIA", upper, 16, 16),
        form("ABIA", upper, 16, 16),
        form("ACCA", upper, 16, 16),
    ];
    if read(at, &forms, scene) {
        secret_beside(at + 20, scene);
    }
}

/// The secret key that people write right behind the id: forty characters of base64.
fn secret_beside(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let mut at = behind;
    for _ in 0..12 {
        let start = span_end(bytes, at, |byte| {
            !byte.is_ascii_alphanumeric() && *byte != b'\n'
        });
        let end = span_end(bytes, start, base64);
        if end - start == 40 && start - behind <= 48 && Mix::of(&bytes[start..end]).digit > 0 {
            let kind = Kind::Known(&super::secrets::AWS_SECRET_KEY);
            scene.report_as(kind, start, end, "forty characters beside an access key id");
            return;
        }
        if end == start {
            return;
        }
        at = end;
    }
}
