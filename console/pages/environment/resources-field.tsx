import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import type { FieldErrors } from '../../components/use-field-errors.ts';

const choices = [
  { value: '', label: 'As the integration says' },
  { value: 'default', label: 'Default' },
  { value: 'minimum', label: 'Minimum' },
  { value: 'parent', label: 'Parent' },
];

/** The resources that a deployment starts with. The empty value leaves the choice to the integration. */
export function ResourcesField(props: {
  value: string;
  errors: FieldErrors;
  onChange: (value: string) => void;
}) {
  const { value, errors, onChange } = props;
  return (
    <FormField label="Resources" errorText={errors.of('resources.init')}>
      <Select
        options={choices}
        selectedOption={choices.find((choice) => choice.value === value) ?? null}
        onChange={({ detail }) => {
          onChange(detail.selectedOption.value ?? '');
          errors.clear('resources.init');
        }}
      />
    </FormField>
  );
}

/** The choice as a part of a request. */
export function resourcesInput(value: string): { resources?: { init: string } } {
  return value === '' ? {} : { resources: { init: value } };
}
