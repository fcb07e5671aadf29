// The log, filtered by the daemon, so that a search covers all that is kept and not only what the tab holds.
import {useEffect, useLayoutEffect, useMemo, useRef, useState} from 'preact/hooks';
import {get, segment} from '../api/http';
import type {Launch, LogLine, LogPage} from '../api/schema';
import {LogList} from '../parts/LogList';
import {useAction, useAsked, useSettled} from '../parts/hooks';
import {useFound, useMarks, type Marks} from '../parts/marks';
import {copy, Empty, Note, save} from '../parts/parts';
import {keyEpoch, models, notify, now, report} from '../store/app';
import {count as number, sofar, time} from '../store/format';
import {seek} from '../store/logbook';
import {AROUND, asked, loadReport, meansMemory, saying, TAGS, toggled, type LogQuery} from '../store/logfilter';
import {LogSession} from '../store/logsession';
import {hashOf, route, setQuery} from '../store/route';

const HIDDEN = 10_000; // ms that a tab may be away before it gives its connection back

// What is shown, and what is asked for: while one types a filter that is none yet, the last one that was stays.
interface Sessions {
  session: LogSession;
  wanted: LogSession;
}

// A new `turn` looks anew, around the line of the address.
function useSession(query: LogQuery, turn: number): Sessions {
  const settled = useSettled(JSON.stringify([asked(query), turn]), 250);
  const epoch = keyEpoch.value;
  const wanted = useMemo(() => new LogSession(JSON.parse(settled)[0]), [settled, epoch]);
  const shown = useRef({session: wanted, epoch});
  const [, draw] = useState(0);
  const stays = !wanted.opened.value && (!wanted.error.value || wanted.invalid.value) && shown.current.session.opened.peek() && shown.current.epoch === epoch;
  const session = stays ? shown.current.session : wanted;
  useLayoutEffect(() => {
    if (shown.current.session === session) return;
    shown.current.session.close();
    shown.current = {session, epoch};
    draw((n) => n + 1);
  }, [session]);
  useEffect(() => () => shown.current.session.close(), []);
  useEffect(() => {
    const {line, t0} = route.peek().query;
    if (t0 && !line) void jump(wanted, t0);
    else void wanted.open(Number(line) || undefined);
    return () => {
      if (shown.current.session !== wanted) wanted.close();
    };
  }, [wanted]);
  useAway(session);
  return {session, wanted};
}

// The address names a time: from then on it names the line that was the last one then.
async function jump(session: LogSession, time: string): Promise<void> {
  const line = await session.lineAt(time).catch(() => undefined);
  await session.open(line);
  if (route.peek().query.t0 === time) setQuery({t0: '', line: line ? String(line) : ''});
}

// A tab that nobody looks at gives its connection back.
function useAway(session: LogSession): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let away = false;
    const seen = () => {
      clearTimeout(timer);
      if (document.hidden) timer = setTimeout(() => ((away = true), session.hide(true)), HIDDEN);
      else if (away) (away = false), session.hide(false);
    };
    document.addEventListener('visibilitychange', seen);
    return () => {
      document.removeEventListener('visibilitychange', seen);
      clearTimeout(timer);
    };
  }, [session]);
}

const refusal = (session: LogSession) => session.error.value || (session.state.value.kind === 'refused' ? session.state.value.why : '');

export const plain = (line: LogLine) => `${line.time} ${line.level.toUpperCase()} [${line.model ?? 'paddock'}] ${line.text}`;

// All that the daemon has for the filter, the newest hundred pages at most.
async function download(query: LogQuery, form: 'txt' | 'jsonl'): Promise<void> {
  const pages: LogLine[][] = [];
  let before: number | undefined;
  for (let turn = 0; turn < 100; turn++) {
    const page: LogPage = await get<LogPage>('api/logs', {...asked(query), limit: 1000, before});
    pages.unshift(page.lines);
    if (page.before === null) break;
    before = page.before;
  }
  write(pages.flat(), form);
}

function write(lines: LogLine[], form: 'txt' | 'jsonl'): void {
  const texts = lines.map((line) => (form === 'txt' ? plain(line) : JSON.stringify(line)) + '\n');
  save(`paddock-log.${form}`, form === 'txt' ? 'text/plain' : 'application/x-ndjson', texts);
}

// Of one model: which of its launches, and what it said about memory when it was loaded.
function Launches({query}: {query: LogQuery}) {
  const model = models.value.find((one) => one.id === query.model);
  const changed = `${model?.launch?.generation} ${model?.state}`;
  const {data} = useAsked<{launches: Launch[]}>(model?.launch ? `api/models/${segment(model.id)}/launches` : null, {}, 0, changed);
  const known = data?.launches ?? [];
  const {launch = ''} = query;
  if (!model || (!known.length && !launch)) return null;
  const lost = launch && !known.some((one) => String(one.generation) === launch);
  const newest = Number(launch) || known[0]!.generation;
  return (
    <>
      <select aria-label="Launch" value={launch} onChange={(event) => setQuery({launch: event.currentTarget.value, line: ''})}>
        <option value="">all launches</option>
        {lost && <option value={launch}>launch {launch}</option>}
        {known.map((one) => (
          <option key={one.generation} value={String(one.generation)}>
            launch {one.generation}, {time(one.started)}{one.failure ? ', failed' : one.ended ? '' : ', runs'}
          </option>
        ))}
      </select>
      <button type="button" title="what it said about memory when it was loaded" onClick={() => setQuery(loadReport(model.id, newest))}>load report</button>
    </>
  );
}

function Filters({query, refused, onStep}: {query: LogQuery; refused: string; onStep: (by: 1 | -1) => void}) {
  const set = (name: string) => (event: {currentTarget: {value: string}}) => setQuery({[name]: event.currentTarget.value, line: ''});
  const check = (name: string) => (event: {currentTarget: HTMLInputElement}) => setQuery({[name]: event.currentTarget.checked ? '1' : '', line: ''});
  const tags = (query.tag ?? '').split(',');
  // On a phone the lesser ones are put away, unless one of them counts.
  const [all, showAll] = useState(!!(query.find || query.case || query.not || query.source || query.around));
  return (
    <div class={all ? 'filters' : 'filters is-brief'} role="search">
      <select aria-label="Model" value={query.model ?? ''} onChange={(event) => setQuery({model: event.currentTarget.value, launch: '', line: ''})}>
        <option value="">all models</option>
        {models.value.map((one) => <option key={one.id} value={one.id}>{one.id}</option>)}
      </select>
      <input type="search" data-search placeholder="filter ( / ), e.g. gpu" aria-label="Filter" aria-invalid={!!refused} value={query.q ?? ''} onInput={set('q')}
        onKeyDown={(event) => event.key === 'Enter' && onStep(event.shiftKey ? -1 : 1)} />
      <label class="check" title="a regular expression, as RE2 has them"><input type="checkbox" checked={query.re === '1'} onChange={check('re')} /> regex</label>
      <label class="check lesser" title="A is not a; a regular expression says (?i) where it is"><input type="checkbox" checked={query.case === '1'} onChange={check('case')} /> case</label>
      <label class="check lesser" title="show all lines and mark what matches: n and N go on"><input type="checkbox" checked={query.find === '1'} onChange={check('find')} /> only mark</label>
      <input type="search" class="short lesser" placeholder="without" aria-label="Without" value={query.not ?? ''} onInput={set('not')} />
      <select class="lesser" aria-label="Source" value={query.source ?? ''} onChange={set('source')}>
        <option value="">all sources</option>
        <option value="proxy">paddock’s own</option>
        <option value="upstream">models’</option>
      </select>
      <select aria-label="Level" value={query.level ?? ''} onChange={set('level')}>
        <option value="">all levels</option>
        {['info', 'warn', 'error'].map((level) => <option key={level} value={level}>{level} and up</option>)}
      </select>
      <select class="lesser" aria-label="Lines around" title="lines around each that matches" value={query.around ?? ''} onChange={set('around')}>
        {['', ...AROUND].map((lines) => <option key={lines} value={lines}>{lines || 'no'} lines around</option>)}
      </select>
      <button type="button" class="quiet brief-only" aria-expanded={all} onClick={() => showAll(!all)}>{all ? 'fewer' : 'more'} filters</button>
      <Launches query={query} />
      {query.launch && !query.model && <button type="button" onClick={() => setQuery({launch: '', line: ''})}>launch {query.launch} ✕</button>}
      {(query.since || query.until) && <button type="button" onClick={() => setQuery({since: '', until: '', line: ''})}>time window ✕</button>}
      <span class="chips" role="group" aria-label="About">
        {Object.entries(TAGS).map(([tag, name]) => (
          <button key={tag} type="button" aria-pressed={tags.includes(tag)} onClick={() => setQuery({tag: toggled(query.tag ?? '', tag), line: ''})}>{name}</button>
        ))}
      </span>
    </div>
  );
}

const copied = (text: string) => copy(text).then((done) => notify(done ? 'copied' : 'the browser does not let it'));

// The line of the address, and with `to` all to that one.
function Chosen({lines}: {lines: LogLine[]}) {
  const line = lines[0]!;
  const near = new Date(line.time).getTime();
  return (
    <aside class="chosen" aria-label="The chosen line">
      {lines.length > 1 ? <p class="faint">{number(lines.length)} lines, {line.time} – {lines.at(-1)!.time}</p> : (
        <>
          <p class="faint">
            {line.time} · {line.level} · {line.source} · {line.model ?? 'paddock'}{line.launch !== null && ` · launch ${line.launch}`}
            {line.tags.length > 0 && ` · ${line.tags.join(' ')}`}
          </p>
          <pre>{line.text}</pre>
        </>
      )}
      <span class="buttons">
        <button type="button" onClick={() => void copied(lines.length > 1 ? lines.map(plain).join('\n') + '\n' : line.text)}>{lines.length > 1 ? `copy ${number(lines.length)} lines` : 'copy'}</button>
        <button type="button" onClick={() => void copied(location.href)}>copy link</button>
        <a href={hashOf('logs', [], {since: new Date(near - 5000).toISOString(), until: new Date(near + 5000).toISOString(), line: String(line.id)})}>what else was then</a>
        <button type="button" class="quiet" onClick={() => setQuery({line: '', to: ''})}>close</button>
        {lines.length === 1 && <span class="faint lesser">Shift and a click take all lines to another one</span>}
      </span>
    </aside>
  );
}

// Who types `gpu` sees all that is about memory; how much of it does not say so.
function Memory({query}: {query: LogQuery}) {
  const {exact: _, ...all} = query;
  const means = meansMemory(all);
  const settled = useSettled(JSON.stringify(asked({...all, around: ''})), 250);
  const {data} = useAsked<LogPage>(means ? 'api/logs' : null, {...(JSON.parse(settled) as ReturnType<typeof asked>), limit: 1000});
  if (!means) return null;
  const {say, others} = saying(data?.lines ?? [], all.q ?? '');
  const open = data && data.before !== null ? 'of the newest thousand, ' : '';
  const only = query.exact === '1';
  return (
    <Note>
      {data ? `${open}${number(say)} lines match · ${number(others)} more are about GPU memory` : 'Lines about GPU memory count as well'}{' '}
      <button type="button" class="quiet" onClick={() => setQuery({exact: only ? '' : '1'})}>{only ? 'show' : 'hide those'}</button>
    </Note>
  );
}

function Status({session, following, marks, version}: {session: LogSession; following: boolean; marks: Marks; version: number}) {
  const state = session.state.value;
  const count = session.book.lines.length;
  const found = useFound(session.book, version, marks);
  return (
    <span class="faint" data-count={count}>
      {count.toLocaleString()} lines
      {marks.label && found !== null && `, ${number(found)} with “${marks.label}”`}
      {marks.trouble && ` · ${marks.trouble}`}
      {session.older.value !== null && ', more above'}
      {session.newer.value !== null && ', more below: End goes there'}
      {session.lost.value > 0 && ` · ${session.lost.value}× the daemon was faster than this page`}
      {state.kind === 'lost' && <b class="is-bad"> · stale since {sofar(now.value - state.since)}</b>}
      {following && state.kind === 'live' && ' · following'}
    </span>
  );
}

export function Logs() {
  const query = route.value.query;
  const [turn, setTurn] = useState(0);
  const {session, wanted} = useSession(query, turn);
  const version = session.version.value;
  const [following, follow] = useState(!query.line && !query.t0);
  const [goTo, setGoTo] = useState({index: 0, turn: 0});
  const [at, setAt] = useState(-1);
  const refused = refusal(wanted) || refusal(session);
  const marks = useMarks(query, session.book, version, !!refused);
  const chosenId = Number(query.line) || 0;
  const toId = chosenId && Math.max(chosenId, Number(query.to) || 0);
  const {book} = session;
  const chosen = chosenId && book.indexOf(chosenId) >= 0 ? book.lines.slice(book.near(chosenId), book.near(toId + 1)) : [];
  const paused = session.paused.value;
  const known = useRef(chosenId); // another one came with the address
  const choose = (id: number) => {
    known.current = id;
    setQuery({line: id ? String(id) : '', to: ''});
  };

  const chooseTo = (id: number) => {
    const [from, to] = id < chosenId ? [id, chosenId] : [chosenId, id];
    known.current = from;
    setQuery({line: String(from), to: String(to)});
  };

  const pause = () => session.pause(!paused);
  const toEnd = () => {
    session.pause(false);
    follow(true);
    void session.toEnd();
  };
  // At the end of what is held there may be more.
  const atEnd = (end: boolean) => {
    if (end && session.newer.value !== null) void session.loadNewer();
    else follow(end);
  };
  const wrap = () => setQuery({wrap: query.wrap === '1' ? '' : '1'});
  const step = (by: 1 | -1) => {
    if (!marks.label) return;
    const from = at < 0 ? (by > 0 ? 0 : -1) : at - session.book.first + by;
    const found = seek(session.book.lines, marks.has, from, by);
    if (found < 0) return;
    setAt(found + session.book.first);
    follow(false);
    setGoTo({index: found, turn: goTo.turn + 1});
    choose(session.book.lines[found]!.id);
  };
  useAction('pause', pause);
  useAction('follow', toEnd);
  useAction('wrap', wrap);
  useAction('match', () => step(1));
  useAction('match-back', () => step(-1));
  useEffect(() => {
    if (!chosenId || following) return;
    const index = session.book.indexOf(chosenId);
    if (index >= 0) setGoTo({index, turn: goTo.turn + 1});
  }, [session, session.book.lines.length > 0]);
  useEffect(() => {
    if (chosenId === known.current) return;
    known.current = chosenId;
    if (!chosenId) return;
    follow(false);
    const index = session.book.indexOf(chosenId);
    if (index >= 0) setGoTo({index, turn: goTo.turn + 1});
    else setTurn(turn + 1);
  }, [chosenId]);

  const begin = new Date((chosen[0] ?? session.book.lines[0])?.time ?? 0).getTime();
  const begun = useRef(query.t0);
  useEffect(() => {
    if (query.t0 && query.t0 !== begun.current) {
      follow(false);
      setTurn(turn + 1);
    }
    begun.current = query.t0;
  }, [query.t0]);

  return (
    <section class="logs" aria-labelledby="title">
      <div class="title">
        <h1 id="title">Logs</h1>
        <span class="buttons">
          <button type="button" aria-pressed={paused} onClick={pause}>{paused ? `paused, ${session.waiting.value} new` : 'pause'}</button>
          <button type="button" aria-pressed={following} onClick={toEnd}>follow</button>
          <button type="button" aria-pressed={query.wrap === '1'} onClick={wrap}>wrap</button>
          <button type="button" onClick={() => session.clear()} title="the view, not the log">clear</button>
          <button type="button" aria-pressed={query.ago === '1'} title="time since the chosen line, or the first one" onClick={() => setQuery({ago: query.ago === '1' ? '' : '1'})}>+s</button>
          <details class="menu">
            <summary class="button">download</summary>
            <span class="buttons">
              {(['txt', 'jsonl'] as const).map((form) => [
                <button key={form} type="button" title="the lines that this tab holds" onClick={() => write(session.book.lines, form)}>these, {form}</button>,
                <button key={form + '+'} type="button" title="all that the daemon has for this filter" onClick={() => void download(query, form).catch(report)}>all, {form}</button>,
              ])}
            </span>
          </details>
        </span>
      </div>
      <Filters query={query} refused={refused} onStep={step} />
      {refused && <Note tone="bad">{refused}{session !== wanted && '. The lines are those of the filter before.'}</Note>}
      <Memory query={query} />
      {version > 0 && !session.book.lines.length && !refused && <Empty>No line is like that.</Empty>}
      <LogList
        book={session.book} version={version} following={following && !paused} wrapped={query.wrap === '1'} chosen={[chosenId, toId]} from={query.ago === '1' ? begin : null} marks={marks} showModel={!query.model} goTo={goTo}
        onFollow={atEnd} onTop={() => void session.loadOlder()}
        onChoose={(id, more) => (follow(false), more && chosenId ? chooseTo(id) : choose(id === chosenId ? 0 : id))}
        onCopy={(from, to) => book.lines.slice(book.near(from), book.near(to + 1)).map((line) => plain(line) + '\n').join('')}
      />
      {chosen.length > 0 && <Chosen lines={chosen} />}
      <Status session={session} following={following && !paused} marks={marks} version={version} />
    </section>
  );
}
