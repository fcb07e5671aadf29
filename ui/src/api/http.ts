// Asking the daemon. All addresses are relative to the page, which lives at `ui/` below it, so that it works
// under whatever path a proxy puts it.
import type {ErrorBody} from './schema';

export class ApiError extends Error {
  constructor(
    readonly status: number, // 0: no answer at all
    readonly code: string,
    message: string,
    readonly detail: ErrorBody['detail'] = null,
  ) {
    super(message);
  }
}

export function address(path: string, query?: Query): string {
  const url = new URL('../' + path, document.baseURI);
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== '') url.searchParams.append(name, String(one));
    }
  }
  return url.href;
}

export type Query = Record<string, string | number | undefined | null | string[]>;

// An id as one segment of a path: slashes are escaped.
export const segment = encodeURIComponent;

// The key that the user gave, kept for the tab. `onRefused` is told of each 401, with the key that was used.
export interface Keyring {
  key(): string;
  onRefused(key: string): void;
}
let keyring: Keyring = {key: () => '', onRefused: () => undefined};
export function useKeyring(ring: Keyring): void {
  keyring = ring;
}

export async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '');
  try {
    const error = (JSON.parse(text) as {error: ErrorBody}).error;
    return new ApiError(response.status, error.code ?? '', error.message, error.detail ?? null);
  } catch {
    return new ApiError(response.status, '', text.slice(0, 500) || `the answer was ${response.status}`);
  }
}

// The answer whatever its status is.
export async function ask(path: string, init: RequestInit = {}, query?: Query): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('X-Requested-With', 'fetch'); // or the browser would ask for the key before we can
  const key = keyring.key();
  if (key) headers.set('Authorization', 'Bearer ' + key);
  let response: Response;
  try {
    response = await fetch(address(path, query), {...init, headers, cache: 'no-store'});
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    throw new ApiError(0, 'unreachable', 'paddock does not answer');
  }
  if (response.status === 401) keyring.onRefused(key);
  return response;
}

async function json<T>(path: string, init: RequestInit, query?: Query): Promise<T> {
  const response = await ask(path, init, query);
  if (!response.ok) throw await errorOf(response);
  return (await response.json()) as T;
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal) => json<T>(path, {signal}, query);
export const post = <T>(path: string, query?: Query) => json<T>(path, {method: 'POST'}, query);
export const send = <T>(method: string, path: string, body: unknown, signal?: AbortSignal) =>
  json<T>(path, {method, body: JSON.stringify(body), headers: {'Content-Type': 'application/json'}, signal});

// A daemon that restarts, a network or a proxy that is gone for a while: worth to ask again, after so many ms.
export const ASK_AGAIN = 2_000;
export const mayPass = (error: unknown) => error instanceof ApiError && (error.status === 0 || error.status >= 500);

export const isAbort = (error: unknown) => error instanceof Error && error.name === 'AbortError';
export const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
