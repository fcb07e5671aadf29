// One model: what it is, does it fit, how its launches went.
import type {Fit, Launch} from '../api/schema';
import {segment} from '../api/http';
import {FitCard} from '../parts/FitCard';
import {Buttons, Question, useActions} from '../parts/ModelActions';
import {Slots} from '../parts/Slots';
import {useAction, useAsked} from '../parts/hooks';
import {Empty, Note, State, Tabs, Verdict} from '../parts/parts';
import {inFlight, live, models, now} from '../store/app';
import {DAY, lastDay} from '../store/day';
import {duration, span, time} from '../store/format';
import {hashOf, route} from '../store/route';
import type {Model} from '../api/schema';
import {Failure, Loading, Stays} from './Models';
import {RequestTable} from './Activity';

function Overview({model}: {model: Model}) {
  const launch = model.launch;
  const own = inFlight.value.filter((one) => one.model === model.id);
  const facts: [string, unknown][] = [
    ['description', model.description], ['aliases', model.aliases.join(', ')],
    ['ttl', model.ttl ? `${span(model.ttl)} without requests` : 'never unloaded by itself'],
    ['requests', `${model.in_flight} running, ${model.waiting} waiting`],
    ['process', launch?.pid && !launch.ended ? `pid ${launch.pid}, port ${launch.port}` : ''],
    ['started', launch ? `${time(launch.started)}, for ${launch.reason}` : ''],
    ['loading took', launch?.load_ms ? duration(launch.load_ms) : ''],
    ['ended', launch?.ended ? time(launch.ended) : ''],
    ['added to its environment', Object.entries(launch?.injected ?? {}).map(([name, value]) => `${name}=${value}`).join(' ')],
  ];
  return (
    <>
      <dl class="facts-list">
        {facts.filter(([, value]) => value).map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={name + '='}>{String(value)}</dd>])}
      </dl>
      <h2>Command</h2>
      <pre class="command">{launch?.cmd || model.cmd}</pre>
      <Slots model={model} />
      {own.length > 0 && <><h2>Requests</h2><RequestTable requests={own} /></>}
    </>
  );
}

function Fits({model}: {model: Model}) {
  const changed = `${model.fit?.launch} ${model.fit?.verdict} ${model.fit?.sentence} ${model.state}`;
  const {data, error} = useAsked<Fit>(`api/models/${segment(model.id)}/fit`, {}, 0, changed);
  if (error) return <Note tone="bad">{error}</Note>;
  return data ? <FitCard fit={data} /> : <Empty>Asking…</Empty>;
}

const SHADES = {stopped: '', loading: 'c3', ready: 'c0', failed: 'c5'};

// The last day at a glance; the list below has it in words.
function Day({launches}: {launches: Launch[]}) {
  const stretches = lastDay(launches, now.value);
  const share = (what: string) => stretches.reduce((sum, one) => sum + (one.what === what ? one.to - one.from : 0), 0);
  const words = (['ready', 'loading', 'failed'] as const).filter((what) => share(what) > 0).map((what) => `${what} ${duration(share(what))}`);
  return (
    <figure>
      <figcaption class="faint">the last 24 hours: {words.join(', ') || 'stopped'}</figcaption>
      <div class="bar" role="img" aria-label={`The last 24 hours: ${words.join(', ') || 'stopped'}`}>
        {stretches.map((one) => (
          <span key={one.from} class={SHADES[one.what]} style={{width: `${((one.to - one.from) / DAY) * 100}%`}}
            title={`${one.what} ${time(new Date(one.from).toISOString())} to ${time(new Date(one.to).toISOString())}`} />
        ))}
      </div>
    </figure>
  );
}

function Launches({model}: {model: Model}) {
  const changed = `${model.launch?.generation} ${model.state}`;
  const {data, error} = useAsked<{launches: Launch[]}>(`api/models/${segment(model.id)}/launches`, {}, 0, changed);
  if (error) return <Note tone="bad">{error}</Note>;
  if (!data) return <Empty>Asking…</Empty>;
  if (!data.launches.length) return <Empty>It has not been started yet.</Empty>;
  return (
    <>
      <Day launches={data.launches} />
      <ol class="launches">
        {data.launches.map((launch) => (
          <li key={launch.generation}>
            <p>
              <b>{launch.generation}</b> · {time(launch.started)} · {launch.reason}
              {launch.load_ms !== null && ` · ready after ${duration(launch.load_ms)}`}
              {launch.ended ? ` · ended ${time(launch.ended)}` : ' · runs'}
              {launch.exit !== null && ` · exit ${launch.exit}`}
              {launch.signal !== null && ` · signal ${launch.signal}`}{' '}
              <a href={hashOf('logs', [], {model: model.id, launch: String(launch.generation)})}>log</a>
            </p>
            {launch.failure && <Note tone="bad">{launch.failure.message}</Note>}
            {launch.tail && <details><summary>its last lines</summary><pre class="proof">{launch.tail}</pre></details>}
          </li>
        ))}
      </ol>
    </>
  );
}

export function ModelPage({id}: {id: string}) {
  const model = models.value.find((one) => one.id === id || one.aliases.includes(id));
  if (!model) return <Empty>{live.value.known ? `No model is called ${id}.` : 'Asking…'}</Empty>;
  return <Detail key={model.id} model={model} />;
}

function Detail({model}: {model: Model}) {
  const actions = useActions(model);
  useAction('load', () => void actions.load(false));
  useAction('unload', () => actions.unload(false));
  const tab = route.value.query.tab ?? 'overview';
  return (
    <section aria-labelledby="title" data-model={model.id}>
      <p class="crumbs"><a href="#/models">Models</a></p>
      <div class="title">
        <h1 id="title">{model.id}</h1>
        <State model={model} />
        {model.unloads_at && <Stays model={model} />}
        {model.fit && <Verdict verdict={model.fit.verdict} />}
        <Buttons model={model} actions={actions} />
      </div>
      <Loading model={model} />
      <Failure model={model} />
      <Question model={model} actions={actions} />
      <Tabs
        tabs={[['overview', 'Overview'], ['fit', 'Fit'], ['launches', 'Launches']]}
        now={tab}
        href={(one) => hashOf('models', [model.id], {tab: one === 'overview' ? '' : one})}
      />
      <p class="links">
        <a href={hashOf('logs', [], {model: model.id})}>logs</a> <a href={hashOf('activity', [], {model: model.id})}>activity</a>{' '}
        <a href={hashOf('play', [], {model: model.id})}>try it</a>
      </p>
      {tab === 'fit' ? <Fits model={model} /> : tab === 'launches' ? <Launches model={model} /> : <Overview model={model} />}
    </section>
  );
}
