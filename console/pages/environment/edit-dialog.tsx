import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import { useState } from 'react';
import { type EnvironmentChanges, environmentOperations } from '../../api/environment-operations.ts';
import { FormDialog } from '../../components/form-dialog.tsx';
import { useWrite } from '../../components/use-write.ts';
import type { OperationDialog } from './operation-dialog.ts';
import { ParentField } from './parent-field.tsx';

const types = [
  { value: 'development', label: 'Development' },
  { value: 'staging', label: 'Staging' },
] as const;

const production = { value: 'production', label: 'Production' } as const;

/** Changes an environment's title, type, parent and protection. Nothing is deployed. */
export function EditDialog({ environment, close, done }: OperationDialog) {
  // A field that the user has not changed keeps a change that another user makes meanwhile.
  const [before] = useState(environment);
  const [title, setTitle] = useState(before.title);
  const [type, setType] = useState(before.type);
  const [parent, setParent] = useState(before.parent ?? '');
  const [isProtected, setProtected] = useState(before.protected);
  const { run, isBusy, failure } = useWrite(
    (api, changes: EnvironmentChanges) => environmentOperations.edit(api, environment, changes),
    done,
  );
  const changes: EnvironmentChanges = {
    ...(title.trim() === before.title ? {} : { title: title.trim() }),
    ...(type === before.type ? {} : { type }),
    ...(parent.trim() === (before.parent ?? '') ? {} : { parent: parent.trim() || null }),
    ...(isProtected === before.protected ? {} : { protected: isProtected }),
  };
  const fields = failure?.fields ?? {};
  const isDefault = before.type === production.value;
  const options = isDefault ? [production] : types;
  return (
    <FormDialog
      title={`Edit ${before.id}`}
      submitText="Save"
      canSubmit={Object.keys(changes).length > 0}
      isBusy={isBusy}
      failure={failure}
      fields={['title', 'type', 'parent']}
      onSubmit={() => run(changes)}
      onClose={close}
    >
      <FormField label="Title" errorText={fields['title']}>
        <Input value={title} autoFocus onChange={({ detail }) => setTitle(detail.value)} />
      </FormField>
      <FormField
        label="Type"
        description={isDefault && 'The environment of the default branch has the type production.'}
        errorText={fields['type']}
      >
        <Select
          options={options}
          selectedOption={options.find(({ value }) => value === type) ?? null}
          disabled={isDefault}
          onChange={({ detail }) => setType(typeNamed(detail.selectedOption.value))}
        />
      </FormField>
      <ParentField
        environment={before}
        value={parent}
        disabled={isDefault}
        error={fields['parent']}
        onChange={setParent}
      />
      <Checkbox
        checked={isProtected}
        description="Only a user deletes a protected environment, and types its name."
        onChange={({ detail }) => setProtected(detail.checked)}
      >
        Protected
      </Checkbox>
    </FormDialog>
  );
}

function typeNamed(name: string | undefined): 'development' | 'staging' {
  return name === 'staging' ? 'staging' : 'development';
}
