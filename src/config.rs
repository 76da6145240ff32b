//! Configuration: a `tieout.toml` beside or above the reports says which packs read them, how much each rule matters,
//! what is not to be read, and which findings are accepted.

mod discover;

use std::path::PathBuf;

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use rust_decimal::Decimal;

use crate::finding::accept::Accept;
use crate::finding::own;
use crate::rules::fields::{self, Fields, Text};
use crate::rules::mistake::{FileId, Mistake, PackFile};
use crate::rules::rule::{LEVELS, Level};
use crate::rules::settings::{RuleGlob, Setting};
pub use discover::{ConfigError, Discovery, Located};

/// The name of a configuration file.
pub const FILE_NAME: &str = "tieout.toml";

/// A configuration.
#[derive(Debug)]
pub struct Config {
    /// The file it was read from.
    pub file: PackFile,
    /// The folder that its paths are relative to.
    pub folder: PathBuf,
    /// Packs that every file is read with, recognised or not; none: those that recognise it.
    pub packs: Vec<Text>,
    /// Folders with packs of one's own.
    pub rules: Vec<PathBuf>,
    /// Files that are not read.
    exclude: GlobSet,
    /// What it says of rules.
    settings: RuleSettings,
    /// What it says of rules in some of the files.
    overrides: Vec<(GlobSet, RuleSettings)>,
    /// Findings that are accepted.
    pub accepts: Vec<Accept>,
}

/// Levels and tolerances by rule; of several that speak of a rule the last counts.
#[derive(Debug, Default)]
struct RuleSettings {
    levels: Vec<(RuleGlob, Option<Level>)>,
    tolerances: Vec<(RuleGlob, Decimal)>,
}

impl RuleSettings {
    fn read(fields: &mut Fields<'_, '_>) -> Self {
        let levels = fields.named_choices("levels", LEVELS);
        let tolerances = fields.named_decimals("tolerances");
        let mut settings = Self::default();
        for (rule, level) in levels {
            settings.levels.extend(RuleGlob::new(rule, fields.mistakes).map(|glob| (glob, level)));
        }
        for (rule, tolerance) in tolerances {
            settings.tolerances.extend(RuleGlob::new(rule, fields.mistakes).map(|glob| (glob, tolerance)));
        }
        settings
    }

    fn level(&self, rule: &str) -> Option<Option<Level>> {
        self.levels.iter().rev().find(|(glob, _)| glob.is_match(rule)).map(|&(_, level)| level)
    }

    fn tolerance(&self, rule: &str) -> Option<Decimal> {
        self.tolerances.iter().rev().find(|(glob, _)| glob.is_match(rule)).map(|&(_, tolerance)| tolerance)
    }

    fn globs(&self) -> impl Iterator<Item = &RuleGlob> {
        self.levels.iter().map(|(glob, _)| glob).chain(self.tolerances.iter().map(|(glob, _)| glob))
    }
}

impl Config {
    /// Reads a configuration.
    ///
    /// # Errors
    /// All mistakes in it.
    pub fn parse(file: PackFile, folder: PathBuf) -> Result<Self, (PackFile, Vec<Mistake>)> {
        let mut mistakes = Vec::new();
        let config = fields::parse(&[(FileId(0), &file.text)], &mut mistakes, |fields| {
            Self::read(fields, file.clone(), folder)
        });
        if mistakes.is_empty() { Ok(config) } else { Err((file, mistakes)) }
    }

    /// What it may say.
    pub fn describe() -> fields::Table {
        let file =
            PackFile { path: String::new(), within: String::new(), pack: String::new(), text: String::new() };
        fields::describe(|fields| Self::read(fields, file, PathBuf::new()))
    }

    fn read(fields: &mut Fields<'_, '_>, file: PackFile, folder: PathBuf) -> Self {
        Self {
            file,
            packs: fields.texts("packs"),
            rules: fields.texts("rules").into_iter().map(|path| folder.join(path.value)).collect(),
            exclude: globs(fields.texts("exclude"), fields.mistakes),
            settings: RuleSettings::read(fields),
            overrides: fields.tables("override", |fields| {
                let paths = fields.required_texts("path");
                (globs(paths, fields.mistakes), RuleSettings::read(fields))
            }),
            accepts: fields.tables("accept", accept).into_iter().flatten().collect(),
            folder,
        }
    }

    /// The rules that it names and that are not among those of all packs, whichever of them read the reports.
    pub fn unknown_rules(&self, of_packs: &[String]) -> Vec<Mistake> {
        let rules = || of_packs.iter().map(String::as_str).chain(own::ALL.iter().map(|own| own.id));
        let named =
            self.settings.globs().chain(self.overrides.iter().flat_map(|(_, settings)| settings.globs()));
        let named = named.chain(self.accepts.iter().map(|accept| &accept.rule));
        let unknown = named.filter(|glob| !rules().any(|rule| glob.is_match(rule)));
        unknown.map(|glob| Mistake::unknown(glob.text.at(), "rule", &glob.text.value, rules())).collect()
    }

    /// Whether a file is not to be read. Paths are relative to the folder of the configuration.
    pub fn excludes(&self, path: &str) -> bool {
        self.exclude.is_match(path)
    }

    /// Whether some rules are set in another way for a file.
    pub fn has_overrides(&self, path: &str) -> bool {
        self.overrides.iter().any(|(globs, _)| globs.is_match(path))
    }

    /// What it makes of the setting of a rule, for a file.
    pub fn setting(&self, rule: &str, path: &str, setting: Setting) -> Setting {
        let overriding = self.overrides.iter().filter(|(globs, _)| globs.is_match(path));
        let all = std::iter::once(&self.settings).chain(overriding.map(|(_, settings)| settings));
        all.fold(setting, |setting, rules| Setting {
            level: rules.level(rule).unwrap_or(setting.level),
            tolerance: rules.tolerance(rule).unwrap_or(setting.tolerance),
            ..setting
        })
    }
}

fn accept(fields: &mut Fields<'_, '_>) -> Option<Accept> {
    let rule = fields.required("rule");
    let reason = fields.required("reason");
    let path =
        fields.text("path").and_then(|path| glob(&path, fields.mistakes)).map(|glob| glob.compile_matcher());
    let at = fields.text("at").map(|at| at.value);
    let until = fields.date("until");
    if let Some(reason) = reason.as_ref().filter(|reason| reason.value.trim().is_empty()) {
        fields.mistakes.push(Mistake::new(reason.at(), "an accepted finding needs a reason", "says nothing"));
    }
    let rule = RuleGlob::new(rule?, fields.mistakes)?;
    let place = fields.at();
    Some(Accept { rule, path, at, reason: reason?.value, until, place })
}

fn globs(texts: Vec<Text>, mistakes: &mut Vec<Mistake>) -> GlobSet {
    let mut builder = GlobSetBuilder::new();
    for text in texts {
        if let Some(glob) = glob(&text, mistakes) {
            builder.add(glob);
        }
    }
    builder.build().unwrap_or_else(|_| GlobSet::empty())
}

/// A glob over paths: `*` stays within a folder, `**` does not.
fn glob(text: &Text, mistakes: &mut Vec<Mistake>) -> Option<Glob> {
    match GlobBuilder::new(&text.value).literal_separator(true).build() {
        Ok(glob) => Some(glob),
        Err(error) => {
            mistakes.push(Mistake::new(text.at(), "this is not a glob", error.kind().to_string()));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Result<Config, Vec<String>> {
        let file = PackFile {
            path: FILE_NAME.into(),
            within: FILE_NAME.into(),
            pack: String::new(),
            text: text.into(),
        };
        Config::parse(file, PathBuf::from("/reports"))
            .map_err(|(_, mistakes)| mistakes.into_iter().map(|mistake| mistake.message).collect())
    }

    #[test]
    fn the_last_that_speaks_of_a_rule_counts() {
        let config = config(
            "[levels]\n'a/*' = 'note'\n'a/b' = 'off'\n[tolerances]\n'a/c' = 0.5\n\
             [[override]]\npath = '2019/**'\nlevels = { 'a/b' = 'error' }\n",
        )
        .unwrap();
        let setting = Setting { level: Some(Level::Warning), tolerance: Decimal::ZERO, is_told: true };
        let level = |rule, path| config.setting(rule, path, setting).level;
        assert_eq!(level("a/b", "2020/x.txt"), None);
        assert_eq!(level("a/b", "2019/y/x.txt"), Some(Level::Error));
        assert_eq!(level("a/c", "2020/x.txt"), Some(Level::Note));
        assert_eq!(level("b/c", "2020/x.txt"), Some(Level::Warning));
        assert_eq!(config.setting("a/c", "x", setting).tolerance.to_string(), "0.5");
    }

    #[test]
    fn all_mistakes_at_once() {
        let mistakes = config(
            "pack = ['x']\nexclude = ['a[']\n[levels]\n'a/b' = 'eror'\n[[accept]]\nrule = 'a/b'\nuntil = '2027'\n",
        )
        .unwrap_err();
        assert_eq!(
            mistakes,
            [
                "this is not a glob",
                "unknown value of `levels`: `eror`",
                "`until` is not a date",
                "`accept` has no `reason`",
                "unknown key `pack`",
            ]
        );
    }
}
