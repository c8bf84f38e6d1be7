/** One access key of the lab; made anew at each start. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** ARN of the user or role that the key belongs to. */
  readonly principalArn: string;
}

/** The lab's one account. */
export interface Account {
  readonly accountId: string;
  readonly region: string;
  /** Zone names, e.g. `us-east-1a`, for `Fn::GetAZs`. */
  readonly zones: readonly string[];
}

/** The account that every lab has. */
export const LAB_ACCOUNT_ID = '000000000000';
