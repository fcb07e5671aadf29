// Load, unload, restart, cancel: with what it would cost others said before.
import {useState} from 'preact/hooks';
import {get, messageOf, post, segment} from '../api/http';
import type {Model, Plan} from '../api/schema';
import {askForKey, notify} from '../store/app';
import {moodOf} from '../store/models';

export const verb = (id: string, word: string, mode?: string) =>
  post(`api/models/${segment(id)}/${word}`, mode ? {mode} : {});

// What stands between a click and the deed.
type Question = {what: 'load'; plan: Plan} | {what: 'unload'} | null;

export function useActions(model: Model) {
  const [question, ask] = useState<Question>(null);
  const [error, setError] = useState('');
  const run = async (word: string, mode?: string) => {
    ask(null);
    setError('');
    try {
      await verb(model.id, word, mode);
      notify(`${model.id}: ${word} done`);
    } catch (problem) {
      if (!askForKey.value) setError(messageOf(problem));
    }
  };
  const load = async (now: boolean) => {
    if (now) return run('load');
    const plan = await get<Plan>('api/plan', {model: model.id}).catch(() => null);
    if (plan && (plan.evict.length || plan.action === 'wait')) ask({what: 'load', plan});
    else void run('load');
  };
  const unload = (now: boolean) => {
    if (!now && model.in_flight > 0) ask({what: 'unload'});
    else void run('unload', now ? 'now' : undefined);
  };
  return {question, error, run, load, unload, dismiss: () => (ask(null), setError(''))};
}

export type Actions = ReturnType<typeof useActions>;

export function Buttons({model, actions}: {model: Model; actions: Actions}) {
  const mood = moodOf(model);
  const {load, unload, run} = actions;
  return (
    <span class="buttons">
      {(mood === 'stopped' || mood === 'failed') && (
        <button type="button" data-verb="load" title="Shift: do not ask" onClick={(event) => void load(event.shiftKey)}>
          {mood === 'failed' ? 'retry' : 'load'}
        </button>
      )}
      {mood === 'loading' && <button type="button" data-verb="cancel" onClick={() => void run('cancel')}>cancel</button>}
      {mood === 'ready' && <button type="button" data-verb="restart" class="quiet" onClick={() => void run('restart')}>restart</button>}
      {mood === 'ready' && <button type="button" data-verb="unload" title="Shift: now" onClick={(event) => unload(event.shiftKey)}>unload</button>}
    </span>
  );
}

export function Question({model, actions}: {model: Model; actions: Actions}) {
  const {question, error, run, dismiss} = actions;
  if (error) {
    return (
      <div class="note is-bad" role="alert">
        <span>{error}</span> <button type="button" class="quiet" onClick={dismiss}>dismiss</button>
      </div>
    );
  }
  if (!question) return null;
  if (question.what === 'unload') {
    return (
      <div class="note is-warn" role="group" aria-label={`Unload ${model.id}`}>
        It works on {model.in_flight} now.{' '}
        <button type="button" class="main" onClick={() => void run('unload', 'drain')}>after them</button>{' '}
        <button type="button" onClick={() => void run('unload', 'now')}>now, cutting them</button>{' '}
        <button type="button" class="quiet" onClick={dismiss}>not at all</button>
      </div>
    );
  }
  const {plan} = question;
  return (
    <div class="note is-warn" role="group" aria-label={`Load ${model.id}`}>
      {plan.reason}. {model.fit?.forecast && <>{model.fit.forecast.sentence}. </>}
      <button type="button" class="main" data-verb="confirm" onClick={() => void run('load')}>
        {plan.evict.length ? `load (unloads ${plan.evict.join(', ')})` : 'load'}
      </button>{' '}
      <button type="button" class="quiet" onClick={dismiss}>not now</button>
    </div>
  );
}
