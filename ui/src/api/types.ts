// What the event stream carries, from the schema; what is named here is named after the page's own words.
export type {Daemon, Request, StateEvent} from './schema';
