//! Files of one folder do not name each other in a circle: each can be read with those that it
//! names before it, and moved with them.

use crate::files;
use std::collections::{BTreeMap, BTreeSet};

/// Circles that are there, by folder, files and reason. One that grows, and a new one, is an error,
/// and so is a line that is no longer needed: the list gets shorter.
const KNOWN: [(&str, &[&str], &str); 1] = [(
    "engine",
    &["accounts", "apply", "consumers", "decide"],
    "a batch of accounts first settles what is due, which decides; deciding asks each family of \
     kinds, accounts among them",
)];

/// The names that one file takes from others, each as a path from the root of the crate.
pub(crate) fn named(module: &[String], code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for start in ["crate::", "super::"] {
        for (at, _) in code.match_indices(start) {
            let before = code[..at].chars().next_back();
            if before.is_some_and(|letter| is_of_word(letter) || letter == ':') {
                continue;
            }
            tree(&code[at..], &mut Vec::new(), &mut found);
        }
    }
    found.into_iter().filter_map(|path| absolute(module, path)).collect()
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Reads a path, or a tree of them in braces, and gives what stands behind it.
fn tree<'t>(text: &'t str, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) -> &'t str {
    let text = text.trim_start();
    if let Some(mut inner) = text.strip_prefix('{') {
        loop {
            inner = inner.trim_start();
            if let Some(rest) = inner.strip_prefix('}') {
                return rest;
            }
            let before = inner.len();
            inner = tree(inner, &mut path.clone(), found).trim_start();
            // Behind a name can stand another name for it.
            let end = inner.find([',', '}']).unwrap_or(inner.len());
            inner = inner[end..].strip_prefix(',').unwrap_or(&inner[end..]);
            if inner.len() == before || inner.is_empty() {
                return inner;
            }
        }
    }
    let end = text.find(|letter| !is_of_word(letter)).unwrap_or(text.len());
    if end > 0 {
        path.push(text[..end].to_owned());
    }
    match text[end..].strip_prefix("::") {
        Some(rest) if end > 0 => tree(rest, path, found),
        _ => {
            found.push(path.clone());
            &text[end..]
        }
    }
}

/// From the root of the crate: `super` is the module that this one is in.
fn absolute(module: &[String], path: Vec<String>) -> Option<Vec<String>> {
    let mut names = path.into_iter().peekable();
    if names.next_if(|name| name == "crate").is_some() {
        return Some(names.collect());
    }
    let mut from = module;
    while names.next_if(|name| name == "super").is_some() {
        (_, from) = from.split_last()?;
    }
    Some(from.iter().cloned().chain(names).collect())
}

/// A file without its comments and the tests within it.
pub(crate) fn code_of(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The module that a file is: `src/state/mod.rs` is `state`, `src/state/view.rs` is `state::view`.
pub(crate) fn module_of(file: &str) -> Vec<String> {
    let path = file.trim_start_matches("src/").trim_end_matches(".rs");
    path.trim_end_matches("/mod").split('/').map(str::to_owned).collect()
}

/// What a file that is a folder's own takes from the files in it, by the names that it gives on.
fn given_on(code: &str) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for (at, _) in code.match_indices("use ") {
        let mut found = Vec::new();
        tree(&code[at + 4..], &mut Vec::new(), &mut found);
        for path in found {
            if let [child, .., name] = &path[..] {
                names.insert(name.clone(), child.clone());
            }
        }
    }
    names
}

type Graph = BTreeMap<String, BTreeSet<String>>;

/// For each folder, which of its files and folders name which.
fn graphs() -> BTreeMap<String, Graph> {
    let sources: Vec<_> = files("src", "rs")
        .into_iter()
        .filter(|(name, _)| !name.contains("/tests") && name.matches('/').count() > 1)
        .map(|(name, text)| (name.clone(), module_of(&name), code_of(&text)))
        .collect();
    let modules: BTreeSet<_> = sources.iter().map(|(_, module, _)| module.clone()).collect();
    let given: BTreeMap<_, _> =
        sources.iter().map(|(_, module, code)| (module.clone(), given_on(code))).collect();
    let mut graphs = BTreeMap::<String, Graph>::new();
    for (_, module, code) in &sources {
        for path in named(module, code) {
            for depth in 1..module.len() {
                let (folder, from) = (&module[..depth], &module[depth]);
                let Some(name) = path.get(depth).filter(|_| path.starts_with(folder)) else {
                    break;
                };
                let mut to = folder.to_vec();
                to.push(name.clone());
                let to = match modules.contains(&to) {
                    true => name,
                    false => match given.get(folder).and_then(|given| given.get(name)) {
                        Some(child) => child,
                        None => break,
                    },
                };
                if to != from {
                    let graph = graphs.entry(folder.join("/")).or_default();
                    graph.entry(from.clone()).or_default().insert(to.clone());
                }
            }
        }
    }
    graphs
}

fn reachable(graph: &Graph, from: &str) -> BTreeSet<String> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![from.to_owned()]);
    while let Some(next) = open.pop() {
        for to in graph.get(&next).into_iter().flatten() {
            if seen.insert(to.clone()) {
                open.push(to.clone());
            }
        }
    }
    seen
}

/// The circles of a folder: files that can all be reached from one another.
fn circles(graph: &Graph) -> BTreeSet<Vec<String>> {
    let mut circles = BTreeSet::new();
    for from in graph.keys() {
        let there = reachable(graph, from);
        let back = |to: &&String| reachable(graph, to).contains(from);
        let circle: Vec<_> = there.iter().filter(back).cloned().collect();
        if !circle.is_empty() {
            circles.insert(circle);
        }
    }
    circles
}

#[test]
fn files_do_not_name_each_other_in_a_circle() {
    let mut found = BTreeSet::new();
    for (folder, graph) in &graphs() {
        for circle in circles(graph) {
            for from in &circle {
                let to: Vec<_> = graph[from].iter().filter(|to| circle.contains(to)).collect();
                println!("{folder}: {from} names {to:?}");
            }
            found.insert((folder.clone(), circle));
        }
    }
    let known = KNOWN.map(|(folder, files, _)| {
        (folder.to_owned(), files.iter().map(|file| (*file).to_owned()).collect::<Vec<_>>())
    });
    let known = BTreeSet::from(known);
    let new: Vec<_> = found.difference(&known).collect();
    assert!(new.is_empty(), "circles that are not known: {new:#?}");
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(gone.is_empty(), "circles that are no longer there: {gone:#?}");
}
