import { parse as parseYaml } from 'yaml';
import * as z from 'zod';
import { UnsupportedTemplateError } from '../../errors.ts';

/** Runtime versions are accepted and ignored: builds run on the local Node. */
const Buildspec = z.object({
  env: z.undefined('env is not emulated').optional(),
  phases: z.strictObject({
    install: z.strictObject({ 'runtime-versions': z.unknown() }).optional(),
    build: z.strictObject({ commands: z.array(z.string()) }),
  }),
});

/**
 * Reads a buildspec (YAML or JSON) and returns its build phase as a program for `sh`.
 * @throws UnsupportedTemplateError for commands in other phases, and for `env`
 */
export function readBuildspec(text: string): string {
  const result = Buildspec.safeParse(parseYaml(text));
  if (!result.success) {
    throw new UnsupportedTemplateError(
      `The buildspec cannot be run locally: ${z.prettifyError(result.error)}`,
    );
  }
  // `set -e` ignores failures inside lists such as `false && true`, so each command's status is checked.
  return result.data.phases.build.commands
    .map((command) => `${command}\n_status=$?; [ "$_status" -eq 0 ] || exit "$_status"`)
    .join('\n');
}
