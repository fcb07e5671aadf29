// One look at the log: a page of what is there, then what comes. Lines that come are kept back until the next
// frame, so that a flood costs one drawing each frame and not one each line.
//
// Who goes far back leaves the end: the newest lines make room for older ones, and nothing is followed until the end
// is reached again, page by page or by toEnd(). What is held has no hole at any time.
import {signal} from '@preact/signals';
import {ApiError, ASK_AGAIN, get, isAbort, mayPass, messageOf, type Query} from '../api/http';
import type {LogLine, LogPage} from '../api/schema';
import {EventStream, type StreamState} from '../api/stream';
import {Logbook, MOST} from './logbook';

const PAGE = 1000;

export class LogSession {
  readonly book = new Logbook();
  readonly version = signal(0); // grows with each change of the book
  readonly state = signal<StreamState>({kind: 'connecting'});
  readonly error = signal(''); // why there is nothing, e.g. a filter that is none
  readonly opened = signal(false); // there was a first page
  readonly invalid = signal(false); // the daemon does not understand the filter
  readonly older = signal<number | null>(null); // `before` of the next older page
  readonly newer = signal<number | null>(null); // `after` of the next newer page; null: at the end, what comes is followed
  readonly paused = signal(false);
  readonly waiting = signal(0); // lines that came while it was paused
  readonly lost = signal(0); // how often the daemon had to leave out lines
  private pending: LogLine[] = [];
  private frame = 0;
  private stream: EventStream | null = null;
  private readonly abort = new AbortController();
  private fetching = false;
  private turn = 0; // grows when what is held begins anew
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly query: Query,
    private readonly schedule: (draw: () => void) => number = (draw) => requestAnimationFrame(draw),
  ) {}

  // The line that was the last one at that time; undefined: there is none.
  async lineAt(time: string): Promise<number | undefined> {
    const page = await get<LogPage>('api/logs', {...this.query, context: undefined, until: time, limit: 1}, this.abort.signal);
    return page.lines.at(-1)?.id;
  }

  // `around`: an id that must be in the first page, and what came after it in the next.
  async open(around?: number): Promise<void> {
    const turn = ++this.turn;
    try {
      const page = await this.page(around ? {before: around + 1} : {});
      if (turn !== this.turn) return;
      this.book.append(page.lines);
      this.older.value = page.before;
      this.error.value = '';
      this.opened.value = true;
      this.version.value++;
      if (!around) return this.follow(page.after);
      this.newer.value = page.lines.at(-1)?.id ?? page.after;
      await this.loadNewer();
    } catch (error) {
      if (isAbort(error) || turn !== this.turn) return;
      this.error.value = messageOf(error);
      this.invalid.value = error instanceof ApiError && error.status === 400;
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
    if (before === null) return 0;
    return this.more({before}, (page) => {
      this.older.value = page.before;
      const end = this.book.last;
      const added = this.book.prepend(page.lines);
      if (this.book.last < end) this.leave();
      return added;
    });
  }

  async loadNewer(): Promise<number> {
    const after = this.newer.value;
    if (after === null) return 0;
    return this.more({after}, (page) => {
      const added = this.append(page.lines);
      if (page.more) this.newer.value = page.after;
      else this.follow(page.after);
      return added;
    });
  }

  // Back to the newest lines; nothing to do for who is there.
  async toEnd(): Promise<void> {
    if (this.newer.value === null) return;
    this.book.clear();
    this.version.value++;
    await this.open();
  }

  private page(part: Query): Promise<LogPage> {
    return get<LogPage>('api/logs', {...this.query, ...part, limit: PAGE}, this.abort.signal);
  }

  // One page at a time, and none that was asked for before all began anew.
  private async more(part: Query, take: (page: LogPage) => number): Promise<number> {
    if (this.fetching) return 0;
    this.fetching = true;
    const turn = this.turn;
    try {
      const page = await this.page(part);
      if (turn !== this.turn) return 0;
      const added = take(page);
      this.error.value = '';
      this.version.value++;
      return added;
    } catch (error) {
      if (!isAbort(error)) this.error.value = messageOf(error);
      return 0;
    } finally {
      this.fetching = false;
    }
  }

  // What the book cuts off in front is older now, and can be asked for again.
  private append(lines: LogLine[]): number {
    const begin = this.book.lines[0]?.id;
    const added = this.book.append(lines);
    const now = this.book.lines[0]?.id;
    if (begin !== undefined && now !== undefined && now > begin) this.older.value = now;
    return added;
  }

  private leave(): void {
    this.stream?.stop();
    this.stream = null;
    this.state.value = {kind: 'connecting'};
    this.pending = [];
    this.waiting.value = 0;
    this.paused.value = false;
    this.newer.value = this.book.last;
  }

  pause(paused: boolean): void {
    this.paused.value = paused;
    if (!paused) this.flush();
  }

  // The view, not the log: what comes from now on.
  clear(): void {
    if (this.newer.value !== null) void this.toEnd().then(() => this.newer.value === null && this.clear());
    this.pending = [];
    this.waiting.value = 0;
    this.older.value = null;
    this.book.clear();
    this.version.value++;
  }

  private follow(after: number): void {
    this.newer.value = null;
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
    this.append(this.pending);
    this.pending = [];
    this.version.value++;
  }
}
