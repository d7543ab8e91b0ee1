import * as z from 'zod';
import { HttpUnreachable, http, jsonIn } from '../../shared/runtime/http-client.ts';
import { CliError } from '../errors.ts';
import { type Api, path } from './client.ts';
import { Mirror, type Project } from './resources.ts';

const Manifest = z.object({ heads: z.record(z.string(), z.string()) });

export function readMirror(api: Api, { id }: Pick<Project, 'id'>): Promise<Mirror> {
  return api.get(path`/projects/${id}/mirror`, Mirror);
}

/** Every reference of the mirror and its commit. They may be too many for an answer of the API, and come from S3. */
export async function readHeads({ _links }: Mirror): Promise<Map<string, string>> {
  if (!_links.manifest) return new Map();
  const answer = await http(_links.manifest.href, { timeoutMs: 60_000 }).catch((cause: unknown) => {
    if (!(cause instanceof HttpUnreachable)) throw cause;
    throw new CliError(`The mirror's references cannot be read: ${cause.message}. Try again.`, { cause });
  });
  const { data } = Manifest.safeParse(jsonIn(answer));
  if (answer.status === 200 && data) return new Map(Object.entries(data.heads));
  throw new CliError(`The mirror's references cannot be read: status ${answer.status}. Try again.`);
}
