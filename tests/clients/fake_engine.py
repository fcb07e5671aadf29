"""A model server that tells what reached it and waits for leave to go on. For what a real engine of this size
cannot do (see pictures) or cannot be told to do (stop between two pieces).

  POST any path   answers as a chat would. The text is a JSON list: the kind, length and SHA-256 of each
                  data URL in the messages. With `"stream": true` and a last message "story" it is STORY,
                  and each piece waits for a release.
  GET /release    lets one piece go
  GET /reset      takes back what was released and not used
  GET /report     {"left": how many clients left a story}
  GET /die        ends this process, as a crash would

With a FIFO it does nothing until somebody has written into that; "die" makes it fail instead.

Usage: fake_engine.py PORT [FIFO]
"""

import base64
import hashlib
import json
import os
import select
import signal
import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

STORY = ["Once", " upon", " a", " time", "."]
released, release = os.pipe()
report = {"left": 0}


def data_urls(value):
    """Every data URL in a JSON value, wherever an API puts it; Anthropic's form of a picture is made one."""
    if isinstance(value, dict):
        if value.get("type") == "base64":
            return [f"data:{value['media_type']};base64,{value['data']}"]
        return [url for member in value.values() for url in data_urls(member)]
    if isinstance(value, list):
        return [url for member in value for url in data_urls(member)]
    return [value] if isinstance(value, str) and value.startswith("data:") else []


def describe(url):
    kind, text = url.removeprefix("data:").split(";base64,")
    content = base64.b64decode(text, validate=True)
    return {"kind": kind, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


class OpenAiForm:
    """How a stream of /v1/chat/completions looks."""

    def __init__(self, chunk, model):
        self.chunk = chunk
        self.model = model

    def begin(self):
        pass

    def piece(self, text):
        self.event({"content": text}, None)

    def end(self):
        self.event({}, "stop")
        self.chunk(b"data: [DONE]\n\n")

    def event(self, delta, finish):
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        value = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": self.model, "choices": [choice]}
        self.chunk(f"data: {json.dumps(value)}\n\n".encode())


class AnthropicForm:
    """How a stream of /v1/messages looks."""

    def __init__(self, chunk):
        self.chunk = chunk

    def begin(self):
        message = {"id": "1", "type": "message", "role": "assistant", "model": "eye", "content": [],
                   "stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 0}}
        self.event({"type": "message_start", "message": message})
        self.event({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}})

    def piece(self, text):
        self.event({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}})

    def end(self):
        self.event({"type": "content_block_stop", "index": 0})
        delta = {"stop_reason": "end_turn", "stop_sequence": None}
        self.event({"type": "message_delta", "delta": delta, "usage": {"output_tokens": 5}})
        self.event({"type": "message_stop"})

    def event(self, value):
        self.chunk(f"event: {value['type']}\ndata: {json.dumps(value)}\n\n".encode())


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/release":
            os.write(release, b".")
        if self.path == "/die":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.path == "/reset":
            while select.select([released], [], [], 0)[0]:
                os.read(released, 1)
        self.answer(report)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text = json.dumps([describe(url) for url in data_urls(body)])
        if not body.get("stream"):
            message = {"role": "assistant", "content": text}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
            self.answer({"id": "1", "object": "chat.completion", "created": 1, "model": body["model"],
                         "choices": [choice], "usage": usage})
        else:
            story = body["messages"][-1]["content"] == "story"
            self.stream(body["model"], STORY if story else [text], story)

    def stream(self, model, pieces, waits):
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        form = AnthropicForm(self.chunk) if self.path == "/v1/messages" else OpenAiForm(self.chunk, model)
        form.begin()
        for piece in pieces:
            if waits and not self.may_go_on():
                report["left"] += 1
                return
            form.piece(piece)
        form.end()
        self.wfile.write(b"0\r\n\r\n")

    def may_go_on(self):
        """True when a piece was released, false when the client has left."""
        ready, _, _ = select.select([released, self.connection], [], [])
        if self.connection in ready:
            return False
        os.read(released, 1)
        return True

    def chunk(self, data):
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")


class Server(ThreadingHTTPServer):
    daemon_threads = True
    address_family = socket.AF_INET

    def server_bind(self):
        # The base class looks its own name up, which may take long where there is no name server.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = self.server_address


def wait_for_leave(fifo):
    with open(fifo, encoding="utf-8") as leave:
        if leave.read() == "die":
            sys.exit("error: failed to load the model on purpose")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        wait_for_leave(sys.argv[2])
    Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
