# expect: no_result
# A frame whose dict has 20,000 int keys with one hash: filling it takes the square of that.
import os
import struct

MODULUS = (1 << 61) - 1


def iou(boxes, target):
    def number(value):
        size = value.bit_length() // 8 + 1
        return b"i" + struct.pack("<I", size) + value.to_bytes(size, "little")

    count = 20_000
    value = (
        b"d"
        + struct.pack("<I", count)
        + b"".join(number(k * MODULUS) + b"N" for k in range(1, count + 1))
    )
    item = b"t" + struct.pack("<I", 2) + b"s\x07\0\0\0yielded" + value
    body = (
        b"d"
        + struct.pack("<I", 2)
        + b"s\x03\0\0\0say"
        + b"s\x04\0\0\0item"
        + b"s\x04\0\0\0item"
        + b"b"
        + struct.pack("<I", len(item))
        + item
    )
    data = memoryview(struct.pack("<I", len(body)) + body)
    while data:
        data = data[os.write(3, data) :]
    os._exit(0)
