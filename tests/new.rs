//! What `tieout new` and `tieout init` write works as it stands, and says nothing that is not so.

#![cfg(test)]

mod program;

use std::fs;
use std::path::Path;

use program::{Answer, root, tieout_in};
use tempfile::TempDir;
use tieout::schema::FileKind;

fn empty() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn run(folder: &TempDir, arguments: &str) -> Answer {
    tieout_in(folder.path(), arguments.split_whitespace())
}

/// Runs what must succeed.
fn succeed(folder: &TempDir, arguments: &str) -> Answer {
    let answer = run(folder, arguments);
    assert_eq!(answer.status, 0, "{arguments}: {answer:?}");
    answer
}

/// Copies the pack of the program called `name`.
fn copy(name: &str, folder: &Path) {
    for part in ["", "forms", "claims", "rules"] {
        fs::create_dir_all(folder.join(name).join(part)).unwrap();
        for entry in fs::read_dir(root().join("rules").join(name).join(part)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                fs::copy(&path, folder.join(name).join(part).join(path.file_name().unwrap())).unwrap();
            }
        }
    }
}

#[test]
fn a_new_pack_passes_its_tests_and_finds_something() {
    let folder = empty();
    let wrote = succeed(&folder, "new pack packs/stores");
    assert!(wrote.stdout.contains("wrote packs/stores/pack.toml"), "{wrote:?}");
    let tested = succeed(&folder, "test packs/stores");
    assert!(tested.stdout.ends_with("2 rules, 4 examples, 0 failed\n"), "{tested:?}");
    let report = "Stock report\n\nThe store received 38 pieces.\n\n\
                  Goods | Opening | Received | Issued | Closing\n\
                  Paper | 12 | 30 | 25 | 17\nChairs | 4 | 7 | 1 | 10\nTotal | 16 | 37 | 26 | 27\n";
    fs::write(folder.path().join("report.txt"), report).unwrap();
    let answer = run(&folder, "check --rules packs/stores --format json report.txt");
    let told = [["stores/received-in-text", "error", "report.txt"].map(str::to_owned)];
    assert_eq!(answer.told(), told, "{answer:?}");
}

#[test]
fn a_new_rule_passes_its_tests_in_every_pack() {
    let folder = empty();
    succeed(&folder, "new pack stores");
    fs::create_dir(folder.path().join("province")).unwrap();
    fs::write(folder.path().join("province/pack.toml"), "id = 'province'\ntitle = 'P'\nextends = 'ogi'\n")
        .unwrap();
    copy("ogi", folder.path());
    copy("budget", folder.path());
    for pack in ["stores", "province", "ogi", "budget"] {
        succeed(&folder, &format!("new rule {pack}/mine"));
        let tested = succeed(&folder, &format!("test {pack}"));
        assert!(tested.stdout.contains(&format!("{pack}/mine ")), "{tested:?}");
    }
    let rule = fs::read_to_string(folder.path().join("stores/rules/mine.toml")).unwrap();
    assert!(rule.contains("rows: paper, chairs, total") && rule.contains("claims: received"), "{rule}");
}

#[test]
fn nothing_is_written_over_and_names_are_names() {
    let folder = empty();
    succeed(&folder, "new pack stores");
    succeed(&folder, "new rule stores/mine");
    succeed(&folder, "init");
    for (arguments, said) in [
        ("new pack stores", "stores is there already"),
        ("new rule stores/mine", "mine.toml is there already"),
        ("init", "tieout.toml is there already"),
        ("new pack Stores", "`Stores` is no name"),
        ("new pack a_b", "`a_b` is no name"),
        ("new pack a--b", "`a--b` is no name"),
        ("new pack ..", "`` is no name"),
        ("new pack ogi", "`ogi` is the name of a pack built in"),
        ("new pack tieout", "`tieout` is the name of a pack built in"),
        ("new rule mine", "expected PACK/NAME"),
        ("new rule nowhere/mine", "expected PACK/NAME"),
        ("new rule stores/Mine.toml", "`Mine.toml` is no name"),
    ] {
        let answer = run(&folder, arguments);
        assert_eq!(answer.status, 2, "{arguments}: {answer:?}");
        assert!(answer.stderr.contains(said), "{arguments}: {answer:?}");
    }
}

#[test]
fn a_rule_is_not_added_to_a_pack_with_mistakes() {
    let folder = empty();
    succeed(&folder, "new pack stores");
    let path = folder.path().join("stores/pack.toml");
    fs::write(&path, fs::read_to_string(&path).unwrap().replace("title", "titel")).unwrap();
    let answer = run(&folder, "new rule stores/mine");
    assert_eq!(answer.status, 2);
    assert!(answer.stderr.contains("did you mean `title`?"), "{answer:?}");
    assert!(!folder.path().join("stores/rules/mine.toml").exists());
}

/// What is commented out is right too: `#key` can be uncommented, `# words` cannot.
#[test]
fn a_new_configuration_is_right_with_and_without_its_comments() {
    let folder = empty();
    succeed(&folder, "init");
    let path = folder.path().join("tieout.toml");
    let text = fs::read_to_string(&path).unwrap();
    let validator = jsonschema::draft202012::new(&FileKind::Config.schema()).unwrap();
    succeed(&folder, "check --allow-nothing");
    let whole: String = text
        .lines()
        .map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line))
        .filter(|line| !line.starts_with("rules"))
        .map(|line| format!("{line}\n"))
        .collect();
    fs::write(&path, &whole).unwrap();
    succeed(&folder, "check --allow-nothing");
    let json: serde_json::Value =
        serde_json::to_value(whole.replace("2027-06-30", "'2027-06-30'").parse::<toml::Table>().unwrap())
            .unwrap();
    assert!(validator.is_valid(&json), "{whole}");
    let known = FileKind::Config.keys();
    for key in &known.keys {
        assert!(
            text.contains(&format!("#{}", key.name)) || text.contains(&format!("[{}]", key.name)),
            "{}",
            key.name
        );
    }
}

#[test]
fn messages_are_rewritten_and_all_else_is_left() {
    let folder = empty();
    succeed(&folder, "new pack stores");
    let path = folder.path().join("stores/rules/stock-flow.toml");
    let before = fs::read_to_string(&path).unwrap();
    let with = |message: &str| {
        before.replace("at      = \"71\"", &format!("at      = \"71\"\nmessage = {message} # kept"))
    };
    for old in ["\"\"", "'old'", "\"\"\"\nold\nold\"\"\"", "'''\n'''"] {
        fs::write(&path, with(old)).unwrap();
        let failed = run(&folder, "test stores");
        assert_eq!(failed.status, 1);
        assert!(failed.stdout.contains("the message is another one"), "{failed:?}");
        let updated = succeed(&folder, "test stores --update");
        assert!(updated.stdout.starts_with("1 message rewritten\n"), "{updated:?}");
        let after = fs::read_to_string(&path).unwrap();
        let new = "\"paper: 12 and 30 are not 25 and 71; any one of 3 figures would explain it\"";
        assert_eq!(after, with(new));
        let again = succeed(&folder, "test stores --update --quiet");
        assert_eq!(again.stdout, "0 messages rewritten\n2 rules, 4 examples, 0 failed\n");
    }
    assert_eq!(run(&folder, "test --update").status, 2);
}
