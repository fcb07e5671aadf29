// The log page under a flood: 50,000 lines in it, 5,000 more each second. The times of its frames are printed. How
// many lines a second the machine can bring is not the page's doing, so it is held to what the daemon has.
import type {Page} from '@playwright/test';
import {until, type Daemon} from '../support/daemon';
import {expect, test} from '../support/test';

const HELD = 50_000;
const RATE = 5_000; // lines each second
const SECONDS = 5;
const SLOWEST = 100; // ms, of 19 frames in 20

// Prints `rate` lines a second, whatever the timers of this process do, until `stop`.
function flood(print: (text: string) => void, rate: number): () => void {
  const begin = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    let text = '';
    for (const due = ((performance.now() - begin) / 1000) * rate; sent < due; sent++) {
      text += `slot update: id ${sent % 4} | task ${sent} | n_tokens = ${sent * 7}, memory_seq_rm, progress = 0.5\n`;
    }
    print(text);
  }, 10);
  return () => clearInterval(timer);
}

interface Frames {
  times: number[]; // ms from one to the next
  longTasks: number[]; // ms of what took more than 50
}

const measured = (page: Page, ms: number): Promise<Frames> =>
  page.evaluate(async (wanted) => {
    const frames: Frames = {times: [], longTasks: []};
    const watch = new PerformanceObserver((list) => list.getEntries().forEach((one) => frames.longTasks.push(Math.round(one.duration))));
    watch.observe({type: 'longtask'});
    const begin = performance.now();
    for (let last = begin; last - begin < wanted; ) {
      const now = await new Promise<number>((done) => requestAnimationFrame(done));
      frames.times.push(now - last);
      last = now;
    }
    watch.disconnect();
    return frames;
  }, ms);

const last = (page: Page) => page.locator('.line').last().getAttribute('data-id').then(Number);
const newest = async (daemon: Daemon): Promise<number> => (await daemon.get('api/logs?model=chatty&limit=1')).lines.at(-1).id;
const held = (page: Page) => page.locator('[data-count]').getAttribute('data-count').then(Number);
const part = (sorted: number[], share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)]!);

// A machine that does something else meanwhile gets another try: it is the page that is measured.
test.describe.configure({retries: 2});

test('the log page stays responsive', async ({page, paddock}, info) => {
  test.setTimeout(90_000);
  const daemon = await paddock({chatty: {lines: true}});
  await daemon.ask('api/models/chatty/load', {method: 'POST'});
  await page.goto(daemon.url + 'ui/#/logs?model=chatty');
  await expect(page.getByText('following')).toBeVisible();
  const print = (text: string) => daemon.print('chatty', text);
  const full = flood(print, RATE * 3);
  await until(() => held(page), (count) => count >= HELD, 60_000).finally(full);

  const stop = flood(print, RATE);
  const before = await last(page);
  const had = await newest(daemon);
  const {times, longTasks} = await measured(page, SECONDS * 1000);
  const there = await newest(daemon);
  const now = await last(page);
  const lines = now - before;
  const behind = there - now;
  const taken = there - had;
  const begin = Date.now();
  await page.getByRole('button', {name: 'pause'}).click();
  await expect(page.getByRole('button', {name: /^paused/})).toBeVisible();
  const click = Date.now() - begin;
  stop();

  times.sort((a, b) => a - b);
  const kept = await held(page);
  const said = `${kept} lines held, ${Math.round(lines / SECONDS)} new lines/s of ${Math.round(taken / SECONDS)}: ${times.length} frames, ` +
    `half within ${part(times, 0.5)} ms, 95% within ${part(times, 0.95)} ms, all within ${part(times, 1)} ms; ` +
    `${longTasks.length} long tasks, ${Math.max(0, behind)} lines behind, pause took ${click} ms`;
  console.log(`    ${said}`);
  info.annotations.push({type: 'frames', description: said});
  // Or there was no flood.
  expect(taken).toBeGreaterThan(RATE * SECONDS * 0.3);
  expect(kept).toBeGreaterThanOrEqual(HELD);
  expect(behind).toBeLessThan(RATE);
  expect(part(times, 0.95)).toBeLessThan(SLOWEST);
  expect(click).toBeLessThan(2_000);
});
