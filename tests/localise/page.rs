//! Reports as text, with the places of their cells.

use std::ops::Range;

use crate::form::{APPLICANTS, GROUPS, OUTCOMES, RESULTS, Sheet, disclosed, other};

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
        let (cells, prose) = cells.split_at(cells.len() - sheet.sentences().count());
        let mut prose_places = Vec::new();
        for ((before, behind), figure) in sheet.sentences().zip(prose) {
            page.text.push_str(before);
            let start = page.text.len();
            page.text.push_str(figure);
            prose_places.push(start..page.text.len());
            page.text.push_str(behind);
        }
        page.line("");
        page.line("二、主动公开政府信息情况");
        let mut cells = cells.iter().cloned();
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
        page.places.extend(prose_places);
        page
    }

    /// The page with other text in some cells.
    pub fn with(&self, changes: &[(usize, String)]) -> Self {
        let mut order: Vec<usize> = (0..self.places.len()).collect();
        order.sort_by_key(|&cell| self.places[cell].start);
        let mut page = Self { text: String::new(), places: vec![0..0; self.places.len()] };
        let mut copied = 0;
        for cell in order {
            let place = &self.places[cell];
            page.text.push_str(&self.text[copied..place.start]);
            let start = page.text.len();
            let changed = changes.iter().find(|(changed, _)| *changed == cell);
            page.text.push_str(changed.map_or(&self.text[place.clone()], |(_, text)| text));
            page.places[cell] = start..page.text.len();
            copied = place.end;
        }
        page.text.push_str(&self.text[copied..]);
        page
    }

    /// The cell that holds a byte, or a blank one between the bars that bound it.
    pub fn cell_at(&self, offset: usize) -> Option<usize> {
        let is_in = |place: &Range<usize>| (place.start..=place.end + 2).contains(&(offset + 1));
        let holds = |place: &Range<usize>| (place.start..place.end).contains(&offset);
        self.places.iter().position(holds).or_else(|| self.places.iter().position(is_in))
    }
}
