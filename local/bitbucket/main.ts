import { parseArgs } from 'node:util';
import { startBitbucketPlayground } from './playground.ts';

const HELP = `Usage: npm run bitbucket -- [options] [workspace/repository...]

Starts the Bitbucket playground on its own and creates the named repositories.

  --port <number>      the port on 127.0.0.1 (default: 4002; 0: any free port)
  --directory <path>   the state directory (default: .state/playground)
  --help               show this help
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      port: { type: 'string', default: '4002' },
      directory: { type: 'string', default: '.state/playground' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const playground = await startBitbucketPlayground({
    directory: values.directory,
    port: Number(values.port),
    consumers: [{ key: 'demo-key', secret: 'demo-secret' }],
    log: (line) => process.stderr.write(`${line}\n`),
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void playground.stop());
  const lines = [
    `Cloud:      ${playground.url} (user demo, password demo; OAuth consumer demo-key, secret demo-secret)`,
    `Server:     ${playground.serverUrl} (user demo, password demo; token demo-token)`,
  ];
  for (const name of positionals) {
    const repository = await playground.createRepository(name);
    lines.push(`Repository: ${repository.cloneUrl}`);
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
});
