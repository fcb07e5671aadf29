// The address is the state: what is shown is in the fragment, `#/models/org%2Fsmall?tab=fit`, so that it can be
// kept, sent and gone back to.
import {signal} from '@preact/signals';

export interface Route {
  page: string;
  rest: string[]; // further segments, decoded
  query: Readonly<Record<string, string>>;
}

export const PAGES = ['models', 'gpus', 'logs', 'activity', 'play', 'config', 'about'] as const;
export type Page = (typeof PAGES)[number];

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function parseHash(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
  const [page = '', ...rest] = path.split('/').filter(Boolean).map(decode);
  return {
    page: (PAGES as readonly string[]).includes(page) ? page : 'models',
    rest: (PAGES as readonly string[]).includes(page) ? rest : [],
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

// Empty values are left out.
export function hashOf(page: string, rest: string[] = [], query: Record<string, string | undefined> = {}): string {
  const entries = Object.entries(query).filter((entry): entry is [string, string] => !!entry[1]);
  const text = new URLSearchParams(entries).toString();
  return '#/' + [page, ...rest.map(encodeURIComponent)].join('/') + (text ? '?' + text : '');
}

export const route = signal<Route>(parseHash(globalThis.location?.hash ?? ''));

export function watchRoute(): () => void {
  const read = () => (route.value = parseHash(location.hash));
  read();
  addEventListener('hashchange', read);
  addEventListener('popstate', read);
  return () => {
    removeEventListener('hashchange', read);
    removeEventListener('popstate', read);
  };
}

export function go(hash: string): void {
  location.hash = hash;
}

// Changes some of the query. What is typed replaces the entry of the history, so that Back does not spell.
export function setQuery(changes: Record<string, string | undefined>): void {
  const now = route.value;
  const hash = hashOf(now.page, now.rest, {...now.query, ...changes});
  history.replaceState(history.state, '', hash);
  route.value = parseHash(hash);
}
