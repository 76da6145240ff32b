//! The official forms of both editions, set down anew from the notices that issued them: their cells, the relations
//! between these, and a report that shows them. Nothing here comes from the pack or the solver.

use std::ops::Range;

use crate::random::Random;

/// The issue of the forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    Of2019,
    Of2021,
}

/// What a cell shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A cell of form 二, tied to nothing.
    Disclosed,
    /// 三: requests that came in or were carried over, of one kind of applicant.
    Flow,
    /// 三: the total of such a row.
    FlowTotal,
    /// 三: one result, of one kind of applicant.
    Result,
    /// 三: the total of such a row.
    ResultTotal,
    /// 三: （七）总计 of one kind of applicant.
    Closed,
    /// 三: （七）总计 of all.
    ClosedTotal,
    /// 四: one outcome.
    Outcome,
    /// 四: the total of the outcomes.
    OutcomeTotal,
    /// A figure in running text, that restates one of the forms.
    Prose,
}

impl Kind {
    /// A total left blank says nothing unless all that it adds up is zero, nor does a figure that is not there; any other
    /// blank is zero.
    pub fn is_total(self) -> bool {
        !matches!(self, Kind::Disclosed | Kind::Flow | Kind::Result | Kind::Outcome)
    }
}

/// The numbers that a cell may show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// Whole and not negative.
    Count,
    /// Not negative.
    Amount,
    /// Whole.
    Change,
}

/// A cell of the forms.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    pub kind: Kind,
    pub domain: Domain,
    /// Where it stands: form, row, column.
    pub at: (usize, usize, usize),
}

/// A term of a sum.
#[derive(Clone, Debug)]
pub struct Term {
    pub cell: usize,
    pub sign: i64,
    /// What is added up instead where the cell shows no number.
    pub parts: Vec<usize>,
}

/// Sums of cells of which one must be zero: as a rule there is one, but a sentence may be meant in several ways.
#[derive(Clone, Debug)]
pub struct Relation {
    pub readings: Vec<Vec<Term>>,
}

impl Relation {
    fn sum(terms: impl IntoIterator<Item = (usize, i64)>) -> Self {
        let terms = terms.into_iter().map(|(cell, sign)| Term { cell, sign, parts: Vec::new() });
        Self { readings: vec![terms.collect()] }
    }

    fn total(total: usize, parts: impl IntoIterator<Item = usize>) -> Self {
        Self::sum([(total, 1)].into_iter().chain(parts.into_iter().map(|part| (part, -1))))
    }
}

/// The forms of an edition.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub edition: Edition,
    pub cells: Vec<Cell>,
    pub relations: Vec<Relation>,
    /// Number of results in form 三.
    results: usize,
    /// For each figure in running text, the totals that it restates.
    restated: Vec<Vec<usize>>,
}

/// What sentences say: the words before the figure and behind it, and the totals restated, for each way to mean it.
/// New requests, carried in, closed, carried over; reviews, suits without review, suits after it.
const SENTENCES: &[(&str, &str, &[&[usize]])] = &[
    ("本年度共收到政府信息公开申请", "件。", &[&[0], &[0, 1]]),
    ("本年新收政府信息公开申请", "件，", &[&[0]]),
    ("上年结转", "件；", &[&[1]]),
    ("全年办结政府信息公开申请", "件，", &[&[2]]),
    ("结转下年度继续办理", "件。", &[&[3]]),
    ("全年发生政府信息公开行政复议", "件，", &[&[4]]),
    ("政府信息公开行政诉讼", "件。", &[&[5, 6], &[5], &[6]]),
];

/// Columns of form 三, but for its total.
pub const APPLICANTS: usize = 6;
/// Columns of a group of form 四, but for its total.
pub const OUTCOMES: usize = 4;
pub const GROUPS: usize = 3;
/// How often each result is had.
const WEIGHTS: [i64; 21] = [40, 8, 1, 1, 1, 2, 2, 2, 2, 3, 16, 4, 2, 3, 2, 1, 1, 1, 3, 1, 2];

/// Lines of form 二: heading of the article, header, rows; the domain of each column.
type Article = (&'static str, &'static [(&'static str, Domain)], &'static [&'static str]);

const MADE_2019: &[(&str, Domain)] = &[
    ("本年新制作数量", Domain::Count),
    ("本年新公开数量", Domain::Count),
    ("对外公开总数量", Domain::Count),
];
const PROJECTS: &[(&str, Domain)] =
    &[("上一年项目数量", Domain::Count), ("本年增/减", Domain::Change), ("处理决定数量", Domain::Count)];
const FEES_2019: &[(&str, Domain)] = &[("上一年项目数量", Domain::Count), ("本年增/减", Domain::Change)];
const PURCHASES: &[(&str, Domain)] = &[("采购项目数量", Domain::Count), ("采购总金额", Domain::Amount)];
const MADE_2021: &[(&str, Domain)] =
    &[("本年制发件数", Domain::Count), ("本年废止件数", Domain::Count), ("现行有效件数", Domain::Count)];
const DECISIONS: &[(&str, Domain)] = &[("本年处理决定数量", Domain::Count)];
const FEES_2021: &[(&str, Domain)] = &[("本年收费金额（单位：万元）", Domain::Amount)];

const DISCLOSED_2019: &[Article] = &[
    ("第二十条第（一）项", MADE_2019, &["规章", "规范性文件"]),
    ("第二十条第（五）项", PROJECTS, &["行政许可", "其他对外管理服务事项"]),
    ("第二十条第（六）项", PROJECTS, &["行政处罚", "行政强制"]),
    ("第二十条第（八）项", FEES_2019, &["行政事业性收费"]),
    ("第二十条第（九）项", PURCHASES, &["政府集中采购"]),
];
const DISCLOSED_2021: &[Article] = &[
    ("第二十条第（一）项", MADE_2021, &["规章", "行政规范性文件"]),
    ("第二十条第（五）项", DECISIONS, &["行政许可"]),
    ("第二十条第（六）项", DECISIONS, &["行政处罚", "行政强制"]),
    ("第二十条第（八）项", FEES_2021, &["行政事业性收费"]),
];

/// Labels in front of the figures of the results of both editions.
pub const RESULTS: [&str; 18] = [
    "三、本年度办理结果 | （一）予以公开",
    " | （二）部分公开（区分处理的，只计这一情形，不计其他情形）",
    " | （三）不予公开 | 1.属于国家秘密",
    " |  | 2.其他法律行政法规禁止公开",
    " |  | 3.危及“三安全一稳定”",
    " |  | 4.保护第三方合法权益",
    " |  | 5.属于三类内部事务信息",
    " |  | 6.属于四类过程性信息",
    " |  | 7.属于行政执法案卷",
    " |  | 8.属于行政查询事项",
    " | （四）无法提供 | 1.本机关不掌握相关政府信息",
    " |  | 2.没有现成信息需要另行制作",
    " |  | 3.补正后申请内容仍不明确",
    " | （五）不予处理 | 1.信访举报投诉类申请",
    " |  | 2.重复申请",
    " |  | 3.要求提供公开出版物",
    " |  | 4.无正当理由大量反复申请",
    " |  | 5.要求行政机关确认或重新出具已获取信息",
];
const OTHER_2019: &[&str] = &[" | （六）其他处理"];
const OTHER_2021: &[&str] = &[
    " | （六）其他处理 | 1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    " |  | 2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    " |  | 3.其他",
];

impl Sheet {
    pub fn new(edition: Edition) -> Self {
        Self::of_size(edition, RESULTS.len() + other(edition).len())
    }

    /// The forms with any number of results.
    pub fn of_size(edition: Edition, results: usize) -> Self {
        let mut sheet =
            Self { edition, cells: Vec::new(), relations: Vec::new(), results, restated: Vec::new() };
        let mut row = 0;
        for (_, columns, rows) in disclosed(edition) {
            for _ in *rows {
                for (column, &(_, domain)) in columns.iter().enumerate() {
                    sheet.cells.push(Cell { kind: Kind::Disclosed, domain, at: (2, row, column) });
                }
                row += 1;
            }
        }
        let requests = sheet.cells.len();
        let (closed, carried_out) = (results + 2, results + 3);
        let at = |row: usize, column: usize| requests + row * (APPLICANTS + 1) + column;
        for row in 0..=carried_out {
            for column in 0..=APPLICANTS {
                let kind = match (row == closed, (2..closed).contains(&row), column == APPLICANTS) {
                    (true, _, false) => Kind::Closed,
                    (true, _, true) => Kind::ClosedTotal,
                    (_, true, false) => Kind::Result,
                    (_, true, true) => Kind::ResultTotal,
                    (.., false) => Kind::Flow,
                    (.., true) => Kind::FlowTotal,
                };
                sheet.cells.push(Cell { kind, domain: Domain::Count, at: (3, row, column) });
            }
            let parts = (0..APPLICANTS).map(|column| at(row, column));
            sheet.relations.push(Relation::total(at(row, APPLICANTS), parts));
        }
        for column in 0..=APPLICANTS {
            let parts = (2..closed).map(|row| at(row, column));
            sheet.relations.push(Relation::total(at(closed, column), parts));
            let flow = [(0, 1), (1, 1), (closed, -1), (carried_out, -1)];
            sheet.relations.push(Relation::sum(flow.map(|(row, sign)| (at(row, column), sign))));
        }
        for group in 0..GROUPS {
            let first = sheet.cells.len();
            for column in 0..=OUTCOMES {
                let kind = if column == OUTCOMES { Kind::OutcomeTotal } else { Kind::Outcome };
                sheet.cells.push(Cell {
                    kind,
                    domain: Domain::Count,
                    at: (4, 0, group * (OUTCOMES + 1) + column),
                });
            }
            sheet.relations.push(Relation::total(first + OUTCOMES, first..first + OUTCOMES));
        }
        sheet
    }

    /// The same with sentences that restate totals.
    pub fn with_prose(mut self) -> Self {
        let row = |row: usize| self.find((3, row, APPLICANTS)).unwrap();
        let group = |group: usize| self.find((4, 0, group * (OUTCOMES + 1) + OUTCOMES)).unwrap();
        let totals =
            [row(0), row(1), row(self.results + 2), row(self.results + 3), group(0), group(1), group(2)];
        for (number, (_, _, meanings)) in SENTENCES.iter().enumerate() {
            let cell = self.cells.len();
            self.cells.push(Cell { kind: Kind::Prose, domain: Domain::Count, at: (0, number, 0) });
            let term = |total: &usize| {
                let total = totals[*total];
                let parts = if self.cells[total].at.0 == 3 { APPLICANTS } else { OUTCOMES };
                Term { cell: total, sign: -1, parts: (total - parts..total).collect() }
            };
            let reading = |totals: &&[usize]| {
                let own = Term { cell, sign: 1, parts: Vec::new() };
                [own].into_iter().chain(totals.iter().map(term)).collect()
            };
            self.relations.push(Relation { readings: meanings.iter().map(reading).collect() });
            self.restated.push(meanings[0].iter().map(|&total| totals[total]).collect());
        }
        self
    }

    /// The sentences: the words before each figure and behind it.
    pub fn sentences(&self) -> impl Iterator<Item = (&str, &str)> {
        SENTENCES.iter().take(self.restated.len()).map(|&(before, behind, _)| (before, behind))
    }

    /// The cell at a place, if there is one.
    pub fn find(&self, at: (usize, usize, usize)) -> Option<usize> {
        self.cells.iter().position(|cell| cell.at == at)
    }

    /// The cells of form 三 and 四, which are tied to others.
    pub fn tied(&self) -> Range<usize> {
        let first = self.cells.iter().position(|cell| cell.kind != Kind::Disclosed).unwrap();
        first..self.cells.len()
    }

    /// Figures that tie, about as many as `size` requests would give.
    pub fn figures(&self, random: &mut Random, size: i64) -> Vec<i64> {
        let mut figures = vec![0; self.cells.len()];
        for (figure, cell) in figures.iter_mut().zip(&self.cells) {
            if cell.kind == Kind::Disclosed && size > 0 {
                *figure = match cell.domain {
                    Domain::Change => random.within(-9, 9),
                    _ => random.within(0, size),
                };
            }
        }
        let carried_out = self.results + 3;
        let weights: Vec<i64> = (0..self.results).map(|result| WEIGHTS[result % WEIGHTS.len()]).collect();
        let new = split(random, size, &[80, 9, 1, 1, 4, 2]);
        let old_size = random.within(0, size / 10);
        let old = split(random, old_size, &[80, 9, 1, 1, 4, 2]);
        let mut grid = vec![vec![0; APPLICANTS + 1]; carried_out + 1];
        for column in 0..APPLICANTS {
            let all = new[column] + old[column];
            let left = random.within(0, all / 8 + 1).min(all);
            (grid[0][column], grid[1][column]) = (new[column], old[column]);
            (grid[carried_out - 1][column], grid[carried_out][column]) = (all - left, left);
            let results = split(random, all - left, &weights[..self.results]);
            for (result, value) in results.into_iter().enumerate() {
                grid[result + 2][column] = value;
            }
        }
        let first = self.find((3, 0, 0)).unwrap();
        for (row, values) in grid.iter_mut().enumerate() {
            values[APPLICANTS] = values.iter().sum();
            figures[first + row * values.len()..][..values.len()].copy_from_slice(values);
        }
        let first = self.find((4, 0, 0)).unwrap();
        for group in 0..GROUPS {
            let size = random.within(0, size.min(60) / 2);
            let mut parts = split(random, size, &[6, 2, 2, 1]);
            parts.push(parts.iter().sum());
            figures[first + group * parts.len()..][..parts.len()].copy_from_slice(&parts);
        }
        let first = figures.len() - self.restated.len();
        for (number, totals) in self.restated.iter().enumerate() {
            figures[first + number] = totals.iter().map(|&total| figures[total]).sum();
        }
        figures
    }
}

/// Form 二.
pub fn disclosed(edition: Edition) -> &'static [Article] {
    match edition {
        Edition::Of2019 => DISCLOSED_2019,
        Edition::Of2021 => DISCLOSED_2021,
    }
}

/// Labels of （六）其他处理.
pub fn other(edition: Edition) -> &'static [&'static str] {
    match edition {
        Edition::Of2019 => OTHER_2019,
        Edition::Of2021 => OTHER_2021,
    }
}

/// A total parted over as many parts as there are weights.
fn split(random: &mut Random, total: i64, weights: &[i64]) -> Vec<i64> {
    let mut parts = vec![0; weights.len()];
    let all: i64 = weights.iter().sum();
    let mut left = total;
    if total > 60 {
        for (part, weight) in parts.iter_mut().zip(weights) {
            *part = total * weight / all * random.within(50, 100) / 100;
            left -= *part;
        }
    }
    if left > 60 {
        parts[0] += left - 60;
        left = 60;
    }
    for _ in 0..left {
        let mut at = random.within(0, all - 1);
        let part = weights.iter().position(|weight| {
            at -= weight;
            at < 0
        });
        parts[part.unwrap()] += 1;
    }
    parts
}
