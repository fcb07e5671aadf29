// What is different between two texts, line by line. Exact where what differs is small; a text that is another
// one altogether goes and the other comes.
export interface DiffLine {
  kind: 'same' | 'gone' | 'new' | 'skip'; // `skip`: so many lines that are the same, in `text`
  text: string;
}

const MOST_CELLS = 2_000_000;

function middle(before: string[], now: string[]): DiffLine[] {
  const gone = (): DiffLine[] => before.map((text) => ({kind: 'gone', text}));
  const fresh = (): DiffLine[] => now.map((text) => ({kind: 'new', text}));
  if (before.length * now.length > MOST_CELLS) return [...gone(), ...fresh()];
  const wide = now.length + 1;
  const common = new Uint32Array((before.length + 1) * wide); // lines that the rests have in common
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      common[i * wide + j] = before[i] === now[j] ? common[(i + 1) * wide + j + 1]! + 1 : Math.max(common[(i + 1) * wide + j]!, common[i * wide + j + 1]!);
    }
  }
  const lines: DiffLine[] = [];
  let i = 0, j = 0;
  while (i < before.length || j < now.length) {
    if (i < before.length && j < now.length && before[i] === now[j]) {
      lines.push({kind: 'same', text: now[j]!});
      i++, j++;
    } else if (j >= now.length || (i < before.length && common[(i + 1) * wide + j]! >= common[i * wide + j + 1]!)) {
      lines.push({kind: 'gone', text: before[i++]!});
    } else {
      lines.push({kind: 'new', text: now[j++]!});
    }
  }
  return lines;
}

// Of what is the same, `around` lines stay beside what is not. Nothing at all is different: an empty list.
export function diff(before: string, now: string, around = 3): DiffLine[] {
  const a = before.split('\n'), b = now.split('\n');
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  if (head === a.length && head === b.length) return [];
  const same = (lines: string[]): DiffLine[] => lines.map((text) => ({kind: 'same', text}));
  return folded([...same(a.slice(0, head)), ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)), ...same(a.slice(a.length - tail))], around);
}

function folded(lines: DiffLine[], around: number): DiffLine[] {
  const keep = new Set<number>();
  lines.forEach((line, at) => {
    if (line.kind !== 'same') for (let i = at - around; i <= at + around; i++) keep.add(i);
  });
  const out: DiffLine[] = [];
  let skipped = 0;
  const skip = () => {
    if (skipped) out.push({kind: 'skip', text: String(skipped)});
    skipped = 0;
  };
  lines.forEach((line, at) => {
    if (!keep.has(at)) return void skipped++;
    skip();
    out.push(line);
  });
  skip();
  return out;
}
