//! Sets of reports of invented bodies: offices of counties over several years, with errors planted between years and
//! between bodies.

#[path = "office.rs"]
pub mod office;
#[allow(dead_code, reason = "it is shared with other tests")]
#[path = "../localise/random.rs"]
mod random;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use office::{Format, Year};
use random::Random;

const FIRST: u32 = 2019;
const COUNTIES: [&str; 4] = ["岚汀县", "芷溪县", "榆坪县", "砚川县"];
const OFFICES: [&str; 6] = ["水务局", "林业局", "档案局", "粮食局", "气象局", "渔业局"];

/// A planted error: where a finding is due, of which rule, and which other file it must show.
#[derive(Debug)]
pub struct Planted {
    pub path: String,
    pub rule: &'static str,
    pub other: Option<String>,
}

/// The errors that can be planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slip {
    /// A cell carried in, with the new requests, so that the report by itself ties.
    CarriedIn,
    /// A cell carried in by itself, which breaks its own flow too.
    CarriedInAlone,
    /// A cell carried over, which breaks its own flow and what the next report carries in.
    CarriedOut,
    /// Documents in force.
    InForce,
    /// The change that the text states.
    Change,
    /// Results of the body above, which by themselves tie.
    Above,
}

impl Slip {
    pub const ALL: [Slip; 6] =
        [Slip::CarriedIn, Slip::CarriedInAlone, Slip::CarriedOut, Slip::InForce, Slip::Change, Slip::Above];
}

/// A set: bodies by name, each with its years.
pub struct Set {
    bodies: BTreeMap<String, Vec<Year>>,
    /// Of each county with a report of its own its offices.
    pub trees: BTreeMap<String, Vec<String>>,
    random: Random,
    years: usize,
}

impl Set {
    /// Every other county has a report of its own: the sum of those of its offices.
    pub fn new(seed: u64, years: usize) -> Self {
        let mut random = Random(seed);
        let (mut bodies, mut trees) = (BTreeMap::new(), BTreeMap::new());
        for (number, county) in COUNTIES.iter().enumerate() {
            let names: Vec<String> = OFFICES.iter().map(|office| format!("{county}{office}")).collect();
            for name in &names {
                let size = random.within(4, 60);
                bodies.insert(name.clone(), office::years(&mut random, FIRST, years, size));
            }
            if number % 2 == 0 {
                let of_year = |year: usize| office::sum(names.iter().map(|name| &bodies[name][year]));
                let sums: Vec<Year> = (0..years).map(of_year).collect();
                bodies.insert(format!("{county}人民政府"), sums);
                trees.insert(format!("{county}人民政府"), names);
            }
        }
        Self { bodies, trees, random, years }
    }

    /// Where the report of a body on a year stands.
    pub fn path(&self, body: &str, year: usize) -> String {
        let number = self.bodies.keys().position(|name| name == body).unwrap();
        let format = Format::ALL[(number + year) % Format::ALL.len()];
        format!("{}/{body}.{}", FIRST + year as u32, format.extension())
    }

    /// Plants an error in a report of its own body.
    pub fn plant(&mut self, slip: Slip, number: usize) -> Planted {
        let above: Vec<String> = self.trees.keys().cloned().collect();
        let lone: Vec<String> = self
            .bodies
            .keys()
            .filter(|name| !above.iter().any(|above| name.starts_with(&above[..9])))
            .cloned()
            .collect();
        let body = if slip == Slip::Above { &above[number % above.len()] } else { &lone[number] }.clone();
        // Forms of one edition on both years.
        let year = self.years - 1 - usize::from(slip == Slip::CarriedOut);
        let last = self.years - 1;
        let by = self.random.within(1, 2);
        let figures = &mut self.bodies.get_mut(&body).unwrap()[year];
        let (rule, other) = match slip {
            Slip::CarriedIn => {
                figures.carried_in[0] += by;
                figures.new[0] -= by;
                ("ogi/carried-in", Some(self.path(&body, year - 1)))
            }
            Slip::CarriedInAlone => {
                figures.carried_in[0] += by;
                figures.off.push((1, -by));
                ("ogi/carried-in", Some(self.path(&body, year - 1)))
            }
            Slip::CarriedOut => {
                let row = figures.results.len() + 3;
                figures.carried_out[0] += by;
                figures.off.push((row, -by));
                ("ogi/carried-in", Some(self.path(&body, last)))
            }
            Slip::InForce => {
                figures.documents[2] += 10 * by;
                ("ogi/documents-in-force", Some(self.path(&body, year - 1)))
            }
            Slip::Change => {
                let before = self.bodies[&body][year - 1].new_total();
                let figures = &mut self.bodies.get_mut(&body).unwrap()[year];
                let more = figures.new_total() - before;
                figures.more = Some(if more >= 0 { more + 1 + by } else { more - by });
                let rule = if more >= 0 { "ogi/requests-more" } else { "ogi/requests-fewer" };
                (rule, Some(self.path(&body, year - 1)))
            }
            Slip::Above => {
                figures.licences += by;
                ("ogi/sum-of-bodies", Some(self.path(&self.trees[&body][0], year)))
            }
        };
        Planted { path: self.path(&body, year), rule, other }
    }

    /// Writes the reports into a folder.
    pub fn write(&self, folder: &Path) {
        for (body, years) in &self.bodies {
            for (number, figures) in years.iter().enumerate() {
                let path = self.path(body, number);
                let extension = path.rsplit('.').next().unwrap();
                let format = Format::ALL.into_iter().find(|format| format.extension() == extension).unwrap();
                let before = number.checked_sub(1).map(|before| &years[before]);
                let text = office::report(body, FIRST + number as u32, figures, before, format);
                let file = folder.join(path);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, text).unwrap();
            }
        }
        let mut bodies = String::new();
        for (body, offices) in &self.trees {
            let names: Vec<String> = offices.iter().map(|name| format!("\"{name}\"")).collect();
            bodies +=
                &format!("[[body]]\nname = \"{body}\"\ncomplete = true\nchildren = [{}]\n", names.join(", "));
        }
        fs::write(folder.join("bodies.toml"), bodies).unwrap();
    }
}
