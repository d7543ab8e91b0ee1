import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { SiteLink } from '../../components/links.tsx';
import { useDeploymentPlace } from '../../components/use-deployment-place.ts';
import { monitoringLinks } from './monitoring-links.ts';

/** The links to the alarms and the dashboard in AWS. */
export function Monitoring() {
  const { stack, region, isLocal } = useDeploymentPlace();
  if (region === null) return null;
  const links = stack !== null && !isLocal ? monitoringLinks(stack, region) : null;
  return (
    <Container header={<Header variant="h2">Monitoring</Header>}>
      {links ? (
        <ul className="plain">
          <li>
            <SiteLink url={links.alarms}>Alarms in CloudWatch</SiteLink>
          </li>
          <li>
            <SiteLink url={links.dashboard}>Dashboard in CloudWatch</SiteLink>
          </li>
        </ul>
      ) : (
        <Box color="text-body-secondary">
          {isLocal
            ? 'The system on this machine has no alarms and no dashboard.'
            : 'The stack is not known: start the console with the name of the stack to see its alarms and its dashboard.'}
        </Box>
      )}
    </Container>
  );
}
