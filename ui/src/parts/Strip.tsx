// What runs, loads, failed and waits, in one line that is always in sight.
import type {Model} from '../api/schema';
import {gpus, live, models} from '../store/app';
import {clock, share} from '../store/format';
import {GLYPHS, moodOf, ofNote, VERDICTS} from '../store/models';
import {hashOf} from '../store/route';

function told(model: Model): string {
  const {loading} = model;
  const parts = loading
    ? [`${loading.stage}${loading.percent === null ? '' : ` ${loading.percent}%`}`, clock(loading.elapsed_s)]
    : model.fit?.verdict && moodOf(model) === 'ready' ? [VERDICTS[model.fit.verdict]?.words ?? ''] : [moodOf(model)];
  if (model.in_flight) parts.push(`${model.in_flight} running`);
  if (model.waiting) parts.push(`${model.waiting} waiting`);
  return parts.join(' · ');
}

export function Strip() {
  if (!live.value.known) return null;
  const shown = ofNote(models.value);
  return (
    <section class="strip" aria-label="Now">
      <ul>
        {gpus.value?.gpus.map((gpu) => (
          <li key={`gpu${gpu.index}`} class="strip-gpu"><a href="#/gpus">GPU {gpu.index} <span class="faint">{share(gpu.used, gpu.total)}</span></a></li>
        ))}
        {!shown.length && <li class="faint">No model is loaded.</li>}
        {shown.map((model) => (
          <li key={model.id}>
            <a href={hashOf('models', [model.id])}>
              <span class={`state is-${moodOf(model)}`} aria-hidden="true">{GLYPHS[moodOf(model)]}</span> <b>{model.id}</b> <span class="faint">{told(model)}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
