//! What a run says of rules: the globs of the command line over what the configuration says over the packs.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::config::Config;
use crate::finding::{Level, Report, own};
use crate::rules::library::Entry;
use crate::rules::pack::Pack;
use crate::rules::settings::{Setting, Settings};

/// Which rules are wanted, and what is said of them.
#[derive(Debug)]
pub struct Policy {
    select: Option<GlobSet>,
    ignore: GlobSet,
    config: Option<Arc<Config>>,
    /// By pack, for files without overrides; made when a pack first reads one.
    settings: Vec<OnceLock<Settings>>,
}

/// A glob that is none, or that matches no rule.
#[derive(Debug, thiserror::Error)]
pub enum GlobError {
    /// It cannot be read.
    #[error("{0}")]
    Glob(#[from] globset::Error),
    /// It matches nothing.
    #[error("no rule matches `{glob}`; `tieout rules` lists them")]
    NoRule {
        /// The glob.
        glob: String,
    },
}

impl Policy {
    /// The rules that match a glob of `select` (all, if there is none) and no glob of `ignore`, as a configuration says.
    ///
    /// # Errors
    /// The first glob that cannot be read or matches no rule of the packs.
    pub fn new(
        select: &[String],
        ignore: &[String],
        config: Option<Arc<Config>>,
        packs: &[Entry],
    ) -> Result<Self, GlobError> {
        let set = |globs: &[String]| {
            let mut builder = GlobSetBuilder::new();
            for text in globs {
                let glob = Glob::new(text)?;
                let matcher = glob.compile_matcher();
                let mut known = packs.iter().flat_map(|entry| &entry.card.rules);
                if !known.any(|rule| matcher.is_match(rule))
                    && !own::ALL.iter().any(|own| matcher.is_match(own.id))
                {
                    return Err(GlobError::NoRule { glob: text.clone() });
                }
                builder.add(glob);
            }
            Ok(builder.build()?)
        };
        let select = if select.is_empty() { None } else { Some(set(select)?) };
        let settings = packs.iter().map(|_| OnceLock::new()).collect();
        Ok(Self { select, ignore: set(ignore)?, config, settings })
    }

    /// The configuration.
    pub fn config(&self) -> Option<&Arc<Config>> {
        self.config.as_ref()
    }

    fn of_pack(&self, pack: &Pack, path: &str) -> Settings {
        Settings::with(pack, |rule, setting| self.setting(&rule.id, path, setting))
    }

    fn setting(&self, rule: &str, path: &str, setting: Setting) -> Setting {
        let setting = match &self.config {
            Some(config) => config.setting(rule, path, setting),
            None => setting,
        };
        let level = setting.level.filter(|_| !self.ignore.is_match(rule));
        Setting { level, is_told: self.select.as_ref().is_none_or(|select| select.is_match(rule)), ..setting }
    }

    /// What is said of the rules of the pack with a number, for a file.
    pub fn settings(&self, number: usize, pack: &Pack, path: &str) -> Cow<'_, Settings> {
        let has_overrides = self.config.as_ref().is_some_and(|config| config.has_overrides(path));
        match self.settings.get(number) {
            Some(settings) if !has_overrides => {
                Cow::Borrowed(settings.get_or_init(|| self.of_pack(pack, "")))
            }
            _ => Cow::Owned(self.of_pack(pack, path)),
        }
    }

    /// Applies what is said of the engine's own rules to a report.
    pub fn settle_own(&self, report: &mut Report, path: &str) {
        report.findings.retain_mut(|finding| match self.own_level(&finding.rule, path) {
            Some(level) => {
                finding.level = level;
                true
            }
            None => !own::ALL.iter().any(|own| own.id == finding.rule),
        });
    }

    fn own_level(&self, rule: &str, path: &str) -> Option<Level> {
        let own = own::ALL.iter().find(|own| own.id == rule)?;
        let setting = Setting { level: Some(own.level), tolerance: Default::default(), is_told: true };
        let setting = self.setting(rule, path, setting);
        setting.level.filter(|_| setting.is_told)
    }
}
