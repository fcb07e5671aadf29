// The configuration file as it is, for admins where `admin.config_write` is on: its text to change, and the way
// back. A text area knows neither CRLF nor a byte order mark, so both are kept beside the text.
import {ask, ApiError, errorOf} from '../api/http';
import type {Reloaded} from '../api/schema';

export interface FileText {
  text: string; // lines end with LF
  version: string; // names what was read: whoever wrote since then is not overwritten
  crlf: boolean;
  mark: boolean;
}

const MARK = '\ufeff';

export function taken(bytes: ArrayBuffer, version: string): FileText {
  let raw: string;
  try {
    raw = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);
  } catch {
    throw new ApiError(0, 'not_text', 'the file is not UTF-8: change it where it is');
  }
  const mark = raw.startsWith(MARK);
  const text = mark ? raw.slice(1) : raw;
  const ends = text.match(/\r?\n/g) ?? [];
  return {text: text.replace(/\r\n/g, '\n'), version, crlf: ends.length > 0 && ends.every((one) => one === '\r\n'), mark};
}

export const given = (text: string, {crlf, mark}: FileText): string => (mark ? MARK : '') + (crlf ? text.replace(/\n/g, '\r\n') : text);

export async function readFile(): Promise<FileText> {
  const answer = await ask('api/config/file');
  if (!answer.ok) throw await errorOf(answer);
  return taken(await answer.arrayBuffer(), answer.headers.get('ETag') ?? '');
}

// What came of it, and the text as it is in the file now.
export async function writeFile(text: string, from: FileText): Promise<{done: Reloaded; now: FileText}> {
  const headers = {'Content-Type': 'application/yaml', 'If-Match': from.version};
  const answer = await ask('api/config', {method: 'PUT', body: given(text, from), headers});
  if (!answer.ok) throw await errorOf(answer);
  return {done: (await answer.json()) as Reloaded, now: {...from, text, version: answer.headers.get('ETag') ?? ''}};
}
