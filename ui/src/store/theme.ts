// Light, dark, or as the system has it; kept in the browser.
import {signal} from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';
const ORDER: Theme[] = ['system', 'light', 'dark'];
const KEY = 'paddock.theme';

export const theme = signal<Theme>('system');

function set(value: Theme): void {
  theme.value = value;
  if (value === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = value;
}

export function startTheme(): () => void {
  const kept = localStorage.getItem(KEY) as Theme | null;
  set(kept && ORDER.includes(kept) ? kept : 'system');
  return () => undefined;
}

export function nextTheme(): void {
  set(ORDER[(ORDER.indexOf(theme.value) + 1) % ORDER.length]!);
  localStorage.setItem(KEY, theme.value);
}
