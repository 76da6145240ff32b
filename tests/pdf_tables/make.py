#!/usr/bin/env python3
"""Makes the PDFs of this folder: tables without ruling lines, as reports print them, with what stands around them.

    make.py [--out DIR]

Needs reportlab and weasyprint, as ../formats/requirements.txt names them, and a font with Chinese. All that is written in them is invented.
"""
import argparse, os, pathlib

from reportlab.pdfbase import pdfmetrics
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen import canvas

ROWS = [("North", "1,204", "1,311", "84.2"), ("South", "87", "95", "6.1"), ("East", "640", "702", "45.0"), ("Total", "1,931", "2,108", "100.0")]
HEAD = ("District", "2021", "2022", "Share (%)")
PROSE = ("The lending of books rose in all districts during the year under report, and most of the growth was seen in the north, "
         "where the new library of the harbour quarter was opened in spring. Readers came from 14 parishes and borrowed books, maps and "
         "scores; the reading room was open on 312 days and its 58 seats were seldom free. The council has asked for a second room, and "
         "the plans for it were laid out in the hall. A survey among the readers showed that nine out of ten would come again. ")


def wrapped(text, width, size=9):
    """The lines of a text that is so many points wide at most."""
    lines, line = [], ""
    for word in text.split():
        if pdfmetrics.stringWidth(f"{line} {word}", "Helvetica", size) > width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return lines + [line]


class Sheet:
    """A PDF, written from the top of its pages."""

    def __init__(self, path, size=A4, **options):
        self.canvas = canvas.Canvas(path, pagesize=size, invariant=1, **options)
        self.size = size

    def line(self, y, cells, xs, font="Helvetica", size=9, space=0):
        """A line of texts: words from the left of their column, figures up to its right edge, 50 points from there."""
        self.canvas.setFont(font, size)
        for x, text in zip(xs, cells):
            width = self.canvas.stringWidth(text, font, size) + space * len(text)
            is_figure = text[:1].isdigit() and not any(map(str.isalpha, text))
            self.canvas.drawString(x + 50 - width if is_figure else x, self.size[1] - y, text, charSpace=space)

    def text(self, y, text, x=72, width=450, size=9, pitch=12):
        for number, line in enumerate(wrapped(text, width)):
            self.line(y + number * pitch, [line], [x], size=size)
        return y + len(wrapped(text, width)) * pitch

    def rule(self, y, left, right):
        self.canvas.line(left, self.size[1] - y, right, self.size[1] - y)

    def table(self, y, rows, xs, pitch=14, **options):
        for number, row in enumerate(rows):
            self.line(y + number * pitch, row, xs, **options)
        return y + len(rows) * pitch

    def next_page(self):
        self.canvas.showPage()

    def save(self):
        self.canvas.showPage()
        self.canvas.save()


XS = (72, 200, 280, 360)


def borderless(path):
    sheet = Sheet(path)
    y = sheet.text(72, PROSE)
    sheet.line(y + 18, ["Table 1. Books lent, in thousands"], [72])
    y = sheet.table(y + 36, [HEAD, *ROWS], XS)
    sheet.text(y + 18, "Source: the libraries. " + PROSE)
    sheet.save()


def header_and_frame(path):
    """Lines around the table and below its header only."""
    sheet = Sheet(path)
    sheet.line(72, ["Table 1. Books lent, in thousands"], [72])
    sheet.table(100, [HEAD, *ROWS], XS)
    for y in (86, 106, 164):
        sheet.rule(y, 66, 420)
    for x in (66, 420):
        sheet.canvas.line(x, A4[1] - 86, x, A4[1] - 164)
    sheet.text(190, PROSE)
    sheet.save()


def labels_of_lines(path):
    """Labels of two and three lines; their figures beside the first, the middle or the last."""
    sheet = Sheet(path)
    sheet.line(72, ["Kind of loan", "Cases", "Days"], [72, 300, 380])
    lines = ["Loans to readers who live outside", "of the district and have a card of", "another library"]
    y = 96
    for at, figures in ((0, ("12", "340")), (1, ("7", "91")), (2, ("30", "1,205"))):
        for number, line in enumerate(lines):
            sheet.line(y + number * 11, [line], [72])
        sheet.line(y + at * 11, figures, [300, 380])
        y += 48
    sheet.line(y, ["All loans", "49", "1,636"], [72, 300, 380])
    sheet.save()


def spans(path):
    """Names over several columns, told by the lines below them."""
    sheet = Sheet(path)
    xs = (72, 160, 220, 300, 360)
    sheet.rule(60, 72, 412)
    sheet.line(72, ["Town", "Branches"], [72, 310])
    sheet.line(72, ["Halls"], [178])
    sheet.rule(76, 170, 272)
    sheet.rule(76, 310, 412)
    sheet.line(88, ["open", "closed", "open", "closed"], [185, 240, 325, 380])
    sheet.rule(92, 72, 412)
    y = sheet.table(106, [("Aldham", "3", "1", "12", "0"), ("Birken", "11", "4", "25", "2"), ("Corva", "5", "0", "8", "1")], xs)
    sheet.rule(y - 8, 72, 412)
    sheet.save()


def two_columns(path):
    """Running text in two columns, and a table in the second."""
    sheet = Sheet(path)
    sheet.line(60, ["Lending in the year under report"], [72], size=14)
    for number, line in enumerate(wrapped(PROSE * 3, 210)):
        sheet.line(90 + number * 12, [line], [60])
    y = 96
    for number, line in enumerate(wrapped(PROSE, 210)):
        sheet.line(y + number * 12, [line], [320])
    y = sheet.table(y + len(wrapped(PROSE, 210)) * 12 + 20, [("Room", "Seats", "Days"), ("Harbour", "58", "312"), ("Market", "40", "290"), ("Mill", "21", "205")],
                    (320, 380, 450))
    for number, line in enumerate(wrapped(PROSE, 210)):
        sheet.line(y + 20 + number * 12, [line], [320])
    sheet.save()


def letter_spaced(path):
    """Digits that are set apart, and figures with white space that takes no room."""
    sheet = Sheet(path)
    sheet.line(72, ["Station", "Opened", "Readers"], [72, 230, 360])
    for number, (name, day, readers) in enumerate([("Alder", "03/25/2016", "12345"), ("Birch", "11/02/2017", "980"), ("Cedar", "07/30/2019", "4410")]):
        y = 92 + number * 16
        sheet.line(y, [name], [72])
        sheet.line(y, [day], [230], space=3)
        text = sheet.canvas.beginText(360, A4[1] - y)
        text.setFont("Helvetica", 9)
        # White space of which the width is taken back.
        for digit in readers:
            text.textOut(digit)
            text.textOut(" ")
            text.moveCursor(text.getX() - text.getStartOfLine()[0] - sheet.canvas.stringWidth(" ", "Helvetica", 9), 0)
        sheet.canvas.drawText(text)
    sheet.save()


def two_pages(path):
    """A table that a page break parts; its header is printed again."""
    sheet = Sheet(path)
    sheet.text(72, PROSE)
    sheet.table(600, [HEAD, *[(f"Parish {n}", f"{n * 37 + 1000:,}", str(n * 11), f"{n}.5") for n in range(1, 11)]], XS)
    sheet.next_page()
    y = sheet.table(72, [HEAD, *[(f"Parish {n}", f"{n * 37 + 1000:,}", str(n * 11), f"{n}.5") for n in range(11, 16)]], XS)
    sheet.text(y + 30, PROSE)
    sheet.save()


def turned(path):
    """A page that is turned by its entry, one with text that climbs, one with text that falls."""
    sheet = Sheet(path, landscape(A4))
    sheet.table(72, [HEAD, *ROWS], XS)
    sheet.canvas.setPageRotation(0)
    sheet.next_page()
    for angle, (x, y) in ((90, (300, 60)), (-90, (200, 540))):
        sheet.canvas.translate(x, y)
        sheet.canvas.rotate(angle)
        sheet.size = (0, 72)
        sheet.table(72, [HEAD, *ROWS], XS)
        sheet.next_page()
    sheet.save()


def leaders(path):
    """Points that lead from labels to their figures, and a list of contents, which is no table of figures."""
    sheet = Sheet(path)
    dotted = lambda name: name + " " + "." * (60 - len(name))
    sheet.table(72, [("Account", "2021", "2022"), (dotted("Fees"), "1,204.6", "980.1"), (dotted("Gifts and grants"), "87.0", "1,095.3"),
                     (dotted("Sales"), "640.2", "702.9")], (72, 300, 380))
    sheet.save()


def chart(path):
    """The axes of a chart, whose figures stand as those of a table do."""
    sheet = Sheet(path)
    y = sheet.text(72, PROSE)
    sheet.line(y + 20, ["Figure 1. Books lent, 2015 to 2021"], [72])
    for number, value in enumerate(range(500, -1, -100)):
        sheet.line(y + 50 + number * 24, [str(value), f"{value // 10}"], [60, 400])
    sheet.line(y + 200, [str(year) for year in range(2015, 2022)], [100 + 45 * n for n in range(7)])
    sheet.text(y + 240, PROSE)
    sheet.save()


def chinese(path):
    """A form with labels over several rows and names over several columns, printed from a page."""
    import weasyprint
    rows = [("图书", "馆藏", "312", "40", "352"), (None, "外借", "1280", "95", "1375"), ("期刊", "馆藏", "57", "3", "60"), (None, "外借", "204", "18", "222")]
    cells = lambda row: "".join(f'<td{" rowspan=2" if at == 0 else ""}>{text}</td>' for at, text in enumerate(row) if text)
    body = "".join(f"<tr>{cells(row)}</tr>" for row in rows)
    page = ('<!DOCTYPE html><meta charset="utf-8"><style>body{font-family:"WenQuanYi Zen Hei";font-size:10pt}table{width:100%}td{padding:3pt}</style>'
            "<h2>一、馆藏与外借情况</h2><p>全年共登记各类资料，详见下表。</p>"
            '<table><tr><td rowspan=2 colspan=2>类别</td><td colspan=2>读者类型</td><td rowspan=2>总计</td></tr><tr><td>成人</td><td>少儿</td></tr>' + body + "</table>"
            "<h2>二、其他需要说明的事项</h2><p>无。</p>")
    weasyprint.HTML(string=page).write_pdf(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", default=pathlib.Path(__file__).parent)
    out = parser.parse_args().out
    for make in (borderless, header_and_frame, labels_of_lines, spans, two_columns, letter_spaced, two_pages, turned, leaders, chart, chinese):
        make(os.path.join(out, make.__name__ + ".pdf"))


if __name__ == "__main__":
    main()
