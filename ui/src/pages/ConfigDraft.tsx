// A configuration that is not in force: what the daemon thinks of a text, and what it would do with it. The
// text stays in the tab, but where the file may be written an admin can put it there.
import {useEffect, useRef, useState} from 'preact/hooks';
import {ApiError, ask, errorOf, isAbort, messageOf} from '../api/http';
import type {Config, ConfigChecked, Diagnostic, Reloaded} from '../api/schema';
import {useSettled} from '../parts/hooks';
import {Dialog, Note, save} from '../parts/parts';
import {askForKey} from '../store/app';
import {readFile, writeFile, type FileText} from '../store/configfile';
import {plural} from '../store/format';
import {diff} from '../store/linediff';
import {yaml} from '../store/yaml';

const QUIET = 400; // ms without a key before the daemon is asked

async function check(text: string, signal: AbortSignal): Promise<ConfigChecked> {
  const answer = await ask('api/config/check', {method: 'POST', body: text, headers: {'Content-Type': 'text/plain'}, signal});
  if (!answer.ok) throw await errorOf(answer);
  return (await answer.json()) as ConfigChecked;
}

// Null: not asked yet. An answer stays while the next one is awaited.
function useChecked(text: string) {
  const settled = useSettled(text, QUIET);
  const [checked, setChecked] = useState<ConfigChecked | null>(null);
  const [error, setError] = useState('');
  useEffect(() => {
    const abort = new AbortController();
    setError('');
    if (!settled) return setChecked(null);
    check(settled, abort.signal).then(setChecked, (problem) => isAbort(problem) || setError(messageOf(problem)));
    return () => abort.abort();
  }, [settled]);
  return {checked, error, waiting: text !== settled};
}

// Columns count bytes, a text area counts UTF-16.
function offsetOf(text: string, line: number, column: number): number {
  const lines = text.split('\n');
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const bytes = new TextEncoder().encode(lines[line - 1] ?? '').slice(0, Math.max(0, column - 1));
  return before + new TextDecoder().decode(bytes).length;
}

function Findings({found, onGo}: {found: Diagnostic[]; onGo: (one: Diagnostic) => void}) {
  return (
    <ul class="findings" aria-label="Findings">
      {found.map((one, at) => (
        <li key={at} class={one.severity === 'error' ? 'is-bad' : 'is-warn'}>
          <b>{one.severity === 'error' ? '✖ error' : '▲ warning'}</b>{' '}
          {one.line > 0 && <button type="button" class="quiet" onClick={() => onGo(one)}>line {one.line}</button>} {one.message}
          {one.hint && <span class="faint"> ({one.hint})</span>}
        </li>
      ))}
    </ul>
  );
}

function WouldHappen({changes}: {changes: NonNullable<ConfigChecked['changes']>}) {
  const parts = [
    ['added', changes.added], ['removed, once idle', changes.removed], ['started otherwise from then on: restarted, once idle, if they run', changes.renewed],
    ['go on as they are', changes.kept], ['counts from the next start of paddock on', changes.next_start],
  ] as const;
  return (
    <dl class="facts-list">
      {parts.filter(([, names]) => names.length).map(([what, names]) => [<dt key={what}>{what}</dt>, <dd key={what + '='}>{names.join(', ')}</dd>])}
    </dl>
  );
}

const SIGNS = {same: ' ', gone: '-', new: '+', skip: ''} as const;

function Difference({before, now}: {before: string; now: string}) {
  const lines = diff(before, now);
  if (!lines.length) return <p class="is-good">✓ means the same as what is in force, but for what is masked</p>;
  return (
    <pre class="diff" tabIndex={0} aria-label="What is different from what is in force">
      {lines.map((one, at) => (
        <span key={at} class={`is-${one.kind}`}>{one.kind === 'skip' ? `… ${plural(Number(one.text), 'line')} the same …` : `${SIGNS[one.kind]} ${one.text}`}{'\n'}</span>
      ))}
    </pre>
  );
}

interface WriteProps {
  text: string;
  file: FileText;
  changes: NonNullable<ConfigChecked['changes']>;
  onDone: (done: Reloaded, now: FileText) => void;
  onReread: () => void;
}

// The last step: what comes of it is said once more, and what stood in its way.
function Write({text, file, changes, onDone, onReread}: WriteProps) {
  const [sure, setSure] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const write = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const {done, now} = await writeFile(text, file);
      onDone(done, now);
    } catch (failed) {
      if (!askForKey.value) setProblem(failed);
    }
    setBusy(false);
    setSure(false);
  };
  const passed = problem instanceof ApiError && problem.code === 'config_changed';
  return (
    <>
      {problem !== null && <Note tone="bad">{messageOf(problem)} {passed && <button type="button" onClick={onReread}>put the file’s text here, in place of mine</button>}</Note>}
      <p><button type="button" class="main" disabled={busy} onClick={() => setSure(true)}>apply …</button></p>
      {sure && (
        <Dialog title="Write the file and use it?" onClose={() => setSure(false)}>
          <WouldHappen changes={changes} />
          <p class="faint">Running answers are not cut. What was in the file stays beside it, as .bak.</p>
          <div class="buttons">
            <button type="button" class="main" disabled={busy} onClick={() => void write()}>write and use it</button>
            <button type="button" onClick={() => setSure(false)}>cancel</button>
          </div>
        </Dialog>
      )}
    </>
  );
}

export function ConfigDraft({inForce, onApplied}: {inForce: Config; onApplied: (done: Reloaded) => void}) {
  const [text, setText] = useState('');
  const [file, setFile] = useState<FileText | null>(null);
  const [refused, setRefused] = useState('');
  const edit = async () => {
    setRefused('');
    try {
      const found = await readFile();
      setFile(found);
      setText(found.text);
    } catch (failed) {
      if (!askForKey.value) setRefused(messageOf(failed));
    }
  };
  const {checked, error, waiting} = useChecked(text);
  const area = useRef<HTMLTextAreaElement>(null);
  const numbers = useRef<HTMLPreElement>(null);
  const rows = text.split('\n').length;
  const now = yaml(inForce.config);
  const go = ({line, column}: Diagnostic) => {
    const at = offsetOf(text, line, column);
    area.current?.focus();
    area.current?.setSelectionRange(at, at);
    if (area.current) area.current.scrollTop = Math.max(0, (line - 3) * (area.current.scrollHeight / rows));
  };
  return (
    <section class="card" aria-labelledby="draft">
      <h2 id="draft">What if the file said …</h2>
      <p class="faint">
        {inForce.files.length > 1 && `The text stands for all ${inForce.files.length} files. `}
        Judged by the daemon as you type; nothing is written{inForce.not_writable === null ? ' before you say so' : ''}.{' '}
        {inForce.not_writable === null ? 'The file has secrets, which are shown with it.' : `The file itself has secrets and is not shown: paste it, open it, or begin with what is in force. And ${inForce.not_writable}.`}
      </p>
      <div class="filters">
        <label>open a file <input type="file" accept=".yml,.yaml" onChange={(event) => void event.currentTarget.files?.[0]?.text().then(setText)} /></label>
        {inForce.not_writable === null && <button type="button" class="main" onClick={() => void edit()}>{file ? 'get the file again' : 'edit the file'}</button>}
        <button type="button" onClick={() => setText(now + '\n')}>begin with what is in force</button>
        <button type="button" disabled={!text} onClick={() => save('config.yaml', 'application/yaml', [text])}>save as a file</button>
      </div>
      <div class="editor">
        <pre ref={numbers} aria-hidden="true">{Array.from({length: rows}, (_, at) => at + 1).join('\n')}</pre>
        <textarea ref={area} aria-labelledby="draft" spellcheck={false} autocomplete="off" wrap="off" rows={14} value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onScroll={(event) => numbers.current && (numbers.current.scrollTop = event.currentTarget.scrollTop)} />
      </div>
      <div role="status">
        {text && (waiting || !checked) && !error && <p class="faint">Asking…</p>}
        {text && checked && !waiting && (checked.diagnostics.length ? plural(checked.diagnostics.length, 'finding') : <span class="is-good">✓ nothing to complain of</span>)}
      </div>
      {error && <Note tone="bad">{error}</Note>}
      {refused && <Note tone="bad">{refused}</Note>}
      {/(^|[\s"'=])\*\*\*/m.test(text) && <Note tone="warn">`***` stands where a secret is not shown. Put the secret there before you use the text.</Note>}
      {text && checked && (
        <>
          <Findings found={checked.diagnostics} onGo={go} />
          {checked.changes && <><h3>What it would do</h3><WouldHappen changes={checked.changes} /></>}
          {file && inForce.not_writable === null && !waiting && checked.changes && text !== file.text && (
            <Write text={text} file={file} changes={checked.changes} onReread={() => void edit()}
              onDone={(done, now) => (setFile(now), onApplied(done))} />
          )}
          {checked.config && <><h3>What is different from what is in force</h3><Difference before={now} now={yaml(checked.config)} /></>}
        </>
      )}
    </section>
  );
}
