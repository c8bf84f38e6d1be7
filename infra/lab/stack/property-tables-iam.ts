import type { ResourceType } from '../realise/realiser.ts';
import {
  integerFrom,
  listOf,
  members,
  type PropertyTable,
  policyDocument,
  realised,
  required,
  stored,
  tags,
  text,
} from './property-shape.ts';

type IamType = Extract<ResourceType, `AWS::IAM::${string}`>;

/** Roles and the policies in them. */
export const IAM_TABLES: Readonly<Record<IamType, PropertyTable>> = {
  'AWS::IAM::Role': {
    properties: {
      RoleName: realised(text, 'its name and the end of its ARN; made up when absent'),
      Path: realised(text, 'stands in its ARN'),
      AssumeRolePolicyDocument: required(realised(policyDocument, 'whether Lambda may use it')),
      Policies: realised(
        listOf(
          members({
            PolicyName: required(realised(text, 'its name')),
            PolicyDocument: required(realised(policyDocument, 'the actions that it allows')),
          }),
        ),
        "whether Lambda may make a function's network interfaces; the lab asks them nothing else",
      ),
      ManagedPolicyArns: realised(listOf(text), 'as Policies, by the names of those that AWS has for Lambda in a VPC'),
      Description: stored(text, 'for people'),
      MaxSessionDuration: stored(integerFrom(3_600, 43_200), 'a session lasts as long as the lab'),
      Tags: tags,
    },
    lacks: ['PermissionsBoundary'],
    exactlyOneOf: [],
    attributes: ['Arn', 'RoleId'],
  },
  'AWS::IAM::Policy': {
    properties: {
      PolicyName: required(realised(text, 'its name')),
      PolicyDocument: required(realised(policyDocument, 'the actions that it allows')),
      Roles: required(realised(listOf(text), 'the roles that get it')),
    },
    lacks: ['Groups', 'Users'],
    exactlyOneOf: [],
    attributes: ['Id'],
  },
};
