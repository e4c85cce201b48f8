//! What a browser may load while it still reads the page: the files of the group of pages that
//! shows the address, told by `Link` headers (RFC 8288). The build of the pages lists groups and
//! addresses in `manifest.json`.

use actix_web::http::header::HeaderValue;
use serde::Deserialize;
use std::{collections::BTreeMap, io};

/// The part of the manifest that the server reads. A build without groups has nothing to preload.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Manifest {
    release: String,
    groups: BTreeMap<String, Vec<String>>,
    routes: BTreeMap<String, String>,
}

/// The header of each route.
#[derive(Debug, Default)]
pub struct Preloads(Vec<(String, HeaderValue)>);

impl Preloads {
    /// Reads the manifest; `exists` knows the files of the folder by their paths.
    ///
    /// # Errors
    /// When it is no manifest, or names a group or a file that is not there.
    pub fn read(manifest: &[u8], exists: impl Fn(&str) -> bool) -> io::Result<Self> {
        let manifest: Manifest = serde_json::from_slice(manifest)?;
        let mut headers = Vec::new();
        for (route, group) in &manifest.routes {
            let missing = |what: &str| {
                io::Error::other(format!("{route} is shown by {what}, which is not there"))
            };
            let files = manifest.groups.get(group).ok_or_else(|| missing(group))?;
            let mut links = Vec::new();
            for file in files {
                let path = format!("assets/{}/{file}", manifest.release);
                if !exists(&path) {
                    return Err(missing(&path));
                }
                links.push(format!(
                    "</{path}>; rel=preload; as=fetch; type=\"application/wasm\"; crossorigin"
                ));
            }
            if !links.is_empty() {
                let header = HeaderValue::from_str(&links.join(", ")).map_err(io::Error::other)?;
                headers.push((route.clone(), header));
            }
        }
        Ok(Self(headers))
    }

    /// The header for the page at this path: that of the route with the most literal segments, as
    /// `/applications/new` comes before `/applications/:id`.
    pub fn of(&self, path: &str) -> Option<&HeaderValue> {
        let path = segments(path);
        self.0
            .iter()
            .filter_map(|(route, header)| Some((literals(&segments(route), &path)?, header)))
            .max_by_key(|(literals, _)| *literals)
            .map(|(_, header)| header)
    }
}

fn segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

/// How many segments of the path the route names, if it matches. `:name` stands for any segment,
/// `:name?` for one or none, `*name` for the rest, as in the router of the pages.
fn literals(route: &[&str], path: &[&str]) -> Option<usize> {
    match (route, path) {
        ([], []) => Some(0),
        ([segment, ..], _) if segment.starts_with('*') => Some(0),
        ([segment, route @ ..], _) if segment.starts_with(':') => {
            let taken = path
                .split_first()
                .and_then(|(_, path)| literals(route, path));
            let left_out = || {
                segment
                    .ends_with('?')
                    .then(|| literals(route, path))
                    .flatten()
            };
            taken.or_else(left_out)
        }
        ([segment, route @ ..], [first, path @ ..]) if segment == first => {
            literals(route, path).map(|literals| literals + 1)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn preloads(manifest: &str) -> io::Result<Preloads> {
        let files = [
            "assets/0f/chunk_1.wasm",
            "assets/0f/split_open.wasm",
            "assets/0f/split_person.wasm",
        ];
        Preloads::read(manifest.as_bytes(), |path| files.contains(&path))
    }

    const MANIFEST: &str = r#"{
        "release": "0f",
        "files": {},
        "groups": {
            "open": ["chunk_1.wasm", "split_open.wasm"],
            "person": ["split_person.wasm"],
            "empty": []
        },
        "routes": {
            "/places": "open",
            "/applications/:id": "person",
            "/applications/new": "open",
            "/applications/:id/choose/:step?": "person",
            "/help/*rest": "open",
            "/nothing": "empty"
        }
    }"#;

    #[test]
    fn route_is_told_every_file_of_its_group() {
        let preloads = preloads(MANIFEST).unwrap();
        assert_eq!(
            preloads.of("/places").unwrap(),
            "</assets/0f/chunk_1.wasm>; rel=preload; as=fetch; type=\"application/wasm\"; crossorigin, \
             </assets/0f/split_open.wasm>; rel=preload; as=fetch; type=\"application/wasm\"; crossorigin"
        );
    }

    #[rstest]
    #[case("/places", Some("open"))]
    #[case("/places/", Some("open"))]
    #[case("/applications/0193", Some("person"))]
    #[case("/applications/new", Some("open"))]
    #[case("/applications/0193/choose", Some("person"))]
    #[case("/applications/0193/choose/check", Some("person"))]
    #[case("/applications/0193/choose/check/more", None)]
    #[case("/help", Some("open"))]
    #[case("/help/keys/gost", Some("open"))]
    #[case("/nothing", None)]
    #[case("/", None)]
    #[case("/unknown", None)]
    fn path_is_matched_as_the_router_does(#[case] path: &str, #[case] group: Option<&str>) {
        let preloads = preloads(MANIFEST).unwrap();
        let header = preloads.of(path).map(|header| header.to_str().unwrap());
        match group {
            None => assert_eq!(header, None),
            Some(group) => assert!(header.unwrap().contains(&format!("split_{group}"))),
        }
    }

    #[test]
    fn manifest_that_names_what_is_not_there_is_refused() {
        for (from, to) in [
            (r#""/places": "open""#, r#""/places": "shut""#),
            (r#"["split_person.wasm"]"#, r#"["split_gone.wasm"]"#),
            (r#""release": "0f""#, r#""release": "0e""#),
            (r#""routes": {"#, r#""routes": "#),
        ] {
            assert!(preloads(&MANIFEST.replacen(from, to, 1)).is_err(), "{to}");
        }
    }

    #[test]
    fn manifest_without_groups_preloads_nothing() {
        assert!(
            preloads(r#"{"files": {}}"#)
                .unwrap()
                .of("/places")
                .is_none()
        );
    }
}
