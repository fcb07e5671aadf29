import {afterEach, describe, expect, it, vi} from 'vitest';
import {asked, loadReport, marked, meansMemory, saying, toggled, type LogQuery} from '../src/store/logfilter';
import {Breaker, cells, unbroken} from '../src/store/loglayout';
import {holds, Logbook, MOST, matches, seek} from '../src/store/logbook';
import {LogSession} from '../src/store/logsession';
import {expression, spansOf} from '../src/store/regex';
import {PATIENCE, RegexSearch, type Runner} from '../src/store/regexsearch';
import type {LogLine} from '../src/api/schema';
import {line} from './samples';
import {eventually, failure, FakeDaemon, FakeStream, type Asked} from './support';

const any = (text: string) => ({text, exact: false});
const having = (text: string) => (one: LogLine) => holds(one.text, any(text));
const many = (from: number, to: number) => Array.from({length: to - from}, (_, at) => line(from + at));

describe('the lines of the page', () => {
  it('are each there once, however pages and streams overlap', () => {
    const book = new Logbook();
    book.append(many(1, 5));
    expect(book.append(many(3, 8))).toBe(3);
    expect(book.prepend(many(0, 3))).toBe(1);
    expect(book.lines.map((one) => one.id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('are at most so many, and say where they begin', () => {
    const book = new Logbook(100);
    book.append(many(0, 100));
    expect(book.first).toBe(0);
    for (let n = 100; n < 5000; n += 50) book.append(many(n, n + 50));
    expect(book.lines.length).toBeLessThanOrEqual(2100);
    expect(book.first + book.lines.length).toBe(5000);
    expect(book.lines[0]!.id).toBe(book.first);
    expect(book.indexOf(4999)).toBe(book.lines.length - 1);
    expect(book.indexOf(3)).toBe(-1);
  });

  it('let the newest go where older ones need their room', () => {
    const book = new Logbook(10);
    book.append(many(100, 106));
    expect(book.prepend(many(50, 60))).toBe(10);
    expect(book.lines.map((one) => one.id)).toEqual([50, 51, 52, 53, 54, 55, 56, 57, 58, 59]);
    expect(book.first).toBe(-10);
  });

  it('are where they were, or what is nearest, when some are gone', () => {
    const book = new Logbook();
    book.append([line(3), line(5), line(9)]);
    expect([1, 3, 4, 9, 10].map((id) => book.near(id))).toEqual([0, 0, 1, 2, 3]);
  });

  it('take as many rows as their text is long', () => {
    const lines = ['', 'x'.repeat(10), 'x'.repeat(11), '語'.repeat(6), 'x'].map((text, at) => line(at, {text}));
    const layout = new Breaker().layout({}, lines, 10);
    expect(lines.map((_, at) => layout.offset(at + 1) - layout.offset(at))).toEqual([1, 1, 2, 2, 1]);
    expect(layout.rows).toBe(7);
    expect([0, 1, 2, 3, 4, 5.9, 6, 99].map((row) => layout.at(row))).toEqual([0, 1, 2, 2, 3, 3, 4, 4]);
    expect(cells('a\tb')).toBe(9);
    expect(new Breaker().layout({}, [], 10).at(3)).toBe(0);
    expect(unbroken(3).at(7)).toBe(2);
  });

  it('are reckoned anew where they are others, and go on where they are more', () => {
    const breaker = new Breaker();
    const book = {};
    const long = (id: number) => line(id, {text: 'x'.repeat(id)});
    const before = breaker.layout(book, [long(10), long(20)], 10);
    expect(breaker.layout(book, [long(10), long(20), long(30)], 10).rows).toBe(6);
    expect([before.rows, before.offset(9), before.at(99)]).toEqual([3, 3, 1]); // what was given stays as it was
    expect(breaker.layout(book, [long(20), long(30), long(40)], 10).rows).toBe(9); // cut off
    expect(breaker.layout(book, [long(10), long(20), long(30), long(40)], 10).rows).toBe(10); // put in front
    expect(breaker.layout(book, [long(10), long(20), long(30), long(40)], 20).rows).toBe(6); // another width
    expect(breaker.layout(book, [long(10)], 20).rows).toBe(1);
    expect(breaker.layout({}, [long(10), long(40)], 20).rows).toBe(3); // another filter
  });

  it('are marked in any case, and not at wrong places', () => {
    expect(matches('CUDA0 on cuda', any('cuda'))).toEqual([0, 9]);
    expect(matches('x'.repeat(200), any('x'))).toHaveLength(50);
    expect(matches('İstanbul gpu', any('gpu'))).toEqual([]); // its lower case is longer
    expect(matches('anything', any(''))).toEqual([]);
    expect(matches('CUDA0 on cuda', {text: 'cuda', exact: true})).toEqual([9]);
  });

  it('are sought around the end, both ways', () => {
    const lines = [line(1, {text: 'GPU'}), line(2), line(3, {text: 'a gpu'})];
    expect(seek(lines, having('gpu'), 1, 1)).toBe(2);
    expect(seek(lines, having('gpu'), 3, 1)).toBe(0);
    expect(seek(lines, having('gpu'), -1, -1)).toBe(2);
    expect(seek(lines, having('none'), 0, 1)).toBe(-1);
    expect(seek([], having('gpu'), 0, 1)).toBe(-1);
  });
});

// A worker that a test answers for.
class FakeRunner implements Runner {
  onmessage: ((event: MessageEvent) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  readonly asked: string[][] = [];
  ended = false;
  postMessage({texts}: {texts: string[]}) {
    this.asked.push(texts);
  }
  terminate() {
    this.ended = true;
  }
  say(data: unknown) {
    this.onmessage?.({data} as MessageEvent);
  }
}

describe('a regular expression', () => {
  it('is read as the daemon reads it, or not at all', () => {
    expect(spansOf(expression('b+'), ['abba b', 'x'])).toEqual([[[1, 3], [5, 6]], []]);
    expect(spansOf(expression('(?i)GPU\\-(?P<n>\\d)'), ['a gpu-1'])).toEqual([[[2, 7]]]);
    expect(spansOf(expression('x*'), ['abc'])).toEqual([[]]);
    expect(spansOf(expression('x'), ['x'.repeat(200)])[0]).toHaveLength(50);
    for (const other of ['\\Aload', '[[:alpha:]]+', '\\pN', 'end\\z', '*']) expect(() => expression(other)).toThrow();
  });

  it('is looked for from the newest lines on, each line once', () => {
    const runner = new FakeRunner();
    const search = new RegexSearch('e', () => runner);
    const book = new Logbook();
    book.append(many(0, 700));
    search.look(book);
    expect(runner.asked).toHaveLength(0);
    runner.say('ready');
    expect(runner.asked[0]).toHaveLength(500);
    expect(runner.asked[0]!.at(-1)).toBe('line 699');
    book.append(many(700, 702));
    runner.say(spansOf(/e/gu, runner.asked[0]!));
    expect(runner.asked[1]).toEqual(['line 700', 'line 701']);
    runner.say([[], [[0, 1]]]);
    expect(runner.asked[2]).toHaveLength(200);
    runner.say(spansOf(/e/gu, runner.asked[2]!));
    expect(runner.asked).toHaveLength(3);
    expect(search.of(0)).toEqual([[3, 4]]);
    expect(search.of(700)).toEqual([]);
    expect(search.of(701)).toEqual([[0, 1]]);
    book.clear();
    book.append(many(900, 901));
    search.look(book);
    expect(runner.asked[3]).toEqual(['line 900']);
    search.close();
    expect(runner.ended).toBe(true);
  });

  it('that takes too long is ended, and said to', () => {
    vi.useFakeTimers();
    const runner = new FakeRunner();
    const search = new RegexSearch('(a+)+$', () => runner);
    const book = new Logbook();
    book.append(many(0, 2));
    search.look(book);
    runner.say('ready');
    vi.advanceTimersByTime(PATIENCE - 1);
    expect(runner.ended).toBe(false);
    vi.advanceTimersByTime(5);
    expect(runner.ended).toBe(true);
    expect(search.trouble.value).toContain('takes too long');
    runner.say([[[0, 1]], []]);
    expect(search.of(0)).toEqual([]);
    vi.useRealTimers();
  });

  it('that only the daemon knows marks nothing', () => {
    expect(new RegexSearch('\\Aload', () => new FakeRunner()).trouble.value).toContain('the browser does not');
  });
});

describe('the filter', () => {
  it('asks for lines around only as far as the page offers it', () => {
    expect(asked({around: '5'}).context).toBe('5');
    expect(asked({around: '9999'}).context).toBeUndefined();
  });

  it('of the load report is about memory, of one launch, and of nothing else', () => {
    expect(asked({q: 'x', not: 'y', level: 'error', since: 'then', ...loadReport('small', 3)})).toMatchObject({
      model: 'small', launch: '3', tag: 'fit,gpu', not: '', level: '', since: '',
    });
  });

  it('tells lines that say the word from others about the same', () => {
    expect(saying([line(1, {text: 'no GPU found'}), line(2, {text: 'CUDA0 buffer'}), line(3, {text: 'gpu'})], ' gpu ')).toEqual({say: 2, others: 1});
  });

  it('takes `gpu` for all lines about memory, unless told otherwise', () => {
    for (const q of ['gpu', 'GPU', ' vram ', 'gpus']) {
      expect(meansMemory({q})).toBe(true);
      expect(asked({q})).toMatchObject({tag: 'fit,gpu'});
      expect(asked({q})).not.toHaveProperty('q');
    }
    for (const query of [{q: 'gpu', exact: '1'}, {q: 'gpu', re: '1'}, {q: 'gpu 1'}, {q: 'gpu', find: '1'}] as LogQuery[]) expect(meansMemory(query)).toBe(false);
    expect(asked({q: 'gpu', exact: '1'})).toMatchObject({q: 'gpu', tag: ''});
  });

  it('looks at the case when told to', () => {
    expect(asked({q: 'a.b(c', case: '1'})).toMatchObject({re: 'a\\.b\\(c'});
    expect(asked({q: 'a.b(c', case: '1'})).not.toHaveProperty('q');
    expect(asked({q: 'GPU', case: '1'})).toMatchObject({re: 'GPU', tag: ''});
    expect(asked({q: 'a.b', re: '1', case: '1'})).toMatchObject({re: 'a.b'});
  });

  it('is asked of the daemon, but for what is only marked', () => {
    expect(asked({q: '^load', re: '1', model: 'm', level: 'warn', not: 'x'})).toMatchObject({re: '^load', model: 'm', level: 'warn', not: 'x'});
    expect(asked({q: 'abc', find: '1'})).not.toHaveProperty('q');
    expect(asked({tag: 'gpu,weather,http'})).toMatchObject({tag: 'gpu,http'});
  });

  it('never runs a regular expression of the user here', () => {
    expect(marked({q: '(a+)+$', re: '1'}).text).toBe('');
    expect(marked({q: ' CUDA '})).toEqual(any('cuda'));
    expect(marked({q: 'CUDA', case: '1'})).toEqual({text: 'CUDA', exact: true});
  });

  it('switches words of a list', () => {
    expect(toggled('', 'gpu')).toBe('gpu');
    expect(toggled('gpu,http', 'gpu')).toBe('http');
  });
});

describe('a look at the log', () => {
  const open: LogSession[] = [];
  afterEach(() => {
    open.splice(0).forEach((session) => session.close());
    vi.unstubAllGlobals();
  });

  function look(answers: ConstructorParameters<typeof FakeDaemon>[0] = {}) {
    const streams: FakeStream[] = [];
    const frames: (() => void)[] = [];
    const daemon = new FakeDaemon({
      'api/logs': {lines: many(1, 4), before: null, after: 3, more: false},
      'api/logs/stream': (_, signal) => {
        streams.push(new FakeStream(signal));
        return streams[streams.length - 1]!.response;
      },
      ...answers,
    });
    const session = new LogSession({q: 'x', context: '5'}, (draw) => frames.push(draw));
    open.push(session);
    return {session, streams, frames, daemon};
  }

  it('is a page, and then what comes behind it', async () => {
    const {session, daemon, streams} = look();
    await session.open();
    expect(session.book.lines).toHaveLength(3);
    await eventually(() => expect(streams).toHaveLength(1));
    const stream = daemon.asked.at(-1)!;
    expect(stream.path).toContain('q=x');
    expect(stream.path).toContain('after=3');
    expect(stream.headers.get('Last-Event-ID')).toBe('3');
    expect(stream.path).not.toContain('limit');
    // What will be around a line that comes, nobody knows yet.
    expect(daemon.asked[0]!.path).toContain('context=5');
    expect(stream.path).not.toContain('context');
  });

  it('draws a flood once each frame', async () => {
    const {session, frames} = look();
    await session.open();
    const before = session.version.value;
    for (const one of many(10, 510)) session.take(one);
    expect(frames).toHaveLength(1);
    expect(session.version.value).toBe(before);
    frames[0]!();
    expect(session.version.value).toBe(before + 1);
    expect(session.book.lines).toHaveLength(503);
  });

  it('keeps what comes while it is paused, and says how much', async () => {
    const {session, frames} = look();
    await session.open();
    session.pause(true);
    many(10, 20).forEach((one) => session.take(one));
    frames.pop()!();
    expect(session.book.lines).toHaveLength(3);
    expect(session.waiting.value).toBe(10);
    session.pause(false);
    expect(session.book.lines).toHaveLength(13);
    expect(session.waiting.value).toBe(0);
  });

  it('says why a filter is none, and opens no stream for it', async () => {
    const {session, streams} = look({'api/logs': () => failure(400, 'invalid_request', 'no argument for repetition operator: *')});
    await session.open();
    expect(session.error.value).toBe('no argument for repetition operator: *');
    expect(streams).toHaveLength(0);
  });

  it('asks again when nobody answered, and not when it is told that it asks wrongly', async () => {
    vi.useFakeTimers();
    try {
      let down = true;
      const {session, daemon} = look({'api/logs': () => (down ? failure(502, '', 'bad gateway') : {lines: many(1, 4), before: null, after: 3, more: false})});
      await session.open();
      expect(session.error.value).toBe('bad gateway');
      down = false;
      await vi.advanceTimersByTimeAsync(2_000);
      expect(session.error.value).toBe('');
      expect(session.book.lines).toHaveLength(3);
      await vi.advanceTimersByTimeAsync(10_000);
      expect(daemon.count('api/logs?')).toBe(2);

      const wrong = look({'api/logs': () => failure(400, 'invalid_request', 'no')});
      await wrong.session.open();
      await vi.advanceTimersByTimeAsync(10_000);
      expect(wrong.daemon.count('api/logs')).toBe(1);

      const left = look({'api/logs': () => failure(503, '', 'starts')});
      await left.session.open();
      left.session.close();
      await vi.advanceTimersByTimeAsync(10_000);
      expect(left.daemon.count('api/logs')).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it('fetches older lines page by page, one at a time', async () => {
    const {session, daemon} = look({
      'api/logs': (asked) =>
        asked.path.includes('before=')
          ? {lines: many(1, 11), before: null, after: 10, more: false}
          : {lines: many(11, 21), before: 11, after: 20, more: true},
    });
    await session.open();
    const [first, second] = await Promise.all([session.loadOlder(), session.loadOlder()]);
    expect([first, second]).toEqual([10, 0]);
    expect(session.book.lines).toHaveLength(20);
    expect(session.older.value).toBeNull();
    expect(await session.loadOlder()).toBe(0);
    expect(daemon.count('api/logs?')).toBe(2);
  });

  // A daemon that keeps `count` lines, and pages as it does.
  const kept = (count: number) => (asked: Asked) => {
    const query = new URLSearchParams(asked.path.split('?')[1]);
    const [before, after, limit] = ['before', 'after', 'limit'].map((name) => Number(query.get(name)));
    const from = after ? after + 1 : Math.max(1, (before || count + 1) - limit!);
    const to = after ? Math.min(count + 1, from + limit!) : before || count + 1;
    return {lines: many(from, to), before: from > 1 ? from : null, after: after ? to - 1 : count, more: after ? to <= count : from > 1};
  };

  it('goes back as far as there is anything, holding no more for it, and comes forth again', async () => {
    const {session, streams, daemon} = look({'api/logs': kept(60_000)});
    await session.open();
    await eventually(() => expect(streams).toHaveLength(1));
    while (session.older.value !== null) expect(await session.loadOlder()).toBe(1000);
    const held = () => session.book.lines;
    expect([held()[0]!.id, held().length]).toEqual([1, MOST]);
    // Nothing is followed so far from the end, or there would be a hole.
    await eventually(() => expect(streams[0]!.aborted).toBe(true));
    expect(session.newer.value).toBe(MOST);

    while (session.newer.value !== null) expect(await session.loadNewer()).toBe(1000);
    expect(held().at(-1)!.id).toBe(60_000);
    expect(held().length).toBeLessThan(MOST + 3000);
    expect(held().every((one, at) => one.id === held()[0]!.id + at)).toBe(true);
    await eventually(() => expect(streams).toHaveLength(2));
    expect(daemon.asked.at(-1)!.path).toContain('after=60000');
    expect(session.older.value).toBe(held()[0]!.id); // what was cut off in front can be had again
  });

  it('goes to the end at once from wherever it is', async () => {
    const {session, streams} = look({'api/logs': kept(60_000)});
    await session.open(5_000);
    expect([session.book.lines[0]!.id, session.book.last, session.newer.value]).toEqual([4_001, 6_000, 6_000]);
    expect(streams).toHaveLength(0);
    const late = session.loadNewer();
    await session.toEnd();
    expect(await late).toBe(0); // it belongs to what was there before
    expect([session.book.lines[0]!.id, session.book.last, session.newer.value]).toEqual([59_001, 60_000, null]);
    await eventually(() => expect(streams).toHaveLength(1));
  });

  it('is told when lines were lost', async () => {
    const {session, streams} = look();
    await session.open();
    await eventually(() => expect(streams).toHaveLength(1));
    streams[0]!.event('7', 'lost', {through: 7});
    await eventually(() => expect(session.lost.value).toBe(1));
  });
});
