// Who has the memory of each card, now and over the time that this tab has watched.
import {useEffect, useMemo, useRef, useState} from 'preact/hooks';
import type {Fit, Gpu, Gpus, Plan} from '../api/schema';
import {get, segment} from '../api/http';
import {useAsked, useEvery} from '../parts/hooks';
import {ForecastCard} from '../parts/FitCard';
import {Bar, Empty, Note, Verdict, type Piece} from '../parts/parts';
import {gpus, gpusProblem, history, keyEpoch, lookAtGpus, models} from '../store/app';
import {between, bytes, difference, share, time} from '../store/format';
import {beside, places} from '../store/measured';
import {columns, held, lately, marks, unaccounted, type History} from '../store/gpuhistory';
import {theme} from '../store/theme';
import {outcomes, type Outcome} from '../store/whatif';
import {hashOf, route, setQuery} from '../store/route';

function piecesOf(gpu: Gpu, colour: (model: string) => string, shown = gpu.models): Piece[] {
  const rest = unaccounted(gpu);
  return [
    ...shown.map((one) => ({name: one.model, bytes: one.bytes, kind: colour(one.model)})),
    ...gpu.others.map((one) => ({name: `${one.name ?? 'process'} (${one.pid})`, bytes: one.bytes, kind: 'other'})),
    ...(rest ? [{name: 'unaccounted', bytes: rest, kind: 'unknown'}] : []),
  ];
}

const SHADES = [['weights', 'weights', ''], ['kv', 'KV cache', ' shade-1'], ['compute', 'compute', ' shade-2']] as const;

// What a model holds, in the parts that its log tells of; what is left is in no log.
function shaded(piece: Piece, gpu: Gpu, fit: Fit | undefined): Piece[] {
  const own = gpu.models.filter((one) => one.model === piece.name);
  const told = (fit?.devices ?? []).filter((one) => one.card === `GPU ${gpu.index}`);
  if (!told.length || own.some((one) => one.estimated || one.generation !== fit!.launch)) return [piece];
  const parts = SHADES.map(([part, name, shade]) => ({name: `${piece.name}: ${name}`, kind: piece.kind + shade, bytes: told.reduce((sum, one) => sum + (one[part] ?? 0), 0)}));
  const rest = piece.bytes - parts.reduce((sum, one) => sum + one.bytes, 0);
  if (rest < 0) return [piece];
  return [...parts, {name: `${piece.name}: the rest`, kind: `${piece.kind} shade-3`, bytes: rest}].filter((one) => one.bytes > 0);
}

// Of those that are loaded, as their fit was judged last.
function useFits(): Map<string, Fit> {
  const [fits, setFits] = useState(new Map<string, Fit>());
  const judged = models.value.filter((one) => one.state === 'ready' && one.fit?.verdict);
  const wanted = judged.map((one) => `${one.id}\n${one.fit!.launch} ${one.fit!.verdict}`).join('\n\n');
  useEffect(() => {
    const abort = new AbortController();
    const asked = judged.map(({id}) => get<Fit>(`api/models/${segment(id)}/fit`, {}, abort.signal).then((fit) => [id, fit] as const, () => null));
    void Promise.all(asked).then((found) => !abort.signal.aborted && setFits(new Map(found.filter((one) => one !== null))));
    return () => abort.abort();
  }, [wanted, keyEpoch.value]);
  return fits;
}

// By their logs: what lies in RAM for good, and prompts that are kept there.
function Ram({ram, fits, colour}: {ram: NonNullable<Gpus['ram']>; fits: Map<string, Fit>; colour: (model: string) => string}) {
  const used = ram.total - ram.available;
  const own = [...fits].map(([id, {ram: held}]) => ({name: id, kind: colour(id), bytes: (held?.sum ?? 0) + (held?.prompt_cache ?? 0)})).filter((one) => one.bytes > 0);
  const sum = own.reduce((all, one) => all + one.bytes, 0);
  // Weights that are mapped from their file count as available.
  const pieces = sum <= used ? [...own, {name: 'others', bytes: used - sum, kind: 'other'}] : [{name: 'used', bytes: used, kind: 'other'}];
  return (
    <article class="card">
      <h2>RAM</h2>
      <p class="numbers"><b>{share(used, ram.total)}</b> used · {bytes(ram.available)} available</p>
      <Bar pieces={pieces} total={ram.total} label="RAM" />
      {own.length > 0 && (
        <ul class="legend">
          {own.map((piece) => <li key={piece.name}><span class={`swatch ${piece.kind}`} aria-hidden="true" /> {piece.name} <b>{bytes(piece.bytes)}</b></li>)}
          {sum > used && <li class="faint">some of it is mapped from files, and counts as available</li>}
        </ul>
      )}
    </article>
  );
}

const known = (value: number | null, unit: string) => (value === null ? null : `${Math.round(value)} ${unit}`);

function Chart({history: past, card, name, colour}: {history: History; card: number; name: string; colour: (model: string) => string}) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<{setData(data: number[][]): void; destroy(): void; setSize(size: {width: number; height: number}): void} | null>(null);
  const {names, data} = columns(past, card);
  const shape = names.join('\n') + theme.value;
  const latest = useRef(data);
  latest.current = data;
  const found = marks(past, card);
  const latestMarks = useRef(found);
  latestMarks.current = found;
  useEffect(() => {
    let gone = false;
    let watch: ResizeObserver | undefined;
    void import('../parts/chart').then(({memoryChart}) => {
      if (gone || !place.current) return;
      const made = memoryChart(place.current, names, names.map(colour), latest.current, () => latestMarks.current);
      chart.current = made;
      watch = new ResizeObserver(() => place.current && made.setSize({width: place.current.clientWidth, height: 140}));
      watch.observe(place.current);
    });
    return () => {
      gone = true;
      watch?.disconnect();
      chart.current?.destroy();
      chart.current = null;
    };
  }, [shape]);
  useEffect(() => chart.current?.setData(data), [past]);
  return (
    <>
      <div class="chart" ref={place} role="img" aria-label={`Memory of ${name} over time`} />
      {found.length > 0 && (
        <p class="faint" data-marks>
          {found.slice(-3).map((one) => `${one.loaded ? '▲' : '▼'} ${one.model} ${one.loaded ? 'came' : 'went'} ${time(new Date(one.time * 1000).toISOString())}`).join(' · ')}
        </p>
      )}
    </>
  );
}

function Card({gpu, at, past, fits, colour}: {gpu: Gpu; at: number; past: History; fits: Map<string, Fit>; colour: (model: string) => string}) {
  const pieces = piecesOf(gpu, colour);
  const name = `GPU ${gpu.index}`;
  const facts = [known(gpu.util, '% busy'), known(gpu.temp, '°C'), known(gpu.power, 'W'), gpu.pci].filter(Boolean);
  return (
    <article class="card">
      <h2>{name} <span class="faint">{gpu.name}</span></h2>
      <p class="numbers"><b>{share(gpu.used, gpu.total)}</b> used · {bytes(gpu.free)} free</p>
      {facts.length > 0 && <p class="faint">{facts.join(' · ')}</p>}
      <Bar pieces={pieces.flatMap((one) => shaded(one, gpu, fits.get(one.name)))} total={gpu.total} label={name} />
      <ul class="legend">
        {pieces.map((piece) => (
          <li key={piece.name}><span class={`swatch ${piece.kind}`} aria-hidden="true" /> {piece.name} <b>{bytes(piece.bytes)}</b></li>
        ))}
        <li><span class="swatch" aria-hidden="true" /> free <b>{bytes(gpu.free)}</b></li>
      </ul>
      {history.value.samples.length > 1 && <Chart history={past} card={at} name={name} colour={colour} />}
    </article>
  );
}

// One model on one card: what the driver says it holds, what its own log adds up to, and what was foreseen.
function Compared({id, gpu}: {id: string; gpu: Gpu}) {
  const model = models.value.find((one) => one.id === id);
  const changed = `${model?.fit?.launch} ${model?.fit?.verdict}`;
  const fit = useAsked<Fit>(model ? `api/models/${segment(id)}/fit` : null, {}, 0, changed).data;
  const own = held(gpu, id);
  const place = fit && places(fit, gpus.value).find((one) => one.name === `GPU ${gpu.index}`);
  const logged = place?.logged ?? null;
  return (
    <tr>
      <th scope="row"><a data-row href={hashOf('models', [id], {tab: 'fit'})}>{id}</a></th>
      <td>GPU {gpu.index}</td>
      <td class="number">{place?.predicted ? between(place.predicted) : '–'}</td>
      <td class="number">{logged === null ? '–' : bytes(logged)}</td>
      <td class="number">{own.estimated && '≈ '}{bytes(own.bytes)}</td>
      <td class="number">{place ? beside(place) : '–'}</td>
      <td class="number">{logged !== null && !own.estimated ? difference(own.bytes - logged) : '–'}</td>
      <td>{model?.fit && <Verdict verdict={model.fit.verdict} />}</td>
    </tr>
  );
}

function ByModel({picture}: {picture: Gpus}) {
  const pairs = picture.gpus.flatMap((gpu) => [...new Set(gpu.models.map((one) => one.model))].map((id) => ({id, gpu})));
  if (!pairs.length) return <Empty>No model holds memory of a card.</Empty>;
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">model</th><th scope="col">card</th><th scope="col" class="number">predicted</th><th scope="col" class="number">by its log</th><th scope="col" class="number">holds</th>
            <th scope="col" class="number" title="what it holds outside of what was predicted">difference</th><th scope="col" class="number" title="such as the driver’s own">not in its log</th><th scope="col">verdict</th>
          </tr>
        </thead>
        <tbody>{pairs.map(({id, gpu}) => <Compared key={`${id} ${gpu.index}`} id={id} gpu={gpu} />)}</tbody>
      </table>
    </div>
  );
}

const ANSWERS = {fits: ['good', '✓', 'would fit'], perhaps: ['warn', '▲', 'might not fit'], not: ['bad', '✖', 'would not fit']} as const;

// The card as it would be then.
function Then({id, outcome, colour}: {id: string; outcome: Outcome; colour: (model: string) => string}) {
  const {gpu, stays, goes, freed, estimated, takes, room, answer} = outcome;
  const [tone, glyph, words] = ANSWERS[answer];
  const name = `GPU ${gpu.index}`;
  const pieces = [
    ...piecesOf(gpu, colour, stays),
    ...(takes.low ? [{name: `${id}, at least`, bytes: takes.low, kind: colour(id)}] : []),
    ...(takes.high > takes.low ? [{name: `${id}, perhaps`, bytes: takes.high - takes.low, kind: 'perhaps'}] : []),
  ];
  return (
    <div data-outcome={answer}>
      <p>
        <b>{name}</b> <span class={`badge is-${tone}`}><span aria-hidden="true">{glyph}</span> {words}</span> takes {between(takes)} of {bytes(room)}
        {goes.length > 0 && <span class="faint"> ({bytes(gpu.free)} free, {estimated && '≈ '}{bytes(freed)} of {goes.join(', ')})</span>}
      </p>
      <Bar pieces={pieces} total={gpu.total} label={`${name} then`} />
      <ul class="legend">
        {pieces.map((piece) => (
          <li key={piece.name}><span class={`swatch ${piece.kind}`} aria-hidden="true" /> {piece.name} <b>{bytes(piece.bytes)}</b></li>
        ))}
      </ul>
    </div>
  );
}

// What would come of loading it now.
function WhatIf({colour}: {colour: (model: string) => string}) {
  const id = route.value.query.what ?? '';
  const {data: plan, error} = useAsked<Plan>(id ? 'api/plan' : null, {model: id}, 3000);
  const {data: fit} = useAsked<Fit>(id ? `api/models/${segment(id)}/fit` : null);
  return (
    <section class="card" aria-labelledby="what-if">
      <h2 id="what-if">What if I load …</h2>
      <select aria-label="Model" value={id} onChange={(event) => setQuery({what: event.currentTarget.value})}>
        <option value="">choose a model</option>
        {models.value.map((one) => <option key={one.id} value={one.id}>{one.id}</option>)}
      </select>
      {error && <Note tone="bad">{error}</Note>}
      {id && plan && (
        <p>
          <b>{plan.action}</b>: {plan.reason}
          {plan.evict.length > 0 && <> · unloads {plan.evict.join(', ')}</>}
        </p>
      )}
      {id && fit && <p>{fit.verdict && <Verdict verdict={fit.verdict} />} {fit.verdict ? `Last time: ${fit.sentence}` : `${fit.sentence}.`} <a href={hashOf('models', [id], {tab: 'fit'})}>more</a></p>}
      {plan?.model === id && fit?.model === id && outcomes(plan, fit.forecast, gpus.value?.gpus ?? []).map((one) => <Then key={one.gpu.index} id={id} outcome={one} colour={colour} />)}
      {id && fit?.forecast?.sentence && <ForecastCard forecast={fit.forecast} />}
    </section>
  );
}

export function GpuPage() {
  useEvery(lookAtGpus, 10_000);
  const [order] = useState(() => new Map<string, number>());
  const colour = (model: string) => {
    if (!order.has(model)) order.set(model, order.size);
    return `c${order.get(model)! % 8}`;
  };
  const picture = gpus.value;
  const fits = useFits();
  const window = route.value.query.window === '60' ? '60' : '15';
  const past = useMemo(() => lately(history.value, Number(window) * 60), [history.value, window]);
  return (
    <section aria-labelledby="title">
      <div class="title"><h1 id="title">GPUs</h1>{picture && <span class="faint">{picture.source}, {time(picture.taken)}</span>}
        <span class="chips" role="group" aria-label="Charts of">
          {['15', '60'].map((minutes) => (
            <button key={minutes} type="button" aria-pressed={window === minutes} onClick={() => setQuery({window: minutes === '15' ? '' : minutes})}>{minutes} min</button>
          ))}
        </span>
      </div>
      {gpusProblem.value && <Note tone="warn">{gpusProblem.value}</Note>}
      {!picture && !gpusProblem.value && <Empty>Asking…</Empty>}
      <div class="cards">
        {picture?.gpus.map((gpu, at) => <Card key={gpu.index} gpu={gpu} at={at} past={past} fits={fits} colour={colour} />)}
        {picture?.ram && <Ram ram={picture.ram} fits={fits} colour={colour} />}
      </div>
      {picture && <><h2>By model</h2><ByModel picture={picture} /></>}
      <WhatIf colour={colour} />
    </section>
  );
}
