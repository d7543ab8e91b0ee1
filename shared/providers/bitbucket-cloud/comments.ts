import { short } from '../../domain/deliveries/source-event.ts';
import type { BuildStatus } from '../../domain/statuses/build-status.ts';
import { pathSegment } from '../path-segment.ts';
import { type Api, isOutOfReach } from './api.ts';
import { Comment } from './schema.ts';

/** Comments that are searched for the one that Bough keeps up to date. */
export const mostComments = 20;

/**
 * Keeps one comment on the pull request at `path` up to date with a status. Ours is found again by its last line,
 * which is a link that nothing refers to, and so is not shown.
 */
export async function keepComment(api: Api, path: string, key: string, status: BuildStatus): Promise<void> {
  const mark = `[//]: # (${key})`;
  const raw = `${textOf(status)}\n\n${mark}`;
  const comments = await api.list(
    `${path}/comments?pagelen=100&fields=next,values.id,values.deleted,values.content.raw`,
    Comment,
  );
  const marked = comments.filter(({ deleted, content }) => !deleted && content?.raw.trimEnd().endsWith(mark));
  const outdated = marked.filter(({ content }) => content?.raw !== raw);
  let isShown = outdated.length < marked.length;
  // There can be several: two senders that found none have each made one.
  for (const { id } of outdated.slice(0, mostComments)) {
    const isOurs = await changes(api, `${path}/comments/${pathSegment(id)}`, raw);
    isShown ||= isOurs;
  }
  if (!isShown) await api.send('POST', `${path}/comments`, { content: { raw } });
}

/** False when the comment is somebody else's, who copied the mark, or was deleted since. */
async function changes(api: Api, path: string, raw: string): Promise<boolean> {
  try {
    await api.send('PUT', path, { content: { raw } });
    return true;
  } catch (error) {
    if (isOutOfReach(error)) return false;
    throw error;
  }
}

function textOf({ description, commit, url }: BuildStatus): string {
  return `Bough: ${plain(description)} (${short(commit)})\n\n<${url}>`;
}

/** Branch names have underscores and more that Markdown would take as its own. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]]/g, '\\$&');
}
