import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs, { type KeyValuePairsProps } from '@cloudscape-design/components/key-value-pairs';
import type { Integration } from '../../../../shared/api/integration.ts';
import { Foreign } from '../../../components/foreign.tsx';
import { Ago, DateAndTime } from '../../../components/time.tsx';
import { choices, numbers, selections } from './form-texts.ts';
import { valuesOf } from './form-values.ts';

/** The access and the options of an integration. */
export function IntegrationFacts({ integration }: { integration: Integration }) {
  return (
    <Container header={<Header variant="h2">Options</Header>}>
      <KeyValuePairs columns={3} items={[...accessItems(integration), ...optionItems(integration)]} />
    </Container>
  );
}

function accessItems(integration: Integration): KeyValuePairsProps.Item[] {
  const { created_at, last_delivery_at } = integration;
  const dates = [
    { label: 'Added', value: <DateAndTime at={created_at} /> },
    {
      label: 'Last delivery from Bitbucket',
      value: last_delivery_at === null ? 'None yet' : <Ago at={last_delivery_at} />,
    },
  ];
  if (integration.type === 'bitbucket')
    return [{ label: 'Key', value: <Foreign text={integration.app_credentials.key} /> }, ...dates];
  return [
    { label: 'Server URL', value: <Foreign text={integration.url} /> },
    { label: 'Bitbucket username', value: <Foreign text={integration.username} /> },
    ...dates,
  ];
}

function optionItems(integration: Integration): KeyValuePairsProps.Item[] {
  const values = valuesOf(integration);
  return [
    ...choices.map(({ name, label }) => ({ label, value: values[name] ? 'On' : 'Off' })),
    ...selections.map(({ name, label, options }) => ({
      label,
      value: options.find(({ value }) => value === values[name])?.label ?? values[name],
    })),
    ...numbers
      .filter(({ only }) => only === undefined || only === integration.type)
      .map(({ name, label }) => ({ label: label.replace(' – optional', ''), value: values[name] || 'All' })),
  ];
}
