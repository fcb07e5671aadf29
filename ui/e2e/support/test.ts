// The test function of this folder: `paddock` starts daemons that end with the test, `wire` what can be cut.
// A test fails for any error that the page throws and for anything that its Content-Security-Policy forbids.
import {expect, test as plain, type Page} from '@playwright/test';
import {Daemon, type ModelText, type Options} from './daemon';
import {Wire} from './wire';

interface Things {
  paddock: (models: Record<string, ModelText>, options?: Options) => Promise<Daemon>;
  wire: (daemon: Daemon) => Promise<Wire>;
  innocence: void;
}

export const test = plain.extend<Things>({
  innocence: [
    async ({context}, use) => {
      const bad: string[] = [];
      context.on('weberror', (error) => bad.push(String(error.error().stack)));
      context.on('console', (message) => /Content.Security.Policy/i.test(message.text()) && bad.push(message.text()));
      await use();
      expect(bad, 'errors of the page').toEqual([]);
    },
    {auto: true},
  ],
  paddock: async ({}, use, info) => {
    const all: Daemon[] = [];
    await use(async (models, options) => {
      const daemon = await Daemon.start(models, options);
      all.push(daemon);
      return daemon;
    });
    for (const daemon of all) {
      await daemon.stop().finally(() => info.status !== 'passed' && info.attach('paddock.log', {body: daemon.output}));
    }
  },
  wire: async ({}, use) => {
    const all: Wire[] = [];
    await use(async (daemon) => {
      const wire = await Wire.to(daemon.port);
      all.push(wire);
      return wire;
    });
    for (const wire of all) await wire.close();
  },
});

export {expect};

// A model of the list.
export const row = (page: Page, id: string) => page.getByRole('listitem').filter({has: page.getByRole('link', {name: id, exact: true})});
