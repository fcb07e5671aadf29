// A daemon that is a table of answers, and streams that the test writes itself.
import {vi} from 'vitest';

export interface Asked {
  method: string;
  path: string; // without the page's own place, with the query
  headers: Headers;
  body: string;
}

export type Answer = Response | object | ((asked: Asked, signal?: AbortSignal | null) => Response | object | Promise<Response | object>);

export class FakeDaemon {
  readonly asked: Asked[] = [];
  constructor(readonly answers: Record<string, Answer> = {}) {
    vi.stubGlobal('fetch', (url: string, init: RequestInit = {}) => this.answer(String(url), init));
  }

  private async answer(url: string, init: RequestInit): Promise<Response> {
    const {pathname, search} = new URL(url);
    const asked = {method: init.method ?? 'GET', path: pathname.slice(1) + search, headers: new Headers(init.headers), body: String(init.body ?? '')};
    this.asked.push(asked);
    const known = this.answers[`${asked.method} ${pathname.slice(1)}`] ?? this.answers[pathname.slice(1)];
    if (known === undefined) return failure(404, 'not_found', `nothing at ${asked.path}`);
    const answer = typeof known === 'function' ? await known(asked, init.signal) : known;
    return answer instanceof Response ? answer : Response.json(answer);
  }

  count(path: string): number {
    return this.asked.filter((one) => one.path.startsWith(path)).length;
  }
}

export const failure = (status: number, code: string, message: string) =>
  Response.json({error: {message, type: 'invalid_request_error', param: null, code, detail: null}}, {status});

// An answer that goes on until it is closed.
export class FakeStream {
  private control!: ReadableStreamDefaultController<Uint8Array>;
  readonly response: Response;
  aborted = false;

  constructor(signal?: AbortSignal | null) {
    const body = new ReadableStream<Uint8Array>({start: (control) => void (this.control = control)});
    signal?.addEventListener('abort', () => {
      this.aborted = true;
      try {
        this.control.error(new DOMException('aborted', 'AbortError'));
      } catch {
        // It had ended.
      }
    });
    this.response = new Response(body, {headers: {'Content-Type': 'text/event-stream'}});
  }

  write(text: string): void {
    this.control.enqueue(new TextEncoder().encode(text));
  }
  event(id: string, event: string, data: unknown): void {
    this.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }
  end(): void {
    this.control.close();
  }
}

export async function eventually(check: () => void, ms = 20_000): Promise<void> {
  const end = performance.now() + ms;
  for (;;) {
    try {
      check();
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((done) => setTimeout(done, 5));
    }
  }
}
