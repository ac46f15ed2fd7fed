//! Reads Rust well enough to judge it: no comments, no literals, then words, braces and paths.

/// A Rust file whose comments and literals are blank, line for line where they were.
pub(super) struct Source {
    code: String,
}

/// A function with a body.
#[derive(Debug, PartialEq)]
pub(super) struct Function {
    pub(super) name: String,
    /// Line of its `fn`, from 1.
    pub(super) line: usize,
    /// From `fn` to the closing brace.
    pub(super) lines: usize,
}

/// How many modules deep a file of `src/` is: `clock.rs` is 1, `otlp/mod.rs` 1, `otlp/wire.rs` 2.
pub(super) fn depth(inside: &str) -> usize {
    let parts = inside.split('/').count();
    if inside.ends_with("/mod.rs") {
        parts - 1
    } else {
        parts
    }
}

impl Source {
    pub(super) fn of(text: &str) -> Self {
        Source { code: blank(text) }
    }

    /// Every function that has a body.
    pub(super) fn functions(&self) -> Vec<Function> {
        let mut found = Vec::new();
        for at in self.words("fn") {
            let rest = &self.code[at + 2..];
            let name: String = rest
                .trim_start()
                .chars()
                .take_while(|c| is_word(*c))
                .collect();
            if name.is_empty() {
                continue;
            }
            let Some(open) = body_start(rest) else {
                continue;
            };
            let end = at + 2 + open + matching(&rest[open..]);
            let lines = self.code[at..end].matches('\n').count() + 1;
            found.push(Function {
                name,
                line: self.line(at),
                lines,
            });
        }
        found
    }

    /// Rooms named by `crate::`, `tollgate::` or a `super::` chain that climbs to the root.
    pub(super) fn rooms(&self, depth: usize) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        for root in ["crate", "tollgate"] {
            for at in self.words(root) {
                if self.code[..at].ends_with('$') {
                    continue;
                }
                if let Some(path) = self.code[at + root.len()..].strip_prefix("::") {
                    found.extend(heads(path).into_iter().map(|room| (self.line(at), room)));
                }
            }
        }
        for at in self.words("super") {
            if self.code[..at].ends_with("super::") {
                continue;
            }
            let mut path = &self.code[at..];
            let mut climbed = 0;
            while let Some(rest) = path.strip_prefix("super::") {
                path = rest;
                climbed += 1;
            }
            if climbed >= depth {
                found.extend(heads(path).into_iter().map(|room| (self.line(at), room)));
            }
        }
        found
    }

    /// Allowances that are not `#[expect(…, reason = "…")]` on one item.
    pub(super) fn loose_allowances(&self) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        for (start, _) in self.code.match_indices('#') {
            let rest = &self.code[start + 1..];
            let (whole_file, rest) = match rest.strip_prefix('!') {
                Some(rest) => (true, rest),
                None => (false, rest),
            };
            let Some(inside) = rest.strip_prefix('[') else {
                continue;
            };
            let inside = &inside[..inside.find(']').unwrap_or(inside.len())];
            let allows = inside.starts_with("allow(");
            let expects = inside.starts_with("expect(");
            let remedy = if whole_file && (allows || expects) {
                "an allowance for a whole file; give it to one item"
            } else if allows {
                "use `#[expect(…, reason = \"…\")]`"
            } else if expects && !inside.contains("reason") {
                "an exception needs its reason"
            } else {
                continue;
            };
            found.push((self.line(start), remedy.to_owned()));
        }
        found
    }

    /// Lines where `text` stands at the start of a path, not as the tail of a longer word.
    pub(super) fn lines_with(&self, text: &str) -> Vec<usize> {
        let starts = |at: &usize| !self.code[..*at].ends_with(|c| is_word(c) || c == ':');
        let found = self
            .code
            .match_indices(text)
            .map(|(at, _)| at)
            .filter(starts);
        found.map(|at| self.line(at)).collect()
    }

    fn words<'a>(&'a self, word: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.code
            .match_indices(word)
            .map(|(at, _)| at)
            .filter(move |&at| {
                !self.code[..at].ends_with(is_word)
                    && !self.code[at + word.len()..].starts_with(is_word)
            })
    }

    fn line(&self, at: usize) -> usize {
        self.code[..at].matches('\n').count() + 1
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The first names of a path or of each path in its braces.
fn heads(path: &str) -> Vec<String> {
    let Some(group) = path.strip_prefix('{') else {
        let head: String = path.chars().take_while(|c| is_word(*c)).collect();
        return if head.is_empty() {
            Vec::new()
        } else {
            vec![head]
        };
    };
    let group = &group[..matching(path) - 2];
    let mut depth = 0;
    let mut entries = vec![String::new()];
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => entries.push(String::new()),
            _ if depth == 0 => entries.last_mut().unwrap().push(c),
            _ => {}
        }
    }
    entries
        .iter()
        .map(|entry| {
            entry
                .trim()
                .chars()
                .take_while(|c| is_word(*c))
                .collect::<String>()
        })
        .filter(|head| !head.is_empty())
        .collect()
}

/// Where the body's `{` is, unless the declaration ends without one.
fn body_start(rest: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in rest.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '{' if depth == 0 => return Some(at),
            ';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// Length of the text from its opening brace to the brace that closes it.
fn matching(text: &str) -> usize {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    text.len()
}

/// Replaces comments and the insides of literals by blanks, keeping every line break.
fn blank(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (taken, literal) = next_piece(rest, code.chars().next_back());
        let piece = &rest[..taken];
        if literal {
            code.extend(piece.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        } else {
            code.push(first);
        }
        rest = &rest[taken..];
    }
    code
}

/// Bytes of the next comment or literal (`true`), or of one ordinary character (`false`).
fn next_piece(rest: &str, before: Option<char>) -> (usize, bool) {
    let word_before = before.is_some_and(is_word);
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), true);
    }
    if rest.starts_with("/*") {
        return (block_comment(rest), true);
    }
    if !word_before {
        let prefix = rest.len() - rest.trim_start_matches(['b', 'c']).len();
        if prefix <= 1
            && let Some(raw) = raw_string(&rest[prefix..])
        {
            return (prefix + raw, true);
        }
    }
    if rest.starts_with('"') {
        return (quoted(rest, '"'), true);
    }
    if rest.starts_with('\'')
        && let Some(taken) = character(rest)
    {
        return (taken, true);
    }
    (rest.chars().next().map_or(0, char::len_utf8), false)
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        let tail = &rest[at..];
        if tail.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if tail.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += tail.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

fn raw_string(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let body = after[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let end = body.find(&close)?;
    Some(1 + hashes + 1 + end + close.len())
}

/// Length of a literal that starts and ends with `quote`, minding escapes.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

/// Length of a character literal, unless the quote begins a lifetime or a label.
fn character(rest: &str) -> Option<usize> {
    let mut chars = rest.char_indices().skip(1);
    let (_, first) = chars.next()?;
    if first == '\\' {
        return Some(quoted(rest, '\''));
    }
    let (at, second) = chars.next()?;
    (second == '\'').then_some(at + 1)
}
