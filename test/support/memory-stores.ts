import { changesIn } from '../../shared/adapters/aws/dynamodb/journal.ts';
import type { Activity } from '../../shared/domain/activities/activity.ts';
import type { FinishedActivity } from '../../shared/domain/activities/finished-activity.ts';
import type { DeliveryNote } from '../../shared/domain/deliveries/delivery-note.ts';
import type { Environment } from '../../shared/domain/environments/environment.ts';
import { hasRelation } from '../../shared/domain/environments/relations.ts';
import type { ApiChecks } from '../../shared/domain/integrations/api-checks.ts';
import type { Integration } from '../../shared/domain/integrations/integration.ts';
import type { RateBudget } from '../../shared/domain/integrations/rate-budget.ts';
import type { Project } from '../../shared/domain/projects/project.ts';
import type { Variable, VariableLevel } from '../../shared/domain/variables/variable.ts';
import type { FinishedActivities, HistoryEntry, SecondStarts } from '../../shared/ports/activities.ts';
import type { ApiChecksStore } from '../../shared/ports/api-checks.ts';
import type { Changes } from '../../shared/ports/changes.ts';
import type { Deliveries } from '../../shared/ports/deliveries.ts';
import type { Environments } from '../../shared/ports/environments.ts';
import type { Integrations } from '../../shared/ports/integrations.ts';
import type { Projects } from '../../shared/ports/projects.ts';
import type { RateBudgets } from '../../shared/ports/rate-budgets.ts';
import { StoreConflict } from '../../shared/ports/store-conflict.ts';
import type { Variables } from '../../shared/ports/variables.ts';
import { machineNameOf } from '../../shared/runtime/machine-name.ts';

/** All stores of the table. */
export interface Stores {
  projects: Projects;
  integrations: Integrations;
  environments: Environments;
  finished: FinishedActivities;
  budgets: RateBudgets;
  checks: ApiChecksStore;
  secondStarts: SecondStarts;
  changes: Changes;
  deliveries: Deliveries;
  variables: Variables;
}

interface Change {
  project: string;
  at: string;
  activity?: string;
  environment: string | null;
  integration: string | null;
}

/**
 * The stores in memory. The contract suite runs against them and against DynamoDB.
 * @param now the time of changes in the journal
 */
export function memoryStores(now = () => new Date().toISOString()): Stores {
  const projects = new Map<string, Project>();
  const integrations = new Map<string, Integration>();
  const environments = new Map<string, Environment>();
  const finished = new Map<string, FinishedActivity>();
  const opened = new Map<
    string,
    { project: string; id: string; environment: string | null; integration: string | null }
  >();
  const journal: Change[] = [];
  const notes = new Map<string, { project: string; integration: string; note: DeliveryNote }>();
  const checks = new Map<string, ApiChecks>();
  const budgets = new Map<string, RateBudget>();
  const variables = new Map<string, Variable>();
  const turns = new Map<string, { activity: string; until: string }>();

  type Owner = Pick<Change, 'environment' | 'integration'>;
  const keep = (
    project: string,
    owner: Owner,
    activities: readonly Activity[] = [],
    started: readonly Activity[] = [],
  ) => {
    for (const activity of activities)
      finished.set(`${project} ${activity.id}`, { ...activity, ...owner, project });
    for (const { id } of started) opened.set(`${project} ${id}`, { project, id, ...owner });
    const [first] = started;
    journal.push({ project, at: now(), ...(first ? { activity: first.id } : {}), ...owner });
  };
  const entryOf = (project: string, id: string): HistoryEntry | null => {
    const ended = copyOf(finished.get(`${project} ${id}`));
    if (ended) return { ended };
    const open = opened.get(`${project} ${id}`);
    return open ? { open: { id, environment: open.environment, integration: open.integration } } : null;
  };
  const of = <T extends { project: string; id: string }>(all: Map<string, T>, project: string) =>
    structuredClone([...all.values()].filter((item) => item.project === project).sort(byId));

  return {
    secondStarts: {
      take: async (project, activity, { now, until }) => {
        const turn = turns.get(project);
        if (turn && turn.activity !== activity && turn.until > now) return false;
        turns.set(project, { activity, until });
        return true;
      },
      release: async (project, activity) => {
        if (turns.get(project)?.activity === activity) turns.delete(project);
      },
    },
    budgets: {
      get: async (account) => copyOf(budgets.get(account)),
      save: async (budget) => put(budgets, budget.account, budget),
    },
    checks: {
      get: async (project, integration) => copyOf(checks.get(`${project} ${integration}`)),
      save: async (project, integration, found) => void checks.set(`${project} ${integration}`, found),
    },
    projects: {
      get: async (id) => copyOf(projects.get(id)),
      async *list(after = '') {
        yield* structuredClone([...projects.values()].sort(byId).filter(({ id }) => id > after));
      },
      save: async (project) => {
        keep(project.id, { environment: null, integration: null });
        put(projects, project.id, project);
      },
      erase: async (id) => {
        for (const items of [integrations, environments, finished, opened, notes]) {
          for (const [key, { project }] of items) if (project === id) items.delete(key);
        }
        dropAll(checks, `${id} `);
        dropAll(variables, JSON.stringify([id]).slice(0, -1));
        journal.splice(0, journal.length, ...journal.filter(({ project }) => project !== id));
        projects.delete(id);
      },
    },
    integrations: {
      get: async (project, id) => copyOf(integrations.get(`${project} ${id}`)),
      listOf: async (project) => of(integrations, project),
      async *all() {
        yield* structuredClone([...integrations.values()]);
      },
      save: async (integration, ended, started) => {
        const began = integration.version === 1 ? integration.activities : started;
        keep(integration.project, { environment: null, integration: integration.id }, ended, began);
        put(integrations, `${integration.project} ${integration.id}`, integration);
      },
      remove: async (integration, ended) => {
        keep(integration.project, { environment: null, integration: integration.id }, ended);
        drop(integrations, `${integration.project} ${integration.id}`, integration);
      },
    },
    environments: {
      get: async (project, id) => copyOf(environments.get(`${project} ${id}`)),
      listOf: async (project) => of(environments, project),
      async *pagesOf(project, after = '') {
        yield* of(environments, project).filter(({ id }) => id > after);
      },
      related: async (project, relation, except) =>
        of(environments, project).filter(
          (one) => one.id !== except && hasRelation(one, relation, machineNameOf),
        ),
      relinked: async (project) => of(environments, project),
      save: async (environment, ended, started) => {
        const began = environment.version === 1 ? environment.activities : started;
        keep(environment.project, { environment: environment.id, integration: null }, ended, began);
        put(environments, `${environment.project} ${environment.id}`, environment);
      },
      remove: async (environment, ended) => {
        keep(environment.project, { environment: environment.id, integration: null }, ended);
        drop(environments, `${environment.project} ${environment.id}`, environment);
        dropAll(variables, levelKey({ project: environment.project, environment }));
      },
    },
    finished: {
      get: async (project, id) => copyOf(finished.get(`${project} ${id}`)),
      find: async (project, id) => entryOf(project, id),
      async *entriesOf(project, { before } = {}) {
        const ids = new Set([...of(opened, project), ...of(finished, project)].map(({ id }) => id));
        for (const id of [...ids].sort().reverse()) {
          const entry = before === undefined || id < before ? entryOf(project, id) : null;
          if (entry) yield entry;
        }
      },
      async *listOf(project, { before } = {}) {
        yield* of(finished, project)
          .reverse()
          .filter(({ id }) => before === undefined || id < before);
      },
    },
    deliveries: {
      record: async (project, integration, note) => {
        const key = `${project} ${integration} ${note.at} ${note.delivery} ${String(note.position).padStart(3, '0')}`;
        if (!notes.has(key)) notes.set(key, structuredClone({ project, integration, note }));
      },
      async *listOf(project, integration) {
        for (const [, entry] of [...notes].sort(([a], [b]) => (a < b ? 1 : -1)))
          if (entry.project === project && entry.integration === integration)
            yield structuredClone(entry.note);
      },
    },
    variables: {
      get: async (level, name) => copyOf(variables.get(levelKey(level) + name)),
      listOf: async (level) =>
        structuredClone(
          [...variables]
            .filter(([key, { name }]) => key === levelKey(level) + name)
            .map(([, variable]) => variable)
            .sort((a, b) => (a.name < b.name ? -1 : 1)),
        ),
      save: async (level, variable) => put(variables, levelKey(level) + variable.name, variable),
      remove: async (level, variable) => drop(variables, levelKey(level) + variable.name, variable),
    },
    changes: {
      since: async (id, time) => changesIn(journal.filter(({ project, at }) => project === id && at >= time)),
    },
  };
}

function levelKey({ project, environment }: VariableLevel): string {
  return JSON.stringify([project, environment && [environment.incarnation, environment.id]]);
}

function dropAll(items: Map<string, unknown>, prefix: string): void {
  for (const key of items.keys()) if (key.startsWith(prefix)) items.delete(key);
}

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);

function copyOf<T>(item: T | undefined): T | null {
  return item === undefined ? null : structuredClone(item);
}

interface Versioned {
  version: number;
  incarnation?: string;
}

function put<T extends Versioned>(items: Map<string, T>, key: string, item: T): void {
  const stored = items.get(key);
  if ((stored?.version ?? 0) !== item.version - 1) throw new StoreConflict(key);
  if (stored && stored.incarnation !== item.incarnation) throw new StoreConflict(key);
  items.set(key, structuredClone(item));
}

function drop<T extends Versioned>(items: Map<string, T>, key: string, item: T): void {
  const stored = items.get(key);
  if (stored?.version !== item.version || stored.incarnation !== item.incarnation)
    throw new StoreConflict(key);
  items.delete(key);
}
