//! Packs: all that tieout knows of a kind of report, as a folder of TOML files.

mod edition;
mod head;
mod load;

use serde::{Deserialize, Serialize};

use super::claim::Claims;
use super::claim_index::ClaimIndex;
use super::element_path::ElementPath;
use super::fields;
use super::form::{Form, Slot};
use super::label_index::LabelIndex;
use super::mistake::{Mistake, PackFile};
use super::names::BodyNames;
use super::pattern::Pattern;
use super::reach::Across;
use super::rule::Rule;
use super::signs::Signs;
pub use edition::{Edition, Editions};
use head::head;
use load::Loader;

/// A section that reports of the kind have.
#[derive(Debug, Serialize, Deserialize)]
pub struct Section {
    /// Name in messages: the official title.
    pub name: String,
    /// Words by which a heading, or a list of sections in the preface, names it.
    pub words: Pattern,
    /// Editions whose reports have it.
    pub editions: Editions,
}

/// A claim's capture, as `claim.capture` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Number of the claim.
    pub claim: usize,
    /// Number of its capture.
    pub capture: usize,
}

/// Where the facts about a report as a whole are stated.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ReportSources {
    /// Its year: the one stated most often, the earlier source winning a tie.
    pub year: Vec<Source>,
    /// First day of its period.
    pub start: Option<Source>,
    /// Last day of its period.
    pub end: Option<Source>,
    /// The body that reports.
    pub body: Vec<Source>,
    /// The day it was signed on: the last that is stated.
    pub signed: Option<Source>,
    /// The words that announce its sections.
    pub sections: Option<Source>,
    /// Its year, in XML: the first that is there.
    pub year_elements: Vec<ElementPath>,
    /// The body that reports, in XML: the first that is there.
    pub body_elements: Vec<ElementPath>,
    /// Month and day on which its year begins; a year that begins within another has the name of the one it ends in.
    pub year_begins: Option<(u32, u32)>,
    /// How names of bodies are compared.
    pub names: BodyNames,
}

/// What is known of a pack before it is loaded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Card {
    /// Its name.
    pub id: String,
    /// The packs that it extends, directly or through others.
    pub bases: Vec<String>,
    /// What reports of the kind are known by.
    pub signs: Signs,
    /// The names of its rules, sorted.
    pub rules: Vec<String>,
    /// It reads the tables of files that no pack recognises.
    pub is_fallback: bool,
    /// It has rules that name other reports.
    pub has_across: bool,
}

/// All that tieout knows of a kind of report.
#[derive(Debug, Serialize, Deserialize)]
pub struct Pack {
    /// Its name.
    pub id: String,
    /// The packs that it extends, directly or through others.
    pub bases: Vec<String>,
    /// What kind of report it is for.
    pub title: String,
    /// What it checks, in a sentence or two.
    pub about: String,
    /// What reports of the kind are known by.
    pub signs: Signs,
    /// Editions of its forms, oldest first; at least one.
    pub editions: Vec<Edition>,
    /// Sections in their official order.
    pub sections: Vec<Section>,
    /// Where facts about the report as a whole are stated.
    pub sources: ReportSources,
    /// Words with which a note below a table begins.
    pub notes: Option<Pattern>,
    /// It, or the pack that it extends, reads the tables of files that no pack recognises.
    pub is_fallback: bool,
    /// Its forms.
    pub forms: Vec<Form>,
    /// The labels of its forms that are bound row by row.
    pub labels: LabelIndex,
    /// The labels of its forms that are read table by table.
    pub table_labels: LabelIndex,
    /// Its claims and topics.
    pub claims: Claims,
    /// The search for its claims.
    claim_index: ClaimIndex,
    /// Its rules, by name.
    pub rules: Vec<Rule>,
    /// What its rules need that name other reports, if it has such rules.
    pub across: Option<Across>,
}

impl Pack {
    /// The search for its claims.
    pub fn claim_index(&self) -> &ClaimIndex {
        &self.claim_index
    }

    /// Whether it reads the elements of XML.
    pub fn maps_elements(&self) -> bool {
        self.forms.iter().any(|form| form.elements.is_some())
    }

    /// Number of cells of all its forms.
    pub fn size(&self) -> usize {
        self.forms.last().map_or(0, |form| form.slots().end)
    }

    /// The form, row and column of a cell of its forms.
    pub fn locate(&self, slot: Slot) -> Option<(usize, &Form, usize, usize)> {
        if slot.0 >= self.size() {
            return None;
        }
        let index = self.forms.partition_point(|form| form.slots().end <= slot.0);
        let form = self.forms.get(index)?;
        let (row, column) = form.row_column(slot);
        Some((index, form, row, column))
    }

    /// Loads a pack from its files. Paths are relative to the folder above the pack.
    ///
    /// # Errors
    /// All mistakes in its files.
    pub fn load(files: &[PackFile]) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let pack = Loader { files, mistakes: &mut mistakes }.load();
        if mistakes.is_empty() { Ok(pack) } else { Err(mistakes) }
    }

    /// Loads a pack from files that are known to be without mistakes.
    pub fn load_sound(files: &[PackFile]) -> Self {
        Loader { files, mistakes: &mut Vec::new() }.load()
    }

    /// What is known of it without loading it.
    pub fn card(&self) -> Card {
        Card {
            id: self.id.clone(),
            bases: self.bases.clone(),
            signs: self.signs.clone(),
            rules: self.rules.iter().map(|rule| rule.id.to_string()).collect(),
            is_fallback: self.is_fallback,
            has_across: self.across.is_some(),
        }
    }
}

/// What `pack.toml` may say.
pub fn describe() -> fields::Table {
    fields::describe(head)
}
