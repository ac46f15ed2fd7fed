//! Loads the key of pseudonyms, and takes a new one up while running.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;

use super::config::PseudonymKey;
use crate::component::{ConfigError, Context};
use crate::config::process_environment;
use crate::pii::Pseudonyms;

const REFRESH: Duration = Duration::from_secs(30);
/// Shorter keys can be tried out.
const KEY_BYTES_MIN: usize = 16;
/// Longer words are no names of generations.
const NAME_BYTES_MAX: usize = 12;

/// The pseudonyms under the configured key; none where no key is configured.
pub(super) fn load(
    from: Option<&PseudonymKey>,
    context: &mut Context,
) -> Result<Arc<ArcSwapOption<Pseudonyms>>, ConfigError> {
    let Some(from) = from else {
        return Ok(Arc::default());
    };
    let (at, text) = match (&from.env, &from.file) {
        (Some(name), _) => ("pseudonyms.env", variable(name)),
        (None, Some(path)) => ("pseudonyms.file", contents(&context.path(path))),
        (None, None) => ("pseudonyms", Err("name either `env` or `file`".to_owned())),
    };
    let key = text.and_then(|text| made(&text, from));
    let key = key.map_err(|why| ConfigError::at(at, why))?;
    let shared = Arc::new(ArcSwapOption::from_pointee(key));
    if let (None, Some(path)) = (&from.env, &from.file) {
        let path = context.path(path);
        watch(path, from.clone(), Arc::clone(&shared), context);
    }
    Ok(shared)
}

fn variable(name: &str) -> Result<String, String> {
    process_environment(name).ok_or_else(|| {
        format!("the environment has no variable `{name}`; set it to the key before the start")
    })
}

fn contents(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| {
        let path = path.display();
        format!("{path} cannot be read: {error}; write the key into it before the start")
    })
}

/// A key alone, or the name of its generation and the key: a rotation brings a new name with it.
fn made(text: &str, from: &PseudonymKey) -> Result<Pseudonyms, String> {
    let text = text.trim();
    let is_name = |name: &str| {
        name.len() <= NAME_BYTES_MAX && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let named = text.split_once(char::is_whitespace);
    let (generation, key) = match named.map(|(name, key)| (name, key.trim())) {
        Some((name, key)) if is_name(name) && !key.contains(char::is_whitespace) => (name, key),
        _ => (&*from.generation, text),
    };
    if key.len() < KEY_BYTES_MIN {
        return Err(format!(
            "the key must have at least {KEY_BYTES_MIN} characters"
        ));
    }
    Ok(Pseudonyms::new(key.as_bytes(), generation))
}

/// Reads the file again and again; a key that cannot be used leaves the last one in place.
fn watch(
    path: PathBuf,
    from: PseudonymKey,
    shared: Arc<ArcSwapOption<Pseudonyms>>,
    context: &mut Context,
) {
    let refresh = from
        .refresh
        .map_or(REFRESH, |refresh| refresh.get())
        .max(Duration::from_secs(1));
    let mut follower = Follower {
        processor: context.name.clone(),
        path,
        from,
        shared,
        fault: None,
    };
    context.run_beside(move |stop| {
        Box::pin(async move {
            loop {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(refresh) => {}
                }
                follower.look().await;
            }
        })
    });
}

/// Follows a file with a key.
struct Follower {
    processor: String,
    path: PathBuf,
    from: PseudonymKey,
    shared: Arc<ArcSwapOption<Pseudonyms>>,
    /// What was wrong at the last look, so that it is said once.
    fault: Option<String>,
}

impl Follower {
    async fn look(&mut self) {
        let read = tokio::fs::read_to_string(&self.path).await;
        let read = read.map_err(|error| error.to_string());
        match read.and_then(|text| made(&text, &self.from)) {
            Ok(key) => {
                self.fault = None;
                self.take_up(key);
            }
            Err(why) if self.fault.as_ref() != Some(&why) => {
                let (processor, path) = (&self.processor, self.path.display());
                tracing::warn!(processor, %path, why, "the key of pseudonyms stays as it was");
                self.fault = Some(why);
            }
            Err(_) => {}
        }
    }

    fn take_up(&self, key: Pseudonyms) {
        let before = self.shared.load_full();
        if before.as_deref() == Some(&key) {
            return;
        }
        let generation = key.generation();
        let (processor, path) = (&self.processor, self.path.display());
        tracing::info!(processor, %path, generation, "pseudonyms are made with a new key");
        if before.is_some_and(|before| before.generation() == generation) {
            tracing::warn!(processor, %path, generation,
                "the new key has the name of the last one: their pseudonyms cannot be told apart; \
                 write another name before the key");
        }
        self.shared.store(Some(Arc::new(key)));
    }
}
