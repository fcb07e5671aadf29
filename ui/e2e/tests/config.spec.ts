// Another configuration is judged while it is typed; who may run with whom; when an idle model goes.
import {expect, row, test} from '../support/test';

test('a text is judged as the configuration, and nothing of it comes into force', async ({page, paddock}) => {
  const daemon = await paddock({small: {}, large: {}});
  await page.goto(`${daemon.url}ui/#/config`);
  const editor = page.getByRole('textbox', {name: 'What if the file said'});
  await editor.fill('models:\n  fresh:\n    cmd: [\n');
  await expect(page.getByText(/\d finding/)).toBeVisible();
  await editor.fill('models:\n  fresh:\n    cmd: sh -c "exec sleep ${PORT}"\n');
  const plan = page.locator('.facts-list').filter({hasText: 'fresh'}).filter({hasText: 'small'});
  await expect(plan).toContainText('large');
  await expect(page.getByLabel('What is different from what is in force')).toContainText('+');
  const models = await daemon.get('v1/models');
  expect(models.data.map((one: {id: string}) => one.id).sort()).toEqual(['large', 'small']);
});

test('an admin changes the file, and what it says is in force', async ({page, paddock}) => {
  const daemon = await paddock({small: {}}, {top: 'admin: {config_write: true}'});
  await page.goto(`${daemon.url}ui/#/config`);
  await page.getByRole('button', {name: 'edit the file'}).click();
  const editor = page.getByRole('textbox', {name: 'What if the file said'});
  await expect(editor).toHaveValue(/config_write/);
  await editor.fill((await editor.inputValue()).replace(/\n*$/, '\n  fresh:\n    cmd: sh -c "exec sleep ${PORT}"\n'));
  await page.getByRole('button', {name: 'apply'}).click();
  await page.getByRole('button', {name: 'write and use it'}).click();
  await expect(page.getByText('added: fresh')).toBeVisible();
  const models = await daemon.get('v1/models');
  expect(models.data.map((one: {id: string}) => one.id).sort()).toEqual(['fresh', 'small']);
});

test('the pairs that may run together are a table', async ({page, paddock}) => {
  const daemon = await paddock({small: {}, large: {}, other: {}}, {top: 'groups:\n  pair:\n    swap: false\n    members: [small, large]'});
  await page.goto(`${daemon.url}ui/#/config`);
  const table = page.getByRole('region', {name: 'Who may run with whom'}).getByRole('table');
  await expect(table.getByRole('row', {name: /^large/})).toContainText('✓');
  await expect(table.getByRole('row', {name: /^other/})).not.toContainText('✓');
});

test('an idle model says when it goes, and goes then', async ({page, paddock}) => {
  const daemon = await paddock({brief: {extra: 'ttl: 4'}});
  await page.goto(daemon.url);
  const model = row(page, 'brief');
  await model.getByRole('button', {name: 'load'}).click();
  await expect(model.locator('.ttl')).toContainText(/[1-4]/);
  await expect(model).toContainText('stopped');
});
