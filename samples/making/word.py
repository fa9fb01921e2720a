"""The contract: WordprocessingML (ISO/IEC 29500) with headings, clauses, a table and places for signatures."""

from xml.sax.saxutils import escape

from . import story
from .container import zipped

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>
<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>
</Types>"""

ROOT = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>
<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>
</Relationships>"""

PARTS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>
</Relationships>"""

CORE = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<dc:title>茶叶买卖合同</dc:title><dc:creator>{story.SELLER_PERSON}</dc:creator>
<dcterms:created xsi:type="dcterms:W3CDTF">2026-03-11T01:20:00Z</dcterms:created>
<dcterms:modified xsi:type="dcterms:W3CDTF">2026-03-12T02:00:00Z</dcterms:modified>
</cp:coreProperties>"""

STYLES = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>
<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体"/><w:sz w:val="24"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/>
</w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:pPr><w:spacing w:line="360" w:lineRule="auto"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:pPr><w:jc w:val="center"/><w:spacing w:after="240"/></w:pPr><w:rPr><w:b/><w:sz w:val="36"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:pPr><w:spacing w:before="160"/></w:pPr><w:rPr><w:b/></w:rPr></w:style>
<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>{"".join(f'<w:{side} w:val="single" w:sz="4" w:color="000000"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV"))}</w:tblBorders></w:tblPr></w:style>
</w:styles>"""

CLAUSES = [
    ("第一条　标的", "甲方向乙方出售下表所列茶叶及包装，品名、等级、数量、单价如下："),
    ("第二条　质量", "茶叶应符合 GB/T 14456 系列标准，含水率不超过7.0%，无霉变、无异味。每批次随货附出厂检验报告。"),
    ("第三条　交货", "甲方应于2026年4月2日前将货物送达乙方仓库（苏州市样例区虚构路88号3号库），运费由甲方承担。"),
    ("第四条　付款", "合同签订后三日内付30%，发货前付60%，余款10%为质保金，验收合格后三十日内付清。"),
    ("第五条　验收与异议", "乙方应于收货后五日内验收。发现短少、受潮、霉变的，应在验收期内以书面或电子邮件提出，并保留货物、影像及原始载体。"),
    ("第六条　违约责任", "货物质量不合约定的，乙方有权就不合格部分退货或要求减价，甲方并按该部分价款的10%支付违约金。"),
    ("第七条　电子送达与证据", "双方确认本合同所列电子邮箱、手机号所收发的数据电文与书面文件具有同等效力。"),
    ("第八条　争议解决", "因本合同发生的争议，双方协商解决；协商不成的，提交乙方所在地人民法院诉讼解决。"),
]


def paragraph(text, style=None):
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def table(rows):
    def cell(text):
        return f'<w:tc><w:tcPr><w:tcW w:w="1600" w:type="dxa"/></w:tcPr>{paragraph(text)}</w:tc>'

    body = "".join(f"<w:tr>{''.join(cell(text) for text in row)}</w:tr>" for row in rows)
    grid = '<w:gridCol w:w="1600"/>' * len(rows[0])
    return f'<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>'


def goods():
    rows = [("编号", "品名", "等级", "数量", "单价（元）", "金额（元）")]
    for code, name, grade, unit, price, quantity in story.GOODS:
        rows.append((code, name, grade, f"{quantity}{unit}", story.yuan(price), story.yuan(price * quantity)))
    rows.append(("合计", "", "", "", "", story.yuan(story.total_cents())))
    return table(rows)


def contract():
    body = [
        paragraph("茶叶买卖合同", "Title"),
        paragraph(story.MARK),
        paragraph("合同编号：QH-CY-2026-0312　　签订地点：杭州　　签订日期：2026年3月12日"),
        paragraph(f"甲方（卖方）：{story.SELLER}　　授权代表：{story.SELLER_PERSON}"),
        paragraph(f"乙方（买方）：{story.BUYER}　　授权代表：{story.BUYER_PERSON}"),
    ]
    for heading, text in CLAUSES:
        body += [paragraph(heading, "Heading1"), paragraph(text)]
        if heading.endswith("标的"):
            body.append(goods())
    body += [
        paragraph("附件：《𠮷田合同（补充）》一份，与本合同具有同等效力。"),
        paragraph("甲方（盖章）：＿＿＿＿＿＿　　　　乙方（盖章）：＿＿＿＿＿＿"),
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" w:header="720" w:footer="720" w:gutter="0"/></w:sectPr>',
    ]
    document = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:document xmlns:w="{W}"><w:body>{"".join(body)}</w:body></w:document>'
    )
    return zipped([
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", ROOT),
        ("docProps/core.xml", CORE),
        ("word/_rels/document.xml.rels", PARTS),
        ("word/styles.xml", STYLES),
        ("word/document.xml", document),
    ])
