// Made by `npm run types` from src/api/openapi.json. Not to be edited.

export type Error = {
  error: ErrorBody;
};

export type ErrorBody = {
  message: string;
  type: "authentication_error" | "invalid_request_error" | "rate_limit_error" | "server_error";
  param: string | null;
  code: string;
  detail: FailureDetail | null;
};

export type FailureDetail = {
  class: FailureClass;
  exit: number | null;
  signal: number | null;
  line: string | null;
};

export type FailureClass = "out_of_vram" | "out_of_ram" | "file_missing" | "bad_flag" | "port_taken" | "driver" | "signal" | "no_answer" | "timeout" | "exit" | "unknown";

export type State = "stopped" | "starting" | "ready" | "stopping";

export type FitVerdict = "failed_oom" | "failed_kill" | "cpu_only" | "spilled" | "driver_spill" | "shrunk" | "tight" | "fits" | "unknown";

export type FitSummary = {
  verdict: FitVerdict | null;
  sentence: string;
  launch: number | null;
  forecast: {
    source: "learned" | "header";
    sentence: string;
  } | null;
};

export type FitDevice = {
  name: string;
  title: string | null;
  pci: string | null;
  card: string | null;
  remote: boolean;
  total: number | null;
  free: number | null;
  weights: number;
  kv: number;
  state: number;
  compute: number;
  output: number;
  other: number;
  sum: number;
};

export type FitRam = {
  weights: number;
  kv: number;
  state: number;
  compute: number;
  output: number;
  other: number;
  sum: number;
  prompt_cache: number;
  prompt_cache_limit: number | null;
};

export type Fit = {
  model: string;
  verdict: FitVerdict | null;
  sentence: string;
  complete: boolean | null;
  launch: number | null;
  judged: string | null;
  build: string | null;
  devices: FitDevice[];
  ram: FitRam | null;
  layers: {
    on_devices: number;
    all: number;
  } | null;
  context: number | null;
  context_before_cut: number | null;
  kv_pools: Array<{
    size: number;
    cells: number;
    layers: number;
    k_type: string;
    v_type: string;
  }>;
  proof: string[];
  advice: string | null;
  warning: string | null;
  processes: Array<{
    card: string;
    bytes: number;
    estimated: boolean;
    beyond_log: number | null;
  }>;
  forecast: Forecast | null;
};

export type Loading = {
  stage: "starting" | "download" | "weights" | "context" | "compile" | "warm-up" | "server";
  percent: number | null;
  elapsed_s: number;
  expected_s: number | null;
};

export type ForecastPart = {
  title: string;
  index: number | null;
  low: number;
  high: number;
  free: number | null;
  total: number | null;
};

export type Forecast = {
  source: "learned" | "header" | "none";
  sentence: string | null;
  devices: ForecastPart[];
  ram: ForecastPart | null;
  notes: string[];
  load_ms: number | null;
};

export type Model = {
  id: string;
  name: string;
  description: string;
  aliases: string[];
  unlisted: boolean;
  state: State;
  draining: boolean;
  loading: Loading | null;
  in_flight: number;
  waiting: number;
  ttl: number;
  unloads_at: string | null;
  cmd: string;
  proxy: string;
  launch: Launch | null;
  fit: FitSummary | null;
};

export type Launch = {
  id: number;
  generation: number;
  cmd: string;
  port: number | null;
  pid: number | null;
  started: string;
  ready: string | null;
  ended: string | null;
  load_ms: number | null;
  reason: string;
  exit: number | null;
  signal: number | null;
  class: FailureClass | null;
  line: string | null;
  failure: LaunchFailure | null;
  injected: Record<string, string>;
  tail?: string;
};

export type LaunchFailure = {
  class: FailureClass;
  exit: number | null;
  signal: number | null;
  line: string | null;
  message: string;
};

export type ListedModel = {
  id: string;
  object: "model";
  created: number;
  owned_by: string;
  name?: string;
  description?: string;
  architecture?: {
    input_modalities?: string[];
    output_modalities?: string[];
    modality?: string;
  };
  capabilities?: Record<string, true>;
  supported_parameters?: string[];
  context_length?: number;
  meta: {
    llamaswap: {
      type: "model" | "alias" | "peer" | "selector" | "profile";
    };
    n_ctx?: number;
  };
  status: {
    value: "unloaded" | "loading" | "loaded";
    failed?: true;
    exit_code?: number;
  };
};

export type Running = {
  running: Array<{
    model: string;
    state: State;
    cmd: string;
    proxy: string;
    ttl: number;
    name: string;
    description: string;
  }>;
};

export type Plan = {
  model: string;
  action: "serve" | "load" | "swap" | "wait" | "refuse";
  evict: string[];
  set: string | null;
  cost: number;
  exact: boolean;
  reason: string;
};

export type Queue = {
  frozen: boolean;
  waiting: Array<{
    position: number;
    model: string;
    age_ms: number;
    blocked_by: string;
  }>;
};

export type Frozen = {
  frozen: boolean;
};

export type Gpus = {
  source: string;
  taken: string;
  problem: string | null;
  gpus: Gpu[];
  ram: {
    total: number;
    available: number;
  } | null;
};

export type Gpu = {
  index: number;
  name: string | null;
  uuid: string | null;
  pci: string | null;
  vendor: string | null;
  total: number;
  used: number;
  free: number;
  util: number | null;
  temp: number | null;
  power: number | null;
  models: Array<{
    model: string;
    generation: number;
    bytes: number;
    estimated: boolean;
  }>;
  others: Array<{
    pid: number;
    name: string | null;
    bytes: number;
  }>;
};

export type Performance = {
  enabled: true;
  gpu_stats: Array<Record<string, unknown>> | null;
  sys_stats: Array<Record<string, unknown>> | null;
};

export type Hardware = {
  schema_version: 1;
  captured_at: string;
  capture: Record<string, unknown>;
  architecture: Record<string, unknown>;
  operating_system: Record<string, unknown>;
  environment: Record<string, unknown>;
  cpu: Record<string, unknown>;
  memory: Record<string, unknown>;
  accelerators: Array<Record<string, unknown>>;
};

export type InFlight = {
  inflight: Request[];
};

export type Request = {
  id: number;
  model: string;
  method: string;
  path: string;
  started: string;
  phase: "waiting" | "loading" | "sending" | "answering";
  client: string;
  bytes: number;
  stream: boolean;
  ttft_ms: number | null;
  tokens: number | null;
  tokens_per_second: number | null;
};

export type Daemon = {
  version: string;
  frozen: boolean;
  shutting_down: boolean;
  profile: string | null;
  models: string[];
};

export type StateEvent = {
  id: string;
  daemon?: Daemon;
  models?: Record<string, Model | null>;
  inflight?: Record<string, Request | null>;
  gpus?: Gpus;
  activity?: Array<{
    id: number;
  }>;
};

export type LogLine = {
  id: number;
  time: string;
  model: string | null;
  launch: number | null;
  source: "proxy" | "upstream";
  level: "debug" | "info" | "warn" | "error";
  tags: Array<"gpu" | "error" | "timing" | "http" | "fit">;
  text: string;
  context?: boolean;
};

export type LogPage = {
  lines: LogLine[];
  before: number | null;
  after: number;
  more: boolean;
};

export type Captures = {
  captures: Array<{
    id: number;
    model: string;
    method: string;
    path: string;
    status: number | null;
    bytes: number;
  }>;
};

export type ActivityPage = {
  data: ActivityRow[];
  page: number;
  limit: number;
  total: number;
  total_pages: number;
};

export type ActivityRow = {
  id: number;
  timestamp: string;
  model: string;
  req_path: string;
  resp_content_type: string;
  resp_status_code: number;
  tokens: {
    cache_tokens: number;
    draft_tokens: number;
    draft_acc_tokens: number;
    input_tokens: number;
    output_tokens: number;
    prompt_per_second: number;
    tokens_per_second: number;
  };
  duration_ms: number;
  has_capture: boolean;
  error_msg?: string;
  metadata?: Record<string, unknown>;
  method: string;
  error_code: string | null;
  stream: boolean;
  bytes: number;
  queue_ms: number | null;
  load_ms: number | null;
  ttft_ms: number | null;
};

export type ActivityStats = {
  total_requests: number;
  total_input_tokens: number;
  total_output_tokens: number;
  total_cache_tokens: number;
  prompt_histogram: SpeedHistogram;
  gen_histogram: SpeedHistogram;
};

export type SpeedHistogram = {
  bins: number[];
  min: number;
  max: number;
  binSize: number;
  p50: number;
  p95: number;
  p99: number;
} | null;

export type Capture = {
  id: number;
  req_path: string;
  req_headers: Record<string, string>;
  req_body: string | null;
  resp_headers: Record<string, string>;
  resp_body: string | null;
};

export type Profiles = {
  active: string | null;
  profiles: Array<{
    id: string;
    description: string;
    pins: Record<string, string>;
  }>;
};

export type ActiveProfile = {
  active: string | null;
};

export type Done = {
  msg: "ok";
};

export type Diagnostic = {
  severity: "error" | "warning";
  file: string;
  line: number;
  column: number;
  message: string;
  hint: string;
};

export type Config = {
  files: string[];
  watched: boolean;
  loaded: string;
  diagnostics: Diagnostic[];
  rejected: {
    at: string;
    diagnostics: Diagnostic[];
  } | null;
  not_writable: string | null;
  config: Record<string, unknown>;
};

export type Reloaded = {
  reloaded: true;
  added: string[];
  removed: string[];
  renewed: string[];
  next_start: string[];
  diagnostics: Diagnostic[];
};

export type ConfigChecked = {
  valid: boolean;
  diagnostics: Diagnostic[];
  changes: {
    added: string[];
    removed: string[];
    renewed: string[];
    kept: string[];
    next_start: string[];
  } | null;
  config: Record<string, unknown> | null;
};

export type Matrix = {
  models: Array<{
    id: string;
    pinned: boolean;
    beside: string[];
  }>;
};

export type NotReloaded = {
  error: ErrorBody;
  reloaded: false;
  diagnostics: Diagnostic[];
};

export type Version = {
  version: string;
  commit: string;
  paddock: {
    version: string;
    commit: string;
    started: string;
  };
};

export type OllamaError = {
  error: string | Record<string, unknown>;
};

export type OllamaModels = {
  models: Array<{
    name: string;
    model: string;
  }>;
};

export type OllamaModel = {
  details: Record<string, unknown>;
  model_info: Record<string, unknown>;
  capabilities: string[];
};
