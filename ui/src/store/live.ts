// What runs now, as the event stream tells it. Pure: an event and the old state give the new one; entries that
// did not change stay the very same objects.
import type {Gpus, Model} from '../api/schema';
import type {Daemon, Request, StateEvent} from '../api/types';

export interface Live {
  known: boolean; // false until the first event
  daemon: Daemon | null;
  models: Readonly<Record<string, Model>>;
  requests: Readonly<Record<string, Request>>;
  gpus: Gpus | null; // null: no event had them, e.g. as there are no cards
  rows: number; // grows whenever the activity list may have rows that it had not
}

export const NOTHING: Live = {known: false, daemon: null, models: {}, requests: {}, gpus: null, rows: 0};

function merged<T>(old: Readonly<Record<string, T>>, news?: Record<string, T | null>): Readonly<Record<string, T>> {
  if (!news) return old;
  const next = {...old};
  for (const [id, entry] of Object.entries(news)) {
    if (entry === null) delete next[id];
    else next[id] = entry;
  }
  return next;
}

export function apply(live: Live, kind: string, event: StateEvent): Live {
  if (kind !== 'state' && kind !== 'change') return live; // of a newer daemon
  const from = kind === 'state' ? NOTHING : live;
  return {
    known: true,
    daemon: event.daemon ?? from.daemon,
    models: merged(from.models, event.models),
    requests: merged(from.requests, event.inflight),
    gpus: event.gpus ?? from.gpus,
    // Before a whole state anything may have been missed.
    rows: live.rows + (kind === 'state' || event.activity?.length ? 1 : 0),
  };
}

// In the order of the configuration; models that it no longer has come last.
export function listed(live: Live): Model[] {
  const ids = live.daemon?.models ?? [];
  const known = new Set(ids);
  const rest = Object.keys(live.models).filter((id) => !known.has(id));
  return [...ids, ...rest].flatMap((id) => live.models[id] ?? []);
}

export const requests = (live: Live): Request[] =>
  Object.values(live.requests).sort((a, b) => a.id - b.id);

export const TOLD = 256; // requests that events tell of: the oldest

// Where there may be more requests than one is told of, as the models have them.
export function counts(live: Live): {running: number; waiting: number} {
  const all = Object.values(live.requests);
  if (all.length >= TOLD) {
    const sum = (what: 'in_flight' | 'waiting') => Object.values(live.models).reduce((most, one) => most + one[what], 0);
    return {running: sum('in_flight'), waiting: sum('waiting')};
  }
  const waiting = all.filter((one) => one.phase === 'waiting' || one.phase === 'loading').length;
  return {running: all.length - waiting, waiting};
}

// What people call the phase a request is in. A server that answers in one piece reads and writes before it does.
export function phaseOf(one: Request): string {
  if (one.phase === 'waiting') return 'queued';
  if (one.phase === 'sending') return one.stream ? 'prefill' : 'working';
  return one.phase === 'answering' && one.stream ? 'decoding' : one.phase;
}

// Tokens per second of all that a model writes at the moment; 0: nobody knows.
export const speedOf = (id: string, all: Request[]): number =>
  all.reduce((sum, one) => sum + (one.model === id ? (one.tokens_per_second ?? 0) : 0), 0);
