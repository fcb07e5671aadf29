"""What several of the client tests send, and what they expect for it."""

import hashlib
import struct
import zlib

# What parrot_gguf.py teaches.
TEXT = "Polly wants a cracker."
AFTER_TOOL = "Sunny in Paris!"

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
QUESTION = [{"role": "user", "content": "How is the weather in Paris?"}]
HELLO = [{"role": "user", "content": "Hello."}]


def picture(side=64):
    """A PNG with noise, so that it is some thousand bytes long."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"".join(hashlib.sha256(bytes([i])).digest() for i in range(-(-side * 3 // 32)))[:side * 3]
    rows = b"".join(b"\0" + row[i % 7:] + row[:i % 7] for i in range(side))
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 0)) + chunk(b"IEND", b"")


def described(content, kind="image/png"):
    """What fake_engine.py answers when it was shown this."""
    return [{"kind": kind, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}]
