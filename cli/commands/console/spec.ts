import { Option } from 'commander';
import type { CommandSpec } from '../../command.ts';

/** The command `console`. */
export const consoleCommands: readonly CommandSpec[] = [
  {
    name: 'console',
    aliases: [],
    summary: 'Open the console, a web page on this machine that acts with your AWS credentials',
    args: [],
    options: () => [
      new Option('--port <number>', 'the port on 127.0.0.1 (default: any free one)'),
      new Option('--read-only', 'refuse every request that changes something'),
      new Option('--no-open', 'print the address without opening a browser'),
    ],
    examples: ['bough console', 'bough console --read-only', 'bough console --port 8400 --no-open'],
    load: async () => (await import('./console.ts')).serveConsole,
  },
];
