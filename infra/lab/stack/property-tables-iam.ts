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
      AssumeRolePolicyDocument: required(stored(policyDocument, 'the lab checks no permissions of roles')),
      Policies: stored(
        listOf(
          members({
            PolicyName: required(stored(text, 'its name')),
            PolicyDocument: required(stored(policyDocument, 'the lab checks no permissions of roles')),
          }),
        ),
        'the lab checks no permissions of roles',
      ),
      ManagedPolicyArns: stored(listOf(text), 'the lab checks no permissions of roles'),
      Description: stored(text, 'for people'),
      PermissionsBoundary: stored(text, 'the lab checks no permissions of roles'),
      MaxSessionDuration: stored(integerFrom(3_600, 43_200), 'the lab gives a role no session'),
      Tags: tags,
    },
    lacks: [],
    exactlyOneOf: [],
    attributes: ['Arn', 'RoleId'],
  },
  'AWS::IAM::Policy': {
    properties: {
      PolicyName: required(stored(text, 'its name')),
      PolicyDocument: required(stored(policyDocument, 'the lab checks no permissions of roles')),
      Roles: realised(listOf(text), 'roles that must be there'),
    },
    lacks: ['Groups', 'Users'],
    exactlyOneOf: [],
    attributes: ['Id'],
  },
};
