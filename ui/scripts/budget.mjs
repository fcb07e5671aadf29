// The whole page must stay small: fails if all script and style of dist/, loaded at once or later, take more
// than the budget as they are served, in either coding.
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {brotliCompressSync, constants, gzipSync} from 'node:zlib';

const BUDGET = 120 * 1000;
const dist = process.argv[2] ?? fileURLToPath(new URL('../dist', import.meta.url));

const files = readdirSync(dist, {recursive: true}).filter((name) => /\.(js|mjs|css)$/.test(name));
const sums = {br: 0, gzip: 0};
for (const name of files.sort()) {
  const bytes = readFileSync(join(dist, name));
  const br = brotliCompressSync(bytes, {params: {[constants.BROTLI_PARAM_QUALITY]: 11}}).length;
  const gzip = gzipSync(bytes, {level: 9}).length;
  console.log(`${String(br).padStart(7)} br ${String(gzip).padStart(7)} gzip  ${name}`);
  sums.br += br;
  sums.gzip += gzip;
}
console.log(`${String(sums.br).padStart(7)} br ${String(sums.gzip).padStart(7)} gzip  of ${BUDGET}`);
if (!files.length || Math.max(sums.br, sums.gzip) > BUDGET) {
  console.error(files.length ? 'over the budget' : `no scripts in ${dist}`);
  process.exit(1);
}
