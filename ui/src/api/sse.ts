// Reads server-sent events out of the text of an answer, however it is cut. Comments are told apart: the daemon
// says in them how a load goes on.

export interface SseEvent {
  id: string; // of the last event that had one
  event: string;
  data: string;
}

export interface SseSink {
  event(event: SseEvent): void;
  comment?(text: string): void;
}

const MOST = 8 << 20; // characters of an event that is not complete; nobody sends that

export class SseParser {
  private rest = '';
  private id = '';
  private event = '';
  private data: string[] = [];
  private afterCr = false;

  constructor(private readonly sink: SseSink) {}

  feed(text: string): void {
    if (!text) return;
    if (this.afterCr && text.startsWith('\n')) text = text.slice(1);
    this.afterCr = text.endsWith('\r');
    if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n');
    let from = 0;
    const all = this.rest + text;
    for (let at = all.indexOf('\n', this.rest.length); at >= 0; at = all.indexOf('\n', from)) {
      this.line(all.slice(from, at));
      from = at + 1;
    }
    this.rest = all.slice(from);
    if (this.rest.length > MOST) throw new Error('an event without an end');
  }

  private line(line: string): void {
    if (line === '') return this.end();
    if (line.startsWith(':')) {
      this.sink.comment?.(line.slice(1).trim());
      return;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? '' : line.slice(colon + 1);
    if (value.startsWith(' ')) value = value.slice(1);
    if (field === 'data') this.data.push(value);
    else if (field === 'event') this.event = value;
    else if (field === 'id' && !value.includes('\0')) this.id = value;
  }

  private end(): void {
    if (this.data.length) {
      this.sink.event({id: this.id, event: this.event || 'message', data: this.data.join('\n')});
    }
    this.event = '';
    this.data = [];
  }
}
