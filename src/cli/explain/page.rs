//! All that is said of a rule, for a terminal and as a page of documentation.

use std::fmt::Write as _;

use crate::cli::packs::level_name;
use crate::cli::test::quoted;
use tieout::check::example::{self, Finding, name};
use tieout::finding::own::Own;
use tieout::rules::pack::Pack;
use tieout::rules::rule::{Example, Rule};

/// All that is said of a rule.
pub struct Page<'r> {
    id: &'r str,
    level: &'static str,
    summary: &'r str,
    explanation: Option<&'r str>,
    /// Of a rule of a pack: the relation, what it runs over and when it is looked at.
    relation: Vec<String>,
    authority: Option<&'r str>,
    /// The examples, with what the rule finds in them.
    examples: Vec<(&'r Example, Vec<Finding>)>,
    path: Option<&'r str>,
}

impl<'r> Page<'r> {
    /// What is said of a rule of a pack.
    pub fn of(pack: &'r Pack, rule: &'r Rule) -> Self {
        let mut relation = vec![rule.relation.clone()];
        let quantifiers = rule.quantifiers.iter();
        relation.extend(quantifiers.map(|(variable, domain)| format!("for each {variable} in {domain}")));
        relation.extend(rule.condition.iter().map(|condition| format!("when {condition}")));
        let examples = rule.examples.iter().map(|one| (one, example::run(pack, rule, one).findings));
        Self {
            id: &rule.id,
            level: level_name(rule.level),
            summary: &rule.summary,
            explanation: rule.explanation.as_deref().map(str::trim),
            relation,
            authority: rule.authority.as_deref(),
            examples: examples.collect(),
            path: Some(&rule.path),
        }
    }

    /// What is said of a rule of the program's own.
    pub fn of_own(own: &'r Own) -> Self {
        Self {
            id: own.id,
            level: own.level.name(),
            summary: own.summary,
            explanation: Some("This is tieout's own rule, of no pack."),
            relation: Vec::new(),
            authority: None,
            examples: Vec::new(),
            path: None,
        }
    }

    /// What accepts a finding of the rule, ready to be put into `tieout.toml`.
    fn accept(&self) -> String {
        let at =
            self.examples.iter().flat_map(|(_, findings)| findings).map(|finding| finding.at.join(" / "));
        let at = at.into_iter().find(|at| !at.is_empty()).map(|at| format!("at     = {}\n", quoted(&at)));
        format!(
            "[[accept]]\nrule   = {}\npath   = \"2027/report.html\"\n{}reason = \"why it is in order\"\nuntil  = 2027-12-31\n",
            quoted(self.id),
            at.unwrap_or_default()
        )
    }

    fn level_setting(&self) -> String {
        let other = if self.level == "note" { "warning" } else { "note" };
        format!("[levels]\n{} = \"{other}\"\n", quoted(self.id))
    }

    /// For a terminal.
    pub fn text(&self) -> String {
        let mut out = format!("{} ({})\n\n{}.\n", self.id, self.level, self.summary);
        if let Some(explanation) = self.explanation {
            let _ = write!(out, "\n{explanation}\n");
        }
        if !self.relation.is_empty() {
            let _ = write!(out, "\nRelation\n{}", indented(&self.relation.join("\n")));
        }
        if let Some(authority) = self.authority {
            let _ = write!(out, "\nAuthority\n{}", indented(authority));
        }
        for (example, findings) in &self.examples {
            let _ = write!(out, "\nExample ({})\n", name(example.verdict));
            out += &indented(example.report.value.trim_end());
            for finding in findings {
                let _ = writeln!(out, "  at `{}`: {}", finding.place, said(finding));
            }
        }
        let _ = write!(out, "\nTo accept a finding, in tieout.toml\n{}", indented(&self.accept()));
        out += "  `path`, `at` and `until` may be left out; `at` is label path and value, as --format json shows them\n";
        let _ = write!(out, "\nTo change its level, in tieout.toml\n{}", indented(&self.level_setting()));
        if let Some(path) = self.path {
            let _ = write!(out, "\nDefined in {path}\n");
        }
        out
    }

    /// A page of documentation.
    pub fn markdown(&self) -> String {
        let mut out = format!("# {}\n\n{}. Level: **{}**.\n", self.id, plain(self.summary), self.level);
        if let Some(explanation) = self.explanation {
            let _ = write!(out, "\n{}\n", plain(explanation));
        }
        if !self.relation.is_empty() {
            let _ = write!(out, "\n## Relation\n\n{}", fenced("text", &self.relation.join("\n")));
        }
        if let Some(authority) = self.authority {
            let _ = write!(out, "\nAuthority: {}.\n", plain(authority));
        }
        if !self.examples.is_empty() {
            out += "\n## Examples\n";
        }
        for (example, findings) in &self.examples {
            let _ = write!(out, "\nVerdict **{}**:\n\n", name(example.verdict));
            out += &fenced("text", example.report.value.trim_end());
            for finding in findings {
                let _ = write!(out, "\nFound at `{}`: {}\n", finding.place, plain(&said(finding)));
            }
        }
        out += "\n## To accept a finding\n\nIn `tieout.toml`; `path`, `at` and `until` may be left out. `at` is label path and value, as \
                `--format json` shows them, so that a figure that changes brings the finding back.\n\n";
        out += &fenced("toml", &self.accept());
        let _ = write!(out, "\n## To change its level\n\n{}", fenced("toml", &self.level_setting()));
        out
    }
}

fn said(finding: &Finding) -> String {
    match &finding.relation {
        Some(relation) => format!("{} ({relation})", finding.message),
        None => finding.message.clone(),
    }
}

fn indented(text: &str) -> String {
    text.lines().fold(String::new(), |out, line| out + format!("    {line}").trim_end() + "\n")
}

/// A block of code that nothing in it can close.
fn fenced(language: &str, text: &str) -> String {
    let mut fence = "```".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    format!("{fence}{language}\n{}\n{fence}\n", text.trim_end())
}

/// Words that Markdown shows as they are.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '\\' | '*' | '_' | '<' | '>' | '[' | ']' | '|' | '#' | '&') {
            out.push('\\');
        }
        out.push(character);
    }
    out
}
