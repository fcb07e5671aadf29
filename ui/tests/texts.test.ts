import {describe, expect, it} from 'vitest';
import {asCsv, asCurl, decoded, waits} from '../src/store/activity';
import {begin, ended, grown, requestOf, timing} from '../src/store/chat';
import {bytes, clock, count, duration, rate, share, span} from '../src/store/format';
import {Keys} from '../src/store/keys';
import {bounded, drawn, summed} from '../src/store/loadtest';
import {diff} from '../src/store/linediff';
import {blocks, inline} from '../src/store/markdown';
import {lines, nearest, reranked} from '../src/store/rank';
import {hashOf, parseHash} from '../src/store/route';
import {slotsOf} from '../src/store/slots';
import {outcomes} from '../src/store/whatif';
import {yaml} from '../src/store/yaml';
import type {Forecast, Plan} from '../src/api/schema';
import {gpus, row} from './samples';

describe('numbers', () => {
  it('have units', () => {
    expect(bytes(0)).toBe('0 B');
    expect(bytes(310 * 2 ** 20)).toBe('310 MiB');
    expect(bytes(19.8 * 2 ** 30)).toBe('19.8 GiB');
    expect(share(14 * 2 ** 30, 24 * 2 ** 30)).toBe('14.0/24.0 GiB');
    expect([clock(252), clock(3852), clock(-1)]).toEqual(['04:12', '1:04:12', '00:00']);
    expect([duration(340), duration(1234), duration(125_000), duration(null)]).toEqual(['340 ms', '1.23 s', '2 min 5 s', '–']);
    expect([span(600), span(90), span(7200)]).toEqual(['10 min', '90 s', '2 h']);
    expect([rate(42.34), rate(812.4), rate(-1), count(-1)]).toEqual(['42.3 t/s', '812 t/s', '–', '–']);
  });
});

describe('the address', () => {
  it('survives every name', () => {
    for (const id of ['org/small', 'a b', 'ä%2F', 'x?y=z#w', '100%']) {
      const route = parseHash(hashOf('models', [id], {tab: 'fit', q: 'a&b=c#d'}));
      expect(route).toEqual({page: 'models', rest: [id], query: {tab: 'fit', q: 'a&b=c#d'}});
    }
  });

  it('that means nothing is the front page', () => {
    expect(parseHash('')).toEqual({page: 'models', rest: [], query: {}});
    expect(parseHash('#/nowhere/x')).toEqual({page: 'models', rest: [], query: {}});
    expect(parseHash('#/models/%zz').rest).toEqual(['%zz']);
  });
});

describe('keys', () => {
  it('mean something only where nothing is typed', () => {
    const keys = new Keys();
    expect(keys.press('/', false, false, 0)).toBe('search');
    expect(keys.press('/', true, false, 0)).toBeNull();
    expect(keys.press('Escape', true, false, 0)).toBe('close');
    expect(keys.press(' ', false, true, 0)).toBeNull();
    expect(keys.press(' ', false, false, 0)).toBe('pause');
  });

  it('after g lead to pages, for a while', () => {
    const keys = new Keys();
    expect([keys.press('g', false, false, 0), keys.press('l', false, false, 500)]).toEqual([null, 'page:logs']);
    expect([keys.press('g', false, false, 1000), keys.press('l', false, false, 5000)]).toEqual([null, 'load']);
    expect([keys.press('g', false, false, 9000), keys.press('g', false, false, 9100)]).toEqual([null, 'page:gpus']);
  });
});

describe('Markdown', () => {
  it('is what models write most', () => {
    expect(blocks('# A\n\ntext **b** `c`\n\n- x\n- y\n\n1. z\n```py\n<b>\n```\n> q\n\n|a|b|\n|-|-|\n|1|2|').map((one) => one.kind)).toEqual([
      'heading', 'p', 'list', 'list', 'code', 'quote', 'table',
    ]);
  });

  it('leaves HTML, and links that are not to the web, as text', () => {
    expect(inline('<img src=x onerror=alert(1)>')).toEqual(['<img src=x onerror=alert(1)>']);
    expect(inline('[x](javascript:alert(1))')).toEqual(['[x](javascript:alert(1))']);
    expect(inline('[x](https://a.b/c)')).toEqual([{kind: 'link', href: 'https://a.b/c', text: ['x']}]);
  });

  it('that is not complete yet is shown as far as it is', () => {
    expect(blocks('```js\nlet a')).toEqual([{kind: 'code', language: 'js', text: 'let a'}]);
    expect(inline('**bo')).toEqual(['**bo']);
  });

  it('takes no long time for hostile text', () => {
    // Of the processor: how long it takes by the clock is the neighbours' business.
    const {process} = globalThis as unknown as {process: {cpuUsage(from?: unknown): {user: number}}};
    const begin = process.cpuUsage();
    for (const text of ['*'.repeat(20_000), '`'.repeat(20_000), '['.repeat(20_000), '**a'.repeat(10_000), '- '.repeat(10_000)]) blocks(text);
    expect(process.cpuUsage(begin as never).user / 1e6).toBeLessThan(1);
  });
});

describe('an answer', () => {
  const chunk = (delta: object, more: object = {}) => JSON.stringify({choices: [{delta}], ...more});

  it('grows, and knows its times', () => {
    let answer = begin(1000);
    answer = grown(answer, chunk({reasoning_content: 'hm'}), 1400);
    answer = grown(answer, chunk({content: 'Hel'}), 1500);
    answer = grown(answer, chunk({content: 'lo'}), 1600);
    answer = grown(answer, JSON.stringify({choices: [], usage: {prompt_tokens: 20, completion_tokens: 5}, timings: {prompt_per_second: 812, predicted_per_second: 42.3}}), 1700);
    answer = ended(grown(answer, '[DONE]', 1700), 1700, 'done');
    expect(answer).toMatchObject({text: 'Hello', thinking: 'hm', state: 'done'});
    expect(timing(answer, 1700)).toBe('first token after 400 ms · reading 812 t/s · 42.3 t/s · 5 tokens · prompt 20');
  });

  it('says no speed that it could not measure', () => {
    const answer = ended(grown(begin(1000), chunk({content: 'Hello'}), 1020), 1020, 'done');
    expect(timing(answer, 1020)).toBe('first token after 20 ms · 1 tokens');
  });

  it('that breaks off keeps what there is, and the reason', () => {
    let answer = grown(begin(0), chunk({content: 'Hal'}), 10);
    answer = grown(answer, JSON.stringify({error: {message: 'the server died'}}), 20);
    answer = ended(answer, 30, 'done');
    expect(answer).toMatchObject({text: 'Hal', state: 'failed', error: 'the server died'});
  });

  it('does not mind what is no JSON', () => {
    const answer = begin(0);
    expect(grown(answer, 'nonsense', 1)).toBe(answer);
  });

  it('is asked for with what was said so far', () => {
    const asked = requestOf([{role: 'user', text: 'a', images: ['data:x']}, {...begin(0), text: 'b'}, {role: 'user', text: 'c', images: []}], {
      model: 'm', system: 'be brief', temperature: '0.5', most: '',
    });
    expect(asked).toMatchObject({model: 'm', temperature: 0.5, stream: true});
    expect(asked.max_tokens).toBeUndefined();
    expect(asked.messages).toEqual([
      {role: 'system', content: 'be brief'},
      {role: 'user', content: [{type: 'text', text: 'a'}, {type: 'image_url', image_url: {url: 'data:x'}}]},
      {role: 'assistant', content: 'b'},
      {role: 'user', content: 'c'},
    ]);
  });
});

describe('slots', () => {
  it('are understood in old words and new, and nonsense is none', () => {
    expect(slotsOf([{id: 1, state: 1, n_ctx: 10, n_past: 7, next_token: {n_decoded: 2}}, null, {}])).toEqual([
      {id: 1, busy: true, context: 10, used: 7, generated: 2}, {id: 1, busy: false, context: 0, used: null, generated: 0},
    ]);
    for (const answer of [null, {error: 'x'}, 'text']) expect(slotsOf(answer)).toBeNull();
    expect(slotsOf([{id: -1, n_ctx: NaN, n_past: 'x', is_processing: 'yes'}])).toEqual([{id: 0, busy: false, context: 0, used: null, generated: 0}]);
  });
});

describe('texts in order', () => {
  it('are by how near they are to the first', () => {
    const vector = (index: number, embedding: unknown) => ({index, embedding});
    expect(nearest(['q', 'a', 'b'], {data: [vector(2, [3, 0]), vector(0, [1, 0]), vector(1, [0, 0])]})).toEqual([{text: 'b', score: 1}, {text: 'a', score: 0}]);
    for (const answer of [null, {}, {data: [vector(0, [1])]}, {data: [vector(0, 'x'), vector(1, [1])]}, {data: [null, null]}]) expect(nearest(['q', 'a'], answer)).toBeNull();
  });

  it('are by what a reranker of any make says', () => {
    const right = [{text: 'b', score: 2}, {text: 'a', score: 1}];
    const list = (name: string) => [{index: 0, [name]: 1}, {index: 1, [name]: 2}];
    expect(reranked(['a', 'b'], {results: list('relevance_score')})).toEqual(right);
    expect(reranked(['a', 'b'], {data: list('score')})).toEqual(right);
    expect(reranked(['a', 'b'], list('score'))).toEqual(right);
    for (const answer of [null, 'x', {results: [null, {index: 9, score: 1}, {index: 0}]}]) expect(reranked(['a'], answer)).toBeNull();
  });

  it('are one a line', () => expect(lines(' a \n\n b')).toEqual(['a', 'b']));
});

describe('many requests at once', () => {
  const answers = [
    {lane: 0, answer: {...begin(1000), state: 'done' as const, first: 1500, ended: 2000, usage: {prompt: 1, generated: 10, cached: 0}}},
    {lane: 1, answer: {...begin(1000), state: 'failed' as const, error: 'full', ended: 1250}},
    {lane: 0, answer: {...begin(2000), first: 2500, pieces: 5, state: 'streaming' as const}},
  ];

  it('are no more than a browser and a daemon should bear', () => {
    expect(bounded({model: 'm', prompt: '', streams: 999, each: 999, tokens: NaN})).toMatchObject({streams: 4, each: 250, tokens: 1});
    expect(bounded({model: 'm', prompt: '', streams: 0, each: -1, tokens: 2.7})).toMatchObject({streams: 1, each: 1, tokens: 2});
  });

  it('are summed up', () => {
    expect(summed(answers, 3000)).toEqual({done: 1, failed: 1, open: 1, first: {p50: 500, p95: 500}, tokens: 15, rate: 7.5, errors: [['full', 1]]});
    expect(summed([], 3000)).toMatchObject({done: 0, first: null, rate: 0});
  });

  it('are drawn by when they waited and were answered', () => {
    expect(drawn(answers, 3000)).toEqual([
      {lane: 0, left: 0, waited: 0.25, answered: 0.25, state: 'done'},
      {lane: 1, left: 0, waited: 0.125, answered: 0, state: 'failed'},
      {lane: 0, left: 0.5, waited: 0.25, answered: 0.25, state: 'streaming'},
    ]);
  });
});

describe('the activity list', () => {
  it('is told as where the time went', () => {
    expect(waits(row({queue_ms: 100, load_ms: 200, ttft_ms: 300, duration_ms: 1000})).map((one) => [one.name, one.ms])).toEqual([
      ['queue', 100], ['load', 200], ['first byte', 300], ['answer', 400],
    ]);
    expect(waits(row({queue_ms: null, load_ms: null, ttft_ms: null, duration_ms: 5}))).toHaveLength(1);
  });

  it('is no formula in a spreadsheet', () => {
    const csv = asCsv([row({model: '=HYPERLINK("x")', req_path: 'a,"b"'})]);
    expect(csv).toContain(`"'=HYPERLINK(""x"")"`);
    expect(csv).toContain('"a,""b"""');
    expect(csv.split('\r\n')).toHaveLength(3);
  });

  it('is a line for curl that a shell takes as it is meant', () => {
    const capture = {id: 1, req_path: '/v1/x', req_headers: {Host: 'h', 'Content-Type': 'application/json'}, req_body: btoa("it's"), resp_headers: {}, resp_body: null};
    expect(asCurl(capture, 'http://p')).toBe("curl 'http://p/v1/x' \\\n  -H 'Content-Type: application/json' \\\n  --data-raw 'it'\\''s'");
    expect(decoded(null)).toBe('(not kept)');
    expect(decoded(btoa('{"a":1}'))).toBe('{\n  "a": 1\n}');
  });
});

describe('the configuration', () => {
  it('is YAML that means the same', () => {
    expect(yaml({a: 1, 'b c': 'x: y', yes: 'no', list: ['p', {q: 1, r: []}], none: {}, empty: null, text: 'one\ntwo\n', sharp: '#x'})).toBe(
      ['a: 1', 'b c: "x: y"', '"yes": "no"', 'list:', '  - p', '  - q: 1', '    r: []', 'none: {}', 'empty: null', 'text: |', '  one', '  two', 'sharp: "#x"'].join('\n'),
    );
  });
});

describe('what is different between two texts', () => {
  const said = (before: string, now: string, around?: number) => diff(before, now, around).map(({kind, text}) => ({same: ' ', gone: '-', new: '+', skip: '~'})[kind] + text);
  it('is told line by line, with a few lines around', () => {
    expect(said('a\nb', 'a\nb')).toEqual([]);
    expect(said('a\nb\nc', 'a\nx\nc')).toEqual([' a', '-b', '+x', ' c']);
    expect(said('1\n2\n3\n4\n5\n6', '1\n2\n3\n4\nx\n6', 1)).toEqual(['~3', ' 4', '-5', '+x', ' 6']);
    expect(said('a\nb\nc\nd\ne', 'b\nc\nx\nd', 0)).toEqual(['-a', '~2', '+x', '~1', '-e']);
    expect(said('a', 'a\na')).toEqual([' a', '+a']);
  });
  it('takes no long time for texts that have nothing in common', () => {
    const many = (word: string) => Array.from({length: 20_000}, (_, at) => word + at).join('\n');
    expect(diff(many('a'), many('b'))).toHaveLength(40_000);
  });
});

describe('what if', () => {
  const gib = 2 ** 30;
  const plan = (more: Partial<Plan> = {}): Plan => ({model: 'new', action: 'swap', evict: ['small'], set: null, cost: 1, exact: true, reason: '', ...more});
  const takes = (low: number, high: number, index: number | null = 0): Forecast => ({
    source: 'header', sentence: 'Takes', notes: [], load_ms: null, ram: null, devices: [{title: 'GPU', index, low: low * gib, high: high * gib, free: null, total: null}],
  });
  const told = (forecast: Forecast, more?: Partial<Plan>) => outcomes(plan(more), forecast, gpus().gpus).map((one) => [one.answer, one.room / gib, one.goes.join()]);

  it('counts what the plan frees', () => {
    expect(told(takes(20, 22))).toEqual([['fits', 23, 'small']]);
    expect(told(takes(20, 23))).toEqual([['fits', 23, 'small']]);
    expect(told(takes(20, 24))).toEqual([['perhaps', 23, 'small']]);
    expect(told(takes(24, 25))).toEqual([['not', 23, 'small']]);
    expect(told(takes(20, 22), {action: 'load', evict: []})).toEqual([['not', 3, '']]);
    expect(told(takes(1, 2), {action: 'load', evict: ['elsewhere']})).toEqual([['fits', 3, '']]);
  });

  it('says nothing of what does not come, and of cards that are not known', () => {
    expect(told(takes(1, 2), {action: 'serve'})).toEqual([]);
    expect(told(takes(1, 2), {action: 'refuse'})).toEqual([]);
    expect(told({...takes(1, 2), sentence: null})).toEqual([]);
    expect(told(takes(1, 2, 7))).toEqual([]);
    expect(told(takes(1, 2, null))).toEqual([]);
    expect(told(takes(0, 0))).toEqual([]);
    expect(outcomes(plan(), null, gpus().gpus)).toEqual([]);
  });
});
