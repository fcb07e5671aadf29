// What this is and where it runs: for who asks for help, and for who is asked.
import {useEffect, useState} from 'preact/hooks';
import {get, segment} from '../api/http';
import type {Config, Fit, Hardware, Version} from '../api/schema';
import {useAsked} from '../parts/hooks';
import {copy, Note, save} from '../parts/parts';
import {gpus, keyEpoch, models, notify, now} from '../store/app';
import {bytes, plural, sofar, time} from '../store/format';
import {moodOf} from '../store/models';
import {engines, type Engine} from '../store/support';
import {yaml} from '../store/yaml';

type Facts = [string, string][];
const text = (...parts: unknown[]) => parts.filter((part) => typeof part === 'string' || typeof part === 'number').join(' ');

function machine(hardware: Hardware | null): Facts {
  if (!hardware) return [];
  const {operating_system: os, environment, cpu, memory, accelerators} = hardware;
  const cores = typeof cpu.physical_core_count === 'number' ? `, ${plural(cpu.physical_core_count, 'core')}` : '';
  return [
    ['host', text(hardware.capture.host)],
    ['system', text(os.name, os.version)],
    ['kernel', text(os.kernel, hardware.architecture.name)],
    ['in', environment.kind === 'unknown' ? '' : text(environment.kind, environment.name)],
    ['processor', text(cpu.model) + cores],
    ['memory', typeof memory.capacity_bytes === 'number' ? bytes(memory.capacity_bytes) : ''],
    ...accelerators.map((one, at): [string, string] => {
      const size = (one.memory as {capacity_bytes?: unknown} | undefined)?.capacity_bytes;
      const driver = one.driver as {name?: unknown; version?: unknown} | null | undefined;
      const by = driver?.version ? `, driver ${text(driver.name, driver.version)}` : '';
      return [`GPU ${at}`, text(one.model ?? one.vendor) + (typeof size === 'number' ? `, ${bytes(size)}` : '') + by];
    }),
  ];
}

// Builds as the logs of models say that were loaded, and what each is said to be able to do.
function useEngines(): {all: Engine[]; can: Map<string, string>} {
  const [builds, setBuilds] = useState<ReadonlyMap<string, string>>(new Map());
  const loaded = models.value.filter((one) => one.fit?.verdict).map((one) => one.id).slice(0, 50);
  const listing = useAsked<{data?: {id: string; capabilities?: Record<string, unknown>}[]}>('v1/models');
  const epoch = keyEpoch.value;
  useEffect(() => {
    const abort = new AbortController();
    for (const id of loaded) {
      get<Fit>(`api/models/${segment(id)}/fit`, {}, abort.signal)
        .then(({build}) => build && setBuilds((before) => new Map(before).set(id, build)), () => undefined);
    }
    return () => abort.abort();
  }, [loaded.join('\n'), epoch]);
  const can = new Map((listing.data?.data ?? []).map((one) => [one.id, Object.entries(one.capabilities ?? {}).filter(([, is]) => is === true).map(([name]) => name).join(', ')]));
  return {all: engines(models.value, builds), can};
}

function Engines({all, can}: {all: Engine[]; can: Map<string, string>}) {
  if (!all.length) return null;
  return (
    <>
      <h2>Engines</h2>
      <div class="scroll">
        <table>
          <thead><tr><th scope="col">program</th><th scope="col">build, by its log</th><th scope="col">models, and what they can do</th></tr></thead>
          <tbody>
            {all.map((one) => (
              <tr key={one.program}>
                <th scope="row"><code>{one.program}</code></th>
                <td>{one.builds.join(', ') || 'not told yet'}</td>
                <td>{one.models.map((id) => id + (can.get(id) ? ` (${can.get(id)})` : '')).join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

const LICENCES: [string, string][] = [
  ['Boost', 'BSL-1.0'], ['OpenSSL', 'Apache-2.0'], ['simdjson', 'Apache-2.0'], ['nlohmann/json, spdlog, fmt, yaml-cpp', 'MIT'],
  ['CLI11, RE2', 'BSD-3-Clause'], ['zlib', 'Zlib'], ['SQLite', 'public domain'], ['Preact, Signals, uPlot', 'MIT'],
];

// What whoever is asked for help wants to know. The configuration is masked by the daemon; logs and keys are not in it.
function bundle(facts: Facts, all: Engine[], config: Config | null): string {
  const states = models.value.map((one) => {
    const failure = one.launch?.failure;
    return `- ${one.id}: ${moodOf(one)}${one.fit?.sentence ? `; ${one.fit.sentence}` : ''}${failure ? `; failed: ${failure.class}` : ''}`;
  });
  const found = (config?.diagnostics ?? []).map((one) => `- ${one.severity} ${one.file}:${one.line}: ${one.message}`);
  return [
    ...facts.map(([name, value]) => `${name}: ${value}`),
    '', 'engines:', ...all.map((one) => `- ${one.program}: ${one.builds.join(', ') || 'build not told'}; ${one.models.join(', ')}`),
    '', 'models:', ...states, ...(found.length ? ['', 'found in the configuration:', ...found] : []),
    ...(config ? ['', 'configuration, secrets masked:', yaml(config.config)] : []), '',
  ].join('\n');
}

export function About() {
  const version = useAsked<Version>('api/version');
  const hardware = useAsked<Hardware>('api/hardware');
  const config = useAsked<Config>('api/config');
  const started = version.data?.paddock.started ?? '';
  const {all: programs, can} = useEngines();
  const found = config.data?.diagnostics ?? [];
  const here: Facts = [
    ['paddock', version.data ? `${version.data.paddock.version}, commit ${version.data.paddock.commit}` : ''],
    ['up for', started ? `${sofar(now.value - Date.parse(started))}, since ${time(started)}` : ''],
    ['models', `${models.value.length}, ${models.value.filter((one) => moodOf(one) === 'ready').length} ready`],
    ['cards are read by', gpus.value?.source ?? ''],
  ];
  const file: Facts = config.data
    ? [['configuration', config.data.files.join(', ')], ['in force since', time(config.data.loaded)], ['found in it', found.length ? plural(found.length, 'thing') : 'nothing']]
    : [];
  const all = [...here, ...machine(hardware.data), ...file].filter(([, value]) => value);
  const errors = [...new Set([version.error, hardware.error, config.error])].filter(Boolean);
  const report = () => bundle(all, programs, config.data);
  return (
    <section aria-labelledby="title">
      <div class="title">
        <h1 id="title">About</h1>
        <span class="buttons">
          <button type="button" onClick={() => void copy(report()).then((done) => notify(done ? 'copied' : 'the browser does not let it'))}>copy for support</button>
          <button type="button" onClick={() => save('paddock-support.txt', 'text/plain', [report()])}>save</button>
        </span>
      </div>
      {errors.map((error) => <Note key={error} tone="warn">{error}</Note>)}
      <dl class="facts-list">{all.map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={name + '='}>{value}</dd>])}</dl>
      <p class="faint">For support: all of this, how each model fares, and the configuration with its secrets masked; no keys, no logs, no conversations. Read it before you send it.</p>
      <Engines all={programs} can={can} />
      <details>
        <summary>licences</summary>
        <p>paddock: MIT. What is built into it or linked to it:</p>
        <ul>{LICENCES.map(([name, licence]) => <li key={name}>{name}: {licence}</li>)}</ul>
      </details>
      <p><a href="../api/openapi.json">the API</a> · <a href="../metrics">metrics</a> · <a href="#/config">the configuration</a></p>
    </section>
  );
}
