/** Ends the program with an error, as the command that it stands in for does. */
export function refuse(message: string, code = 1): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
