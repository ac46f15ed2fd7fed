//! Access key ids of Amazon Web Services.

use super::prefixed::{form, read, upper};
use crate::pii::detector::{Detector, Look, Scene};

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
    read(at, &forms, scene);
}
