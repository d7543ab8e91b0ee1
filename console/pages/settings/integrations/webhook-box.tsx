import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import type { Integration } from '../../../../shared/api/integration.ts';
import { webhookTriggers } from '../../../../shared/api/webhook-triggers.ts';
import { WebhookValues } from './webhook-values.tsx';

/** The webhook of an integration, for a user who adds it by hand. */
export function WebhookBox({ project, integration }: { project: string; integration: Integration }) {
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={`Added to the repository by itself. Its triggers: ${webhookTriggers[integration.type]}.`}
        >
          Webhook
        </Header>
      }
    >
      <WebhookValues project={project} integration={integration} />
    </Container>
  );
}
