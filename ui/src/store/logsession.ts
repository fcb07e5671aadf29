// One look at the log: a page of what is there, then what comes. Lines that come are kept back until the next
// frame, so that a flood costs one drawing each frame and not one each line.
import {signal} from '@preact/signals';
import {ASK_AGAIN, get, isAbort, mayPass, messageOf, type Query} from '../api/http';
import type {LogLine, LogPage} from '../api/schema';
import {EventStream, type StreamState} from '../api/stream';
import {Logbook, MOST} from './logbook';

const PAGE = 1000;

export class LogSession {
  readonly book = new Logbook();
  readonly version = signal(0); // grows with each change of the book
  readonly state = signal<StreamState>({kind: 'connecting'});
  readonly error = signal(''); // why there is nothing, e.g. a filter that is none
  readonly older = signal<number | null>(null); // `before` of the next older page
  readonly paused = signal(false);
  readonly waiting = signal(0); // lines that came while it was paused
  readonly lost = signal(0); // how often the daemon had to leave out lines
  private pending: LogLine[] = [];
  private frame = 0;
  private stream: EventStream | null = null;
  private readonly abort = new AbortController();
  private fetching = false;
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly query: Query,
    private readonly schedule: (draw: () => void) => number = (draw) => requestAnimationFrame(draw),
  ) {}

  // `around`: an id that must be in the first page.
  async open(around?: number): Promise<void> {
    try {
      const before = around ? {before: around + 1} : {};
      const page = await get<LogPage>('api/logs', {...this.query, ...before, limit: PAGE}, this.abort.signal);
      this.book.append(page.lines);
      this.older.value = page.before;
      this.error.value = '';
      this.version.value++;
      this.follow(around ? (page.lines.at(-1)?.id ?? page.after) : page.after);
    } catch (error) {
      if (isAbort(error)) return;
      this.error.value = messageOf(error);
      if (mayPass(error) && !this.abort.signal.aborted) this.retry = setTimeout(() => void this.open(around), ASK_AGAIN);
    }
  }

  close(): void {
    clearTimeout(this.retry);
    this.abort.abort();
    this.stream?.stop();
    this.stream = null;
  }

  // A tab that nobody looks at holds no connection: it goes on where it was.
  hide(hidden: boolean): void {
    if (hidden) this.stream?.stop();
    else this.stream?.kick();
  }

  async loadOlder(): Promise<number> {
    const before = this.older.value;
    if (before === null || this.fetching || this.book.lines.length >= MOST) return 0;
    this.fetching = true;
    try {
      const page = await get<LogPage>('api/logs', {...this.query, before, limit: PAGE}, this.abort.signal);
      this.older.value = page.before;
      const added = this.book.prepend(page.lines);
      this.version.value++;
      return added;
    } catch (error) {
      if (!isAbort(error)) this.error.value = messageOf(error);
      return 0;
    } finally {
      this.fetching = false;
    }
  }

  pause(paused: boolean): void {
    this.paused.value = paused;
    if (!paused) this.flush();
  }

  // The view, not the log.
  clear(): void {
    this.pending = [];
    this.waiting.value = 0;
    this.older.value = null;
    this.book.clear();
    this.version.value++;
  }

  private follow(after: number): void {
    const {context: _, ...query} = this.query; // nobody knows yet what will be around a line that comes
    this.stream = new EventStream({
      path: 'api/logs/stream',
      query: {...query, after},
      lastId: String(after),
      onEvent: (event) => {
        if (event.event === 'lost') this.lost.value++;
        else this.take(JSON.parse(event.data) as LogLine | LogLine[]);
      },
      onState: (state) => (this.state.value = state),
    });
    this.stream.start();
  }

  take(lines: LogLine | LogLine[]): void {
    if (Array.isArray(lines)) this.pending.push(...lines);
    else this.pending.push(lines);
    if (this.pending.length > MOST * 1.1) this.pending.splice(0, this.pending.length - MOST);
    if (this.frame) return;
    this.frame = this.schedule(() => {
      this.frame = 0;
      if (this.paused.value) this.waiting.value = this.pending.length;
      else this.flush();
    });
  }

  private flush(): void {
    this.waiting.value = 0;
    if (!this.pending.length) return;
    this.book.append(this.pending);
    this.pending = [];
    this.version.value++;
  }
}
