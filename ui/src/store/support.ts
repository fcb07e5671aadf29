// What is known of engines without asking any: their programs by the commands that models have. Pure.
import type {Model} from '../api/schema';

export interface Engine {
  program: string;
  models: string[];
  builds: string[]; // as their logs say
}

const WORD = /^(?:[A-Za-z_][A-Za-z0-9_]*=\S*\s+|env\s+)*("[^"]+"|'[^']+'|\S+)/;

export const programOf = (cmd: string) => (WORD.exec(cmd.trim())?.[1] ?? '').replace(/^["']|["']$/g, '');

export function engines(models: Model[], builds: ReadonlyMap<string, string>): Engine[] {
  const all = new Map<string, Engine>();
  for (const model of models) {
    const program = programOf(model.cmd);
    if (!program) continue;
    const one = all.get(program) ?? {program, models: [], builds: []};
    all.set(program, one);
    one.models.push(model.id);
    const build = builds.get(model.id);
    if (build && !one.builds.includes(build)) one.builds.push(build);
  }
  return [...all.values()];
}
