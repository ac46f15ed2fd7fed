//! Keys and tokens of Google.

use super::prefixed::{base64url, dotted, form, read};
use crate::pii::detector::{Detector, Look, Scene};
use crate::pii::text::{Mix, span_end, starts_with};

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
        "key=«AIzaSym7BeIL-2t4KeCLx0W3nNfd»\nretry 6",
        "«GOCSPX-abcdEFGH1234ijklMNOP5678qrst»",
    ],
    ignores: &[
        "key AIzaSyXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
        "AIza",
        "AIzaShort",
        "AIzaSyKeyPlaceholder here",
        "AIzaSyD-your-api-key-here is the form",
    ],
    looks: &[Look::Prefix(&["AIza", "GOCSPX-", "ya29."], find)],
};

fn find(at: usize, scene: &mut Scene<'_, '_>) {
    let forms = [
        form("AIza", base64url, 35, 35),
        form("GOCSPX-", base64url, 28, 28),
        form("ya29.", dotted, 20, 2048),
    ];
    if !read(at, &forms, scene) {
        part(at, scene);
    }
}

/// `AIzaSy` and what a log left of the key: so random that it is no name.
fn part(at: usize, scene: &mut Scene<'_, '_>) {
    const LEAST: usize = 16;
    const WHOLE: usize = 33;
    let bytes = scene.bytes;
    let body = at + "AIzaSy".len();
    if !starts_with(bytes, at + "AIza".len(), "Sy") {
        return;
    }
    let near = &bytes[..bytes.len().min(body + WHOLE)];
    let end = span_end(near, body, base64url);
    let mix = Mix::of(&bytes[body..end]);
    let random =
        mix.digit > 1 && mix.upper > 2 && mix.lower > 2 && mix.turns * 5 > 2 * (end - body);
    if (LEAST..WHOLE).contains(&(end - body)) && random {
        scene.report(at, end, "a part of a key");
    }
}
