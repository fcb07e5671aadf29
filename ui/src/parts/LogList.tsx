// The lines, of which only those in sight are in the document: rows of one height, so that where each is follows
// from its number, or from the lengths of all before it. Lines may come and go above without what is in sight moving.
import {useLayoutEffect, useMemo, useRef, useState} from 'preact/hooks';
import type {LogLine} from '../api/schema';
import {sinceThen, stamp} from '../store/format';
import {matches, type Logbook, type Needle} from '../store/logbook';
import {Breaker, unbroken} from '../store/loglayout';

export const ROW = 20; // px, as in the style
const BEYOND = 12; // rows drawn above and below, for scrolling

function Text({text, needle}: {text: string; needle: Needle}) {
  const found = matches(text, needle);
  if (!found.length) return <>{text}</>;
  const parts = [];
  let from = 0;
  for (const at of found) {
    parts.push(text.slice(from, at), <mark key={at}>{text.slice(at, at + needle.text.length)}</mark>);
    from = at + needle.text.length;
  }
  return <>{parts}{text.slice(from)}</>;
}

const LEVELS = {debug: 'D', info: 'I', warn: 'W', error: 'E'} as const;

interface LineProps {
  line: LogLine;
  rows: number;
  needle: Needle;
  chosen: boolean;
  showModel: boolean;
  from: number | null;
  onChoose: (id: number) => void;
}

function Line({line, rows, needle, chosen, showModel, from, onChoose}: LineProps) {
  const kind = `line is-${line.level}${chosen ? ' is-chosen' : ''}${line.context ? ' is-context' : ''}`;
  return (
    <div class={kind} data-id={line.id} style={{height: `${rows * ROW}px`}} onClick={() => onChoose(line.id)}>
      <span class="line-time" title={line.time}>{from === null ? stamp(line.time) : sinceThen(line.time, from)}</span>
      <span class="line-level" aria-label={line.level}>{LEVELS[line.level]}</span>
      {showModel && <span class="line-model">{line.model ?? 'paddock'}</span>}
      <span class="line-text"><Text text={line.text} needle={needle} /></span>
    </div>
  );
}

export interface LogListProps {
  book: Logbook;
  version: number;
  following: boolean;
  wrapped: boolean;
  chosen: number;
  needle: Needle;
  showModel: boolean;
  from: number | null; // times are shown as time since then, in ms of the epoch
  goTo: {index: number; turn: number}; // a new turn scrolls there
  onFollow: (following: boolean) => void;
  onChoose: (id: number) => void;
  onTop: () => void;
}

const PROBE = '0'.repeat(50);

export function LogList(props: LogListProps) {
  const {book, version, following, wrapped, goTo} = props;
  const box = useRef<HTMLDivElement>(null);
  const probe = useRef<HTMLSpanElement>(null);
  const [view, setView] = useState({top: 0, height: 600});
  const [columns, setColumns] = useState(100);
  const own = useRef(-1); // where we scrolled to ourselves
  const anchor = useRef({id: 0, below: 0}); // the line at the top, and how far it is scrolled out
  const [breaker] = useState(() => new Breaker());
  const count = book.lines.length;
  const layout = useMemo(() => (wrapped ? breaker.layout(book, book.lines, columns) : unbroken(count)), [book, version, wrapped, columns]);

  const hold = () => {
    const {scrollTop} = box.current!;
    const line = layout.at(scrollTop / ROW);
    anchor.current = {id: book.lines[line]?.id ?? 0, below: scrollTop - layout.offset(line) * ROW};
  };
  const scrollTo = (top: number) => {
    const element = box.current!;
    element.scrollTop = top;
    own.current = element.scrollTop;
    setView({top: element.scrollTop, height: element.clientHeight});
    hold();
  };
  useLayoutEffect(() => {
    if (following) return scrollTo(layout.rows * ROW);
    const {id, below} = anchor.current;
    const top = id && count ? layout.offset(book.near(id)) * ROW + below : box.current!.scrollTop;
    if (Math.abs(top - box.current!.scrollTop) >= 1) scrollTo(top);
    else hold();
  }, [layout, following]);
  useLayoutEffect(() => {
    if (goTo.turn) scrollTo(Math.max(0, layout.offset(goTo.index) * ROW - box.current!.clientHeight / 2));
  }, [goTo.turn]);
  useLayoutEffect(() => {
    const element = box.current!;
    const watch = new ResizeObserver(() => setView({top: element.scrollTop, height: element.clientHeight}));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (!wrapped) return;
    const letter = probe.current!.getBoundingClientRect().width / PROBE.length;
    const room = box.current!.querySelector('.line-text')?.getBoundingClientRect().width ?? 0;
    if (letter > 0 && room > 0) setColumns(Math.floor(room / letter + 0.01));
  });

  const scrolled = () => {
    const {scrollTop, clientHeight, scrollHeight} = box.current!;
    setView({top: scrollTop, height: clientHeight});
    hold();
    if (Math.abs(scrollTop - own.current) < 2) return;
    own.current = -1;
    const atEnd = scrollTop + clientHeight >= scrollHeight - ROW;
    if (atEnd !== following) props.onFollow(atEnd);
    if (scrollTop < ROW * 20) props.onTop();
  };

  const begin = Math.max(0, layout.at(view.top / ROW) - BEYOND);
  const end = Math.min(count, layout.at((view.top + view.height) / ROW) + 1 + BEYOND);
  return (
    <div class={wrapped ? 'log is-wrapped' : 'log'} ref={box} data-scrolls role="log" aria-live="off" aria-label="Lines" tabIndex={0} onScroll={scrolled}>
      <span class="probe" ref={probe} aria-hidden="true">{PROBE}</span>
      <div class="log-space" style={{height: `${layout.rows * ROW}px`}}>
        <div class="log-rows" style={{transform: `translateY(${layout.offset(begin) * ROW}px)`}}>
          {book.lines.slice(begin, end).map((line, at) => (
            <Line key={line.id} line={line} rows={layout.offset(begin + at + 1) - layout.offset(begin + at)} needle={props.needle}
              chosen={line.id === props.chosen} showModel={props.showModel} from={props.from} onChoose={props.onChoose} />
          ))}
        </div>
      </div>
    </div>
  );
}
