// Requests: those that run, with what they wait for, and those that have ended, with what they cost.
import {useMemo, useState} from 'preact/hooks';
import {get, post, type Query} from '../api/http';
import type {ActivityPage, ActivityRow, ActivityStats, Capture, Queue, SpeedHistogram} from '../api/schema';
import type {Request} from '../api/types';
import {useAsked, useSlowed} from '../parts/hooks';
import {Dialog, Empty, Note, save} from '../parts/parts';
import {inFlight, live, load, models, notify, now, report} from '../store/app';
import {asCsv, asCurl, decoded, STATUSES, waits, wentWrong} from '../store/activity';
import {bytes, clock, count, duration, rate, time} from '../store/format';
import {phaseOf, TOLD} from '../store/live';
import {hashOf, route, setQuery} from '../store/route';

const cancel = (id: number) => post(`api/inflight/${id}/cancel`).then(() => notify('cancelled'), report);

export function RequestTable({requests, why = new Map()}: {requests: Request[]; why?: Map<string, string>}) {
  return (
    <div class="scroll">
      <table class="requests">
        <thead><tr><th scope="col">model</th><th scope="col">phase</th><th scope="col" class="number">for</th><th scope="col"><span class="hidden">do</span></th><th scope="col">path</th><th scope="col">client</th><th scope="col" class="number">first byte</th><th scope="col" class="number">tokens</th><th scope="col" class="number">speed</th><th scope="col" class="number">answer</th></tr></thead>
        <tbody>
          {requests.map((one) => (
            <tr key={one.id}>
              <th scope="row"><a data-row href={hashOf('models', [one.model])}>{one.model}</a></th>
              <td><span class={`phase is-${one.phase}`}>{phaseOf(one)}</span>{why.get(one.model) && one.phase !== 'answering' && <div class="faint">{why.get(one.model)}</div>}</td>
              <td class="number">{clock((now.value - Date.parse(one.started)) / 1000)}</td>
              <td><button type="button" onClick={() => void cancel(one.id)} aria-label={`Cancel request ${one.id}`}>cancel</button></td>
              <td>{one.path}</td>
              <td>{one.client}</td>
              <td class="number">{duration(one.ttft_ms)}</td>
              <td class="number" title="events of the stream, mostly a token each">{count(one.tokens)}</td>
              <td class="number">{rate(one.tokens_per_second)}</td>
              <td class="number">{one.bytes ? bytes(one.bytes) : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Speeds({name, speeds}: {name: string; speeds: SpeedHistogram}) {
  if (!speeds) return null;
  const most = Math.max(...speeds.bins, 1);
  return (
    <figure class="histogram">
      <figcaption>{name}: half of them {rate(speeds.p50)}, the best 5% {rate(speeds.p95)}</figcaption>
      <div class="bins" role="img" aria-label={`from ${rate(speeds.min)} to ${rate(speeds.max)}`}>
        {speeds.bins.map((n, at) => <span key={at} style={{height: `${(n / most) * 100}%`}} title={`${n} at ${rate(speeds.min + at * speeds.binSize)}`} />)}
      </div>
      <div class="faint ends"><span>{rate(speeds.min)}</span><span>{rate(speeds.max)}</span></div>
    </figure>
  );
}

function Stats({model, again}: {model: string; again: unknown}) {
  const {data} = useAsked<ActivityStats>('api/metrics/stats', {model}, 0, again);
  if (!data || !data.total_requests) return null;
  return (
    <div class="stats">
      <dl class="totals">
        <div><dt>requests</dt><dd>{count(data.total_requests)}</dd></div>
        <div><dt>prompt tokens</dt><dd>{count(data.total_input_tokens)}</dd></div>
        <div><dt>from cache</dt><dd>{count(data.total_cache_tokens)}</dd></div>
        <div><dt>generated</dt><dd>{count(data.total_output_tokens)}</dd></div>
      </dl>
      <Speeds name="reading" speeds={data.prompt_histogram} />
      <Speeds name="generating" speeds={data.gen_histogram} />
    </div>
  );
}

const COLUMNS: [string, string, string][] = [
  // title, what the daemon sorts by, class
  ['time', 'time', ''], ['model', 'model', ''], ['path', 'req_path', ''], ['status', 'resp_status_code', ''], ['queue', '', 'number'], ['load', '', 'number'],
  ['first byte', '', 'number'], ['prompt', 'prompt', 'number'], ['cached', 'cached', 'number'], ['generated', 'generated', 'number'],
  ['reading', 'prompt_speed', 'number'], ['generating', 'gen_speed', 'number'], ['duration', 'duration', 'number'],
];

function Heading({column}: {column: (typeof COLUMNS)[number]}) {
  const [title, sort, kind] = column;
  const {sort: by = 'id', order = 'desc'} = route.value.query;
  if (!sort) return <th scope="col" class={kind}>{title}</th>;
  const current = by === sort;
  return (
    <th scope="col" class={kind} aria-sort={current ? (order === 'asc' ? 'ascending' : 'descending') : 'none'}>
      <button type="button" class="sort" onClick={() => setQuery({sort, order: current && order === 'desc' ? 'asc' : 'desc', page: ''})}>
        {title}{current && (order === 'asc' ? ' ↑' : ' ↓')}
      </button>
    </th>
  );
}

function Row({row, open, onOpen}: {row: ActivityRow; open: boolean; onOpen: () => void}) {
  const {tokens} = row;
  const bad = wentWrong(row);
  return (
    <tr class={open ? 'is-open' : ''} onClick={onOpen}>
      <td><button type="button" data-row class="sort" aria-expanded={open} onClick={(event) => (event.stopPropagation(), onOpen())}>{time(row.timestamp)}</button></td>
      <td>{row.model}</td>
      <td>{row.req_path}</td>
      <td class={bad ? 'is-bad' : ''}>{bad && '✖ '}{row.resp_status_code}{row.error_code && ` ${row.error_code}`}</td>
      <td class="number">{duration(row.queue_ms)}</td>
      <td class="number">{duration(row.load_ms)}</td>
      <td class="number">{duration(row.ttft_ms)}</td>
      <td class="number">{count(tokens.input_tokens)}</td>
      <td class="number">{count(tokens.cache_tokens)}</td>
      <td class="number">{count(tokens.output_tokens)}</td>
      <td class="number">{rate(tokens.prompt_per_second)}</td>
      <td class="number">{rate(tokens.tokens_per_second)}</td>
      <td class="number">{duration(row.duration_ms)}</td>
    </tr>
  );
}

function Details({row, onCapture}: {row: ActivityRow; onCapture: () => void}) {
  const end = Date.parse(row.timestamp) + 1000;
  const parts = waits(row);
  return (
    <div class="details">
      <div class="waterfall" role="img" aria-label={parts.map((part) => `${part.name} ${duration(part.ms)}`).join(', ')}>
        {parts.map((part) => <span key={part.name} class={part.kind} style={{flexGrow: Math.max(part.ms, 1)}} title={`${part.name} ${duration(part.ms)}`}>{part.name} {duration(part.ms)}</span>)}
      </div>
      {row.error_msg && <Note tone="bad">{row.error_msg}</Note>}
      <p>
        {row.method} {row.req_path} · {bytes(row.bytes)}{row.stream && ' as a stream'}
        {tokensDrafted(row)} ·{' '}
        <a href={hashOf('logs', [], {model: row.model, since: new Date(end - row.duration_ms - 3000).toISOString(), until: new Date(end + 1000).toISOString()})}>the log meanwhile</a>
        {row.has_capture && <> · <button type="button" onClick={onCapture}>what was said</button></>}
      </p>
    </div>
  );
}

const tokensDrafted = ({tokens}: ActivityRow) =>
  tokens.draft_tokens > 0 ? ` · ${tokens.draft_acc_tokens} of ${tokens.draft_tokens} drafted tokens were taken` : '';

function CaptureView({id, onClose}: {id: number; onClose: () => void}) {
  const {data, error} = useAsked<Capture>(`api/captures/${id}`);
  const curl = data && asCurl(data, location.origin + location.pathname.replace(/\/ui\/.*$/, ''));
  const [shown, show] = useState(false);
  return (
    <Dialog title={`Request ${id}`} onClose={onClose}>
      {error && <Note tone="bad">{error}</Note>}
      {data && (
        <>
          <p>{data.req_path} <button type="button" aria-pressed={shown} onClick={() => show(!shown)}>as curl</button></p>
          {shown && <pre class="proof">{curl}</pre>}
          <h3>Request</h3>
          <pre class="proof">{decoded(data.req_body)}</pre>
          <h3>Answer</h3>
          <pre class="proof">{decoded(data.resp_body)}</pre>
        </>
      )}
    </Dialog>
  );
}

const BLOCK = 999; // rows that the daemon gives at once

const AGES: [string, string][] = [['', 'all'], ['3600', 'last hour'], ['86400', 'last day'], ['604800', 'last week']];
const FIELDS = ['model', 'start', 'end', 'sort', 'order'] as const;
const known = (status = '') => (status === 'ok' || status === 'error' ? status : '');

// `age` is seconds back from the time of asking.
function asked(query: Readonly<Record<string, string>>): Query {
  const fields = {...Object.fromEntries(FIELDS.map((name) => [name, query[name]])), status: known(query.status)};
  const begin = Date.now() - Number(query.age) * 1000;
  return AGES.some(([age]) => age && age === query.age) ? {...fields, start: new Date(begin).toISOString()} : fields;
}

// All rows of the filter, not those of the page; the newest fifty thousand.
async function download(query: Readonly<Record<string, string>>, form: 'csv' | 'json'): Promise<void> {
  const rows: ActivityRow[] = [];
  const filter = asked(query);
  for (let page = 1; page <= 50; page++) {
    const part = await get<ActivityPage>('api/metrics/activity', {...filter, limit: BLOCK, page});
    rows.push(...part.data);
    if (page >= part.total_pages) break;
  }
  save(`paddock-activity.${form}`, form === 'csv' ? 'text/csv' : 'application/json', [form === 'csv' ? asCsv(rows) : JSON.stringify(rows, null, 1)]);
}

function History() {
  const query = route.value.query;
  const page = Number(query.page) || 1;
  // The stream tells of each row. Many come at once under load.
  const rows = useSlowed(live.value.rows, 500);
  const filter = useMemo(() => asked(query), [query, rows]);
  const {data, error} = useAsked<ActivityPage>('api/metrics/activity', {...filter, page, limit: 50}, 0, rows);
  const shown = data?.data ?? [];
  const [open, setOpen] = useState(0);
  const [capture, setCapture] = useState(0);
  const set = (name: string) => (event: {currentTarget: HTMLSelectElement}) => setQuery({[name]: event.currentTarget.value, page: ''});
  return (
    <>
      <div class="title">
        <h2>Ended</h2>
        <span class="buttons">
          <button type="button" onClick={() => void download(query, 'csv').catch(report)}>csv</button>
          <button type="button" onClick={() => void download(query, 'json').catch(report)}>json</button>
        </span>
      </div>
      <div class="filters">
        <select aria-label="Model" value={query.model ?? ''} onChange={set('model')}>
          <option value="">all models</option>
          {models.value.map((one) => <option key={one.id} value={one.id}>{one.id}</option>)}
        </select>
        <select aria-label="Since" value={query.age ?? ''} onChange={(event) => setQuery({age: event.currentTarget.value, start: '', page: ''})}>
          {AGES.map(([value, name]) => <option key={value} value={value}>{name}</option>)}
        </select>
        <span class="chips" role="group" aria-label="Status">
          {Object.entries(STATUSES).map(([status, name]) => (
            <button key={status} type="button" aria-pressed={known(query.status) === status} onClick={() => setQuery({status, page: ''})}>{name}</button>
          ))}
        </span>
      </div>
      <Stats model={query.model ?? ''} again={data?.total} />
      {error && <Note tone="bad">{error}</Note>}
      {data && !data.total && <Empty>None yet.</Empty>}
      {data && shown.length > 0 && (
        <div class="scroll">
          <table class="history">
            <thead><tr>{COLUMNS.map((column) => <Heading key={column[0]} column={column} />)}</tr></thead>
            <tbody>
              {shown.map((row) => [
                <Row key={row.id} row={row} open={open === row.id} onOpen={() => setOpen(open === row.id ? 0 : row.id)} />,
                open === row.id && <tr key={`${row.id}+`} class="is-open"><td colSpan={COLUMNS.length}><Details row={row} onCapture={() => setCapture(row.id)} /></td></tr>,
              ])}
            </tbody>
          </table>
        </div>
      )}
      {data && data.total_pages > 1 && (
        <p class="pager">
          <button type="button" disabled={page <= 1} onClick={() => setQuery({page: String(page - 1)})}>newer</button>{' '}
          page {page} of {data.total_pages}, {count(data.total)} in all{' '}
          <button type="button" disabled={page >= data.total_pages} onClick={() => setQuery({page: String(page + 1)})}>older</button>
        </p>
      )}
      {capture > 0 && <CaptureView id={capture} onClose={() => setCapture(0)} />}
    </>
  );
}

export function Activity() {
  const query = route.value.query;
  const queue = useAsked<Queue>(load.value.waiting ? 'api/queue' : null, {}, 1500).data;
  const why = new Map((queue?.waiting ?? []).slice().reverse().map((one) => [one.model, one.blocked_by]));
  const shown = inFlight.value.filter((one) => !query.model || one.model === query.model);
  return (
    <section aria-labelledby="title">
      <div class="title"><h1 id="title">Activity</h1></div>
      <h2>In flight</h2>
      {inFlight.value.length >= TOLD && <p class="faint">The oldest {TOLD} of {count(Math.max(TOLD, load.value.running + load.value.waiting))}.</p>}
      {shown.length ? <RequestTable requests={shown} why={why} /> : <Empty>Nothing is asked for now.</Empty>}
      <History />
    </section>
  );
}
