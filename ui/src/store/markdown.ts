// The part of Markdown that models write most, as a tree. Whatever is not understood stays the text it was; no
// HTML is made of it anywhere. Pure.
export type Inline = string | {kind: 'code' | 'strong' | 'em'; text: Inline[]} | {kind: 'link'; href: string; text: Inline[]};
export type Block =
  | {kind: 'p'; text: Inline[]}
  | {kind: 'heading'; level: number; text: Inline[]}
  | {kind: 'code'; language: string; text: string}
  | {kind: 'list'; ordered: boolean; items: Inline[][]}
  | {kind: 'quote'; text: Inline[]}
  | {kind: 'table'; rows: Inline[][][]}
  | {kind: 'rule'};

// Bounded, as the text is anybody's: what goes on for longer stays as it is.
const SPAN = /(`{1,3})([^`]{1,2000}?)\1|\*\*([^*]{1,2000})\*\*|\*([^*\s][^*]{0,2000})\*|\[([^\]\n]{1,300})\]\((https?:\/\/[^\s)]{1,2000})\)/g;

export function inline(text: string): Inline[] {
  const found: Inline[] = [];
  let from = 0;
  for (const match of text.matchAll(SPAN)) {
    if (match.index > from) found.push(text.slice(from, match.index));
    from = match.index + match[0].length;
    const [, , code, strong, em, label, href] = match;
    if (code !== undefined) found.push({kind: 'code', text: [code]});
    else if (strong !== undefined) found.push({kind: 'strong', text: inline(strong)});
    else if (em !== undefined) found.push({kind: 'em', text: inline(em)});
    else found.push({kind: 'link', href: href!, text: [label!]});
  }
  if (from < text.length) found.push(text.slice(from));
  return found;
}

const ITEM = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/;
const cells = (line: string) => line.replace(/^\s*\||\|\s*$/g, '').split('|').map((cell) => inline(cell.trim()));

export function blocks(text: string): Block[] {
  const lines = text.split('\n');
  const found: Block[] = [];
  let paragraph: string[] = [];
  const close = () => {
    if (paragraph.length) found.push({kind: 'p', text: inline(paragraph.join('\n'))});
    paragraph = [];
  };
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const fence = /^\s*(```+|~~~+)\s*([\w+-]*)/.exec(line);
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    const item = ITEM.exec(line);
    if (fence) {
      close();
      const body: string[] = [];
      while (++at < lines.length && !lines[at]!.trim().startsWith(fence[1]!)) body.push(lines[at]!);
      found.push({kind: 'code', language: fence[2]!, text: body.join('\n')});
    } else if (!line.trim()) {
      close();
    } else if (heading) {
      close();
      found.push({kind: 'heading', level: heading[1]!.length, text: inline(heading[2]!)});
    } else if (/^\s*([-*_])\s*(\1\s*){2,}$/.test(line)) {
      close();
      found.push({kind: 'rule'});
    } else if (item) {
      close();
      const last = found[found.length - 1];
      const ordered = item[1] !== undefined;
      const before = lines[at - 1] ?? '';
      if (last?.kind === 'list' && last.ordered === ordered && ITEM.test(before)) last.items.push(inline(item[2]!));
      else found.push({kind: 'list', ordered, items: [inline(item[2]!)]});
    } else if (line.startsWith('>')) {
      close();
      found.push({kind: 'quote', text: inline(line.replace(/^>\s?/, ''))});
    } else if (line.includes('|') && /^[\s|:-]*-[\s|:-]*$/.test(lines[at + 1] ?? '')) {
      close();
      const rows = [cells(line)];
      for (at += 2; at < lines.length && lines[at]!.includes('|'); at++) rows.push(cells(lines[at]!));
      at--;
      found.push({kind: 'table', rows});
    } else {
      paragraph.push(line);
    }
  }
  close();
  return found;
}
