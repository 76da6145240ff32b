//! Running the program as a user would, in an environment that asks for nothing.

#![allow(dead_code, reason = "each file of tests uses a part of this")]

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// What the program answered.
#[derive(Debug)]
pub struct Answer {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Answer {
    /// The answer as one JSON document.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("no JSON ({error}): {self:?}"))
    }

    /// The findings of a JSON answer.
    pub fn findings(&self) -> Vec<Value> {
        self.json()["findings"].as_array().cloned().unwrap_or_default()
    }

    /// For each finding of a JSON answer: rule, level, file name.
    pub fn told(&self) -> Vec<[String; 3]> {
        let told = |finding: &Value| {
            let path = Path::new(finding["path"].as_str().unwrap());
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            [text(&finding["rule"]), text(&finding["level"]), name]
        };
        self.findings().iter().map(told).collect()
    }
}

/// A JSON string as it is, anything else as JSON writes it.
pub fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The program in `folder`, with an environment that holds nothing but the way to other programs.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tieout"));
    command.current_dir(folder).env_clear().stdin(Stdio::null());
    for kept in ["PATH", "SystemRoot", "TEMP", "TMP"] {
        if let Some(value) = std::env::var_os(kept) {
            command.env(kept, value);
        }
    }
    command
}

/// Runs the program in `folder`.
pub fn tieout_in<S: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = S>) -> Answer {
    answer(command(folder).args(arguments), b"")
}

/// Runs the program in the root of the repository.
pub fn tieout<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Answer {
    tieout_in(root(), arguments)
}

/// Runs a command that reads `input`.
pub fn answer(command: &mut Command, input: &[u8]) -> Answer {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Who does not read its input may be gone before it is written.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let utf8 = |bytes: Vec<u8>| String::from_utf8(bytes).expect("only UTF-8 is printed");
    Answer {
        status: output.status.code().expect("the program ends by itself"),
        stdout: utf8(output.stdout),
        stderr: utf8(output.stderr),
    }
}

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A report of `tests/reports`: an invented office of an invented county.
pub fn fixture(name: &str) -> PathBuf {
    root().join("tests/reports").join(name)
}

/// The text of a report of `tests/reports`.
pub fn fixture_text(name: &str) -> String {
    std::fs::read_to_string(fixture(name)).unwrap()
}

/// The folder that developers share beside the repository; `None`, with a line that says so, where it is not.
pub fn shared(inside: &str) -> Option<PathBuf> {
    let path = root().join("../shared").join(inside);
    if !path.exists() {
        eprintln!("skipped: ../shared is not here");
        return None;
    }
    Some(path)
}
