// Small things that several pages show. Text of models, logs and clients goes through JSX as text only.
import type {ComponentChildren} from 'preact';
import {useEffect, useRef} from 'preact/hooks';
import type {FitVerdict, Model} from '../api/schema';
import {bytes} from '../store/format';
import {GLYPHS, moodOf, VERDICTS} from '../store/models';

// A state is a sign and a word, never a colour alone.
export function State({model}: {model: Model}) {
  const mood = moodOf(model);
  const word = mood === 'ready' && model.draining ? 'finishing' : mood;
  return (
    <span class={`state is-${mood}`}>
      <span aria-hidden="true">{GLYPHS[mood]}</span> {word}
    </span>
  );
}

// Nothing for what was never judged.
export function Verdict({verdict}: {verdict: FitVerdict | null}) {
  if (!verdict) return null;
  const {words, tone, glyph} = VERDICTS[verdict] ?? VERDICTS.unknown;
  return (
    <span class={`badge is-${tone}`} data-verdict={verdict}>
      <span aria-hidden="true">{glyph}</span> {words}
    </span>
  );
}

export interface Piece {
  name: string;
  bytes: number;
  kind: string; // a class: `c0`..`c7`, `other`, `unknown`
}

// What fills something of `total` bytes. Who cannot see it gets the same in words.
export function Bar({pieces, total, label}: {pieces: Piece[]; total: number; label: string}) {
  const whole = Math.max(total, pieces.reduce((sum, piece) => sum + piece.bytes, 0), 1);
  const words = pieces.map((piece) => `${piece.name} ${bytes(piece.bytes)}`).join(', ');
  return (
    <div class="bar" role="img" aria-label={`${label}: ${words || 'nothing'} of ${bytes(total)}`}>
      {pieces.map((piece) => (
        <span
          key={piece.name}
          class={piece.kind}
          style={{width: `${(piece.bytes / whole) * 100}%`}}
          title={`${piece.name} ${bytes(piece.bytes)}`}
        />
      ))}
    </div>
  );
}

export function Progress({value, label}: {value: number | null; label: string}) {
  return <progress aria-label={label} max={100} {...(value === null ? {} : {value})} />;
}

// `tone` bad is an alert for who listens.
export function Note({tone = 'plain', children}: {tone?: 'plain' | 'warn' | 'bad' | 'good'; children: ComponentChildren}) {
  return (
    <div class={`note is-${tone}`} role={tone === 'bad' ? 'alert' : undefined}>
      {children}
    </div>
  );
}

export function Empty({children}: {children: ComponentChildren}) {
  return <p class="empty">{children}</p>;
}

export function Dialog({title, onClose, children}: {title: string; onClose: () => void; children: ComponentChildren}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog ref={dialog} aria-label={title} onCancel={(event) => (event.preventDefault(), onClose())}>
      <header>
        <h2>{title}</h2>
        <button type="button" class="quiet" aria-label="Close" onClick={onClose}>
          ✕
        </button>
      </header>
      {children}
    </dialog>
  );
}

export function Tabs({tabs, now, href}: {tabs: [string, string][]; now: string; href: (tab: string) => string}) {
  return (
    <nav class="tabs" aria-label="Parts of this page">
      {tabs.map(([id, name]) => (
        <a key={id} href={href(id)} aria-current={id === now ? 'page' : undefined}>
          {name}
        </a>
      ))}
    </nav>
  );
}

export function save(name: string, type: string, parts: BlobPart[]): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(parts, {type}));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text); // absent over plain http
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}
