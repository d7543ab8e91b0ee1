import { parse as parseYaml } from 'yaml';
import * as z from 'zod';
import { UnsupportedTemplateError } from '../../errors.ts';

const PHASES = ['install', 'pre_build', 'build', 'post_build'] as const;

const Commands = z.array(z.string()).default([]);
const Phase = z.object({ commands: Commands, finally: Commands }).prefault({});

const Buildspec = z.object({
  env: z
    .object({
      variables: z.record(z.string(), z.coerce.string()).default({}),
      'parameter-store': z.undefined('the parameter store is not emulated').optional(),
      'secrets-manager': z.undefined('the secrets manager is not emulated').optional(),
    })
    .prefault({}),
  phases: z.object({ install: Phase, pre_build: Phase, build: Phase, post_build: Phase }).prefault({}),
});

export interface BuildScript {
  readonly variables: Readonly<Record<string, string>>;
  /** A program for `sh` that runs the phases as CodeBuild does, all in one shell. */
  readonly script: string;
}

/**
 * Reads a buildspec, YAML or its subset JSON. Artifacts, caches, reports and runtime versions are left out.
 * @throws UnsupportedTemplateError
 */
export function readBuildspec(text: string): BuildScript {
  const result = Buildspec.safeParse(parseYaml(text));
  if (!result.success) {
    throw new UnsupportedTemplateError(
      `The buildspec cannot be run locally: ${z.prettifyError(result.error)}`,
    );
  }
  const { env, phases } = result.data;
  const functions = PHASES.map((name) => {
    const { commands, finally: last } = phases[name];
    return `${name}() {\n${steps(commands)}\n}\n${name}_finally() {\n${steps(last)}\n}`;
  });
  return { variables: env.variables, script: [...functions, MAIN].join('\n') };
}

/** Ends the phase with the first command that fails, as opposed to `set -e`, which overlooks some. */
function steps(commands: readonly string[]): string {
  return commands.length === 0 ? ':' : commands.map((command) => `${command}\n${CHECK}`).join('\n');
}

const CHECK = '_status=$?; [ "$_status" -eq 0 ] || return "$_status"';

/** A failed build still runs post_build; an earlier failure ends it all. */
const MAIN = `
export CODEBUILD_BUILD_SUCCEEDING=1
phase() {
  "$1"; _result=$?
  [ "$_result" -eq 0 ] || CODEBUILD_BUILD_SUCCEEDING=0
  "$1_finally" || _result=$?
  return "$_result"
}
phase install || exit 1
phase pre_build || exit 1
phase build; _build=$?
phase post_build || exit 1
exit "$_build"
`;
