"""The invoice: a PDF (ISO 32000-1) with its font inside, so that it looks the same everywhere and its text can be searched."""

import zlib

from . import story
from .truetype import Font

FONT = "/usr/share/fonts/truetype/hanazono/HanaMinA.ttf"


class Page:
    """Collects text and lines, and the glyphs that they need. Points, from the lower left corner."""

    def __init__(self, font):
        self.font = font
        self.glyphs = [0]
        self.numbers = {}
        self.commands = []

    def width(self, text, size):
        return sum(self.font.advance(self.font.characters[ord(c)]) for c in text) * size / self.font.units

    def text(self, x, y, size, text, align="left"):
        x -= {"left": 0, "center": 0.5, "right": 1}[align] * self.width(text, size)
        codes = "".join(f"{self.number(ord(c)):04x}" for c in text)
        self.commands.append(f"BT /F1 {size} Tf {x:.2f} {y:.2f} Td <{codes}> Tj ET")

    def number(self, code):
        if code not in self.numbers:
            self.numbers[code] = len(self.glyphs)
            self.glyphs.append(self.font.characters[code])
        return self.numbers[code]

    def line(self, x1, y1, x2, y2, width=0.7):
        self.commands.append(f"{width} w {x1} {y1} m {x2} {y2} l S")


def stream(content, extra=""):
    packed = zlib.compress(content, 9)
    return f"<< /Length {len(packed)} /Filter /FlateDecode {extra}>>\nstream\n".encode() + packed + b"\nendstream"


def to_unicode(numbers):
    pairs = [f"<{number:04x}> <{chr(code).encode('utf-16-be').hex()}>" for code, number in sorted(numbers.items(), key=lambda item: item[1])]
    blocks = [pairs[n : n + 100] for n in range(0, len(pairs), 100)]
    mapping = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return f"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <ffff> endcodespacerange
{mapping}
endcmap CMapName currentdict /CMap defineresource pop end end""".encode()


def document(page):
    font, scale = page.font, 1000 / page.font.units
    widths = " ".join(f"{font.advance(glyph) * scale:.0f}" for glyph in page.glyphs)
    box = " ".join(f"{value * scale:.0f}" for value in font.box)
    program = font.subset(page.glyphs)
    name = "SAMPLE+HanaMinA"
    title = "商业发票".encode("utf-16-be").hex()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (zh-CN) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        stream("\n".join(page.commands).encode()),
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 9 0 R >>".encode(),
        (
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
            f" /FontDescriptor 7 0 R /CIDToGIDMap /Identity /W [0 [{widths}]] >>"
        ).encode(),
        (
            f"<< /Type /FontDescriptor /FontName /{name} /Flags 4 /FontBBox [{box}] /ItalicAngle 0 /Ascent {font.ascent * scale:.0f}"
            f" /Descent {font.descent * scale:.0f} /CapHeight 700 /StemV 80 /FontFile2 8 0 R >>"
        ).encode(),
        stream(program, f"/Length1 {len(program)} "),
        stream(to_unicode(page.numbers)),
        f"<< /Title <feff{title}> /CreationDate (D:20260401090000+08'00') /Producer (samples/make.py) >>".encode(),
    ]
    out, offsets = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    out += f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R /Info {size - 1} 0 R >>\nstartxref\n{len(out)}\n%%EOF\n".encode()
    return out


def invoice():
    page = Page(Font(FONT))
    page.text(297.5, 770, 22, "商 业 发 票", "center")
    page.text(297.5, 750, 11, "COMMERCIAL INVOICE", "center")
    page.text(297.5, 732, 8, story.MARK, "center")
    page.text(60, 700, 10.5, "发票编号：QH-INV-2026-0401")
    page.text(535, 700, 10.5, "开具日期：2026年4月1日", "right")
    page.text(60, 682, 10.5, f"卖方：{story.SELLER}")
    page.text(60, 664, 10.5, f"买方：{story.BUYER}")
    page.text(60, 646, 10.5, "合同编号：QH-CY-2026-0312　　币种：人民币")
    columns = [(66, "left"), (122, "left"), (262, "left"), (372, "right"), (446, "right"), (529, "right")]
    y = 612
    page.line(60, y + 16, 535, y + 16, 1.2)
    for (x, align), head in zip(columns, ("编号", "品名", "单位", "数量", "单价", "金额")):
        page.text(x, y, 10.5, head, align)
    page.line(60, y - 8, 535, y - 8)
    for code, name, grade, unit, price, quantity in story.GOODS:
        y -= 26
        cells = (code, name, unit, str(quantity), story.yuan(price), story.yuan(price * quantity))
        for (x, align), cell in zip(columns, cells):
            page.text(x, y, 10.5, cell, align)
    page.line(60, y - 10, 535, y - 10)
    page.text(66, y - 28, 10.5, "合计（含税）")
    page.text(529, y - 28, 12, f"￥{story.yuan(story.total_cents())}", "right")
    page.line(60, y - 38, 535, y - 38, 1.2)
    page.text(60, y - 70, 10.5, "交货方式：送货至买方仓库，运费由卖方承担。")
    page.text(60, y - 88, 10.5, "本发票为交易凭据样例，不是税务机关监制的发票，不得用于报销或抵扣。")
    page.text(535, y - 130, 10.5, f"开票人：{story.SELLER_PERSON}", "right")
    return document(page)
