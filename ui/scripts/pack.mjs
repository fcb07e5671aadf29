// Puts compressed forms beside the files of dist/, as NAME.br and NAME.gz, where they are smaller: the daemon sends
// them as they are, and whoever builds it from a dist/ needs no compressor.
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {brotliCompressSync, constants, gzipSync} from 'node:zlib';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const TEXTS = /\.(html|js|css|svg|json|txt)$/;

for (const name of readdirSync(dist, {recursive: true}).filter((name) => TEXTS.test(name))) {
  const file = join(dist, name);
  const plain = readFileSync(file);
  const forms = {
    br: brotliCompressSync(plain, {params: {[constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length}}),
    gz: gzipSync(plain, {level: 9}),
  };
  for (const [ending, bytes] of Object.entries(forms)) {
    if (bytes.length < plain.length) writeFileSync(`${file}.${ending}`, bytes);
  }
}
