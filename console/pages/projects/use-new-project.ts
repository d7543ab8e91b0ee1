import { useState } from 'react';
import { createProject } from '../../api/projects.ts';
import { queryKeys } from '../../api/query-keys.ts';
import { useFieldErrors } from '../../components/use-field-errors.ts';
import { useWrite } from '../../components/use-write.ts';
import { open } from '../../shell/location.ts';

/** The input of a new project. The project is opened when it exists. */
export function useNewProject() {
  const [title, setTitle] = useState('');
  const { run, isBusy, failure } = useWrite(
    createProject,
    ({ _embedded }) => open({ page: 'tree', project: _embedded.entity.id }),
    [queryKeys.projectList],
  );
  const canCreate = title.trim() !== '';
  const errors = useFieldErrors(failure);
  const change = (value: string) => {
    setTitle(value);
    errors.clear('title');
  };
  return { title, setTitle: change, canCreate, create: () => run(title.trim()), isBusy, failure, errors };
}
