// The configuration of the first customer, as he sent it but for one expression: what he has must keep
// working.
#pragma once

#include <string>

namespace paddock::test {

// Marked text (marked_text.h): `img`, `gemma` and `qwen` are the places of his models. He had written
// `il & gm` where `set` stands.
inline std::string first_customers_file(const std::string& set = "img & gm") {
  return R"(matrix:
  vars:
    img: img
    gm: Gemma4-31b-q4
  sets:
    llm-and-image: ")" +
         set + R"("

models:
  $img[[img]]:
    checkEndpoint: /
    env:
      - "CUDA_VISIBLE_DEVICES=2"
    cmd: >
      /usr/local/bin/sd-server --listen-port ${PORT} --listen-ip 0.0.0.0
      -m /models-img/some_model.safetensors --vae /models-img/vae/sdxl-vae-fp16-fix.safetensors
      --lora-model-dir /models-sd/lora --diffusion-fa --vae-tiling
  $gemma[[Gemma4-31b-q4]]:
    env:
      - "CUDA_VISIBLE_DEVICES=0,1"
    cmd: >
      llama-server --port ${PORT} --jinja --ctx-size 131072 --flash-attn auto
      --cache-type-k q8_0 --cache-type-v q8_0
      --model /models/gemma4/gemma-4-31B-it-UD-Q4_K_XL.gguf --mmproj /models/gemma4/mmproj-BF16.gguf
  $qwen[[Qwen3.6-35B-q8]]:
    cmd: >
      llama-server --port ${PORT} --jinja --ctx-size 131072 --flash-attn auto
      --cache-type-k q8_0 --cache-type-v q8_0
      --model /models/qwen3.6/Qwen3.6-35B-A3B-UD-Q8_K_XL.gguf --mmproj /models/qwen3.6/mmproj-BF16-35b.gguf
)";
}

}  // namespace paddock::test
