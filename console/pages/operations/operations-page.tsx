import SpaceBetween from '@cloudscape-design/components/space-between';
import { Page } from '../../shell/page.tsx';
import { Checks } from './checks.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { Monitoring } from './monitoring.tsx';

/** Dead letters, the checks of the deployment, and the links to its alarms and dashboard. */
export function OperationsPage() {
  return (
    <Page
      title="Operations"
      crumbs={[
        { text: 'Projects', to: { page: 'projects' } },
        { text: 'Operations', to: { page: 'operations' } },
      ]}
    >
      <SpaceBetween size="l">
        <DeadLetters />
        <Checks />
        <Monitoring />
      </SpaceBetween>
    </Page>
  );
}
