#!/usr/bin/env python3
"""What Windows prints for `certutil -hashfile FILE SHA256`, and whether a person who follows the guides arrives at the values of
manifest-sha256.txt.

    python3 certutil.py PACKAGE-FOLDER [--altered MEMBER] [--demand]

The forms below are DOCUMENTED output, put together from what others have shown; none was recorded by us, and there is no
Windows here:

  * three lines, the digest in one run (Windows 10 and 11): New Relic's documentation, github.com/newrelic/docs-website/pull/17647
  * spaces between the octets (Windows 7 and 8): github.com/sagishahar-zz/lpeworkshop/issues/5; Monero's guide for Windows
    (monero-site, _i18n/en/resources/user-guides/verification-windows-beginner.md: "spaces can be ignored"), whose translations show
    the heading "SHA256 hash of file …:"
  * Chinese, one run: github.com/astral-sh/uv/issues/15579
  * Chinese, spaces and "哈希(文件 …):": shown in comments of programs that read it; no address that lasts
  * French, for a heading without the word "hash": github.com/raphw/maven-checksum-extension/issues/1
  * an empty file is refused, with error 1006: programs that read certutil's output test for this very line; its Chinese form is
    inferred from other refusals ("失败: 0x…")
  * "SHA-256" with a hyphen is refused: github.com/urbit/urbit-wallet-generator/issues/3
"""

import argparse
import hashlib
import pathlib
import re
import sys

EMPTY = hashlib.sha256(b"").hexdigest()
DONE = {
    "en": "CertUtil: -hashfile command completed successfully.",
    "zh": "CertUtil: -hashfile 命令成功完成。",
    "fr": "CertUtil: -hashfile La commande s’est terminée correctement.",
}
FORMS = {
    "Windows 10 and 11, English": ("SHA256 hash of {}:", False, DONE["en"]),
    "Windows 7 and 8, English": ("SHA256 hash of file {}:", True, DONE["en"]),
    "Windows 10 and 11, Chinese": ("SHA256 的 {} 哈希:", False, DONE["zh"]),
    "Windows 8, Chinese": ("SHA256 哈希(文件 {}):", False, DONE["zh"]),
    "Windows 7, Chinese": ("SHA256 哈希(文件 {}):", True, DONE["zh"]),
    "Windows 10 and 11, French": ("Hachage SHA256 de {} :", False, DONE["fr"]),
}
REFUSED = {
    "en": "CertUtil: -hashfile command FAILED: 0x800703ee (WIN32: 1006 ERROR_FILE_INVALID)\n"
    "CertUtil: The volume for a file has been externally altered so that the opened file is no longer valid.",
    "zh": "CertUtil: -hashfile 失败: 0x800703ee (WIN32: 1006 ERROR_FILE_INVALID)",
}


def certutil(form, name, octets):
    """What it prints for a file in one of the forms."""
    heading, spaced, done = FORMS[form]
    if not octets:
        return REFUSED["zh" if "Chinese" in form else "en"]
    digest = hashlib.sha256(octets).hexdigest()
    return "\n".join([heading.format(name.replace("/", "\\")), " ".join(re.findall("..", digest)) if spaced else digest, done])


def read_off(printed):
    """What a person reads off: the second line, spaces left out; of a refusal nothing."""
    lines = printed.split("\n")
    return None if "0x" in lines[0] else lines[1].replace(" ", "")


# What the words of a guide must tell such a person, in either language.
GUIDES = {"VERIFY.txt": r"^Windows: .*?(?=\n\n)", "核验说明.txt": r"^Windows：.*?(?=\n\n)"}
COMMAND = re.compile(r'certutil -hashfile ("?)(FILE|文件)\1 SHA256(?![\w-])')
MUST = {
    "the command, in the spelling that certutil takes": lambda words: COMMAND.search(words),
    "the list to compare with": lambda words: "manifest-sha256.txt" in words,
    "that certutil checks neither SM3 nor a time stamp": lambda words: "SM3" in words and ("time stamp" in words or "时间戳" in words),
}
SHOULD = {
    "which line holds the value": lambda words: "second line" in words or "第二行" in words,
    "where in the list it stands": lambda words: "begins" in words or "行首" in words,
    "that spaces do not count": lambda words: "spaces" in words or "空格" in words,
    "that names with spaces want quotation marks": lambda words: 'hashfile "' in words,
    "that an empty file is refused, and its value": lambda words: EMPTY in words.replace("\n", ""),
}


def follow(folder):
    """Members for which the value read off is not the one of the list, and those without a value."""
    wrong, without = set(), set()
    listed = [line.split("  ", 1) for line in (folder / "manifest-sha256.txt").read_text().splitlines()]
    for due, member in listed:
        octets = (folder / member).read_bytes()
        for form in FORMS:
            found = read_off(certutil(form, member, octets))
            if found is None:
                without.add(member)
                wrong |= {member} if due != EMPTY else set()
            elif found != due:
                wrong.add(member)
    return len(listed), wrong, without


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--altered")
    parser.add_argument("--demand", action="store_true", help="what a guide should say, it must")
    line = parser.parse_args()
    failed = []
    for name, paragraph in GUIDES.items():
        found = re.search(paragraph, (line.folder / name).read_text(), re.M | re.S)
        words = found.group(0) if found else ""
        failed += [f"{name} does not say {what}" for what, said in MUST.items() if not said(words)]
        unsaid = [what for what, said in SHOULD.items() if not said(words)]
        failed += [f"{name} does not say {what}" for what in unsaid if line.demand]
        if unsaid and not line.demand and not line.altered:
            print(f"     {name} leaves unsaid: {'; '.join(unsaid)}")
    count, wrong, without = follow(line.folder)
    if wrong != ({line.altered} if line.altered else set()):
        failed.append(f"differing from manifest-sha256.txt: {sorted(wrong) or 'nothing'}")
    for one in failed:
        print(f"FAIL {one}", file=sys.stderr)
    if not failed:
        outcome = f"only {line.altered} differs" if line.altered else f"as listed; refused because empty: {len(without)}"
        print(f"ok   certutil in {len(FORMS)} documented forms: {count} members, {outcome}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
