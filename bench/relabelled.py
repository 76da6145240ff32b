#!/usr/bin/env python3
"""Generated disclosure reports whose forms are labelled and laid out as other offices do it.

python3 bench/relabelled.py --shared ../shared/bench --out DIR --count N [--seed S] [--errors 0.3] [--only KIND]

The reports, their figures and their planted errors are those of gen_reports.py; only the labels of the forms, the
script, and the ways in which rows become lines are others. What is changed was seen in real reports: half-width
brackets and commas, numbers written otherwise, labels with a word more, a word less or another word, one header cell
that no form has, traditional characters, a cell a line with or without bars, labels broken in two lines, and labels in
a line of their own. The manifest is that of gen_reports.py with `changes`: what was done to the file.
"""
import argparse, json, os, random, re, sys

# The other words of real labels, by the words of the official ones.
SYNONYMS = {
    "自然人": ("公民", "自然人个人"),
    "商业企业": ("企业", "商业企业单位", "工商企业"),
    "科研机构": ("科研单位", "科研院所", "科研企业"),
    "社会公益组织": ("公益组织", "社会公益机构", "社会公益团体"),
    "法律服务机构": ("法律服务组织", "法律服务单位"),
    "其他": ("其它",),
    "总计": ("合计", "共计"),
    "申请人情况": ("申请人类别",),
    "法人或其他组织": ("法人或者其他组织", "法人及其他组织", "法人和其它组织"),
    "本年新制作数量": ("本年度新制作数量", "新制作数量"),
    "本年新公开数量": ("本年度新公开数量", "新公开数量"),
    "对外公开总数量": ("对外公开总数", "对外公开的总数量"),
    "上一年项目数量": ("上年项目数量", "上一年度项目数量"),
    "本年增/减": ("本年度增/减", "本年增减", "本年增(减)"),
    "处理决定数量": ("处理决定数", "作出处理决定数量"),
    "本年处理决定数量": ("本年度处理决定数量", "处理决定数量", "本年作出处理决定数量"),
    "本年制发件数": ("本年度制发件数", "制发件数", "本年新制发件数"),
    "本年废止件数": ("本年度废止件数", "废止件数"),
    "现行有效件数": ("现行有效数", "现行有效的件数"),
    "本年收费金额（单位：万元）": ("本年收费金额（万元）", "本年度收费金额", "收费金额（单位：万元）"),
    "采购项目数量": ("采购项目数",),
    "采购总金额": ("采购金额", "采购总额"),
    "规范性文件": ("行政规范性文件",),
    "其他对外管理服务事项": ("其他对外管理服务", "其它对外管理服务事项"),
    "行政事业性收费": ("行政事业性收费项目", "行政事业收费"),
    "政府集中采购": ("集中采购",),
    "一、本年新收政府信息公开申请数量": ("一、本年度新收政府信息公开申请数量", "一、本年新收政府信息公开申请数", "一、本年新收申请数量"),
    "二、上年结转政府信息公开申请数量": ("二、上年度结转政府信息公开申请数量", "二、上年结转政府信息公开申请数", "二、上年结转申请数量"),
    "三、本年度办理结果": ("三、本年办理结果", "三、本年度办理情况"),
    "（一）予以公开": ("（一）同意公开", "（一）予以公开数"),
    "（二）部分公开（区分处理的，只计这一情形，不计其他情形）": (
        "（二）部分公开", "（二）部分公开（区分处理的，只计这一情形）", "（二）部分公开（区分处理，只计这一种情形，不计其他情形）"),
    "1.属于国家秘密": ("1.国家秘密", "1.涉及国家秘密", "1.属于国家秘密的"),
    "2.其他法律行政法规禁止公开": ("2.其他法律、行政法规禁止公开的", "2.法律行政法规禁止公开"),
    "3.危及“三安全一稳定”": ("3.危及“三安全、一稳定”", "3.危及三安全一稳定的"),
    "4.保护第三方合法权益": ("4.保护第三人合法权益", "4.损害第三方合法权益"),
    "5.属于三类内部事务信息": ("5.三类内部事务信息", "5.内部事务信息"),
    "6.属于四类过程性信息": ("6.四类过程性信息", "6.过程性信息"),
    "7.属于行政执法案卷": ("7.行政执法案卷", "7.属于行政执法案卷信息"),
    "8.属于行政查询事项": ("8.行政查询事项", "8.属于行政查询"),
    "1.本机关不掌握相关政府信息": ("1.本机关不掌握相关信息", "1.本行政机关不掌握相关政府信息", "1.本机关未掌握该政府信息"),
    "2.没有现成信息需要另行制作": ("2.没有现成信息，需要另行制作的", "2.无现成信息需要另行制作"),
    "3.补正后申请内容仍不明确": ("3.补正后申请内容不明确", "3.补正后仍不明确的"),
    "1.信访举报投诉类申请": ("1.信访、举报、投诉类申请", "1.信访举报投诉类"),
    "2.重复申请": ("2.重复申请的", "2.重复提出申请"),
    "3.要求提供公开出版物": ("3.要求提供公开的出版物", "3.公开出版物"),
    "4.无正当理由大量反复申请": ("4.无正当理由大量、反复申请", "4.无正当理由大量反复提出申请"),
    "5.要求行政机关确认或重新出具已获取信息": ("5.要求确认或重新出具已获取信息", "5.要求行政机关确认或者重新出具已获取的信息"),
    "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请": ("1.逾期不补正不再处理", "1.申请人无正当理由逾期不补正"),
    "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请": ("2.逾期未缴费不再处理", "2.申请人逾期未按收费通知缴纳费用"),
    "3.其他": ("3.其它", "3.其他原因"),
    "（七）总计": ("（七）合计", "（七）总数"),
    "四、结转下年度继续办理": ("四、结转下一年度继续办理", "四、结转下年继续办理", "四、结转下年度办理"),
    "结果维持": ("维持", "维持结果"),
    "结果纠正": ("纠正", "纠正结果"),
    "其他结果": ("其它结果",),
    "尚未审结": ("未审结", "尚未审结的"),
    "行政复议": ("行政复议情况",),
    "未经复议直接起诉": ("未经复议直接起诉的", "直接起诉"),
    "复议后起诉": ("复议后起诉的", "经复议后起诉"),
}
# Words that real labels lack or add, at the end or in the middle.
LEFT_OUT = ("政府", "相关", "属于", "要求", "本年", "数量", "申请", "行政")
PUT_IN = ("的", "数", "情况", "（件）", "类", "等")
DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")
HALF = str.maketrans("（），：；", "(),:;")
MARKS = re.compile("[\ue000-\ue02f]")


def traditional():
    """Simplified to traditional characters, one of them where there are several."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../src/rules/script/traditional.txt")
    with open(path, encoding="utf-8") as file:
        old, new = file.read().split()
    usual = dict(zip("发后于台制复准征系里干面表", "發後於臺製復準徵係裡幹面表"))
    table = {}
    for before, after in zip(old, new):
        table.setdefault(after, before)
    table.update(usual)
    return str.maketrans(table)


def main():
    parser = argparse.ArgumentParser(description="Generated reports whose forms are labelled and laid out otherwise.")
    for name, kind, default in (("shared", str, "../shared/bench"), ("out", str, None), ("count", int, None), ("seed", int, 0),
                                ("errors", float, .3), ("only", str, "")):
        parser.add_argument("--" + name, type=kind, default=default, required=default is None)
    options = parser.parse_args()
    sys.path.insert(0, options.shared)
    import gen_reports as base

    script = traditional()

    class Report(base.Report):
        """A report whose labels and layout are changed after its figures are made."""

        def choose_changes(self, rng):
            self.style = rng
            kinds = ("brackets", "numbers", "words", "letters", "odd_header", "traditional", "layout")
            share = dict(zip(kinds, (.4, .25, .45, .25, .15, .12, .6)))
            self.changes = {kind for kind in kinds if (kind == options.only if options.only else rng.random() < share[kind])}
            self.renamed = {}
            self.how = rng.choice(("flat", "barred", "bars", "parted", "broken")) if "layout" in self.changes else None
            if self.fmt == "html" and self.how not in ("flat", "broken"):
                self.how = None
            self.changes.discard("layout")
            if self.how:
                self.changes.add(self.how)
            # A cell that is left blank is a line that is lost: who flattens a form so writes its zeros.
            # A mark alone in a line is an item of a list in Markdown.
            if self.how and (self.zero == "" or self.fmt == "md" and self.zero in "-—"):
                self.zero = "0"

        def plain(self, text):
            text = MARKS.sub("", text)
            return text.replace(self.br, "") if self.br else text

        def rename(self, text):
            """A label as this office writes it; the same each time."""
            plain = self.plain(text)
            if not re.search("[\u4e00-\u9fff]", plain) or re.fullmatch(r"\s*[-+]?[\d,.]+万元\s*", plain):
                return text
            if plain == "信息内容" or "勾稽" in plain:
                return self.spell(text)
            if plain not in self.renamed:
                self.renamed[plain] = self.reword(plain)
            new = self.renamed[plain]
            if new == plain:
                return self.spell(text)
            before, _, after = re.fullmatch(f"({MARKS.pattern}*)(.*?)({MARKS.pattern}*)", text, re.S).groups()
            return self.spell(before + new + after)

        def reword(self, plain):
            rng, label = self.style, plain
            if "words" in self.changes and plain in SYNONYMS and rng.random() < .35:
                label = rng.choice(SYNONYMS[plain])
            if "letters" in self.changes and rng.random() < .12 and len(plain) > 5:
                words = [word for word in LEFT_OUT if word in label[2:] and len(label) - len(word) > 5]
                if words and rng.random() < .5:
                    label = label[:2] + label[2:].replace(rng.choice(words), "", 1)
                elif not label.endswith(("）", "”")):
                    label += rng.choice(PUT_IN)
            if "numbers" in self.changes:
                label = self.renumber(label)
            return label

        def renumber(self, label):
            how = self.number_style
            match = re.match(r"(\d)\.(.*)", label)
            if match:
                return (match[1] + "、" + match[2], match[1] + "．" + match[2], f"（{match[1]}）" + match[2], match[1].translate(DIGITS) + "．" + match[2], match[1] + ". " + match[2])[how]
            match = re.match(r"（([一二三四五六七])）(.*)", label)
            if match and how in (1, 3):
                return (f"（{match[1]}） " + match[2]) if how == 1 else "㈠㈡㈢㈣㈤㈥㈦"["一二三四五六七".index(match[1])] + match[2]
            return label

        def spell(self, text):
            if "brackets" in self.changes:
                text = text.translate(HALF) if self.half > 1 else text.translate(str.maketrans("（）", "()"))
                if self.half > 2:
                    text = text.replace("“", '"').replace("”", '"')
            return text

        def build(self):
            self.choose_changes(random.Random(f"{self.Y} {self.place} {self.T}"))
            blocks = super().build()
            self.number_style, self.half = self.style.randrange(5), self.style.randrange(4)
            odd = self.odd_cell(blocks) if "odd_header" in self.changes else None
            out = []
            for kind, payload in blocks:
                if kind == "table":
                    rows, head = payload
                    rows = [[self.cell(cell, odd) for cell in row] for row in rows]
                    out += self.lay_out(rows, head) if self.how else [(kind, (rows, head))]
                else:
                    out.append((kind, payload))
            if "traditional" in self.changes:
                write = lambda x: x.translate(script) if x.__class__ is str else (x[0].translate(script), *x[1:])
                out = [(kind, ([[write(cell) for cell in row] for row in x[0]], x[1]) if kind == "table" else x.translate(script))
                       for kind, x in out]
            return out

        def odd_cell(self, blocks):
            """One header cell, and what stands in its place."""
            cells = ("科研机构", "社会公益组织", "法律服务机构", "商业企业", "本年制发件数", "现行有效件数", "本年新制作数量", "上一年项目数量")
            cells = [c for c in cells if c in str(blocks)]
            cell = self.style.choice(cells)
            year = str(self.Y)
            odd = {"科研机构": ("科研企业", "科研"), "社会公益组织": ("社会团体", "公益性组织"), "法律服务机构": ("律师事务所", "法律机构"),
                   "商业企业": ("商业公司", "企业单位"), "本年制发件数": (f"本年（{year}）制发件数", f"{year}年制发件数"),
                   "现行有效件数": ("现行有效文件件数", f"截至{year}年底有效件数"), "本年新制作数量": (f"本年（{year}）新制作数量", f"{year}年新制作数量"),
                   "上一年项目数量": (f"上一年（{int(year) - 1}）项目数量", f"{int(year) - 1}年项目数量")}[cell]
            return cell, self.style.choice(odd)

        def cell(self, cell, odd):
            text, rest = (cell, ()) if cell.__class__ is str else (cell[0], cell[1:])
            if odd and self.plain(text) == odd[0]:
                text = odd[1]
            else:
                text = self.rename(text)
            return (text, *rest) if rest else text

        def lay_out(self, rows, head):
            """The rows of a table as lines of text."""
            rng, lines = self.style, []
            for number, row in enumerate(rows):
                cells = [c if c.__class__ is str else c[0] for c in row if c.__class__ is str or c[2]]
                if self.how in ("flat", "broken"):
                    cells = [c.replace(self.br or "\n", "") for c in cells if c]
                    if self.how == "broken":
                        cells = [c[:len(c) // 2] + "\n" + c[len(c) // 2:] if len(c) > 5 and not MARKS.search(c) and rng.random() < .15 else c
                                 for c in cells]
                    lines += cells
                elif self.how == "barred":
                    lines += [c.replace("\n", "") + " |" for c in cells]
                elif self.how == "bars":
                    lines += [line for c in cells for line in (c.replace("\n", ""), "|")]
                else:
                    words = [c for c in cells if re.search("[\u4e00-\u9fff]", c)]
                    figures = [c for c in cells if not re.search("[\u4e00-\u9fff]", c)]
                    if number < head or len(words) == len(cells) or len(figures) < 2:
                        lines.append(" | ".join(c.replace("\n", "") for c in cells) + " |")
                    else:
                        lines.append(" | ".join(w.replace("\n", "") for w in words) + " |")
                        lines.append(" | ".join(figures) + " |")
            return [("p" if self.fmt == "html" else "line", line) for line in lines]

    os.makedirs(options.out, exist_ok=True)
    with open(os.path.join(options.out, "manifest.jsonl"), "w", encoding="utf-8") as manifest:
        for index in range(options.count):
            rng = random.Random(options.seed + index)
            report = Report(rng, options.errors, ["txt", "para", "pipe", "md", "html"], [2019, 2021])
            if report.fmt == "html" and report.html_style == "soup":
                report.encoding = "utf-8"
            text, entry = report.render()
            data = (text.replace("\n", "\r\n") if report.newline == "crlf" else text).encode(report.encoding, "replace" if report.encoding == "gb18030" else "strict")
            path = f"{index:06d}.{report.fmt if report.fmt in ('html', 'md') else 'txt'}"
            with open(os.path.join(options.out, path), "wb") as file:
                file.write(data)
            entry["changes"] = sorted(report.changes)
            manifest.write(json.dumps({"path": path, "index": index, **entry}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
