import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';

const choices = [
  { value: '', label: 'As the integration says' },
  { value: 'default', label: 'default' },
  { value: 'minimum', label: 'minimum' },
  { value: 'parent', label: 'parent' },
];

/** The resources that a deployment starts with. The empty value leaves the choice to the integration. */
export function ResourcesField(props: {
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}) {
  const { value, error, onChange } = props;
  return (
    <FormField label="Resources" {...(error === undefined ? {} : { errorText: error })}>
      <Select
        options={choices}
        selectedOption={choices.find((choice) => choice.value === value) ?? null}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
      />
    </FormField>
  );
}

/** The choice as a part of a request. */
export function resourcesInput(value: string): { resources?: { init: string } } {
  return value === '' ? {} : { resources: { init: value } };
}
