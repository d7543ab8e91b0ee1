import { runPrCommand } from './command.ts';

process.exitCode = await runPrCommand(process.argv.slice(2), {
  env: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
