//! The captured requests of real instrumentations, below `fixtures/captures`.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use tollgate::otlp::{Limits, Signal, Telemetry};

/// One request as an SDK sent it, made plain.
#[derive(Clone, Debug)]
pub(crate) struct Capture {
    /// Folder and file: `openllmetry_openai/01-traces.pb`.
    pub(crate) name: String,
    /// What it holds.
    pub(crate) signal: Signal,
    /// The protobuf request, uncompressed.
    pub(crate) body: Vec<u8>,
}

/// Every capture, in the order of their names.
pub(crate) fn captures() -> Vec<Capture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("integration-tests/fixtures/captures");
    let mut files = Vec::new();
    for scenario in fs::read_dir(&folder).unwrap() {
        let scenario = scenario.unwrap();
        // A folder with a manifest holds further scenarios, which tests of their own read.
        let is_scenario = !scenario.path().join("manifest.json").is_file();
        if is_scenario && scenario.file_type().unwrap().is_dir() {
            files.extend(
                fs::read_dir(scenario.path())
                    .unwrap()
                    .map(|file| file.unwrap().path()),
            );
        }
    }
    files.sort();
    assert!(!files.is_empty(), "no captures below {}", folder.display());
    files.into_iter().map(|file| read(&folder, file)).collect()
}

fn read(folder: &Path, file: PathBuf) -> Capture {
    let name = file
        .strip_prefix(folder)
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    let written = fs::read(&file).unwrap();
    let signal = *Signal::ALL
        .iter()
        .find(|signal| name.contains(signal.name()))
        .unwrap();
    let extension = file.extension().and_then(|extension| extension.to_str());
    let body = match extension {
        Some("pb") => written,
        Some("gz") => {
            let mut plain = Vec::new();
            GzDecoder::new(&*written).read_to_end(&mut plain).unwrap();
            plain
        }
        Some("json") => {
            let parsed = Telemetry::parse_json(signal, &written, &Limits::default()).unwrap();
            let mut plain = Vec::new();
            parsed.telemetry.encode(&mut plain);
            plain
        }
        _ => panic!("{name}: neither protobuf nor JSON"),
    };
    Capture { name, signal, body }
}
