import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createHandler } from '../../../functions/api/handler.ts';
import { allRoutes } from '../../../functions/api/routes/all.ts';
import { buildIfChanged } from '../../../infra/sources.ts';
import { serveApi } from '../../support/api-server.ts';
import { apiWorld } from '../../support/api-world.ts';
import { program } from '../../support/bough-command.ts';
import { anActiveEnvironment, anIntegration, aProject } from '../../support/builders.ts';
import { serveCloudFormation } from '../../support/cloudformation.ts';
import { startHttpServer } from '../../support/http-server.ts';
import { growthExponent } from '../growth.ts';
import { alternate, type Measured, median, type Part } from '../part.ts';

/** The command line: its start, and long lists. */
export const command: Part = {
  name: 'command',
  title: 'The command line',
  text: `The start of \`bough projects\`, which finds the API in CloudFormation and signs its request, beside an empty program of Node.js; both servers are on this machine. Then \`environment:list\` in projects of different sizes, with an API on the loopback. Parsing the pages of the API dominates the lists.`,
  async run({ isQuick }): Promise<Measured[]> {
    await buildIfChanged();
    const starts = await measureStarts(isQuick ? 3 : 11);
    const lists: { size: number; table: number; csv: number }[] = [];
    for (const size of isQuick ? [100, 1000] : [1000, 10_000, 50_000]) lists.push(await measureLists(size));
    const exponentOf = (format: 'table' | 'csv') =>
      growthExponent(lists.map((list) => ({ size: list.size, measure: list[format] })));
    return [
      { what: 'start of an empty program', value: median(starts.node), unit: 'ms' },
      {
        what: 'start of bough, beyond that',
        value: median(starts.bough) - median(starts.node),
        unit: 'ms',
        budget: 300,
      },
      ...lists.flatMap(({ size, table, csv }) => [
        { what: `environment:list of ${size.toLocaleString('en-US')}, as a table`, value: table, unit: 'ms' },
        { what: `environment:list of ${size.toLocaleString('en-US')}, as CSV`, value: csv, unit: 'ms' },
      ]),
      { what: 'exponent of the table', value: exponentOf('table'), unit: '', budget: 1.05 },
      { what: 'exponent of CSV', value: exponentOf('csv'), unit: '', budget: 1.05 },
    ];
  },
};

async function measureStarts(rounds: number) {
  const server = await startHttpServer(() => ({ status: 200, body: '[]' }));
  // An address of this machine that does not look like one: the command signs its requests.
  const ApiUrl = server.url.replace('127.0.0.1', '[::ffff:127.0.0.1]');
  const cloudFormation = await serveCloudFormation(() => ({ outputs: { ApiUrl } }));
  const env = {
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_REGION: 'eu-west-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    BOUGH_STACK: 'bough',
    ...cloudFormation.settings,
  };
  return alternate(rounds, {
    bough: () => timeOf([program, 'projects'], env),
    node: () => timeOf(['--eval', '0'], env),
  });
}

/** The milliseconds of a program of Node.js. */
async function timeOf(args: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  const since = performance.now();
  await promisify(execFile)(process.execPath, args, {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    maxBuffer: 512 * 1024 * 1024,
    timeout: 300_000,
  });
  return performance.now() - since;
}

async function measureLists(size: number) {
  const world = apiWorld();
  const { id } = aProject();
  await world.projects.save(aProject());
  await world.integrations.save(anIntegration());
  for (let number = 0; number < size; number += 1) {
    const environment = anActiveEnvironment({
      id: `feature/${number}`,
      title: `Issue ${number}`,
      project: id,
    });
    await world.environments.save(environment);
  }
  const all = await world.environments.listOf(id);
  // As the table's, which reads a page or a relation by its key; the store in memory goes through everything.
  async function* pagesOf(_: string, after = '') {
    const start = all.findIndex((one) => one.id > after);
    if (start >= 0) yield* all.slice(start);
  }
  Object.assign(world.ports.environments, { pagesOf, related: async () => [] });
  await using api = await serveApi(createHandler(world.ports, allRoutes(world.ports)), { decodes: true });
  const list = (format: string) =>
    timeOf([program, 'environment:list', '-p', id, '--format', format], { BOUGH_API_URL: api.url });
  return { size, table: await list('table'), csv: await list('csv') };
}
