// The last request of the playground and its answer, as they were sent: to be looked at, and for a shell.
import {signal} from '@preact/signals';
import {address, ask, errorOf} from '../api/http';
import {quoted} from './activity';

const MOST = 64 << 10; // letters of an answer that are kept

export interface Exchange {
  path: string;
  body: string; // JSON
  form: [string, string][] | null; // instead: fields, files as `@name`
  status: number; // 0: no answer yet
  type: string; // of the answer
  answer: string;
}

export const exchange = signal<Exchange | null>(null);

function change(more: Partial<Exchange>): void {
  if (exchange.value) exchange.value = {...exchange.value, ...more};
}

export function begun(path: string, body: object): void {
  const form = body instanceof FormData ? [...body].map(([name, value]): [string, string] => [name, typeof value === 'string' ? value : '@' + value.name]) : null;
  exchange.value = {path, body: form ? '' : JSON.stringify(body, null, 1), form, status: 0, type: '', answer: ''};
}

export const answered = ({status, headers}: Response) => change({status, type: headers.get('Content-Type') ?? ''});

export function heard(text: string): void {
  const before = exchange.value?.answer ?? '';
  if (before.length < MOST) change({answer: (before + text).slice(0, MOST)});
}

// The answer if it is a good one.
export async function tried(path: string, body: object, signal: AbortSignal): Promise<Response> {
  begun(path, body);
  const form = body instanceof FormData;
  const response = await ask(path, {
    method: 'POST', signal, body: form ? body : JSON.stringify(body), headers: form ? {} : {'Content-Type': 'application/json'},
  });
  answered(response);
  if (response.ok) return response;
  const text = await response.text().catch(() => '');
  heard(text);
  throw await errorOf(new Response(text, {status: response.status}));
}

export async function triedJson<T>(path: string, body: object, signal: AbortSignal): Promise<T> {
  const text = await (await tried(path, body, signal)).text();
  heard(text);
  return JSON.parse(text) as T;
}

// Pictures and sounds in base64 are of no use to who reads.
export const shortened = (text: string) =>
  text.replace(/[A-Za-z0-9+/=]{400,}/g, (long) => `${long.slice(0, 40)}… (${long.length} letters)`);

export function curlOf({path, body, form}: Pick<Exchange, 'path' | 'body' | 'form'>, withKey: boolean): string {
  const key = withKey ? [`-H "Authorization: Bearer $PADDOCK_KEY"`] : [];
  const fields = form?.map(([name, value]) => '-F ' + quoted(`${name}=${value}`)) ?? ["-H 'Content-Type: application/json'", '--data-raw ' + quoted(body)];
  return ['curl ' + quoted(address(path)), ...key, ...fields].join(' \\\n  ');
}
