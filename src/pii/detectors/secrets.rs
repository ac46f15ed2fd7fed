//! Secrets that their surroundings give away: headers, keys and words.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::{arguments, fields, tokens};
use crate::pii::detector::{Detector, Kind, Look, Scene};
use crate::pii::forms::holding;
use crate::pii::keys::Meaning;
use crate::pii::lists::Phrases;
use crate::pii::pairs::{Pair, is_random, is_secret_value, value_within};
use crate::pii::passwords::{is_filler, is_json_word};
use crate::pii::references::{is_file, is_located};
use crate::pii::text::{Mix, byte, is_cut, is_uuid, span_end, span_start, starts_with, value_end};
use crate::pii::words::Topic;

pub(in crate::pii) const BEARER_TOKEN: Detector = Detector {
    name: "BEARER_TOKEN",
    what: "credential of an Authorization header",
    source: "RFC 6750 section 2.1; RFC 9110 section 11.6.2",
    validator: "the scheme, then a token of sixteen characters and more with digits or mixed case",
    gravity: 85,
    context: &[],
    finds: &[
        "Authorization: Bearer «58d184a49345c562def44924bb9180a4bd13468b»",
        "bearer «MclqedRiVCxdGDsfDMjPjNZr3odLq8kHy3HD8Gd0FA46ig3e»\"",
        "Authorization: Token «58d184a49345c562def44924bb9180a4»",
        "/api?access_token=«58d184a49345c562def44924bb9180a4»&fields=id",
    ],
    ignores: &[
        "Authorization: Bearer ${TOKEN}",
        "Authorization: Bearer YOUR_TOKEN_2026",
        "the bearer of this letter",
        "token_type=bearer expires_in=3600",
        "\"token_type\": \"bearer\"",
    ],
    looks: &[
        Look::Literal(&["earer ", "EARER ", "earer%20", "Token token="], bearer),
        Look::Pair(authorization),
    ],
};

pub(in crate::pii) const BASIC_AUTH: Detector = Detector {
    name: "BASIC_AUTH",
    what: "user and password in base64",
    source: "RFC 7617",
    validator: "base64 that decodes to text with a colon",
    gravity: 88,
    context: &[],
    finds: &[
        "Authorization: Basic «dXNlcjpwYXNzd29yZA==»",
        "Basic «Z3JhZmFuYTo0TjRKLUxTNzJEdVNAMw==»\"",
        "{\"auths\":{\"ghcr.io\":{\"auth\":\"«dXNlcjpwYXNzd29yZA==»\"}}}",
    ],
    ignores: &[
        "Basic usage of the tool",
        "Basic authentication",
        "basic Zm9vYmFyYmF6",
        "2.7.2. Basic Options",
    ],
    looks: &[Look::Literal(
        &["asic ", "ASIC ", "\"auth\":\"", "\"auth\": \""],
        basic,
    )],
};

pub(in crate::pii) const AWS_SECRET_KEY: Detector = Detector {
    name: "AWS_SECRET_KEY",
    what: "AWS secret access key",
    source: "AWS Security Credentials: 40 characters of base64",
    validator: "forty base64 characters under its key or beside an access key id",
    gravity: 91,
    context: &[],
    finds: &[
        "AWS_SECRET_ACCESS_KEY=«/ZCpJv/6G7f/9GUeN2smLLmqnxXtX7ieXSZEcmuO»",
        "aws_secret_access_key = «n/2dJgVMNnmScP17oRDFo3eOjatbHjRdxIKY48iC»",
        "aws_secret_access_key=\"«+bPSyP/RPPAEGivOLzOPjPVhlRK//FYXccKqMZMn»\"",
    ],
    ignores: &["aws_secret_access_key = None"],
    looks: &[Look::Pair(aws)],
};

pub(in crate::pii) const GENERIC_SECRET: Detector = Detector {
    name: "GENERIC_SECRET",
    what: "secret known by its key or by the words before it",
    source: "OWASP Secrets Management cheat sheet",
    validator: "a key that names a secret and a value with digits, or words for keys and a random token",
    gravity: 80,
    context: &[Topic::Secret],
    finds: &[
        "client_secret = \"«c28e396a35ebb99a1652e2cb67393817»\"",
        "X-API-Key: «VRpAeYp4mEOmaE27C2SuD7SNSGNf4HYA»",
        "?api_key=«Ydl5BeNC0DtaE36ivmRv4Hu7WeM65Jsr»&amount=8",
        "my api key is «Ydl5BeNC0DtaE36ivmRv4Hu7WeM65Jsr».",
        "The secret key for webhooks is «Ydl5BeNC0DtaE36ivmRv4Hu7WeM65Jsr».",
        "aws configure set aws_secret_access_key «Ev/Eg+XfnCpuJeBewCq/3cdm/JvmR2MjJvxN8v0i»",
        "INSERT INTO t (id, secret) VALUES (7, '«QRL0p/ckS8I4JB/rbcd4ue497fXBbI/fjbkwoENuHIo=»');",
        "define('AUTH_KEY', '«Ydl5BeNC0DtaE36ivmRv4Hu7WeM65Jsr»');",
        "{\"apiToken\":{\"S\":\"«Ydl5BeNC0DtaE36ivmRv4Hu7WeM65Jsr»\"}}",
        "/geo?ip=1&key=«Ydl5BeNC0DtaE36ivmRv4Hu7WeM65Jsr»\"",
        "preshared_key = \"«UD+YA+snaTV7wTfkbmL3dqufnPF4x9cZPnGczBDXw9I=»\"",
        "{\"secret\": {\"value\": \"«Ydl5BeNC0DtaE36ivmRv4Hu7WeM65Jsr»\"}}",
        "| service | api_key |\n|---|---|\n| mail | «vlcafOWKvhELezR/MTyN38j3M5cnWXej2t0QOuPxBtE=» |",
        "{\"client_secret\":\"«winter»\",\"x\":1}",
        "var secret = []byte(\"«bdICvTYFupbXSdYpuAeU»\")",
        "with_secret(\"«TccTy3MnpLejkmuHoyuQMAwHPu003JxG»\")",
        "| CLIENT_SECRET | «kFybFgm4Za1RJpdRVK4sW2CGaUy0NuWTFEApVJ7i» |",
        "the client secret you gave me («XMFlUmqVXWlrKpVfZ2UNKjxY») is rejected",
        "encryption key (hex): «3507c7a397db286612b93e81a45e78ec»",
        "CLIENT-SECRET → «Kd82mPq71LxZ40RtYwVb»",
        "totp seed: «CNY9L6aFaUYowqhbIfyzGF3LET1uBSF5ijThoKDn»",
        "private key hex «3507c7a397db286612b93e81a45e78ec367aa3dc4c12f5587ffb4d076caf60a9»",
        "секретный ключ: «iavdNpQH5a9xLtkEfY0N»",
        "シークレットキー:«vVPmQVNDXHc6mvy9bUaV1ucK»",
        "clé secrète : «BJRgtAhTYuRevOkwJueOodou»",
        "chave de acesso: «qAx8YqcyEnDqRY6UKc7M»",
        "<dt>Private token</dt>\n<dd>«M8DD5pDjRrGp44n16VS11xw0»</dd>",
        "API KEY\n  «aa98a48d3aac1787a0cbbb927205ac88»\n\nEPOCH",
        "Headers.Add(\"Ocp-Apim-Subscription-Key\", \"«b4ca5cf696b4aaf4c02c68d8b35b92c3»\")",
        "define('DB_HOST', 'x');\ndefine('AUTH_KEY', '«UYGqKEpDD8jAk3eGHvjds70zAOjuZzoS»');",
        "api_key: «Ydl5BeNC0DtaE36ivmRv4Hu7» -> «Xem6CfOD1EubF47jwnSw5Iv8»",
        "feed_token=«uwWu4Qaijlm4snSkSt8lrL»",
    ],
    ignores: &[
        "elif sig == signal.CTRL_C_EVENT: kill(pid)",
        "if let Some(dot2_token) = &self.dot2_token {",
        "Tcl_TimerToken TclCreateAbsoluteTimerHandler(time)",
        "pub const IFLA_INET6_TOKEN: _bindgen_ty_7 = 8;",
        "PrivateKey:  testP256PrivateKey,",
        "private_key = ed25519.Ed25519PrivateKey.from_private_bytes(secret)",
        "[Token]: https://tools.ietf.org/html/rfc6749#section-3.2",
        "\"AWS::ApiGateway::ApiKey\": \"48205d4ffd7feba3\",",
        "next_page_token: abcdef1234567890",
        "commit with api key\n\n   aa98a48d3aac1787a0cbbb927205ac88\n",
        "API KEY\nuse the one of RequestHandler42Factory2000 here",
        "define('AUTH_KEY', get_env('AUTH_KEY_2'));",
        "headers.add(\"X-Page-Token\", \"abcdef1234567890\")",
        "cache.set(\"token_count\", \"a1b2c3d4e5f6a7b8\")",
        "nextPageToken: uwWu_Qaijlm4snSkSt8lrL-y-mFSsaBcdtRDl",
        "max_tokens: 4096",
        "get_secret(\"a7fK2mQ9xL4vN8pR3tW6\")",
        "секретный ключ: смотри в хранилище",
        "| secret | rotated 2026-01-02 by the platform team |",
        "the token you gave me (see the docs) is rejected",
        "token: str",
        "let token = std::env::var(\"X\")",
        "\"secret\": null",
        "key_count=7",
        "api_key=YOUR_API_KEY",
        "api_key=fake-key-123",
        "{\"progressToken\":\"183de885-7570-77c0-940f-b2d06a837447\"}",
        "{\"key\":\"brand-blue\",\"token\":\"color.primary.500\"}",
        "Culture=neutral, PublicKeyToken=7fc93a2c291af35a",
        "secret: prod/db/password-2",
        "/files?key=a1b2c3/d4e5f6/part-0001",
        "&key=brand-blue-2025-summer",
        "const apiKey = process.env.OPENAI_API_KEY;",
        "{\"token\":\"Hello\",\"logprob\":-0.31}",
        "arn:aws:secretsmanager:us-east-1:510116545992:secret:prod/meadow/db-kG26X2",
        "OPENAI_API_KEY=sk-your-key-here-1234",
        "token: \"REPLACE_ME_123\"",
        "token = TokenType.ACCESS_TOKEN_V2",
        "secret: projects/123/secrets/key1",
        "GOOGLE_APPLICATION_CREDENTIALS=/etc/gcp/sa-2025.json",
        "token: YOUR-TOKEN-HERE-123456",
        "\"secret\":\"arn:aws:secretsmanager:eu-west-1:123456789012:secret:db2-aB3dE9\"",
        "?X-Amz-Credential=ASIA3IA3ZT54JJRV4UE7%2F20260101%2Fus-east-1%2Fs3%2Faws4_request",
        "the next page token is uwWu4Qaijlm4snSkSt8lrL",
        "id,next_page_token\n1,uwWu4Qaijlm4snSkSt8lrL",
        "nextForwardToken: \"f/36041332905923874238347239847329847\"",
        "delta_token=uwWu4Qaijlm4snSkSt8lrL",
    ],
    looks: &[
        Look::Pair(generic),
        Look::Literal(arguments::CALLS, arguments::named),
        Look::TokenAfter(Topic::Secret, tokens::token),
        Look::Word(&[holding(1, 3, 15)], tokens::piece),
    ],
};

fn bearer(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let start = span_end(bytes, behind, |byte| matches!(byte, b' ' | b'"' | b'\''));
    let mut end = span_end(bytes, start, is_b64token);
    end -= bytes[start..end]
        .iter()
        .rev()
        .take_while(|&&byte| byte == b'.')
        .count();
    let value = &bytes[start..end];
    let mix = Mix::of(value);
    let long = value.len() >= 16 || is_cut(bytes, end) && value.len() >= 8;
    if long
        && (mix.digit > 0 || mix.upper > 0 && mix.lower > 0 && mix.turns > 4)
        && crate::pii::keys::is_value(value)
        && !is_placeholder(value)
        && !is_setting(value)
    {
        scene.report(start, end, "behind the scheme of an authorization");
    }
}

/// `expires_in=3600`: the sign of base64's end stands in the middle.
fn is_setting(value: &[u8]) -> bool {
    let end = span_start(value, value.len(), 0, |&byte| byte == b'=');
    value[..end].contains(&b'=')
}

pub(super) fn is_b64token(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=')
}

/// Servers take no longer headers.
const HEADER_MAX: usize = 8192;

/// `Authorization: Token x`, and credentials without a known scheme.
pub(super) fn authorization(pair: &Pair, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    if pair.meaning != Meaning::Authorization {
        return;
    }
    let limit = if pair.quoted { pair.end } else { bytes.len() };
    let start = pair.start + crate::pii::keys::scheme(&bytes[pair.start..limit]);
    let start = start + usize::from(starts_with(bytes, start, "token=")) * 6;
    let window = &bytes[..bytes.len().min(start + HEADER_MAX)];
    let token_end = value_end(window, start, is_b64token);
    let value = &bytes[start..token_end];
    if is_secret_value(value, true) {
        scene.report(
            start,
            token_end,
            "the credential of an authorization header",
        );
    }
}

fn basic(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let start = span_end(bytes, behind, |&byte| byte == b' ');
    let body = span_end(bytes, start, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
    });
    let end = span_end(bytes, body, |&byte| byte == b'=');
    let length = body - start;
    if !(6..=512).contains(&length) {
        return;
    }
    let whole = if is_cut(bytes, end) {
        length - length % 4
    } else {
        length
    };
    let Ok(decoded) = STANDARD_NO_PAD.decode(&bytes[start..start + whole]) else {
        return;
    };
    // A letter may be cut at the end.
    let text = std::str::from_utf8(&decoded);
    let is_text = text.map_or_else(|fault| fault.error_len().is_none(), |_| true);
    let printable = is_text && decoded.iter().all(|byte| !byte.is_ascii_control());
    if decoded.contains(&b':') && printable {
        scene.report(start, end, "decodes to user and password");
    }
}

pub(super) fn aws(pair: &Pair, scene: &mut Scene<'_, '_>) {
    if pair.meaning != Meaning::AwsSecret {
        return;
    }
    let mix = Mix::of(&scene.bytes[pair.start..pair.end]);
    if pair.end - pair.start >= 16 && (mix.digit > 0 || mix.turns > 10) {
        scene.report(
            pair.start,
            pair.end,
            "under the key of the secret access key",
        );
    }
}

pub(super) fn generic(pair: &Pair, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let value = &bytes[pair.start..pair.end];
    if pair.meaning == Meaning::Secret && matches!(value, b"{" | b"[") {
        for value in pair.held(bytes) {
            let text = &bytes[value.clone()];
            if is_random(text) && !is_placeholder(text) && !is_uuid(text) {
                scene.report(
                    value.start,
                    value.end,
                    "in an object under a key for secrets",
                );
            }
        }
    }
    let secret = match pair.meaning {
        Meaning::Secret => is_secret_value(value, pair.quoted) || is_json_word(bytes, pair),
        // `Credential=AKIA…/20260101/eu-west-1/s3/aws4_request` holds the key's id and no key.
        Meaning::Credentials | Meaning::Routing => {
            is_random(value) && !value.ends_with(b"aws4_request")
        }
        _ => return,
    };
    let is_set = |value: &[u8]| !is_located(value) && !is_file(value) && !is_placeholder(value);
    // `private_key = ed25519.Key.from_bytes(`: what a call makes.
    let called = !pair.quoted && byte(bytes, pair.end) == b'(' && value.contains(&b'.');
    if !secret || called || !is_set(value) {
        return;
    }
    if is_in_query(bytes, pair.start) {
        let rule = "an access token in the query of an address";
        return scene.report_as(Kind::Known(&BEARER_TOKEN), pair.start, pair.end, rule);
    }
    scene.report(pair.start, pair.end, "under a key for secrets");
    let Some(new) = fields::changed(bytes, pair.end) else {
        return;
    };
    if let Some((start, end, quoted)) = value_within(bytes, new, HEADER_MAX) {
        let value = &bytes[start..end];
        if is_secret_value(value, quoted) && is_set(value) {
            scene.report(start, end, "takes the place of another one");
        }
    }
}

/// `?access_token=`, as RFC 6750 section 2.3 has it.
fn is_in_query(bytes: &[u8], start: usize) -> bool {
    ["?access_token=", "&access_token="]
        .iter()
        .any(|key| bytes[..start].ends_with(key.as_bytes()))
}

/// `YOUR_API_KEY_1`, `<token>`, `xxxx-1234`.
pub(super) fn is_placeholder(value: &[u8]) -> bool {
    const SHORT: usize = 20;
    const STARTS: Phrases = Phrases::of(&["your", "example", "my_", "ssh-", "ecdsa-"]);
    const OF_SHORT: Phrases = Phrases::of(&[
        "fake",
        "dummy",
        "changeme",
        "placeholder",
        "sample",
        "test-",
        "test_",
    ]);
    STARTS.start(value)
        || value.len() < SHORT && OF_SHORT.start(value)
        || is_filler(value)
        || memchr::memchr2_iter(b'x', b'X', value).any(|at| starts_with(value, at, "xxxx"))
}
