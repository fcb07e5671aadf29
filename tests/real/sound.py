"""A sound, and the form that carries it to a whisper-server."""

import io
import math
import struct
import uuid
import wave


def sine_wave():
    """One second of a tone, as a WAV file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(b"".join(struct.pack("<h", int(9000 * math.sin(i / 9))) for i in range(16000)))
    return out.getvalue()


def form(fields, sound, file_first=False):
    """A multipart body with these fields and the sound behind (or before) them, and its content type."""
    mark = uuid.uuid4().hex
    parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
             for name, value in fields.items()]
    file = (f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n'
            'Content-Type: audio/wav\r\n\r\n').encode() + sound + b"\r\n"
    parts.insert(0 if file_first else len(parts), file)
    return b"".join(parts) + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"
