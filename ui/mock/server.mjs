// A daemon that only pretends: serves dist/ and canned answers, for looking at the page and for measuring it.
// PORT (default 8090), LINES: log lines each second, KEY: wants this key, BASE: a path in front of all.
import {readFileSync, statSync} from 'node:fs';
import {createServer} from 'node:http';
import {extname, join, normalize} from 'node:path';
import {fileURLToPath} from 'node:url';
import * as data from './data.mjs';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const {PORT = '8090', LINES = '4', KEY = '', BASE = ''} = process.env;
const TYPES = {'.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml'};
const CSP = // the daemon's own: src/api/page.cpp
  "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const lines = Array.from({length: Number(process.env.HISTORY ?? 300)}, data.line);
const listeners = new Set();

const json = (response, body, status = 200) => {
  response.writeHead(status, {'Content-Type': 'application/json'});
  response.end(JSON.stringify(body));
};
const error = (response, status, code, message) => json(response, {error: {message, type: 'invalid_request_error', param: null, code, detail: null}}, status);

function file(response, path) {
  const name = join(dist, normalize(path || 'index.html'));
  try {
    if (!name.startsWith(dist) || !statSync(name).isFile()) throw new Error();
    response.writeHead(200, {'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream', 'Content-Security-Policy': CSP});
    response.end(readFileSync(name));
  } catch {
    error(response, 404, 'not_found', 'no such file');
  }
}

function wanted(query) {
  const has = (text, part) => text.toLowerCase().includes(part.toLowerCase());
  const tags = query.get('tag')?.split(',') ?? [];
  const pattern = query.get('re') && new RegExp(query.get('re'), 'i');
  return (line) =>
    has(line.text, query.get('q') ?? '') && (!query.get('not') || !has(line.text, query.get('not'))) && (!pattern || pattern.test(line.text)) &&
    (!tags.length || tags.some((tag) => line.tags.includes(tag))) && (!query.get('model') || line.model === query.get('model')) &&
    (!query.get('source') || line.source === query.get('source')) && (!query.get('launch') || String(line.launch) === query.get('launch'));
}

function page(query) {
  const limit = Number(query.get('limit') ?? 200);
  const before = Number(query.get('before') ?? Infinity);
  const found = lines.filter((line) => line.id < before).filter(wanted(query));
  const shown = found.slice(-limit);
  return {lines: shown, before: found.length > shown.length ? shown[0].id : null, after: lines.at(-1)?.id ?? 0, more: found.length > shown.length};
}

function stream(response, begin) {
  response.writeHead(200, {'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache'});
  begin();
  const beat = setInterval(() => response.write(': here\n\n'), 15_000);
  response.on('close', () => clearInterval(beat));
}

let version = 1;
const state = () => `id: run-${version}\nevent: state\ndata: ${JSON.stringify({id: `run-${version}`, daemon: data.daemon, models: data.models, inflight: data.requests, gpus: data.gpus()})}\n\n`;
const change = (part) => `id: run-${++version}\nevent: change\ndata: ${JSON.stringify({id: `run-${version}`, ...part})}\n\n`;

const answers = {
  '/api/gpus': () => data.gpus(),
  '/api/queue': () => ({frozen: false, waiting: [{position: 1, model: 'qwen3-32b-instruct-q4_k_m', age_ms: 4000, blocked_by: 'qwen3-32b-instruct-q4_k_m works on as many requests as it takes (1)'}]}),
  '/api/profiles': () => ({active: 'day', profiles: [{id: 'day', description: 'the loud one', pins: {}}, {id: 'night', description: '', pins: {}}]}),
  '/api/version': () => ({version: '0.12.6', commit: '0123456789ab', paddock: {version: '0.1.0', commit: '0123456789ab', started: new Date(Date.now() - 5e7).toISOString()}}),
  '/api/hardware': () => ({
    schema_version: 1, captured_at: '', capture: {host: 'workstation'}, architecture: {name: 'x86_64'}, operating_system: {name: 'Debian GNU/Linux', version: '12', kernel: '6.1.0'},
    environment: {kind: 'unknown'}, cpu: {model: 'AMD Ryzen 9 7950X', physical_core_count: 16}, memory: {capacity_bytes: 2 ** 36},
    accelerators: data.gpus().gpus.map((gpu) => ({model: gpu.name, driver: {name: 'nvidia', version: '570.86'}, memory: {capacity_bytes: gpu.total}})),
  }),
  '/api/config': () => data.config,
  '/api/config/check': () => ({valid: true, diagnostics: data.config.diagnostics, changes: {added: ['large'], removed: [], renewed: ['whisper-v3'], kept: [], next_start: []}, config: {...data.config.config, startPort: 6000}}),
  '/api/matrix': () => ({models: data.daemon.models.map((id, at) => ({id, pinned: at === 0, beside: data.daemon.models.filter((other) => other !== id && (at === 0 || other === data.daemon.models[0]))}))}),
  '/api/metrics/stats': () => data.stats,
  '/api/config/reload': () => ({reloaded: true, added: ['large'], removed: [], renewed: ['whisper-v3'], next_start: [], diagnostics: []}),
  '/api/plan': (query) => ({model: query.get('model'), action: 'swap', evict: ['gpt-oss-20b'], set: 'both', cost: 3, exact: true, reason: `for ${query.get('model')}, gpt-oss-20b goes, by 'both', at a cost of 3`}),
  '/api/metrics/activity': (query) => {
    const limit = Number(query.get('limit') ?? 25);
    const at = (Number(query.get('page') ?? 1) - 1) * limit;
    const rows = data.rows.filter((row) => (!query.get('model') || row.model === query.get('model')) && (!query.get('status') || (row.resp_status_code < 400) === (query.get('status') === 'ok')));
    return {data: rows.slice(at, at + limit), page: at / limit + 1, limit, total: rows.length, total_pages: Math.ceil(rows.length / limit)};
  },
};

createServer((request, response) => {
  const url = new URL(request.url, 'http://mock');
  if (!url.pathname.startsWith(BASE)) return error(response, 404, 'not_found', 'not below ' + BASE);
  const path = decodeURIComponent(url.pathname.slice(BASE.length));
  const query = url.searchParams;
  if (path === '/') return response.writeHead(302, {Location: 'ui/'}).end();
  if (path === '/favicon.ico') return response.writeHead(200, {'Content-Type': 'image/svg+xml'}).end('<svg xmlns="http://www.w3.org/2000/svg"/>');
  if (path.startsWith('/ui/')) return file(response, path.slice(4));
  if (KEY && request.headers.authorization !== `Bearer ${KEY}`) return error(response, 401, 'unauthorized', 'a key is needed');
  if (path === '/api/events/v2') {
    return stream(response, () => {
      response.write(state());
      const timer = setInterval(() => {
        const flux = data.models['flux-dev'];
        flux.loading = {...flux.loading, elapsed_s: (flux.loading.elapsed_s % 30) + 1, percent: Math.round((((flux.loading.elapsed_s % 30) + 1) / 31) * 100)};
        response.write(change({models: {'flux-dev': flux}, gpus: data.gpus()}));
      }, 1000);
      response.on('close', () => clearInterval(timer));
    });
  }
  if (path === '/api/logs') return query.get('re') === '*gpu' ? error(response, 400, 'invalid_request', '`re` is no regular expression: no argument for repetition operator: *') : json(response, page(query));
  if (path === '/api/logs/stream') {
    return stream(response, () => {
      const listener = {fits: wanted(query), response};
      listeners.add(listener);
      response.on('close', () => listeners.delete(listener));
    });
  }
  const fit = /^\/api\/models\/(.+)\/fit$/.exec(path);
  if (fit) return json(response, data.fits[fit[1]] ?? data.noFit(fit[1]));
  if (path === '/metrics') return response.writeHead(200, {'Content-Type': 'text/plain; version=0.0.4; charset=utf-8'}).end('# TYPE paddock_models gauge\npaddock_models{state="ready"} 1\n');
  if (/^\/upstream\/.+\/slots$/.test(path)) return json(response, [{id: 0, n_ctx: 8192, is_processing: true, n_past: 2048, next_token: {n_decoded: 120}}, {id: 1, n_ctx: 8192, is_processing: false, n_past: 512}]);
  const launches = /^\/api\/models\/(.+)\/launches$/.exec(path);
  if (launches) return json(response, {launches: data.models[launches[1]]?.launch ? [{...data.models[launches[1]].launch, tail: 'the last\nlines'}] : []});
  if (request.method === 'POST' && path.startsWith('/api/models/')) return setTimeout(() => json(response, {model: {}}), 500);
  if (path === '/v1/chat/completions') {
    return stream(response, () => {
      const words = 'Here is **Markdown**:\n\n- a list\n- of `things`\n\n```py\nprint("hello")\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<img src=x onerror=alert(1)> stays text.'.split(/(?<= )/);
      let at = 0;
      response.write(': loading gpt-oss-20b: 1 s\n\n');
      const timer = setInterval(() => {
        const text = words[at++];
        if (text !== undefined) return response.write(`data: ${JSON.stringify({choices: [{delta: {content: text}}]})}\n\n`);
        clearInterval(timer);
        response.write(`data: ${JSON.stringify({choices: [{delta: {}, finish_reason: 'stop'}], usage: {prompt_tokens: 20, completion_tokens: 30}, timings: {prompt_per_second: 812.4, predicted_per_second: 42.3}})}\n\ndata: [DONE]\n\n`);
        response.end();
      }, 40);
    });
  }
  const answer = answers[path];
  return answer ? json(response, answer(query)) : error(response, 404, 'not_found', 'no such address');
}).listen(Number(PORT), '127.0.0.1', () => console.log(`http://127.0.0.1:${PORT}${BASE}/ui/`));

// In bursts of a tenth of a second, as a daemon's come.
let owed = 0;
setInterval(() => {
  owed += Number(LINES) / 10;
  const fresh = Array.from({length: Math.floor(owed)}, data.line);
  owed -= fresh.length;
  lines.push(...fresh);
  if (lines.length > 60_000) lines.splice(0, lines.length - 50_000);
  for (const {fits, response} of listeners) {
    response.write(fresh.filter(fits).map((line) => `id: ${line.id}\ndata: ${JSON.stringify(line)}\n\n`).join(''));
  }
}, 100);
