import Link from '@cloudscape-design/components/link';
import type { ReactNode } from 'react';
import { addressOf, type Route } from '../shell/routes.ts';
import { Foreign } from './foreign.tsx';

/** A link to another page of the console. */
export function PageLink({ to, children }: { to: Route; children: ReactNode }) {
  return <Link href={addressOf(to)}>{children}</Link>;
}

/** A link to another site, in a new tab. A URL of another scheme than http and https is shown without a link. */
export function SiteLink({ url, label, children }: SiteLinkProps) {
  const content = children ?? <Foreign text={url} />;
  if (!isWebUrl(url)) return content;
  return (
    <Link
      href={url}
      target="_blank"
      rel="noopener noreferrer"
      {...(label !== undefined && { ariaLabel: label })}
    >
      {content}
      <NewTab />
    </Link>
  );
}

interface SiteLinkProps {
  readonly url: string;
  /** The text that assistive technology reads instead of the content. */
  readonly label?: string;
  /** The URL without it. */
  readonly children?: ReactNode;
}

/** Cloudscape's own mark is drawn twice, because it measures its text first. A table has up to a hundred. */
function NewTab() {
  return (
    <svg className="new-tab" viewBox="0 0 16 16" role="img" aria-label="Opens in a new tab">
      <path d="M13 9V3H7m6 0L7 9M3 5v8h8" />
    </svg>
  );
}

/** True for http and https. */
export function isWebUrl(url: string): boolean {
  return URL.canParse(url) && ['https:', 'http:'].includes(new URL(url).protocol);
}
