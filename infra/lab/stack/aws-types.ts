/**
 * The resource types that CloudFormation has of the services from which the lab makes something, by service (resource reference of the
 * CloudFormation user guide). Of other services the lab knows no list and takes any name for AWS's.
 */
const TYPES: Readonly<Record<string, string>> = {
  EC2:
    'CapacityManagerDataExport CapacityReservation CapacityReservationFleet CarrierGateway ClientVpnAuthorizationRule ClientVpnEndpoint ' +
    'ClientVpnRoute ClientVpnTargetNetworkAssociation CustomerGateway DHCPOptions EC2Fleet EIP EIPAssociation ' +
    'EgressOnlyInternetGateway EnclaveCertificateIamRoleAssociation FlowLog GatewayRouteTableAssociation Host IPAM IPAMAllocation IPAMPool ' +
    'IPAMPoolCidr IPAMResourceDiscovery IPAMResourceDiscoveryAssociation IPAMScope Instance InstanceConnectEndpoint InternetGateway ' +
    'IpPoolRouteTableAssociation KeyPair LaunchTemplate LocalGatewayRoute LocalGatewayRouteTable ' +
    'LocalGatewayRouteTableVPCAssociation LocalGatewayRouteTableVirtualInterfaceGroupAssociation LocalGatewayVirtualInterface ' +
    'LocalGatewayVirtualInterfaceGroup NatGateway NetworkAcl NetworkAclEntry NetworkInsightsAccessScope ' +
    'NetworkInsightsAccessScopeAnalysis NetworkInsightsAnalysis NetworkInsightsPath NetworkInterface NetworkInterfaceAttachment ' +
    'NetworkInterfacePermission NetworkPerformanceMetricSubscription PlacementGroup PrefixList Route RouteServer RouteServerAssociation ' +
    'RouteServerEndpoint RouteServerPeer RouteServerPropagation RouteTable SecurityGroup SecurityGroupEgress SecurityGroupIngress ' +
    'SecurityGroupVpcAssociation SnapshotBlockPublicAccess SpotFleet Subnet SubnetCidrBlock SubnetNetworkAclAssociation ' +
    'SubnetRouteTableAssociation TrafficMirrorFilter TrafficMirrorFilterRule TrafficMirrorSession TrafficMirrorTarget TransitGateway ' +
    'TransitGatewayAttachment TransitGatewayConnect TransitGatewayConnectPeer TransitGatewayMulticastDomain ' +
    'TransitGatewayMulticastDomainAssociation TransitGatewayMulticastGroupMember TransitGatewayMulticastGroupSource ' +
    'TransitGatewayPeeringAttachment TransitGatewayRoute TransitGatewayRouteTable TransitGatewayRouteTableAssociation ' +
    'TransitGatewayRouteTablePropagation TransitGatewayVpcAttachment VPC VPCBlockPublicAccessExclusion VPCBlockPublicAccessOptions ' +
    'VPCCidrBlock VPCDHCPOptionsAssociation VPCEncryptionControl VPCEndpoint VPCEndpointConnectionNotification VPCEndpointService ' +
    'VPCEndpointServicePermissions VPCGatewayAttachment VPCPeeringConnection VPNConnection VPNConnectionRoute VPNGateway ' +
    'VPNGatewayRoutePropagation VerifiedAccessEndpoint VerifiedAccessGroup VerifiedAccessInstance VerifiedAccessTrustProvider Volume ' +
    'VolumeAttachment',
  RDS:
    'CustomDBEngineVersion DBCluster DBClusterParameterGroup DBInstance DBParameterGroup DBProxy DBProxyEndpoint DBProxyTargetGroup ' +
    'DBSecurityGroup DBSecurityGroupIngress DBShardGroup DBSubnetGroup EventSubscription GlobalCluster Integration OptionGroup',
  S3: 'AccessGrant AccessGrantsInstance AccessGrantsLocation AccessPoint Bucket BucketPolicy MultiRegionAccessPoint MultiRegionAccessPointPolicy StorageLens StorageLensGroup',
  IAM:
    'AccessKey Group GroupPolicy InstanceProfile ManagedPolicy OIDCProvider Policy Role RolePolicy SAMLProvider ServerCertificate ' +
    'ServiceLinkedRole User UserPolicy UserToGroupAddition VirtualMFADevice',
  Logs:
    'AccountPolicy Delivery DeliveryDestination DeliverySource Destination Integration LogAnomalyDetector LogGroup LogStream ' +
    'MetricFilter QueryDefinition ResourcePolicy SubscriptionFilter Transformer',
  Lambda:
    'Alias CapacityProvider CodeSigningConfig EventInvokeConfig EventSourceMapping Function LayerVersion LayerVersionPermission Permission Url Version',
  Scheduler: 'Schedule ScheduleGroup',
};

const KNOWN: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(TYPES).map(([service, names]) => [service, new Set(names.split(' '))] as const),
);

/** Whether CloudFormation would recognise a resource type, e.g. `AWS::EC2::VPC`. */
export function isAwsType(type: string): boolean {
  const [, service = '', name = ''] = /^AWS::([A-Za-z0-9]+)::([A-Za-z0-9]+)$/.exec(type) ?? [];
  if (service === '') return false;
  return KNOWN.get(service)?.has(name) ?? true;
}
