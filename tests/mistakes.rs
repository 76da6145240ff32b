//! Mistakes in pack files and configurations, each as the program shows it: at its place, with what was expected and the
//! nearest name that is known. The pack in `tests/mistakes/orchard` has none; a case makes some.
//!
//! After a change that is meant: `INSTA_UPDATE=always cargo test --test mistakes`, then read the difference.

#![cfg(test)]

mod program;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use program::{root, tieout_in};

const PACK: &str = "pack.toml";
const FORM: &str = "forms/crates.toml";
const CLAIMS: &str = "claims/harvest.toml";
const TOTAL: &str = "rules/field-total.toml";
const PICKED: &str = "rules/picked.toml";

const ASSERT: &str = "crates[r, all] = crates[r, apples] + crates[r, pears]";
const SAID: &str = "s = crates[hill, all]";

/// Compares a text with the snapshot of the test.
macro_rules! snapshot {
    ($text:expr) => {
        insta::with_settings!({omit_expression => true}, { insta::assert_snapshot!($text) })
    };
}

/// A file, what stands there, and the mistake in its place. Where nothing stands there, the text is added at the end, in
/// a new file if need be.
type Edit<'e> = (&'e str, &'e str, &'e str);

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).unwrap();
        }
    }
}

/// What the program says of the pack with some edits.
fn told(name: &str, edits: &[Edit<'_>]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("orchard");
    copy(&root().join("tests/mistakes/orchard"), &pack);
    for (file, from, to) in edits {
        let path = pack.join(file);
        let text = fs::read_to_string(&path).unwrap_or_default();
        let text = match *from {
            "" => text + to,
            from => {
                assert!(text.contains(from), "{name}: no `{from}` in {file}");
                text.replacen(from, to, 1)
            }
        };
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let answer = tieout_in(folder.path(), ["test", "orchard"]);
    match answer.status {
        2 => answer.stderr,
        _ => format!("NO MISTAKE error: error: {answer:?}"),
    }
}

/// The mistakes of some cases, which must be one a case: what only follows from it is not told.
fn one_each(cases: &[(&str, Edit<'_>)]) -> String {
    let (mut out, mut several) = (String::new(), String::new());
    for (name, edit) in cases {
        let told = told(name, &[*edit]);
        let count = told.matches("error: ").count();
        let _ = write!(out, "### {name}\n\n{}\n\n\n", told.trim_end());
        if count != 1 {
            let _ = writeln!(several, "{name}: {count}\n{told}");
        }
    }
    assert!(several.is_empty(), "{several}");
    assert!(cases.len() >= 2);
    out
}

#[test]
fn the_pack_itself_has_none() {
    let answer = tieout_in(root(), ["test", "tests/mistakes/orchard"]);
    assert_eq!((answer.status, answer.stderr.as_str()), (0, ""), "{answer:?}");
}

/// A form in XML.
const XML_FORM: &str = "id = \"casks\"\n[elements]\ntable = \"Cellar\"\nrow = \"Cask\"\nlink = \"CaskOwner\"\nlabel = \"Name\"\n\
    [columns.litres]\nelement = \"Litres\"\n[rows.all]\nelement = \"Press\"\n";

#[test]
fn elements() {
    let with = |from: &str, to: &str| XML_FORM.replacen(from, to, 1);
    let cases = [
        ("a path with a prefix", with("\"Cask\"", "\"x:Cask\"")),
        ("a condition that says nothing", with("\"Litres\"", "\"Litres[]\"")),
        ("the place before the first", with("\"Litres\"", "\"Litres[0]\"")),
        ("no element of a column", with("element = \"Litres\"", "name = \"litres\"")),
        ("no link", with("link = \"CaskOwner\"\n", "")),
        (
            "no elements",
            with(
                "[elements]\ntable = \"Cellar\"\nrow = \"Cask\"\nlink = \"CaskOwner\"\nlabel = \"Name\"\n",
                "",
            )
            .replace("\nelement = \"Press\"", "\nelement = \"Press\"\nlabels = [\"Press\"]")
            .replace("element = \"Litres\"", "labels = [\"litres\"]"),
        ),
    ];
    let cases: Vec<(&str, Edit<'_>)> =
        cases.iter().map(|(name, text)| (*name, ("forms/casks.toml", "", text.as_str()))).collect();
    snapshot!(one_each(&cases));
}

#[test]
fn unknown_keys() {
    snapshot!(one_each(&[
        ("a key of a rule", (TOTAL, "when  ", "whem  ")),
        ("a key of an example", (TOTAL, "at      =", "att     =")),
        ("a key of a row", (FORM, "[rows.barn]\nlabels  ", "[rows.barn]\nlabels = [\"Barn\"]\nlables  ")),
        (
            "a key of a column that is only for rows",
            (FORM, "[columns.all]", "[columns.all]\ncolumns = [\"apples\"]")
        ),
        ("a key of a claim", (CLAIMS, "unless ", "unles ")),
        ("a key of the pack", (PACK, "title ", "about = 'x'\nextend = ['ogi']\ntitle ")),
        ("a key of the signs", (PACK, "least = 2", "at_least = 2")),
        ("a key of an edition", (PACK, "until ", "to ")),
        ("a table that is none", (PACK, "[report]", "[metadata]\nowner = 'x'\n\n[report]")),
        ("a key like no other", (FORM, "[columns.all]", "[columns.all]\ncolour = 'red'")),
    ]));
}

#[test]
fn unknown_names() {
    snapshot!(one_each(&[
        ("a row", (PICKED, "hill", "hil")),
        ("a column", (TOTAL, "+ crates[r, pears]", "+ crates[r, paers]")),
        ("a row like no other", (PICKED, "hill", "greenhouse")),
        ("a claim to run over", (PICKED, "claims.picked", "claims.piked")),
        ("a claim in an expression", (PICKED, SAID, "count(claims.sesason) = 1")),
        ("a form in an expression", (TOTAL, "+ crates[", "+ crate[")),
        ("a form to run over", (TOTAL, "crates.rows.fields", "crate.rows.fields")),
        ("a set to run over", (TOTAL, "crates.rows.fields", "crates.row")),
        ("a set like no other", (TOTAL, "crates.rows.fields", "everything")),
        ("a group to run over", (TOTAL, "crates.rows.fields", "crates.rows.field")),
        ("a group of an expression", (PICKED, SAID, "s = sum(crates[feilds.*, all])")),
        ("the group of a row", (FORM, "under  = \"fields\"", "under  = \"filds\"")),
        ("an edition", (FORM, "editions = [\"old\"]", "editions = [\"odl\"]")),
        ("a column that a row has", (FORM, "columns  = [\"apples\",", "columns  = [\"aples\",")),
        ("a part of a total", (FORM, "total  = true", "total  = true\nof     = [\"aples\"]")),
        ("parts of what is no total", (FORM, "under  = \"fields\"", "under  = \"fields\"\nof = [\"barn\"]")),
        ("a topic", (CLAIMS, "topic    = \"fruit\"", "topic    = \"fruits\"")),
        ("the form of a claim", (CLAIMS, "topic    = \"fruit\"", "topic    = \"fruit\"\nform = \"crate\"")),
        ("a variable where there is none", (PICKED, "{ s = \"claims.picked\" }", "{}")),
        ("a variable", (PICKED, SAID, "t = crates[hill, all]")),
        ("a field of a claim", (PICKED, SAID, "s.cuont = crates[hill, all]")),
        ("a field of the report", (PICKED, SAID, "report.yaer = 2020")),
        ("a field of a row", (TOTAL, "{r.name}", "{r.title}")),
        ("a function", (PICKED, SAID, "s = summ(crates[*, all])")),
        ("another report", (PICKED, SAID, "s = previus.crates[hill, all]")),
        ("a placeholder of another kind", (PACK, "season.year", "picked.count")),
        ("the claim that states the year", (PACK, "season.year", "saison.year")),
        ("the placeholder that states the year", (PACK, "season.year", "season.date")),
        ("a pack that it extends", (PACK, "title ", "extends = \"oig\"\ntitle ")),
    ]));
}

#[test]
fn types_of_values() {
    snapshot!(one_each(&[
        ("a number for a string", (TOTAL, "\"All fruit of a field must be its apples and its pears\"", "3")),
        ("a number in a list of strings", (FORM, "[\"All\", \"All fruit\"]", "[\"All\", 1]")),
        ("a string for true or false", (FORM, "total  = true", "total  = \"yes\"")),
        ("a string for a number", (PACK, "least = 2", "least = \"two\"")),
        ("a tolerance below zero", (TOTAL, "level ", "tolerance = -1\nlevel ")),
        (
            "a string for groups of signs",
            (PACK, "[[\"Harvest report\"], [\"crates\"]]", "\"Harvest report\"")
        ),
        ("a number in a group of signs", (PACK, "[\"crates\"]]", "[1]]")),
        ("a list for a table", (TOTAL, "{ r = \"crates.rows.fields\" }", "[\"crates.rows.fields\"]")),
        ("a level that is none", (TOTAL, "\"error\"", "\"serious\"")),
        ("a verdict that is none", (TOTAL, "\"fail\"", "\"failed\"")),
        ("a kind of cell that is none", (FORM, "\"count\"", "\"counts\"")),
        ("a scope that is none", (CLAIMS, "\"signoff\"", "\"sign-off\"")),
    ]));
}

#[test]
fn types_in_expressions() {
    snapshot!(one_each(&[
        ("a date against a count", (PICKED, SAID, "first(claims.signed) = 3 and report.start = s")),
        ("no condition", (PICKED, SAID, "s + 1")),
        ("a condition that is none", (TOTAL, "present(crates[r, all])", "crates[r, all]")),
        ("several against one", (PICKED, SAID, "s = crates[*, all]")),
        ("words in order", (TOTAL, ASSERT, "r.name < r.label")),
        ("the year of a count", (PICKED, SAID, "year(s) = 2020")),
        ("a day that is a number", (PICKED, SAID, "exists(s)")),
        ("too few arguments", (PICKED, SAID, "round(s) = crates[hill, all]")),
        ("too many arguments", (PICKED, SAID, "sum(s, 2) = crates[hill, all]")),
        ("words of a number", (PICKED, SAID, "s matches 'x'")),
        ("a pattern that is none", (PICKED, SAID, "s.sentence matches s.unit")),
        ("in what is one", (PICKED, SAID, "s in crates[hill, all]")),
        ("a group for a row", (PICKED, SAID, "s = crates[fields, all]")),
        ("a row for a column", (TOTAL, "+ crates[r, pears]", "+ crates[r, r]")),
        ("a claim for a row", (PICKED, SAID, "s = crates[s, all]")),
        ("a sum with a date", (PICKED, SAID, "s + report.start = 3")),
        ("not a number", (PICKED, SAID, "not s")),
        ("fields of a number", (PICKED, SAID, "s.count.year = 2020")),
        ("a row that is no value", (TOTAL, ASSERT, "r = 1")),
        ("a cell that the form does not have", (PICKED, SAID, "s = crates[barn, pears]")),
        ("a cell of reports below", (PICKED, SAID, "s = children.crates[hill, all]")),
    ]));
}

#[test]
fn expressions() {
    snapshot!(one_each(&[
        ("a bracket left open", (PICKED, SAID, "s = crates[hill, all")),
        ("a bracket too many", (PICKED, SAID, "s = crates[hill, all])")),
        ("a parenthesis left open", (PICKED, SAID, "s = sum(crates[*, all]")),
        ("comparisons in a row", (PICKED, SAID, "1 <= s <= 3")),
        ("two signs of equality", (PICKED, SAID, "s == crates[hill, all]")),
        ("a sign of another language", (PICKED, SAID, "s ≠ crates[hill, all]")),
        ("nothing", (PICKED, SAID, "")),
        ("nothing after an operator", (PICKED, SAID, "s = ")),
        ("one selector", (PICKED, SAID, "s = crates[hill]")),
        ("a range backwards", (PICKED, SAID, "s = sum(crates[river..hill, all])")),
        ("a range from a group", (PICKED, SAID, "s = sum(crates[fields..river, all])")),
        ("words left open", (PICKED, SAID, "s.unit = 'crates")),
        ("a number too long", (PICKED, SAID, "s = 12345678901234567890123456789012345")),
        ("a fullwidth number", (PICKED, SAID, "s = １２")),
        ("a thousands separator", (PICKED, SAID, "s = 1,200")),
        ("what it runs over is no name", (PICKED, "claims.picked", "claims[picked]")),
        (
            "a place behind an escape",
            (PICKED, "\"s = crates[hill, all]\"", "\"s =\\tcrates[\\u0068ill, al]\"")
        ),
        (
            "a place on the second line",
            (PICKED, "\"s = crates[hill, all]\"", "'''\ns\n= crates[hill, al]'''")
        ),
    ]));
}

#[test]
fn regular_expressions() {
    snapshot!(one_each(&[
        ("a group left open", (CLAIMS, "picked {count} {unit}'", "picked ({count} {unit}'")),
        ("a class left open", (PACK, "'harvest|crop'", "'harvest|cr[op'")),
        ("nothing to repeat", (CLAIMS, "'last year'", "'*last year'")),
        ("looking ahead", (CLAIMS, "'last year'", "'last(?= year)'")),
        ("a phrase", (CLAIMS, "'(?:in all|about)'", "'(?:in all|about'")),
        ("a topic", (CLAIMS, "'apples|pears'", "'apples|pears)'")),
        ("a row found in the report", (FORM, "labels = [\"Hill field\"]", "found = '^[A-z'")),
        ("in an expression", (PICKED, SAID, "s.sentence matches 'pick(ed'")),
        ("behind an escape", (CLAIMS, "'nothing was picked'", "\"nothing\\twas (picked\"")),
        ("behind a placeholder", (CLAIMS, "{count} {unit} were picked", "{count} {unit} were {2,1}")),
        ("too large", (CLAIMS, "'last year'", "'(?:(?:\\w{1000}){1000}){1000}'")),
    ]));
}

#[test]
fn patterns() {
    snapshot!(one_each(&[
        ("an unknown placeholder", (CLAIMS, "picked {count} {unit}'", "picked {cuont} {unit}'")),
        ("a phrase that is not there", (CLAIMS, "picked {count} {unit}'", "picked {fil} {count} {unit}'")),
        ("a placeholder with a name that is none", (CLAIMS, "{year}", "{year:The Year}")),
        (
            "one name for two placeholders",
            (CLAIMS, "picked {count} {unit}'", "picked {count} of {count} {unit}'")
        ),
        ("units that are not given", (CLAIMS, "season of {year}", "season of {year} {unit}")),
        ("rows of no form", (CLAIMS, "season of {year}", "season of {year} {row}")),
        ("nothing captured", (CLAIMS, "season of {year}", "season of the year")),
        (
            "something captured where nothing can be",
            (CLAIMS, "nothing was picked", "nothing was picked in {year}")
        ),
        ("one name for two kinds", (CLAIMS, "{count} {unit} were picked", "{percent:count} were picked")),
        ("no pattern at all", (CLAIMS, "patterns = ['{date}$']", "")),
    ]));
}

#[test]
fn names_used_twice() {
    snapshot!(one_each(&[
        (
            "two claims in two files",
            ("claims/more.toml", "", "[claims.picked]\npatterns = ['got {count}']\n")
        ),
        ("two claims in one file", (CLAIMS, "[claims.signed]", "[claims.picked]")),
        (
            "two forms",
            (
                "forms/more.toml",
                "",
                "id = \"crates\"\n[columns.a]\nlabels = [\"A\"]\n[rows.b]\nlabels = [\"B\"]\n"
            )
        ),
        ("two rows", (FORM, "[rows.river]", "[rows.hill]")),
        ("two keys", (TOTAL, "level   = \"error\"", "level   = \"error\"\nlevel   = \"note\"")),
        (
            "two variables",
            (TOTAL, "{ r = \"crates.rows.fields\" }", "{ r = \"crates.rows.fields\", r = \"crates.rows\" }")
        ),
        ("two topics", ("claims/more.toml", "", "[topics]\nfruit = 'plums'\n")),
        ("two phrases", ("claims/more.toml", "", "[phrases]\nfill = 'x'\n")),
        ("a phrase called like a placeholder", ("claims/more.toml", "", "[phrases]\ncount = 'x'\n")),
        (
            "a variable called like a column",
            (
                TOTAL,
                "{ r = \"crates.rows.fields\" }",
                "{ r = \"crates.rows.fields\", all = \"crates.columns\" }"
            )
        ),
        (
            "a variable called like a form",
            (TOTAL, "{ r = \"crates.rows.fields\" }", "{ r = \"crates.rows.fields\", crates = \"dates\" }")
        ),
    ]));
}

const PASS: &str = "[[example]]\nverdict = \"pass\"\nreport  = '''\nField | Apples | Pears | All\nHill field | 120 | 80 | 200\n'''\n";
const FAIL: &str = "[[example]]\nverdict = \"fail\"\nat      = \"210\"\nreport  = '''\nField | Apples | Pears | All\nHill field | 120 | 80 | 210\n'''\n";

#[test]
fn examples() {
    snapshot!(one_each(&[
        ("none that passes", (TOTAL, PASS, "")),
        ("none that fails", (TOTAL, FAIL, "")),
        (
            "no report",
            (TOTAL, "report  = '''\nField | Apples | Pears | All\nHill field | 120 | 80 | 200\n'''\n", "")
        ),
        ("a place where nothing is found", (TOTAL, "verdict = \"pass\"", "verdict = \"pass\"\nat = \"200\"")),
        ("a place that is not in the report", (TOTAL, "at      = \"210\"", "at      = \"2l0\"")),
    ]));
}

#[test]
fn messages() {
    snapshot!(one_each(&[
        ("a placeholder that the rule does not have", (TOTAL, "{r.name}", "{c.name}")),
        ("a column that the form does not have", (TOTAL, "{crates[r, all]} is", "{crates[r, al]} is")),
        ("an empty placeholder", (TOTAL, "{r.name}", "{}")),
        ("a placeholder left open", (TOTAL, "{r.name}:", "{r.name:")),
        ("a placeholder left open at the end", (TOTAL, "is not the sum", "is not {r.name")),
        ("several values", (TOTAL, "{crates[r, all]} is", "{crates[r, *]} is")),
        ("true or false", (TOTAL, "{crates[r, all]} is", "{crates[r, all] = 1} is")),
        ("half an expression", (TOTAL, "{crates[r, all]} is", "{crates[r, all] +} is")),
    ]));
}

#[test]
fn labels() {
    snapshot!(one_each(&[
        ("one label for two rows", (FORM, "[\"River field\"]", "[\"River field\", \"Hill field\"]")),
        ("another spelling of one label", (FORM, "[\"Pears\"]", "[\"Pears\", \"ＡＰＰＬＥＳ\"]")),
        ("a label without a letter", (FORM, "[\"Pears\"]", "[\"Pears\", \"——\"]")),
        ("no label", (FORM, "labels = [\"Pears\"]", "")),
        (
            "a form without rows",
            (
                FORM,
                "\n[rows.fields]\nlabels = [\"Fields\"]\n\n[rows.hill]\nunder  = \"fields\"\nlabels = [\"Hill field\"]\n\n[rows.river]\nunder  = \"fields\"\nlabels = [\"River field\"]\n\n[rows.barn]\nlabels   = [\"Barn\"]\neditions = [\"old\"]\ncolumns  = [\"apples\", \"all\"]\n",
                ""
            )
        ),
        (
            "a row under itself",
            (FORM, "under  = \"fields\"\nlabels = [\"Hill", "under  = \"hill\"\nlabels = [\"Hill")
        ),
        ("a form with no id", (FORM, "id   = \"crates\"\n", "")),
    ]));
}

#[test]
fn rules_that_can_never_fire() {
    snapshot!(one_each(&[
        ("cells of no one edition", (TOTAL, ASSERT, "crates[barn, all] = crates[r, plums]")),
        ("no figure at all", (TOTAL, ASSERT, "1 + 1 = 2")),
        ("a figure against itself", (TOTAL, ASSERT, "crates[r, all] = crates[r, all]")),
        ("a condition that is never true", (TOTAL, "present(crates[r, all])", "1 = 2")),
        (
            "more choices than anyone needs",
            (
                TOTAL,
                "{ r = \"crates.rows.fields\" }",
                "{ r = \"crates.rows\", a = \"rows\", b = \"rows\", c = \"rows\", d = \"rows\", e = \"rows\", f = \"rows\", g = \"rows\", h = \"rows\" }"
            )
        ),
    ]));
}

#[test]
fn packs() {
    snapshot!(one_each(&[
        ("no name", (PACK, "id    = \"orchard\"\n", "")),
        ("no title", (PACK, "title = \"Harvest reports\"\n", "")),
        ("a name with a space", (PACK, "\"orchard\"", "\"my orchard\"")),
        ("the name of the program", (PACK, "\"orchard\"", "\"tieout\"")),
        ("more signs wanted than there are", (PACK, "least = 2", "least = 3")),
        ("an edition that ends before it starts", (PACK, "until = 2020", "until = 2018")),
        (
            "a rule in a file whose name has a space",
            (
                "rules/my rule.toml",
                "",
                "summary = 'All is well'\nlevel = 'note'\nassert = 's > 0'\nfor = { s = 'claims.picked' }\n[[example]]\nverdict = 'pass'\nreport = 'We picked 3 crates of pears.'\n[[example]]\nverdict = 'fail'\nreport = ''\n"
            )
        ),
        ("a folder whose name is misspelt", ("rule/more.toml", "", "summary = 'x'\n")),
        ("a folder in a folder", ("forms/old/crates.toml", "", "id = 'x'\n")),
        ("a string left open", (PACK, "\"Harvest reports\"", "\"Harvest reports")),
        ("no value", (PACK, "until = 2020", "until =")),
        ("a word without quotes", (TOTAL, "\"error\"", "error")),
    ]));
}

#[test]
fn all_at_once() {
    let told = told(
        "six",
        &[
            (PACK, "title ", "titel "),
            (TOTAL, "\"error\"", "\"eror\""),
            (TOTAL, "crates.rows.fields", "crates.rows.feilds"),
            (TOTAL, "\"fail\"", "\"failed\""),
            (CLAIMS, "'last year'", "'last (year'"),
            (FORM, "[\"River field\"]", "[\"Hill field\"]"),
        ],
    );
    snapshot!(told);
}

#[test]
fn six_in_one_file() {
    let file = "sumary = \"All fruit of a field must be its apples\"\nlevel = \"eror\"\nmessage = \"{q.name} is wrong\"\n\
                for = { r = \"crates.rows\" }\nwhen = \"crates[r, al] > 0\"\nassert = \"crates[r, all] = crates[r, aples\"\n\
                tolerance = \"1\"\n[[example]]\nverdict = \"pass\"\nreport = ''\n";
    let told = told("six in one file", &[("rules/six.toml", "", file)]);
    assert!(told.matches("error: ").count() >= 6, "{told}");
    snapshot!(told);
}

#[test]
fn configurations() {
    let mut out = String::new();
    for (name, text) in [
        ("an unknown key", "pack = ['ogi']\n"),
        ("an unknown pack", "packs = ['oig']\n"),
        ("an unknown rule", "[levels]\n'ogi/request-flwo' = 'note'\n"),
        ("a level that is none", "[levels]\n'ogi/*' = 'warn'\n"),
        ("a tolerance that is none", "[tolerances]\n'ogi/*' = '0.5'\n"),
        ("a glob that is none", "exclude = ['a[']\n"),
        ("a glob of rules that is none", "[levels]\n'ogi/{a' = 'note'\n"),
        ("no reason", "[[accept]]\nrule = 'ogi/*'\n"),
        ("an empty reason", "[[accept]]\nrule = 'ogi/*'\nreason = ' '\n"),
        ("a date that is none", "[[accept]]\nrule = 'ogi/*'\nreason = 'seen'\nuntil = '2027-06-30'\n"),
        ("no files", "[[override]]\nlevels = { 'ogi/*' = 'note' }\n"),
        ("a table, not a list of tables", "[accept]\nrule = 'ogi/*'\nreason = 'seen'\n"),
        ("a folder that is not there", "rules = ['nowhere']\n"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("tieout.toml"), text).unwrap();
        let answer = tieout_in(folder.path(), ["check", "--allow-nothing"]);
        assert_eq!(answer.status, 2, "{name}: {answer:?}");
        let told = answer
            .stderr
            .replace(&folder.path().canonicalize().unwrap().to_string_lossy().into_owned(), "[..]");
        let _ = write!(out, "### {name}\n\n{}\n\n\n", told.trim_end());
    }
    snapshot!(out);
}
