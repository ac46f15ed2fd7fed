//! The price files: where they are, reading them, making a catalogue of them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::refresh::Refresh;
use crate::component::{ConfigError, Context};
use crate::genai::pricing::{Catalogue, EMBEDDED_JSON, EMBEDDED_OVERLAY_JSON, Release, unpack};

/// Where prices come from.
#[derive(Clone, Debug)]
pub(super) struct Sources {
    base: Base,
    overlays: Vec<Over>,
    pub(super) settings: Refresh,
}

#[derive(Clone, Debug)]
enum Base {
    Builtin,
    Nothing,
    File(PathBuf),
}

#[derive(Clone, Debug)]
enum Over {
    Builtin,
    File(PathBuf),
}

/// The files as they were read.
pub(super) struct Files {
    base: Option<Vec<u8>>,
    overlays: Vec<Vec<u8>>,
    /// Of all their bytes.
    pub(super) hash: Arc<str>,
}

/// A catalogue and the hash of the bytes it was read from.
#[derive(Clone)]
pub(super) struct Loaded {
    pub(super) catalogue: Arc<Catalogue>,
    /// Of the bytes it was read from.
    pub(super) hash: Arc<str>,
}

impl Sources {
    pub(super) fn of(
        catalogue: &str,
        overlays: &[String],
        settings: &Refresh,
        context: &Context,
    ) -> Self {
        let base = match catalogue {
            "builtin" => Base::Builtin,
            "none" => Base::Nothing,
            path => Base::File(context.path(Path::new(path))),
        };
        let over = |name: &String| match name.as_str() {
            "builtin" => Over::Builtin,
            path => Over::File(context.path(Path::new(path))),
        };
        let overlays = overlays.iter().map(over).collect();
        Sources {
            base,
            overlays,
            settings: settings.clone(),
        }
    }

    /// The first reading, without which the service does not start.
    pub(super) fn first(&self) -> Result<Loaded, ConfigError> {
        let at = |fault: String| {
            let key = if self.overlays.is_empty() {
                "catalogue"
            } else {
                "overlay"
            };
            ConfigError::at(key, fault)
        };
        self.parse(self.read().map_err(at)?).map_err(at)
    }

    /// The files, for those who watch them.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        let base = match &self.base {
            Base::File(path) => Some(path.as_path()),
            Base::Builtin | Base::Nothing => None,
        };
        let overlays = self.overlays.iter().filter_map(|over| match over {
            Over::Builtin => None,
            Over::File(path) => Some(path.as_path()),
        });
        base.into_iter().chain(overlays)
    }

    pub(super) fn read(&self) -> Result<Files, String> {
        let base = match &self.base {
            Base::File(path) => Some(self.read_file(path)?),
            Base::Builtin | Base::Nothing => None,
        };
        let overlays = self.overlays.iter().map(|over| match over {
            Over::Builtin => Ok(EMBEDDED_OVERLAY_JSON.to_vec()),
            Over::File(path) => self.read_file(path),
        });
        let overlays: Vec<Vec<u8>> = overlays.collect::<Result<_, _>>()?;
        let all: Vec<&[u8]> = base.iter().chain(&overlays).map(Vec::as_slice).collect();
        let hash = Release::of("", &all).hash;
        Ok(Files {
            base,
            overlays,
            hash,
        })
    }

    fn read_file(&self, path: &Path) -> Result<Vec<u8>, String> {
        let fault = |text: &dyn std::fmt::Display| format!("{}: {text}", path.display());
        let size = std::fs::metadata(path)
            .map_err(|error| fault(&error))?
            .len();
        let limit = self.settings.max_bytes;
        if size > limit.0 {
            return Err(fault(&format_args!(
                "{size} bytes are more than max_bytes = {limit}"
            )));
        }
        let bytes = std::fs::read(path).map_err(|error| fault(&error))?;
        unpack(bytes).map_err(|error| fault(&error))
    }

    pub(super) fn parse(&self, files: Files) -> Result<Loaded, String> {
        let Files {
            base,
            overlays,
            hash,
        } = files;
        if overlays.is_empty() && matches!(self.base, Base::Builtin) {
            return Ok(Loaded {
                catalogue: Catalogue::embedded(),
                hash,
            });
        }
        let bytes = match &self.base {
            Base::Builtin => EMBEDDED_JSON,
            Base::Nothing => b"[]",
            Base::File(_) => base.as_deref().unwrap_or_default(),
        };
        let overlays: Vec<&[u8]> = overlays.iter().map(Vec::as_slice).collect();
        let name = self.name();
        let catalogue = if self.settings.force {
            let read = Catalogue::parse_forced(&name, bytes, &overlays);
            read.map(|(catalogue, _)| catalogue)
        } else {
            Catalogue::parse(&name, bytes, &overlays)
        };
        let catalogue = catalogue.map_err(|faults| format!("{name}: {faults}"))?;
        Ok(Loaded {
            catalogue: Arc::new(catalogue),
            hash,
        })
    }

    /// `genai-prices 0.2.3 + overlay.json`.
    fn name(&self) -> String {
        let file = |path: &Path| {
            path.file_name()
                .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
        };
        let base = match &self.base {
            Base::Builtin => Catalogue::embedded().release().name.to_string(),
            Base::Nothing => "none".to_owned(),
            Base::File(path) => file(path),
        };
        let overlays = self.overlays.iter().map(|over| match over {
            Over::Builtin => " + overlay".to_owned(),
            Over::File(path) => format!(" + {}", file(path)),
        });
        std::iter::once(base).chain(overlays).collect()
    }
}
