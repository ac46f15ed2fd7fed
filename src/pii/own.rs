//! The additions of the user, compiled: finds what they name, and pardons what they allow.

use aho_corasick::AhoCorasick;
use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

use super::detector::{Found, Kind};
use super::options::{Exception, Faults, Options, Part, Pattern, WordList};
use super::own_keys::OwnKeys;

/// The compiled size that one pattern may have, in bytes.
const PATTERN_SIZE_MAX: usize = 1 << 20;

/// The compiled additions of the user.
#[derive(Debug, Default)]
pub(super) struct Own {
    names: Vec<(String, Option<String>)>,
    set: Option<RegexSet>,
    patterns: Vec<Regex>,
    /// Each list with the index of its name.
    words: Vec<(u16, AhoCorasick)>,
    allowed: Option<RegexSet>,
    sensitive_keys: OwnKeys,
    ignored_keys: Vec<String>,
    exceptions: Vec<Exception>,
}

impl Own {
    pub(super) fn compile(options: &Options) -> Result<Self, Faults> {
        let mut faults = Faults(Vec::new());
        let mut own = Self {
            ignored_keys: options.ignored_keys.clone(),
            exceptions: options.exceptions.clone(),
            ..Self::default()
        };
        let lists: [(&[String], fn(usize) -> Part); 2] = [
            (&options.detectors, Part::Detector),
            (&options.without, Part::Without),
        ];
        for (names, part) in lists {
            for (place, name) in names.iter().enumerate() {
                if super::detectors::find(name).is_none() {
                    faults.add(part(place), format!("there is no detector `{name}`"));
                }
            }
        }
        own.add_patterns(&options.patterns, &mut faults);
        own.allow(&options.allowed, &mut faults);
        own.add_words(&options.words, &mut faults);
        match OwnKeys::compile(&options.sensitive_keys) {
            Ok(keys) => own.sensitive_keys = keys,
            Err(why) => faults.add(Part::Keys, why.to_string()),
        }
        if faults.0.is_empty() {
            Ok(own)
        } else {
            Err(faults)
        }
    }

    fn add_patterns(&mut self, patterns: &[Pattern], faults: &mut Faults) {
        for (place, pattern) in patterns.iter().enumerate() {
            match compiled(pattern) {
                Ok(regex) => {
                    self.patterns.push(regex);
                    let replacement = pattern.replacement.clone();
                    self.names.push((pattern.name.clone(), replacement));
                }
                Err(why) => faults.add(Part::Pattern(place), why),
            }
        }
        self.set = set(self.patterns.iter().map(Regex::as_str)).unwrap_or_else(|error| {
            faults.add(Part::Pattern(0), format!("all patterns together: {error}"));
            None
        });
    }

    fn allow(&mut self, allowed: &[String], faults: &mut Faults) {
        let before = faults.0.len();
        for (place, pattern) in allowed.iter().enumerate() {
            if let Err(error) = regex(pattern) {
                faults.add(Part::Allowed(place), error.to_string());
            }
        }
        if faults.0.len() > before {
            return;
        }
        let whole = allowed.iter().map(|pattern| format!("^(?:{pattern})$"));
        self.allowed = set(whole).unwrap_or_else(|error| {
            faults.add(Part::Allowed(0), error.to_string());
            None
        });
    }

    fn add_words(&mut self, lists: &[WordList], faults: &mut Faults) {
        for list in lists {
            let mut fault = |why: String| faults.add(Part::Words(list.name.clone()), why);
            if let Err(why) = named(&list.name) {
                fault(why);
            }
            let words = list.words.iter().filter(|word| !word.trim().is_empty());
            let words: Vec<String> = words.flat_map(|word| cases(word)).collect();
            if words.is_empty() {
                fault(format!("the word list `{}` holds no word", list.name));
            }
            match AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .match_kind(aho_corasick::MatchKind::LeftmostLongest)
                .build(words)
            {
                Ok(finder) => {
                    self.words.push((self.names.len() as u16, finder));
                    self.names.push((list.name.clone(), None));
                }
                Err(error) => fault(error.to_string()),
            }
        }
    }

    /// Whether the user looks for nothing.
    #[inline]
    pub(super) fn is_idle(&self) -> bool {
        self.set.is_none() && self.words.is_empty() && !self.has_keys()
    }

    pub(super) fn look(&self, key: Option<&str>, text: &str, found: &mut Vec<Found>) {
        if let Some(set) = &self.set {
            for index in set.matches(text) {
                for hit in self.patterns[index].find_iter(text) {
                    push(
                        found,
                        index as u16,
                        hit.start(),
                        hit.end(),
                        "the user's pattern",
                    );
                }
            }
        }
        for (name, finder) in &self.words {
            for hit in finder.find_iter(text) {
                if is_free(text.as_bytes(), hit.start(), hit.end()) {
                    push(found, *name, hit.start(), hit.end(), "the user's word list");
                }
            }
        }
        if key.is_some_and(|key| self.covers(key)) {
            return found.push(sensitive(0, text.len(), "the user's sensitive key"));
        }
        self.sensitive_keys.look(text, |start, end| {
            found.push(sensitive(
                start,
                end,
                "the user's sensitive key, in the text",
            ));
        });
    }

    /// Whether everything under the key is to be hidden because the user says so.
    pub(super) fn covers(&self, key: &str) -> bool {
        self.has_keys() && self.sensitive_keys.cover(key)
    }

    /// Whether the user has sensitive keys at all.
    pub(super) fn has_keys(&self) -> bool {
        !self.sensitive_keys.is_empty()
    }

    /// Removes what is allowed: by key, by exception, by the finding's own text. Says whether there
    /// was nothing at all.
    pub(super) fn pardon(&self, key: Option<&str>, text: &str, found: &mut Vec<Found>) -> bool {
        if found.is_empty() {
            return true;
        }
        let key = key.unwrap_or_default();
        if self.allowed.is_none() && !self.excuses_some() {
            return false;
        }
        found.retain(|finding| {
            let allowed = self.allowed.as_ref().is_some_and(|allowed| {
                text.get(finding.start..finding.end)
                    .is_some_and(|value| allowed.is_match(value))
            });
            !allowed && !self.excuses(finding.kind, key)
        });
        false
    }

    /// Whether anything is excused by its key.
    pub(super) fn excuses_some(&self) -> bool {
        !self.ignored_keys.is_empty() || !self.exceptions.is_empty()
    }

    /// Whether a finding is excused by the key it stands under.
    pub(super) fn excuses(&self, kind: Kind, key: &str) -> bool {
        let name = self.name_of(kind);
        let is_excepted = |exception: &Exception| {
            covers(&exception.key, key) && name.eq_ignore_ascii_case(&exception.detector)
        };
        self.ignored_keys.iter().any(|ignored| covers(ignored, key))
            || self.exceptions.iter().any(is_excepted)
    }

    pub(super) fn name_of(&self, kind: Kind) -> &str {
        match kind {
            Kind::Known(detector) => detector.name,
            Kind::OwnKey => SENSITIVE_KEY,
            Kind::Own(index) => self
                .names
                .get(usize::from(index))
                .map_or("OWN", |(name, _)| name),
        }
    }

    /// How a name of the user's own is spelled.
    pub(super) fn spelled(&self, name: &str) -> Option<&str> {
        if self.has_keys() && SENSITIVE_KEY.eq_ignore_ascii_case(name) {
            return Some(SENSITIVE_KEY);
        }
        let mut known = self.names.iter().map(|(known, _)| known.as_str());
        known.find(|known| known.eq_ignore_ascii_case(name))
    }

    /// What a pattern's own replacement makes of a match; none where the match alone does not say so,
    /// because the pattern looks at what stands around it.
    pub(super) fn replacement(&self, index: u16, value: &str) -> Option<String> {
        let (_, replacement) = self.names.get(usize::from(index))?;
        let replacement = replacement.as_deref()?;
        let groups = self.patterns.get(usize::from(index))?.captures(value)?;
        if groups.get(0)?.len() < value.len() {
            return None;
        }
        let mut out = String::new();
        groups.expand(replacement, &mut out);
        Some(out)
    }
}

/// The kind's name of what stands under a sensitive key of the user.
const SENSITIVE_KEY: &str = "SENSITIVE_KEY";

fn sensitive(start: usize, end: usize, rule: &'static str) -> Found {
    Found {
        kind: Kind::OwnKey,
        start,
        end,
        rule,
    }
}

fn regex(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern)
        .size_limit(PATTERN_SIZE_MAX)
        .build()
}

/// A pattern that can be used: named, compiled, and with a replacement that names its groups.
fn compiled(pattern: &Pattern) -> Result<Regex, String> {
    named(&pattern.name)?;
    let name = &pattern.name;
    let regex = regex(&pattern.pattern).map_err(|error| format!("pattern `{name}`: {error}"))?;
    if regex.is_match("") {
        return Err(format!(
            "pattern `{name}` matches the empty text; let it ask for something"
        ));
    }
    let groups = Regex::new(r"\$\$|\$(?:\{([^}]*)\}|(\w+))").map_err(|error| error.to_string())?;
    for group in groups.captures_iter(pattern.replacement.as_deref().unwrap_or_default()) {
        let Some(wanted) = group.get(1).or(group.get(2)).map(|wanted| wanted.as_str()) else {
            continue;
        };
        let by_place = wanted
            .parse()
            .is_ok_and(|place: usize| place < regex.captures_len());
        if !by_place && !regex.capture_names().flatten().any(|known| known == wanted) {
            return Err(format!(
                "pattern `{name}` has no group `{wanted}` for its replacement; write `${{1}}x` for a \
                 group before letters, `$$` for a dollar"
            ));
        }
    }
    Ok(regex)
}

/// Names stand in labels, metrics and reports.
fn named(name: &str) -> Result<(), String> {
    let is_odd = |letter: char| letter.is_control() || matches!(letter, '[' | ']');
    if name.trim().is_empty() || name.len() > 64 || name.contains(is_odd) {
        return Err(format!(
            "`{name}` is no name for findings; use up to 64 bytes without brackets"
        ));
    }
    Ok(())
}

/// A word as it is written, in small letters, in capitals, and with a capital: beyond ASCII, letters
/// of other case are other letters.
fn cases(word: &str) -> Vec<String> {
    let mut cases = vec![word.to_owned()];
    if !word.is_ascii() {
        let (small, large) = (word.to_lowercase(), word.to_uppercase());
        let mut letters = small.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        let title = first.chain(letters.clone()).collect();
        cases.extend([small, large, title]);
    }
    cases
}

/// The patterns as one; none if there are none.
fn set(patterns: impl Iterator<Item = impl AsRef<str>>) -> Result<Option<RegexSet>, regex::Error> {
    let patterns: Vec<_> = patterns.collect();
    if patterns.is_empty() {
        return Ok(None);
    }
    let limit = PATTERN_SIZE_MAX * patterns.len();
    RegexSetBuilder::new(patterns)
        .size_limit(limit)
        .build()
        .map(Some)
}

fn push(found: &mut Vec<Found>, index: u16, start: usize, end: usize, rule: &'static str) {
    found.push(Found {
        kind: Kind::Own(index),
        start,
        end,
        rule,
    });
}

fn is_free(bytes: &[u8], start: usize, end: usize) -> bool {
    !super::text::before(bytes, start).is_ascii_alphanumeric()
        && !super::text::byte(bytes, end).is_ascii_alphanumeric()
}

/// Whether `wanted` (exact, or a prefix with a final `*`) covers `key`.
pub(super) fn covers(wanted: &str, key: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(prefix) => key.starts_with(prefix),
        None => wanted == key,
    }
}
