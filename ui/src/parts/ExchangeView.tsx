// The playground's last request and its answer, as sent.
import {storedKey, notify} from '../store/app';
import {curlOf, exchange, shortened} from '../store/exchange';
import {copy} from './parts';

export function ExchangeView() {
  const last = exchange.value;
  if (!last) return null;
  const {path, body, form, status, type, answer} = last;
  const said = () => copy(curlOf(last, !!storedKey())).then((done) => notify(done ? 'copied' : 'the browser does not let it'));
  return (
    <details class="exchange">
      <summary>request and answer</summary>
      <p class="faint">POST {path} <button type="button" class="quiet" onClick={() => void said()}>copy this as curl</button></p>
      <pre class="proof" tabIndex={0} aria-label="Request">{shortened(form ? form.map(([name, value]) => `${name}: ${value}`).join('\n') : body)}</pre>
      <p class="faint">{status ? `${status} ${type}` : 'no answer yet'}</p>
      {answer && <pre class="proof" tabIndex={0} aria-label="Answer">{shortened(answer)}</pre>}
    </details>
  );
}
