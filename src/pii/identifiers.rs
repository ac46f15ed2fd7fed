//! Tells names of program code from random tokens: they are made of words.

/// `ClientSessionValue`, `SSL_CTX_set_ticket_fn`, `signal.CTRL_C_EVENT`: words of some letters each that
/// capitals, `_` and dots part, with one number among them at most, or one between two dots. Of random letters only few stand
/// between two such changes.
pub(super) fn is_identifier(value: &[u8]) -> bool {
    const LETTERS_EACH: usize = 3;
    let mut shape = Shape::default();
    for &byte in value {
        if !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'.') {
            return false;
        }
        shape.add(byte);
        if shape.n_numbers > NUMBERS_MAX {
            return false;
        }
    }
    let n_parts = value.split(|&byte| byte == b'.').count();
    // Small words with a number are how people choose passwords.
    let named = shape.n_capitals > 1 || value.starts_with(b"_");
    named
        && shape.n_words > 1
        && 2 * shape.n_short <= shape.n_words
        && shape.n_acronyms <= 1
        && shape.n_numbers <= n_parts
        && shape.n_digits <= 5 * n_parts
        && shape.n_letters >= LETTERS_EACH * (shape.n_words + shape.n_numbers)
}

/// No name has more numbers.
const NUMBERS_MAX: usize = 3;
/// So many letters of a word count.
const LONGEST: usize = 8;

/// How a name is put together.
#[derive(Default)]
struct Shape {
    last: u8,
    n_words: usize,
    /// How long the word is that is read.
    length: usize,
    /// How many words have one or two letters.
    n_short: usize,
    /// How many rows of capitals small letters follow at once: `HTTPServer`.
    n_acronyms: usize,
    n_letters: usize,
    n_capitals: usize,
    n_numbers: usize,
    n_digits: usize,
    /// The last two letters were capitals: a small one behind them starts its word at the second.
    shouted: bool,
}

impl Shape {
    fn add(&mut self, byte: u8) {
        let (last, was_letter) = (self.last, self.last.is_ascii_alphabetic());
        if byte.is_ascii_digit() {
            self.n_numbers += usize::from(!last.is_ascii_digit());
            self.n_digits += 1;
        } else if byte.is_ascii_alphabetic() {
            let upper = byte.is_ascii_uppercase();
            let turns = upper && last.is_ascii_lowercase() || !upper && self.shouted;
            let starts = !was_letter || turns;
            self.length = if starts { 1 } else { self.length + 1 };
            self.n_words += usize::from(starts);
            self.n_acronyms += usize::from(starts && !upper && was_letter);
            match self.length {
                1 => self.n_short += 1,
                3 => self.n_short -= 1,
                _ => {}
            }
            // One long run says no more of the others than a usual word.
            self.n_letters += usize::from(self.length <= LONGEST);
            self.n_capitals += usize::from(upper);
            self.shouted = upper && last.is_ascii_uppercase();
        }
        self.last = byte;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_code_are_made_of_words() {
        for name in [
            "TclCreateAbsoluteTimerHandler",
            "CapabilitySidToCheck",
            "NumberOfRecoveryPoints",
            "Tls13ClientSessionValue",
            "SSL_CTX_generate_session_ticket_fn",
            "ZSTD_c_compressionLevel",
            "signal.CTRL_BREAK_EVENT",
            "SecurityScheme_Flow",
            "_bindgen_ty_7",
            "ed25519.Ed25519PrivateKey.from_private_bytes",
        ] {
            assert!(is_identifier(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn random_tokens_and_passphrases_are_none() {
        for token in [
            "aB3dE5fGhIjK7mNoPqRs",
            "QWxhZGRpbjpvcGVuIHNlc2FtZQ",
            "wJalrXUtnFEMIKbPxRfiCYEXAMPLEKEY",
            "kRtmWQzXnbVLpJhGfDsA",
            "_call_gfKCDFKTokt6WFOgsjocnehn",
            "harbor_marble_72",
            "correcthorsebattery",
            "Tiger1457",
            "k8sHx.Zq91",
        ] {
            assert!(!is_identifier(token.as_bytes()), "{token}");
        }
    }
}
