import { spawn } from 'node:child_process';

/** A program that opens an address. No shell is involved, which could interpret the address. */
export interface Opener {
  program: string;
  args: readonly string[];
  /** Text for the program's standard input. */
  input: string;
}

/**
 * The platform's opener of an address; null for a session without a display. Other users see the arguments of programs,
 * so macOS gets the address through standard input. On Linux the server refuses connections of other users.
 */
export function openerOf(
  url: string,
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): Opener | null {
  switch (platform) {
    case 'darwin':
      return { program: 'osascript', args: [], input: `open location ${JSON.stringify(url)}\n` };
    case 'win32':
      return { program: 'rundll32', args: ['url.dll,FileProtocolHandler', url], input: '' };
    default:
      if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return null;
      return { program: 'xdg-open', args: [url], input: '' };
  }
}

/** Starts an opener and leaves it running. Resolves to false when it cannot be started. */
export function openBrowser({ program, args, input }: Opener): Promise<boolean> {
  const child = spawn(program, [...args], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  child.unref();
  // A program that does not read its input closes the pipe.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
  });
}
