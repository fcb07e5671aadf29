#!/usr/bin/env python3
"""What the documents show works: their configurations load, their command lines run.

    check_blocks.py ROOT PADDOCK
    check_blocks.py --selftest ROOT PADDOCK     documents with mistakes in them; each must be noticed

Configurations: every ```yaml block, every file in config/, and config/example.yaml once more with each block
that it leaves off switched on. `paddock check` must find no error. Each ${env.NAME} in them is set.

Blocks of other programs are marked `foreign` behind their language (```yaml foreign, ```json foreign); these and
those in `yml`, `python` are read, not loaded. In a document that shows a configuration, the models and the
addresses in a foreign block must go with it.

Command lines: every line of a ```sh block, with those before it in the same document, in a folder that looks
like the top of a clone (build/release/paddock, config/). A yaml block whose first line is `# NAME.yaml` lies
there under that name, a ```json NAME block as well, and the files of MODEL_FILES. Port 8080 is another one, with a daemon behind it that runs config/demo.yaml with
admin.config_write, and
PADDOCK_HOST names it; a line that starts a daemon is stopped once it answers, unless it ends in `&`: that one
is asked by what follows in the document, in place of the other. What is not run stands in NOT_RUN, with the
reason.

Answers: a ```text output block behind a ```sh block is all that its last line prints, standard error included.
`...` stands for anything, also for several lines where it is a line. Behind a line that is meant to fail it is
```text output, exit code 1.
"""
import ast
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import yaml

from documents import blocks_left_off, documents, examples, fences, read, with_block
from model_file import write_model

# (pattern of the line, why it is not run here)
NOT_RUN = [
    (r"^scripts/quickstart\.sh", "installs packages and builds; the fresh part of scripts/test.sh runs it"),
    (r"^scripts/test\.sh", "runs this test"),
    (r"^scripts/package\.sh|^mkdir paddock$|^tar -xzf build/packages/|^paddock/bin/paddock",
     "makes and unpacks packages; the packages part of scripts/test.sh does"),
    (r"^sudo|^systemctl|^paddock check /etc/", "changes this machine; the packages part of scripts/test.sh has one for it"),
    (r"^cmake ", "builds everything; scripts/test.sh does the same"),
    (r"^(docker|buildah|cd docker|cp config\.example|git pull)\b", "builds or starts images; tests/images does"),
    (r"^paddock fit model\S*\.gguf", "needs a model's file; tests/unit/app writes one"),
    (r"^curl .*/(logs/stream|api/events)", "never ends; the integration tests read it"),
]

MODEL_FILES = [("qwen3-14b-q8.gguf", "qwen3-14b", "Q8_0"), ("qwen3-32b-q4.gguf", "qwen3-32b", "Q4_K"),
               ("qwen3-30b-a3b-q8.gguf", "qwen3-30b-a3b", "Q8_0")]

LIMIT = 30  # seconds for one command line, and for a daemon to answer
PORT = "8080"
USERS_FILE = "models: {my-model: {cmd: 'llama-server --port ${PORT}'}}\n"  # config.yaml, until a document shows one


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


class Clone:
    """A folder that looks like the top of a clone in which paddock was built."""

    def __init__(self, root, paddock):
        self.folder = tempfile.mkdtemp(prefix="paddock-docs-")
        self.port = free_port()
        os.makedirs(self.path("build/release"))
        os.makedirs(self.path("bin"))
        os.symlink(os.path.abspath(paddock), self.path("build/release/paddock"))
        os.symlink(os.path.abspath(paddock), self.path("bin/paddock"))
        os.symlink(os.path.join(os.path.abspath(root), "config"), self.path("config"))
        # A refused request must count, and a hanging one end.
        self.write("page.png", "the bytes of a picture")
        self.write("bin/curl", f'#!/bin/sh\nexec {shutil.which("curl")} -sS --fail-with-body --max-time {LIMIT} "$@"\n')
        os.chmod(self.path("bin/curl"), 0o755)
        for name, shape, quantised in MODEL_FILES:
            write_model(self.path(name), shape, quantised)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def environment(self, *texts):
        names = {name for text in texts for name in re.findall(r"\$\{env\.(\w+)\}", text)}
        kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        path = self.path("bin") + os.pathsep + kept.get("PATH", "")
        return {**kept, **{name: f"value-of-{name}" for name in names}, "PATH": path}

    def run(self, command, environment, answer=None):
        """None, or what went wrong. `answer` is what the document says that it prints."""
        try:
            done = subprocess.run(command, cwd=self.folder, env=environment, timeout=LIMIT, text=True, errors="replace",
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        except subprocess.TimeoutExpired:
            return f"still runs after {LIMIT} s"
        if done.returncode != (answer.code if answer else 0):
            return f"exit code {done.returncode}\n{done.stdout}"
        return answer.trouble(done.stdout) if answer else None

    def loads(self, text):
        self.write("block.yaml", text)
        trouble = self.run(["paddock", "check", "--config", "block.yaml"], self.environment(text))
        return trouble and re.sub(r"(?m)^\S*block\.yaml:.*: warning: .*\n", "", trouble)


class Answer:
    """What a document says that a command line prints, and ends with."""

    def __init__(self, language, text):
        code = re.fullmatch(r"text output, exit code (\d+)", language)
        self.code, self.text = int(code.group(1)) if code else 0, text

    @staticmethod
    def behind(fence):
        return Answer(*fence[1:]) if fence and fence[1].startswith("text output") else None

    def trouble(self, said):
        pattern = re.escape(self.text).replace(re.escape("...") + "\\\n", "(?:.*\n)*?").replace(re.escape("..."), ".*?")
        return None if re.fullmatch(pattern, said) else f"the document shows\n{self.text}it prints\n{said}"


class Daemon:
    """A daemon at the port: it must answer soon, and end by SIGTERM with exit code 0. Gone when it is left."""

    def __init__(self, clone, command, port, environment):
        self.command, self.port = command, port
        self.log = tempfile.TemporaryFile(mode="w+", errors="replace")
        self.process = subprocess.Popen(command, cwd=clone.folder, env=environment, stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=subprocess.STDOUT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def said(self):
        self.log.seek(0)
        return self.log.read()

    def answers(self):
        try:
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            return opener.open(f"http://127.0.0.1:{self.port}/health", timeout=5).status == 200
        except (urllib.error.URLError, OSError):
            return False

    def trouble_at_start(self):
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.answers():
                return None
            time.sleep(0.02)  # between two questions; the deadline ends them
        return f"does not answer at port {self.port}\n{self.said()}"

    def trouble_at_end(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            return f"does not end by SIGTERM\n{self.said()}"
        return None if code == 0 else f"exit code {code}\n{self.said()}"


def configurations(root):
    """(place, text) of everything that must load."""
    for name in documents(root):
        for line, language, text in fences(read(root, name)):
            if language == "yaml":
                yield f"{name}:{line}", text
    example = read(root, "config/example.yaml")
    for line, block in blocks_left_off(example):
        merged = with_block(yaml.safe_load(example), yaml.safe_load(block))
        yield f"config/example.yaml:{line} switched on", yaml.safe_dump(merged, sort_keys=False, allow_unicode=True)
    for name, _ in examples(root):
        if ":" not in name:
            yield name, read(root, name)


# Where programs keep names of models.
MODEL_KEYS = {"default", "titleModel", "model", "small_model", "DEFAULT_MODELS", "TASK_MODEL_EXTERNAL"}


def members(value):
    """(key, value) of everything in it, however deep."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield key, inner
        yield from members(inner)


def models_named(value):
    for key, inner in members(value):
        if key in MODEL_KEYS:
            yield from inner if isinstance(inner, list) else [str(inner).removeprefix("paddock/")]
        elif key == "models" and isinstance(inner, dict) and all(isinstance(each, dict) for each in inner.values()):
            yield from inner


def contradiction(value, names):
    """None, or what does not go with the configuration whose models have these names."""
    unknown = [name for name in models_named(value) if name not in names]
    urls = [str(text) for _, text in members(value) if re.match(r"http://", str(text))]
    astray = [url for url in urls if not re.fullmatch(rf"http://[\w.]+:{PORT}/v1", url)]
    return f"no such models or addresses here: {unknown + astray}" if unknown or astray else None


def names_in(text):
    """Ids and aliases in all configurations that a document shows."""
    shown = [yaml.safe_load(block) or {} for _, language, block in fences(text) if language == "yaml"]
    models = {id: model for config in shown for id, model in config.get("models", {}).items()}
    return set(models) | {alias for model in models.values() for alias in model.get("aliases", [])}


READERS = {"yaml foreign": lambda text: list(yaml.safe_load_all(text)), "json foreign": json.loads,
           "yml": lambda text: list(yaml.safe_load_all(text)), "python": ast.parse}


def read_foreign(root, report):
    for name in documents(root):
        text = read(root, name)
        names = names_in(text) if " foreign\n" in text else set()
        for line, language, block in fences(text):
            if language not in READERS:
                continue
            try:
                value = READERS[language](block)
            except (ValueError, SyntaxError, yaml.YAMLError) as error:
                report.add(f"{name}:{line}", "cannot be read", str(error))
                continue
            held = "foreign" in language and names
            report.add(f"{name}:{line}", "contradicts the document", contradiction(value, names) if held else None)


def command_lines(text):
    """(offset of the line, command) of a shell block: lines that end in a backslash go on in the next."""
    lines, begin, command = text.splitlines(), 0, ""
    for number, line in enumerate(lines):
        begin = begin if command else number
        command += line + "\n"
        if line.endswith("\\"):
            continue
        bare = re.sub(r"(^|\s+)#.*", "", command).strip() if "'" not in command else command.strip()
        if bare:
            yield begin, bare
        command = ""


def starts_daemon(command):
    return re.match(r"(build/release/)?paddock\b(?!.*\b(check|matrix|plan|fit|status|load|unload|logs|queue|top|chat|bench|reload|health|sim-server)\b)(?!.*--(help|version))", command)


class Shell:
    """Where the lines of one document run. Left, the daemons that they started are gone."""

    def __init__(self, clone):
        self.clone, self.port, self.left_running, self.daemons = clone, clone.port, [], contextlib.ExitStack()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.daemons.close()

    def environment(self):
        return {**self.clone.environment(), "PADDOCK_HOST": f"http://127.0.0.1:{self.port}"}

    def run(self, command, answer):
        if starts_daemon(command):
            return self.run_daemon(command)
        command = command.replace(PORT, self.port)
        return self.clone.run(["bash", "-euo", "pipefail", "-c", command], self.environment(), answer)

    def run_daemon(self, command):
        port, stays = free_port(), command.endswith("&")
        environment = {**self.environment(), "PADDOCK_LISTEN": f"127.0.0.1:{port}"}
        # exec, so that the signal reaches it.
        line = ["bash", "-c", "exec " + command.rstrip("& ").replace(PORT, port)]
        daemon = self.daemons.enter_context(Daemon(self.clone, line, port, environment))
        trouble = daemon.trouble_at_start()
        if trouble or not stays:
            return trouble or daemon.trouble_at_end()
        self.port = port
        self.left_running.append(daemon)
        return None

    def trouble_at_end(self):
        return "\n".join(filter(None, (daemon.trouble_at_end() for daemon in self.left_running))) or None


class Report:
    def __init__(self):
        self.done, self.failed = 0, {}  # by place

    def add(self, place, what, trouble):
        self.done += 1
        if trouble:
            self.failed[place] = f"{what}\n{trouble.strip()}".replace("\n", "\n  ")


def run_documents(root, clone, report, used):
    for name in documents(root):
        clone.write("config.yaml", USERS_FILE)
        with Shell(clone) as shell:
            run_document(name, list(fences(read(root, name))), shell, report, used)
            if shell.left_running:
                report.add(name, "what it started ends", shell.trouble_at_end())


def run_document(name, blocks, shell, report, used):
    for (line, language, text), behind in zip(blocks, blocks[1:] + [None]):
        named = re.match(r"# (\S+\.ya?ml)\n", text) if language == "yaml" else re.fullmatch(r"json (\S+)", language)
        if named:
            shell.clone.write(named.group(1), text)
        commands = list(command_lines(text)) if language in ("sh", "bash") else []
        for number, (offset, command) in enumerate(commands, 1):
            reasons = [entry for entry in NOT_RUN if re.search(entry[0], command)]
            used.update(reasons)
            if not reasons:
                answer = Answer.behind(behind) if number == len(commands) else None
                report.add(f"{name}:{line + offset}", command, shell.run(command, answer))


def run(root, paddock):
    report, used = Report(), set()
    with Clone(root, paddock) as clone:
        for place, text in configurations(root):
            report.add(place, "does not load", clone.loads(text))
        read_foreign(root, report)
        # The documents also show what must be switched on first.
        clone.write("demo.yaml", read(root, "config/demo.yaml") + "\nadmin: {config_write: true}\n")
        listen = ["build/release/paddock", "--config", "demo.yaml", "--listen", f"127.0.0.1:{clone.port}"]
        with Daemon(clone, listen, clone.port, clone.environment()) as demo:
            report.add("config/demo.yaml", "is served", demo.trouble_at_start())
            run_documents(root, clone, report, used)
            report.add("config/demo.yaml", "ends", demo.trouble_at_end())
    for pattern, _ in [entry for entry in NOT_RUN if entry not in used]:
        report.add("NOT_RUN", pattern, "no document has such a line; remove it")
    return report


SPOILT = """# Mistakes
```yaml
models: {a: {cmd: x, ttl: soon}}
```
```yaml
models: {a: {cmd: 'x ${env.SET} ${PORT}'}} # good
```
```sh
true # good
curl http://127.0.0.1:8080/health
curl http://127.0.0.1:8080/no/such/address
paddock check --config nowhere.yaml
paddock --config nowhere.yaml
```
```yaml foreign
small_model: a
baseURL: http://127.0.0.1:8080/v1
```
```yaml foreign
small_model: b
```
```json foreign
{"baseURL": "http://127.0.0.1:8081/v1"}
```
```json foreign
{"a": 1,}
```
```sh
seq 9
```
```text output
1
...
9
```
```sh
seq 9
```
```text output
1
...
8
```
```sh
false
```
```text output, exit code 1
```
```sh
true
```
```text output, exit code 1
```
```json gpus.json
{"gpus": []}
```
```sh
paddock --config config/demo.yaml --gpu-source file:gpus.json &
paddock load sim-small
paddock load no-such
```
"""
MISTAKES = {f"README.md:{line}" for line in (3, 11, 12, 13, 20, 23, 26, 37, 50, 60)} | {"NOT_RUN"}


def selftest(root, paddock):
    with tempfile.TemporaryDirectory(prefix="paddock-docs-") as folder:
        os.symlink(os.path.join(os.path.abspath(root), "config"), os.path.join(folder, "config"))
        for name, text in ("README.md", SPOILT), ("CONTRIBUTING.md", ""):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        found = {place for place in run(folder, paddock).failed if not place.startswith("config/")}
    print(f"found mistakes at {sorted(found)}, wanted {sorted(MISTAKES)}")
    return 0 if found == MISTAKES else 1


def main():
    if len(sys.argv) == 4 and sys.argv[1] == "--selftest":
        return selftest(*sys.argv[2:])
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    report = run(*sys.argv[1:])
    for place, trouble in report.failed.items():
        print(f"{place}: {trouble}")
    for pattern, reason in NOT_RUN:
        print(f"not run: {pattern} ({reason})")
    print(f"{report.done} blocks and lines, {len(report.failed)} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
