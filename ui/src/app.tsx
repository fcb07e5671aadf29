// The frame: what runs in the head, the pages below, the key when one is needed.
import {effect} from '@preact/signals';
import {useEffect, useErrorBoundary, useState} from 'preact/hooks';
import {get, send} from './api/http';
import type {Hardware, Profiles} from './api/schema';
import {About} from './pages/About';
import {Activity} from './pages/Activity';
import {ConfigPage} from './pages/Config';
import {GpuPage} from './pages/Gpus';
import {Logs} from './pages/Logs';
import {ModelPage} from './pages/Model';
import {Models} from './pages/Models';
import {Playground} from './pages/Playground';
import {useAction, useAsked} from './parts/hooks';
import {KeyQuestion} from './parts/KeyQuestion';
import {Dialog, Note} from './parts/parts';
import {Strip} from './parts/Strip';
import {askForKey, connection, dismiss, keyEpoch, live, load, notices, now, profiles, report, setKey, startApp, storedKey, title} from './store/app';
import {sofar} from './store/format';
import {HELP, listen, setShortcuts, shortcuts} from './store/keys';
import {go, hashOf, PAGES, route, watchRoute, type Page} from './store/route';
import {nextTheme, startTheme, theme} from './store/theme';

const NAMES: Record<Page, string> = {
  models: 'Models', gpus: 'GPUs', logs: 'Logs', activity: 'Activity', play: 'Playground', config: 'Config', about: 'About',
};

function Connection() {
  const state = connection.value;
  if (state.kind === 'live') return <span class="connection is-good"><span aria-hidden="true">●</span> live</span>;
  if (state.kind === 'lost') {
    return (
      <span class="connection is-bad" title={state.why}>
        <span aria-hidden="true">▲</span> stale since {sofar(now.value - state.since)}
      </span>
    );
  }
  if (state.kind === 'refused') {
    return <span class="connection is-bad" title={state.why}><span aria-hidden="true">✖</span> {state.status === 401 ? 'needs a key' : 'refused'}</span>;
  }
  return <span class="connection"><span aria-hidden="true">○</span> connecting</span>;
}

function ProfileSwitch() {
  const epoch = keyEpoch.value;
  const active = live.value.daemon?.profile ?? null;
  useEffect(() => {
    get<Profiles>('api/profiles').then((all) => (profiles.value = all), () => undefined);
  }, [epoch, active]);
  const all = profiles.value?.profiles ?? [];
  if (!all.length) return null;
  const change = (name: string) => send('PUT', 'api/profiles/active', {name: name || null}).catch(report);
  return (
    <label class="profile">
      <span class="hidden">Profile</span>
      <select value={active ?? ''} onChange={(event) => void change(event.currentTarget.value)}>
        <option value="">no profile</option>
        {all.map((one) => <option key={one.id} value={one.id}>{one.id}</option>)}
      </select>
    </label>
  );
}

// As the machine calls itself: an address may be a tunnel's or a proxy's.
function Host() {
  const {data} = useAsked<Hardware>('api/hardware');
  const host = data?.capture.host;
  return typeof host === 'string' && host ? <span class="host" title="the machine that paddock runs on">{host}</span> : null;
}

function Head({onHelp}: {onHelp: () => void}) {
  const {running, waiting} = load.value;
  const page = route.value.page;
  return (
    <header class="head">
      <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), document.getElementById('main')?.focus())}>Skip to the page</a>
      <a class="brand" href="#/models">paddock{live.value.daemon && <span class="faint words"> {live.value.daemon.version}</span>}</a>
      <Host />
      <nav aria-label="Pages">
        {PAGES.map((id) => (
          <a key={id} href={hashOf(id)} aria-current={id === page ? 'page' : undefined}>{NAMES[id]}</a>
        ))}
      </nav>
      <div class="status">
        {live.value.daemon?.frozen && <span class="badge is-warn">frozen</span>}
        <a class="load" href="#/activity">
          {running}<span class="words"> running</span> · {waiting}<span class="words"> waiting</span>
        </a>
        <Connection />
        <ProfileSwitch />
        {storedKey() && <button type="button" class="quiet" onClick={() => setKey('')}>forget key</button>}
        <button type="button" class="quiet" onClick={nextTheme} aria-label={`Colours: ${theme.value}`} title={`colours: ${theme.value}`}>
          {theme.value === 'dark' ? '☾' : theme.value === 'light' ? '☀' : '◑'}
        </button>
        <button type="button" class="quiet" onClick={onHelp} aria-label="Help">?</button>
      </div>
    </header>
  );
}

function Help({onClose}: {onClose: () => void}) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="keys">
        {HELP.map(([key, does]) => [<dt key={key}><kbd>{key}</kbd></dt>, <dd key={key + does}>{does}</dd>])}
      </dl>
      <label class="check">
        <input type="checkbox" checked={shortcuts.value} onChange={(event) => setShortcuts(event.currentTarget.checked)} />
        single keys do something
      </label>
    </Dialog>
  );
}

function Notices() {
  return (
    <div class="notices" aria-live="polite">
      {notices.value.map((one) => (
        <div key={one.id} class={`notice is-${one.tone}`}>
          <span>{one.text}</span>
          <button type="button" class="quiet" aria-label="Dismiss" onClick={() => dismiss(one.id)}>✕</button>
        </div>
      ))}
    </div>
  );
}

function Current() {
  const {page, rest} = route.value;
  const [error, reset] = useErrorBoundary();
  const place = page + rest.join('/');
  useEffect(reset, [place]);
  if (error) return <Note tone="bad">This page has a bug: {String((error as Error).message ?? error)}</Note>;
  switch (page) {
    case 'gpus': return <GpuPage />;
    case 'logs': return <Logs />;
    case 'activity': return <Activity />;
    case 'play': return <Playground />;
    case 'config': return <ConfigPage />;
    case 'about': return <About />;
    default: return rest.length ? <ModelPage id={rest.join('/')} /> : <Models />;
  }
}

export function App() {
  const [help, setHelp] = useState(false);
  useEffect(() => {
    const undo = [startTheme(), watchRoute(), listen(), startApp(), effect(() => void (document.title = title.value))];
    return () => undo.forEach((one) => one());
  }, []);
  useAction('help', () => setHelp(true));
  for (const id of PAGES) useAction(`page:${id}`, () => go(hashOf(id)));
  const refused = connection.value;
  return (
    <>
      <Head onHelp={() => setHelp(true)} />
      <Strip />
      <main id="main" tabIndex={-1} class={`page-${route.value.page}`}>
        {refused.kind === 'refused' && refused.status !== 401 && <Note tone="bad">{refused.why}</Note>}
        {live.value.daemon?.shutting_down && <Note tone="warn">paddock is stopping.</Note>}
        <Current />
      </main>
      <Notices />
      {askForKey.value && <KeyQuestion wrong={askForKey.value === 'wrong'} />}
      {help && <Help onClose={() => setHelp(false)} />}
      <span class="hidden" role="status">{connection.value.kind === 'lost' ? 'The connection was lost.' : ''}</span>
    </>
  );
}
