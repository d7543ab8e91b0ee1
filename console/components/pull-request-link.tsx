import { memo } from 'react';
import { SiteLink } from './links.tsx';

/** The number of a pull request, as a link to Bitbucket when its address is known. */
export const PullRequestLink = memo(function PullRequestLink({
  pullRequest,
}: {
  pullRequest: { number: number; url: string | null };
}) {
  const text = `#${pullRequest.number}`;
  return pullRequest.url === null ? text : <SiteLink url={pullRequest.url}>{text}</SiteLink>;
});
