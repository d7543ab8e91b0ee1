import type { Measured, Part } from '../part.ts';
import { measureProjectDeletion } from '../project-deletion.ts';

/** The deletion of projects with many environments. */
export const projectDeletion: Part = {
  name: 'project-deletion',
  title: 'The deletion of a project',
  text: `Deletes projects of different sizes over DynamoDB, a tenth of whose environments is deployed. Mirrors, sites and builds are in memory, and eight functions run at the same time. The request only marks the project; messages queue the deletions. The writes of the
environments' records dominate.`,
  async run({ isQuick }): Promise<Measured[]> {
    const { measures, exponents } = await measureProjectDeletion(isQuick ? [50, 100] : [250, 500, 1000]);
    return [
      ...measures.flatMap(({ environments, request_ms, total_ms, read_units_each, write_units_each }) => [
        { what: `${environments} environments: request`, value: request_ms, unit: 'ms', budget: 1000 },
        { what: `${environments} environments: all gone`, value: total_ms / 1000, unit: 's', budget: 60 },
        {
          what: `${environments} environments: each`,
          value: read_units_each,
          unit: 'read units',
          budget: 10,
          note: `${write_units_each.toFixed(1)} write units`,
        },
      ]),
      { what: 'exponent of the time', value: exponents.time, unit: '', budget: 1.05 },
      { what: 'exponent of the read units', value: exponents.read_units, unit: '', budget: 1.05 },
    ];
  },
};
