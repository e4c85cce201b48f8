//! What the pages weigh on the wire, and how much they may: by page, by step of a journey, and in
//! all. Weights are brotli; calls of the API and icons are not counted.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};

use super::manifest::{Manifest, Part};
use super::office;
use crate::workspace::Workspace;

/// A weight in bytes and the number of files, each of which is a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Load {
    bytes: u64,
    files: usize,
}

const HOME: &str = "/";
/// The aim is 270 kB.
const HOME_LIMIT: Load = Load {
    bytes: 294_000,
    files: 12,
};
/// What one step adds to the pages that are loaded already. The aim is 130 kB.
const STEP_LIMIT: Load = Load {
    bytes: 159_000,
    files: 16,
};
/// The same for the office, which its officials load at a desk and parents never.
const OFFICE_LIMIT: Load = Load {
    bytes: 389_000,
    files: 28,
};
/// The same for the desk of a kindergarten.
const DESK_LIMIT: Load = Load {
    bytes: 229_000,
    files: 24,
};
/// From the home page to the signed referral, signing module included.
const JOURNEY: [&str; 5] = [
    HOME,
    LOGIN,
    JOURNAL,
    "/applications/:id/choose/:step?",
    "/documents/:id",
];
const LOGIN: &str = "/login";
const JOURNAL: &str = "/applications";
/// Groups that are met without a login. The others are met after it and after the journal.
const OPEN_GROUPS: [&str; 2] = ["open", "login"];
/// The aim is 600 kB.
const JOURNEY_LIMIT: u64 = 779_000;
/// The tables of the crate `streebog` are 16 kB of it.
const SIGNING_LIMIT: u64 = 116_000;

#[derive(Debug)]
pub struct Weights(Manifest);

impl Weights {
    pub fn read(workspace: &Workspace) -> Result<Self> {
        Manifest::read(&workspace.dist()).map(Self)
    }

    fn of_part(&self, part: Part) -> BTreeSet<&str> {
        let of_part = self.0.files.iter().filter(|(_, file)| file.part == part);
        of_part.map(|(name, _)| name.as_str()).collect()
    }

    /// The files that a page needs besides those of every page.
    fn of_route(&self, route: &str) -> Result<BTreeSet<&str>> {
        if route == HOME {
            return Ok(BTreeSet::new());
        }
        let group = self.0.routes.get(route);
        let group = group.with_context(|| format!("no group shows {route}"))?;
        let files = self.0.groups.get(group);
        let files = files.with_context(|| format!("there is no group {group}"))?;
        Ok(files.iter().map(String::as_str).collect())
    }

    /// What a page adds to those that are met before it.
    fn step(&self, route: &str) -> Result<Load> {
        let group = |route| self.0.routes.get(route).map(String::as_str);
        let open = group(route).is_some_and(|group| OPEN_GROUPS.contains(&group));
        let mut loaded = self.of_part(Part::FirstPage);
        if !open {
            loaded.extend(self.of_route(LOGIN)?);
            if group(route) != group(JOURNAL) {
                loaded.extend(self.of_route(JOURNAL)?);
            }
        }
        self.load(&(&self.of_route(route)? - &loaded))
    }

    fn load(&self, names: &BTreeSet<&str>) -> Result<Load> {
        let mut load = Load::default();
        for name in names {
            let file = self.0.files.get(*name);
            load.bytes += file.with_context(|| format!("there is no file {name}"))?.br;
            load.files += 1;
        }
        Ok(load)
    }

    /// The page as the first one of a visit.
    fn first(&self, route: &str) -> Result<Load> {
        let names = &self.of_part(Part::FirstPage) | &self.of_route(route)?;
        self.load(&names)
    }

    /// What the steps of the journey add, one after the other.
    fn journey(&self) -> Result<Vec<(&'static str, Load)>> {
        let mut loaded = self.of_part(Part::FirstPage);
        let mut steps = Vec::new();
        for route in JOURNEY {
            let wanted = self.of_route(route)?;
            if route == HOME {
                steps.push((route, self.load(&loaded)?));
            } else {
                steps.push((route, self.load(&(&wanted - &loaded))?));
                loaded.extend(&wanted);
            }
        }
        Ok(steps)
    }

    fn signing(&self) -> Result<Load> {
        self.load(&self.of_part(Part::Signing))
    }

    /// An error that names everything that is heavier than it may be.
    pub fn check(&self) -> Result<()> {
        let mut over = Vec::new();
        let mut hold = |what: String, weight: u64, limit: u64| {
            if weight > limit {
                let (weight, limit) = (kilobytes(weight), kilobytes(limit));
                over.push(format!("{what} weighs {weight}, more than {limit}"));
            }
        };
        let home = self.first(HOME)?;
        hold("the home page".to_owned(), home.bytes, HOME_LIMIT.bytes);
        let mut requests = vec![("the home page", home.files, HOME_LIMIT.files)];
        for (route, group) in &self.0.routes {
            let step = self.step(route)?;
            let limit = match group.as_str() {
                office::GROUP => OFFICE_LIMIT,
                office::DESK => DESK_LIMIT,
                _ => STEP_LIMIT,
            };
            hold(
                format!("the step to {route} (group {group})"),
                step.bytes,
                limit.bytes,
            );
            requests.push((route, step.files, limit.files));
        }
        let signing = self.signing()?.bytes;
        hold("the signing module".to_owned(), signing, SIGNING_LIMIT);
        let journey: u64 = self.journey()?.iter().map(|(_, load)| load.bytes).sum();
        hold(
            "the way to a signed referral".to_owned(),
            journey + signing,
            JOURNEY_LIMIT,
        );
        for (what, files, limit) in requests {
            if files > limit {
                over.push(format!("{what} asks for {files} files, more than {limit}"));
            }
        }
        if !over.is_empty() {
            bail!("the pages are too heavy:\n{}", over.join("\n"));
        }
        Ok(())
    }

    /// A table: each page as the first one and as a further step, then the journey.
    pub fn lines(&self) -> Result<Vec<String>> {
        let mut lines = vec![format!(
            "{:<36}{:>10} {:>6}{:>12} {:>6}",
            "page (brotli)", "first", "files", "as a step", "files"
        )];
        let mut row = |what: &str, first: Load, step: Load| {
            lines.push(format!(
                "{what:<36}{:>10} {:>6}{:>12} {:>6}",
                kilobytes(first.bytes),
                first.files,
                kilobytes(step.bytes),
                step.files
            ));
        };
        row(
            "/ and pages of the main module",
            self.first(HOME)?,
            Load::default(),
        );
        for route in self.0.routes.keys() {
            let step = self.step(route)?;
            row(route, self.first(route)?, step);
        }
        let signing = self.signing()?;
        let limit = |limit: u64| format!("limit {}", kilobytes(limit));
        let mut sum = signing.bytes;
        let mut way = Vec::new();
        for (route, load) in self.journey()? {
            sum += load.bytes;
            way.push(format!("{route} {}", kilobytes(load.bytes)));
        }
        lines.push(format!(
            "home page: {}, {}, at most {} files",
            kilobytes(self.first(HOME)?.bytes),
            limit(HOME_LIMIT.bytes),
            HOME_LIMIT.files
        ));
        lines.push(format!(
            "a step: {}, at most {} files",
            limit(STEP_LIMIT.bytes),
            STEP_LIMIT.files
        ));
        lines.push(format!(
            "signing module: {}, {}",
            kilobytes(signing.bytes),
            limit(SIGNING_LIMIT)
        ));
        lines.push(format!(
            "way to a signed referral: {}, {} ({}, signing {})",
            kilobytes(sum),
            limit(JOURNEY_LIMIT),
            way.join(", "),
            kilobytes(signing.bytes)
        ));
        Ok(lines)
    }
}

fn kilobytes(bytes: u64) -> String {
    format!("{}.{} kB", bytes / 1000, bytes % 1000 / 100)
}

#[cfg(test)]
mod tests {
    use super::super::manifest::Entry;
    use super::*;

    fn weights(files: &[(&str, Part, u64)]) -> Weights {
        let entry = |part: Part, br: u64| Entry {
            file: String::new(),
            part,
            size: br,
            br,
        };
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Weights(Manifest {
            release: "0f".to_owned(),
            files: files
                .iter()
                .map(|(name, part, br)| ((*name).to_owned(), entry(*part, *br)))
                .collect(),
            groups: [
                ("login".to_owned(), names(&["shared", "login"])),
                ("person".to_owned(), names(&["shared", "person"])),
                ("choosing".to_owned(), names(&["shared", "choosing"])),
            ]
            .into(),
            routes: [
                ("/login", "login"),
                ("/applications", "person"),
                ("/applications/:id/choose/:step?", "choosing"),
                ("/documents/:id", "person"),
            ]
            .map(|(route, group)| (route.to_owned(), group.to_owned()))
            .into(),
        })
    }

    fn fitting() -> Vec<(&'static str, Part, u64)> {
        vec![
            ("app.js", Part::FirstPage, 20_000),
            ("app.wasm", Part::FirstPage, HOME_LIMIT.bytes - 20_000),
            ("shared", Part::Lazy, 50_000),
            ("login", Part::Lazy, STEP_LIMIT.bytes - 50_000),
            ("person", Part::Lazy, 80_000),
            ("choosing", Part::Lazy, 80_000),
            ("signer.wasm", Part::Signing, SIGNING_LIMIT),
            ("favicon.svg", Part::Other, 400),
        ]
    }

    #[test]
    fn pages_at_their_limits_pass() {
        weights(&fitting()).check().unwrap();
    }

    #[test]
    fn one_byte_over_a_limit_is_too_much() {
        for (name, what, limit) in [
            ("app.wasm", "the home page", HOME_LIMIT.bytes),
            (
                "login",
                "the step to /login (group login)",
                STEP_LIMIT.bytes,
            ),
            ("signer.wasm", "the signing module", SIGNING_LIMIT),
        ] {
            let named = format!("{what} weighs {}", kilobytes(limit));
            let mut files = fitting();
            for (file, _, br) in &mut files {
                *br += u64::from(*file == name);
            }
            let error = weights(&files).check().unwrap_err().to_string();
            assert!(error.contains(&named), "{name}: {error}");
        }
    }

    #[test]
    fn journey_counts_each_file_once_and_the_signing_module() {
        let fitting = weights(&fitting());
        let steps: Vec<(&str, u64, usize)> = fitting
            .journey()
            .unwrap()
            .into_iter()
            .map(|(route, load)| (route, load.bytes, load.files))
            .collect();
        assert_eq!(
            steps,
            [
                ("/", HOME_LIMIT.bytes, 2),
                ("/login", STEP_LIMIT.bytes, 2),
                ("/applications", 80_000, 1),
                ("/applications/:id/choose/:step?", 80_000, 1),
                ("/documents/:id", 0, 0),
            ]
        );
        let present = HOME_LIMIT.bytes + STEP_LIMIT.bytes + 80_000 + 80_000 + SIGNING_LIMIT;
        let mut files = super::tests::fitting();
        files[4].2 += JOURNEY_LIMIT - present;
        weights(&files).check().unwrap();
        files[4].2 += 1;
        let error = weights(&files).check().unwrap_err().to_string();
        assert!(
            error.contains(&format!(
                "the way to a signed referral weighs {}",
                kilobytes(JOURNEY_LIMIT)
            )),
            "{error}"
        );
    }

    #[test]
    fn too_many_files_are_too_much_however_light() {
        let mut files = fitting();
        let names: Vec<String> = (0..11).map(|number| format!("{number}.js")).collect();
        files.extend(names.iter().map(|name| (name.as_str(), Part::FirstPage, 0)));
        let error = weights(&files).check().unwrap_err().to_string();
        assert!(
            error.contains("the home page asks for 13 files, more than 12"),
            "{error}"
        );
    }

    #[test]
    fn table_has_a_row_per_page() {
        let lines = weights(&fitting()).lines().unwrap();
        let row = lines
            .iter()
            .find(|line| line.starts_with("/login "))
            .unwrap();
        for bytes in [HOME_LIMIT.bytes + STEP_LIMIT.bytes, STEP_LIMIT.bytes] {
            assert!(row.contains(&kilobytes(bytes)), "{row}");
        }
    }

    #[test]
    fn step_behind_the_login_counts_what_the_login_has_not_loaded() {
        let weights = weights(&fitting());
        assert_eq!(weights.step("/login").unwrap().bytes, STEP_LIMIT.bytes);
        assert_eq!(weights.step("/applications").unwrap().bytes, 80_000);
    }

    #[test]
    fn journey_through_a_page_that_no_group_shows_is_an_error() {
        let mut weights = weights(&fitting());
        weights.0.routes.remove("/documents/:id");
        let error = weights.check().unwrap_err().to_string();
        assert!(error.contains("no group shows /documents/:id"), "{error}");
    }

    #[test]
    fn file_that_is_not_listed_is_an_error() {
        let mut files = fitting();
        files.remove(2);
        let error = weights(&files).check().unwrap_err().to_string();
        assert!(error.contains("shared"), "{error}");
    }
}
