// The playground's other modes: speech, transcription, nearness, ranking, and many requests at once.
import {useEffect, useRef, useState} from 'preact/hooks';
import {get, isAbort, messageOf} from '../api/http';
import {Microphone} from '../parts/Microphone';
import {copy, Note} from '../parts/parts';
import {models, notify, now} from '../store/app';
import {tried, triedJson} from '../store/exchange';
import {count, duration, rate} from '../store/format';
import {bounded, drawn, MOST_STREAMS, sent, startTest, stopTest, summed, testing} from '../store/loadtest';
import {lines, nearest, reranked, voicesOf, type Ranked} from '../store/rank';

// One request at a time, which can be stopped, and ends with the page.
export function useTry<T>() {
  const [result, setResult] = useState<{value: T; took: number} | null>(null);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const run = async (work: (signal: AbortSignal) => Promise<T>) => {
    abort.current?.abort();
    const control = new AbortController();
    abort.current = control;
    setError('');
    setBusy(true);
    const begin = Date.now();
    try {
      const value = await work(control.signal);
      setResult({value, took: Date.now() - begin});
    } catch (problem) {
      if (!isAbort(problem)) setError(messageOf(problem));
    }
    if (abort.current === control) setBusy(false);
  };
  return {result, error, busy, run, stop: () => abort.current?.abort()};
}

type Try = ReturnType<typeof useTry<never>>;

export function Go({of: {busy, error, stop}, word, ready}: {of: Pick<Try, 'busy' | 'error' | 'stop'>; word: string; ready: boolean}) {
  return (
    <>
      <p class="buttons">
        {busy ? <button type="button" class="main" onClick={stop}>stop</button> : <button type="submit" class="main" disabled={!ready}>{word}</button>}
        {busy && <span class="faint" role="status">The model is at it …</span>}
      </p>
      {error && <Note tone="bad">{error}</Note>}
    </>
  );
}

export const submitted = (work: () => void) => (event: Event) => {
  event.preventDefault();
  work();
};

// An address of something in memory, for as long as it is shown.
function useAddress(blob: Blob | undefined): string {
  const [address, setAddress] = useState('');
  useEffect(() => {
    if (!blob) return;
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return address;
}

// Asked for when somebody wants them: that loads the model.
function Voices({model, onChoose}: {model: string; onChoose: (voice: string) => void}) {
  const one = useTry<string[]>();
  const ask = () => one.run(async (signal) => voicesOf(await get<unknown>('v1/audio/voices', {model}, signal)));
  const ready = models.value.find((known) => known.id === model)?.state === 'ready';
  const known = one.result?.value;
  return (
    <div>
      <button type="button" class="quiet" disabled={!model || one.busy} onClick={() => void ask()}>{ready || !model ? 'which voices are there?' : 'which voices are there? (loads it)'}</button>
      {one.error && <Note tone="bad">{one.error}</Note>}
      {known && !known.length && <span class="faint">It names none.</span>}
      {!!known?.length && <span class="chips" role="group" aria-label="Voices">{known.map((name) => <button key={name} type="button" onClick={() => onChoose(name)}>{name}</button>)}</span>}
    </div>
  );
}

export function Speech({model}: {model: string}) {
  const [input, type] = useState('');
  const [voice, setVoice] = useState('');
  const one = useTry<Blob>();
  const address = useAddress(one.result?.value);
  const go = () => one.run(async (signal) => {
    const body = {model, input, ...(voice.trim() ? {voice: voice.trim()} : {})};
    return (await tried('v1/audio/speech', body, signal)).blob();
  });
  return (
    <form onSubmit={submitted(() => void go())}>
      <label class="field">What it shall say<textarea data-search rows={3} value={input} onInput={(event) => type(event.currentTarget.value)} /></label>
      <label class="field">Voice<input placeholder="the server’s" value={voice} onInput={(event) => setVoice(event.currentTarget.value)} /></label>
      <Voices model={model} onChoose={setVoice} />
      <Go of={one} word="say it" ready={!!model && !!input.trim()} />
      {one.result && address && (
        <figure>
          <audio controls src={address} />
          <figcaption class="faint">took {duration(one.result.took)} · <a href={address} download="speech">save</a></figcaption>
        </figure>
      )}
    </form>
  );
}

export function Transcription({model}: {model: string}) {
  const [file, choose] = useState<File | null>(null);
  const [language, setLanguage] = useState('');
  const one = useTry<{text?: string}>();
  const go = () => one.run(async (signal) => {
    const form = new FormData();
    form.append('model', model);
    if (language.trim()) form.append('language', language.trim());
    form.append('file', file!);
    return triedJson<{text?: string}>('v1/audio/transcriptions', form, signal);
  });
  const text = one.result?.value.text ?? '';
  return (
    <form onSubmit={submitted(() => void go())}
      onDragOver={(event) => event.preventDefault()} onDrop={(event) => (event.preventDefault(), choose(event.dataTransfer?.files[0] ?? file))}>
      <label class="field">What was said, as a file (or drop it here)<input data-search type="file" accept="audio/*,video/*" onChange={(event) => choose(event.currentTarget.files?.[0] ?? null)} /></label>
      <Microphone onFile={choose} />
      {file && <p class="faint">{file.name}</p>}
      <label class="field">Language<input placeholder="the server guesses" value={language} onInput={(event) => setLanguage(event.currentTarget.value)} /></label>
      <Go of={one} word="write it down" ready={!!model && !!file} />
      {one.result && (
        <>
          <pre class="proof">{text || '(nothing)'}</pre>
          <p class="faint">took {duration(one.result.took)}{' '}
            <button type="button" class="quiet" onClick={() => void copy(text).then((done) => notify(done ? 'copied' : 'the browser does not let it'))}>copy</button>
          </p>
        </>
      )}
    </form>
  );
}

function Ranking({rows, took}: {rows: Ranked[]; took: number}) {
  return (
    <>
      <table>
        <thead><tr><th scope="col" class="number">score</th><th scope="col">text</th></tr></thead>
        <tbody>{rows.map((row, at) => <tr key={at}><td class="number">{row.score.toFixed(4)}</td><td>{row.text}</td></tr>)}</tbody>
      </table>
      <p class="faint">took {duration(took)}</p>
    </>
  );
}

// Both take a text and others, and put these in order.
function Ordering({kind, model}: {kind: 'embed' | 'rerank'; model: string}) {
  const [query, type] = useState('');
  const [others, typeOthers] = useState('');
  const one = useTry<Ranked[]>();
  const documents = lines(others);
  const go = () => one.run(async (signal) => {
    const texts = [query.trim(), ...documents];
    const rows = kind === 'embed'
      ? nearest(texts, await triedJson<unknown>('v1/embeddings', {model, input: texts}, signal))
      : reranked(documents, await triedJson<unknown>('v1/rerank', {model, query: query.trim(), documents}, signal));
    if (!rows) throw new Error('the answer has no numbers for these texts');
    return rows;
  });
  return (
    <form onSubmit={submitted(() => void go())}>
      <label class="field">{kind === 'embed' ? 'A text' : 'A question'}<input data-search value={query} onInput={(event) => type(event.currentTarget.value)} /></label>
      <label class="field">Others, one a line<textarea rows={5} value={others} onInput={(event) => typeOthers(event.currentTarget.value)} /></label>
      <Go of={one} word={kind === 'embed' ? 'how near are they?' : 'put them in order'} ready={!!model && !!query.trim() && documents.length > 0} />
      {one.result && <Ranking rows={one.result.value} took={one.result.took} />}
    </form>
  );
}

export const Nearness = ({model}: {model: string}) => <Ordering kind="embed" model={model} />;
export const Reranking = ({model}: {model: string}) => <Ordering kind="rerank" model={model} />;

function Gantt({time}: {time: number}) {
  const pieces = drawn(sent.value, time);
  const lanes = [...new Set(pieces.map((one) => one.lane))];
  const percent = (part: number) => `${part * 100}%`;
  return (
    <div class="gantt" role="img" aria-label={`${pieces.length} requests in ${lanes.length} lines of time`}>
      {lanes.map((lane) => (
        <div key={lane} class="gantt-lane">
          {pieces.filter((one) => one.lane === lane).map((one, at) => [
            <span key={at} class="gantt-waits" style={{left: percent(one.left), width: percent(one.waited)}} />,
            <span key={`${at}a`} class={one.state === 'failed' ? 'gantt-failed' : 'c0'} style={{left: percent(one.left + one.waited), width: percent(one.answered)}} />,
          ])}
        </div>
      ))}
    </div>
  );
}

function TestResult() {
  if (!sent.value.length) return null;
  const time = testing.value ? Math.max(now.value, ...sent.value.map((one) => Math.max(one.answer.asked, one.answer.first))) : now.peek();
  const {done, failed, open, first, tokens, rate: speed, errors} = summed(sent.value, time);
  return (
    <>
      <dl class="totals">
        <div><dt>answered</dt><dd>{count(done)}</dd></div>
        {open > 0 && <div><dt>under way</dt><dd>{count(open)}</dd></div>}
        {failed > 0 && <div><dt>failed</dt><dd class="is-bad">{count(failed)}</dd></div>}
        <div><dt>first token, half of them within</dt><dd>{duration(first?.p50)}</dd></div>
        <div><dt>95% within</dt><dd>{duration(first?.p95)}</dd></div>
        <div><dt>tokens</dt><dd>{count(tokens)}</dd></div>
        <div><dt>all together</dt><dd>{rate(speed)}</dd></div>
      </dl>
      <Gantt time={time} />
      <ul class="legend">
        <li><span class="swatch gantt-waits" aria-hidden="true" /> waits</li>
        <li><span class="swatch c0" aria-hidden="true" /> is answered</li>
        {failed > 0 && <li><span class="swatch gantt-failed" aria-hidden="true" /> failed</li>}
      </ul>
      {errors.map(([text, times]) => <Note key={text} tone="bad">{times}×: {text}</Note>)}
    </>
  );
}

export function LoadTest({model}: {model: string}) {
  const [form, set] = useState({prompt: 'Count to twenty.', streams: '4', each: '2', tokens: '64'});
  const field = (name: keyof typeof form) => (event: {currentTarget: {value: string}}) => set({...form, [name]: event.currentTarget.value});
  const plan = bounded({model, prompt: form.prompt, streams: Number(form.streams), each: Number(form.each), tokens: Number(form.tokens)});
  const ready = !!model && !!form.prompt.trim();
  return (
    <form onSubmit={submitted(() => ready && void startTest(plan))}>
      <p class="faint">Chats, as many at once as said. They are requests like any other: they wait, load the model, and count. More than {MOST_STREAMS} at once a browser would hold back itself.</p>
      <label class="field">What each asks<textarea data-search rows={2} value={form.prompt} onInput={field('prompt')} /></label>
      <div class="filters">
        <label>at once <input class="short" type="number" min="1" max={MOST_STREAMS} value={form.streams} onInput={field('streams')} /></label>
        <label>times each <input class="short" type="number" min="1" value={form.each} onInput={field('each')} /></label>
        <label>tokens at most <input class="short" type="number" min="1" value={form.tokens} onInput={field('tokens')} /></label>
        {testing.value
          ? <button type="button" class="main" onClick={stopTest}>stop</button>
          : <button type="submit" class="main" disabled={!ready}>send {plan.streams * plan.each}</button>}
      </div>
      <TestResult />
    </form>
  );
}
