import {describe, expect, it} from 'vitest';
import {SseParser, type SseEvent} from '../src/api/sse';

function parse(parts: string[]): {events: SseEvent[]; comments: string[]} {
  const events: SseEvent[] = [];
  const comments: string[] = [];
  const parser = new SseParser({event: (event) => events.push(event), comment: (text) => comments.push(text)});
  parts.forEach((part) => parser.feed(part));
  return {events, comments};
}

const TEXT = ': here\n\nid: a-1\nevent: state\ndata: {"x":\ndata: 1}\n\ndata:plain\n\n';
const EXPECTED = [
  {id: 'a-1', event: 'state', data: '{"x":\n1}'},
  {id: 'a-1', event: 'message', data: 'plain'},
];

describe('events', () => {
  it('are the same however the text is cut', () => {
    for (let at = 0; at <= TEXT.length; at++) {
      const {events, comments} = parse([TEXT.slice(0, at), TEXT.slice(at)]);
      expect(events).toEqual(EXPECTED);
      expect(comments).toEqual(['here']);
    }
  });

  it('are the same with every kind of line end, wherever it is cut', () => {
    for (const end of ['\r', '\r\n']) {
      const text = TEXT.replaceAll('\n', end);
      for (let at = 0; at <= text.length; at++) expect(parse([text.slice(0, at), text.slice(at)]).events).toEqual(EXPECTED);
      expect(parse([...text]).events).toEqual(EXPECTED);
    }
  });

  it('without data are none, and what is not ended is not told', () => {
    expect(parse(['event: x\n\nid: 7\n\ndata: half']).events).toEqual([]);
  });

  it('without an end do not grow for ever', () => {
    expect(() => parse(['data: ' + 'x'.repeat(9 << 20)])).toThrow();
  });
});
