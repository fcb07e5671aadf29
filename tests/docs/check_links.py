#!/usr/bin/env python3
"""Links inside the repository lead somewhere: files exist, headings too. Every document is in the index.

    check_links.py ROOT

Headings are named as GitHub does it: lower case, only letters, digits, `_`, `-` and blanks, which become `-`.
"""
import os
import re
import sys

from documents import documents, read


def without_fences(text):
    return re.sub(r"^```.*?^```", lambda block: "\n" * block.group().count("\n"), text, flags=re.MULTILINE | re.DOTALL)


def anchors(text):
    names = set()
    for heading in re.findall(r"^#+ +(.+)$", without_fences(text), re.MULTILINE):
        name = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        number, first = 1, name
        while name in names:
            name, number = f"{first}-{number}", number + 1
        names.add(name)
    return names


def check(root):
    """(place, trouble, or None if the link is good)"""
    for name in documents(root):
        text = without_fences(read(root, name))
        for found in re.finditer(r"\]\(([^)\s]+)\)", text):
            target, _, anchor = found.group(1).partition("#")
            if re.match(r"\w+:", target):
                continue
            path = os.path.normpath(os.path.join(os.path.dirname(name), target)) if target else name
            place = f"{name}:{text.count(chr(10), 0, found.start()) + 1}"
            if not os.path.exists(os.path.join(root, path)):
                yield place, f"there is no {path}"
            elif anchor and anchor not in anchors(read(root, path)):
                yield place, f"{path} has no heading #{anchor}"
            else:
                yield place, None


INDEX = "docs/README.md"


def check_index(root):
    """As check(): each document that lies beside the index is linked in it."""
    linked = set(re.findall(r"\]\(([^)#\s]+)", read(root, INDEX)))
    for name in documents(root):
        folder, _, file = name.rpartition("/")
        if folder == "docs" and name != INDEX:
            yield name, None if file in linked else f"is not in {INDEX}"


def main():
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    links = [*check(sys.argv[1]), *check_index(sys.argv[1])]
    broken = [(place, trouble) for place, trouble in links if trouble]
    for place, trouble in broken:
        print(f"{place}: {trouble}")
    print(f"{len(links)} links and documents, {len(broken)} wrong")
    return 1 if broken or not links else 0


if __name__ == "__main__":
    sys.exit(main())
