//! Takes the code of lazily loaded pages out of the app's module: one group of pages, one or more
//! files that are loaded when one of its pages is shown.
//!
//! Which pages belong together and which addresses show them is declared by `lazy_pages!` in
//! `web/src`. The macro writes one line per page into a custom section of the module.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use wasm_split_cli_support::{Options, transform};

use super::sections;

/// The loader of the groups and the glue of the main module import each other by these names.
pub const LOADER: &str = "__wasm_split.js";
pub const GLUE: &str = "app.js";
/// The custom section with a line `GROUP PATH` per lazy page.
const ROUTES_SECTION: &str = "lazy_pages";

/// The app in parts. File names of groups are complete, such as `chunk_1.wasm`.
#[derive(Debug)]
pub struct Split {
    /// What is always loaded; wasm-bindgen has not seen it yet.
    pub main: Vec<u8>,
    pub loader: String,
    /// The other modules, by their file names.
    pub chunks: BTreeMap<String, Vec<u8>>,
    /// The files of each group.
    pub groups: BTreeMap<String, Vec<String>>,
    /// The group of each address.
    pub routes: BTreeMap<String, String>,
}

/// Splits the linked module; intermediate files stand in `scratch`.
pub fn split(linked: &Path, scratch: &Path) -> Result<Split> {
    let wasm = fs::read(linked).with_context(|| format!("cannot read {}", linked.display()))?;
    if scratch.exists() {
        fs::remove_dir_all(scratch)?;
    }
    fs::create_dir_all(scratch).with_context(|| format!("cannot create {}", scratch.display()))?;
    let main = scratch.join("main.wasm");
    let (link_name, main_module) = (format!("./{LOADER}"), format!("./{GLUE}"));
    let mut options = Options::new(&wasm);
    options.output_dir = scratch;
    options.main_out_path = &main;
    options.link_name = &link_name;
    options.main_module = &main_module;
    options.emit_dwarf = false;
    let parts = transform(options)
        .map_err(|error| anyhow!("cannot split {}: {error:#}", linked.display()))?;

    let chunks = parts
        .split_modules
        .iter()
        .map(|path| {
            let name = path.file_name().and_then(|name| name.to_str());
            let name = name.context("a part of the app has a name in Unicode")?;
            Ok((name.to_owned(), fs::read(path)?))
        })
        .collect::<Result<BTreeMap<_, _>>>()?;
    let groups: BTreeMap<String, Vec<String>> = parts
        .prefetch_map
        .into_iter()
        .map(|(group, stems)| {
            let files = stems.into_iter().map(|stem| format!("{stem}.wasm"));
            (group, files.collect())
        })
        .collect();
    let routes = routes(&sections::custom(&wasm, ROUTES_SECTION)?)?;
    if let Some((route, group)) = routes
        .iter()
        .find(|(_, group)| !groups.contains_key(*group))
    {
        return Err(anyhow!(
            "{route} is shown by the group {group}, which no page is split into"
        ));
    }
    Ok(Split {
        main: fs::read(&main).context("the splitter wrote no main module")?,
        loader: fs::read_to_string(scratch.join(LOADER)).context("the splitter wrote no loader")?,
        // A group whose code is all in the main module leaves an empty part behind.
        chunks: chunks
            .into_iter()
            .filter(|(name, _)| groups.values().flatten().any(|file| file == name))
            .collect(),
        groups,
        routes,
    })
}

/// Reads the lines of the custom section.
fn routes(section: &[u8]) -> Result<BTreeMap<String, String>> {
    std::str::from_utf8(section)
        .context("the list of lazy pages is no text")?
        .lines()
        .map(|line| {
            let (group, path) = line
                .split_once(' ')
                .with_context(|| format!("no lazy page: {line}"))?;
            Ok((path.to_owned(), group.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_read_from_the_lines_of_the_section() {
        let read = routes(b"open /places\nperson /applications/:id\nopen /help\n").unwrap();
        let expected = [
            ("/applications/:id", "person"),
            ("/help", "open"),
            ("/places", "open"),
        ];
        assert_eq!(
            read,
            expected
                .map(|(path, group)| (path.to_owned(), group.to_owned()))
                .into()
        );
        assert!(routes(b"").unwrap().is_empty());
    }

    #[test]
    fn line_without_a_group_is_refused() {
        assert!(routes(b"/places\n").is_err());
        assert!(routes(&[0xff, b' ', b'\n']).is_err());
    }
}
