import * as z from 'zod';
import { HttpUnreachable, http, jsonIn } from '../../shared/runtime/http/http-client.ts';
import { inParallel } from '../../shared/runtime/in-parallel.ts';
import { CliError } from '../errors.ts';
import { type Api, path } from './client.ts';
import { Mirror, type Project } from './resources.ts';

const Document = z.object({
  heads: z.record(z.string(), z.string()),
  dropped: z.array(z.string()).default([]),
});

/** The number of documents that are read at once. */
const atOnce = 8;

/** Reads a project's mirror, with fresh links. */
export function readMirror(api: Api, { id }: Pick<Project, 'id'>): Promise<Mirror> {
  return api.get(path`/projects/${id}/mirror`, Mirror);
}

/** Reads every reference of the mirror with its commit, most from S3 because they can exceed the API's response size. Throws `CliError`. */
export async function readHeads({ _links, changes }: Mirror): Promise<Map<string, string>> {
  const heads = new Map<string, string>();
  const apply = (document: z.infer<typeof Document>) => {
    for (const ref of document.dropped) heads.delete(ref);
    for (const [ref, commit] of Object.entries(document.heads)) heads.set(ref, commit);
  };
  await inParallel(_links.shards ?? [], atOnce, async ({ href }) => apply(await readDocument(href)));
  if (_links.manifest) apply(await readDocument(_links.manifest.href));
  if (changes) apply(changes);
  return heads;
}

async function readDocument(href: string): Promise<z.infer<typeof Document>> {
  const response = await http(href, { timeoutMs: 60_000 }).catch((cause: unknown) => {
    if (!(cause instanceof HttpUnreachable)) throw cause;
    throw new CliError(`The mirror's references cannot be read: ${cause.message}. Try again.`, { cause });
  });
  const { data } = Document.safeParse(jsonIn(response));
  if (response.status === 200 && data) return data;
  throw new CliError(`The mirror's references cannot be read: status ${response.status}. Try again.`);
}
