//! Reports of an invented office over several years: figures that go on from year to year, in the official forms of
//! each year, with sentences of our own.

use std::fmt::Write as _;

use super::random::Random;

/// Applicants, of whom the last column of the form is the sum.
pub const APPLICANTS: usize = 6;

const RESULTS: [(&str, &str); 18] = [
    ("（一）予以公开", ""),
    ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", ""),
    ("（三）不予公开", "1.属于国家秘密"),
    ("", "2.其他法律行政法规禁止公开"),
    ("", "3.危及“三安全一稳定”"),
    ("", "4.保护第三方合法权益"),
    ("", "5.属于三类内部事务信息"),
    ("", "6.属于四类过程性信息"),
    ("", "7.属于行政执法案卷"),
    ("", "8.属于行政查询事项"),
    ("（四）无法提供", "1.本机关不掌握相关政府信息"),
    ("", "2.没有现成信息需要另行制作"),
    ("", "3.补正后申请内容仍不明确"),
    ("（五）不予处理", "1.信访举报投诉类申请"),
    ("", "2.重复申请"),
    ("", "3.要求提供公开出版物"),
    ("", "4.无正当理由大量反复申请"),
    ("", "5.要求行政机关确认或重新出具已获取信息"),
];

/// The last results, which differ between the editions of the form.
fn last_results(year: u32) -> &'static [(&'static str, &'static str)] {
    if year < 2021 {
        return &[("（六）其他处理", "")];
    }
    &[
        ("（六）其他处理", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
        ("", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
        ("", "3.其他"),
    ]
}

/// How a report is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Markdown,
    Html,
    Lines,
}

impl Format {
    pub const ALL: [Format; 3] = [Format::Markdown, Format::Html, Format::Lines];

    pub fn extension(self) -> &'static str {
        match self {
            Format::Markdown => "md",
            Format::Html => "html",
            Format::Lines => "txt",
        }
    }
}

/// What an office counts in a year, by applicant.
#[derive(Clone, Default)]
pub struct Year {
    pub new: [i64; APPLICANTS],
    pub carried_in: [i64; APPLICANTS],
    /// By result, then applicant.
    pub results: Vec<[i64; APPLICANTS]>,
    pub carried_out: [i64; APPLICANTS],
    /// What its cells in the total column show beyond the sum, as (row, difference): rows count from 新收 on.
    pub off: Vec<(usize, i64)>,
    /// Documents made, abolished and in force.
    pub documents: [i64; 3],
    pub licences: i64,
    /// How many more requests its text states than last year.
    pub more: Option<i64>,
}

impl Year {
    pub fn new_total(&self) -> i64 {
        self.new.iter().sum()
    }
}

/// The years of an office from `first` on.
pub fn years(random: &mut Random, first: u32, count: usize, size: i64) -> Vec<Year> {
    let mut years: Vec<Year> = Vec::new();
    for number in 0..count {
        let mut year = Year::default();
        if let Some(before) = years.last() {
            year.carried_in = before.carried_out;
        } else {
            year.carried_in[0] = random.within(0, 3);
        }
        let results = RESULTS.len() + last_results(first + number as u32).len();
        year.results = vec![[0; APPLICANTS]; results];
        for applicant in 0..APPLICANTS {
            let most = if applicant == 0 { size } else { size / 4 };
            year.new[applicant] = random.within(most / 2, most);
            let open = year.new[applicant] + year.carried_in[applicant];
            year.carried_out[applicant] = random.within(0, open.min(3));
            for _ in 0..open - year.carried_out[applicant] {
                let result = random.below(results);
                year.results[result][applicant] += 1;
            }
        }
        let made = random.within(1, 9);
        year.documents = match years.last() {
            Some(before) => {
                let abolished = random.within(0, before.documents[2].min(4));
                [made, abolished, before.documents[2] + made - abolished]
            }
            None => [made, 0, random.within(20, 60)],
        };
        year.licences = random.within(10, 900);
        years.push(year);
    }
    years
}

/// The sum of the figures of several offices on a year.
pub fn sum<'y>(offices: impl Iterator<Item = &'y Year>) -> Year {
    let mut sum = Year::default();
    let add = |to: &mut [i64; APPLICANTS], other: &[i64; APPLICANTS]| {
        to.iter_mut().zip(other).for_each(|(sum, one)| *sum += one);
    };
    for office in offices {
        add(&mut sum.new, &office.new);
        add(&mut sum.carried_in, &office.carried_in);
        add(&mut sum.carried_out, &office.carried_out);
        sum.results.resize(office.results.len(), [0; APPLICANTS]);
        for (to, other) in sum.results.iter_mut().zip(&office.results) {
            add(to, other);
        }
        for (to, other) in sum.documents.iter_mut().zip(office.documents) {
            *to += other;
        }
        sum.licences += office.licences;
    }
    sum
}

/// The report of a body on a year. `before` is the year before.
pub fn report(body: &str, year: u32, figures: &Year, before: Option<&Year>, format: Format) -> String {
    let mut page = Page { text: String::new(), format };
    page.open(&format!("{body}{year}年政府信息公开工作年度报告"));
    page.line(&format!("{body}依照有关条例写成本报告，统计期限为{year}年1月1日至{year}年12月31日。"));
    page.heading("一、总体情况");
    let more = figures.more.or_else(|| Some(figures.new_total() - before?.new_total()));
    let change = match more {
        Some(more) if more > 0 => format!("，比上年增加{more}件"),
        Some(more) if more < 0 => format!("，比上年减少{}件", -more),
        _ => String::new(),
    };
    let last_row = figures.results.len() + 3;
    let off = figures.off.iter().find(|(row, _)| *row == last_row).map_or(0, |&(_, off)| off);
    let carried = figures.carried_out.iter().sum::<i64>() + off;
    page.line(&format!(
        "本机关新收政府信息公开申请{}件{change}。结转下年度继续办理{carried}件。",
        figures.new_total()
    ));
    page.heading("二、主动公开政府信息情况");
    page.table(&disclosed(year, figures));
    page.heading("三、收到和处理政府信息公开申请情况");
    page.table(&requests(year, figures));
    page.heading("四、政府信息公开行政复议、行政诉讼情况");
    page.table(&reviews());
    page.heading("五、存在的主要问题及改进情况");
    page.line("答复用语有时不一致，将统一范本。");
    page.heading("六、其他需要报告的事项");
    page.line("没有需要报告的其他事项。");
    page.line(body);
    page.line(&format!("{}年1月18日", year + 1));
    page.close();
    page.text
}

fn disclosed(year: u32, figures: &Year) -> Vec<Vec<String>> {
    let [made, abolished, in_force] = figures.documents;
    let licences = figures.licences;
    if year < 2021 {
        vec![
            vec!["第二十条第（一）项".into()],
            texts(&["信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"]),
            texts(&["规章", "0", "0", "0"]),
            vec!["规范性文件".into(), made.to_string(), made.to_string(), in_force.to_string()],
            vec!["第二十条第（五）项".into()],
            texts(&["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"]),
            vec!["行政许可".into(), "0".into(), "0".into(), licences.to_string()],
            texts(&["其他对外管理服务事项", "0", "0", "0"]),
            vec!["第二十条第（六）项".into()],
            texts(&["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"]),
            texts(&["行政处罚", "0", "0", "0"]),
            texts(&["行政强制", "0", "0", "0"]),
            vec!["第二十条第（八）项".into()],
            texts(&["信息内容", "上一年项目数量", "本年增/减"]),
            texts(&["行政事业性收费", "0", "0"]),
            vec!["第二十条第（九）项".into()],
            texts(&["信息内容", "采购项目数量", "采购总金额"]),
            texts(&["政府集中采购", "0", "0"]),
        ]
    } else {
        vec![
            vec!["第二十条第（一）项".into()],
            texts(&["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]),
            texts(&["规章", "0", "0", "0"]),
            vec!["行政规范性文件".into(), made.to_string(), abolished.to_string(), in_force.to_string()],
            vec!["第二十条第（五）项".into()],
            texts(&["信息内容", "本年处理决定数量"]),
            vec!["行政许可".into(), licences.to_string()],
            vec!["第二十条第（六）项".into()],
            texts(&["信息内容", "本年处理决定数量"]),
            texts(&["行政处罚", "0"]),
            texts(&["行政强制", "0"]),
            vec!["第二十条第（八）项".into()],
            texts(&["信息内容", "本年收费金额（单位：万元）"]),
            texts(&["行政事业性收费", "0"]),
        ]
    }
}

fn requests(year: u32, figures: &Year) -> Vec<Vec<String>> {
    let mut rows = vec![texts(&[
        "办理情况",
        "",
        "自然人",
        "商业企业",
        "科研机构",
        "社会公益组织",
        "法律服务机构",
        "其他",
        "总计",
    ])];
    let mut number = 0;
    let mut push = |label: (&str, &str), cells: &[i64; APPLICANTS]| {
        let off = figures.off.iter().find(|(row, _)| *row == number).map_or(0, |&(_, off)| off);
        number += 1;
        let mut row = texts(&[label.0, label.1]);
        row.extend(cells.iter().map(i64::to_string));
        row.push((cells.iter().sum::<i64>() + off).to_string());
        rows.push(row);
    };
    push(("一、本年新收政府信息公开申请数量", ""), &figures.new);
    push(("二、上年结转政府信息公开申请数量", ""), &figures.carried_in);
    let mut total = [0; APPLICANTS];
    for (label, cells) in RESULTS.iter().chain(last_results(year)).zip(&figures.results) {
        push(*label, cells);
        total.iter_mut().zip(cells).for_each(|(sum, one)| *sum += one);
    }
    push(("（七）总计", ""), &total);
    push(("四、结转下年度继续办理", ""), &figures.carried_out);
    rows
}

fn reviews() -> Vec<Vec<String>> {
    let outcomes = texts(&["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]);
    let over_five = |label: &str| texts(&[label, "", "", "", ""]);
    let blank = || over_five("");
    vec![
        [over_five("行政复议"), over_five("行政诉讼"), blank()].concat(),
        [outcomes.clone(), over_five("未经复议直接起诉"), over_five("复议后起诉")].concat(),
        [blank(), outcomes.clone(), outcomes].concat(),
        vec!["0".to_owned(); 15],
    ]
}

fn texts(all: &[&str]) -> Vec<String> {
    all.iter().map(|&text| text.to_owned()).collect()
}

struct Page {
    text: String,
    format: Format,
}

impl Page {
    fn open(&mut self, title: &str) {
        let _ = match self.format {
            Format::Markdown => write!(self.text, "# {title}\n\n"),
            Format::Html => {
                write!(self.text, "<html><head><meta charset=\"utf-8\"></head><body>\n<h1>{title}</h1>\n")
            }
            Format::Lines => writeln!(self.text, "{title}"),
        };
    }

    fn heading(&mut self, heading: &str) {
        let _ = match self.format {
            Format::Markdown => write!(self.text, "## {heading}\n\n"),
            Format::Html => writeln!(self.text, "<h2>{heading}</h2>"),
            Format::Lines => writeln!(self.text, "{heading}"),
        };
    }

    fn line(&mut self, line: &str) {
        let _ = match self.format {
            Format::Markdown => write!(self.text, "{line}\n\n"),
            Format::Html => writeln!(self.text, "<p>{line}</p>"),
            Format::Lines => writeln!(self.text, "{line}"),
        };
    }

    fn table(&mut self, rows: &[Vec<String>]) {
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        if self.format == Format::Html {
            self.text += "<table>\n";
        }
        for (number, row) in rows.iter().enumerate() {
            let mut cells = row.clone();
            cells.resize(width, String::new());
            let _ = match self.format {
                Format::Markdown => writeln!(self.text, "| {} |", cells.join(" | ")),
                Format::Html => writeln!(self.text, "<tr><td>{}</td></tr>", cells.join("</td><td>")),
                Format::Lines => writeln!(
                    self.text,
                    "{}",
                    row.iter().filter(|cell| !cell.is_empty()).cloned().collect::<Vec<_>>().join(" | ")
                ),
            };
            if self.format == Format::Markdown && number == 0 {
                self.text += &("|".to_owned() + &" --- |".repeat(width) + "\n");
            }
        }
        self.text += match self.format {
            Format::Html => "</table>\n",
            Format::Markdown => "\n",
            Format::Lines => "",
        };
    }

    fn close(&mut self) {
        if self.format == Format::Html {
            self.text += "</body></html>\n";
        }
    }
}
