import Autosuggest from '@cloudscape-design/components/autosuggest';
import FormField from '@cloudscape-design/components/form-field';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Environment } from '../../../shared/api/environment.ts';
import { useApi } from '../../api/api-context.tsx';
import { rowsQuery } from '../../api/environments.ts';
import { foreignText } from '../../components/foreign.tsx';

/** The field for the parent of an environment. It suggests the project's other environments. */
export function ParentField(props: {
  environment: Pick<Environment, 'id' | 'project'>;
  /** The parent's id; empty for none. */
  value: string;
  disabled: boolean;
  error: string | null;
  onChange: (value: string) => void;
}) {
  const { environment, value, disabled, error, onChange } = props;
  const { id, project } = environment;
  const { data } = useQuery(rowsQuery(useApi(), project));
  const options = useMemo(
    () =>
      (data?.rows ?? [])
        .filter((row) => row.id !== id)
        .map((row) => ({ value: row.id, label: foreignText(row.id) })),
    [data, id],
  );
  return (
    <FormField
      label="Parent – optional"
      description={
        disabled
          ? 'The environment of the default branch has no parent.'
          : 'Its data is copied to this environment. Nothing is copied now.'
      }
      errorText={error}
    >
      <Autosuggest
        value={value}
        options={options}
        // A project may have thousands of environments.
        virtualScroll
        disabled={disabled}
        enteredTextLabel={(text) => `Use ${foreignText(text)}`}
        clearAriaLabel="Clear the parent"
        empty="No other environment"
        onChange={({ detail }) => onChange(detail.value)}
      />
    </FormField>
  );
}
