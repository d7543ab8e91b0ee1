import { PageLink } from '../components/links.tsx';
import { Page } from '../shell/page.tsx';

/** The page of an address that no page has. */
export function UnknownPage() {
  return (
    <Page title="There is no such page" crumbs={[]}>
      <PageLink to={{ page: 'projects' }}>Open the projects</PageLink>
    </Page>
  );
}
