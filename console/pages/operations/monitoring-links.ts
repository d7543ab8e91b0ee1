/** The host of the AWS console, by the beginning of a region's name. Other regions are in the standard partition. */
const hosts = [
  ['cn-', 'console.amazonaws.cn'],
  ['us-gov-', 'console.amazonaws-us-gov.com'],
] as const;

/** The pages of CloudWatch with the alarms and the dashboard of a stack. */
export function monitoringLinks(stack: string, region: string) {
  const host = hosts.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'console.aws.amazon.com';
  const cloudWatch = `https://${region}.${host}/cloudwatch/home?region=${region}`;
  return {
    // The names of alarms begin with the stack's name and a colon.
    alarms: `${cloudWatch}#alarmsV2:?search=${encodeURIComponent(`${stack}:`)}`,
    dashboard: `${cloudWatch}#dashboards/dashboard/${encodeURIComponent(`${stack}-${region}`)}`,
  };
}
