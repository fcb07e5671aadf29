// A model is loaded from the page: does it fit, how do we know, why did it fail.
import {CARDS} from '../support/daemon';
import {expect, row, test} from '../support/test';

test('a loaded model fits, with numbers', async ({page, paddock}) => {
  const daemon = await paddock({'qwen3-8b': {report: 'full_fit', flags: '--health-gate up'}});
  await page.goto(daemon.url);
  expect(page.url()).toContain('/ui/');
  const model = row(page, 'qwen3-8b');
  await expect(model).toContainText('stopped');
  await model.getByRole('button', {name: 'load'}).click();
  await expect(model).toContainText('loading');
  await expect(model.getByRole('progressbar')).toBeVisible();
  await expect(model.getByRole('button', {name: 'cancel'})).toBeVisible();

  await daemon.release('qwen3-8b', 'up');
  const [nvidia, amd] = CARDS.gpus;
  daemon.cards({gpus: [{...nvidia, used: nvidia!.used + 6400 * 2 ** 20}, amd]});
  await expect(model).toContainText('ready');
  await expect(model.locator('[data-verdict=fits]')).toHaveText(/fits/);
  await expect(model).toContainText('Fits: 5.8 of 23.6 GiB');
  await expect(page).toHaveTitle(/●1/);

  await model.getByRole('link', {name: 'why'}).click();
  const table = page.getByRole('table').first();
  await expect(table.getByRole('row').filter({hasText: 'CUDA0'})).toContainText(/5\.8 GiB of 23\.6 GiB.*4\.4 GiB.*1\.1 GiB.*305 MiB/);
  await expect(page.getByText('37 of 37 on GPUs')).toBeVisible();
});

test('a model that is partly in RAM says so, and shows the lines', async ({page, paddock}) => {
  const daemon = await paddock({'gpt-oss-20b': {report: 'experts_on_cpu'}});
  await page.goto(daemon.url);
  const model = row(page, 'gpt-oss-20b');
  await model.getByRole('button', {name: 'load'}).click();
  await expect(model.locator('[data-verdict=spilled]')).toHaveText(/partly in RAM/);
  await expect(model).toContainText('Partly in RAM: 6.68 of 11.27 GiB of weights on CPU (24 of 25 layers on GPU)');

  await model.getByRole('link', {name: 'why'}).click();
  await expect(page.locator('.proof')).toContainText('CPU_Mapped model buffer size =  7218.45 MiB');
  await expect(page.getByRole('row').filter({hasText: 'RAM'}).first()).toContainText('6.7 GiB');
  await page.getByRole('link', {name: /lines about memory/}).click();
  await expect(page.getByRole('log')).toContainText('Vulkan0 KV buffer size =    96.00 MiB');
});

test('a start without memory shows the reason', async ({page, paddock}) => {
  const daemon = await paddock({'glm-4.6': {report: 'out_of_memory', flags: '--exit-before-listen --exit-code 1'}});
  await page.goto(daemon.url);
  const model = row(page, 'glm-4.6');
  await model.getByRole('button', {name: 'load'}).click();
  await expect(model).toContainText('failed');
  await expect(model.locator('[data-verdict=failed_oom]')).toHaveText(/does not fit/);
  await expect(model).toContainText('Does not fit: CUDA0 needed 141.4 GiB more');
  await expect(model).toContainText('cudaMalloc failed: out of memory');
  await expect(model.getByRole('button', {name: 'retry'})).toBeVisible();
  await expect(page).toHaveTitle(/✖1/);

  await model.getByRole('link', {name: 'its log'}).click();
  await expect(page.getByRole('log')).toContainText('alloc_tensor_range: failed to allocate CUDA0 buffer');
});

test('a load says first what would be unloaded for it, and a busy model is not cut unasked', async ({page, paddock}) => {
  const daemon = await paddock({small: {}, large: {}});
  await page.goto(daemon.url);
  await row(page, 'small').getByRole('button', {name: 'load'}).click();
  await expect(row(page, 'small')).toContainText('ready');

  const gate = {stream: true, fake: {mode: 'chunked', pieces: ['a', 'b'], gate: 'go', gate_after: 1}};
  const answer = daemon.chat('small', gate);
  await expect(row(page, 'small')).toContainText('1 running');
  await row(page, 'small').getByRole('button', {name: 'unload'}).click();
  await expect(page.getByRole('group', {name: 'Unload small'})).toContainText('It works on 1 now');
  await page.getByRole('button', {name: 'not at all'}).click();
  await daemon.release('small', 'go');
  expect(await answer).toContain('ab');

  await row(page, 'large').getByRole('button', {name: 'load'}).click();
  await page.getByRole('button', {name: 'load (unloads small)'}).click();
  await expect(row(page, 'large')).toContainText('ready');
  await expect(row(page, 'small')).toContainText('stopped');
});
