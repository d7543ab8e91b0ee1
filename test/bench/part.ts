/** A part of `npm run bench`: one file in `parts`. */
export interface Part {
  /** The name on the command line. */
  name: string;
  title: string;
  /** Markdown: the measurement, and the cause that dominates it. */
  text: string;
  run(options: RunOptions): Promise<Measured[]>;
}

/** The options of a run. */
export interface RunOptions {
  /** Fewer and smaller runs, to try the benchmarks themselves. */
  isQuick: boolean;
  say(line: string): void;
}

/** A measured value. */
export interface Measured {
  what: string;
  value: number;
  unit: string;
  /** The most that DESIGN.md or the mission allows; absent when there is no budget. */
  budget?: number;
  note?: string;
}

/** The measured values over their budgets. */
export function missed(measured: readonly Measured[]): Measured[] {
  // A value that could not be measured is no number, and misses.
  return measured.filter(({ value, budget }) => budget !== undefined && !(value <= budget));
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The value below which 95 of 100 values are. */
export function percentile95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? Number.NaN;
}

/** Runs contenders in turns, in alternating order. Resolves to the values of each. */
export async function alternate<Name extends string>(
  rounds: number,
  contenders: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[];
  const values = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = 0; round < rounds; round += 1)
    for (const name of round % 2 === 0 ? names : names.toReversed())
      values[name].push(await contenders[name]());
  return values;
}
