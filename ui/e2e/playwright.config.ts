// The page in a browser of the distribution's, with a paddock behind it that runs fake engines.
//   PADDOCK_BIN     a paddock with the page in it
//   PADDOCK_FAKE    tests/fake_upstream's program
//   CHROMIUM        the browser, if it is not /usr/bin/chromium
import {defineConfig} from '@playwright/test';
import {root} from './support/daemon';

export default defineConfig({
  testDir: './tests',
  outputDir: `${root}/build/e2e`,
  // One after the other: one of them measures, and all together take a minute.
  workers: 1,
  timeout: 30_000,
  expect: {timeout: 10_000},
  forbidOnly: !!process.env.CI,
  reporter: [['list'], ['junit', {outputFile: `${root}/build/reports/e2e.xml`}]],
  use: {
    locale: 'en-GB',
    viewport: {width: 1280, height: 800},
    actionTimeout: 10_000,
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      // Chromium refuses its own sandbox to root.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
});
