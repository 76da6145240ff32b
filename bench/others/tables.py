#!/usr/bin/env python3
"""The texts of all paragraphs and cells of some files, as most scripts get them: python-docx, openpyxl, pdfplumber.

    tables.py FILE...
"""
import sys


def docx(path):
    import docx
    document = docx.Document(path)
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    return paragraphs + [cell.text for table in document.tables for row in table.rows for cell in row.cells]


def xlsx(path):
    import openpyxl
    book = openpyxl.load_workbook(path, data_only=True)
    return [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]


def pdf(path):
    import pdfplumber
    texts = []
    with pdfplumber.open(path) as document:
        for page in document.pages:
            texts.append(page.extract_text())
            texts += [cell for table in page.extract_tables() for row in table for cell in row if cell]
    return texts


def main():
    read = {"docx": docx, "xlsx": xlsx, "pdf": pdf}
    count = sum(len(read[path.rsplit(".", 1)[1]](path)) for path in sys.argv[1:])
    print(f"{len(sys.argv) - 1} files, {count} texts")


if __name__ == "__main__":
    main()
