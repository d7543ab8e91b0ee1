import * as z from 'zod';
import { connectApi } from '../api/client.ts';
import { Project, Result } from '../api/resources.ts';
import type { Run } from '../command.ts';
import { tableOptions } from '../options.ts';
import { type Column, printTable } from '../output/table.ts';
import { formatDate } from '../output/text.ts';

const CreateOptions = z.object({ title: z.string() });

export const createProject: Run = async ({ options, terminal }) => {
  const { title } = CreateOptions.parse(options);
  const result = await connectApi(terminal).post('/projects', { title }, Result(Project));
  const project = result._embedded.entity;
  terminal.tell('The project is now ready!');
  terminal.write(`${project.id}\n`);
  terminal.tell(`  Project ID: ${project.id}`);
  terminal.tell(`  Project title: ${project.title}`);
  terminal.tell('\nTo connect a Bitbucket repository, run: bough integration:add --type bitbucket');
  return 0;
};

const columns: Column<Project>[] = [
  { id: 'id', header: 'ID', value: ({ id }) => id },
  { id: 'title', header: 'Title', value: ({ title }) => title },
  { id: 'default_branch', header: 'Default branch', value: ({ default_branch }) => default_branch ?? '' },
  { id: 'created', header: 'Created', value: ({ created_at }) => formatDate(created_at) },
];

const ListOptions = z.object(tableOptions);

export const listProjects: Run = async ({ options, terminal }) => {
  const table = ListOptions.parse(options);
  const projects = await connectApi(terminal).get('/projects', z.array(Project));
  if (projects.length === 0) {
    terminal.tell('There are no projects yet. To create one, run: bough project:create --title <title>');
    return 0;
  }
  printTable(terminal, projects, columns, ['id', 'title', 'default_branch'], table);
  return 0;
};
