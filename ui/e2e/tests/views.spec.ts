// Each view with much in it, light and dark, wide and narrow: axe finds nothing serious, nothing sticks out at the
// side of a phone, and a picture of it is in build/screenshots for whoever changed something.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import type {Page} from '@playwright/test';
import {CARDS, root, until, type Daemon, type ModelText} from '../support/daemon';
import {expect, row, test} from '../support/test';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const GIB = 2 ** 30;
const WIDE = {width: 1280, height: 800};
const NARROW = {width: 360, height: 740};

const MODELS: Record<string, ModelText> = {
  'qwen3-8b-instruct-q4_k_m': {report: 'full_fit', extra: 'name: Qwen3 8B\ndescription: for everything\naliases: [qwen, gpt-4o-mini]\nttl: 600', lines: true},
  'gpt-oss-20b': {report: 'experts_on_cpu'},
  'glm-4.6-q3_k_xl': {report: 'out_of_memory', flags: '--exit-before-listen --exit-code 1'},
  'gemma-3-27b': {report: 'shrunk_context', flags: '--health-gate up'},
  'org/a-model-with-a-name-that-is-longer-than-a-phone-is-wide:q8_0': {extra: 'env: ["API_TOKEN=secret"]'},
};
const TOP = `shutdownTimeout: 2 # a request is kept at a gate
groups:
  all:
    swap: false
    members: [qwen3-8b-instruct-q4_k_m, gpt-oss-20b, glm-4.6-q3_k_xl, gemma-3-27b]
`;

// Some run, one loads, one has failed; requests have ended and one goes on.
async function furnish(daemon: Daemon): Promise<void> {
  const [qwen, gpt, glm, gemma] = Object.keys(MODELS) as [string, string, string, string];
  for (const id of [qwen, gpt]) {
    await daemon.ask(`api/models/${id}/load`, {method: 'POST'});
    daemon.cards({gpus: await withProcesses(daemon, [qwen, gpt])});
    for (let n = 0; n < 3; n++) await daemon.chat(id, {stream: n === 1});
  }
  await daemon.chat(glm);
  await daemon.chat('nobody');
  void daemon.ask(`api/models/${gemma}/load`, {method: 'POST'}).catch(() => undefined);
  void daemon.chat(qwen, {stream: true, fake: {mode: 'chunked', pieces: ['a', 'b'], gate: 'never', gate_after: 1}}).catch(() => undefined);
  await until(() => daemon.get('api/inflight'), (answer) => JSON.stringify(answer).includes(qwen));
  await until(() => daemon.get(`api/models/${gemma}`), (answer) => answer.state === 'starting');
}

// What the driver would say of them.
async function withProcesses(daemon: Daemon, ids: string[]): Promise<object[]> {
  const pids = await Promise.all(ids.map(async (id) => (await daemon.get(`api/models/${id}`)).launch?.pid as number | undefined));
  const sizes = [6 * GIB, 5 * GIB];
  return CARDS.gpus.map((card, at) => {
    const processes: object[] = at === 0 ? [{pid: 99_999_999, bytes: GIB, name: 'Xorg'}] : [];
    if (pids[at]) processes.push({pid: pids[at], bytes: sizes[at]});
    return {...card, util: 37, used: card.used + (pids[at] ? sizes[at]! : 0) + (at === 0 ? GIB : 0), processes};
  });
}

interface View {
  name: string;
  hash: string;
  shows?: string; // once it is complete
  prepare?: (page: Page) => Promise<void>;
}

const [QWEN, GPT] = Object.keys(MODELS) as [string, string];
const VIEWS: View[] = [
  {name: 'models', hash: 'models', shows: 'Does not fit: CUDA0 needed'},
  {name: 'model', hash: `models/${QWEN}`, shows: 'Command'},
  {name: 'model-fit', hash: `models/${QWEN}?tab=fit`, shows: '37 of 37 on GPUs'},
  {name: 'model-spilled', hash: `models/${GPT}?tab=fit`, shows: 'CPU_Mapped model buffer size'},
  {name: 'model-failed', hash: 'models/glm-4.6-q3_k_xl?tab=fit', shows: 'cudaMalloc failed'},
  {name: 'model-launches', hash: 'models/glm-4.6-q3_k_xl?tab=launches', shows: 'ended'},
  {name: 'gpus', hash: `gpus?what=${QWEN}`, shows: 'NVIDIA GeForce RTX 3090'},
  {name: 'logs', hash: 'logs', shows: 'following'},
  {name: 'logs-gpu', hash: 'logs?q=gpu', shows: 'about GPU memory'},
  {name: 'logs-line', hash: `logs?model=${QWEN}`, shows: 'following', prepare: (page) => page.getByText('offloaded 37/37').click()},
  {name: 'activity', hash: 'activity', shows: 'generated', prepare: (page) => page.locator('.history [data-row]').first().click()},
  {name: 'chat', hash: `play/chat?model=${GPT}`, shows: 'Chat', prepare: converse},
  {name: 'image', hash: `play/image?model=${GPT}`, shows: 'What it shall show'},
  {name: 'config', hash: `config?plan=${QWEN}`, shows: 'In force'},
  {name: 'help', hash: 'models', shows: 'Does not fit', prepare: (page) => page.getByRole('button', {name: 'Help'}).click()},
];

async function converse(page: Page): Promise<void> {
  if (await page.locator('.turn').count()) return;
  await page.getByRole('textbox', {name: 'Message'}).fill('Does it fit?');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', {name: 'again'})).toBeVisible();
}

// What the page leads to and VIEWS does not name.
async function others(page: Page, url: string): Promise<View[]> {
  const named = (path: string) => VIEWS.some(({hash}) => `${hash}/`.replace('?', '/').startsWith(`${path}/`));
  const found = new Set<string>();
  for (const start of ['models', 'play/chat']) {
    await show(page, url, {name: start, hash: start});
    const links = await page.locator('header nav a, .tabs a').evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''));
    for (const link of links) found.add(link.replace(/^#\//, '').replace(/\?.*/, ''));
  }
  return [...found].filter((path) => !named(path)).map((path) => ({name: path.replaceAll('/', '-'), hash: path}));
}

async function show(page: Page, url: string, view: View): Promise<void> {
  await page.goto('about:blank');
  await page.goto(`${url}ui/#/${view.hash}`);
  await expect(view.shows ? page.getByText(view.shows).first() : page.getByRole('heading', {level: 1})).toBeVisible();
  await view.prepare?.(page);
}

// What axe finds, but for what is only minor or moderate.
async function faults(page: Page): Promise<string[]> {
  await page.evaluate(AXE); // past the page's policy, which is for others
  return page.evaluate(async () => {
    const {violations} = await (window as any).axe.run(document, {resultTypes: ['violations']});
    return violations
      .filter((one: any) => one.impact === 'serious' || one.impact === 'critical')
      .map((one: any) => `${one.id}: ${one.help}: ${one.nodes.map((node: any) => `${node.html} ${node.any[0]?.message ?? ''}`).join('; ')}`);
  });
}

// Elements that reach beyond the window, and are in nothing that scrolls; and ways to other pages that do.
const beyond = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const root = document.scrollingElement!;
    const all = root.scrollWidth > root.clientWidth ? 'main *, header *' : 'header nav a';
    return [...document.querySelectorAll(all)]
      .filter((one) => one.getBoundingClientRect().right > root.clientWidth + 1)
      .map((one) => `${one.tagName} ${one.className} ${one.textContent?.slice(0, 40)}`)
      .slice(0, 5);
  });

const shot = (page: Page, name: string) => page.screenshot({path: `${root}/build/screenshots/${name}.png`});

for (const scheme of ['light', 'dark'] as const) {
  test(`every view, ${scheme}`, async ({page, paddock}) => {
    test.setTimeout(90_000);
    await page.emulateMedia({colorScheme: scheme, reducedMotion: 'reduce'});
    const daemon = await paddock(MODELS, {top: TOP});
    await furnish(daemon);
    for (const view of [...VIEWS, ...(await others(page, daemon.url))]) {
      await page.setViewportSize(WIDE);
      await show(page, daemon.url, view);
      expect.soft(await faults(page), `${view.name}, ${scheme}`).toEqual([]);
      await shot(page, `${view.name}-1280-${scheme}`);
      await page.setViewportSize(NARROW);
      expect.soft(await beyond(page), `${view.name} is wider than a phone`).toEqual([]);
      await shot(page, `${view.name}-360-${scheme}`);
    }
  });
}

test('the question for the key, light and dark', async ({page, paddock}) => {
  const daemon = await paddock({small: {}}, {top: 'apiKeys: [open-sesame]\n', key: 'open-sesame'});
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme: scheme});
    await page.goto(daemon.url);
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await faults(page)).toEqual([]);
    await shot(page, `key-1280-${scheme}`);
  }
  await expect(row(page, 'small')).toHaveCount(0);
});
