// The conversation of this tab: kept while it is open, also when another page is looked at.
import {signal} from '@preact/signals';
import {ask, errorOf, isAbort, messageOf} from '../api/http';
import {SseParser} from '../api/sse';
import {begin, ended, grown, requestOf, type Answer, type Said, type Settings, type Turn} from './chat';
import {answered, begun, heard} from './exchange';

export const turns = signal<Turn[]>([]);
export const settings = signal<Omit<Settings, 'model'>>({system: '', temperature: '', most: ''});
export const busy = signal(false);
let abort: AbortController | null = null;

function update(change: (answer: Answer) => Answer): void {
  const all = turns.value;
  const last = all[all.length - 1];
  if (last?.role === 'assistant') turns.value = [...all.slice(0, -1), change(last)];
}

// Asks, and tells how the answer grows until it has ended one way or another. Never throws.
export async function converse(body: object, signal: AbortSignal, update: (change: (answer: Answer) => Answer) => void, ear?: {answered(response: Response): void; heard(text: string): void}): Promise<void> {
  try {
    const response = await ask('v1/chat/completions', {
      method: 'POST', body: JSON.stringify(body), signal, headers: {'Content-Type': 'application/json'},
    });
    ear?.answered(response);
    if (!response.ok || !response.body) throw await errorOf(response);
    const parser = new SseParser({
      event: (event) => update((one) => grown(one, event.data, Date.now())),
      comment: (text) => update((one) => (one.first ? one : {...one, note: text})),
    });
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const text = decoder.decode(part.value, {stream: true});
      ear?.heard(text);
      parser.feed(text);
    }
    update((one) => ended(one, Date.now(), 'done'));
  } catch (error) {
    update((one) => ended(one, Date.now(), isAbort(error) ? 'stopped' : {error: messageOf(error)}));
  }
}

// Answers the conversation as it stands.
async function answer(model: string): Promise<void> {
  const body = requestOf(turns.value, {...settings.value, model});
  turns.value = [...turns.value, begin(Date.now())];
  busy.value = true;
  abort = new AbortController();
  begun('v1/chat/completions', body);
  await converse(body, abort.signal, update, {answered, heard});
  busy.value = false;
  abort = null;
}

export async function say(model: string, text: string, images: string[]): Promise<void> {
  turns.value = [...turns.value, {role: 'user', text, images}];
  await answer(model);
}

export async function again(model: string): Promise<void> {
  const all = turns.value;
  if (all[all.length - 1]?.role === 'assistant') turns.value = all.slice(0, -1);
  await answer(model);
}

export const stop = () => abort?.abort();

// Takes back what was said from there on, and returns it to be said otherwise.
export function takeBack(at: number): Said | null {
  const turn = turns.value[at];
  turns.value = turns.value.slice(0, at);
  return turn?.role === 'user' ? turn : null;
}

export const forget = () => (turns.value = []);
