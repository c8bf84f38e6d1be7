/** Where a policy shall hold. */
export interface PolicyPlace {
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
}

/** A policy file's text for one account and region: the three placeholders, as CloudFormation's own. Throws `RangeError` for any other. */
export function resolvePolicy(text: string, { partition, region, accountId }: PolicyPlace): string {
  const values: Readonly<Record<string, string>> = { Partition: partition, Region: region, AccountId: accountId };
  return text.replace(/\$\{AWS::(\w+)\}/g, (placeholder, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new RangeError(`a policy has the placeholder ${placeholder}, which is not known`);
    return value;
  });
}
