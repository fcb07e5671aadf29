#!/usr/bin/env python3
"""Checks the rules that the compiler does not know: which module may use which, and where libraries may appear.

    check_layering.py ROOT              checks include/paddock and src below ROOT
    check_layering.py --selftest BAD    every file below BAD says in its first line which rule it breaks
                                        (`// breaks: RULE`); the check must find exactly that

The table is that of docs/architecture.md. To add a module: a line in USES. Uses only what Python 3.9 brings.
"""
import os
import re
import sys

ANY = None
USES = {
    "base": set(),
    "client": {"base"},
    "commands": {"base", "client"},
    "keeper": {"base"},
    "logs": {"base"},
    "feed": {"base"},
    "gpu": {"base"},
    "fit": {"base"},
    "machine": {"base"},
    "engine": {"base"},
    "gguf": {"base"},
    "sqlite": {"base"},
    "footprints": {"base", "sqlite"},
    "prefetch": {"base", "engine", "gguf"},
    "ollama": {"base"},
    "matrix": {"base"},
    "page": {"base"},
    "metrics": {"base", "machine"},
    "store": {"base", "metrics", "sqlite"},
    "config": {"base", "engine", "matrix"},
    "scheduler": {"base", "matrix"},
    "process": {"base", "keeper", "logs"},
    "vram": {"base", "gpu", "machine", "process"},
    "kvcache": {"base", "process"},
    "router": {"base", "scheduler", "process", "logs"},
    "http": {"base", "config", "metrics", "ollama", "router", "logs"},
    "api": {"base", "config", "engine", "feed", "fit", "gpu", "http", "machine", "metrics", "ollama", "router", "logs", "vram", "store", "page"},
    "sim": {"base"},
    "app": ANY,
}

# (rule, pattern of the included name, whether a file may include it, where it is at home)
LIBRARIES = [
    ("yaml-cpp", r"yaml-cpp/", lambda path: path == "src/config/yaml_tree.cpp", "src/config/yaml_tree.cpp"),
    ("re2", r"re2/", lambda path: path == "src/base/pattern.cpp", "src/base/pattern.cpp"),
    ("simdjson", r"simdjson", lambda path: path.startswith("src/http/"), "src/http"),
    ("beast", r"boost/beast", lambda path: path.startswith("src/http/"), "src/http"),
    ("sqlite", r"sqlite3", lambda path: path.startswith("src/sqlite/"), "src/sqlite"),
    ("nlohmann", r"nlohmann/", lambda path: not path.startswith("include/"), "sources, never faces"),
]

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.MULTILINE)


class Finding:
    def __init__(self, rule, path, line, text):
        self.rule, self.path, self.line, self.text = rule, path, line, text

    def __str__(self):
        return f"{self.path}:{self.line}: {self.text} [{self.rule}]"


def module_of(path):
    parts = path.split("/")
    if parts[0] == "include":
        return parts[2] if len(parts) > 3 else None
    return parts[1] if len(parts) > 2 else "app"  # src/main.cpp


def blank_out(text):
    """Comments and the contents of literals become blanks, so that only code is left and lines stay."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<!\w)\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)


def check_include(root, path, line, quote, name):
    module = module_of(path)
    face = re.match(r"paddock/(\w+)/", name)
    if face:
        other = face.group(1)
        allowed = USES.get(module, set())
        if other not in USES:
            yield Finding("modules", path, line, f"there is no module {other}")
        elif other != module and allowed is not ANY and other not in allowed:
            yield Finding("modules", path, line, f"{module} may not use {other} ({name})")
    elif quote == '"':
        # The module's own folder is on its include path; its files lie nowhere else.
        homes = [f"src/{module}/{name}", f"{os.path.dirname(path)}/{name}"]
        inside = [os.path.normpath(home).startswith(f"src/{module}/") for home in homes]
        there = [os.path.exists(os.path.join(root, home)) for home in homes]
        if not any(a and b for a, b in zip(inside, there)):
            yield Finding("private", path, line, f'"{name}" is neither a face nor a header of {module}')
    for rule, pattern, permitted, home in LIBRARIES:
        if re.match(pattern, name) and not permitted(path):
            yield Finding(rule, path, line, f"<{name}> belongs to {home}")


def co_await_expressions(code):
    """(offset, text) from each co_await to the end of its full expression."""
    for found in re.finditer(r"\bco_await\b", code):
        depth = 0
        for end in range(found.end(), len(code)):
            char = code[end]
            depth += char in "([{"
            depth -= char in ")]}"
            if depth < 0 or (depth == 0 and char in ";,"):
                break
        yield found.start(), code[found.end():end]


def without_plain_lambdas(text):
    """Removes the bodies of lambdas that capture nothing: these are harmless."""
    while True:
        found = re.search(r"\[\s*\]\s*(\([^()]*\))?[^{};]*\{", text)
        if not found:
            return text
        depth, end = 1, found.end()
        while depth and end < len(text):
            depth += text[end] == "{"
            depth -= text[end] == "}"
            end += 1
        text = text[:found.start()] + " " + text[end:]


def check_co_await(path, code):
    """GCC 12.2 destroys such temporaries twice: a double free at run time, and no warning."""
    for offset, text in co_await_expressions(code):
        text = without_plain_lambdas(text)
        capturing = re.search(r"(?:^|[(,={&|?:])\s*\[[^\]\[]+\]\s*[({mn]", text)
        if capturing or "{" in text:
            what = "a capturing lambda" if capturing else "a braced temporary"
            line = code.count("\n", 0, offset) + 1
            yield Finding("co_await", path, line, f"{what} inside a co_await expression; name it on the line before")


def check_await_conditions(path, code):
    """GCC 12.2 may put an awaited condition before the coroutine frame's own fields: wrong parameters, no warning."""
    for found in re.finditer(r"\b(?:if|while)\s*\(", code):
        depth, end = 1, found.end()
        while depth and end < len(code):
            depth += code[end] == "("
            depth -= code[end] == ")"
            end += 1
        if "co_await" in code[found.end():end]:
            line = code.count("\n", 0, found.start()) + 1
            yield Finding("await_condition", path, line, "co_await inside a condition; name its result on the line before")


def check_file(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        text = file.read()
    if module_of(path) not in USES:
        yield Finding("modules", path, 1, "this folder is no module of the table in tests/layering")
        return
    for found in INCLUDE.finditer(text):
        line = text.count("\n", 0, found.start(1)) + 1
        yield from check_include(root, path, line, found.group(1), found.group(2))
    code = blank_out(text)
    yield from check_co_await(path, code)
    yield from check_await_conditions(path, code)


def sources(root):
    for top in ("include/paddock", "src"):
        for folder, _, names in os.walk(os.path.join(root, top)):
            for name in sorted(names):
                if name.endswith((".h", ".cpp")):
                    yield os.path.relpath(os.path.join(folder, name), root)


def check(root):
    return [finding for path in sources(root) for finding in check_file(root, path)]


def selftest(root):
    wanted, found = {}, {}
    for path in sources(root):
        with open(os.path.join(root, path), encoding="utf-8") as file:
            claim = re.match(r"// breaks: (\S+)", file.readline())
        wanted[path] = claim.group(1) if claim else "nothing"
        rules = {finding.rule for finding in check_file(root, path)}
        found[path] = " ".join(sorted(rules)) or "nothing"
    wrong = [path for path in wanted if wanted[path] != found[path]]
    for path in wrong:
        print(f"{path}: should break {wanted[path]}, found {found[path]}")
    broken = {rule for rule in wanted.values() if rule != "nothing"}
    missing = {"modules", "private", "co_await", "await_condition"} | {library[0] for library in LIBRARIES}
    missing -= broken
    if missing:
        print(f"no fixture breaks {', '.join(sorted(missing))}")
    print(f"{len(wanted)} fixtures, {len(wrong)} wrong")
    return 1 if wrong or missing else 0


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--selftest":
        return selftest(sys.argv[2])
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    findings = check(sys.argv[1])
    for finding in findings:
        print(finding)
    print(f"{sum(1 for _ in sources(sys.argv[1]))} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
