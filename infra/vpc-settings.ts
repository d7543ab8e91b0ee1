interface VpcSettings {
  readonly vpcId?: string | undefined;
  readonly vpcSubnetIds: readonly string[];
  readonly vpcSecurityGroupIds: readonly string[];
}

/** What is wrong with how the settings of the VPC fit together, a sentence each. */
export function vpcProblems({ vpcId, vpcSubnetIds, vpcSecurityGroupIds }: VpcSettings): string[] {
  if (vpcId !== undefined) {
    return vpcSubnetIds.length > 0
      ? []
      : ['The setting vpcId needs vpcSubnetIds: name the subnets of that VPC that functions are to run in.'];
  }
  return Object.entries({ vpcSubnetIds, vpcSecurityGroupIds })
    .filter(([, ids]) => ids.length > 0)
    .map(([name, [id]]) => `The setting ${name} needs vpcId: name the VPC that ${id} is in.`);
}
