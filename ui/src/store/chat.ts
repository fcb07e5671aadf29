// A conversation: what was said, and how an answer grows out of the events of its stream. Pure.
import {duration, rate} from './format';

export interface Answer {
  role: 'assistant';
  text: string;
  thinking: string;
  state: 'waiting' | 'streaming' | 'done' | 'stopped' | 'failed';
  note: string; // why it waits, as the daemon says it
  error: string;
  asked: number; // ms
  first: number; // ms; 0: nothing came yet
  ended: number;
  pieces: number; // chunks with text, about as many as tokens
  stop: string; // why the model stopped
  usage: {prompt: number; generated: number; cached: number} | null;
  speeds: {prompt: number; generated: number} | null;
}

export interface Said {
  role: 'user';
  text: string;
  images: string[]; // data: addresses
}

export type Turn = Said | Answer;

export const begin = (time: number): Answer => ({
  role: 'assistant', text: '', thinking: '', state: 'waiting', note: '', error: '', asked: time, first: 0, ended: 0, pieces: 0, stop: '',
  usage: null, speeds: null,
});

interface Chunk {
  choices?: {delta?: {content?: string | null; reasoning_content?: string | null; reasoning?: string | null}; finish_reason?: string | null}[];
  usage?: {prompt_tokens?: number; completion_tokens?: number; prompt_tokens_details?: {cached_tokens?: number} | null} | null;
  timings?: {prompt_n?: number; prompt_per_second?: number; predicted_n?: number; predicted_per_second?: number; cache_n?: number};
  error?: {message?: string};
}

export function grown(answer: Answer, data: string, time: number): Answer {
  if (data === '[DONE]') return answer;
  let chunk: Chunk;
  try {
    chunk = JSON.parse(data) as Chunk;
  } catch {
    return answer;
  }
  if (chunk.error) return {...answer, state: 'failed', error: chunk.error.message ?? 'the answer broke off', ended: time};
  const choice = chunk.choices?.[0];
  const text = choice?.delta?.content ?? '';
  const thinking = choice?.delta?.reasoning_content ?? choice?.delta?.reasoning ?? '';
  const next = {...answer, text: answer.text + text, thinking: answer.thinking + thinking};
  if (text || thinking) {
    next.state = 'streaming';
    next.note = '';
    next.first ||= time;
    next.pieces++;
  }
  if (choice?.finish_reason) next.stop = choice.finish_reason;
  const {usage, timings} = chunk;
  if (usage) {
    next.usage = {prompt: usage.prompt_tokens ?? 0, generated: usage.completion_tokens ?? 0, cached: usage.prompt_tokens_details?.cached_tokens ?? 0};
  }
  if (timings) {
    next.speeds = {prompt: timings.prompt_per_second ?? 0, generated: timings.predicted_per_second ?? 0};
    next.usage ??= {prompt: (timings.prompt_n ?? 0) + (timings.cache_n ?? 0), generated: timings.predicted_n ?? 0, cached: timings.cache_n ?? 0};
  }
  return next;
}

export function ended(answer: Answer, time: number, how: 'done' | 'stopped' | {error: string}): Answer {
  if (answer.state === 'failed') return answer;
  if (typeof how === 'object') return {...answer, state: 'failed', error: how.error, ended: time, note: ''};
  return {...answer, state: how, ended: time, note: ''};
}

// `first token after 0.41 s · reading 812 t/s · 42.3 t/s · 512 tokens`
export function timing(answer: Answer, time: number): string {
  if (!answer.first) return answer.state === 'waiting' ? `waits for ${duration(time - answer.asked)}` : '';
  const seconds = ((answer.ended || time) - answer.first) / 1000;
  const tokens = answer.usage?.generated || answer.pieces;
  const speed = answer.speeds?.generated || (seconds > 0.05 ? tokens / seconds : 0);
  const parts = [`first token after ${duration(answer.first - answer.asked)}`];
  if (answer.speeds?.prompt) parts.push(`reading ${rate(answer.speeds.prompt)}`);
  if (speed) parts.push(rate(speed));
  parts.push(`${tokens} tokens`);
  if (answer.usage?.prompt) parts.push(`prompt ${answer.usage.prompt}${answer.usage.cached ? `, ${answer.usage.cached} cached` : ''}`);
  if (answer.stop && answer.stop !== 'stop') parts.push(`ended by ${answer.stop}`);
  return parts.join(' · ');
}

export interface Settings {
  model: string;
  system: string;
  temperature: string;
  most: string; // tokens
}

export function requestOf(turns: Turn[], settings: Settings): Record<string, unknown> {
  const messages: unknown[] = settings.system.trim() ? [{role: 'system', content: settings.system}] : [];
  for (const turn of turns) {
    if (turn.role === 'assistant') {
      if (turn.text) messages.push({role: 'assistant', content: turn.text});
    } else if (turn.images.length) {
      const images = turn.images.map((url) => ({type: 'image_url', image_url: {url}}));
      messages.push({role: 'user', content: [{type: 'text', text: turn.text}, ...images]});
    } else {
      messages.push({role: 'user', content: turn.text});
    }
  }
  const number = (text: string) => (text.trim() === '' || Number.isNaN(Number(text)) ? undefined : Number(text));
  return {
    model: settings.model, messages, stream: true, stream_options: {include_usage: true},
    temperature: number(settings.temperature), max_tokens: number(settings.most),
  };
}
