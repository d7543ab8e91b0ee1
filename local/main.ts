import { InvalidOptionError, PortInUseError, StateInUseError, StateMismatchError } from './errors.ts';
import { createLifetime } from './stack/lifetime.ts';
import { readOptions } from './start/options.ts';

function isExpected(error: unknown): error is Error {
  return [InvalidOptionError, PortInUseError, StateInUseError, StateMismatchError].some(
    (kind) => error instanceof kind,
  );
}

async function main(): Promise<number> {
  const lifetime = createLifetime();
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
  });
  try {
    const options = readOptions(process.env);
    // Import after the signal handlers are set: loading takes a second.
    const started = import('./start/start.ts').then(({ start }) => start(options, lifetime));
    await Promise.race([started.then(() => stopped), stopped]);
    await lifetime.end();
    return 0;
  } catch (error) {
    process.stderr.write(
      `${isExpected(error) ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
    );
    await lifetime.end();
    return 1;
  }
}

process.exit(await main());
