//! Passwords given to calls that take a user and a password: `HTTPBasicAuth("jane", "secret")`.

use crate::pii::detector::Scene;
use crate::pii::pairs;
use crate::pii::passwords::is_mixed_password;
use crate::pii::text::{byte, span_end, starts_with};

/// The ends of calls' names with their bracket, as the libraries of several languages have them, that
/// take a user and a password.
pub(super) const NAMES: &[&str] = &[
    "asicAuth(",
    "asic_auth(",
    "DigestAuth(",
    "PlainAuth(",
    "NetworkCredential(",
    "PasswordCredentials(",
    "PasswordAuthentication(",
    "AuthenticationToken(",
    "auth\":[",
    "auth\": [",
    "auth=(",
    "auth = (",
    "WiFi.begin(",
    ".auth(",
    "simple_bind(",
    "simple_bind_s(",
    ".login(",
    ".Login(",
];

/// Those that take a server, connection or source before them.
pub(super) const CONNECTIONS: &[&str] = &[
    "PDO(",
    "PDO->__construct(",
    "mysqli(",
    "mysqli_connect(",
    "mysql_connect(",
    "ftp_login(",
    "ssh2_auth_password(",
    "ldap_bind(",
    ".getConnection(",
];

/// `("jane", "secret")`: the second argument; an empty one before them is the identity of SMTP.
pub(super) fn credentials(behind: usize, scene: &mut Scene<'_, '_>) {
    let empty = "\"\", ";
    let identity = starts_with(scene.bytes, behind, empty);
    let from = behind + if identity { empty.len() } else { 0 };
    report(argument(scene.bytes, from), scene);
}

/// `("db.example.org", "jane", "secret")`: the third argument.
pub(super) fn connection(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let user = argument(bytes, behind);
    report(user.and_then(|user| argument(bytes, user)), scene);
}

/// Where the argument starts that follows the one at `from`.
fn argument(bytes: &[u8], from: usize) -> Option<usize> {
    const LONGEST: usize = 120;
    let (_, end, quoted) = value_after(bytes, from)?;
    let marks = |byte: &u8| quoted && matches!(byte, b'"' | b'\'' | b'\\');
    let comma = span_end(bytes, end, marks);
    (byte(bytes, comma) == b',' && end - from <= LONGEST).then_some(comma + 1)
}

/// The value after a sign; what stands further behind is no argument.
fn value_after(bytes: &[u8], from: usize) -> Option<(usize, usize, bool)> {
    const REACH: usize = 160;
    pairs::value_within(bytes, from, REACH)
}

fn report(from: Option<usize>, scene: &mut Scene<'_, '_>) {
    let Some((start, end, true)) = from.and_then(|from| value_after(scene.bytes, from)) else {
        return;
    };
    let value = &scene.bytes[start..end];
    if is_mixed_password(value) {
        scene.report(start, end, "the password that a call takes");
    }
}
