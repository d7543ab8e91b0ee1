import { useState } from 'react';
import { createProject } from '../../api/projects.ts';
import { useWrite } from '../../components/use-write.ts';
import { open } from '../../shell/location.ts';

/** The input of a new project. The project is opened when it exists. */
export function useNewProject() {
  const [title, setTitle] = useState('');
  const { run, isBusy, failure } = useWrite(createProject, ({ _embedded }) =>
    open({ page: 'tree', project: _embedded.entity.id }),
  );
  const canCreate = title.trim() !== '';
  return { title, setTitle, canCreate, create: () => run(title.trim()), isBusy, failure };
}
