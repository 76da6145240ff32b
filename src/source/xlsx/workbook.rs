//! The part that lists the sheets, and where what they share stands.

use super::{FORMAT_NAME, MAIN_PART, each};
use crate::source::package::Package;
use crate::source::refusal::Refusal;
use crate::source::relations::{self, Relation};

/// A workbook, without its sheets.
pub struct Workbook {
    /// Its worksheets; charts and macros are none.
    pub sheets: Vec<Listed>,
    /// From when days are counted.
    pub is_1904: bool,
    /// The part that holds the texts that its cells share.
    pub strings: String,
    /// The part that holds the styles.
    pub styles: String,
}

/// A worksheet.
pub struct Listed {
    /// Its name.
    pub name: String,
    /// The part that holds it.
    pub part: String,
    /// Whether its tab is shown.
    pub is_shown: bool,
}

impl Workbook {
    /// Reads the main part of a package.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn read(package: &mut Package<'_>) -> Result<Self, Refusal> {
        let main = match package.has(MAIN_PART) {
            true => MAIN_PART.to_owned(),
            false => relations::main_part(package)?.unwrap_or_default(),
        };
        let xml = package.part(&main)?.ok_or_else(|| Refusal::damaged(FORMAT_NAME, "it has no workbook"))?;
        let relations = relations::of(package, &main)?;
        let shared = |kind: &str, name: &str| {
            let found = relations.iter().find(|relation| relation.kind == kind);
            found.map_or_else(|| name.to_owned(), |relation| relation.part.clone())
        };
        let mut workbook = Self {
            sheets: Vec::new(),
            is_1904: false,
            strings: shared("sharedStrings", "xl/sharedStrings.xml"),
            styles: shared("styles", "xl/styles.xml"),
        };
        let mut number = 0;
        each(&xml, |tag| match tag.name() {
            "sheet" => {
                number += 1;
                let id = tag.attribute("id").unwrap_or_default();
                let relation = relations.iter().find(|relation| relation.id == id);
                let is_worksheet = |relation: &Relation| relation.kind == "worksheet";
                if relation.is_none_or(is_worksheet) {
                    let by_number = || format!("xl/worksheets/sheet{number}.xml");
                    workbook.sheets.push(Listed {
                        name: tag.attribute("name").unwrap_or_default(),
                        part: relation.map_or_else(by_number, |relation| relation.part.clone()),
                        is_shown: tag.attribute("state").is_none_or(|state| state == "visible"),
                    });
                }
            }
            "workbookPr" => {
                let is_so = |value: String| value != "0" && value != "false";
                workbook.is_1904 = tag.attribute("date1904").is_some_and(is_so);
            }
            _ => {}
        })?;
        Ok(workbook)
    }
}
