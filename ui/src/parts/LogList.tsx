// The lines, of which only those in sight are in the document: rows of one height, so that where each is follows
// from its number. Lines may come and go above without what is in sight moving.
import {useLayoutEffect, useRef, useState} from 'preact/hooks';
import type {LogLine} from '../api/schema';
import {matches, type Logbook} from '../store/logbook';

export const ROW = 20; // px, as in the style
const BEYOND = 12; // rows drawn above and below, for scrolling

function Text({text, needle}: {text: string; needle: string}) {
  const found = matches(text, needle);
  if (!found.length) return <>{text}</>;
  const parts = [];
  let from = 0;
  for (const at of found) {
    parts.push(text.slice(from, at), <mark key={at}>{text.slice(at, at + needle.length)}</mark>);
    from = at + needle.length;
  }
  return <>{parts}{text.slice(from)}</>;
}

const LEVELS = {debug: 'D', info: 'I', warn: 'W', error: 'E'} as const;

function Line({line, needle, chosen, showModel, onChoose}: {line: LogLine; needle: string; chosen: boolean; showModel: boolean; onChoose: (id: number) => void}) {
  return (
    <div class={`line is-${line.level}${chosen ? ' is-chosen' : ''}${line.context ? ' is-context' : ''}`} data-id={line.id} onClick={() => onChoose(line.id)}>
      <span class="line-time">{line.time.slice(11, 23)}</span>
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
  chosen: number;
  needle: string;
  showModel: boolean;
  goTo: {index: number; turn: number}; // a new turn scrolls there
  onFollow: (following: boolean) => void;
  onChoose: (id: number) => void;
  onTop: () => void;
}

export function LogList(props: LogListProps) {
  const {book, version, following, goTo} = props;
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({top: 0, height: 600});
  const first = useRef(book.first);
  const own = useRef(-1); // where we scrolled to ourselves
  const count = book.lines.length;

  const scrollTo = (top: number) => {
    const element = box.current!;
    element.scrollTop = top;
    own.current = element.scrollTop;
    setView({top: element.scrollTop, height: element.clientHeight});
  };
  useLayoutEffect(() => {
    const moved = first.current - book.first;
    first.current = book.first;
    if (following) scrollTo(count * ROW);
    else if (moved) scrollTo(Math.max(0, box.current!.scrollTop + moved * ROW));
  }, [version, following, book]);
  useLayoutEffect(() => {
    if (goTo.turn) scrollTo(Math.max(0, goTo.index * ROW - box.current!.clientHeight / 2));
  }, [goTo.turn]);
  useLayoutEffect(() => {
    const element = box.current!;
    const watch = new ResizeObserver(() => setView({top: element.scrollTop, height: element.clientHeight}));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  const scrolled = () => {
    const {scrollTop, clientHeight, scrollHeight} = box.current!;
    setView({top: scrollTop, height: clientHeight});
    if (Math.abs(scrollTop - own.current) < 2) return;
    own.current = -1;
    const atEnd = scrollTop + clientHeight >= scrollHeight - ROW;
    if (atEnd !== following) props.onFollow(atEnd);
    if (scrollTop < ROW * 20) props.onTop();
  };

  const begin = Math.max(0, Math.floor(view.top / ROW) - BEYOND);
  const end = Math.min(count, Math.ceil((view.top + view.height) / ROW) + BEYOND);
  return (
    <div class="log" ref={box} data-scrolls role="log" aria-live="off" aria-label="Lines" tabIndex={0} onScroll={scrolled}>
      <div class="log-space" style={{height: `${count * ROW}px`}}>
        <div class="log-rows" style={{transform: `translateY(${begin * ROW}px)`}}>
          {book.lines.slice(begin, end).map((line) => (
            <Line key={line.id} line={line} needle={props.needle} chosen={line.id === props.chosen} showModel={props.showModel} onChoose={props.onChoose} />
          ))}
        </div>
      </div>
    </div>
  );
}
