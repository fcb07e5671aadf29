// JSON as YAML that people can read. For showing; what is read by programs is the JSON.
type Json = null | boolean | number | string | Json[] | {[key: string]: Json};

const PLAIN = /^[A-Za-z_/.$][\w ./$-]*$/;
const WORDS = /^(true|false|null|yes|no|on|off|~)$/i;

function scalar(text: string): string {
  return PLAIN.test(text) && !WORDS.test(text) && !text.endsWith(' ') ? text : JSON.stringify(text);
}

function block(text: string, pad: string): string {
  return '|' + (text.endsWith('\n') ? '' : '-') + text.replace(/\n$/, '').split('\n').map((line) => '\n' + pad + line).join('');
}

function value(json: Json, pad: string): string {
  if (json === null) return ' null';
  if (typeof json === 'string') return ' ' + (json.includes('\n') && !/^\s/.test(json) ? block(json, pad) : scalar(json));
  if (typeof json !== 'object') return ' ' + String(json);
  if (Array.isArray(json)) {
    if (!json.length) return ' []';
    return json.map((item) => '\n' + pad + '-' + nested(item, pad + '  ')).join('');
  }
  const entries = Object.entries(json);
  if (!entries.length) return ' {}';
  return entries.map(([key, item]) => '\n' + pad + scalar(key) + ':' + value(item, pad + '  ')).join('');
}

// Behind a dash a map begins on the same line.
function nested(json: Json, pad: string): string {
  const text = value(json, pad);
  return text.startsWith('\n' + pad) ? ' ' + text.slice(pad.length + 1) : text;
}

export function yaml(json: unknown): string {
  return value(json as Json, '').trimStart();
}
