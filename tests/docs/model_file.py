"""Model files for the documents: GGUF headers of known shapes, with holes where the weights would be.

What `paddock fit FILE.gguf` says of them is what it says of a real file of that shape and these types, as it
reads the header only.
"""
import struct

U32, TEXT = 4, 8
TYPES = {"F32": (0, 1, 4), "Q8_0": (8, 32, 34), "Q4_K": (12, 256, 144)}  # number, elements and bytes of a block
ALIGNMENT = 32

# Shapes as their makers published them.
SHAPES = {
    "qwen3-14b": dict(arch="qwen3", layers=40, width=5120, heads=40, kv_heads=8, ff=17408),
    "qwen3-32b": dict(arch="qwen3", layers=64, width=5120, heads=64, kv_heads=8, ff=25600),
    "qwen3-30b-a3b": dict(arch="qwen3moe", layers=48, width=2048, heads=32, kv_heads=4, ff=768, experts=128),
}
HEAD, VOCABULARY, TRAINED = 128, 151936, 131072


def text(value):
    return struct.pack("<Q", len(value)) + value.encode()


def entry(key, value):
    if isinstance(value, str):
        return text(key) + struct.pack("<I", TEXT) + text(value)
    return text(key) + struct.pack("<II", U32, value)


def tensors(shape, quantised):
    """(name, dimensions, type) of each."""
    width, experts = shape["width"], shape.get("experts")
    yield "token_embd.weight", (width, VOCABULARY), quantised
    yield "output_norm.weight", (width,), "F32"
    yield "output.weight", (width, VOCABULARY), quantised
    for layer in range(shape["layers"]):
        block = f"blk.{layer}."
        yield block + "attn_norm.weight", (width,), "F32"
        yield block + "attn_q.weight", (width, shape["heads"] * HEAD), quantised
        yield block + "attn_k.weight", (width, shape["kv_heads"] * HEAD), quantised
        yield block + "attn_v.weight", (width, shape["kv_heads"] * HEAD), quantised
        yield block + "attn_output.weight", (shape["heads"] * HEAD, width), quantised
        yield block + "ffn_norm.weight", (width,), "F32"
        if experts:
            yield block + "ffn_gate_inp.weight", (width, experts), "F32"
        for name, rows in ("gate", (width, shape["ff"])), ("up", (width, shape["ff"])), ("down", (shape["ff"], width)):
            yield block + f"ffn_{name}{'_exps' if experts else ''}.weight", rows + ((experts,) if experts else ()), quantised


def size(dimensions, kind):
    _, elements, length = TYPES[kind]
    count = 1
    for dimension in dimensions:
        count *= dimension
    return count // elements * length


def write_model(path, name, quantised):
    shape = SHAPES[name]
    arch = shape["arch"]
    keys = {"general.architecture": arch, f"{arch}.block_count": shape["layers"], f"{arch}.context_length": TRAINED,
            f"{arch}.embedding_length": shape["width"], f"{arch}.feed_forward_length": shape["ff"],
            f"{arch}.attention.head_count": shape["heads"], f"{arch}.attention.head_count_kv": shape["kv_heads"],
            f"{arch}.attention.key_length": HEAD, f"{arch}.attention.value_length": HEAD,
            f"{arch}.vocab_size": VOCABULARY}
    if "experts" in shape:
        keys |= {f"{arch}.expert_count": shape["experts"], f"{arch}.expert_used_count": 8,
                 f"{arch}.expert_feed_forward_length": shape["ff"]}
    infos, offset = b"", 0
    listed = list(tensors(shape, quantised))
    for tensor, dimensions, kind in listed:
        infos += text(tensor) + struct.pack(f"<I{len(dimensions)}QIQ", len(dimensions), *dimensions, TYPES[kind][0], offset)
        offset += -(-size(dimensions, kind) // ALIGNMENT) * ALIGNMENT
    head = b"GGUF" + struct.pack("<IQQ", 3, len(listed), len(keys)) + b"".join(entry(*pair) for pair in keys.items()) + infos
    with open(path, "wb") as file:
        file.write(head)
        file.truncate(-(-len(head) // ALIGNMENT) * ALIGNMENT + offset)
