/** The beginnings of the keys of queries. A write makes queries outdated by them. */
export const queryKeys = {
  /** The pages of the list of projects. */
  projectList: ['projects', 'list'],
  /** All polled resources of a project. */
  project: (project: string) => ['projects', project],
  // Reads on demand are expensive, so no change of a project repeats them as a side effect.
  deliveries: (project: string, integration: string) => ['deliveries', project, integration],
  board: (project: string, integration: string) => ['boards', project, integration],
  prunePreview: (project: string, integration: string) => ['prune-previews', project, integration],
  deadLetters: ['dead-letters'],
  diagnosis: ['doctor'],
} as const;

/** The queries that a change of a project or of its environments makes outdated. */
export function queriesOf(project: string): readonly (readonly string[])[] {
  return [queryKeys.projectList, queryKeys.project(project)];
}
