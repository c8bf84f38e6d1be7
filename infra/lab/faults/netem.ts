import { CommandFailed, run } from '../kernel/command.ts';
import { MissingProgram } from '../kernel/programs.ts';

/** Where netem holds packets back: what leaves a namespace by a device. */
export interface NetemPlace {
  readonly namespace: string;
  readonly device: string;
}

/** Delays by the kernel's own queueing discipline. It is exact to some 0.1 ms and keeps no record of what it did. */
export interface Netem {
  /** Whether this kernel has it: tried on a device, once, never told by the system's name. */
  works(place: NetemPlace): Promise<boolean>;
  /** Holds every packet that leaves by the device, `delayMs` from 0; whatever was there before. */
  set(place: NetemPlace, delayMs: number): Promise<void>;
  /** Takes it out; a device that is gone is passed over. */
  clear(place: NetemPlace): Promise<void>;
}

/** Arguments of `tc` that set a delay; tc-netem(8) takes fractions of a microsecond. */
export function netemArguments({ namespace, device }: NetemPlace, delayMs: number): readonly string[] {
  return ['-n', namespace, 'qdisc', 'replace', 'dev', device, 'root', 'netem', 'delay', `${delayMs * 1000}us`];
}

/** netem through `tc`. */
export function newNetem(): Netem {
  let answer: Promise<boolean> | undefined;
  const set = async (place: NetemPlace, delayMs: number): Promise<void> => void (await run('tc', netemArguments(place, delayMs)));
  const tryIt = async (place: NetemPlace): Promise<boolean> => {
    try {
      await set(place, 0);
      return true;
    } catch (error) {
      if (error instanceof CommandFailed || error instanceof MissingProgram) return false;
      throw error;
    }
  };
  return {
    set,
    works: (place) => {
      answer ??= tryIt(place);
      return answer;
    },
    clear: async ({ namespace, device }) => {
      await run('tc', ['-n', namespace, 'qdisc', 'del', 'dev', device, 'root']).catch((error: unknown) => {
        if (!(error instanceof CommandFailed)) throw error;
      });
    },
  };
}
