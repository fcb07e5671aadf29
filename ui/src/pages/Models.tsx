// The front page: what runs, does it fit, what waits, why did it fail.
import {useEffect} from 'preact/hooks';
import type {Gpus, Model, Queue} from '../api/schema';
import {post} from '../api/http';
import {Buttons, Question, useActions} from '../parts/ModelActions';
import {useAction, useAsked} from '../parts/hooks';
import {Empty, Note, Progress, State, Verdict} from '../parts/parts';
import {connection, gpus, inFlight, live, load, models, notify, now, report} from '../store/app';
import {clock, plural, rate, share, time} from '../store/format';
import {speedOf} from '../store/live';
import {holdings, moodOf, select, stays, type Mood} from '../store/models';
import {hashOf, route, setQuery} from '../store/route';

const MOODS: (Mood | '')[] = ['', 'ready', 'loading', 'failed', 'stopped'];

export function Loading({model}: {model: Model}) {
  const loading = model.loading;
  if (!loading) return null;
  const left = loading.expected_s ? Math.min(99, (loading.elapsed_s / loading.expected_s) * 100) : null;
  return (
    <span class="loading">
      <Progress value={loading.percent ?? left} label={`${model.id} loads`} />
      <span>
        {loading.stage}
        {loading.percent !== null && ` ${loading.percent}%`} · {clock(loading.elapsed_s)}
        {loading.expected_s !== null && ` of about ${clock(loading.expected_s)}`}
      </span>
    </span>
  );
}

// The message may end with the line, which has a place of its own.
const withoutLine = ({message, line}: {message: string; line?: string | null}) => (line ? message.replace(`: ${line}`, '') : message);

// Why the last launch went wrong, with the line that tells most.
export function Failure({model}: {model: Model}) {
  const launch = model.launch;
  const failure = launch?.failure;
  if (!launch || !failure || moodOf(model) !== 'failed') return null;
  return (
    <div class="failure">
      <span>{time(launch.ended ?? launch.started)}: {withoutLine(failure)}</span>{' '}
      {failure.line && <code class="log-line">{failure.line}</code>}{' '}
      <a href={hashOf('logs', [], {model: model.id, launch: String(launch.generation)})}>its log</a>
    </div>
  );
}

function Holds({model}: {model: Model}) {
  const all = holdings(model.id, gpus.value);
  if (!all.length) return null;
  return (
    <span class="holds">
      {all.map((one) => (
        <span key={one.index} title={one.estimated ? 'estimated' : 'as the driver says'}>
          GPU {one.index} <meter min={0} max={one.total} value={one.bytes} aria-hidden="true" /> {one.estimated && '≈ '}
          {share(one.bytes, one.total)}
        </span>
      ))}
    </span>
  );
}

function Speed({id}: {id: string}) {
  const speed = speedOf(id, inFlight.value);
  return speed > 0 ? <span title="what it writes now">{rate(speed)}</span> : null;
}

// Alone, so that a second that passes draws nothing else.
export function Stays({model}: {model: Model}) {
  const text = stays(model, model.unloads_at ? now.value : 0);
  return text ? <span class="ttl" title="is unloaded after so long without requests">{text}</span> : null;
}

function Row({model, why}: {model: Model; why: string}) {
  const actions = useActions(model);
  return (
    <li class={`model is-${moodOf(model)}`} data-model={model.id}>
      <div class="model-line">
        <a class="name" data-row href={hashOf('models', [model.id])}>{model.id}</a>
        <State model={model} />
        {model.fit && moodOf(model) !== 'stopped' && <Verdict verdict={model.fit.verdict} />}
        <Holds model={model} />
        <span class="facts">
          {(model.in_flight > 0 || model.waiting > 0) && (
            <a href={hashOf('activity', [], {model: model.id})}>{model.in_flight} running · {model.waiting} waiting</a>
          )}
          <Speed id={model.id} />
          {model.state === 'ready' && <Stays model={model} />}
        </span>
        <Buttons model={model} actions={actions} />
      </div>
      {model.name && model.name !== model.id && <div class="faint">{model.name}</div>}
      <Loading model={model} />
      {model.fit?.verdict && moodOf(model) !== 'stopped' && (
        <div class="sentence">{model.fit.sentence} <a href={hashOf('models', [model.id], {tab: 'fit'})}>why</a></div>
      )}
      {model.fit?.forecast && ['stopped', 'failed'].includes(moodOf(model)) && (
        <div class="sentence">
          {model.fit.forecast.sentence} ({model.fit.forecast.source === 'learned' ? 'learned' : 'from its file'}){' '}
          <a href={hashOf('models', [model.id], {tab: 'fit'})}>more</a>
        </div>
      )}
      {why && <div class="sentence">Next: {why}</div>}
      <Failure model={model} />
      <Question model={model} actions={actions} />
    </li>
  );
}

function Filters({cards}: {cards: Gpus | null}) {
  const {q = '', state = '', gpu = '', sort = ''} = route.value.query;
  return (
    <div class="filters" role="search">
      <input type="search" data-search placeholder="search ( / )" aria-label="Search models" value={q} onInput={(event) => setQuery({q: event.currentTarget.value})} />
      <span class="chips" role="group" aria-label="State">
        {MOODS.map((mood) => (
          <button key={mood} type="button" aria-pressed={state === mood} onClick={() => setQuery({state: mood})}>{mood || 'all'}</button>
        ))}
      </span>
      {(cards?.gpus.length ?? 0) > 1 && (
        <label>GPU{' '}
          <select value={gpu} onChange={(event) => setQuery({gpu: event.currentTarget.value})}>
            <option value="">all</option>
            {cards!.gpus.map((one) => <option key={one.index} value={String(one.index)}>{one.index}</option>)}
          </select>
        </label>
      )}
      <label>sort{' '}
        <select value={sort} onChange={(event) => setQuery({sort: event.currentTarget.value})}>
          <option value="">as configured</option>
          <option value="name">by name</option>
          <option value="state">by state</option>
        </select>
      </label>
    </div>
  );
}

async function unloadAll(): Promise<void> {
  await post('api/models/unload').then(() => notify('all unloaded'), report);
}

async function freeze(frozen: boolean): Promise<void> {
  await post(frozen ? 'api/thaw' : 'api/freeze').catch(report);
}

export function Models() {
  const query = route.value.query;
  const shown = select(models.value, {q: query.q ?? '', state: query.state ?? '', gpu: query.gpu ?? '', sort: query.sort ?? ''}, gpus.value);
  const waiting = load.value.waiting;
  const queue = useAsked<Queue>(waiting ? 'api/queue' : null, {}, 1500).data;
  const why = new Map((queue?.waiting ?? []).slice().reverse().map((one) => [one.model, one.blocked_by]));
  const press = (word: string) => (focused: HTMLElement | null) =>
    focused?.closest('[data-model]')?.querySelector<HTMLButtonElement>(`[data-verb=${word}]`)?.click();
  useAction('load', press('load'));
  useAction('unload', press('unload'));
  useEffect(() => void (document.activeElement === document.body && window.scrollTo(0, 0)), []);
  const frozen = live.value.daemon?.frozen ?? false;
  return (
    <section aria-labelledby="title">
      <div class="title">
        <h1 id="title">Models</h1>
        <span class="buttons">
          <button type="button" class="quiet" aria-pressed={frozen} title="While frozen, requests load and unload nothing" onClick={() => void freeze(frozen)}>
            {frozen ? 'thaw' : 'freeze'}
          </button>
          <button type="button" onClick={() => void unloadAll()} disabled={!models.value.some((one) => one.state !== 'stopped')}>unload all</button>
        </span>
      </div>
      <Filters cards={gpus.value} />
      {frozen && <Note tone="warn">Frozen: requests load and unload nothing until the thaw.</Note>}
      {!live.value.known && <Empty>{connection.value.kind === 'refused' ? connection.value.why : 'Asking…'}</Empty>}
      {live.value.known && !shown.length && (
        <Empty>{models.value.length ? 'No model is like that.' : 'The configuration has no models.'}</Empty>
      )}
      <ul class="models">{shown.map((model) => <Row key={model.id} model={model} why={why.get(model.id) ?? ''} />)}</ul>
      {live.value.known && <p class="faint">{plural(shown.length, 'model')}</p>}
    </section>
  );
}
