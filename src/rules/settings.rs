//! What a run says of each rule of a pack: how much a breach matters, how much its sides may differ, and whether its
//! findings are told.

use globset::{Glob, GlobMatcher};
use rust_decimal::Decimal;

use super::fields::Text;
use super::mistake::Mistake;
use super::pack::Pack;
use super::rule::{Domain, Level, Rule};

/// What a run says of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The level of its findings; `None` where its relations are left out altogether.
    pub level: Option<Level>,
    /// By how much the sides of its relation may differ.
    pub tolerance: Decimal,
    /// Its findings are told; else its relations only help to explain those of others.
    pub is_told: bool,
}

/// What a run says of every rule of a pack, by the number of the rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings(Vec<Setting>);

impl Settings {
    /// What the pack itself says.
    pub fn of(pack: &Pack) -> Self {
        Self::with(pack, |_, setting| setting)
    }

    /// One rule of the pack by itself, also where it is off.
    pub fn only(pack: &Pack, wanted: &Rule) -> Self {
        Self::with(pack, |rule, setting| Setting {
            level: (rule.id == wanted.id).then(|| rule.level.unwrap_or(Level::Note)),
            ..setting
        })
    }

    /// What `change` makes of what the pack says.
    pub fn with(pack: &Pack, mut change: impl FnMut(&Rule, Setting) -> Setting) -> Self {
        let own = |rule: &Rule| Setting { level: rule.level, tolerance: rule.tolerance, is_told: true };
        Self(pack.rules.iter().map(|rule| change(rule, own(rule))).collect())
    }

    /// The same of rules about the sums and rates of tables of no known form; others are left out.
    #[must_use]
    pub fn of_tables(&self, pack: &Pack) -> Self {
        let is_of_table = |rule: &Rule| {
            rule.domains.iter().any(|domain| matches!(domain, Domain::Footings | Domain::Rates))
        };
        let kept = self.0.iter().zip(&pack.rules).map(|(&setting, rule)| Setting {
            level: setting.level.filter(|_| is_of_table(rule)),
            ..setting
        });
        Self(kept.collect())
    }

    /// What is said of the rule with a number.
    pub fn get(&self, rule: usize) -> Option<Setting> {
        self.0.get(rule).copied()
    }

    /// The tolerance of a rule whose relations are looked at; `None` where they are not.
    pub fn tolerance(&self, rule: usize) -> Option<Decimal> {
        self.get(rule).filter(|setting| setting.level.is_some()).map(|setting| setting.tolerance)
    }
}

/// Names of rules: one, or those that a glob matches.
#[derive(Clone, Debug)]
pub struct RuleGlob {
    /// As written, with its place.
    pub text: Text,
    matcher: GlobMatcher,
}

impl RuleGlob {
    /// Reads names of rules; a mistake is added to `mistakes`.
    pub fn new(text: Text, mistakes: &mut Vec<Mistake>) -> Option<Self> {
        match Glob::new(&text.value) {
            Ok(glob) => Some(Self { matcher: glob.compile_matcher(), text }),
            Err(error) => {
                mistakes.push(Mistake::new(text.at(), "this is not a glob", error.kind().to_string()));
                None
            }
        }
    }

    /// Whether a rule is one of those.
    pub fn is_match(&self, rule: &str) -> bool {
        self.matcher.is_match(rule)
    }
}
