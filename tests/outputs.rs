//! Formats for other programs: what they read is what was found, and nothing that a report says acts on them.

#![allow(clippy::string_slice, clippy::indexing_slicing, reason = "a test may panic")]
#![cfg(test)]

mod program;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use program::{Answer, answer, command, fixture, fixture_text, root, text, tieout_in};
use serde_json::Value;
use tempfile::TempDir;

const FORMATS: [&str; 9] = ["text", "json", "jsonl", "github", "sarif", "junit", "gitlab", "csv", "markdown"];

/// What acts on a terminal, on a build server, on a page, on a spreadsheet or on Markdown.
const HOSTILE: &str = "\u{1b}[2J\u{202e}\u{200b}\u{ffff}%0A::error::a%0D%25,:]##[error]b ##vso[task.c]d \
                       <script>e</script> [f](javascript:g) `h` @i #1 $j$ https://k.example";

/// A folder with reports that say hostile things in sentences, cells, headings and names of files.
fn hostile() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let said = |text: String, places: &[&str]| {
        places.iter().fold(text, |text, place| {
            assert!(text.contains(place), "{place}");
            text.replacen(place, &format!("{place}{HOSTILE}"), 1)
        })
    };
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
    let plain = said(fixture_text("errors.txt"), &["办结38件", "\n\tl", "\n\t51", "（四）监督保障"]);
    write("a.txt", plain.replace("\n\t51", &format!("\n\t=cmd()|' /C calc'!A0{HOSTILE}")));
    write("b.md", said(fixture_text("errors.md"), &["结转1件", "水务局", "| 3 |", "一、总体情况"]));
    let page =
        fixture_text("errors.html").replace("<td>6</td>", "<td>=cmd()&#27;[2J##[error]&lt;script></td>");
    write("c.html", page);
    if cfg!(unix) {
        for name in [HOSTILE.replace('/', "_"), "::error::x".to_owned(), "=cmd()".to_owned()] {
            fs::copy(fixture("errors.md"), folder.path().join(format!("{name}.md"))).unwrap();
        }
    }
    folder
}

fn check(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Answer {
    answer(command(folder).arg("check").args(arguments).envs(environment.iter().copied()), b"")
}

/// A folder with the reports of `tests/reports`.
fn reports() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["errors.txt", "errors.md", "errors.html", "clean.txt"] {
        fs::copy(fixture(name), folder.path().join(name)).unwrap();
    }
    fs::write(folder.path().join("broken.txt"), "\0").unwrap();
    folder
}

fn schema(name: &str) -> jsonschema::Validator {
    let text = fs::read_to_string(root().join("tests/schemas").join(name)).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

fn mistakes(validator: &jsonschema::Validator, instance: &Value) -> Vec<String> {
    validator.iter_errors(instance).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// A command that the runner of GitHub Actions takes out of a line of a log.
#[derive(Debug)]
struct RunnerCommand {
    name: String,
    properties: Vec<(String, String)>,
    data: String,
}

/// Reads a line as the runner does: `::name key=value,…::data` at its start, or `##[name key=value;…]data` anywhere.
fn runner_command(line: &str) -> Option<RunnerCommand> {
    const KNOWN: [&str; 14] = [
        "error",
        "warning",
        "notice",
        "debug",
        "group",
        "endgroup",
        "add-mask",
        "add-path",
        "set-env",
        "set-output",
        "save-state",
        "echo",
        "stop-commands",
        "add-matcher",
    ];
    let unescaped = |text: &str, pairs: &[(&str, &str)]| {
        pairs.iter().fold(text.to_owned(), |text, (escape, character)| text.replace(escape, character))
    };
    let read =
        |info: &str, data: &str, between: char, data_pairs: &[(&str, &str)], pairs: &[(&str, &str)]| {
            let (name, rest) = info.split_once(' ').unwrap_or((info, ""));
            KNOWN.contains(&name.to_ascii_lowercase().as_str()).then(|| RunnerCommand {
                name: name.to_owned(),
                properties: rest
                    .trim()
                    .split(between)
                    .filter_map(|pair| pair.split_once('='))
                    .map(|(key, value)| (key.to_owned(), unescaped(value, pairs)))
                    .collect(),
                data: unescaped(data, data_pairs),
            })
        };
    let of_data = [("%0D", "\r"), ("%0A", "\n"), ("%25", "%")];
    let of_properties = [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")];
    let of_old = [("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%25", "%")];
    let new = line.trim_start().strip_prefix("::").and_then(|rest| rest.split_once("::"));
    let new = new.and_then(|(info, data)| read(info, data, ',', &of_data, &of_properties));
    let old = || {
        let (info, data) = line.split_once("##[")?.1.split_once(']')?;
        read(info, data, ';', &of_old, &of_old)
    };
    new.or_else(old)
}

#[test]
fn the_runner_s_rules_are_known() {
    let command = runner_command(" ::error file=a%2Cb,line=1::c%0Ad").unwrap();
    assert_eq!((command.name.as_str(), command.data.as_str()), ("error", "c\nd"));
    assert_eq!(command.properties[0], ("file".to_owned(), "a,b".to_owned()));
    assert_eq!(runner_command("x ##[set-env name=A]b").unwrap().name, "set-env");
    assert!(runner_command("x ::error::b").is_none());
}

fn acts(character: char) -> bool {
    character.is_control() && !matches!(character, '\n' | '\r')
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{ffff}')
}

/// What a report says or is called acts on no reader of any format.
#[test]
fn nothing_hostile_gets_through() {
    let folder = hostile();
    for format in FORMATS {
        let answer = check(folder.path(), &["--format", format, "--verbose"], &[]);
        assert_eq!(answer.status, 1, "{answer:?}");
        assert!(answer.stdout.contains("vso"), "{format}: the hostile places are not told");
        for stream in [&answer.stdout, &answer.stderr] {
            assert_eq!(stream.find(acts), None, "{format}: {stream}");
            assert!(!stream.contains("##["), "{format}: {stream}");
            assert!(!stream.contains("##vso["), "{format}: {stream}");
        }
        let commands = answer.stdout.lines().filter(|line| runner_command(line).is_some()).count();
        assert_eq!(commands > 0, format == "github", "{format}");
        assert!(answer.stderr.lines().all(|line| runner_command(line).is_none()));
        if !["text", "github", "csv"].contains(&format) {
            assert!(!answer.stdout.contains("<script"), "{format}: {}", answer.stdout);
        }
        assert!(!answer.stdout.contains(",\"=cmd") && !answer.stdout.contains("\n\"="), "{format}");
    }
}

#[test]
fn a_hostile_report_makes_no_annotation_but_its_own() {
    let folder = hostile();
    let found = check(folder.path(), &["--format", "json"], &[]).findings();
    let answer = check(folder.path(), &["--format", "github"], &[]);
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for line in answer.stdout.lines() {
        let command = runner_command(line).unwrap_or_else(|| panic!("{line}"));
        *kinds.entry(command.name.clone()).or_default() += 1;
        let keys: Vec<&str> = command.properties.iter().map(|(key, _)| key.as_str()).collect();
        assert!(
            keys == ["file", "line", "endLine", "col", "endColumn", "title"] || keys == ["file", "title"],
            "{keys:?}"
        );
        let title = &command.properties.last().unwrap().1;
        assert!(title == "tieout" || found.iter().any(|one| one["rule"] == title.as_str()), "{title}");
    }
    for (command, level) in [("error", "error"), ("warning", "warning"), ("notice", "note")] {
        let count = found.iter().filter(|finding| finding["level"] == level).count();
        assert_eq!(kinds.get(command).copied().unwrap_or(0), count.min(10), "{level}");
    }
}

/// The runner shows ten of a kind; the tenth tells of the rest, and the summary of the step has them all.
#[test]
fn github_gets_ten_of_a_kind_and_a_summary() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..20 {
        fs::copy(fixture("errors.md"), folder.path().join(format!("{number:02}.md"))).unwrap();
    }
    fs::create_dir(folder.path().join("repository")).unwrap();
    let file = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    fs::write(file("summary"), "before\n").unwrap();
    let environment = [("GITHUB_STEP_SUMMARY", file("summary")), ("GITHUB_OUTPUT", file("output"))]
        .map(|(key, value)| (key, value));
    let environment: Vec<(&str, &str)> =
        environment.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let answer = check(folder.path(), &["--format", "github"], &environment);
    let errors: Vec<RunnerCommand> = answer.stdout.lines().filter_map(runner_command).collect();
    assert!(errors.iter().all(|command| command.name == "error"));
    assert_eq!(errors.len(), 10);
    let all = check(folder.path(), &["--format", "json"], &[]).findings().len();
    assert_eq!(errors[9].data, format!("and {} more errors, see the summary", all - 9));
    assert!(errors.iter().all(|command| command.properties[0].0 == "file"), "{errors:?}");
    let summary = fs::read_to_string(file("summary")).unwrap();
    assert!(summary.starts_with("before\n"));
    assert_eq!(summary.matches("| error |").count(), all);
    assert_eq!(summary.matches("### ").count(), 20);
    let output = fs::read_to_string(file("output")).unwrap();
    assert_eq!(output, format!("findings={all}\naccepted=0\nchecked=20\n"));
}

#[test]
fn the_summary_of_a_step_stays_under_its_limit() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.md"), fixture_text("errors.md")).unwrap();
    let summary = folder.path().join("summary");
    let limit = 1 << 20;
    let full = "x".repeat(limit - 4300);
    fs::write(&summary, &full).unwrap();
    let name = summary.to_string_lossy().into_owned();
    check(folder.path(), &["--format", "github"], &[("GITHUB_STEP_SUMMARY", &name)]);
    let written = fs::read_to_string(&summary).unwrap();
    assert!(written.len() < limit);
    let more = &written[full.len()..];
    assert!(more.contains("would not fit in here"), "{more}");
    assert!(more.contains("**tieout: "), "{more}");
}

/// Annotations are for files of the repository, wherever in it the run was started.
#[test]
fn paths_are_told_from_the_repository() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("a b/c");
    fs::create_dir_all(&inner).unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    fs::copy(fixture("errors.md"), inner.join("年 报:x.md")).unwrap();
    let github = check(&inner, &["--format", "github"], &[]);
    let command = runner_command(github.stdout.lines().next().unwrap()).unwrap();
    assert_eq!(command.properties[0].1, "a b/c/年 报:x.md");
    let sarif = check(&inner, &["--format", "sarif"], &[]).json();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(place["uri"], "a%20b/c/%E5%B9%B4%20%E6%8A%A5%3Ax.md");
    assert_eq!(place["uriBaseId"], "%SRCROOT%");
    let workspace = folder.path().join("a b").to_string_lossy().into_owned();
    let gitlab = check(&inner, &["--format", "gitlab"], &[("CI_PROJECT_DIR", &workspace)]);
    assert_eq!(gitlab.json()[0]["location"]["path"], "c/年 报:x.md");
    let outside = check(&root().join("tests"), &["--format", "sarif", &inner.to_string_lossy()], &[]).json();
    let place = &outside["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert!(text(&place["uri"]).starts_with("file:///"), "{place}");
}

#[test]
fn sarif_is_as_published() {
    let schema = schema("sarif-2.1.0.json");
    for folder in [reports(), hostile(), tempfile::tempdir().unwrap()] {
        let sarif = check(folder.path(), &["--format", "sarif"], &[]).json();
        assert_eq!(mistakes(&schema, &sarif), Vec::<String>::new());
        let found = check(folder.path(), &["--format", "json"], &[]).findings();
        let run = &sarif["runs"][0];
        let results = run["results"].as_array().unwrap();
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        assert_eq!(results.len(), found.len());
        for (result, finding) in results.iter().zip(&found) {
            assert_eq!(result["ruleId"], finding["rule"]);
            assert_eq!(result["level"], finding["level"]);
            assert_eq!(result["partialFingerprints"]["tieout/v1"], finding["fingerprint"]);
            assert!(rules.iter().any(|rule| rule["id"] == result["ruleId"]));
            let message = text(&result["message"]["text"]);
            let related = result["relatedLocations"].as_array().cloned().unwrap_or_default();
            assert_eq!(related.len(), finding["related"].as_array().unwrap().len());
            for place in related {
                assert!(message.contains(&format!("]({})", place["id"])), "{message}");
            }
        }
    }
}

#[test]
fn sarif_looks_like_this() {
    let sarif = tieout_in(&root().join("tests/cmd/outputs.in"), ["check", "--format", "sarif"]).json();
    let pretty = serde_json::to_string_pretty(&sarif).unwrap();
    insta::assert_snapshot!("sarif", pretty.replace(env!("CARGO_PKG_VERSION"), "[version]"));
}

#[test]
fn accepted_findings_are_in_sarif_only_when_they_are_asked_for() {
    let folder = reports();
    let accepts = "[[accept]]\nrule = \"ogi/*\"\nreason = \"known\"\n";
    fs::write(folder.path().join("tieout.toml"), accepts).unwrap();
    let without = check(folder.path(), &["--format", "sarif"], &[]).json();
    let with = check(folder.path(), &["--format", "sarif", "--show-accepted"], &[]).json();
    let results = |sarif: &Value| sarif["runs"][0]["results"].as_array().unwrap().clone();
    assert!(results(&without).iter().all(|result| result["suppressions"].is_null()));
    let accepted: Vec<Value> =
        results(&with).into_iter().filter(|result| !result["suppressions"].is_null()).collect();
    assert_eq!(results(&with).len(), results(&without).len() + accepted.len());
    assert!(accepted.len() > 5);
    assert_eq!(accepted[0]["suppressions"][0]["justification"], "known");
    assert_eq!(mistakes(&schema("sarif-2.1.0.json"), &with), Vec::<String>::new());
}

#[test]
fn gitlab_gets_what_it_asks_for() {
    let schema = schema("gitlab-code-quality.json");
    for folder in [reports(), hostile(), tempfile::tempdir().unwrap()] {
        let issues = check(folder.path(), &["--format", "gitlab"], &[]).json();
        assert_eq!(mistakes(&schema, &issues), Vec::<String>::new());
        let found = check(folder.path(), &["--format", "json"], &[]).findings();
        let fingerprints = |of: &[Value]| of.iter().map(|one| text(&one["fingerprint"])).collect::<Vec<_>>();
        assert_eq!(fingerprints(issues.as_array().unwrap()), fingerprints(&found));
    }
}

/// The exit status is the same for every format.
#[test]
fn no_format_changes_the_exit_status() {
    let found = reports();
    let nothing = tempfile::tempdir().unwrap();
    for format in FORMATS {
        let status = |folder: &TempDir, more: &[&str]| {
            let arguments: Vec<&str> = ["--format", format].iter().chain(more).copied().collect();
            check(folder.path(), &arguments, &[]).status
        };
        assert_eq!(status(&found, &[]), 1, "{format}");
        assert_eq!(status(&found, &["--fail-on", "never"]), 0, "{format}");
        assert_eq!(status(&nothing, &[]), 3, "{format}");
    }
}

#[test]
fn several_outputs_in_one_run_are_those_of_several_runs() {
    let folder = reports();
    let outputs = tempfile::tempdir().unwrap();
    let mut arguments = Vec::new();
    for format in FORMATS {
        let file = outputs.path().join(format).to_string_lossy().into_owned();
        arguments.push(format!("--output={format}={file}"));
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let shown = check(folder.path(), &arguments, &[]).stdout;
    for format in FORMATS {
        let alone = check(folder.path(), &["--format", format], &[]).stdout;
        assert_eq!(fs::read_to_string(outputs.path().join(format)).unwrap(), alone, "{format}");
        if format == "text" {
            assert_eq!(shown, alone);
        }
    }
    // One that goes to standard output stands there alone.
    let alone = check(folder.path(), &["--output", "json=-"], &[]);
    assert_eq!(alone.stdout, check(folder.path(), &["--format", "json"], &[]).stdout);
    let both = check(folder.path(), &["--format", "text", "--output", "github=-"], &[]).stdout;
    assert!(both.contains("checked 4 reports") && both.contains("::error file="), "{both}");
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let folder = reports();
    let file = folder.path().join("out.json");
    fs::write(&file, "old").unwrap();
    // A run that cannot be done leaves what was there.
    let failed = check(folder.path(), &["--output", "json=out.json", "no-such-file"], &[]);
    assert_eq!((failed.status, fs::read_to_string(&file).unwrap().as_str()), (2, "old"));
    let done = check(folder.path(), &["--output", "json=out.json"], &[]);
    assert_eq!(done.status, 1);
    serde_json::from_str::<Value>(&fs::read_to_string(&file).unwrap()).unwrap();
    for name in ["no-such-folder/out.json", "."] {
        let refused = check(folder.path(), &[&format!("--output=json={name}")], &[]);
        assert_eq!(refused.status, 2);
        assert!(refused.stderr.contains("cannot write"), "{refused:?}");
        assert_eq!(refused.stdout, "");
    }
    let twice = check(folder.path(), &["--output=json=x", "--output=csv=./x"], &[]);
    assert_eq!((twice.status, twice.stderr.as_str()), (2, "tieout: two outputs go to ./x\n"));
    let left: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with(".tieout"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[cfg(unix)]
#[test]
fn devices_and_links_stay_what_they_are() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = reports();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("real.json"), "old").unwrap();
    fs::set_permissions(at("real.json"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.json", at("link.json")).unwrap();
    let answer = check(
        folder.path(),
        &["--output=json=link.json", "--output=csv=/dev/null", "--output=csv=new.csv"],
        &[],
    );
    assert_eq!(answer.status, 1, "{answer:?}");
    assert!(at("link.json").symlink_metadata().unwrap().is_symlink());
    assert!(fs::read_to_string(at("real.json")).unwrap().starts_with("{\"schema\""));
    let mode = |name: &str| fs::metadata(at(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("real.json"), 0o640);
    fs::write(at("plain"), "").unwrap();
    assert_eq!(mode("new.csv"), mode("plain"));
}

/// Who closes the pipe has read enough: no message, and the files are written all the same.
#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    use std::process::Stdio;
    let folder = tempfile::tempdir().unwrap();
    for number in 0..40 {
        fs::copy(fixture("errors.txt"), folder.path().join(format!("{number:02}.txt"))).unwrap();
    }
    for more in [&[][..], &["--output", "json=out.json"]] {
        let mut child = command(folder.path())
            .arg("check")
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        assert_eq!(output.status.code(), Some(1));
    }
    let json: Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("out.json")).unwrap()).unwrap();
    assert_eq!(json["summary"]["reports"], 40);
}

#[test]
fn a_dashboard_shows_what_held_and_what_did_not() {
    let folder = reports();
    let junit = tieout_in(folder.path(), ["check", "--format", "junit"]).stdout;
    assert_eq!(junit.matches("<testsuite ").count(), 5);
    assert!(junit.contains("<testcase classname=\"broken.txt\" name=\"tieout/unreadable\""), "{junit}");
    let held = "<testcase classname=\"clean.txt\" name=\"ogi/request-flow\" file=\"clean.txt\"/>";
    assert!(junit.contains(held), "{junit}");
    // What does not fail the run fails no case.
    let never = tieout_in(folder.path(), ["check", "--format", "junit", "--fail-on", "never"]).stdout;
    assert!(!never.contains("<failure") && never.contains("<system-out>"), "{never}");
}
