// What holds for all pages: two tabs, the keyboard, the key.
import {expect, row, test} from '../support/test';

test('two tabs show the same', async ({context, paddock}) => {
  const daemon = await paddock({small: {lines: true}});
  const [one, two] = [await context.newPage(), await context.newPage()];
  await one.goto(daemon.url + 'ui/#/models');
  await two.goto(daemon.url + 'ui/#/models');
  await row(one, 'small').getByRole('button', {name: 'load'}).click();
  await expect(row(two, 'small')).toContainText('ready');
  for (const tab of [one, two]) await tab.goto(daemon.url + 'ui/#/logs?model=small');
  await expect(one.getByText('following')).toBeVisible();
  await expect(two.getByText('following')).toBeVisible();
  daemon.print('small', 'for both\n');
  await expect(one.getByRole('log')).toContainText('for both');
  await expect(two.getByRole('log')).toContainText('for both');
  await one.close();
  await two.goto(daemon.url + 'ui/#/models');
  await row(two, 'small').getByRole('button', {name: 'unload'}).click();
  await expect(row(two, 'small')).toContainText('stopped');
});

test('all of it works without a mouse', async ({page, paddock}) => {
  const daemon = await paddock({alpha: {}, beta: {}, gamma: {}});
  const keys = page.keyboard;
  await page.goto(daemon.url);
  await expect(row(page, 'gamma')).toBeVisible();
  await keys.press('/');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await keys.type('a l'); // letters, not commands
  await expect(page.getByRole('listitem').filter({has: page.locator('[data-row]')})).toHaveCount(1);
  await expect(page).toHaveURL(/q=a\+l|q=a%20l/);
  await page.getByRole('searchbox').fill('');
  await keys.press('Escape');

  await keys.press('j');
  await keys.press('j');
  await expect(page.getByRole('link', {name: 'beta', exact: true})).toBeFocused();
  await keys.press('l');
  await expect(row(page, 'beta')).toContainText('ready');
  await keys.press('k');
  await expect(page.getByRole('link', {name: 'alpha', exact: true})).toBeFocused();
  await keys.press('l'); // it would unload beta, so it asks; Tab and Enter answer
  await expect(page.getByRole('button', {name: 'load (unloads beta)'})).toBeVisible();
  for (let tab = 0; tab < 4; tab++) {
    if (await page.locator('[data-verb=confirm]:focus').count()) break;
    await keys.press('Tab');
  }
  await keys.press('Enter');
  await expect(row(page, 'alpha')).toContainText('ready');

  await page.getByRole('link', {name: 'alpha', exact: true}).focus();
  await keys.press('Enter');
  await expect(page.getByRole('heading', {level: 1})).toHaveText('alpha');
  await keys.press('u');
  await expect(page.locator('.title .state')).toContainText('stopped');
  await page.goBack();
  await expect(page.getByRole('heading', {level: 1})).toHaveText('Models');

  for (const [key, name] of [['g', 'GPUs'], ['l', 'Logs'], ['a', 'Activity'], ['p', 'Playground'], ['c', 'Config'], ['m', 'Models']] as const) {
    await keys.press('g');
    await keys.press(key);
    await expect(page.getByRole('heading', {level: 1})).toHaveText(name);
  }
  await keys.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  await keys.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('the focus can be seen, and begins with a way past the head', async ({page, paddock}) => {
  const daemon = await paddock({alpha: {}});
  await page.goto(daemon.url);
  await expect(row(page, 'alpha')).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', {name: 'Skip to the page'})).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toBeFocused();
  await page.keyboard.press('Tab');
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
  expect(outline).toBe('solid');
});

test('with keys the page asks for one, and keeps it in the tab alone', async ({page, context, paddock}) => {
  const daemon = await paddock({small: {lines: true}}, {top: 'apiKeys: [open-sesame]\n', key: 'open-sesame'});
  for (const path of ['ui/', ...(await assets(daemon.url))]) {
    expect((await fetch(daemon.url + path)).status, path).toBe(200);
  }
  expect((await fetch(daemon.url + 'api/models')).status).toBe(401);

  const sent: Record<string, string | undefined> = {};
  page.on('request', (request) => (sent[new URL(request.url()).pathname] = request.headers().authorization));
  await page.goto(daemon.url);
  const dialog = page.getByRole('dialog', {name: 'A key is needed'});
  await dialog.getByLabel('Key').fill('wrong');
  await dialog.getByRole('button', {name: 'Use it'}).click();
  await expect(dialog).toContainText('That key is not one of those in the configuration.');
  await dialog.getByLabel('Key').fill('open-sesame');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(page.locator('.connection')).toHaveText(/live/);
  await row(page, 'small').getByRole('button', {name: 'load'}).click();
  await expect(row(page, 'small')).toContainText('ready');
  expect(sent['/api/events/v2']).toBe('Bearer open-sesame');
  await page.goto(daemon.url + 'ui/#/logs?model=small');
  await expect(page.getByText('following')).toBeVisible();
  expect(sent['/api/logs/stream']).toBe('Bearer open-sesame');

  expect(await page.evaluate(() => JSON.stringify({...sessionStorage}))).toContain('open-sesame');
  expect(await page.evaluate(() => JSON.stringify({...localStorage}) + document.cookie + location.href)).not.toContain('open-sesame');
  await page.reload();
  await expect(page.getByText('following')).toBeVisible();
  await expect(dialog).toBeHidden();

  const other = await context.newPage();
  await other.goto(daemon.url);
  await expect(other.getByRole('dialog', {name: 'A key is needed'})).toBeVisible();
  await page.getByRole('button', {name: 'forget key'}).click();
  await expect(dialog).toBeVisible();
});

// What index.html names.
async function assets(url: string): Promise<string[]> {
  const text = await (await fetch(url + 'ui/')).text();
  return [...text.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map((match) => 'ui/' + match[1]);
}
