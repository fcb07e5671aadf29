// Models and requests as the daemon tells them.
import type {ActivityRow, Gpus, Launch, LogLine, Model} from '../src/api/schema';
import type {Request} from '../src/api/types';

export const launch = (more: Partial<Launch> = {}): Launch => ({
  id: 3, generation: 3, cmd: 'llama-server --port 5800', port: 5800, pid: 4711, started: '2026-01-01T00:00:00.250Z', ready: '2026-01-01T00:00:01.750Z',
  ended: null, load_ms: 1500, reason: 'request', exit: null, signal: null, class: null, line: null, failure: null, injected: {}, ...more,
});

export const model = (id: string, more: Partial<Model> = {}): Model => ({
  id, name: '', description: '', aliases: [], unlisted: false, state: 'stopped', draining: false, loading: null, in_flight: 0, waiting: 0, ttl: 600, unloads_at: null,
  cmd: 'llama-server', proxy: '', launch: null, fit: null, ...more,
});

export const failed = (id: string): Model =>
  model(id, {
    launch: launch({
      ended: '2026-01-01T00:00:02Z', exit: 1, class: 'out_of_vram', line: 'cudaMalloc failed: out of memory',
      failure: {class: 'out_of_vram', exit: 1, signal: null, line: 'cudaMalloc failed: out of memory', message: 'the memory of the GPU is used up'},
    }),
    fit: {verdict: 'failed_oom', sentence: 'Does not fit: CUDA0 needed 58.1 GiB more', launch: 3, forecast: null},
  });

export const request = (id: number, more: Partial<Request> = {}): Request => ({
  id, model: 'small', method: 'POST', path: '/v1/chat/completions', started: '2026-01-01T00:00:00Z', phase: 'answering', client: '127.0.0.1', bytes: 0, stream: true, ttft_ms: null, tokens: null, tokens_per_second: null, ...more,
});

export const line = (id: number, more: Partial<LogLine> = {}): LogLine => ({
  id, time: '2026-01-31T12:00:00.000Z', model: 'small', launch: 3, source: 'upstream', level: 'info', tags: [], text: `line ${id}`, ...more,
});

export const row = (more: Partial<ActivityRow> = {}): ActivityRow => ({
  id: 17, timestamp: '2026-08-22T10:00:02.000Z', model: 'org/small', req_path: '/v1/chat/completions', resp_content_type: 'text/event-stream', resp_status_code: 200,
  tokens: {cache_tokens: 8, draft_tokens: -1, draft_acc_tokens: -1, input_tokens: 20, output_tokens: 50, prompt_per_second: 100, tokens_per_second: 40},
  duration_ms: 1450, has_capture: false, method: 'POST', error_code: null, stream: true, bytes: 9120, queue_ms: 12, load_ms: 0, ttft_ms: 160, ...more,
});

const GIB = 2 ** 30;
export const gpus = (): Gpus => ({
  source: 'file', taken: '2026-01-01T00:00:00Z', problem: null,
  gpus: [
    {index: 0, name: 'A', uuid: 'GPU-1', pci: null, vendor: 'nvidia', total: 24 * GIB, used: 21 * GIB, free: 3 * GIB, util: 50, temp: 60, power: null,
      models: [{model: 'small', generation: 3, bytes: 20 * GIB, estimated: true}], others: [{pid: 9, name: 'Xorg', bytes: GIB / 2}]},
  ],
  ram: {total: 64 * GIB, available: 32 * GIB},
});
