/** A network namespace with an address in a subnet (or in default mode's network). */
export interface AttachedInterface {
  /** `eni-…` */
  readonly id: string;
  /** Name under `/run/netns`. */
  readonly namespace: string;
  readonly address: string;
  readonly subnetId?: string;
  readonly vpcId?: string;
}

/** Where an interface shall be. Without a subnet: default mode, AWS's own network. */
export interface InterfaceRequest {
  readonly subnetId?: string;
  readonly securityGroupIds: readonly string[];
  /** What DescribeNetworkInterfaces would print. */
  readonly description: string;
  /** A leg of one execution environment, which EC2 does not show. */
  readonly isEnvironment?: boolean;
}

/** The subnets and groups that a function names. */
export interface FunctionNetwork {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** When Lambda lets go of an interface that no function needs any more; both conditions must be met. */
export interface InterfaceRelease {
  /** Until then it stays, though `available`. */
  readonly afterMs: number;
  /** It is shown as attached so many times more. */
  readonly afterPolls: number;
}

/** The interfaces that EC2 shows for functions: one for each subnet and set of groups, shared by all functions that name both. */
export interface LambdaInterfaces {
  /** The function needs those of `network` too, from now on. Throws `Refusal` for an unknown subnet or group, or where no address is left. */
  hold(functionName: string, network: FunctionNetwork): void;
  /** The function needs those of `network` only, or none; the others go as `release` says, where no function is left to them. */
  keepOnly(functionName: string, network: FunctionNetwork | undefined, release: InterfaceRelease): void;
}

/** The kernel network that the templates describe, as the other parts of the lab use it. */
export interface NetworkFabric {
  /** Makes a namespace with a leg in the subnet, filtered by its security groups. Throws `Refusal` for an unknown id. */
  attach(request: InterfaceRequest): Promise<AttachedInterface>;
  detach(interfaceId: string): Promise<void>;
  readonly lambdaInterfaces: LambdaInterfaces;
  /** VPC of a subnet, or undefined when there is none of that id. */
  vpcOf(subnetId: string): string | undefined;
  /** Zone of a subnet. */
  zoneOf(subnetId: string): string | undefined;
  /** A host on the lab's internet with a fixed public address; its namespace. Made at start: `web` and `s3`. */
  readonly publicHosts: Readonly<Record<'web' | 's3', { readonly namespace: string; readonly address: string }>>;
  /** Sentences for the report: forwarding hops and masquerades towards the internet, by network. */
  describePaths(): readonly string[];
}

/** The resolver every VPC and default mode have at 169.254.169.253. */
export interface Resolver {
  /** Answers on 169.254.169.253:53 inside `namespace` (a VPC's or default mode's router). */
  serve(namespace: string, scope: string): Promise<void>;
  stop(scope: string): Promise<void>;
  /** An A record that every scope sees, as public DNS does. Private RDS names are public names with private addresses. */
  setRecord(name: string, address: string): Promise<void>;
  removeRecord(name: string): Promise<void>;
}

/** Where S3 accepts connections. */
export interface S3Fronts {
  /**
   * Accepts TLS on `address`:443 inside `namespace`. With `vpcEndpointId`, whatever arrives there came
   * through that endpoint: `aws:SourceVpce` is it and there is no `aws:SourceIp`. Without it, the peer's address
   * is `aws:SourceIp`. `dnsNames` are further names that its certificate must hold for.
   */
  listen(namespace: string, address: string, vpcEndpointId?: string, dnsNames?: readonly string[]): Promise<void>;
  close(namespace: string): Promise<void>;
}
