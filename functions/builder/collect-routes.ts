import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { Routes } from '../../shared/adapters/aws/builds/build-documents.ts';
import { type Route, resolveRoutes, routeLimits, routeUrl } from '../../shared/domain/environments/routes.ts';
import { cut } from '../../shared/domain/values/text.ts';
import { BoughError } from '../../shared/errors.ts';
import { nullIfAbsent } from './files.ts';

const url = (what: string) =>
  z.string(`${what} must be a URL`).check(z.regex(routeUrl, `${what} must begin with http:// or https://`));
const flag = z.optional(z.boolean('primary must be true or false'));

const Definitions = z.record(
  url('a route'),
  z.discriminatedUnion(
    'type',
    [
      z.object({
        type: z.literal('upstream'),
        primary: flag,
        upstream: z.optional(z.string('upstream must be a string')),
      }),
      z.object({ type: z.literal('redirect'), primary: flag, to: url('to') }),
    ],
    'type must be "upstream" or "redirect"',
  ),
  'it must be an object whose keys are URLs',
);

/**
 * The routes that the deployment wrote to `$BOUGH_ROUTES`; null when the file is absent or empty.
 * @param environmentUrl the URL that replaces `{default}`
 * @throws BoughError invalid, when the file has no valid routes
 */
export async function collectRoutes(file: string, environmentUrl: string): Promise<Route[] | null> {
  const text = await readFile(file, 'utf8').catch(nullIfAbsent);
  return text === null || text.trim() === '' ? null : parseRoutes(text, environmentUrl);
}

function parseRoutes(text: string, environmentUrl: string): Route[] {
  if (text.length > routeLimits.characters)
    throw badRoutes(`it is longer than ${routeLimits.characters} characters`);
  const written = Definitions.safeParse(parseJson(text));
  if (!written.success) {
    throw badRoutes(
      written.error.issues
        .slice(0, 5)
        .map((issue) => [...issue.path.slice(0, 1).map(shortened), messageOf(issue)].join(': '))
        .join('; '),
    );
  }
  const routes = Routes.safeParse(resolveRoutes(written.data, environmentUrl));
  if (routes.success) return routes.data;
  throw badRoutes([...new Set(routes.error.issues.map(({ message }) => message))].join('; '));
}

/** Long keys are cut, so that the message's end with the remedy stays visible. */
function shortened(key: PropertyKey): string {
  return cut(String(key), 200);
}

/** The message of an issue. zod nests the issue of an invalid key. */
function messageOf(issue: z.core.$ZodIssue): string {
  return (issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined) ?? issue.message;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRoutes(error instanceof Error ? error.message : String(error));
  }
}

function badRoutes(problem: string): BoughError {
  return new BoughError('invalid', `The file $BOUGH_ROUTES cannot be used: ${problem}.`, {
    remedy: 'Write JSON like {"https://{default}/": {"type": "upstream", "primary": true}} to it.',
  });
}
