/** The names of Bough's metrics. The suffix is the unit: seconds or bytes, otherwise a count. */
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

/** Records Bough's metrics. */
export interface Metrics {
  /** Records the values of one event, with dimensions. */
  record(values: Partial<Record<MetricName, number>>, kind?: Readonly<Record<string, string>>): void;
}
