//! Holds the law of the house: who may import whom, one purpose per file, lengths, and words no file may say.

use std::fs;
use std::path::{Path, PathBuf};

use source::Source;

mod source;
mod tests;

/// Rooms by floor. A room imports only from lower floors; rooms on one floor are strangers.
/// The two single files under the ground floor are what even its rooms may stand on.
const FLOORS: &[(i8, &[&str])] = &[
    (5, &["main"]),
    (4, &["cli"]),
    (3, &["service"]),
    (
        2,
        &[
            "receivers",
            "processors",
            "exporters",
            "pipeline",
            "admin",
            "import",
        ],
    ),
    (
        1,
        &[
            "component",
            "genai",
            "pii",
            "sampling",
            "spend",
            "telemetry",
        ],
    ),
    (0, &["otlp", "config", "meter"]),
    (-1, &["clock", "units"]),
];

/// Rooms of knowledge: strings and numbers in, findings and amounts out.
const KNOWLEDGE: &[&str] = &["genai", "pii", "sampling"];

/// What knowledge has no use for, and what to do instead.
const MACHINERY: &[(&str, &str)] = &[
    ("std::thread", "threads belong to the service"),
    ("std::fs", "take bytes; the floor above reads files"),
    ("TcpStream", "knowledge does not talk to the network"),
    ("UdpSocket", "knowledge does not talk to the network"),
    ("tokio::", "knowledge does not wait"),
    ("tracing::", "return the fact; the floor above logs it"),
    ("metrics::", "return the fact; the floor above counts it"),
    ("Instant::now", "be told the time"),
    ("SystemTime::now", "be told the time"),
];

/// Longest file and function, in lines. Tests may be longer: they are tables.
const FILE_LINES: usize = 400;
const TEST_FILE_LINES: usize = 800;
const FUNCTION_LINES: usize = 60;
const TEST_FUNCTION_LINES: usize = 150;

/// Openings that say nothing about a file's purpose.
const EMPTY_WORDS: &[&str] = &[
    "helpers",
    "utilities",
    "utils",
    "miscellaneous",
    "various",
    "stuff",
];

/// Places of one machine and addresses of registries, written so that this file does not hold them.
const PRIVATE: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/home", "/runner"),
    concat!("crates", ".io/"),
    concat!("index.crates", ".io"),
    concat!("pypi", ".org"),
    concat!("pythonhosted", ".org"),
    concat!("registry.npmjs", ".org"),
    concat!("proxy.golang", ".org"),
    concat!("repo.maven.apache", ".org"),
    concat!("repo1.maven", ".org"),
    concat!("deb.debian", ".org"),
    concat!("static.rust-lang", ".org"),
];

/// Folders and files that are not ours to judge: built, fetched, captured or locked.
const SKIPPED: &[&str] = &[
    ".git",
    "target",
    ".cache",
    "node_modules",
    "fixtures",
    "corpus",
    "artifacts",
    "Cargo.lock",
];

/// Files whose text is checked for private places.
const TEXT: &[&str] = &[
    "rs", "toml", "md", "sh", "yml", "yaml", "py", "js", "go", "java", "xml", "html", "run", "",
];

/// Where the law does not hold: the file, the rule's name, and why. Aim: empty.
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

#[test]
fn every_file_keeps_the_law() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = files_below(root);
    assert!(
        files.len() > 20,
        "the walk found only {} files",
        files.len()
    );
    let faults: Vec<Fault> = files.iter().flat_map(|path| judge(root, path)).collect();
    let forgiven = |fault: &Fault| {
        EXCEPTIONS
            .iter()
            .any(|(file, rule, _)| fault.file == *file && fault.rule == *rule)
    };
    let mut report = Vec::new();
    for fault in faults.iter().filter(|fault| !forgiven(fault)) {
        let Fault {
            file,
            line,
            rule,
            say,
        } = fault;
        report.push(format!("{file}:{line}: {rule}: {say}"));
    }
    for (file, rule, _) in EXCEPTIONS {
        if !faults
            .iter()
            .any(|fault| fault.file == *file && fault.rule == *rule)
        {
            report.push(format!("{file}: {rule}: the exception is no longer needed"));
        }
    }
    assert!(
        report.is_empty(),
        "the law of the house is broken:\n{}",
        report.join("\n")
    );
}

#[test]
fn every_test_file_is_in_the_list() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("integration-tests");
    let list = fs::read_to_string(folder.join("main.rs")).unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(module) = name.strip_suffix(".rs").filter(|module| *module != "main") else {
            continue;
        };
        assert!(
            list.contains(&format!("\nmod {module};")),
            "{name} is not in main.rs: it never runs"
        );
    }
}

/// One broken rule, at one place.
#[derive(Debug, PartialEq)]
struct Fault {
    file: String,
    line: usize,
    rule: &'static str,
    say: String,
}

/// Every rule over one file.
fn judge(root: &Path, path: &Path) -> Vec<Fault> {
    let name = path
        .strip_prefix(root)
        .unwrap()
        .to_str()
        .unwrap()
        .replace('\\', "/");
    let Ok(text) = fs::read_to_string(path) else {
        return Vec::new();
    };
    let mut faults = judge_text(&name, &text);
    if path.extension().is_some_and(|extension| extension == "rs") {
        faults.extend(judge_rust(&name, &text));
    }
    faults
}

/// The rules every text keeps.
fn judge_text(name: &str, text: &str) -> Vec<Fault> {
    let extension = Path::new(name)
        .extension()
        .map_or("", |found| found.to_str().unwrap());
    if !TEXT.contains(&extension) {
        return Vec::new();
    }
    let mut faults = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for place in PRIVATE.iter().filter(|place| line.contains(**place)) {
            let say = format!("{place} is a place of one machine or a registry");
            faults.push(Fault {
                file: name.to_owned(),
                line: index + 1,
                rule: "private",
                say,
            });
        }
    }
    faults
}

/// The rules Rust keeps.
fn judge_rust(name: &str, text: &str) -> Vec<Fault> {
    let source = Source::of(text);
    let mut faults = Vec::new();
    let mut blame = |line: usize, rule: &'static str, say: String| {
        faults.push(Fault {
            file: name.to_owned(),
            line,
            rule,
            say,
        });
    };
    if let Err(say) = purpose(text) {
        blame(1, "purpose", say);
    }
    let (file_lines, function_lines) = longest(name);
    let lines = text.lines().count();
    if lines > file_lines {
        let say = format!("{lines} lines; at most {file_lines}: split it");
        blame(lines, "length", say);
    }
    for function in source
        .functions()
        .iter()
        .filter(|one| one.lines > function_lines)
    {
        let say = format!(
            "fn {} has {} lines; at most {function_lines}",
            function.name, function.lines
        );
        blame(function.line, "length", say);
    }
    for (line, say) in source.loose_allowances() {
        blame(line, "allow", say);
    }
    if let Some(inside) = name.strip_prefix("src/") {
        for (line, rule, say) in judge_floors(inside, &source) {
            blame(line, rule, say);
        }
    }
    faults
}

/// `//! ` and a sentence that says something.
fn purpose(text: &str) -> Result<(), String> {
    let first = text.lines().next().unwrap_or_default();
    let Some(said) = first.strip_prefix("//! ") else {
        return Err("the first line must be `//! ` and the file's purpose".to_owned());
    };
    if said.split_whitespace().count() < 2 {
        return Err(format!("{said:?} is too short for a purpose"));
    }
    let lower = said.to_lowercase();
    match EMPTY_WORDS.iter().find(|word| {
        lower
            .split(|c: char| !c.is_alphabetic())
            .any(|w| w == **word)
    }) {
        Some(word) => Err(format!("{word:?} says nothing; name the one purpose")),
        None => Ok(()),
    }
}

/// Most lines of a file and of a function.
fn longest(name: &str) -> (usize, usize) {
    let test = name.starts_with("integration-tests/")
        || name.ends_with("/tests.rs")
        || name.contains("/tests/");
    if test {
        (TEST_FILE_LINES, TEST_FUNCTION_LINES)
    } else {
        (FILE_LINES, FUNCTION_LINES)
    }
}

/// Stairs go only down, and knowledge stays knowledge.
fn judge_floors(inside: &str, source: &Source) -> Vec<(usize, &'static str, String)> {
    let room = inside
        .split('/')
        .next()
        .unwrap_or_default()
        .trim_end_matches(".rs");
    if room == "lib" {
        return Vec::new();
    }
    let Some(here) = floor(room) else {
        return vec![(
            1,
            "floor",
            format!("room `{room}` has no floor; give it one in tidy.rs"),
        )];
    };
    let mut faults = Vec::new();
    for (line, other) in source.rooms(source::depth(inside)) {
        if other == room {
            continue;
        }
        // What lib.rs declares beside rooms (macros, constants) has no floor.
        let Some(there) = floor(&other) else { continue };
        if there >= here {
            let say = format!("`{room}` (floor {here}) may not know `{other}` (floor {there})");
            faults.push((line, "floor", say));
        }
    }
    if KNOWLEDGE.contains(&room) && !inside.ends_with("tests.rs") {
        for (word, remedy) in MACHINERY {
            for line in source.lines_with(word) {
                faults.push((line, "knowledge", format!("`{word}` in `{room}`: {remedy}")));
            }
        }
    }
    faults
}

fn floor(room: &str) -> Option<i8> {
    FLOORS
        .iter()
        .find(|(_, rooms)| rooms.contains(&room))
        .map(|(floor, _)| *floor)
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(Result::unwrap).collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        if SKIPPED.iter().any(|skipped| entry.file_name() == *skipped) {
            continue;
        }
        match entry.file_type().unwrap() {
            kind if kind.is_dir() => found.extend(files_below(&entry.path())),
            kind if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
    found
}
