// How the cards would be filled, were a model loaded as the plan says. Pure.
import type {Forecast, ForecastPart, Gpu, Plan} from '../api/schema';

export interface Outcome {
  gpu: Gpu;
  stays: Gpu['models']; // what the plan leaves there
  goes: string[]; // what the plan unloads from there
  freed: number; // bytes that go with them
  estimated: boolean; // what goes was told apart by differences
  takes: ForecastPart;
  room: number; // bytes: what is free, and what is freed
  answer: 'fits' | 'perhaps' | 'not';
}

function answerOf({low, high}: ForecastPart, room: number): Outcome['answer'] {
  if (high <= room) return 'fits';
  return low <= room ? 'perhaps' : 'not';
}

function outcome(gpu: Gpu, takes: ForecastPart, evict: string[]): Outcome {
  const gone = gpu.models.filter((one) => evict.includes(one.model));
  const freed = gone.reduce((sum, one) => sum + one.bytes, 0);
  const room = gpu.free + freed;
  return {
    gpu, stays: gpu.models.filter((one) => !evict.includes(one.model)), goes: [...new Set(gone.map((one) => one.model))],
    freed, estimated: gone.some((one) => one.estimated), takes, room, answer: answerOf(takes, room),
  };
}

// Of the cards that it would take something of. None: it is loaded already, is refused, or nothing is foreseen.
export function outcomes(plan: Plan, forecast: Forecast | null, gpus: Gpu[]): Outcome[] {
  if (plan.action === 'serve' || plan.action === 'refuse' || !forecast || forecast.sentence === null) return [];
  return forecast.devices.flatMap((takes) => {
    const gpu = gpus.find((one) => one.index === takes.index);
    return gpu && takes.high > 0 ? [outcome(gpu, takes, plan.evict)] : [];
  });
}
