// How a model fared in the last day, from its launches. Pure.
import type {Launch} from '../api/schema';

export const DAY = 86_400_000; // ms

export interface Stretch {
  what: 'stopped' | 'loading' | 'ready' | 'failed';
  from: number; // ms
  to: number;
}

// From a day ago to `now` without a gap, the oldest first. A launch that failed has done so from its begin.
export function lastDay(launches: Launch[], now: number): Stretch[] {
  const found: Stretch[] = [];
  let at = now - DAY;
  const until = (what: Stretch['what'], time: number) => {
    const to = Math.min(now, time);
    if (!(to > at)) return; // also what is no time
    found.push({what, from: at, to});
    at = to;
  };
  const inTurn = [...launches].sort((a, b) => Date.parse(a.started) - Date.parse(b.started));
  for (const {started, ready, ended, failure} of inTurn) {
    const end = ended ? Date.parse(ended) : now;
    until('stopped', Date.parse(started));
    if (!failure) until('loading', ready ? Math.min(Date.parse(ready), end) : end);
    until(failure ? 'failed' : 'ready', end);
  }
  until('stopped', now);
  return found;
}
