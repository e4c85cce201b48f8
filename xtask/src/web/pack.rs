//! Puts modules that parents always load together into one file. The splitter makes a module of the code that each
//! *set* of groups shares, so groups that stand apart, such as the office, would break the files of all others into
//! many: what they share among themselves, and what they share with each set of those that stand apart. Both are loaded
//! at the same time, so they become two files again: one that groups apart need as well, and one that they do not.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};

use super::split::Split;

/// Groups that are on nobody's way through the others.
const APART: [&str; 7] = [
    "office",
    "office_queue",
    "desk",
    "camera",
    "phone",
    "demo",
    "proofs",
];

/// So few bytes, before they are compressed, are loaded by groups apart as well rather than from a file of their own.
const SMALL: usize = 48 * 1024;

/// Fetches a file of several modules once, and gives out its parts. One that did not come is asked for again.
const PARTS: &str = "\
const packs = new Map();
const part = async (pack, start, end) => {
    if (!packs.has(pack)) {
        const whole = fetch(new URL(pack, import.meta.url)).then((answer) => {
            if (!answer.ok) throw new Error(`${pack} was answered with ${answer.status}`);
            return answer.arrayBuffer();
        });
        whole.catch(() => packs.delete(pack));
        packs.set(pack, whole);
    }
    return (await packs.get(pack)).slice(start, end);
};
";

/// Packs the modules of a split app; its loader then takes them out of their files.
pub fn pack(split: &mut Split) -> Result<()> {
    let several = together(split).into_iter().filter(|names| names.len() > 1);
    let mut loader = std::mem::take(&mut split.loader);
    for (number, names) in several.enumerate() {
        let pack = format!("pack_{number}.wasm");
        let mut content = Vec::new();
        for name in &names {
            let Some(module) = split.chunks.remove(name) else {
                bail!("there is no module {name} to pack");
            };
            let (start, end) = (content.len(), content.len() + module.len());
            content.extend(module);
            loader = taken_from(
                &loader,
                name,
                &format!("part(\"./{pack}\", {start}, {end})"),
            )?;
        }
        for files in split.groups.values_mut() {
            let before = files.len();
            files.retain(|file| !names.contains(file));
            if files.len() < before {
                files.insert(0, pack.clone());
            }
        }
        split.chunks.insert(pack, content);
    }
    split.loader = format!("{loader}{PARTS}");
    Ok(())
}

/// The modules that become a file, or stay one.
fn together(split: &Split) -> Vec<Vec<String>> {
    let mut by_users: BTreeMap<BTreeSet<&str>, [Vec<String>; 2]> = BTreeMap::new();
    for name in split.chunks.keys() {
        let users = split
            .groups
            .iter()
            .filter(|(_, files)| files.contains(name));
        let users = users.map(|(group, _)| group.as_str());
        let (apart, users): (BTreeSet<&str>, BTreeSet<&str>) =
            users.partition(|group| APART.contains(group));
        if !users.is_empty() {
            let [alone, shared] = by_users.entry(users).or_default();
            let place = if apart.is_empty() { alone } else { shared };
            place.push(name.clone());
        }
    }
    let size = |names: &[String]| -> usize {
        let modules = names.iter().filter_map(|name| split.chunks.get(name));
        modules.map(Vec::len).sum()
    };
    let mut files = Vec::new();
    for [alone, shared] in by_users.into_values() {
        if size(&alone) < SMALL {
            files.push([alone, shared].concat());
        } else {
            files.extend([alone, shared]);
        }
    }
    files
}

/// The loader, with a module that comes from `source` instead of a file of its own.
fn taken_from(loader: &str, name: &str, source: &str) -> Result<String> {
    let (fetched, streamed) = (
        format!("fetch(new URL(\"./{name}\", import.meta.url))"),
        "WebAssembly.instantiateStreaming(src, imports)",
    );
    let Some((before, behind)) = loader.split_once(&fetched) else {
        bail!("the loader does not fetch {name} as expected");
    };
    let Some((between, behind)) = behind.split_once(streamed) else {
        bail!("the loader does not start {name} as expected");
    };
    if between.contains("fetch(") {
        bail!("the loader starts {name} in another way than expected");
    }
    Ok(format!(
        "{before}{source}{between}src.then((bytes) => WebAssembly.instantiate(bytes, imports)){behind}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(name: &str) -> String {
        format!(
            "const {name} = makeLoad(() => {{\n    const src = fetch(new URL(\"./{name}.wasm\", \
             import.meta.url));\n    src.catch(() => {{}});\n    return async (imports) => \
             debugWrap(WebAssembly.instantiateStreaming(src, imports));\n}}\n, []);\n"
        )
    }

    fn split() -> Split {
        let files = |names: &[&str]| names.iter().map(|name| format!("{name}.wasm")).collect();
        let names = ["shared", "with_office", "with_desk", "account", "office"];
        Split {
            main: Vec::new(),
            loader: names.map(load).concat(),
            chunks: names
                .map(|name| (format!("{name}.wasm"), name.as_bytes().to_vec()))
                .into(),
            groups: [
                (
                    "account",
                    files(&["shared", "with_office", "with_desk", "account"]),
                ),
                ("flow", files(&["shared", "with_office", "with_desk"])),
                ("office", files(&["with_office", "office"])),
                ("desk", files(&["with_desk"])),
            ]
            .map(|(group, files): (&str, Vec<String>)| (group.to_owned(), files))
            .into(),
            routes: BTreeMap::new(),
        }
    }

    #[test]
    fn what_the_others_share_with_groups_apart_is_one_file() {
        let mut split = split();
        for name in ["shared", "with_office"] {
            let padded = vec![b'-'; SMALL];
            split
                .chunks
                .entry(format!("{name}.wasm"))
                .and_modify(|module| module.extend(padded));
        }
        pack(&mut split).unwrap();
        assert_eq!(
            split.groups["account"],
            ["pack_0.wasm", "shared.wasm", "account.wasm"]
        );
        assert_eq!(split.groups["flow"], ["pack_0.wasm", "shared.wasm"]);
        assert_eq!(split.groups["office"], ["pack_0.wasm", "office.wasm"]);
        assert_eq!(split.groups["desk"], ["pack_0.wasm"]);
        assert!(split.chunks["pack_0.wasm"].starts_with(b"with_deskwith_office--"));
        assert_eq!(split.chunks.len(), 4);
        for expected in [
            "const src = part(\"./pack_0.wasm\", 0, 9);",
            "const src = part(\"./pack_0.wasm\", 9, 49172);",
            "fetch(new URL(\"./account.wasm\", import.meta.url))",
        ] {
            assert!(split.loader.contains(expected), "{}", split.loader);
        }
        assert_eq!(split.loader.matches("instantiateStreaming").count(), 3);
    }

    #[test]
    fn what_is_small_is_no_file_of_its_own() {
        let mut split = split();
        pack(&mut split).unwrap();
        assert_eq!(split.groups["flow"], ["pack_0.wasm"]);
        assert_eq!(split.chunks["pack_0.wasm"], b"sharedwith_deskwith_office");
    }

    #[test]
    fn loader_of_another_form_is_refused() {
        let mut split = split();
        split.loader = split.loader.replace("instantiateStreaming", "compile");
        assert!(pack(&mut split).is_err());
    }
}
