"""Writes a whisper-shaped model file with random weights, for a real whisper-server. What it hears is noise;
the tests look at its start, its health and the shape of its answers.

Usage: tiny_whisper.py FILE SEED
"""

import struct
import sys

import numpy as np

MAGIC = 0x67676D6C
WORDS = 50257  # written; the engine adds its special tokens itself
VOCABULARY = 51864  # the English-only layout
AUDIO_CONTEXT = 1500
TEXT_CONTEXT = 448
WIDTH = 64
HEADS = 1
LAYERS = 4  # the number by which the engine knows the size "tiny"
MELS = 80
FFT_BINS = 201
HALF_FLOATS = 1


def write_head(out):
    out.write(struct.pack("<12i", MAGIC, VOCABULARY, AUDIO_CONTEXT, WIDTH, HEADS, LAYERS, TEXT_CONTEXT, WIDTH,
                          HEADS, LAYERS, MELS, HALF_FLOATS))


def write_filters(out):
    """Triangles over the spectrum, evenly spaced."""
    filters = np.zeros((MELS, FFT_BINS), dtype=np.float32)
    bins = np.arange(FFT_BINS)
    centres = np.linspace(1, FFT_BINS - 2, MELS)
    for row, centre in enumerate(centres):
        filters[row] = np.maximum(0, 1 - np.abs(bins - centre) / 3)
    out.write(struct.pack("<2i", MELS, FFT_BINS))
    out.write(filters.tobytes())


def write_words(out):
    out.write(struct.pack("<i", WORDS))
    known = [" ", " -", " '"]  # the engine looks these up by name
    for number in range(WORDS):
        word = (known[number] if number < len(known) else f" w{number}").encode()
        out.write(struct.pack("<i", len(word)))
        out.write(word)


def write_tensor(out, name, values):
    data = name.encode()
    half = values.dtype == np.float16
    out.write(struct.pack("<3i", values.ndim, len(data), 1 if half else 0))
    for size in reversed(values.shape):
        out.write(struct.pack("<i", size))
    out.write(data)
    out.write(values.tobytes())


class Weights:
    def __init__(self, out, seed):
        self.out = out
        self.random = np.random.default_rng(seed)

    def matrix(self, name, *shape, kind=np.float16):
        write_tensor(self.out, name, (self.random.standard_normal(shape) * 0.1).astype(kind))

    def vector(self, name, value=0.0, width=WIDTH):
        write_tensor(self.out, name, np.full(width, value, dtype=np.float32))

    def norm(self, name):
        self.vector(name + ".weight", 1.0)
        self.vector(name + ".bias")

    def linear(self, name, rows=WIDTH, columns=WIDTH, bias=True):
        self.matrix(name + ".weight", rows, columns)
        if bias:
            self.vector(name + ".bias", width=rows)

    def attention(self, name):
        self.linear(name + ".query")
        self.linear(name + ".key", bias=False)
        self.linear(name + ".value")
        self.linear(name + ".out")

    def block(self, name, crossed):
        self.norm(name + ".attn_ln")
        self.attention(name + ".attn")
        if crossed:
            self.norm(name + ".cross_attn_ln")
            self.attention(name + ".cross_attn")
        self.norm(name + ".mlp_ln")
        self.linear(name + ".mlp.0", rows=4 * WIDTH)
        self.linear(name + ".mlp.2", columns=4 * WIDTH)

    def convolution(self, name, inputs):
        self.matrix(name + ".weight", WIDTH, inputs, 3)
        write_tensor(self.out, name + ".bias", np.zeros((WIDTH, 1), dtype=np.float32))


def write_weights(out, seed):
    weights = Weights(out, seed)
    weights.matrix("encoder.positional_embedding", AUDIO_CONTEXT, WIDTH, kind=np.float32)
    weights.convolution("encoder.conv1", MELS)
    weights.convolution("encoder.conv2", WIDTH)
    weights.norm("encoder.ln_post")
    weights.matrix("decoder.positional_embedding", TEXT_CONTEXT, WIDTH, kind=np.float32)
    weights.matrix("decoder.token_embedding.weight", VOCABULARY, WIDTH)
    weights.norm("decoder.ln")
    for layer in range(LAYERS):
        weights.block(f"encoder.blocks.{layer}", crossed=False)
        weights.block(f"decoder.blocks.{layer}", crossed=True)


def main():
    with open(sys.argv[1], "wb") as out:
        write_head(out)
        write_filters(out)
        write_words(out)
        write_weights(out, int(sys.argv[2]))


if __name__ == "__main__":
    main()
