import { useState } from 'react';
import type { Project } from '../../../../shared/api/project.ts';
import { projectOperations } from '../../../api/project-operations.ts';
import { queriesOf } from '../../../api/query-keys.ts';
import { foreignText } from '../../../components/foreign.tsx';
import { PageLink } from '../../../components/links.tsx';
import { useWrite } from '../../../components/use-write.ts';
import { useNotices } from '../../../shell/notices.tsx';
import { SettingForm } from './setting-form.tsx';

/** Changes the default branch of a project, which an activity does. */
export function DefaultBranchForm({ project: { id, default_branch, _links } }: { project: Project }) {
  const [value, setValue] = useState(default_branch ?? '');
  const notices = useNotices();
  const { run, isBusy, failure } = useWrite(
    (api, input: string) => projectOperations.change(api, id, { default_branch: input }),
    ({ _embedded: { activities } }) => {
      const [activity] = activities;
      notices.add({
        type: 'success',
        header: activity ? foreignText(activity.text) : 'This is the default branch already',
        content: activity && (
          <PageLink to={{ page: 'activity', project: id, environment: null, activity: activity.id }}>
            Follow its log
          </PageLink>
        ),
      });
    },
    queriesOf(id),
  );
  return (
    <SettingForm
      header="Default branch"
      label="Default branch"
      description="The branch of the production environment. The environments of other branches are its children."
      placeholder={default_branch === null ? 'The first integration reads it from the repository' : ''}
      field="default_branch"
      value={value}
      canSave={_links['#edit'] !== undefined && value.trim() !== '' && value !== default_branch}
      isBusy={isBusy}
      failure={failure}
      onChange={setValue}
      onSave={() => run(value.trim())}
    />
  );
}
