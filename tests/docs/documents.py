"""What the checks of this folder share: the files of config/ and what stands in them."""
import os
import re

import yaml

OFF = "#:"  # begins the lines of keys that config/example.yaml leaves off


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def blocks_left_off(text):
    """(line, text) of each run of lines that begin with `#:`, without the mark: a file of its own."""
    lines, block, begin = text.splitlines(), [], 0
    for number, line in enumerate(lines + [""], 1):
        if line.startswith(OFF):
            begin = begin if block else number
            block.append(line[len(OFF):][1:])
        elif block:
            yield begin, "\n".join(block) + "\n"
            block = []


def examples(root):
    """(name, value) of every configuration in config/; a block that is left off counts as one."""
    for name in sorted(os.listdir(os.path.join(root, "config"))):
        if name.endswith(".yaml"):
            text = read(root, f"config/{name}")
            yield f"config/{name}", yaml.safe_load(text)
            for line, block in blocks_left_off(text):
                yield f"config/{name}:{line}", yaml.safe_load(block)


def with_block(example, block):
    """The whole file as it is with a block switched on: what the block has is added; routing is replaced,
    because its forms exclude each other."""
    merged = dict(example)
    if {"groups", "matrix", "routing"} & set(block):
        merged.pop("routing", None)
    for key, value in block.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = {**merged[key], **value} if both else value
    return merged


def fences(text):
    """(line, language, text) of each fenced block; the line is that of the first line inside."""
    for found in re.finditer(r"^```([^\n]*)\n(.*?)^```[ \t]*$", text, re.MULTILINE | re.DOTALL):
        yield text.count("\n", 0, found.start(2)) + 1, found.group(1).strip(), found.group(2)


def documents(root):
    """Every text for people: README.md, CONTRIBUTING.md, docs/**/*.md."""
    names = ["README.md", "CONTRIBUTING.md"]
    for folder, _, files in os.walk(os.path.join(root, "docs")):
        names += [os.path.relpath(os.path.join(folder, name), root) for name in files if name.endswith(".md")]
    return sorted(names)
