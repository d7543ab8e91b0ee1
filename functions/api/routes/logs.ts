import { stripVTControlCharacters } from 'node:util';
import * as z from 'zod/mini';
import type { FinishedActivity } from '../../../shared/domain/activities/finished-activity.ts';
import { withoutAccount } from '../../../shared/domain/values/redact.ts';
import { isSigned } from '../../../shared/runtime/log-link.ts';
import { type ApiResponse, plainText } from '../framework/http.ts';
import { type Route, route } from '../framework/route.ts';
import type { ApiPorts } from '../ports.ts';
import { findActivity } from '../queries/activities.ts';
import { readLog } from '../queries/activity-log.ts';
import { hasEnded } from '../views/activity.ts';

const LogLine = z.object({ data: z.object({ message: z.string() }) });

/**
 * Bytes of a log behind a build status's link: more than the builder writes, and less than Lambda's 6 MB for a
 * response.
 */
export const longestResponse = 5_000_000;

/** The route of logs for browsers, which build statuses link to. A signature replaces IAM authorisation. */
export function logRoutes(ports: ApiPorts): Route[] {
  return [
    route({
      method: 'GET',
      path: '/logs/{project}/{activity}/{signature+}',
      id: 'read-log',
      summary: "Read an activity's log in a browser, with the link of its build status",
      find: (params) => params,
      query: z.object({}),
      responses: { 200: z.string() },
      failures: { 404: z.string() },
      media: 'text/plain',
      isOpen: true,
      async handle({ found: { project = '', activity: id = '', signature = '' } }) {
        if (!(await isSigned(ports, { project, activity: id, signature }))) return noLog();
        // The activity is read before its log, so that only a complete log is shown as ended.
        const activity = await findActivity(ports, project, id);
        if (!activity) return noLog();
        return page(await readLog(ports, activity), activity);
      },
    }),
  ];
}

/** The same response for a wrong signature and a missing activity, so that neither can be probed. */
function noLog(): ApiResponse {
  return plainText(404, 'There is no such log.\n');
}

function page(lines: readonly string[], activity: FinishedActivity): ApiResponse {
  const text = textOf(lines);
  if (hasEnded(activity)) return plainText(200, text);
  return plainText(200, `${text}\nThis is not the end yet: the page reloads itself.\n`, { refresh: '5' });
}

function textOf(lines: readonly string[]): string {
  const shown = lastThatFit(lines);
  const text = shown.map((line) => LogLine.parse(JSON.parse(line)).data.message).join('');
  const cut = shown.length < lines.length ? 'The beginning is left out: the log is too long.\n\n' : '';
  // Browsers do not interpret a terminal's control sequences.
  return cut + withoutAccount(stripVTControlCharacters(text));
}

/** The last lines that fit: a failure is explained at the end of a log. */
function lastThatFit(lines: readonly string[]): readonly string[] {
  let size = 0;
  const tooMuch = lines.findLastIndex((line) => {
    size += Buffer.byteLength(line) + 1;
    return size > longestResponse;
  });
  return lines.slice(tooMuch + 1);
}

/** The path without the signature of a link, which is a credential and must not be logged. */
export function withoutSignature(path: string): string {
  return path.replace(/^(\/(?:logs|status)(?:\/[^/]*){2}|\/board\/[^/]*).*$/s, '$1');
}
