// What a launch was foreseen to take, what its log adds up to, and what the driver says it holds. Pure.
import type {Fit, ForecastPart, Gpus} from '../api/schema';
import {bytes, difference} from './format';

export interface Place {
  name: string;
  predicted: ForecastPart | null;
  logged: number | null; // bytes
  held: number | null; // bytes, by the driver
  estimated: boolean; // what is held was told apart by differences
}

// What the driver says of the launch that was judged: of one that is gone it says nothing.
function heldBy(fit: Fit, gpus: Gpus | null, index: number): Pick<Place, 'held' | 'estimated'> {
  const own = (gpus?.gpus.find((one) => one.index === index)?.models ?? []).filter((one) => one.model === fit.model && one.generation === fit.launch);
  return {held: own.length ? own.reduce((sum, one) => sum + one.bytes, 0) : null, estimated: own.some((one) => one.estimated)};
}

// Cards by their number, then RAM.
export function places(fit: Fit, gpus: Gpus | null): Place[] {
  const live = fit.forecast?.sentence === null ? fit.forecast : null;
  const logged = (index: number) => fit.devices.filter((one) => one.card === `GPU ${index}`);
  const numbers = new Set((live?.devices ?? []).flatMap((one) => (one.index === null ? [] : [one.index])));
  for (const gpu of gpus?.gpus ?? []) if (heldBy(fit, gpus, gpu.index).held !== null || logged(gpu.index).length) numbers.add(gpu.index);
  const cards = [...numbers].sort((a, b) => a - b).map((index): Place => {
    const own = logged(index);
    return {
      name: `GPU ${index}`, predicted: live?.devices.find((one) => one.index === index) ?? null,
      logged: own.length ? own.reduce((sum, one) => sum + one.sum, 0) : null, ...heldBy(fit, gpus, index),
    };
  });
  return [...cards, {name: 'RAM', predicted: live?.ram ?? null, logged: fit.ram?.sum ?? null, held: null, estimated: false}];
}

// How far a measure lies outside of what was foreseen. Of RAM the log is the measure.
export function beside({name, predicted, logged, held}: Place): string {
  const value = held ?? (name === 'RAM' ? logged : null);
  if (!predicted || value === null) return '–';
  if (value > predicted.high) return difference(value - predicted.high);
  return value < predicted.low ? difference(value - predicted.low) : 'within';
}

// `5.5 GiB on GPU 1 by the driver (400 MiB of it the driver’s own)`; empty: nothing is told.
export function heldText({name, held, estimated, logged}: Place): string {
  if (held === null) return '';
  if (estimated) return `≈ ${bytes(held)} on ${name}, estimated`;
  const own = logged !== null && held > logged ? ` (${bytes(held - logged)} of it not in its log: the driver’s own)` : '';
  return `${bytes(held)} on ${name} by the driver${own}`;
}
