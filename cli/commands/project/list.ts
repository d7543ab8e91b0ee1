import * as z from 'zod';
import { connectApi } from '../../api/client.ts';
import { Project } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { sortBy } from '../../lists.ts';
import { type Column, printTable } from '../../output/table.ts';
import { formatDate } from '../../output/text.ts';
import { tableOptions, wholeNumber } from '../options.ts';

const columns: Column<Project>[] = [
  { id: 'id', header: 'ID', importance: 'essential', value: ({ id }) => id },
  {
    id: 'title',
    header: 'Title',
    importance: 'high',
    wraps: 'words',
    value: ({ title }) => title.trim() || '[Untitled Project]',
  },
  { id: 'region', header: 'Region', importance: 'medium', value: ({ region }) => region },
  {
    id: 'default_branch',
    header: 'Default branch',
    importance: 'low',
    value: ({ default_branch }) => default_branch ?? '',
  },
  { id: 'status', header: 'Status', importance: 'low', value: ({ status }) => status.code },
  {
    id: 'repository',
    header: 'Repository',
    importance: 'low',
    ifRoom: true,
    wraps: 'words',
    value: ({ repository }) => repository.url,
  },
  {
    id: 'created_at',
    header: 'Created',
    importance: 'low',
    value: ({ created_at }) => formatDate(created_at),
  },
];
const defaultColumns = ['id', 'title', 'region'];

const Options = z.object({
  ...tableOptions,
  title: z.string().optional(),
  region: z.string().optional(),
  sort: z.string(),
  reverse: z.boolean().optional(),
  pipe: z.boolean().optional(),
  page: wholeNumber('page', 1).optional(),
  count: wholeNumber('count', 0).optional(),
});
type Options = z.infer<typeof Options>;

/** `project:list`. */
export const listProjects: Run = async ({ options, terminal }) => {
  const given = withCount(Options.parse(options));
  const { info } = terminal;
  const projects = sortBy(
    (await connectApi(terminal).list('/projects', Project)).filter(matches(given)),
    given.sort,
  );
  if (given.reverse) projects.reverse();
  const filters = (['title', 'region'] as const).filter((name) => given[name] !== undefined);
  if (projects.length === 0 && filters.length > 0) {
    info(`No projects found (filters in use: ${filters.map((name) => `--${name}`).join(', ')}).`);
    return 0;
  }
  if (projects.length === 0) {
    info('You do not have any Bough projects yet.\n\nTo create a new project, run: bough create');
    return 0;
  }
  if (given.pipe) {
    terminal.write(projects.map(({ id }) => `${id}\n`).join(''));
    return 0;
  }
  const page = pageOf(projects, given);
  if (page.items.length === 0) {
    info(`No projects found on this page (${page.info})`);
    return 1;
  }
  const isTable = (given.format ?? 'table') === 'table';
  if (isTable && filters.length === 0) {
    info(`Your projects are${page.isOnly ? '' : ` (${page.info})`}:`);
  }
  printTable(terminal, page.items, columns, defaultColumns, given);
  if (!isTable) return 0;
  if (!page.isOnly) info('List all projects by running: bough projects --count 0');
  info('\nGet a project by running: bough get [id]');
  info("List a project's environments by running: bough environments -p [id]");
  return 0;
};

/** Reads a number after `-c` as the count, as Upsun's CLI does; no column has such a name. */
function withCount(given: Options): Options {
  const [number, ...others] = given.columns ?? [];
  if (number === undefined || others.length > 0 || !/^\d+$/.test(number)) return given;
  return { ...given, columns: undefined, count: Number(number) };
}

function matches({ title, region }: Options): (project: Project) => boolean {
  const part = title?.toLowerCase() ?? '';
  return (project) =>
    project.title.toLowerCase().includes(part) &&
    (region === undefined || project.region.toLowerCase() === region.toLowerCase());
}

/** The page size for `--page` without `--count`. */
const defaultCount = 20;

function pageOf(projects: readonly Project[], { page, count }: Options) {
  const size = (count ?? (page === undefined ? 0 : defaultCount)) || Math.max(projects.length, 1);
  const number = page ?? 1;
  const pages = Math.ceil(projects.length / size);
  return {
    items: projects.slice((number - 1) * size, number * size),
    info: `page ${number} of ${pages}; ${size} per page, ${projects.length} total`,
    isOnly: pages <= 1,
  };
}
