// The log: what the filter finds, and what a lost connection costs.
import type {Page} from '@playwright/test';
import {until} from '../support/daemon';
import {expect, row, test} from '../support/test';

const log = (page: Page) => page.getByRole('log');

// The ids of the lines that are drawn, in their order.
const ids = (page: Page) => page.locator('.line').evaluateAll((all) => all.map((one) => Number((one as HTMLElement).dataset.id)));

test('`gpu` finds the memory lines, also those that do not say so', async ({page, paddock}) => {
  const daemon = await paddock({'qwen3-8b': {report: 'full_fit', lines: true}});
  await page.goto(daemon.url + 'ui/#/logs');
  await expect(page.getByText('following')).toBeVisible();
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox', {name: 'Filter'})).toBeFocused();
  await daemon.ask('api/models/qwen3-8b/load', {method: 'POST'});
  await expect(log(page)).toContainText('n_vocab          = 151936');

  await page.keyboard.type('gpu');
  await expect(log(page)).not.toContainText('n_vocab');
  for (const text of ['CUDA0 model buffer size =  4455.34 MiB', 'CUDA0 KV buffer size =  1152.00 MiB', 'offloaded 37/37 layers to GPU', 'CPU_Mapped model buffer size']) {
    await expect(log(page)).toContainText(text);
  }
  await expect(page).toHaveURL(/q=gpu/);
  await page.getByRole('button', {name: 'hide those'}).click();
  await expect(log(page)).not.toContainText('KV buffer size');
  await expect(log(page)).toContainText('offloaded 37/37 layers to GPU');

  await page.reload(); // the address is the state
  await expect(page.getByRole('searchbox', {name: 'Filter'})).toHaveValue('gpu');
  await expect(log(page)).toContainText('offloaded 37/37 layers to GPU');
  daemon.print('qwen3-8b', 'a GPU that speaks later\nand one line more\n');
  await expect(log(page)).toContainText('a GPU that speaks later');
  await expect(log(page)).not.toContainText('one line more');
});

test('an expression that is none is told, and an expression finds', async ({page, paddock}) => {
  const daemon = await paddock({'qwen3-8b': {report: 'full_fit'}});
  await daemon.ask('api/models/qwen3-8b/load', {method: 'POST'});
  await page.goto(daemon.url + 'ui/#/logs?model=qwen3-8b&re=1&q=*gpu');
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByRole('searchbox', {name: 'Filter'}).fill('buffer size = +\\d+');
  await expect(page.getByRole('alert')).toBeHidden();
  await expect(log(page)).toContainText('CUDA0 compute buffer size =   304.75 MiB');
  await expect(log(page)).not.toContainText('offloaded');
  // Marked by a worker, which the page's own policy must let run.
  await expect(log(page).locator('mark').first()).toHaveText(/^buffer size = +\d+$/);
});

test('an expression that never ends is stopped, and the page goes on', async ({page, paddock}) => {
  const daemon = await paddock({chatty: {lines: true}});
  await daemon.ask('api/models/chatty/load', {method: 'POST'});
  daemon.print('chatty', 'a'.repeat(60) + '!\n');
  await page.goto(daemon.url + 'ui/#/logs?find=1&re=1&q=(a%7Ca)*%24');
  await expect(log(page)).toContainText('aaaaaaaaaa!');
  await expect(page.getByText('takes too long here')).toBeVisible();
});

test('a lost connection keeps the rows, and brings what came meanwhile once', async ({page, paddock, wire}) => {
  const daemon = await paddock({chatty: {lines: true}});
  await daemon.ask('api/models/chatty/load', {method: 'POST'});
  const between = await wire(daemon);
  await page.goto(between.url + 'ui/#/logs?model=chatty');
  daemon.print('chatty', 'before one\nbefore two\n');
  await expect(log(page)).toContainText('before two');
  const before = await ids(page);

  between.cut();
  await expect(page.getByText(/stale since/).first()).toBeVisible();
  daemon.print('chatty', 'meanwhile one\nmeanwhile two\n');
  await until(() => daemon.get('api/logs?q=meanwhile'), (answer) => answer.lines.length === 2);
  expect(await ids(page)).toEqual(before);
  await expect(log(page)).toContainText('before one');

  between.mend();
  await expect(log(page)).toContainText('meanwhile two');
  const after = await ids(page);
  expect(after.slice(0, before.length)).toEqual(before);
  expect(after).toEqual([...new Set(after)].sort((a, b) => a - b));
  expect(await page.locator('.line', {hasText: 'meanwhile'}).count()).toBe(2);
  await expect(page.getByText(/stale since/)).toHaveCount(0);
});

test('the list of models stays while nobody answers, and is right again afterwards', async ({page, paddock, wire}) => {
  const daemon = await paddock({small: {}, large: {}});
  await daemon.ask('api/models/small/load', {method: 'POST'});
  const between = await wire(daemon);
  await page.goto(between.url);
  await expect(row(page, 'small')).toContainText('ready');
  between.cut();
  await expect(page.getByText(/stale since/)).toBeVisible();
  await expect(row(page, 'small')).toContainText('ready');
  await daemon.ask('api/models/small/unload', {method: 'POST'});
  await expect(row(page, 'small')).toContainText('ready');
  between.mend();
  await expect(row(page, 'small')).toContainText('stopped');
  await expect(page.locator('.connection')).toHaveText(/live/);
});
