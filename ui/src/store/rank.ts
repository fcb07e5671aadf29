// What embeddings and rerankers answer, in order. Pure; the answers are of servers of many makes.
export interface Ranked {
  text: string;
  score: number;
}

const numbers = (value: unknown): number[] | null =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'number') ? (value as number[]) : null;

export function cosine(a: number[], b: number[]): number {
  let both = 0, first = 0, second = 0;
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    both += a[at]! * b[at]!;
    first += a[at]! * a[at]!;
    second += b[at]! * b[at]!;
  }
  return first && second ? both / Math.sqrt(first * second) : 0;
}

// How near each text is to the first. null: the answer has no vector for each of them.
export function nearest(texts: string[], answer: unknown): Ranked[] | null {
  const data = (answer as {data?: {embedding?: unknown; index?: number}[]} | null)?.data;
  if (!Array.isArray(data)) return null;
  const vectors = new Map(data.map((one, at) => [one?.index ?? at, numbers(one?.embedding)]));
  const own = vectors.get(0);
  if (!own || texts.some((_, at) => !vectors.get(at))) return null;
  return ordered(texts.slice(1).map((text, at) => ({text, score: cosine(own, vectors.get(at + 1)!)})));
}

interface Scored {
  index?: number;
  relevance_score?: number;
  score?: number;
}

// Jina's and llama.cpp's `results`, vLLM's too; some say `data`, and TEI gives the list alone.
export function reranked(texts: string[], answer: unknown): Ranked[] | null {
  const list = Array.isArray(answer) ? answer : ((answer as {results?: unknown} | null)?.results ?? (answer as {data?: unknown} | null)?.data);
  if (!Array.isArray(list)) return null;
  const rows = (list as (Scored | null)[]).flatMap((one) => {
    const text = texts[one?.index ?? -1];
    const score = one?.relevance_score ?? one?.score;
    return text !== undefined && typeof score === 'number' ? [{text, score}] : [];
  });
  return rows.length ? ordered(rows) : null;
}

const ordered = (rows: Ranked[]): Ranked[] => rows.sort((a, b) => b.score - a.score);

export const lines = (text: string): string[] => text.split('\n').map((line) => line.trim()).filter(Boolean);

// Of the answer to GET /v1/audio/voices: a list of names, or of things that have one.
export function voicesOf(answer: unknown): string[] {
  const {voices, data} = (answer ?? {}) as {voices?: unknown; data?: unknown};
  const all = [answer, voices, data].find(Array.isArray) as unknown[] | undefined;
  return (all ?? []).slice(0, 200).flatMap((one) => {
    const named = one as {id?: unknown; name?: unknown} | null;
    const name = typeof one === 'string' ? one : named?.id ?? named?.name;
    return typeof name === 'string' && name ? [name] : [];
  });
}
