#!/usr/bin/env python3
"""The keys of the configuration have the same names everywhere.

    check_keys.py ROOT              compares the schema, the example, the reference and the parser; also the
                                    defaults of schema and reference, and what the reference says has no effect
    check_keys.py --selftest ROOT   spoils each of them in turn; the comparison must notice

A key is written as its path from the top of the file, with `*` for names that the user chooses:
`models.*.timeouts.connect`. The four places:

- config/schema.json: `properties`, through `$ref`; entries of a list stand below `*`, too.
- config/example.yaml: the keys that it has, and those in lines that begin with `#:`.
- docs/configuration.md: the first column of tables headed `| Key |`, below the paths in the heading
  (`### `models.<id>.filters` and `peers.<id>.filters``; a heading without a path means the top of the file).
- src/config/*.cpp: the tables `constexpr Key<Draft> kTopKeys[] = {{"models", ...}, ...};`.

To add a table of keys: a line in TABLES. A key has no effect yet if its line in a table has no function, or if
its path is in one of the lists in UNUSED; exactly these are marked *No effect yet* in the reference.
"""
import json
import re
import sys
from pathlib import Path

import yaml

from documents import blocks_left_off, read

# Which mapping of the file each table of the parser describes.
TABLES = {
    "kTopKeys": [""],
    "kModelKeys": ["models.*"],
    "kCapabilitiesKeys": ["models.*.capabilities"],
    "kCompatKeys": ["models.*.compat"],
    "kFiltersKeys": ["models.*.filters", "peers.*.filters"],
    "kTimeoutsKeys": ["models.*.timeouts", "peers.*.timeouts"],
    "kHooksKeys": ["hooks"],
    "kOnStartupKeys": ["hooks.on_startup"],
    "kPerformanceKeys": ["performance"],
    "kKvCacheKeys": ["kvCache", "models.*.kvCache"],
    "kStoreKeys": ["store"],
    "kUiKeys": ["ui"],
    "kActivityKeys": ["ui.activity"],
    "kOllamaKeys": ["ollama"],
    "kUpstreamKeys": ["upstream"],
    "kApiKeyKeys": ["apiKeys.*"],
    "kCorsKeys": ["cors"],
    "kAdminKeys": ["admin"],
    "kPeerKeys": ["peers.*"],
    "kSelectorKeys": ["selectors.*"],
    "kSettingsKeys": ["selectors.*.settings"],
    "kProfileKeys": ["profiles.*"],
    "kRoutingKeys": ["routing"],
    "kRouterKeys": ["routing.router"],
    "kRouterSettings": ["routing.router.settings"],
    "kGroupKeys": ["routing.router.settings.groups.*", "groups.*"],
    "kMatrixKeys": ["routing.router.settings.matrix", "matrix"],
    "kSchedulerKeys": ["routing.scheduler"],
    "kSchedulerSettings": ["routing.scheduler.settings"],
    "kFifoKeys": ["routing.scheduler.settings.fifo"],
    "kFairKeys": ["routing.scheduler.settings.fair"],
}

# Lists of keys that the parser knows and nothing uses, and what their paths begin with.
UNUSED = {"kUnusedAtTop": ""}

DEAD = {"logRequests"}  # of old files; it never will have an effect

YOURS = {"defs"}  # in the schema for editors only: the user's own place


def join(path, key):
    return f"{path}.{key}" if path else key


def parent(path):
    return path.rpartition(".")[0]


class Schema:
    def __init__(self, text):
        self.root = json.loads(text)

    def resolve(self, node):
        while isinstance(node, dict) and "$ref" in node:
            target = self.root
            for part in node["$ref"].lstrip("#/").split("/"):
                target = target[part]
            node = target
        return node if isinstance(node, dict) else {}

    def keys(self, node=None, path=""):
        node = self.resolve(self.root if node is None else node)
        found = set()
        for key, value in node.get("properties", {}).items():
            if path or key not in YOURS:
                found |= {join(path, key)} | self.keys(value, join(path, key))
        for inner in self.below_star(node):
            found |= self.keys(inner, join(path, "*"))
        return found

    def below_star(self, node):
        """What stands behind names of the user's, or in a list."""
        found = [node["additionalProperties"]] if isinstance(node.get("additionalProperties"), dict) else []
        return found + [node["items"], *node["items"].get("anyOf", [])] if "items" in node else found

    def defaults(self, node=None, path=""):
        """(path, default as it is written) of the keys whose default is one word."""
        node = self.resolve(self.root if node is None else node)
        for key, value in node.get("properties", {}).items():
            default = value.get("default")
            if isinstance(default, (bool, int, str)) and default != "":
                yield join(path, key), str(default).lower() if isinstance(default, bool) else str(default)
            yield from self.defaults(value, join(path, key))
        if isinstance(node.get("additionalProperties"), dict):
            yield from self.defaults(node["additionalProperties"], join(path, "*"))

    def undescribed(self, node=None, path=""):
        """Keys without a text for the editor."""
        node = self.resolve(self.root if node is None else node)
        for key, value in node.get("properties", {}).items():
            if "description" not in value:
                yield join(path, key)
            yield from self.undescribed(value, join(path, key))
        for inner in self.below_star(node):
            yield from self.undescribed(inner, join(path, "*"))

    def keys_of(self, value, node=None, path=""):
        """The paths of a configuration's own keys, as far as the schema does not leave them to the user."""
        node = self.resolve(self.root if node is None else node)
        if isinstance(value, list):
            return set().union(*(self.keys_of(one, inner, join(path, "*"))
                                 for one in value for inner in self.below_star(node)))
        if not isinstance(value, dict):
            return set()
        found = set()
        for key, inner in value.items():
            if key in node.get("properties", {}):
                found |= {join(path, key)} | self.keys_of(inner, node["properties"][key], join(path, key))
            elif isinstance(node.get("additionalProperties"), dict):
                found |= self.keys_of(inner, node["additionalProperties"], join(path, "*"))
            elif node.get("additionalProperties") is False:
                found.add(join(path, str(key)))
        return found


def example_keys(text, schema):
    found = schema.keys_of(yaml.safe_load(text))
    for _, block in blocks_left_off(text):
        found |= schema.keys_of(yaml.safe_load(block))
    return found


def documented_rows(text):
    """(path, default, whether it is marked as without effect) of each key in each table."""
    paths, in_table = [""], False
    for line in re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL).splitlines():
        if line.startswith("#"):
            paths = [re.sub(r"<[^>]*>", "*", path) for path in re.findall(r"`([^`]*)`", line)] or [""]
        in_table = line.startswith("| Key |") or (in_table and line.startswith("|"))
        if in_table:
            cells = line.split("|")
            for key in re.findall(r"`([^`]+)`", cells[1]):
                for path in paths:
                    yield join(path, key), cells[3].strip().strip("`"), "no effect yet" in line.lower()


def documented_keys(text):
    found = {path for path, _, _ in documented_rows(text)}
    # What has a heading of its own is documented; the blocks around it need no line.
    for path in list(found):
        while parent(path):
            path = parent(path)
            found |= {path} if not path.endswith("*") else set()
    return found


def parser_tables(sources):
    """(name of the array, names of the keys, file) of each table."""
    pattern = re.compile(r"Key<[^;{}]*>\s+(k\w+)\s*\[[^\]]*\]\s*=?\s*\{(.*?)\};", re.DOTALL)
    for path, text in sources.items():
        text = re.sub(r"//[^\n]*", "", text)
        for found in pattern.finditer(text):
            yield found.group(1), set(re.findall(r'\{\s*"([^"]+)"', found.group(2))), path


def unused_keys(sources):
    found = set()
    for path, text in sources.items():
        text = re.sub(r"//[^\n]*", "", text)
        for name, body in re.findall(r"(k\w+)\s*\[\]\s*=\s*\{(.*?)\n\};", text, re.DOTALL):
            for mapping in TABLES.get(name, []):
                found |= {join(mapping, key) for key in re.findall(r'\{\s*"([^"]+)"\s*\}', body)}
            if name in UNUSED:
                found |= {join(UNUSED[name], key) for key in re.findall(r'"([^"]+)"', body)}
    return found


def inside(path, other):
    return path == other or path.startswith(other + ".")


def check_effects(marked, unused):
    for key in sorted(unused):
        if not any(inside(key, path) for path in marked):
            yield f"docs/configuration.md: the parser says that `{key}` has no effect yet, but it is not marked"
    for path in sorted(marked):
        if not any(inside(path, key) or inside(key, path) for key in unused):
            yield f"docs/configuration.md: `{path}` is marked as without effect, but the parser does not say so"


def check_tables(sources, wanted):
    mappings = {parent(path) for path in wanted if not path.endswith("*")}
    covered, seen = set(), {}
    for name, keys, path in parser_tables(sources):
        if name in seen:
            yield f"{path}: the table {name} has the name of one in {seen[name]}; give it its own"
        seen[name] = path
        if name not in TABLES:
            yield f"{path}: the table {name} is not known here; say in TABLES of {Path(__file__).name} what it describes"
        for mapping in TABLES.get(name, []):
            covered.add(mapping)
            expected = {key.rpartition(".")[2] for key in wanted if parent(key) == mapping}
            yield from differences(f"{path} ({name}, {mapping or 'top'})", keys, "config/schema.json", expected)
    for mapping in sorted(mappings - covered):
        yield f"{mapping or 'top'}: no table of the parser describes it; say in TABLES which does"


def differences(one, found, other, wanted):
    for key in sorted(wanted - found):
        yield f"{one}: `{key}` is missing ({other} has it)"
    for key in sorted(found - wanted):
        yield f"{one}: `{key}` is not in {other}"


def check(texts, sources):
    schema = Schema(texts["config/schema.json"])
    wanted = schema.keys()
    for key in schema.undescribed():
        yield f"config/schema.json: `{key}` has no description"
    yield from differences("config/example.yaml", example_keys(texts["config/example.yaml"], schema),
                           "config/schema.json", wanted)
    yield from differences("docs/configuration.md", documented_keys(texts["docs/configuration.md"]),
                           "config/schema.json", wanted)
    rows = list(documented_rows(texts["docs/configuration.md"]))
    documented = {path: default for path, default, _ in rows}
    for key, default in schema.defaults():
        if documented.get(key, default) != default:
            yield f"docs/configuration.md: `{key}` defaults to {documented[key]}, in config/schema.json to {default}"
    yield from check_effects({path for path, _, marked in rows if marked}, unused_keys(sources) - DEAD)
    yield from check_tables(sources, wanted)


def load(root):
    names = ["config/schema.json", "config/example.yaml", "docs/configuration.md"]
    sources = {f"src/config/{path.name}": path.read_text(encoding="utf-8")
               for path in sorted((Path(root) / "src/config").glob("*.[ch]*"))}
    return {name: read(root, name) for name in names}, sources


# (file, what is changed into what, what a finding must then say)
SPOILT = [
    ("config/schema.json", '"startPort"', '"startPrt"', "docs/configuration.md: `startPort` is not in"),
    ("config/schema.json", '"idleConn"', '"idle"', "config/example.yaml: `models.*.timeouts.idle` is missing"),
    ("config/schema.json", '"description": "Clients that', '"title": "Clients that', "`maxConnections` has no description"),
    ("config/example.yaml", "  evict_costs:", "  evict_cost:", "`routing.router.settings.matrix.evict_cost` is not in"),
    ("config/example.yaml", "#: logRequests", "# logRequests", "`logRequests` is missing"),
    ("config/example.yaml", "#:     apiKey:", "#:     apikey:", "`peers.*.apikey` is not in"),
    ("config/schema.json", '"default": 5800', '"default": 5801', "`startPort` defaults to 5800, in"),
    ("docs/configuration.md", "| `swap` |", "| swap |", "`groups.*.swap` is missing"),
    ("docs/configuration.md", "| `ignorePaths` |", "| `ignorePath` |", "`upstream.ignorePath` is not in"),
    ("src/config/parse.cpp", '{"maxConnections"', '{"maxClients"', "`maxClients` is not in"),
    ("src/config/parse.cpp", '{"startPort", &value<&Draft::start_port>}', '{"startPort"}', "`startPort` has no effect yet"),
    ("docs/configuration.md", "first port that `${PORT}` may become", "*no effect yet*", "`startPort` is marked"),
    ("src/config/parse.cpp", "kTopKeys", "kOtherKeys", "the table kOtherKeys is not known here"),
]


def selftest(root):
    texts, sources = load(root)
    wrong = 0
    for path, old, new, wanted in SPOILT:
        home = sources if path in sources else texts
        if old not in home[path]:
            print(f"selftest: {path} has no {old}")
            wrong += 1
            continue
        kept, home[path] = home[path], home[path].replace(old, new)
        if not any(wanted in finding for finding in check(texts, sources)):
            print(f"selftest: {old} -> {new} in {path} is not noticed")
            wrong += 1
        home[path] = kept
    print(f"{len(SPOILT)} spoilt files, {wrong} not noticed")
    return 1 if wrong else 0


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--selftest":
        return selftest(sys.argv[2])
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    texts, sources = load(sys.argv[1])
    findings = list(check(texts, sources))
    for finding in findings:
        print(finding)
    keys = len(Schema(texts["config/schema.json"]).keys())
    print(f"{keys} keys, {len(list(parser_tables(sources)))} tables, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
