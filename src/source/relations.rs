//! How the parts of an Office Open XML package name each other: what a part is for is said by the relation to it, not by
//! its name.

use super::markup::{Markup, Piece};
use super::package::Package;
use super::refusal::Refusal;

/// A part that another names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// By what the other part names it.
    pub id: String,
    /// What it is to it: the last word of the kind of relation, such as `worksheet`.
    pub kind: String,
    /// Its name.
    pub part: String,
}

/// The parts that a part names; those that the package itself names for an empty name.
///
/// # Errors
/// The list cannot be read.
pub fn of(package: &mut Package<'_>, part: &str) -> Result<Vec<Relation>, Refusal> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let list =
        if folder.is_empty() { format!("_rels/{name}.rels") } else { format!("{folder}/_rels/{name}.rels") };
    let format = package.format();
    let Some(xml) = package.part(&list)? else { return Ok(Vec::new()) };
    let mut relations = Vec::new();
    let mut markup = Markup::new(&xml, format);
    loop {
        match markup.next()? {
            Piece::Start(tag) if tag.name() == "Relationship" => {
                let is_outside = tag.attribute("TargetMode").is_some_and(|mode| mode == "External");
                let target = tag.attribute("Target").filter(|_| !is_outside);
                let kind = tag.attribute("Type").unwrap_or_default();
                relations.extend(target.map(|target| Relation {
                    id: tag.attribute("Id").unwrap_or_default(),
                    kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                    part: resolved(folder, &target),
                }));
            }
            Piece::Finish => return Ok(relations),
            _ => {}
        }
    }
}

/// The part that holds the document, as the package says.
///
/// # Errors
/// What the package says cannot be read.
pub fn main_part(package: &mut Package<'_>) -> Result<Option<String>, Refusal> {
    let relations = of(package, "")?;
    let main = relations.into_iter().find(|relation| relation.kind == "officeDocument");
    Ok(main.map(|relation| relation.part).filter(|part| package.has(part)))
}

/// The name of a part that a part in `folder` names.
fn resolved(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            ".." => drop(steps.pop()),
            "." | "" => {}
            step => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_named_from_their_folder() {
        assert_eq!(resolved("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolved("xl", "/xl/styles.xml"), "xl/styles.xml");
        assert_eq!(resolved("xl/worksheets", "../sharedStrings.xml"), "xl/sharedStrings.xml");
        assert_eq!(resolved("", "./workbook.xml"), "workbook.xml");
    }
}
