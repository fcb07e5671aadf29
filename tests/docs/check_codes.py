#!/usr/bin/env python3
"""docs/troubleshooting.md names what paddock says when something fails, and nothing else.

    check_codes.py ROOT
    check_codes.py --selftest ROOT     a list with a code too few and one too many; both must be noticed

- The rows of each table whose first column is headed `Code`, `Class` or `Verdict` are held against the sources,
  both ways.
- In tables whose first column is headed `Says`, each `text in code` there is a part of what the program says;
  `...` in it stands for anything.
"""
import os
import re
import sys

from documents import read

DOCUMENT = "docs/troubleshooting.md"
WORD = r'"([a-z]+(?:_[a-z]+)*)"'

# (where, pattern): how an answer gets its code. What a group finds may hold several, as with `? :`.
CODES = [
    (("src",), r"\bcode = ([^;{]*\"[^;]*);"),
    (("src",), r"\b(?:client_error|api_error|refusal)\(\s*[^,()]+(?:\.[^,()]+)?,\s*(" + WORD + ")"),
    (("src/http/error.cpp",), r"return \{\d+, (" + WORD + r"), "),
    (("src/http",), r"constexpr const char\* k\w+ = (\"upstream_\w+\");"),
]


def sources(root, places):
    for place in places:
        path = os.path.join(root, place)
        for folder, _, names in os.walk(path) if os.path.isdir(path) else [(os.path.dirname(path), [], [place])]:
            for name in names:
                full = os.path.join(folder, os.path.basename(name))
                if full.endswith((".cpp", ".h")):
                    yield read(root, os.path.relpath(full, root))


def codes(root):
    found = set()
    for places, pattern in CODES:
        for text in sources(root, places):
            for match in re.finditer(pattern, text):
                found.update(re.findall(WORD, match.group(1)))
    return found


def words_of_function(text, head):
    """What a function whose text begins with head returns."""
    return set(re.findall(r"return " + WORD, text[text.index(head):].split("\n}\n")[0]))


def expected(root):
    return {
        "Code": codes(root),
        "Class": words_of_function(read(root, "src/process/failure.cpp"), "const char* class_name("),
        "Verdict": words_of_function(read(root, "src/fit/verdict.cpp"), "const char* name_of(Word word)"),
    }


def tables(text):
    """(heading of the part, head of the first column, [first cells]) of each table."""
    part, rows = "", []
    for line in text.splitlines() + [""]:
        if line.startswith("|"):
            rows.append(line.strip("| ").split(" | ")[0].strip())
            continue
        if rows:
            yield part, rows[0], rows[2:]
            rows = []
        if line.startswith("## "):
            part = line[3:]


def spoken(root):
    """All texts in the sources, without what parts them: what a program may say."""
    text = "\n".join(sources(root, ("src",)))
    text = re.sub(r'"\s*\n\s*"', "", text)
    return re.sub(r'\\"', '"', text)


def missing_texts(cells, said):
    for cell in cells:
        for quoted in re.findall(r"`([^`]+)`", cell):
            pieces = [piece.strip() for piece in quoted.split("...") if piece.strip()]
            if not all(piece in said for piece in pieces):
                yield quoted


def check(root, text):
    """Sentences about what is wrong."""
    want, listed, said = expected(root), {}, spoken(root)
    for part, head, cells in tables(text):
        if head in want:
            listed.setdefault(head, []).extend(name for cell in cells for name in re.findall(r"`(\w+)`", cell))
        elif head == "Says":
            yield from (f"{part}: no source says `{quoted}`" for quoted in missing_texts(cells, said))
    for head, names in want.items():
        has = listed.get(head, [])
        yield from (f"{head} {name} is not in {DOCUMENT}" for name in sorted(names - set(has)))
        yield from (f"{head} {name} is in {DOCUMENT} and in no source" for name in sorted(set(has) - names))
        yield from (f"{head} {name} is listed twice" for name in sorted({name for name in has if has.count(name) > 1}))


def selftest(root):
    text = read(root, DOCUMENT)
    spoilt = text.replace("| `queue_full`", "| `queue_empty`").replace("| `bad_flag`", "| `exit`")
    spoilt = spoilt.replace("`is not on PATH`", "`is in no PATH`")
    found = list(check(root, spoilt))
    print("\n".join(found))
    wanted = ["Code queue_full is not", "Code queue_empty is in", "Class bad_flag is not", "Class exit is listed twice",
              "What paddock check says: no source says `is in no PATH`"]
    return 0 if all(any(line.startswith(start) for line in found) for start in wanted) else 1


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--selftest":
        return selftest(sys.argv[2])
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    root = sys.argv[1]
    wrong = list(check(root, read(root, DOCUMENT)))
    print("\n".join(wrong))
    counts = ", ".join(f"{len(names)} of {head}" for head, names in expected(root).items())
    print(f"{counts}; {len(wrong)} wrong")
    return 1 if wrong or any(len(names) < 8 for names in expected(root).values()) else 0


if __name__ == "__main__":
    sys.exit(main())
