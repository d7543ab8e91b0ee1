import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import { type ReactNode, useEffect } from 'react';
import { foreignText } from '../components/foreign.tsx';
import { type Crumb, tabTitleOf } from './crumbs.ts';
import { addressOf } from './routes.ts';

/** The frame of a page: the title of the document, the way to it, its heading and its content. */
export function Page(props: {
  title: string;
  /** The pages from the outermost to this page. */
  crumbs: readonly Crumb[];
  heading?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const { title, crumbs, heading = title, description, actions, children } = props;
  const tabTitle = tabTitleOf(title, crumbs);
  useEffect(() => {
    document.title = tabTitle;
  }, [tabTitle]);
  return (
    <ContentLayout
      breadcrumbs={
        crumbs.length > 1 && (
          <BreadcrumbGroup
            ariaLabel="Way to this page"
            items={crumbs.map(({ text, to }) => ({ text: foreignText(text), href: addressOf(to) }))}
          />
        )
      }
      header={
        <Header variant="h1" description={description} actions={actions}>
          {heading}
        </Header>
      }
    >
      {children}
    </ContentLayout>
  );
}
