// Does it fit, and how do we know: what lies where, and the lines of the log that say so.
import type {Fit, FitDevice, FitRam, Forecast} from '../api/schema';
import {gpus} from '../store/app';
import {between, bytes, count, duration, time} from '../store/format';
import {beside, heldText, places, type Place as Measure} from '../store/measured';
import {hashOf} from '../store/route';
import {Bar, Empty, Note, Verdict, type Piece} from './parts';

type Amounts = Pick<FitRam, 'weights' | 'kv' | 'state' | 'compute' | 'output' | 'other' | 'sum'>;
const PARTS: [keyof Amounts, string, string][] = [
  ['weights', 'weights', 'c0'], ['kv', 'KV cache', 'c1'], ['state', 'state', 'c2'], ['compute', 'compute', 'c3'],
  ['output', 'output', 'c4'], ['other', 'other', 'c5'],
];

const pieces = (amounts: Amounts): Piece[] =>
  PARTS.filter(([part]) => amounts[part] > 0).map(([part, name, kind]) => ({name, kind, bytes: amounts[part]}));

type Column = (typeof PARTS)[number];

// What nothing is taken for anywhere has no column: phones are narrow.
const columnsOf = (all: Amounts[]): Column[] => PARTS.slice(0, 4).filter(([part]) => all.some((one) => one[part] > 0));

interface PlaceProps {
  name: string;
  note?: string | null;
  amounts: Amounts;
  total: number | null;
  columns: Column[];
}

function Place({name, note, amounts, total, columns}: PlaceProps) {
  return (
    <tr>
      <th scope="row">{name}{note && <div class="faint">{note}</div>}</th>
      <td class="number"><b>{bytes(amounts.sum)}</b>{total !== null && <span class="faint"> of {bytes(total)}</span>}</td>
      {columns.map(([part]) => <td key={part} class="number">{amounts[part] ? bytes(amounts[part]) : '–'}</td>)}
      <td class="wide"><Bar pieces={pieces(amounts)} total={total ?? amounts.sum} label={name} /></td>
    </tr>
  );
}

const title = (device: FitDevice) => (device.card ? `${device.card} (${device.name})` : device.name);

const SOURCES = {learned: 'learned from earlier loads', header: 'computed from its file', none: 'not known'} as const;

// What it will take, before it is loaded, or was foreseen to take while it loads.
export function ForecastCard({forecast}: {forecast: Forecast}) {
  const parts = [...forecast.devices, ...(forecast.ram ? [forecast.ram] : [])];
  return (
    <section class="forecast" aria-label="Forecast">
      <p><b>{forecast.sentence ?? 'Foreseen for this launch'}</b> <span class="faint">{SOURCES[forecast.source]}{forecast.load_ms !== null && `, loads in about ${duration(forecast.load_ms)}`}</span></p>
      {parts.length > 0 && (
        <div class="scroll">
          <table>
            <thead><tr><th scope="col">where</th><th scope="col" class="number">takes</th><th scope="col" class="number">free now</th><th scope="col" class="wide">share</th></tr></thead>
            <tbody>
              {parts.map((part) => (
                <tr key={part.title}>
                  <th scope="row">{part.title}</th>
                  <td class="number">{between(part)}</td>
                  <td class="number">{part.free === null ? '–' : bytes(part.free)}{part.total !== null && <span class="faint"> of {bytes(part.total)}</span>}</td>
                  <td class="wide">{part.total !== null && <Bar label={part.title} total={part.total} pieces={[{name: 'at least', kind: 'c0', bytes: part.low}, {name: 'perhaps', kind: 'unknown', bytes: part.high - part.low}]} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {forecast.notes.length > 0 && <ul>{forecast.notes.map((note) => <li key={note}>{note}</li>)}</ul>}
    </section>
  );
}

const orNot = (value: number | null) => (value === null ? '–' : bytes(value));

// Of the launch that lives: what was foreseen before it, and what came of it.
function Compared({forecast, all}: {forecast: Forecast; all: Measure[]}) {
  return (
    <section aria-label="Predicted and measured">
      <h2>Predicted and measured <span class="faint">predicted: {SOURCES[forecast.source]}</span></h2>
      <div class="scroll">
        <table>
          <thead><tr><th scope="col">where</th><th scope="col" class="number">predicted</th><th scope="col" class="number">by its log</th><th scope="col" class="number">by the driver</th><th scope="col" class="number">difference</th></tr></thead>
          <tbody>
            {all.map((one) => (
              <tr key={one.name}>
                <th scope="row">{one.name}</th>
                <td class="number">{one.predicted ? between(one.predicted) : '–'}</td>
                <td class="number">{orNot(one.logged)}</td>
                <td class="number">{one.estimated && '≈ '}{orNot(one.held)}</td>
                <td class="number">{beside(one)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {forecast.notes.length > 0 && <ul>{forecast.notes.map((note) => <li key={note}>{note}</li>)}</ul>}
    </section>
  );
}

export function FitCard({fit}: {fit: Fit}) {
  if (!fit.verdict) return fit.forecast ? <ForecastCard forecast={fit.forecast} /> : <Empty>{fit.sentence}.</Empty>;
  const logs = hashOf('logs', [], {model: fit.model, launch: fit.launch === null ? undefined : String(fit.launch), tag: 'fit,gpu'});
  const all = places(fit, gpus.value);
  const held = all.map(heldText).filter(Boolean);
  const columns = columnsOf([...fit.devices, ...(fit.ram ? [fit.ram] : [])]);
  return (
    <div class="fit">
      <p class="verdict">
        <Verdict verdict={fit.verdict} /> <b>{fit.sentence}</b>
        <span class="faint"> judged {time(fit.judged)}, launch {fit.launch}{fit.build && `, llama-server ${fit.build}`}</span>
      </p>
      {fit.warning && <Note tone="bad">{fit.warning}</Note>}
      {fit.advice && <Note tone="warn">{fit.advice}</Note>}
      {(fit.devices.length > 0 || (fit.ram?.sum ?? 0) > 0) && (
        <div class="scroll">
          <table>
            <thead>
              <tr><th scope="col">where</th><th scope="col" class="number">sum</th>{columns.map(([part, name]) => <th key={part} scope="col" class="number">{name}</th>)}<th scope="col" class="wide">share</th></tr>
            </thead>
            <tbody>
              {fit.devices.map((device) => <Place key={device.name} name={title(device)} note={device.title} amounts={device} total={device.total} columns={columns} />)}
              {fit.ram && fit.ram.sum > 0 && <Place name="RAM" amounts={fit.ram} total={null} columns={columns} />}
            </tbody>
          </table>
        </div>
      )}
      <dl class="facts-list">
        {held.length > 0 && [<dt key="p">process</dt>, <dd key="q">{held.join('; ')}</dd>]}
        {fit.layers && [<dt key="a">layers</dt>, <dd key="b">{fit.layers.on_devices} of {fit.layers.all} on GPUs</dd>]}
        {fit.context !== null && [<dt key="c">context</dt>, <dd key="d">{count(fit.context)}{fit.context_before_cut !== null && ` of ${count(fit.context_before_cut)} asked: cut to fit`}</dd>]}
        {fit.kv_pools.map((pool, at) => [<dt key={`e${at}`}>KV cache</dt>, <dd key={`f${at}`}>{bytes(pool.size)}, {count(pool.cells)} cells, {pool.layers} layers, {pool.k_type}/{pool.v_type}</dd>])}
        {fit.ram && (fit.ram.prompt_cache > 0 || !!fit.ram.prompt_cache_limit) && [<dt key="g">prompt cache</dt>, <dd key="h">{bytes(fit.ram.prompt_cache)} of RAM{!!fit.ram.prompt_cache_limit && `, up to ${bytes(fit.ram.prompt_cache_limit)}`}</dd>]}
      </dl>
      {fit.proof.length > 0 && (
        <details open>
          <summary>the {fit.proof.length} lines it rests on</summary>
          <pre class="proof">{fit.proof.join('\n')}</pre>
        </details>
      )}
      <p><a href={logs}>all its lines about memory, in the log</a></p>
      {fit.forecast && (fit.forecast.sentence === null ? <Compared forecast={fit.forecast} all={all} /> : <><h2>The next load</h2><ForecastCard forecast={fit.forecast} /></>)}
    </div>
  );
}
