import { Page } from '../../shell/page.tsx';

/** Dead letters, alarms and dashboards. */
export function OperationsPage() {
  return (
    <Page
      title="Operations"
      crumbs={[
        { text: 'Projects', to: { page: 'projects' } },
        { text: 'Operations', to: { page: 'operations' } },
      ]}
    >
      {null}
    </Page>
  );
}
