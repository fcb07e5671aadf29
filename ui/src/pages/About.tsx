// What this is and where it runs: for who asks for help, and for who is asked.
import type {Config, Hardware, Version} from '../api/schema';
import {useAsked} from '../parts/hooks';
import {copy, Note} from '../parts/parts';
import {gpus, models, notify} from '../store/app';
import {bytes, plural, time} from '../store/format';
import {moodOf} from '../store/models';

type Facts = [string, string][];
const text = (...parts: unknown[]) => parts.filter((part) => typeof part === 'string' || typeof part === 'number').join(' ');

function machine(hardware: Hardware | null): Facts {
  if (!hardware) return [];
  const {operating_system: os, environment, cpu, memory, accelerators} = hardware;
  const cores = typeof cpu.physical_core_count === 'number' ? `, ${plural(cpu.physical_core_count, 'core')}` : '';
  return [
    ['system', text(os.name, os.version)],
    ['kernel', text(os.kernel, hardware.architecture.name)],
    ['in', environment.kind === 'unknown' ? '' : text(environment.kind, environment.name)],
    ['processor', text(cpu.model) + cores],
    ['memory', typeof memory.capacity_bytes === 'number' ? bytes(memory.capacity_bytes) : ''],
    ...accelerators.map((one, at): [string, string] => {
      const size = (one.memory as {capacity_bytes?: unknown} | undefined)?.capacity_bytes;
      return [`GPU ${at}`, text(one.model ?? one.vendor) + (typeof size === 'number' ? `, ${bytes(size)}` : '')];
    }),
  ];
}

export function About() {
  const version = useAsked<Version>('api/version');
  const hardware = useAsked<Hardware>('api/hardware');
  const config = useAsked<Config>('api/config');
  const found = config.data?.diagnostics ?? [];
  const here: Facts = [
    ['paddock', version.data ? `${version.data.paddock.version}, commit ${version.data.paddock.commit}` : ''],
    ['models', `${models.value.length}, ${models.value.filter((one) => moodOf(one) === 'ready').length} ready`],
    ['cards are read by', gpus.value?.source ?? ''],
  ];
  const file: Facts = config.data
    ? [['configuration', config.data.files.join(', ')], ['in force since', time(config.data.loaded)], ['found in it', found.length ? plural(found.length, 'thing') : 'nothing']]
    : [];
  const all = [...here, ...machine(hardware.data), ...file].filter(([, value]) => value);
  const errors = [...new Set([version.error, hardware.error, config.error])].filter(Boolean);
  const report = all.map(([name, value]) => `${name}: ${value}`).join('\n') + '\n';
  return (
    <section aria-labelledby="title">
      <div class="title">
        <h1 id="title">About</h1>
        <span class="buttons">
          <button type="button" onClick={() => void copy(report).then((done) => notify(done ? 'copied' : 'the browser does not let it'))}>copy</button>
        </span>
      </div>
      {errors.map((error) => <Note key={error} tone="warn">{error}</Note>)}
      <dl class="facts-list">{all.map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={name + '='}>{value}</dd>])}</dl>
      <p><a href="../api/openapi.json">the API</a> · <a href="../metrics">metrics</a> · <a href="#/config">the configuration</a></p>
    </section>
  );
}
