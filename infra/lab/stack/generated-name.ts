/** Longest name that IAM, Lambda and the others all take. */
const LONGEST_NAME = 64;
/** Longest bucket name and longest DB identifier. */
const LONGEST_LOWER_CASE_NAME = 63;
const LOWER_CASE_TYPES = ['AWS::S3::', 'AWS::RDS::'];

/**
 * The name CloudFormation gives a resource that names none: `<stack>-<logicalId>-<suffix>`. The stack's name is
 * cut, and the logical id only when that is not enough, so that the suffix always survives. S3 and RDS take lower case only,
 * 63 characters, and no hyphen beside another.
 */
export function generatedName(stackName: string, logicalId: string, suffix: string, resourceType: string): string {
  const isLowerCase = LOWER_CASE_TYPES.some((prefix) => resourceType.startsWith(prefix));
  const longest = isLowerCase ? LONGEST_LOWER_CASE_NAME : LONGEST_NAME;
  // One character of the stack's name and two hyphens are always kept.
  const logical = logicalId.slice(0, longest - suffix.length - 3);
  const stack = stackName.slice(0, longest - suffix.length - logical.length - 2).replace(/-+$/, '');
  const name = `${stack}-${logical}-${suffix}`;
  return isLowerCase ? name.toLowerCase().replace(/-+/g, '-') : name;
}
