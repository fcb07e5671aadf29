// What a picture is asked for with: OpenAI's way, or that of stable-diffusion's own servers. Pure.
export interface PictureForm {
  api: 'openai' | 'sdapi';
  prompt: string;
  size: string; // 512x512
  seed: string; // empty: any
  batch: string;
  steps: string; // these two: sdapi alone
  negative: string;
}

const whole = (text: string) => (/^\s*\d+\s*$/.test(text) ? Number(text) : undefined);

export function pictureRequest(model: string, form: PictureForm): {path: string; body: object} {
  const {prompt, size} = form;
  const seed = whole(form.seed);
  const batch = Math.max(1, Math.min(whole(form.batch) ?? 1, 16));
  if (form.api === 'openai') {
    return {path: 'v1/images/generations', body: {model, prompt, size, n: batch, response_format: 'b64_json', ...(seed === undefined ? {} : {seed})}};
  }
  const [width, height] = size.split('x').map(Number);
  const steps = whole(form.steps);
  return {
    path: 'sdapi/v1/txt2img',
    body: {
      model, prompt, width, height, seed: seed ?? -1, batch_size: batch,
      ...(steps ? {steps} : {}), ...(form.negative.trim() ? {negative_prompt: form.negative} : {}),
    },
  };
}

// Of either answer: base64.
export function picturesOf(answer: unknown): string[] {
  const {data, images} = (answer ?? {}) as {data?: {b64_json?: unknown}[]; images?: unknown[]};
  const all = Array.isArray(images) ? images : Array.isArray(data) ? data.map((one) => one?.b64_json) : [];
  return all.flatMap((one) => (typeof one === 'string' && one ? [one.startsWith('data:image/') ? one : 'data:image/png;base64,' + one] : []));
}
