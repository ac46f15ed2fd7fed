//! When a file is set aside, under what name, and how many are kept.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{fs, io};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;

use super::target::Target;
use crate::config::{Duration, Size};

/// When a file is set aside and a new one begun.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Rotation {
    /// Largest file; "0 B" means no limit.
    pub(super) max_size: Size,
    /// Longest time a file is written to; "0s" means no limit.
    pub(super) max_age: Duration,
    /// Files set aside that are kept, the newest; 0 keeps all.
    pub(super) keep: usize,
}

impl Default for Rotation {
    fn default() -> Self {
        Rotation {
            max_size: Size::mib(100),
            max_age: Duration::from_secs(0),
            keep: 10,
        }
    }
}

/// The target to write `more` bytes to: the same one, or a new one if it was time.
pub(super) fn rotated(
    target: Target,
    more: u64,
    rotation: &Rotation,
    now_unix_nanos: u64,
) -> io::Result<Target> {
    let limit = rotation.max_size.0;
    let age = u128::from(now_unix_nanos.saturating_sub(target.begun));
    let full = limit > 0 && target.length + more > limit;
    let old = !rotation.max_age.get().is_zero() && age >= rotation.max_age.get().as_nanos();
    if target.length == 0 || !(full || old || target.stale) {
        return Ok(target);
    }
    target.sync()?;
    let path = target.path.clone();
    fs::rename(&path, free_name(&path, now_unix_nanos)?)?;
    drop(target);
    if rotation.keep > 0 {
        forget_old(&path, rotation.keep)?;
    }
    let mut next = Target::open(&path, false)?;
    next.begun = now_unix_nanos;
    Ok(next)
}

/// `out.jsonl` set aside is `out-20261121T025500.123456.jsonl`: the names sort by age.
fn aside(path: &Path, now_unix_nanos: u64) -> PathBuf {
    let time = Timestamp::from_nanosecond(i128::from(now_unix_nanos)).unwrap_or_default();
    let time = time.strftime("%Y%m%dT%H%M%S%.6f").to_string();
    let (stem, extension) = parts(path);
    let mut name = stem;
    name.push("-");
    name.push(time);
    name.push(extension);
    path.with_file_name(name)
}

fn free_name(path: &Path, now_unix_nanos: u64) -> io::Result<PathBuf> {
    let mut at = now_unix_nanos;
    loop {
        let name = aside(path, at);
        if !name.try_exists()? {
            return Ok(name);
        }
        at += 1_000;
    }
}

fn forget_old(path: &Path, keep: usize) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let mut set_aside = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        if is_aside(path, &name) {
            set_aside.push(name);
        }
    }
    set_aside.sort();
    let surplus = set_aside.len().saturating_sub(keep);
    set_aside
        .iter()
        .take(surplus)
        .try_for_each(|name| fs::remove_file(folder.join(name)))
}

/// Whether a name is one that [`aside`] gives, so that nobody else's file is ever removed.
fn is_aside(path: &Path, name: &OsString) -> bool {
    let (stem, extension) = parts(path);
    let (Some(name), Some(stem), Some(extension)) =
        (name.to_str(), stem.to_str(), extension.to_str())
    else {
        return false;
    };
    let time = name
        .strip_prefix(stem)
        .and_then(|rest| rest.strip_prefix('-'));
    let time = time.and_then(|rest| rest.strip_suffix(extension));
    let shape = |(at, byte): (usize, u8)| match at {
        8 => byte == b'T',
        15 => byte == b'.',
        _ => byte.is_ascii_digit(),
    };
    time.is_some_and(|time| time.len() == 22 && time.bytes().enumerate().all(shape))
}

/// The name up to its last dot, and the rest with the dot.
fn parts(path: &Path) -> (OsString, OsString) {
    let stem = path.file_stem().unwrap_or_default().to_owned();
    let extension = path.extension().map(|extension| {
        let mut dotted = OsString::from(".");
        dotted.push(extension);
        dotted
    });
    (stem, extension.unwrap_or_default())
}
