//! The built pages, read into memory at the start: what is not in the list does not exist, so no
//! path leads out of the folder. Compressed forms stand beside each file as `.br` and `.gz`.
//!
//! Assets of earlier releases that the folder still has are served too: a page that is open asks
//! for those of the release that it came from.

mod preload;

use super::security;
use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
    web::Bytes,
};
use balabaqsha_shared::dto::ServiceMode;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use preload::Preloads;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fmt, fs, io,
    path::{Path, PathBuf},
};

const INDEX: &str = "index.html";
/// The same page with the banner of the demo.
const DEMO_INDEX: &str = "demo.html";
/// Both for every address but that of the home page: the first words have another heading.
const PAGE: &str = "page.html";
const DEMO_PAGE: &str = "demo-page.html";
/// For this server, not for browsers.
const MANIFEST: &str = "manifest.json";
/// Files of a release stand in a folder that is named by a hash over all of them.
const HASHED: &str = "assets/";
/// Hexadecimal digits of a release's hash.
const RELEASE_DIGITS: usize = 16;
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Cached, but revalidated before each use.
const ASK_FIRST: &str = "no-cache";
/// Upper bound for one file; the whole app has about 2 MB.
const LARGEST_FILE: u64 = 64 * 1024 * 1024;

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Brotli,
    Gzip,
}

impl Coding {
    /// The better first.
    const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// The name in `Accept-Encoding` (RFC 9110, section 8.4.1; RFC 7932).
    const fn token(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
        }
    }
}

struct Asset {
    media_type: &'static str,
    cache: &'static str,
    /// Hash of the plain content.
    hash: String,
    plain: Bytes,
    /// The compressed forms, the smallest first.
    compressed: Vec<(Coding, Bytes)>,
}

/// All files of the folder with the pages.
pub struct Assets {
    /// By their paths.
    files: BTreeMap<String, Asset>,
    index: Asset,
    page: Option<Asset>,
    preloads: Preloads,
    /// What the security policy has to allow: the page's own styles.
    inline_styles: Vec<String>,
}

impl fmt::Debug for Assets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assets")
            .field("files", &self.files.len())
            .finish_non_exhaustive()
    }
}

impl Assets {
    /// Reads the folder. Hidden files are left out.
    ///
    /// # Errors
    /// When it cannot be read, has no `index.html`, or its manifest contradicts it.
    pub fn load(folder: &Path, mode: ServiceMode) -> io::Result<Self> {
        let explained = |error: io::Error| {
            io::Error::new(
                error.kind(),
                format!("the folder with the pages, {}: {error}", folder.display()),
            )
        };
        let mut contents = BTreeMap::new();
        read_folder(folder, "", &mut contents).map_err(explained)?;
        let mut files: BTreeMap<String, Asset> = contents
            .iter()
            .filter(|(name, _)| !is_compressed_form(name, &contents))
            .map(|(name, plain)| (name.clone(), asset(name, plain, &contents)))
            .collect();
        let mut of_mode = |name: &str, demo_name: &str| {
            let (page, demo) = (files.remove(name), files.remove(demo_name));
            match mode {
                ServiceMode::Demo => demo.or(page),
                ServiceMode::Production => page,
            }
        };
        let (index, page) = (of_mode(INDEX, DEMO_INDEX), of_mode(PAGE, DEMO_PAGE));
        let Some(index) = index else {
            return Err(explained(io::Error::new(
                io::ErrorKind::NotFound,
                "it has no index.html",
            )));
        };
        let preloads = files
            .remove(MANIFEST)
            .map(|manifest| Preloads::read(&manifest.plain, |path| files.contains_key(path)))
            .transpose()
            .map_err(|error| explained(io::Error::other(format!("{MANIFEST}: {error}"))))?;
        Ok(Self {
            inline_styles: security::inline_styles(&index.plain),
            preloads: preloads.unwrap_or_default(),
            files,
            index,
            page,
        })
    }

    /// Sources for the `style-src` of the security policy.
    pub fn inline_styles(&self) -> &[String] {
        &self.inline_styles
    }

    /// The file of this path.
    pub fn file(&self, request: &HttpRequest) -> Option<HttpResponse> {
        match request.path().strip_prefix('/')? {
            "" | INDEX => Some(self.index(request)),
            name => Some(self.files.get(name)?.answer(request.headers())),
        }
    }

    /// The page of the app, for the paths that the app itself knows.
    pub fn index(&self, request: &HttpRequest) -> HttpResponse {
        let page = match request.path() {
            "/" | "/index.html" => None,
            _ => self.page.as_ref(),
        };
        let mut response = page.unwrap_or(&self.index).answer(request.headers());
        if let Some(links) = self.preloads.of(request.path()) {
            response.headers_mut().insert(header::LINK, links.clone());
        }
        response
    }
}

/// Whether the path is that of a release's asset, present or not.
pub fn is_of_a_release(path: &str) -> bool {
    let release = path
        .strip_prefix('/')
        .and_then(|path| path.strip_prefix(HASHED))
        .and_then(|path| path.split_once('/'));
    release.is_some_and(|(hash, _)| {
        hash.len() == RELEASE_DIGITS && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

fn read_folder(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Bytes>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| !name.starts_with('.')) else {
            continue;
        };
        let path: PathBuf = entry.path();
        // Follows no links: they could lead out of the folder.
        let kind = entry.file_type()?;
        if kind.is_dir() {
            read_folder(&path, &format!("{prefix}{name}/"), files)?;
        } else if kind.is_file() {
            if entry.metadata()?.len() > LARGEST_FILE {
                return Err(io::Error::other(format!("{prefix}{name} is too large")));
            }
            files.insert(format!("{prefix}{name}"), fs::read(&path)?.into());
        }
    }
    Ok(())
}

fn is_compressed_form(name: &str, files: &BTreeMap<String, Bytes>) -> bool {
    Coding::ALL.iter().any(|coding| {
        name.strip_suffix(coding.extension())
            .is_some_and(|plain| files.contains_key(plain))
    })
}

fn asset(name: &str, plain: &Bytes, files: &BTreeMap<String, Bytes>) -> Asset {
    let form = |coding: Coding| {
        let content = files.get(&format!("{name}{}", coding.extension()))?;
        Some((coding, content.clone()))
    };
    Asset {
        media_type: media_type(name),
        cache: if name.starts_with(HASHED) {
            FOR_EVER
        } else {
            ASK_FIRST
        },
        hash: URL_SAFE_NO_PAD.encode(Sha256::digest(plain)),
        plain: plain.clone(),
        compressed: Coding::ALL.into_iter().filter_map(form).collect(),
    }
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "pdf" => "application/pdf",
        "xml" => "application/xml",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

impl Asset {
    fn answer(&self, headers: &HeaderMap) -> HttpResponse {
        let accepted = accepted_codings(headers);
        let chosen = self
            .compressed
            .iter()
            .find(|(coding, _)| accepted.contains(coding));
        // Forms differ byte by byte, so each has a tag of its own.
        let tag = match chosen {
            Some((coding, _)) => format!("\"{}-{}\"", self.hash, coding.token()),
            None => format!("\"{}\"", self.hash),
        };
        let mut response = if matches(headers, &tag) {
            HttpResponse::new(StatusCode::NOT_MODIFIED)
        } else {
            let content = chosen.map_or(&self.plain, |(_, content)| content);
            let mut response = HttpResponse::Ok().body(content.clone());
            let kind = HeaderValue::from_static(self.media_type);
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
            if let Some((coding, _)) = chosen {
                let coding = HeaderValue::from_static(coding.token());
                response
                    .headers_mut()
                    .insert(header::CONTENT_ENCODING, coding);
            }
            response
        };
        let out = response.headers_mut();
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            out.insert(header::ETAG, tag);
        }
        out.insert(header::CACHE_CONTROL, HeaderValue::from_static(self.cache));
        if !self.compressed.is_empty() {
            out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        response
    }
}

/// Codings that `Accept-Encoding` names with a weight above zero (RFC 9110, section 12.5.3).
fn accepted_codings(headers: &HeaderMap) -> Vec<Coding> {
    let values = headers
        .get_all(header::ACCEPT_ENCODING)
        .filter_map(|value| value.to_str().ok());
    let mut accepted = Vec::new();
    for part in values.flat_map(|value| value.split(',')).take(32) {
        let mut pieces = part.split(';').map(str::trim);
        let name = pieces.next().unwrap_or_default();
        let refused = pieces
            .filter_map(|piece| {
                piece
                    .strip_prefix("q=")
                    .or_else(|| piece.strip_prefix("Q="))
            })
            .any(|weight| {
                weight
                    .trim()
                    .parse::<f32>()
                    .is_ok_and(|weight| weight <= 0.0)
            });
        let coding = Coding::ALL
            .into_iter()
            .find(|coding| coding.token().eq_ignore_ascii_case(name));
        accepted.extend(coding.filter(|_| !refused));
    }
    accepted
}

/// `If-None-Match` with weak comparison (RFC 9110, section 13.1.2).
fn matches(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|known| known.trim())
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::{body::to_bytes, test::TestRequest};

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, content: &str| {
            let path = folder.path().join("dist").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        };
        write("index.html", "page");
        write("demo.html", "page with a banner");
        write("demo.html.br", "page with a banner in brotli");
        write("page.html", "page elsewhere");
        write("demo-page.html", "page with a banner elsewhere");
        write(
            "manifest.json",
            r#"{"release": "0123456789abcdef", "groups": {"open": ["a.wasm"]}, "routes": {"/places": "open"}}"#,
        );
        write("assets/0123456789abcdef/a.wasm", "group");
        write(
            "assets/fedcba9876543210/a.wasm",
            "group of the release before",
        );
        write("assets/fedcba9876543210/.retired", "1800000000");
        write("index.html.br", "page in brotli");
        write("index.html.gz", "page in gzip");
        write("assets/app.0f.wasm", "wasm");
        write("assets/app.0f.wasm.gz", "wasm in gzip");
        write("assets/photo.0f.png", "png");
        write("notes.br", "no form of anything");
        write(".stamp", "hidden");
        write("../secret.txt", "secret");
        folder
    }

    fn assets(folder: &tempfile::TempDir) -> Assets {
        Assets::load(&folder.path().join("dist"), ServiceMode::Production).unwrap()
    }

    fn get(path: &str, headers: &[(header::HeaderName, &str)]) -> Option<HttpResponse> {
        let mut request = TestRequest::get().uri(path);
        for (name, value) in headers {
            request = request.append_header((name.clone(), *value));
        }
        assets(&folder()).file(&request.to_http_request())
    }

    fn header(response: &HttpResponse, name: header::HeaderName) -> Option<&str> {
        response
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap())
    }

    #[rstest::rstest]
    #[case("gzip, deflate, br, zstd", Some("br"), "page in brotli")]
    #[case("gzip;q=1.0, br;q=0.5", Some("br"), "page in brotli")]
    #[case("gzip, br;q=0", Some("gzip"), "page in gzip")]
    #[case("GZIP", Some("gzip"), "page in gzip")]
    #[case("br;q=0.0, gzip;q=0", None, "page")]
    #[case("zstd, *;q=0.1", None, "page")]
    #[case("", None, "page")]
    #[actix_web::test]
    async fn best_accepted_content_encoding_is_sent(
        #[case] accepted: &str,
        #[case] coding: Option<&str>,
        #[case] content: &str,
    ) {
        let response = get("/", &[(header::ACCEPT_ENCODING, accepted)]).unwrap();
        assert_eq!(header(&response, header::CONTENT_ENCODING), coding);
        assert_eq!(header(&response, header::VARY), Some("accept-encoding"));
        assert_eq!(
            header(&response, header::CONTENT_TYPE),
            Some("text/html; charset=utf-8")
        );
        assert_eq!(to_bytes(response.into_body()).await.unwrap(), content);
    }

    #[rstest::rstest]
    #[case("/", "page")]
    #[case("/index.html", "page")]
    #[case("/places", "page elsewhere")]
    #[actix_web::test]
    async fn only_the_home_page_begins_with_its_heading(#[case] path: &str, #[case] content: &str) {
        let request = TestRequest::get().uri(path).to_http_request();
        let response = assets(&folder()).index(&request);
        assert_eq!(to_bytes(response.into_body()).await.unwrap(), content);
    }

    #[test]
    fn hashed_files_are_immutable_and_pages_are_revalidated() {
        let wasm = get("/assets/app.0f.wasm", &[]).unwrap();
        assert_eq!(header(&wasm, header::CACHE_CONTROL), Some(FOR_EVER));
        assert_eq!(
            header(&wasm, header::CONTENT_TYPE),
            Some("application/wasm")
        );
        let page = get("/index.html", &[]).unwrap();
        assert_eq!(header(&page, header::CACHE_CONTROL), Some(ASK_FIRST));
        let picture = get("/assets/photo.0f.png", &[]).unwrap();
        assert_eq!(
            header(&picture, header::VARY),
            None,
            "there is one form only"
        );
    }

    #[test]
    fn matching_etag_is_answered_with_not_modified() {
        let br = [(header::ACCEPT_ENCODING, "br")];
        let tag = header(&get("/", &br).unwrap(), header::ETAG)
            .unwrap()
            .to_owned();
        let plain = header(&get("/", &[]).unwrap(), header::ETAG)
            .unwrap()
            .to_owned();
        assert_ne!(tag, plain);
        for known in [tag.clone(), format!("\"x\", W/{tag}"), "*".to_owned()] {
            let again = [br[0].clone(), (header::IF_NONE_MATCH, known.as_str())];
            let response = get("/", &again).unwrap();
            assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{known}");
            assert_eq!(header(&response, header::ETAG), Some(tag.as_str()));
        }
        let other = [br[0].clone(), (header::IF_NONE_MATCH, plain.as_str())];
        assert_eq!(get("/", &other).unwrap().status(), StatusCode::OK);
    }

    #[rstest::rstest]
    fn files_outside_of_the_manifest_are_not_served(
        #[values(
            "/../secret.txt",
            "/assets/../../secret.txt",
            "/..%2fsecret.txt",
            "/%2e%2e/secret.txt",
            "//etc/passwd",
            "/assets/",
            "/assets",
            "/.stamp",
            "/index.html.br",
            "/assets/app.0f.wasm.gz",
            "/index.html%00",
            "/INDEX.HTML",
            "/demo.html",
            "/demo.html.br",
            "/page.html",
            "/demo-page.html",
            "/manifest.json",
            "/assets/fedcba9876543210/.retired"
        )]
        path: &str,
    ) {
        assert!(get(path, &[]).is_none(), "{path}");
    }

    #[test]
    fn assets_of_the_release_before_are_served_for_ever_too() {
        let asset = get("/assets/fedcba9876543210/a.wasm", &[]).unwrap();
        assert_eq!(header(&asset, header::CACHE_CONTROL), Some(FOR_EVER));
    }

    #[actix_web::test]
    async fn demo_has_a_page_of_its_own() {
        let folder = folder();
        let assets = Assets::load(&folder.path().join("dist"), ServiceMode::Demo).unwrap();
        let request = TestRequest::get().uri("/").to_http_request();
        let page = assets.index(&request);
        assert_eq!(
            to_bytes(page.into_body()).await.unwrap(),
            "page with a banner"
        );
        fs::remove_file(folder.path().join("dist/demo.html")).unwrap();
        let assets = Assets::load(&folder.path().join("dist"), ServiceMode::Demo).unwrap();
        let page = assets.index(&request);
        assert_eq!(to_bytes(page.into_body()).await.unwrap(), "page");
    }

    #[test]
    fn page_tells_what_its_address_will_load() {
        let folder = folder();
        let page = |path: &str, known: Option<&str>| {
            let mut request = TestRequest::get().uri(path);
            if let Some(known) = known {
                request = request.append_header((header::IF_NONE_MATCH, known));
            }
            assets(&folder).index(&request.to_http_request())
        };
        let link = "</assets/0123456789abcdef/a.wasm>; rel=preload; as=fetch; \
                    type=\"application/wasm\"; crossorigin";
        assert_eq!(header(&page("/places", None), header::LINK), Some(link));
        assert_eq!(
            header(&page("/places", Some("*")), header::LINK),
            Some(link)
        );
        assert_eq!(header(&page("/", None), header::LINK), None);
    }

    #[test]
    fn manifest_that_contradicts_the_folder_is_refused_with_its_name() {
        let folder = folder();
        let dist = folder.path().join("dist");
        fs::remove_dir_all(dist.join("assets/0123456789abcdef")).unwrap();
        let error = Assets::load(&dist, ServiceMode::Production).unwrap_err();
        let error = error.to_string();
        assert!(
            error.contains("manifest.json") && error.contains("a.wasm"),
            "{error}"
        );
    }

    #[test]
    fn assets_of_releases_are_known_by_their_folder() {
        assert!(is_of_a_release("/assets/0123456789abcdef/gone.wasm"));
        for path in [
            "/assets/gone.wasm",
            "/assets/0123456789abcdef",
            "/assets/0123456789abcde/gone.wasm",
            "/assets/0123456789abcdeg/gone.wasm",
            "/v1/0123456789abcdef/gone.wasm",
        ] {
            assert!(!is_of_a_release(path), "{path}");
        }
    }

    #[test]
    fn compressed_file_without_its_plain_file_is_served_as_it_is() {
        assert!(get("/notes.br", &[]).is_some());
    }

    #[test]
    #[cfg(unix)]
    fn symbolic_links_are_not_followed() {
        let folder = folder();
        let link = folder.path().join("dist/link.txt");
        std::os::unix::fs::symlink(folder.path().join("secret.txt"), link).unwrap();
        let request = TestRequest::get().uri("/link.txt").to_http_request();
        assert!(assets(&folder).file(&request).is_none());
    }

    #[test]
    fn a_folder_without_pages_is_refused_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let error = Assets::load(folder.path(), ServiceMode::Demo)
            .unwrap_err()
            .to_string();
        assert!(error.contains(folder.path().to_str().unwrap()), "{error}");
        assert!(Assets::load(&folder.path().join("none"), ServiceMode::Demo).is_err());
    }
}
