//! Embeds the packs under `rules/` in the program, read and compiled, and the commit it was built from.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

/// The loader of packs, as `src/rules.rs` has it.
#[path = "src/rules"]
#[allow(
    dead_code,
    unused_imports,
    unfulfilled_lint_expectations,
    reason = "the program uses more of it, and shows it to others"
)]
mod rules {
    pub mod claim;
    pub mod claim_index;
    pub mod element_path;
    pub mod expression;
    pub mod fields;
    pub mod form;
    pub mod label;
    pub mod label_index;
    pub mod lexicon;
    pub mod library;
    pub mod lists;
    pub mod matcher;
    pub mod mistake;
    pub mod names;
    pub mod pack;
    pub mod pattern;
    pub mod period;
    pub mod reach;
    pub mod reads;
    pub mod rule;
    pub mod script;
    pub mod search;
    pub mod settings;
    pub mod signs;
}

/// What the loader has of `src/embedded.rs`: here nothing is made yet, and what it asks for is kept.
mod embedded {
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    thread_local! {
        pub static ASKED: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
    }

    pub const PACKS: &[(&str, &str)] = &[];
    pub const COMPILED: &[u8] = &[];

    pub struct Expression {
        pub needs: &'static [u8],
        pub steps: &'static [u8],
    }

    pub fn expression(expanded: &str) -> Option<Expression> {
        ASKED.with_borrow_mut(|asked| asked.insert(expanded.to_owned()));
        None
    }
}

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=rules");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("rules");
    let mut files = Vec::new();
    gather(&root, "toml", &mut files)?;
    files.sort();
    let mut list = String::from("&[\n");
    let mut texts = Vec::with_capacity(files.len());
    for file in &files {
        let shown = file.strip_prefix(&root).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let _ = writeln!(list, "    ({shown:?}, include_str!({:?})),", file.to_string_lossy());
        texts.push((shown, fs::read_to_string(file)?));
    }
    list.push_str("]\n");
    let packs = rules::library::by_folder(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let compiled = rules::library::compile(packs).map_err(io::Error::other)?;
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("packs.rs"), list)?;
    fs::write(out.join("packs.bin"), compiled)?;
    let (places, expressions) = expressions().map_err(io::Error::other)?;
    fs::write(out.join("expressions.rs"), format!("&{places:?}"))?;
    fs::write(out.join("expressions.bin"), expressions)?;
    println!("cargo::rustc-env=TIEOUT_BUILD={:016x}", build(&files)?);
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    match commit() {
        Some(commit) => println!("cargo::rustc-env=TIEOUT_VERSION={version} ({commit})"),
        None => println!("cargo::rustc-env=TIEOUT_VERSION={version}"),
    }
    Ok(())
}

/// What tells one build of the program from another: all that it is made from.
fn build(packs: &[PathBuf]) -> io::Result<u64> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut files = packs.to_vec();
    gather(&root.join("src"), "rs", &mut files)?;
    // A package that others build upon has no lock of its own.
    files.extend(
        ["Cargo.toml", "Cargo.lock"].map(|name| root.join(name)).into_iter().filter(|path| path.exists()),
    );
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in &files {
        println!("cargo::rerun-if-changed={}", file.display());
        fs::read(file)?.hash(&mut hasher);
    }
    let compiler = Command::new(env::var_os("RUSTC").unwrap_or_default()).arg("--version").output()?;
    compiler.stdout.hash(&mut hasher);
    for name in ["TARGET", "PROFILE", "OPT_LEVEL"] {
        env::var_os(name).hash(&mut hasher);
    }
    Ok(hasher.finish())
}

/// All patterns of the packs, which have been asked for, with their needs and steps, and where these stand; one with a
/// mistake is left out.
fn expressions() -> postcard::Result<(Vec<[u32; 4]>, Vec<u8>)> {
    let (mut places, mut bytes) = (Vec::new(), Vec::new());
    for expanded in embedded::ASKED.with_borrow(BTreeSet::clone) {
        let Ok(needs) = rules::pattern::needs::Needs::of(&expanded) else { continue };
        let steps = rules::matcher::steps::written(&expanded).unwrap_or_default();
        let start = bytes.len();
        let mut add = |part: &[u8]| {
            bytes.extend_from_slice(part);
            bytes.len()
        };
        let ends = [add(expanded.as_bytes()), add(&postcard::to_allocvec(&needs)?), add(&steps)];
        let [needs, steps, end] = ends;
        places.push([start, needs, steps, end].map(|at| u32::try_from(at).unwrap_or(u32::MAX)));
    }
    Ok((places, bytes))
}

/// The commit that is built: the one that a packager names, or of the repository that this is the root of, or that the package was made from.
fn commit() -> Option<String> {
    println!("cargo::rerun-if-env-changed=TIEOUT_COMMIT");
    if let Some(commit) = env::var("TIEOUT_COMMIT").ok().filter(|commit| !commit.is_empty()) {
        return Some(commit.chars().take(10).collect());
    }
    let packed = Path::new(".cargo_vcs_info.json");
    if packed.exists() {
        let text = fs::read_to_string(packed).ok()?;
        let (_, hash) = text.split_once("\"sha1\"")?;
        return Some(hash.chars().filter(char::is_ascii_hexdigit).take(10).collect());
    }
    // A repository around it, such as that of a home folder, knows nothing of it.
    if !git(&["rev-parse", "--show-prefix"])?.is_empty() {
        return None;
    }
    // HEAD names a branch, and does not change with it; its log does with every commit. A path that is not there would
    // make every build a new one.
    let branch = git(&["symbolic-ref", "-q", "HEAD"]);
    for name in ["HEAD", "logs/HEAD", "packed-refs"].into_iter().chain(branch.as_deref()) {
        if let Some(path) = git(&["rev-parse", "--git-path", name]).filter(|path| Path::new(path).exists()) {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    git(&["rev-parse", "--short=10", "HEAD"])
}

fn gather(folder: &Path, kind: &str, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            println!("cargo::rerun-if-changed={}", path.display());
            gather(&path, kind, files)?;
        } else if path.extension().is_some_and(|extension| extension == kind) {
            println!("cargo::rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
    Ok(())
}

/// What git says; nothing where there is no repository, or no git.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = output.status.success().then_some(output.stdout)?;
    Some(String::from_utf8(text).ok()?.trim().to_owned())
}
