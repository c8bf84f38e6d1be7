import type { Schedules } from '../account/schedules.ts';
import { parseMembers } from '../api/protocol/members.ts';
import { INVALID, parseSchedule } from '../api/scheduler/schedule-request.ts';
import type { Realiser } from './realiser.ts';

/** A schedule of EventBridge Scheduler. `Ref`: its name. Unlike CreateSchedule the type has no `ActionAfterCompletion`: such a schedule stays. */
export function newScheduleRealiser(schedules: Schedules): Realiser {
  return {
    create: async ({ properties, generatedName }) => {
      const { Name: given, ...rest } = properties;
      const name = given === undefined ? generatedName.slice(-64) : String(given);
      const members = parseMembers(Buffer.from(JSON.stringify(rest)), 'AWS::Scheduler::Schedule', INVALID);
      const { arn } = schedules.create(parseSchedule(name, members));
      return { physicalId: name, attributes: { Arn: arn } };
    },
    delete: async (name) => void schedules.delete(name),
  };
}
