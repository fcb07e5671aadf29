"""Writes all-MiniLM-L6-v2, an embedding model, as a GGUF out of the files in which it is published: model.safetensors,
config.json and vocab.txt. Matrices become f16, as llama.cpp's own converter would make them.

Usage: embedding_gguf.py FILE FOLDER
"""

import json
import re
import sys
from pathlib import Path

import gguf
import numpy as np

# What stands before `.weight` or `.bias`, there and in a GGUF.
NAMES = {
    "embeddings.word_embeddings": "token_embd",
    "embeddings.position_embeddings": "position_embd",
    "embeddings.token_type_embeddings": "token_types",
    "embeddings.LayerNorm": "token_embd_norm",
    "attention.self.query": "attn_q",
    "attention.self.key": "attn_k",
    "attention.self.value": "attn_v",
    "attention.output.dense": "attn_output",
    "attention.output.LayerNorm": "attn_output_norm",
    "intermediate.dense": "ffn_up",
    "output.dense": "ffn_down",
    "output.LayerNorm": "layer_output_norm",
}
SPECIAL = {"[PAD]": "pad", "[UNK]": "unk", "[CLS]": "bos", "[SEP]": "sep", "[MASK]": "mask"}


def tensors(path):
    """Names and arrays of a file of safetensors: a length, a JSON head, then the numbers."""
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    for name, entry in json.loads(data[8:8 + size]).items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        begin, end = (8 + size + offset for offset in entry["data_offsets"])
        yield name, np.frombuffer(data[begin:end], dtype=np.float32).reshape(entry["shape"])


def name_of(name):
    layer = re.match(r"encoder\.layer\.(\d+)\.(.*)\.(\w+)$", name)
    prefix, part, kind = (f"blk.{layer[1]}.", layer[2], layer[3]) if layer else ("", *name.rsplit(".", 1))
    return f"{prefix}{NAMES[part]}.{kind}" if part in NAMES else None


def add_vocabulary(out, words):
    """Word pieces: what begins a word is marked, instead of what goes on."""
    def piece(word):
        if word in SPECIAL:
            return word
        return word[2:] if word.startswith("##") else "\u2581" + word

    out.add_tokenizer_model("bert")
    out.add_token_list([piece(word) for word in words])
    out.add_token_types([3 if word in SPECIAL else 1 for word in words])
    out.add_token_type_count(2)
    for word, name in SPECIAL.items():
        getattr(out, f"add_{name}_token_id")(words.index(word))


def convert(target, folder):
    config = json.loads((folder / "config.json").read_text())
    out = gguf.GGUFWriter(target, "bert")
    out.add_name("all-MiniLM-L6-v2")
    out.add_block_count(config["num_hidden_layers"])
    out.add_context_length(config["max_position_embeddings"])
    out.add_embedding_length(config["hidden_size"])
    out.add_feed_forward_length(config["intermediate_size"])
    out.add_head_count(config["num_attention_heads"])
    out.add_layer_norm_eps(config["layer_norm_eps"])
    out.add_causal_attention(False)
    out.add_pooling_type(gguf.PoolingType.MEAN)
    add_vocabulary(out, (folder / "vocab.txt").read_text().split("\n")[:config["vocab_size"]])
    for name, array in tensors(folder / "model.safetensors"):
        if (new := name_of(name)) is not None:
            is_matrix = array.ndim > 1 and not new.startswith(("position_embd", "token_types"))
            out.add_tensor(new, array.astype(np.float16) if is_matrix else array)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


if __name__ == "__main__":
    convert(sys.argv[1], Path(sys.argv[2]))
