// Rows of the activity list in other forms. Pure.
import type {ActivityRow, Capture} from '../api/schema';

// Where the time of a request went. The time to the first byte begins with its place, as does the rest.
export function waits(row: ActivityRow): {name: string; ms: number; kind: string}[] {
  const queue = row.queue_ms ?? 0;
  const load = row.load_ms ?? 0;
  const first = row.ttft_ms ?? 0;
  const rest = Math.max(0, row.duration_ms - queue - load - first);
  return [
    {name: 'queue', ms: queue, kind: 'c6'}, {name: 'load', ms: load, kind: 'c3'},
    {name: 'first byte', ms: first, kind: 'c1'}, {name: 'answer', ms: rest, kind: 'c0'},
  ].filter((part) => part.ms > 0);
}

export const wentWrong = (row: ActivityRow) => row.error_code !== null || row.resp_status_code >= 400;

// By what the daemon calls them; `''`: all of them.
export const STATUSES = {'': 'all', ok: 'went well', error: 'failed'} as const;

// A cell that begins like a formula would be one in a spreadsheet, and names of models are not ours.
function cell(value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? "'" + text : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function asCsv(rows: ActivityRow[]): string {
  const head = ['id', 'time', 'model', 'path', 'status', 'error', 'queue_ms', 'load_ms', 'ttft_ms', 'prompt_tokens', 'cached_tokens',
    'generated_tokens', 'prompt_per_second', 'tokens_per_second', 'duration_ms', 'bytes'];
  const lines = rows.map((row) => [
    row.id, row.timestamp, row.model, row.req_path, row.resp_status_code, row.error_code, row.queue_ms, row.load_ms, row.ttft_ms,
    row.tokens.input_tokens, row.tokens.cache_tokens, row.tokens.output_tokens, row.tokens.prompt_per_second, row.tokens.tokens_per_second,
    row.duration_ms, row.bytes,
  ]);
  return [head, ...lines].map((line) => line.map(cell).join(',')).join('\r\n') + '\r\n';
}

export function decoded(body: string | null): string {
  if (body === null) return '(not kept)';
  const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

export const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
const LEFT_OUT = /^(host|content-length|connection|accept-encoding|transfer-encoding)$/i;

export function asCurl(capture: Capture, base: string): string {
  const headers = Object.entries(capture.req_headers).filter(([name]) => !LEFT_OUT.test(name));
  const body = capture.req_body === null ? [] : ['--data-raw ' + quoted(decoded(capture.req_body))];
  return ['curl ' + quoted(base + capture.req_path), ...headers.map(([name, value]) => '-H ' + quoted(`${name}: ${value}`)), ...body].join(' \\\n  ');
}
