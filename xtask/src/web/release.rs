//! Everything the browser loads, as files with their places in `web/dist`.
//!
//! All files of a release stand in one folder, `assets/HASH/`, and name each other by relative
//! paths. The hash is taken over all of them: the loader of the lazy groups and the glue of the
//! main module import each other, so neither name could hold the hash of the other's content.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::bindgen::Bound;
use super::manifest::Part;
use super::split::LOADER;
use super::template::{self, Address, Mode};
use super::words::Words;
use crate::digest;

pub const ASSETS: &str = "assets";
pub const INDEX: &str = "index.html";
/// Stands at the root, because it serves all pages, and names the files of its release.
const SERVICE_WORKER: &str = "sw.js";
/// The same page for a service in demo mode, with the room for the banner.
pub const DEMO_INDEX: &str = "demo.html";
/// Both again for all addresses but that of the home page.
const PAGE: &str = "page.html";
const DEMO_PAGE: &str = "demo-page.html";
/// Style sheets of this folder stand in the page itself.
const SHELL_STYLES: &str = "shell";
/// The folder of `style` with the rules of the office alone.
const OFFICE_STYLES: &str = "office";
/// Hexadecimal digits of the hash in a folder's name: 64 bits.
const HASH_DIGITS: usize = 16;

/// The modules as the browser gets them.
#[derive(Debug)]
pub struct Modules {
    pub app: Bound,
    pub loader: String,
    pub chunks: BTreeMap<String, Vec<u8>>,
    pub groups: BTreeMap<String, Vec<String>>,
    pub routes: BTreeMap<String, String>,
    pub signer: Bound,
}

/// A file of `web/dist`.
#[derive(Debug)]
pub struct DistFile {
    /// The name that the sources use.
    pub name: String,
    /// Where it stands in `web/dist`.
    pub path: String,
    pub part: Part,
    pub content: Vec<u8>,
}

#[derive(Debug)]
pub struct Release {
    pub hash: String,
    pub files: Vec<DistFile>,
    pub groups: BTreeMap<String, Vec<String>>,
    pub routes: BTreeMap<String, String>,
}

impl Release {
    /// Puts the modules and the files of `web/` together.
    pub fn assemble(web: &Path, modules: Modules) -> Result<Self> {
        let Modules {
            app,
            loader,
            chunks,
            groups,
            routes,
            signer,
        } = modules;
        let mut assets: BTreeMap<String, (Part, Vec<u8>)> = BTreeMap::new();
        let mut add = |name: String, part: Part, content: Vec<u8>| {
            assets.insert(name, (part, content));
        };
        for (name, part, bound) in [
            ("app", Part::FirstPage, app),
            ("signer", Part::Signing, signer),
        ] {
            add(format!("{name}.js"), part, bound.glue.into_bytes());
            add(format!("{name}.wasm"), part, bound.wasm);
            for (path, script) in bound.snippets {
                add(path, part, script.into_bytes());
            }
        }
        add(LOADER.to_owned(), Part::FirstPage, loader.into_bytes());
        for (name, content) in chunks {
            add(name, Part::Lazy, content);
        }
        let styles = web.join("style");
        let apart = [SHELL_STYLES, OFFICE_STYLES];
        let sheet = style_sheet(&styles, |name| {
            !apart.iter().any(|folder| name.starts_with(folder))
        })?;
        add("app.css".to_owned(), Part::FirstPage, sheet.into_bytes());
        // Linked by the pages of the office, so that nobody else loads it.
        let sheet = style_sheet(&styles.join(OFFICE_STYLES), |_| true)?;
        add("office.css".to_owned(), Part::Lazy, sheet.into_bytes());

        let mut files = Vec::new();
        let mut service_worker = None;
        for (name, path) in files_under(&web.join("static"))? {
            let content =
                fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            if name == SERVICE_WORKER {
                service_worker = Some(String::from_utf8(content).context(SERVICE_WORKER)?);
            } else if name.ends_with(".js") {
                let part = if name.starts_with("signer") {
                    Part::Signing
                } else {
                    Part::FirstPage
                };
                add(name, part, content);
            } else {
                files.push(DistFile {
                    path: name.clone(),
                    name,
                    part: Part::Other,
                    content,
                });
            }
        }

        let hash = digest::of_files(
            assets
                .iter()
                .map(|(name, (_, content))| (name.as_str(), content.as_slice())),
        );
        let hash = hash.get(..HASH_DIGITS).unwrap_or(&hash).to_owned();
        let shell = style_sheet(&styles.join(SHELL_STYLES), |_| true)?;
        let template = read_text(&web.join(INDEX))?;
        let words = Words::read(&web.join("locales"))?;
        let value = |name: &str| match name.split_once(':') {
            None => (name == "style").then(|| shell.clone()),
            Some(("asset", asset)) => assets
                .contains_key(asset)
                .then(|| format!("/{ASSETS}/{hash}/{asset}")),
            Some(("words", key)) => words.joined(key, " · "),
            Some(("lines", key)) => words.joined(key, "<br>"),
            Some(_) => None,
        };
        // The demo's page is the heavier one, and weighed in the place of both.
        for (name, mode, address, part) in [
            (INDEX, Mode::Production, Address::Home, Part::Other),
            (DEMO_INDEX, Mode::Demo, Address::Home, Part::FirstPage),
            (PAGE, Mode::Production, Address::Other, Part::Other),
            (DEMO_PAGE, Mode::Demo, Address::Other, Part::Other),
        ] {
            let html = template::fill(&template, mode, address, value).context(INDEX)?;
            files.push(DistFile {
                name: name.to_owned(),
                path: name.to_owned(),
                part,
                content: html.into_bytes(),
            });
        }
        if let Some(script) = service_worker {
            let of_first_page = assets
                .iter()
                .filter(|(_, (part, _))| *part == Part::FirstPage)
                .map(|(name, _)| format!("\"/{ASSETS}/{hash}/{name}\""));
            let shell = of_first_page.collect::<Vec<_>>().join(", ");
            let script = template::filled(&script, |name| match name {
                "release" => Some(hash.clone()),
                "shell" => Some(shell.clone()),
                _ => None,
            });
            files.push(DistFile {
                name: SERVICE_WORKER.to_owned(),
                path: SERVICE_WORKER.to_owned(),
                part: Part::Other,
                content: script.context(SERVICE_WORKER)?.into_bytes(),
            });
        }
        files.extend(assets.into_iter().map(|(name, (part, content))| DistFile {
            path: format!("{ASSETS}/{hash}/{name}"),
            name,
            part,
            content,
        }));
        Ok(Self {
            hash,
            files,
            groups,
            routes,
        })
    }
}

/// All style sheets of the folder that are `wanted`, as one in the order of their names.
fn style_sheet(folder: &Path, wanted: impl Fn(&str) -> bool) -> Result<String> {
    let mut sheet = String::new();
    for (name, path) in files_under(folder)? {
        if name.ends_with(".css") && wanted(&name) {
            sheet.push_str(&read_text(&path)?);
            sheet.push('\n');
        }
    }
    Ok(sheet)
}

/// All files below the folder with their names relative to it, sorted; none if it is absent.
/// What is built or fetched is not a source.
pub fn files_under(folder: &Path) -> Result<BTreeMap<String, PathBuf>> {
    let mut files = BTreeMap::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(current) = waiting.pop() {
        let Ok(entries) = fs::read_dir(&current) else {
            continue;
        };
        for entry in entries {
            let path = entry?.path();
            let ours = path
                .file_name()
                .is_none_or(|name| name != "dist" && name != "target" && name != "node_modules");
            if path.is_dir() {
                waiting.extend(ours.then_some(path));
            } else {
                let name = path.strip_prefix(folder)?.display().to_string();
                files.insert(name, path);
            }
        }
    }
    Ok(files)
}

fn read_text(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in [
            (
                "index.html",
                "<style>{{style}}</style><script src=\"{{asset:boot.js}}\"></script>\
                 {{words:common.retry}}\
                 <!--demo--><p>{{mode}}</p><!--/demo-->",
            ),
            ("locales/kk.json", r#"{"common": {"retry": "Қайталау"}}"#),
            ("locales/ru.json", r#"{"common": {"retry": "Повторить"}}"#),
            ("locales/en.json", r#"{"common": {"retry": "Try again"}}"#),
            ("static/boot.js", "import('./app.js')"),
            ("static/signer-worker.js", "import('./signer.js')"),
            ("static/favicon.svg", "<svg/>"),
            ("static/sw.js", "const R = '{{release}}', F = [{{shell}}];"),
            ("style/shell/10-tokens.css", ":root{}"),
            ("style/20-base.css", "p{}"),
            ("style/30-layout.css", "h1{}"),
            ("style/office/10-office.css", "table{}"),
            ("src/main.rs", "fn main() {}"),
            ("dist/old.html", "old"),
            ("node_modules/x.js", "x"),
        ] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        folder
    }

    fn bound(wasm: &[u8]) -> Bound {
        Bound {
            glue: "glue".to_owned(),
            wasm: wasm.to_vec(),
            snippets: BTreeMap::from([("snippets/a/inline0.js".to_owned(), "s".to_owned())]),
        }
    }

    fn modules(chunk: &[u8]) -> Modules {
        Modules {
            app: bound(b"app"),
            loader: "loader".to_owned(),
            chunks: BTreeMap::from([("split_open.wasm".to_owned(), chunk.to_vec())]),
            groups: BTreeMap::from([("open".to_owned(), vec!["split_open.wasm".to_owned()])]),
            routes: BTreeMap::from([("/places".to_owned(), "open".to_owned())]),
            signer: bound(b"signer"),
        }
    }

    fn release(chunk: &[u8]) -> Release {
        Release::assemble(web().path(), modules(chunk)).unwrap()
    }

    fn text(release: &Release, name: &str) -> String {
        let file = release
            .files
            .iter()
            .find(|file| file.name == name)
            .unwrap_or_else(|| panic!("{name} is missing"));
        String::from_utf8(file.content.clone()).unwrap()
    }

    #[test]
    fn release_has_every_file_in_its_place_and_part() {
        let release = release(b"chunk");
        let assets = format!("assets/{}", release.hash);
        let found: BTreeMap<&str, (String, Part)> = release
            .files
            .iter()
            .map(|file| {
                let path = file.path.replace(&assets, "HASH");
                (file.name.as_str(), (path, file.part))
            })
            .collect();
        let expected = [
            ("__wasm_split.js", "HASH/__wasm_split.js", Part::FirstPage),
            ("app.css", "HASH/app.css", Part::FirstPage),
            ("app.js", "HASH/app.js", Part::FirstPage),
            ("app.wasm", "HASH/app.wasm", Part::FirstPage),
            ("boot.js", "HASH/boot.js", Part::FirstPage),
            ("demo-page.html", "demo-page.html", Part::Other),
            ("demo.html", "demo.html", Part::FirstPage),
            ("favicon.svg", "favicon.svg", Part::Other),
            ("index.html", "index.html", Part::Other),
            ("office.css", "HASH/office.css", Part::Lazy),
            ("page.html", "page.html", Part::Other),
            ("signer-worker.js", "HASH/signer-worker.js", Part::Signing),
            ("signer.js", "HASH/signer.js", Part::Signing),
            ("signer.wasm", "HASH/signer.wasm", Part::Signing),
            (
                "snippets/a/inline0.js",
                "HASH/snippets/a/inline0.js",
                Part::Signing,
            ),
            ("split_open.wasm", "HASH/split_open.wasm", Part::Lazy),
            // At the root, whatever it names.
            ("sw.js", "sw.js", Part::Other),
        ];
        let expected: BTreeMap<&str, (String, Part)> = expected
            .into_iter()
            .map(|(name, path, part)| (name, (path.to_owned(), part)))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn page_names_its_assets_and_holds_the_styles_of_the_shell() {
        let release = release(b"chunk");
        assert_eq!(
            text(&release, "index.html"),
            format!(
                "<style>:root{{}}\n</style><script src=\"/assets/{}/boot.js\"></script>{}",
                release.hash,
                "<span lang=\"kk\">Қайталау</span> · <span lang=\"ru\">Повторить</span> · \
                 <span lang=\"en\">Try again</span>"
            )
        );
        assert!(text(&release, "demo.html").ends_with("<p>demo</p>"));
        assert_eq!(text(&release, "app.css"), "p{}\nh1{}\n");
        assert_eq!(text(&release, "office.css"), "table{}\n");
    }

    #[test]
    fn change_of_any_asset_is_another_release() {
        assert_eq!(release(b"chunk").hash, release(b"chunk").hash);
        assert_ne!(release(b"chunk").hash, release(b"other").hash);
        assert_eq!(release(b"chunk").hash.len(), HASH_DIGITS);
    }

    #[test]
    fn built_and_fetched_folders_are_no_sources() {
        let web = web();
        let names: Vec<_> = files_under(web.path()).unwrap().into_keys().collect();
        assert!(names.contains(&"src/main.rs".to_owned()));
        assert!(
            !names
                .iter()
                .any(|name| name.contains("dist") || name.contains("node_modules")),
            "{names:?}"
        );
    }
}
