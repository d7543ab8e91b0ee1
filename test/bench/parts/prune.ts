import type { Measured, Part } from '../part.ts';
import { measurePrunes } from '../prune-scale.ts';

/** The scheduled prune of idle integrations. */
export const prune: Part = {
  name: 'prune',
  title: 'The scheduled prune',
  text: `One tick of the schedule over idle integrations of one Bitbucket account, soon after a tick that made all checks. Git and the stores are in memory, so the times are those of Bough's own work. An idle integration takes one listing by git and no call of
Bitbucket's API, so 2,000 integrations take twenty times the calls of 100.`,
  async run({ isQuick }): Promise<Measured[]> {
    const { measures, exponents } = await measurePrunes(isQuick ? [10, 100] : [100, 2000]);
    return [
      ...measures.flatMap(({ integrations, seconds, git_listings, api_calls }) => {
        const among = `${integrations.toLocaleString('en-US')} integrations`;
        return [
          { what: `${among}: time`, value: seconds, unit: 's' },
          {
            what: `${among}: listings by git, each`,
            value: git_listings / integrations,
            unit: '',
            budget: 1,
          },
          { what: `${among}: calls of the API`, value: api_calls, unit: '', budget: 0 },
        ];
      }),
      { what: 'exponent of the calls', value: exponents.calls, unit: '', budget: 1.05 },
    ];
  },
};
