//! No circles among the modules of a crate.
//!
//! The nodes are modules. At each level of the module tree a module counts together with everything
//! below it, so a parent and its children are one node, and the edges between siblings must have no
//! circle. A path leads to the module that defines the item: re-exports are followed. Code under
//! `#[cfg(test)]` does not count.

use super::sources;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};
use syn::visit::Visit;

/// Circles that are known, as `crate module: member member`. The list may only shrink, and so may
/// each of them.
const KNOWN: &[&str] = &["web crate: api app components lazy pages remote signing state"];

/// Whether a circle is a known one, or what is left of it.
fn is_left_of(found: &str, known: &str) -> bool {
    let (Some((place, left)), Some((known_place, members))) =
        (found.rsplit_once(": "), known.rsplit_once(": "))
    else {
        return false;
    };
    let members: Vec<_> = members.split(' ').collect();
    place == known_place && left.split(' ').all(|one| members.contains(&one))
}

#[test]
fn modules_have_no_circles_but_the_known_ones() {
    let mut found = BTreeMap::new();
    for root in crate_roots() {
        let name = crate_name(&root);
        let tree = Tree::read(&root);
        found.extend(
            circles(&tree)
                .into_iter()
                .map(|circle| (format!("{name} {}", circle.name()), circle.explained())),
        );
    }
    let new: Vec<String> = found
        .iter()
        .filter(|(name, _)| !KNOWN.iter().any(|known| is_left_of(name, known)))
        .map(|(name, edges)| format!("{name}\n{edges}"))
        .collect();
    assert!(
        new.is_empty(),
        "modules use each other in a circle. Move what both sides need to a module below them, or \
         the one item that points back to the module it belongs to:\n\n{}",
        new.join("\n")
    );
    let gone: Vec<_> = KNOWN
        .iter()
        .filter(|known| !found.keys().any(|name| is_left_of(name, known)))
        .collect();
    assert!(
        gone.is_empty(),
        "these circles are dissolved; take them off the list of known ones: {gone:?}"
    );
}

/// The root file of every crate and every integration test of the workspace.
fn crate_roots() -> Vec<PathBuf> {
    fn search(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if path.is_dir() && !name.starts_with('.') && name != "target" && name != "node_modules"
            {
                search(&path, found);
            } else if name == "Cargo.toml" {
                let roots = [
                    "src/lib.rs",
                    "src/main.rs",
                    "tests/main.rs",
                    "tests/it/main.rs",
                ];
                let roots = roots.iter().map(|root| folder.join(root));
                found.extend(roots.filter(|root| root.exists()));
            }
        }
    }
    let mut found = Vec::new();
    search(&sources::root(), &mut found);
    assert!(!found.is_empty());
    found.sort();
    found
}

/// `api`, `crates/store`, `tests/tests`: the folder of a crate's root file, without `src`.
fn crate_name(root: &Path) -> String {
    let folder = root.parent().unwrap();
    let name = folder
        .strip_prefix(sources::root())
        .unwrap()
        .display()
        .to_string();
    let name = name.strip_suffix("/src").unwrap_or(&name).to_owned();
    match root.file_name().is_some_and(|file| file == "main.rs") && folder.join("lib.rs").exists() {
        true => format!("{name} (main)"),
        false => name,
    }
}

/// A module: what it defines, what it imports, what it mentions.
#[derive(Debug, Default)]
struct Module {
    name: String,
    parent: Option<usize>,
    children: BTreeMap<String, usize>,
    items: BTreeSet<String>,
    /// Name in this module, and the path it stands for.
    imports: Vec<(String, Vec<String>)>,
    globs: Vec<Vec<String>>,
    mentions: BTreeSet<Vec<String>>,
    /// Names of methods that it calls.
    calls: BTreeSet<String>,
}

/// The modules of a crate; the first is its root.
#[derive(Debug, Default)]
pub struct Tree {
    modules: Vec<Module>,
}

impl Tree {
    pub fn read(root: &Path) -> Self {
        let mut tree = Self::default();
        tree.add_file(root, "crate", None, root.parent().unwrap());
        tree
    }

    fn parse(text: &str) -> Self {
        let mut tree = Self::default();
        let file = syn::parse_file(text).unwrap();
        let root = tree.add("crate", None);
        tree.add_items(root, &file.items, Path::new(""));
        tree
    }

    fn add(&mut self, name: &str, parent: Option<usize>) -> usize {
        let index = self.modules.len();
        self.modules.push(Module {
            name: name.to_owned(),
            parent,
            ..Module::default()
        });
        if let Some(parent) = parent {
            self.modules[parent].children.insert(name.to_owned(), index);
        }
        index
    }

    /// `folder` is where the files of its children are.
    fn add_file(&mut self, file: &Path, name: &str, parent: Option<usize>, folder: &Path) {
        let text = fs::read_to_string(file).unwrap();
        let parsed =
            syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let index = self.add(name, parent);
        self.add_items(index, &parsed.items, folder);
    }

    fn add_items(&mut self, index: usize, items: &[syn::Item], folder: &Path) {
        for item in items {
            if is_test(attributes(item)) {
                continue;
            }
            if let syn::Item::Mod(module) = item {
                let name = module.ident.to_string();
                let below = folder.join(&name);
                match &module.content {
                    Some((_, items)) => {
                        let child = self.add(&name, Some(index));
                        self.add_items(child, items, &below);
                    }
                    None => {
                        let files = [below.join("mod.rs"), folder.join(format!("{name}.rs"))];
                        // A module that is made at build time has no file here.
                        if let Some(file) = files.iter().find(|file| file.exists()) {
                            self.add_file(file, &name, Some(index), &below);
                        }
                    }
                }
                continue;
            }
            let mut reader = Reader(&mut self.modules[index]);
            reader.define(item);
            reader.visit_item(item);
        }
    }

    /// The module that defines what a path in the module `from` means; none when it is not of this
    /// crate or names a module.
    fn target(&self, from: usize, path: &[String], depth: usize) -> Option<usize> {
        if depth > 16 {
            return None;
        }
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.below(0, rest, depth),
            "self" => self.below(from, rest, depth),
            "super" => self.below(self.modules[from].parent?, rest, depth),
            _ => self.named(from, path, depth),
        }
    }

    /// The same for a path that is meant inside the module `at`.
    fn below(&self, at: usize, path: &[String], depth: usize) -> Option<usize> {
        let first = path.first()?;
        if first == "super" || first == "self" {
            return self.target(at, path, depth + 1);
        }
        self.named(at, path, depth).or(Some(at))
    }

    fn named(&self, at: usize, path: &[String], depth: usize) -> Option<usize> {
        let (first, rest) = path.split_first()?;
        let module = &self.modules[at];
        if let Some(child) = module.children.get(first) {
            return self.below(*child, rest, depth + 1);
        }
        if module.items.contains(first) {
            return Some(at);
        }
        let import = module.imports.iter().find(|(name, _)| name == first);
        if let Some((_, meant)) = import {
            let longer: Vec<String> = meant.iter().chain(rest).cloned().collect();
            return (longer != path).then(|| self.target(at, &longer, depth + 1))?;
        }
        module.globs.iter().find_map(|glob| {
            let longer: Vec<String> = glob.iter().chain(path).cloned().collect();
            let of_glob = self.module(at, glob, depth + 1)?;
            let known = &self.modules[of_glob];
            let has = known.items.contains(first)
                || known.children.contains_key(first)
                || known.imports.iter().any(|(name, _)| name == first)
                || !known.globs.is_empty();
            has.then(|| self.target(at, &longer, depth + 1)).flatten()
        })
    }

    /// The module that a path names.
    fn module(&self, from: usize, path: &[String], depth: usize) -> Option<usize> {
        if depth > 16 {
            return None;
        }
        let mut at = from;
        for (position, segment) in path.iter().enumerate() {
            at = match segment.as_str() {
                "crate" => 0,
                "self" => at,
                "super" => self.modules[at].parent?,
                name => match self.modules[at].children.get(name) {
                    Some(child) => *child,
                    None => {
                        let import = self.modules[at]
                            .imports
                            .iter()
                            .find(|(known, _)| known == name);
                        let (_, meant) = import?;
                        let rest = path.get(position + 1..)?;
                        let longer: Vec<String> = meant.iter().chain(rest).cloned().collect();
                        return self.module(at, &longer, depth + 1);
                    }
                },
            };
        }
        Some(at)
    }

    /// The module and all above it, the root first.
    fn line(&self, module: usize) -> Vec<usize> {
        let mut line = vec![module];
        while let Some(parent) = self.modules[line[line.len() - 1]].parent {
            line.push(parent);
        }
        line.reverse();
        line
    }

    fn path(&self, module: usize) -> String {
        let line = self.line(module);
        let names: Vec<_> = line
            .iter()
            .map(|one| self.modules[*one].name.as_str())
            .collect();
        names.join("::")
    }

    /// What each module uses: `crate::…` for a module of its own crate, else the path as it stands
    /// there; and `.name` for a method that it calls.
    pub fn uses(&self) -> Vec<(String, String)> {
        let mut uses = Vec::new();
        for (index, module) in self.modules.iter().enumerate() {
            let imported = module.imports.iter().map(|(_, path)| path);
            let globs = module.globs.iter();
            for path in imported.chain(globs).chain(&module.mentions) {
                let meant = self
                    .module(index, path, 0)
                    .or_else(|| self.target(index, path, 0));
                let used = meant.map_or_else(|| path.join("::"), |target| self.path(target));
                uses.push((self.path(index), used));
            }
            let calls = module.calls.iter().map(|name| format!(".{name}"));
            uses.extend(calls.map(|call| (self.path(index), call)));
        }
        uses
    }

    /// Which module uses which, with one path that shows it.
    fn edges(&self) -> BTreeMap<(usize, usize), String> {
        let mut edges = BTreeMap::new();
        for (index, module) in self.modules.iter().enumerate() {
            let imported = module.imports.iter().map(|(_, path)| path);
            for path in imported.chain(&module.mentions) {
                let is_module = self.module(index, path, 0).is_some();
                if let Some(target) = self.target(index, path, 0).filter(|_| !is_module)
                    && target != index
                {
                    edges
                        .entry((index, target))
                        .or_insert_with(|| path.join("::"));
                }
            }
        }
        edges
    }
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Trait(item) => &item.attrs,
        syn::Item::Type(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let condition = || attribute.parse_args::<syn::Ident>().ok();
        attribute.path().is_ident("test")
            || (attribute.path().is_ident("cfg") && condition().is_some_and(|name| name == "test"))
    })
}

/// Fills a module from its items.
struct Reader<'a>(&'a mut Module);

impl Reader<'_> {
    fn define(&mut self, item: &syn::Item) {
        let name = match item {
            syn::Item::Const(item) => &item.ident,
            syn::Item::Enum(item) => &item.ident,
            syn::Item::Fn(item) => &item.sig.ident,
            syn::Item::Static(item) => &item.ident,
            syn::Item::Struct(item) => &item.ident,
            syn::Item::Trait(item) => &item.ident,
            syn::Item::Type(item) => &item.ident,
            syn::Item::Union(item) => &item.ident,
            syn::Item::Macro(item) => match &item.ident {
                Some(name) => name,
                None => return,
            },
            _ => return,
        };
        self.0.items.insert(name.to_string());
    }

    fn import(&mut self, tree: &syn::UseTree, path: &[String]) {
        let with = |name: &syn::Ident| {
            let mut path = path.to_vec();
            path.push(name.to_string());
            path
        };
        match tree {
            syn::UseTree::Path(tree) => self.import(&tree.tree, &with(&tree.ident)),
            syn::UseTree::Name(tree) if tree.ident == "self" => {
                if let Some(name) = path.last() {
                    self.0.imports.push((name.clone(), path.to_vec()));
                }
            }
            syn::UseTree::Name(tree) => {
                let imported = (tree.ident.to_string(), with(&tree.ident));
                self.0.imports.push(imported);
            }
            syn::UseTree::Rename(tree) => {
                let path = if tree.ident == "self" {
                    path.to_vec()
                } else {
                    with(&tree.ident)
                };
                self.0.imports.push((tree.rename.to_string(), path));
            }
            syn::UseTree::Glob(_) => self.0.globs.push(path.to_vec()),
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, path);
                }
            }
        }
    }

    /// Paths inside of macros, which no parser knows.
    fn tokens(&mut self, tokens: proc_macro2::TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                proc_macro2::TokenTree::Ident(name) => {
                    if colons != 2 {
                        self.mention(std::mem::take(&mut path));
                    }
                    colons = 0;
                    path.push(name.to_string());
                }
                proc_macro2::TokenTree::Punct(punct)
                    if punct.as_char() == ':' && !path.is_empty() =>
                {
                    colons += 1;
                }
                other => {
                    self.mention(std::mem::take(&mut path));
                    colons = 0;
                    if let proc_macro2::TokenTree::Group(group) = other {
                        self.tokens(group.stream());
                    }
                }
            }
        }
        self.mention(path);
    }

    fn mention(&mut self, path: Vec<String>) {
        if !path.is_empty() {
            self.0.mentions.insert(path);
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.import(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string());
        self.mention(names.collect());
        syn::visit::visit_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.0.calls.insert(call.method.to_string());
        syn::visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, one: &'ast syn::Macro) {
        self.visit_path(&one.path);
        self.tokens(one.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone());
        }
    }
}

/// Siblings that use each other, directly or round about.
#[derive(Debug)]
struct Circle {
    /// The module that they stand in.
    parent: String,
    members: Vec<String>,
    /// Who uses whom, with an example each.
    edges: Vec<String>,
}

impl Circle {
    fn name(&self) -> String {
        format!("{}: {}", self.parent, self.members.join(" "))
    }

    fn explained(&self) -> String {
        self.edges
            .iter()
            .map(|edge| format!("  {edge}\n"))
            .collect()
    }
}

fn circles(tree: &Tree) -> Vec<Circle> {
    // For each module: which of its children uses which.
    let mut levels: BTreeMap<usize, BTreeMap<(usize, usize), String>> = BTreeMap::new();
    for ((from, to), example) in tree.edges() {
        let (from_line, to_line) = (tree.line(from), tree.line(to));
        let fork = from_line
            .iter()
            .zip(&to_line)
            .position(|(one, other)| one != other);
        // Without a fork one of them stands above the other.
        let Some(fork) = fork else { continue };
        let edge = (from_line[fork], to_line[fork]);
        let words = format!("{} uses {example} of {}", tree.path(from), tree.path(to));
        levels
            .entry(from_line[fork - 1])
            .or_default()
            .entry(edge)
            .or_insert(words);
    }
    let mut found = Vec::new();
    for (parent, edges) in levels {
        let reach = reach(&edges);
        let mut left: BTreeSet<usize> = reach.keys().copied().collect();
        while let Some(one) = left.pop_first() {
            let goes =
                |from: usize, to: usize| reach.get(&from).is_some_and(|all| all.contains(&to));
            if !goes(one, one) {
                continue;
            }
            let members: BTreeSet<usize> = reach
                .keys()
                .copied()
                .filter(|other| goes(one, *other) && goes(*other, one))
                .collect();
            left.retain(|other| !members.contains(other));
            let inside =
                |(from, to): &(usize, usize)| members.contains(from) && members.contains(to);
            let mut names: Vec<String> = members
                .iter()
                .map(|one| tree.modules[*one].name.clone())
                .collect();
            names.sort();
            found.push(Circle {
                parent: tree.path(parent),
                members: names,
                edges: edges
                    .iter()
                    .filter(|(edge, _)| inside(edge))
                    .map(|(_, words)| words.clone())
                    .collect(),
            });
        }
    }
    found
}

/// Everything that can be got to from each node.
fn reach(edges: &BTreeMap<(usize, usize), String>) -> BTreeMap<usize, BTreeSet<usize>> {
    let mut reach: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (from, to) in edges.keys() {
        reach.entry(*from).or_default().insert(*to);
    }
    loop {
        let mut grown = false;
        let known = reach.clone();
        for all in reach.values_mut() {
            let further: BTreeSet<usize> = all
                .iter()
                .filter_map(|one| known.get(one))
                .flatten()
                .copied()
                .collect();
            let before = all.len();
            all.extend(further);
            grown |= all.len() > before;
        }
        if !grown {
            return reach;
        }
    }
}

fn names(text: &str) -> Vec<String> {
    circles(&Tree::parse(text))
        .iter()
        .map(Circle::name)
        .collect()
}

#[test]
fn two_modules_that_use_each_other_are_a_circle() {
    let text =
        "mod a { use crate::b::B; pub struct A; } mod b { pub struct B; fn f(_: super::a::A) {} }";
    assert_eq!(names(text), ["crate: a b"]);
}

#[test]
fn a_circle_may_go_through_others() {
    let text = "mod a { fn f() { crate::b::f(); } } mod b { use super::c; pub fn f() { c::f() } } \
                mod c { pub fn f() { format!(\"{}\", crate::a::f()) } } mod d { fn f() { crate::a::f() } }";
    assert_eq!(names(text), ["crate: a b c"]);
}

#[test]
fn a_parent_and_its_children_are_one_node() {
    let text = "mod a { pub struct A; pub mod inner { fn f(_: super::A) {} pub struct I; } use inner::I; }";
    assert_eq!(names(text), [""; 0]);
    let text = "mod a { pub mod inner { pub struct I; } } \
                mod b { pub struct B; use super::a::inner::I; } mod c { use crate::b::B; } \
                mod d { mod deep { use crate::c; fn f() { c::f() } } }";
    assert_eq!(names(text), [""; 0]);
    let text = "mod a { pub mod inner { pub struct I; } mod other { use crate::b::B; } } \
                mod b { pub struct B; use super::a::inner::I; }";
    assert_eq!(names(text), ["crate: a b"]);
}

#[test]
fn siblings_below_are_looked_at_as_well() {
    let text = "mod a { mod x { use super::y::Y; pub struct X; } mod y { use super::x::X; pub struct Y; } }";
    assert_eq!(names(text), ["crate::a: x y"]);
}

#[test]
fn a_re_export_counts_for_the_module_that_defines_the_item() {
    let text = "mod a { pub use super::b::B; } mod b { pub struct B; } mod c { use crate::a::B; pub struct C; } \
                mod d { pub use crate::c::C; }";
    assert_eq!(names(text), [""; 0]);
    // `c` uses `b`, not `a`; otherwise this was a circle.
    let text = "mod a { pub use super::b::B; use super::c::C; } mod b { pub struct B; } \
                mod c { use crate::a::B; pub struct C; }";
    assert_eq!(names(text), [""; 0]);
    let text = "mod a { pub use super::b::*; use super::c::C; } mod b { pub struct B; } \
                mod c { use crate::a; pub struct C(a::B); }";
    assert_eq!(names(text), [""; 0]);
}

#[test]
fn tests_do_not_count() {
    let text = "mod a { pub struct A; #[cfg(test)] mod tests { use crate::b::B; } } \
                mod b { use crate::a::A; pub struct B; #[cfg(test)] use crate::a::*; }";
    assert_eq!(names(text), [""; 0]);
}
