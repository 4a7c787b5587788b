"""Model files with changed contents and checksums that agree."""

import re
import struct

__all__ = ["crc32c", "forged", "parts"]


def crc32c(data):
    total = 0xFFFFFFFF
    for byte in data:
        total ^= byte
        for _ in range(8):
            total = total >> 1 ^ (0x82F63B78 if total & 1 else 0)
    return total ^ 0xFFFFFFFF


def forged(header, tensors):
    """A file of this header text with a checksum that agrees; CRC is replaced by it."""
    text = header.encode()
    text += b" " * (-(8 + len(text)) % 64)
    head = struct.pack("<Q", len(text)) + text
    return head.replace(b"CRC_HERE", b"%08x" % crc32c(head.replace(b"CRC_HERE", b"0" * 8)), 1) + tensors


def parts(data):
    length = struct.unpack("<Q", data[:8])[0]
    header = data[8 : 8 + length].decode().rstrip()
    return re.sub(r'("crc32c":")\w{8}', r"\1CRC_HERE", header, count=1), data[8 + length :]
