// How models are listed: which, in what order, and what to call the state they are in. Pure.
import type {FitVerdict, Gpus, Model} from '../api/schema';
import {clock, span} from './format';

export type Mood = 'ready' | 'loading' | 'stopping' | 'failed' | 'stopped';

// A model that is stopped because its last launch went wrong has failed.
export function moodOf(model: Model): Mood {
  switch (model.state) {
    case 'ready':
      return 'ready';
    case 'starting':
      return 'loading';
    case 'stopping':
      return 'stopping';
    default:
      return model.launch?.failure ? 'failed' : 'stopped';
  }
}

export const GLYPHS: Record<Mood, string> = {ready: '●', loading: '◐', stopping: '◒', failed: '✖', stopped: '○'};

export interface Filter {
  q: string;
  state: string; // a Mood, or empty
  gpu: string; // an index, or empty
  sort: string; // '', 'name', 'state'
}

const ORDER: Mood[] = ['ready', 'loading', 'stopping', 'failed', 'stopped'];

function names(model: Model): string {
  return [model.id, model.name, model.description, ...model.aliases].join('\n').toLowerCase();
}

export function isOn(model: Model, gpu: string, gpus: Gpus | null): boolean {
  const card = gpus?.gpus.find((one) => String(one.index) === gpu);
  return card?.models.some((one) => one.model === model.id) ?? false;
}

export function select(models: Model[], filter: Filter, gpus: Gpus | null): Model[] {
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
  const found = models.filter(
    (model) =>
      words.every((word) => names(model).includes(word)) &&
      (!filter.state || moodOf(model) === filter.state) &&
      (!filter.gpu || isOn(model, filter.gpu, gpus)),
  );
  if (filter.sort === 'name') found.sort((a, b) => a.id.localeCompare(b.id));
  if (filter.sort === 'state') {
    found.sort((a, b) => ORDER.indexOf(moodOf(a)) - ORDER.indexOf(moodOf(b)));
  }
  return found;
}

// For the tab's title: `●2 ◐1 ✖1`.
export function summary(models: Model[]): string {
  const count = (mood: Mood) => models.filter((model) => moodOf(model) === mood).length;
  return (['ready', 'loading', 'failed'] as const)
    .flatMap((mood) => (count(mood) ? [GLYPHS[mood] + count(mood)] : []))
    .join(' ');
}

export type Tone = 'good' | 'warn' | 'bad' | 'plain';

export const VERDICTS: Record<FitVerdict, {words: string; tone: Tone; glyph: string}> = {
  fits: {words: 'fits', tone: 'good', glyph: '✓'},
  tight: {words: 'fits, tight', tone: 'warn', glyph: '✓'},
  shrunk: {words: 'fits, context cut', tone: 'warn', glyph: '▽'},
  spilled: {words: 'partly in RAM', tone: 'warn', glyph: '◪'},
  driver_spill: {words: 'driver pages to RAM', tone: 'warn', glyph: '◪'},
  cpu_only: {words: 'on CPU only', tone: 'warn', glyph: '□'},
  failed_oom: {words: 'does not fit', tone: 'bad', glyph: '✖'},
  failed_kill: {words: 'killed', tone: 'bad', glyph: '✖'},
  unknown: {words: 'fit unknown', tone: 'plain', glyph: '?'},
};

// What the model holds of the cards now, as the driver sees it.
export function holdings(id: string, gpus: Gpus | null): {index: number; bytes: number; total: number; estimated: boolean}[] {
  return (gpus?.gpus ?? []).flatMap((gpu) => {
    const held = gpu.models.filter((one) => one.model === id);
    if (!held.length) return [];
    const bytes = held.reduce((sum, one) => sum + one.bytes, 0);
    return [{index: gpu.index, bytes, total: gpu.total, estimated: held.some((one) => one.estimated)}];
  });
}

// What one wants to see at all times: what is not just stopped, first what is under way or went wrong.
export function ofNote(models: Model[]): Model[] {
  const rank: Record<Mood, number> = {loading: 0, stopping: 1, failed: 2, ready: 3, stopped: 4};
  return models
    .filter((model) => moodOf(model) !== 'stopped')
    .map((model, at) => ({model, at, rank: rank[moodOf(model)]}))
    .sort((a, b) => a.rank - b.rank || a.at - b.at)
    .map((one) => one.model);
}

// How long the model still stays if nobody asks for it; else what it is configured to.
export function stays(model: Model, now: number): string {
  if (model.unloads_at) return 'ttl ' + clock((Date.parse(model.unloads_at) - now) / 1000);
  return model.ttl > 0 ? 'ttl ' + span(model.ttl) : '';
}
