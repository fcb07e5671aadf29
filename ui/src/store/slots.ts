// llama-server's slots, as far as one understands them: its versions name things differently. Pure.
export interface Slot {
  id: number;
  busy: boolean;
  context: number; // tokens that it has room for; 0: not told
  used: number | null; // tokens in it
  generated: number;
}

type Loose = Record<string, unknown>;
const amount = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null);

function slot(raw: Loose, at: number): Slot {
  const next = (Array.isArray(raw.next_token) ? raw.next_token[0] : raw.next_token) as Loose | null | undefined;
  const generated = amount(next?.n_decoded) ?? amount(raw.n_decoded) ?? 0;
  const prompt = amount(raw.n_prompt_tokens);
  return {
    id: amount(raw.id) ?? at,
    busy: raw.is_processing === true || (typeof raw.state === 'number' && raw.state !== 0),
    context: amount(raw.n_ctx) ?? 0,
    used: amount(raw.n_past) ?? (prompt === null ? null : prompt + generated),
    generated,
  };
}

// null: that is no list of slots.
export function slotsOf(answer: unknown): Slot[] | null {
  if (!Array.isArray(answer)) return null;
  return answer.filter((one): one is Loose => !!one && typeof one === 'object').slice(0, 256).map(slot);
}
