import { readSettings } from '../../../infra/settings.ts';
import { bill, freeRequests, idleMonth, total, type Usage } from '../cost-model.ts';
import type { Measured, Part } from '../part.ts';

/** A month without projects, with the default interval of the prune. */
const nothing: Usage = { ...idleMonth, pruneIntervalMinutes: readSettings({}).pruneIntervalMinutes };

/** Items with a fixed price, which the budget of an idle month excludes. */
const fixed: readonly string[] = ['KMS keys', 'Dashboards', 'Alarms'];
const isBuild = (name: string) => name.startsWith('CodeBuild');
const count = 1_000_000;

/** The bill of AWS. */
export const cost: Part = {
  name: 'cost',
  title: 'Cost',
  text: `\`npm run cost -- --projects 10 --pushes 2000 --environments 50\` prints the cost of a month on AWS, and of a month without a push, by service, from counted calls and the list prices of us-east-1. \`--inactive-pushes\` are pushes that are not deployed, and \`--pull-requests\` are opened, deployed, merged and deleted.
\`--mirror-gb\` is the size of a project's mirror, and \`--key-rotations\` the yearly rotations of the key, of which the first two cost $1 a month each. \`--visits\` is the number of visitors' requests, and \`--rules\` the number of access rules that are published or removed: each takes up to three calls of CloudFront's
KeyValueStore, which cost $1 per thousand. The lines below are a month without a project, apart from the key, the dashboard and the alarms, and a million pushes. The long polls of Lambda's queues dominate the first ([decision 0042](decisions/0042-an-idle-month-pays-for-long-polls.md)), builds the pushes to active
environments, and traces and functions those to inactive ones.`,
  async run(): Promise<Measured[]> {
    const idle = bill(nothing).filter(({ name }) => !fixed.includes(name));
    const million = (event: Partial<Usage>) =>
      bill({ ...nothing, ...event }).map((line) => ({
        ...line,
        dollars: line.dollars - (bill(nothing).find(({ name }) => name === line.name)?.dollars ?? 0),
      }));
    const pushes = million({ pushes: count });
    const inactive = million({ inactivePushes: count });
    const builds = pushes.filter(({ name }) => isBuild(name));
    return [
      { what: 'an idle month', value: total(idle), unit: '$', budget: 0.5 },
      {
        what: 'an idle month, less the million requests a month that SQS gives each account',
        value: total(idle) - freeRequests(idle),
        unit: '$',
      },
      {
        what: 'a million pushes, without builds',
        value: total(pushes) - total(builds),
        unit: '$',
        budget: 4,
      },
      { what: 'a million pushes to inactive environments', value: total(inactive), unit: '$', budget: 4 },
      { what: 'the builds of a million pushes', value: total(builds), unit: '$' },
    ];
  },
};
