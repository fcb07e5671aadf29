// What pages do again and again.
import {useEffect, useRef, useState} from 'preact/hooks';
import {ASK_AGAIN, get, isAbort, mayPass, messageOf, type Query} from '../api/http';
import {keyEpoch} from '../store/app';
import {on, type Action} from '../store/keys';

// Asks each `ms` (0: once, or until there is an answer) while somebody looks, and whenever `again` changes. What was
// there stays until the next answer.
export function useAsked<T>(path: string | null, query: Query = {}, ms = 0, again: unknown = 0) {
  const [data, setData] = useState<T | null>(null);
  const [error, setError] = useState('');
  const key = path === null ? null : path + JSON.stringify(query);
  const epoch = keyEpoch.value;
  const [turn, setTurn] = useState(0);
  useEffect(() => setData(null), [path]);
  useEffect(() => {
    if (path === null) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      let pause = ms;
      try {
        if (!document.hidden || !ms) setData(await get<T>(path, query, abort.signal));
        setError('');
      } catch (problem) {
        if (isAbort(problem)) return;
        setError(messageOf(problem));
        if (mayPass(problem)) pause ||= ASK_AGAIN;
      }
      if (pause && !abort.signal.aborted) timer = setTimeout(() => void ask(), pause);
    };
    void ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [key, ms, again, epoch, turn]);
  return {data, error, refresh: () => setTurn((n) => n + 1)};
}

export function useEvery(work: (signal: AbortSignal) => Promise<void>, ms: number): void {
  const epoch = keyEpoch.value;
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const turn = async () => {
      if (!document.hidden) await work(abort.signal);
      if (!abort.signal.aborted) timer = setTimeout(() => void turn(), ms);
    };
    void turn();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [ms, epoch]);
}

export function useAction(action: Action, handler: (focused: HTMLElement | null) => void): void {
  const latest = useRef(handler);
  latest.current = handler;
  useEffect(() => on(action, (focused) => latest.current(focused)), [action]);
}

// Follows a value that may change often, at most once each `ms`.
export function useSlowed<T>(value: T, ms: number): T {
  const [shown, show] = useState(value);
  const latest = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  latest.current = value;
  useEffect(() => {
    if (latest.current !== shown && !timer.current) {
      timer.current = setTimeout(() => {
        timer.current = undefined;
        show(latest.current);
      }, ms);
    }
  }, [value, shown]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return shown;
}

// Waits until nobody has typed for a while.
export function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
