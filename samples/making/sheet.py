"""The price list: SpreadsheetML (ISO/IEC 29500) with numbers, formulas and frozen first rows; and the payments as CSV."""

from xml.sax.saxutils import escape

from . import story
from .container import zipped

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>
</Types>"""

ROOT = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>
</Relationships>"""

PARTS = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/>
</Relationships>"""

BOOK = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="2026年春茶价目" sheetId="1" r:id="rId1"/></sheets></workbook>"""

STYLES = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>"""


def text(place, value, style=0):
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def number(place, value, style=0):
    return f'<c r="{place}" s="{style}"><v>{value}</v></c>'


def formula(place, formula, value, style=0):
    return f'<c r="{place}" s="{style}"><f>{formula}</f><v>{value}</v></c>'


def money(cents):
    return f"{cents // 100}.{cents % 100:02}"


def price_list():
    heads = ["编号", "品名", "等级", "单位", "含税单价（元）", "意向数量", "金额（元）"]
    rows = [
        text("A1", f"{story.SELLER}　2026年春茶价目表 {story.MARK}", 1),
        "".join(text(f"{column}2", head, 1) for column, head in zip("ABCDEFG", heads)),
    ]
    for row, (code, name, grade, unit, price, quantity) in enumerate(story.GOODS, 3):
        words = "".join(text(f"{column}{row}", word) for column, word in zip("ABCD", (code, name, grade, unit)))
        rows.append(
            words
            + number(f"E{row}", money(price), 2)
            + number(f"F{row}", quantity)
            + formula(f"G{row}", f"E{row}*F{row}", money(price * quantity), 2)
        )
    last = len(rows)
    rows.append(text(f"A{last + 1}", "合计", 1) + formula(f"G{last + 1}", f"SUM(G3:G{last})", money(story.total_cents()), 2))
    data = "".join(f'<row r="{row}">{cells}</row>' for row, cells in enumerate(rows, 1))
    sheet = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}">'
        '<sheetViews><sheetView workbookViewId="0"><pane ySplit="2" topLeftCell="A3" state="frozen"/></sheetView></sheetViews>'
        '<cols><col min="1" max="1" width="11" customWidth="1"/><col min="2" max="2" width="24" customWidth="1"/><col min="3" max="7" width="15" customWidth="1"/></cols>'
        f"<sheetData>{data}</sheetData></worksheet>"
    )
    return zipped([
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", ROOT),
        ("xl/_rels/workbook.xml.rels", PARTS),
        ("xl/workbook.xml", BOOK),
        ("xl/styles.xml", STYLES),
        ("xl/worksheets/sheet1.xml", sheet),
    ])


def payments():
    """UTF-8 with a byte order mark and CRLF, as spreadsheet programs in Chinese offices write it."""
    lines = ["日期,款项,金额（元）,银行流水号,备注"]
    for (day, purpose, serial), cents in zip(story.PAYMENTS, story.shares()):
        lines.append(f'{day},{purpose},"{story.yuan(cents)}",{serial},{"已付" if serial else "未付"}')
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()
