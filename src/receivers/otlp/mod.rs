//! The `otlp` receiver: OTLP over gRPC and HTTP, admitted before it is read.

mod auth;
mod body;
mod connection;
mod cors;
mod crowd;
mod decompress;
mod door;
mod grpc;
mod http;
mod listen;
mod pace;
mod patience;
mod refusal;
mod reply;
mod reservation;
mod settings;
mod status;
mod tally;
mod tls;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use self::auth::Tokens;
use self::connection::{Manners, Protocol};
use self::crowd::Crowd;
use self::door::Door;
use self::grpc::Grpc;
use self::http::Http;
use self::listen::Listener;
use self::pace::Pace;
use self::patience::Patience;
use self::settings::{Config, OFF};
use self::tally::Tally;
use self::tls::{Files, Keeper};
use crate::component::{
    BoxFuture, ConfigError, Context, Entry, Intake, Receiver, ReceiverConfig, Stop,
};
use crate::otlp::{Limits, Signal};

/// The row of the register.
pub(super) const ENTRY: Entry = Entry::receiver::<Config>(
    "otlp",
    "receives OTLP over gRPC (4317) and HTTP (4318)",
    r#"grpc = "127.0.0.1:4317"
http = "127.0.0.1:4318"
"#,
);

impl ReceiverConfig for Config {
    fn check(&self) -> Vec<ConfigError> {
        self.faults()
    }

    fn build(self, context: &mut Context) -> Result<Box<dyn Receiver>, ConfigError> {
        Ok(Box::new(Otlp::new(self, context)?))
    }
}

/// The receiver, ready to listen.
struct Otlp {
    name: String,
    config: Config,
    tokens: Option<Arc<Tokens>>,
    grpc_tls: Option<Arc<Keeper>>,
    http_tls: Option<Arc<Keeper>>,
}

impl Otlp {
    fn new(mut config: Config, context: &Context) -> Result<Self, ConfigError> {
        let tokens = tokens(&mut config, context)?.map(Arc::new);
        let files = config.tls.as_ref().map(|tls| Files {
            cert: context.path(&tls.cert),
            key: context.path(&tls.key),
            client_ca: tls.client_ca.as_ref().map(|path| context.path(path)),
        });
        let keeper = |alpn: &[&str]| {
            let load = |files: &Files| Keeper::load(files.clone(), alpn);
            files
                .as_ref()
                .map(load)
                .transpose()
                .map_err(|error| ConfigError::at("tls", error))
        };
        let (grpc_tls, http_tls) = (keeper(&["h2"])?, keeper(&["h2", "http/1.1"])?);
        if let Some(files) = &files {
            files.warn_of_open_key();
        }
        Ok(Otlp {
            name: context.name.clone(),
            config,
            tokens,
            grpc_tls,
            http_tls,
        })
    }

    async fn listen(
        self,
        intake: Arc<dyn Intake>,
        stop: Stop,
    ) -> io::Result<BoxFuture<'static, ()>> {
        let grpc = self.open("grpc", &self.config.grpc).await?;
        let http = self.open("http", &self.config.http).await?;
        Ok(Box::pin(self.run(grpc, http, intake, stop)))
    }

    /// Serves on what is bound until the stop.
    async fn run(
        self,
        grpc_socket: Option<TcpListener>,
        http_socket: Option<TcpListener>,
        intake: Arc<dyn Intake>,
        stop: Stop,
    ) {
        let door = Arc::new(self.door(intake));
        let tally = |protocol| Tally {
            receiver: self.name.clone(),
            protocol,
        };
        let grpc = Grpc {
            door: Arc::clone(&door),
            stop: stop.clone(),
            tally: tally("grpc"),
        };
        let http = Http {
            door,
            paths: self.paths(),
            tally: tally("http"),
            cors: self.config.cors.as_ref().map(cors::layer),
        };
        let listeners = TaskTracker::new();
        for (socket, protocol, tls) in [
            (grpc_socket, Protocol::Grpc(Arc::new(grpc)), &self.grpc_tls),
            (http_socket, Protocol::Http(Arc::new(http)), &self.http_tls),
        ] {
            let Some(socket) = socket else { continue };
            let manners = Arc::new(self.manners(tls.clone(), stop.clone()));
            let crowd = Crowd::new(self.config.limits.connections);
            listeners.spawn(
                Listener {
                    socket,
                    protocol,
                    manners,
                    crowd,
                }
                .run(),
            );
            if let Some(keeper) = tls {
                listeners.spawn(Arc::clone(keeper).follow(stop.clone()));
            }
        }
        listeners.close();
        listeners.wait().await;
    }

    /// Listens on `address`, unless it is off; says so, loudly if strangers may read along.
    async fn open(&self, protocol: &str, address: &str) -> io::Result<Option<TcpListener>> {
        if address == OFF {
            return Ok(None);
        }
        let socket = listen::bind(address).await?;
        let bound = socket.local_addr()?;
        let receiver = self.name.as_str();
        tracing::info!(receiver, protocol, address = %bound, "listening");
        if self.is_exposed(bound) {
            tracing::warn!(
                receiver,
                protocol,
                address = %bound,
                "PLAINTEXT ON A PUBLIC ADDRESS: whoever can reach it can read and send telemetry; \
                 set `tls`, or listen on 127.0.0.1"
            );
        }
        Ok(Some(socket))
    }

    fn is_exposed(&self, bound: SocketAddr) -> bool {
        self.config.tls.is_none() && !bound.ip().is_loopback()
    }

    fn door(&self, intake: Arc<dyn Intake>) -> Door {
        let (limits, timeouts) = (&self.config.limits, &self.config.timeouts);
        Door {
            intake,
            tokens: self.tokens.clone(),
            limit: limits.request.bytes(),
            limits: Limits {
                max_items: limits.items,
                max_depth: limits.depth,
                ..Limits::default()
            },
            pace: Pace {
                grace: timeouts.body.get(),
                bytes_per_second: timeouts.body_rate.0,
            },
            lanes: Semaphore::new(lanes()),
            places: Arc::new(Semaphore::new(limits.requests.min(Semaphore::MAX_PERMITS))),
        }
    }

    fn paths(&self) -> Vec<(String, Signal)> {
        let paths = &self.config.paths;
        vec![
            (paths.traces.clone(), Signal::Traces),
            (paths.metrics.clone(), Signal::Metrics),
            (paths.logs.clone(), Signal::Logs),
        ]
    }

    fn manners(&self, tls: Option<Arc<Keeper>>, stop: Stop) -> Manners {
        let (limits, timeouts) = (&self.config.limits, &self.config.timeouts);
        let age = timeouts.connection_age.get();
        Manners {
            patience: Patience {
                head: timeouts.head.get(),
                idle: timeouts.idle.get(),
                write: timeouts.write.get(),
            },
            streams: limits.streams,
            head_bytes: u32::try_from(limits.headers.0).unwrap_or(u32::MAX),
            ping_every: timeouts.ping.get(),
            ping_timeout: timeouts.ping_answer.get(),
            age: (!age.is_zero()).then_some(age),
            tls,
            stop,
            abort: Stop::new(),
        }
    }
}

impl Receiver for Otlp {
    fn bind(
        self: Box<Self>,
        intake: Arc<dyn Intake>,
        stop: Stop,
    ) -> BoxFuture<'static, io::Result<BoxFuture<'static, ()>>> {
        Box::pin(self.listen(intake, stop))
    }
}

/// How many large compressed bodies may grow at the same time: half the cores, so that the other
/// half is there for everyone else.
fn lanes() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    (cores / 2).max(1)
}

/// The tokens of the table and of its file; the table forgets them.
fn tokens(config: &mut Config, context: &Context) -> Result<Option<Tokens>, ConfigError> {
    let Some(auth) = &mut config.auth else {
        return Ok(None);
    };
    let mut tokens = std::mem::take(&mut auth.tokens);
    if let Some(path) = &auth.token_file {
        let path = context.path(path);
        let text = std::fs::read_to_string(&path).map_err(|error| {
            ConfigError::at("auth.token_file", format!("{}: {error}", path.display()))
        })?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        tokens.extend(lines.map(SecretString::from));
    }
    let is_empty = |token: &SecretString| secrecy::ExposeSecret::expose_secret(token).is_empty();
    let is_usable = !tokens.is_empty() && !tokens.iter().any(is_empty);
    ConfigError::unless(is_usable, "auth", "there is no token, or an empty one")?;
    Ok(Some(Tokens::new(&tokens)))
}

#[cfg(test)]
mod tests;
