"""Data that are XML, or may be: what was stamped, and what is handed in."""

import random


def documents():
    """Names, what was stamped, and what is handed in."""
    plain = "<a xmlns='urn:a' b='1'>x<!-- y -->页<c/></a>".encode()
    for what, one in {
        "a document as it is": plain,
        "a document written otherwise": (
            "<?xml version='1.0'?>\n<a\n b = \"1\" xmlns='urn:a'>x<!-- y -->&#x9875;<c></c></a>\n".encode()
        ),
        "a document that names another encoding": b"<?xml version='1.0' encoding='GB18030'?>"
        + b"<a xmlns='urn:a' b='1'>x&#x9875;<c/></a>",
        "another comment": plain.replace(b"y", b"z"),
        "other text": plain.replace(b"x", b"z"),
        "another attribute": plain.replace(b"'1'", b"'2'"),
        "a document in GB18030": b"<?xml version='1.0' encoding='GB18030'?>" + plain.decode().encode("gb18030"),
        "a document that names Latin-1": b"<?xml version='1.0' encoding='ISO-8859-1'?>" + plain,
        "a document with a mark": b"\xef\xbb\xbf" + plain,
        "a document after white space": b" \n" + plain,
        "a document in UTF-16": plain.decode().encode("utf-16"),
        "a document with a type": b"<!DOCTYPE a>" + plain,
        "a document that is none": plain[:-1],
        "octets that are no UTF-8": plain + b"\xff",
        "text with a sign": b"x" + plain,
        "a document of 65 equals signs": plain.replace(b"x", b"=" * 65),
    }.items():
        yield what, plain, one
    for what, one in {
        "namespaces": (
            b"<p:a xmlns:q='urn:p' xmlns:p='urn:p' xmlns=''><q:b q:c='1' p:d='2' xml:lang='zh'/>"
            b"<b xmlns='urn:b'><b xmlns=''/></b></p:a>"
        ),
        "a namespace declared again": b"<p:a xmlns:p='urn:p'><p:b xmlns:p='urn:p'><p:c xmlns:p='urn:q'/></p:b></p:a>",
        "a namespace by references": b"<p:a xmlns:p='urn:&#x70;&amp;'/>",
        "attributes in order": b"<a b:z='1' a:z='2' z='3' a='4' xmlns:a='urn:z' xmlns:b='urn:a' xml:id='i'/>",
        "line ends": b"<a b='1\r\n2\r3\n4&#13;&#10;5'>\r\n\rx&#13;\n&amp;\r\n<![CDATA[\r\n]]>\r</a>\r\n",
        "a reference before a line end": b"<a>&amp;\r</a>",
        "a reference before two line ends": b"<a>&#13;\r\n\r</a>",
        "a reference behind a line end": b"<a>\r&amp;</a>",
        "instructions": b"<?a\r\nb?><?c d  ?><a><?e?><?f   g?></a><?h?>\n<!-- i --><?j?>",
        "a declaration with a line end": b"<?xml\nversion='1.0'?><a/>",
        "a declaration with a tab": b"<?xml\tversion='1.0'?><a/>",
        "base and others above": b"<a xml:base='x'><b xml:base='y' xml:id='1' xml:x='2'/></a>",
        "characters beyond": "<a b='𠮷'>&#x20BB7;\u2028\x85\x7f</a>".encode(),
        "a long text": b"<a>" + b"x\r\n" * 10000 + b"</a>",
        "255 levels": b"<a>" * 255 + b"</a>" * 255,
        "256 levels": b"<a>" * 256 + b"</a>" * 256,
        "257 levels": b"<a>" * 257 + b"</a>" * 257,
        "a prefix that is not declared": b"<p:a/>",
        "an attribute twice": b"<a xmlns:p='urn:x' xmlns:q='urn:x' p:b='' q:b=''/>",
        "a prefix taken back": b"<p:a xmlns:p='urn:x'><b xmlns:p=''/></p:a>",
        "xml declared": b"<a xmlns:xml='http://www.w3.org/XML/1998/namespace'/>",
        "xml declared otherwise": b"<a xmlns:xml='urn:x'/>",
        "two colons": b"<a:b:c xmlns:a='urn:x'/>",
        "a sign that is none": b"<a>\x01</a>",
        "a reference to a sign that is none": b"<a>&#1;</a>",
        "an end of CDATA": b"<a>]]></a>",
        "two strokes": b"<a><!-- -- --></a>",
        "less in an attribute": b"<a b='<'/>",
        "version 1.1": b"<?xml version='1.1'?><a/>",
        "an instruction xml": b"<a><?xml b?></a>",
        "an instruction XML": b"<a><?XML b?></a>",
    }.items():
        yield what, one, one


PIECES = ("x", "页\r\n", " ", "\n\t", "&amp;", "&#13;", "&#xA;", "]", '"')
PIECES += ("<![CDATA[<&>\r\n]]>", "<!-- c\r\n -->", "<?p  q ?>", "<?r?>")
VALUES = ("", "1", "a&quot;b", "&#9;&#10;&#13;", "x\r\ny\tz", "&lt;&amp;>", "页'")
SPACES = ("urn:a", "urn:b", "urn:&#99;&amp;", "http://d.example/")


def drawn(count, seed=1):
    """Documents drawn at random: prefixes declared, declared again and taken back, attributes of every kind."""
    dice = random.Random(seed)
    return [(around(dice) + node(dice, {}, 0) + around(dice)).encode() for _ in range(count)]


def around(dice):
    return "".join(dice.choice(("", "\n", "<!-- a -->", "<?b c?>")) for _ in range(2))


def node(dice, scope, depth):
    """An element; `scope` has the namespaces of prefixes as they are written."""
    declared = {prefix: dice.choice(SPACES) for prefix in ("", "p", "q", "r") if dice.random() < 0.3}
    if dice.random() < 0.2:
        declared[""] = ""
    scope = scope | declared
    prefixes = [prefix for prefix in scope if prefix]
    parts = [f"xmlns{':' if prefix else ''}{prefix}='{space}'" for prefix, space in declared.items()]
    spaces = {}
    for name in dice.sample("abcd", dice.randrange(4)):
        prefix = dice.choice(["", *prefixes])
        if spaces.setdefault((scope.get(prefix) if prefix else "", name), prefix) == prefix:
            parts.append(f"{prefix}{':' if prefix else ''}{name}='{dice.choice(VALUES).replace(chr(39), '&apos;')}'")
    parts += [f"xml:{name}='{dice.choice(('zh', 'x y'))}'" for name in ("lang", "id") if dice.random() < 0.2]
    dice.shuffle(parts)
    prefix = dice.choice(["", *prefixes])
    name = f"{prefix}{':' if prefix else ''}{dice.choice('efg')}"
    children = dice.randrange(5) if depth < 5 else 0
    held = "".join(node(dice, scope, depth + 1) if dice.random() < 0.5 else dice.choice(PIECES) for _ in range(children))
    start = " ".join([name, *parts])
    return f"<{start}>{held}</{name}>" if held or dice.random() < 0.5 else f"<{start} />"
