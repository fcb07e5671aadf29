// Who held how much of each card, as far as this tab has watched. Pure.
import type {Gpu, Gpus} from '../api/schema';

export interface Sample {
  time: number; // seconds, as the chart wants it
  used: number[]; // bytes by card, in the order of `cards`
  models: Record<string, number>[];
}

export interface History {
  cards: string[]; // who they are; another machine's cards begin anew
  samples: Sample[];
}

export const EMPTY: History = {cards: [], samples: []};
const MOST = 3600; // an hour, each second
const QUIET = 3; // seconds

// What one model has of a card, by all its launches there.
export function held(gpu: Gpu, id: string): {bytes: number; estimated: boolean} {
  const own = gpu.models.filter((one) => one.model === id);
  return {bytes: own.reduce((sum, one) => sum + one.bytes, 0), estimated: own.some((one) => one.estimated)};
}

const name = (gpu: Gpu) => `${gpu.index} ${gpu.uuid ?? gpu.pci ?? gpu.name ?? ''}`;

function sums(gpu: Gpu): Record<string, number> {
  return Object.fromEntries(gpu.models.map((one) => [one.model, held(gpu, one.model).bytes]));
}

export function record(history: History, picture: Gpus): History {
  const cards = picture.gpus.map(name);
  const same = cards.length === history.cards.length && cards.every((card, at) => card === history.cards[at]);
  const samples = same ? history.samples : [];
  const time = Date.parse(picture.taken) / 1000;
  const last = samples[samples.length - 1];
  if (!cards.length || Number.isNaN(time) || (last && time <= last.time)) return same ? history : {cards, samples: []};
  const sample = {time, used: picture.gpus.map((gpu) => gpu.used), models: picture.gpus.map(sums)};
  // Nothing is told while nothing changes: until now it was as it had been.
  const still = last && time - last.time > QUIET ? [{...last, time: time - 1}] : [];
  return {cards, samples: [...samples, ...still, sample].slice(-MOST)};
}

// The last seconds of it, with one sample of before: what was drawn to the left goes on to the edge.
export function lately(history: History, seconds: number): History {
  const {samples} = history;
  const begin = (samples[samples.length - 1]?.time ?? 0) - seconds;
  const at = samples.findIndex((sample) => sample.time >= begin);
  return at <= 1 ? history : {...history, samples: samples.slice(at - 1)};
}

// Columns for a stacked chart of one card, in GiB: times, then for each model its own and all below it, at last
// what is used in all.
export function columns(history: History, card: number): {names: string[]; data: number[][]} {
  const names = [...new Set(history.samples.flatMap((sample) => Object.keys(sample.models[card] ?? {})))].sort();
  const gib = 2 ** 30;
  const data: number[][] = [history.samples.map((sample) => sample.time)];
  const sums = history.samples.map(() => 0);
  for (const model of names) {
    history.samples.forEach((sample, at) => (sums[at]! += (sample.models[card]?.[model] ?? 0) / gib));
    data.push([...sums]);
  }
  data.push(history.samples.map((sample) => (sample.used[card] ?? 0) / gib));
  return {names, data};
}

export interface Mark {
  time: number; // seconds
  model: string;
  loaded: boolean; // else it has gone
}

// When models came to a card and went. Those that were there from the beginning came before anybody looked.
export function marks(history: History, card: number): Mark[] {
  const found: Mark[] = [];
  let before: Record<string, number> | null = null;
  for (const {time, models} of history.samples) {
    const now = models[card] ?? {};
    if (before && now !== before) {
      for (const model of Object.keys(before)) if (!(model in now)) found.push({time, model, loaded: false});
      for (const model of Object.keys(now)) if (!(model in before)) found.push({time, model, loaded: true});
    }
    before = now;
  }
  return found;
}

// What of a card's use nobody is known to hold: the driver itself, or processes it does not tell of.
export function unaccounted(gpu: Gpu): number {
  const known = [...gpu.models, ...gpu.others].reduce((sum, one) => sum + one.bytes, 0);
  return Math.max(0, gpu.used - known);
}
