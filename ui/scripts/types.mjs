// Writes src/api/schema.ts: TypeScript's types for the schemas of the daemon's own description of its API, so
// that both sides have one source. `--check` writes nothing and fails if the file is not what it should be.
import {readFileSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const source = process.env.OPENAPI ?? here('../../src/api/openapi.json');
const target = here('../src/api/schema.ts');

const indent = (text) => text.replace(/\n/g, '\n  ');

function object(schema) {
  const required = new Set(schema.required ?? []);
  const members = Object.entries(schema.properties ?? {}).map(([name, value]) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
    return `${key}${required.has(name) ? '' : '?'}: ${type(value)};`;
  });
  if (members.length) return indent(`{\n${members.join('\n')}`) + '\n}';
  const more = schema.additionalProperties;
  return `Record<string, ${typeof more === 'object' ? type(more) : 'unknown'}>`;
}

function named(schema, name) {
  switch (name) {
    case 'object':
      return object(schema);
    case 'array': {
      const item = type(schema.items ?? {});
      return /^[\w"]+$/.test(item) ? `${item}[]` : `Array<${item}>`;
    }
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
    case 'boolean':
    case 'null':
      return name;
    default:
      return 'unknown';
  }
}

function type(schema) {
  if (schema.$ref) return schema.$ref.split('/').pop();
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return [...new Set(either.map(type))].join(' | ');
  if (schema.allOf) return schema.allOf.map(type).join(' & ');
  if (Array.isArray(schema.type)) return schema.type.map((name) => named(schema, name)).join(' | ');
  return named(schema, schema.type ?? (schema.properties ? 'object' : ''));
}

const schemas = JSON.parse(readFileSync(source, 'utf8')).components.schemas;
const text =
  '// Made by `npm run types` from src/api/openapi.json. Not to be edited.\n' +
  Object.entries(schemas)
    .map(([name, schema]) => `\nexport type ${name} = ${type(schema)};\n`)
    .join('');

if (!process.argv.includes('--check')) {
  writeFileSync(target, text);
} else if (readFileSync(target, 'utf8') !== text) {
  console.error('src/api/schema.ts is not what src/api/openapi.json says: run `npm run types`');
  process.exit(1);
}
