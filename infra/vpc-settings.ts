interface VpcSettings {
  readonly vpcId?: string | undefined;
  readonly vpcSubnetIds: readonly string[];
  readonly vpcSecurityGroupIds: readonly string[];
}

/** The conflicts between the settings of the VPC, one sentence each. */
export function vpcProblems({ vpcId, vpcSubnetIds, vpcSecurityGroupIds }: VpcSettings): string[] {
  if (vpcId !== undefined) {
    return vpcSubnetIds.length > 0
      ? []
      : ['The setting vpcId requires vpcSubnetIds: set the subnets of that VPC for the functions.'];
  }
  return Object.entries({ vpcSubnetIds, vpcSecurityGroupIds })
    .filter(([, ids]) => ids.length > 0)
    .map(([name, [id]]) => `The setting ${name} requires vpcId: set the VPC of ${id}.`);
}
