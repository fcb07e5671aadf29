// A paddock of the test's own: its configuration, its models, its cards, in a folder that goes with it. Models are
// tests/fake_upstream behind a recorded load report of tests/unit/fit/reports; what a model prints beyond it,
// the test writes.
import {execFileSync, spawn, type ChildProcess} from 'node:child_process';
import {createWriteStream, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync, type WriteStream} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

function program(name: string, what: string): string {
  const path = process.env[name];
  if (!path || !existsSync(path)) throw new Error(`${name} must name ${what}; it is ${path ?? 'not set'}`);
  return path;
}

export interface ModelText {
  report?: string; // of tests/unit/fit/reports, without `.log`
  flags?: string; // of fake_upstream
  lines?: boolean; // the test prints lines of it, by Daemon.print()
  extra?: string; // more of its configuration, a line each
}

export interface Options {
  top?: string; // more of the configuration
  cards?: object; // what `--gpu-source file:` reads
  key?: string; // for what the test itself asks
}

const MIB = 2 ** 20;
export const CARDS = {
  gpus: [
    {index: 0, name: 'NVIDIA GeForce RTX 3090', uuid: 'GPU-1', pci: '0000:01:00.0', vendor: 'nvidia', total: 24124 * MIB, used: 553 * MIB, util: 3, temp: 41, power: 28},
    {index: 1, name: 'AMD Radeon RX 7800 XT', uuid: 'GPU-2', pci: '0000:03:00.0', vendor: 'amd', total: 16368 * MIB, used: 468 * MIB, util: 0, temp: 38, power: 12},
  ],
};

// Asks until `done`; the last answer, or what stood in the way.
export async function until<T>(ask: () => Promise<T>, done: (answer: T) => boolean, ms = 10_000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (done(answer)) return answer;
    if (Date.now() > end) throw new Error(`not within ${ms} ms; the last was ${JSON.stringify(answer)?.slice(0, 2000)}`);
    await new Promise((next) => setTimeout(next, 50));
  }
}

let lastPorts = 0;
// Those of the models, below what the system hands out by itself.
const startPort = () => 12_000 + ((process.pid * 40 + lastPorts++ * 10) % 18_000);

export class Daemon {
  url = ''; // with a slash at its end
  output = '';
  private readonly folder = mkdtempSync(join(tmpdir(), 'paddock-e2e-'));
  private readonly pipes = new Map<string, WriteStream>();
  private process!: ChildProcess;

  private constructor(private readonly key: string) {}

  static async start(models: Record<string, ModelText>, options: Options = {}): Promise<Daemon> {
    const daemon = new Daemon(options.key ?? '');
    daemon.cards(options.cards ?? CARDS);
    writeFileSync(daemon.path('config.yaml'), daemon.config(models, options.top ?? ''));
    const args = ['--config', daemon.path('config.yaml'), '--listen', '127.0.0.1:0', '--gpu-source', `file:${daemon.path('gpus.json')}`];
    daemon.process = spawn(program('PADDOCK_BIN', 'a paddock with the page in it'), args, {
      env: {...process.env, STATE_DIRECTORY: daemon.path('state')},
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    await daemon.listens();
    return daemon;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  // What there is on the cards, read anew by paddock each time.
  cards(picture: object): void {
    writeFileSync(this.path('gpus.new'), JSON.stringify(picture));
    renameSync(this.path('gpus.new'), this.path('gpus.json'));
  }

  // As if the model said it. It must have `lines`, and run.
  print(model: string, text: string): void {
    this.pipes.get(model)!.write(text);
  }

  async ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = this.key ? {Authorization: `Bearer ${this.key}`} : undefined;
    return fetch(this.url + path, {headers, ...init, signal: AbortSignal.timeout(60_000)});
  }

  async get(path: string): Promise<any> {
    return (await this.ask(path)).json();
  }

  async chat(model: string, more: object = {}): Promise<string> {
    const body = JSON.stringify({model, messages: [{role: 'user', content: 'Hello'}], ...more});
    return (await this.ask('v1/chat/completions', {method: 'POST', body})).text();
  }

  // Lets a model with `--health-gate GATE` be ready, or a request that waits at a gate go on.
  async release(model: string, gate: string): Promise<void> {
    const one = await until(() => this.get(`api/models/${model}`), (answer) => !!answer.launch?.port);
    const released = async () => fetch(`http://127.0.0.1:${one.launch.port}/fake/release/${gate}`).then((answer) => answer.ok, () => false);
    await until(released, (done) => done);
  }

  async stop(): Promise<void> {
    for (const pipe of this.pipes.values()) pipe.destroy();
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = new Promise((done) => this.process.once('exit', done));
      this.process.kill('SIGTERM');
      const hung = setTimeout(() => this.process.kill('SIGKILL'), 15_000);
      await ended;
      clearTimeout(hung);
    }
    rmSync(this.folder, {recursive: true, force: true});
    if (this.process.exitCode !== 0) throw new Error(`paddock ended with ${this.process.exitCode ?? this.process.signalCode}:\n${this.output}`);
  }

  private path(name: string): string {
    return join(this.folder, name);
  }

  private config(models: Record<string, ModelText>, top: string): string {
    const texts = Object.entries(models).map(([id, model]) => {
      const extra = (model.extra ?? '').split('\n').filter(Boolean).map((line) => `    ${line}\n`).join('');
      return `  "${id}":\n    cmd: sh -c '${this.command(id, model)}'\n${extra}`;
    });
    return `startPort: ${startPort()}\n${top}\nmodels:\n${texts.join('')}`;
  }

  private command(id: string, {report, flags = '', lines}: ModelText): string {
    const fake = program('PADDOCK_FAKE', "tests/fake_upstream's program");
    const said = report ? `cat ${root}/tests/unit/fit/reports/${report}.log >&2; ` : '';
    return `${said}${lines ? `cat ${this.pipe(id)} >&2 & ` : ''}exec ${fake} --port \${PORT} --name ${id} ${flags}`;
  }

  private pipe(id: string): string {
    const path = this.path(`${id}.pipe`);
    execFileSync('mkfifo', [path]);
    // For both ways: it opens whether the model is there or not, and stays open when it ends.
    this.pipes.set(id, createWriteStream(path, {flags: 'r+'}));
    return path;
  }

  private async listens(): Promise<void> {
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream!.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    const found = () => /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(this.output);
    await until(async () => found() ?? this.process.exitCode, (answer) => answer !== null);
    if (!found()) throw new Error(`paddock did not start:\n${this.output}`);
    this.url = found()![1]! + '/';
  }
}
