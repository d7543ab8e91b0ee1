import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import type { Integration } from '../../../../shared/api/integration.ts';
import { webhookTriggers } from '../../../../shared/api/webhook-triggers.ts';
import { sentence } from '../../../../shared/domain/values/text.ts';
import { useApi } from '../../../api/api-context.tsx';
import { registrationsQuery } from '../../../api/integrations.ts';
import { Foreign } from '../../../components/foreign.tsx';
import { PageLink } from '../../../components/links.tsx';
import { missingWebhook, type Registration } from './missing-webhook.ts';
import { WebhookBox } from './webhook-box.tsx';
import { WebhookValues } from './webhook-values.tsx';

/** The webhook of an integration or, when Bitbucket has refused it, how to add it by hand. */
export function Webhook(props: { project: string; integration: Integration; isValid: boolean }) {
  const { project, integration, isValid } = props;
  const { data: registrations = [] } = useQuery(registrationsQuery(useApi(), project, integration));
  // A validation finds a webhook that was added by hand, also before its first delivery.
  const failed = isValid ? null : missingWebhook(integration, registrations);
  if (failed === null) return <WebhookBox project={project} integration={integration} />;
  return <WebhookMissing project={project} integration={integration} registration={failed} />;
}

function WebhookMissing(props: { project: string; integration: Integration; registration: Registration }) {
  const { project, integration, registration } = props;
  return (
    <Alert type="warning" header="The webhook was not added to the repository">
      <SpaceBetween size="m">
        <div>
          <Foreign text={sentence(registration.payload.because)} />{' '}
          <PageLink to={{ page: 'activity', project, environment: null, activity: registration.id }}>
            Read the log
          </PageLink>
        </div>
        <div>
          Open the repository in Bitbucket, then <strong>Repository settings</strong> and{' '}
          <strong>Webhooks</strong>, and add a webhook with this URL, this secret and these triggers:
          <div>{webhookTriggers[integration.type]}</div>
        </div>
        <WebhookValues project={project} integration={integration} />
        <div>
          Then choose Validate above, which finds the webhook. Without it, only the scheduled prune finds
          pushes and pull requests.
        </div>
      </SpaceBetween>
    </Alert>
  );
}
