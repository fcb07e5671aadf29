// The page must stay small: fails if all script and style of dist/, whether the page loads it at once, later or
// never, takes more than the budget as it is sent to `br, gzip`; and if index.html names no script or style.
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const BUDGET = 120 * 1000;
const dist = process.argv[2] ?? fileURLToPath(new URL('../dist', import.meta.url));
const size = (file) => statSync(file).size;
const sent = (file, endings) => Math.min(size(file), ...endings.map((ending) => `${file}.${ending}`).filter(existsSync).map(size));

let sum = 0;
for (const name of readdirSync(dist, {recursive: true}).filter((name) => /\.(m?js|css)$/.test(name)).sort()) {
  const bytes = sent(join(dist, name), ['br', 'gz']);
  console.log(`${String(bytes).padStart(7)}  ${name}`);
  sum += bytes;
}
console.log(`${String(sum).padStart(7)}  of ${BUDGET}`);

const index = readFileSync(join(dist, 'index.html'), 'utf8');
const problems = [
  sum > BUDGET && 'over the budget',
  !/<script [^>]*src="\.\/assets\/[^"]+\.js"/.test(index) && 'index.html names no script',
  !/<link rel="stylesheet" [^>]*href="\.\/assets\/[^"]+\.css"/.test(index) && 'index.html names no style',
  /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/.test(index) && 'index.html has script or style in it, which its own policy forbids',
].filter(Boolean);
problems.forEach((problem) => console.error(problem));
process.exit(problems.length ? 1 : 0);
