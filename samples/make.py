#!/usr/bin/env python3
"""Makes everything in case-shop/ and sha256sums.txt anew.

Needs Debian's python3, ffmpeg, fontconfig, fonts-noto-cjk and fonts-hanazono, and nothing else. The same versions of these give the same
bytes; another ffmpeg may give other bytes in the picture, the screenshot and the video.
"""

import hashlib
import os
import pathlib
import shutil
import time

from making import invoice, letters, pictures, sheet, word

HERE = pathlib.Path(__file__).resolve().parent
CASE = HERE / "case-shop"


def put(name, content):
    path = CASE / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def make():
    pictures.fonts_are_there()
    put("01-合同/茶叶买卖合同.docx", word.contract())
    put("01-合同/𠮷田合同（补充）.txt", letters.supplement())
    put("02-报价与付款/价目表.xlsx", sheet.price_list())
    put("02-报价与付款/商业发票.pdf", invoice.invoice())
    put("02-报价与付款/付款明细.csv", sheet.payments())
    put("03-往来/2026-04-03 质量异议.eml", letters.complaint(sheet.payments()))
    put("03-往来/聊天记录.txt", letters.chat())
    put("03-往来/备份/聊天记录（副本）.txt", letters.chat())
    photograph, raw = pictures.photograph()
    put("04-现场/IMG_20260402_101533.jpg", photograph)
    put("04-现场/网店页面截图.png", pictures.screenshot())
    pictures.video(raw, CASE / "04-现场/开箱.mp4")
    put("04-现场/验收单（未填写）.txt", b"")


def list_digests():
    """For `sha256sum -c` in this folder."""
    files = sorted((path for path in CASE.rglob("*") if path.is_file()), key=lambda path: os.fsencode(path))
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(HERE)}\n" for path in files]
    (HERE / "sha256sums.txt").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    begun = time.monotonic()
    shutil.rmtree(CASE, ignore_errors=True)
    make()
    list_digests()
    print(f"{time.monotonic() - begun:.0f} s")
