/** A size of the world, and a measure of it. */
export interface Point {
  size: number;
  measure: number;
}

/** The exponent by which a measure grows with the size: the slope of a line through the logarithms. 1 is linear. */
export function growthExponent(points: readonly Point[]): number {
  const logs = points.map(({ size, measure }) => [Math.log(size), Math.log(measure)] as const);
  const mean = (index: 0 | 1) => logs.reduce((sum, log) => sum + log[index], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const covariance = logs.reduce((sum, log) => sum + (log[0] - x) * (log[1] - y), 0);
  const variance = logs.reduce((sum, log) => sum + (log[0] - x) ** 2, 0);
  return covariance / variance;
}
