import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '../../../infra/settings.ts';
import { assemble } from '../../../local/template/assembly.ts';
import { startAws } from '../cold-start/aws.ts';
import { type Contender, prepareContenders } from '../cold-start/contenders.ts';
import { deployedWebhook } from '../cold-start/deployed-webhook.ts';
import { shareOfCpu } from '../cold-start/share-of-cpu.ts';
import { node, startOnce } from '../cold-start/start-once.ts';
import { type Measured, median, type Part } from '../part.ts';
import { installPeers } from '../peers.ts';

/** Lambda gives a whole virtual CPU to a function with this many MB. */
const wholeCpu = 1769;

/** The cold start of the webhook. */
export const coldStart: Part = {
  name: 'cold-start',
  title: 'The cold start of the webhook',
  text: `Each contender starts in a new process, with the options of the deployed function and the Node.js of Lambda if \`npm run lambda-node\` has installed it. A start is the loading of the module and the first invocation, whose
calls go to a server on the loopback. The budgets are ratios of medians of alternating runs. On Lambda the loading has a whole CPU, and the invocation only the share of its memory: the second group of lines limits the CPU in the same way,
where control groups can be written. The AWS SDK dominates: its three clients are most of the bundle, and the first call of each resolves endpoints and credentials and builds its chain of middleware.`,
  async run({ isQuick, say }): Promise<Measured[]> {
    await installPeers(say);
    const directory = await mkdtemp(join(tmpdir(), 'bough-bench-'));
    const aws = await startAws();
    const { options, memory } = deployedWebhook(
      (await assemble(readSettings({}), join(directory, 'assembly'))).template,
    );
    const part = memory / wholeCpu;
    const share = await shareOfCpu(part);
    try {
      const contenders = await prepareContenders(directory, aws.url);
      const rounds = isQuick ? 3 : 15;
      const whole = await measure(contenders, rounds, { options, share: null });
      const bundle = (await stat(contenders['Bough’s webhook'].file)).size / 1024;
      const limited = share && (await measure(contenders, isQuick ? 2 : 9, { options, share }));
      if (!share) say('Control groups cannot be written here, so the CPU is not limited.');
      say(`Node.js: ${node}`);
      return [
        { what: 'bundle', value: bundle, unit: 'KB', budget: 350 },
        ...linesFor(whole, ''),
        ...(limited ? linesFor(limited, ` with ${part.toFixed(2)} CPU`) : []),
      ];
    } finally {
      aws.stop();
      await share?.remove();
      await rm(directory, { recursive: true, force: true });
    }
  },
};

type Totals = Readonly<Record<string, number>>;

/** The median of each contender's start. A first round warms the file system's cache. */
async function measure(
  contenders: Readonly<Record<string, Contender>>,
  rounds: number,
  how: Parameters<typeof startOnce>[1],
): Promise<Totals> {
  const names = Object.keys(contenders);
  const totals = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const contender = contenders[name];
      if (!contender) continue;
      const { init, first } = await startOnce(contender, how);
      if (round > 0) totals.get(name)?.push(init + first);
    }
  }
  return Object.fromEntries([...totals].map(([name, values]) => [name, median(values)]));
}

function linesFor(totals: Totals, how: string): Measured[] {
  const own = totals['Bough’s webhook'] ?? Number.NaN;
  const ratio = (name: string) => own / (totals[name] ?? Number.NaN);
  const isWhole = how === '';
  return [
    ...Object.entries(totals).map(([name, value]) => ({ what: `${name}${how}`, value, unit: 'ms' })),
    {
      what: `of the SQS client alone${how}`,
      value: ratio('the SQS client alone'),
      unit: '',
      ...(isWhole ? { budget: 1.3 } : {}),
    },
    {
      what: `of Probot’s Lambda adapter${how}`,
      value: ratio('Probot’s Lambda adapter'),
      unit: '',
      ...(isWhole ? { budget: 0.25 } : {}),
    },
  ];
}
