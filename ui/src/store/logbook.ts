// The lines that the log page holds: a window over what the daemon keeps, with ids that only grow. Not a store of
// the log: what is cut off here is still there.
import type {LogLine} from '../api/schema';

export const MOST = 50_000;
const SLACK = 2_000; // cut off in blocks, as each cut moves all the rest

export class Logbook {
  lines: LogLine[] = [];
  // Lines cut off at the front less lines put there: where the first one stands, so that a list can stay where
  // it is when lines come and go above it.
  first = 0;

  constructor(private readonly most = MOST) {}

  get last(): number {
    return this.lines.length ? this.lines[this.lines.length - 1]!.id : 0;
  }

  // Those that it has already are left out: a stream may begin where the page that was asked for ends.
  append(lines: LogLine[]): number {
    const last = this.last;
    const fresh = last && lines.length && lines[0]!.id <= last ? lines.filter((line) => line.id > last) : lines;
    for (const line of fresh) this.lines.push(line);
    if (this.lines.length > this.most + SLACK) this.cut(this.lines.length - this.most);
    return fresh.length;
  }

  // Where there are too many then, the newest go: who looks back does not see them.
  prepend(lines: LogLine[]): number {
    const begin = this.lines[0]?.id ?? Infinity;
    const older = lines.filter((line) => line.id < begin);
    this.lines = older.concat(this.lines);
    if (this.lines.length > this.most) this.lines.length = this.most;
    this.first -= older.length;
    return older.length;
  }

  clear(): void {
    this.first += this.lines.length;
    this.lines = [];
  }

  // The first line from this id on; behind the last one there is none.
  near(id: number): number {
    let low = 0;
    let high = this.lines.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (this.lines[mid]!.id < id) low = mid + 1;
      else high = mid;
    }
    return low;
  }

  indexOf(id: number): number {
    const at = this.near(id);
    return this.lines[at]?.id === id ? at : -1;
  }

  private cut(count: number): void {
    this.lines.splice(0, count);
    this.first += count;
  }
}

// What is looked for in the lines: in lower case unless the case counts.
export interface Needle {
  text: string;
  exact: boolean;
}

export const holds = (text: string, {text: needle, exact}: Needle) => (exact ? text : text.toLowerCase()).includes(needle);

// Where the needle is in the text: offsets of begins. At most 50, which is a row's worth.
export function matches(text: string, {text: needle, exact}: Needle): number[] {
  const found: number[] = [];
  if (!needle) return found;
  const low = exact ? text : text.toLowerCase();
  // Lower case of some letters is longer; then the places would be wrong.
  if (low.length !== text.length) return found;
  for (let at = low.indexOf(needle); at >= 0 && found.length < 50; at = low.indexOf(needle, at + needle.length)) {
    found.push(at);
  }
  return found;
}

// The next line that has it from `from` on, in the direction of `step`, around the end; -1: none.
export function seek(lines: LogLine[], has: (line: LogLine) => boolean, from: number, step: 1 | -1): number {
  for (let n = 0; n < lines.length; n++) {
    const at = (((from + step * n) % lines.length) + lines.length) % lines.length;
    if (has(lines[at]!)) return at;
  }
  return -1;
}
