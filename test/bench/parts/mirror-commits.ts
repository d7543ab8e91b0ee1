import { measureMirrorCommits } from '../mirror-commits.ts';
import type { Measured, Part } from '../part.ts';

const mostLost = 40;
const mostMegabytes = 10;
const mostGrowth = 1.05;

/** Commits of the mirror: many at once, and among many branches. */
export const mirrorCommits: Part = {
  name: 'mirror-commits',
  title: 'Commits of the mirror',
  text: `Pushes to a mirror over a table and an S3 in memory, which answer as fast as in a region. Bundles are not counted, and the process keeps objects in memory, as a warm function does. Writers of one record at the same time dominate: each of them waits for its turn. In a mirror with many branches
the shards of the heads dominate, each of which is written at most once for 256 pushes.`,
  async run({ isQuick }): Promise<Measured[]> {
    const { atOnce, ofMany, each, growth } = await measureMirrorCommits({ isQuick });
    const many = `${atOnce.pushes} pushes at once`;
    const some = `${ofMany.pushes} changed of many branches`;
    return [
      { what: `${many}: manifests`, value: atOnce.manifests, unit: '' },
      { what: `${many}: lost manifests`, value: atOnce.lost, unit: '', budget: mostLost },
      { what: `${many}: conflicts`, value: atOnce.conflicts, unit: '' },
      { what: `${many}: pushes that gave up`, value: atOnce.failed, unit: '', budget: 0 },
      { what: `${many}: time`, value: atOnce.seconds, unit: 's' },
      { what: `${some}: to S3`, value: ofMany.stored / 1e6, unit: 'MB', budget: mostMegabytes },
      { what: `${some}: time`, value: ofMany.seconds, unit: 's' },
      ...each.flatMap(({ branches, written, read, p95_ms }) => {
        const one = `one push among ${branches.toLocaleString('en')} branches`;
        return [
          { what: `${one}: written`, value: written / 1000, unit: 'KB' },
          { what: `${one}: read`, value: read / 1000, unit: 'KB' },
          { what: `${one}: 95th percentile`, value: p95_ms, unit: 'ms' },
        ];
      }),
      { what: 'growth exponent of the bytes written', value: growth, unit: '', budget: mostGrowth },
    ];
  },
};
