import { useState } from 'react';
import type { Project } from '../../../../shared/api/project.ts';
import { projectOperations } from '../../../api/project-operations.ts';
import { queriesOf } from '../../../api/query-keys.ts';
import { useWrite } from '../../../components/use-write.ts';
import { useNotices } from '../../../shell/notices.tsx';
import { SettingForm } from './setting-form.tsx';

/** Changes the title of a project. */
export function TitleForm({ project: { id, title, _links } }: { project: Project }) {
  const [value, setValue] = useState(title);
  const notices = useNotices();
  const { run, isBusy, failure } = useWrite(
    (api, input: string) => projectOperations.change(api, id, { title: input }),
    () => notices.add({ type: 'success', header: 'The title is changed' }),
    queriesOf(id),
  );
  return (
    <SettingForm
      header="Title"
      label="Title"
      description="The name of the project in lists. Everybody who uses this deployment sees it."
      field="title"
      value={value}
      canSave={_links['#edit'] !== undefined && value !== title}
      isBusy={isBusy}
      failure={failure}
      onChange={setValue}
      onSave={() => run(value)}
    />
  );
}
