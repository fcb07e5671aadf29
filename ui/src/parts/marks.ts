// What is marked in the lines of the log: a text, or what a regular expression matches.
import {useEffect, useMemo, useState} from 'preact/hooks';
import type {LogLine} from '../api/schema';
import {holds, matches, type Logbook} from '../store/logbook';
import {marked, type LogQuery} from '../store/logfilter';
import type {Span} from '../store/regex';
import {RegexSearch} from '../store/regexsearch';
import {useSettled} from './hooks';

export interface Marks {
  label: string; // empty: nothing is looked for
  trouble: string; // why nothing is marked
  of(line: LogLine): readonly Span[];
  has(line: LogLine): boolean;
}

// `refused`: the daemon does not take the filter.
export function useMarks(query: LogQuery, book: Logbook, version: number, refused: boolean): Marks {
  const source = useSettled(query.re === '1' && !refused ? query.q ?? '' : '', 250);
  const search = useMemo(() => (source ? new RegexSearch(source) : null), [source]);
  useEffect(() => () => search?.close(), [search]);
  useEffect(() => search?.look(book), [search, book, version]);
  const {text, exact} = marked(query);
  const turn = search?.version.value;
  const trouble = search?.trouble.value ?? '';
  return useMemo((): Marks => {
    if (search) {
      const of = (line: LogLine) => search.of(line.id);
      return {label: trouble ? '' : source, trouble, of, has: (line) => of(line).length > 0};
    }
    const needle = {text, exact};
    return {
      label: text, trouble: '', has: (line) => !!text && holds(line.text, needle),
      of: (line) => matches(line.text, needle).map((at): Span => [at, at + text.length]),
    };
  }, [search, turn, trouble, text, exact]);
}

const SLICE = 5; // ms

// How many of the lines have one, reckoned in slices, while lines come slowly; null: not reckoned yet.
export function useFound(book: Logbook, version: number, marks: Marks): number | null {
  const settled = useSettled(version, 300);
  const [found, setFound] = useState({label: '', sum: 0});
  useEffect(() => {
    if (!marks.label) return;
    const {lines} = book;
    let at = 0;
    let sum = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const slice = () => {
      const end = performance.now() + SLICE;
      while (at < lines.length && performance.now() < end) {
        for (const stop = Math.min(at + 64, lines.length); at < stop; at++) if (marks.has(lines[at]!)) sum++;
      }
      if (at < lines.length) timer = setTimeout(slice, 0);
      else setFound({label: marks.label, sum});
    };
    slice();
    return () => clearTimeout(timer);
  }, [settled, marks, book]);
  return found.label === marks.label ? found.sum : null;
}
