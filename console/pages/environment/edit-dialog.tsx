import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import { useState } from 'react';
import { type EnvironmentChanges, environmentOperations } from '../../api/environment-operations.ts';
import { queriesOf } from '../../api/query-keys.ts';
import { chosenTypes, typeText } from '../../components/environment-type.ts';
import { FormDialog } from '../../components/form-dialog.tsx';
import { useFieldErrors } from '../../components/use-field-errors.ts';
import { useWrite } from '../../components/use-write.ts';
import type { OperationDialog } from './operation-dialog.ts';
import { ParentField } from './parent-field.tsx';

const production = { value: 'production', label: typeText.production } as const;

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
    queriesOf(environment.project),
  );
  const changes: EnvironmentChanges = {
    ...(title.trim() === before.title ? {} : { title: title.trim() }),
    ...(type === before.type ? {} : { type }),
    ...(parent.trim() === (before.parent ?? '') ? {} : { parent: parent.trim() || null }),
    ...(isProtected === before.protected ? {} : { protected: isProtected }),
  };
  const errors = useFieldErrors(failure);
  const isDefault = before.type === production.value;
  const options = isDefault ? [production] : chosenTypes;
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
      <FormField label="Title" errorText={errors.of('title')}>
        <Input
          value={title}
          autoFocus
          onChange={({ detail }) => {
            setTitle(detail.value);
            errors.clear('title');
          }}
        />
      </FormField>
      <FormField
        label="Type"
        description={isDefault && 'The environment of the default branch has the type production.'}
        errorText={errors.of('type')}
      >
        <Select
          options={options}
          selectedOption={options.find(({ value }) => value === type) ?? null}
          disabled={isDefault}
          onChange={({ detail }) => {
            setType(typeNamed(detail.selectedOption.value));
            errors.clear('type');
          }}
        />
      </FormField>
      <ParentField
        environment={before}
        value={parent}
        disabled={isDefault}
        error={errors.of('parent')}
        onChange={(value) => {
          setParent(value);
          errors.clear('parent');
        }}
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
