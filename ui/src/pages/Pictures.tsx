// The playground's pictures.
import {useState} from 'preact/hooks';
import {triedJson} from '../store/exchange';
import {duration} from '../store/format';
import {pictureRequest, picturesOf, type PictureForm} from '../store/pictures';
import {Go, submitted, useTry} from './Tryouts';

const SIZES = ['256x256', '512x512', '768x768', '1024x1024', '1024x768', '768x1024'];

export function Images({model}: {model: string}) {
  const [form, set] = useState<PictureForm>({api: 'openai', prompt: '', size: '512x512', seed: '', batch: '1', steps: '', negative: ''});
  const field = (name: keyof PictureForm) => (event: {currentTarget: {value: string}}) => set({...form, [name]: event.currentTarget.value});
  const one = useTry<string[]>();
  const go = () => one.run(async (signal) => {
    const {path, body} = pictureRequest(model, form);
    const pictures = picturesOf(await triedJson<unknown>(path, body, signal));
    if (!pictures.length) throw new Error('the answer has no picture in it');
    return pictures;
  });
  const own = form.api === 'sdapi';
  return (
    <form onSubmit={submitted(() => void go())}>
      <label class="field">What it shall show<textarea data-search rows={3} value={form.prompt} onInput={field('prompt')} /></label>
      <div class="filters">
        <label>size <select value={form.size} onChange={field('size')}>{SIZES.map((size) => <option key={size}>{size}</option>)}</select></label>
        <label>seed <input class="short" type="number" min="0" placeholder="any" value={form.seed} onInput={field('seed')} /></label>
        <label>how many <input class="short" type="number" min="1" max="16" value={form.batch} onInput={field('batch')} /></label>
        <label>by <select value={form.api} onChange={field('api')}><option value="openai">OpenAI’s API</option><option value="sdapi">sdapi</option></select></label>
        {own && <label>steps <input class="short" type="number" min="1" placeholder="the server’s" value={form.steps} onInput={field('steps')} /></label>}
      </div>
      {own && <label class="field">What it shall not show<input value={form.negative} onInput={field('negative')} /></label>}
      <Go of={one} word="make it" ready={!!model && !!form.prompt.trim()} />
      {one.result?.value.map((picture, at) => (
        <figure key={at}><img class="picture" src={picture} alt={form.prompt} /><figcaption class="faint">took {duration(one.result!.took)} · <a href={picture} download="picture.png">save</a></figcaption></figure>
      ))}
    </form>
  );
}
