import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs, { type KeyValuePairsProps } from '@cloudscape-design/components/key-value-pairs';
import type { Integration } from '../../../../shared/api/integration.ts';
import { Foreign } from '../../../components/foreign.tsx';
import { DateAndTime } from '../../../components/time.tsx';
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
  const added = { label: 'Added', value: <DateAndTime at={integration.created_at} /> };
  if (integration.type === 'bitbucket')
    return [{ label: 'Key', value: <Foreign text={integration.app_credentials.key} /> }, added];
  return [
    { label: 'Server URL', value: <Foreign text={integration.url} /> },
    { label: 'Bitbucket username', value: <Foreign text={integration.username} /> },
    added,
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
