// Many requests at once for one model: who waited, who was answered, how fast. `startTest` drives; the rest is pure.
import {signal} from '@preact/signals';
import {begin, type Answer} from './chat';
import {converse} from './talk';

export interface TestPlan {
  model: string;
  prompt: string;
  streams: number; // at once
  each: number; // one after another in each of them
  tokens: number; // at most, of each answer
}

export interface Sent {
  lane: number;
  answer: Answer;
}

// A browser holds six connections to a host. One has the events, and one must be left to stop things.
export const MOST_STREAMS = 4;
const MOST_REQUESTS = 1000;
const SHOWN_EVERY = 100; // ms: many answers grow at once

export const sent = signal<readonly Sent[]>([]);
export const testing = signal(false);
let all: Sent[] = [];
let abort: AbortController | null = null;
let due: ReturnType<typeof setTimeout> | undefined;

export function bounded(plan: TestPlan): TestPlan {
  const whole = (value: number, most: number) => Math.max(1, Math.min(most, Math.floor(value) || 1));
  const streams = whole(plan.streams, MOST_STREAMS);
  return {...plan, streams, each: whole(plan.each, Math.floor(MOST_REQUESTS / streams)), tokens: whole(plan.tokens, 100_000)};
}

function show(): void {
  clearTimeout(due);
  due = undefined;
  sent.value = all.slice();
}

async function run(lane: number, plan: TestPlan, stopped: AbortSignal): Promise<void> {
  const body = {
    model: plan.model, messages: [{role: 'user', content: plan.prompt}], max_tokens: plan.tokens, stream: true, stream_options: {include_usage: true},
  };
  for (let turn = 0; turn < plan.each && !stopped.aborted; turn++) {
    const at = all.push({lane, answer: begin(Date.now())}) - 1;
    await converse(body, stopped, (change) => {
      all[at] = {lane, answer: change(all[at]!.answer)};
      due ??= setTimeout(show, SHOWN_EVERY);
    });
  }
}

export async function startTest(wanted: TestPlan): Promise<void> {
  if (testing.value) return;
  const plan = bounded(wanted);
  all = [];
  abort = new AbortController();
  testing.value = true;
  const {signal: stopped} = abort;
  const lanes = Array.from({length: plan.streams}, (_, lane) => run(lane, plan, stopped));
  show();
  await Promise.all(lanes);
  testing.value = false;
  show();
}

export const stopTest = () => abort?.abort();

export interface Summary {
  done: number;
  failed: number;
  open: number;
  first: {p50: number; p95: number} | null; // ms to the first token
  tokens: number;
  rate: number; // tokens a second, of all together
  errors: [string, number][];
}

function quantile(sorted: number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!;
}

export function summed(all: readonly Sent[], now: number): Summary {
  const answers = all.map((one) => one.answer);
  const firsts = answers.filter((one) => one.first).map((one) => one.first - one.asked).sort((a, b) => a - b);
  const tokens = answers.reduce((sum, one) => sum + (one.usage?.generated || one.pieces), 0);
  const begun = Math.min(...answers.map((one) => one.asked));
  const over = Math.max(...answers.map((one) => one.ended || now));
  const errors = new Map<string, number>();
  for (const one of answers) if (one.error) errors.set(one.error, (errors.get(one.error) ?? 0) + 1);
  return {
    done: answers.filter((one) => one.state === 'done').length,
    failed: answers.filter((one) => one.state === 'failed').length,
    open: answers.filter((one) => !one.ended).length,
    first: firsts.length ? {p50: quantile(firsts, 0.5), p95: quantile(firsts, 0.95)} : null,
    tokens,
    rate: over > begun ? tokens / ((over - begun) / 1000) : 0,
    errors: [...errors].sort((a, b) => b[1] - a[1]),
  };
}

// Where each request is drawn, in parts of the whole time.
export interface Piece {
  lane: number;
  left: number;
  waited: number;
  answered: number;
  state: Answer['state'];
}

export function drawn(all: readonly Sent[], now: number): Piece[] {
  const begun = Math.min(...all.map((one) => one.answer.asked));
  const whole = Math.max(1, Math.max(...all.map((one) => one.answer.ended || now)) - begun);
  return all.map(({lane, answer}) => {
    const end = answer.ended || now;
    const first = answer.first || end;
    return {lane, left: (answer.asked - begun) / whole, waited: (first - answer.asked) / whole, answered: (end - first) / whole, state: answer.state};
  });
}
