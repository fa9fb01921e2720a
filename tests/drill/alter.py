#!/usr/bin/env python3
"""One octet of a file of evidence altered by someone careful: the zip's own check sums are put right again.

    python3 alter.py PACKAGE OUT

Prints the member. Members are stored (docs/format/package.md), so their octets stand in the package as they are.
"""

import struct
import sys
import zipfile
import zlib


def main():
    package, out = sys.argv[1:]
    with zipfile.ZipFile(package) as container:
        evidence = [one for one in container.infolist() if one.filename.startswith("evidence/")]
        largest = max(evidence, key=lambda one: one.file_size)
        content = container.read(largest)
    octets = bytearray(open(package, "rb").read())
    begin = largest.header_offset + 30 + sum(struct.unpack_from("<2H", octets, largest.header_offset + 26))
    if octets[begin : begin + len(content)] != content:
        sys.exit(f"{largest.filename} is not stored")
    octets[begin + len(content) // 2] ^= 1
    old = struct.pack("<L", largest.CRC)
    new = struct.pack("<L", zlib.crc32(octets[begin : begin + len(content)]))
    entry = octets.index(largest.filename.encode(), begin + len(content)) - 46
    while octets[entry : entry + 4] != b"PK\1\2":
        entry = octets.index(largest.filename.encode(), entry + 47) - 46
    for at in (largest.header_offset + 14, entry + 16):
        if octets[at : at + 4] != old:
            sys.exit("the CRC-32 is not where it belongs")
        octets[at : at + 4] = new
    with open(out, "wb") as file:
        file.write(octets)
    print(largest.filename)


if __name__ == "__main__":
    main()
