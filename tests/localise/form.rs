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
}

impl Kind {
    /// A total left blank says nothing; any other blank is zero.
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

/// A sum of cells that must be zero.
#[derive(Clone, Debug, Default)]
pub struct Relation {
    pub terms: Vec<(usize, i64)>,
}

impl Relation {
    fn total(total: usize, parts: impl IntoIterator<Item = usize>) -> Self {
        let parts = parts.into_iter().map(|part| (part, -1));
        Self { terms: [(total, 1)].into_iter().chain(parts).collect() }
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
}

/// Columns of form 三: six kinds of applicant and the total.
const APPLICANTS: usize = 6;
const OUTCOMES: usize = 4;
const GROUPS: usize = 3;

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
const RESULTS: [&str; 18] = [
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
        let results = RESULTS.len() + other(edition).len();
        let mut sheet = Self { edition, cells: Vec::new(), relations: Vec::new(), results };
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
            let terms = flow.into_iter().map(|(row, sign)| (at(row, column), sign)).collect();
            sheet.relations.push(Relation { terms });
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
        let weights: Vec<i64> = [40, 8, 1, 1, 1, 2, 2, 2, 2, 3, 16, 4, 2, 3, 2, 1, 1, 1, 3, 1, 2].to_vec();
        let new = random.split(size, &[80, 9, 1, 1, 4, 2]);
        let old_size = random.within(0, size / 10);
        let old = random.split(old_size, &[80, 9, 1, 1, 4, 2]);
        let mut grid = vec![vec![0; APPLICANTS + 1]; carried_out + 1];
        for column in 0..APPLICANTS {
            let all = new[column] + old[column];
            let left = random.within(0, all / 8 + 1).min(all);
            (grid[0][column], grid[1][column]) = (new[column], old[column]);
            (grid[carried_out - 1][column], grid[carried_out][column]) = (all - left, left);
            let results = random.split(all - left, &weights[..self.results]);
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
            let mut parts = random.split(size, &[6, 2, 2, 1]);
            parts.push(parts.iter().sum());
            figures[first + group * parts.len()..][..parts.len()].copy_from_slice(&parts);
        }
        figures
    }
}

fn disclosed(edition: Edition) -> &'static [Article] {
    match edition {
        Edition::Of2019 => DISCLOSED_2019,
        Edition::Of2021 => DISCLOSED_2021,
    }
}

fn other(edition: Edition) -> &'static [&'static str] {
    match edition {
        Edition::Of2019 => OTHER_2019,
        Edition::Of2021 => OTHER_2021,
    }
}

/// A report as text, with the places of its cells.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub text: String,
    pub places: Vec<Range<usize>>,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn row(&mut self, label: &str, cells: &[String]) {
        self.text.push_str(label);
        for (number, cell) in cells.iter().enumerate() {
            if number > 0 || !label.is_empty() {
                self.text.push_str(" | ");
            }
            let start = self.text.len();
            self.text.push_str(cell);
            self.places.push(start..self.text.len());
        }
        self.text.push_str(" |\n");
    }

    /// A report with nothing but its forms to be checked, its cells written as given.
    pub fn write(sheet: &Sheet, cells: &[String], year: u32, office: &str) -> Self {
        let mut page = Self::default();
        page.line(&format!("{office}{year}年政府信息公开工作年度报告"));
        page.line("一、总体情况");
        page.line("本机关认真贯彻落实条例，政府信息公开工作平稳有序。");
        page.line("二、主动公开政府信息情况");
        let mut cells = cells.chunks_exact(1).map(|one| one[0].clone());
        let mut take = |count: usize| cells.by_ref().take(count).collect::<Vec<String>>();
        for (article, columns, rows) in disclosed(sheet.edition) {
            page.line(&format!("{article} |"));
            let header: Vec<&str> = columns.iter().map(|&(label, _)| label).collect();
            page.line(&format!("信息内容 | {} |", header.join(" | ")));
            for row in *rows {
                page.row(row, &take(columns.len()));
            }
        }
        page.line("三、收到和处理政府信息公开申请情况");
        page.line("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和） | 申请人情况 |");
        page.line(" | 自然人 | 法人或其他组织 | 总计 |");
        page.line(" |  | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 |  |");
        let inflow = ["一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量"];
        let rest = [" | （七）总计", "四、结转下年度继续办理"];
        let labels = inflow.iter().chain(&RESULTS).chain(other(sheet.edition)).chain(&rest);
        for label in labels {
            page.row(label, &take(APPLICANTS + 1));
        }
        page.line("四、政府信息公开行政复议、行政诉讼情况");
        page.line("行政复议 | 行政诉讼 |");
        page.line("结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计 | 未经复议直接起诉 | 复议后起诉 |");
        page.line(
            " |  |  |  |  | 结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计 | 结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计 |",
        );
        page.row("", &take(GROUPS * (OUTCOMES + 1)));
        page.line("五、存在的主要问题及改进情况");
        page.line("公开渠道有待拓展，下一步将加强培训。");
        page.line("六、其他需要报告的事项");
        page.line("没有其他需要报告的事项。");
        page.line(office);
        page
    }

    /// The page with other text in some cells.
    pub fn with(&self, changes: &[(usize, String)]) -> Self {
        let mut changes: Vec<&(usize, String)> = changes.iter().collect();
        changes.sort();
        let mut page = Self::default();
        let mut copied = 0;
        let mut waiting = changes.into_iter().peekable();
        for (cell, place) in self.places.iter().enumerate() {
            page.text.push_str(&self.text[copied..place.start]);
            let start = page.text.len();
            match waiting.next_if(|(changed, _)| *changed == cell) {
                Some((_, text)) => page.text.push_str(text),
                None => page.text.push_str(&self.text[place.clone()]),
            }
            page.places.push(start..page.text.len());
            copied = place.end;
        }
        page.text.push_str(&self.text[copied..]);
        page
    }
}
