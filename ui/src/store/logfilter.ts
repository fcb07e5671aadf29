// From the address of the log page to what the daemon is asked. Pure.
import type {Query} from '../api/http';
import type {Needle} from './logbook';

export const TAGS = {gpu: 'GPU/VRAM', error: 'Errors', timing: 'Timings', http: 'HTTP', fit: 'Fit'} as const;
export type Tag = keyof typeof TAGS;

export const AROUND = ['2', '5', '20']; // lines around each that matches

export type LogQuery = Readonly<Record<string, string>>;

// Most lines about the memory of a card do not contain the word: who types it means them as well. `exact=1`
// takes it literally.
export function meansMemory(query: LogQuery): boolean {
  return /^(gpus?|vram)$/i.test((query.q ?? '').trim()) && query.re !== '1' && query.exact !== '1' && query.find !== '1' && query.case !== '1';
}

// Of lines about memory: those that say the word, and the others.
export function saying(lines: {text: string}[], word: string): {say: number; others: number} {
  const say = lines.filter((line) => line.text.toLowerCase().includes(word.trim().toLowerCase())).length;
  return {say, others: lines.length - say};
}

// As a regular expression that means these letters, in their case.
const literally = (text: string) => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');

// `find=1` only highlights, so the text is not asked for.
export function asked(query: LogQuery): Query {
  const q = query.q ?? '';
  const memory = meansMemory(query);
  const text = !q || memory || query.find === '1' ? {} : query.re === '1' ? {re: q} : query.case === '1' ? {re: literally(q)} : {q};
  const tags = new Set((query.tag ?? '').split(',').filter((tag) => tag in TAGS));
  if (memory) {
    tags.add('gpu');
    tags.add('fit');
  }
  return {
    ...text,
    not: query.not,
    tag: [...tags].sort().join(','),
    level: query.level,
    model: query.model,
    source: query.source,
    launch: query.launch,
    since: query.since,
    until: query.until,
    context: AROUND.includes(query.around ?? '') ? query.around : undefined,
  };
}

// What is marked in the lines, unless it is a regular expression: see RegexSearch.
export function marked(query: LogQuery): Needle {
  const exact = query.case === '1';
  const text = query.re === '1' ? '' : (query.q ?? '').trim();
  return {text: exact ? text : text.toLowerCase(), exact};
}

export function toggled(list: string, word: string): string {
  const words = list.split(',').filter(Boolean);
  return (words.includes(word) ? words.filter((one) => one !== word) : [...words, word]).join(',');
}

// To all that a launch said about memory, which is kept when the rest is not; other filters would only hide it.
export const loadReport = (model: string, launch: number): Record<string, string> => ({
  model, launch: String(launch), tag: 'fit,gpu', q: '', re: '', not: '', level: '', source: '', since: '', until: '', around: '', line: '',
});
