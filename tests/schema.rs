//! `docs/schema/findings.json` describes what `--format json` prints: all of it and nothing else.

#![cfg(test)]

mod program;

use std::fs;

use jsonschema::Validator;
use program::{Answer, fixture, fixture_text, root, shared, tieout, tieout_in};
use serde_json::{Value, json};
use tempfile::TempDir;

fn schema() -> Value {
    let text = fs::read_to_string(root().join("docs/schema/findings.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema()).unwrap()
}

/// The schema of a part, such as `finding`.
fn part(name: &str) -> Validator {
    let mut schema = schema();
    let part = json!({"$ref": format!("#/$defs/{name}"), "$defs": schema["$defs"].take()});
    jsonschema::draft202012::new(&part).unwrap()
}

fn mistakes(validator: &Validator, instance: &Value) -> Vec<String> {
    validator.iter_errors(instance).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// Reports with findings of every level and shape: of one figure and many, ambiguous, of the file itself.
fn reports() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["errors.txt", "errors.md", "errors.html", "clean.txt"] {
        fs::copy(fixture(name), folder.path().join(name)).unwrap();
    }
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("binary.txt", "\0");
    write("no-report.txt", "no report");
    write("picture.png", "no picture");
    // A warning and a note.
    let late = fixture_text("clean.md").replace("2022年1月18日", "2022年11月18日");
    write("late.md", &late.replace("| 2.重复申请 | 0 |", "| 2.重复申请 | 无 |"));
    // A report that says neither its year nor who made it.
    let title = "岚汀县水务局2021年政府信息公开工作年度报告";
    let nameless = fixture_text("clean.md").replace(title, "政府信息公开工作年度报告");
    let nameless: String =
        nameless.lines().filter(|line| !line.contains("2021年")).map(|line| format!("{line}\n")).collect();
    write("nameless.md", &nameless.replace("\n岚汀县水务局\n", "\n"));
    folder
}

fn json_run() -> Answer {
    let folder = reports();
    tieout_in(folder.path(), ["check", "--format", "json"])
}

#[test]
fn the_schema_is_one() {
    jsonschema::meta::validate(&schema()).unwrap();
}

#[test]
fn what_is_printed_is_as_described() {
    let answer = json_run();
    let json = answer.json();
    assert_eq!(mistakes(&validator(), &json), Vec::<String>::new());
    // The run shows what the schema describes.
    let summary = &json["summary"];
    for key in ["reports", "skipped", "errors", "warnings", "notes"] {
        assert!(summary[key].as_u64() > Some(0), "no {key} in the run: {summary}");
    }
    for key in ["relation", "cause", "expected", "authority"] {
        let findings = answer.findings();
        let shown = findings.iter().filter(|finding| finding[key].is_string()).count();
        assert!(shown > 0 && shown < findings.len(), "{key} is never null, or always");
    }
    let unknown = |key: &str| json["reports"].as_array().unwrap().iter().any(|report| report[key].is_null());
    assert!(unknown("year") && unknown("subject"), "{}", json["reports"]);
}

#[test]
fn nothing_found_and_nothing_read_are_as_described() {
    let clean = tieout(["check", "--format", "json", "tests/reports/clean.txt"]);
    assert_eq!(mistakes(&validator(), &clean.json()), Vec::<String>::new());
    let folder = tempfile::tempdir().unwrap();
    let nothing = tieout_in(folder.path(), ["check", "--format", "json"]);
    assert_eq!(mistakes(&validator(), &nothing.json()), Vec::<String>::new());
}

#[test]
fn the_seed_report_is_as_described() {
    let Some(seed) = shared("seed") else { return };
    let answer = tieout([&"check".into(), &"--format".into(), &"json".into(), &seed]);
    assert_eq!(mistakes(&validator(), &answer.json()), Vec::<String>::new());
}

/// JSON lines are the parts of the document, each with its type; the summary also says what the document says of
/// itself. The first line has every field, so that readers that guess types from the first lines guess right, and what
/// would have another type than in a finding has another name.
#[test]
fn json_lines_are_the_parts_of_the_document() {
    let folder = reports();
    let document = tieout_in(folder.path(), ["check", "--format", "json"]).json();
    let lines = tieout_in(folder.path(), ["check", "--format", "jsonl"]);
    let mut found = json!({"findings": [], "reports": []});
    let mut lines = lines.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let fields = lines.next().unwrap();
    assert_eq!(fields["type"], "fields");
    for mut line in lines {
        assert_same_types(&fields, &line, "");
        let object = line.as_object_mut().unwrap();
        let kind = object.remove("type").unwrap();
        for (line, document) in [("verdicts", "relations"), ("accepted_findings", "accepted")] {
            if let Some(value) = object.remove(line) {
                object.insert(document.to_owned(), value);
            }
        }
        match kind.as_str().unwrap() {
            "summary" => {
                for key in ["schema", "skipped_files", "tool"] {
                    found[key] = line.as_object_mut().unwrap().remove(key).unwrap();
                }
                assert_eq!(mistakes(&part("summary"), &line), Vec::<String>::new());
                found["summary"] = line;
            }
            kind @ ("finding" | "report") => {
                assert_eq!(mistakes(&part(kind), &line), Vec::<String>::new());
                found[format!("{kind}s")].as_array_mut().unwrap().push(line);
            }
            kind => panic!("a line of the type {kind}"),
        }
    }
    assert_eq!(found, document);
}

/// Fails where a value is of another type than the one that stands for its field.
fn assert_same_types(field: &Value, value: &Value, path: &str) {
    match (field, value) {
        (_, Value::Null) => {}
        (Value::Object(fields), Value::Object(values)) => {
            for (key, value) in values {
                let field =
                    fields.get(key).unwrap_or_else(|| panic!("{path}/{key} is not in the first line"));
                assert_same_types(field, value, &format!("{path}/{key}"));
            }
        }
        (Value::Array(fields), Value::Array(values)) => {
            values.iter().for_each(|value| assert_same_types(&fields[0], value, path));
        }
        _ => assert_eq!(
            (field.is_string(), field.is_u64(), field.is_boolean()),
            (value.is_string(), value.is_u64(), value.is_boolean()),
            "{path}: {field} and {value}"
        ),
    }
}

/// Calls `each` for every object that the schema describes.
fn objects(schema: &Value, path: &str, each: &mut impl FnMut(&str, &Value)) {
    if schema["type"] == "object" {
        each(path, schema);
    }
    match schema {
        Value::Object(keys) => {
            keys.iter().for_each(|(key, value)| objects(value, &format!("{path}/{key}"), each))
        }
        Value::Array(items) => items.iter().for_each(|item| objects(item, path, each)),
        _ => {}
    }
}

#[test]
fn every_field_is_described_and_there_is_no_other() {
    let schema = schema();
    let mut fields = 0;
    objects(&schema, "", &mut |path, object| {
        assert_eq!(object["additionalProperties"], false, "{path} is open");
        let properties = object["properties"].as_object().unwrap();
        let required = object["required"].as_array().unwrap();
        for (name, field) in properties {
            assert!(required.contains(&json!(name)), "{path}: {name} may be left out");
            let definition =
                field["$ref"].as_str().and_then(|path| schema.pointer(path.trim_start_matches('#')));
            let described = field["description"].is_string()
                || definition.is_some_and(|definition| definition["description"].is_string());
            assert!(described, "{path}: {name} has no description");
            fields += 1;
        }
        assert_eq!(required.len(), properties.len(), "{path} requires what it does not describe");
    });
    assert!(fields > 40, "only {fields} fields");
}

/// A document with any one of these mistakes is refused.
#[test]
fn what_is_not_as_described_is_refused() {
    let json = json_run().json();
    let validator = validator();
    assert!(validator.is_valid(&json));
    for (place, value) in [
        ("/schema", json!(2)),
        ("/tool/name", json!("tally")),
        ("/summary/errors", json!(-1)),
        ("/summary/errors", json!(1.5)),
        ("/summary/relations/held", Value::Null),
        ("/reports/0/pack", Value::Null),
        ("/reports/0/year", json!("2020")),
        ("/findings/0/level", json!("fatal")),
        ("/findings/0/rule", json!("rule without a pack")),
        ("/findings/0/rules", json!([])),
        ("/findings/0/message", json!("")),
        ("/findings/0/expected", json!(3)),
        ("/findings/0/fingerprint", json!("1234")),
        ("/findings/0/related", Value::Null),
        ("/findings/0/primary/line", json!(0)),
        ("/findings/0/primary/line", Value::Null),
        ("/findings/0/primary/locator", json!("page 4")),
        ("/findings/0/primary/text", Value::Null),
    ] {
        let mut broken = json.clone();
        *broken.pointer_mut(place).unwrap_or_else(|| panic!("no {place}")) = value.clone();
        assert!(!validator.is_valid(&broken), "{value} is taken for {place}");
    }
    for place in
        ["", "/tool", "/summary", "/summary/figures", "/reports/0", "/findings/0", "/findings/0/primary"]
    {
        let object = |json: &mut Value| json.pointer_mut(place).unwrap().as_object_mut().unwrap().clone();
        let whole = object(&mut json.clone());
        let with = |object: serde_json::Map<String, Value>| {
            let mut broken = json.clone();
            *broken.pointer_mut(place).unwrap() = Value::Object(object);
            broken
        };
        let mut more = whole.clone();
        more.insert("surprise".to_owned(), json!(1));
        assert!(!validator.is_valid(&with(more)), "{place} takes a field that is not described");
        for key in whole.keys() {
            let mut fewer = whole.clone();
            fewer.remove(key);
            assert!(!validator.is_valid(&with(fewer)), "{place} does without {key}");
        }
    }
}
