#!/usr/bin/env python3
"""What docs/moving.md promises to those who come from elsewhere is there.

    check_moving.py ROOT
    check_moving.py --selftest ROOT    spoils the document; the check must notice

Columns headed `Key`, `Address` and `paddock` hold what paddock knows. Whatever stands in them in backticks must be

- an address, with or without its method: in src/api/openapi.json, or, for those that talk to models, a text in
  src/api or src/http. `<id>` and `{id}` stand for any name;
- `paddock`, a command of docs/commands.md and its arguments, or one of paddock's own flags;
- a key of config/schema.json: by its whole path under `Key`, elsewhere its end is enough.

Flags, variables in capitals and file names are not looked at.
"""
import json
import re
import sys
from pathlib import Path

from check_keys import Schema
from documents import read

DOCUMENT = "docs/moving.md"
METHODS = "GET|POST|PUT|DELETE"
OTHERS = r"-|[A-Z]{3}|\d"  # how flags, variables and hosts begin


def cells(line):
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def claims(text):
    """(line, heading of the column, what stands in backticks)."""
    header = None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("|"):
            header = None
        elif header is None:
            header = cells(line)
        else:
            for column, cell in zip(header, cells(line)):
                if column in ("Key", "Address", "paddock"):
                    yield from ((number, column, claim) for claim in re.findall(r"`([^`]+)`", cell))


def general(path):
    return re.sub(r"<[^>]*>|\{[^}]*\}", "*", path)


class Known:
    def __init__(self, root):
        self.routes = {(method.upper(), general(path)) for path, verbs in
                       json.loads(read(root, "src/api/openapi.json"))["paths"].items() for method in verbs}
        sources = [path for folder in ("src/api", "src/http") for path in sorted((Path(root) / folder).glob("*.cpp"))]
        self.texts = {text for path in sources for text in re.findall(r'"(/[^"]*)"', path.read_text(encoding="utf-8"))}
        self.keys = Schema(read(root, "config/schema.json")).keys()
        self.commands = set(re.findall(r"`([a-z-]+)`", "".join(
            line.split("|")[1] for line in read(root, "docs/commands.md").splitlines() if line.startswith("| [`"))))

    def address(self, claim):
        method, path = re.fullmatch(rf"(?:({METHODS}) )?(/\S*)", claim).groups()
        path = general(path)
        verbs = {verb for verb, route in self.routes if route == path}
        if verbs:
            return method is None or method in verbs
        # Of what takes any path behind it, the source has the beginning.
        return path in self.texts or ("*" in path and path.split("*")[0] in self.texts)

    def command(self, claim):
        word = claim.split()[1]
        return word in self.commands or word in ("--config", "--listen")

    def key(self, claim, whole):
        path = general(claim.split(":")[0])
        return path in self.keys or (not whole and any(key.endswith("." + path) for key in self.keys))

    def knows(self, column, claim):
        if re.match(rf"(({METHODS}) )?/", claim):
            return self.address(claim)
        if claim.startswith("paddock "):
            return self.command(claim)
        return bool(re.match(OTHERS, claim)) or self.key(claim, column == "Key")


def check(text, known):
    found = list(claims(text))
    for number, column, claim in found:
        if not known.knows(column, claim):
            yield f"{DOCUMENT}:{number}: paddock does not know `{claim}` ({column})"
    for column in {"Key", "Address", "paddock"} - {column for _, column, _ in found}:
        yield f"{DOCUMENT}: no table has a column headed {column} any more"


SPOILT = [("`models.<id>.cmdStop`", "`models.<id>.cmdstop`"), ("`groups`, `matrix`", "`groups`, `matrixes`"),
          ("`GET /running`", "`GET /runing`"), ("`PUT /api/profiles/active`", "`POST /api/profiles/active`"),
          ("`/upstream/<model>/<path>`", "`/upstreams/<model>/<path>`"), ("`/infill`", "`/infil`"),
          ("`paddock bench NAME`", "`paddock measure NAME`"), ("| `queueLimit`", "| `queueLimits`"),
          ("`POST /api/models/<id>/load`", "`POST /models/<id>/load`"), ("| Address |", "| Addresses |")]


def selftest(text, known):
    missed = [old for old, new in SPOILT if old not in text or not list(check(text.replace(old, new), known))]
    for old in missed:
        print(f"selftest: nothing is found where {old} is spoilt")
    print(f"{len(SPOILT)} spoilt documents, {len(missed)} not noticed")
    return 1 if missed else 0


def main():
    if len(sys.argv) not in (2, 3) or (len(sys.argv) == 3 and sys.argv[1] != "--selftest"):
        print(__doc__)
        return 2
    text, known = read(sys.argv[-1], DOCUMENT), Known(sys.argv[-1])
    if len(sys.argv) == 3:
        return selftest(text, known)
    findings = list(check(text, known))
    for finding in findings:
        print(finding)
    print(f"{len(list(claims(text)))} claims, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
