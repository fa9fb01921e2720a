"""The invented case that all samples belong to. No person, firm, number or address in it exists."""

SELLER = "杭州青禾里茶业有限公司"
BUYER = "苏州澄原贸易有限公司"
SELLER_PERSON = "周砚秋"
BUYER_PERSON = "沈若溪"
THIRD_PERSON = "𠮷田健一"
MARK = "（演示样例，内容纯属虚构 / SAMPLE, ALL CONTENT INVENTED）"

# code, name, grade, unit, price in cents, quantity ordered
GOODS = [
    ("QH-101", "青禾明前绿茶", "特级", "盒（250克）", 26800, 120),
    ("QH-102", "青禾雨前绿茶", "一级", "盒（250克）", 15800, 150),
    ("QH-205", "青禾九曲红茶", "一级", "罐（200克）", 12600, 100),
    ("QH-310", "青禾桂花窨茶", "二级", "罐（150克）", 8800, 60),
    ("QH-900", "定制礼盒及手提袋", "—", "套", 1850, 430),
]

PAYMENTS = [
    ("2026-03-13", "预付款30%", "QY20260313-0017"),
    ("2026-04-01", "发货前款60%", "QY20260401-0233"),
    ("", "质保尾款10%（因质量异议暂未支付）", ""),
]


def total_cents():
    return sum(price * quantity for *_, price, quantity in GOODS)


def yuan(cents):
    return f"{cents // 100:,}.{cents % 100:02}"


def shares():
    """The three instalments in cents; the last takes what rounding leaves."""
    total = total_cents()
    first, second = total * 30 // 100, total * 60 // 100
    return [first, second, total - first - second]
