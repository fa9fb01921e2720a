"""Texts: the mail with its attachment, the chat, the supplement with a rare character in its name."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from . import story

CHAT = [
    ("2026-04-02 10:12:08", story.BUYER_PERSON, "周经理，货刚到仓库，外箱有水渍，我们先拍照再签收。"),
    ("2026-04-02 10:13:41", story.SELLER_PERSON, "好的，麻烦拍清楚一点，外箱四面和封口都拍一下。"),
    ("2026-04-02 10:15:33", story.BUYER_PERSON, "[图片] IMG_20260402_101533.jpg"),
    ("2026-04-02 10:21:50", story.BUYER_PERSON, "[视频] 开箱.mp4（4秒）"),
    ("2026-04-02 10:24:17", story.SELLER_PERSON, "收到了。内包装有没有湿？"),
    ("2026-04-02 10:31:02", story.BUYER_PERSON, "开了5箱，3箱内盒受潮，明前那批有霉味。其余先不动，等你们来人。"),
    ("2026-04-02 11:02:45", story.SELLER_PERSON, "我向公司汇报，今天之内答复。"),
    ("2026-04-02 17:48:19", story.SELLER_PERSON, "公司意见：运输途中淋雨，属于承运人责任，请先付尾款🙏"),
    ("2026-04-02 17:55:06", story.BUYER_PERSON, "合同第三条写明由你们送达，运输风险不在我们。明天发正式邮件。"),
    ("2026-04-03 09:30:12", "𠮷田健一", "我昨天也在场，可以作证。"),
]


def chat():
    head = [
        "聊天记录导出",
        story.MARK,
        f"会话：{story.BUYER_PERSON}、{story.SELLER_PERSON}、{story.THIRD_PERSON}（群聊，3人）",
        "导出时间：2026-04-03 09:40:00 (UTC+8)",
        "",
    ]
    body = [f"{time} {who}\n{what}\n" for time, who, what in CHAT]
    return ("\n".join(head) + "\n" + "\n".join(body)).encode()


def supplement():
    return f"""补充协议
{story.MARK}

{story.SELLER}（甲方）与{story.BUYER}（乙方）就2026年3月12日签订的《茶叶买卖合同》（编号QH-CY-2026-0312）补充约定如下：

一、乙方指定{story.THIRD_PERSON}先生为收货联系人，负责到货清点与拍照。
二、定制礼盒按双方确认的样稿印制，“青禾里”三字用朱砂色，右下角加注制作人姓名“吴㛃”。
三、本补充协议自双方授权代表确认之日起生效。

二〇二六年三月十五日
甲方：{story.SELLER_PERSON}　乙方：{story.BUYER_PERSON}
""".encode()


def complaint(attachment):
    """A mail as a mail program stores it (RFC 5322, RFC 2047, RFC 2045); `attachment` is the payments' CSV."""
    mail = EmailMessage(policy=SMTP)
    mail["Return-Path"] = "<shenruoxi@chengyuan.example>"
    mail["Received"] = (
        "from mail.chengyuan.example (mail.chengyuan.example [192.0.2.25]) by mx.qingheli.example with ESMTPS"
        " id 4VN7kq2Xz9; Fri, 03 Apr 2026 09:52:31 +0800"
    )
    mail["Date"] = "Fri, 03 Apr 2026 09:52:27 +0800"
    mail["From"] = Address(story.BUYER_PERSON, "shenruoxi", "chengyuan.example")
    mail["To"] = Address(story.SELLER_PERSON, "zhouyanqiu", "qingheli.example")
    mail["Cc"] = Address(story.THIRD_PERSON, "yoshida", "chengyuan.example")
    mail["Subject"] = "关于QH-CY-2026-0312合同项下茶叶受潮霉变的质量异议"
    mail["Message-ID"] = "<20260403095227.7F31@chengyuan.example>"
    mail.set_content(
        f"""{story.SELLER_PERSON}经理：

贵司4月2日送达我司3号库的茶叶共43箱，开箱抽检5箱，其中3箱内盒受潮，
QH-101“青禾明前绿茶”有明显霉味。依合同第五条，现正式提出质量异议：

1. 请于4月8日前派员到场共同清点，未开箱货物我司保持原状；
2. 受潮部分要求退货并退还相应价款；
3. 质保尾款在争议解决前暂不支付，付款明细见附件。

现场照片、视频及聊天记录均已保留原始载体。

{story.BUYER}
{story.BUYER_PERSON}
2026年4月3日

{story.MARK}
"""
    )
    mail.add_attachment(attachment, maintype="text", subtype="csv", filename="付款明细.csv")
    mail.set_boundary("=_qingheli_sample_1")
    return mail.as_bytes()
