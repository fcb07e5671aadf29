// What of a line a regular expression of the user's matches. The daemon reads it as RE2 does; what the browser reads
// otherwise is refused here rather than marked wrongly. Pure; runs in the worker, as it may never end.
export type Span = readonly [number, number]; // begin, end

const MOST = 50; // a row's worth

// Throws where the browser has no such expression. `(?i)` in front and `(?P<name>` are RE2's own ways to write.
export function expression(source: string): RegExp {
  const [, flags = '', rest = ''] = /^(?:\(\?([ims]+)\))?([^]*)$/.exec(source)!;
  // Strict (`u`), so that what only RE2 knows is an error; that wants no needless backslashes.
  const strict = rest.replaceAll('(?P<', '(?<').replace(/\\([^])/g, (all, letter: string) =>
    /[!"#%&',:;<=>@`~_ -]/.test(letter) ? `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}` : all);
  return new RegExp(strict, 'gu' + [...new Set(flags)].join(''));
}

export function spansOf(wanted: RegExp, texts: readonly string[]): Span[][] {
  return texts.map((text) => {
    const spans: Span[] = [];
    for (const found of text.matchAll(wanted)) {
      if (found[0]) spans.push([found.index, found.index + found[0].length]);
      if (spans.length === MOST) break;
    }
    return spans;
  });
}
