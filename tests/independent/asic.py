"""ASiC manifests (docs/format/asic-and-tokens.md#the-xml)."""

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

from container import is_allowed

SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"


class Malformed(ValueError):
    """No such manifest."""


def references(data):
    """The name of the token, and the members referenced with the SHA-256 stated of each."""
    if b"<!DOCTYPE" in data:
        raise Malformed("document type")
    try:
        data.decode("utf-8")
        top = ElementTree.fromstring(data)
    except (ElementTree.ParseError, UnicodeDecodeError, ValueError, LookupError) as error:
        raise Malformed(str(error)) from None
    if local(top) != "ASiCManifest":
        raise Malformed("root")
    tokens = [member(one) for one in top if local(one) == "SigReference"]
    listed = [(member(one), stated(one)) for one in top if local(one) == "DataObjectReference"]
    if len(tokens) != 1 or len(listed) + 1 != len(top):
        raise Malformed("references")
    return tokens[0], listed


def local(element):
    return element.tag.rpartition("}")[2]


def member(element):
    uri = element.get("URI")
    if uri is None or re.search(r"%(?![0-9A-Fa-f]{2})", uri):
        raise Malformed("URI")
    try:
        name = unquote_to_bytes(uri).decode()
    except UnicodeDecodeError:
        raise Malformed("URI") from None
    if not is_allowed(name):
        raise Malformed("URI")
    return name


def stated(element):
    methods = [one for one in element if local(one) == "DigestMethod"]
    values = [one for one in element if local(one) == "DigestValue"]
    if len(methods) != 1 or len(values) != 1 or methods[0].get("Algorithm") != SHA256:
        raise Malformed("digest")
    try:
        value = base64.b64decode("".join((values[0].text or "").split()), validate=True)
    except binascii.Error:
        raise Malformed("digest") from None
    if len(value) != 32:
        raise Malformed("digest")
    return value
