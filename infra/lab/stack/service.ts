export interface StackTag {
  readonly key: string;
  readonly value: string;
}

export interface CreateStackRequest {
  readonly name: string;
  readonly templateBody: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: readonly StackTag[];
  readonly capabilities: readonly string[];
  readonly onFailure: 'ROLLBACK' | 'DELETE' | 'DO_NOTHING';
  readonly timeoutMinutes?: number;
  readonly clientRequestToken?: string;
}

export interface StackDescription {
  readonly stackId: string;
  readonly name: string;
  readonly status: string;
  readonly statusReason?: string;
  readonly creationTime: Date;
  readonly deletionTime?: Date;
  /** NoEcho parameters read `****`. */
  readonly parameters: readonly { readonly key: string; readonly value: string }[];
  readonly outputs: readonly { readonly key: string; readonly value: string; readonly description?: string }[];
  readonly tags: readonly StackTag[];
  readonly capabilities: readonly string[];
  readonly onFailure: string;
}

export interface StackEvent {
  readonly eventId: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly resourceType: string;
  readonly status: string;
  readonly reason?: string;
  readonly timestamp: Date;
  readonly clientRequestToken?: string;
}

export interface StackResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly resourceType: string;
  readonly status: string;
  readonly reason?: string;
  readonly updatedAt: Date;
}

/** CloudFormation, behind its wire protocol. Synchronous refusals are thrown as `Refusal`; the rest happens in events. */
export interface StackService {
  /** Starts the creation in the name of a principal (absent: of nobody whose rights are looked at); returns the stack's id. */
  create(request: CreateStackRequest, principalArn?: string): string;
  /** Starts the deletion; a stack that does not exist is not an error. */
  delete(nameOrId: string, principalArn?: string): void;
  /** By id also deleted stacks; by name a deleted one is `ValidationError … does not exist`. Without argument all that are not deleted. */
  describe(nameOrId?: string): readonly StackDescription[];
  /** Newest first. */
  events(nameOrId: string): readonly StackEvent[];
  resources(nameOrId: string): readonly StackResource[];
}
