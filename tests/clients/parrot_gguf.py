"""Writes a llama-shaped GGUF that says what it was taught, word by word: a real file for a real engine whose
text tests may compare. It looks at the last token only. Its chat template ends in <tell>; if tools are offered
in <call>; after the answer of a tool in <told>; and each of the three leads to one line of SPEECH. After
anything else, such as the end of a plain prompt, it begins with the first line.

Usage: parrot_gguf.py FILE NAME
"""

import sys

import gguf
import numpy as np

CONTEXT = 4096
HEAD_WIDTH = 64
FIRST_TOLD = "<tell>"

# A blank in front of a word is written as U+2581 by this kind of tokenizer. No piece may come twice.
BLANK = "\u2581"
SPEECH = {
    "<tell>": ["Polly", BLANK + "wants", BLANK + "a", BLANK + "cracker", "."],
    "<call>": ["<tool_call>\n", '{"name": "get_weather",', ' "arguments": {"city":', ' "Paris"}', "}\n", "</tool_call>"],
    "<told>": ["Sunny", BLANK + "in", BLANK + "Paris", "!"],
}

TEMPLATE = """
{%- if tools %}
  {{- 'tools:' }}
  {%- for tool in tools %}{{- '\\n' + (tool | tojson) }}{%- endfor %}
  {{- '\\n' }}
{%- endif %}
{%- for message in messages %}
  {{- message.role + ': ' }}
  {%- if message.content %}{{- message.content }}{%- endif %}
  {%- for call in message.tool_calls or [] %}
    {{- '<tool_call>\\n{"name": "' + call.function.name + '", "arguments": ' }}
    {%- if call.function.arguments is string %}{{- call.function.arguments }}
    {%- else %}{{- call.function.arguments | tojson }}
    {%- endif %}
    {{- '}\\n</tool_call>' }}
  {%- endfor %}
  {{- '\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
  {{- 'assistant: ' }}
  {%- if messages[-1].role == 'tool' %}{{- '<told>' }}
  {%- elif tools %}{{- '<call>' }}
  {%- else %}{{- '<tell>' }}
  {%- endif %}
{%- endif %}
"""


def vocabulary():
    """Control tokens, one for each byte, blanks, and the pieces of the speech."""
    kinds = gguf.TokenType
    words = [("<unk>", kinds.UNKNOWN), ("<s>", kinds.CONTROL), ("</s>", kinds.CONTROL)]
    words += [(f"<0x{byte:02X}>", kinds.BYTE) for byte in range(256)]
    words += [(BLANK, kinds.NORMAL)]
    words += [(mark, kinds.CONTROL) for mark in SPEECH]
    words += [(piece, kinds.NORMAL) for line in SPEECH.values() for piece in line]
    return words


def successors(words):
    """The number of the token that follows each token."""
    number = {word: index for index, (word, _) in enumerate(words)}
    follows = [number[SPEECH[FIRST_TOLD][0]]] * len(words)
    for mark, line in SPEECH.items():
        for word, following in zip([mark, *line], [*line, "</s>"]):
            follows[number[word]] = number[following]
    return follows


def add_tokenizer(writer, words):
    writer.add_tokenizer_model("llama")
    writer.add_token_list([word for word, _ in words])
    writer.add_token_scores([-float(i) for i in range(len(words))])
    writer.add_token_types([kind for _, kind in words])
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(TEMPLATE)


def add_shape(writer, name, words, width):
    writer.add_name(name)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(width)
    writer.add_block_count(1)
    writer.add_feed_forward_length(HEAD_WIDTH)
    writer.add_head_count(width // HEAD_WIDTH)
    writer.add_head_count_kv(width // HEAD_WIDTH)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(HEAD_WIDTH)
    writer.add_vocab_size(len(words))


def add_weights(writer, words, width):
    """Each token is a direction of its own, the layer adds nothing, and the output looks up the successor."""
    follows = successors(words)
    output = np.zeros((len(words), width), dtype=np.float32)
    output[follows, np.arange(len(words))] = 4
    writer.add_tensor("token_embd.weight", np.eye(len(words), width, dtype=np.float32))
    writer.add_tensor("output.weight", output)
    for norm in ("output_norm", "blk.0.attn_norm", "blk.0.ffn_norm"):
        writer.add_tensor(norm + ".weight", np.ones(width, dtype=np.float32))
    shapes = {"ffn_gate": (HEAD_WIDTH, width), "ffn_up": (HEAD_WIDTH, width), "ffn_down": (width, HEAD_WIDTH)}
    for part in ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"):
        shape = shapes.get(part, (width, width))
        writer.add_tensor(f"blk.0.{part}.weight", np.zeros(shape, dtype=np.float32))


def main():
    path, name = sys.argv[1], sys.argv[2]
    writer = gguf.GGUFWriter(path, "llama")
    words = vocabulary()
    width = -(-len(words) // HEAD_WIDTH) * HEAD_WIDTH
    add_shape(writer, name, words, width)
    add_tokenizer(writer, words)
    add_weights(writer, words, width)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
