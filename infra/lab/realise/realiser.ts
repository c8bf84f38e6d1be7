/** The resource types that the lab can make. A template with any other type fails by name. */
export const RESOURCE_TYPES = [
  'AWS::EC2::VPC',
  'AWS::EC2::Subnet',
  'AWS::EC2::RouteTable',
  'AWS::EC2::Route',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::InternetGateway',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::EC2::EIP',
  'AWS::EC2::NatGateway',
  'AWS::EC2::VPCEndpoint',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::RDS::DBSubnetGroup',
  'AWS::RDS::DBInstance',
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::IAM::Role',
  'AWS::IAM::Policy',
  'AWS::Logs::LogGroup',
  'AWS::Lambda::Function',
  'AWS::Scheduler::Schedule',
] as const;
export type ResourceType = (typeof RESOURCE_TYPES)[number];

/** A declared resource whose properties are evaluated: no intrinsic function is left in them. */
export interface RealiseRequest {
  readonly logicalId: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Stack tags and the resource's own, as they would arrive at the resource. */
  readonly tags: Readonly<Record<string, string>>;
  /** For names that CloudFormation makes: `<stack>-<logicalId>-<12 random letters>`. */
  readonly generatedName: string;
}

/** What a made resource is known by: `Ref` gives `physicalId`, `Fn::GetAtt` the attributes. */
export interface Realised {
  readonly physicalId: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Attributes that are lists, for `Fn::Select` and `Fn::Join`. */
  readonly listAttributes?: Readonly<Record<string, readonly string[]>>;
}

/** Makes and removes one kind of thing. Throws `Refusal` in AWS's words for what AWS would refuse. */
export interface Realiser {
  /** Resolves when CloudFormation would say CREATE_COMPLETE. On a throw nothing may be left. */
  create(request: RealiseRequest): Promise<Realised>;
  /** Resolves when it is gone; a thing that is already gone is not an error. */
  delete(physicalId: string): Promise<void>;
}

/** One a type: the compiler names the one that is missing. */
export type Realisers = Readonly<Record<ResourceType, Realiser>>;
