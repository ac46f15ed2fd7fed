//! Keys of Stripe.

use super::prefixed::{base62, form, read};
use crate::pii::detector::{Detector, Look, Scene};

pub(in crate::pii) const STRIPE_KEY: Detector = Detector {
    name: "STRIPE_KEY",
    what: "Stripe key",
    source: "Stripe, API keys: secret, restricted and webhook secrets",
    validator: "sk_, rk_ or pk_ with live or test, or whsec_, and 16 characters and more",
    gravity: 94,
    context: &[],
    finds: &[
        "Bearer «sk_live_SPIvFI9l8uRqce81U0FrxrvCd2DEM2LKGqBCpTQP»",
        "«whsec_abcd1234EFGH5678ijklMNOP90»",
    ],
    ignores: &["sk_live_", "pk_test_key"],
    looks: &[Look::Prefix(&["sk_", "rk_", "pk_", "whsec_"], find)],
};

fn find(at: usize, scene: &mut Scene<'_, '_>) {
    let forms = [
        form("sk_live_", base62, 16, 255),
        form("sk_test_", base62, 16, 255),
        form("rk_live_", base62, 16, 255),
        form("rk_test_", base62, 16, 255),
        form("pk_live_", base62, 16, 255),
        form("pk_test_", base62, 16, 255),
        form("sk_org_", base62, 16, 255),
        form("whsec_", base62, 24, 255),
    ];
    read(at, &forms, scene);
}
