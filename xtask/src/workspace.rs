//! Where things are: the repository's root, cargo's output, and which crates the pages are made of.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::process;

pub const WEB: &str = "balabaqsha-web";
pub const SIGNER: &str = "balabaqsha-signer";
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

#[derive(Debug)]
pub struct Workspace {
    pub root: PathBuf,
    /// Cargo's output folder.
    pub target: PathBuf,
    metadata: Value,
}

impl Workspace {
    pub fn locate() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("xtask stands inside the workspace")?
            .to_path_buf();
        let text = process::output(cargo_in(&root).args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ]))?;
        Self::from_metadata(root, &text)
    }

    fn from_metadata(root: PathBuf, text: &str) -> Result<Self> {
        let metadata: Value =
            serde_json::from_str(text).context("cargo metadata printed no JSON")?;
        let target = metadata
            .get("target_directory")
            .and_then(Value::as_str)
            .map(PathBuf::from)
            .context("cargo metadata names no target directory")?;
        Ok(Self {
            root,
            target,
            metadata,
        })
    }

    /// The cargo that started this tool, in the root of the repository.
    pub fn cargo(&self) -> Command {
        cargo_in(&self.root)
    }

    pub fn dist(&self) -> PathBuf {
        self.root.join("web/dist")
    }

    pub fn openapi(&self) -> PathBuf {
        self.root.join("openapi.yaml")
    }

    /// Builds a program of the host's crates; returns its path.
    pub fn build_binary(&self, name: &str, release: bool) -> Result<PathBuf> {
        let mut command = self.cargo();
        host_packages(command.arg("build")).args(["--bin", name]);
        if release {
            command.arg("--release");
        }
        process::run(&mut command)?;
        let profile = if release { "release" } else { "debug" };
        Ok(self.target.join(profile).join(name))
    }

    /// Builds an example of the host's crates for development; returns its path.
    pub fn build_example(&self, example: &str) -> Result<PathBuf> {
        let mut command = self.cargo();
        process::run(host_packages(command.arg("build")).args(["--example", example]))?;
        Ok(self.target.join("debug/examples").join(example))
    }

    /// The folder of this tool's own intermediate results.
    pub fn scratch(&self) -> Result<PathBuf> {
        let path = self.target.join("xtask");
        std::fs::create_dir_all(&path)
            .with_context(|| format!("cannot create {}", path.display()))?;
        Ok(path)
    }

    /// Folders of the given packages and of all workspace crates they are built from.
    pub fn source_folders(&self, packages: &[&str]) -> Result<BTreeSet<PathBuf>> {
        let mut folders = BTreeSet::new();
        let mut waiting: Vec<String> = packages.iter().map(|&name| name.to_owned()).collect();
        while let Some(name) = waiting.pop() {
            let package = self
                .package(&name)
                .with_context(|| format!("the workspace has no package {name}"))?;
            let manifest = text(package, "manifest_path")?;
            let folder = Path::new(manifest)
                .parent()
                .context("a manifest stands in a folder")?
                .to_path_buf();
            if !folders.insert(folder) {
                continue;
            }
            for dependency in array(package, "dependencies") {
                let only_for_tests = dependency.get("kind").and_then(Value::as_str) == Some("dev");
                if !only_for_tests && dependency.get("path").is_some_and(Value::is_string) {
                    waiting.push(text(dependency, "name")?.to_owned());
                }
            }
        }
        Ok(folders)
    }

    /// The manifests of all members.
    pub fn manifests(&self) -> Result<Vec<PathBuf>> {
        array(&self.metadata, "packages")
            .map(|package| text(package, "manifest_path").map(PathBuf::from))
            .collect()
    }

    fn package(&self, name: &str) -> Option<&Value> {
        array(&self.metadata, "packages")
            .find(|package| package.get("name").and_then(Value::as_str) == Some(name))
    }
}

/// Selects every crate of the host (not the pages). Build, tests and lints select the same set, so
/// that cargo unites the dependencies' features the same way and compiles each of them once.
pub fn host_packages(command: &mut Command) -> &mut Command {
    command.args(["--workspace", "--exclude", WEB, "--exclude", SIGNER])
}

fn cargo_in(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}

fn array<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn text<'v>(value: &'v Value, key: &str) -> Result<&'v str> {
    value
        .get(key)
        .and_then(Value::as_str)
        .with_context(|| format!("cargo metadata lacks {key}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Workspace {
        let text = serde_json::json!({
            "target_directory": "/repo/target",
            "packages": [
                {"name": "page", "manifest_path": "/repo/web/Cargo.toml", "targets": [],
                 "dependencies": [
                    {"name": "rules", "path": "/repo/shared", "kind": null},
                    {"name": "serde", "kind": null},
                    {"name": "harness", "path": "/repo/tests", "kind": "dev"}]},
                {"name": "rules", "manifest_path": "/repo/shared/Cargo.toml", "targets": [],
                 "dependencies": [{"name": "macros", "path": "/repo/macros", "kind": "build"}]},
                {"name": "macros", "manifest_path": "/repo/macros/Cargo.toml", "targets": [],
                 "dependencies": []},
                {"name": "harness", "manifest_path": "/repo/tests/Cargo.toml",
                 "targets": [{"name": "journeys", "kind": ["bin"]}, {"name": "lib", "kind": ["lib"]}],
                 "dependencies": []},
            ],
        })
        .to_string();
        Workspace::from_metadata("/repo".into(), &text).unwrap()
    }

    #[test]
    fn sources_follow_path_dependencies_but_not_those_of_tests() {
        let folders = sample().source_folders(&["page"]).unwrap();
        let expected = ["/repo/macros", "/repo/shared", "/repo/web"].map(PathBuf::from);
        assert_eq!(folders, BTreeSet::from(expected));
    }

    #[test]
    fn an_unknown_package_is_named() {
        let error = sample().source_folders(&["pages"]).unwrap_err().to_string();
        assert!(error.contains("pages"), "{error}");
    }
}
