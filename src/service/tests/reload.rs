//! A changed file is taken into use whole or not at all, and whatever comes of it is said.

use std::fs;
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use crate::component::{Cause, Glance, Page, Reload};
use crate::config::{Document, Table};
use crate::service::Registers;
use crate::service::reload::{Reloader, Taker};

const FILE: &str = r#"
[receivers.otlp]
[processors.redact]
[processors.tail_sampling]
idle = "1m"
[exporters.debug]
[pipelines.traces]
receivers = ["otlp"]
processors = ["redact", "tail_sampling"]
exporters = ["debug"]
"#;

/// A file that is followed, and the `idle` of each table that was taken from it.
struct Followed {
    folder: TempDir,
    reloader: Reloader,
    page: Page,
    taken: Arc<Mutex<Vec<String>>>,
}

/// Takes every table but one without `idle`.
fn taker(taken: &Arc<Mutex<Vec<String>>>) -> Reload {
    #[derive(serde::Deserialize)]
    struct Idle {
        idle: String,
    }
    let taken = Arc::clone(taken);
    Reload {
        restart: &["memory"],
        prepare: Box::new(move |table: &Table| {
            let Idle { idle } = table.read(|_| Vec::new())?;
            let taken = Arc::clone(&taken);
            Ok(Box::new(move || taken.lock().expect("free").push(idle)))
        }),
    }
}

impl Followed {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("pipelines.toml");
        fs::write(&path, FILE).expect("written");
        let document = Document::open(&path, &|_| None).expect("no faults");
        let taken = Arc::default();
        let name = "tail_sampling".to_owned();
        let takers = vec![Taker::new("processors", name, taker(&taken), &document)];
        let reloader = Reloader::new(&document, takers, Registers::all()).expect("a file");
        Followed {
            page: reloader.page(),
            folder,
            reloader,
            taken,
        }
    }

    /// Writes the file and looks at it as often as is asked for; answers the outcome, what needs a
    /// restart, and what was refused.
    fn write(&mut self, text: &str) -> (String, Vec<String>, Vec<String>) {
        fs::write(self.folder.path().join("pipelines.toml"), text).expect("written");
        while self.reloader.look(Cause::Changed, 5) == Glance::Again {}
        let page = (self.page)();
        let lines = |key: &str| {
            let lines = page[key].as_array().expect("a list").iter();
            lines
                .map(|line| line.as_str().expect("a text").to_owned())
                .collect()
        };
        let outcome = page["last_outcome"].as_str().expect("a text").to_owned();
        (outcome, lines("needs_restart"), lines("refused"))
    }

    fn taken(&self) -> Vec<String> {
        self.taken.lock().expect("free").clone()
    }
}

#[test]
fn a_changed_table_is_given_to_whoever_takes_it() {
    let mut followed = Followed::new();
    let outcome = followed.write(&FILE.replace("1m", "2m"));
    assert_eq!(("applied".to_owned(), vec![], vec![]), outcome);
    assert_eq!(["2m"], followed.taken()[..]);
    assert_eq!(5, (followed.page)()["loaded_unix_seconds"]);
    // Spelling, comments and tests are no change.
    let respelt = "# spelt otherwise\n[[tests]]\nname = \"t\"\n";
    followed.write(&format!("{respelt}{}", FILE.replace("\"1m\"", "'2m'")));
    assert_eq!(1, followed.taken().len());
    followed.write(FILE);
    assert_eq!(["2m", "1m"], followed.taken()[..]);
}

#[test]
fn a_faulty_file_is_refused_whole_with_file_line_and_remedy() {
    let mut followed = Followed::new();
    let text = FILE
        .replace("1m", "2m")
        .replace("[exporters.debug]", "[exporters.debugg]");
    let (outcome, _, refused) = followed.write(&text);
    assert_eq!("refused", outcome);
    assert!(
        refused[0].contains("pipelines.toml:6:") && refused[0].contains("did you mean `debug`?"),
        "{refused:?}"
    );
    // A fault that only the component can see.
    let (outcome, _, refused) = followed.write(&FILE.replace("idle", "max_age"));
    assert_eq!(("refused", 1), (&*outcome, refused.len()));
    assert_eq!(Vec::<String>::new(), followed.taken());
    let (outcome, ..) = followed.write(FILE);
    assert_eq!("unchanged", outcome, "the old file is back");
}

#[test]
fn a_half_written_file_is_given_a_second_look() {
    let mut followed = Followed::new();
    let path = followed.folder.path().join("pipelines.toml");
    fs::write(&path, "[processors.tail_sampling]\nidle = \"2").expect("written");
    assert_eq!(Glance::Again, followed.reloader.look(Cause::Changed, 1));
    assert_eq!("unchanged", (followed.page)()["last_outcome"]);
    let (outcome, ..) = followed.write(&FILE.replace("1m", "2m"));
    assert_eq!("applied", outcome);
    // Whoever asks is answered at once.
    fs::remove_file(&path).expect("removed");
    assert_eq!(Glance::Done, followed.reloader.look(Cause::Asked, 2));
    assert_eq!("refused", (followed.page)()["last_outcome"]);
}

#[test]
fn what_needs_a_restart_is_named_until_it_is_taken_back() {
    let mut followed = Followed::new();
    let changed = FILE.replace("[\"redact\", ", "[");
    let (outcome, restart, _) = followed.write(&changed);
    assert_eq!("needs_restart", outcome);
    assert!(
        restart.len() == 1
            && restart[0].contains(":9:1: `pipelines.traces.processors` has changed"),
        "{restart:?}"
    );
    let both = changed.replace("idle = \"1m\"", "idle = \"3m\"\nmemory = { kept = 1 }");
    let (outcome, restart, _) = followed.write(&both);
    assert_eq!(("applied", 2), (&*outcome, restart.len()), "{restart:?}");
    assert!(
        restart
            .iter()
            .any(|line| line.contains("`processors.tail_sampling.memory.kept`"))
    );
    assert_eq!(["3m"], followed.taken()[..]);
    let (outcome, restart, _) = followed.write(FILE);
    assert_eq!(("applied", 0), (&*outcome, restart.len()));
}

#[test]
fn whoever_leaves_with_the_restart_keeps_its_settings_until_then() {
    let mut followed = Followed::new();
    let alone = FILE
        .replace(", \"tail_sampling\"]", "]")
        .replace("[processors.tail_sampling]\nidle = \"1m\"\n", "");
    let (outcome, restart, _) = followed.write(&alone);
    assert_eq!(
        ("needs_restart", 2),
        (&*outcome, restart.len()),
        "{restart:?}"
    );
    assert_eq!(Vec::<String>::new(), followed.taken());
    let (outcome, restart, _) = followed.write(&FILE.replace("1m", "4m"));
    assert_eq!(("applied", 0), (&*outcome, restart.len()), "{restart:?}");
    assert_eq!(["4m"], followed.taken()[..]);
}

#[test]
fn a_table_that_is_new_is_looked_into_for_what_needs_a_restart() {
    let mut followed = Followed::new();
    let (_, restart, _) =
        followed.write(&FILE.replace("idle = \"1m\"", "idle = \"1m\"\nmemory = { kept = 2 }"));
    assert!(
        restart.len() == 1 && restart[0].contains("memory"),
        "{restart:?}"
    );
}

#[test]
fn where_identity_is_looked_for_changes_with_a_restart() {
    let mut followed = Followed::new();
    let asked = format!("{FILE}\n[identity]\ntenant = [\"acme.customer\"]\n");
    let (outcome, restart, _) = followed.write(&asked);
    assert_eq!("needs_restart", outcome);
    assert!(
        restart.len() == 1 && restart[0].contains("`identity"),
        "{restart:?}"
    );
}
