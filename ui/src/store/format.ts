// Numbers with units, for people. Pure.
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export function bytes(value: number, digits = 1): string {
  let unit = 0;
  let size = Math.max(0, value);
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${size.toFixed(unit < 3 ? 0 : digits)} ${UNITS[unit]}`;
}

export const between = ({low, high}: {low: number; high: number}) => (low === high ? bytes(low) : `${bytes(low)} to ${bytes(high)}`);

export const difference = (value: number) => (value < 0 ? '−' : '+') + bytes(Math.abs(value));

// `14.0/24.0 GiB`: one unit for both.
export function share(part: number, all: number): string {
  const gib = 2 ** 30;
  return all >= gib ? `${(part / gib).toFixed(1)}/${(all / gib).toFixed(1)} GiB` : `${bytes(part)} of ${bytes(all)}`;
}

// `04:12`, `1:04:12`.
export function clock(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const minutes = Math.floor(s / 60);
  return minutes < 60 ? `${two(minutes)}:${two(s % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(s % 60)}`;
}

// `340 ms`, `1.2 s`, `2 min 5 s`.
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '–';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  const s = Math.round(ms / 1000);
  return s < 3600 ? `${Math.floor(s / 60)} min ${s % 60} s` : `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

// `12 s`, `2 min 5 s`: of what is still going on, so that it does not flicker.
export const sofar = (ms: number) => (ms < 60_000 ? `${Math.max(0, Math.floor(ms / 1000))} s` : duration(ms));

// `10 min`, `90 s`, for times of the configuration.
export function span(seconds: number): string {
  if (seconds % 3600 === 0 && seconds >= 3600) return `${seconds / 3600} h`;
  if (seconds % 60 === 0 && seconds >= 60) return `${seconds / 60} min`;
  return `${seconds} s`;
}

export const rate = (perSecond: number | null | undefined) =>
  !perSecond || perSecond < 0 ? '–' : `${perSecond.toFixed(perSecond < 100 ? 1 : 0)} t/s`;

// The daemon says -1 where it was not told.
export const count = (value: number | null | undefined) =>
  value === null || value === undefined || value < 0 ? '–' : value.toLocaleString();

export function time(text: string | null | undefined): string {
  if (!text) return '–';
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  const today = new Date().toDateString() === date.toDateString();
  const hour = date.toLocaleTimeString(undefined, {hour12: false});
  return today ? hour : `${date.toLocaleDateString()} ${hour}`;
}

// `14:02:11.250`, here and not in Greenwich.
export function stamp(text: string): string {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

// `+1.204 s`, `−2:05.100`: how long after `from`, in ms of the epoch.
export function sinceThen(text: string, from: number): string {
  const ms = new Date(text).getTime() - from;
  if (Number.isNaN(ms)) return text;
  const whole = Math.abs(ms);
  const fraction = String(whole % 1000).padStart(3, '0');
  const size = whole < 60_000 ? `${Math.floor(whole / 1000)}.${fraction} s` : `${clock(whole / 1000)}.${fraction}`;
  return (ms < 0 ? '−' : '+') + size;
}

export const plural = (n: number, one: string, many = one + 's') => `${n} ${n === 1 ? one : many}`;
