//! The image and its Compose file, as far as they can be judged where no image can be built.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::harness::prometheus::check_config;

#[test]
fn the_image_holds_one_binary_and_nobody_is_root_in_it() {
    let steps = dockerfile();
    let of = |name: &str| -> Vec<&str> {
        steps
            .iter()
            .filter(|(step, _)| step == name)
            .map(|(_, rest)| rest.as_str())
            .collect()
    };
    let bases = of("FROM");
    assert_eq!(bases.last(), Some(&"scratch"), "the last stage is empty");
    for base in &bases[..bases.len() - 1] {
        let image = base.split(' ').next().unwrap();
        let tag = image.split_once(':').map_or("", |(_, tag)| tag);
        assert!(
            !tag.is_empty() && tag != "latest",
            "{base}: name the version"
        );
    }
    assert!(
        of("ADD").is_empty(),
        "COPY does what is needed, ADD does more"
    );
    let user = of("USER")
        .last()
        .unwrap()
        .split(':')
        .next()
        .unwrap()
        .parse::<u32>();
    assert!(
        user.is_ok_and(|id| id > 0),
        "a number, so that `runAsNonRoot` can see it"
    );
    // An empty image has no shell: the exec form is the only one that runs.
    for step in ["ENTRYPOINT", "CMD"] {
        assert!(
            of(step).iter().all(|rest| words(rest).is_some()),
            "{step} in exec form"
        );
    }
    let check = of("HEALTHCHECK");
    let (_, check) = check.last().unwrap().split_once("CMD ").unwrap();
    assert_eq!(words(check).unwrap()[..2], ["/tollgate", "health"]);
    assert_eq!(of("ENTRYPOINT"), [r#"["/tollgate"]"#]);
}

#[test]
fn everything_the_image_is_built_from_reaches_the_builder() {
    let allowed = fs::read_to_string(root().join(".dockerignore")).unwrap();
    let allowed: Vec<&str> = allowed
        .lines()
        .filter_map(|line| line.strip_prefix('!'))
        .collect();
    for (step, rest) in dockerfile() {
        if step != "COPY" || rest.starts_with("--from") {
            continue;
        }
        let words: Vec<&str> = rest.split_whitespace().collect();
        for source in &words[..words.len() - 1] {
            assert!(
                allowed.contains(source),
                "{source} is kept out by .dockerignore"
            );
            assert!(
                root().join(source).try_exists().unwrap(),
                "{source} does not exist"
            );
        }
    }
}

#[test]
fn the_image_starts_as_it_is_configured() {
    let steps = dockerfile();
    let (_, command) = steps.iter().rfind(|(step, _)| step == "CMD").unwrap();
    assert_eq!(
        words(command).unwrap(),
        ["run", "--config", "/etc/tollgate/pipelines.toml"]
    );
    let config = root().join("docs/compose/pipelines.toml");
    let output = Command::new(env!("CARGO_BIN_EXE_tollgate"))
        .arg("check")
        .arg("--config")
        .arg(&config)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    // Every port it opens to the outside is one the image exposes.
    let (_, exposed) = steps.iter().find(|(step, _)| step == "EXPOSE").unwrap();
    let text = fs::read_to_string(config).unwrap();
    let opened = text
        .split("\"0.0.0.0:")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap());
    let mut opened: Vec<&str> = opened.collect();
    let mut exposed: Vec<&str> = exposed.split(' ').collect();
    opened.sort_unstable();
    exposed.sort_unstable();
    assert_eq!(opened, exposed);
}

#[test]
fn the_compose_file_names_what_exists() {
    let folder = root().join("docs/compose");
    let text = fs::read_to_string(folder.join("compose.yaml")).unwrap();
    let compose: Value = serde_saphyr::from_str(&text).unwrap();
    let services = compose["services"].as_object().unwrap();
    for (name, service) in services {
        for mount in service["volumes"].as_array().unwrap() {
            let source = mount.as_str().unwrap().split(':').next().unwrap();
            let known = match source.strip_prefix("./") {
                Some(file) => folder.join(file).try_exists().unwrap(),
                None => compose["volumes"].get(source).is_some(),
            };
            assert!(known, "{name}: {source} does not exist");
        }
        for port in service["ports"].as_array().unwrap() {
            let port = port.as_str().unwrap();
            assert!(
                port.starts_with("127.0.0.1:"),
                "{name}: {port} is open to the network"
            );
        }
        for needed in service["depends_on"]
            .as_object()
            .into_iter()
            .flat_map(|map| map.keys())
        {
            assert!(
                services.contains_key(needed),
                "{name}: {needed} does not exist"
            );
        }
    }
    check_config(&folder.join("prometheus.yml"));
}

/// Instructions and their arguments, continued lines joined, comments left out.
fn dockerfile() -> Vec<(String, String)> {
    let text = fs::read_to_string(root().join("Dockerfile")).unwrap();
    let lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    let text = lines.collect::<Vec<_>>().join("\n").replace("\\\n", " ");
    let steps = text.lines().map(|line| line.split_once(' ').unwrap());
    steps
        .map(|(step, rest)| (step.to_owned(), rest.trim().to_owned()))
        .collect()
}

/// The words of the exec form.
fn words(rest: &str) -> Option<Vec<String>> {
    serde_json::from_str(rest).ok()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}
