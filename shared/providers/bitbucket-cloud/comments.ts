import type { BuildStatus } from '../../domain/statuses/build-status.ts';
import { shortCommit } from '../../domain/values/commit.ts';
import { pathSegment } from '../rest/path-segment.ts';
import { type Api, isOutOfReach } from './api.ts';
import { Comment } from './schema.ts';

/** Comments that are searched for the one that Bough keeps up to date. */
export const mostComments = 20;

/**
 * Creates or updates the comment with a status on the pull request at `path`. The comment's last line marks it: a link
 * definition that Markdown does not render.
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
  // Two concurrent senders may each have created a comment.
  for (const { id } of outdated.slice(0, mostComments)) {
    const isOurs = await updateComment(api, `${path}/comments/${pathSegment(id)}`, raw);
    isShown ||= isOurs;
  }
  if (!isShown) await api.send('POST', `${path}/comments`, { content: { raw } });
}

/** False when the comment belongs to another account, which copied the mark, or has been deleted. */
async function updateComment(api: Api, path: string, raw: string): Promise<boolean> {
  try {
    await api.send('PUT', path, { content: { raw } });
    return true;
  } catch (error) {
    if (isOutOfReach(error)) return false;
    throw error;
  }
}

function textOf({ description, commit, url }: BuildStatus): string {
  return `Bough: ${plain(description)} (${shortCommit(commit)})\n\n<${url}>`;
}

/** Escapes Markdown, since branch names contain underscores and more. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]]/g, '\\$&');
}
