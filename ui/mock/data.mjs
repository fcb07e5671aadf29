// What a daemon with some models would answer, for looking at the page without one.
const GIB = 2 ** 30;
const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();

const model = (id, more = {}) => ({
  id, name: '', description: '', aliases: [], unlisted: false, state: 'stopped', draining: false, loading: null, in_flight: 0, waiting: 0,
  ttl: 600, unloads_at: null, cmd: `llama-server --port \${PORT} -m /models/${id}.gguf`, proxy: 'http://localhost:${PORT}', launch: null, fit: null, ...more,
});
const launch = (generation, more = {}) => ({
  id: generation, generation, cmd: 'llama-server --port 5800 --jinja --ctx-size 131072 --flash-attn auto --cache-type-k q8_0 -m /models/m.gguf', port: 5800,
  pid: 4711, started: ago(3600), ready: ago(3580), ended: null, load_ms: 18250, reason: 'request', exit: null, signal: null, class: null,
  line: null, failure: null, injected: {CUDA_DEVICE_ORDER: 'PCI_BUS_ID', LLAMA_ARG_LOG_VERBOSITY: '4'}, ...more,
});
const failure = {
  class: 'out_of_vram', exit: 1, signal: null, line: 'ggml_backend_cuda_buffer_type_alloc_buffer: allocating 59494.40 MiB on device 0: cudaMalloc failed: out of memory',
  message: '`gpt-oss-120b` ended with exit code 1 before it was ready (the memory of the GPU is used up)',
};

export const models = {
  'qwen3-32b-instruct-q4_k_m': model('qwen3-32b-instruct-q4_k_m', {
    name: 'Qwen3 32B', state: 'ready', in_flight: 1, waiting: 2, aliases: ['qwen', 'gpt-4'], launch: launch(8),
    fit: {verdict: 'fits', sentence: 'Fits: 19.8 of 24.0 GiB', launch: 8},
  }),
  'flux-dev': model('flux-dev', {
    state: 'starting', waiting: 1, launch: launch(9, {ready: null, load_ms: null, pid: 5120, port: 5801}),
    loading: {stage: 'weights', percent: 62, elapsed_s: 14, expected_s: 31},
  }),
  'gpt-oss-120b': model('gpt-oss-120b', {
    description: 'the large one', launch: launch(7, {ready: null, load_ms: null, ended: ago(900), exit: 1, class: 'out_of_vram', line: failure.line, failure}),
    fit: {verdict: 'failed_oom', sentence: 'Does not fit: CUDA0 needed 58.1 GiB more', launch: 7},
  }),
  'gpt-oss-20b': model('gpt-oss-20b', {
    state: 'ready', launch: launch(6, {pid: 4400, port: 5802}), unloads_at: ago(-252),
    fit: {verdict: 'spilled', sentence: 'Partly in RAM: 7.05 of 11.64 GiB of weights on CPU (14 layers\' experts)', launch: 6},
  }),
  'whisper-v3': model('whisper-v3', {fit: {verdict: null, sentence: 'It has not been loaded yet', launch: null, forecast: {source: 'learned', sentence: 'Takes 2.1 GiB of GPU 1'}}}),
  'org/a-model-with-a-very-long-name-that-goes-on-and-on-q8_0-128k': model('org/a-model-with-a-very-long-name-that-goes-on-and-on-q8_0-128k', {ttl: 0}),
};

export const requests = {
  17: {id: 17, model: 'qwen3-32b-instruct-q4_k_m', method: 'POST', path: '/v1/chat/completions', started: ago(12), phase: 'answering', client: '192.168.1.20', bytes: 51200, stream: true, ttft_ms: 410, tokens: 512, tokens_per_second: 42.3},
  18: {id: 18, model: 'flux-dev', method: 'POST', path: '/v1/images/generations', started: ago(14), phase: 'loading', client: '192.168.1.21', bytes: 0, stream: false, ttft_ms: null, tokens: null, tokens_per_second: null},
  19: {id: 19, model: 'qwen3-32b-instruct-q4_k_m', method: 'POST', path: '/v1/chat/completions', started: ago(4), phase: 'waiting', client: '192.168.1.22', bytes: 0, stream: false, ttft_ms: null, tokens: null, tokens_per_second: null},
};

export const daemon = {version: '0.1.0', frozen: false, shutting_down: false, profile: 'day', models: Object.keys(models)};

export const gpus = () => ({
  source: 'nvml', taken: new Date().toISOString(), problem: null,
  gpus: [
    {index: 0, name: 'NVIDIA GeForce RTX 4090', uuid: 'GPU-1', pci: '00000000:01:00.0', vendor: 'nvidia', total: 24 * GIB, used: 20.9 * GIB, free: 3.1 * GIB, util: 87, temp: 64, power: 312.4,
      models: [{model: 'qwen3-32b-instruct-q4_k_m', generation: 8, bytes: 19.8 * GIB, estimated: false}], others: [{pid: 1402, name: 'Xorg', bytes: 0.4 * GIB}]},
    {index: 1, name: 'NVIDIA GeForce RTX 4060 Ti', uuid: 'GPU-2', pci: '00000000:02:00.0', vendor: 'nvidia', total: 16 * GIB, used: (9 + Math.sin(Date.now() / 9000) * 2) * GIB, free: 6 * GIB, util: 12, temp: 48, power: null,
      models: [{model: 'gpt-oss-20b', generation: 6, bytes: 5.5 * GIB, estimated: true}, {model: 'flux-dev', generation: 9, bytes: (2 + Math.sin(Date.now() / 9000)) * GIB, estimated: false}], others: []},
  ],
  ram: {total: 64 * GIB, available: 41 * GIB},
});

const none = {weights: 0, kv: 0, state: 0, compute: 0, output: 0, other: 0, sum: 0};
const forecast = {
  source: 'header', sentence: 'Fits: takes 2.0 to 2.4 GiB of GPU 1', notes: ['The compute buffers are a guess.'], load_ms: 4200, ram: {title: 'RAM', index: null, low: 0.3 * GIB, high: 0.3 * GIB, free: 41 * GIB, total: 64 * GIB},
  devices: [{title: 'GPU 1', index: 1, low: 2 * GIB, high: 2.4 * GIB, free: 6 * GIB, total: 16 * GIB}],
};
// Of a launch that lives.
const foreseen = {
  ...forecast, source: 'learned', sentence: null, ram: {...forecast.ram, low: 6.9 * GIB, high: 7.2 * GIB, free: null},
  devices: [{...forecast.devices[0], low: 4.9 * GIB, high: 5.3 * GIB, free: null}],
};
export const fits = {
  'gpt-oss-20b': {
    model: 'gpt-oss-20b', verdict: 'spilled', sentence: models['gpt-oss-20b'].fit.sentence, launch: 6, judged: ago(3500), build: '11669 (2f74354)',
    devices: [{...none, name: 'CUDA0', title: 'NVIDIA GeForce RTX 4060 Ti', pci: null, card: 'GPU 1', remote: false, total: 16 * GIB, free: 2.9 * GIB, weights: 4.59 * GIB, kv: 0.11 * GIB, compute: 0.39 * GIB, sum: 5.09 * GIB}],
    ram: {...none, weights: 7.05 * GIB, compute: 0.02 * GIB, sum: 7.07 * GIB, prompt_cache: 8 * GIB}, layers: {on_devices: 25, all: 25},
    context: 4096, context_before_cut: 65536, kv_pools: [{size: 0.11 * GIB, cells: 4096, layers: 12, k_type: 'f16', v_type: 'f16'}],
    proof: ['load_tensors: offloaded 25/25 layers to GPU', 'load_tensors:        CUDA0 model buffer size =  4699.90 MiB', 'load_tensors:   CPU_Mapped model buffer size =  7218.45 MiB'],
    forecast: foreseen, advice: '2.9 GiB are free on GPU 1: --n-cpu-moe 9 would use them.',
  },
};
export const noFit = (id) => ({
  forecast,
  model: id, verdict: null, sentence: 'It has not been loaded yet', launch: null, judged: null, build: null, devices: [], ram: null, layers: null, context: null,
  context_before_cut: null, kv_pools: [], proof: [], advice: null,
});

const TEXTS = [
  ['info', ['gpu', 'fit'], 'load_tensors: offloading 24 repeating layers to GPU'], ['info', ['gpu', 'fit'], 'load_tensors: offloaded 25/25 layers to GPU'],
  ['info', ['gpu', 'fit'], 'load_tensors:        CUDA0 model buffer size =  4699.90 MiB'], ['info', ['gpu', 'fit'], 'load_tensors:   CPU_Mapped model buffer size =  7218.45 MiB'],
  ['info', ['fit'], 'llama_kv_cache: size =  102.00 MiB (  4096 cells,  12 layers,  1/1 seqs), K (f16):   51.00 MiB, V (f16):   51.00 MiB'],
  ['info', ['http'], 'srv  log_server_r: request: POST /v1/chat/completions 127.0.0.1 200'], ['info', ['timing'], 'prompt eval time =     412.33 ms /   335 tokens (    1.23 ms per token,   812.46 tokens per second)'],
  ['info', ['timing'], '       eval time =   12093.55 ms /   512 tokens (   23.62 ms per token,    42.34 tokens per second)'], ['warn', [], 'slot update_slots: id  0 | task 12 | context shift is disabled'],
  ['error', ['error', 'gpu', 'fit'], failure.line], ['debug', [], 'que    start_loop: waiting for new tasks'],
];
const FIRST = 1_800_000_000_000_000;
let last = 0;
export function line() {
  const [level, tags, text] = TEXTS[last % TEXTS.length];
  const own = last % 13 === 5;
  last++;
  return {
    id: FIRST + last, time: new Date().toISOString(), model: own ? null : Object.keys(models)[last % 4], launch: own ? null : 6 + (last % 4),
    source: own ? 'proxy' : 'upstream', level: own ? 'info' : level, tags: own ? [] : tags, text: own ? 'gpt-oss-20b: started, generation 6' : text,
  };
}

export const rows = Array.from({length: 60}, (_, at) => ({
  id: 60 - at, timestamp: ago(at * 47 + 5), model: Object.keys(models)[at % 4], req_path: '/v1/chat/completions', resp_content_type: 'text/event-stream',
  resp_status_code: at % 9 === 3 ? 503 : 200,
  tokens: {cache_tokens: 800, draft_tokens: -1, draft_acc_tokens: -1, input_tokens: 1200 + at * 31, output_tokens: at % 9 === 3 ? 0 : 512, prompt_per_second: 812.4, tokens_per_second: 42.3},
  duration_ms: 14_120 + at * 100, has_capture: at % 5 === 0, method: 'POST', error_code: at % 9 === 3 ? 'start_failed' : null, stream: true, bytes: 91_200,
  ...(at % 9 === 3 ? {error_msg: 'model gpt-oss-120b failed to start'} : {}), queue_ms: at % 4 ? 0 : 3120, load_ms: at % 6 ? 0 : 6400, ttft_ms: 410,
}));

export const stats = {
  total_requests: 60, total_input_tokens: 128_400, total_output_tokens: 30_720, total_cache_tokens: 48_000,
  prompt_histogram: {bins: [2, 8, 20, 19, 7, 4], min: 310, max: 1210, binSize: 150, p50: 812, p95: 1100, p99: 1190},
  gen_histogram: {bins: [1, 3, 12, 28, 12, 4], min: 18.2, max: 61, binSize: 7.1, p50: 42.3, p95: 55, p99: 60},
};

export const config = {
  files: ['/etc/paddock/config.yaml'], watched: true, loaded: ago(7200), rejected: null, not_writable: null,
  diagnostics: [{severity: 'warning', file: '/etc/paddock/config.yaml', line: 20, column: 1, message: "unknown key 'modles' is ignored", hint: "did you mean 'models'?"}],
  config: {
    apiKeys: ['***'], healthCheckTimeout: 120, models: Object.fromEntries(Object.values(models).map((one) => [one.id, {cmd: one.cmd, ttl: one.ttl, env: ['CUDA_VISIBLE_DEVICES=0,1'], aliases: one.aliases}])),
    matrix: {vars: {img: 'flux-dev'}, sets: {both: 'img & qwen'}},
  },
};
