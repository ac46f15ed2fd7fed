//! The catalogue as regular expressions without validators: with a few English words, as others run
//! it, or with all words that the scan knows.

/// One expression for each kind of thing that is known by its own signs.
const ALONE: &[&str] = &[
    r"(?-u)[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}",
    r"(?-u)\+[1-9][0-9 ().-]{6,18}[0-9]",
    r"(?-u)\(?[2-9][0-9]{2}\)?[ .-][0-9]{3}[ .-][0-9]{4}",
    r"(?-u)\b0[0-9]{1,4}[ /-][0-9]{3,4}[ -]?[0-9]{3,5}\b",
    r"(?-u)\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b",
    r"(?-u)\b(?:[0-9A-Fa-f]{1,4}:){2,7}[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{1,4}){0,6}",
    r"(?-u)\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b",
    r"(?-u)\b[3-6][0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{1,7}\b",
    r"(?-u)\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b",
    r"(?-u)\b(?:bc1[a-z0-9]{25,60}|[13][1-9A-HJ-NP-Za-km-z]{25,34})\b",
    r"(?-u)\b0x[0-9A-Fa-f]{40}\b",
    r"(?-u)\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b",
    r"(?-u)\b[0-9]{3}[ -][0-9]{3}[ -][0-9]{3}\b",
    r"(?-u)\b[A-CEGHJ-PR-TW-Z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]\b",
    r"(?-u)\b[0-9]{3} [0-9]{3} [0-9]{4}\b",
    r"(?-u)\b[0-9XYZ][0-9]{7}-?[A-Z]\b",
    r"(?-u)\b[1-9][0-9]{10}\b",
    r"(?-u)\b[12][0-9]{2}(?:0[1-9]|1[0-2])[0-9AB]{2}[0-9]{6}(?:[0-9]{2})?\b",
    r"(?-u)\b[A-Z]{6}[0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]\b",
    r"(?-u)\b(?:19|20)?[0-9]{6}[-+][0-9]{4}\b",
    r"(?-u)\b[0-9]{6}[-+A][0-9]{3}[0-9A-Y]\b",
    r"(?-u)\b[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}\b",
    r"(?-u)\b[2-9][0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}\b",
    r"(?-u)\b[A-Z]{3}[ABCFGHLJPT][A-Z][0-9]{4}[A-Z]\b",
    r"(?-u)\b[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx]\b",
    r"(?-u)\b[A-Z][1289][0-9]{8}\b",
    r"(?-u)\b[0-9]{6}-[1-8][0-9]{6}\b",
    r"(?-u)\b[STFGM][0-9]{7}[A-Z]\b",
    r"(?-u)\bsk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{20,}",
    r"(?-u)\bsk-ant-[a-z0-9]+-[A-Za-z0-9_-]{20,}",
    r"(?-u)\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b",
    r"(?i-u)aws_?secret[a-z_]*\W{1,5}[A-Za-z0-9/+=]{40}",
    r"(?-u)\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})",
    r"(?-u)\bxox[abeoprs]-[A-Za-z0-9-]{10,}",
    r"(?-u)\bAIza[A-Za-z0-9_-]{35}",
    r"(?-u)\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}",
    r"(?-u)\b(?:glpat-|hf_|npm_|pypi-|SG\.|dop_v1_|hvs\.)[A-Za-z0-9_.-]{16,}",
    r"(?-u)\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?",
    r"(?-u)-----BEGIN [A-Z ]*PRIVATE KEY-----[A-Za-z0-9+/=\\\s]*",
    r"(?i-u)\bbearer [A-Za-z0-9._~+/-]{16,}",
    r"(?i-u)\bbasic [A-Za-z0-9+/]{8,}={0,2}",
    r"(?-u)[a-z][a-z0-9+.-]*://[^\s:/@]+:[^\s:/@]+@",
    r"(?i-u)\b(?:session|sid|jsessionid|phpsessid)[a-z_]*=[A-Za-z0-9%._-]{12,}",
];

/// Things known by a word before them: the topic of the scan's words, some English ones of them, and
/// how the thing is written.
const NEAR: &[(&str, &str, &str)] = &[
    ("Cvv", "cvv2?|cvc2?|security code", r"[0-9]{3,4}\b"),
    (
        "Account",
        "(?:account|acct|konto)(?: (?:number|no))?",
        r"[0-9]{6,17}\b",
    ),
    (
        "Routing",
        "(?:routing|aba)(?: (?:number|no))?",
        r"[0-9]{9}\b",
    ),
    ("NlBsn", "bsn", r"[0-9]{9}\b"),
    ("Identity", "pesel", r"[0-9]{11}\b"),
    ("Identity", "my ?number", r"[0-9]{12}\b"),
    ("AuTfn", "tfn", r"[0-9]{3} ?[0-9]{3} ?[0-9]{3}\b"),
    (
        "Passport",
        "passport(?: (?:number|no))?",
        r"[A-Z0-9]{6,9}\b",
    ),
    (
        "Driver",
        "(?:driver'?s? )?licen[cs]e(?: (?:number|no))?",
        r"[A-Z0-9]{5,20}\b",
    ),
    (
        "Medical",
        "(?:mrn|medical record)(?: (?:number|no))?",
        r"[A-Z0-9]{4,12}\b",
    ),
    (
        "Policy",
        "(?:policy|member)(?: (?:number|no|id))",
        r"[A-Z0-9]{5,15}\b",
    ),
    (
        "Birth",
        "dob|born|birth ?date|date of birth",
        r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}",
    ),
    ("Otp", "otp|pin|code", r"[0-9]{4,8}\b"),
];

/// Secrets known by their key: its topic, some English ones, and how the value is written.
const KEYED: &[(&str, &str, &str)] = &[
    (
        "Password",
        "password|passwd|pwd|passwort|contrasena",
        r#"[^\s"']{4,}"#,
    ),
    (
        "Secret",
        "api[_-]?key|secret|token",
        "[A-Za-z0-9._/+-]{10,}",
    ),
];

/// The expressions with a few English words, right before what they name.
pub(super) fn plain() -> Vec<String> {
    all(r"(?-u)\W{1,4}", |_, english| {
        format!(r"(?-u:\b)(?:{english})")
    })
}

/// The same with all words that the scan knows of a topic, in all their languages, as far before a
/// number as the scan looks for them.
pub(super) fn with_words() -> Vec<String> {
    all("(?-u)[^0-9]{0,40}?", |topic, _| {
        format!("(?:{})", words(topic))
    })
}

/// All expressions: what leads to a thing by its topic and some English words, and what may stand
/// between that and a number.
fn all(gap: &str, leading: impl Fn(&str, &str) -> String) -> Vec<String> {
    let led = |things: &'static [(&str, &str, &str)], gap: &str| {
        let things = things
            .iter()
            .map(|(topic, english, form)| format!("(?i){}{gap}{form}", leading(topic, english)));
        things.collect::<Vec<_>>()
    };
    let mut all: Vec<String> = ALONE.iter().copied().map(str::to_owned).collect();
    all.extend(led(NEAR, gap));
    all.extend(led(KEYED, SIGN));
    all
}

/// What stands between a key and its value.
const SIGN: &str = r#"(?-u)["']?\s*[:=]\s*["']?"#;
/// The scan's words by their topics.
const WORDS: &str = include_str!("../../src/pii/words.txt");

/// The words of a topic as alternatives, any joint between their parts.
fn words(topic: &str) -> String {
    let parts = WORDS.split('[').filter_map(|part| part.split_once(']'));
    let lists = parts
        .filter(|(name, _)| *name == topic)
        .map(|(_, list)| list);
    let words = lists.flat_map(|list| list.split(','));
    let joined = |word: &str| {
        let parts: Vec<String> = word.split_whitespace().map(regex::escape).collect();
        parts.join("[ _.-]?")
    };
    let words = words.map(joined).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("|")
}
