// The whole page against a daemon that is a table: what people see and press.
import {render} from 'preact';
import {act} from 'preact/test-utils';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {App} from '../src/app';
import type {Model} from '../src/api/schema';
import {askForKey, history as past, live, gpus as pictures, notices} from '../src/store/app';
import {EMPTY} from '../src/store/gpuhistory';
import {NOTHING} from '../src/store/live';
import {failed, gpus, launch, line, model, request, row} from './samples';
import {eventually, failure, FakeDaemon, FakeStream, type Answer, type Asked} from './support';

const SMALL = model('small', {state: 'ready', launch: launch(), fit: {verdict: 'fits', sentence: 'Fits: 20.0 of 24.0 GiB', launch: 3, forecast: null}});
const EVIL = '<img src=x onerror=alert(1)>';

let daemon: FakeDaemon;
let streams: FakeStream[];
let root: HTMLElement;

const state = (models: Model[], more: object = {}) => ({
  id: 'r-1', daemon: {version: '1', frozen: false, shutting_down: false, profile: null, models: models.map((one) => one.id)},
  models: Object.fromEntries(models.map((one) => [one.id, one])), inflight: {}, ...more,
});

function stream(signal?: AbortSignal | null): FakeStream {
  const made = new FakeStream(signal);
  streams.push(made);
  return made;
}

function open(hash: string, models: Model[], answers: Record<string, Answer> = {}, more: object = {}): void {
  daemon = new FakeDaemon({
    'api/events/v2': (_, signal) => {
      const made = stream(signal);
      made.event('r-1', 'state', state(models, more));
      return made.response;
    },
    'api/gpus': gpus,
    'api/profiles': {active: null, profiles: []},
    'api/matrix': {models: []},
    ...answers,
  });
  location.hash = hash;
  act(() => render(<App />, root));
}

beforeEach(() => {
  streams = [];
  live.value = NOTHING;
  pictures.value = null;
  past.value = EMPTY;
  notices.value = [];
  askForKey.value = '';
  sessionStorage.clear();
  vi.stubGlobal('ResizeObserver', class {
    observe() {}
    disconnect() {}
  });
  root = document.createElement('div');
  document.body.replaceChildren(root);
});

afterEach(() => {
  act(() => render(null, root));
  vi.unstubAllGlobals();
});

const text = () => root.textContent ?? '';
const button = (label: string | RegExp) => {
  const found = [...root.querySelectorAll('button')].find((one) =>
    typeof label === 'string' ? one.textContent?.trim() === label : label.test(one.textContent ?? ''),
  );
  if (!found) throw new Error(`no button ${label} in: ${text()}`);
  return found;
};
const press = (label: string | RegExp) => act(() => button(label).click());
const type = (selector: string, value: string) =>
  act(() => {
    const input = root.querySelector<HTMLInputElement>(selector)!;
    input.value = value;
    input.dispatchEvent(new Event('input', {bubbles: true}));
  });

const cells = () => [...root.querySelectorAll('tbody td')].map((one) => one.textContent);
const submit = () => act(() => void root.querySelector('dialog form')!.dispatchEvent(new Event('submit', {bubbles: true, cancelable: true})));

describe('the models', () => {
  it('say whether they fit, how full the card is, and why one failed', async () => {
    open('#/models', [SMALL, failed('large')], {}, {gpus: gpus()});
    await eventually(() => expect(text()).toContain('20.0/24.0 GiB'));
    expect(root.querySelector('[data-model=small] [data-verdict=fits]')).not.toBeNull();
    expect(text()).toContain('Fits: 20.0 of 24.0 GiB');
    const row = root.querySelector('[data-model=large]')!.textContent;
    expect(row).toContain('failed');
    expect(row).toContain('the memory of the GPU is used up');
    expect(row).toContain('cudaMalloc failed: out of memory');
    expect(document.title).toContain('●1 ✖1');
  });

  it('are loaded once it is clear what goes for them', async () => {
    open('#/models', [SMALL, model('other')], {
      'api/plan': {model: 'other', action: 'swap', evict: ['small'], set: null, cost: 1, exact: true, reason: 'for other, small goes'},
      'POST api/models/other/load': {model: model('other')},
    });
    await eventually(() => button('load'));
    press('load');
    await eventually(() => button('load (unloads small)'));
    expect(daemon.count('api/models/other/load')).toBe(0);
    press('load (unloads small)');
    await eventually(() => expect(daemon.count('api/models/other/load')).toBe(1));
  });

  it('show why a load failed', async () => {
    open('#/models', [model('other')], {
      'api/plan': {model: 'other', action: 'load', evict: [], set: null, cost: 0, exact: true, reason: ''},
      'POST api/models/other/load': () => failure(503, 'start_failed', 'model other failed to start: out of memory'),
    });
    await eventually(() => button('load'));
    press('load');
    await eventually(() => expect(root.querySelector('[role=alert]')?.textContent).toContain('model other failed to start: out of memory'));
  });

  it('are not unloaded under their requests without a question', async () => {
    open('#/models', [{...SMALL, in_flight: 2}], {'POST api/models/small/unload': {model: SMALL}});
    await eventually(() => button('unload'));
    press('unload');
    await eventually(() => button('after them'));
    press('now, cutting them');
    await eventually(() => expect(daemon.asked.at(-1)?.path).toBe('api/models/small/unload?mode=now'));
  });

  it('stay when the connection is lost, and go on where they were', async () => {
    open('#/models', [SMALL]);
    await eventually(() => expect(text()).toContain('live'));
    daemon.answers['api/events/v2'] = (_, signal) => stream(signal).response;
    streams[0]!.end();
    await eventually(() => expect(text()).toMatch(/stale since \d+ s/));
    expect(text()).toContain('Fits: 20.0 of 24.0 GiB');
    await eventually(() => expect(streams).toHaveLength(2));
    expect(daemon.asked.filter((one) => one.path === 'api/events/v2').at(-1)!.headers.get('Last-Event-ID')).toBe('r-1');
    streams[1]!.event('r-2', 'change', {id: 'r-2', models: {small: {...SMALL, state: 'stopping'}}});
    await eventually(() => expect(text()).toContain('stopping'));
  });

  it('that are stopped say what they would take', async () => {
    const forecast = {source: 'learned' as const, sentence: 'Takes 2.1 GiB of GPU 1'};
    open('#/models', [model('other', {fit: {verdict: null, sentence: 'It has not been loaded yet', launch: null, forecast}})]);
    await eventually(() => expect(text()).toContain('Takes 2.1 GiB of GPU 1 (learned)'));
  });

  it('have names that are text', async () => {
    open('#/models', [{...model(EVIL), name: EVIL, description: EVIL}]);
    await eventually(() => expect(text()).toContain(EVIL));
    expect(root.querySelector('img')).toBeNull();
  });

  it('are filtered as the address says', async () => {
    open('#/models?state=failed', [SMALL, failed('large')]);
    await eventually(() => expect(root.querySelectorAll('[data-model]')).toHaveLength(1));
    press('all');
    await eventually(() => expect(root.querySelectorAll('[data-model]')).toHaveLength(2));
    type('[data-search]', 'lar');
    await eventually(() => expect(root.querySelectorAll('[data-model]')).toHaveLength(1));
    expect(location.hash).toBe('#/models?q=lar');
  });
});

describe('what is always in sight', () => {
  const now = () => root.querySelector('[aria-label=Now]')?.textContent ?? '';

  it('is what runs, loads, failed and waits, on any page', async () => {
    const loads = model('img', {state: 'starting', waiting: 1, loading: {stage: 'weights', percent: 62, elapsed_s: 14, expected_s: 31}});
    open('#/activity', [SMALL, loads, failed('large'), model('idle')], {}, {inflight: {7: request(7, {model: 'img', phase: 'loading'})}, gpus: gpus()});
    await eventually(() => expect(now()).toContain('small'));
    expect(now()).toContain('weights 62% · 00:14 · 1 waiting');
    expect(now()).toContain('large failed');
    expect(now()).toContain('fits');
    expect(now()).toContain('GPU 0 21.0/24.0 GiB');
    expect(now()).not.toContain('idle');
  });

  it('comes over the one stream: no page asks for the cards again and again', async () => {
    open('#/models', [SMALL], {}, {gpus: gpus()});
    await eventually(() => expect(root.querySelector('[data-model=small]')?.textContent).toContain('20.0/24.0 GiB'));
    const card = {...gpus().gpus[0]!, used: 2 ** 30, models: []};
    streams[0]!.event('r-2', 'change', {id: 'r-2', gpus: {...gpus(), taken: '2026-01-01T00:00:09Z', gpus: [card]}});
    await eventually(() => expect(now()).toContain('GPU 0 1.0/24.0 GiB'));
    expect(daemon.count('api/gpus')).toBe(0);
    expect(streams).toHaveLength(1);
  });
});

describe('the cards', () => {
  it('say what a model holds, what its log adds up to, and what was foreseen', async () => {
    const gib = 2 ** 30;
    const card = {...gpus().gpus[0]!, models: [{model: 'small', generation: 3, bytes: 20 * gib, estimated: false}]};
    open('#/gpus', [SMALL], {
      'api/gpus': {...gpus(), gpus: [card]},
      'api/models/small/fit': {
        model: 'small', launch: 3, devices: [{card: 'GPU 0', sum: 19 * gib}, {card: 'GPU 1', sum: gib}],
        forecast: {sentence: null, devices: [{index: 0, low: 18 * gib, high: 19.5 * gib}]},
      },
    });
    await eventually(() => expect(cells()).toEqual(['GPU 0', '18.0 GiB to 19.5 GiB', '19.0 GiB', '20.0 GiB', '+512 MiB', '+1.0 GiB', '✓ fits']));
    expect(text()).toContain('32.0/64.0 GiB used');
  });

  const gib = 2 ** 30;
  const broken = (estimated: boolean, ram: object) => ({
    'api/gpus': {...gpus(), gpus: [{...gpus().gpus[0]!, models: [{model: 'small', generation: 3, bytes: 20 * gib, estimated}]}]},
    'api/models/small/fit': {model: 'small', launch: 3, devices: [{card: 'GPU 0', weights: 17 * gib, kv: 2 * gib, compute: 0, sum: 19 * gib}], forecast: null, ram},
  });
  const bars = () => [...root.querySelectorAll('.bar')].map((one) => one.getAttribute('aria-label'));

  it('break down what a model holds, on the card and in RAM', async () => {
    open('#/gpus', [SMALL], broken(false, {sum: 3 * gib, prompt_cache: gib}));
    await eventually(() => expect(bars()[0]).toContain('small: weights 17.0 GiB, small: KV cache 2.0 GiB, small: the rest 1.0 GiB, Xorg'));
    expect(bars()[1]).toBe('RAM: small 4.0 GiB, others 28.0 GiB of 64.0 GiB');
  });

  it('break down no estimate, nor what is only mapped', async () => {
    open('#/gpus', [SMALL], broken(true, {sum: 40 * gib, prompt_cache: 0}));
    await eventually(() => expect(text()).toContain('some of it is mapped from files'));
    expect(bars()[0]).toContain('small 20.0 GiB');
    expect(bars()[1]).toBe('RAM: used 32.0 GiB of 64.0 GiB');
  });
});

describe('about', () => {
  it('tells what runs where, and what it may not know', async () => {
    open('#/about', [SMALL], {
      'api/version': {version: '0.12.6', commit: 'c', paddock: {version: '0.1.0', commit: 'abc'}},
      'api/hardware': {
        schema_version: 1, captured_at: '', capture: {}, architecture: {name: 'x86_64'}, operating_system: {name: 'Debian', version: '12', kernel: '6.1'},
        environment: {kind: 'unknown'}, cpu: {model: 'A CPU', physical_core_count: null}, memory: {capacity_bytes: 2 ** 36}, accelerators: [{model: 'A4000', memory: {capacity_bytes: 2 ** 34}}],
      },
      'api/config': () => failure(403, 'forbidden', 'the key has no role admin'),
    });
    await eventually(() => expect(text()).toContain('0.1.0, commit abc'));
    await eventually(() => expect(text()).toContain('Debian 12'));
    expect(text()).toContain('64.0 GiB');
    expect(text()).toContain('A4000, 16.0 GiB');
    await eventually(() => expect(text()).toContain('the key has no role admin'));
  });

  it('tells since when, with which engines, and puts it together for support', async () => {
    let said = '';
    Object.defineProperty(navigator, 'clipboard', {value: {writeText: async (text: string) => void (said = text)}, configurable: true});
    open('#/about', [{...SMALL, cmd: 'LD_LIBRARY_PATH=/x /opt/llama-server -m a.gguf'}, model('other', {cmd: '"/opt/my server" --port 1'})], {
      'api/version': {version: '0.12.6', commit: 'c', paddock: {version: '0.1.0', commit: 'abc', started: new Date(Date.now() - 125_500).toISOString()}},
      'api/hardware': {
        schema_version: 1, captured_at: '', capture: {host: 'workstation'}, architecture: {}, operating_system: {}, environment: {kind: 'unknown'}, cpu: {}, memory: {},
        accelerators: [{model: 'A4000', memory: {}, driver: {name: 'nvidia', version: '570.86'}}],
      },
      'api/config': {files: ['/etc/paddock.yaml'], watched: true, loaded: '2026-01-01T00:00:00Z', rejected: null, not_writable: null, diagnostics: [], config: {apiKeys: ['***']}},
      'api/models/small/fit': {build: 'b10964'},
      'v1/models': {data: [{id: 'small', capabilities: {vision: true, tools: false}}]},
    });
    await eventually(() => expect(root.querySelector('.host')?.textContent).toBe('workstation'));
    await eventually(() => expect(text()).toMatch(/up for2 min \d+ s, since/));
    await eventually(() => expect(text()).toContain('A4000, driver nvidia 570.86'));
    await eventually(() => expect(cells().slice(0, 2)).toEqual(['b10964', 'small (vision)']));
    expect([...root.querySelectorAll('tbody th')].map((one) => one.textContent)).toEqual(['/opt/llama-server', '/opt/my server']);
    press('copy for support');
    Reflect.deleteProperty(navigator, 'clipboard');
    for (const part of ['paddock: 0.1.0, commit abc', '- /opt/llama-server: b10964; small', '- small: ready; Fits: 20.0 of 24.0 GiB', 'apiKeys', '***']) expect(said).toContain(part);
  });
});

describe('a model', () => {
  it('tells what its slots are at, when asked', async () => {
    open('#/models/small', [SMALL], {'upstream/small/slots': [{id: 0, n_ctx: 4096, is_processing: true, n_prompt_tokens: 1000, next_token: [{n_decoded: 24}]}]});
    await eventually(() => button('look (llama-server)'));
    expect(daemon.count('upstream')).toBe(0);
    press('look (llama-server)');
    await eventually(() => expect(cells().slice(0, 2)).toEqual(['busy', '1,024 of 4,096']));
    daemon.answers['upstream/small/slots'] = () => failure(501, 'not_supported', 'it has no slots');
    press('look again');
    await eventually(() => expect(text()).toContain('it has no slots'));
  });

  it('that was never loaded says what it will take', async () => {
    const gib = 2 ** 30;
    open('#/models/small?tab=fit', [model('small')], {
      'api/models/small/fit': {
        model: 'small', verdict: null, sentence: 'It has not been loaded yet', launch: null, judged: null, build: null, devices: [], ram: null, layers: null, context: null,
        context_before_cut: null, kv_pools: [], proof: [], advice: null,
        forecast: {source: 'header', sentence: 'Fits: takes 2.0 GiB', notes: ['a note'], load_ms: 4200, ram: null,
          devices: [{title: 'GPU 1', index: 1, low: 2 * gib, high: 2.4 * gib, free: 6 * gib, total: 16 * gib}]},
      },
    });
    await eventually(() => expect(text()).toContain('Fits: takes 2.0 GiB'));
    expect(text()).toContain('2.0 GiB to 2.4 GiB');
    expect(text()).toContain('loads in about 4.20 s');
    expect(text()).toContain('a note');
  });
});

describe('what if', () => {
  it('draws the card as it would be, with what goes for it', async () => {
    const gib = 2 ** 30;
    open('#/gpus?what=new', [SMALL, model('new')], {
      'api/plan': {model: 'new', action: 'swap', evict: ['small'], set: null, cost: 1, exact: true, reason: 'small goes'},
      'api/models/new/fit': {
        model: 'new', verdict: null, sentence: 'It has not been loaded yet', launch: null, judged: null, devices: [], ram: null, layers: null, context: null,
        context_before_cut: null, kv_pools: [], proof: [], advice: null,
        forecast: {source: 'header', sentence: 'Takes 22 GiB', notes: [], load_ms: null, ram: null,
          devices: [{title: 'GPU 0', index: 0, low: 22 * gib, high: 24 * gib, free: 3 * gib, total: 24 * gib}]},
      },
    });
    const then = () => root.querySelector('[data-outcome]');
    await eventually(() => expect(then()?.textContent).toContain('might not fit takes 22.0 GiB to 24.0 GiB of 23.0 GiB (3.0 GiB free, ≈ 20.0 GiB of small)'));
    expect(then()?.querySelector('[role="img"]')?.getAttribute('aria-label'))
      .toBe('GPU 0 then: Xorg (9) 512 MiB, unaccounted 512 MiB, new, at least 22.0 GiB, new, perhaps 2.0 GiB of 24.0 GiB');
  });
});

describe('a verdict', () => {
  it('tells what the prompt cache holds and may hold', async () => {
    const gib = 2 ** 30;
    open('#/models/small?tab=fit', [SMALL], {
      'api/models/small/fit': {
        model: 'small', verdict: 'fits', sentence: 'Fits: 20.0 of 24.0 GiB', complete: true, launch: 3, judged: '2026-01-01T00:00:01Z', build: null, devices: [],
        ram: {weights: 0, kv: 0, state: 0, compute: 0, output: 0, other: 0, sum: 0, prompt_cache: 0.5 * gib, prompt_cache_limit: 8 * gib},
        layers: null, context: null, context_before_cut: null, kv_pools: [], proof: [], advice: null, forecast: null,
      },
    });
    await eventually(() => expect(text()).toContain('512 MiB of RAM, up to 8.0 GiB'));
  });
});

describe('a loaded model', () => {
  it('shows what was predicted beside what its log and the driver say', async () => {
    const gib = 2 ** 30;
    const part = (title: string, index: number | null, low: number, high: number) => ({title, index, low, high, free: null, total: null});
    const device = {name: 'CUDA0', title: 'A', pci: null, card: 'GPU 0', remote: false, total: 24 * gib, free: null, weights: 19 * gib, kv: 0, state: 0, compute: 0, output: 0, other: 0, sum: 19 * gib};
    const card = {...gpus().gpus[0]!, models: [{model: 'small', generation: 3, bytes: 19.5 * gib, estimated: false}]};
    open('#/models/small?tab=fit', [SMALL], {
      'api/models/small/fit': {
        model: 'small', verdict: 'fits', sentence: 'Fits: 20.0 of 24.0 GiB', complete: true, launch: 3, judged: '2026-01-01T00:00:01Z', build: null, devices: [device],
        ram: {weights: 3 * gib, kv: 0, state: 0, compute: 0, output: 0, other: 0, sum: 3 * gib, prompt_cache: 0, prompt_cache_limit: null},
        layers: null, context: null, context_before_cut: null, kv_pools: [], proof: [], advice: null, warning: 'Its log names GPU 0',
        forecast: {source: 'learned', sentence: null, notes: [], load_ms: null, devices: [part('GPU 0 (A)', 0, 20 * gib, 20.5 * gib)], ram: part('RAM', null, 3 * gib, 3 * gib)},
      },
    }, {gpus: {...gpus(), gpus: [card]}});
    await eventually(() => expect(text()).toContain('19.5 GiB on GPU 0 by the driver (512 MiB of it not in its log: the driver’s own)'));
    const rows = [...root.querySelectorAll('[aria-label="Predicted and measured"] tbody tr')].map((one) => [...one.children].map((cell) => cell.textContent));
    expect(rows).toEqual([
      ['GPU 0', '20.0 GiB to 20.5 GiB', '19.0 GiB', '19.5 GiB', '−512 MiB'],
      ['RAM', '3.0 GiB', '3.0 GiB', '–', 'within'],
    ]);
    expect(text()).not.toContain('The next load');
    expect(text()).toContain('Its log names GPU 0');
    expect(text()).not.toContain('null');
  });

  it('says that a share told by difference is an estimate, and nothing of a launch that is gone', async () => {
    const fit = (launch: number) => ({
      model: 'small', verdict: 'fits', sentence: 'Fits', complete: true, launch, judged: null, build: null, devices: [], ram: null, layers: null, context: null,
      context_before_cut: null, kv_pools: [], proof: [], advice: null, forecast: null,
    });
    open('#/models/small?tab=fit', [SMALL], {'api/models/small/fit': fit(3)}, {gpus: gpus()});
    await eventually(() => expect(text()).toContain('≈ 20.0 GiB on GPU 0, estimated'));
    act(() => render(null, root));
    open('#/models/small?tab=fit', [SMALL], {'api/models/small/fit': fit(2)}, {gpus: gpus()});
    await eventually(() => expect(text()).toContain('launch 2'));
    expect(text()).not.toContain('estimated');
  });
});

describe('a key', () => {
  it('is asked for, kept for the tab, and sent', async () => {
    open('#/models', [SMALL], {
      'api/events/v2': (asked, signal) => {
        if (asked.headers.get('Authorization') !== 'Bearer right') return failure(401, 'unauthorized', 'a key is needed');
        const made = stream(signal);
        made.event('r-1', 'state', state([SMALL]));
        return made.response;
      },
    });
    await eventually(() => expect(text()).toContain('A key is needed'));
    type('input[type=password]', 'wrong');
    submit();
    await eventually(() => expect(text()).toContain('That key is not one of those'));
    type('input[type=password]', 'right');
    submit();
    await eventually(() => expect(text()).toContain('Fits: 20.0 of 24.0 GiB'));
    expect(sessionStorage.getItem('paddock.key')).toBe('right');
    expect(root.querySelector('dialog')).toBeNull();
  });
});

const page = (lines: ReturnType<typeof line>[]) => ({lines, before: null, after: 9, more: false});
const logs = (answer: Answer): Record<string, Answer> => ({'api/logs': answer, 'api/logs/stream': (_, signal) => stream(signal).response});

describe('the log', () => {
  it('shows text of models as text', async () => {
    open('#/logs', [SMALL], logs(page([line(1, {text: EVIL}), line(2, {model: null, source: 'proxy', level: 'error', text: 'our own'})])));
    await eventually(() => expect(text()).toContain(EVIL));
    expect(root.querySelector('.log img')).toBeNull();
    expect(root.querySelector('.line.is-error')?.textContent).toContain('paddock');
  });

  it('finds the lines about memory when one types gpu', async () => {
    const found = line(2, {tags: ['gpu', 'fit'], text: 'CPU_Mapped model buffer size = 7218.45 MiB'});
    open('#/logs', [SMALL], logs((asked: {path: string}) => page(asked.path.includes('tag=fit%2Cgpu') ? [found] : [line(1), found])));
    await eventually(() => expect(text()).toContain('line 1'));
    type('[data-search]', 'gpu');
    await eventually(() => expect(text()).not.toContain('line 1'));
    await eventually(() => expect(text()).toContain('7218.45 MiB'));
    await eventually(() => expect(text()).toContain('0 lines match · 1 more are about GPU memory'));
    expect(location.hash).toBe('#/logs?q=gpu');
  });

  it('says what is wrong with a filter', async () => {
    open('#/logs?q=*gpu&re=1', [SMALL], logs(() => failure(400, 'invalid_request', 'no argument for repetition operator: *')));
    await eventually(() => expect(root.querySelector('[role=alert]')?.textContent).toContain('no argument for repetition operator'));
    expect(root.querySelector('[data-search]')?.getAttribute('aria-invalid')).toBe('true');
  });

  it('keeps the lines of the last filter that was one', async () => {
    const bad = () => failure(400, 'invalid_request', 'no argument for repetition operator: *');
    open('#/logs?re=1&q=line', [SMALL], logs((asked: Asked) => (asked.path.includes('re=*') ? bad() : page([line(asked.path.includes('re=new') ? 7 : 1)]))));
    await eventually(() => expect(text()).toContain('line 1'));
    type('[data-search]', '*gpu');
    await eventually(() => expect(root.querySelector('[role=alert]')?.textContent).toContain('the filter before'));
    expect(root.querySelector('[data-search]')?.getAttribute('aria-invalid')).toBe('true');
    expect(root.querySelector('.line')?.textContent).toContain('line 1');
    type('[data-search]', 'new');
    await eventually(() => expect(root.querySelector('.line')?.textContent).toContain('line 7'));
    expect(root.querySelector('[role=alert]')).toBeNull();
  });

  it('marks what a regular expression matches, in a worker', async () => {
    vi.stubGlobal('Worker', class {
      onmessage: ((event: {data: unknown}) => void) | null = null;
      constructor() {
        queueMicrotask(() => this.onmessage?.({data: 'ready'}));
      }
      postMessage({texts}: {texts: string[]}) {
        this.onmessage?.({data: texts.map(() => [[0, 4]])});
      }
      terminate() {}
    });
    open('#/logs?re=1&q=l.*e', [SMALL], logs(page([line(1)])));
    await eventually(() => expect(root.querySelector('mark')?.textContent).toBe('line'));
    await eventually(() => expect(text()).toContain('1 with “l.*e”'));
  });

  it('takes several lines, for a link and for the clipboard', async () => {
    open('#/logs', [SMALL], logs(page([line(1), line(2), line(3)])));
    await eventually(() => expect(text()).toContain('line 3'));
    act(() => root.querySelector<HTMLElement>('[data-id="3"]')!.click());
    act(() => void root.querySelector('[data-id="2"]')!.dispatchEvent(new MouseEvent('click', {bubbles: true, shiftKey: true})));
    await eventually(() => button('copy 2 lines'));
    expect(location.hash).toBe('#/logs?line=2&to=3');
    expect(root.querySelectorAll('.is-chosen')).toHaveLength(2);
    press('close');
    await eventually(() => expect(root.querySelectorAll('.is-chosen')).toHaveLength(0));
  });

  it('puts no filter away that counts', async () => {
    open('#/logs', [SMALL], logs(page([line(1)])));
    await eventually(() => expect(button('more filters').getAttribute('aria-expanded')).toBe('false'));
    press('more filters');
    expect(button('fewer filters').getAttribute('aria-expanded')).toBe('true');
    act(() => void (location.hash = '#/models'));
    await eventually(() => expect(root.querySelector('h1')?.textContent).toBe('Models'));
    act(() => void (location.hash = '#/logs?not=x'));
    await eventually(() => button('fewer filters'));
  });

  it('goes to a launch, and to what it said about memory', async () => {
    open('#/logs?model=small&q=x', [SMALL], {
      ...logs(page([line(1)])), 'api/models/small/launches': {launches: [launch({generation: 4, ended: '2026-01-01T00:00:02Z'}), launch()]},
    });
    await eventually(() => expect(root.querySelectorAll('[aria-label=Launch] option')).toHaveLength(3));
    press('load report');
    await eventually(() => expect(daemon.asked.some((one) => /api\/logs\?.*tag=fit%2Cgpu.*launch=4/.test(one.path))).toBe(true));
    expect(location.hash).toBe('#/logs?model=small&launch=4&tag=fit%2Cgpu');
  });

  it('breaks long lines when asked to, and says so in the address', async () => {
    open('#/logs', [SMALL], logs(page([line(1, {text: 'x'.repeat(250)}), line(2)])));
    await eventually(() => expect(root.querySelectorAll('.line')).toHaveLength(2));
    expect(root.querySelector<HTMLElement>('.line')!.style.height).toBe('20px');
    act(() => void window.dispatchEvent(new KeyboardEvent('keydown', {key: 'w', cancelable: true})));
    await eventually(() => expect(root.querySelector<HTMLElement>('.line')!.style.height).toBe('60px'));
    expect(location.hash).toBe('#/logs?wrap=1');
    expect(button('wrap').getAttribute('aria-pressed')).toBe('true');
  });

  it('goes to a line of an address that is pasted into it', async () => {
    open('#/logs', [SMALL], logs((asked: Asked) =>
      asked.path.includes('before=6') ? page(Array.from({length: 5}, (_, at) => line(at + 1))) : page(Array.from({length: 10}, (_, at) => line(at + 1001)))));
    await eventually(() => expect(text()).toContain('line 1010'));
    act(() => void (location.hash = '#/logs?line=1003'));
    await eventually(() => expect(root.querySelector('.chosen pre')?.textContent).toBe('line 1003'));
    expect(daemon.count('api/logs?')).toBe(1); // it was there
    act(() => void (location.hash = '#/logs?line=5'));
    await eventually(() => expect(root.querySelector('.chosen pre')?.textContent).toBe('line 5'));
    expect(daemon.asked.filter((one) => one.path.startsWith('api/logs?')).map((one) => one.path)).toEqual(['api/logs?limit=1000', 'api/logs?before=6&limit=1000', 'api/logs?after=5&limit=1000']);
    expect(button('follow').getAttribute('aria-pressed')).toBe('false');
  });

  it('begins at a time of the address', async () => {
    open('#/logs?t0=2026-01-01T00:00:05Z', [SMALL], logs((asked: Asked) =>
      asked.path.includes('until=') ? page([line(4)]) : asked.path.includes('before=5') ? page([line(3), line(4)]) : page([line(5)])));
    await eventually(() => expect(root.querySelector('.chosen pre')?.textContent).toBe('line 4'));
    expect(location.hash).toBe('#/logs?line=4');
    expect(text()).toContain('line 5');
    expect(button('follow').getAttribute('aria-pressed')).toBe('false');
  });

  it('tells how long after another each line came', async () => {
    open('#/logs?line=1', [SMALL], logs(page([line(1, {time: '2026-01-01T00:00:01.000Z'}), line(2, {time: '2026-01-01T00:00:03.250Z'})])));
    await eventually(() => expect(root.querySelectorAll('.line')).toHaveLength(2));
    press('+s');
    await eventually(() => expect(root.querySelectorAll('.line-time')[1]?.textContent).toBe('+2.250 s'));
    expect(location.hash).toBe('#/logs?line=1&ago=1');
  });

  it('draws only what is in sight', async () => {
    open('#/logs', [SMALL], logs(page(Array.from({length: 1000}, (_, at) => line(at + 1)))));
    await eventually(() => expect(root.querySelector('[data-count]')?.getAttribute('data-count')).toBe('1000'));
    expect(root.querySelectorAll('.line').length).toBeLessThan(120);
  });
});

describe('the time that an idle model stays', () => {
  it('runs down in its row and on its page', async () => {
    open('#/models', [{...SMALL, unloads_at: new Date(Date.now() + 600_000).toISOString()}]);
    await eventually(() => expect(root.querySelector('.ttl')?.textContent).toMatch(/^ttl (10:00|09:5\d)$/));
    const before = root.querySelector('.ttl')!.textContent;
    await eventually(() => expect(root.querySelector('.ttl')!.textContent).not.toBe(before));
    act(() => void (location.hash = '#/models/small'));
    await eventually(() => expect(root.querySelector('.title .ttl')?.textContent).toMatch(/^ttl 09:5\d$/));
    expect(daemon.asked.filter((one) => one.path.startsWith('api/models'))).toEqual([]);
  });
});

describe('the activity', () => {
  it('shows what runs and ends it, and what ended with its costs', async () => {
    open('#/activity', [SMALL], {
      'api/metrics/activity': {data: [row({error_code: 'start_failed', resp_status_code: 503})], page: 1, limit: 50, total: 1, total_pages: 1},
      'api/metrics/stats': {total_requests: 1, total_input_tokens: 20, total_output_tokens: 50, total_cache_tokens: 8, prompt_histogram: null, gen_histogram: null},
      'POST api/inflight/7/cancel': {msg: 'ok'},
    }, {inflight: {7: request(7)}});
    await eventually(() => expect(text()).toContain('503 start_failed'));
    expect(text()).toContain('160 ms');
    expect(text()).toContain('40.0 t/s');
    press('cancel');
    await eventually(() => expect(daemon.count('api/inflight/7/cancel')).toBe(1));
  });

  it('asks the daemon for what failed alone, also for a file of it', async () => {
    const answer = (asked: Asked) => {
      const data = asked.path.includes('status=error') ? [row({id: 18, req_path: '/gone', resp_status_code: 499})] : [row({req_path: '/well'})];
      return {data, page: 1, limit: 50, total: 1, total_pages: 1};
    };
    open('#/activity', [SMALL], {'api/metrics/activity': answer});
    await eventually(() => expect(text()).toContain('/well'));
    press('failed');
    await eventually(() => expect(text()).toContain('/gone'));
    expect(text()).not.toContain('/well');
    expect(location.hash).toBe('#/activity?status=error');
    expect(button('failed').getAttribute('aria-pressed')).toBe('true');
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
    press('csv');
    await eventually(() => expect(daemon.asked.some((one) => /status=error/.test(one.path) && /limit=999/.test(one.path))).toBe(true));
    await eventually(() => expect(click).toHaveBeenCalled());
    click.mockRestore();
  });

  it('does not ask for a status that there is none of', async () => {
    open('#/activity?status=toString', [SMALL], {'api/metrics/activity': {data: [row()], page: 1, limit: 50, total: 1, total_pages: 1}});
    await eventually(() => expect(daemon.count('api/metrics/activity')).toBeGreaterThan(0));
    expect(daemon.asked.some((one) => one.path.includes('status=toString'))).toBe(false);
  });

  it('says how far an answer is and how fast it comes, and so does its model', async () => {
    const more = {inflight: {7: request(7, {tokens: 512, tokens_per_second: 42.3, ttft_ms: 410}), 8: request(8, {phase: 'sending'})}};
    open('#/activity', [SMALL], {}, more);
    await eventually(() => expect(root.querySelectorAll('.requests tbody tr')).toHaveLength(2));
    const [first, second] = [...root.querySelectorAll('.requests tbody tr')].map((one) => one.textContent);
    for (const part of ['decoding', '410 ms', '512', '42.3 t/s']) expect(first).toContain(part);
    expect(second).toContain('prefill');
    act(() => void (location.hash = '#/models'));
    await eventually(() => expect(root.querySelector('[data-model=small]')?.textContent).toContain('42.3 t/s'));
  });

  it('goes back from now, whenever it asks', async () => {
    open('#/activity?age=3600', [SMALL], {'api/metrics/activity': {data: [row()], page: 1, limit: 50, total: 1, total_pages: 1}});
    await eventually(() => expect(text()).toContain('live'));
    const starts = () => daemon.asked.filter((one) => one.path.startsWith('api/metrics/activity')).map((one) => Date.parse(new URLSearchParams(one.path.split('?')[1]).get('start')!)).filter(Number.isFinite);
    await eventually(() => expect(starts().length).toBeGreaterThan(0));
    const before = starts().length;
    streams[0]!.event('r-2', 'change', {id: 'r-2', activity: [{id: 99}]});
    await eventually(() => expect(starts().length).toBeGreaterThan(before));
    expect(starts().at(-1)).toBeGreaterThan(starts()[0]!);
    expect(Math.abs(Date.now() - 3_600_000 - starts().at(-1)!)).toBeLessThan(60_000);
    expect(location.hash).toBe('#/activity?age=3600');
  });

  it('says that it is told only of the oldest requests', async () => {
    const many = Object.fromEntries(Array.from({length: 256}, (_, at) => [at + 1, request(at + 1)]));
    open('#/activity', [{...SMALL, in_flight: 260, waiting: 40}], {}, {inflight: many});
    await eventually(() => expect(text()).toContain('The oldest 256 of 300.'));
    expect(root.querySelector('.head .load')?.textContent).toBe('260 running · 40 waiting');
  });

  it('is asked for again when a row is told of, and not before', async () => {
    open('#/activity', [SMALL], {
      'api/metrics/activity': () => ({data: [row({id: daemon.count('api/metrics/activity'), req_path: `/turn/${daemon.count('api/metrics/activity')}`})], page: 1, limit: 50, total: 1, total_pages: 1}),
    });
    await eventually(() => expect(text()).toContain('live'));
    await eventually(() => expect(text()).toMatch(/\/turn\/[12]/));
    const before = daemon.count('api/metrics/activity');
    streams[0]!.event('r-2', 'change', {id: 'r-2', activity: [{id: 99}]});
    await eventually(() => expect(text()).toContain(`/turn/${before + 1}`));
  });
});

describe('the playground', () => {
  it('shows an answer as it comes, with its times, and no HTML of it', async () => {
    open('#/play/chat?model=small', [SMALL], {'POST v1/chat/completions': (_: unknown, signal?: AbortSignal | null) => stream(signal).response});
    await eventually(() => expect(text()).toContain('live'));
    type('textarea[aria-label=Message]', 'Hello');
    press('send');
    await eventually(() => expect(streams).toHaveLength(2));
    const answer = streams[1]!;
    answer.write(': loading small: 20 s, place 1 of 3\n\n');
    await eventually(() => expect(text()).toContain('place 1 of 3'));
    answer.write(`data: ${JSON.stringify({choices: [{delta: {content: `**Hi** ${EVIL}`}}]})}\n\n`);
    await eventually(() => expect(root.querySelector('.markdown strong')?.textContent).toBe('Hi'));
    expect(root.querySelector('.turn img')).toBeNull();
    answer.write('data: [DONE]\n\n');
    answer.end();
    await eventually(() => expect(text()).toContain('first token after'));
    expect(JSON.parse(daemon.asked.find((one) => one.path === 'v1/chat/completions')!.body)).toMatchObject({model: 'small', stream: true});
  });

  it('makes pictures, and says why there are none', async () => {
    let broken = false;
    open('#/play/image?model=small', [SMALL], {
      'POST v1/images/generations': () => (broken ? failure(501, 'status_501', 'this server makes no pictures') : {data: [{b64_json: 'aGVsbG8='}, {}]}),
    });
    await eventually(() => expect(text()).toContain('live'));
    expect(button('make it').disabled).toBe(true);
    type('textarea[data-search]', 'a horse');
    type('input[type=number]', '7');
    press('make it');
    await eventually(() => expect([...root.querySelectorAll<HTMLImageElement>('img.picture')].map((one) => one.src)).toEqual(['data:image/png;base64,aGVsbG8=']));
    expect(JSON.parse(daemon.asked.find((one) => one.path === 'v1/images/generations')!.body)).toEqual({
      model: 'small', prompt: 'a horse', size: '512x512', n: 1, response_format: 'b64_json', seed: 7,
    });
    expect(root.querySelector('figcaption a')?.getAttribute('download')).toBe('picture.png');
    broken = true;
    press('make it');
    await eventually(() => expect(root.querySelector('[role=alert]')?.textContent).toContain('this server makes no pictures'));
  });

  it('makes pictures as stable-diffusion’s servers do, and shows what was sent', async () => {
    open('#/play/image?model=small', [SMALL], {'POST sdapi/v1/txt2img': {images: ['aGVsbG8=', 'a'.repeat(500)], info: EVIL}});
    await eventually(() => expect(text()).toContain('live'));
    type('textarea[data-search]', 'a horse');
    act(() => {
      const by = root.querySelector<HTMLSelectElement>('label:nth-of-type(4) select')!;
      by.value = 'sdapi';
      by.dispatchEvent(new Event('change', {bubbles: true}));
    });
    type('input[placeholder="the server’s"]', '20');
    type('input[max="16"]', '2');
    press('make it');
    await eventually(() => expect(root.querySelectorAll('img.picture')).toHaveLength(2));
    expect(JSON.parse(daemon.asked.at(-1)!.body)).toEqual({model: 'small', prompt: 'a horse', width: 512, height: 512, seed: -1, batch_size: 2, steps: 20});
    expect(root.querySelector('[aria-label=Request]')?.textContent).toContain('"batch_size": 2');
    expect(root.querySelector('[aria-label=Answer]')?.textContent).toContain(EVIL);
    expect(root.querySelector('[aria-label=Answer]')?.textContent).toContain('… (500 letters)');
    button('copy this as curl');
  });

  it('records, and says why it cannot', async () => {
    open('#/play/transcribe?model=small', [SMALL]);
    await eventually(() => expect(text()).toContain('must come over https or from localhost'));
    let refuse = true;
    const stopped = vi.fn();
    vi.stubGlobal('MediaRecorder', class {
      mimeType = 'audio/webm;codecs=opus';
      ondataavailable: ((event: {data: Blob}) => void) | null = null;
      onstop: (() => void) | null = null;
      constructor(readonly stream: unknown) {}
      start() {}
      stop() {
        this.ondataavailable?.({data: new Blob(['x'])});
        this.onstop?.();
      }
    });
    const devices = {getUserMedia: async () => {
      if (refuse) throw new DOMException('no', 'NotAllowedError');
      return {getTracks: () => [{stop: stopped}]};
    }};
    Object.defineProperty(navigator, 'mediaDevices', {value: devices, configurable: true});
    try {
      act(() => void (location.hash = '#/play/speech?model=small'));
      await eventually(() => button('say it'));
      act(() => void (location.hash = '#/play/transcribe?model=small'));
      await eventually(() => button('record'));
      press('record');
      await eventually(() => expect(root.querySelector('[role=alert]')?.textContent).toContain('told not to let this page hear'));
      refuse = false;
      press('record');
      await eventually(() => button('stop recording'));
      press('stop recording');
      await eventually(() => expect(text()).toContain('recorded.webm'));
      expect(stopped).toHaveBeenCalled();
    } finally {
      Reflect.deleteProperty(navigator, 'mediaDevices');
    }
  });

  it('asks for voices when told to', async () => {
    open('#/play/speech?model=small', [SMALL], {'v1/audio/voices': {voices: ['alloy', {id: 'echo'}, 3]}});
    await eventually(() => button('which voices are there?'));
    expect(daemon.count('v1/audio/voices')).toBe(0);
    press('which voices are there?');
    await eventually(() => button('echo'));
    press('alloy');
    expect(root.querySelector<HTMLInputElement>('input[placeholder="the server’s"]')?.value).toBe('alloy');
  });

  it('stops making a picture when told to', async () => {
    let aborted = false;
    open('#/play/image?model=small', [SMALL], {
      'POST v1/images/generations': (_: Asked, signal?: AbortSignal | null) =>
        new Promise<Response>((_done, gone) => signal!.addEventListener('abort', () => ((aborted = true), gone(new DOMException('aborted', 'AbortError'))))),
    });
    await eventually(() => expect(text()).toContain('live'));
    type('textarea[data-search]', 'a horse');
    press('make it');
    await eventually(() => expect(text()).toContain('The model is at it'));
    press('stop');
    await eventually(() => button('make it'));
    expect(aborted).toBe(true);
    expect(root.querySelector('[role=alert]')).toBeNull();
  });

  it('orders texts as embeddings and rerankers see them', async () => {
    open('#/play/embed?model=small', [SMALL], {'POST v1/embeddings': {data: [{index: 0, embedding: [1, 0]}, {index: 1, embedding: [0, 1]}, {index: 2, embedding: [2, 0]}]}});
    await eventually(() => expect(text()).toContain('live'));
    type('input[data-search]', 'a');
    type('form textarea', 'far\n\nnear');
    press('how near are they?');
    await eventually(() => expect(cells()).toEqual(['1.0000', 'near', '0.0000', 'far']));
    expect(JSON.parse(daemon.asked.at(-1)!.body)).toEqual({model: 'small', input: ['a', 'far', 'near']});
  });

  it('says what a server of another kind answers', async () => {
    open('#/play/rerank?model=small', [SMALL], {'POST v1/rerank': () => failure(501, 'status_501', 'this server does not support reranking')});
    await eventually(() => expect(text()).toContain('live'));
    type('input[data-search]', 'q');
    type('form textarea', 'd');
    press('put them in order');
    await eventually(() => expect(root.querySelector('[role=alert]')?.textContent).toContain('does not support reranking'));
  });

  it('makes sound of text, and text of sound', async () => {
    open('#/play/speech?model=small', [SMALL], {'POST v1/audio/speech': () => new Response(new Uint8Array([1, 2]), {headers: {'Content-Type': 'audio/wav'}})});
    await eventually(() => expect(text()).toContain('live'));
    type('textarea[data-search]', 'Hello');
    press('say it');
    await eventually(() => expect(root.querySelector('audio')?.src).toMatch(/^blob:/));
    expect(JSON.parse(daemon.asked.at(-1)!.body)).toEqual({model: 'small', input: 'Hello'});
    daemon.answers['POST v1/audio/transcriptions'] = {text: EVIL};
    act(() => void (location.hash = '#/play/transcribe?model=small'));
    await eventually(() => button('write it down'));
    const input = root.querySelector<HTMLInputElement>('input[type=file]')!;
    Object.defineProperty(input, 'files', {value: [new File(['x'], 'said.wav')]});
    act(() => void input.dispatchEvent(new Event('change', {bubbles: true})));
    press('write it down');
    await eventually(() => expect(root.querySelector('pre')?.textContent).toBe(EVIL));
  });

  it('sends many requests at once, and says how they went', async () => {
    let turn = 0;
    open('#/play/load?model=small', [SMALL], {
      'POST v1/chat/completions': () => {
        if (turn++ === 0) return failure(429, 'queue_full', 'the queue is full');
        const answer = new FakeStream();
        answer.write(`data: ${JSON.stringify({choices: [{delta: {content: 'one'}}], usage: {completion_tokens: 20}})}\n\ndata: [DONE]\n\n`);
        answer.end();
        return answer.response;
      },
    });
    await eventually(() => expect(text()).toContain('live'));
    press('send 8');
    await eventually(() => expect(text()).toContain('1×: the queue is full'));
    await eventually(() => expect(text()).toMatch(/answered7.*failed1.*tokens140/));
    expect(root.querySelectorAll('.gantt-lane')).toHaveLength(4);
    expect(daemon.count('v1/chat/completions')).toBe(8);
  });
});

describe('the configuration', () => {
  const found = (severity: 'error' | 'warning', message: string, hint = '') => ({severity, file: '/etc/paddock/config.yaml', line: 20, column: 3, message, hint});
  const config = (more: object = {}) => ({
    files: ['/etc/paddock/config.yaml'], watched: true, loaded: '2026-01-01T00:00:00Z', rejected: null, not_writable: null, diagnostics: [],
    config: {apiKeys: ['[REDACTED]'], models: {small: {cmd: EVIL}}}, ...more,
  });

  it('is shown as it is in force, as masked as the daemon tells it', async () => {
    open('#/config', [SMALL], {'api/config': config()});
    await eventually(() => expect(root.querySelector('.yaml')?.textContent).toContain('[REDACTED]'));
    expect(root.querySelector('.yaml')!.textContent).toContain(EVIL);
    expect(root.querySelector('.yaml img')).toBeNull();
    expect(text()).toContain('nothing to complain of');
    expect(text()).toContain('read again when it changes');
  });

  it('is asked for until there is an answer', async () => {
    let down = true;
    open('#/config', [SMALL], {'api/config': () => (down ? failure(503, '', 'paddock starts') : config())});
    await eventually(() => expect(text()).toContain('paddock starts'));
    down = false;
    await eventually(() => expect(root.querySelector('.yaml')).not.toBeNull());
    expect(text()).not.toContain('paddock starts');
  });

  it('says what was found in it, and what kept the newer one out', async () => {
    open('#/config', [SMALL], {'api/config': config({
      diagnostics: [found('warning', "unknown key 'modles' is ignored", "did you mean 'models'?")],
      rejected: {at: '2026-01-01T01:00:00Z', diagnostics: [found('error', 'a model needs a `cmd`')]},
    })});
    await eventually(() => expect(text()).toContain('still in force'));
    expect([...root.querySelectorAll('.findings li')].map((one) => one.textContent)).toEqual([
      '✖ error /etc/paddock/config.yaml:20:3 a model needs a `cmd`',
      "▲ warning /etc/paddock/config.yaml:20:3 unknown key 'modles' is ignored (did you mean 'models'?)",
    ]);
  });

  it('is read again when asked to, with what changed by it or why not', async () => {
    let broken = true;
    open('#/config', [SMALL], {
      'api/config': () => config(),
      'POST api/config/reload': () =>
        broken ? failure(422, 'invalid_config', 'the file has errors') : {reloaded: true, added: ['large'], removed: [], renewed: ['small'], next_start: [], diagnostics: []},
    });
    await eventually(() => expect(root.querySelector('.yaml')).not.toBeNull());
    press('read the files again');
    await eventually(() => expect(root.querySelector('[role=alert]')?.textContent).toContain('the file has errors'));
    broken = false;
    press('read the files again');
    await eventually(() => expect(text()).toContain('added: large'));
    expect(text()).toContain('started otherwise from now on: small');
    expect(text()).not.toContain('the file has errors');
  });

  it('is tried: what would come of a request, as things are and if others were loaded', async () => {
    open('#/config', [SMALL, model('other')], {
      'api/config': config(),
      'api/plan': (asked: Asked) => ({
        model: 'other', action: asked.path.includes('running') ? 'load' : 'swap', evict: asked.path.includes('running') ? [] : ['small'],
        set: null, cost: 1, exact: true, reason: 'as there is one place',
      }),
    });
    await eventually(() => expect(root.querySelectorAll('.card select option')).toHaveLength(3));
    act(() => {
      const select = root.querySelector<HTMLSelectElement>('.card select')!;
      select.value = 'other';
      select.dispatchEvent(new Event('change', {bubbles: true}));
    });
    await eventually(() => expect(root.querySelector('.facts-list')?.textContent).toBe('thenswapgoessmallbecauseas there is one place'));
    act(() => root.querySelector<HTMLInputElement>('.card input[type=checkbox]')!.click());
    await eventually(() => expect(root.querySelector('.facts-list')?.textContent).toBe('thenloadbecauseas there is one place'));
    expect(daemon.asked.at(-1)!.path).toMatch(/^api\/plan\?running=&model=other$/);
    press('small');
    await eventually(() => expect(daemon.asked.at(-1)!.path).toMatch(/^api\/plan\?model=other&running=small$/));
  });

  it('shows who may run with whom, once for each two', async () => {
    open('#/config', [SMALL], {
      'api/config': config(),
      'api/matrix': {models: [{id: 'a', pinned: false, beside: ['c']}, {id: 'b', pinned: false, beside: []}, {id: 'c', pinned: true, beside: ['a']}]},
    });
    await eventually(() => expect(root.querySelectorAll('.matrix tbody tr')).toHaveLength(2));
    expect([...root.querySelectorAll('.matrix tbody tr')].map((one) => one.textContent)).toEqual(['b– one at a time', 'c (pinned)✓ together– one at a time']);
  });

  const checked = (more: object = {}) => ({
    valid: true, diagnostics: [], config: {apiKeys: ['[REDACTED]'], models: {small: {cmd: EVIL}, large: {cmd: 'x'}}},
    changes: {added: ['large'], removed: [], renewed: ['small'], kept: ['other'], next_start: ['startPort']}, ...more,
  });
  const type = (value: string) => act(() => {
    const area = root.querySelector<HTMLTextAreaElement>('.editor textarea')!;
    area.value = value;
    area.dispatchEvent(new Event('input', {bubbles: true}));
  });

  it('judges another text when the typing stops, and says what it would do', async () => {
    open('#/config', [SMALL], {'api/config': config(), 'POST api/config/check': checked()});
    await eventually(() => expect(root.querySelector('.editor')).not.toBeNull());
    expect(daemon.count('api/config/check')).toBe(0);
    type('mode');
    type('models: {}\n# two');
    expect(root.querySelector('.editor pre')!.textContent).toBe('1\n2');
    await eventually(() => expect(text()).toContain('What it would do'));
    expect(daemon.asked.filter((one) => one.path === 'api/config/check').map((one) => one.body)).toEqual(['models: {}\n# two']);
    expect(text()).toMatch(/addedlarge.*restarted, once idle, if they runsmall.*go on as they areother.*next start of paddock onstartPort/);
    expect([...root.querySelectorAll('.diff .is-new')].map((one) => one.textContent)).toEqual(['+   large:\n', '+     cmd: x\n']);
    expect(root.querySelector('.diff .is-gone')).toBeNull();
    expect(root.querySelector('.diff img')).toBeNull();
  });

  it('leads from what is wrong to its line', async () => {
    const wrong = {severity: 'error', file: 'text', line: 2, column: 5, message: 'no', hint: 'do'};
    open('#/config', [SMALL], {'api/config': config(), 'POST api/config/check': checked({valid: false, diagnostics: [wrong], config: null, changes: null})});
    await eventually(() => expect(root.querySelector('.editor')).not.toBeNull());
    type('a: 1\n"ä": x\n'); // the column counts bytes
    await eventually(() => expect(root.querySelector('.card .findings')?.textContent).toBe('✖ error line 2 no (do)'));
    press('line 2');
    const area = root.querySelector<HTMLTextAreaElement>('.editor textarea')!;
    expect(document.activeElement).toBe(area);
    expect(area.selectionStart).toBe(8);
    expect(text()).not.toContain('What it would do');
  });

  const file = (body: string, version: string) => new Response(body, {headers: {ETag: version}});

  it('is written by an admin who may, once he has seen what comes of it', async () => {
    const wrote: Asked[] = [];
    open('#/config', [SMALL], {
      'api/config': config(), 'POST api/config/check': checked(), 'api/config/file': () => file('models: {}\r\n', '"one"'),
      'PUT api/config': (asked: Asked) => {
        wrote.push(asked);
        return new Response(JSON.stringify({reloaded: true, added: ['large'], removed: [], renewed: [], next_start: [], diagnostics: []}), {headers: {ETag: '"two"'}});
      },
    });
    await eventually(() => press('edit the file'));
    await eventually(() => expect(root.querySelector<HTMLTextAreaElement>('.editor textarea')!.value).toBe('models: {}\n'));
    await eventually(() => expect(text()).toContain('What it would do'));
    expect(text()).not.toContain('apply …'); // there is nothing to write
    type('models: {large: {cmd: x}}\n');
    await eventually(() => press('apply …'));
    expect(root.querySelector('dialog')?.textContent).toContain('large');
    expect(wrote).toEqual([]);
    press('write and use it');
    await eventually(() => expect(text()).toContain('added: large'));
    expect(wrote.map((one) => [one.headers.get('If-Match'), one.body])).toEqual([['"one"', 'models: {large: {cmd: x}}\r\n']]);
    expect(text()).not.toContain('apply …'); // it is what the file says now
    type('models: {}\n');
    await eventually(() => press('apply …'));
    press('write and use it');
    await eventually(() => expect(wrote.at(-1)!.headers.get('If-Match')).toBe('"two"'));
  });

  it('is not written over what somebody else has changed', async () => {
    let content = 'models: {}\n';
    open('#/config', [SMALL], {
      'api/config': config(), 'POST api/config/check': checked(), 'api/config/file': () => file(content, `"${content.length}"`),
      'PUT api/config': () => failure(412, 'config_changed', 'somebody has changed it'),
    });
    await eventually(() => press('edit the file'));
    await eventually(() => expect(root.querySelector<HTMLTextAreaElement>('.editor textarea')!.value).toBe(content));
    type('mine: {}\n');
    await eventually(() => press('apply …'));
    press('write and use it');
    await eventually(() => expect(root.querySelector('[role=alert]')?.textContent).toContain('somebody has changed it'));
    expect(root.querySelector<HTMLTextAreaElement>('.editor textarea')!.value).toBe('mine: {}\n');
    content = 'theirs: {}\n';
    press('put the file’s text here, in place of mine');
    await eventually(() => expect(root.querySelector<HTMLTextAreaElement>('.editor textarea')!.value).toBe(content));
  });

  it('says why the file cannot be written', async () => {
    open('#/config', [SMALL], {'api/config': config({not_writable: 'the configuration cannot be changed from here'})});
    await eventually(() => expect(text()).toContain('And the configuration cannot be changed from here.'));
    expect(text()).not.toContain('edit the file');
  });

  it('warns of masks in the text, and says when it cannot be judged', async () => {
    open('#/config', [SMALL], {'api/config': config(), 'POST api/config/check': () => failure(503, 'busy', 'others have asked')});
    await eventually(() => expect(root.querySelector('.editor')).not.toBeNull());
    type('apiKeys: ["***"]');
    expect(text()).toContain('Put the secret there');
    await eventually(() => expect(root.querySelector('[role=alert]')?.textContent).toBe('others have asked'));
    type('models: {}');
    expect(text()).not.toContain('Put the secret there');
  });
});

describe('the keyboard', () => {
  it('leads to pages, to the search and to help', async () => {
    open('#/models', [SMALL], logs(page([line(1)])));
    await eventually(() => expect(text()).toContain('live'));
    const key = (name: string) => act(() => void window.dispatchEvent(new KeyboardEvent('keydown', {key: name, cancelable: true})));
    key('/');
    expect(document.activeElement).toBe(root.querySelector('[data-search]'));
    key('Escape');
    key('g');
    key('l');
    await eventually(() => expect(root.querySelector('h1')?.textContent).toBe('Logs'));
    key('?');
    await eventually(() => expect(root.querySelector('dialog')).not.toBeNull());
  });
});
