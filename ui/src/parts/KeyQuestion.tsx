// Asks for a key. It stays in this tab, and goes nowhere but into the headers of what the page asks.
import {useState} from 'preact/hooks';
import {setKey} from '../store/app';
import {Dialog} from './parts';

export function KeyQuestion({wrong}: {wrong: boolean}) {
  const [key, type] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    if (key.trim()) setKey(key.trim());
  };
  return (
    <Dialog title="A key is needed" onClose={() => undefined}>
      <form onSubmit={submit}>
        <p>{wrong ? 'That key is not one of those in the configuration.' : 'This paddock answers with one of its apiKeys only.'}</p>
        <label class="field">
          Key
          <input type="password" autocomplete="current-password" autofocus value={key} onInput={(event) => type(event.currentTarget.value)} />
        </label>
        <p class="faint">It is kept until this tab is closed.</p>
        <button type="submit" class="main">Use it</button>
      </form>
    </Dialog>
  );
}
