import {describe, expect, it} from 'vitest';
import {apply, counts, listed, NOTHING, phaseOf, requests, speedOf} from '../src/store/live';
import {lastDay} from '../src/store/day';
import {failed, gpus, launch, model, request} from './samples';
import {holdings, moodOf, ofNote, select, stays, summary, VERDICTS} from '../src/store/models';
import {EMPTY, columns, lately, marks, record, unaccounted} from '../src/store/gpuhistory';

const daemon = {version: '1', frozen: false, shutting_down: false, profile: null, models: ['b', 'a']};
const start = apply(NOTHING, 'state', {id: 'r-1', daemon, models: {a: model('a'), b: model('b')}, inflight: {}});

describe('the last day', () => {
  const at = (hour: number) => new Date(Date.UTC(2026, 0, 2, hour)).toISOString();
  const day = (launches: Parameters<typeof lastDay>[0]) => lastDay(launches, Date.parse(at(24))).map((one) => [one.what, (one.to - one.from) / 3_600_000]);

  it('is whole, with what was before it cut off', () => {
    const first = launch({started: at(-5), ready: at(-4), ended: at(2)});
    const broken = launch({started: at(3), ready: null, ended: at(4), failure: failed('x').launch!.failure});
    const last = launch({started: at(20), ready: at(21), ended: null});
    expect(day([last, broken, first])).toEqual([['ready', 2], ['stopped', 1], ['failed', 1], ['stopped', 16], ['loading', 1], ['ready', 3]]);
    expect(day([])).toEqual([['stopped', 24]]);
    expect(day([launch({started: at(23), ready: null, ended: null})])).toEqual([['stopped', 23], ['loading', 1]]);
  });
});

describe('what runs', () => {
  it('is in the order of the configuration, what it has no more at the end', () => {
    expect(listed(start).map((one) => one.id)).toEqual(['b', 'a']);
    const more = apply(start, 'change', {id: 'r-2', models: {old: model('old')}});
    expect(listed(more).map((one) => one.id)).toEqual(['b', 'a', 'old']);
  });

  it('keeps what a change does not name, the very same object', () => {
    const next = apply(start, 'change', {id: 'r-2', models: {a: model('a', {state: 'ready'})}});
    expect(next.models.a!.state).toBe('ready');
    expect(next.models.b).toBe(start.models.b);
    expect(next.requests).toBe(start.requests);
    expect(start.models.a!.state).toBe('stopped');
  });

  it('forgets what is null, and everything at a new state', () => {
    const gone = apply(start, 'change', {id: 'r-2', models: {a: null}});
    expect(listed(gone).map((one) => one.id)).toEqual(['b']);
    const anew = apply(start, 'state', {id: 's-1', models: {c: model('c')}});
    expect(Object.keys(anew.models)).toEqual(['c']);
    expect(anew.daemon).toBeNull();
  });

  it('has the cards of the newest event that told of them', () => {
    const seen = apply(start, 'change', {id: 'r-2', gpus: gpus()});
    expect(apply(seen, 'change', {id: 'r-3', models: {}}).gpus).toBe(seen.gpus);
    expect(apply(seen, 'state', {id: 's-1'}).gpus).toBeNull();
  });

  it('says when the activity list may have more, also after what was missed', () => {
    const told = apply(start, 'change', {id: 'r-2', activity: [{id: 17}, {id: 18}]});
    expect(told.rows).toBeGreaterThan(start.rows);
    expect(apply(told, 'change', {id: 'r-3', models: {}}).rows).toBe(told.rows);
    expect(apply(told, 'state', {id: 's-1'}).rows).toBeGreaterThan(told.rows);
  });

  it('does not know events of a newer daemon', () => {
    expect(apply(start, 'weather', {id: 'r-9'})).toBe(start);
  });

  it('calls phases as people do', () => {
    const phases = (['waiting', 'loading', 'sending', 'answering'] as const).map((phase) => [phaseOf(request(1, {phase})), phaseOf(request(1, {phase, stream: false}))]);
    expect(phases).toEqual([['queued', 'queued'], ['loading', 'loading'], ['prefill', 'working'], ['decoding', 'answering']]);
  });

  it('adds up what a model writes', () => {
    const all = [request(1, {tokens_per_second: 20.5}), request(2, {tokens_per_second: 21.5}), request(3), request(4, {model: 'other', tokens_per_second: 9})];
    expect(speedOf('small', all)).toBe(42);
    expect(speedOf('none', all)).toBe(0);
  });

  it('counts requests by whether they wait', () => {
    const next = apply(start, 'change', {id: 'r-2', inflight: {9: request(9, {phase: 'waiting'}), 7: request(7), 8: request(8, {phase: 'loading'})}});
    expect(counts(next)).toEqual({running: 1, waiting: 2});
    expect(requests(next).map((one) => one.id)).toEqual([7, 8, 9]);
  });

  it('counts by models where it is not told of all requests', () => {
    const few = Object.fromEntries(Array.from({length: 255}, (_, at) => [at, request(at)]));
    const models = {a: model('a', {in_flight: 100, waiting: 30}), b: model('b', {in_flight: 150, waiting: 20})};
    const before = apply(start, 'change', {id: 'r-2', models, inflight: few});
    expect(counts(before)).toEqual({running: 255, waiting: 0});
    expect(counts(apply(before, 'change', {id: 'r-3', inflight: {255: request(255)}}))).toEqual({running: 250, waiting: 50});
  });
});

const none = {q: '', state: '', gpu: '', sort: ''};

describe('models', () => {
  const all = [model('small', {state: 'ready', aliases: ['gpt-4'], launch: launch()}), failed('large'), model('other', {state: 'starting'})];

  it('that stopped because they failed are called failed', () => {
    expect(all.map(moodOf)).toEqual(['ready', 'failed', 'loading']);
    expect(summary(all)).toBe('●1 ◐1 ✖1');
  });

  it('are found by alias, state and card', () => {
    expect(select(all, {...none, q: 'GPT'}, null).map((one) => one.id)).toEqual(['small']);
    expect(select(all, {...none, state: 'failed'}, null).map((one) => one.id)).toEqual(['large']);
    expect(select(all, {...none, gpu: '0'}, gpus()).map((one) => one.id)).toEqual(['small']);
    expect(select(all, {...none, gpu: '1'}, gpus())).toEqual([]);
    expect(select(all, {...none, sort: 'name'}, null).map((one) => one.id)).toEqual(['large', 'other', 'small']);
  });

  it('say how long they stay', () => {
    const until = {unloads_at: '2026-01-01T00:04:12Z'};
    expect(stays(model('a', until), Date.parse('2026-01-01T00:00:00Z'))).toBe('ttl 04:12');
    expect(stays(model('a', until), Date.parse('2026-01-01T01:00:00Z'))).toBe('ttl 00:00');
    expect(stays(model('a', {ttl: 600}), 0)).toBe('ttl 10 min');
    expect(stays(model('a', {ttl: 0}), 0)).toBe('');
  });

  it('say what they hold', () => {
    expect(holdings('small', gpus())).toEqual([{index: 0, bytes: 20 * 2 ** 30, total: 24 * 2 ** 30, estimated: true}]);
    expect(holdings('large', gpus())).toEqual([]);
  });

  it('of note are those that are not just stopped, what is under way first', () => {
    expect(ofNote([...all, model('idle')]).map((one) => one.id)).toEqual(['other', 'large', 'small']);
  });

  it('have words for every verdict', () => {
    for (const {words, glyph} of Object.values(VERDICTS)) expect(words && glyph).toBeTruthy();
  });
});

describe('the memory of cards', () => {
  it('that nobody is known to hold is shown as such', () => {
    expect(unaccounted(gpus().gpus[0]!)).toBe(2 ** 29);
  });

  it('is remembered in order, and begins anew with other cards', () => {
    let past = record(EMPTY, gpus());
    past = record(past, {...gpus(), taken: '2026-01-01T00:00:02Z'});
    past = record(past, {...gpus(), taken: '2026-01-01T00:00:01Z'}); // an answer that came late
    expect(past.samples).toHaveLength(2);
    expect(columns(past, 0)).toEqual({names: ['small'], data: [[1767225600, 1767225602], [20, 20], [21, 21]]});
    expect(record(past, {...gpus(), taken: '2026-01-01T00:00:03Z', gpus: []}).samples).toEqual([]);
  });

  it('stays as it was while nothing is told', () => {
    const first = record(EMPTY, gpus());
    const later = record(first, {...gpus(), taken: '2026-01-01T00:01:00Z', gpus: [{...gpus().gpus[0]!, used: 2 ** 30, models: []}]});
    expect(later.samples.map((one) => [one.time - 1767225600, one.used[0]! / 2 ** 30])).toEqual([[0, 21], [59, 21], [60, 1]]);
  });

  it('is shown for the last minutes, up to the edge', () => {
    let past = EMPTY;
    for (let second = 0; second < 100; second += 2) past = record(past, {...gpus(), taken: new Date(second * 1000).toISOString()});
    expect(lately(past, 10).samples.map((one) => one.time)).toEqual([86, 88, 90, 92, 94, 96, 98]);
    expect(lately(past, 3600)).toBe(past);
    expect(lately(EMPTY, 10)).toBe(EMPTY);
  });

  it('says when models came to a card and went', () => {
    const at = (time: number, ...models: string[]) => ({time, used: [0], models: [Object.fromEntries(models.map((one) => [one, 1]))]});
    const past = {cards: ['0'], samples: [at(1, 'old'), at(2, 'old'), at(3, 'old', 'new'), at(4, 'new'), at(5, 'new')]};
    expect(marks(past, 0)).toEqual([{time: 3, model: 'new', loaded: true}, {time: 4, model: 'old', loaded: false}]);
    expect(marks(past, 1)).toEqual([]);
    expect(marks(EMPTY, 0)).toEqual([]);
  });

  it('is remembered for an hour', () => {
    let past = EMPTY;
    for (let second = 0; second < 3800; second++) past = record(past, {...gpus(), taken: new Date(second * 1000).toISOString()});
    expect(past.samples).toHaveLength(3600);
    expect(past.samples[0]!.time).toBe(200);
  });
});
