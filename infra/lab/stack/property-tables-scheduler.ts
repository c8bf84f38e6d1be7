import type { ResourceType } from '../realise/realiser.ts';
import { integerFrom, labHas, members, oneOf, type PropertyTable, realised, required, stored, text } from './property-shape.ts';

type SchedulerType = Extract<ResourceType, `AWS::Scheduler::${string}`>;

const retryPolicy = members({
  MaximumEventAgeInSeconds: stored(integerFrom(60, 86_400), 'the lab never has to ask twice'),
  MaximumRetryAttempts: stored(integerFrom(0, 185), 'the lab never has to ask twice'),
});

const target = members(
  {
    Arn: required(realised(labHas('arn:aws:scheduler:::aws-sdk:cloudformation:deleteStack'), 'what it calls')),
    RoleArn: required(realised(text, 'as whom it calls; must be one that Scheduler may use')),
    Input: realised(text, 'the parameters of the call'),
    RetryPolicy: stored(retryPolicy, 'described back'),
  },
  ['DeadLetterConfig', 'EcsParameters', 'EventBridgeParameters', 'KinesisParameters', 'SageMakerPipelineParameters', 'SqsParameters'],
);

/** Schedules. CloudFormation's type has no `ActionAfterCompletion`, though the service's CreateSchedule has. */
export const SCHEDULER_TABLES: Readonly<Record<SchedulerType, PropertyTable>> = {
  'AWS::Scheduler::Schedule': {
    properties: {
      Name: realised(text, 'its name; made up when absent'),
      Description: stored(text, 'for people'),
      GroupName: stored(labHas('default'), 'the lab has one group'),
      ScheduleExpression: required(realised(text, 'when it calls: at(…), once')),
      ScheduleExpressionTimezone: realised(labHas('UTC'), 'whose clock that is'),
      FlexibleTimeWindow: required(
        stored(
          members({ Mode: required(stored(labHas('OFF'), 'it calls on the second')) }, ['MaximumWindowInMinutes']),
          'it calls on the second',
        ),
      ),
      State: realised(oneOf('ENABLED', 'DISABLED'), 'whether it calls at all'),
      Target: required(realised(target, 'what it does')),
    },
    lacks: ['EndDate', 'KmsKeyArn', 'StartDate'],
    exactlyOneOf: [],
    attributes: ['Arn'],
  },
};
