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

export function broken(lines: LogLine[], columns: number): Layout {
  const above = new Int32Array(lines.length + 1);
  const wide = Math.max(1, columns);
  lines.forEach((line, at) => (above[at + 1] = above[at]! + Math.max(1, Math.ceil(cells(line.text) / wide))));
  const at = (row: number) => {
    let low = 0;
    let high = lines.length - 1;
    while (low < high) {
      const mid = (low + high + 1) >> 1;
      if (above[mid]! <= row) low = mid;
      else high = mid - 1;
    }
    return low;
  };
  return {rows: above[lines.length]!, offset: (line) => above[Math.min(line, lines.length)]!, at};
}
