// The keyboard: which key means what. `g` and a letter go to a page. Nothing is taken while something is typed,
// and all of it can be switched off, for those who talk to their machine.
import {signal} from '@preact/signals';

export type Action =
  | 'search' | 'help' | 'close' | 'next' | 'previous' | 'load' | 'unload' | 'pause' | 'follow' | 'wrap' | 'match' | 'match-back'
  | 'page:models' | 'page:gpus' | 'page:logs' | 'page:activity' | 'page:play' | 'page:config' | 'page:about';

const KEYS: Record<string, Action> = {
  '/': 'search', '?': 'help', j: 'next', ArrowDown: 'next', k: 'previous', ArrowUp: 'previous',
  l: 'load', u: 'unload', ' ': 'pause', f: 'follow', End: 'follow', w: 'wrap', n: 'match', N: 'match-back',
};
const PAGES: Record<string, Action> = {
  m: 'page:models', g: 'page:gpus', l: 'page:logs', a: 'page:activity', p: 'page:play', c: 'page:config', i: 'page:about',
};

export const HELP: [string, string][] = [
  ['/', 'search'], ['g then m g l a p c i', 'Models, GPUs, Logs, Activity, Playground, Config, About'],
  ['j k, ↓ ↑', 'next, previous row'], ['Enter', 'open'], ['l, u', 'load, unload the row’s model'],
  ['Space', 'pause the log'], ['f, End', 'follow the log'], ['w', 'break its long lines'], ['n, N', 'next, previous match'], ['Esc', 'close, clear'], ['?', 'this list'],
];

const SECOND_KEY = 1200; // ms

export class Keys {
  private g = -Infinity;

  // `typing`: the focus is where letters belong; `control`: on what a blank presses.
  press(key: string, typing: boolean, control: boolean, time: number): Action | null {
    if (key === 'Escape') return 'close';
    if (typing) return null;
    const second = time - this.g < SECOND_KEY;
    this.g = -Infinity;
    if (second && PAGES[key]) return PAGES[key]!;
    if (key === 'g') {
      this.g = time;
      return null;
    }
    if (control && (key === ' ' || key === 'End')) return null;
    return KEYS[key] ?? null;
  }
}

type Handler = (focused: HTMLElement | null) => void;
const handlers = new Map<Action, Handler[]>();

// The newest handler of an action gets it. Returns what takes it back.
export function on(action: Action, handler: Handler): () => void {
  handlers.set(action, [...(handlers.get(action) ?? []), handler]);
  return () => handlers.set(action, (handlers.get(action) ?? []).filter((one) => one !== handler));
}

export function act(action: Action, focused: HTMLElement | null = null): boolean {
  const handler = handlers.get(action)?.at(-1);
  handler?.(focused);
  return !!handler;
}

export const shortcuts = signal(globalThis.localStorage?.getItem('paddock.shortcuts') !== 'off');
export function setShortcuts(onOff: boolean): void {
  shortcuts.value = onOff;
  localStorage.setItem('paddock.shortcuts', onOff ? 'on' : 'off');
}

const isTyping = (element: Element | null) =>
  element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement ||
  (element instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit'].includes(element.type));
const isControl = (element: Element | null) => !!element?.closest('button, a, summary');

// The rows of a page are what has `data-row`; the focus goes to it.
function step(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.findIndex((row) => row === document.activeElement || row.closest('li, tr')?.contains(document.activeElement));
  const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))];
  next?.focus();
}

export function listen(): () => void {
  const keys = new Keys();
  const undo = [
    on('next', () => step(1)),
    on('previous', () => step(-1)),
    on('search', () => document.querySelector<HTMLElement>('[data-search]')?.focus()),
    on('close', () => (document.activeElement as HTMLElement | null)?.blur?.()),
  ];
  const pressed = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (!shortcuts.value && event.key !== 'Escape') return;
    const focus = document.activeElement;
    if (document.querySelector('dialog[open]') && event.key !== 'Escape') return;
    if (event.key.startsWith('Arrow') && !focus?.matches('[data-row]')) return; // they scroll
    const action = keys.press(event.key, isTyping(focus), isControl(focus), event.timeStamp);
    if (action && act(action, focus as HTMLElement | null) && action !== 'close') event.preventDefault();
  };
  addEventListener('keydown', pressed);
  return () => {
    removeEventListener('keydown', pressed);
    undo.forEach((one) => one());
  };
}
