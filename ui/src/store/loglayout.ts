// Where each line is when long ones are broken: in rows of one height, reckoned from the text alone, as all but a
// few of the lines are never drawn. Pure.
import type {LogLine} from '../api/schema';

const PLAIN = /^[\x20-\x7e]*$/;
const TAB = 8;

// Cells of a terminal that the text takes; a guess for all but the letters of the West.
export function cells(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let sum = 0;
  for (const letter of text) {
    const code = letter.codePointAt(0)!;
    if (code === 9) sum += TAB - (sum % TAB);
    else sum += code >= 0x1100 ? 2 : 1;
  }
  return sum;
}

export interface Layout {
  rows: number; // of all lines
  offset(line: number): number; // rows above it
  at(row: number): number; // the line that has this row; the last one where none has
}

export const unbroken = (lines: number): Layout => ({
  rows: lines,
  offset: (line) => line,
  at: (row) => Math.max(0, Math.min(lines - 1, Math.floor(row))),
});

// Lines that come at the end cost what they are, not what all are: a flood is reckoned for each frame.
export class Breaker {
  private above: number[] = [0]; // rows above each line; only ever appended to, as layouts that were given rest on it
  private of: unknown = null;
  private columns = 0;
  private begin = 0;

  // `lines` of the same `owner` may have been cut off or put in front, or be more; never be others.
  layout(owner: object, lines: LogLine[], columns: number): Layout {
    const wide = Math.max(1, columns);
    const begin = lines[0]?.id ?? 0;
    if (this.of !== owner || this.columns !== wide || this.begin !== begin || this.above.length > lines.length + 1) {
      Object.assign(this, {of: owner, columns: wide, begin, above: [0]});
    }
    const {above} = this;
    for (let at = above.length - 1; at < lines.length; at++) {
      above.push(above[at]! + Math.max(1, Math.ceil(cells(lines[at]!.text) / wide)));
    }
    return over(above, lines.length);
  }
}

function over(above: number[], count: number): Layout {
  const at = (row: number) => {
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const mid = (low + high + 1) >> 1;
      if (above[mid]! <= row) low = mid;
      else high = mid - 1;
    }
    return low;
  };
  return {rows: above[count]!, offset: (line) => above[Math.min(line, count)]!, at};
}
