// What all pages share: the key, the stream of what runs, the cards, messages, the clock. Signals that pages read;
// this file alone writes them.
import {signal, computed} from '@preact/signals';
import {get, isAbort, messageOf, useKeyring} from '../api/http';
import type {Gpus, Profiles} from '../api/schema';
import {EventStream, type StreamState} from '../api/stream';
import type {StateEvent} from '../api/types';
import {apply, counts, listed, NOTHING, requests, type Live} from './live';
import {record, EMPTY, type History} from './gpuhistory';
import {summary} from './models';

export const live = signal<Live>(NOTHING);
export const connection = signal<StreamState>({kind: 'connecting'});
export const models = computed(() => listed(live.value));
export const inFlight = computed(() => requests(live.value));
export const load = computed(() => counts(live.value));
export const now = signal(Date.now());

// ---- the key

const KEY = 'paddock.key';
export const askForKey = signal<'' | 'needed' | 'wrong'>('');
export const keyEpoch = signal(0); // grows when pages must ask again

export const storedKey = () => sessionStorage.getItem(KEY) ?? '';

export function setKey(key: string): void {
  if (key) sessionStorage.setItem(KEY, key);
  else sessionStorage.removeItem(KEY);
  askForKey.value = '';
  keyEpoch.value++;
  stream?.kick();
}

// Not by startApp(): pages ask when they appear, which is before that.
useKeyring({
  key: storedKey,
  // Pages ask several things at once; an answer to a key that has been replaced says nothing.
  onRefused: (key) => {
    if (key === storedKey()) askForKey.value = key ? 'wrong' : 'needed';
  },
});

// ---- messages

export interface Notice {
  id: number;
  tone: 'good' | 'bad';
  text: string;
}
export const notices = signal<Notice[]>([]);
let lastNotice = 0;

export function notify(text: string, tone: Notice['tone'] = 'good'): void {
  const id = ++lastNotice;
  notices.value = [...notices.value.slice(-2), {id, tone, text}];
  setTimeout(() => dismiss(id), tone === 'bad' ? 15_000 : 5_000);
}

export function dismiss(id: number): void {
  notices.value = notices.value.filter((one) => one.id !== id);
}

// Errors that the page has no better place for. A missing key has its own question.
export function report(error: unknown): void {
  if (isAbort(error) || askForKey.value) return;
  notify(messageOf(error), 'bad');
}

// ---- the stream

let stream: EventStream | null = null;
const AWAY = 15_000; // ms; browsers allow six connections to a host for all tabs together

function take(event: {event: string; data: string}): void {
  const before = live.value;
  live.value = apply(before, event.event, JSON.parse(event.data) as StateEvent);
  if (live.value.gpus && live.value.gpus !== before.gpus) see(live.value.gpus);
}

export function startApp(): () => void {
  stream = new EventStream({
    path: 'api/events/v2',
    onEvent: take,
    onState: (state) => (connection.value = state),
  });
  stream.start();
  const ticks = setInterval(() => (now.value = Date.now()), 1000);
  let away: ReturnType<typeof setTimeout> | undefined;
  const seen = () => {
    clearTimeout(away);
    if (document.hidden) away = setTimeout(() => stream?.stop(), AWAY);
    else if (connection.value.kind !== 'live' || away) stream?.kick();
    if (!document.hidden) away = undefined;
  };
  document.addEventListener('visibilitychange', seen);
  return () => {
    document.removeEventListener('visibilitychange', seen);
    clearInterval(ticks);
    clearTimeout(away);
    stream?.stop();
    stream = null;
  };
}

export const title = computed(() => {
  const text = summary(models.value);
  const lost = connection.value.kind === 'live' ? '' : '⚠ ';
  return lost + (text ? text + ' · ' : '') + 'paddock';
});

// ---- the cards

export const gpus = signal<Gpus | null>(null);
export const gpusProblem = signal('');
export const history = signal<History>(EMPTY);

function see(picture: Gpus): void {
  gpus.value = picture;
  gpusProblem.value = picture.problem ?? '';
  history.value = record(history.value, picture);
}

// What the stream does not tell: why there are no cards, and the memory of the machine.
export async function lookAtGpus(signalOfPage?: AbortSignal): Promise<void> {
  try {
    see(await get<Gpus>('api/gpus', undefined, signalOfPage));
  } catch (error) {
    if (!isAbort(error)) gpusProblem.value = messageOf(error);
  }
}

export const profiles = signal<Profiles | null>(null);
