import Link from '@cloudscape-design/components/link';
import type { ReactNode } from 'react';
import { addressOf, type Route } from '../shell/routes.ts';
import { Foreign } from './foreign.tsx';

/** A link to another page of the console. */
export function PageLink({ to, children }: { to: Route; children: ReactNode }) {
  return <Link href={addressOf(to)}>{children}</Link>;
}

/** A link to another site, in a new tab. A URL of another scheme than http and https is shown without a link. */
export function SiteLink({ url, children }: { url: string; children?: ReactNode }) {
  const content = children ?? <Foreign text={url} />;
  if (!isWebUrl(url)) return content;
  return (
    <Link href={url} external rel="noopener noreferrer" externalIconAriaLabel="Opens in a new tab">
      {content}
    </Link>
  );
}

/** True for http and https. */
export function isWebUrl(url: string): boolean {
  return URL.canParse(url) && ['https:', 'http:'].includes(new URL(url).protocol);
}
