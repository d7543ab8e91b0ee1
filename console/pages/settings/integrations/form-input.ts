import { type FieldName, type FormValues, fieldsOf } from './form-values.ts';
import type { IntegrationType } from './integration-type.ts';

/** Messages by field. */
export type Problems = Partial<Readonly<Record<FieldName, string>>>;

/** The problems that the page finds without asking the API. `before` is null for a new integration. */
export function problemsIn(type: IntegrationType, values: FormValues, before: FormValues | null): Problems {
  const isEmpty = (field: 'secret' | 'token' | 'key' | 'url' | 'username' | 'repository') =>
    values[field].trim() === '';
  const required = requiredFields(type, values, before).filter(isEmpty);
  return {
    ...Object.fromEntries(required.map((field) => [field, 'Required'])),
    ...Object.fromEntries(
      numbersIn(type, values)
        .filter(isNoNumber)
        .map(([field]) => [field, 'Must be a whole number']),
    ),
  };
}

function requiredFields(type: IntegrationType, values: FormValues, before: FormValues | null) {
  if (type === 'bitbucket') {
    const needsSecret = before === null || before.key !== values.key;
    return needsSecret ? (['repository', 'key', 'secret'] as const) : (['repository', 'key'] as const);
  }
  const needsToken = before === null || before.url !== values.url;
  return needsToken
    ? (['url', 'username', 'token', 'repository'] as const)
    : (['url', 'username', 'repository'] as const);
}

function numbersIn(type: IntegrationType, values: FormValues): (readonly [FieldName, string])[] {
  const pages = values.pull_requests_max_pages;
  return [
    ['prune_grace_hours', values.prune_grace_hours],
    ['prune_limit.environments', values['prune_limit.environments']],
    ['prune_limit.percent', values['prune_limit.percent']],
    ...(type === 'bitbucket' && pages.trim() !== '' ? [['pull_requests_max_pages', pages] as const] : []),
  ];
}

function isNoNumber([, text]: readonly [FieldName, string]): boolean {
  return !/^\s*\d+\s*$/.test(text);
}

/** The problems without those of fields that the user has changed since. */
export function without(problems: Problems, corrected: readonly string[]): Problems {
  return Object.fromEntries(Object.entries(problems).filter(([field]) => !corrected.includes(field)));
}

/** The body that adds or changes an integration. An empty secret keeps the current one. */
export function inputOf(type: IntegrationType, values: FormValues, before: FormValues | null): object {
  const wanted = wholeInput(type, values, before);
  if (before === null) return wanted;
  const stored = new Map(Object.entries(wholeInput(type, before, before)));
  const isChanged = ([field, value]: [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify(stored.get(field));
  return Object.fromEntries(Object.entries(wanted).filter(isChanged));
}

function wholeInput(type: IntegrationType, values: FormValues, before: FormValues | null): object {
  const pages = values.pull_requests_max_pages.trim();
  return {
    ...(before === null ? { type, adopt: values.adopt } : {}),
    ...(type === 'bitbucket'
      ? { ...cloudAccess(values), pull_requests_max_pages: pages === '' ? null : Number(pages) }
      : serverAccess(values)),
    ...repositoryIn(type, values, before),
    fetch_branches: values.fetch_branches,
    prune_branches: values.prune_branches && values.fetch_branches,
    build_pull_requests: values.build_pull_requests,
    resync_pull_requests: values.resync_pull_requests,
    pull_requests_clone_parent_data: values.pull_requests_clone_parent_data,
    public_pages: values.public_pages,
    environment_init_resources: values.environment_init_resources,
    build_fork_pull_requests: values.build_fork_pull_requests,
    prune_grace_hours: Number(values.prune_grace_hours),
    prune_limit: {
      environments: Number(values['prune_limit.environments']),
      percent: Number(values['prune_limit.percent']),
    },
  };
}

function cloudAccess({ key, secret }: FormValues): object {
  return secret === '' ? {} : { app_credentials: { key: key.trim(), secret } };
}

function serverAccess({ url, username, token }: FormValues): object {
  return { url: url.trim(), username: username.trim(), ...(token === '' ? {} : { token }) };
}

/** The repository. On a server the project can be in its own field, or in the form `owner/repository`. */
function repositoryIn(type: IntegrationType, values: FormValues, before: FormValues | null): object {
  const [repository, project] = [values.repository.trim(), values.project.trim()];
  const isSame = before?.repository === values.repository && before.project === values.project;
  if (isSame) return {};
  const isWhole = type === 'bitbucket' || project === '' || repository.includes('/');
  return isWhole ? { repository } : { project, repository };
}

/** The messages of the API by the fields of the form. `others` belong to no field. */
export function fieldProblems(type: IntegrationType, fields: Readonly<Record<string, string>>) {
  const problems: { [Name in FieldName]?: string } = {};
  const others: string[] = [];
  for (const [name, message] of Object.entries(fields)) {
    const field = fieldsOf(type).find((one) => one === fieldNamed(name));
    if (field) problems[field] = message;
    else others.push(message);
  }
  return { problems, others };
}

/** Bitbucket refuses a key and its secret together. */
function fieldNamed(name: string): string {
  if (name === 'app_credentials' || name === 'app_credentials.secret') return 'secret';
  if (name === 'app_credentials.key') return 'key';
  return name === 'prune_limit' ? 'prune_limit.environments' : name;
}
