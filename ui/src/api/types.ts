// What the event stream carries; the rest is in schema.ts.
import type {Gpus, InFlight, Model} from './schema';

export type Request = InFlight['inflight'][number];

export interface Daemon {
  version: string;
  frozen: boolean;
  shutting_down: boolean;
  profile: string | null;
  models: string[]; // ids in the order of the configuration
}

// `state` has all parts; in `change` a part that is absent is as before, and an entry that is null is gone.
export interface StateEvent {
  id: string;
  daemon?: Daemon;
  models?: Record<string, Model | null>;
  inflight?: Record<string, Request | null>;
  gpus?: Gpus; // not there without cards
  activity?: {id: number}[]; // rows that were added to the list
}
