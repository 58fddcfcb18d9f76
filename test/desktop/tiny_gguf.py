"""Writes a tiny Llama model with random weights and a byte-level vocabulary: a real model file for a real llama-server.

Its text is noise; tokens, streams, usage, errors and cancellation are those of any model. The wider it is and the more
layers it has, the slower it talks: 256 and 24 make some 90 tokens a second, the default thousands.
Usage: tiny_gguf.py OUT [WIDTH LAYERS]
"""

import sys

import gguf
import numpy as np

HEADS, CONTEXT = 4, 2048

out = sys.argv[1]
WIDTH, LAYERS = (int(number) for number in sys.argv[2:4] or (64, 2))
FEED_FORWARD = 4 * WIDTH
random = np.random.default_rng(7)


def matrix(*shape):
    return (random.standard_normal(shape) * 0.05).astype(np.float32)


special = [b"<unk>", b"<s>", b"</s>"]
single_bytes = [f"<0x{byte:02X}>".encode() for byte in range(256)]
pieces = ["▁".encode()] + [bytes([byte]) for byte in range(33, 127)]
tokens = special + single_bytes + pieces
kinds = [gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL]
kinds += [gguf.TokenType.BYTE] * len(single_bytes) + [gguf.TokenType.NORMAL] * len(pieces)
scores = [0.0] * len(special) + [-1000.0] * len(single_bytes) + [-1.0] * len(pieces)

writer = gguf.GGUFWriter(out, "llama")
writer.add_name("tiny-random")
writer.add_context_length(CONTEXT)
writer.add_embedding_length(WIDTH)
writer.add_block_count(LAYERS)
writer.add_feed_forward_length(FEED_FORWARD)
writer.add_head_count(HEADS)
writer.add_head_count_kv(HEADS)
writer.add_layer_norm_rms_eps(1e-5)
writer.add_rope_dimension_count(WIDTH // HEADS)
writer.add_vocab_size(len(tokens))
writer.add_tokenizer_model("llama")
writer.add_token_list(tokens)
writer.add_token_scores(scores)
writer.add_token_types(kinds)
writer.add_bos_token_id(1)
writer.add_eos_token_id(2)
writer.add_unk_token_id(0)
writer.add_chat_template(
    "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant:"
)

writer.add_tensor("token_embd.weight", matrix(len(tokens), WIDTH))
writer.add_tensor("output_norm.weight", np.ones(WIDTH, np.float32))
writer.add_tensor("output.weight", matrix(len(tokens), WIDTH))
for layer in range(LAYERS):
    block = f"blk.{layer}."
    for name in ("attn_norm", "ffn_norm"):
        writer.add_tensor(block + name + ".weight", np.ones(WIDTH, np.float32))
    for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
        writer.add_tensor(block + name + ".weight", matrix(WIDTH, WIDTH))
    writer.add_tensor(block + "ffn_gate.weight", matrix(FEED_FORWARD, WIDTH))
    writer.add_tensor(block + "ffn_up.weight", matrix(FEED_FORWARD, WIDTH))
    writer.add_tensor(block + "ffn_down.weight", matrix(WIDTH, FEED_FORWARD))
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
