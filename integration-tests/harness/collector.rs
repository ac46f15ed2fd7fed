//! The built binary as a child process with its own folder and free ports.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::child::Running;
use super::http::get;
use super::wait::eventually;

/// A running collector. Dropping it ends the process and removes its folder.
pub(crate) struct Collector {
    /// Where it listens for OTLP over gRPC.
    pub(crate) grpc: u16,
    /// Where it listens for OTLP over HTTP.
    pub(crate) http: u16,
    /// Health and self-telemetry.
    pub(crate) admin: u16,
    /// What the Prometheus exporter serves.
    pub(crate) prometheus: u16,
    folder: TempDir,
    child: Running,
}

/// What a collector leaves behind when it is asked to go.
pub(crate) struct Farewell {
    /// How it ended.
    pub(crate) status: ExitStatus,
    /// Everything it wrote to stdout and stderr.
    pub(crate) said: String,
    folder: TempDir,
}

impl Farewell {
    /// The text of one file in the collector's folder.
    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> String {
        read(self.folder.path(), name)
    }
}

impl Collector {
    /// Starts with a configuration in which `{grpc}`, `{http}`, `{admin}`, `{prometheus}` stand for
    /// free ports and `{folder}` for an empty folder, and returns when it is ready.
    #[track_caller]
    pub(crate) fn start(config: &str) -> Self {
        Self::start_with(config, &[])
    }

    /// As [`Collector::start`], with more flags.
    #[track_caller]
    pub(crate) fn start_with(config: &str, flags: &[&str]) -> Self {
        // A free port may be taken by a neighbour before the child binds it: then try others.
        for _ in 0..5 {
            let mut collector = Self::spawn(config, flags);
            match eventually(|| collector.ready()) {
                Ok(()) => return collector,
                Err(said) if said.to_lowercase().contains("address already in use") => {}
                Err(said) => panic!("the collector ended before it was ready:\n{said}"),
            }
        }
        panic!("no free ports in five tries");
    }

    fn spawn(config: &str, flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [grpc, http, admin, prometheus] = free_ports();
        let config = filled(config, [grpc, http, admin, prometheus], folder.path());
        fs::write(folder.path().join("pipelines.toml"), config).unwrap();
        let child = launch(folder.path(), flags);
        Collector {
            grpc,
            http,
            admin,
            prometheus,
            folder,
            child,
        }
    }

    /// `kill -9`, then the same program in the same folder; returns when it is ready again.
    #[track_caller]
    pub(crate) fn crash_and_restart(&mut self) {
        self.signal(Signal::KILL);
        eventually(|| self.child.ended().ok_or("still there"));
        self.child = launch(self.folder.path(), &[]);
        if let Err(said) = eventually(|| self.ready()) {
            panic!("the collector ended before it was ready again:\n{said}");
        }
    }

    /// Its folder.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Replaces its configuration, as an editor does: written beside, then renamed.
    #[track_caller]
    pub(crate) fn rewrite(&self, config: &str) {
        let ports = [self.grpc, self.http, self.admin, self.prometheus];
        let new = self.folder.path().join("pipelines.toml.new");
        fs::write(&new, filled(config, ports, self.folder.path())).unwrap();
        fs::rename(new, self.folder.path().join("pipelines.toml")).unwrap();
    }

    /// `Err` while it is starting; then whether it is ready, or what it said before it ended.
    fn ready(&mut self) -> Result<Result<(), String>, String> {
        if self.child.ended().is_some() {
            return Ok(Err(read(self.folder.path(), "said")));
        }
        match get(self.admin, "/readyz") {
            Ok((200, _)) => Ok(Ok(())),
            other => Err(format!(
                "{other:?}; it said: {}",
                read(self.folder.path(), "said")
            )),
        }
    }

    /// Everything it has said so far.
    pub(crate) fn said(&self) -> String {
        read(self.folder.path(), "said")
    }

    /// The text of a page on the admin port.
    #[track_caller]
    pub(crate) fn admin_page(&self, path: &str) -> String {
        let (status, body) = get(self.admin, path).unwrap();
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// What the Prometheus exporter serves now.
    #[track_caller]
    pub(crate) fn scrape(&self) -> String {
        let (status, body) = get(self.prometheus, "/metrics").unwrap();
        assert_eq!(status, 200, "{body}");
        body
    }

    /// The process, to watch.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id().try_into().unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// SIGTERM, then waits until it has drained and left.
    #[track_caller]
    pub(crate) fn stop(self) -> Farewell {
        self.signal(Signal::TERM);
        self.wait()
    }

    /// Waits until it leaves by itself.
    #[track_caller]
    pub(crate) fn wait(mut self) -> Farewell {
        let status = eventually(|| self.child.ended().ok_or_else(|| self.said()));
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        let said = read(folder.path(), "said");
        Farewell {
            status,
            said,
            folder,
        }
    }
}

fn launch(folder: &Path, flags: &[&str]) -> Running {
    let said = File::create(folder.join("said")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
    command
        .args(["run", "--config", "pipelines.toml"])
        .args(flags)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(said.try_clone().unwrap())
        .stderr(said);
    Running::start(&mut command)
}

/// A configuration with its ports and its folder in place.
fn filled(config: &str, [grpc, http, admin, prometheus]: [u16; 4], folder: &Path) -> String {
    config
        .replace("{grpc}", &grpc.to_string())
        .replace("{http}", &http.to_string())
        .replace("{admin}", &admin.to_string())
        .replace("{prometheus}", &prometheus.to_string())
        .replace("{folder}", folder.to_str().unwrap())
}

/// Ports nobody listens on at this moment.
pub(crate) fn free_ports<const N: usize>() -> [u16; N] {
    let held = [(); N].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    held.map(|listener| listener.local_addr().unwrap().port())
}

#[track_caller]
fn read(folder: &Path, name: &str) -> String {
    let bytes = fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    String::from_utf8_lossy(&bytes).into_owned()
}
