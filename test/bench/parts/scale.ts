import { growthExponent } from '../growth.ts';
import type { Measured, Part } from '../part.ts';
import { measurePullRequests } from '../pull-request-scale.ts';

/** The read units of events among many environments. */
export const scale: Part = {
  name: 'scale',
  title: 'Events among many environments',
  text: `The lives of a branch and of two pull requests in projects of different sizes, over DynamoDB: read units from the delivery to the status, the exchange of the build's permit included. Git, mirrors and builds are in memory. No event reads a listing, so the
units are the same in each project. An exponent of 0 means that the size does not matter; 1 is linear.`,
  async run({ isQuick }): Promise<Measured[]> {
    const sizes = isQuick ? [10, 1000] : [10, 1000, 10_000];
    const measures = await measurePullRequests(sizes);
    const largest = measures.at(-1);
    return Object.entries(largest?.parts ?? {}).flatMap(([part, { read_units }]) => {
      const points = measures.map((one) => ({
        size: one.environments,
        measure: one.parts[part]?.read_units ?? Number.NaN,
      }));
      const among = largest?.environments.toLocaleString('en-US');
      return [
        {
          what: `${part.replaceAll('_', ' ')}, among ${among}`,
          value: read_units,
          unit: 'read units',
          ...(part === 'opened' ? { budget: 15 } : {}),
        },
        {
          what: `${part.replaceAll('_', ' ')}, exponent`,
          value: growthExponent(points),
          unit: '',
          budget: 1.05,
        },
      ];
    });
  },
};
