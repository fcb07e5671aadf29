// What llama-server works on, in its own words. Asked for when somebody wants to know, as the question goes to the
// engine itself, and would load a model that has gone meanwhile.
import {useState} from 'preact/hooks';
import {get, messageOf, segment} from '../api/http';
import type {Model} from '../api/schema';
import {count} from '../store/format';
import {slotsOf, type Slot} from '../store/slots';
import {Note} from './parts';

function Row({slot}: {slot: Slot}) {
  const {used, context} = slot;
  return (
    <tr>
      <th scope="row">{slot.id}</th>
      <td>{slot.busy ? 'busy' : 'idle'}</td>
      <td class="number">{count(used)}{context > 0 && <span class="faint"> of {count(context)}</span>}</td>
      <td>{used !== null && context > 0 && <meter min={0} max={context} value={used} aria-label={`Context of slot ${slot.id}`} />}</td>
      <td class="number">{slot.generated ? count(slot.generated) : '–'}</td>
    </tr>
  );
}

export function Slots({model}: {model: Model}) {
  const [slots, show] = useState<Slot[] | null>(null);
  const [problem, setProblem] = useState('');
  const look = async () => {
    setProblem('');
    try {
      const found = slotsOf(await get<unknown>(`upstream/${segment(model.id)}/slots`));
      show(found);
      if (!found) setProblem('Its server has no slots to tell of.');
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  if (model.state !== 'ready') return null;
  return (
    <section aria-label="Slots">
      <h2>Slots <button type="button" class="quiet" onClick={() => void look()}>{slots ? 'look again' : 'look (llama-server)'}</button></h2>
      {problem && <Note tone="bad">{problem}</Note>}
      {slots && (
        <div class="scroll">
          <table class="narrow">
            <thead><tr><th scope="col">slot</th><th scope="col">is</th><th scope="col" class="number">context</th><th scope="col"><span class="hidden">fill</span></th><th scope="col" class="number">generated</th></tr></thead>
            <tbody>{slots.map((slot) => <Row key={slot.id} slot={slot} />)}</tbody>
          </table>
        </div>
      )}
    </section>
  );
}
