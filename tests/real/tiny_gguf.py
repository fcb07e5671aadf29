"""Writes a llama-shaped GGUF with random weights: a real file for a real engine, half a megabyte, loaded in
milliseconds. Its text is noise; tests look at structure, usage and timings only.

Usage: tiny_gguf.py FILE NAME SEED
"""

import sys

import gguf
import numpy as np

WIDTH = 64
LAYERS = 2
HEADS = 4
INNER = 128
CONTEXT = 2048

TEMPLATE = (
    "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)


def vocabulary():
    """Three control tokens, one for each byte, and letters with a blank in front: 288 in all."""
    kinds = gguf.TokenType
    words = [("<unk>", kinds.UNKNOWN), ("<s>", kinds.CONTROL), ("</s>", kinds.CONTROL)]
    words += [(f"<0x{byte:02X}>", kinds.BYTE) for byte in range(256)]
    words += [("\u2581" + chr(ord("a") + i), kinds.NORMAL) for i in range(26)]
    words += [(mark, kinds.NORMAL) for mark in ("\u2581", ".", ",")]
    return words


def add_tokenizer(writer):
    words = vocabulary()
    writer.add_tokenizer_model("llama")
    writer.add_token_list([word for word, _ in words])
    writer.add_token_scores([-float(i) for i in range(len(words))])
    writer.add_token_types([kind for _, kind in words])
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_chat_template(TEMPLATE)
    return len(words)


def add_shape(writer, name, words):
    writer.add_name(name)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(words)


def add_weights(writer, words, seed):
    random = np.random.default_rng(seed)

    def weight(name, *shape):
        writer.add_tensor(name, (random.standard_normal(shape) * 0.2).astype(np.float32))

    def ones(name):
        writer.add_tensor(name, np.ones(WIDTH, dtype=np.float32))

    weight("token_embd.weight", words, WIDTH)
    weight("output.weight", words, WIDTH)
    ones("output_norm.weight")
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        ones(block + "attn_norm.weight")
        ones(block + "ffn_norm.weight")
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            weight(block + part + ".weight", WIDTH, WIDTH)
        weight(block + "ffn_gate.weight", INNER, WIDTH)
        weight(block + "ffn_up.weight", INNER, WIDTH)
        weight(block + "ffn_down.weight", WIDTH, INNER)


def main():
    path, name, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
    writer = gguf.GGUFWriter(path, "llama")
    words = add_tokenizer(writer)
    add_shape(writer, name, words)
    add_weights(writer, words, seed)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
