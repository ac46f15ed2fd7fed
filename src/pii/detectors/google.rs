//! Keys and tokens of Google.

use super::prefixed::{base64url, dotted, form, read};
use crate::pii::detector::{Detector, Look, Scene};

pub(in crate::pii) const GOOGLE_API_KEY: Detector = Detector {
    name: "GOOGLE_API_KEY",
    what: "Google API key or OAuth secret",
    source: "Google Cloud, API keys; GitHub secret scanning partners",
    validator: "AIza and 35 characters, GOCSPX- and 28, ya29. access tokens",
    gravity: 94,
    context: &[],
    finds: &[
        "\"value\":\"«AIzafozrRAJVVBa1fX0An8_pzv3j4LmU9HoPMA-»\"",
        "&key=«AIzaRC5gOIrokAiYRKL5WzIYaJXxMpBQ1wsBlH4»",
        "«GOCSPX-abcdEFGH1234ijklMNOP5678qrst»",
    ],
    ignores: &[
        "key AIzaSyXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
        "AIza",
        "AIzaShort",
    ],
    looks: &[Look::Prefix(&["AIza", "GOCSPX-", "ya29."], find)],
};

fn find(at: usize, scene: &mut Scene<'_, '_>) {
    let forms = [
        form("AIza", base64url, 35, 35),
        form("GOCSPX-", base64url, 28, 28),
        form("ya29.", dotted, 20, 2048),
    ];
    read(at, &forms, scene);
}
