import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {useKeyring} from '../src/api/http';
import type {SseEvent} from '../src/api/sse';
import {EventStream, type StreamState} from '../src/api/stream';
import {eventually, failure, FakeDaemon, FakeStream} from './support';

let streams: FakeStream[];
let events: SseEvent[];
let states: StreamState[];
let daemon: FakeDaemon;
let stream: EventStream;

const open = (signal?: AbortSignal | null) => {
  streams.push(new FakeStream(signal));
  return streams[streams.length - 1]!.response;
};

beforeEach(() => {
  streams = [];
  events = [];
  states = [];
  daemon = new FakeDaemon({'api/events/v2': (_, signal) => open(signal)});
  vi.spyOn(Math, 'random').mockReturnValue(0);
  stream = new EventStream({path: 'api/events/v2', onEvent: (event) => events.push(event), onState: (state) => states.push(state)});
});

afterEach(() => {
  stream.stop();
  useKeyring({key: () => '', onRefused: () => undefined});
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const kinds = () => states.map((state) => state.kind);
const headerOf = (turn: number, name: string) => daemon.asked[turn]!.headers.get(name);

describe('a stream of events', () => {
  it('comes back with the id of the last event', async () => {
    stream.start();
    await eventually(() => expect(streams).toHaveLength(1));
    streams[0]!.event('run-1', 'state', {});
    streams[0]!.event('run-2', 'change', {});
    await eventually(() => expect(events).toHaveLength(2));
    streams[0]!.end();
    await eventually(() => expect(streams).toHaveLength(2));
    expect(headerOf(0, 'Last-Event-ID')).toBeNull();
    expect(headerOf(1, 'Last-Event-ID')).toBe('run-2');
    await eventually(() => expect(kinds()).toEqual(['connecting', 'live', 'lost', 'live']));
  });

  it('sends the key, and does not try again what was refused', async () => {
    useKeyring({key: () => 'secret', onRefused: () => undefined});
    daemon.answers['api/events/v2'] = () => failure(403, 'forbidden', 'the key lacks observe');
    stream.start();
    await eventually(() => expect(states.at(-1)).toEqual({kind: 'refused', status: 403, why: 'the key lacks observe'}));
    expect(headerOf(0, 'Authorization')).toBe('Bearer secret');
    await new Promise((done) => setTimeout(done, 700));
    expect(daemon.asked).toHaveLength(1);
    daemon.answers['api/events/v2'] = (_, signal) => open(signal);
    stream.kick();
    await eventually(() => expect(kinds().at(-1)).toBe('live'));
  });

  it('tries again after an error of the server', async () => {
    daemon.answers['api/events/v2'] = (_, signal) => (daemon.asked.length === 1 ? failure(503, 'shutting_down', 'stopping') : open(signal));
    stream.start();
    await eventually(() => expect(kinds()).toEqual(['connecting', 'lost', 'live']));
    expect(states[1]).toMatchObject({why: 'stopping'});
  });

  // Otherwise each such connection is one of the six that a browser has for all tabs.
  it('lets go of a connection whose events it could not take', async () => {
    const broken = new EventStream({
      path: 'api/events/v2',
      onEvent: () => {
        throw new Error('a bug of ours');
      },
      onState: (state) => states.push(state),
    });
    broken.start();
    await eventually(() => expect(streams).toHaveLength(1));
    streams[0]!.event('run-1', 'state', {});
    await eventually(() => expect(streams[0]!.aborted).toBe(true));
    broken.stop();
  });

  it('says nothing more once it is stopped', async () => {
    stream.start();
    await eventually(() => expect(kinds()).toContain('live'));
    stream.stop();
    expect(streams[0]!.aborted).toBe(true);
    const told = states.length;
    await new Promise((done) => setTimeout(done, 50));
    expect(states).toHaveLength(told);
  });
});
