#!/usr/bin/env python3
"""Writes the report of an HTML page in other formats, with the same headings, paragraphs and tables.

    make.py PAGE.html... --out DIR [--formats html,txt,md,docx,word,wps,xlsx,csv,tsv,ods,xls,typst,weasyprint,reportlab,pymupdf,encrypted,odfpy,
        office-docx,office-pdf,office-xlsx,office-xls]

Needs python-docx, openpyxl, xlwt, odfpy, typst, weasyprint, reportlab, pymupdf (each only for its own format), LibreOffice
(`soffice`) for the formats whose name starts with `office`, and a font with Chinese for PDF. The fixtures in this folder
were made from ../reports/*.html with it, those in short/ from short/short.html, those in
unruled/ from unruled/unruled.html with `--unruled`.
"""
import argparse, csv, html, io, os, re, shutil, subprocess, sys, tempfile
from html.parser import HTMLParser


class Page(HTMLParser):
    """Blocks of a page: (kind, text) for h1, h2, h3, p, and ("table", rows), a cell being (text, colspan, rowspan)."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.blocks, self.text, self.kind, self.rows, self.cell = [], None, None, None, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "table":
            self.rows = []
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.cell = (int(attrs.get("colspan", 1)), int(attrs.get("rowspan", 1)))
            self.text = ""
        elif tag in ("h1", "h2", "h3", "p") and self.cell is None:
            self.kind, self.text = tag, ""
        elif tag == "br" and self.text is not None:
            self.text += "\n"

    def handle_endtag(self, tag):
        if tag == "table":
            self.blocks.append(("table", self.rows))
            self.rows = None
        elif tag in ("td", "th") and self.cell:
            self.rows[-1].append((self.text.strip(), *self.cell))
            self.cell = self.text = None
        elif tag == self.kind:
            self.blocks.append((self.kind, self.text.strip()))
            self.kind = self.text = None

    def handle_data(self, data):
        if self.text is not None:
            self.text += data


def grid(rows):
    """(row, column, text, colspan, rowspan) of each cell, with the columns that HTML gives them; and the width."""
    taken, cells, width = set(), [], 0
    for r, row in enumerate(rows):
        c = 0
        for text, cs, rs in row:
            while (r, c) in taken:
                c += 1
            taken |= {(r + i, c + j) for i in range(rs) for j in range(cs)}
            cells.append((r, c, text, cs, rs))
            c += cs
            width = max(width, c)
    return cells, width


def number(text):
    """A cell as a spreadsheet holds it: plain figures as numbers."""
    return int(text) if re.fullmatch(r"-?(0|[1-9][0-9]{0,14})", text) else text


def write_docx(blocks, path):
    import docx
    from docx.oxml.ns import qn
    doc = docx.Document()
    doc.styles["Normal"].element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "WenQuanYi Zen Hei")
    for kind, x in blocks:
        if kind == "table":
            cells, width = grid(x)
            table = doc.add_table(len(x), width, style="Table Grid" if is_ruled else None)
            all_cells = [row.cells for row in table.rows]
            for r, c, text, cs, rs in cells:
                cell = all_cells[r][c]
                if (cs, rs) != (1, 1):
                    cell = cell.merge(all_cells[min(r + rs, len(x)) - 1][c + cs - 1])
                first, *rest = text.split("\n")
                cell.paragraphs[0].text = first
                for i, line in enumerate(rest):
                    if i % 2:
                        cell.add_paragraph(line)
                    else:
                        cell.paragraphs[-1].add_run().add_break()
                        cell.paragraphs[-1].add_run(line)
        elif kind == "p":
            # Word splits runs where nothing is to be seen.
            paragraph = doc.add_paragraph()
            for part in re.split(r"(?<=[0-9])(?=[0-9])", x):
                paragraph.add_run(part)
        else:
            doc.add_heading(x, {"h1": 0, "h2": 1, "h3": 2}[kind])
    doc.save(path)


DOCX_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName='
    '"/word/numbering.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/></Types>')
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>'
RELATION = '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"/>'
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"')


def pack_docx(path, body):
    """A text document of its least parts, with one list whose numbers are 一、 二、 三、."""
    import zipfile
    numbering = (
        f'<w:numbering {NAMESPACES}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        '<w:numFmt w:val="chineseCountingThousand"/><w:suff w:val="nothing"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>')
    parts = {
        "[Content_Types].xml": DOCX_TYPES, "_rels/.rels": RELATIONS % (RELATION % ("officeDocument", "word/document.xml")),
        "word/_rels/document.xml.rels": RELATIONS % (RELATION % ("numbering", "numbering.xml")),
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>", "word/numbering.xml": numbering}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in parts.items():
            out.writestr(zipfile.ZipInfo(name), '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' + text,
                         zipfile.ZIP_DEFLATED)


def run(text):
    return f'<w:r><w:t xml:space="preserve">{html.escape(text)}</w:t></w:r>'


def by_row(rows):
    """For each row the cells that a word processor writes: (text or None for what goes on from above, columns, rows)."""
    cells, width = grid(rows)
    starts = {(r, c): (text, cs, rs) for r, c, text, cs, rs in cells}
    going_on = {(r + i, c): (None, cs, rs) for r, c, _, cs, rs in cells for i in range(1, rs)}
    return [[(starts | going_on)[r, c] for c in range(width) if (r, c) in starts or (r, c) in going_on]
            for r in range(len(rows))]


def write_word(blocks, path):
    """As Word writes it: numbers of headings by a list, runs parted by proofing and revisions, line breaks in cells,
    a header row that is repeated, a paragraph within a content control."""
    def runs(text):
        parts = ['<w:proofErr w:type="spellStart"/>']
        for index, piece in enumerate(re.split(r"(?<=[0-9])(?=[0-9])|(?<=府)", text)):
            parts.append(f'<w:ins w:id="{index}" w:author="a">{run(piece)}</w:ins>' if index % 2 else run(piece))
        deleted = '<w:del w:id="9" w:author="a"><w:r><w:delText>99</w:delText></w:r></w:del>'
        return "".join(parts) + (deleted if text[-1:].isdigit() else "") + '<w:bookmarkEnd w:id="1"/>'

    def cell(text, cs, rs):
        merge = '<w:vMerge/>' if text is None else '<w:vMerge w:val="restart"/>' if rs > 1 else ""
        span = f'<w:gridSpan w:val="{cs}"/>' if cs > 1 else ""
        lines = '<w:r><w:br/></w:r>'.join(map(runs, (text or "").split("\n"))) if text else ""
        return f'<w:tc><w:tcPr><w:tcW w:w="900" w:type="dxa"/>{span}{merge}</w:tcPr><w:p>{lines}</w:p></w:tc>'

    body = []
    for kind, x in blocks:
        if kind == "table":
            grid_columns = '<w:gridCol w:w="900"/>' * grid(x)[1]
            rows = "".join("<w:tr><w:trPr><w:tblHeader/></w:trPr>" + "".join(cell(*one) for one in row) + "</w:tr>" for row in by_row(x))
            body.append(f"<w:tbl><w:tblPr/><w:tblGrid>{grid_columns}</w:tblGrid>{rows}</w:tbl>")
        elif kind == "h2" and re.match("[一二三四五六七八]、", x):
            body.append('<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="0"/></w:pPr>'
                        f"{runs(x[2:])}</w:p>")
        elif kind == "h1":
            body.append(f"<w:sdt><w:sdtPr/><w:sdtContent><w:p>{runs(x)}</w:p></w:sdtContent></w:sdt>")
        else:
            body.append(f"<w:p>{runs(x)}</w:p>")
    pack_docx(path, "".join(body))


def write_wps(blocks, path):
    """As WPS writes it: tables without a grid within a table that lays out the page, lines of cells as paragraphs, a
    title in a text box that stands there twice."""
    def paragraphs(text):
        return "".join(f"<w:p>{run(line)}</w:p>" for line in text.split("\n"))

    def cell(text, cs, rs):
        merge = '<w:vMerge w:val="continue"/>' if text is None else '<w:vMerge w:val="restart"/>' if rs > 1 else ""
        return (f'<w:tc><w:tcPr><w:gridSpan w:val="{cs}"/>{merge}</w:tcPr>'
                f"{paragraphs(text or '')}</w:tc>")

    def row(cells):
        return "<w:tr>" + "".join(cell(*one) for one in cells) + "</w:tr>"

    body = []
    for kind, x in blocks:
        if kind == "table":
            table = "<w:tbl><w:tblPr/>" + "".join(map(row, by_row(x))) + "</w:tbl>"
            body.append(f"<w:tbl><w:tblPr/><w:tr><w:tc><w:p/>{table}<w:p/></w:tc></w:tr></w:tbl>")
        elif kind == "h1":
            box = f"<w:txbxContent>{paragraphs(x)}</w:txbxContent>"
            body.append(
                f'<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><wps:txbx>{box}</wps:txbx></mc:Choice><mc:Fallback>'
                f"<w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>")
        else:
            body.append(paragraphs(x))
    pack_docx(path, "".join(body))


def write_xlsx(blocks, path):
    import openpyxl
    from openpyxl.styles import Border, Side
    book = openpyxl.Workbook()
    sheet, row, side = book.active, 1, Side(style="thin")
    for kind, x in blocks:
        if kind != "table":
            sheet.cell(row, 1, x)
            row += 1
            continue
        cells, width = grid(x)
        row += 1
        for r, c, text, cs, rs in cells:
            sheet.cell(row + r, c + 1, number(text)).border = Border(side, side, side, side)
            if (cs, rs) != (1, 1):
                sheet.merge_cells(start_row=row + r, start_column=c + 1, end_row=row + r + rs - 1, end_column=c + cs)
        row += len(x) + 1
    book.save(path)


def write_xls(blocks, path):
    import xlwt
    book = xlwt.Workbook(encoding="utf-8")
    style = xlwt.easyxf("borders: left thin, right thin, top thin, bottom thin")
    sheet, row = book.add_sheet("报告"), 0
    for kind, x in blocks:
        if kind != "table":
            sheet.write(row, 0, x)
            row += 1
            continue
        row += 1
        for r, c, text, cs, rs in grid(x)[0]:
            if (cs, rs) == (1, 1):
                sheet.write(row + r, c, number(text), style)
            else:
                sheet.write_merge(row + r, row + r + rs - 1, c, c + cs - 1, number(text), style)
        row += len(x) + 1
    book.save(path)


def lines_of(rows):
    """The rows of a table without spans: what spans stands in its first place, and the others are blank."""
    cells, width = grid(rows)
    lines = [[""] * width for _ in rows]
    for r, c, text, _, _ in cells:
        lines[r][c] = text
    return lines


def write_csv(blocks, path, delimiter=","):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    for kind, x in blocks:
        if kind != "table":
            writer.writerow([x])
            continue
        writer.writerow([])
        writer.writerows(lines_of(x))
        writer.writerow([])
    with open(path, "wb") as f:
        f.write(out.getvalue().encode("utf-8-sig"))


def write_text(blocks, path):
    """A cell a line behind a tab, rows parted by blank lines, as office suites save tables as text."""
    out = []
    for kind, x in blocks:
        if kind == "table":
            out += ["\n".join("\t" + text.replace("\n", "") for text, _, _ in row) + "\n" for row in x]
        else:
            out.append(x + "\n")
    open(path, "w", encoding="utf-8").write("\n".join(out))


def write_markdown(blocks, path):
    out = []
    for kind, x in blocks:
        if kind == "table":
            first, *rest = ["| " + " | ".join(text.replace("\n", "<br>") for text in line) + " |" for line in lines_of(x)]
            out.append("\n".join([first, "| --- " * first.count(" |") + "|", *rest]))
        else:
            out.append("#" * {"h1": 1, "h2": 2, "h3": 3}.get(kind, 0) + " " * (kind != "p") + x)
    open(path, "w", encoding="utf-8").write("\n\n".join(out) + "\n")


def write_html(blocks, path):
    open(path, "w", encoding="utf-8").write(page(blocks))


# Space in the cells of tables in PDFs, in points: where it is given, page breaks fall in other places, and headers are
# repeated on each page.
padding = None
# Whether tables in PDFs have ruling lines.
is_ruled = True


def header_height(rows):
    """Rows that are repeated as the header of a long table: as many as the tallest cell of the first row covers."""
    return max(rs for _, _, rs in rows[0]) if padding is not None and len(rows) > 20 else 0


def page(blocks):
    """The page as clean HTML for the printers of HTML."""
    rule, width = ("1px solid black", "auto") if is_ruled else ("none", "100%")
    space = 2 if padding is None else padding
    out = ['<!DOCTYPE html><html><head><meta charset="utf-8"><style>body{font-family:"WenQuanYi Zen Hei"}'
           f"table{{border-collapse:collapse;font-size:7pt;width:{width}}}td{{border:{rule};padding:{space}pt 2pt}}"
           "</style></head><body>"]
    for kind, x in blocks:
        if kind != "table":
            out.append(f"<{kind}>{html.escape(x)}</{kind}>")
            continue
        out.append("<table>")
        height = header_height(x)
        for number, row in enumerate(x):
            if height:
                out.append({0: "<thead>", height: "</thead>"}.get(number, ""))
            out.append("<tr>" + "".join(
                f'<td colspan="{cs}" rowspan="{rs}">{"<br>".join(map(html.escape, text.split(chr(10))))}</td>'
                for text, cs, rs in row) + "</tr>")
        out.append("</table>")
    return "\n".join(out + ["</body></html>"])


def write_weasyprint(blocks, path):
    import weasyprint
    weasyprint.HTML(string=page(blocks)).write_pdf(path)


def write_typst(blocks, path):
    import typst
    quote = lambda text: '#("' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '")'
    out = ['#set text(font: "WenQuanYi Zen Hei", size: 10pt)', "#set page(numbering: \"1\")"]
    for kind, x in blocks:
        if kind == "table":
            cells, width = grid(x)
            out.append(f"#text(size: 7pt, table(columns: ({'1fr, ' * width}), inset: {3 if padding is None else padding}pt, "
                       f"stroke: {'1pt' if is_ruled else 'none'},")
            written = [(r, f"table.cell(x: {c}, y: {r}, colspan: {cs}, rowspan: {rs})[{quote(text)}],") for r, c, text, cs, rs in cells]
            height = header_height(x)
            if height:
                out.append("table.header(" + "".join(cell for r, cell in written if r < height) + "),")
            out += [cell for r, cell in written if r >= height]
            out.append("))")
        elif kind == "p":
            out.append(quote(x) + "\n")
        else:
            out.append("=" * int(kind[1]) + " " + quote(x) + "\n")
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "a.typ")
        open(source, "w", encoding="utf-8").write("\n".join(out))
        typst.compile(source, output=path)


def write_reportlab(blocks, path):
    """With a Chinese font that is not embedded."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = lambda size: ParagraphStyle("a", fontName="STSong-Light", fontSize=size, leading=size * 1.4, wordWrap="CJK")
    small, story = style(6), []
    for kind, x in blocks:
        if kind != "table":
            story += [Paragraph(html.escape(x), style({"h1": 16, "h2": 13, "h3": 11, "p": 10}[kind])), Spacer(1, 4)]
            continue
        cells, width = grid(x)
        data, spans = [[""] * width for _ in x], []
        for r, c, text, cs, rs in cells:
            data[r][c] = Paragraph("<br/>".join(map(html.escape, text.split("\n"))), small)
            spans.append(("SPAN", (c, r), (c + cs - 1, r + rs - 1)))
        lines = [("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
        if is_ruled:
            lines.append(("GRID", (0, 0), (-1, -1), 0.5, "black"))
        if padding is not None:
            lines += [(f"{side}PADDING", (0, 0), (-1, -1), padding) for side in ("TOP", "BOTTOM")]
        story.append(Table(data, colWidths=[500 / width] * width, style=TableStyle(spans + lines)))
    SimpleDocTemplate(path, pagesize=A4, leftMargin=40, rightMargin=40).build(story)


def write_pymupdf(blocks, path, **encryption):
    """Objects packed in streams."""
    import pymupdf
    with tempfile.TemporaryDirectory() as folder:
        plain = os.path.join(folder, "a.pdf")
        write_reportlab(blocks, plain)
        pymupdf.open(plain).save(path, garbage=4, deflate=True, use_objstms=1, **encryption)


def write_encrypted(blocks, path):
    """Encrypted without a password for readers."""
    import pymupdf
    write_pymupdf(blocks, path, encryption=pymupdf.PDF_ENCRYPT_AES_256, owner_pw="owner", user_pw="")


def write_odfpy(blocks, path):
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import CoveredTableCell, Table, TableCell, TableRow
    from odf.text import P
    book = OpenDocumentSpreadsheet()
    sheet = Table(name="报告")

    def row(cells):
        line = TableRow()
        for cell in cells:
            line.addElement(cell)
        sheet.addElement(line)

    def cell(text, cs=1, rs=1):
        value = number(text)
        kind = {"valuetype": "string"} if isinstance(value, str) else {"valuetype": "float", "value": str(value)}
        made = TableCell(numbercolumnsspanned=cs, numberrowsspanned=rs, **kind)
        for line in text.split("\n"):
            made.addElement(P(text=line))
        return made

    for kind, x in blocks:
        if kind != "table":
            row([cell(x)])
            continue
        cells, width = grid(x)
        starts = {(r, c): cell(text, cs, rs) for r, c, text, cs, rs in cells}
        row([TableCell()])
        for r in range(len(x)):
            row([starts.get((r, c)) or CoveredTableCell() for c in range(width)])
        row([TableCell()])
    book.spreadsheet.addElement(sheet)
    book.save(path)


def office(paths, to, out):
    """Lets LibreOffice write files in another format."""
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", to, "--outdir", out,
                        *paths], check=True, stdout=subprocess.DEVNULL)


WRITERS = {"html": (write_html, "html"), "txt": (write_text, "txt"), "md": (write_markdown, "md"), "docx": (write_docx, "docx"), "xlsx": (write_xlsx, "xlsx"), "xls": (write_xls, "xls"), "csv": (write_csv, "csv"),
           "tsv": (lambda b, p: write_csv(b, p, "\t"), "tsv"), "typst": (write_typst, "pdf"),
           "weasyprint": (write_weasyprint, "pdf"), "reportlab": (write_reportlab, "pdf"),
           "word": (write_word, "docx"), "wps": (write_wps, "docx"), "pymupdf": (write_pymupdf, "pdf"), "encrypted": (write_encrypted, "pdf"),
           "odfpy": (write_odfpy, "ods")}
# A format of LibreOffice's: what it is made from, what it is called.
OFFICE = {"ods": ("xlsx", "ods"), "office-docx": ("html", "docx:Office Open XML Text"), "office-pdf": ("docx", "pdf"),
          "office-xlsx": ("xlsx", "xlsx"), "office-xls": ("xlsx", "xls")}


def text_of(path):
    data = open(path, "rb").read()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("pages", nargs="+")
    parser.add_argument("--out", required=True)
    parser.add_argument("--formats", default=",".join([*WRITERS, *OFFICE]))
    parser.add_argument("--padding", type=float, help="space in the cells of PDFs, in points; headers are repeated")
    parser.add_argument("--text", type=int, default=0, help="paragraphs to add, so that page breaks fall in other places")
    parser.add_argument("--unruled", action="store_true", help="tables in PDFs without ruling lines")
    options = parser.parse_args()
    global padding, is_ruled
    padding, is_ruled = options.padding, not options.unruled
    formats = options.formats.split(",")
    reports = [(os.path.splitext(os.path.basename(path))[0], Page(text_of(path)).blocks)
               for path in options.pages]
    for _, blocks in reports:
        blocks[2:2] = [("p", "本段只把后面的表格往下移。")] * options.text
    for name in formats:
        folder = os.path.join(options.out, name)
        os.makedirs(folder, exist_ok=True)
        if name in WRITERS:
            write, extension = WRITERS[name]
            for stem, blocks in reports:
                write(blocks, os.path.join(folder, f"{stem}.{extension}"))
            continue
        base, to = OFFICE[name]
        with tempfile.TemporaryDirectory() as staged:
            paths = [os.path.join(staged, f"{stem}.{base}") for stem, _ in reports]
            for path, (_, blocks) in zip(paths, reports):
                if base == "html":
                    open(path, "w", encoding="utf-8").write(page(blocks))
                else:
                    WRITERS[base][0](blocks, path)
            for at in range(0, len(paths), 100):
                office(paths[at:at + 100], to, folder)


if __name__ == "__main__":
    main()
