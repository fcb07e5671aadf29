// A stream of events that comes back by itself where it left off. Read by fetch: an EventSource can send neither
// a key nor, on its first connection, the last id.
//
// It ends for good only by stop(). A refusal (4xx) is not tried again until kick(), as it would be the same.
import {ApiError, ask, errorOf, isAbort, messageOf, type Query} from './http';
import {SseParser, type SseEvent} from './sse';

export type StreamState =
  | {kind: 'connecting'}
  | {kind: 'live'}
  | {kind: 'lost'; since: number; why: string}
  | {kind: 'refused'; status: number; why: string};

export interface StreamOptions {
  path: string;
  query?: Query;
  lastId?: string; // where to go on from
  onEvent(event: SseEvent): void;
  onState(state: StreamState): void;
}

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8000;
const SILENCE = 40_000; // the daemon says something every 15 s

export class EventStream {
  private abort: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastId: string;
  private pause = FIRST_PAUSE;
  private lostSince = 0;

  constructor(private readonly options: StreamOptions) {
    this.lastId = options.lastId ?? '';
  }

  start(): void {
    this.stop();
    this.options.onState({kind: 'connecting'});
    void this.connect();
  }

  // Now, instead of after a pause or a refusal.
  kick(): void {
    this.pause = FIRST_PAUSE;
    this.drop();
    void this.connect();
  }

  stop(): void {
    this.drop();
    this.lostSince = 0;
  }

  private drop(): void {
    clearTimeout(this.timer);
    this.abort?.abort();
    this.abort = null;
  }

  private async connect(): Promise<void> {
    const abort = new AbortController();
    this.abort = abort;
    let why = 'the stream ended';
    try {
      await this.read(abort);
    } catch (error) {
      if (abort !== this.abort) return;
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) {
        this.options.onState({kind: 'refused', status: error.status, why: error.message});
        return;
      }
      why = isAbort(error) ? 'nothing came for too long' : messageOf(error);
    }
    if (abort === this.abort) this.retry(why);
  }

  private async read(abort: AbortController): Promise<void> {
    const headers: Record<string, string> = {Accept: 'text/event-stream'};
    if (this.lastId) headers['Last-Event-ID'] = this.lastId;
    let watch = setTimeout(() => abort.abort(), SILENCE);
    try {
      const response = await ask(this.options.path, {headers, signal: abort.signal}, this.options.query);
      if (!response.ok) throw await errorOf(response);
      if (abort !== this.abort || !response.body) return;
      this.pause = FIRST_PAUSE;
      this.lostSince = 0;
      this.options.onState({kind: 'live'});
      const parser = new SseParser({event: (event) => this.take(event, abort)});
      const decoder = new TextDecoder();
      const reader = response.body.getReader();
      for (;;) {
        const {done, value} = await reader.read();
        if (done || abort !== this.abort) return;
        clearTimeout(watch);
        watch = setTimeout(() => abort.abort(), SILENCE);
        parser.feed(decoder.decode(value, {stream: true}));
      }
    } finally {
      clearTimeout(watch);
    }
  }

  private take(event: SseEvent, abort: AbortController): void {
    if (abort !== this.abort) return;
    if (event.id) this.lastId = event.id;
    this.options.onEvent(event);
  }

  private retry(why: string): void {
    this.drop(); // it may be that we, not the daemon, have had enough of the connection
    this.lostSince ||= Date.now();
    this.options.onState({kind: 'lost', since: this.lostSince, why});
    this.timer = setTimeout(() => void this.connect(), this.pause * (0.75 + Math.random() / 2));
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }
}
