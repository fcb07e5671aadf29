"""Writes GGUFs of other architectures than tiny_gguf.py's, with random weights: an encoder (t5encoder), one with
sliding windows (gemma3) and one with recurrent state (mamba). Engines load them; their text is noise.

Usage: shapes_gguf.py FILE t5encoder|gemma3|mamba
"""

import sys

import gguf
import numpy as np
from tiny_gguf import add_tokenizer

WIDTH = 256
INNER = 512


class Writer:
    def __init__(self, path, architecture, layers, context):
        self.file = gguf.GGUFWriter(path, architecture)
        self.random = np.random.default_rng(1)
        self.file.add_name(architecture)
        self.file.add_block_count(layers)
        self.file.add_context_length(context)
        self.file.add_embedding_length(WIDTH)

    def weight(self, name, *shape):
        self.file.add_tensor(name, (self.random.standard_normal(shape) * 0.1).astype(np.float32))

    def ones(self, *names, width=WIDTH):
        for name in names:
            self.file.add_tensor(name, np.ones(width, dtype=np.float32))

    def close(self):
        self.file.write_header_to_file()
        self.file.write_kv_data_to_file()
        self.file.write_tensors_to_file()
        self.file.close()


def t5encoder(path):
    """Four layers that see all of a text at once, for which llama.cpp makes a cache all the same."""
    out, layers = Writer(path, "t5encoder", 4, 512), 4
    words = add_tokenizer(out.file)
    out.file.add_feed_forward_length(INNER)
    out.file.add_head_count(4)
    out.file.add_key_length(64)
    out.file.add_value_length(64)
    out.file.add_layer_norm_rms_eps(1e-6)
    out.file.add_relative_attn_buckets_count(32)
    out.weight("token_embd.weight", words, WIDTH)
    out.ones("enc.output_norm.weight")
    out.weight("enc.blk.0.attn_rel_b.weight", 32, 4)
    for i in range(layers):
        block = f"enc.blk.{i}."
        out.ones(block + "attn_norm.weight", block + "ffn_norm.weight")
        for part in ("attn_q", "attn_k", "attn_v", "attn_o"):
            out.weight(f"{block}{part}.weight", WIDTH, WIDTH)
        out.weight(block + "ffn_gate.weight", INNER, WIDTH)
        out.weight(block + "ffn_up.weight", INNER, WIDTH)
        out.weight(block + "ffn_down.weight", WIDTH, INNER)
    out.close()


def gemma3(path):
    """Twelve layers, of which two see everything and ten a window of 512."""
    out, layers = Writer(path, "gemma3", 12, 8192), 12
    words = add_tokenizer(out.file)
    out.file.add_feed_forward_length(INNER)
    out.file.add_head_count(4)
    out.file.add_head_count_kv(2)
    out.file.add_key_length(64)
    out.file.add_value_length(64)
    out.file.add_sliding_window(512)
    out.file.add_layer_norm_rms_eps(1e-6)
    out.weight("token_embd.weight", words, WIDTH)
    out.ones("output_norm.weight")
    for i in range(layers):
        block = f"blk.{i}."
        out.ones(*(block + norm + ".weight" for norm in ("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm")))
        out.ones(block + "attn_q_norm.weight", block + "attn_k_norm.weight", width=64)
        out.weight(block + "attn_q.weight", 256, WIDTH)
        out.weight(block + "attn_k.weight", 128, WIDTH)
        out.weight(block + "attn_v.weight", 128, WIDTH)
        out.weight(block + "attn_output.weight", WIDTH, 256)
        out.weight(block + "ffn_gate.weight", INNER, WIDTH)
        out.weight(block + "ffn_up.weight", INNER, WIDTH)
        out.weight(block + "ffn_down.weight", WIDTH, INNER)
    out.close()


def mamba(path):
    """Four layers with a state for each sequence: no cache."""
    out, layers, state, rank, kernel = Writer(path, "mamba", 4, 4096), 4, 16, 16, 4
    words = add_tokenizer(out.file)
    out.file.add_feed_forward_length(0)
    out.file.add_head_count(0)
    out.file.add_ssm_conv_kernel(kernel)
    out.file.add_ssm_inner_size(INNER)
    out.file.add_ssm_state_size(state)
    out.file.add_ssm_time_step_rank(rank)
    out.file.add_layer_norm_rms_eps(1e-5)
    out.weight("token_embd.weight", words, WIDTH)
    out.ones("output_norm.weight")
    for i in range(layers):
        block = f"blk.{i}."
        out.ones(block + "attn_norm.weight")
        out.weight(block + "ssm_in.weight", 2 * INNER, WIDTH)
        out.weight(block + "ssm_conv1d.weight", INNER, kernel)
        out.ones(block + "ssm_conv1d.bias", width=INNER)
        out.weight(block + "ssm_x.weight", rank + 2 * state, INNER)
        out.weight(block + "ssm_dt.weight", INNER, rank)
        out.ones(block + "ssm_dt.bias", width=INNER)
        out.weight(block + "ssm_a", INNER, state)
        out.ones(block + "ssm_d", width=INNER)
        out.weight(block + "ssm_out.weight", WIDTH, INNER)
    out.close()


if __name__ == "__main__":
    {"t5encoder": t5encoder, "gemma3": gemma3, "mamba": mamba}[sys.argv[2]](sys.argv[1])
