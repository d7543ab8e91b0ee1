import * as z from 'zod';
import { shortestHidden } from '../../../shared/domain/variables/variable.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { booleanOf, environmentOptions, projectOptions, waitOptions } from '../options.ts';

const text = z.string().optional();

/** The parsed options of commands that create or change a variable. */
export const fieldOptions = {
  ...projectOptions,
  ...environmentOptions,
  ...waitOptions,
  level: text,
  value: text,
  json: text,
  sensitive: text,
  enabled: text,
  inheritable: text,
  visibleBuild: text,
  visibleRuntime: text,
  visibleForks: text,
};
/** The values of `fieldOptions`. */
export type FieldOptions = z.infer<z.ZodObject<typeof fieldOptions>>;

/** The fields of the API that the options set. Omitted ones are undefined and are not sent. */
export function fieldsOf(options: FieldOptions) {
  return {
    value: options.value,
    is_json: booleanOf('json', options.json),
    is_sensitive: booleanOf('sensitive', options.sensitive),
    is_enabled: booleanOf('enabled', options.enabled),
    is_inheritable: booleanOf('inheritable', options.inheritable),
    visible_build: booleanOf('visible-build', options.visibleBuild),
    visible_runtime: booleanOf('visible-runtime', options.visibleRuntime),
    visible_forks: booleanOf('visible-forks', options.visibleForks),
  };
}

/** Warns about a sensitive value that logs cannot hide, as a whole or in a line: short texts occur by chance. */
export function warnAboutShortValue(terminal: Terminal, value: string, isSensitive: boolean): void {
  const isShort = (text: string) => text.trim() !== '' && text.length < shortestHidden;
  if (!isSensitive || !value.split(/\r\n|\r|\n/).some(isShort)) return;
  terminal.info(
    `Warning: logs show values and lines of values with fewer than ${shortestHidden} characters, although the variable is sensitive.`,
  );
}
