import * as z from 'zod';
import { HttpUnreachable, http, jsonIn } from '../../shared/runtime/http/http-client.ts';
import { CliError } from '../errors.ts';
import { type Api, path } from './client.ts';
import { Mirror, type Project } from './resources.ts';

const Manifest = z.object({ heads: z.record(z.string(), z.string()) });

/** Reads a project's mirror, with fresh links. */
export function readMirror(api: Api, { id }: Pick<Project, 'id'>): Promise<Mirror> {
  return api.get(path`/projects/${id}/mirror`, Mirror);
}

/** Reads every reference of the mirror with its commit, from S3 because they can exceed the API's response size. Throws `CliError`. */
export async function readHeads({ _links }: Mirror): Promise<Map<string, string>> {
  if (!_links.manifest) return new Map();
  const response = await http(_links.manifest.href, { timeoutMs: 60_000 }).catch((cause: unknown) => {
    if (!(cause instanceof HttpUnreachable)) throw cause;
    throw new CliError(`The mirror's references cannot be read: ${cause.message}. Try again.`, { cause });
  });
  const { data } = Manifest.safeParse(jsonIn(response));
  if (response.status === 200 && data) return new Map(Object.entries(data.heads));
  throw new CliError(`The mirror's references cannot be read: status ${response.status}. Try again.`);
}
