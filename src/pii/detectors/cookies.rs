//! Session cookies outside of headers: in jars of cookies, in sentences, beside their names.

use super::phrases::COPULAS;
use super::session_cookie::{cookie_end, is_session_value, names_session};
use crate::pii::detector::Scene;
use crate::pii::lists::{List, Phrases, table};
use crate::pii::pairs::is_random;
use crate::pii::text::{Mix, before, byte, ends_with, is_uuid, span_end, span_start, starts_with};

/// The fourth field of a row in Netscape's format, which says whether the cookie needs TLS; in a string
/// tabs are escaped.
pub(super) const JARS: &[&str] = &["\tTRUE\t", "\tFALSE\t", "\\tTRUE\\t", "\\tFALSE\\t"];

/// The cookie of a row that curl and browsers keep; the place is behind the fourth field. What follows are
/// the expiry, the name and the value.
pub(super) fn in_jar(behind: usize, scene: &mut Scene<'_, '_>) {
    const PATH_MAX: usize = 64;
    const NAME_MAX: usize = 64;
    const EXPIRY_MAX: usize = 14;
    let bytes = scene.bytes;
    let tab = if before(bytes, behind) == b'\t' {
        "\t"
    } else {
        "\\t"
    };
    let is_cell = |byte: &u8| byte.is_ascii_graphic() && *byte != b'\\';
    // What stands before is the path.
    let floor = behind.saturating_sub(PATH_MAX);
    let secure = span_start(bytes, behind - tab.len(), floor, u8::is_ascii_uppercase);
    let path_end = secure.saturating_sub(tab.len());
    // The letter of `\t` belongs to the tab.
    let path = span_start(bytes, path_end, floor, is_cell);
    let path = path + usize::from(tab.len() > 1 && byte(bytes, path) == b't');
    let near = &bytes[..bytes.len().min(behind + EXPIRY_MAX + NAME_MAX)];
    let expiry = span_end(near, behind, u8::is_ascii_digit);
    let name = expiry + tab.len();
    let name_end = span_end(near, name, is_cell);
    let written = byte(bytes, path) == b'/'
        && (1..EXPIRY_MAX).contains(&(expiry - behind))
        && name_end > name
        && starts_with(bytes, expiry, tab)
        && starts_with(bytes, name_end, tab);
    if !written {
        return;
    }
    let start = name_end + tab.len();
    let end = cookie_end(bytes, start);
    let value = &bytes[start..end];
    let named = is_cookie(&bytes[name..name_end]) || names_session(bytes, name_end);
    if named && (is_session_value(value) || is_uuid(value)) || is_random(value) && is_long(value) {
        scene.report(start, end, "in a row of a jar of cookies");
    }
}

/// Whether a value is as long as those of sessions, and no mere identifier.
fn is_long(value: &[u8]) -> bool {
    value.len() >= 20 && !is_uuid(value)
}

/// Whether a name is that of a framework's session cookie and of nothing else: `laravel_session`.
pub(in crate::pii) fn is_cookie(name: &[u8]) -> bool {
    static NAMES: List = List::of(&table::<128>(
        "laravel_session ci_session phpsessid jsessionid asp.net_sessionid connect.sid koa.sid koa.sess \
        express.sid express:sess __session __host-session __secure-session __host-sid authjs.session-token \
        next-auth.session-token __secure-next-auth.session-token __secure-authjs.session-token \
        .aspnetcore.session .aspnetcore.cookies .aspxauth cfid cftoken play_session rack.session \
        symfony_session yii_session beaker.session.id grafana_session _gitlab_session \
        sessionid sessid session_cookie _session_id frontend_session magento_session",
    ));
    const STARTS: Phrases = Phrases::of(&["wordpress_logged_in", "wordpress_sec", "aspsessionid"]);
    // `_shop_session`: as Rails names it after the program.
    let of_rails = name.starts_with(b"_") && ends_with(name, name.len(), "_session");
    NAMES.has_in_any_case(name) || of_rails || STARTS.start(name)
}

/// Whether a name that may be that of a session stands where cookies are spoken of:
/// `addCookies([{ name: 'session', value: …`, `http.Cookie{Name: "session_id", Value: …`.
pub(in crate::pii) fn is_beside(bytes: &[u8], key: usize, name: &[u8]) -> bool {
    const REACH: usize = 200;
    const COOKIES: Phrases = Phrases::of(&["ookie", "OOKIE"]);
    static NAMES: List = List::of(&table::<32>(
        "session session_id session-id sid sess s.id sess_id auth_session user_session sessionkey auth",
    ));
    NAMES.has_in_any_case(name) && COOKIES.are_in(&bytes[key.saturating_sub(REACH)..key])
}

/// The end of the word for cookies in a sentence.
pub(super) const WORDS: &[&str] = &["ookie ", "ookie de ses", "ookie di ses"];

/// `the session cookie on that browser was x`: the value that a sentence leads to.
pub(super) fn told(behind: usize, scene: &mut Scene<'_, '_>) {
    const REACH: usize = 64;
    static ABOUT: List = List::of(&table::<32>(
        "name named called lifetime attribute flag path domain secret ttl max nombre nom",
    ));
    const WORDS_MAX: usize = 6;
    let bytes = scene.bytes;
    if !is_of_session(bytes, behind) {
        return;
    }
    let near = &bytes[..bytes.len().min(behind + REACH)];
    let is_mark = |byte: &u8| matches!(byte, b' ' | b'"' | b'\'' | b'`' | b'(' | b'*');
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || !byte.is_ascii();
    let (mut at, mut leads) = (behind, true);
    if before(bytes, behind) == b's' {
        at = span_end(near, behind, is_letter);
    }
    for _ in 0..WORDS_MAX {
        let start = span_end(near, at, is_mark);
        let word_end = span_end(near, start, is_letter);
        let word = &near[start..word_end];
        match byte(near, word_end) {
            b' ' if ABOUT.has_in_any_case(word) => return,
            b' ' if word_end > start => {
                // `moved to`, `known as`.
                let verb = COPULAS.has_in_any_case(word) && !matches!(word, b"to" | b"as");
                (at, leads) = (word_end, verb);
            }
            b':' | b'=' if byte(near, word_end + 1) == b' ' => (at, leads) = (word_end + 1, true),
            _ => {
                let end = cookie_end(bytes, start);
                let end = span_start(bytes, end, start, |byte| {
                    matches!(byte, b'.' | b':' | b'?' | b'!' | b'`' | b'*')
                });
                if leads && is_told(&bytes[start..end]) {
                    scene.report(start, end, "a sentence says that it is a session cookie");
                }
                return;
            }
        }
    }
}

/// Whether the word for cookies that ends before a place speaks of sessions.
fn is_of_session(bytes: &[u8], behind: usize) -> bool {
    const NAMES: Phrases = Phrases::of(&[
        "session", "sessions", "sitzungs", "sessie", "sesja", "istunto", "sesji", "sessid", "login",
    ]);
    if before(bytes, behind) == b's' {
        return true;
    }
    let word = span_start(bytes, behind, behind.saturating_sub(10), |byte| {
        *byte == b' '
    });
    let word = word.saturating_sub("cookie".len());
    let is_mark = |byte: &u8| matches!(byte, b' ' | b'"' | b'\'' | b'`' | b'-' | b'_');
    let name = span_start(bytes, word, word.saturating_sub(2), is_mark);
    NAMES.before(bytes, name).is_some() || names_session(bytes, name)
}

/// Whether a word of a sentence is such a value: a UUID, or a random one with digits enough.
fn is_told(value: &[u8]) -> bool {
    let body = value.strip_prefix(b"s%3A").unwrap_or(value);
    let body = body.strip_prefix(b"s:").unwrap_or(body);
    let mix = Mix::of(body);
    let mixed = mix.digit > 3 || mix.turns >= body.len() / 4;
    let chain = memchr::memchr_iter(b'.', body).count() > 2;
    is_uuid(value) || !chain && is_random(body) && is_long(body) && mixed && is_session_value(body)
}
