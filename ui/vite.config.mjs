import {defineConfig} from 'vitest/config';

// `npm run dev` shows the page with what a running daemon answers.
const daemon = process.env.PADDOCK_URL ?? 'http://127.0.0.1:8080';
const proxied = ['/api', '/v1', '/logs', '/sdapi', '/upstream', '/metrics', '/favicon.ico'];

export default defineConfig({
  base: './', // below whatever path the daemon is put
  esbuild: {jsx: 'automatic', jsxImportSource: 'preact'},
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: {polyfill: false},
    reportCompressedSize: false,
  },
  server: {
    proxy: Object.fromEntries(
      // The page that asks is the daemon's own but for its port: without this it would be a foreign one.
      proxied.map((path) => [path, {target: daemon, changeOrigin: true, headers: {origin: daemon}}]),
    ),
  },
  test: {environment: 'happy-dom', include: ['tests/**/*.test.{ts,tsx}'], testTimeout: 60_000},
});
