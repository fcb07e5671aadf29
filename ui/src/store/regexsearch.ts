// Looks for a regular expression in the lines that a tab holds, in a worker, a block at a time. A block that takes
// longer than PATIENCE ends the worker and the search: an expression that backtracks must not hang the page.
import {signal} from '@preact/signals';
import type {LogLine} from '../api/schema';
import type {Logbook} from './logbook';
import {expression, type Span} from './regex';

export const PATIENCE = 200; // ms
const BLOCK = 500; // lines

export interface Runner {
  onmessage: ((event: MessageEvent) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(question: {source: string; texts: string[]}): void;
  terminate(): void;
}

const runner = (): Runner => new Worker(new URL('./regexworker.ts', import.meta.url), {type: 'module'});

export class RegexSearch {
  readonly version = signal(0); // grows with what is found
  readonly trouble = signal(''); // why nothing is marked
  private readonly found = new Map<number, Span[]>(); // by the line's id
  private low = 0; // what has been looked at, by ids
  private high = -1;
  private book: Logbook | null = null;
  private asked: LogLine[] | null = null;
  private ready = false;
  private worker: Runner | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly source: string, make: () => Runner = runner) {
    try {
      expression(source);
      this.worker = make();
    } catch {
      this.trouble.value = 'the daemon knows this expression, the browser does not: nothing is marked';
      return;
    }
    this.worker.onmessage = (event) => this.hear(event.data as 'ready' | Span[][]);
    this.worker.onerror = () => this.end('the browser does not run the search: nothing is marked');
  }

  // The lines have changed.
  look(book: Logbook): void {
    this.book = book;
    if (this.ready && !this.asked) this.ask();
  }

  of(id: number): readonly Span[] {
    return this.found.get(id) ?? [];
  }

  close(): void {
    clearTimeout(this.timer);
    this.worker?.terminate();
    this.worker = null;
  }

  private end(why: string): void {
    this.close();
    this.found.clear();
    this.trouble.value = why;
    this.version.value++;
  }

  private hear(answer: 'ready' | Span[][]): void {
    clearTimeout(this.timer);
    if (!this.worker) return;
    if (answer === 'ready') this.ready = true;
    else this.take(answer);
    this.ask();
  }

  private take(spans: Span[][]): void {
    const lines = this.asked!;
    this.asked = null;
    lines.forEach((line, at) => spans[at]!.length && this.found.set(line.id, spans[at]!));
    const [begin, end] = [lines[0]!.id, lines.at(-1)!.id];
    this.low = this.high < 0 ? begin : Math.min(this.low, begin);
    this.high = Math.max(this.high, end);
    this.version.value++;
  }

  // First the newest lines, then what came after them, then older ones.
  private next(): LogLine[] {
    const {lines} = this.book!;
    if (!lines.length) return [];
    this.forget(lines[0]!.id, lines.at(-1)!.id);
    if (this.high < 0) return lines.slice(-BLOCK);
    const after = this.book!.near(this.high + 1);
    if (after < lines.length) return lines.slice(after, after + BLOCK);
    const before = this.book!.near(this.low);
    return lines.slice(Math.max(0, before - BLOCK), before);
  }

  // What is held no more is looked at again when it comes back.
  private forget(first: number, last: number): void {
    if (this.low >= first && this.high <= last) return;
    for (const id of this.found.keys()) if (id < first || id > last) this.found.delete(id);
    this.low = Math.max(this.low, first);
    this.high = Math.min(this.high, last);
    if (this.low > this.high) this.high = -1;
  }

  private ask(): void {
    if (!this.book || !this.worker) return;
    const lines = this.next();
    if (!lines.length) return;
    this.asked = lines;
    // An answer that is there already is heard before the second timer.
    const late = () => this.end('this expression takes too long here: nothing is marked');
    this.timer = setTimeout(() => (this.timer = setTimeout(late, 0)), PATIENCE);
    this.worker.postMessage({source: this.source, texts: lines.map((line) => line.text)});
  }
}
