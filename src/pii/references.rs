//! Tells what stands for a secret, or where one lies, from the secret itself.

use super::code::is_chain;
use super::lists::{List, Phrases, table};
use super::text::span_start;

/// Where a secret lies: `vault:db#key1`, `arn:aws:secretsmanager:…`, `process.env.KEY`.
pub(super) fn is_located(value: &[u8]) -> bool {
    const SCHEMES: Phrases = Phrases::of(&[
        "vault:",
        "arn:",
        "env:",
        "file:",
        "ssm:",
        "keyring:",
        "process.env",
        "os.environ",
        "import.meta",
        "sops:",
        "kms:",
        "ref+",
        "secretsmanager:",
        "ref:",
        "id:",
        "css:",
        "css=",
        "xpath:",
        "xpath=",
        "$ansible_vault",
        "sm://",
        "secretref:",
        "awssm:",
        "gcpsm:",
        // What is kept encrypted: its own key is elsewhere.
        "enc(",
        "{cipher}",
    ]);
    SCHEMES.start(value) || is_branch(value)
}

/// `secret/db-43`, `kv/prod/db`: the path of a secret in a store.
fn is_branch(value: &[u8]) -> bool {
    const STORES: Phrases = Phrases::of(&["secret/", "secrets/", "kv/", "prod/", "projects/"]);
    let plain = |byte: &u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'/' | b'-' | b'_')
    };
    STORES.start(value) && value.iter().all(plain)
}

/// `/etc/gcp/sa-2025.json`: a file that holds secrets.
pub(super) fn is_file(value: &[u8]) -> bool {
    static ENDINGS: List = List::of(&table::<64>(
        "json yaml yml toml ini conf env pem p12 pfx jks key crt txt csv xml lst",
    ));
    let floor = value.len().saturating_sub("json.".len());
    let dot = span_start(value, value.len(), floor, |&byte| byte != b'.');
    let ending = &value[dot..];
    (2..=4).contains(&ending.len()) && dot > 1 && ENDINGS.has(ending)
}

/// `sha512-1Y1A…==`: what a file sums up to, as lists of packages and scripts in pages tell it (W3C
/// Subresource Integrity, section 3.5).
pub(super) fn is_integrity(value: &[u8]) -> bool {
    const SUMS: [(&[u8], usize); 4] = [
        (b"sha1-", 28),
        (b"sha256-", 44),
        (b"sha384-", 64),
        (b"sha512-", 88),
    ];
    SUMS.iter().any(|(name, length)| {
        let sum = value.strip_prefix(*name);
        sum.is_some_and(|sum| sum.len() == *length)
    })
}

/// Where a password lies, and what stands for it: `op://vault/db/key1`, `vault:db#key1`, `!secret`,
/// `@@DB_PW1@@`, `__DB_PW1__`, `your-password-123`.
pub(super) fn is_reference(value: &[u8]) -> bool {
    const FILLERS: Phrases = Phrases::of(&["your_", "your-", "xxx"]);
    const ROOTS: Phrases = Phrases::of(&["/", "~/", "./", "../"]);
    let tag = value.starts_with(b"!")
        && value[1..]
            .iter()
            .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'!'));
    let (head, tail) = (&value[..2], &value[value.len() - 2..]);
    let name = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let filtered = value[0] == b'@'
        && value.ends_with(b"@")
        && value.contains(&b'.')
        && is_chain(&value[1..value.len() - 1]);
    // `#PW2#`, `^PW_2^`: a sign on both sides of a name.
    let (sign, rest) = (value[0], &value[1..]);
    let shouted = rest.strip_suffix(&[sign]).is_some_and(|inner| {
        let digits = inner.iter().filter(|byte| byte.is_ascii_digit()).count();
        inner.len() > 1 && digits <= 2 && inner.iter().all(name)
    });
    let framed = filtered
        || sign.is_ascii_punctuation() && shouted
        || head == tail
            && matches!(head, b"@@" | b"__" | b"##")
            && value[2..value.len() - 2].iter().all(name);
    // `/home/jane/project2`: a working directory.
    let plain =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'_' | b'-');
    let slashes = value.iter().filter(|&&byte| byte == b'/').count();
    let rooted = slashes > 1 || !value.starts_with(b"/");
    let path = ROOTS.start(value) && rooted && value[1..].iter().all(plain);
    // `:password1`, `@password`, `%(password)s`: the parameter of a statement; `*pw1`: of a document.
    let named = |byte: &u8| byte.is_ascii_lowercase() || *byte == b'_';
    let end = span_start(value, value.len(), 1, u8::is_ascii_digit);
    let few = value.len() - end <= 2;
    let bound = value[0] == b':' && rest.iter().all(is_word)
        || matches!(value[0], b'@' | b'&' | b'*') && few && value[1..end].iter().all(named)
        || value.starts_with(b"%(")
        || value.starts_with(b"%env(")
        || value.starts_with(b"x:")
        || matches!(value, b"%s" | b"%d" | b"%v");
    value.windows(3).any(|three| three == b"://")
        || path
        || bound
        || is_located(value)
        || is_file(value)
        || FILLERS.start(value)
        || tag
        || framed
}

/// `$name`, `${name}`, `#{name}`, `$owner.name1`, and what is left of `$name->member`.
pub(super) fn is_variable(value: &[u8]) -> bool {
    const OPENS: [&[u8]; 7] = [b"${", b"#{", b"%{", b"{{", b"<%", b"@{", b"$["];
    let name = value.strip_suffix(b"-").unwrap_or(value);
    let letter = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    let small = |byte: &u8| byte.is_ascii_lowercase() || *byte == b'_';
    // `$old2`: one digit at most, and no capital.
    let numbered = name.len() > 3
        && name[name.len() - 1].is_ascii_digit()
        && name[1..name.len() - 1].iter().all(small);
    OPENS.iter().any(|open| value.starts_with(open))
        || value.starts_with(b"$")
            && (numbered
                || name[1..].iter().all(letter)
                || name.contains(&b'.') && is_chain(&name[1..]))
}
