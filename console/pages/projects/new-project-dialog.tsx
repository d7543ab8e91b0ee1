import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { FormDialog } from '../../components/form-dialog.tsx';
import { useNewProject } from './use-new-project.ts';

/** Creates a project, and opens it. */
export function NewProjectDialog({ onClose }: { onClose: () => void }) {
  const { title, setTitle, canCreate, create, isBusy, failure, errors } = useNewProject();
  return (
    <FormDialog
      title="Create project"
      submitText="Create project"
      canSubmit={canCreate}
      isBusy={isBusy}
      failure={failure}
      fields={['title']}
      onSubmit={create}
      onClose={onClose}
    >
      <FormField label="Title" errorText={errors.of('title')}>
        <Input value={title} autoFocus onChange={({ detail }) => setTitle(detail.value)} />
      </FormField>
    </FormDialog>
  );
}
