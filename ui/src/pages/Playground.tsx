// To try a model: a conversation with the time of each answer, or a picture.
import type {FunctionComponent} from 'preact';
import {useEffect, useRef, useState} from 'preact/hooks';
import {ExchangeView} from '../parts/ExchangeView';
import {Markdown} from '../parts/Markdown';
import {copy, Empty, Note, Tabs} from '../parts/parts';
import {models, notify, now, storedKey} from '../store/app';
import {requestOf, timing, type Turn} from '../store/chat';
import {curlOf, exchange} from '../store/exchange';
import {hashOf, route, setQuery} from '../store/route';
import {Images} from './Pictures';
import {LoadTest, Nearness, Reranking, Speech, Transcription} from './Tryouts';
import {again, busy, forget, say, settings, stop, takeBack, turns} from '../store/talk';

const IMAGE_LIMIT = 20 << 20;

function read(file: File): Promise<string> {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result as string);
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
}

function ModelChoice() {
  const model = route.value.query.model ?? '';
  return (
    <select aria-label="Model" value={model} onChange={(event) => setQuery({model: event.currentTarget.value})}>
      <option value="">choose a model</option>
      {models.value.map((one) => <option key={one.id} value={one.id}>{one.id}{one.state === 'ready' ? ' ●' : ''}</option>)}
    </select>
  );
}

function Turns({onEdit, model}: {onEdit: (at: number) => void; model: string}) {
  return (
    <ol class="turns">
      {turns.value.map((turn, at) => <li key={at} class={`turn is-${turn.role}`}><One turn={turn} onEdit={() => onEdit(at)} last={at === turns.value.length - 1} model={model} /></li>)}
    </ol>
  );
}

function One({turn, onEdit, last, model}: {turn: Turn; onEdit: () => void; last: boolean; model: string}) {
  if (turn.role === 'user') {
    return (
      <>
        <p class="said">{turn.text}</p>
        {turn.images.map((image, at) => <img key={at} src={image} alt="attached" />)}
        {!busy.value && <button type="button" class="quiet" onClick={onEdit}>edit</button>}
      </>
    );
  }
  return (
    <>
      {turn.thinking && <details><summary>thinking</summary><p class="said faint">{turn.thinking}</p></details>}
      {turn.text && <Markdown text={turn.text} />}
      {turn.state === 'waiting' && <p class="faint">{turn.note || 'waits'} …</p>}
      {turn.error && <Note tone="bad">{turn.error}</Note>}
      <p class="faint timing">
        {timing(turn, now.value)}{turn.state === 'stopped' && ' · stopped'}{' '}
        {turn.text && <button type="button" class="quiet" onClick={() => void copied(turn.text)}>copy</button>}
        {last && !busy.value && model && <button type="button" class="quiet" onClick={() => void again(model)}>again</button>}
      </p>
    </>
  );
}

function Settings() {
  const set = (name: 'system' | 'temperature' | 'most') => (event: {currentTarget: {value: string}}) =>
    (settings.value = {...settings.value, [name]: event.currentTarget.value});
  const {system, temperature, most} = settings.value;
  return (
    <details class="settings">
      <summary>settings</summary>
      <label class="field">System prompt<textarea rows={2} value={system} onInput={set('system')} /></label>
      <label class="field">Temperature<input type="number" min="0" max="2" step="0.1" placeholder="the server’s" value={temperature} onInput={set('temperature')} /></label>
      <label class="field">At most so many tokens<input type="number" min="1" placeholder="the server’s" value={most} onInput={set('most')} /></label>
    </details>
  );
}

const copied = (text: string) => copy(text).then((done) => notify(done ? 'copied' : 'the browser does not let it'));

// With what has been typed and not been sent.
function asShell(model: string, text: string, images: string[]): string {
  const all = text.trim() || images.length ? [...turns.value, {role: 'user' as const, text, images}] : turns.value;
  const body = JSON.stringify(requestOf(all, {...settings.value, model}), null, 1);
  return curlOf({path: 'v1/chat/completions', body, form: null}, !!storedKey());
}

function Chat({model}: {model: string}) {
  const [text, type] = useState('');
  const [images, attach] = useState<string[]>([]);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = document.scrollingElement;
    if (box && box.scrollHeight - box.scrollTop - box.clientHeight < 200) end.current?.scrollIntoView({block: 'end'});
  }, [turns.value]);
  const submit = (event?: Event) => {
    event?.preventDefault();
    if (busy.value || !model || !(text.trim() || images.length)) return;
    void say(model, text, images);
    type('');
    attach([]);
  };
  const edit = (at: number) => {
    const said = takeBack(at);
    if (said) type(said.text), attach(said.images);
  };
  const add = async (files: FileList | null) => {
    const chosen = [...(files ?? [])].filter((file) => file.type.startsWith('image/') && file.size <= IMAGE_LIMIT).slice(0, 5);
    attach([...images, ...(await Promise.all(chosen.map(read)))].slice(0, 5));
  };
  return (
    <>
      <Settings />
      {!turns.value.length && <Empty>Nothing has been said. Nobody but the model hears it; it is gone when this tab is closed.</Empty>}
      <Turns onEdit={edit} model={model} />
      <form class="say" onSubmit={submit}>
        <textarea data-search rows={3} aria-label="Message" placeholder="Enter sends, Shift+Enter is a new line" value={text} onInput={(event) => type(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Enter' && !event.shiftKey && !event.isComposing && submit(event)} />
        {images.map((image, at) => <img key={at} src={image} alt="to be sent" />)}
        <span class="buttons">
          <label class="button">image<input type="file" class="hidden" accept="image/*" multiple onChange={(event) => void add(event.currentTarget.files)} /></label>
          {turns.value.length > 0 && !busy.value && <button type="button" class="quiet" onClick={forget}>start anew</button>}
          {model && <button type="button" class="quiet" title="this conversation, for a shell" onClick={() => void copied(asShell(model, text, images))}>copy as curl</button>}
          {busy.value
            ? <button type="button" class="main" onClick={stop}>stop</button>
            : <button type="submit" class="main" disabled={!model}>send</button>}
        </span>
      </form>
      <div ref={end} />
    </>
  );
}

const MODES: Record<string, [string, FunctionComponent<{model: string}>]> = {
  chat: ['Chat', Chat], image: ['Image', Images], speech: ['Speech', Speech], transcribe: ['Transcription', Transcription],
  embed: ['Embedding', Nearness], rerank: ['Rerank', Reranking], load: ['Load test', LoadTest],
};

export function Playground() {
  const {query, rest} = route.value;
  const mode = Object.hasOwn(MODES, rest[0] ?? '') ? rest[0]! : 'chat';
  const Mode = MODES[mode]![1];
  const model = query.model ?? '';
  useEffect(() => () => void (exchange.value = null), [mode]);
  return (
    <section aria-labelledby="title">
      <div class="title"><h1 id="title">Playground</h1><ModelChoice /></div>
      <Tabs tabs={Object.entries(MODES).map(([id, [name]]) => [id, name])} now={mode} href={(one) => hashOf('play', [one], {model})} />
      <Mode key={mode} model={model} />
      {mode !== 'load' && <ExchangeView />}
    </section>
  );
}
