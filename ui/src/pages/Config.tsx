// The configuration in force, what was found in it, what would come of a request, and of another file.
import {useState} from 'preact/hooks';
import {messageOf, post} from '../api/http';
import type {Config, Diagnostic, Plan, Reloaded} from '../api/schema';
import {useAsked} from '../parts/hooks';
import {copy, Empty, Note} from '../parts/parts';
import {askForKey, models, notify} from '../store/app';
import {time} from '../store/format';
import {route, setQuery} from '../store/route';
import {yaml} from '../store/yaml';
import {ConfigDraft} from './ConfigDraft';
import {Together} from './Together';

function Findings({found}: {found: Diagnostic[]}) {
  return (
    <ul class="findings">
      {found.map((one, at) => (
        <li key={at} class={one.severity === 'error' ? 'is-bad' : 'is-warn'}>
          <b>{one.severity === 'error' ? '✖ error' : '▲ warning'}</b> <code>{one.file}:{one.line}:{one.column}</code> {one.message}
          {one.hint && <span class="faint"> ({one.hint})</span>}
        </li>
      ))}
    </ul>
  );
}

function Changes({done}: {done: Reloaded}) {
  const parts = [['added', done.added], ['removed', done.removed], ['started otherwise from now on', done.renewed], ['counts from the next start of paddock on', done.next_start]] as const;
  const said = parts.filter(([, names]) => names.length);
  return (
    <Note tone="good">
      {said.length ? said.map(([what, names]) => <div key={what}>{what}: {names.join(', ')}</div>) : 'Read again; no model is different.'}
    </Note>
  );
}

// What would come of one more request, as things are, or if just these were loaded.
function PlanTester() {
  const {plan: id = '', loaded} = route.value.query;
  const running = loaded === undefined ? null : loaded.split('\n').filter(Boolean);
  const query = {model: id, ...(running === null ? {} : {running: running.length ? running : undefined})};
  // Nothing at all is said by an empty `running`.
  const path = id ? 'api/plan' + (running?.length === 0 ? '?running=' : '') : null;
  const {data, error} = useAsked<Plan>(path, query, running === null ? 3000 : 0);
  const put = (names: string[] | null) => setQuery({loaded: names === null ? undefined : names.join('\n') || '\n'});
  return (
    <section class="card" aria-labelledby="plan">
      <h2 id="plan">What would happen if …</h2>
      <div class="filters">
        <label>a request came for{' '}
          <select value={id} onChange={(event) => setQuery({plan: event.currentTarget.value})}>
            <option value="">choose a model</option>
            {models.value.map((one) => <option key={one.id} value={one.id}>{one.id}</option>)}
          </select>
        </label>
        <label class="check"><input type="checkbox" checked={running !== null} onChange={(event) => put(event.currentTarget.checked ? [] : null)} /> and just these were loaded:</label>
      </div>
      {running !== null && (
        <div class="chips" role="group" aria-label="Loaded">
          {models.value.map((one) => (
            <button key={one.id} type="button" aria-pressed={running.includes(one.id)}
              onClick={() => put(running.includes(one.id) ? running.filter((name) => name !== one.id) : [...running, one.id])}>{one.id}</button>
          ))}
        </div>
      )}
      {error && <Note tone="bad">{error}</Note>}
      {id && data && (
        <dl class="facts-list">
          <dt>then</dt><dd><b>{data.action}</b></dd>
          {data.evict.length > 0 && [<dt key="a">goes</dt>, <dd key="b">{data.evict.join(', ')}</dd>]}
          <dt>because</dt><dd>{data.reason}</dd>
          {data.set && [<dt key="c">set</dt>, <dd key="d">{data.set}, cost {data.cost}{!data.exact && '; there may be a cheaper way'}</dd>]}
        </dl>
      )}
    </section>
  );
}

export function ConfigPage() {
  const {data, error, refresh} = useAsked<Config>('api/config');
  const [done, setDone] = useState<Reloaded | null>(null);
  const [problem, setProblem] = useState('');
  const reload = async () => {
    setDone(null);
    setProblem('');
    try {
      setDone(await post<Reloaded>('api/config/reload'));
    } catch (failed) {
      if (!askForKey.value) setProblem(messageOf(failed));
    }
    refresh();
  };
  const text = data ? yaml(data.config) : '';
  return (
    <section aria-labelledby="title">
      <div class="title">
        <h1 id="title">Config</h1>
        <span class="buttons">
          <button type="button" onClick={() => void copy(text).then((ok) => notify(ok ? 'copied' : 'the browser does not let it'))} disabled={!data}>copy</button>
          <button type="button" class="main" onClick={() => void reload()}>read the files again</button>
        </span>
      </div>
      {error && <Note tone="bad">{error}</Note>}
      {problem && <Note tone="bad">{problem}</Note>}
      {done && <Changes done={done} />}
      {data && (
        <>
          <p class="faint">{data.files.join(', ')} · in force since {time(data.loaded)} · {data.watched ? 'read again when it changes' : 'read again when asked to'}</p>
          {data.rejected && <Note tone="bad">The files were read at {time(data.rejected.at)} and refused; what is below is still in force.<Findings found={data.rejected.diagnostics} /></Note>}
          {data.diagnostics.length > 0 ? <Findings found={data.diagnostics} /> : <p class="is-good">✓ nothing to complain of</p>}
          <PlanTester />
          <Together again={data.loaded} />
          <ConfigDraft inForce={data} onApplied={(applied) => (setProblem(''), setDone(applied), refresh())} />
          <h2>In force, with secrets masked</h2>
          <ol class="yaml" tabIndex={0} aria-label="The configuration in force">{text.split('\n').map((line, at) => <li key={at}>{line}</li>)}</ol>
        </>
      )}
      {!data && !error && <Empty>Asking…</Empty>}
    </section>
  );
}
