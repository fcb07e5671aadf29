// The lines, of which only those in sight are in the document: rows of one height, so that where each is follows
// from its number, or from the lengths of all before it. Lines may come and go above without what is in sight moving.
import {useLayoutEffect, useMemo, useRef, useState} from 'preact/hooks';
import type {LogLine} from '../api/schema';
import {sinceThen, stamp} from '../store/format';
import type {Logbook} from '../store/logbook';
import {Breaker, unbroken} from '../store/loglayout';
import type {Span} from '../store/regex';
import type {Marks} from './marks';

export const ROW = 20; // px, as in the style
const BEYOND = 12; // rows drawn above and below, for scrolling

function Text({text, spans}: {text: string; spans: readonly Span[]}) {
  if (!spans.length) return <>{text}</>;
  const parts = [];
  let from = 0;
  for (const [at, end] of spans) {
    parts.push(text.slice(from, at), <mark key={at}>{text.slice(at, end)}</mark>);
    from = end;
  }
  return <>{parts}{text.slice(from)}</>;
}

const LEVELS = {debug: 'D', info: 'I', warn: 'W', error: 'E'} as const;

interface LineProps {
  line: LogLine;
  rows: number;
  marks: Marks;
  chosen: boolean;
  showModel: boolean;
  from: number | null;
  onChoose: (id: number, more: boolean) => void;
}

function Line({line, rows, marks, chosen, showModel, from, onChoose}: LineProps) {
  const kind = `line is-${line.level}${chosen ? ' is-chosen' : ''}${line.context ? ' is-context' : ''}`;
  return (
    <div class={kind} data-id={line.id} style={{height: `${rows * ROW}px`}} onClick={(event) => onChoose(line.id, event.shiftKey)}>
      <span class="line-time" title={line.time}>{from === null ? stamp(line.time) : sinceThen(line.time, from)}</span>
      <span class="line-level" aria-label={line.level}>{LEVELS[line.level]}</span>
      {showModel && <span class="line-model">{line.model ?? 'paddock'}</span>}
      <span class="line-text"><Text text={line.text} spans={marks.of(line)} /></span>
    </div>
  );
}

export interface LogListProps {
  book: Logbook;
  version: number;
  following: boolean;
  wrapped: boolean;
  chosen: readonly [number, number]; // from this id to that; 0: none
  marks: Marks;
  showModel: boolean;
  from: number | null; // times are shown as time since then, in ms of the epoch
  goTo: {index: number; turn: number}; // a new turn scrolls there
  onFollow: (following: boolean) => void;
  onChoose: (id: number, more: boolean) => void; // `more`: all from the chosen one to this
  onCopy: (from: number, to: number) => string; // these lines, as text
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

  // What goes over several lines is copied as lines, not as the cells of a table.
  const copied = (event: ClipboardEvent) => {
    const range = getSelection()?.rangeCount ? getSelection()!.getRangeAt(0) : null;
    const ids = range && [range.startContainer, range.endContainer].map((node) => {
      const element = node instanceof Element ? node : node.parentElement;
      return Number(element?.closest<HTMLElement>('[data-id]')?.dataset.id);
    });
    if (!ids || !ids[0] || !ids[1] || ids[0] === ids[1]) return;
    event.clipboardData?.setData('text/plain', props.onCopy(ids[0], ids[1]));
    event.preventDefault();
  };

  const begin = Math.max(0, layout.at(view.top / ROW) - BEYOND);
  const end = Math.min(count, layout.at((view.top + view.height) / ROW) + 1 + BEYOND);
  return (
    <div class={wrapped ? 'log is-wrapped' : 'log'} ref={box} data-scrolls role="log" aria-live="off" aria-label="Lines" tabIndex={0} onScroll={scrolled} onCopy={copied}>
      <span class="probe" ref={probe} aria-hidden="true">{PROBE}</span>
      <div class="log-space" style={{height: `${layout.rows * ROW}px`}}>
        <div class="log-rows" style={{transform: `translateY(${layout.offset(begin) * ROW}px)`}}>
          {book.lines.slice(begin, end).map((line, at) => (
            <Line key={line.id} line={line} rows={layout.offset(begin + at + 1) - layout.offset(begin + at)} marks={props.marks}
              chosen={line.id >= props.chosen[0] && line.id <= props.chosen[1]} showModel={props.showModel} from={props.from} onChoose={props.onChoose} />
          ))}
        </div>
      </div>
    </div>
  );
}
