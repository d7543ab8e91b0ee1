/** What operators see of Bough's work beside AWS's own metrics. A name says its unit: seconds, bytes, else a count. */
export type MetricName =
  | 'Decisions'
  | 'DecisionSeconds'
  | 'Activities'
  | 'ActivitySeconds'
  | 'Deployments'
  | 'DeploymentSeconds'
  | 'MirrorBytes'
  | 'MirrorSeconds'
  | 'Prunes'
  | 'HeldBack'
  | 'BitbucketCalls'
  | 'BitbucketThrottled';

export interface Metrics {
  /** Records values that belong together, under the kind that they are of. */
  record(values: Partial<Record<MetricName, number>>, kind?: Readonly<Record<string, string>>): void;
}
