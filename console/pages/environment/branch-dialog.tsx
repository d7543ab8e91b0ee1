import Alert from '@cloudscape-design/components/alert';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { environmentOperations, type NewBranch } from '../../api/environment-operations.ts';
import { integrationsQuery } from '../../api/integrations.ts';
import { queriesOf } from '../../api/query-keys.ts';
import { chosenTypes } from '../../components/environment-type.ts';
import { FormDialog } from '../../components/form-dialog.tsx';
import { useFieldErrors } from '../../components/use-field-errors.ts';
import { useWrite } from '../../components/use-write.ts';
import type { OperationDialog } from './operation-dialog.ts';
import { ResourcesField, resourcesInput } from './resources-field.tsx';

/** Creates a child of an environment. It does not last when the integration prunes branches. */
export function BranchDialog({ environment, close, done }: OperationDialog) {
  const [name, setName] = useState('');
  const [title, setTitle] = useState('');
  const [type, setType] = useState<NewBranch['type']>('development');
  const [cloneParent, setCloneParent] = useState(true);
  const [resources, setResources] = useState('');
  const integrations = useQuery(integrationsQuery(useApi(), environment.project));
  const isPruned = integrations.data?.some(({ prune_branches }) => prune_branches) ?? false;
  const { run, isBusy, failure } = useWrite(
    (api, input: NewBranch) => environmentOperations.branch(api, environment, input),
    done,
    queriesOf(environment.project),
  );
  const errors = useFieldErrors(failure);
  return (
    <FormDialog
      title={`Branch from ${environment.id}`}
      submitText="Branch"
      canSubmit={name.trim() !== ''}
      isBusy={isBusy}
      failure={failure}
      fields={['name', 'title', 'resources.init']}
      onSubmit={() =>
        run({
          name: name.trim(),
          title: title.trim() || name.trim(),
          type,
          clone_parent: cloneParent,
          ...resourcesInput(resources),
        })
      }
      onClose={close}
    >
      {isPruned && (
        <Alert type="warning" header="This environment does not last">
          The next prune deletes it, unless the repository has a branch of that name. Create a branch and a
          pull request in Bitbucket instead: when the pull request is opened, it gets an environment.
        </Alert>
      )}
      <FormField label="Name" description="The name of the new branch" errorText={errors.of('name')}>
        <Input
          value={name}
          spellcheck={false}
          autoFocus
          onChange={({ detail }) => {
            setName(detail.value);
            errors.clear('name');
          }}
        />
      </FormField>
      <FormField label="Title – optional" errorText={errors.of('title')}>
        <Input
          value={title}
          onChange={({ detail }) => {
            setTitle(detail.value);
            errors.clear('title');
          }}
        />
      </FormField>
      <FormField label="Type">
        <Select
          options={chosenTypes}
          selectedOption={chosenTypes.find(({ value }) => value === type) ?? null}
          onChange={({ detail }) =>
            setType(detail.selectedOption.value === 'staging' ? 'staging' : 'development')
          }
        />
      </FormField>
      <Checkbox checked={cloneParent} onChange={({ detail }) => setCloneParent(detail.checked)}>
        Start with a copy of the parent’s data
      </Checkbox>
      <ResourcesField value={resources} errors={errors} onChange={setResources} />
    </FormDialog>
  );
}
