// Which models may run beside each other, two at a time.
import type {Matrix} from '../api/schema';
import {useAsked} from '../parts/hooks';
import {Note} from '../parts/parts';

const WIDEST = 30; // with more models a table is too wide to read

function Triangle({models}: Matrix) {
  const last = models.length - 1;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Who may run with whom">
      <table class="narrow matrix">
        <thead><tr><td />{models.slice(0, last).map((one) => <th key={one.id} scope="col"><span>{one.id}</span></th>)}</tr></thead>
        <tbody>
          {models.slice(1).map((row, at) => (
            <tr key={row.id}>
              <th scope="row">{row.id}{row.pinned && ' (pinned)'}</th>
              {models.slice(0, at + 1).map((one) => {
                const may = row.beside.includes(one.id);
                return <td key={one.id} class={may ? 'is-good' : 'faint'} title={`${row.id} and ${one.id}: ${may ? 'together' : 'one at a time'}`}>{may ? '✓' : '–'}<span class="sr"> {may ? 'together' : 'one at a time'}</span></td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Lists({models}: Matrix) {
  return (
    <table>
      <thead><tr><th scope="col">Model</th><th scope="col">may run beside</th></tr></thead>
      <tbody>{models.map((one) => <tr key={one.id}><th scope="row">{one.id}{one.pinned && ' (pinned)'}</th><td>{one.beside.join(', ') || 'no other'}</td></tr>)}</tbody>
    </table>
  );
}

// `again`: whatever changes when the configuration does.
export function Together({again}: {again: string}) {
  const {data, error} = useAsked<Matrix>('api/matrix', {}, 0, again);
  return (
    <section class="card" aria-labelledby="together">
      <h2 id="together">Who may run with whom</h2>
      {error && <Note tone="bad">{error}</Note>}
      {data && data.models.length < 2 && <p class="faint">There are not two models.</p>}
      {data && data.models.length > 1 && (
        <>
          <p class="faint">Two at a time; three that may each run with each other need not run all at once. A pinned model is never unloaded for another.</p>
          {data.models.length > WIDEST ? <Lists models={data.models} /> : <Triangle models={data.models} />}
        </>
      )}
    </section>
  );
}
